"""Markdown becomes units to draw, each small enough that parsing and drawing it is never felt.

What a model or a note says may be anything: a line of 50,000 letters, ten thousand list items, a table without end. So
text is parsed in pieces, long blocks are cut into parts that go on where the one before ends, and what nobody could
have meant as mark-up is only words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Characters that are parsed at once, about: at the next empty line, and at twice as many at any line.
PIECE = 3_000
#: A paragraph longer than this is words without mark-up, in parts of so many characters.
LONG, PART = 6_000, 2_000
#: What is drawn at once of code (lines), lists (items) and tables (cells).
CODE_LINES, ITEMS, CELLS = 80, 30, 120
#: Code in a named language is so many times the work of words.
COLOURED = 3
#: A table with more columns than this, or a part that is longer than a piece, is words.
COLUMNS = 30

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Unit:
    """The tokens of an outermost block, or of a part of one, and the characters of the source they stand for.

    `again` is where reading can begin again to come to this unit: a table and a block of code have no other place than
    their beginning. `continues`: it goes on with what the unit before it began. `whole` is all of a block of code, for
    its copy button.
    """

    tokens: "Sequence[Token]"
    start: int
    end: int
    again: int
    continues: bool = False
    whole: str = ""

    @property
    def weight(self) -> int:
        """About how much work drawing it is: tokens, and what stands in for them in words alone."""
        return sum(
            (1 + len(token.children or ()) + 2 * token.content.count("\n") + len(token.content) // 20)
            * (COLOURED if token.type == "fence" and token.info.strip() else 1)
            for token in self.tokens
        )

    @property
    def number(self) -> int:
        """What an ordered list begins with, 0 for anything else."""
        head = self.tokens[0] if self.tokens else None
        return int(head.attrs.get("start", 1)) if head and head.type == "ordered_list_open" else 0

    def go_on(self, number: int) -> "Unit":
        """The same as the continuation of what stands before it; an ordered list begins with `number`."""
        head = self.tokens[0].copy()
        if head.type == "ordered_list_open":
            head.attrs = {**head.attrs, "start": number}
        return replace(self, tokens=[head, *self.tokens[1:]], continues=True)


def units(source: str) -> Iterator[Unit]:
    """Parse Markdown piece by piece and yield what is to be drawn."""
    for first, last in _pieces(source):
        for unit in _blocks(source[first:last]):
            yield replace(unit, start=first + unit.start, end=first + unit.end, again=first + unit.again)


def open_fence(source: str) -> str:
    """The marker of a block of code at the head of `source` that has no end yet; "" where it is none, or has one."""
    found = _FENCE.match(source)
    if not found or "\n" not in source:
        return ""
    marker = found[1]
    return "" if any(closes(line, marker) for line in source.split("\n")[1:]) else marker


def closes(line: str, marker: str) -> bool:
    """Whether a line may end a block of code that began with `marker`."""
    bare = line.strip()
    return len(line) - len(line.lstrip(" ")) < 4 and len(bare) >= len(marker) and set(bare) == {marker[0]}


def _pieces(source: str) -> Iterator[tuple[int, int]]:
    """Where to cut: at an empty line, if there is one soon, and never inside a block of code."""
    if len(source) <= PIECE:
        yield 0, len(source)
        return
    start = place = 0
    fence, empty = "", False
    for line in source.split("\n"):
        far = place - start
        if not fence and far >= PIECE and line and not line[0].isspace() and (empty or far >= 2 * PIECE):
            yield start, place
            start = place
        if fence:
            fence = "" if closes(line, fence) else fence
        elif opened := _FENCE.match(line):
            fence = opened[1]
        empty = not line.strip()
        place += len(line) + 1
    yield start, len(source)


def _blocks(source: str) -> Iterator[Unit]:
    tokens = parser().parse(source)
    offsets = [0]
    for line in source.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)

    def place(line: int) -> int:
        return min(offsets[min(line, len(offsets) - 1)], len(source))

    begin, depth = 0, 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            first, last = tokens[begin].map or [0, 0]
            yield from _parts(Unit(tokens[begin : index + 1], place(first), place(last), place(first)), place)
            begin = index + 1


def _parts(unit: Unit, place: Any) -> Iterator[Unit]:
    """A block as it is, or cut into parts."""
    head = unit.tokens[0]
    match head.type:
        case "fence" | "code_block":
            yield from _code_parts(unit)
        case "bullet_list_open" | "ordered_list_open":
            yield from _list_parts(unit, place)
        case "table_open":
            yield from _table_parts(unit, place)
        case "paragraph_open" if len(unit.tokens[1].content) > LONG:
            yield from _long_parts(unit)
        case _:
            yield unit


def _code_parts(unit: Unit) -> Iterator[Unit]:
    head = unit.tokens[0]
    # A line without end is as much work as many lines.
    lines = [part for line in head.content.rstrip("\n").split("\n") for part in _cut(line, PART)]
    if len(lines) <= CODE_LINES and len(head.content) <= LONG:
        yield unit
        return
    whole, begun, place = head.content.rstrip("\n"), 0, unit.start
    while begun < len(lines):
        end, room = begun, LONG
        while end < len(lines) and end - begun < CODE_LINES and (room > 0 or end == begun):
            room -= len(lines[end])
            end += 1
        part = head.copy()
        part.content = "\n".join(lines[begun:end])
        last = unit.end if end == len(lines) else min(place + len(part.content) + 1, unit.end)
        yield Unit([part], place, last, unit.start, begun > 0, whole)
        begun, place = end, last


def _list_parts(unit: Unit, place: Any) -> Iterator[Unit]:
    head, tail = unit.tokens[0], unit.tokens[-1]
    level = head.level + 1
    starts = [n for n, token in enumerate(unit.tokens) if token.type == "list_item_open" and token.level == level]
    if len(starts) <= ITEMS:
        yield unit
        return
    for begun in range(0, len(starts), ITEMS):
        first = starts[begun]
        last = starts[begun + ITEMS] if begun + ITEMS < len(starts) else len(unit.tokens) - 1
        opened = head.copy()
        if head.type == "ordered_list_open":
            opened.attrs = {**head.attrs, "start": int(head.attrs.get("start", 1)) + begun}
        top, bottom = unit.tokens[first].map or [0, 0], unit.tokens[last].map
        end = place(bottom[0]) if bottom and last < len(unit.tokens) - 1 else unit.end
        start = place(top[0]) if begun else unit.start
        yield Unit([opened, *unit.tokens[first:last], tail], start, end, start, begun > 0)


def _table_parts(unit: Unit, place: Any) -> Iterator[Unit]:
    rows = [n for n, token in enumerate(unit.tokens) if token.type == "tr_open"]
    columns = sum(token.type == "th_open" for token in unit.tokens)
    if columns * len(rows) <= CELLS and columns <= COLUMNS:
        yield unit
        return
    if columns > COLUMNS:
        yield from _long_parts(unit)
        return
    head, tail = unit.tokens[0], unit.tokens[-1]
    wide = head.copy()
    wide.meta = {"even": True}
    at_once = max(1, CELLS // columns)
    for begun in range(0, len(rows), at_once):
        first = rows[begun]
        last = rows[begun + at_once] if begun + at_once < len(rows) else len(unit.tokens) - 1
        top, bottom = unit.tokens[first].map or [0, 0], unit.tokens[last].map
        end = place(bottom[0]) if bottom and last < len(unit.tokens) - 1 else unit.end
        opened = [] if begun else unit.tokens[1:first]
        start = place(top[0]) if begun else unit.start
        yield Unit([wide, *opened, *unit.tokens[first:last], tail], start, end, unit.start, begun > 0)


def _long_parts(unit: Unit) -> Iterator[Unit]:
    """A block as words, in parts that end between words where there are any."""
    from markdown_it.token import Token

    content = " ".join(token.content for token in unit.tokens if token.type == "inline")
    place, before = unit.start, False
    for words in _cut(content, PART):
        inline = Token("inline", "", 0, content=words, children=[Token("text", "", 0, content=words)])
        end = min(unit.end, place + len(words))
        around = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
        yield Unit([around[0], inline, around[1]], place, end, unit.start, before)
        place, before = end, True


def _cut(text: str, most: int) -> list[str]:
    """Cut a text into parts of at most `most` characters, between words where there are any."""
    parts: list[str] = []
    place = 0
    while len(text) - place > most:
        space = text.rfind(" ", place + most // 2, place + most)
        end = space + 1 if space > 0 else place + most
        parts.append(text[place:end])
        place = end
    return [*parts, text[place:]]


_parsers: list[Any] = []


def parser() -> Any:
    """The one parser. HTML stays text; "linkify" is off: it needs another package, and links are written out anyway."""
    if not _parsers:
        from markdown_it import MarkdownIt  # with the first text, not with the window

        made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
        made.core.ruler.at("inline", _inline)
        made.inline.ruler.before("escape", "formula", _formula)
        made.block.ruler.before(
            "fence", "formula", _formula_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
        )
        _parsers.append(made)
    return _parsers[0]


def _inline(state: Any) -> None:
    """Read the mark-up inside of blocks; in very long ones, slow to read, there is none."""
    from markdown_it.token import Token

    for token in state.tokens:
        if token.type == "inline":
            if token.children is None:
                token.children = []
            if len(token.content) > LONG:
                token.children.append(Token("text", "", 0, content=token.content))
            else:
                state.md.inline.parse(token.content, state.md, state.env, token.children)


#: How formulas begin and end, and whether they have a line of their own.
_FORMULAS = (("$$", "$$", True), ("\\[", "\\]", True), ("\\(", "\\)", False), ("$", "$", False))


def _formula(state: Any, silent: bool) -> bool:
    """Take a formula out of a line: $…$, \\(…\\), $$…$$ or \\[…\\]."""
    text, place = state.src, state.pos
    for opening, closing, alone in _FORMULAS:
        if not text.startswith(opening, place):
            continue
        first = place + len(opening)
        last = text.find(closing, first, first + LONG)
        inside = text[first:last]
        if last < 0 or not inside.strip() or (opening == "$" and not _is_formula(text, place, last)):
            return False
        if not silent:
            token = state.push("formula", "", 0)
            token.content, token.meta = inside, {"alone": alone}
        state.pos = last + len(closing)
        return True
    return False


def _is_formula(text: str, first: int, last: int) -> bool:
    """Whether $ at these places are marks of a formula, and no money: $5 and $10."""
    before, after = text[first - 1 : first], text[last + 1 : last + 2]
    inside = text[first + 1 : last]
    return not (before.isalnum() or after.isdigit() or inside[0].isspace() or inside[-1].isspace() or "\n\n" in inside)


def _formula_block(state: Any, start: int, end: int, silent: bool) -> bool:
    """Take a formula that has lines of its own."""
    first = state.bMarks[start] + state.tShift[start]
    line = state.src[first : state.eMarks[start]]
    marks = next(((o, c) for o, c, alone in _FORMULAS if alone and line.startswith(o)), None)
    if marks is None or state.is_code_block(start):
        return False
    parts, number = [line[2:]], start
    while marks[1] not in parts[-1]:
        number += 1
        if number >= end or state.isEmpty(number):
            return False
        parts.append(state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]])
    inside, _, behind = parts[-1].partition(marks[1])
    if behind.strip(" .,;"):
        return False
    if not silent:
        token = state.push("formula_block", "", 0)
        token.content, token.map, token.meta = (
            "\n".join([*parts[:-1], inside]),
            [start, number + 1],
            {"end": behind.strip()},
        )
    state.line = number + 1
    return True
