"""The data folder is locked with a password, opened, and unlocked for good; a crash at any moment leaves it whole.

What is sealed: the database with its backups (store/sealed.py), adapters and nights under way (locked_files.py). What
the model computed of chats is not kept on the disk at all. Not sealed are models, the reading skill, the choices, and
the records of the program. lock.json says on which way the data is; whoever opens it next goes that way to its end.
"""

import contextlib
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from personal_ai import keys, locked_files, presence
from personal_ai import room as rooms
from personal_ai.errors import UserError, disk_error
from personal_ai.keys import KeyFile, Keys
from personal_ai.paths import Paths, sync_folder, wipe
from personal_ai.room import Room
from personal_ai.store import sealed

#: What is left free beside it, in bytes.
SPARE = 32 << 20
LOCKING, UNLOCKING = "locking your notes", "unlocking your notes"


class Step(msgspec.Struct, frozen=True):
    """One thing is being changed: `done` of `total` are."""

    done: int
    total: int
    name: str


def lock(paths: Paths, file: KeyFile, key: Keys) -> Iterator[Step]:
    """Lock everything with this key. Nobody may use the data meanwhile. Closing the generator is like a crash.

    Raises UserError where the data is in use or locked already, where the system has no memory for what is open, and
    where the disk refuses; then it goes on the next time the data is opened with the password.
    """
    rooms.place(paths)
    with presence.alone(paths):
        if keys.is_locked(paths):
            raise UserError("Your notes are locked with a password already.")
        _need_room(paths)
        with _disk(LOCKING):
            keys.save(paths, msgspec.structs.replace(file, state="locking"))
        yield from _go(paths, file, key, away=True)


def unlock(paths: Paths, file: KeyFile, key: Keys) -> Iterator[Step]:
    """Make everything plain again and take the password away; see `lock`."""
    with presence.alone(paths):
        _need_room(paths)
        with _disk(UNLOCKING):
            keys.save(paths, msgspec.structs.replace(file, state="opening"))
        yield from _go(paths, file, key, away=False)


def finish(paths: Paths, file: KeyFile, key: Keys) -> Iterator[Step]:
    """Go to its end the way that a crash cut short; nothing where none did."""
    if file.state != "locked":
        with presence.alone(paths):
            yield from _go(paths, file, key, away=file.state == "locking")


def entering(paths: Paths, file: KeyFile, key: Keys) -> Generator[Step, None, Room | None]:
    """Open the data with its key, after what a crash cut short. Returns None where that ended without a lock."""
    yield from finish(paths, file, key)
    return Room(paths, key) if keys.is_locked(paths) else None


def enter(paths: Paths, file: KeyFile, key: Keys) -> Room | None:
    """Do what `entering` does, to its end."""
    steps = entering(paths, file, key)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def change_password(paths: Paths, secret: str, password: str, cost: keys.Cost | None = None) -> None:
    """Take another password, by the one before or the recovery code, which stays. Raises UserError."""
    keys.check(password)
    file, key = keys.open_with(paths, secret)
    with _disk("changing the password"):
        keys.save(paths, keys.change(file, key, password, cost))


def _go(paths: Paths, file: KeyFile, key: Keys, away: bool) -> Iterator[Step]:
    with _disk(LOCKING if away else UNLOCKING):
        rooms.sweep(paths)
        _forget_leftovers(paths)
        found = _files(paths)
        total = len(found) + 1
        yield Step(0, total, paths.database.name)
        for database in _databases(paths):
            (sealed.lock if away else sealed.unlock)(database, key.database)
        for number, path in enumerate(found, 1):
            yield Step(number, total, str(path.relative_to(paths.home)))
            try:
                (locked_files.seal_file if away else locked_files.open_file)(key.files, path)
            except locked_files.BrokenSeal:
                # It could not be opened before either; whoever uses it tells that.
                continue
        if away:
            keys.save(paths, msgspec.structs.replace(file, state="locked"))
        else:
            # Out of the way in one step: half overwritten it would be taken for a damaged lock.
            gone = paths.home / ".lock.json.gone.tmp"
            paths.key_file.rename(gone)
            sync_folder(paths.home)
            wipe(gone)
            paths.tries.unlink(missing_ok=True)
            sync_folder(paths.home)


def _need_room(paths: Paths) -> None:
    """Refuse to begin what could not come to its end: the largest file is there twice for a moment."""
    largest = max((path.stat().st_size for path in (*_databases(paths), *_files(paths)) if path.exists()), default=0)
    if shutil.disk_usage(paths.home).free < largest + SPARE:
        raise UserError(
            f"This needs {(largest + SPARE) / 1e6:,.0f} MB of free disk for a moment, and there is less. Free some "
            "space, then try again; nothing was changed."
        )


def _databases(paths: Paths) -> list[Path]:
    """The database and its backups; of one that a crash left on its way, the name that it has in the end."""
    names = {path.with_name(path.name.removesuffix("-old")) for path in paths.backups.glob("*.db*")}
    return [paths.database, *sorted(path for path in names if path.suffix == ".db")]


def _files(paths: Paths) -> list[Path]:
    """Every file of adapters and jobs that is to be sealed, under the name that it has in the end."""
    found = [path for folder in (paths.adapters, paths.jobs) for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in found if path.parent not in (paths.adapters, paths.jobs)]
    names = {path.with_name(path.name.removesuffix("-old").removesuffix("-new")) for path in kept}
    return sorted(names)


def _forget_leftovers(paths: Paths) -> None:
    """What is only there to be quick, or half made: it is not sealed but goes."""
    loose = [path for path in (*paths.jobs.glob("*"), *paths.jobs.glob(".*")) if path.is_file()]
    half = [*paths.adapters.glob(".*"), *paths.jobs.glob(".*"), *paths.jobs.glob("forecast-*"), paths.states]
    inside = [path for folder in half if folder.is_dir() for path in folder.rglob("*")]
    beside = (*paths.backups.glob("*.tmp"), *paths.home.glob(".lock.json.*.tmp"), paths.logs / "learn.jsonl")
    for path in (*loose, *half, *inside, *beside):
        if path.is_symlink() or path.is_file():
            wipe(path)
    for folder in half:
        if folder.is_dir():
            shutil.rmtree(folder)


@contextlib.contextmanager
def _disk(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk_error(error, doing) from error
