"""A question becomes a full-text query, and what it finds becomes passages, best first."""

from typing import Any

import msgspec

from personal_ai.store import terms
from personal_ai.store.documents import Documents


class Hit(msgspec.Struct, frozen=True):
    """A passage that was found. `document` is the file's path; the higher `score`, the better."""

    chunk_id: int
    document_id: int
    document: str
    title: str
    heading: str
    text: str
    start: int
    end: int
    created: str
    score: float


def make_query(text: str) -> str:
    """Make an FTS5 expression of a question: stemmed, function words dropped, every term quoted; "" for no terms."""
    return terms.any_of(text)


def search(documents: Documents, question: str, limit: int) -> list[Hit]:
    """The passages that share most with a question, by BM25; documents that must never be used are left out."""
    found = documents.search(make_query(question), limit)
    scores = dict(found)
    owners: dict[int, Any] = {}
    hits: list[Hit] = []
    for chunk in documents.chunks([id for id, _ in found]):
        owner = owners.get(chunk.document_id) or documents.get(chunk.document_id)
        owners[chunk.document_id] = owner
        hits.append(
            Hit(
                chunk.id,
                chunk.document_id,
                owner.path,
                chunk.title,
                chunk.heading,
                chunk.text,
                chunk.start,
                chunk.end,
                owner.created,
                -scores[chunk.id],
            )
        )
    return hits
