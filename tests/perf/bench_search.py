"""How well and how fast the right passage is found, signal by signal.

    python -m tests.perf.bench_search [TIL_FOLDER] [--proof] [--home DIR] [--speed CHUNKS ...]

Questions from tests/documents/questions_*.jsonl, over the sample notes and, where it is given, the folder of the til
notes: the share whose right passage is the first, among the first five, and the mean of 1/place (MRR); the same for the
right note. The tuning half only, unless `--proof`. `--home` keeps the library for the next run. `--speed` makes
libraries of so many passages instead, and times searches in them.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from pathlib import Path

import apsw
import msgspec

from personal_ai import paths
from personal_ai.documents.search import Weights, search
from personal_ai.services import Services
from personal_ai.store import terms
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from tests.documents.measured import SETS, TODAY, Asked, read, squeezed

Find = Callable[[str], list[int]]
NONE = Weights(title=1, heading=1, common=0, pairs=0, near=0, spelling=0, dates=0)
SIGNALS: dict[str, dict[str, float]] = {
    "title and heading": {"title": 2, "heading": 2},
    "function words": {"common": 0.5},
    "pairs": {"pairs": 0.4},
    "near words": {"near": 0.5},
    "spelling": {"spelling": 0.8},
    "dates": {"dates": 0.5},
}


def main() -> None:
    """Print a row for each way to search."""
    parser = argparse.ArgumentParser()
    parser.add_argument("til", nargs="?", type=Path)
    parser.add_argument("--proof", action="store_true")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--speed", nargs="+", type=int)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if wanted.speed:
            for chunks in wanted.speed:
                speed(Path(folder) / str(chunks), chunks)
            return
        documents = _library(wanted.home or Path(folder), wanted.til)
        asked = [one for name in SETS if name == "sample_notes" or wanted.til for one in read(name)]
        for split in ("tuning", *(["proof"] if wanted.proof else [])):
            print(f"{split}: passage hit@1, hit@5, MRR | note hit@1, hit@5, MRR")
            measure(documents, [one for one in asked if one.split == split])


# ---- right ------------------------------------------------------------------------------------------------------


def measure(documents: Documents, asked: Sequence[Asked]) -> None:
    """Ask in every way; the ways that are not the program's see the same passages."""
    passages = [chunk for row in documents.list() for chunk in documents.document_chunks(row.id)]
    right = [_right(documents, one) for one in asked]

    def tell(name: str, find: Find) -> None:
        places: list[tuple[int, int]] = []
        for one, (note, wanted) in zip(asked, right, strict=True):
            found = find(one.question)[:10]
            owners = [chunk.document_id for chunk in documents.chunks(found)]
            places.append(
                (
                    next((at for at, id in enumerate(found, 1) if id in wanted), 0),
                    owners.index(note) + 1 if note in owners else 0,
                )
            )
        print(f"  {name:34s} {_figures([place for place, _ in places])} | {_figures([place for _, place in places])}")

    def ours(weights: Weights) -> Find:
        return lambda question: [hit.chunk_id for hit in search(documents, question, 10, TODAY, weights)]

    plain = _Index("unicode61", ((c.id, c.title, c.heading, c.text) for c in passages))
    tell("BM25 alone (unicode61)", lambda question: plain.find(_or(re.findall(r"\w+", question.lower()))))
    stemmed = _Index("ascii", ((c.id, _stems(c.title), _stems(c.heading), _stems(c.text)) for c in passages))
    tell("stems, no function words", lambda question: stemmed.find(terms.any_of(question)))
    tell(
        "folders, in the order of FTS5", lambda question: [id for id, _ in documents.search(terms.any_of(question), 10)]
    )
    tell("folders, in our order", ours(NONE))
    for name, signal in SIGNALS.items():
        tell(f"  and {name}", ours(msgspec.structs.replace(NONE, **signal)))
    tell("all", ours(Weights()))
    for name, signal in SIGNALS.items():
        off = {each: getattr(NONE, each) for each in signal}
        tell(f"  without {name}", ours(msgspec.structs.replace(Weights(), **off)))


class _Index:
    """A full-text index of its own, in memory."""

    def __init__(self, tokenizer: str, rows: Iterator[tuple[int, str, str, str]]) -> None:
        self._connection = apsw.Connection(":memory:")
        self._connection.execute(f"CREATE VIRTUAL TABLE own USING fts5(title, heading, text, tokenize='{tokenizer}')")
        self._connection.executemany("INSERT INTO own(rowid, title, heading, text) VALUES(?,?,?,?)", rows)

    def find(self, match: str) -> list[int]:
        """Ids of the ten best passages."""
        sql = "SELECT rowid FROM own WHERE own MATCH ? ORDER BY bm25(own), rowid LIMIT 10"
        return [row[0] for row in self._connection.execute(sql, (match,))]  # type: ignore[index]


def _or(words: Sequence[str]) -> str:
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(words))


def _stems(text: str) -> str:
    return " ".join(terms.index_terms(text))


def _right(documents: Documents, asked: Asked) -> tuple[int, set[int]]:
    """The id of the note, and of its passages that hold the phrase."""
    rows = [row for row in documents.list() if Path(row.path).as_posix().endswith(f"/{asked.note}")]
    assert len(rows) == 1, asked.note
    chunks = documents.document_chunks(rows[0].id)
    found = {chunk.id for chunk in chunks if squeezed(asked.phrase) in squeezed(chunk.text)}
    assert found, f"{asked.note}: no passage holds “{asked.phrase}”"
    return rows[0].id, found


def _figures(places: list[int]) -> str:
    first = statistics.mean(place == 1 for place in places)
    five = statistics.mean(0 < place <= 5 for place in places)
    return f"{first:.3f} {five:.3f} {statistics.mean(1 / place if place else 0.0 for place in places):.3f}"


def _library(home: Path, til: Path | None) -> Documents:
    services = Services(paths.locate(home))
    for _ in services.library.add([paths.RESOURCES / "sample_notes", *([til] if til else [])]):
        pass
    return services.documents


# ---- fast -------------------------------------------------------------------------------------------------------


def speed(folder: Path, chunks: int) -> None:
    """Time searches over passages of made-up words, as often as words are (Zipf), one misspelled now and then."""
    chance = random.Random(7)
    words = [terms.stem(_word(chance)) for _ in range(60_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    folder.mkdir()
    database = Database(folder / "personal.db", folder / "backups")
    documents = Documents(database)
    _fill(database, chance, words, weights, chunks)
    for _ in documents.join_index():  # as an import does when it ends
        pass
    times: list[tuple[float, float]] = []
    for number in range(220):
        spoken = chance.choices(words, weights, k=5)
        if number % 5 == 0:
            spoken[0] = spoken[0][:-1]
        question = f"what did the {' '.join(spoken)} for me last march"
        start, worked = time.perf_counter(), time.thread_time()
        search(documents, question, 8, date(2026, 5, 10))
        times.append((1000 * (time.perf_counter() - start), 1000 * (time.thread_time() - worked)))
    # Beside other work the clock tells of that work, too; the processor's time does not.
    for name, taken in zip(("on the clock", "of processor time"), zip(*times[20:], strict=True), strict=True):
        print(
            f"{chunks:,} passages: half of 200 searches take less than {statistics.median(taken):.1f} ms {name}, "
            f"95 of 100 less than {statistics.quantiles(taken, n=20)[-1]:.1f} ms; the longest {max(taken):.1f} ms"
        )
    database.close()


def _word(chance: random.Random) -> str:
    onsets = ["", *"bcdfghjklmnprstvw", "br", "ch", "cl", "fr", "gr", "pl", "sh", "sp", "st", "th", "tr"]
    codas = ["", "", "", *"nrstlmd", "nd", "rt"]
    return "".join(
        chance.choice(onsets) + chance.choice("aeiou") + chance.choice(codas) for _ in range(chance.randint(1, 3))
    )


def _fill(database: Database, chance: random.Random, words: list[str], weights: list[float], chunks: int) -> None:
    """Passages of 120 words, ten to a note, written past the stemmer: making them is not what is timed."""
    names = [*words, "what", "did", "the", "for", "me", "march"]
    common = list(accumulate([*weights, *[sum(weights) / 40] * 6]))
    for start in range(0, chunks, 10_000):
        with database.transaction() as connection:
            for number in range(start, min(start + 10_000, chunks)):
                note = number // 10 + 1
                if number % 10 == 0:
                    connection.execute(
                        """INSERT INTO documents(id, lineage, version, path, sha256, title, format, size, created,
                                                 added, first_line)
                           VALUES(?1,?1,1,?2,?2,?2,'md',1,'2026-03-01','','')""",
                        (note, f"/notes/{note}.md"),
                    )
                text = " ".join(chance.choices(names, cum_weights=common, k=120))
                connection.execute(
                    "INSERT INTO chunks(id, document_id, position, heading, text, start, stop) VALUES(?,?,?,'',?,0,0)",
                    (number + 1, note, number % 10, text),
                )
                connection.execute(
                    "INSERT INTO search(rowid, title, heading, text) VALUES(?,?,'',?)",
                    (number + 1, f"note {note}", text),
                )


if __name__ == "__main__":
    main()
