"""Notion exports: pages as Markdown or web pages, databases as tables, each with its id in its name."""

import re
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from personal_ai.documents.readers import html, markdown, tables
from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import Parsed, written_date

_ID = re.compile(r" ?([0-9a-f]{32})(_all)?(?=\.(?:md|html|csv)$)")
# A link to another page, in the text or in brackets behind the name of one that a property points to.
_PAGE = r"\([^()\s]{0,800}(?:[0-9a-f]{32}[^()\s]{0,200}\.(?:md|html|csv)|www\.notion\.so/[^()\s]{1,400})\)"
_LINK = re.compile(rf"(?<!!)\[([^\[\]\n]{{1,500}})\]{_PAGE}")
_POINTER = re.compile(rf"[ \t]{_PAGE}")
#: A box around a remark, in Markdown.
_BOX = re.compile(r"^[ \t]*</?aside>[ \t]*\n?", re.M)
# Below the title stand the properties of a page, a line each.
_CREATED = re.compile(
    r"(?im)^(?:created|created time|date created|erstellt(?: am)?|créé(?: le)?|creado|criado): (.{6,40})$"
)
_TOP = 1000


def is_page(name: str) -> bool:
    """Whether a file in an archive is a page or database of an export."""
    return bool(_ID.search(name))


def is_told_by_another(name: str, names: frozenset[str]) -> bool:
    """Whether a database is there in full beside this view of it."""
    return name.endswith(".csv") and f"{name[: -len('.csv')]}_all.csv" in names


def parse(data: bytes, name: str) -> Parsed | None:
    """A page, from the content and the name of its file."""
    found = _ID.search(name)
    assert found  # is_page said so
    path = Path(_ID.sub("", PurePosixPath(name).name))
    if not data.strip():
        return None
    if path.suffix == ".html":
        parsed = html.parse(data, path)
    else:
        # Cut before the sections are found: a place in the text is one in what is left of it.
        text = decode(data, path)
        text = _BOX.sub("", _POINTER.sub("", _LINK.sub(r"\1", text)))
        parsed = (markdown if path.suffix == ".md" else tables).parse(text.encode(), path)
    said = _CREATED.search(parsed.text[:_TOP])
    created = parsed.created or (written_date(said[1]) if said else "")
    return replace(parsed, format="notion", member=f"urn:notion:{found[1]}", provenance="mine", created=created)
