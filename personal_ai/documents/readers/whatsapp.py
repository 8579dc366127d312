"""WhatsApp chats (.txt), as Android and iOS export them, whatever the phone's way to write a date."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from personal_ai.documents.readers.chats import Turn, months
from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import Parsed, clean_title, is_person, tidy
from personal_ai.errors import UserError

_LINE = re.compile(
    r"[\u200e\u200f\ufeff]{0,3}(\[)?(\d{1,4})[./-] ?(\d{1,2})[./-] ?(\d{1,4})\.?(,?)\s{1,2}"
    r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?(?:\s?([AaPp])\.?\s?[Mm]\.?)?(?(1)\]\s|\s[-–]\s)(.*)"
)
# A picture, a call, a message that was taken back: in one word, of each of which Android tells in the phone's language.
_NO_WORDS = re.compile(
    r"<[^<>]{3,40}>|null|\S[^\n]{0,100}\.\w{2,4} \([^()\n]{3,40}\)"
    r"|(?:This message was deleted|You deleted this message|Diese Nachricht wurde gelöscht"
    r"|Du hast diese Nachricht gelöscht|Missed (?:voice|video) call|Waiting for this message)\.?"
)
_EDITED = re.compile(r"(?:\u200e<[^<>\n]{3,60}>|<This message was edited>|<Diese Nachricht wurde bearbeitet>)$")
_NAMED = re.compile(
    r"(?i)^(?=.*whatsapp).*?(?:[ -](?:with|mit|avec|con|com|met|med)[ -]|[ _][-–][ _])(.+?)(?: ?\(\d+\))?$"
)
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
    comma = all(each[5] for each in found if each)
    return named or (comma and sum(": " in each[10] for each in found if each) >= 2)


def read(path: Path, names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read a chat, a document a month."""
    yield from parse(path.read_bytes(), path, names)


def parse(data: bytes, path: Path, names: Collection[str], member: str = "") -> Iterator[Callable[[], Parsed | None]]:
    """What `read` makes of this content of a file `path`; `member` begins the names of its documents.

    The person's turns are those of their `names`. In a chat named after one of its two voices the other one is theirs.
    """
    entries = _entries(decode(data, path))
    order = _order(entries)
    with_whom = (_NAMED.match(path.stem) or [None, ""])[1] or ""
    said: list[tuple[datetime, str, str]] = []
    for entry in entries:
        who, colon, text = "\n".join(entry.lines).partition(": ")
        when = _moment(entry, order)
        text = _words(text)
        if colon and when and text and len(who) <= 80:
            said.append((when, clean_title(who), text))
    if not said:
        raise UserError(f"“{path.name}” holds no messages that can be read, so it was left out.")
    voices = {who for _, who, _ in said}
    own = {who for who in voices if is_person(who, names)}
    if not own and len(voices) == 2 and with_whom in voices:
        own = voices - {with_whom}
    other = with_whom or ", ".join(sorted(voices - own)[:3])
    turns = [Turn(when, who, text, who in own) for when, who, text in said]
    title = f"WhatsApp chat with {other}" if other else "WhatsApp chat"
    yield from months(title, turns, path, format="whatsapp", known=bool(own or names), prefix=member)


def _entries(text: str) -> list[_Entry]:
    entries: list[_Entry] = []
    for line in re.split(r"\r\n|\r|\n", text):
        found = _LINE.match(line)
        if found:
            date = (int(found[2]), int(found[3]), int(found[4]))
            entries.append(_Entry(date, (int(found[6]), int(found[7])), (found[9] or "").lower(), [found[10]]))
        elif entries:
            entries[-1].lines.append(line)
    return entries


def _words(text: str) -> str:
    """What was said; "" for what is no text. iOS marks what the program itself says with a sign that cannot be seen."""
    text = _EDITED.sub("", text)
    if text.lstrip().startswith("\u200e"):
        return ""
    text = tidy(text).strip()
    return "" if _NO_WORDS.fullmatch(text) else text


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
    # Where it stays open: those who write a.m. and p.m. mostly write the month first.
    return month_first if entries and entries[0].half else day_first


def _backwards(entries: list[_Entry], order: tuple[int, int, int]) -> int:
    dates = [tuple(entry.date[place] for place in order) for entry in entries]
    return sum(later < earlier for earlier, later in pairwise(dates))


def _moment(entry: _Entry, order: tuple[int, int, int]) -> datetime | None:
    year, month, day = (entry.date[place] for place in order)
    hour, minute = entry.time
    if entry.half:
        hour = hour % 12 + (12 if entry.half == "p" else 0)
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, hour, minute)
    except ValueError:
        return None
