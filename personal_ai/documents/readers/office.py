"""Documents that are zip files of XML (Office, OpenDocument, books): opened safely, and what they say of themselves."""

import io
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.documents.readers.archive import Archive, damaged
from personal_ai.documents.readers.parsed import find_date, stated_title, tidy
from personal_ai.errors import UserError

#: The most that is unpacked of a document's XML, in bytes: as a tree it takes some ten times that.
MAX_XML = 64 * 1024 * 1024
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What libraries leave of their templates says nothing about this document.
_NO_AUTHORS = frozenset(
    ("python-docx", "openpyxl", "openoffice::oodoc project", "unknown", "user", "root", "author", "administrator")
)
_NO_DATES = frozenset(("2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z", "2008-05-18T20:15:31", "2010-01-05T19:09:48"))


class Facts(msgspec.Struct, frozen=True):
    """What a document says of itself: "" for what it does not say. `created` is a date, YYYY-MM-DD."""

    title: str = ""
    author: str = ""
    created: str = ""


class Package(Archive):
    """A document of XML parts. `what` the person takes it for ("a Word file"), `old` what it may be instead.

    Raises UserError for what is none, damaged, locked, or beyond a limit.
    """

    def __init__(self, path: Path, what: str, old: str = "", unpacked: int = MAX_XML) -> None:
        with path.open("rb") as file:
            if file.read(4) == b"\xd0\xcf\x11\xe0":
                raise UserError(
                    f"“{path.name}” is locked with a password or {old or 'an old Office file'}. "
                    f"Save it as an open {path.suffix.lower()} and add that."
                )
        super().__init__(path, unpacked=unpacked, what=what)
        self._names = frozenset(self.names())

    def has(self, part: str) -> bool:
        """Whether there is a part of this name."""
        return part in self._names

    def xml(self, part: str) -> Any:
        """The root element of a part, its comments left out. Raises UserError where there is no such part."""
        return root_of(self._part(part), self._path, self._what)

    def elements(self, part: str, *names: str) -> Iterator[Any]:
        """The elements of a part that are called one of `names`, one by one, each forgotten after its turn."""
        from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - it brings no types

        data = self._part(part)
        # No sheet has a document type, and only one can declare what expands.
        if b"<!DOCTYPE" in data[:8192].replace(b"\x00", b"").upper():
            raise _harmful(self._path)
        try:
            for _, element in etree.iterparse(io.BytesIO(data), tag=[f"{{*}}{name}" for name in names], **_SAFE):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise self._damaged() from error

    def relations(self, part: str = "") -> dict[str, tuple[str, str]]:
        """What a part (the whole package by default) points to inside: id → (kind, name of the part)."""
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(listing):
            return {}
        found: dict[str, tuple[str, str]] = {}
        for each in self.xml(listing):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
                found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], target)
        return found

    def main_part(self) -> str:
        """The part that an Office document begins with. Raises UserError where none is named."""
        for kind, target in self.relations().values():
            if kind == "officeDocument":
                return target
        raise self._damaged()

    def facts(self) -> Facts:
        """What an Office document says of itself."""
        return stated(self.xml(part)) if self.has(part := "docProps/core.xml") else Facts()

    def locked(self) -> UserError:
        """The error to raise for a document that only its password opens."""
        return UserError(f"“{self._path.name}” is locked with a password. Save a copy without one and add the copy.")

    def _part(self, part: str) -> bytes:
        if not self.has(part):
            raise self._damaged()
        return self.read(part)


_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def root_of(data: bytes, path: Path, what: str) -> Any:
    """The root element of XML in the file `path`, its comments left out. Raises UserError for what is none."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - it brings no types

    try:
        root = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged(path, what) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise _harmful(path)
    return root


def _harmful(path: Path) -> UserError:
    return UserError(
        f"“{path.name}” is built like a file that harms computers when it is opened, so it was left out. "
        "If you trust it, save it again from the program that made it and add that."
    )


def local(element: Any) -> str:
    """An element's name without its namespace, which differs between "strict" and other files; "" for an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: Any, name: str) -> str:
    """An attribute by its name without a namespace; "" where there is none."""
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), "")


def child(element: Any, *names: str) -> Any | None:
    """The first child called `names[0]`, of that the first called `names[1]`, and so on; None where one is missing."""
    for name in names:
        element = next((each for each in element if local(each) == name), None)
        if element is None:
            return None
    return element


def below(element: Any, *names: str) -> list[Any]:
    """The children of what `child` finds; none where it finds nothing."""
    found = child(element, *names)
    return [] if found is None else list(found)


def plain(text: str) -> str:
    """Text whose control characters Office wrote as “_x000D_”."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def stated(root: Any) -> Facts:
    """Title, author and date of creation among the elements of core.xml, meta.xml or a book's metadata."""
    said: dict[str, list[str]] = {}
    for element in root.iter("{*}*"):
        text = " ".join((element.text or "").split())
        if text and text not in _NO_DATES and not (local(element).endswith("creator") and text.lower() in _NO_AUTHORS):
            said.setdefault(local(element), []).append(text)
    authors = said.get("initial-creator") or said.get("creator") or []
    dates = said.get("created") or said.get("creation-date") or said.get("date") or [""]
    return Facts(
        title=stated_title(said.get("title", [""])[0]),
        author=tidy(", ".join(dict.fromkeys(authors)))[:200],
        created=find_date(dates[0]),
    )
