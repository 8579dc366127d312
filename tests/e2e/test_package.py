"""The packages in a Debian that has never met a developer: installed, used, taught, updated, removed.

Runs as root, where `debootstrap` and the built packages are there:

    python3 packaging/build.py linux --signing-key FILE dist
    python3 packaging/build.py linux --version 0.0.9 --only debs --frozen build/frozen/personal-ai dist/before
    python -m pytest tests/e2e/test_package.py -m package -s

The version before is made of the same program, in a folder of its own: each folder has the checksums of what lies in
it. PERSONAL_AI_DEBS names another folder than `dist`, PERSONAL_AI_DEBIAN a tree that debootstrap made before, and
PERSONAL_AI_PICTURES where the screenshots go.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from tests.e2e import screens

ROOT = Path(__file__).parents[2]
DEBS = Path(os.environ.get("PERSONAL_AI_DEBS", ROOT / "dist"))
PICTURES = Path(os.environ.get("PERSONAL_AI_PICTURES", ROOT / "build" / "pictures"))
ADA, ADA_ID = "/home/ada", 4321
QUESTION = "When is the carillon lesson?"
#: Names that a home folder may have.
NAMES = ("with two  spaces", "É", "中文", "n" * 200)
SLOW = 3600
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def _missing() -> str:
    """Why this test cannot run here; empty where it can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a tree of its own can only be made by root, on Linux"
    for tool in ("debootstrap", "Xvfb", "xdotool", "import"):
        if not shutil.which(tool):
            return f"{tool} is not installed (Debian: debootstrap, xvfb, xdotool, imagemagick)"
    if len(_debs()) < 3:
        return f"the packages of two versions are not in {DEBS}: see the top of this file"
    return ""


def _debs() -> dict[str, Path]:
    """The packages by what they are: app, learning, and the app of the version before."""
    found = {}
    for name, folder, package in (
        ("app", DEBS, "personal-ai"),
        ("learning", DEBS, "personal-ai-learning"),
        ("before", DEBS / "before", "personal-ai"),
    ):
        if there := sorted(folder.glob(f"{package}_*_amd64.deb")):
            found[name] = there[-1]
    return found


pytestmark = [
    pytest.mark.package,
    pytest.mark.timeout(SLOW),
    pytest.mark.skipif(bool(_missing()), reason=_missing() or "-"),
]


class Machine:
    """A Debian of its own, entered by chroot, with a screen outside that `shown` tells of."""

    def __init__(self, root: Path, shown: dict[str, str]) -> None:
        self.root, self.shown = root, shown

    def command(self, user: str, *words: str) -> list[str]:
        """The words that run a command inside."""
        return ["chroot", "--userspec", f"{user}:{user}", str(self.root), *words]

    def environment(self, home: str, shown: dict[str, str] | None = None) -> dict[str, str]:
        """What a command inside is told: no message bus, no keyring, and which screen it has."""
        path = "/usr/sbin:/usr/bin:/sbin:/bin"
        return {"PATH": path, "HOME": home, "LANG": "C.UTF-8"} | (self.shown if shown is None else shown)

    def run(
        self, *words: str, user: str = "root", home: str = "", check: bool = True, timeout: float = SLOW
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside and return how it went."""
        environment = self.environment(home or ("/root" if user == "root" else ADA))
        environment["DEBIAN_FRONTEND"] = "noninteractive"
        command = self.command(user, *words)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=timeout)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(words)}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done

    def ask(self, *words: str, home: str = ADA) -> dict[str, Any]:
        """Run a command of the program as a person would and return its result."""
        done = self.run("personal-ai", *words, "--json", user="ada", home=home)
        return json.loads(done.stdout.splitlines()[-1])

    def data(self, home: str) -> Path:
        """Where the data folder of a home is, seen from outside."""
        return self.root / home.lstrip("/") / ".local/share/Personal AI"

    def welcomed(self, home: str = ADA) -> None:
        """The person has seen the welcome, and wants no nights while this goes on."""
        file = self.data(home) / "settings.json"
        file.write_text(json.dumps({"version": 1, "welcomed": True, "nights": False}))
        shutil.chown(file, ADA_ID, ADA_ID)

    def answers(self, home: str = ADA) -> list[dict[str, Any]]:
        """Every answer that was kept, the oldest first."""
        file = self.data(home) / "personal.db"
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            rows = database.execute("SELECT * FROM messages WHERE role = 'assistant' ORDER BY id").fetchall()
        return [dict(row) for row in rows]

    def install(self, *packages: Path) -> None:
        """Install packages with apt."""
        for package in packages:
            shutil.copyfile(package, self.root / "root" / package.name)
        names = [f"/root/{package.name}" for package in packages]
        self.run("apt-get", "install", "-y", "--no-install-recommends", "--allow-downgrades", *names)

    def files(self) -> set[str]:
        """Every file inside, but for what the system itself writes all the time."""
        names_inside = ("proc", "sys", "dev", "tmp", "run", "var/cache", "var/log", "var/lib/apt", "root")
        passing = {self.root / name for name in names_inside}
        found = set()
        for folder, folders, names in os.walk(self.root):
            below = Path(folder).relative_to(self.root).as_posix()
            # Not even looked into: in proc every folder that any program of this machine has open can be reached, and
            # a network folder that stands still would be waited for.
            folders[:] = [name for name in folders if Path(folder, name) not in passing]
            found |= {f"{below}/{name}" for name in names}
        return found

    def picture(self, name: str, shown: dict[str, str] | None = None) -> None:
        """Take a picture of a screen."""
        screens.picture(shown or self.shown, PICTURES / f"{name}.png")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A clean tree with one person in it; the screen is outside."""
    root = tmp_path_factory.mktemp("debian") / "root"
    if ready := os.environ.get("PERSONAL_AI_DEBIAN"):
        subprocess.run(["cp", "-a", ready, str(root)], check=True)
    else:
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(root)], check=True, capture_output=True)
    # Services are not to start in a tree without an init.
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    for name in ("proxy", "ca"):
        with contextlib.suppress(OSError):
            shutil.copyfile(f"/etc/apt/apt.conf.d/{name}", root / f"etc/apt/apt.conf.d/{name}")
    mounts: list[Path] = []
    try:
        with screens.screen("x11") as shown:
            # Which platform it is for is for Qt to find out.
            machine = Machine(root, {"DISPLAY": shown["DISPLAY"]})
            for place in mount_all(root):
                mounts.append(place)
            machine.run("apt-get", "update")
            machine.run("useradd", "-m", "-u", str(ADA_ID), "-s", "/bin/sh", "ada")
            shutil.copytree(ROOT / "resources" / "sample_notes", root / "home/ada/notes")
            machine.run("chown", "-R", "ada:ada", ADA)
            yield machine
    finally:
        for place in reversed(mounts):
            subprocess.run(["umount", "-l", str(place)], check=False)


def mount_all(root: Path) -> Iterator[Path]:
    """Mount what a running system has below a tree; yields each place when it is mounted.

    The tree has devices of its own: below a bound /dev another mount, as of /dev/shm, would be made on the machine
    itself, where it shares its mounts.
    """
    yield mount("-t", "proc", "proc", root / "proc")
    yield mount("-t", "sysfs", "sysfs", root / "sys")
    yield mount("-t", "tmpfs", "-o", "mode=755", "dev", root / "dev")
    for name in DEVICES:
        (root / "dev" / name).touch()
        yield mount("--bind", f"/dev/{name}", root / "dev" / name)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        (root / "dev" / name).symlink_to(target)
    # What is locked lies open in memory here, and so does what processes share.
    yield mount("-t", "tmpfs", "-o", "mode=1777", "shm", root / "dev/shm")
    yield mount("--bind", "/tmp/.X11-unix", root / "tmp/.X11-unix")


def mount(*words: str | Path) -> Path:
    """Mount as the words say, at the last of them, and return that."""
    place = Path(words[-1])
    if not place.exists():
        place.mkdir(parents=True)
    subprocess.run(["mount", *map(str, words)], check=True)
    return place


def wait_for(what: str, is_there: Any, seconds: float = 900.0) -> Any:
    """Wait until something is true, and fail by its name."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := is_there():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come in {seconds:.0f} s")


def windows(shown: dict[str, str]) -> str:
    """The number of the program's window on an X server; nothing while there is none."""
    words = ["xdotool", "search", "--onlyvisible", "--name", "Personal AI"]
    done = subprocess.run(words, env=os.environ | shown, capture_output=True, text=True, check=False)
    return done.stdout.split()[0] if done.stdout.split() else ""


@contextlib.contextmanager
def program(
    machine: Machine, environment: dict[str, str], errors: IO[bytes] | int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen]:
    """The program without words, as a double-click starts it; it has ended afterwards."""
    with subprocess.Popen(machine.command("ada", "/usr/bin/personal-ai"), env=environment, stderr=errors) as started:
        try:
            yield started
        finally:
            started.terminate()
            started.wait(timeout=120)


@contextlib.contextmanager
def window(machine: Machine, home: str = ADA, scale: str = "1") -> Iterator[float]:
    """The window is open on the X server; yields when it was started, in seconds of the monotonic clock."""
    started = time.monotonic()
    with program(machine, machine.environment(home) | {"QT_SCALE_FACTOR": scale}):
        wait_for("the window", lambda: windows(machine.shown))
        yield started


def type_and_wait(machine: Machine, home: str = ADA) -> tuple[float, dict[str, Any]]:
    """Type the question into the window as a person does; return when it was sent, and the answer when it is there."""
    before = len(machine.answers(home))
    number = windows(machine.shown)
    for words in (["windowfocus", "--sync", number], ["type", "--delay", "5", QUESTION], ["key", "Return"]):
        subprocess.run(["xdotool", *words], env=os.environ | machine.shown, check=True, timeout=60)
    sent = time.monotonic()

    def answered() -> dict[str, Any] | None:
        new = machine.answers(home)[before:]
        return new[0] if new and new[0]["state"] != "streaming" else None

    answer = wait_for("the answer", answered)
    assert answer["state"] == "done" and answer["text"] and json.loads(answer["sources"])
    return sent, answer


def test_from_the_first_install_to_the_last_trace(machine: Machine) -> None:
    debs = _debs()
    for tool in ("python3", "gcc", "cc"):
        assert machine.run("which", tool, check=False).returncode, f"{tool} is in the clean tree"
    machine.install(debs["before"])
    dependencies = machine.files()
    print("installed:", machine.run("du", "-sm", "/opt/personal-ai").stdout.strip())

    # The version before: notes in, a question answered, the window opened.
    added = machine.ask("add", "/home/ada/notes")
    assert added["documents"] > 40
    answer = machine.ask("ask", QUESTION)
    assert answer["sources"]
    refused = machine.run("personal-ai", "learn", "--minutes", "2", user="ada", check=False)
    assert refused.returncode == 2
    assert "add-on that is not installed yet" in refused.stderr
    with window(machine) as started:
        print(f"window, cold: {time.monotonic() - started:.1f} s")
        time.sleep(15)
        machine.picture("1-first-window")

    # The version after, with the add-on: two minutes of learning, and the adapter is live.
    data = {name for name in machine.files() if name.startswith("home/ada/")}
    machine.install(debs["app"], debs["learning"])
    print("installed together:", machine.run("du", "-sm", "/opt/personal-ai").stdout.strip())
    assert data <= machine.files()
    doctor = machine.run("personal-ai", "doctor", user="ada", check=False)
    assert "The learning add-on is installed." in doctor.stdout
    learned = machine.ask("learn", "--minutes", "2")
    print("learned:", json.dumps({key: learned.get(key) for key in ("published", "reason", "tokens", "seconds")}))
    assert learned["tokens"] > 0
    number = learned["adapter"]
    if not learned["published"]:
        # Two minutes are mostly too few to be proved. The reading skill is an adapter like any other.
        assert learned["reason"]
        (skill,) = machine.data(ADA).glob("skills/*/adapter.gguf")
        number = machine.ask("adapters", "import", f"/{skill.relative_to(machine.root)}")["adapters"][-1]["number"]
        machine.ask("adapters", "use", str(number))
    again = machine.ask("ask", QUESTION)
    assert again["sources"]
    print("first token after", again["first_token_seconds"], "s")
    machine.welcomed()
    for _ in range(2):
        with window(machine) as started:
            print(f"window, warm: {time.monotonic() - started:.1f} s")
            sent, answered = type_and_wait(machine)
            assert answered["adapter"] == number
            first = json.loads(answered["made"])["first_token_seconds"]
            print(f"first token: {sent - started + first:.1f} s after the start, {first:.2f} s after Return")
            machine.picture("2-after-the-update")

    # Removed: what the person has stays, and nothing else.
    machine.run("apt-get", "purge", "-y", "personal-ai", "personal-ai-learning")
    left = machine.files()
    assert machine.run("test", "-e", "/opt/personal-ai", check=False).returncode
    assert not {name for name in left if "personal-ai" in name and not name.startswith("home/ada/")}
    assert (machine.data(ADA) / "personal.db").is_file()
    new = {name for name in left - dependencies if not name.startswith(("home/ada/", "var/lib/dpkg/"))}
    print("files that were not there before:", sorted(new)[:10])
    machine.install(debs["app"])
    assert machine.ask("search", "carillon")["hits"], "the notes are there for the next install"


@pytest.fixture
def installed(machine: Machine) -> Machine:
    """The machine with the app on it."""
    if not (machine.root / "usr/bin/personal-ai").is_symlink():
        machine.install(_debs()["app"])
    return machine


def home_with_notes(machine: Machine, name: str) -> str:
    """A home folder of a name of its own, with a few notes in the library and the welcome seen; return it."""
    home = f"{ADA}/{name}"
    if not machine.data(home).exists():
        machine.run("mkdir", home, user="ada")
        assert machine.ask("add", f"{ADA}/notes/carillon", home=home)["documents"] > 0
        machine.welcomed(home)
    return home


@pytest.mark.parametrize("name", NAMES)
def test_the_window_answers_in_a_home_of_any_name(installed: Machine, name: str) -> None:
    home = home_with_notes(installed, name)
    assert installed.ask("ask", QUESTION, home=home)["sources"]
    with window(installed, home):
        type_and_wait(installed, home)


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_the_window_answers_on_x11(installed: Machine, scale: str) -> None:
    home = home_with_notes(installed, "x11")
    with window(installed, home, scale):
        type_and_wait(installed, home)
        installed.picture(f"3-x11-{scale}")


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_the_window_stands_on_wayland_and_a_command_answers_beside_it(installed: Machine, scale: str) -> None:
    home = home_with_notes(installed, "wayland")
    with screens.screen("wayland") as shown:
        outside, inside = Path(shown["XDG_RUNTIME_DIR"]), installed.root / "run/screen"
        for path in (outside, outside / shown["WAYLAND_DISPLAY"]):
            shutil.chown(path, ADA_ID)
        place = mount("--bind", outside, inside)
        # As a session of Wayland tells a program; nothing names the platform.
        told = {"XDG_SESSION_TYPE": "wayland", "XDG_RUNTIME_DIR": "/run/screen", "QT_SCALE_FACTOR": scale}
        environment = installed.environment(home, shown) | told | {"WAYLAND_DEBUG": "client"}
        del environment["QT_QPA_PLATFORM"]
        log = outside / "window.log"
        try:
            with log.open("wb") as errors, program(installed, environment, errors) as running:
                wait_for("the window", lambda: b".attach(" in log.read_bytes() or running.poll() is not None)
                assert b'set_title("Personal AI' in log.read_bytes()
                assert installed.ask("ask", QUESTION, home=home)["sources"]
                installed.picture(f"4-wayland-{scale}", shown)
                assert running.poll() is None
        finally:
            subprocess.run(["umount", "-l", str(place)], check=False)
