"""Google Keep notes, as Takeout exports them: a JSON file a note, and the same as a web page."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from personal_ai.documents.readers import html
from personal_ai.documents.readers.decoding import decode, decode_json
from personal_ai.documents.readers.parsed import Outline, Parsed, clean_title, is_person, moment, tidy, within_budget

#: The folder of an export that holds the notes: by the name of the program, which is another one in German.
FOLDERS = ("Keep", "Google Keep", "Google Notizen", "Notizen")


class _Item(msgspec.Struct, frozen=True):
    text: str = ""
    checked: bool = msgspec.field(default=False, name="isChecked")


class _Link(msgspec.Struct, frozen=True):
    title: str = ""
    url: str = ""


class _Label(msgspec.Struct, frozen=True):
    name: str = ""


class _Reader(msgspec.Struct, frozen=True):
    email: str = ""
    owner: bool = msgspec.field(default=False, name="isOwner")


class _Note(msgspec.Struct, frozen=True, rename="camel"):
    title: str | None = ""
    text_content: str | None = ""
    list_content: list[_Item] | None = None
    labels: list[_Label] | None = None
    annotations: list[_Link] | None = None
    sharees: list[_Reader] | None = None
    is_trashed: bool = False
    created_timestamp_usec: int | str | None = 0


def is_page(path: Path) -> bool:
    """Whether a web page is a note of an export."""
    return path.parent.name in FOLDERS and path.suffix.lower() == ".html"


def read_page(path: Path, _names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read a note that is a web page."""
    yield partial(parse_page, path.read_bytes(), path)


def parse(data: bytes, path: Path, names: Collection[str]) -> Parsed | None:
    """A note; None for one in the bin. One that somebody else shared is theirs, where the person's name is known."""
    note = decode_json(data, _Note)
    if note.is_trashed:
        return None
    outline = Outline()
    items, links = note.list_content or [], note.annotations or []
    outline.paragraph(tidy(note.text_content or ""))
    outline.paragraph("\n".join(f"[{'x' if item.checked else ' '}] {tidy(item.text)}" for item in items))
    outline.paragraph("\n".join(f"{tidy(link.title)} {link.url}".strip() for link in links))
    title = clean_title(note.title or "")
    if not title and not outline.text():
        return None
    if note.labels:
        outline.paragraph(f"tags: {', '.join(label.name for label in note.labels)}")
    readers = note.sharees or []
    shared = bool(names) and any(reader.owner and not is_person(reader.email, names) for reader in readers)
    written = str(note.created_timestamp_usec or 0)
    created = int(written) if written.isdecimal() and len(written) < 20 else 0
    return Parsed(
        title=title or _first_words(outline.text()),
        text=within_budget(outline.text() or title, path),
        created=moment(created / 1e6) if created else "",
        format="keep",
        member=f"urn:keep:{created}" if created else path.stem,
        provenance="sent" if shared else "mine",
    )


def parse_page(data: bytes, path: Path) -> Parsed | None:
    """A note from its web page."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decode(data, path))
    title, content = tree.css_first("title"), tree.css_first(".content")
    if content is None:
        # A page that somebody keeps in a folder of that name.
        return replace(html.parse(data, path), member=path.stem)
    text = html.outline(content.html or "").text()
    if not text.strip():
        return None
    named = clean_title(title.text()) if title is not None else ""
    return Parsed(
        title=named or _first_words(text),
        text=within_budget(text, path),
        format="keep",
        member=path.stem,
        provenance="mine",
    )


def _first_words(text: str) -> str:
    return clean_title(next((line for line in text.splitlines() if line.strip()), "")[:60])
