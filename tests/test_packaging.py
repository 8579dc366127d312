"""What is packaged and what is left out; the installer for one person, run for real on a small program."""

import base64
import ctypes
import importlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from personal_ai import bundle
from personal_ai.licences import Licence, shipped

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
MOMENT = 1_790_000_000

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the packages of Linux are made on Linux")


def load(name: str):
    """Import a module of packaging/, which is a folder of scripts and no package."""
    sys.path.insert(0, str(PACKAGING))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(PACKAGING))


shape, tree, learning_tree, bill, freeze, debian, bundles = (
    load(name) for name in ("shape", "tree", "learning_tree", "shipped", "freeze", "debian", "bundles")
)
build, release_key, system_packages, elf = (load(name) for name in ("build", "release_key", "system_packages", "elf"))


# ---- what goes in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "libQt6Widgets.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "resources/icons/app.svg",
        "resources/translations/personal_ai_zh_CN.qm",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
        "libpython3.11.so.1.0",
        "lxml/etree.cpython-311-x86_64-linux-gnu.so",
        "apsw/__init__.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_the_window_needs_is_kept(name: str) -> None:
    assert shape.keeps(name)


@pytest.mark.parametrize(
    "name",
    [
        "libQt6Quick.so.6",
        "libQt6Pdf.so.6",
        "PySide6/Qt/translations/qt_de.qm",
        "PySide6/Qt/translations/qtbase_de.qm",
        "resources/translations/personal_ai_zh_CN.ts",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "llama_cpp/lib/libllama.so.0.5.0",
        "llama_cpp/lib/libmtmd.so.0.5.0",
        "numpy/tests/test_all.py",
        "numpy/_core/_operand_flag_tests.cpython-311-x86_64-linux-gnu.so",
        "apsw/sqlite_extra_binaries/sqlite3_shell",
        "lxml/objectify.cpython-311-x86_64-linux-gnu.so",
        "yaml/_yaml.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_nothing_reaches_is_left_out(name: str) -> None:
    assert not shape.keeps(name)


def test_every_module_of_the_program_is_frozen() -> None:
    pytest.importorskip("PyInstaller", reason="PyInstaller is installed when packages are made")
    assert "personal_ai.learning.train_worker" in shape.hidden_imports(ROOT)


def test_the_standard_library_comes_whole_but_for_tools() -> None:
    names = set(shape.standard_library())
    assert {"unittest.mock", "multiprocessing.pool", "sqlite3", "compileall", "asyncio.events"} <= names
    assert not {name for name in names if name.split(".")[0] in ("tkinter", "idlelib", "test", "distutils")}


def test_the_addon_is_torch_without_its_tests_and_headers() -> None:
    kept = ["torch/lib/libtorch_cpu.so", "torch/nn/modules/linear.py", "torch/bin/torch_shm_manager"]
    assert all(map(learning_tree.is_shipped, [*kept, "transformers/models/auto/__init__.py"]))
    dropped = ["torch/test/x", "torch/include/ATen/ATen.h", "torch/bin/protoc", "transformers/models/llama/__init__.py"]
    assert not any(map(learning_tree.is_shipped, [*dropped, "numpy/__pycache__/x.pyc"]))


def test_what_the_app_brings_is_told_and_not_brought_twice() -> None:
    # transformers refuses to be imported where it cannot ask for the versions of these.
    brought = {package.metadata["Name"].lower() for package in learning_tree.brought()}
    ours = {package.metadata["Name"].lower() for package in learning_tree.distributions()}
    assert {"numpy", "tqdm", "filelock", "safetensors", "pyyaml", "packaging"} <= brought
    assert {"torch", "peft", "transformers", "tokenizers"} <= ours
    assert not brought & ours


def test_a_module_that_nobody_starts_names_no_interpreter(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    for before, after in (
        (b"#!/usr/bin/env/python3\n# -*- coding: latin-1 -*-\nx = 1\n", b"#\n# -*- coding: latin-1 -*-\nx = 1\n"),
        (b"x = 1\n", b"x = 1\n"),
        (b"", b""),
    ):
        module.write_bytes(before)
        learning_tree.forget_interpreter(module)
        assert module.read_bytes() == after


def test_a_licence_goes_along_and_an_installers_notes_do_not() -> None:
    assert learning_tree.is_shipped("torch-2.13.0.dist-info/licenses/LICENSE")
    assert not learning_tree.is_shipped("torch-2.13.0.dist-info/RECORD")


def test_llama_is_compiled_for_the_wanted_processors_only(tmp_path: Path) -> None:
    lists = tmp_path / "CMakeLists.txt"
    lists.write_text(
        "if (x)\n    ggml_add_cpu_backend_variant(x64)\n  ggml_add_cpu_backend_variant(haswell  AVX AVX2)\n"
    )
    freeze.only_these(lists)
    assert lists.read_text() == "if (x)\n    # x64\n  ggml_add_cpu_backend_variant(haswell  AVX AVX2)\n"


def test_the_build_has_the_python_of_the_libraries_whichever_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = tmp_path / ".venv" / "lib" / "python3.98" / "site-packages"
    place = tmp_path / "build" / "venv"
    (place / "lib" / "python3.97" / "site-packages").mkdir(parents=True)  # made by an older one
    libraries.mkdir(parents=True)
    ran: list[list[str]] = []

    def run(command: list[str], _environment: dict[str, str] | None = None) -> None:
        ran.append(command)
        (place / "lib" / "python3.98" / "site-packages" / "PyInstaller").mkdir(parents=True)

    monkeypatch.setattr(freeze, "run", run)
    for _ in range(2):
        assert freeze.package_python(tmp_path, tmp_path / "build") == place / "bin" / "python"
    assert ran == [[str(tmp_path / ".venv" / "bin" / "python"), "-m", "venv", str(place)]]
    (site,) = place.glob("lib/*/site-packages")
    assert (site / "program.pth").read_text() == f"{libraries}\n"


@pytest.mark.parametrize("name", ["app", "app without the model", "learning", "installed"])
def test_each_part_has_a_size_that_it_must_not_pass(name: str) -> None:
    assert set(build.LIMITS) == {"app", "app without the model", "learning", "installed"}
    assert build.too_large(build.LIMITS) == []
    assert build.too_large(build.LIMITS | {name: build.LIMITS[name] + 1}) == [name]
    assert build.too_large({key: size for key, size in build.LIMITS.items() if key != name}) == [name]


def test_what_a_file_takes_when_packed_is_what_xz_makes_of_it(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" * 100_000 + os.urandom(3_000_000))
    assert 3_000_000 < tree.packed_size(file, "1") < 3_010_000


def test_llama_of_an_older_release_is_not_taken_for_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(freeze, "run", lambda command, _environment=None: ran.append(command))
    project, made = '[project]\ndependencies = ["msgspec", "llama-cpp-python==0.3.{}"]\n', []
    for release in (6, 7):
        (tmp_path / "pyproject.toml").write_text(project.format(release))
        source = tmp_path / "build" / "sdist" / f"llama_cpp_python-0.3.{release}" / "vendor" / "llama.cpp"
        (source / "ggml" / "src").mkdir(parents=True)
        (source / "ggml" / "src" / "CMakeLists.txt").touch()
        made.append(freeze.compile_llama(tmp_path, tmp_path / "build"))
        made[-1].mkdir(parents=True)
        for kind in freeze.PROCESSORS:
            (made[-1] / f"libggml-cpu-{kind}.so").touch()
        (made[-1] / "libmtmd.so").touch()
        assert str(source) in ran[-2] and str(made[-1].parent) in ran[-1]
        assert freeze.compile_llama(tmp_path, tmp_path / "build") == made[-1]
    assert len(ran) == 4 and made[0] != made[1]


def test_llama_without_what_looks_at_pictures_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(freeze, "run", lambda command, _environment=None: ran.append(command))
    monkeypatch.setattr(freeze, "_llama_source", lambda _root, _build: tmp_path)
    monkeypatch.setattr(freeze, "only_these", lambda _lists: None)
    libraries = tmp_path / "build" / f"llama-{freeze._llama(ROOT).rpartition('=')[2]}" / "bin"
    libraries.mkdir(parents=True)
    for kind in freeze.PROCESSORS:
        (libraries / f"libggml-cpu-{kind}.so").touch()
    assert freeze.compile_llama(ROOT, tmp_path / "build") == libraries
    assert {"-DLLAMA_BUILD_MTMD=ON", "-DMTMD_VIDEO=OFF"} <= set(ran[0]) and ran[1][-1] == "mtmd"
    # With a version in it, libmtmd would look for libllama by another name than the one it is shipped under.
    assert "-DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON" in ran[0]


def test_every_library_of_llama_is_put_in_once(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    names = {"libllama.so", "libmtmd.so", "libggml.so", "libggml-base.so"}
    names |= {f"libggml-cpu-{kind}.so" for kind in freeze.PROCESSORS}
    for name in names:
        (made / name).write_bytes(b"ELF")
    freeze.put_llama(tmp_path / "inside", made)
    assert {path.name for path in (tmp_path / "inside" / "llama_cpp" / "lib").iterdir()} == names


def test_the_source_of_llama_is_fetched_as_source_alone_and_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["llama-cpp-python==0.3.6"]\n')
    sources, ran = tmp_path / "build" / "sdist", list[list[str]]()

    def download(command: list[str], _environment: dict[str, str] | None = None) -> None:
        ran.append(command)
        inside = tmp_path / "llama_cpp_python-0.3.6" / "vendor" / "llama.cpp"
        inside.mkdir(parents=True)
        sources.mkdir(parents=True)
        with tarfile.open(sources / "llama_cpp_python-0.3.6.tar.gz", "w:gz") as archive:
            archive.add(inside.parents[1], inside.parents[1].name)

    monkeypatch.setattr(freeze, "run", download)
    wanted = sources / "llama_cpp_python-0.3.6" / "vendor" / "llama.cpp"
    assert freeze._llama_source(tmp_path, tmp_path / "build") == wanted
    words = ran[0]
    # All as source would be CMake and Ninja, too, which are needed to ask for its name.
    assert words[words.index("--no-binary") + 1] == "llama-cpp-python"
    assert words[-1] == "llama-cpp-python==0.3.6"
    shutil.rmtree(wanted.parents[1])
    assert freeze._llama_source(tmp_path, tmp_path / "build") == wanted
    assert len(ran) == 1, "it was fetched again"
    shutil.rmtree(wanted.parents[1])
    (sources / "llama_cpp_python-0.3.6.tar.gz").write_bytes(b"\x1f\x8bcut off")
    with pytest.raises((tarfile.TarError, EOFError, OSError)):
        freeze._llama_source(tmp_path, tmp_path / "build")
    assert not wanted.exists()


@pytest.mark.parametrize(
    ("cuda", "version"),
    [("Optional[str] = None", ""), ("Optional[str] = '12.8'", "2.13.0"), ("str = '12.8'", "2.13.0")],
)
def test_what_is_shipped_is_the_torch_of_the_processor(tmp_path: Path, cuda: str, version: str) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "version.py").write_text(
        f"__all__ = ['__version__', 'cuda']\n__version__ = '2.13.0+cu128'\ncuda: {cuda}\n"
    )
    assert freeze.torch_for_cuda(tmp_path) == version
    assert freeze.torch_for_cuda(tmp_path / "torch") == ""


def wheels_libraries() -> list[Path]:
    """Libraries as wheels bring them: some of their makers moved their tables, some did not."""
    import numpy

    inside = Path(numpy.__file__).parent
    return [*inside.parent.glob("numpy.libs/*.so*"), *inside.glob("random/*.so"), *inside.glob("linalg/*.so")]


def test_what_a_debugger_reads_is_taken_out_and_all_that_is_loaded_stays(tmp_path: Path) -> None:
    had_symbols = 0
    for library in wheels_libraries():
        before = elf.Elf(library.read_bytes())
        copy = tmp_path / library.name
        shutil.copyfile(library, copy)
        elf.strip(copy)
        after = elf.Elf(copy.read_bytes())
        had_symbols += bool(before.symbols())
        assert not after.symbols() and len(after.data) <= len(before.data)
        assert after.mapped() == before.mapped(), library.name
    assert had_symbols > 5
    load_all = "import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]"
    # In a process of its own: these are numpy's libraries a second time.
    libraries = map(str, tmp_path.glob("lib*.so*"))
    subprocess.run([sys.executable, "-c", load_all, *libraries], check=True, timeout=120)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("/build/lib", []),
        ("/build/lib:/build/more", []),
        ("$ORIGIN", ["$ORIGIN"]),
        ("$ORIGIN/lib:$ORIGIN/more", ["$ORIGIN/lib:$ORIGIN/more"]),
    ],
)
@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler is installed")
def test_a_library_forgets_the_machine_it_was_made_on(tmp_path: Path, asked: str, left: list[str]) -> None:
    library = tmp_path / "libanswer.so"
    (tmp_path / "answer.c").write_text("int answer(void) { return 42; }\n")
    words = ["-shared", "-fPIC", "-g", f"-Wl,-rpath,{asked}", "-o", str(library), str(tmp_path / "answer.c")]
    subprocess.run(["cc", *words], check=True, timeout=60)
    assert elf.Elf(library.read_bytes()).search_paths() == [asked]
    tree.strip(tmp_path)
    assert elf.Elf(library.read_bytes()).search_paths() == left
    assert not elf.Elf(library.read_bytes()).symbols()
    assert ctypes.CDLL(str(library)).answer() == 42


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler is installed")
def test_a_library_that_needs_a_place_of_the_machine_and_one_beside_itself_ends_the_build(tmp_path: Path) -> None:
    library = tmp_path / "libboth.so"
    (tmp_path / "both.c").write_text("int both;\n")
    words = ["-shared", "-fPIC", "-Wl,-rpath,$ORIGIN:/build/lib", "-o", str(library), str(tmp_path / "both.c")]
    subprocess.run(["cc", *words], check=True, timeout=60)
    with pytest.raises(SystemExit, match=r"libboth\.so .* /build/lib"):
        elf.forget_where_made(library)


# ---- who made it ------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build that is ready but for what a test takes away, and that ends where it would begin."""
    monkeypatch.setattr(build, "BUILD", tmp_path / "build")
    monkeypatch.setattr(build, "missing_build_tools", lambda: [])
    monkeypatch.setattr(build.freeze, "package_python", lambda _root, _build: Path(sys.executable))
    monkeypatch.setattr(build.subprocess, "call", lambda _command: 77)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    return tmp_path


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="packages are made of .venv")
def test_without_a_signing_key_nothing_is_built_unless_that_is_asked_for(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main(["linux"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("No signing key is given") and told.count("\n") == 1
    for words in (["--unsigned"], ["--only", "debs"], ["--signing-key", "key"]):
        assert build.main(["linux", *words]) == 77


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="packages are made of .venv")
def test_the_folder_for_what_is_made_may_stand_behind_the_options(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(build, "make_ready", asked.append)
    # As README, this file's neighbours and the top of tests/e2e/test_package.py write it.
    for words in (["--signing-key", "key", "dist"], ["--version", "0.0.9", "--only", "debs", "dist"], ["dist"], []):
        assert build.main(["linux", *words]) == 77
    assert [words.out for words in asked] == [Path("dist")] * 3 + [ROOT / "dist"]


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="packages are made of .venv")
def test_a_frozen_program_may_be_named_as_seen_from_here(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(build, "make_ready", asked.append)
    monkeypatch.chdir(checkout)
    assert build.main(["linux", "--frozen", "build/frozen/personal-ai"]) == 77
    # Parts of the build run in packaging/, where this would be another place.
    assert asked[0].frozen == checkout.resolve() / "build/frozen/personal-ai"


def test_a_build_without_a_set_up_and_one_of_no_checkout_say_so(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "ROOT", checkout)
    monkeypatch.setattr(build, "own_version", lambda: "0.1.0")
    assert build.main(["linux", "--unsigned"]) == 2
    assert "dev.py setup" in capsys.readouterr().err
    (checkout / ".venv").mkdir()
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert build.main(["linux", "--unsigned"]) == 2
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err


def test_a_new_pair_is_for_its_owner_alone_and_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "key"
    assert release_key.main(["make", str(file)]) == 0
    public = capsys.readouterr().out.partition('"')[2].partition('"')[0]
    assert file.stat().st_mode & 0o777 == 0o600
    release_key.check(file, public)
    before = file.read_bytes()
    assert release_key.main(["make", str(file)]) == 2
    assert file.read_bytes() == before
    line = b'{"part": "app"}\n'
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(
        base64.b64decode(bundles.signature(line, file)), line
    )


def test_another_key_and_no_key_are_told_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "key"
    release_key.make(file)
    assert release_key.trusted(ROOT) == bundle.PUBLIC_KEY
    for content, why in ((file.read_bytes(), "not the other half"), (b"hello", "no signing key"), (b"", "no signing")):
        file.write_bytes(content)
        assert release_key.main(["check", str(file)]) == 2
        told = capsys.readouterr().err
        assert why in told and told.count("\n") == 1
    assert release_key.main(["check", str(tmp_path / "nothing")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_tools_of_the_build_that_are_not_there_are_asked_for_by_their_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert all(all(package) for package in system_packages.BUILD_TOOLS.values())
    there = set(system_packages.BUILD_TOOLS) - {"cmake", "rsvg-convert"}
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: name if name in there | {"g++"} else None)
    missing = {package.apt for package in system_packages.missing_build_tools()}
    assert {"cmake", "librsvg2-bin"} == {name for name in missing if not name.startswith("libpython")}


# ---- what is said about it --------------------------------------------------------------------------------------


def test_the_bill_of_materials_is_the_same_twice_and_names_everything() -> None:
    parts = [
        bill.Component("Qt", "6.11", bill.QT_LICENCE, "framework", "pkg:generic/qt@6.11"),
        bill.Component("torch", "2.13.0", "BSD-3-Clause", purl="pkg:pypi/torch@2.13.0", part="learning"),
    ]
    made = bill.bill_of_materials(parts, "0.1.0", "2026-11-29T00:00:00Z")
    assert made == bill.bill_of_materials(parts[::-1], "0.1.0", "2026-11-29T00:00:00Z")
    assert made["specVersion"] == "1.5"
    assert [row["name"] for row in made["components"]] == ["Qt", "torch"]
    assert made["dependencies"][0]["dependsOn"] == ["pkg:generic/qt@6.11", "pkg:pypi/torch@2.13.0"]


def test_the_window_reads_the_licences_that_packaging_writes(tmp_path: Path) -> None:
    part = bill.Component("Qt", "6.11", bill.QT_LICENCE, texts=["one", "two"])
    bill.write([part], tmp_path, "0.1.0", "2026-11-29T00:00:00Z")
    read = shipped(tmp_path / "licences.json")
    assert read == [Licence("Qt", "6.11", bill.QT_LICENCE, "app", "one\n\n\ntwo")]
    assert shipped(tmp_path / "nothing.json") == []


def test_what_looks_at_pictures_comes_with_the_licences_of_what_is_in_it() -> None:
    (part,) = [part for part in bill.fixed(ROOT) if "libmtmd" in part.name]
    for who in ("Sean Barrett", "David Reid", "Yann Collet", "Steve Reid", "Igor Pavlov", "William Casarin"):
        assert who in part.texts[0]


def test_every_library_says_its_licence() -> None:
    unknown = [part.name for part in bill.learning_packages() if part.licence == "see its text" and not part.texts]
    assert unknown == []


def test_desktop_entry_and_appstream_data_are_sound(tmp_path: Path) -> None:
    release = debian.Release(ROOT, "0.1.0", MOMENT, "abc", "1")
    for name in ("personal-ai.desktop", "org.personal_ai.personal_ai.metainfo.xml", "personal-ai.xml"):
        (tmp_path / name).write_text(debian.fill((PACKAGING / "linux" / name).read_text(), release))
    ElementTree.parse(tmp_path / "personal-ai.xml")
    checks = {
        "desktop-file-validate": [str(tmp_path / "personal-ai.desktop")],
        "appstreamcli": [
            "validate",
            "--pedantic",
            "--no-net",
            str(tmp_path / "org.personal_ai.personal_ai.metainfo.xml"),
        ],
    }
    for tool, words in checks.items():
        if shutil.which(tool):
            done = subprocess.run([tool, *words], capture_output=True, text=True, check=False, timeout=60)
            assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_the_shell_scripts_are_sound() -> None:
    scripts = [PACKAGING / "linux" / name for name in ("install.sh", "AppRun", "learning.postinst", "learning.prerm")]
    scripts += sorted((PACKAGING / "macos").glob("*.sh"))
    done = subprocess.run(["shellcheck", *map(str, scripts)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


# ---- the installer for one person -------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A frozen program in small: a script that says which version it is."""
    folder = tmp_path / "program"
    (folder / "_internal").mkdir(parents=True)
    (folder / "personal-ai").write_text('#!/bin/sh\nprintf "%s\\n" "started $*"\n')
    (folder / "_internal" / "data").write_text("data" * 1000)
    shutil.copyfile(shutil.which("true") or "/bin/true", folder / "_internal" / "elf")
    tree.settle(folder, MOMENT, ("personal-ai",))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A person's home folder, with a note and a space in its name."""
    folder = tmp_path / "home of É 中"
    (folder / ".local/share/Personal AI").mkdir(parents=True)
    (folder / ".local/share/Personal AI/note").write_text("mine")
    return folder


def make(program: Path, tmp_path: Path, version: str = "0.1.0") -> Path:
    """Make the installer of a version."""
    if not shutil.which("rsvg-convert"):
        pytest.skip("rsvg-convert draws the icons, and is not installed")
    work, out = tmp_path / "work", tmp_path / f"out-{version}"
    for folder in (work, out):
        folder.mkdir(exist_ok=True)
    release = debian.Release(ROOT, version, MOMENT, "abc", "1")
    tree.pack(program, work / "app.tar.xz", MOMENT, "1")
    return bundles.installer(release, program, work / "app.tar.xz", work, out)


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as the person would."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def left(home: Path) -> set[str]:
    """Every file in a home folder."""
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file() or path.is_symlink()}


def test_installed_updated_and_removed_for_one_person(program: Path, home: Path, tmp_path: Path) -> None:
    before = left(home)
    done = run(["sh", str(make(program, tmp_path))], home)
    assert done.returncode == 0, done.stderr
    assert run([str(home / ".local/bin/personal-ai"), "ask"], home).stdout == "started ask\n"
    entry = (home / ".local/share/applications/personal-ai.desktop").read_text()
    assert f'Exec="{home}/.local/opt/personal-ai/current/personal-ai"' in entry
    assert (home / ".local/share/icons/hicolor/48x48/apps/personal-ai.png").is_file()

    done = run(["sh", str(make(program, tmp_path, "0.2.0"))], home)
    assert done.returncode == 0, done.stderr
    prefix = home / ".local/opt/personal-ai"
    assert str((prefix / "current").readlink()) == "versions/0.2.0"
    assert str((prefix / "previous").readlink()) == "versions/0.1.0"

    done = run([str(prefix / "uninstall")], home)
    assert done.returncode == 0, done.stderr
    assert {name for name in left(home) if "mime" not in name and "mimeinfo" not in name} == before


def test_a_damaged_installer_installs_nothing(program: Path, home: Path, tmp_path: Path) -> None:
    installer = make(program, tmp_path)
    data = bytearray(installer.read_bytes())
    data[-100] ^= 1
    installer.write_bytes(data)
    done = run(["sh", str(installer)], home)
    assert done.returncode == 2
    assert "damaged on its way" in done.stderr
    assert not (home / ".local/bin/personal-ai").exists()
    assert list((home / ".local/opt/personal-ai/versions").iterdir()) == []


def test_an_installer_for_a_newer_system_says_so(program: Path, home: Path, tmp_path: Path) -> None:
    installer = make(program, tmp_path)
    installer.write_bytes(
        re.sub(rb"^glibc=[\d.]+$", b"glibc=9.99", installer.read_bytes(), count=1, flags=re.M)[:-1] + b"\n"
    )
    done = run(["sh", str(installer)], home)
    assert done.returncode == 2
    assert "too old for Personal AI: its glibc is" in done.stderr


def test_the_same_input_makes_the_same_installer(program: Path, tmp_path: Path) -> None:
    first = make(program, tmp_path).read_bytes()
    shutil.rmtree(tmp_path / "work")
    for path in program.rglob("*"):
        os.utime(path, None)
    tree.settle(program, MOMENT, ("personal-ai",))
    assert make(program, tmp_path).read_bytes() == first
