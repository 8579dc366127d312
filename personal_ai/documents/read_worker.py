"""The child that opens strangers' files: one event as a file begins, one as it ends, and limits on what it may use."""

import hashlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from personal_ai import worker
from personal_ai.documents.readers import READERS
from personal_ai.documents.readers.parsed import find_date
from personal_ai.errors import UserError, disk_sentence
from personal_ai.messages import BatchRead, DocumentRead, FileSkipped, FileStarted, ReadFiles, Request
from personal_ai.worker import Emit, Inbox, logger

#: Address space of the whole process, and processor time of one file.
MAX_MEMORY = 2 * 1024**3
MAX_FILE_SECONDS = 60
_FORMATS = {".markdown": "md", ".text": "txt", ".htm": "html", ".xhtml": "html"}


def main() -> int:
    """Answer ReadFiles until stdin closes."""
    _limit_memory()
    return worker.serve(_handle)


def _handle(request: Request, inbox: Inbox, emit: Emit) -> None:
    assert isinstance(request, ReadFiles)
    for name in request.paths:
        if inbox.cancelled(0):
            break
        emit(FileStarted(path=name))
        _limit_time()
        emit(_read(name))
    emit(BatchRead(files=len(request.paths)))


def _read(name: str) -> DocumentRead | FileSkipped:
    path = Path(name)
    try:
        return read_document(path)
    except UserError as error:
        return FileSkipped(path=name, reason=str(error))
    except OSError as error:
        return FileSkipped(path=name, reason=disk_sentence(error, f"reading “{path.name}”"))
    except MemoryError:
        return FileSkipped(
            path=name, reason=f"“{path.name}” needs too much memory to read. Split it and add the parts."
        )
    except Exception as error:  # noqa: BLE001 - a worker's loop: parsers of strangers' files raise anything
        # The type only: the text of an exception could hold a note.
        logger.warning("%s while reading a %s file", type(error).__name__, path.suffix)
        return FileSkipped(path=name, reason=f"“{path.name}” is damaged or not what its name says, so it was left out.")


def read_document(path: Path) -> DocumentRead:
    """Read one file in this process. Raises UserError for a file that cannot become a document, OSError by the disk."""
    before = path.stat()
    if before.st_size == 0:
        raise UserError(f"“{path.name}” is empty, so there is nothing to read in it.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    parsed = READERS[path.suffix.lower()](path)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UserError(f"“{path.name}” changed while it was being read. Add it again when nothing writes to it.")
    suffix = path.suffix.lower()
    return DocumentRead(
        path=str(path),
        sha256=digest,
        size=before.st_size,
        title=parsed.title,
        format=_FORMATS.get(suffix, suffix[1:]),
        text=parsed.text,
        sections=parsed.sections,
        created=_moment(parsed.created or find_date(path.name), before.st_mtime),
    )


def _moment(day: str, modified: float) -> str:
    """A day as the file names it, else the moment the file was last changed."""
    if day:
        return f"{day}T00:00:00Z"
    try:
        return datetime.fromtimestamp(modified, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return "1970-01-01T00:00:00Z"


# ---- limits -----------------------------------------------------------------------------------------------------

if sys.platform != "win32":
    import resource

    def _limit_memory() -> None:
        _limit(resource.RLIMIT_AS, MAX_MEMORY)
        _limit(resource.RLIMIT_CORE, 0)

    def _limit_time() -> None:
        used = sum(os.times()[:2])
        _limit(resource.RLIMIT_CPU, int(used) + MAX_FILE_SECONDS)

    def _limit(what: int, soft: int) -> None:
        try:
            _, hard = resource.getrlimit(what)
            resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
        except (OSError, ValueError) as error:
            # macOS refuses some of them; the parent's clock still ends a file that never ends.
            logger.info("no limit: %s", error)

else:

    def _limit_memory() -> None:
        """Windows has job objects for this; the parent's clock ends a file that never ends."""

    def _limit_time() -> None:
        """See `_limit_memory`."""
