"""WhatsApp chats (.txt), as Android and iOS export them, whatever the phone's language and way to write a date."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from personal_ai.documents.readers.chats import Turn, months
from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import Parsed, clean_title, is_person, tidy
from personal_ai.documents.readers.whatsapp_words import AFTERNOON, HALF, said_words
from personal_ai.errors import UserError

# Which way the letters run, written between the parts of a date where they run to the left.
_WAY = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]{0,3}"
_LINE = re.compile(
    rf"(?i){_WAY}(?P<bracket>\[)?{_WAY}"
    rf"(?P<one>\d{{1,4}}){_WAY}(?:[./-]|년){_WAY} ?(?P<two>\d{{1,2}}){_WAY}(?:[./-]|월){_WAY} ?(?P<three>\d{{1,4}})"
    rf"{_WAY}(?:\.|일| ?г\.| BE)?{_WAY}(?P<comma>[,،]?){_WAY}"
    # A word between day and hour: Finnish, Danish, Latvian, French.
    rf"\s{{1,2}}(?:(?:klo|kl\.|plkst\.|à|um)\s)?"
    rf"(?:(?P<before>{HALF})\s?)?{_WAY}(?P<hour>\d{{1,2}})(?:[:.]|\s?h\s?)(?P<minute>\d\d)"
    rf"(?:\s?min)?(?:[:.\s]\d\d(?:\s?s)?)?(?:\s?ч\.)?{_WAY}(?:\s?(?P<after>{HALF}))?{_WAY}"
    rf"(?(bracket)\]\s|\s[-–]\s)(?P<said>.*)"
)
_NAMED = (
    re.compile(
        r"(?i)^(?=.*whatsapp).*?(?:[ _-](?:with|mit|avec|con|com|met|med|с контактом|с|dengan|cu|z)[ _-]"
        r"|[ _][-–][ _])(.+?)(?: ?\(\d+\))?$"
    ),
    # Chinese and Turkish say it behind the name.
    re.compile(r"(?i)^与(.+?)的 ?whatsapp ?聊天(?: ?\(\d+\))?$"),
    re.compile(r"(?i)^(.+?) ile whatsapp sohbeti(?: ?\(\d+\))?$"),
)
#: What opens a quotation: the new name of a group, in a line of WhatsApp's own that has a colon in it.
_QUOTED = re.compile('["“„«「]')
_HEAD = 4096


class _Entry(NamedTuple):
    date: tuple[int, int, int]
    time: tuple[int, int]
    half: str
    lines: list[str]


def is_chat(path: Path) -> bool:
    """Whether a text file is a chat: by how it begins."""
    try:
        with path.open("rb") as file:
            return begins_chat(file.read(_HEAD), path.name)
    except OSError:
        return False  # whoever reads it finds the words for that


def begins_chat(head: bytes, name: str) -> bool:
    """Whether a file of this name that begins like this is a chat."""
    lines = [line for line in head.decode(errors="ignore").splitlines() if line.strip()][:20]
    found = [_LINE.match(line) for line in lines]
    if not found or not found[0]:
        return False
    named = "whatsapp" in name.lower() or name == "_chat.txt"
    # A program's log may begin its lines much like that; a chat has a comma there, and names before what is said.
    comma = all(each["comma"] for each in found if each)
    return named or (comma and sum(": " in each["said"] for each in found if each) >= 2)


def read(path: Path, names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read a chat, a document a month."""
    yield from parse(path.read_bytes(), path, names)


def parse(data: bytes, path: Path, names: Collection[str], member: str = "") -> Iterator[Callable[[], Parsed | None]]:
    """What `read` makes of this content of a file `path`; `member` begins the names of its documents.

    The person's turns are those of their `names`. In a chat named after one of its two voices the other one is theirs.
    """
    entries = _entries(decode(data, path))
    order = _order(entries)
    said: list[tuple[datetime, str, str]] = []
    for entry in entries:
        who, colon, text = "\n".join(entry.lines).partition(": ")
        when = _moment(entry, order)
        text = said_words(text)
        if colon and when and text and len(who) <= 80 and not _QUOTED.search(who):
            said.append((when, _voice(who), text))
    if not said:
        raise UserError(f"“{path.name}” holds no messages that can be read, so it was left out.")
    voices = {who for _, who, _ in said}
    with_whom = _with_whom(path.stem, voices)
    own = {who for who in voices if is_person(who, names)}
    if not own and len(voices) == 2 and with_whom in voices:
        own = voices - {with_whom}
    other = with_whom or ", ".join(sorted(voices - own)[:3])
    turns = [Turn(when, who, text, who in own) for when, who, text in said]
    title = f"WhatsApp chat with {other}" if other else "WhatsApp chat"
    yield from months(title, turns, path, format="whatsapp", known=bool(own or names), prefix=member)


def _with_whom(stem: str, voices: Collection[str]) -> str:
    """Whom a file is named after, "" for nobody. Some programs write “_” for each blank."""
    found = next((match[1] for pattern in _NAMED if (match := pattern.match(stem))), "")
    spaced = found.replace("_", " ").strip()
    return spaced if spaced in voices else found


def _voice(who: str) -> str:
    """A name as it is called; an iPhone writes “~” before the one of who is not among the contacts."""
    return clean_title(tidy(who)).removeprefix("~").strip()


def _entries(text: str) -> list[_Entry]:
    entries: list[_Entry] = []
    for line in re.split(r"\r\n|\r|\n", text):
        found = _LINE.match(line)
        if found:
            date = (int(found["one"]), int(found["two"]), int(found["three"]))
            time = (int(found["hour"]), int(found["minute"]))
            entries.append(_Entry(date, time, found["before"] or found["after"] or "", [found["said"]]))
        elif entries:
            entries[-1].lines.append(line)
    return entries


# ---- dates ------------------------------------------------------------------------------------------------------


def _order(entries: list[_Entry]) -> tuple[int, int, int]:
    """Where year, month and day stand in the dates of a chat: what makes all of them dates, and the chat go forward."""
    if any(entry.date[0] > 31 for entry in entries):
        return 0, 1, 2
    day_first, month_first = (2, 1, 0), (2, 0, 1)
    if any(entry.date[0] > 12 for entry in entries):
        return day_first
    if any(entry.date[1] > 12 for entry in entries):
        return month_first
    backwards = {order: _backwards(entries, order) for order in (day_first, month_first)}
    if backwards[day_first] != backwards[month_first]:
        return min(backwards, key=lambda order: backwards[order])
    # Where it stays open: Americans write AM and PM in capitals and the month first, others write “am” or “a. m.”.
    return month_first if entries and entries[0].half in ("AM", "PM") else day_first


def _backwards(entries: list[_Entry], order: tuple[int, int, int]) -> int:
    dates = [tuple(entry.date[place] for place in order) for entry in entries]
    return sum(later < earlier for earlier, later in pairwise(dates))


def _moment(entry: _Entry, order: tuple[int, int, int]) -> datetime | None:
    year, month, day = (entry.date[place] for place in order)
    hour, minute = entry.time
    if entry.half:
        half = entry.half.lower()
        hour = hour % 12 + (12 if half[0] == "p" or half in AFTERNOON else 0)
    # Thai phones count from the Buddha.
    year = year + 2000 if year < 100 else year - 543 if year > 2400 else year
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None
