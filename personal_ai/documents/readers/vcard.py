"""Contacts (.vcf): a document a person."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from personal_ai.documents.readers.content_lines import Field, entries
from personal_ai.documents.readers.parsed import Parsed, clean_title, find_date, month_words, within_budget
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
    "IMPP": "Chat",
    "HOBBY": "Hobby",
    "INTEREST": "Interest",
    "EXPERTISE": "Expertise",
    # What address books keep in fields of their own.
    "X-ABDATE": "Day",
    "X-ABRELATEDNAMES": "Related",
    "X-SOCIALPROFILE": "Web",
    **dict.fromkeys(("X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY"), "Anniversary"),
    **dict.fromkeys(("X-SPOUSE", "X-EVOLUTION-SPOUSE", "X-KADDRESSBOOK-X-SPOUSESNAME"), "Married to"),
}
_DAYS = ("Birthday", "Anniversary", "Day")
_DAY = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?:T.*)?")
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
    # Apple's own words stand in marks: “_$!<Anniversary>!$_”.
    labels = {
        field.group: re.sub(r"_\$!<(.*)>!\$_", r"\1", field.text) for field in fields if field.name == "X-ABLABEL"
    }
    lines = [line for field in fields if (line := _line(field, labels.get(field.group, "")))]
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


def _line(field: Field, label: str) -> str:
    said = _TOLD.get(field.name)
    value = ", ".join(" ".join(part.split()) for part in field.parts) if field.name in ("ADR", "ORG") else field.text
    # The name of another entry tells nobody anything.
    if not said or not value or value.startswith("urn:uuid:"):
        return ""
    if said in _DAYS:
        value = _day(value, field.parameters.get("X-APPLE-OMIT-YEAR", ""))
    kinds = ",".join([*field.parameters.values(), *field.parameters]).lower().split(",")
    place = next((_PLACES[kind] for kind in kinds if kind in _PLACES), "") or " ".join(label.split())
    value = value.removeprefix("tel:").removeprefix("mailto:")
    return f"{said} ({place}): {value}" if place else f"{said}: {value}"


def _day(text: str, omitted: str) -> str:
    """A day as it is told: “1985-04-15”, “15 April” where the year is not known; else the text itself."""
    found = _DAY.fullmatch(text)
    try:
        day = date(2000 if found[1] == "--" else int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        return text
    if found[1] in ("--", omitted):
        return f"{day.day} {month_words(day).split()[0]}"
    return day.isoformat()


def _first(fields: list[Field], name: str) -> str:
    return next((field.text for field in fields if field.name == name and field.text), "")


def _parts(fields: list[Field], name: str) -> list[str]:
    return next((field.parts for field in fields if field.name == name), [])
