"""Org, the notes of Emacs: kept as written, without what is said to the program alone."""

import re
from bisect import bisect_left
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

_SETTING = re.compile(r"(?i)[ \t]*#\+(\w[\w-]{0,40}):[ \t]*(.*)")
_BLOCK = re.compile(r"(?i)[ \t]*#\+(begin|end)_\w")
_DRAWER = re.compile(r"(?i)[ \t]*:(?:PROPERTIES|LOGBOOK|CLOCK):[ \t]*")
_DRAWER_END = re.compile(r"(?i)[ \t]*:END:[ \t]*")
_HEADING = re.compile(r"(\*{1,20}) +(\S.*?)(?:[ \t]+:[\w@#%:]+:)?[ \t]*")
_STATE = re.compile(r"(?:TODO|DONE|NEXT|WAITING|CANCELLED|CANCELED)[ \t]+|\[#[A-Z0-9]\][ \t]+")
_LINK = re.compile(r"\[\[([^\[\]\n]{1,2000})\](?:\[([^\[\]\n]{1,2000})\])?\]")
# The number of a note, and letters that stand lower or higher: as other formats are told, “[1]” and “x0”.
_NOTE = re.compile(r"\[fn:([\w-]{1,40})\]")
_RAISED = re.compile(r"(?<=[^\W_])[_^]\{([^{}\n]{1,100})\}")
#: Settings that are worth finding.
_KEPT = ("subtitle", "description", "keywords", "filetags", "caption")


def read(path: Path) -> Parsed:
    """Read an Org file. The title is its own, else the first heading, else the file's name."""
    settings: dict[str, list[str]] = {}
    text = "\n".join(_lines(tidy(decode(path.read_bytes(), path)), settings)).lstrip("\n")
    text = within_budget(_LINK.sub(lambda found: found[2] or found[1], text), path)
    headings = _headings(text)
    date = " ".join(settings.get("date", []))
    return Parsed(
        title=clean_title(" ".join(settings.get("title", [])))
        or (clean_title(headings[0][0]) if headings else "")
        or name_title(path),
        text=text,
        sections=nest(headings, len(text)),
        created=find_date(date) or written_date(date),
        author=", ".join(settings.get("author", []))[:200],
    )


def _lines(text: str, settings: dict[str, list[str]]) -> list[str]:
    """The lines that are text; `settings` takes up what else there is."""
    kept: list[str] = []
    lines = text.split("\n")
    ends = [at for at, line in enumerate(lines) if _DRAWER_END.fullmatch(line)]
    at, block = 0, False
    while at < len(lines):
        line = lines[at]
        at += 1
        if mark := _BLOCK.match(line):
            block = mark[1].lower() == "begin"
        elif block:
            # A comma in front keeps a line of a block from being taken for a heading, here too.
            kept.append(line)
        elif _DRAWER.fullmatch(line):
            end = bisect_left(ends, at)
            at = ends[end] + 1 if end < len(ends) else at
        elif found := _SETTING.fullmatch(line):
            name = found[1].lower()
            settings.setdefault(name, []).extend([found[2].strip()] if found[2].strip() else [])
            if name in _KEPT and found[2].strip():
                kept.append(f"{name}: {found[2].strip()}")
        elif not re.match(r"[ \t]*#(?:\s|$)", line):
            kept.append(_shown(line))
    return kept


def _shown(line: str) -> str:
    """A line that is no code as its reader sees it. In a formula the same signs mean other things."""
    line = _NOTE.sub(r"[\1]", line)
    return line if "$" in line or "\\" in line else _RAISED.sub(r"\1", line)


def _headings(text: str) -> list[tuple[str, int, int, int]]:
    found: list[tuple[str, int, int, int]] = []
    at = 0
    for line in text.split("\n"):
        heading = _HEADING.fullmatch(line)
        if heading:
            told = _STATE.sub("", heading[2], count=2) or heading[2]
            found.append((told, len(heading[1]), at, min(at + len(line) + 1, len(text))))
        at += len(line) + 1
    return found
