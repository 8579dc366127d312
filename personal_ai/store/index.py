"""The full-text index as a search reads it: how often a term occurs, what is spelled like it, passages as terms."""

from collections.abc import Iterable, Sequence

import msgspec

from personal_ai.store import terms
from personal_ai.store.database import Database

#: How much more a term in the title or the heading weighs than one in the text, when candidates are chosen.
TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT = 2.0, 2.0, 1.0
# Counts only weigh terms, so those of common terms may be out of date by this share of the passages.
_STALE = 0.01


class Indexed(msgspec.Struct, frozen=True):
    """A passage as the index holds it: terms with a blank between two."""

    chunk_id: int
    title: str
    heading: str
    text: str


class Index:
    """Reads the full-text index."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counts: dict[str, int] = {}
        self._counted_at = 0

    def size(self) -> int:
        """About how many passages there are; those of old versions count as well."""
        return self._db.query("SELECT coalesce(max(id), 0) FROM chunks")[0][0]

    def counts(self, wanted: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs; those that occur nowhere are left out."""
        size = self.size()
        if abs(size - self._counted_at) > _STALE * size:
            self._counts, self._counted_at = {}, size
        known = self._counts
        missing = [term for term in dict.fromkeys(wanted) if term not in known]
        if missing:
            rows = self._db.query(
                "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))", (_json(missing),)
            )
            # What occurs nowhere is asked for again each time: the next note may hold it.
            known.update(rows)
        return {term: known[term] for term in wanted if term in known}

    def candidates(self, wanted: Iterable[tuple[str, bool]], limit: int) -> list[Indexed]:
        """The passages that fit these terms best by BM25, without documents that must never be used.

        A term comes with whether longer ones that begin so count as well.
        """
        match = terms.one_of(wanted)
        if not match:
            return []
        rows = self._db.query(
            # FTS5 sorts by `rank` itself, and reads no more of a passage than its terms' places.
            """SELECT rowid FROM search
                WHERE search MATCH ? AND rank MATCH ? AND rowid NOT IN (
                      SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.never_use = 1)
                ORDER BY rank LIMIT ?""",
            (match, f"bm25({TITLE_WEIGHT}, {HEADING_WEIGHT}, {TEXT_WEIGHT})", limit),
        )
        return [
            Indexed(*row)
            for row in self._db.query(
                "SELECT s.rowid, s.title, s.heading, s.text FROM json_each(?) id JOIN search s ON s.rowid = id.value",
                (_json([row[0] for row in rows]),),
            )
        ]


def _json(values: Sequence[object]) -> str:
    return msgspec.json.encode(values).decode()
