"""Signed files that bring a part of the program: who made one is proved before a byte of it is unpacked.

personal-ai bundle 1        what the file is
{"part": …}                 the manifest, one line of JSON
iK3…                        its Ed25519 signature, in base64
…                           a tar.xz, whose SHA-256 the manifest names
"""

import base64
import binascii
import hashlib
import io
import os
import platform
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from personal_ai.errors import UserError, disk_sentence
from personal_ai.paths import sync_folder

SUFFIX = ".personal-ai"
FIRST_LINE = b"personal-ai bundle 1\n"
#: Ed25519, as 32 bytes in base64: the other half is kept by those who make the releases.
PUBLIC_KEY = "U0u1fLZ8fPTX3oh7/2JuTL4XIEygb7Qs989eqMwylwc="
#: Left free on the disk beside what is unpacked: bytes.
SPARE = 64 << 20
_LONGEST_LINE = 8 << 20
_BLOCK = 1 << 20


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a signed file brings."""

    #: "app" or "learning".
    part: str
    version: str
    #: Where it runs, as in `linux-x86_64`.
    system: str
    #: Which set of learning libraries it is or needs.
    key: str
    #: The packed part, in bytes, and its SHA-256 in hexadecimal.
    packed: int
    sha256: str
    #: What it takes on the disk, in bytes, and in how many files.
    unpacked: int
    files: int


class _Summed(io.BufferedIOBase):
    """The rest of a file, with the SHA-256 of all that was read of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._sum = file, hashlib.sha256()

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._file.read(-1 if size is None else size)
        self._sum.update(data)
        return data

    def sum(self) -> str:
        """Read to the end; the sum of everything, in hexadecimal."""
        while self.read(_BLOCK):
            pass
        return self._sum.hexdigest()


class Unpacked(msgspec.Struct, frozen=True):
    """How far unpacking is."""

    files: int
    of: int


def this_system() -> str:
    """The system and processor that this program runs on, as in `linux-x86_64`."""
    machine = platform.machine().lower().replace("amd64", "x86_64").replace("aarch64", "arm64")
    return f"{ {'win32': 'windows', 'darwin': 'macos'}.get(sys.platform, 'linux') }-{machine}".replace(" ", "")


def read(path: Path, part: str, public_key: str = PUBLIC_KEY) -> Manifest:
    """Check who made a file, that it is whole, and that it is a `part` for this system; return its manifest.

    Raises UserError, one sentence, for any other file.
    """
    try:
        with path.open("rb") as file:
            manifest = _head(file, path, public_key)
            if file.seek(0, os.SEEK_END) - _payload_at(path) != manifest.packed:
                raise UserError(f"“{path.name}” is not complete: part of it is missing. Copy or download it again.")
            file.seek(_payload_at(path))
            if hashlib.file_digest(file, "sha256").hexdigest() != manifest.sha256:
                raise UserError(f"“{path.name}” was damaged on its way. Copy or download it again.")
    except OSError as error:
        raise UserError(disk_sentence(error, f"reading “{path.name}”")) from error
    if manifest.part != part:
        what = {"app": "Personal AI itself", "learning": "the learning add-on"}
        raise UserError(
            f"“{path.name}” holds {what.get(manifest.part, 'something else')}, and this is the place for {what[part]}."
        )
    if manifest.system != this_system():
        raise UserError(f"“{path.name}” is for {manifest.system}, and this computer is {this_system()}.")
    return manifest


def _head(file: BinaryIO, path: Path, public_key: str) -> Manifest:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    refused = UserError(
        f"“{path.name}” does not come from the makers of Personal AI, or was changed since: it is not opened. "
        "Take one from where you have the program."
    )
    if file.readline(len(FIRST_LINE)) != FIRST_LINE:
        raise refused
    manifest, signature = file.readline(_LONGEST_LINE), file.readline(_LONGEST_LINE)
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(signature, validate=False), manifest)
        return msgspec.json.decode(manifest, type=Manifest)
    except (InvalidSignature, binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise refused from error


def _payload_at(path: Path) -> int:
    with path.open("rb") as file:
        for _ in range(3):
            file.readline(_LONGEST_LINE)
        return file.tell()


def check_room(folder: Path, manifest: Manifest) -> None:
    """Raise UserError where the disk of `folder` cannot take what the file brings, or nothing may be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise UserError(disk_sentence(error, "installing")) from error
    if free < manifest.unpacked + SPARE:
        raise UserError(
            f"There is not enough room: {_megabytes(manifest.unpacked + SPARE)} are needed in “{folder}” and "
            f"{_megabytes(free)} are free. Free some space and try again; nothing was changed."
        )


def unpack(path: Path, manifest: Manifest, target: Path) -> Iterator[Unpacked]:
    """Unpack a file that `read` has checked, so that `target` is there whole or not at all. Yields how far it is.

    `target` must not exist. Raises UserError for a disk that does not take it, and for a file that is another one by
    now; nothing is left behind then.
    """
    check_room(target.parent, manifest)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        with path.open("rb") as file:
            file.seek(_payload_at(path))
            payload = _Summed(file)
            with tarfile.open(fileobj=payload, mode="r|xz") as archive:
                for count, member in enumerate(archive, start=1):
                    # `data` refuses what would leave the folder.
                    archive.extract(member, draft, filter="data")
                    if count % 50 == 0:
                        yield Unpacked(count, manifest.files)
            if payload.sum() != manifest.sha256:
                raise UserError(f"“{path.name}” was changed while it was unpacked. Copy or download it again.")
        draft.chmod(0o755)
        if hasattr(os, "sync"):
            # One by one, thousands of small files take minutes.
            os.sync()
        draft.replace(target)
        sync_folder(target.parent)
    except (OSError, tarfile.TarError, EOFError) as error:
        sentence = disk_sentence(error, "installing") if isinstance(error, OSError) else ""
        raise UserError(sentence or f"“{path.name}” cannot be unpacked. Copy or download it again.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    yield Unpacked(manifest.files, manifest.files)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
