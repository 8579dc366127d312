"""Evernote exports (.enex): a document a note."""

import html as entities
import re
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat

from personal_ai.documents.readers import html
from personal_ai.documents.readers.parsed import Parsed, clean_title, find_date, tidy, within_budget
from personal_ai.errors import UserError

#: The longest note of an export, in characters of its markup.
MAX_MARKUP = 20_000_000
#: The fields of a note by what they stand in: pictures and tasks have titles, days and addresses of their own.
_WANTED = {
    "note": frozenset(("title", "content", "created", "tag")),
    "note-attributes": frozenset(("author", "source", "source-url")),
    "task": frozenset(("title", "taskStatus")),
}
_TODO = re.compile(r"(?i)<en-todo\b([^>]{0,100})>(?:\s*</en-todo>)?")
# An item of a checklist of today's Evernote.
_ITEM = re.compile(r"(?i)<li\b[^<>]{0,400}--en-checked\s*:\s*(true|false)[^<>]{0,400}>(?:\s*<div>)?")
_SECRET = re.compile(r"(?is)<en-crypt\b.*?</en-crypt\s*>")


def read(path: Path, _names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read an export note by note; what is attached to them is passed over. Raises UserError for a damaged one."""
    notes = _Notes(path)
    try:
        with path.open("rb") as file:
            while data := file.read(1 << 20):
                notes.parser.Parse(data, False)
                yield from (partial(_note, fields, path) for fields in notes.take())
        notes.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UserError(f"“{path.name}” is a damaged Evernote export. Export the notes again and add that.") from error


class _Notes:
    """Collects the fields of each note as the parser comes to them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: list[dict[str, list[str]]] = []
        self._note: dict[str, list[str]] = {}
        self._inside: list[str] = []
        self._field: list[str] | None = None
        self._length = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        # Entities of a stranger's own can grow without end; an export has none.
        self.parser.EntityDeclHandler = self._entity

    def take(self) -> list[dict[str, list[str]]]:
        """The notes that ended since the last call."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "note":
            self._note, self._length = {}, 0
        elif self._inside and name in _WANTED.get(self._inside[-1], ()):
            self._field = []
        self._inside.append(name)

    def _text(self, text: str) -> None:
        if self._field is not None and self._length <= MAX_MARKUP:
            self._field.append(text)
            self._length += len(text)

    def _end(self, name: str) -> None:
        self._inside.pop()
        if name == "note":
            self._done.append(self._note)
        elif self._field is not None and self._inside and name in _WANTED.get(self._inside[-1], ()):
            kept = f"task {name}" if self._inside[-1] == "task" else name
            self._note.setdefault(kept, []).append("".join(self._field).strip())
            self._field = None

    def _entity(self, *_: Any) -> None:
        raise UserError(
            f"“{self._path.name}” is built like a file that harms computers when it is opened, so it was left out."
        )


def _note(fields: dict[str, list[str]], path: Path) -> Parsed | None:
    content = _SECRET.sub("", "".join(fields.get("content", [])[:1]))
    if len(content) >= MAX_MARKUP:
        raise UserError(f"A note in “{path.name}” is longer than any document may be, so it was left out.")
    content = _TODO.sub(lambda found: "[x] " if 'checked="true"' in found[1].lower() else "[ ] ", content)
    content = _ITEM.sub(lambda found: f"{found[0]}[{'x' if found[1].lower() == 'true' else ' '}] ", content)
    outline = html.outline(re.sub(r"^\s*(?:<\?xml[^>]*>|<!DOCTYPE[^>]*>|\s)*", "", content))
    title = clean_title(entities.unescape("".join(fields.get("title", [])[:1])))
    states = fields.get("task taskStatus", [])
    outline.paragraph(
        "\n".join(
            f"[{'x' if at < len(states) and states[at] == 'completed' else ' '}] {tidy(task)}"
            for at, task in enumerate(fields.get("task title", []))
            if task
        )
    )
    if fields.get("tag"):
        outline.paragraph(f"tags: {', '.join(fields['tag'])}")
    if not outline.text().strip():
        return None
    created = "".join(fields.get("created", [])[:1])
    source = " ".join(fields.get("source", [])).lower()
    return Parsed(
        title=title or clean_title(outline.first_heading) or "A note without a title",
        text=within_budget(outline.text(), path),
        sections=outline.sections(),
        created=find_date(created[:8]),
        # An export names no ids; when a note was begun does not change.
        member=created or title,
        author=clean_title(", ".join(fields.get("author", []))),
        provenance="sent" if source.startswith("mail") else "elsewhere" if _is_clipped(fields, source) else "mine",
    )


def _is_clipped(fields: dict[str, list[str]], source: str) -> bool:
    return source.startswith("web") or any(url.startswith("http") for url in fields.get("source-url", []))
