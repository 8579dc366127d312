"""One folder for each adapter: whole or not there, whenever the power goes."""

import errno
import hashlib
import logging
import os
import re
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

from personal_ai.adapters.manifest import Manifest, decode_manifest, encode_manifest
from personal_ai.errors import disk_error
from personal_ai.locked_files import Files
from personal_ai.models.adapter_file import READING
from personal_ai.paths import sync_folder

logger = logging.getLogger(__name__)

#: What chats.
ADAPTER = "adapter.gguf"
#: What may come along from a job's folder.
FILES = (ADAPTER, "adapter.safetensors", READING, "report.json")

_TEMPORARY = re.compile(r"\.(?:new|gone)-\d+-(\d+)(?:-\d+)?|\.CURRENT\.(\d+)(?:-\d+)?\.tmp")


class UnsoundError(Exception):
    """An adapter's folder is missing, incomplete or changed; the text ends the sentence "Adapter 3 …"."""


class Folders:
    """The folders `<number>/` below one folder. Several processes may work on the same one."""

    def __init__(self, folder: Path, files: Files | None = None) -> None:
        self._folder = folder
        self._files = files or Files()
        self._hashed: dict[tuple[str, int, int], str] = {}

    def adapter(self, number: int) -> Path:
        """Where adapter `number`'s GGUF file can be read, its other files beside it; a path to nothing without it."""
        folder = self._folder / str(number)
        try:
            found = [self._files.usable(folder / name) for name in FILES if (folder / name).is_file()]
        except OSError as error:
            raise disk_error(error, f"opening adapter {number}") from error
        return found[0].parent / ADAPTER if found else folder / ADAPTER

    def numbers(self) -> list[int]:
        """The numbers of all adapters that have a folder, in no order."""
        return [int(entry.name) for entry in self._entries() if entry.name.isdecimal() and _is_folder(entry)]

    def sound(self, number: int) -> Manifest:
        """Read adapter `number`'s manifest and compare the file's checksum. Raises UnsoundError."""
        folder = self._folder / str(number)
        if not _is_folder(folder):
            raise UnsoundError("is no longer there")
        try:
            manifest = decode_manifest(self._files.read(folder / "manifest.json"))
            files = {ADAPTER: manifest.adapter_sha256} | ({READING: read} if (read := manifest.reading_sha256) else {})
            changed = (self._hash(self._files.usable(folder / name)) != sha256 for name, sha256 in files.items())
            if manifest.number != number or any(changed):
                raise UnsoundError("has changed on disk since it was made")
        except FileNotFoundError as error:
            raise UnsoundError("is incomplete") from error
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnsoundError("cannot be read") from error
        return manifest

    def place(self, source: Path, draft: Manifest, number: int) -> Manifest:
        """Copy `source` to a folder of its own under `number` or the next free one, complete or not at all.

        Returns the draft with its number, size and checksum. Raises OSError.
        """
        temporary = self._temporary("new", number)
        temporary.mkdir(mode=0o700)
        try:
            for name in FILES:
                if (source / name).is_file():
                    self._files.take_in(source / name, temporary / name)
            served = [source / name for name in (ADAPTER, READING) if (source / name).is_file()]
            checksum, reading = [*map(_sha256, served), ""][:2]
            size = sum(file.stat().st_size for file in served)
            while True:
                manifest = msgspec.structs.replace(
                    draft, number=number, adapter_sha256=checksum, reading_sha256=reading, size=size
                )
                self._files.write(temporary / "manifest.json", encode_manifest(manifest))
                sync_folder(temporary)
                try:
                    temporary.rename(self._folder / str(number))
                    break
                except OSError as error:
                    # The command line beside the window was quicker.
                    if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                        raise
                    number += 1
            sync_folder(self._folder)
        except BaseException:
            if not _is_folder(temporary):
                # It has its number already, and is not to be found under it.
                with suppress(OSError):
                    (self._folder / str(number)).rename(temporary)
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        return manifest

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace an adapter's manifest. Raises OSError."""
        self._files.write(self._folder / str(manifest.number) / "manifest.json", encode_manifest(manifest))

    def take_away(self, number: int) -> None:
        """Delete a folder so that half of it is never taken for an adapter; one that is gone is no trouble."""
        gone = self._temporary("gone", number)
        self._files.drop(self._folder / str(number))
        with suppress(FileNotFoundError):
            (self._folder / str(number)).rename(gone)
        try:
            sync_folder(self._folder)
        finally:
            shutil.rmtree(gone, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what a crash left half-made; what a living process is making stays."""
        for entry in self._entries():
            found = _TEMPORARY.fullmatch(entry.name)
            if found and not psutil.pid_exists(int(found[1] or found[2])):
                logger.info("removing a left-over: %s", entry.name)
                if _is_folder(entry):
                    shutil.rmtree(entry, ignore_errors=True)
                else:
                    with suppress(OSError):
                        entry.unlink()

    def _hash(self, path: Path) -> str:
        # Once a file and process: asked before every load, and 100 MB take a tenth of a second.
        status = path.stat()
        key = (str(path), status.st_size, status.st_mtime_ns)
        if key not in self._hashed:
            self._hashed[key] = _sha256(path)
        return self._hashed[key]

    def _temporary(self, kind: str, number: int) -> Path:
        return self._folder / f".{kind}-{number}-{os.getpid()}-{threading.get_ident()}"

    def _entries(self) -> list[Path]:
        try:
            return list(self._folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            # The program starts without them.
            logger.warning("the adapters cannot be listed: %s", error.strerror)
            return []


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_folder(path: Path) -> bool:
    """Whether there is such a folder; one that the disk does not give is none."""
    try:
        return path.is_dir()
    except OSError:
        return False
