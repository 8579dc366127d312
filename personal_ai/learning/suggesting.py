"""What to ask first: questions that the person's own notes answer, each of them tried on the search."""

from collections.abc import Callable, Sequence
from typing import Protocol

from personal_ai.learning import material
from personal_ai.learning.facts import Fact
from personal_ai.store.documents import DocumentRow, Documents

#: So many of the newest notes are looked at.
NOTES = 40
#: A question that is read at a glance, in letters.
SHORTEST, LONGEST = 18, 80
#: The best first: what asks for one thing that is plain to see in the note.
KINDS = ("when", "amount", "place", "why", "name")


class Found(Protocol):
    """A passage that the search found (a `documents.search.Hit`)."""

    @property
    def document_id(self) -> int: ...


def first_questions(
    documents: Documents, search: Callable[[str, int], Sequence[Found]], most: int = 3, rows: int = NOTES
) -> list[str]:
    """At most so many questions, each about another of the newest notes, which is the first that a search finds."""
    usable = [row for row in documents.list() if row.learnable and not row.never_use]
    offered = [(fact, row.id) for row in usable[:rows] for fact in _facts(documents, row)]
    chosen: dict[int, str] = {}
    for fact, note in sorted(offered, key=lambda each: KINDS.index(each[0].kind)):
        if len(chosen) == most:
            break
        if note not in chosen and (hits := search(fact.question, 1)) and hits[0].document_id == note:
            chosen[note] = fact.question
    return list(chosen.values())


def _facts(documents: Documents, row: DocumentRow) -> list[Fact]:
    chunks = documents.document_chunks(row.id)[:4]
    facts = [thing.fact for each in material.prepare(chunks)[0] for thing in each.things]
    # Others name the note, leave a gap to be filled, or do not know whether it is somebody: nobody asks like that.
    asked = [fact for fact in facts if fact.way == "plain" and fact.kind in KINDS and "“" not in fact.question]
    return [f for f in asked if SHORTEST <= len(f.question) <= LONGEST and not f.question.startswith("Who or what")]
