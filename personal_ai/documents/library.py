"""The library: files and folders in, passages out."""

import hashlib
import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from personal_ai.documents import chunks, search
from personal_ai.documents.readers import LARGE, SUFFIXES, is_wanted
from personal_ai.documents.search import Hit
from personal_ai.errors import UserError, disk_sentence
from personal_ai.messages import (
    BatchRead,
    DocumentRead,
    Failed,
    FileRead,
    FileSkipped,
    FileStarted,
    MayRead,
    ReadFiles,
    Section,
)
from personal_ai.store.adapters import Forgotten
from personal_ai.store.database import stamp, utc_now
from personal_ai.store.documents import Counts, DocumentRow, Documents, Provenance
from personal_ai.worker import Worker, WorkerDied

#: The largest file that is read, in bytes.
MAX_SIZE = 200 * 1024 * 1024
#: The largest of those that are read piece by piece.
MAX_LARGE = 8 * 1024 * 1024 * 1024
#: How many files a worker is given at once: it reads ahead of the database, and what it read waits in memory.
BATCH = 100
#: How many files a worker may open in its life.
GRANTED = 2000
#: A file that gives no sign of life for this long, in seconds, is skipped.
PATIENCE = 120.0
#: Folders that programs fill, not people.
_PROGRAM_FOLDERS = frozenset(
    ("node_modules", "__pycache__", "site-packages", "$RECYCLE.BIN", "System Volume Information")
)


class Skip(msgspec.Struct, frozen=True):
    """A file that was left out, and why, in one sentence."""

    path: str
    reason: str


class Added(msgspec.Struct, frozen=True):
    """A file became a document, or a new version of one; it can be found from now on."""

    path: str
    title: str
    document_id: int
    done: int
    total: int


class Unchanged(msgspec.Struct, frozen=True):
    """The library holds this content already."""

    path: str
    done: int
    total: int


class Skipped(msgspec.Struct, frozen=True):
    """A file was left out."""

    path: str
    reason: str
    done: int
    total: int


class AddFinished(msgspec.Struct, frozen=True):
    """All files were answered: how many new documents and versions, how many known ones, and what was left out.

    A file with many documents that has nothing new counts as one known one.
    """

    documents: int
    unchanged: int
    skipped: list[Skip]
    seconds: float


AddEvent = Added | Unchanged | Skipped | AddFinished


def _seal(sha256: str, names: list[str]) -> str:
    """A hash of a file and of all else that its documents depend on: who the person is decides what is theirs."""
    return hashlib.sha256(msgspec.json.encode((sha256, sorted(names)))).hexdigest()


def _left_out_sentence(read: FileRead) -> str:
    name = Path(read.path).name
    total = read.documents + read.left_out
    return f"{read.left_out:,} of {total:,} entries in “{name}” are damaged or too long, so they were left out."


def _nothing_learned(_documents: list[int]) -> Forgotten:
    return Forgotten([], None)


class Library:
    """Everything a person gave to read.

    `reader` makes a read worker that is not started yet; `forgetter` gives the function that takes the ids of a deleted
    document's versions and drops what learned them; `names` are the names and mail addresses that the person goes by.
    """

    def __init__(
        self,
        documents: Documents,
        reader: Callable[[], Worker],
        now: Callable[[], datetime] = utc_now,
        patience: float = PATIENCE,
        forgetter: Callable[[], Callable[[list[int]], Forgotten]] = lambda: _nothing_learned,
        names: Callable[[], list[str]] = lambda: [],
    ) -> None:
        self.documents = documents
        self._reader = reader
        self._now = now
        self._patience = patience
        self._forgetter = forgetter
        self._names = names

    # ---- adding -------------------------------------------------------------------------------------------------

    def add(self, paths: list[Path]) -> Iterator[AddEvent]:
        """Read files and folders into the library; closing the generator keeps what is done.

        One event a file, and of a file with many documents one for each that is new.

        Raises UserError for a path that does not exist or a folder with nothing to read, before anything changes;
        and when the disk is full, keeping the files already answered.
        """
        started = time.monotonic()
        files, skipped = collect(paths)
        total, done = len(files) + len(skipped), 0
        documents = unchanged = 0
        for skip in skipped:
            done += 1
            yield Skipped(skip.path, skip.reason, done, total)
        for path, outcome, ends in self._outcomes(files):
            done += ends
            if isinstance(outcome, int):
                documents += 1
                yield Added(str(path), self.documents.get(outcome).title, outcome, done, total)
            elif outcome is None:
                unchanged += 1
                yield Unchanged(str(path), done, total)
            else:
                skipped.append(outcome)
                yield Skipped(outcome.path, outcome.reason, done, total)
        yield AddFinished(documents, unchanged, skipped, time.monotonic() - started)

    def remember(self, text: str) -> int:
        """Keep a text of the person's as a note of its own, found at once; return its id, the old one's where known."""
        now = self._now()
        day = now.astimezone()
        content = text.encode()
        sha256 = hashlib.sha256(content).hexdigest()
        note = DocumentRead(
            path=f"remembered:{sha256[:12]}",
            sha256=sha256,
            size=len(content),
            title=f"Remembered, {day.day} {day:%B} {day.year}",
            format="txt",
            text=text,
            sections=[],
            created=stamp(now),
        )
        return self.documents.put(note, chunks.split(note))

    def remove(self, path: Path) -> Forgotten:
        """Remove a file that is no longer there: its document or documents, unless they lie in another file, too.

        Returns and raises what `delete` does, except that a file that is not in the library is no error.
        """
        forget = self._forgetter()
        return forget(self.documents.remove_file(str(_absolute(path))))

    def inside(self, path: Path) -> list[int]:
        """The documents that lie in a file which holds many; none for any other file."""
        return self.documents.inside(str(_absolute(path)))

    def _outcomes(self, files: list[Path]) -> Iterator[tuple[Path, int | Skip | None, bool]]:
        """Each file with the id of a new document, why something was skipped, or None when it is known already.

        Behind it, whether the file ends with that.
        """
        names = self._names()
        fresh: list[Path] = []
        for path in files:
            if self._is_known(path, names):
                yield path, None, True
            else:
                fresh.append(path)
        reading = _Reading(self._reader, fresh, self._patience, names)
        new: int | None = None
        try:
            for event in reading.events():
                path = Path(event.path)
                if isinstance(event, DocumentRead) and event.member:
                    id, known = self._put_member(event)
                    if not known:
                        if new is not None:
                            yield path, new, False
                        new = id
                    continue
                if isinstance(event, DocumentRead):
                    yield path, self._put(event), True
                elif isinstance(event, FileRead):
                    self.documents.seal(event.path, _seal(event.sha256, names), event.size)
                    if event.left_out:
                        yield path, Skip(event.path, _left_out_sentence(event)), False
                    yield path, new, True
                else:
                    if new is not None:
                        yield path, new, False
                    yield path, Skip(event.path, event.reason), True
                new = None
        finally:
            reading.stop()

    def _put(self, document: DocumentRead) -> int | None:
        """Store a document that is a whole file; None when its content is known."""
        if self.documents.find_sha(document.sha256):
            return None
        return self.documents.put(document, chunks.split(document))

    def _put_member(self, document: DocumentRead) -> tuple[int, bool]:
        """Store a document of a file with many; return its id and whether there is nothing new in it."""
        if self.documents.was_deleted(document.path, document.member):
            return 0, True
        same = self.documents.find_same(document)
        return self.documents.put(document, [] if same else chunks.split(document)), same is not None

    def _is_known(self, path: Path, names: list[str]) -> bool:
        """Whether the library holds this very file unchanged: then no parser has to open it."""
        container = self.documents.container(str(path))
        row = None if container else self.documents.find_path(str(path))
        size = container[1] if container else row.size if row else -1
        try:
            if size != path.stat().st_size:
                return False
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return False  # the worker finds the words for it
        return _seal(digest, names) == container[0] if container else row is not None and digest == row.sha256

    # ---- reading ------------------------------------------------------------------------------------------------

    def search(self, query: str, limit: int = 8) -> list[Hit]:
        """The passages that fit a question best, best first."""
        return search.search(self.documents, query, limit, self._now().astimezone().date())

    def get(self, id: int) -> DocumentRow:
        """A document. Raises UserError when it is gone."""
        return self.documents.get(id)

    def find(self, name: str) -> DocumentRow:
        """The one document of this path, title or file name. Raises UserError for none, and for several."""
        row = self.documents.find_path(name) or self.documents.find_path(str(_absolute(Path(name))))
        if row:
            return row
        wanted = name.strip().casefold()
        rows = self.documents.list()
        found = [row for row in rows if row.title.casefold() == wanted]
        found = found or [row for row in rows if Path(row.path).name.casefold() == wanted]
        if not found:
            raise UserError(
                f"There is no note “{name}” in your library. Give its whole title, or the path of its file."
            )
        if len(found) > 1:
            paths = ", ".join(f"“{row.path}”" for row in found[:5])
            raise UserError(f"{len(found)} notes are called “{name}”. Give the path of the one you mean: {paths}.")
        return found[0]

    def text(self, id: int) -> str:
        """A document's whole text. Raises UserError when it is gone."""
        return self.documents.text(id)

    def sections(self, id: int) -> list[Section]:
        """A document's headings. Raises UserError when it is gone."""
        return self.documents.sections(id)

    def counts(self) -> Counts:
        """How much there is."""
        return self.documents.counts()

    def delete(self, id: int) -> Forgotten:
        """Remove a document for good, all its versions, and every adapter that learned any of them.

        Returns which adapters went and what is in use now. Raises UserError when the document is gone already, and
        where the disk holds on to an adapter's file: then the note is gone, that adapter out of use, and a later start
        deletes it.
        """
        # Asked for first: a shelf that is built after the deletion has tidied up already, and could not say what went.
        forget = self._forgetter()
        return forget(self.documents.delete(id))

    def set_flags(self, id: int, never_learn: bool | None = None, never_use: bool | None = None) -> None:
        """Say whether a document may be learned or used in answers; None leaves a flag as it is."""
        self.documents.set_flags(id, never_learn, never_use)

    def set_provenance(self, id: int, provenance: Provenance) -> None:
        """Say whose words a document is: "mine", "sent" to me, or from "elsewhere". Only what is mine is learned."""
        self.documents.set_provenance(id, provenance)

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self, text: str = "") -> list[DocumentRow]:
        """Documents, last added first; with `text`, those that hold all its words."""
        return self.documents.list(text)


class _Reading:
    """Files on their way through read workers: one that kills its worker is named, the rest goes on in a new one."""

    def __init__(self, start: Callable[[], Worker], files: list[Path], patience: float, names: list[str]) -> None:
        self._new_worker = start
        self._names = names
        self._left = deque(str(path) for path in files)
        self._patience = patience
        self._worker: Worker | None = None
        #: How many of the next files the worker may open.
        self._granted = 0

    def events(self) -> Iterator[DocumentRead | FileRead | FileSkipped]:
        """Of each file its document or FileSkipped; of one with many its documents, then FileRead or FileSkipped."""
        futile = 0
        while self._left:
            before, current = len(self._left), ""
            try:
                worker = self._running()
                paths = [self._left[at] for at in range(min(BATCH, before, self._granted))]
                worker.send(ReadFiles(paths=paths, names=self._names))
                while not isinstance(event := worker.read(self._patience), BatchRead):
                    if isinstance(event, FileStarted):
                        current = event.path
                    elif isinstance(event, DocumentRead) and event.member:
                        yield event
                    elif isinstance(event, DocumentRead | FileRead | FileSkipped):
                        self._left.popleft()
                        self._granted -= 1
                        current = ""
                        yield event
                    elif event is None or isinstance(event, Failed):
                        raise WorkerDied("no answer")
            except WorkerDied:
                self.stop()
                if current:
                    self._left.popleft()
                    name = Path(current).name
                    yield FileSkipped(path=current, reason=f"“{name}” made its reader fail, so it was left out.")
            futile = futile + 1 if len(self._left) == before else 0
            if futile == 3:
                raise UserError("The part of Personal AI that reads files does not start. Start the program again.")

    def stop(self) -> None:
        """End the worker, if one runs."""
        if self._worker:
            self._worker.stop(grace=0.5)
            self._worker = None

    def _running(self) -> Worker:
        if self._granted == 0:
            # It may open nothing else, and what its parsers have leaked goes with it.
            self.stop()
        if self._worker is None:
            self._worker = self._new_worker()
            if not self._worker.alive:
                self._worker.start()
            self._granted = min(GRANTED, len(self._left))
            self._worker.send(MayRead(paths=[self._left[at] for at in range(self._granted)]))
        return self._worker


# ---- folders ----------------------------------------------------------------------------------------------------


def collect(paths: list[Path]) -> tuple[list[Path], list[Skip]]:
    """The files to read among `paths`, folders walked, and those that will not be, with the reason.

    Hidden files, links and unknown formats inside folders are passed over silently; a file named by the person gets an
    answer. Raises UserError for a path that does not exist, and when there is nothing at all.
    """
    files: dict[Path, None] = {}
    skipped: list[Skip] = []
    empty: list[Path] = []
    for path in map(_absolute, paths):
        if not path.exists():
            raise UserError(f"There is no file or folder “{path}”. Check the name; nothing was added.")
    for path in map(_absolute, paths):
        if not path.is_dir():
            files[path] = None
            continue
        found = _walk(path, skipped)
        if not found:
            empty.append(path)
        files |= dict.fromkeys(found)
    if empty and not files and not skipped:
        raise UserError(_empty_sentence(empty[0]))
    skipped += [Skip(str(path), _empty_sentence(path)) for path in empty]
    readable: list[Path] = []
    for path in files:
        reason = _refusal(path)
        if reason:
            skipped.append(Skip(str(path), reason))
        else:
            readable.append(path)
    return readable, skipped


def _absolute(path: Path) -> Path:
    # Not resolved: the person knows the file under the name they gave.
    return Path(os.path.normpath(path.expanduser().absolute()))


def _empty_sentence(folder: Path) -> str:
    kinds = ", ".join(sorted(SUFFIXES))
    return f"There is nothing to read in “{folder.name or folder}”. Personal AI reads {kinds}."


def _walk(folder: Path, skipped: list[Skip]) -> list[Path]:
    """Readable files below a folder, in order of their names; folders that cannot be opened join `skipped`."""
    found: list[Path] = []
    todo = [folder]
    while todo:
        here = todo.pop()
        try:
            with os.scandir(here) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(Skip(str(here), disk_sentence(error, f"opening “{here.name}”")))
            continue
        below: list[Path] = []
        for entry in listed:
            if entry.name.startswith(".") or entry.name in _PROGRAM_FOLDERS or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False) and is_wanted(Path(entry.path)):
                found.append(Path(entry.path))
        todo += reversed(below)
    return found


def _refusal(path: Path) -> str:
    """Why a file is not even given to the worker, in one sentence; "" when it is."""
    try:
        status = path.stat()
    except OSError as error:
        return disk_sentence(error, f"reading “{path.name}”")
    if not stat.S_ISREG(status.st_mode):
        return f"“{path.name}” is not a file with text in it, so it was left out."
    if path.suffix.lower() not in SUFFIXES:
        return f"Personal AI cannot read “{path.name}”. It reads {', '.join(sorted(SUFFIXES))}."
    if status.st_size == 0:
        return f"“{path.name}” is empty, so there is nothing to read in it."
    most = MAX_LARGE if path.suffix.lower() in LARGE else MAX_SIZE
    if status.st_size > most:
        size, most = status.st_size // 1024**2, most // 1024**2
        return f"“{path.name}” is too large ({size:,} MB; {most} MB is the most). Split it and add the parts."
    return ""
