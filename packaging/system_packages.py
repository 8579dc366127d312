"""What Personal AI needs from the system itself: a C++ compiler, and the libraries Qt, llama.cpp and torch link to."""

import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from console import Screen, Stop, run_logged


class Package(NamedTuple):
    """What one needed thing is called by Debian's, Fedora's and Arch's package managers."""

    apt: str
    dnf: str
    pacman: str


COMPILER = Package("g++", "gcc-c++", "gcc")

# Found with `readelf -d`: what PySide6's widgets and its xcb, wayland and offscreen platforms, llama.cpp and torch are
# linked to and do not bring along. soname -> package.
LIBRARIES = {
    "libEGL.so.1": Package("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": Package("libgl1", "libglvnd-glx", "libglvnd"),
    "libX11-xcb.so.1": Package("libx11-xcb1", "libX11-xcb", "libx11"),
    "libX11.so.6": Package("libx11-6", "libX11", "libx11"),
    "libbrotlidec.so.1": Package("libbrotli1", "libbrotli", "brotli"),
    "libdbus-1.so.3": Package("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": Package("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": Package("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": Package("libglib2.0-0", "glib2", "glib2"),
    "libgomp.so.1": Package("libgomp1", "libgomp", "gcc-libs"),
    "libgssapi_krb5.so.2": Package("libgssapi-krb5-2", "krb5-libs", "krb5"),
    "libgthread-2.0.so.0": Package("libglib2.0-0", "glib2", "glib2"),
    "libstdc++.so.6": Package("libstdc++6", "libstdc++", "gcc-libs"),
    "libwayland-client.so.0": Package("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": Package("libwayland-cursor0", "libwayland-cursor", "wayland"),
    "libwayland-egl.so.1": Package("libwayland-egl1", "libwayland-egl", "wayland"),
    "libxcb-cursor.so.0": Package("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-glx.so.0": Package("libxcb-glx0", "libxcb", "libxcb"),
    "libxcb-icccm.so.4": Package("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": Package("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": Package("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Package("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render-util.so.0": Package("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-render.so.0": Package("libxcb-render0", "libxcb", "libxcb"),
    "libxcb-shape.so.0": Package("libxcb-shape0", "libxcb", "libxcb"),
    "libxcb-shm.so.0": Package("libxcb-shm0", "libxcb", "libxcb"),
    "libxcb-sync.so.1": Package("libxcb-sync1", "libxcb", "libxcb"),
    "libxcb-util.so.1": Package("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes.so.0": Package("libxcb-xfixes0", "libxcb", "libxcb"),
    "libxcb-xkb.so.1": Package("libxcb-xkb1", "libxcb", "libxcb"),
    "libxcb.so.1": Package("libxcb1", "libxcb", "libxcb"),
    "libxkbcommon-x11.so.0": Package("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxkbcommon.so.0": Package("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libz.so.1": Package("zlib1g", "zlib", "zlib"),
    "libzstd.so.1": Package("libzstd1", "libzstd", "zstd"),
}

# The compiled files that must find their libraries, below site-packages. Not all of Qt: nothing here loads its
# designer, its keyboards or its printers.
LINKED_FILES = (
    "PySide6/Qt[CGWNTSDO]*.so",
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/Qt/plugins/platforms/libqwayland*.so",
    "PySide6/Qt/plugins/xcbglintegrations/*.so",
    "llama_cpp/lib/*.so",
    "torch/lib/libtorch_cpu.so",
)

# What makes packages of the program (build.py), beside the compiler.
BUILD_TOOLS = {
    "cmake": Package("cmake", "cmake", "cmake"),
    "dpkg-deb": Package("dpkg", "dpkg", "dpkg"),
    "ninja": Package("ninja-build", "ninja-build", "ninja"),
    "objdump": Package("binutils", "binutils", "binutils"),
    "readelf": Package("binutils", "binutils", "binutils"),
    "rsvg-convert": Package("librsvg2-bin", "librsvg2-tools", "librsvg"),
    "strip": Package("binutils", "binutils", "binutils"),
    "xz": Package("xz-utils", "xz", "xz"),
}

# What some tests put around the program: a desktop's message bus and what speaks on it, a clock of their own, eyes on
# what the program asks of the kernel. A test that lacks its tool is left out, and says so.
TEST_TOOLS = {
    "dbus-daemon": Package("dbus-daemon", "dbus-daemon", "dbus"),
    "python-dbusmock": Package("python3-dbusmock", "python3-dbusmock", "python-dbusmock"),
    "libfaketime": Package("libfaketime", "libfaketime", "libfaketime"),
    "strace": Package("strace", "strace", "strace"),
}

# Parts of the packages themselves, which they find their own way.
OWN_PARTS = ("libQt6", "libpyside", "libshiboken", "libtorch", "libc10", "libggml", "libllama", "libmtmd")


def missing_libraries(names: Sequence[str] = tuple(LIBRARIES), platform: str = sys.platform) -> list[str]:
    """Return the sonames the system's loader does not find."""
    return [name for name in names if not loads(name)] if platform.startswith("linux") else []


def loads(name: str) -> bool:
    """Tell whether the system's loader finds a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def unresolved_libraries(site_packages: Path, platform: str = sys.platform) -> list[str]:
    """Ask the loader about the files really installed, and return the sonames they miss."""
    files = [str(file) for pattern in LINKED_FILES for file in sorted(site_packages.glob(pattern))]
    if not files or not platform.startswith("linux") or not shutil.which("ldd"):
        return []
    answer = subprocess.run(["ldd", *files], capture_output=True, text=True, errors="replace", check=False)
    return not_found(answer.stdout)


def not_found(ldd_output: str) -> list[str]:
    """Pick the system libraries out of ldd's answer that it did not find."""
    names = set(re.findall(r"^\s*(\S+) => not found", ldd_output, re.MULTILINE))
    return sorted(name for name in names if not name.startswith(OWN_PARTS))


def has_compiler(platform: str = sys.platform) -> bool:
    """Tell whether CMake will find a C++ compiler."""
    if platform == "darwin":
        # /usr/bin/clang++ exists on every Mac; it only works once the tools are installed.
        return subprocess.run(["xcode-select", "-p"], capture_output=True, check=False).returncode == 0
    if platform == "win32":
        programs = os.environ.get("PROGRAMFILES(X86)", "C:/Program Files (x86)")
        if Path(programs, "Microsoft Visual Studio/Installer/vswhere.exe").exists():
            return True
    return any(map(shutil.which, ("g++", "c++", "clang++", "cl", os.environ.get("CXX") or "c++")))


def venv_packages() -> list[Package]:
    """Return what lets this Python make virtual environments: Debian ships that part by itself."""
    if importlib.util.find_spec("ensurepip"):
        return []
    return [Package("python{}.{}-venv".format(*sys.version_info), "python3", "python")]


def missing_build_tools() -> list[Package]:
    """List the packages of what build.py needs from the system and that is not here."""
    missing = [package for name, package in BUILD_TOOLS.items() if not shutil.which(name)]
    if not has_compiler():
        missing.append(COMPILER)
    # Debian's Python has its library inside, and the frozen program is made with the one that is a package by itself.
    library, folder = sysconfig.get_config_vars("INSTSONAME", "LIBDIR")
    if library and ".so" in library and not (loads(library) or Path(folder, library).exists()):
        version = "{}.{}".format(*sys.version_info)
        missing.append(Package(f"libpython{version}", f"python{version}-libs", "python"))
    return missing


def missing_test_tools(platform: str = sys.platform) -> list[Package]:
    """List the packages of the tools that tests on Linux use and that are not here."""
    if not platform.startswith("linux"):
        return []
    here = {
        "dbus-daemon": shutil.which("dbus-daemon"),
        "python-dbusmock": _system_python_has("dbusmock"),
        "libfaketime": _has_faketime(),
        "strace": shutil.which("strace"),
    }
    return [package for name, package in TEST_TOOLS.items() if not here[name]]


def _has_faketime() -> bool:
    places = ("lib/*", "lib*")
    return any(True for place in places for _ in Path("/usr").glob(f"{place}/faketime/libfaketimeMT.so.1"))


def _system_python_has(module: str) -> bool:
    # Not the one of .venv: it is the system's packages that are asked for.
    command = ["/usr/bin/python3", "-c", f"import {module}"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def provide_test_tools(log: Path, screen: Screen, platform: str = sys.platform) -> None:
    """Install what tests use, where that can be done without asking; else say how, and let them run without."""
    missing = missing_test_tools(platform)
    try:
        provide(missing, log, screen)
    except Stop:
        manager = package_manager()
        how = f": {install_line(missing, manager, as_root=False)}" if manager in Package._fields else ""
        screen.say(f"some tests will be left out, since their tools are not installed{how}")


def package_manager() -> str:
    """Name the package manager here: apt, dnf, pacman or nothing."""
    programs = {"apt": "apt-get", "dnf": "dnf", "pacman": "pacman"}
    return next((name for name, program in programs.items() if shutil.which(program)), "")


def install_line(packages: Sequence[Package], manager: str, as_root: bool) -> str:
    """Return the exact line to type that installs `packages`."""
    commands = {"apt": "apt install", "dnf": "dnf install", "pacman": "pacman -S --needed"}
    names = " ".join(sorted({getattr(package, manager) for package in packages}))
    return f"{'' if as_root else 'sudo '}{commands[manager]} {names}"


def how_to_install(packages: Sequence[Package], manager: str, platform: str, as_root: bool) -> str:
    """Say in one sentence how a person gets what is missing."""
    if platform == "darwin":
        return "A C++ compiler is missing; install it with this line, then run this again: xcode-select --install"
    if platform == "win32":
        return (
            "A C++ compiler is missing: install the Visual Studio Build Tools with 'Desktop development with C++', "
            "then run this again."
        )
    if manager not in Package._fields:
        names = " ".join(sorted({package.apt for package in packages}))
        return f"Install these with your system's package manager (Debian's names), then run this again: {names}"
    line = install_line(packages, manager, as_root)
    return f"Some system packages are missing; install them with this line, then run this again: {line}"


def provide(packages: Sequence[Package], log: Path, screen: Screen) -> None:
    """Install system packages through apt as root, otherwise Stop with the line to type."""
    if not packages:
        return
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    manager = package_manager()
    if not (as_root and manager == "apt"):
        raise Stop(how_to_install(packages, manager, sys.platform, as_root))
    names = sorted({package.apt for package in packages})
    screen.say(f"installing system packages with apt: {' '.join(names)}")
    run_logged(["apt-get", "update"], log, screen, "apt-get update")
    # Without a terminal to answer on, a package's question would wait for ever.
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    run_logged([*quiet, "apt-get", "install", "-y", "--no-install-recommends", *names], log, screen, "apt-get install")
