"""Zip files of strangers: opened within limits on entries, unpacked size and how much larger an entry may become."""

import io
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

from personal_ai.documents.readers.decoding import kind
from personal_ai.errors import UserError

MAX_ENTRIES = 10_000
MAX_UNPACKED = 256 * 1024 * 1024
#: How often an entry may be larger than its packed form, beyond the first MiB.
MAX_RATIO = 200
_ZIP = "a zip archive"
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, KeyError)


class Archive:
    """A zip file, or with `data` one that lay inside of `path`. `unpacked` is the most that is read of it, in bytes.

    `what` the person takes it for ("a Word file").

    A context manager. Raises UserError, by the name of `path`, for what is no zip, damaged, locked, or beyond a limit.
    """

    def __init__(
        self,
        path: Path,
        entries: int = MAX_ENTRIES,
        unpacked: int = MAX_UNPACKED,
        data: bytes | None = None,
        what: str = _ZIP,
    ) -> None:
        self._path, self._left, self._what = path, unpacked, what
        with path.open("rb") as file:
            head = file.read(16) if data is None else data[:16]
        if not head.startswith(b"PK"):
            looks = kind(head)
            raise UserError(
                f"“{path.name}” is not really {what}"
                + (f" (it looks like {looks})" if looks else "")
                + ", so it was left out."
            )
        try:
            self._zip = zipfile.ZipFile(path if data is None else io.BytesIO(data))
        except _BROKEN as error:
            raise self._damaged() from error
        # Of a name that is there twice the last one counts, as programs that unpack it do.
        self._entries = {entry.filename: entry for entry in self._zip.infolist() if not entry.is_dir()}
        if len(self._zip.infolist()) > entries:
            self._zip.close()
            raise self._unsafe()

    def names(self) -> list[str]:
        """Names of all files inside, as they are written there: never a path to write to."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """How large a file says it is, unpacked, in bytes."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """One file, unpacked. What is read counts against what may be unpacked of this archive."""
        entry = self._entries[name]
        if entry.flag_bits & 1:
            raise UserError(f"“{self._path.name}” is locked with a password. Unpack it, and add what was in it.")
        bloated = entry.file_size > 1024 * 1024 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if bloated or entry.file_size > self._left:
            raise self._unsafe()
        try:
            with self._zip.open(entry) as member:
                # A size that lies is found out here: no more than it says is ever unpacked.
                data = member.read(entry.file_size + 1)
        except _BROKEN as error:
            raise self._damaged() from error
        self._left -= len(data)
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def _damaged(self) -> UserError:
        return damaged(self._path, self._what)

    def _unsafe(self) -> UserError:
        return UserError(
            f"“{self._path.name}” unpacks to more than any document should, as files do that harm computers, "
            "so it was left out."
        )


def damaged(path: Path, what: str) -> UserError:
    """The error to raise for a file that is broken or none of what the person takes it for ("a Word file")."""
    broken = f"“{path.name}” is damaged, or not {what}."
    if what == _ZIP:
        return UserError(f"{broken} Make it again, or unpack it and add what is in it.")
    return UserError(f"{broken} Open it in the program that made it, save it again and add that.")
