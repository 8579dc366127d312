"""Folders that stay current: what is new, changed, moved or gone in them is taken over while the program runs."""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from personal_ai.documents.answering import silent_sentence
from personal_ai.documents.comparing import Differences, Looked, Place, differences, look
from personal_ai.documents.folders import Skip, absolute, is_folder
from personal_ai.documents.library import Library
from personal_ai.errors import DiskAway, UserError
from personal_ai.store.files import Seen, WatchedFolder, seen

if TYPE_CHECKING:
    from personal_ai.documents.events import Change, Events

logger = logging.getLogger(__name__)

#: A file is read once nobody has written to it for this long, in seconds.
SETTLED = 1.5
#: What happens within this long is taken over together, and at the latest after so long, in seconds.
QUIET, LONGEST = 0.4, 4.0
#: Where the system does not tell of changes the folder is looked through this often; and this often it is looked
#: whether folders that were away are back, and whether those that are here are still the same. In seconds.
SCAN_EVERY, AWAY_EVERY = 300.0, 60.0
#: Even where the system tells of changes it may lose one: so often, in seconds, a folder is looked through anyway.
ANYWAY_EVERY = 6 * 3600.0
#: So long a folder may take to answer, and when the person waits for it, in seconds.
ANSWER_WITHIN, AT_ONCE = 10.0, 2.0
#: After so many changes at once a folder is looked through whole.
MANY = 4000
#: A folder that held more files than this and holds none now has most likely lost its disk.
FEW = 10


class FolderState(msgspec.Struct, frozen=True):
    """How a folder is doing. `files`: how many of it are read. While it is read, `done` of `total` after `seconds`.

    `sentence` says what is unusual about it.
    """

    path: str
    state: Literal["looking", "reading", "current", "paused", "away", "emptied"] = "looking"
    files: int = 0
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    sentence: str = ""


class TakenOver(msgspec.Struct, frozen=True):
    """The library holds again what the folder holds."""

    path: str
    added: int
    moved: int
    gone: int
    skipped: list[Skip]


WatchEvent = FolderState | TakenOver


@dataclass
class _Folder:
    """A watched folder at work."""

    root: Path
    #: What has to be looked at.
    places: set[Place] = field(default_factory=set)
    #: The new paths of files that were moved, with their old ones.
    moves: dict[str, str] = field(default_factory=dict)
    #: Files that were still being written, as they were, and since when they have been so.
    unsettled: dict[str, tuple[Seen, float]] = field(default_factory=dict)
    #: Its device and number, so that another one in its place is noticed.
    identity: tuple[int, int] | None = None
    #: Whether the system tells of changes.
    told: bool = False
    #: When it is looked at without being told, and when it is looked through even so.
    scan_at: float = 0.0
    anyway_at: float = 0.0
    #: The person said that what is gone from it is meant to be gone.
    accepted: bool = False


class Watching:
    """The folders that stay current.

    `events` tells of changes, or is None where the system cannot. In seconds: `settled`, `quiet`, `scan_every`, and
    `answer_within`, after which a folder counts as one that does not answer, so that the others are looked after.
    """

    def __init__(
        self,
        library: Library,
        events: "Callable[[Callable[[Change], None]], Events | None] | None" = None,
        settled: float = SETTLED,
        quiet: float = QUIET,
        scan_every: float = SCAN_EVERY,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self._library = library
        self._files = library.files
        self._new_events = events or _system_events
        self._settled, self._quiet, self._scan_every = settled, quiet, scan_every
        self._answer_within = answer_within
        self._changes: queue.SimpleQueue[Change | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        #: The choice of folders changed.
        self._chosen = threading.Event()
        self._folders: dict[str, _Folder] = {}
        self._rows: list[WatchedFolder] = []
        self._accepted: set[str] = set()
        self._told: Events | None = None
        self._listening = False

    # ---- choosing -----------------------------------------------------------------------------------------------

    def folders(self) -> list[WatchedFolder]:
        """The folders that stay current."""
        return self._files.watched()

    def add(self, path: Path) -> Path:
        """Keep a folder current from now on. Returns it as it is known; raises UserError for what cannot be one."""
        folder = absolute(path)
        if not self._library.answering.answers(folder, AT_ONCE):
            raise UserError(silent_sentence(folder))
        if not is_folder(folder):
            raise UserError(f"There is no folder “{folder}”. Choose one that is there.")
        if folder.parent == folder:
            raise UserError("That is a whole disk, most of it none of your notes. Choose a folder in it.")
        for other in self._files.watched():
            if folder != Path(other.path) and folder.is_relative_to(other.path):
                raise UserError(f"“{folder.name}” lies in “{other.path}”, which stays current already.")
        self._files.watch(str(folder))
        self._wake()
        return folder

    def remove(self, path: Path) -> None:
        """Keep a folder current no longer; its notes stay. Raises UserError for one that was not kept current."""
        self._files.unwatch(self._one(path))
        self._wake()

    def pause(self, paused: bool, path: Path | None = None) -> None:
        """Let a folder, or all of them, be as they are, or no longer. Raises UserError for one not kept current."""
        self._files.pause(paused, self._one(path) if path else "")
        self._wake()

    def accept(self, path: Path) -> None:
        """Take a folder that is empty now at its word: its notes are set aside."""
        self._accepted.add(self._one(path))
        self._wake()

    def _one(self, path: Path) -> str:
        wanted = str(absolute(path))
        if wanted not in (folder.path for folder in self._files.watched()):
            raise UserError(f"“{wanted}” is not among the folders that stay current. See them: personal-ai watch.")
        return wanted

    # ---- watching -----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """See whether another process changed the choice of folders. Any thread may call it."""
        if self._files.watched() != self._rows:
            self._wake()

    def _wake(self) -> None:
        self._chosen.set()
        self._changes.put(None)

    def stop(self) -> None:
        """End `watch` soon. Any thread may call it."""
        self._stopping.set()
        self._changes.put(None)

    def watch(self) -> Iterator[WatchEvent]:
        """Keep the folders current until `stop`, telling what happens. It waits without working.

        Raises UserError when the disk is full; what was taken over stays.
        """
        self._stopping.clear()
        self._chosen.set()
        self._folders = {}
        try:
            while not self._stopping.is_set():
                if self._chosen.is_set():
                    yield from self._choose()
                for folder in list(self._folders.values()):
                    yield from self._keep(folder)
                self._wait()
        finally:
            if self._told:
                self._told.stop()
            self._told, self._listening = None, False

    def scan(self) -> Iterator[WatchEvent]:
        """Look once through all folders that are not paused, and take over what changed."""
        for row in self._files.watched():
            if not row.paused and (sentence := self._absent(Path(row.path))):
                yield FolderState(row.path, "away", self._files.count(row.path), sentence=sentence)
            elif not row.paused:
                folder = _Folder(Path(row.path), {(row.path, True)}, accepted=row.path in self._accepted)
                yield from self._keep(folder, at_once=True)

    def _choose(self) -> Iterator[FolderState]:
        """Begin with folders that were chosen, and let go of those that no longer are."""
        self._chosen.clear()
        rows = self._rows = self._files.watched()
        at_work = {row.path for row in rows if not row.paused}
        for path in [path for path in self._folders if path not in at_work]:
            del self._folders[path]
            if self._told:
                self._told.forget(path)
        for row in rows:
            if row.paused:
                yield FolderState(row.path, "paused", self._files.count(row.path))
            elif row.path not in self._folders:
                self._folders[row.path] = _Folder(Path(row.path))
        for path in self._accepted & set(self._folders):
            self._folders[path].accepted = True
            self._folders[path].scan_at = 0.0
        self._accepted.clear()

    def _keep(self, folder: _Folder, at_once: bool = False) -> Iterator[WatchEvent]:
        """Take over what is due in one folder."""
        now = time.monotonic()
        path = str(folder.root)
        if not at_once:
            if now < folder.scan_at and not folder.places and not self._is_settling_over(folder, now):
                return
            silent = now >= folder.scan_at and not self._library.answering.answers(folder.root, self._answer_within)
            if silent or (now >= folder.scan_at and not self._meet(folder)):
                yield self._leave(folder, _silent(folder.root) if silent else _away(folder.root))
                return
        if not folder.places and not folder.unsettled:
            return
        places = folder.places | {(os.path.dirname(each), False) for each in folder.unsettled}  # noqa: PTH120
        moves, folder.places, folder.moves = folder.moves, set(), {}
        looked = look(folder.root, places, self._files, self._library.rules())
        if looked.gone and not is_folder(folder.root):
            folder.scan_at = 0.0
            return
        if (path, True) in places and self._has_emptied(folder, looked):
            yield FolderState(path, "emptied", len(looked.gone), sentence=_emptied(folder.root, len(looked.gone)))
            return
        try:
            yield from self._take_over(folder, differences(looked, moves), at_once)
        except DiskAway as away:
            yield self._leave(folder, str(away))
            return
        state = "looking" if folder.unsettled else "current"
        sentence = "" if folder.told or at_once else _SCANNED
        yield FolderState(path, state, self._files.count(path), sentence=sentence)

    def _leave(self, folder: _Folder, sentence: str) -> FolderState:
        """Let a folder be that is away. What was to be looked at would hold us, and all is when it is back."""
        folder.identity, folder.scan_at = None, time.monotonic() + AWAY_EVERY
        folder.places, folder.moves, folder.unsettled = set(), {}, {}
        path = str(folder.root)
        return FolderState(path, "away", self._files.count(path), sentence=sentence)

    def _absent(self, folder: Path) -> str:
        """Why a folder cannot be looked through now; "" where it can."""
        if not self._library.answering.answers(folder, self._answer_within):
            return _silent(folder)
        return "" if is_folder(folder) else _away(folder)

    def _meet(self, folder: _Folder) -> bool:
        """See that the folder is there and is the one it was; begin anew where it is another. False: it is away."""
        try:
            status = folder.root.stat()
            os.scandir(folder.root).close()
        except OSError:
            folder.identity = None
            return False
        identity = (status.st_dev, status.st_ino)
        anew = identity != folder.identity or folder.accepted
        if anew:
            folder.identity = identity
            # Before the folder is looked through: what changes meanwhile is told.
            folder.told = self._follow(folder)
        if folder.told and self._told:
            folder.told = self._told.follows(str(folder.root))
        now = time.monotonic()
        if anew or not folder.told or now > folder.anyway_at:
            folder.places.add((str(folder.root), True))
            folder.anyway_at = now + ANYWAY_EVERY
        folder.scan_at = now + (AWAY_EVERY if folder.told else self._scan_every)
        return True

    def _follow(self, folder: _Folder) -> bool:
        if not self._listening:
            # Whoever keeps no folder current pays nothing for it.
            self._told, self._listening = self._new_events(self._changes.put), True
        return self._told is not None and self._told.follow(str(folder.root))

    def _has_emptied(self, folder: _Folder, looked: Looked) -> bool:
        return not looked.found and len(looked.gone) > FEW and not folder.accepted

    def _take_over(self, folder: _Folder, told: Differences, at_once: bool) -> Iterator[WatchEvent]:
        """Do what the differences tell. Raises DiskAway where the folder goes away meanwhile; what is done stays."""
        path, started = str(folder.root), time.monotonic()
        ready = told.fresh if at_once else self._settle(folder, told.fresh)
        if told.moved:
            self._files.move(told.moved)
        gone = self._files.set_aside(told.gone) if told.gone else 0
        added, done, skipped = 0, 0, list[Skip]()
        last, away = 0.0, None
        try:
            for outcome in self._library.take(ready, anew=told.renamed):
                done += outcome.ends
                added += outcome.id is not None
                if outcome.fault and not is_folder(folder.root):
                    raise DiskAway(_away(folder.root))
                if outcome.skip and not outcome.textless:
                    skipped.append(outcome.skip)
                if self._stopping.is_set() or (not at_once and self._chosen.is_set()):
                    # What is left is found again when it goes on.
                    folder.identity, folder.scan_at = None, 0.0
                    break
                seconds = time.monotonic() - started
                if seconds - last > 0.2:
                    last = seconds
                    yield FolderState(path, "reading", added, done, len(ready), seconds)
            else:
                twins = self._look_again(told.replaced)
                for outcome in self._library.take(twins) if twins else ():
                    added += outcome.id is not None
        except DiskAway as error:
            away = error
        folder.accepted = False
        if added or told.moved or gone or skipped:
            yield TakenOver(path, added, len(told.moved), gone, skipped)
        if away:
            raise away

    def _settle(self, folder: _Folder, fresh: dict[str, Seen]) -> dict[str, Seen]:
        """Those files that nobody is writing to; the others stay with the folder."""
        now, clock = time.monotonic(), time.time_ns()
        before, folder.unsettled = folder.unsettled, {}
        ready: dict[str, Seen] = {}
        for path, this in fresh.items():
            was, since = before.get(path, (None, now))
            # A file may be dated in the future: then it counts since when it has been as it is.
            if 0 <= self._settled <= (clock - this.modified) / 1e9 or (was == this and now - since >= self._settled):
                ready[path] = this
            else:
                folder.unsettled[path] = (this, since if was == this else now)
        return ready

    def _is_settling_over(self, folder: _Folder, now: float) -> bool:
        return any(now - since >= self._settled for _, since in folder.unsettled.values())

    def _look_again(self, contents: list[str]) -> dict[str, Seen]:
        """The files that had one of these contents, as they are now."""
        found: dict[str, Seen] = {}
        for path in self._files.twins(contents) if contents else ():
            try:
                found[path] = seen(Path(path).stat())
            except OSError:
                logger.info("a copy went meanwhile")
        return found

    # ---- waiting ------------------------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Wait until there is something to do, and then until it grows quiet."""
        change = self._next(self._patience())
        end, count = time.monotonic() + LONGEST, 0
        while change is not None:
            self._note(change)
            count += 1
            left = end - time.monotonic()
            change = self._next(min(self._quiet, left)) if left > 0 else None
        if count > MANY:
            # The system keeps so many for us and drops the rest.
            for folder in self._folders.values():
                if folder.identity:
                    folder.places.add((str(folder.root), True))

    def _next(self, seconds: float | None) -> "Change | None":
        try:
            return self._changes.get(timeout=seconds and max(seconds, 0.0))
        except queue.Empty:
            return None

    def _patience(self) -> float | None:
        """How long there is nothing to do, in seconds; None: until something happens."""
        if not self._folders:
            return None
        now = time.monotonic()
        due: list[float] = []
        for folder in self._folders.values():
            due.append(folder.scan_at - now)
            due += [since + self._settled - now for _, since in folder.unsettled.values()]
            if folder.places:
                due.append(0.0)
        return max(min(due), 0.0)

    def _note(self, change: "Change") -> None:
        folder = self._folders.get(change.root)
        # One that is not met yet, or is away, is looked through whole when it is met.
        if folder is None or folder.identity is None:
            return
        folder.places |= change.places
        if change.moved:
            old, new = change.moved
            folder.moves[new] = folder.moves.pop(old, old)


_SCANNED = "The system does not tell what changes here, so it is looked through every five minutes."


def _away(folder: Path) -> str:
    return f"“{folder.name}” is not there now. Its notes stay as they are, and it goes on when the folder is back."


def _silent(folder: Path) -> str:
    return f"“{folder.name}” does not answer now. Its notes stay as they are, and it goes on when the folder does."


def _emptied(folder: Path, count: int) -> str:
    return (
        f"“{folder.name}” is empty now and held {count:,} files. Its notes stay as they are until you say that the "
        "files are meant to be gone."
    )


def _system_events(note: "Callable[[Change], None]") -> "Events | None":
    from personal_ai.documents.events import Events

    return Events.start(note)
