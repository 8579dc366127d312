"""Files as the library knows them: which folders stay current, what each file was, notes whose files are gone."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import apsw
import msgspec

from personal_ai.store import indexing
from personal_ai.store.database import Database, stamp, utc_now

_INODES = (1 << 63) - 1
#: What the name of a deleted document begins with, where a hash is in its place.
GONE = "gone:"


class Seen(NamedTuple):
    """What the file system tells of a file without opening it. `modified` is in nanoseconds."""

    size: int
    modified: int
    inode: int


def seen(status: os.stat_result) -> Seen:
    """What of a file's status tells whether it changed."""
    return Seen(status.st_size, status.st_mtime_ns, status.st_ino & _INODES)


class Known(msgspec.Struct, frozen=True):
    """A file as it was when it was answered. `reason` says why it was left out.

    `held`: what was in it is still in the library. `seal`: the one of a file that holds many documents.
    """

    path: str
    size: int
    modified: int
    inode: int
    sha256: str
    reason: str = ""
    held: bool = False
    seal: str = ""

    def is_still(self, now: Seen) -> bool:
        """Whether a file that is seen like this now is, unread, the same as it was."""
        # Where a folder is listed, Windows does not tell the number of a file.
        same = not self.inode or not now.inode or self.inode == now.inode
        return same and (self.size, self.modified) == (now.size, now.modified)


class WatchedFolder(msgspec.Struct, frozen=True):
    """A folder that stays current."""

    path: str
    added: str
    paused: bool


class Files:
    """What the store knows of files and folders. Every change is one transaction."""

    def __init__(self, db: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._db = db
        self._now = now

    # ---- folders that stay current ------------------------------------------------------------------------------

    def watched(self) -> list[WatchedFolder]:
        """The folders that stay current, by their names."""
        rows = self._db.query("SELECT path, added, paused FROM watched ORDER BY path")
        return [WatchedFolder(path, added, bool(paused)) for path, added, paused in rows]

    def watch(self, path: str) -> None:
        """Keep a folder current from now on, in place of any inside it."""
        with self._db.transaction("saving your choice") as connection:
            connection.execute(f"DELETE FROM watched WHERE {_BELOW}", _below(path))
            connection.execute("INSERT OR IGNORE INTO watched VALUES(?,?,0)", (path, stamp(self._now())))

    def unwatch(self, path: str) -> None:
        """Keep a folder current no longer; its notes stay."""
        with self._db.transaction("saving your choice") as connection:
            connection.execute("DELETE FROM watched WHERE path = ?", (path,))

    def pause(self, paused: bool, path: str = "") -> None:
        """Let one folder, or with "" all of them, be as they are for a while, or no longer."""
        with self._db.transaction("saving your choice") as connection:
            connection.execute("UPDATE watched SET paused = ? WHERE ? IN ('', path)", (paused, path))

    # ---- files --------------------------------------------------------------------------------------------------

    def known(self, paths: Iterable[str]) -> dict[str, Known]:
        """What is known of these files. Of one that was read before such things were kept, its size and content."""
        wanted = _json(list(paths))
        found = self._known("f.path IN (SELECT value FROM json_each(?))", (wanted,))
        rows = self._db.query(
            """SELECT d.path, d.size, d.sha256, '' FROM documents d JOIN json_each(?1) p ON p.value = d.path
                WHERE d.replaced_by IS NULL AND NOT EXISTS (SELECT 1 FROM members m WHERE m.document_id = d.id)
               UNION ALL
               SELECT c.path, c.size, '', c.seal FROM containers c JOIN json_each(?1) p ON p.value = c.path""",
            (wanted,),
        )
        before = {path: Known(path, size, 0, 0, sha256, held=True, seal=seal) for path, size, sha256, seal in rows}
        return before | found

    def inside(self, folder: str, deep: bool) -> dict[str, Known]:
        """The files that were answered in a folder; with `deep` those in its folders, too."""
        found = self._known("f.folder = ?", (folder,))
        if deep:
            found |= self._known(_BELOW.replace("path", "f.folder"), _below(folder))
        return found

    def twins(self, sha256: Iterable[str]) -> list[str]:
        """The files that had one of these contents."""
        rows = self._db.query(
            "SELECT path FROM files WHERE sha256 <> '' AND sha256 IN (SELECT value FROM json_each(?))",
            (_json(list(sha256)),),
        )
        return [row[0] for row in rows]

    def count(self, folder: str) -> int:
        """How many files of a folder are read."""
        query = "SELECT count(*) FROM files WHERE reason = '' AND (folder = ? OR {})"
        return self._db.query(query.format(_BELOW.replace("path", "folder")), (folder, *_below(folder)))[0][0]

    def note(self, files: Sequence[Known]) -> None:
        """Remember what these files are now."""
        if not files:
            return
        with self._db.transaction("saving what was read") as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO files(path, folder, size, modified, inode, sha256, reason)"
                " VALUES(?,?,?,?,?,?,?)",
                (
                    (file.path, _folder(file.path), file.size, file.modified, file.inode, file.sha256, file.reason)
                    for file in files
                ),
            )

    def _known(self, where: str, values: Sequence[Any]) -> dict[str, Known]:
        rows = self._db.query(
            f"""SELECT f.path, f.size, f.modified, f.inode, f.sha256, f.reason,
                       EXISTS(SELECT 1 FROM documents d WHERE d.sha256 = f.sha256 AND d.replaced_by IS NULL),
                       coalesce(c.seal, '')
                  FROM files f LEFT JOIN containers c ON c.path = f.path WHERE {where}""",
            values,
        )
        return {row[0]: Known(*row[:6], held=bool(row[6]), seal=row[7]) for row in rows}

    # ---- imports ------------------------------------------------------------------------------------------------

    def begin(self, paths: Iterable[str]) -> None:
        """Note that these are being read, until `end`."""
        with self._db.transaction("saving what is to be read") as connection:
            connection.executemany("INSERT OR IGNORE INTO unfinished VALUES(?)", [(path,) for path in paths])

    def end(self, paths: Iterable[str]) -> None:
        """Note that these were read, or need not be."""
        with self._db.transaction("saving what was read") as connection:
            connection.executemany("DELETE FROM unfinished WHERE path = ?", [(path,) for path in paths])

    def unfinished(self) -> list[str]:
        """What was being read when the program ended."""
        return [row[0] for row in self._db.query("SELECT path FROM unfinished ORDER BY path")]

    # ---- moved and gone -----------------------------------------------------------------------------------------

    def move(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Let the documents of files follow them: (from, to). Nothing is read or learned again."""
        with self._db.transaction("noting what was moved") as connection:
            for old, new in pairs:
                _move(connection, old, new)

    def set_aside(self, paths: Sequence[str]) -> int:
        """Take what lay in these files out of the library, to be brought back or deleted by the person.

        It is not found, used or learned any more. What also lies in a file that is still there stays. Returns how many
        documents went.
        """
        with self._db.transaction("noting what is gone") as connection:
            going: list[int] = []
            for path in paths:
                going += _leave_file(connection, path, set(paths))
            _set_aside(connection, going, stamp(self._now()))
        return len(going)

    def bring_back(self, ids: Sequence[int]) -> None:
        """Take documents that were set aside into the library again, unless it has their content already."""
        with self._db.transaction("bringing notes back") as connection:
            bring_back(connection, ids)

    def count_gone(self) -> int:
        """How many documents are set aside."""
        return self._db.query("SELECT count(*) FROM documents WHERE gone <> ''")[0][0]

    # ---- deleted by the person ----------------------------------------------------------------------------------

    def dismissed(self) -> frozenset[str]:
        """Keys of the files that the person does not want back: by path (see `path_key`), and contents by SHA-256."""
        return frozenset(row[0] for row in self._db.query("SELECT key FROM dismissed"))

    def dismiss(self, path: str) -> None:
        """Note that the person does not want this file back."""
        with self._db.transaction("saving your choice") as connection:
            dismiss_file(connection, path)

    def readmit(self, keys: Iterable[str]) -> None:
        """Let files come back that the person had deleted."""
        with self._db.transaction("saving your choice") as connection:
            connection.executemany("DELETE FROM dismissed WHERE key = ?", [(key,) for key in keys])


def path_key(path: str) -> str:
    """What stands for a path where the path itself must not be kept."""
    return hashlib.sha256(f"path:{path}".encode(errors="surrogatepass")).hexdigest()


def member_key(member: str) -> str:
    """What stands for the name of a deleted document among the members of a file; names of no meaning stay."""
    if member.startswith("urn:"):
        return member
    return GONE + hashlib.sha256(f"member:{member}".encode(errors="surrogatepass")).hexdigest()


def forget_members(connection: apsw.Connection) -> None:
    """Forget the names of all deleted documents that lie in files with many: some formats have but their titles."""
    rows: list[tuple[Any, ...]] = connection.execute(
        """SELECT path, member FROM members
            WHERE document_id IS NULL AND member NOT LIKE 'urn:%' AND NOT (member LIKE ? AND length(member) = ?)""",
        (f"{GONE}%", len(member_key(""))),
    ).fetchall()
    connection.executemany(
        "UPDATE OR REPLACE members SET member = ? WHERE path = ? AND member = ?",
        [(member_key(member), path, member) for path, member in rows],
    )


def dismiss(connection: apsw.Connection, ids: Sequence[int]) -> None:
    """Note that the files of these documents are not to be read again by themselves, and forget their names."""
    rows: list[tuple[Any, ...]] = connection.execute(
        """SELECT DISTINCT path, sha256 FROM documents d WHERE id IN (SELECT value FROM json_each(?))
              AND NOT EXISTS (SELECT 1 FROM members m WHERE m.document_id = d.id)""",
        (_json(ids),),
    ).fetchall()
    keys = {(path_key(path),) for path, _ in rows} | {(sha256,) for _, sha256 in rows}
    connection.executemany("INSERT OR IGNORE INTO dismissed VALUES(?)", keys)
    connection.executemany("DELETE FROM files WHERE path = ?", {(path,) for path, _ in rows})
    connection.executemany("DELETE FROM files WHERE sha256 = ?", {(sha256,) for _, sha256 in rows})


def dismiss_file(connection: apsw.Connection, path: str) -> None:
    """Note that this file is not to be read again by itself, and forget its name."""
    connection.execute("INSERT OR IGNORE INTO dismissed VALUES(?)", (path_key(path),))
    connection.execute("DELETE FROM files WHERE path = ?", (path,))


def bring_back(connection: apsw.Connection, ids: Sequence[int], path: str = "") -> None:
    """As `Files.bring_back`, where there is a transaction; with `path` the documents lie there from now on."""
    rows: list[tuple[Any, ...]] = connection.execute(
        """SELECT id, sha256 FROM documents d WHERE gone <> '' AND id IN (SELECT value FROM json_each(?))
              AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.sha256 = d.sha256 AND o.replaced_by IS NULL)""",
        (_json(ids),),
    ).fetchall()
    back = list({sha256: id for id, sha256 in rows}.values())
    connection.execute(
        """UPDATE documents SET gone = '', replaced_by = NULL, path = coalesce(nullif(?, ''), path)
            WHERE id IN (SELECT value FROM json_each(?))""",
        (path, _json(back)),
    )
    indexing.enter(connection, back)


def _set_aside(connection: apsw.Connection, ids: Sequence[int], at: str) -> None:
    connection.execute(
        "UPDATE documents SET gone = ?, replaced_by = id WHERE id IN (SELECT value FROM json_each(?))", (at, _json(ids))
    )
    indexing.leave(connection, ids)


def _move(connection: apsw.Connection, old: str, new: str) -> None:
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT id FROM documents WHERE path = ? AND replaced_by IS NULL", (old,)
    ).fetchall()
    connection.execute("UPDATE documents SET path = ? WHERE path = ?", (new, old))
    for table in ("members", "containers", "files"):
        connection.execute(f"UPDATE OR REPLACE {table} SET path = ? WHERE path = ?", (new, old))
    connection.execute("UPDATE files SET folder = ? WHERE path = ?", (_folder(new), new))
    indexing.retitle(connection, [row[0] for row in rows])


def _leave_file(connection: apsw.Connection, path: str, going: set[str]) -> list[int]:
    """Let go of a file that is gone; return which documents lay nowhere else."""
    (row,) = connection.execute("SELECT max(sha256) FROM files WHERE path = ?", (path,)).fetchall()
    connection.execute("DELETE FROM files WHERE path = ?", (path,))
    connection.execute("DELETE FROM containers WHERE path = ?", (path,))
    left: list[tuple[Any, ...]] = connection.execute(
        """SELECT d.id, (SELECT m.path FROM members m WHERE m.document_id = d.id AND m.path <> ?1 LIMIT 1)
             FROM documents d WHERE d.path = ?1 AND d.replaced_by IS NULL""",
        (path,),
    ).fetchall()
    twins = [
        twin
        for (twin,) in connection.execute("SELECT path FROM files WHERE sha256 = ? AND sha256 <> ''", (row[0],))
        if twin not in going
    ]
    gone: list[int] = []
    for id, elsewhere in left:
        place = elsewhere or next((twin for twin in twins if len(left) == 1), None)
        if place is None:
            gone.append(id)
        else:
            connection.execute("UPDATE documents SET path = ? WHERE id = ?", (place, id))
            indexing.retitle(connection, [id])
    return gone


#: Holds for a path below a folder; `_below` gives its values.
_BELOW = "(path >= ? AND path < ?)"


def _below(folder: str) -> tuple[str, str]:
    begin = folder.rstrip(os.sep) + os.sep
    return begin, begin[:-1] + chr(ord(os.sep) + 1)


def _folder(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - a Path takes ten times as long, and there are many


def _json(values: Sequence[object]) -> str:
    return msgspec.json.encode(list(values)).decode()
