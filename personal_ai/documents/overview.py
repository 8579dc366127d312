"""What the library holds, by folder, kind and month."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from personal_ai.store.documents import Entry

#: What a person calls the formats.
_KINDS = {
    "Texts": ("md", "markdown", "txt", "text", "org", "rst", "log"),
    "Word files": ("docx", "odt", "rtf"),
    "PDF": ("pdf",),
    "Pictures": ("png", "jpg", "webp", "tif", "bmp", "heic"),
    "Books": ("epub",),
    "Sheets": ("xlsx", "ods", "csv", "tsv"),
    "Slides": ("pptx", "odp"),
    "Web pages": ("html", "htm", "xhtml"),
    "Mail": ("eml", "mbox"),
    "Chats": ("whatsapp", "telegram", "chatgpt", "claude"),
    "Calendars": ("ics",),
    "Contacts": ("vcf",),
    "Other programs": ("keep", "notion", "enex", "evernote", "json", "zip"),
}
_KIND_OF = {format: kind for kind, formats in _KINDS.items() for format in formats}


class Folder(NamedTuple):
    """A folder with notes in it, deep down: how many, and by which name a person tells it from its neighbours."""

    path: str
    name: str
    notes: int


class Overview:
    """The documents in the order of the list, and ways to narrow them."""

    def __init__(self, entries: Sequence[Entry] = (), watched: Iterable[str] = ()) -> None:
        self.entries = entries
        self._watched = frozenset(watched)
        #: How many documents lie below each folder, deep down, and which folders lie in it.
        self._below: Counter[str] = Counter()
        self._inside: dict[str, set[str]] = {}
        self._own: Counter[str] = Counter()
        for folder, count in Counter(_folder_of(entry.path) for entry in entries).items():
            if folder:
                self._add(folder, count)
        # Counted here, off the window's thread.
        self._ids = [entry.id for entry in entries]
        self._months = self._count_months("", "")
        self._kinds = Counter(map(kind_of, entries)).most_common()

    def _add(self, folder: str, count: int) -> None:
        self._own[folder] = count
        self._below[folder] += count
        below, above = folder, os.path.dirname(folder)  # noqa: PTH120
        while above != below:
            self._below[above] += count
            self._inside.setdefault(above, set()).add(below)
            below, above = above, os.path.dirname(above)  # noqa: PTH120

    def folders(self, inside: str = "") -> list[Folder]:
        """The folders in a folder, by name; those at the top for "". One that holds but another one is passed over."""
        if inside:
            return sorted((self._told(each) for each in self._inside.get(inside, ())), key=lambda each: each.name)
        tops = {each for each in self._below if os.path.dirname(each) == each}  # noqa: PTH120
        found = {self._narrow(top) for top in tops}
        while len(found) == 1 and not self._own[only := next(iter(found))] and only not in self._watched:
            found = {self._narrow(each) for each in self._inside.get(only, ())}
        return sorted((self._told(each) for each in found), key=lambda each: each.name)

    def _told(self, folder: str) -> Folder:
        shown = self._narrow(folder)
        return Folder(shown, os.path.basename(shown) or shown, self._below[folder])  # noqa: PTH119

    def _narrow(self, folder: str) -> str:
        """The folder below which the first documents lie, or the first that stays current."""
        while (
            not self._own[folder] and folder not in self._watched and len(inside := self._inside.get(folder, ())) == 1
        ):
            folder = next(iter(inside))
        return folder

    def kinds(self) -> list[tuple[str, int]]:
        """Each kind of document that there is, with how many; the most common first."""
        return self._kinds

    def months(self, folder: str = "", kind: str = "") -> dict[str, int]:
        """How many documents there are of each month (“2025-03”), oldest first."""
        return self._count_months(folder, kind) if folder or kind else self._months

    def ids(self, folder: str = "", kind: str = "", month: str = "") -> list[int]:
        """The documents of a folder, kind and month, in the order of the list; "" is any."""
        if not (folder or kind or month):
            return self._ids
        return [entry.id for entry in self._chosen(folder, kind) if not month or entry.month == month]

    def _count_months(self, folder: str, kind: str) -> dict[str, int]:
        found = Counter(entry.month for entry in self._chosen(folder, kind))
        return {month: found[month] for month in sorted(found) if len(month) == 7}

    def _chosen(self, folder: str, kind: str) -> Iterable[Entry]:
        found: Iterable[Entry] = self.entries
        if folder:
            begin = folder.rstrip(os.sep) + os.sep
            found = (entry for entry in found if entry.path.startswith(begin))
        if kind:
            found = (entry for entry in found if kind_of(entry) == kind)
        return found


def kind_of(entry: Entry) -> str:
    """What a person calls this kind of document."""
    if entry.path.startswith("remembered:"):
        return "Remembered"
    return _KIND_OF.get(entry.format, "Other")


def _folder_of(path: str) -> str:
    """The folder that a file lies in; "" for what is no file."""
    return path.rpartition(os.sep)[0] or (os.sep if path.startswith(os.sep) else "")
