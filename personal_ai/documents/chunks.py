"""Cut a document at its headings and paragraphs into passages, each an exact slice of its text."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from personal_ai.messages import Section
from personal_ai.store.documents import NewChunk

_PARAGRAPH = re.compile(r"\S(?:.*?)(?=\n[ \t]*\n|\s*\Z)", re.S)
# Where a paragraph that is too long may be cut, best first: line ends, sentence ends, clause ends, blanks.
_CUTS = (r"\n", r"(?<=[.!?…。！？])[\"”’»)\]]*\s+|(?<=[。！？])", r"(?<=[,;:、，；：])\s*", r"\s+")
_JOINED = " > "


class Sectioned(Protocol):
    """Anything with a title, a text and sections: a DocumentRead or a Parsed."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def sections(self) -> list[Section]: ...
    @property
    def own(self) -> list[tuple[int, int]] | None: ...


@dataclass(frozen=True)
class _Region:
    """A heading and what stands below it up to the next heading: `begin` is the heading line's, `start` the body's."""

    path: tuple[str, ...]
    begin: int
    start: int
    end: int


def split(document: Sectioned, limit: int = 900) -> list[NewChunk]:
    """Cut a document at its headings and paragraphs into pieces of at most `limit` characters.

    Small neighbouring sections share a piece; paragraphs stay whole where they fit; a heading never stands alone,
    unless there is nothing but headings. `text[start:end]` of the document is the chunk's text. The heading path leaves
    out the title of the document. Where only parts are the person's own, these pieces are for the search, and each of
    those parts becomes others, to be learned.
    """
    found = _split(document, limit)
    if document.own is None:
        return found
    heading = [(chunk.start, chunk.heading) for chunk in found]
    return [replace(chunk, learned=False) for chunk in found] + [
        NewChunk(
            heading[bisect(heading, (begin, "\U0010ffff")) - 1][1], document.text[begin:end], begin, end, found=False
        )
        for start, stop in document.own
        for begin, end in _pieces(document.text, start, stop, limit)
    ]


def _split(document: Sectioned, limit: int) -> list[NewChunk]:
    text = document.text
    chunks: list[NewChunk] = []
    group: list[_Region] = []
    for region in _attach_bare_headings(list(_regions(document)), text):
        if group and _extent(document, [*group, region]) > limit:
            chunks += _chunk_group(group, document, limit)
            group = []
        group.append(region)
    return chunks + _chunk_group(group, document, limit)


# ---- headings ---------------------------------------------------------------------------------------------------


def _regions(document: Sectioned) -> Iterator[_Region]:
    text, sections = document.text, sorted(document.sections, key=lambda section: (section.start, section.level))
    begins = [_line_begin(text, section) for section in sections]
    if not sections or text[: begins[0]].strip():
        yield _Region((), 0, 0, begins[0] if sections else len(text))
    above: list[Section] = []
    for at, section in enumerate(sections):
        above = [other for other in above if other.level < section.level] + [section]
        end = begins[at + 1] if at + 1 < len(sections) else len(text)
        yield _Region(tuple(each.heading for each in above), begins[at], section.start, max(end, section.start))


def _line_begin(text: str, section: Section) -> int:
    """Where the heading's own line begins; `section.start` when the heading does not stand in the text."""
    end = len(text[max(0, section.start - 2000) : section.start].rstrip("\n")) + max(0, section.start - 2000)
    begin = text.rfind("\n", 0, end) + 1
    if re.fullmatch(r"\s*(=+|-+)\s*", text[begin:end]) and begin:
        begin = text.rfind("\n", 0, begin - 1) + 1
    return begin if section.heading and section.heading in text[begin:end] else section.start


def _attach_bare_headings(regions: list[_Region], text: str) -> list[_Region]:
    """Give headings without a text of their own to what follows, or at the end to what stands before."""
    kept: list[_Region] = []
    bare: list[_Region] = []
    for region in regions:
        if not text[region.start : region.end].strip():
            bare.append(region)
            continue
        if bare:
            # A parent is named by the path already; a heading that is none of the parents is text in its own right.
            told = all(each.path == region.path[: len(each.path)] for each in bare)
            start = region.start if told else bare[0].begin
            region = _Region(region.path, bare[0].begin, start, region.end)
            bare = []
        kept.append(region)
    if bare and kept:
        last = kept.pop()
        kept.append(_Region(last.path, last.begin, last.start, bare[-1].end))
    elif bare:
        kept.append(_Region((), bare[0].begin, bare[0].begin, bare[-1].end))
    return kept


def _begin(document: Sectioned, group: list[_Region]) -> int:
    """Where the piece of a group begins: a heading that the chunk's path or title tells already is left out."""
    first = group[0]
    told = len(group) == 1 or first.path == (document.title,)
    return first.start if told else first.begin


def _extent(document: Sectioned, group: list[_Region]) -> int:
    return len(document.text[_begin(document, group) : group[-1].end].strip())


def _chunk_group(group: list[_Region], document: Sectioned, limit: int) -> list[NewChunk]:
    if not group:
        return []
    path = group[0].path
    if len(group) > 1:
        shared = [parts for parts in zip(*(region.path for region in group), strict=False) if len(set(parts)) == 1]
        path = tuple(parts[0] for parts in shared)
    if path and path[0] == document.title:
        path = path[1:]
    pieces = _pieces(document.text, _begin(document, group), group[-1].end, limit)
    return [NewChunk(_JOINED.join(path), document.text[start:end], start, end) for start, end in pieces]


# ---- paragraphs -------------------------------------------------------------------------------------------------


def _pieces(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """Pack paragraphs into pieces of at most `limit` characters, of about the same size rather than full and a rest."""
    whole = len(text[start:end].strip())
    even = max(whole / max(1, -(-whole // limit)), 1)
    open_start = open_end = -1
    for begin, stop in _paragraphs(text, start, end, limit):
        fits = open_start >= 0 and stop - open_start <= limit
        if fits and (open_end - open_start < 0.75 * even or stop - open_start <= 1.1 * even):
            open_end = stop
            continue
        if open_start >= 0:
            yield open_start, open_end
        open_start, open_end = begin, stop
    if open_start >= 0:
        yield open_start, open_end


def _paragraphs(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    at = start
    while found := _PARAGRAPH.search(text, at, end):
        yield from _cut(text, found.start(), found.end(), limit, 0)
        at = found.end()


def _cut(text: str, start: int, end: int, limit: int, way: int) -> Iterator[tuple[int, int]]:
    """Cut a paragraph that is too long, at the best kind of place that makes its parts fit."""
    visible = text[start:end].strip()
    start += text[start:end].find(visible)
    end = start + len(visible)
    if len(visible) <= limit:
        if visible:
            yield start, end
        return
    if way == len(_CUTS):
        for at in range(start, end, limit):
            yield at, min(at + limit, end)
        return
    begin = start
    for cut in re.compile(_CUTS[way]).finditer(text, start, end):
        if text[begin : cut.start()].strip():
            yield from _cut(text, begin, cut.start(), limit, way + 1)
            begin = cut.end()
    yield from _cut(text, begin, end, limit, way + 1)
