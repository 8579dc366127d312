"""The library: files and folders in, passages out."""

import hashlib
import itertools
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from personal_ai import days
from personal_ai.documents import chunks, search
from personal_ai.documents.answering import Answering, silent_sentence
from personal_ai.documents.folders import Rules, Skip, absolute, collect, is_folder, is_there
from personal_ai.documents.overview import Overview
from personal_ai.documents.readers import is_picture, slowness
from personal_ai.documents.reading import Read, Reading
from personal_ai.documents.search import Hit
from personal_ai.errors import DiskAway, UserError
from personal_ai.messages import PARTLY, DocumentRead, FileRead, FileSkipped, Section
from personal_ai.store.adapters import Forgotten
from personal_ai.store.database import stamp, utc_now
from personal_ai.store.documents import Counts, DocumentRow, Documents, NewChunk, Provenance
from personal_ai.store.files import Known, Seen, path_key
from personal_ai.worker import Worker

#: What is known of so many files is looked at together: a folder may hold a million.
COMPARED = 5000
#: A file that gives no sign of life for this long, in seconds, is skipped.
PATIENCE = 120.0


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


class Going(msgspec.Struct, frozen=True):
    """An import goes on: a file takes long, or is a picture without text in a folder, as most photos are."""

    path: str
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


AddEvent = Added | Unchanged | Skipped | Going | AddFinished


class Outcome(msgspec.Struct, frozen=True):
    """What became of a file, or of a document in it: `id` of a new one, or why it was skipped, or neither.

    `ends` says that the file ends with this, `fault` that its disk, and not the file, was why it was skipped,
    `textless` that it is a picture without text, which is an error only to whoever wanted just this one read.
    """

    path: str
    id: int | None = None
    title: str = ""
    skip: Skip | None = None
    ends: bool = True
    fault: bool = False
    textless: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether nothing became of it yet."""
        return not self.ends and self.id is None and self.skip is None


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
        rules: Callable[[], Rules] = Rules,
    ) -> None:
        self.documents = documents
        #: What is known of the files that the documents lie in.
        self.files = documents.files
        self._reader = reader
        self._now = now
        self._patience = patience
        self._forgetter = forgetter
        self._names = names
        #: What is passed over in folders.
        self.rules = rules
        #: Whether the disks of folders answer.
        self.answering = Answering()

    # ---- adding -------------------------------------------------------------------------------------------------

    def add(self, paths: list[Path]) -> Iterator[AddEvent]:
        """Read files and folders into the library; closing the generator keeps what is done.

        One event a file, and of a file with many documents one for each that is new; Going while one takes long. What
        was not ended is in `unfinished`, also after a crash.

        Raises UserError for a path that does not exist or a folder with nothing to read, before anything changes;
        when the disk is full, and when a folder goes away or does not answer, keeping the files already answered.
        """
        started = time.monotonic()
        self._ask(paths)
        files, skipped = collect(paths, self.rules())
        asked = [str(absolute(path)) for path in paths]
        folders = [Path(path) for path in asked if is_folder(Path(path))]
        self.files.begin(asked)
        total, done = len(files) + len(skipped), 0
        documents = unchanged = 0
        for skip in skipped:
            done += 1
            yield Skipped(skip.path, skip.reason, done, total)
        for outcome in self.take(files, by_hand=True):
            done += outcome.ends
            # A disk that gives no answer must not be asked here.
            if outcome.fault and (away := next((folder for folder in folders if not is_folder(folder)), None)):
                raise DiskAway(
                    f"“{away.name}” went away while it was being read. What was read is kept; add it again when it is "
                    "back, and it goes on from there."
                )
            if (outcome.textless and outcome.path not in asked) or outcome.is_nothing:
                yield Going(outcome.path, done, total)
            elif outcome.skip:
                skipped.append(outcome.skip)
                yield Skipped(outcome.path, outcome.skip.reason, done, total)
            elif outcome.id is None:
                unchanged += 1
                yield Unchanged(outcome.path, done, total)
            else:
                documents += 1
                yield Added(outcome.path, outcome.title, outcome.id, done, total)
        self.files.end(asked)
        yield AddFinished(documents, unchanged, skipped, time.monotonic() - started)

    def _ask(self, paths: list[Path]) -> None:
        for path in map(absolute, paths):
            if not self.answering.answers(path):
                raise DiskAway(silent_sentence(path))

    def unfinished(self) -> list[Path]:
        """What `add` was asked to read and has not ended with, as far as it is still there; the rest is forgotten."""
        all_asked = [Path(path) for path in self.files.unfinished()]
        # A folder is asked before what lies in it, so that many files on a disk that stands still are one wait.
        silent = {folder for folder in {path.parent for path in all_asked} if not self.answering.answers(folder)}
        asked = [path for path in all_asked if path.parent not in silent and self.answering.answers(path)]
        there = [path for path in asked if is_there(path)]
        if there != asked:
            self.files.end(str(path) for path in asked if path not in there)
        return there

    def give_up(self, paths: list[Path] | None = None) -> None:
        """Leave unfinished what `add` was asked to read, or all that ever was; what is read stays."""
        self.files.end([str(absolute(path)) for path in paths] if paths else self.files.unfinished())

    def take(self, files: Mapping[str, Seen], by_hand: bool = False, anew: Collection[str] = ()) -> Iterator[Outcome]:
        """Read those of these files that changed since they were answered, and those in `anew`.

        What the person gives `by_hand` may have been deleted by them before, or not have been readable. What takes long
        comes last.
        """
        names = self._names()
        fresh: list[str] = []
        dismissed = self.files.dismissed()
        left = iter(files.items())
        while part := dict(itertools.islice(left, COMPARED)):
            if dismissed and not by_hand:
                part = {path: now for path, now in part.items() if path_key(path) not in dismissed}
            same = self._same(part, names, by_hand, anew)
            fresh += (path for path in part if path not in same)
            yield from (_known(known, by_hand) for known in same.values())
        if by_hand and dismissed:
            self.files.readmit(path_key(path) for path in files)
        fresh.sort(key=slowness)
        reading = Reading(self._reader, fresh, self._patience, names)
        round_ = _Round(self.documents, files, names, dismissed, by_hand)
        try:
            for events in reading.rounds():
                yield from round_.store(events) if events else [Outcome(reading.current, ends=False)]
        finally:
            reading.stop()
        for _ in self.documents.join_index() if fresh else ():
            yield Outcome(fresh[-1], ends=False)

    def _same(
        self, files: Mapping[str, Seen], names: list[str], by_hand: bool, anew: Collection[str]
    ) -> dict[str, Known]:
        """Those of these files that need not be read, and what is known of them now."""
        known = self.files.known(files)
        same: dict[str, Known] = {}
        for path, now in files.items():
            if path not in anew and (still := self._still(path, now, known.get(path), names, by_hand)):
                same[path] = still
        self.files.note([still for path, still in same.items() if still is not known.get(path)])
        return same

    def _still(self, path: str, now: Seen, was: Known | None, names: list[str], by_hand: bool) -> Known | None:
        """What is known of a file, as it is now, where it holds what it held; None where it has to be read."""
        if was is None or (by_hand and _is_worth_another_try(was)):
            return None
        if not was.is_still(now):
            digest = _digest(path) if was.size == now.size and (was.sha256 or not was.reason) else ""
            if not digest or was.sha256 not in ("", digest):
                return None
            was = Known(path, *now, digest, was.reason, was.held, was.seal)
        if was.seal:
            return was if was.seal == _seal(was.sha256, names) else None
        return was if was.held or was.reason else None

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
            title=f"Remembered, {days.in_words(day)}",
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
        return forget(self.documents.remove_file(str(absolute(path))))

    def inside(self, path: Path) -> list[int]:
        """The documents that lie in a file which holds many; none for any other file."""
        return self.documents.inside(str(absolute(path)))

    # ---- reading ------------------------------------------------------------------------------------------------

    def search(self, query: str, limit: int = 8) -> list[Hit]:
        """The passages that fit a question best, best first."""
        return search.search(self.documents, query, limit, self._now().astimezone().date())

    def get(self, id: int) -> DocumentRow:
        """A document. Raises UserError when it is gone."""
        return self.documents.get(id)

    def find(self, name: str) -> DocumentRow:
        """The one document of this path, title or file name. Raises UserError for none, and for several."""
        row = self.documents.find_path(name) or self.documents.find_path(str(absolute(Path(name))))
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

    def overview(self) -> Overview:
        """All documents, by folder, kind and month. It takes its time where there are very many."""
        return Overview(self.documents.entries(), (folder.path for folder in self.files.watched()))

    def rows(self, ids: Sequence[int]) -> dict[int, DocumentRow]:
        """Documents by their ids; those that are gone are left out."""
        return self.documents.rows(ids)

    def set_aside(self) -> "list[DocumentRow]":
        """Notes whose files are gone, the last one first: not found, used or learned until they are brought back."""
        return self.documents.set_aside()

    def bring_back(self, ids: "list[int]") -> None:
        """Take notes that were set aside into the library again; without their files they stay as they are."""
        self.files.bring_back(ids)

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


class _Round:
    """Puts what a worker has read into the library: a round at a time, each in one transaction."""

    def __init__(
        self,
        documents: Documents,
        seen: Mapping[str, Seen],
        names: list[str],
        dismissed: frozenset[str],
        by_hand: bool,
    ) -> None:
        self._documents = documents
        self._seen = seen
        self._names = names
        self._dismissed = dismissed
        self._by_hand = by_hand
        #: A new document of the file in hand that is not told yet: the last one of a file ends it.
        self._new: tuple[int, str] | None = None

    def store(self, events: list[Read]) -> list[Outcome]:
        """Store a round; what is returned is kept, whatever happens to the machine."""
        # Cut before the transaction: others wait for it.
        cut = [chunks.split(event) if isinstance(event, DocumentRead) else [] for event in events]
        outcomes: list[Outcome] = []
        answered: list[Known] = []
        before = self._new
        try:
            with self._documents.together():
                for event, pieces in zip(events, cut, strict=True):
                    outcomes += self._store(event, pieces)
                    if self._ends_for_good(event) and not self._is_refused(event):
                        answered.append(self._answered(event))
                self._documents.files.note(answered)
        except BaseException:
            self._new = before
            raise
        return outcomes

    def _store(self, event: Read, pieces: list[NewChunk]) -> Iterator[Outcome]:
        path = event.path
        if isinstance(event, DocumentRead) and event.member:
            id, known = self._put_member(event, pieces)
            if not known:
                yield from self._told(path)
                self._new = id, event.title
            return
        if isinstance(event, DocumentRead):
            if event.partly and not self._is_refused(event):
                yield Outcome(path, skip=Skip(path, event.partly), ends=False)
            yield self._put(event, pieces)
        elif isinstance(event, FileRead):
            self._documents.seal(path, _seal(event.sha256, self._names), event.size)
            if event.left_out:
                yield Outcome(path, skip=Skip(path, _left_out_sentence(event)), ends=False)
            yield Outcome(path, *self._new) if self._new else Outcome(path)
        else:
            yield from self._told(path)
            textless = bool(event.textless) and is_picture(path)
            yield Outcome(path, skip=Skip(path, event.reason), fault=event.passing == "fault", textless=textless)
        self._new = None

    def _told(self, path: str) -> Iterator[Outcome]:
        if self._new is not None:
            yield Outcome(path, *self._new, ends=False)

    def _put(self, document: DocumentRead, pieces: list[NewChunk]) -> Outcome:
        """Store a document that is a whole file."""
        if self._is_refused(document):
            self._documents.files.dismiss(document.path)
            return Outcome(document.path)
        if document.sha256 in self._dismissed:
            self._documents.files.readmit([document.sha256])
        known = self._documents.find_sha(document.sha256) is not None
        id = self._documents.put(document, pieces)
        return Outcome(document.path) if known else Outcome(document.path, id, document.title)

    def _ends_for_good(self, event: Read) -> bool:
        """Whether this is the last of a file, and the same would come of it another time."""
        if isinstance(event, FileSkipped):
            return not event.passing
        return not (isinstance(event, DocumentRead) and event.member)

    def _is_refused(self, event: Read) -> bool:
        """Whether the person had deleted just this, so that nothing of it is kept."""
        return isinstance(event, DocumentRead) and not self._by_hand and event.sha256 in self._dismissed

    def _put_member(self, document: DocumentRead, pieces: list[NewChunk]) -> tuple[int, bool]:
        """Store a document of a file with many; return its id and whether there is nothing new in it."""
        if self._documents.was_deleted(document.path, document.member):
            return 0, True
        same = self._documents.find_same(document)
        known = same is not None and not same.gone
        return self._documents.put(document, [] if known else pieces), known

    def _answered(self, event: Read) -> Known:
        now = self._seen[event.path]
        sha256, reason = (event.textless, event.reason) if isinstance(event, FileSkipped) else (event.sha256, "")
        return Known(event.path, *now, sha256, reason)


def _is_worth_another_try(was: Known) -> bool:
    """Whether more may come of a file as it is: it was not readable, or in part, and not just without text."""
    return was.sha256.startswith(PARTLY) or (bool(was.reason) and not was.sha256)


def _known(was: Known, by_hand: bool) -> Outcome:
    """What becomes of a file that need not be read. Who gives it hears again that there is no text in it."""
    if by_hand and was.reason:
        return Outcome(was.path, skip=Skip(was.path, was.reason), textless=is_picture(was.path))
    return Outcome(was.path)


def _digest(path: str) -> str:
    """The SHA-256 of a file; "" where it cannot be read: then the worker finds the words for it."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - thousands of them
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
