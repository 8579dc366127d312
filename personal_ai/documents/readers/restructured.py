"""reStructuredText: kept as written but for links and raised letters, with its headings, title, author and date."""

import re
import unicodedata
from pathlib import Path

from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import (
    Parsed,
    clean_title,
    find_date,
    name_title,
    nest,
    tidy,
    within_budget,
    written_date,
)

_LINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*")
# Sphinx writes what a field says into the next line.
_FIELD = re.compile(r"(?im)^:(author|authors|date|title):(?:[ \t]+|[ \t]*\n[ \t]+)(\S.*)$")
# The words of a link, over one end of a line at most; letters that stand lower or higher.
_LINK = re.compile(r"`([^`<>\n]{1,300}(?:\n[^`<>\n]{1,300})?)\s<[^`<>\s]{1,2000}>`__?(?!\w)")
_RAISED = re.compile(r"(?:\\ )?:(?:sub|sup|subscript|superscript):`([^`\n]{1,100})`(?:\\ )?")
#: So far from the top a text tells who wrote it and when, in characters.
_TOP = 2000


def read(path: Path) -> Parsed:
    """Read a reStructuredText file. The title is the first heading, else the file's name."""
    text = _RAISED.sub(r"\1", _LINK.sub(r"\1", tidy(decode(path.read_bytes(), path))))
    text = within_budget(text.lstrip("\n"), path)
    headings = _headings(text)
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(text[:_TOP]):
        fields.setdefault(found[1].lower(), found[2].strip())
    date = fields.get("date", "")
    return Parsed(
        title=(clean_title(headings[0][0]) if headings else "")
        or clean_title(fields.get("title", ""))
        or name_title(path),
        text=text,
        sections=nest(headings, len(text)),
        created=find_date(date) or written_date(date),
        author=(fields.get("author", "") or fields.get("authors", ""))[:200],
    )


def _headings(text: str) -> list[tuple[str, int, int, int]]:
    """Lines with a line of signs below, and perhaps above; each pair of signs is a level, in order of appearance."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(min(starts[-1] + len(line) + 1, len(text)))
    levels: dict[tuple[str, bool], int] = {}
    found: list[tuple[str, int, int, int]] = []
    for at in range(1, len(lines)):
        title, below = lines[at - 1], lines[at]
        if (
            not title.strip()
            or not _LINE.fullmatch(below)
            or _LINE.fullmatch(title)
            or len(below.rstrip()) < _width(title.rstrip())
        ):
            continue
        above = lines[at - 2] if at > 1 else ""
        over = bool(_LINE.fullmatch(above)) and above.rstrip() == below.rstrip()
        if (over or not above.strip()) and (over or not title[0].isspace()):
            level = levels.setdefault((below[0], over), len(levels) + 1)
            found.append((title.strip(), level, starts[at - 2] if over else starts[at - 1], starts[at + 1]))
    return found


def _width(text: str) -> int:
    """How wide a line is: Chinese signs are as wide as two letters. A line of signs may be a little short."""
    return max(1, sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text) - 2)
