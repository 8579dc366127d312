"""Two packages for Debian and Ubuntu: the app, and the learning add-on."""

import datetime
import gzip
import hashlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import learning_tree
import tree
from system_packages import LIBRARIES

OPT = Path("opt/personal-ai")
MAINTAINER = "Personal AI maintainers <maintainers@personal-ai.app>"
#: Debian's packages of what PyInstaller meets and `system_packages` does not name: the set-up needs none of these.
ALSO = {
    "libgcc_s.so.1": "libgcc-s1",
    "libexpat.so.1": "libexpat1",
    "libpng16.so.16": "libpng16-16",
    "libz.so.1": "zlib1g",
    "libXau.so.6": "libxau6",
    "libXdmcp.so.6": "libxdmcp6",
    "libXext.so.6": "libxext6",
    "libcrypt.so.1": "libcrypt1",
}
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


@dataclass(frozen=True)
class Release:
    """What is the same for everything that is built together."""

    root: Path
    version: str
    #: Seconds since 1970: the moment that every file carries.
    moment: int
    #: Of the learning libraries.
    key: str
    #: How hard to compress: 1 while developing, 9 for people.
    level: str

    @property
    def day(self) -> str:
        """The day of the release, ISO 8601."""
        return f"{datetime.datetime.fromtimestamp(self.moment, datetime.UTC):%Y-%m-%d}"


def fill(text: str, release: Release) -> str:
    """Put version and day into a text from packaging/linux."""
    return text.replace("@VERSION@", release.version).replace("@DATE@", release.day)


def desktop_files(release: Release, share: Path) -> None:
    """Put desktop entry, AppStream data, MIME type and icons under a `share` folder."""
    linux = release.root / "packaging" / "linux"
    places = {
        "personal-ai.desktop": "applications/personal-ai.desktop",
        "org.personal_ai.personal_ai.metainfo.xml": "metainfo/org.personal_ai.personal_ai.metainfo.xml",
        "personal-ai.xml": "mime/packages/personal-ai.xml",
    }
    for name, place in places.items():
        write(share / place, fill((linux / name).read_text(encoding="utf-8"), release))
    icon = release.root / "resources" / "icons" / "app.svg"
    tree.copy(icon, share / "icons/hicolor/scalable/apps/personal-ai.svg")
    for size in ICON_SIZES:
        target = share / f"icons/hicolor/{size}x{size}/apps/personal-ai.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        size_words = ["-w", str(size), "-h", str(size)]
        subprocess.run(["rsvg-convert", *size_words, "-o", str(target), str(icon)], check=True)


def build_app(release: Release, program: Path, work: Path, out: Path) -> Path:
    """Build the package of the app from its frozen folder; return the file."""
    root = _fresh(work / "personal-ai")
    tree.copy(program, root / OPT)
    desktop_files(release, root / "usr/share")
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/personal-ai").symlink_to("/opt/personal-ai/personal-ai")
    manual = fill((release.root / "packaging/linux/personal-ai.1").read_text(encoding="utf-8"), release)
    _write_gzip(root / "usr/share/man/man1/personal-ai.1.gz", manual)
    _documents(release, root, "personal-ai")
    control = {
        "Package": "personal-ai",
        "Depends": ", ".join(dependencies(root)),
        "Suggests": "personal-ai-learning",
        "Provides": f"personal-ai-learning-abi-{release.key}",
        "Description": "AI of your own, offline with your notes\n"
        " You drag your notes in and talk with a model that runs on your computer.\n"
        " It finds what you ask for and shows the notes that it leans on.\n"
        " .\n"
        " With the package personal-ai-learning it learns from your notes at night,\n"
        " and proves that this helped before it uses what it learned.\n"
        " .\n"
        " Nothing leaves the machine: no account, no server, no telemetry.",
    }
    return _pack(release, root, control, out, ("personal-ai",))


def build_learning(release: Release, addon: Path, work: Path, out: Path) -> Path:
    """Build the package of the learning add-on from its folder; return the file."""
    root = _fresh(work / "personal-ai-learning")
    tree.copy(addon, root / OPT / "learning")
    _documents(release, root, "personal-ai-learning")
    linux = release.root / "packaging" / "linux"
    for script in ("postinst", "prerm"):
        write(root / "DEBIAN" / script, (linux / f"learning.{script}").read_text(encoding="utf-8"))
    control = {
        "Package": "personal-ai-learning",
        "Depends": f"personal-ai-learning-abi-{release.key}, {', '.join(dependencies(root))}",
        "Enhances": "personal-ai",
        "Description": "AI of your own: learning at night\n"
        " The libraries that Personal AI learns with: PyTorch for the processor, PEFT\n"
        " and what they need.\n"
        " .\n"
        " Without this package Personal AI finds your notes and answers from them;\n"
        " with it a part of the model is trained on them while you are away.",
    }
    programs = ("postinst", "prerm", Path(learning_tree.MANAGER).name)
    return _pack(release, root, control, out, programs)


def dependencies(root: Path) -> list[str]:
    """Which Debian packages the libraries below `root` are linked to, with the C library they need at least."""
    needed, present, newest = set(), set(), (2, 17)
    for path in tree.files(root):
        if not tree.is_elf(path):
            continue
        present.add(path.name)
        said = subprocess.run(["readelf", "-dVW", str(path)], capture_output=True, text=True, check=False).stdout
        needed |= set(re.findall(r"\(NEEDED\).*\[(.+?)\]", said))
        newest = max([newest, *((int(a), int(b)) for a, b in re.findall(r"GLIBC_(\d+)\.(\d+)", said))])
    # The C library's own parts, and what the app brings for the add-on.
    base = r"(libc|libm|libdl|libpthread|librt|libutil|ld-linux-x86-64|libresolv|libmvec)\.so"
    brought = r"(libgomp|libpython3\.\d+)\.so"
    packages = {f"libc6 (>= {newest[0]}.{newest[1]})"}
    for name in needed - present:
        if package := LIBRARIES[name].apt if name in LIBRARIES else ALSO.get(name):
            packages.add(package)
        elif not re.match(base, name) and not re.match(brought, name):
            raise SystemExit(f"no package is known for {name}: name it in packaging/system_packages.py")
    return sorted(packages)


def _documents(release: Release, root: Path, package: str) -> None:
    place = root / "usr/share/doc" / package
    write(place / "copyright", (release.root / "packaging/linux/copyright").read_text(encoding="utf-8"))
    moment = datetime.datetime.fromtimestamp(release.moment, datetime.UTC)
    news = (release.root / "CHANGELOG.md").read_text(encoding="utf-8")
    entry = (
        f"{package} ({release.version}) stable; urgency=medium\n\n"
        f"  * What is new for people stands in NEWS.md.gz beside this file.\n\n"
        f" -- {MAINTAINER}  {moment:%a, %d %b %Y %H:%M:%S} +0000\n"
    )
    _write_gzip(place / "changelog.gz", entry)
    _write_gzip(place / "NEWS.md.gz", news)


def _pack(release: Release, root: Path, control: dict[str, str], out: Path, programs: tuple[str, ...]) -> Path:
    about = {
        **{"Package": control.pop("Package"), "Version": release.version, "Architecture": "amd64"},
        **{"Maintainer": MAINTAINER, "Section": "misc", "Priority": "optional"},
        "Installed-Size": str(-(-tree.size(root) // 1024)),
        **control,
    }
    sums = [
        f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root).as_posix()}\n"
        for path in tree.files(root)
        if "DEBIAN" not in path.parts and not path.is_symlink()
    ]
    write(root / "DEBIAN/md5sums", "".join(sums))
    write(root / "DEBIAN/control", "".join(f"{name}: {value}\n" for name, value in about.items()))
    tree.settle(root, release.moment, programs)
    target = out / f"{about['Package']}_{release.version}_amd64.deb"
    # Debian's own rules know no zstd, and an older dpkg cannot read it.
    hard = ["-Zxz", f"-z{release.level}", *(["-Sextreme"] if release.level == "9" else [])]
    environment = {"SOURCE_DATE_EPOCH": str(release.moment), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    command = ["dpkg-deb", "--root-owner-group", "--threads-max=1", *hard, "--build", str(root), str(target)]
    subprocess.run(command, check=True, env=environment)
    return target


def _fresh(folder: Path) -> Path:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write(path: Path, text: str) -> None:
    """Write a text, with the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_gzip(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
