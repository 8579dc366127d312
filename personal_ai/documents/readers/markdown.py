"""Markdown: kept as it is written, without front matter and without what a reader would not see."""

import re
from pathlib import Path

from personal_ai.documents.readers import front_matter
from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import (
    Parsed,
    clean_title,
    name_title,
    nest,
    tidy,
    within_budget,
)
from personal_ai.messages import Section

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*)")
# The name that pandoc, kramdown and others give a heading so that links find it.
_NAMED = re.compile(r"(?<![ \t])[ \t]*\{[#.:][^{}]{0,200}\}$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
# Fenced code is matched first and kept, so that a comment shown inside it stays.
_HIDDEN = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,}).*?^ {0,3}(?P=fence)[`~]*[ \t]*$)|<!--.*?-->|^ {0,3}<!--.*\Z"
    r"|<(?P<tag>[a-zA-Z]\w{0,20})\b[^<>]{0,400}?(?:display\s*:\s*none|visibility\s*:\s*hidden|\shidden\b)[^<>]{0,400}>"
    r".{0,20000}?</(?P=tag)\s*>",
    re.S | re.M,
)
# Code is matched first and kept: there, `[[ … ]]` and `%%` mean other things.
_OBSIDIAN = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)|(?P<tick>`+)(?!`)[^\n]*?(?P=tick))"
    r"|(?P<comment>(?<!\S)%%(?!%))"
    # The name of a paragraph that links point to.
    r"|(?P<block>(?<=\S)[ \t]+\^[\w-]{4,60}[ \t]*$)"
    r"|!?\[\[(?P<target>[^\s\[\]|][^\[\]|\n]*)(?:\|(?P<shown>[^\[\]\n]+))?\]\]",
    re.S | re.M,
)
_COMMENT_END = re.compile(r"%%(?![\w%])")
# What Logseq keeps of a paragraph for itself.
_KEPT_BY_LOGSEQ = re.compile(r"^[ \t]*(?:id:: [0-9a-f-]{8,40}|collapsed:: (?:true|false))[ \t]*\n", re.M)
_DATA_LINK = re.compile(r"\(\s*<?data:[^)\s]*[^)]{0,200}\)")


def read(path: Path) -> Parsed:
    """Read a Markdown file. The title is the front matter's, else the first heading, else the file's name."""
    return parse(path.read_bytes(), path)


def parse(data: bytes, path: Path) -> Parsed:
    """What `read` makes of a file of this name with this content; it need not be there."""
    fields, text = front_matter.split(tidy(decode(data, path)))
    created = front_matter.day(fields)
    text = _DATA_LINK.sub("()", _HIDDEN.sub(lambda found: found["code"] or "", text))
    text = _as_shown(_KEPT_BY_LOGSEQ.sub("", text))
    text = within_budget(_kept_fields(fields, bool(created)) + text.lstrip("\n"), path)
    sections = find_sections(text)
    heading = clean_title(sections[0].heading) if sections else ""
    return Parsed(
        title=clean_title(fields.get("title", "")) or heading or name_title(path),
        text=text,
        sections=sections,
        created=created,
        author=tidy(fields.get("author", "") or fields.get("authors", ""))[:200],
    )


def _as_shown(text: str) -> str:
    """Obsidian's own marks as its reader sees them: a wiki link's words, nothing of a comment."""
    parts: list[str] = []
    at, endless = 0, False
    while found := _OBSIDIAN.search(text, at):
        parts.append(text[at : found.start()])
        end: re.Match[str] | None = found
        if found["code"]:
            parts.append(found["code"])
        elif found["block"]:
            pass
        elif found["target"]:
            parts.append(_shown(found) or found["target"].replace("#", " > ").removeprefix(" > "))
        else:
            end = None if endless else _COMMENT_END.search(text, found.end())
            if end is None:
                # A comment without an end is text, and nothing behind it can be one.
                endless, end = True, found
                parts.append(found["comment"])
        at = end.end()
    return "".join(parts) + text[at:]


def _shown(link: re.Match[str]) -> str:
    """What a link shows; of a picture it is the size, which is no word."""
    words = link["shown"] or ""
    return "" if link[0].startswith("!") and re.fullmatch(r"\d{1,5}(?:x\d{1,5})?", words) else words


def find_sections(text: str) -> list[Section]:
    """The headings of Markdown text, those in fenced code left out."""
    headings: list[tuple[str, int, int, int]] = []
    fence, at = "", 0
    before, before_at, blank = "", 0, True
    for line in text.splitlines(keepends=True):
        bare, end = line.rstrip("\n"), at + len(line)
        mark = _FENCE.match(bare)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and bare.strip(" `~") == "" else fence
        elif mark:
            fence = mark[1]
        elif found := _HEADING.match(bare):
            headings.append((_NAMED.sub("", _unclosed(found[2])), len(found[1]), at, end))
        elif (found := _UNDERLINE.match(bare)) and before and blank and not before.lstrip().startswith(("-", "|", ">")):
            headings.append((_NAMED.sub("", before.strip()), 1 if found[1][0] == "=" else 2, before_at, end))
        # Only a line that stands alone above its underline is a heading: "- - -" below a paragraph is a rule to most.
        blank, before, before_at = not before.strip(), bare if not fence else "", at
        at = end
    return nest([each for each in headings if each[0].strip()], len(text))


def _unclosed(title: str) -> str:
    """A heading without the signs that may close it: “Two ##”."""
    title = title.rstrip(" \t")
    bare = title.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else title


def _kept_fields(fields: dict[str, str], dated: bool) -> str:
    """What the front matter says beyond title and date ("tags: …") is worth finding, so it stays as first lines."""
    told = [f"{name}: {value}" for name, value in fields.items() if value.strip("[]{}|> ")]
    told = [line for line in told if not line.startswith(("title:", "updated:", "id:", "uuid:"))]
    # A date that cannot be read here may still be found by its words.
    told = [line for line in told if not (dated and line.startswith(("date:", "created:")))]
    return "\n".join(told) + "\n\n" if told else ""
