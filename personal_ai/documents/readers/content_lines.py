"""The lines that calendars (RFC 5545) and contacts (RFC 6350) are written in: unfolded, unescaped, cut into entries."""

import quopri
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from personal_ai.documents.readers.decoding import decode, decode_as
from personal_ai.documents.readers.parsed import tidy

#: Values longer than this are pictures and sounds, in characters.
MAX_VALUE = 100_000
_LINE = re.compile(
    r"(?:([\w-]{1,60})\.)?([\w-]{1,60})((?:;[^\":;]{0,200}(?:\"[^\"]{0,500}\"[^\":;]{0,200}){0,9}){0,30}):(.*)", re.S
)
_PARAMETER = re.compile(r";([\w-]+)=?(\"[^\"]*\"|[^;]*)")


class Field(NamedTuple):
    """One property: "DTSTART;TZID=Europe/Berlin:20240304T101500". Names are upper case, parameters' values are not.

    Those of one `group` belong together: "item1.X-ABDATE:2012-05-12" and "item1.X-ABLABEL:Wedding".
    """

    name: str
    parameters: dict[str, str]
    value: str
    group: str = ""

    @property
    def text(self) -> str:
        """The value with its escapes undone."""
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.value, flags=re.S).strip()

    @property
    def parts(self) -> list[str]:
        """The text of a value that is made of several: an address, a name in its parts."""
        parts = re.split(r"(?<!\\);", self.value)
        return [part for each in parts if (part := Field("", {}, each).text)]


def entries(path: Path, *kinds: str) -> Iterator[tuple[list[Field], list[Field]]]:
    """Each entry BEGIN:`kind` … END:`kind` of a file, without its alarms, and the fields that stood outside of any."""
    head: list[Field] = []
    entry: list[Field] | None = None
    kind, inside = "", 0
    for field in _fields(path):
        word = field.value.strip().upper()
        if entry is None:
            if field.name == "BEGIN" and word in kinds:
                entry, kind, inside = [], word, 0
            else:
                head.append(field)
        elif field.name == "END" and word == kind:
            yield head, entry
            entry = None
        elif field.name in ("BEGIN", "END"):
            inside += 1 if field.name == "BEGIN" else -1
        elif inside <= 0:
            entry.append(field)


def _fields(path: Path) -> Iterator[Field]:
    line = ""
    for next_line in [*tidy(decode(path.read_bytes(), path)).split("\n"), "END"]:
        if line.endswith("=") and "QUOTED-PRINTABLE" in line[:200].upper():
            # vCard 2.1 breaks its lines as mail does: a blank that the next one begins with is the text's.
            line = line[:-1] + next_line
        elif next_line[:1] in (" ", "\t"):
            line += next_line[1:] if len(line) < MAX_VALUE else ""
        else:
            if field := _field(line, path):
                yield field
            line = next_line


def _field(line: str, path: Path) -> Field | None:
    found = _LINE.fullmatch(line)
    if not found or len(found[4]) > MAX_VALUE:
        return None
    parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[3])}
    value = found[4]
    if "QUOTED-PRINTABLE" in found[3].upper():
        value = tidy(decode_as(quopri.decodestring(value.encode()), parameters.get("CHARSET", "utf-8"), path))
    return Field(found[2].upper(), parameters, value, (found[1] or "").lower())
