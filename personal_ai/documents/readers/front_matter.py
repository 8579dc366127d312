"""What stands in front of Markdown: fields in YAML, TOML or JSON, pandoc's three lines, MultiMarkdown's or Logseq's."""

import json
import re
import tomllib
from typing import Any

from personal_ai.documents.readers.parsed import find_date, written_date

_YAML = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|\Z)", re.S)
_JSON = re.compile(r"\A\{[ \t]*\n.*?\n\}[ \t]*(?:\n|\Z)", re.S)
# The lines below the first are indented where a field takes several.
_PANDOC = re.compile(
    r"\A(?:%[ \t]+(\S[^\n]*(?:\n[ \t]+\S[^\n]*)*)\n)(?:%[ \t]*([^\n]*(?:\n[ \t]+\S[^\n]*)*)\n)?(?:%[ \t]*([^\n]*)\n)?"
)
_MULTIMARKDOWN = re.compile(r"\A(?:[A-Za-z][\w -]{0,40}:[ \t][^\n]*\n(?:[ \t]+\S[^\n]*\n)*){2,}(?=\n)")
_LOGSEQ = re.compile(r"\A(?:[A-Za-z][\w-]{0,40}:: [^\n]*(?:\n|\Z))+")
_KEY = re.compile(r"[\"']?([^\W\d_][\w .-]{0,40})[\"']?[ \t]*:(?:[ \t]+(.*)|)")
_BLOCK = re.compile(r"([|>])[+-]?\d?[+-]?(?:\s+#.*)?")
#: Longer values are nobody's, in characters.
_LONGEST = 5000
_DATES = ("date", "created", "date created", "created_at", "created at", "creation date", "published", "pubdate")

Fields = dict[str, str]


def split(text: str) -> tuple[Fields, str]:
    """Split off what stands in front, its names in lower case; what is no front matter stays in the text."""
    if found := _YAML.match(text):
        fields = _yaml(found[1].split("\n"))
    elif found := _TOML.match(text):
        fields = _toml(found[1])
    elif found := _JSON.match(text):
        fields = _json(found[0])
    elif found := _PANDOC.match(text):
        fields = {
            name: " ".join(part.split())
            for name, part in zip(("title", "author", "date"), found.groups(), strict=True)
            if part
        }
    elif (found := _MULTIMARKDOWN.match(text)) and re.search(r"(?mi)^(?:title|author|date):", found[0]):
        fields = _yaml(found[0].split("\n"))
    elif found := _LOGSEQ.match(text):
        fields = _yaml(found[0].replace(":: ", ": ").split("\n"))
    else:
        fields = {}
    # A rule at the top of a plain note is no front matter: its text must not vanish.
    return (fields, text[found.end() :]) if found and fields else ({}, text)


def day(fields: Fields) -> str:
    """The day that the fields tell as that of the text, as YYYY-MM-DD."""
    told = [fields[name] for name in (*_DATES, "publishdate", "date_created") if name in fields]
    return next((found for text in told if (found := find_date(text) or written_date(text))), "")


# ---- YAML, as far as front matter goes --------------------------------------------------------------------------


def _yaml(lines: list[str]) -> Fields:
    fields: Fields = {}
    at = 0
    while at < len(lines):
        found = _KEY.fullmatch(lines[at].rstrip())
        at += 1
        if not found:
            continue
        # What belongs to it is indented, or is a list's item.
        first = at
        while at < len(lines) and (not lines[at].strip() or lines[at][0] in " \t" or lines[at].startswith("- ")):
            at += 1
        fields[found[1].strip().lower()] = _yaml_value((found[2] or "").strip(), lines[first:at])
    return fields


def _yaml_value(value: str, below: list[str]) -> str:
    block = _BLOCK.fullmatch(value)
    stripped = [line.strip() for line in below]
    if block:
        return ("\n" if block[1] == "|" else " ").join(stripped).strip()
    below = [line for line in stripped if line and not line.startswith("#")]
    if value and not value.startswith("#"):
        value = " ".join([value, *below])
        if value[0] == "[":
            inner = value[1:].rpartition("]")[0] or value[1:]
            return ", ".join(_scalar(item) for item in _items(inner[:_LONGEST]) if item.strip())
        return _scalar(value)
    return ", ".join(text for line in below if (text := _nested(line)))


def _nested(line: str) -> str:
    """An item of a list, or a field of a field: of a person the name is told alone."""
    item = line[2:].strip() if line.startswith("- ") else line
    found = _KEY.fullmatch(item)
    if not found:
        return _scalar(item) if line.startswith("- ") else ""
    return _scalar(found[2] or "") if found[1].strip().lower() in ("name", "literal") else ""


def _items(text: str) -> list[str]:
    """The parts between commas that stand outside of quotation marks."""
    # A mark that nothing ends goes to the end, so that no text is looked through again and again.
    return [found[0] for found in re.finditer(r"(?:\"(?:\\.|[^\"\\])*(?:\"|\\?\Z)|'[^']*(?:'|\Z)|[^,\"'])+", text)]


def _scalar(text: str) -> str:
    text = text.strip()
    quoted = re.match(r"\"((?:\\.|[^\"\\])*)\"(?:\s+#.*)?\Z", text)
    if quoted:
        try:
            return str(json.loads(f'"{quoted[1]}"'))
        except ValueError:
            return quoted[1]
    single = re.match(r"'((?:''|[^'])*)'(?:\s+#.*)?\Z", text)
    if single:
        return single[1].replace("''", "'")
    return re.sub(r"(?:^|\s)#\s.*", "", text)


# ---- TOML and JSON ----------------------------------------------------------------------------------------------


def _toml(text: str) -> Fields:
    try:
        return _flat(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}


def _json(text: str) -> Fields:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return _flat(read) if isinstance(read, dict) else {}


def _flat(read: dict[str, Any]) -> Fields:
    return {str(name).lower(): " ".join(_told(value).split()) for name, value in read.items()}


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_told, value)))
    if isinstance(value, dict):
        return _told(value["name"]) if "name" in value else ", ".join(filter(None, map(_told, value.values())))
    return "" if value is None else str(value)
