"""Notion exports: pages as Markdown or web pages, databases as tables, each with its id in its name."""

import re
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from personal_ai.documents.readers import html, markdown
from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import Parsed, name_title, tidy, within_budget

_ID = re.compile(r" ?([0-9a-f]{32})(_all)?(?=\.(?:md|html|csv)$)")


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
    if path.suffix == ".csv":
        parsed = Parsed(title=name_title(path), text=within_budget(tidy(decode(data, path)), path))
    else:
        parsed = (markdown.parse if path.suffix == ".md" else html.parse)(data, path)
    return replace(parsed, format="notion", member=f"urn:notion:{found[1]}", provenance="mine")
