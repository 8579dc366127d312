"""One file format a module. A new format is a module with `read(path) -> Parsed` and its line in READERS."""

from collections.abc import Callable
from pathlib import Path

from personal_ai.documents.readers import html, markdown, pdf, plain, word
from personal_ai.documents.readers.parsed import Parsed

Reader = Callable[[Path], Parsed]

#: What reads which file extension. The modules import their parser when they are first used.
READERS: dict[str, Reader] = {
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".txt": plain.read,
    ".text": plain.read,
    ".log": plain.read,
    ".org": plain.read,
    ".rst": plain.read,
    ".csv": plain.read,
    ".pdf": pdf.read,
    ".docx": word.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
}

__all__ = ["READERS", "Parsed", "Reader"]
