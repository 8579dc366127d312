"""Slides (.pptx): each a section with its title, texts, tables and notes; hidden ones left out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from personal_ai.documents.readers.office import Package, below, child, local, plain, value
from personal_ai.documents.readers.parsed import Outline, Parsed, clean_title, name_title, tidy, within_budget
from personal_ai.documents.readers.tables import lines

# Places on a slide that every slide repeats.
_REPEATED = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))
_TITLES = frozenset(("title", "ctrTitle"))


def read(path: Path) -> Parsed:
    """Read a presentation. Raises UserError for one that is locked, damaged, or unpacks to more than it should."""
    outline = Outline()
    with Package(path, "a PowerPoint file", "an old PowerPoint file") as package:
        facts = package.facts()
        for number, part in enumerate(_slides(package), 1):
            slide = package.xml(part)
            if value(slide, "show") not in ("0", "false"):
                _tell(outline, number, slide)
                pointed = [each for each in package.relations(part).values() if package.has(each[1])]
                for _, diagram in (each for each in pointed if each[0] == "diagramData"):
                    _tell_diagram(outline, package.xml(diagram))
                for _, notes in (each for each in pointed if each[0] == "notesSlide"):
                    _tell_notes(outline, package.xml(notes))
    text = outline.text()
    first = next((line.lstrip("# ") for line in text.splitlines() if line.startswith("# ")), "")
    return Parsed(
        title=facts.title or clean_title(first) or name_title(path),
        text=within_budget(text, path),
        sections=outline.sections(),
        created=facts.created,
        author=facts.author,
    )


def _slides(package: Package) -> Iterator[str]:
    """The parts of the slides, in the order in which they are shown."""
    main = package.main_part()
    relations = package.relations(main)
    # A slide's own number is called "id" as well; the one that points to its part has letters in it.
    for each in below(package.xml(main), "sldIdLst"):
        pointed = next((text for text in each.attrib.values() if text in relations), "")
        kind, part = relations.get(pointed, ("", ""))
        if kind == "slide" and package.has(part):
            yield part


def _tell(outline: Outline, number: int, slide: Any) -> None:
    shapes = list(_shapes(slide))
    titles = [" ".join(_lines(body)) for place, body in shapes if place in _TITLES and local(body) == "txBody"]
    title = " ".join(" ".join(titles).split())
    if title:
        outline.heading(tidy(title), 1)
    else:
        outline.section(f"Slide {number}")
    for place, body in shapes:
        if local(body) == "tbl":
            outline.paragraph(lines([_row(row) for row in body if local(row) == "tr"]))
        elif place not in _TITLES and (place not in _REPEATED or (place == "dt" and number == 1)):
            outline.paragraph(tidy("\n".join(_lines(body))))


def _tell_diagram(outline: Outline, diagram: Any) -> None:
    """The words of a drawing that PowerPoint arranges by itself (SmartArt)."""
    points = [child(each, "t") for each in below(diagram, "ptLst")]
    texts = [" ".join(_lines(body)) for body in points if body is not None]
    outline.paragraph(tidy("\n".join(f"- {text}" for text in texts if text.strip())))


def _tell_notes(outline: Outline, notes: Any) -> None:
    for place, body in _shapes(notes):
        if place == "body":
            outline.paragraph(tidy("\n".join(_lines(body))))


def _shapes(root: Any) -> Iterator[tuple[str, Any]]:
    """(kind of place, text body or table) of each shape that is shown, those in groups too, in order."""
    todo = below(root, "cSld", "spTree")[::-1]
    while todo:
        shape = todo.pop()
        name = local(shape)
        if name == "AlternateContent":
            todo += reversed(shape[0] if len(shape) else ())
        elif name in ("grpSp", "Choice") and not _is_hidden(shape):
            todo += reversed(shape)
        elif name == "sp" and not _is_hidden(shape):
            body = child(shape, "txBody")
            if body is not None:
                place = child(shape, "nvSpPr", "nvPr", "ph")
                # A place without a kind is one for the slide's own text.
                yield ("" if place is None else value(place, "type") or "body"), body
        elif name == "graphicFrame" and not _is_hidden(shape):
            table = child(shape, "graphic", "graphicData", "tbl")
            if table is not None:
                yield "", table


def _is_hidden(shape: Any) -> bool:
    told = child(shape[0], "cNvPr") if len(shape) else None
    return told is not None and value(told, "hidden") in ("1", "true")


def _row(row: Any) -> dict[int, str]:
    cells = [cell for cell in row if local(cell) == "tc"]
    bodies = [child(cell, "txBody") for cell in cells]
    return {at: " ".join(_lines(body)) for at, body in enumerate(bodies) if body is not None}


def _lines(body: Any) -> list[str]:
    """The paragraphs of a text body."""
    found: list[str] = []
    for paragraph in body:
        if local(paragraph) == "p":
            parts: list[str] = []
            for piece in paragraph.iter("{*}t", "{*}br"):
                text = plain(piece.text or "") if local(piece) == "t" else "\n"
                parts.append(f" [{text}]" if _is_note(piece) else text)
            found.append("".join(parts))
    return [line for line in found if line.strip()]


def _is_note(text: Any) -> bool:
    """Whether a text is raised and points somewhere, as the numbers of notes do."""
    style = child(text.getparent(), "rPr")
    return style is not None and value(style, "baseline") not in ("", "0") and child(style, "hlinkClick") is not None
