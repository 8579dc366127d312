"""Books (.epub): their chapters in the order of reading, each as a browser would show it."""

import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from personal_ai.documents.readers import html
from personal_ai.documents.readers.archive import MAX_UNPACKED
from personal_ai.documents.readers.office import Package, below, child, local, stated, value
from personal_ai.documents.readers.parsed import Parsed, clean_title, name_title, within_budget

_PAGES = frozenset(("application/xhtml+xml", "text/html", "application/x-dtbook+xml"))
# Closed at once in XML; HTML would take all that follows for a part of it.
_CLOSED = re.compile(r"<(title|script|style|iframe|textarea|noscript|template)\b([^<>]{0,500})/>", re.I)


def read(path: Path) -> Parsed:
    """Read a book. Raises UserError for one that is locked (DRM), damaged, or unpacks to more than it should."""
    with Package(path, "a book", unpacked=MAX_UNPACKED) as package:
        named = child(package.xml("META-INF/container.xml"), "rootfiles", "rootfile")
        main = value(named, "full-path") if named is not None else ""
        book = package.xml(main)
        metadata = child(book, "metadata")
        pages = _pages(book, main)
        if pages and _is_locked(package, pages):
            raise package.locked()
        chapters = [html.markup(package.read(page), path) for page in pages if package.has(page)]
    outline = html.outline(*(_CLOSED.sub(r"<\1\2></\1>", chapter) for chapter in chapters))
    if metadata is not None:
        _keep_the_books_own(metadata)
    facts = stated(book if metadata is None else metadata)
    return Parsed(
        title=facts.title or clean_title(outline.first_heading) or name_title(path),
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=facts.created,
        author=facts.author,
    )


def _pages(book: Any, main: str) -> list[str]:
    """The parts that are read, in their order."""
    items = {value(item, "id"): item for item in below(book, "manifest") if value(item, "media-type") in _PAGES}
    order = [value(each, "idref") for each in below(book, "spine") if local(each) == "itemref"]
    if items.keys().isdisjoint(order):
        # AbiWord orders pages by names that it gave to none.
        order = list(items)
    folder = posixpath.dirname(main)
    hrefs = [unquote(value(items[id], "href")) for id in dict.fromkeys(order) if id in items]
    return [posixpath.normpath(posixpath.join(folder, href)) for href in hrefs]


def _keep_the_books_own(metadata: Any) -> None:
    """Take out who drew or translated the book where its author is named, and when the file was changed."""
    for name, said, own in (("creator", "role", "aut"), ("date", "event", "publication")):
        named = [each for each in metadata if local(each) == name]
        if any(value(each, said) == own for each in named):
            for each in named:
                if value(each, said) != own:
                    metadata.remove(each)
        elif any(value(each, said) != "modification" for each in named):
            for each in named:
                if value(each, said) == "modification":
                    metadata.remove(each)


def _is_locked(package: Package, pages: list[str]) -> bool:
    """Whether chapters are encrypted; fonts often are, for no reader's harm."""
    if not package.has("META-INF/encryption.xml"):
        return False
    locked = {unquote(value(each, "URI")) for each in package.xml("META-INF/encryption.xml").iter("{*}CipherReference")}
    return not locked.isdisjoint(pages)
