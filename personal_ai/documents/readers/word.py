"""Word files (.docx): headings by their styles, paragraphs, lists and tables; hidden text left out."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from personal_ai.documents.readers.decoding import kind
from personal_ai.documents.readers.parsed import Outline, Parsed, clean_title, name_title, tidy, within_budget
from personal_ai.errors import UserError

MAX_ENTRIES = 10_000
MAX_UNPACKED = 256 * 1024 * 1024
#: How often a member may be larger than its packed form, beyond the first MiB.
MAX_RATIO = 200
_MAX_NESTING = 20
#: The style name that stands for a table's row; no real style is called so.
_ROW = "\x00row"
_LEVEL = re.compile(r"(?i)^(?:heading|überschrift|titre|título|titolo|kop) ?(\d)$")


def read(path: Path) -> Parsed:
    """Read a .docx file. Raises UserError for one that is locked, damaged, or unpacks to more than it should."""
    check_archive(path)
    import docx  # 70 ms that only Word files need
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise UserError(f"“{path.name}” is not a sound Word file. Save it again as .docx and add that.") from error
    outline, titled, items = Outline(), "", ""
    for style, text in _blocks(document, 0):
        level, is_item = _level(style), style in (_ROW,) or style.startswith("List ")
        if items and (not is_item or (style == _ROW) != (items[:2] != "- ")):
            outline.paragraph(items)
            items = ""
        if style == "Title" and not titled:
            titled = clean_title(text)
        if level is not None:
            outline.heading(tidy(text), level)
        elif is_item and text.strip():
            items += ("" if style == _ROW else "- ") + tidy(text).strip() + "\n"
        else:
            outline.paragraph(tidy(text))
    outline.paragraph(items)
    return Parsed(
        title=titled or clean_title(outline.first_heading) or name_title(path),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
    )


def check_archive(path: Path) -> None:
    """Refuse a .docx that is no zip, a zip bomb, or has XML with a document type, before anything unpacks it."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(
            f"“{path.name}” is locked with a password or an old Word file. Save it as an open .docx and add that."
        )
    if not head.startswith(b"PK"):
        looks = kind(head)
        raise UserError(
            f"“{path.name}” is not really a Word file"
            + (f" (it looks like {looks})" if looks else "")
            + ", so it was left out."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, path)
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as member:
                        # UTF-16 hides the word between zero bytes.
                        if b"<!DOCTYPE" in member.read(8192).replace(b"\x00", b"").upper():
                            raise _unsafe(path)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise UserError(f"“{path.name}” is a damaged Word file. Save it again as .docx and add that.") from error


def _check_sizes(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    bloated = any(
        entry.file_size > 1024 * 1024 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1) for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or bloated:
        raise _unsafe(path)


def _unsafe(path: Path) -> UserError:
    return UserError(
        f"“{path.name}” is built like a file that harms computers when it is opened, so it was left out. "
        "If you trust it, save it again from Word and add that."
    )


def _level(style: str) -> int | None:
    if style == "Title":
        return 1
    found = _LEVEL.match(style)
    return int(found[1]) if found else None


def _blocks(container: Any, depth: int) -> Iterator[tuple[str, str]]:
    """(style name, text) of each paragraph and table row, in order."""
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield _ROW, _row(row, depth)
        else:
            yield (block.style.name or "" if block.style is not None else ""), _visible(block)


def _row(row: Any, depth: int) -> str:
    cells: list[str] = []
    seen: set[int] = set()
    for cell in row.cells:
        # A merged cell is listed once for each column it covers.
        if id(cell._tc) in seen or depth >= _MAX_NESTING:
            continue
        seen.add(id(cell._tc))
        cells.append(" ".join(text.strip() for _, text in _blocks(cell, depth + 1) if text.strip()))
    return " | ".join(cells).strip(" |") and " | ".join(cells)


def _visible(paragraph: Any) -> str:
    """The text of a paragraph and its links, hidden runs left out."""
    parts: list[str] = []
    for piece in paragraph.iter_inner_content():
        for run in getattr(piece, "runs", [piece]):
            if not run.font.hidden:
                parts.append(run.text)
    return "".join(parts)
