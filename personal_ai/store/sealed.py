"""A database file locked with a key, by SQLite3 Multiple Ciphers: opened, checked, locked and unlocked in its place.

The cipher is ChaCha20-Poly1305, page by page, the log beside the file included; temporary tables are only in memory.
"""

import ctypes
import os
from pathlib import Path
from urllib.parse import quote

import apsw

from personal_ai.errors import UserError, disk_sentence
from personal_ai.locked_files import convert
from personal_ai.paths import wipe

#: What every plain file of SQLite begins with.
PLAIN = b"SQLite format 3\x00"


def give_key(connection: apsw.Connection, key: str) -> None:
    """Let a new connection read a locked file. `key` is 64 hexadecimal digits, or "" for a plain file."""
    if key:
        connection.pragma("cipher", "chacha20")
        connection.pragma("key", f"raw:{key}")


def is_plain(path: Path) -> bool:
    """Whether a file can be read without a key; an empty one can. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(PLAIN)) in (PLAIN, b"")


def verify(path: Path, key: str = "") -> None:
    """Read a copy to its end and make it durable. Raises apsw.Error where it is not sound, OSError."""
    checked = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        give_key(checked, key)
        rows = checked.execute("PRAGMA quick_check").fetchall()
    finally:
        checked.close(True)
    if rows != [("ok",)]:
        raise apsw.CorruptError("the copy is not sound")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def lock(path: Path, key: str) -> None:
    """Lock a plain file in its place; a locked one stays. Nobody else may have it open.

    A crash at any moment leaves it plain or locked, and the same call goes on. Raises UserError.
    """
    _convert(path, key, plain=False)


def unlock(path: Path, key: str) -> None:
    """Make a locked file plain in its place, as `lock` does the other way round. Raises UserError."""
    _convert(path, key, plain=True)


def _convert(path: Path, key: str, plain: bool) -> None:
    before, after = (key, "") if plain else ("", key)

    def make(source: Path, target: Path) -> None:
        _copy(source, before, target, after)

    doing = "unlocking your notes" if plain else "locking your notes"
    try:
        convert(path, make, lambda file: is_plain(file) == plain)
    except OSError as error:
        raise UserError(disk_sentence(error, doing)) from error
    except apsw.Error as error:
        raise UserError(
            f"“{path}” cannot be read to its end, so {doing} stopped; nothing was changed. Run “personal-ai doctor”."
        ) from error


def _copy(source: Path, before: str, target: Path, after: str) -> None:
    """Write what is in `source`, its log included, to `target` under another key, and empty the log."""
    connection = apsw.Connection(
        str(source), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
    )
    try:
        give_key(connection, before)
        # Else the last connection would delete the log, and its bytes would stay on the disk.
        keep = ctypes.c_int(1)
        connection.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(keep))
        ((busy, *_),) = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        if busy:
            raise apsw.BusyError("somebody else has it open")
        to = f"raw:{after}" if after else ""
        connection.execute("VACUUM INTO ?", (f"file:{quote(str(target))}?cipher=chacha20&key={to}",))
    finally:
        connection.close(True)
    verify(target, after)
    # All of it is in the file by now; beside the new one it would be taken for that one's.
    for name in (f"{source.name}-wal", f"{source.name}-shm"):
        if source.with_name(name).exists():
            wipe(source.with_name(name))
