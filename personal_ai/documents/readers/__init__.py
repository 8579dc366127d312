"""One file format a module. A new format is a module with `read(path) -> Parsed` and its line in READERS.

A file that holds many documents has a line in MANY instead: its module yields a function for each, so that one that is
damaged does not cost the others.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from personal_ai.documents.readers import pictures, recognition
from personal_ai.documents.readers.parsed import Alive, Parsed, Textless

Reader = Callable[[Path], Parsed]
SlowReader = Callable[[Path, Alive], Parsed]
#: Given the names that the person goes by. A document is None where there is nothing to read in it.
Many = Callable[[Path, Collection[str]], Iterator[Callable[[], Parsed | None]]]


def _read(module: str, function: str, *given: Any) -> Any:
    return getattr(import_module(f"{__name__}.{module}"), function)(*given)


def _later(module: str, function: str = "read") -> "partial[Any]":
    """What reads, in a module that is imported with the first file of its kind: a search needs none, notes need one."""
    return partial(_read, module, function)


#: Those that may take some seconds for a page, and are given what they call meanwhile; the slowest last.
SLOW: dict[str, SlowReader] = {".pdf": _later("pdf"), **dict.fromkeys(pictures.SUFFIXES, _later("pictures"))}
#: What reads which file extension. The modules import their parser when they are first used, as they are themselves.
READERS: dict[str, Reader] = {
    ".md": _later("markdown"),
    ".markdown": _later("markdown"),
    ".txt": _later("plain"),
    ".text": _later("plain"),
    ".log": _later("plain"),
    ".org": _later("org"),
    ".rst": _later("restructured"),
    ".csv": _later("tables"),
    ".tsv": _later("tables"),
    ".docx": _later("word"),
    ".odt": _later("opendocument", "read_text"),
    ".rtf": _later("rtf"),
    ".pptx": _later("slides"),
    ".xlsx": _later("sheets"),
    ".ods": _later("opendocument", "read_sheets"),
    ".odp": _later("opendocument", "read_slides"),
    ".epub": _later("epub"),
    ".html": _later("html"),
    ".htm": _later("html"),
    ".xhtml": _later("html"),
}
#: The same formats by other names: with macros, which nobody runs here, as templates, as slides that show themselves,
#: and OpenDocument in one XML.
FORMS = {
    **dict.fromkeys((".docm", ".dotx", ".dotm"), ".docx"),
    **dict.fromkeys((".xlsm", ".xltx", ".xltm"), ".xlsx"),
    **dict.fromkeys((".pptm", ".potx", ".potm", ".ppsx", ".ppsm"), ".pptx"),
    **dict.fromkeys((".ott", ".fodt"), ".odt"),
    **dict.fromkeys((".ots", ".fods"), ".ods"),
    **dict.fromkeys((".otp", ".fodp"), ".odp"),
}
READERS |= {form: READERS[suffix] for form, suffix in FORMS.items()}
#: What reads files that hold many documents.
MANY: dict[str, Many] = {
    ".eml": _later("mail", "read_eml"),
    ".mbox": _later("mail", "read_mbox"),
    ".enex": _later("evernote"),
    ".ics": _later("calendars"),
    ".vcf": _later("vcard"),
    ".json": _later("exports", "read_json"),
    ".zip": _later("exports", "read_zip"),
}
SUFFIXES = frozenset(READERS) | frozenset(SLOW) | frozenset(MANY)
#: Those that are read piece by piece, so that they may be large.
LARGE = frozenset((".mbox", ".enex", ".zip"))


def many_in(path: Path) -> Many | None:
    """What reads the documents in this file; None for one that is a single document."""
    suffix = path.suffix.lower()
    if suffix == ".txt":
        from personal_ai.documents.readers import whatsapp

        return whatsapp.read if whatsapp.is_chat(path) else None
    if suffix == ".html" and _is_keep_page(path):
        return _later("keep", "read_page")
    return MANY.get(suffix)


def _is_keep_page(path: Path) -> bool:
    from personal_ai.documents.readers import keep

    return keep.is_page(path)


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
        from personal_ai.documents.readers import exports

        return exports.is_named_export(path)
    if suffix in pictures.SUFFIXES:
        return recognition.is_here()
    # Keep exports each note twice.
    return suffix in SUFFIXES and not (suffix == ".html" and _is_keep_page(path) and path.with_suffix(".json").exists())


__all__ = [
    "FORMS",
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
