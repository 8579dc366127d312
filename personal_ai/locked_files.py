"""Files sealed with a key: AES-256-GCM, piece by piece, so that a file of any size is changed by nobody unnoticed.

A sealed file is MAGIC, 16 random bytes (from which and the key the file's own key is made, HKDF-SHA256), and pieces of
1 MiB, each with its number and whether it is the last as the nonce: none can be left out, moved or come from elsewhere.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from personal_ai.paths import sync_folder, wipe, write_durably

MAGIC = b"Personal AI sealed 1\n"
PIECE, TAG, SALT = 1 << 20, 16, 16


class BrokenSeal(Exception):
    """A sealed file was changed, cut short, or sealed with another key."""


def is_sealed(path: Path) -> bool:
    """Whether a file is sealed. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def seal(key: bytes, source: BinaryIO, target: BinaryIO) -> None:
    """Write what is read from `source` to `target`, sealed. Raises OSError."""
    salt = os.urandom(SALT)
    target.write(MAGIC + salt)
    cipher, number, piece = _cipher(key, salt), 0, source.read(PIECE)
    while True:
        following = source.read(PIECE)
        target.write(cipher.encrypt(_nonce(number, last=not following), piece, MAGIC))
        if not following:
            return
        number, piece = number + 1, following


def opened(key: bytes, source: BinaryIO) -> Iterator[bytes]:
    """The pieces of what was sealed. Raises BrokenSeal, after the sound ones, and OSError."""
    from cryptography.exceptions import InvalidTag

    head = source.read(len(MAGIC) + SALT)
    if len(head) < len(MAGIC) + SALT or not head.startswith(MAGIC):
        raise BrokenSeal("it is not sealed")
    cipher, number, piece = _cipher(key, head[len(MAGIC) :]), 0, source.read(PIECE + TAG)
    while True:
        following = source.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, MAGIC)
        except InvalidTag as error:
            raise BrokenSeal("it was changed since, or belongs to another key") from error
        if not following:
            return
        number, piece = number + 1, following


def _cipher(key: bytes, salt: bytes):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MAGIC).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


# ---- files ------------------------------------------------------------------------------------------------------


class Files:
    """Files as they are."""

    def read(self, path: Path) -> bytes:
        """What a file says. Raises OSError."""
        return path.read_bytes()

    def write(self, path: Path, data: bytes) -> None:
        """Replace a file so that a crash leaves the old one or the new one. Raises OSError."""
        write_durably(path, data)

    def take_in(self, source: Path, target: Path) -> None:
        """Copy a plain file to a place where there is none yet, durably. Raises OSError."""
        with source.open("rb") as reading, target.open("xb") as writing:
            self._copy(reading, writing)
            writing.flush()
            os.fsync(writing.fileno())

    def usable(self, path: Path) -> Path:
        """Where a library finds it in plain. Raises OSError."""
        return path

    def drop(self, folder: Path) -> None:
        """Forget what `usable` made of the files in a folder that goes."""

    def _copy(self, source: BinaryIO, target: BinaryIO) -> None:
        shutil.copyfileobj(source, target, PIECE)


class SealedFiles(Files):
    """Files that lie sealed on disk; in plain they are only in memory, in a folder `room` that is gone with the power.

    `folder` is above all of them. A file that cannot be opened raises OSError, as one that cannot be read.
    """

    def __init__(self, key: bytes, folder: Path, room: Path) -> None:
        self._key, self._folder, self._room = key, folder, room

    def read(self, path: Path) -> bytes:
        with path.open("rb") as file:
            return b"".join(self._pieces(file, path))

    def write(self, path: Path, data: bytes) -> None:
        import io

        sealed = io.BytesIO()
        seal(self._key, io.BytesIO(data), sealed)
        write_durably(path, sealed.getvalue())

    def usable(self, path: Path) -> Path:
        place, about = self._place(path), path.stat()
        with contextlib.suppress(FileNotFoundError):
            if place.stat().st_mtime_ns == about.st_mtime_ns:
                return place
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.{os.getpid()}.tmp")
        try:
            with path.open("rb") as source, part.open("wb") as target:
                for piece in self._pieces(source, path):
                    target.write(piece)
            os.utime(part, ns=(about.st_mtime_ns, about.st_mtime_ns))
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
        return place

    def drop(self, folder: Path) -> None:
        shutil.rmtree(self._place(folder), ignore_errors=True)

    def _copy(self, source: BinaryIO, target: BinaryIO) -> None:
        seal(self._key, source, target)

    def _pieces(self, file: BinaryIO, path: Path) -> Iterator[bytes]:
        try:
            yield from opened(self._key, file)
        except BrokenSeal as error:
            raise OSError(None, str(error), str(path)) from error

    def _place(self, path: Path) -> Path:
        return self._room / path.relative_to(self._folder)


# ---- from plain to sealed and back ------------------------------------------------------------------------------


def convert(path: Path, make: Callable[[Path, Path], None], done: Callable[[Path], bool]) -> None:
    """Put in the place of a file what `make(path, new)` writes to `new`, and leave nothing of the old on the disk.

    A crash at any moment leaves the old or the new under the file's name, and the same call finishes the work. `done`
    tells the new from the old. Raises OSError.
    """
    new, old = path.with_name(f"{path.name}-new"), path.with_name(f"{path.name}-old")
    if old.exists() and not path.exists():
        old.rename(path)
    for left in (new, old):
        # An old one that is still the file itself keeps its content: only this name of it goes.
        if left.exists():
            wipe(left)
    if not path.exists() or done(path):
        return
    make(path, new)
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    new.chmod(path.stat().st_mode & 0o777)
    try:
        os.link(path, old)
    except OSError:
        # Where a file can have one name only, it has none for a moment; the first lines see to that.
        path.rename(old)
    new.replace(path)
    sync_folder(path.parent)
    wipe(old)
    sync_folder(path.parent)


def seal_file(key: bytes, path: Path) -> None:
    """Seal a file in its place; one that is sealed stays. Raises OSError."""

    def make(source: Path, target: Path) -> None:
        with source.open("rb") as reading, target.open("wb") as writing:
            seal(key, reading, writing)

    convert(path, make, is_sealed)


def open_file(key: bytes, path: Path) -> None:
    """Make a sealed file plain in its place; a plain one stays. Raises OSError, BrokenSeal with the file as it was."""

    def make(source: Path, target: Path) -> None:
        with source.open("rb") as reading, target.open("wb") as writing:
            for piece in opened(key, reading):
                writing.write(piece)

    convert(path, make, lambda file: not is_sealed(file))
