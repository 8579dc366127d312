"""What chats of all programs share: turns become documents, and what the person said in them is marked as theirs."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import msgspec

from personal_ai.documents.readers.parsed import Outline, Parsed, clean_title, day_words, month_words, within_budget
from personal_ai.messages import Said


class Turn(NamedTuple):
    """Something that `who` said, in the time of the computer that wrote it down."""

    when: datetime
    who: str
    text: str
    own: bool


def name_of(program: str, id: str | None, said: Sequence[Said]) -> str:
    """What a conversation is called in every file it lies in; one without an id is told by its words."""
    return f"{program}:{id or hashlib.sha256(msgspec.json.encode(said)).hexdigest()}"


def months(
    title: str, turns: Sequence[Turn], path: Path, *, format: str, known: bool, prefix: str = ""
) -> Iterator[Callable[[], Parsed | None]]:
    """A chat as a document a month; `known` says that it is known which turns are the person's."""
    by_month: dict[str, list[Turn]] = {}
    for turn in turns:
        by_month.setdefault(f"{turn.when:%Y-%m}", []).append(turn)
    for month, said in by_month.items():
        yield partial(_month, title, f"{prefix}{month}", said, path, format, known)


def _month(title: str, member: str, turns: list[Turn], path: Path, format: str, known: bool) -> Parsed:
    outline = Outline()
    day: date | None = None
    # What somebody says without a word in between is one thing said.
    for (when, who, own), said in groupby(turns, key=lambda turn: (turn.when.date(), turn.who, turn.own)):
        together = list(said)
        if when != day:
            outline.heading(day_words(when), 2)
            day = when
        lead = f"{who}, {together[0].when:%H:%M}: "
        outline.paragraph("\n".join(turn.text for turn in together), lead, own)
    first = turns[0].when.date()
    return Parsed(
        title=clean_title(f"{title}, {month_words(first)}"),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=first.isoformat(),
        format=format,
        member=member,
        own=outline.own,
        provenance="mine" if outline.own else "sent" if known else "elsewhere",
    )


def talk(
    title: str, turns: Sequence[tuple[str, str, bool]], path: Path, *, format: str, member: str, created: str
) -> Parsed | None:
    """A talk with an AI as one document, of (who, what they said, whether that is the person)."""
    outline = Outline()
    for who, text, own in turns:
        outline.paragraph(text, f"{who}: ", own)
    if not outline.text():
        return None
    begun = next((text for _, text, own in turns if own and text.strip()), turns[0][1]).strip()
    return Parsed(
        title=clean_title(title) or clean_title(begun[:60]),
        text=within_budget(outline.text(), path),
        created=created,
        format=format,
        member=member,
        own=outline.own,
        provenance="mine" if outline.own else "elsewhere",
    )
