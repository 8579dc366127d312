"""PDF, by Chrome's own reader: page by page, lines joined to paragraphs again."""

import re
from pathlib import Path
from typing import Any

from personal_ai.documents.readers.decoding import kind
from personal_ai.documents.readers.parsed import (
    MAX_CHARACTERS,
    Outline,
    Parsed,
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
_ENDS = re.compile(r"[.!?:;。！？：…)\]”\"»]$")
_STARTS = re.compile(r"[-–•*·▪◦○●]|\d{1,3}[.)]\s|[A-Za-z][.)]\s")


def read(path: Path) -> Parsed:
    """Read a PDF's text. Raises UserError for one that is locked, damaged, too long, or made of pictures only."""
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
        return _read(document, path)
    finally:
        document.close()


def _read(document: Any, path: Path) -> Parsed:
    pages = len(document)
    if pages > MAX_PAGES:
        raise UserError(f"“{path.name}” has {pages:,} pages; {MAX_PAGES:,} is the most. Split it and add the parts.")
    outline, length = Outline(), 0
    for number in range(pages):
        text = _page_text(document, number)
        if pages > 1 and text:
            outline.section(f"Page {number + 1}")
        for paragraph in _paragraphs(text):
            outline.paragraph(paragraph)
        length += len(text)
        if length > MAX_CHARACTERS:
            break
    if not length:
        raise UserError(
            f"“{path.name}” holds pictures of pages and no text. "
            "Run it through text recognition (OCR) and add the result."
        )
    return Parsed(
        title=stated_title(document.get_metadata_value("Title")) or name_title(path),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=find_date(document.get_metadata_value("CreationDate")[2:10]),
        author=tidy(document.get_metadata_value("Author")).strip()[:200],
    )


def _page_text(document: Any, number: int) -> str:
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            text = layer.get_text_range()
        finally:
            layer.close()
    finally:
        page.close()
    # PDFium marks a hyphen that only breaks a line by U+FFFE or U+0002.
    return tidy(re.sub("[\ufffe\x02]\r?\n?", "", text)).strip()


def _paragraphs(text: str) -> list[str]:
    """Join the lines that the page's width broke; where that is in doubt the break stays, which does no harm."""
    lines = [line.strip() for line in text.splitlines()]
    width = max((len(line) for line in lines), default=0)
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        if not line or not last or (_ENDS.search(last) and len(last) < 0.75 * width):
            paragraphs.append(line)
        elif width > 40 and len(last) >= 0.8 * width and _goes_on(last, line):
            joined = paragraphs[-1]
            hyphen = joined.endswith("-") and joined[-2:-1].isalpha() and line[:1].islower()
            paragraphs[-1] = joined[:-1] + line if hyphen else f"{joined} {line}"
        else:
            paragraphs[-1] += "\n" + line
        last = line
    return paragraphs


def _goes_on(last: str, line: str) -> bool:
    if _STARTS.match(line):
        return False
    return line[:1].islower() or not (_ENDS.search(last) or last[-1:].isdigit())
