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
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEBS = Path(os.environ.get("PERSONAL_AI_DEBS", ROOT / "dist"))
PICTURES = Path(os.environ.get("PERSONAL_AI_PICTURES", ROOT / "build" / "pictures"))
HOME = "/home/ada/.local/share/Personal AI"
DISPLAY = ":77"
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
    """A Debian of its own, entered by chroot."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *command: str, user: str = "root", check: bool = True, timeout: float = SLOW) -> Any:
        """Run a command inside and return how it went."""
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root" if user == "root" else f"/home/{user}",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            "DISPLAY": DISPLAY,
        }
        words = ["chroot", "--userspec", f"{user}:{user}", str(self.root), *command]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=timeout)
        if check and done.returncode:
            raise AssertionError(
                f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            )
        return done

    def ask(self, *words: str, timeout: float = SLOW) -> dict[str, Any]:
        """Run a command of the program as a person would and return its result."""
        done = self.run("personal-ai", *words, "--json", user="ada", timeout=timeout)
        return json.loads(done.stdout.splitlines()[-1])

    def install(self, *packages: Path) -> None:
        """Install packages with apt."""
        for package in packages:
            shutil.copyfile(package, self.root / "root" / package.name)
        names = [f"/root/{package.name}" for package in packages]
        self.run("apt-get", "install", "-y", "--no-install-recommends", "--allow-downgrades", *names)

    def files(self) -> set[str]:
        """Every file inside, but for what the system itself writes all the time."""
        passing = ("proc/", "sys/", "dev/", "tmp/", "run/", "var/cache/", "var/log/", "var/lib/apt/", "root/")
        found = set()
        for folder, _, names in os.walk(self.root):
            below = Path(folder).relative_to(self.root).as_posix()
            found |= {f"{below}/{name}" for name in names if not f"{below}/".startswith(passing)}
        return found

    def picture(self, name: str) -> Path:
        """Take a picture of the screen."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        shot = PICTURES / f"{name}.png"
        subprocess.run(["import", "-display", DISPLAY, "-window", "root", str(shot)], check=True, timeout=300)
        return shot


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A clean tree with one person in it; the screen is outside."""
    root = tmp_path_factory.mktemp("debian") / "root"
    if ready := os.environ.get("PERSONAL_AI_DEBIAN"):
        subprocess.run(["cp", "-a", ready, str(root)], check=True)
    else:
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(root)], check=True, capture_output=True)
    machine = Machine(root)
    # Services are not to start in a tree without an init.
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    for name in ("proxy", "ca"):
        with contextlib.suppress(OSError):
            shutil.copyfile(f"/etc/apt/apt.conf.d/{name}", root / f"etc/apt/apt.conf.d/{name}")
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1400x900x24", "-ac", "-nolisten", "tcp"])
    mounts: list[Path] = []
    try:
        while not Path(f"/tmp/.X11-unix/X{DISPLAY[1:]}").exists():
            assert screen.poll() is None, "Xvfb does not start"
            time.sleep(0.1)
        for place in mount_all(root):
            mounts.append(place)
        machine.run("apt-get", "update")
        machine.run("useradd", "-m", "-s", "/bin/sh", "ada")
        shutil.copytree(ROOT / "resources" / "sample_notes", root / "home/ada/notes")
        machine.run("chown", "-R", "ada:ada", "/home/ada")
        yield machine
    finally:
        screen.terminate()
        screen.wait()
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
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come in {seconds:.0f} s")


def windows() -> str:
    """The number of the program's window; nothing while there is none."""
    words = ["xdotool", "search", "--onlyvisible", "--name", "Personal AI"]
    done = subprocess.run(words, env={"DISPLAY": DISPLAY}, capture_output=True, text=True, check=False)
    return done.stdout.split()[0] if done.stdout.split() else ""


@contextlib.contextmanager
def window(machine: Machine) -> Iterator[float]:
    """The window is open on the screen; yields how long that took, in seconds."""
    started = time.monotonic()
    words = ["chroot", "--userspec", "ada:ada", str(machine.root), "/usr/bin/personal-ai"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/home/ada", "LANG": "C.UTF-8", "DISPLAY": DISPLAY}
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        try:
            wait_for("the window", windows)
            yield time.monotonic() - started
        finally:
            program.terminate()
            program.wait(timeout=120)


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
    answer = machine.ask("ask", "When is the carillon lesson?")
    assert answer["sources"]
    refused = machine.run("personal-ai", "learn", "--minutes", "2", user="ada", check=False)
    assert refused.returncode == 2
    assert "add-on that is not installed yet" in refused.stderr
    with window(machine) as seconds:
        print(f"window, cold: {seconds:.1f} s")
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
    if not learned["published"]:
        # Two minutes are mostly too few to be proved; what was learned from before is used instead.
        assert learned["reason"]
    again = machine.ask("ask", "When is the carillon lesson?")
    assert again["sources"]
    print("first token after", again["first_token_seconds"], "s")
    for _ in range(2):
        with window(machine) as seconds:
            print(f"window, warm: {seconds:.1f} s")
            time.sleep(15)
            machine.picture("2-after-the-update")

    # Removed: what the person has stays, and nothing else.
    machine.run("apt-get", "purge", "-y", "personal-ai", "personal-ai-learning")
    left = machine.files()
    assert machine.run("test", "-e", "/opt/personal-ai", check=False).returncode
    assert not {name for name in left if "personal-ai" in name and not name.startswith("home/ada/")}
    assert (machine.root / HOME.lstrip("/") / "personal.db").is_file()
    new = {name for name in left - dependencies if not name.startswith(("home/ada/", "var/lib/dpkg/"))}
    print("files that were not there before:", sorted(new)[:10])
    machine.install(debs["app"])
    assert machine.ask("search", "carillon")["hits"], "the notes are there for the next install"
