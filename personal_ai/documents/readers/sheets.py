"""Excel's sheets (.xlsx): what each cell shows, dates as dates; formulas, macros and what is hidden are left out.

python-calamine ends its process at two cells that lie far apart, and openpyxl hands out every empty row between them.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from personal_ai.documents.readers.archive import MAX_UNPACKED
from personal_ai.documents.readers.office import Package, below, child, local, plain, value
from personal_ai.documents.readers.parsed import MAX_CHARACTERS, Outline, Parsed, name_title, within_budget
from personal_ai.documents.readers.tables import lines

_COLUMNS = 16_384
_COLUMN = re.compile(r"([A-Z]{1,3})\d")
# Excel's own numbered formats for dates and times.
_MOMENTS = frozenset((*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)))
_TIMES = frozenset((18, 19, 20, 21, 32, 33, 45, 46, 47))
_PERCENTS = frozenset((9, 10))
# What in a format is text, a colour or a currency.
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)


def read(path: Path) -> Parsed:
    """Read a workbook, sheet by sheet. Raises UserError for one that is locked, damaged, or too large."""
    with Package(path, "an Excel file", "an old Excel file", MAX_UNPACKED) as package:
        facts = package.facts()
        outline, length = Outline(), 0
        for name, text in _Workbook(package).sheets():
            outline.heading(name, 1)
            outline.paragraph(text)
            length += len(text)
            if length > MAX_CHARACTERS:
                break
    # Names of sheets alone are nothing to read.
    return Parsed(
        title=facts.title or name_title(path),
        text=within_budget(outline.text() if length else "", path),
        sections=outline.sections(),
        created=facts.created,
        author=facts.author,
    )


class _Workbook:
    """Walks the parts of a workbook."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = package.main_part()
        self._book = package.xml(self._main)
        self._relations = package.relations(self._main)
        parts = {kind: part for kind, part in self._relations.values() if package.has(part)}
        self._formats = _formats(package.xml(parts["styles"])) if "styles" in parts else []
        self._texts: list[str] = []
        if "sharedStrings" in parts:
            self._texts = [_text(each) for each in package.elements(parts["sharedStrings"], "si")]
        settings = child(self._book, "workbookPr")
        old = settings is not None and value(settings, "date1904") in ("1", "true")
        # Excel takes 1900 for a leap year, so that its days count from a day earlier.
        self._first = datetime(1904, 1, 1) if old else datetime(1899, 12, 30)

    def sheets(self) -> Iterator[tuple[str, str]]:
        """Name and text of each sheet that is shown."""
        for sheet in below(self._book, "sheets"):
            kind, part = self._relations.get(value(sheet, "id"), ("", ""))
            if kind == "worksheet" and value(sheet, "state") in ("", "visible"):
                yield value(sheet, "name"), lines(self._rows(part))

    def _rows(self, part: str) -> list[dict[int, str]]:
        hidden: set[int] = set()
        rows: list[dict[int, str]] = []
        length = 0
        # Columns stand in front of the rows.
        for row in self._package.elements(part, "col", "row"):
            if local(row) == "col" and value(row, "hidden") in ("1", "true"):
                hidden.update(range(_whole(value(row, "min")), min(_whole(value(row, "max")), _COLUMNS) + 1))
            if value(row, "hidden") in ("1", "true"):
                continue
            cells: dict[int, str] = {}
            at = 0
            for cell in row:
                at = _column(value(cell, "r")) or at + 1
                text = "" if at in hidden else self._shown(cell)
                if text:
                    cells[at] = text
                    length += len(text)
            if cells:
                rows.append(cells)
            if length > MAX_CHARACTERS:
                break
        return rows

    def _shown(self, cell: Any) -> str:
        kind = value(cell, "t")
        if kind == "inlineStr":
            inline = child(cell, "is")
            return _text(inline) if inline is not None else ""
        kept = child(cell, "v")
        text = (kept.text or "") if kept is not None else ""
        if kind == "s":
            return self._texts[_whole(text)] if _whole(text) < len(self._texts) else ""
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        if kind == "d":
            return text.removesuffix("Z").replace("T00:00:00", "").replace("T", " ")
        if kind in ("str", "e") or not text:
            return plain(text)
        try:
            number = float(text)
        except ValueError:
            return text
        style = _whole(value(cell, "s"))
        return self._number(number, self._formats[style] if style < len(self._formats) else "")

    def _number(self, number: float, kind: str) -> str:
        if kind == "percent":
            return f"{number * 100:.12g}%"
        if kind in ("moment", "time"):
            try:
                moment = self._first + timedelta(seconds=round(number * 86_400))
            except (OverflowError, ValueError):
                return f"{number:.15g}"
            if kind == "time":
                return moment.isoformat(" ")[11:] if 0 <= number < 1 else f"{number * 24:.6g} h"
            return moment.isoformat(" ") if number % 1 else moment.date().isoformat()
        return f"{number:.15g}"


def _formats(root: Any) -> list[str]:
    """What each cell style makes of a number: "moment", "time", "percent", or "" for the number itself."""
    own = {_whole(value(each, "numFmtId")): value(each, "formatCode") for each in below(root, "numFmts")}
    found: list[str] = []
    for style in below(root, "cellXfs"):
        number = _whole(value(style, "numFmtId"))
        found.append(_named(own[number]) if number in own else _built_in(number))
    return found


def _built_in(number: int) -> str:
    if number in _TIMES:
        return "time"
    return "moment" if number in _MOMENTS else "percent" if number in _PERCENTS else ""


def _named(code: str) -> str:
    code = _QUOTED.sub("", code.split(";")[0]).lower()
    if "general" in code:
        return ""
    if re.search("[yd]", code) or ("m" in code and not re.search("[hs]", code)):
        return "moment"
    return "time" if re.search("[hs]", code) else "percent" if "%" in code else ""


def _text(element: Any) -> str:
    """The text of a string, how it is spoken (Japanese) left out."""
    return plain("".join(each.text or "" for each in element.iter("{*}t") if local(each.getparent()) != "rPh"))


def _column(reference: str) -> int:
    """The number of a cell's column, 1 for A; 0 for what is no cell's name."""
    found = _COLUMN.match(reference)
    number = 0
    for letter in found[1] if found else "":
        number = number * 26 + ord(letter) - 64
    return number


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
