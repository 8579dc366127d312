"""Files that are asked about by themselves: read by the read worker, searched, and never put into the library."""

import math
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import msgspec

from personal_ai.documents import chunks
from personal_ai.documents.readers import SUFFIXES
from personal_ai.documents.reading import Reading
from personal_ai.documents.search import Hit
from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead, FileSkipped
from personal_ai.store import terms
from personal_ai.worker import Worker

#: The largest file that is read beside the library, in bytes, and the most passages that are kept of one.
MAX_SIZE = 50 * 1024 * 1024
MOST_PASSAGES = 4_000


class Beside(msgspec.Struct, frozen=True):
    """A file that was read: its passages in their order. In a passage, 0 stands for the ids of chunk and document."""

    path: str
    name: str
    size: int
    passages: list[Hit]


def read(path: Path, start_worker: Callable[[], Worker], patience: float = 120.0) -> Beside:
    """Read one file. Raises UserError, one sentence, for what cannot be read."""
    name = path.name
    if not path.is_file():
        raise UserError(f"“{name}” is no file. Give a file, or add a folder to your library.")
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(f"“{name}” is of a kind that Personal AI cannot read. Save it as text or PDF and try again.")
    if path.stat().st_size > MAX_SIZE:
        raise UserError(f"“{name}” is too large to ask about by itself. Add it to your library instead.")
    reading = Reading(start_worker, [str(path)], patience, [])
    passages: list[Hit] = []
    try:
        for event in chain.from_iterable(reading.rounds()):
            if isinstance(event, FileSkipped):
                raise UserError(event.reason)
            if isinstance(event, DocumentRead):
                passages += _passages(event)
            if len(passages) > MOST_PASSAGES:
                break
    finally:
        reading.stop()
    if not passages:
        raise UserError(f"“{name}” holds no text to read.")
    return Beside(str(path), name, path.stat().st_size, passages[:MOST_PASSAGES])


def search(files: list[Beside], question: str, limit: int) -> list[Hit]:
    """The passages of these files that fit a question best, best first; the beginnings where none fits.

    Scored by BM25 over their own passages, so that a word which stands everywhere in them tells nothing.
    """
    every = [hit for file in files for hit in file.passages]
    wanted = {term for term in terms.index_terms(question) if term not in terms.FUNCTION_WORDS}
    counts = [Counter(terms.index_terms(hit.text)) for hit in every]
    lengths = [sum(count.values()) for count in counts]
    usual = sum(lengths) / max(len(lengths), 1) or 1.0
    weights = {
        term: math.log(1 + (len(every) - found + 0.5) / (found + 0.5))
        for term in wanted
        if (found := sum(term in count for count in counts))
    }

    def score(number: int) -> float:
        count, length = counts[number], lengths[number]
        return sum(
            weight * count[term] * 2.2 / (count[term] + 1.2 * (0.25 + 0.75 * length / usual))
            for term, weight in weights.items()
        )

    ranked = sorted(((score(number), -number) for number in range(len(every))), reverse=True)
    # “Sum this up” names no word of the file: its beginning says most.
    return [msgspec.structs.replace(every[-number], score=points) for points, number in ranked[:limit]]


def _passages(document: DocumentRead) -> list[Hit]:
    return [
        Hit(0, 0, document.path, document.title, new.heading, new.text, new.start, new.end, document.created, 0.0)
        for new in chunks.split(document)
        if new.found
    ]
