"""OpenDocument texts, sheets and slides (.odt, .ods, .odp), as LibreOffice keeps them; what is hidden is left out.

A template (.ott) is the same; a flat file (.fodt) is one XML in the place of an archive of several.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.documents.readers.archive import MAX_UNPACKED, damaged
from personal_ai.documents.readers.office import MAX_XML, Facts, Package, below, child, local, root_of, stated, value
from personal_ai.documents.readers.parsed import (
    MAX_CHARACTERS,
    Outline,
    Parsed,
    clean_title,
    find_date,
    name_title,
    tidy,
    within_budget,
)
from personal_ai.documents.readers.tables import lines
from personal_ai.errors import UserError

_MAX_NESTING = 20
#: How often a cell or row that says so is written out; a million equal ones are a trap.
_MAX_REPEATED = 1000
# What stands in a text and is not a part of it, or stood there once.
_UNSEEN = frozenset(
    ("annotation", "annotation-end", "tracked-changes", "hidden-text", "ruby-text", "note-citation", "variable-decls")
)
_WRAPPERS = frozenset(
    (
        *("section", "table-of-content", "index-body", "index-title", "numbered-paragraph", "illustration-index"),
        *("table-index", "object-index", "user-index", "alphabetical-index", "bibliography"),
    )
)
#: What can hold text on a page, wherever it is put.
_SHAPES = frozenset(
    ("frame", "custom-shape", "rect", "g", "ellipse", "circle", "polygon", "path", "line", "connector", "caption", "a")
)
# Places on a slide that every slide repeats, and the one of its title.
_REPEATED = frozenset(("header", "footer", "date-time", "page-number", "page", "handout"))
#: On the first one the day is that of the talk.
_FIRST = _REPEATED - {"date-time"}
_TITLE = "title"
# Where letters stand that are raised.
_HIGHER = re.compile(r"super|[1-9]\d?%")
_FLAT = frozenset((".fodt", ".fods", ".fodp"))
# Pictures in a flat file.
_PICTURE = re.compile(rb"<office:binary-data>[^<]*</office:binary-data>")
_WHITE = frozenset(("#ffffff", "#fff"))
_CLEAR = frozenset(("", "transparent", *_WHITE))


class _Flat:
    """A document that is one XML: it has what a Package has, in the same place."""

    def __init__(self, path: Path, what: str) -> None:
        if path.stat().st_size > MAX_XML:
            raise UserError(
                f"“{path.name}” is too large to read ({path.stat().st_size >> 20:,} MB; 64 MB is the most)."
            )
        self._root = root_of(_PICTURE.sub(b"", path.read_bytes()), path, what)
        if local(self._root) != "document":
            raise damaged(path, what)
        self._meta = child(self._root, "meta")

    def has(self, part: str) -> bool:
        """Whether it says what else stands in this part."""
        return part == "meta.xml" and self._meta is not None

    def xml(self, part: str) -> Any:
        """The element that holds what else stands in this part."""
        return self._meta if part == "meta.xml" else self._root


def _opened(path: Path, what: str, unpacked: int = MAX_XML) -> "AbstractContextManager[Package | _Flat]":
    if path.suffix.lower() in _FLAT:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                return nullcontext(_Flat(path, what))
    return Package(path, what, unpacked=unpacked)


class _Style(msgspec.Struct):
    name: str = ""
    hidden: bool = False
    white: bool = False
    coloured: bool = False
    raised: bool = False


def read_text(path: Path) -> Parsed:
    """Read an .odt file. Raises UserError for one that is locked, damaged, or unpacks to more than it should."""
    with _opened(path, "an OpenDocument text") as package:
        facts = _facts(package)
        text = _Text(package)
    text.walk(below(text.root, "body", "text"), 0, text.paper)
    text.end_lines()
    return Parsed(
        title=text.title or facts.title or clean_title(text.outline.first_heading) or name_title(path),
        text=within_budget(text.outline.text(), path),
        sections=text.outline.sections(),
        created=text.dated or facts.created,
        author=facts.author,
    )


def _facts(package: Package | _Flat) -> Facts:
    if isinstance(package, Package) and package.has("META-INF/manifest.xml"):
        manifest = package.xml("META-INF/manifest.xml")
        if next(manifest.iter("{*}encryption-data"), None) is not None:
            raise package.locked()
    return stated(package.xml("meta.xml")) if package.has("meta.xml") else Facts()


# ---- texts ------------------------------------------------------------------------------------------------------


class _Text:
    """Walks a text. `paper` is whether its pages have a colour, so that white letters can be read."""

    def __init__(self, package: Package | _Flat) -> None:
        self.root = package.xml("content.xml")
        self._written: dict[tuple[str, str], Any] = {}
        self._lists: dict[str, list[bool]] = {}
        self.paper = False
        for root in (package.xml("styles.xml") if package.has("styles.xml") else (), self.root):
            for style in (each for part in root if local(part) in ("styles", "automatic-styles") for each in part):
                if local(style) == "style":
                    self._written[value(style, "family"), value(style, "name")] = style
                elif local(style) == "list-style":
                    self._lists[value(style, "name")] = [_is_counted(level) for level in style]
                elif local(style) == "page-layout":
                    self.paper |= _background(child(style, "page-layout-properties"))
        self._known: dict[tuple[str, str], _Style] = {}
        self.outline, self.title, self.dated = Outline(), "", ""
        self._lines: list[str] = []
        self._noted = 0

    def walk(self, elements: list[Any], depth: int, coloured: bool) -> None:
        """Take in what stands below the body, a section, a box or a note."""
        for element in elements:
            name = local(element)
            if name in ("p", "h"):
                self._paragraph(element, depth, coloured)
            elif name == "list":
                self._list(element, depth, coloured, "", 0)
                self.end_lines()
            elif name == "table" and depth < _MAX_NESTING:
                self.end_lines()
                self.outline.paragraph(lines([self._row(row, depth) for row in _rows(element)]))
            elif name in _WRAPPERS and value(element, "display") not in ("none", "condition"):
                self.walk(list(element), depth, coloured)
            elif name in _SHAPES and depth < _MAX_NESTING:
                self._boxes([element], depth)

    def end_lines(self) -> None:
        """End a list."""
        self.outline.paragraph("\n".join(self._lines))
        self._lines = []

    def _paragraph(self, element: Any, depth: int, coloured: bool, lead: str = "") -> None:
        style = self._style("paragraph", value(element, "style-name"))
        if style.hidden:
            return
        parts: list[str] = []
        notes: list[Any] = []
        boxes: list[Any] = []
        self._collect(element, parts, notes, boxes, coloured or style.coloured)
        text = tidy("".join(parts)).strip()
        if style.name == "Date":
            self.dated = self.dated or find_date(text)
        if local(element) == "h" or style.name == "Title":
            self.end_lines()
            level = value(element, "outline-level")
            self.outline.heading(text, int(level) if level.isdecimal() and len(level) < 3 else 1)
            if style.name == "Title" and not self.title:
                self.title = clean_title(text)
        elif lead and text:
            self._lines.append(lead + text)
        else:
            self.outline.paragraph(text)
        if depth < _MAX_NESTING:
            self._boxes(boxes, depth)
            for note in notes:
                self._noted += 1
                self.outline.paragraph(f"[{self._noted}] {self.flat(below(note, 'note-body'), depth + 1)}")

    def _collect(self, element: Any, parts: list[str], notes: list[Any], boxes: list[Any], coloured: bool) -> None:
        """Gather the visible text of a paragraph or a piece of one, the notes that it points to and boxes at it."""
        parts.append(_plain(element.text))
        for piece in element:
            name = local(piece)
            if name == "s":
                count = value(piece, "c")
                parts.append(" " * (min(int(count), 100) if count.isdecimal() and len(count) < 5 else 1))
            elif name in ("tab", "line-break"):
                parts.append("\t" if name == "tab" else "\n")
            elif name == "note":
                notes.append(piece)
            elif name in _SHAPES and name != "a":
                boxes.append(piece)
            elif name == "span":
                style = self._style("text", value(piece, "style-name"))
                if not style.hidden and not (style.white and not coloured and not style.coloured):
                    # A number that is raised and leads somewhere is a note's.
                    noted = style.raised and len(piece) == 1 and local(piece[0]) == "a"
                    parts.append(" [" if noted else "")
                    self._collect(piece, parts, notes, boxes, coloured)
                    parts.append("]" if noted else "")
            elif name not in _UNSEEN:
                self._collect(piece, parts, notes, boxes, coloured)
            parts.append(_plain(piece.tail))

    def _boxes(self, boxes: list[Any], depth: int) -> None:
        for box in boxes:
            if local(box) != "frame":
                self.walk(list(box), depth + 1, True)
            for text in box.iterchildren("{*}text-box", "{*}table"):
                self.walk([text] if local(text) == "table" else list(text), depth + 1, True)

    def _list(self, element: Any, depth: int, coloured: bool, style: str, level: int) -> None:
        style = value(element, "style-name") or style
        kinds = self._lists.get(style, [])
        counted = level < len(kinds) and kinds[level]
        number = 0
        for item in element:
            number += local(item) == "list-item"
            lead = f"{number}. " if counted else "- "
            for part in item:
                if local(part) in ("p", "h"):
                    self._paragraph(part, depth, coloured, lead)
                    lead = "  "
                elif local(part) == "list" and level < _MAX_NESTING:
                    self._list(part, depth, coloured, style, level + 1)

    def _row(self, row: Any, depth: int) -> dict[int, str]:
        cells = [cell for cell in row if local(cell) in ("table-cell", "covered-table-cell")]
        return {at: self.flat(list(cell), depth + 1) for at, cell in enumerate(cells)}

    def flat(self, elements: list[Any], depth: int) -> str:
        """The text of a cell or a note, in one line."""
        kept = self.outline, self._lines
        self.outline, self._lines = Outline(), []
        self.walk(elements, depth, True)
        self.end_lines()
        text = " ".join(self.outline.text().split())
        self.outline, self._lines = kept
        return text

    def _style(self, family: str, name: str) -> _Style:
        if (family, name) not in self._known:
            self._known[family, name] = self._resolve(family, name)
        return self._known[family, name]

    def _resolve(self, family: str, name: str) -> _Style:
        found, colour = _Style(), ""
        for _ in range(_MAX_NESTING):
            style = self._written.get((family, name))
            found.name = name if name in ("Title", "Date") else found.name
            if style is None:
                break
            letters, block = child(style, "text-properties"), child(style, "paragraph-properties")
            if letters is not None:
                found.hidden = found.hidden or value(letters, "display") == "none"
                colour = colour or value(letters, "color").lower()
                found.raised = found.raised or bool(_HIGHER.match(value(letters, "text-position")))
            found.coloured = found.coloured or _background(letters) or _background(block)
            name = value(style, "parent-style-name")
        found.white = colour in _WHITE
        return found


def _is_counted(level: Any) -> bool:
    return local(level) == "list-level-style-number" and value(level, "num-format") == "1"


def _background(properties: Any | None) -> bool:
    return properties is not None and value(properties, "background-color").lower() not in _CLEAR


def _plain(text: str | None) -> str:
    """Text as it shows: a line end in the file is a blank."""
    return text.replace("\n", " ") if text else ""


def _rows(table: Any) -> Iterator[Any]:
    for element in table:
        name = local(element)
        if name == "table-row":
            if value(element, "visibility") in ("", "visible"):
                yield element
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(element)


# ---- slides -----------------------------------------------------------------------------------------------------


def read_slides(path: Path) -> Parsed:
    """Read an .odp file: each slide a section, with its notes. Raises UserError for one that is locked or damaged."""
    with _opened(path, "an OpenDocument presentation") as package:
        facts = _facts(package)
        text = _Text(package)
    hidden = {
        value(style, "name")
        for style in below(text.root, "automatic-styles")
        if any(value(each, "visibility") == "hidden" for each in style if local(each) == "drawing-page-properties")
    }
    pages = [each for each in below(text.root, "body", "presentation") if local(each) == "page"]
    for number, page in enumerate(pages, 1):
        if value(page, "style-name") not in hidden:
            _tell_slide(text, number, page)
    return Parsed(
        title=facts.title or clean_title(text.outline.first_heading) or name_title(path),
        text=within_budget(text.outline.text(), path),
        sections=text.outline.sections(),
        created=facts.created,
        author=facts.author,
    )


def _tell_slide(text: _Text, number: int, page: Any) -> None:
    titles = [each for each in page if value(each, "class") == _TITLE]
    if title := text.flat(titles, 1):
        text.outline.heading(title, 1)
    else:
        text.outline.section(f"Slide {number}")
    unsaid = {_TITLE, *(_FIRST if number == 1 else _REPEATED)}
    text.walk([each for each in page if value(each, "class") not in unsaid], 0, True)
    notes = child(page, "notes")
    if notes is not None:
        text.walk([each for each in notes if value(each, "class") == "notes"], 0, True)
    text.end_lines()


# ---- sheets -----------------------------------------------------------------------------------------------------


def read_sheets(path: Path) -> Parsed:
    """Read an .ods file, sheet by sheet. Raises UserError for one that is locked, damaged, or too large."""
    outline, length = Outline(), 0
    with _opened(path, "an OpenDocument sheet", MAX_UNPACKED) as package:
        facts = _facts(package)
        root = package.xml("content.xml")
    hidden = {
        value(style, "name")
        for style in below(root, "automatic-styles")
        if any(local(each) == "table-properties" and value(each, "display") == "false" for each in style)
    }
    for table in below(root, "body", "spreadsheet"):
        if local(table) == "table" and value(table, "style-name") not in hidden and length <= MAX_CHARACTERS:
            text = lines(_cells(table))
            outline.heading(value(table, "name"), 1)
            outline.paragraph(text)
            length += len(text)
    # Names of sheets alone are nothing to read.
    return Parsed(
        title=facts.title or name_title(path),
        text=within_budget(outline.text() if length else "", path),
        sections=outline.sections(),
        created=facts.created,
        author=facts.author,
    )


def _cells(table: Any) -> list[dict[int, str]]:
    unseen = _hidden_columns(table)
    rows: list[dict[int, str]] = []
    length = 0
    for row in _rows(table):
        cells: dict[int, str] = {}
        at = 0
        for cell in row:
            repeated = _repeated(cell, "number-columns-repeated")
            text = _shown(cell) if local(cell) == "table-cell" else ""
            if text:
                cells |= {
                    column: text for column in range(at, at + min(repeated, _MAX_REPEATED)) if column not in unseen
                }
            at += repeated
        if cells:
            times = min(_repeated(row, "number-rows-repeated"), _MAX_REPEATED)
            rows += [cells] * times
            length += times * sum(map(len, cells.values()))
        if length > MAX_CHARACTERS:
            break
    return rows


def _hidden_columns(table: Any) -> set[int]:
    found: set[int] = set()
    at = 0
    for column in table.iter("{*}table-column"):
        repeated = _repeated(column, "number-columns-repeated")
        if value(column, "visibility") not in ("", "visible"):
            found.update(range(at, min(at + repeated, 16_384)))
        at += repeated
    return found


def _repeated(element: Any, name: str) -> int:
    text = value(element, name)
    return int(text) if text.isdecimal() and len(text) < 9 else 1


def _shown(cell: Any) -> str:
    """A date as a date, all else as the sheet shows it."""
    day = value(cell, "date-value")
    if day:
        return day.replace("T00:00:00", "").replace("T", " ")
    paragraphs = [each for each in cell if local(each) == "p"]
    texts = ["".join(_pieces(each)) for each in paragraphs]
    return "\n".join(texts)


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for piece in element:
        if local(piece) in ("s", "tab"):
            yield " "
        elif local(piece) not in _UNSEEN:
            yield from _pieces(piece)
        yield piece.tail or ""
