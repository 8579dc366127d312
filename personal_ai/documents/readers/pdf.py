"""PDF, by Chrome's own reader: page by page, lines joined to paragraphs again, scanned pages by recognition."""

import re
import sys
from pathlib import Path
from typing import Any

from personal_ai.documents.readers import lines, recognition
from personal_ai.documents.readers.decoding import kind
from personal_ai.documents.readers.parsed import (
    MAX_CHARACTERS,
    Alive,
    Outline,
    Parsed,
    Textless,
    find_date,
    name_title,
    stated_title,
    tidy,
    within_budget,
)
from personal_ai.errors import UserError

MAX_PAGES = 2000
#: PDFium's own number for "needs a password".
_LOCKED = 4
#: A page with fewer letters than this and a picture on it was scanned: it may bear a stamp or its number.
_FEW = 25


def read(path: Path, alive: Alive = lambda: None) -> Parsed:
    """Read a PDF's text; `alive` is called before, during and after each page that was scanned.

    Raises Textless for one without text, UserError for one that is locked, damaged, too long, or made of pictures only
    that cannot be read here.
    """
    import pypdfium2  # 50 ms that only PDFs need

    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" not in head:
        looks = kind(head)
        raise UserError(
            f"“{path.name}” is not really a PDF"
            + (f" (it looks like {looks})" if looks else "")
            + ", so it was left out."
        )
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _LOCKED:
            raise UserError(
                f"“{path.name}” is locked with a password. Save a copy without one and add the copy."
            ) from error
        raise UserError(
            f"“{path.name}” is a damaged PDF. Open it in another program, save it again and add that."
        ) from error
    try:
        return _read(document, path, alive)
    finally:
        document.close()


def _read(document: Any, path: Path, alive: Alive) -> Parsed:
    pages = len(document)
    if pages > MAX_PAGES:
        raise UserError(f"“{path.name}” has {pages:,} pages; {MAX_PAGES:,} is the most. Split it and add the parts.")
    outline, length, unread = Outline(), 0, 0
    for number in range(pages):
        text, scanned = _page_text(document, number)
        if scanned and recognition.is_here():
            alive()
            text = recognition.text_of(_points(document, number), alive) or text
        elif scanned:
            unread += 1
        if pages > 1 and text:
            outline.section(f"Page {number + 1}")
        for paragraph in lines.join(text):
            outline.paragraph(paragraph)
        length += len(text)
        if length > MAX_CHARACTERS:
            break
    if not length:
        raise _textless(path)
    return Parsed(
        title=stated_title(document.get_metadata_value("Title")) or name_title(path),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=find_date(document.get_metadata_value("CreationDate")[2:10]),
        author=tidy(document.get_metadata_value("Author")).strip()[:200],
        partly=_partly(path, unread) if unread else "",
    )


def _textless(path: Path) -> UserError:
    if recognition.is_here():
        return Textless(f"“{path.name}” holds pictures and no text that could be read in them, so it was left out.")
    if getattr(sys, "frozen", False):
        return UserError(
            f"“{path.name}” holds pictures of pages and no text. "
            "Run it through text recognition (OCR) and add the result."
        )
    return UserError(
        f"“{path.name}” holds pictures of pages, and text recognition is not installed. "
        'Run: pip install "personal-ai[ocr]", and add the file again.'
    )


def _partly(path: Path, unread: int) -> str:
    if getattr(sys, "frozen", False):
        return (
            f"“{path.name}” was read but for {unread:,} of its pages, on which are pictures and no text. "
            "Run it through text recognition (OCR) and add the result."
        )
    return (
        f"“{path.name}” was read but for {unread:,} of its pages, on which are pictures and no text. "
        'To have them read, run: pip install "personal-ai[ocr]", and add the file again.'
    )


def _page_text(document: Any, number: int) -> tuple[str, bool]:
    """The text of a page, and whether there is more on it that only recognition can read."""
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            text = layer.get_text_range()
        finally:
            layer.close()
        # PDFium marks a hyphen that only breaks a line by U+FFFE or U+0002.
        text = tidy(re.sub("[\ufffe\x02]\r?\n?", "", text)).strip()
        return text, len(text) < _FEW and _is_scanned(page, text)
    finally:
        page.close()


def _is_scanned(page: Any, text: str) -> bool:
    """Whether a page without many letters shows something; with some, whether it is a picture."""
    import pypdfium2.raw as pdfium

    wanted = [pdfium.FPDF_PAGEOBJ_IMAGE] if text else None
    return next(iter(page.get_objects(filter=wanted, max_depth=3)), None) is not None


def _points(document: Any, number: int) -> Any:
    """A page as a picture, [height, width, 3], as `recognition` wants it."""
    page = document[number]
    try:
        drawn = page.render(scale=recognition.POINTS / max(*page.get_size(), 1.0), rev_byteorder=False)
        return drawn.to_numpy()[:, :, :3]
    finally:
        page.close()
