"""Contacts (.vcf): a document a person."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

from personal_ai.documents.readers.content_lines import Field, entries
from personal_ai.documents.readers.parsed import Parsed, clean_title, find_date, within_budget
from personal_ai.errors import UserError

_TOLD = {
    "NICKNAME": "Called",
    "ORG": "Works at",
    "TITLE": "Work",
    "ROLE": "Role",
    "TEL": "Phone",
    "EMAIL": "Mail",
    "ADR": "Address",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "RELATED": "Related",
    "URL": "Web",
    "NOTE": "Note",
    "CATEGORIES": "Groups",
}
_PLACES = {"home": "home", "work": "work", "cell": "mobile", "mobile": "mobile", "fax": "fax"}


def read(path: Path, _names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read contacts. Raises UserError for a file that holds none."""
    found = False
    for _, fields in entries(path, "VCARD"):
        found = True
        yield partial(_contact, fields, path)
    if not found:
        raise UserError(f"“{path.name}” holds no contacts that can be read, so it was left out.")


def _contact(fields: list[Field], path: Path) -> Parsed | None:
    name = clean_title(_first(fields, "FN") or " ".join(reversed(_parts(fields, "N")[:2])) or _first(fields, "ORG"))
    lines = [line for field in fields if (line := _line(field))]
    if not name or not lines:
        return None
    text = "\n".join([f"Name: {name}", *lines])
    return Parsed(
        title=name,
        text=within_budget(text, path),
        created=find_date(_first(fields, "REV")),
        member=_first(fields, "UID") or name,
        provenance="mine",
    )


def _line(field: Field) -> str:
    said = _TOLD.get(field.name)
    value = ", ".join(field.parts) if field.name in ("ADR", "ORG") else field.text
    if not said or not value:
        return ""
    if field.name in ("BDAY", "ANNIVERSARY"):
        value = find_date(value) or value
    kinds = ",".join([*field.parameters.values(), *field.parameters]).lower().split(",")
    place = next((_PLACES[kind] for kind in kinds if kind in _PLACES), "")
    value = value.removeprefix("tel:").removeprefix("mailto:")
    return f"{said} ({place}): {value}" if place else f"{said}: {value}"


def _first(fields: list[Field], name: str) -> str:
    return next((field.text for field in fields if field.name == name and field.text), "")


def _parts(fields: list[Field], name: str) -> list[str]:
    return next((field.parts for field in fields if field.name == name), [])
