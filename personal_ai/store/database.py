"""Open the person's database, upgrade it by numbered steps, and turn SQLite's failures into sentences."""

import errno
import logging
import os
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from personal_ai.errors import DiskFull, UserError, disk_error, disk_sentence
from personal_ai.paths import sync_folder, wipe
from personal_ai.store import sealed, terms
from personal_ai.store.states import States
from personal_ai.store.steps import APPLICATION_ID, STEPS

logger = logging.getLogger(__name__)

#: How long a writer waits for another one (the command line beside the window), in milliseconds.
BUSY_MS = 5000
#: How many copies made before upgrades are kept.
KEPT_BACKUPS = 7


def utc_now() -> datetime:
    """The time of now, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as the store keeps it: ISO 8601, UTC, whole milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Database:
    """One data file, open in as many threads as ask: each gets a connection of its own.

    Opening creates or upgrades the file. Raises UserError for a file that is newer, damaged or not ours, and where the
    folder cannot be written to.
    """

    def __init__(
        self,
        path: Path,
        backups: Path,
        *,
        steps: Sequence[Callable[[apsw.Connection], None]] = STEPS,
        now: Callable[[], datetime] = utc_now,
        key: str = "",
        states: Path | None = None,
    ) -> None:
        """`key` opens a locked file: 64 hexadecimal digits. `states` is where what was computed of chats lies."""
        self.path = path
        #: What was computed of conversations goes with them.
        self.states = States(states or path.parent / "states")
        self._key = key
        self._backups = backups
        self._steps = steps
        self._now = now
        self._local = threading.local()
        self._connections: weakref.WeakSet[apsw.Connection] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False
        try:
            with self._sentences("opening your notes"):
                self._upgrade(self.read())
                self._watcher = self._connect()
        except BaseException:
            # Windows lets nobody move a refused file away while it is open.
            self.close()
            raise

    # ---- use ----------------------------------------------------------------------------------------------------

    def read(self) -> apsw.Connection:
        """This thread's connection, for plain reads."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            with self._sentences("opening your notes"):
                connection = self._connect()
            self._local.connection = connection
        return connection

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement. Raises UserError where the file cannot be read."""
        with self._sentences("reading your notes"):
            return self.read().execute(sql, tuple(values)).fetchall()

    @contextmanager
    def transaction(self, doing: str = "saving your data") -> Iterator[apsw.Connection]:
        """Store everything in the block, durably, or none of it. Inside another transaction it becomes part of that.

        Raises UserError ("… so `doing` stopped") for a full disk, a read-only folder, a damaged file.
        """
        connection = self.read()
        with self._sentences(doing):
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                # SQLite has already rolled back by itself after some errors, a full disk among them.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def data_version(self) -> int:
        """A number that changes whenever any thread or process has stored something."""
        with self._sentences("reading your notes"), self._lock:
            return self._watcher.pragma("data_version")  # type: ignore[no-any-return]

    def forget_pages(self) -> None:
        """Fold the write-ahead log into the file and empty it, so that deleted text is in neither.

        A reader in another process can delay this; the log is then emptied at a later call or when the last one closes.
        """
        with self._sentences("removing text for good"):
            self.read().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def forget_in_backups(self, held: str, value: str, delete: Callable[[apsw.Connection, list[int]], object]) -> None:
        """Delete from every copy what was deleted from the file.

        `held` selects with `value` the ids that a copy still holds; `delete` takes them out of one as new as this
        program. Older ones give way to one fresh copy, and so does one that cannot be read. Raises UserError where the
        disk refuses.
        """
        newest, old = len(self._steps), False
        try:
            self._wipe_half_made()
            for path in self._backups.glob("personal-v*.db"):
                if not self._forget_in(path, held, value, delete):
                    if not old:
                        self._back_up(self.read(), newest)
                    old = True
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise disk_error(error, "deleting from the copies of your notes") from error

    def _forget_in(
        self, path: Path, held: str, value: str, delete: Callable[[apsw.Connection, list[int]], object]
    ) -> bool:
        """Delete from one copy; False where that has to go as a whole."""
        try:
            copy = self._open(path)
            try:
                rows: list[tuple[Any, ...]] = copy.execute(held, (value,)).fetchall()
                ids = [row[0] for row in rows]
                if ids and copy.pragma("user_version") < len(self._steps):
                    return False
                if ids:
                    with copy:
                        delete(copy, ids)
            finally:
                copy.close(True)
        except apsw.FullError:
            raise OSError(errno.ENOSPC, "", str(path)) from None
        except apsw.Error:
            return False
        return True

    def check(self) -> list[str]:
        """What is wrong with the file, in words for the log or doctor; empty when it is sound. Reads all of it."""
        found: list[str] = []
        try:
            # A connection of its own: FTS5 checks an old one against what it remembers of the index, and calls a sound
            # file damaged when another connection has written since.
            connection = self._connect()
        except apsw.Error as error:
            return [f"{type(error).__name__}: {error}"]
        try:
            rows = connection.execute("PRAGMA integrity_check(20)").fetchall()
            found += [str(row[0]) for row in rows if row[0] != "ok"]
            rows = connection.execute("PRAGMA foreign_key_check").fetchall()
            found += [f"a row of {row[0]} points to a missing row of {row[2]}" for row in rows]
            for index in ("search", "message_search", "title_search"):
                connection.execute(f"INSERT INTO {index}({index}, rank) VALUES('integrity-check', 1)")
        except apsw.Error as error:
            found.append(f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close(True)
        return found

    def back_up(self) -> None:
        """Keep a copy of the file that is proved to be sound, as before an upgrade. Raises UserError."""
        connection = self.read()
        self._back_up(connection, self._version(connection))

    def close(self) -> None:
        """Close the connections of all threads. The last one to close folds the write-ahead log into the file."""
        self._closed = True
        with self._lock:
            connections = list(self._connections)
            self._connections.clear()
        for connection in connections:
            try:
                connection.close(True)
            except apsw.ThreadingViolationError:
                # In the middle of a statement of another thread: that ends now, the connection with its thread.
                connection.interrupt()
        self._local = threading.local()

    # ---- opening ------------------------------------------------------------------------------------------------

    def _connect(self) -> apsw.Connection:
        if self._closed:
            raise apsw.ConnectionClosedError("the database was closed")
        new = not self.path.exists()
        connection = self._open(self.path)
        if new and os.name == "posix":
            self.path.chmod(0o600)
        self._enter_wal(connection)
        connection.execute("PRAGMA journal_size_limit=67108864").fetchall()
        with self._lock:
            self._connections.add(connection)
        return connection

    def _open(self, path: Path) -> apsw.Connection:
        """A connection to the file or a copy of it, in which statements mean the same."""
        connection = apsw.Connection(str(path))
        sealed.give_key(connection, self._key)
        connection.set_busy_timeout(BUSY_MS)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.create_scalar_function("fold", _fold, 1, deterministic=True)
        # Triggers call it.
        connection.create_scalar_function(
            "index_terms", _index_terms, 1, deterministic=True, flags=apsw.SQLITE_INNOCUOUS
        )
        return connection

    def _enter_wal(self, connection: apsw.Connection) -> None:
        # Two processes that create the file together collide here, and SQLite's own busy wait does not cover it.
        end = time.monotonic() + BUSY_MS / 1000
        while True:
            try:
                mode = connection.pragma("journal_mode")
                if mode != "wal":
                    mode = connection.pragma("journal_mode", "wal")
                break
            except apsw.BusyError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        if mode != "wal":
            raise UserError(
                f"Your notes cannot be kept safely in “{self.path.parent}” (a network or read-only folder?). "
                "Choose a data folder on this computer's own disk."
            )

    def _upgrade(self, connection: apsw.Connection) -> None:
        version = self._version(connection)
        if version == len(self._steps):
            return
        if version > 0:
            self._back_up(connection, version)
        for number, step in enumerate(self._steps, start=1):
            if number <= version:
                continue
            with self.transaction("upgrading your notes"):
                # Another process may have taken this step while we waited.
                if connection.pragma("user_version") >= number:
                    continue
                step(connection)
                connection.pragma("application_id", APPLICATION_ID)
                connection.pragma("user_version", number)

    def _version(self, connection: apsw.Connection) -> int:
        version: int = connection.pragma("user_version")
        owner: int = connection.pragma("application_id")
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()[0][0]
        if owner != APPLICATION_ID and (tables or owner):
            raise UserError(
                f"“{self.path}” belongs to another program. "
                "Move it away, or choose another data folder for Personal AI."
            )
        if version > len(self._steps):
            raise UserError(
                f"Your notes were saved by a newer Personal AI (data version {version}; "
                f"this one knows {len(self._steps)}). Update this program to open them; nothing was changed."
            )
        return version

    def _back_up(self, connection: apsw.Connection, version: int) -> None:
        """Copy the file as it is, prove that the copy is sound, and keep the newest few."""
        moment = self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
        target = self._backups / f"personal-v{version}-{moment}.db"
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        doing = "copying your notes before the upgrade"
        try:
            self._backups.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._wipe_half_made()
            with self._sentences(doing):
                connection.execute("VACUUM INTO ?", (str(temporary),))
                sealed.verify(temporary, self._key)
            temporary.replace(target)
            sync_folder(self._backups)
        except OSError as error:
            raise disk_error(error, doing) from error
        finally:
            temporary.unlink(missing_ok=True)
        for old in sorted(self._backups.glob("personal-v*.db"), key=_backup_time)[:-KEPT_BACKUPS]:
            old.unlink(missing_ok=True)

    def _wipe_half_made(self) -> None:
        """Take away the copies that a killed process left half made. Raises OSError."""
        import psutil  # few need it

        for path in self._backups.glob("personal-v*.tmp"):
            maker = path.suffixes[-2].removeprefix(".") if len(path.suffixes) > 1 else ""
            if maker.isdecimal() and not psutil.pid_exists(int(maker)):
                with suppress(FileNotFoundError):
                    wipe(path)

    # ---- failures -----------------------------------------------------------------------------------------------

    @contextmanager
    def _sentences(self, doing: str) -> Iterator[None]:
        try:
            yield
        except apsw.Error as error:
            sentence = self._sentence(error, doing)
            if sentence is None:
                raise
            # What was being done may name a note.
            logger.warning("%s", type(error).__name__)
            raise (DiskFull if self._is_full(error) else UserError)(sentence) from error

    def _sentence(self, error: apsw.Error, doing: str) -> str | None:
        """What the person is told about an error of SQLite; None for one that is our bug."""
        if self._is_full(error):
            return disk_sentence(OSError(errno.ENOSPC, "", str(self.path)), doing)
        if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError | apsw.AuthError):
            return disk_sentence(OSError(errno.EACCES, "", str(self.path)), doing)
        if isinstance(error, apsw.BusyError | apsw.LockedError):
            return f"Another Personal AI is still writing, so {doing} had to wait too long. Try again in a moment."
        if isinstance(error, apsw.NotADBError):
            return (
                f"“{self.path}” is not a Personal AI data file, or it is damaged. "
                f"Move it away to start empty, or put a copy from “{self._backups}” in its place."
            )
        if isinstance(error, apsw.CorruptError):
            return (
                f"Your notes file “{self.path}” is damaged. Keep a copy of it, then put the newest one from "
                f"“{self._backups}” in its place, or move it away and add your files again."
            )
        if isinstance(error, apsw.IOError):
            return f"The disk did not answer while {doing} ({self.path}). Check the disk, then try again."
        return None

    def _is_full(self, error: apsw.Error) -> bool:
        if not isinstance(error, apsw.IOError):
            return isinstance(error, apsw.FullError)
        # A full disk shows as an I/O error where SQLite maps memory or grows its shared-memory file.
        try:
            return shutil.disk_usage(self.path.parent).free < 256 * 1024
        except OSError:
            return False


def _backup_time(path: Path) -> str:
    return path.stem.rsplit("-", 1)[-1]


def _fold(*values: Any) -> str:
    return terms.fold(values[0]) if isinstance(values[0], str) else ""


def _index_terms(*values: Any) -> str:
    return " ".join(terms.index_terms(values[0])) if isinstance(values[0], str) else ""
