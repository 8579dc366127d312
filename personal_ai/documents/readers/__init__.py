"""One file format a module. A new format is a module with `read(path) -> Parsed` and its line in READERS.

A file that holds many documents has a line in MANY instead: its module yields a function for each, so that one that is
damaged does not cost the others.
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from personal_ai.documents.readers import (
    calendars,
    epub,
    evernote,
    exports,
    html,
    keep,
    mail,
    markdown,
    opendocument,
    org,
    pdf,
    pictures,
    plain,
    recognition,
    restructured,
    rtf,
    sheets,
    slides,
    tables,
    vcard,
    whatsapp,
    word,
)
from personal_ai.documents.readers.parsed import Alive, Parsed, Textless

Reader = Callable[[Path], Parsed]
SlowReader = Callable[[Path, Alive], Parsed]
#: Given the names that the person goes by. A document is None where there is nothing to read in it.
Many = Callable[[Path, Collection[str]], Iterator[Callable[[], Parsed | None]]]

#: Those that may take some seconds for a page, and are given what they call meanwhile; the slowest last.
SLOW: dict[str, SlowReader] = {".pdf": pdf.read, **dict.fromkeys(pictures.SUFFIXES, pictures.read)}
#: What reads which file extension. The modules import their parser when they are first used.
READERS: dict[str, Reader] = {
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".txt": plain.read,
    ".text": plain.read,
    ".log": plain.read,
    ".org": org.read,
    ".rst": restructured.read,
    ".csv": tables.read,
    ".tsv": tables.read,
    ".docx": word.read,
    ".odt": opendocument.read_text,
    ".rtf": rtf.read,
    ".pptx": slides.read,
    ".xlsx": sheets.read,
    ".ods": opendocument.read_sheets,
    ".epub": epub.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
}
#: What reads files that hold many documents.
MANY: dict[str, Many] = {
    ".eml": mail.read_eml,
    ".mbox": mail.read_mbox,
    ".enex": evernote.read,
    ".ics": calendars.read,
    ".vcf": vcard.read,
    ".json": exports.read_json,
    ".zip": exports.read_zip,
}
SUFFIXES = frozenset(READERS) | frozenset(SLOW) | frozenset(MANY)
#: Those that are read piece by piece, so that they may be large.
LARGE = frozenset((".mbox", ".enex", ".zip"))


def many_in(path: Path) -> Many | None:
    """What reads the documents in this file; None for one that is a single document."""
    suffix = path.suffix.lower()
    if suffix == ".txt" and whatsapp.is_chat(path):
        return whatsapp.read
    if keep.is_page(path):
        return keep.read_page
    return MANY.get(suffix)


def slowness(path: str) -> int:
    """How late a file is read among others, so that nobody waits for the quick ones: 0 first."""
    suffix = path[path.rfind(".") :].lower()
    return 2 if suffix in pictures.SUFFIXES else int(suffix in SLOW)


def is_picture(path: str) -> bool:
    """Whether a file is a picture, most of which hold no text."""
    return Path(path).suffix.lower() in pictures.SUFFIXES


def kinds() -> str:
    """The endings that can be read here, as they are told to the person."""
    return ", ".join(sorted(SUFFIXES if recognition.is_here() else SUFFIXES.difference(pictures.SUFFIXES)))


def is_wanted(path: Path) -> bool:
    """Whether a file is read that lies in a folder of the person's, and was not named by them."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        return exports.is_named_export(path)
    if suffix in pictures.SUFFIXES:
        return recognition.is_here()
    # Keep exports each note twice.
    return suffix in SUFFIXES and not (keep.is_page(path) and path.with_suffix(".json").exists())


__all__ = [
    "LARGE",
    "MANY",
    "READERS",
    "SLOW",
    "SUFFIXES",
    "Alive",
    "Many",
    "Parsed",
    "Reader",
    "SlowReader",
    "Textless",
    "is_picture",
    "is_wanted",
    "kinds",
    "many_in",
    "slowness",
]
