"""The frozen program: PyInstaller's folder of it, with llama.cpp for any processor put in, stripped and settled."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import shape
import tree

#: PyInstaller and its hooks, named in pyproject.toml's dependency group `package`.
GROUP = "package"
#: Where torch is that computes on the processor alone.
TORCH_FOR_PROCESSORS = "https://download.pytorch.org/whl/cpu"
#: The kinds of processor that llama.cpp is compiled for; the best that runs is taken at the start.
PROCESSORS = ("sse42", "haswell", "icelake")
LLAMA_FLAGS = (
    *("-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=ON", "-DGGML_NATIVE=OFF", "-DGGML_BACKEND_DL=ON"),
    *("-DGGML_CPU_ALL_VARIANTS=ON", "-DLLAMA_BUILD_COMMON=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_TOOLS=OFF"),
    *("-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_APP=OFF", "-DLLAMA_CURL=OFF"),
    # Pictures are looked at; films would be taken apart by a program of the system.
    *("-DLLAMA_BUILD_MTMD=ON", "-DMTMD_VIDEO=OFF"),
    *("-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON", "-DCMAKE_INSTALL_RPATH=$ORIGIN"),
    # One name for each library: the one that Python loads it by is the one that the others need.
    "-DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON",
)


def package_python(root: Path, build: Path) -> Path:
    """Return a Python that has PyInstaller and sees the libraries of .venv; made at the first call."""
    place = build / "venv"
    python = place / "bin" / "python"
    (beside,) = (root / ".venv" / "lib").glob("python3*/site-packages")
    if not (place / "lib" / beside.parent.name).is_dir():
        # The libraries are of one version of Python: the one of .venv, whichever runs the build.
        shutil.rmtree(place, ignore_errors=True)
        run([str(root / ".venv" / "bin" / "python"), "-m", "venv", str(place)])
    (site,) = (place / "lib").glob("python3*/site-packages")
    (site / "program.pth").write_text(f"{beside.resolve()}\n", encoding="utf-8")
    if not (site / "PyInstaller").is_dir():
        run([str(python), "-m", "pip", "install", "--quiet", *requirements(root)])
    if (version := torch_for_cuda(beside)) and not (site / "torch").is_dir():
        # What is shipped computes on the processor; for graphics cards it would be several gigabytes.
        words = ["--quiet", "--no-deps", "--ignore-installed", "--index-url", TORCH_FOR_PROCESSORS]
        run([str(python), "-m", "pip", "install", *words, f"torch=={version}"])
    return python


def torch_for_cuda(site_packages: Path) -> str:
    """The version of the torch there where it is one for graphics cards; empty for one of the processor, or none."""
    about = site_packages / "torch" / "version.py"
    text = about.read_text(encoding="utf-8") if about.is_file() else ""
    if not re.search(r"^cuda\b.*=\s*['\"]", text, re.MULTILINE):
        return ""
    found = re.search(r"^__version__\s*=\s*['\"]([\d.]+)", text, re.MULTILINE)
    return found[1] if found else ""


def requirements(root: Path) -> list[str]:
    """What the dependency group for packaging asks for."""
    import tomllib

    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"][GROUP]


def compile_llama(root: Path, build: Path) -> Path:
    """Compile llama.cpp for every kind of processor in PROCESSORS; return the folder of its libraries.

    The llama.cpp in .venv is made for the very processor it was compiled on, and would not start on an older one.
    """
    compiled = build / f"llama-{_llama(root).rpartition('=')[2]}"
    libraries = compiled / "bin"
    needed = ["libmtmd.so", *(f"libggml-cpu-{name}.so" for name in PROCESSORS)]
    if all((libraries / name).is_file() for name in needed):
        return libraries
    source = _llama_source(root, build)
    only_these(source / "ggml" / "src" / "CMakeLists.txt")
    # No path of the machine it was made on stays in it.
    unnamed = [f"-DCMAKE_{language}_FLAGS=-ffile-prefix-map={source}=." for language in ("C", "CXX")]
    run(["cmake", "-G", "Ninja", "-S", str(source), "-B", str(compiled), *LLAMA_FLAGS, *unnamed])
    run(["cmake", "--build", str(compiled), "--target", "llama", "ggml", "mtmd"])
    return libraries


def _llama_source(root: Path, build: Path) -> Path:
    sources = build / "sdist"
    pinned = _llama(root)
    project, _, version = pinned.partition("==")
    name = f"{project.replace('-', '_')}-{version}"
    found = sources / name / "vendor" / "llama.cpp"
    if not found.is_dir():
        import tarfile

        packed = sources / f"{name}.tar.gz"
        if not packed.is_file():
            python = str(build / "venv" / "bin" / "python")
            # pip asks the source for its name, in an environment of its own, before it keeps it. Only this one is to be
            # source: with `:all:` pip would compile CMake and Ninja for that environment.
            run(
                [
                    python,
                    "-m",
                    "pip",
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--no-binary",
                    project,
                    "-d",
                    str(sources),
                    pinned,
                ]
            )
        # To its name only when it is whole: what was cut off would be taken for it.
        with tempfile.TemporaryDirectory(dir=sources) as draft, tarfile.open(packed) as opened:
            opened.extractall(draft, filter="data")
            (Path(draft) / name).replace(sources / name)
    return found.resolve()


def _llama(root: Path) -> str:
    """Which llama-cpp-python the program is made with, as pyproject.toml pins it."""
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return next(name for name in project["dependencies"] if name.startswith("llama-cpp-python=="))


def only_these(lists: Path, wanted: tuple[str, ...] = PROCESSORS) -> None:
    """Leave out of llama.cpp's build every kind of processor but the wanted ones."""
    text = lists.read_text(encoding="utf-8")
    variant = re.compile(r"^( *)ggml_add_cpu_backend_variant\((\w+)(\s.*)?\)$", re.MULTILINE)
    lists.write_text(
        variant.sub(lambda found: found[0] if found[2] in wanted else f"{found[1]}# {found[2]}", text), encoding="utf-8"
    )


def freeze(root: Path, build: Path, moment: int) -> Path:
    """Make the frozen program; return its folder, which holds `personal-ai` and `_internal`."""
    python = package_python(root, build)
    libraries = compile_llama(root, build)
    environment = os.environ | {
        "PERSONAL_AI_ROOT": str(root),
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(moment),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    places = ["--distpath", str(build / "frozen"), "--workpath", str(build / "work")]
    spec = str(root / "packaging" / "personal-ai.spec")
    run([str(python), "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", *places, spec], environment)
    program = build / "frozen" / "personal-ai"
    prune(program)
    put_llama(program / "_internal", libraries)
    tree.strip(program)
    return program


def put_llama(inside: Path, libraries: Path) -> None:
    """Put llama.cpp's libraries where it is looked for, each once, under its one name."""
    place = inside / "llama_cpp" / "lib"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    names = ("libllama.so", "libmtmd.so", "libggml.so", "libggml-base.so")
    for name in (*names, *(f"libggml-cpu-{kind}.so" for kind in PROCESSORS)):
        shutil.copyfile((libraries / name).resolve(), place / name)


def prune(program: Path) -> None:
    """Take out what `shape` says is not shipped, and then the libraries that nothing left there is linked to."""
    inside = program / "_internal"
    for path in list(tree.files(inside)):
        if not shape.keeps(path.relative_to(inside).as_posix()):
            path.unlink()
    while unused := _unused(program):
        for path in unused:
            path.unlink()
    for folder in sorted((path for path in inside.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _unused(program: Path) -> list[Path]:
    """Libraries that lie beside the program for others' sake, and that no other file needs."""
    beside = [path for path in (program / "_internal").glob("lib*.so*") if not path.name.startswith("libpython")]
    needed: set[str] = set()
    for path in tree.files(program):
        if tree.is_elf(path):
            said = subprocess.run(["readelf", "-dW", str(path)], capture_output=True, text=True, check=False).stdout
            needed |= set(re.findall(r"\(NEEDED\).*\[(.+?)\]", said))
    return [path for path in beside if path.name not in needed]


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a program of the build; the build ends where it fails."""
    if subprocess.run(command, env=environment, check=False).returncode:
        raise SystemExit(f"{Path(command[0]).name} failed: {' '.join(command)[:300]}")


if __name__ == "__main__":
    print(freeze(Path(__file__).resolve().parent.parent, Path(sys.argv[1]).resolve(), int(sys.argv[2])))
