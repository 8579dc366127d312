"""The child that opens strangers' files: one event as a file begins, one as it ends, and limits on what it may use."""

import hashlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from personal_ai import messages, sandbox, worker
from personal_ai.documents.readers import FORMS, READERS, SLOW, Alive, Parsed, Textless, many_in, recognition
from personal_ai.documents.readers.parsed import find_date, moment, opening_date
from personal_ai.errors import UserError, disk_sentence, is_away
from personal_ai.messages import (
    PARTLY,
    BatchRead,
    ConversationRead,
    DocumentRead,
    FileRead,
    FileSkipped,
    FileStarted,
    MayRead,
    PartRead,
    ReadConversations,
    ReadFiles,
    Request,
)
from personal_ai.worker import Emit, Inbox, logger

#: Address space of the whole process, and processor time of one file, or of one page of it that takes long: there the
#: reader itself gives up before.
MAX_MEMORY = 2 * 1024**3
MAX_FILE_SECONDS = 60
MAX_PAGE_SECONDS = int(recognition.PAGE_SECONDS) + 60
#: Files that are open at once, and how much may be written into the log, in bytes.
MAX_OPEN = 128
MAX_LOG = 1024**2
#: How much is told of a history at once, in characters.
PART = 500_000
#: Files of rows: whatever stands in the first ones.
_TABLES = {".csv", ".tsv", ".xlsx", ".xls", ".ods"}
_FORMATS = {
    **{".markdown": "md", ".text": "txt", ".htm": "html", ".xhtml": "html"},
    **{".jpeg": "jpg", ".tiff": "tif"},
    **{form: suffix[1:] for form, suffix in FORMS.items()},
}


def main() -> int:
    """Answer ReadFiles and ReadConversations until stdin closes, and be able to do nothing else (see sandbox)."""
    worker.give_way()
    _limit_use()
    sandbox.refuse_all_but_reading()
    history = _History()

    def handle(request: Request, inbox: Inbox, emit: Emit) -> None:
        if isinstance(request, ReadConversations):
            history.tell(request, emit)
        elif isinstance(request, ReadFiles):
            _handle(request, inbox, emit)

    return worker.serve(handle, _open_only_what_it_names)


class _Stopped(BaseException):
    """Nobody waits for the file in hand any more. No reader may take this for a damaged file."""


def _open_only_what_it_names(first: bytes) -> None:
    try:
        request = messages.decode_request(first)
    except msgspec.MsgspecError:
        request = None
    match request:
        case MayRead(paths=paths) | ReadFiles(paths=paths):
            sandbox.read_only(paths)
        case ReadConversations(path=path):
            sandbox.read_only([path])
        case _:
            sandbox.read_only([])


class _History:
    """The one file of conversations that is open: they are told in parts, so that few of them wait in memory."""

    def __init__(self) -> None:
        self._left: Iterator[Callable[[], ConversationRead | None]] = iter(())
        self._told = self._left_out = 0

    def tell(self, request: ReadConversations, emit: Emit) -> None:
        """Answer with the next part."""
        # A worker that reads notes needs none of it.
        from personal_ai.documents.readers import histories

        _limit_time()
        path = Path(request.path)
        try:
            if request.start == 0:
                self._left, self._told, self._left_out = histories.read(path), 0, 0
            emit(self._part(emit))
        except UserError as error:
            emit(FileSkipped(path=request.path, reason=str(error)))
        except OSError as error:
            emit(FileSkipped(path=request.path, reason=disk_sentence(error, f"reading “{path.name}”")))
        except MemoryError:
            emit(FileSkipped(path=request.path, reason=f"“{path.name}” needs too much memory to read."))

    def _part(self, emit: Emit) -> PartRead:
        room = PART
        while room > 0:
            if (make := next(self._left, None)) is None:
                break
            try:
                read = make()
            except UserError:
                raise
            except Exception as error:  # noqa: BLE001 - a worker's loop: one damaged conversation must not cost the others
                logger.warning("%s in a history", type(error).__name__)
                self._left_out += 1
                continue
            if read is not None:
                self._told += 1
                # Even a short one takes its time in the database.
                room -= 2000 + sum(len(said.text) for said in read.said)
                emit(read)
        return PartRead(conversations=self._told, left_out=self._left_out, more=room <= 0)


def _handle(request: ReadFiles, inbox: Inbox, emit: Emit) -> None:
    for name in request.paths:
        if inbox.cancelled(0):
            break
        emit(FileStarted(path=name))
        _limit_time()
        try:
            for event in _read(name, request.names, partial(_go_on, name, inbox, emit)):
                emit(event)
                _limit_time()
                if inbox.cancelled(0):
                    break
        except _Stopped:
            break
    emit(BatchRead(files=len(request.paths)))


def _go_on(name: str, inbox: Inbox, emit: Emit) -> None:
    """Say that a file is still being read, and give its next page time. Raises _Stopped where nobody waits for it."""
    if inbox.cancelled(0):
        raise _Stopped
    emit(FileStarted(path=name))
    _limit_time(MAX_PAGE_SECONDS)


def _read(name: str, names: list[str], alive: Alive = lambda: None) -> Iterator[DocumentRead | FileRead | FileSkipped]:
    path = Path(name)
    try:
        yield from read_documents(path, names, alive)
    except UserError as error:
        yield _left_out(path, str(error), error.sha256 if isinstance(error, Textless) else "")
    except PermissionError as error:
        # Where the person may read it, it is another file by now than the one that this worker was let.
        replaced = os.access(path, os.R_OK)
        reason = _changed(path) if replaced else disk_sentence(error, _reading(path))
        yield FileSkipped(path=name, reason=reason, passing="fault" if replaced else "")
    except OSError as error:
        yield FileSkipped(path=name, reason=_fault(path, error), passing="fault" if is_away(error) else "")
    except MemoryError:
        yield FileSkipped(path=name, reason=f"“{path.name}” needs too much memory to read. Split it and add the parts.")
    except Exception as error:  # noqa: BLE001 - a worker's loop: parsers of strangers' files raise anything
        # The type only: the text of an exception could hold a note.
        logger.warning("%s while reading a %s file", type(error).__name__, path.suffix)
        yield _left_out(path, f"“{path.name}” is damaged or not what its name says, so it was left out.")


def _left_out(path: Path, reason: str, textless: str = "") -> FileSkipped:
    """Why a file is left out, unless its disk is at fault: a file that breaks off is a damaged one to its parser."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        if is_away(error):
            return FileSkipped(path=str(path), reason=_fault(path, error), passing="fault")
    return FileSkipped(path=str(path), reason=reason, textless=textless)


def _fault(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"“{path.name}” went away before it was read, so it was left out."
    return disk_sentence(error, _reading(path))


def read_document(path: Path) -> DocumentRead:
    """The first document of a file, as `read_documents` reads it."""
    return next(event for event in read_documents(path) if isinstance(event, DocumentRead))


def read_documents(
    path: Path, names: Collection[str] = (), alive: Alive = lambda: None
) -> Iterator[DocumentRead | FileRead]:
    """Read one file in this process: its document, or all of them and then FileRead.

    `names` are the names and mail addresses that the person goes by; `alive` is called again and again
    where a page takes long.

    Raises UserError for a file that cannot become a document, Textless for one that holds no text, OSError by the disk.
    """
    before = path.stat()
    if before.st_size == 0:
        raise UserError(f"“{path.name}” is empty, so there is nothing to read in it.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    many = many_in(path)
    if many is None:
        suffix = path.suffix.lower()
        try:
            parsed = SLOW[suffix](path, alive) if suffix in SLOW else READERS[suffix](path)
        except Textless as error:
            _refuse_change(path, before)
            raise Textless(str(error), digest) from error
        _refuse_change(path, before)
        content = PARTLY + digest if parsed.partly else digest
        yield _document(path, before, parsed, content, before.st_size)
    else:
        count = left_out = 0
        refused: UserError | None = None
        told: Counter[str] = Counter()
        for make in many(path, names):
            try:
                parsed = make()
            except Exception as error:  # noqa: BLE001 - a worker's loop: one damaged mail must not cost the others
                logger.warning("%s in a %s file", type(error).__name__, path.suffix)
                left_out += 1
                refused = error if isinstance(error, UserError) else None
                continue
            if parsed is not None:
                count += 1
                told[parsed.member] += 1
                if told[parsed.member] > 1:
                    parsed = replace(parsed, member=f"{parsed.member}#{told[parsed.member]}")
                content = (parsed.title, parsed.text, parsed.created, parsed.provenance, parsed.own)
                digest_of_it = hashlib.sha256(msgspec.json.encode(content)).hexdigest()
                yield _document(path, before, parsed, digest_of_it, len(parsed.text.encode()))
        _refuse_change(path, before)
        if not count and refused:
            raise refused
        if not count:
            looks = "is damaged or not what its name says" if left_out else "holds no text to read"
            raise UserError(f"“{path.name}” {looks}, so it was left out.")
        yield FileRead(path=str(path), sha256=digest, size=before.st_size, documents=count, left_out=left_out)


def _refuse_change(path: Path, before: os.stat_result) -> None:
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UserError(_changed(path))


def _changed(path: Path) -> str:
    return f"“{path.name}” changed while it was being read. Add it again when nothing writes to it."


def _reading(path: Path) -> str:
    return f"reading “{path.name}”"


def _document(path: Path, status: os.stat_result, parsed: Parsed, sha256: str, size: int) -> DocumentRead:
    suffix = path.suffix.lower()
    return DocumentRead(
        path=str(path),
        sha256=sha256,
        size=size,
        title=parsed.title,
        format=parsed.format or _FORMATS.get(suffix, suffix[1:]),
        text=parsed.text,
        sections=parsed.sections,
        created=_moment(parsed.created or find_date(path.name) or _opening_date(parsed, suffix), status.st_mtime),
        member=parsed.member,
        own=parsed.own,
        provenance=parsed.provenance,
        author=parsed.author,
        partly=parsed.partly,
    )


def _opening_date(parsed: Parsed, suffix: str) -> str:
    """The day that a text says it is of. The first rows of a table tell of something else."""
    return "" if FORMS.get(suffix, suffix) in _TABLES else opening_date(f"{parsed.title}\n{parsed.text}")


def _moment(day: str, modified: float) -> str:
    """A day or moment as the file names it, else the moment the file was last changed."""
    if day:
        return day if "T" in day else f"{day}T00:00:00Z"
    return moment(modified) or "1970-01-01T00:00:00Z"


# ---- limits -----------------------------------------------------------------------------------------------------

if sys.platform != "win32":
    import resource

    def _limit_use() -> None:
        _limit(resource.RLIMIT_AS, MAX_MEMORY)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_NOFILE, MAX_OPEN)
        # The log, which the program has opened for it.
        _limit(resource.RLIMIT_FSIZE, os.fstat(2).st_size + MAX_LOG)

    def _limit_time(seconds: int = 0) -> None:
        used = sum(os.times()[:2])
        _limit(resource.RLIMIT_CPU, int(used) + (seconds or MAX_FILE_SECONDS))

    def _limit(what: int, soft: int) -> None:
        try:
            _, hard = resource.getrlimit(what)
            resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
        except (OSError, ValueError) as error:
            # macOS refuses some of them; the parent's clock still ends a file that never ends.
            logger.info("no limit: %s", error)

else:

    def _limit_use() -> None:
        """Windows has job objects for this; the parent's clock ends a file that never ends."""

    def _limit_time(seconds: int = 0) -> None:
        """See `_limit_use`."""
