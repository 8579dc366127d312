"""Folders of files on their way into a package: the same input makes the same bytes."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import elf


def files(folder: Path) -> Iterator[Path]:
    """Every file and link below a folder, sorted by its path."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def is_elf(path: Path) -> bool:
    """Whether a file is a Linux program or library."""
    if path.is_symlink():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def size(folder: Path) -> int:
    """What a folder's files hold, in bytes."""
    return sum(path.lstat().st_size for path in files(folder))


def settle(folder: Path, moment: int, programs: tuple[str, ...] = ()) -> None:
    """Give every file the same time and the rights that its kind has; only `programs` (by name) can be started."""
    for path in [folder, *sorted(folder.rglob("*"))]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.name in programs else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def strip(folder: Path) -> None:
    """Take out of programs and libraries what only a debugger reads, and which machine they were made on."""
    for path in files(folder):
        if is_elf(path):
            elf.strip(path)
            elf.forget_where_made(path)


def copy(source: Path, target: Path) -> None:
    """Copy a folder or a file; hard links where the disk can, for what is written once and never changed."""
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return
    shutil.copytree(source, target, symlinks=True, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def pack(folder: Path, target: Path, moment: int, level: str) -> None:
    """Write a folder as tar.xz: sorted, owned by nobody in particular, all of one moment."""
    with subprocess.Popen(["xz", "-T1", f"-{level}", "-c"], stdin=subprocess.PIPE, stdout=target.open("wb")) as xz:
        assert xz.stdin
        with tarfile.open(fileobj=xz.stdin, mode="w|", format=tarfile.GNU_FORMAT) as archive:
            for path in sorted(folder.rglob("*")):
                archive.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_plain(moment))
    if xz.returncode:
        raise SystemExit("xz failed")


def packed_size(file: Path, level: str) -> int:
    """What a file takes when it is packed alone, in bytes."""
    done = subprocess.run(["xz", "-T1", f"-{level}", "-c", str(file)], stdout=subprocess.PIPE, check=True)
    return len(done.stdout)


def _plain(moment: int):
    def owned_by_nobody(about: tarfile.TarInfo) -> tarfile.TarInfo:
        about.uid = about.gid = 0
        about.uname = about.gname = ""
        about.mtime = moment
        return about

    return owned_by_nobody


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
