"""Make the packages that people install.

python3 packaging/build.py linux --signing-key FILE [--fast] [--version V] [OUT]

Everything that can be made on Linux is made in `dist/` (or OUT) and checked: two packages for Debian and Ubuntu, an
installer for any Linux, a folder ready for an AppImage, the add-on as a signed file, an update as a signed file, the
bill of materials, and the checksums of all that. How the key is made is told in release_key.py; with `--unsigned` in
its place the two signed files are left out, for trying. `--fast` compresses little, for trying too. Needs a finished
set-up (`dev.py setup`); CMake, Ninja and the other tools are installed where it may use apt, else named. The scripts
for Windows and macOS lie beside this file.
"""

import argparse
import datetime
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import bundles
import debian
import freeze
import learning_tree
import release_key
import tree
from console import Screen, Stop
from debian import Release
from system_packages import missing_build_tools, provide

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
#: What a part may take, in bytes, as it is downloaded; and both together when installed.
LIMITS = {"app": 200e6, "app without the model": 110e6, "learning": 230e6, "installed": 1.1e9}


def main(words: list[str]) -> int:
    """Build for one system; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=["linux"])
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "dist")
    parser.add_argument("--fast", action="store_true", help="compress little, for trying")
    parser.add_argument("--version", default=own_version(), help="another version in names and manifests")
    parser.add_argument("--signing-key", type=Path, help="the secret half of the release key (release_key.py)")
    parser.add_argument("--unsigned", action="store_true", help="sign nothing, and make no files that must be signed")
    parser.add_argument("--frozen", type=absolute, help="take this frozen program instead of making one")
    parser.add_argument("--only", choices=["debs", "all"], default="all")
    # Intermixed: what parse_args reads before the options would be all it reads, and OUT stands behind them.
    asked = parser.parse_intermixed_args(words)
    try:
        make_ready(asked)
        python = freeze.package_python(ROOT, BUILD)
        if Path(sys.prefix).resolve() != (BUILD / "venv").resolve():
            # The one that has PyInstaller, and the libraries of .venv around it.
            return subprocess.call([str(python), str(Path(__file__).resolve()), *words])
        if asked.signing_key:
            release_key.check(asked.signing_key, release_key.trusted(ROOT))
        build(asked)
    except Stop as stop:
        sys.stderr.write(f"{stop}\n")
        return 2
    return 0


def make_ready(asked: argparse.Namespace) -> None:
    """Raise Stop for whatever would end the build after minutes; install the tools that are missing, where it may."""
    if not (ROOT / ".venv").exists():
        raise Stop("Packages are made of what the set-up brings: run “python3 packaging/dev.py setup” first.")
    if asked.only == "all" and not asked.signing_key and not asked.unsigned:
        raise Stop(
            "No signing key is given, and the program installs no update or add-on that is not signed: name the key's "
            "file with --signing-key (packaging/release_key.py tells how one is made), or say --unsigned to leave "
            "those two out."
        )
    moment_of_release()
    BUILD.mkdir(exist_ok=True)
    provide(missing_build_tools(), BUILD / "tools.log", Screen(live=sys.stderr.isatty()))


def absolute(words: str) -> Path:
    """The place that was named, for the parts of the build that run in another folder."""
    return Path(words).resolve()


def own_version() -> str:
    """The version in `personal_ai/__init__.py`."""
    text = (ROOT / "personal_ai" / "__init__.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def moment_of_release() -> int:
    """Seconds since 1970 that every file carries: SOURCE_DATE_EPOCH, else the newest commit's."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        said = ""
    if not said.isdecimal():
        raise Stop("This is no checkout that git can read: set SOURCE_DATE_EPOCH to the seconds of the release.")
    return int(said)


def build(asked: argparse.Namespace) -> None:
    """Make everything, say how large it is, and end where something is larger than it may be."""
    moment, out, work = moment_of_release(), asked.out.resolve(), BUILD / "packages"
    for folder in (out, work):
        folder.mkdir(parents=True, exist_ok=True)
    python = freeze.package_python(ROOT, BUILD)
    # The packages of .venv are read by the Python that has them around it.
    about = json.loads(_said([str(python), "learning_tree.py", str(BUILD / "learning"), asked.version]))
    tree.settle(BUILD / "learning", moment, (Path(learning_tree.MANAGER).name,))
    program = asked.frozen or freeze.freeze(ROOT, BUILD, moment)
    release = Release(ROOT, asked.version, moment, about["key"], "1" if asked.fast else "9")
    made = [debian.build_learning(release, BUILD / "learning", work, out)]
    signed = None if asked.only == "debs" or asked.unsigned else asked.signing_key
    if signed:
        made.append(bundles.sign(release, "learning", BUILD / "learning", out, signed))
    tell_program(release, program, about | {"packed": made[-1].stat().st_size}, python)
    made.append(debian.build_app(release, program, work, out))
    if asked.only == "all":
        made += bundles.build_all(release, program, work, out, signed)
    finish(release, program, made, out)


def tell_program(release: Release, program: Path, about: dict, python: Path) -> None:
    """Put into the frozen program what it must know: which add-on it needs, and the licences of what it brings."""
    resources = program / "_internal" / "resources"
    # The folder for an AppImage of another version may share these files, by hard links.
    (resources / "learning.json").unlink(missing_ok=True)
    shutil.rmtree(resources / "licences", ignore_errors=True)
    debian.write(resources / "learning.json", json.dumps(about, sort_keys=True) + "\n")
    day = f"{datetime.datetime.fromtimestamp(release.moment, datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    _said([str(python), "shipped.py", str(ROOT), str(program), str(resources / "licences"), release.version, day])
    tree.settle(program, release.moment, ("personal-ai",))


def finish(release: Release, program: Path, made: list[Path], out: Path) -> None:
    """Write the checksums, copy the bill of materials, say the sizes and refuse what is too large."""
    bill = out / f"personal-ai-{release.version}.cdx.json"
    bill.write_bytes((program / "_internal/resources/licences/sbom.cdx.json").read_bytes())
    sums = [f"{tree.sha256(path)}  {path.name}\n" for path in sorted([*made, bill]) if path.is_file()]
    debian.write(out / "SHA256SUMS", "".join(sums))
    installed = tree.size(program) + tree.size(BUILD / "learning")
    model = sum(
        tree.packed_size(path, release.level) for path in (program / "_internal/resources/models").glob("*.gguf")
    )
    sizes = {path.name: path.stat().st_size for path in made if path.is_file()} | {"installed together": installed}
    for name, size in sizes.items():
        print(f"{size / 1e6:8.1f} MB  {name}")
    app, learning = (
        sizes[f"personal-ai_{release.version}_amd64.deb"],
        sizes[f"personal-ai-learning_{release.version}_amd64.deb"],
    )
    parts = {"app": app, "app without the model": app - model, "learning": learning, "installed": installed}
    print(f"{parts['app without the model'] / 1e6:8.1f} MB  the app without its model")
    if release.level == "9" and (large := too_large(parts)):
        raise SystemExit(f"larger than it may be: {', '.join(large)}")


def too_large(sizes: Mapping[str, float]) -> list[str]:
    """Which of the parts in LIMITS are larger than they may be; a part whose size is not known is one of them."""
    return [name for name, most in LIMITS.items() if not sizes.get(name, math.inf) <= most]


def _said(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT / "packaging", capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
