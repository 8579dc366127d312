"""Word files (.docx): headings by their styles, paragraphs, lists, tables and notes; hidden text left out.

python-docx takes ten times as long, and passes over notes, text boxes and content controls.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.documents.readers.office import Package, child, local, value
from personal_ai.documents.readers.parsed import (
    Outline,
    Parsed,
    clean_title,
    find_date,
    name_title,
    tidy,
    within_budget,
)

_MAX_NESTING = 20
_HEADING = re.compile(r"heading (\d)")
# What stands around blocks or words and is looked through; of the two forms of one thing only the first is.
_WRAPPERS = frozenset(
    (
        "sdt",
        "sdtContent",
        "customXml",
        "smartTag",
        "ins",
        "moveTo",
        "hyperlink",
        "fldSimple",
        "ruby",
        "rubyBase",
        "dir",
        "bdo",
    )
)
_DRAWINGS = frozenset(("drawing", "pict", "object", "AlternateContent"))


class _Style(msgspec.Struct):
    """What a style says: `level` of a heading (0 for none), `list` the number of its list."""

    name: str = ""
    level: int = 0
    list: str = ""
    hidden: bool = False


class _Block(msgspec.Struct):
    """A paragraph, list item or table row; `lead` stands before an item."""

    text: str
    style: _Style
    lead: str = ""
    row: bool = False


def read(path: Path) -> Parsed:
    """Read a .docx file. Raises UserError for one that is locked, damaged, or unpacks to more than it should."""
    with Package(path, "a Word file", "an old Word file") as package:
        facts = package.facts()
        blocks = list(_Word(package).blocks())
    outline, titled, dated, lines, rows = Outline(), "", "", [], False
    for block in blocks:
        text = tidy(block.text)
        together = (block.lead or block.row) and block.row == rows
        if lines and not together:
            outline.paragraph("\n".join(lines))
            lines = []
        rows = block.row
        if block.style.name == "title" and not titled:
            titled = clean_title(text)
        if block.style.name == "date":
            dated = dated or find_date(text)
        if block.style.level:
            outline.heading(text, block.style.level)
        elif block.lead or block.row:
            lines += [block.lead + text.strip()] if text.strip() else []
        else:
            outline.paragraph(text)
    outline.paragraph("\n".join(lines))
    return Parsed(
        title=titled or facts.title or clean_title(outline.first_heading) or name_title(path),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=dated or facts.created,
        author=facts.author,
    )


class _Word:
    """Walks the parts of a Word file."""

    def __init__(self, package: Package) -> None:
        main = package.main_part()
        self._body = package.xml(main)
        parts = {kind: part for kind, part in package.relations(main).values() if package.has(part)}
        self._styles = _Styles(package.xml(parts["styles"]) if "styles" in parts else ())
        self._lists = _lists(package.xml(parts["numbering"])) if "numbering" in parts else {}
        self._counts: dict[tuple[str, int], int] = {}
        self._notes = {
            kind: {value(note, "id"): note for note in package.xml(parts[f"{kind}s"])}
            for kind in ("footnote", "endnote")
            if f"{kind}s" in parts
        }
        self._noted = 0
        # On a page of another colour white letters can be read.
        self._coloured = child(self._body, "background") is not None

    def blocks(self) -> Iterator[_Block]:
        """Everything that is seen, in order; a footnote stands behind the paragraph that points to it."""
        body = child(self._body, "body")
        if body is not None:
            yield from self._below(body, 0, self._coloured)

    def _below(self, container: Any, depth: int, coloured: bool) -> Iterator[_Block]:
        for element in container:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element, depth, coloured)
            elif name == "tbl" and depth < _MAX_NESTING:
                for row in _rows(element):
                    text = self._row(row, depth)
                    if text.strip(" |"):
                        yield _Block(text, _Style(), row=True)
            elif name in _WRAPPERS and not _is_unfilled(element):
                yield from self._below(element, depth, coloured)

    def _row(self, row: Any, depth: int) -> str:
        cells: list[str] = []
        for cell in _through(row, "tc"):
            # Cells are often coloured, by a style that only a whole Word could work out.
            blocks = self._below(cell, depth + 1, True)
            cells.append(" ".join(block.text.strip() for block in blocks if block.text.strip()))
        return " | ".join(cells)

    def _paragraph(self, paragraph: Any, depth: int, coloured: bool) -> Iterator[_Block]:
        own = child(paragraph, "pPr")
        named = child(own, "pStyle") if own is not None else None
        style = self._styles[value(named, "val") if named is not None else ""]
        coloured = coloured or (own is not None and child(own, "shd") is not None)
        level = child(own, "outlineLvl") if own is not None else None
        if level is not None and value(level, "val").isdecimal():
            style = _Style(style.name, _level(value(level, "val")), style.list, style.hidden)
        text = _Text(self._styles, coloured)
        text.walk(paragraph)
        if not style.hidden:
            yield _Block("".join(text.parts), style, self._lead(own, style))
        for box in text.boxes if depth < _MAX_NESTING else ():
            yield from self._below(box, depth + 1, True)
        for kind, number in text.notes:
            note = self._notes.get(kind, {}).get(number)
            if note is not None and depth < _MAX_NESTING:
                self._noted += 1
                told = " ".join(block.text.strip() for block in self._below(note, _MAX_NESTING, False))
                yield _Block(f"[{self._noted}] {told.strip()}", _Style())

    def _lead(self, own: Any, style: _Style) -> str:
        """What stands before a list's item, "" where the paragraph is none."""
        numbering = child(own, "numPr") if own is not None else None
        chosen = child(numbering, "numId") if numbering is not None else None
        depth = child(numbering, "ilvl") if numbering is not None else None
        number = value(chosen, "val") if chosen is not None else style.list
        if not number or number == "0":
            return "- " if style.name.startswith("list ") and style.name != "list paragraph" else ""
        level = int(text) if depth is not None and (text := value(depth, "val")).isdecimal() else 0
        formats = self._lists.get(number, [])
        if level >= len(formats) or formats[level] != "decimal":
            return "- "
        self._counts = {key: at for key, at in self._counts.items() if key[0] != number or key[1] <= level}
        at = self._counts[number, level] = self._counts.get((number, level), 0) + 1
        return f"{at}. "


class _Text:
    """The visible text of a paragraph, the boxes that float at it, and the notes that it points to."""

    def __init__(self, styles: "_Styles", coloured: bool) -> None:
        self._styles, self._coloured = styles, coloured
        self.parts: list[str] = []
        self.boxes: list[Any] = []
        self.notes: list[tuple[str, str]] = []

    def walk(self, container: Any) -> None:
        for element in container:
            name = local(element)
            if name == "r":
                if not self._is_hidden(element):
                    self.walk(element)
            elif name == "t":
                self.parts.append(element.text or "")
            elif name in ("tab", "ptab"):
                self.parts.append("\t")
            elif name in ("br", "cr"):
                self.parts.append("\n")
            elif name == "noBreakHyphen":
                self.parts.append("-")
            elif name in ("footnoteReference", "endnoteReference"):
                self.notes.append((name.removesuffix("Reference"), value(element, "id")))
            elif name in _WRAPPERS and not _is_unfilled(element):
                self.walk(element)
            elif name in ("oMath", "oMathPara"):
                self.parts += [each.text or "" for each in element.iter("{*}t")]
            elif name in _DRAWINGS:
                self._find_boxes(element)

    def _find_boxes(self, drawing: Any) -> None:
        todo = [drawing]
        while todo:
            element = todo.pop()
            name = local(element)
            if name == "txbxContent":
                self.boxes.append(element)
            elif name == "AlternateContent":
                todo += element[:1]
            else:
                todo += reversed(element)

    def _is_hidden(self, run: Any) -> bool:
        own = child(run, "rPr")
        if own is None:
            return False
        style = child(own, "rStyle")
        if style is not None and self._styles[value(style, "val")].hidden:
            return True
        if _is_on(child(own, "vanish")):
            return True
        colour = child(own, "color")
        white = colour is not None and value(colour, "val").upper() == "FFFFFF"
        return white and not self._coloured and child(own, "shd") is None and child(own, "highlight") is None


def _is_unfilled(control: Any) -> bool:
    """Whether a field of a form still shows what it says to who should fill it: “Click here to enter text”."""
    return _is_on(child(control, "sdtPr", "showingPlcHdr"))


def _through(container: Any, name: str) -> Iterator[Any]:
    for element in container:
        if local(element) == name:
            yield element
        elif local(element) in _WRAPPERS:
            yield from _through(element, name)


def _rows(table: Any) -> Iterator[Any]:
    for row in _through(table, "tr"):
        own = child(row, "trPr")
        if own is None or (child(own, "del") is None and not _is_on(child(own, "hidden"))):
            yield row


def _is_on(switch: Any | None) -> bool:
    return switch is not None and value(switch, "val").lower() not in ("0", "false", "off")


def _level(number: str) -> int:
    """Outline level 0 to 8 as a heading's 1 to 9; body text (9) is no heading."""
    return (int(number) + 1) % 10


class _Styles(dict[str, _Style]):
    """Each style by its id, with what it takes over from those that it is based on; worked out when it is asked for."""

    def __init__(self, root: Iterable[Any]) -> None:
        super().__init__()
        self._written = {value(style, "styleId"): style for style in root if local(style) == "style"}

    def __missing__(self, id: str) -> _Style:
        self[id] = _style(id, self._written)
        return self[id]


def _style(id: str, written: dict[str, Any]) -> _Style:
    found = _Style()
    level = ""
    for _ in range(_MAX_NESTING):
        style = written.get(id)
        if style is None:
            break
        named, based = child(style, "name"), child(style, "basedOn")
        name = value(named, "val").lower() if named is not None else ""
        found.name = found.name or name
        heading = _HEADING.fullmatch(name)
        outline, numbered = child(style, "pPr", "outlineLvl"), child(style, "pPr", "numPr", "numId")
        if not level and name == "title":
            level = "0"
        if not level and outline is not None:
            level = value(outline, "val")
        if not level and heading:
            level = str(int(heading[1]) - 1)
        if not found.list and numbered is not None:
            found.list = value(numbered, "val")
        found.hidden = found.hidden or _is_on(child(style, "rPr", "vanish"))
        id = value(based, "val") if based is not None else ""
    found.level = _level(level) if level.isdecimal() else 0
    return found


def _lists(root: Any) -> dict[str, list[str]]:
    """How each level of each list is numbered ("bullet", "decimal")."""
    abstract: dict[str, list[str]] = {}
    for each in root:
        if local(each) == "abstractNum":
            formats = [child(level, "numFmt") for level in each if local(level) == "lvl"]
            abstract[value(each, "abstractNumId")] = [
                value(kind, "val") if kind is not None else "" for kind in formats
            ]
    found: dict[str, list[str]] = {}
    for each in root:
        pointed = child(each, "abstractNumId") if local(each) == "num" else None
        if pointed is not None:
            found[value(each, "numId")] = abstract.get(value(pointed, "val"), [])
    return found
