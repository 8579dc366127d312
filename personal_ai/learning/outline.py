"""What a note's text is made of: sentences, pairs of key and value, table rows and lists, each with its place."""

import re
from collections.abc import Iterator

import msgspec

#: Scripts that write no spaces between words.
CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_SHORTEST, _SHORTEST_CJK, _LONGEST = 14, 8, 320
#: A line at least this long that ends without a stop goes on in the next one.
_WRAPPED = 45


class Sentence(msgspec.Struct, frozen=True):
    """A sentence without marks. It stands in the text from `start` to `end`. `terms`: what is set off in it."""

    text: str
    start: int
    end: int
    speaker: str = ""
    terms: tuple[str, ...] = ()


class Pair(msgspec.Struct, frozen=True):
    """“Key: value”, or a cell of a table, `column` its heading. `start` and `end` are the value's."""

    key: str
    value: str
    start: int
    end: int
    line: str
    column: str = ""


class Items(msgspec.Struct, frozen=True):
    """A list of short points under a heading (or none)."""

    heading: str
    items: tuple[str, ...]
    start: int
    end: int
    numbered: bool


class Outline(msgspec.Struct, frozen=True):
    """Everything found in one text, in its order."""

    sentences: list[Sentence]
    pairs: list[Pair]
    lists: list[Items]


class _Block(msgspec.Struct):
    """Lines that belong together: from `start` to `end`, without the mark of a list item."""

    start: int
    end: int
    item: str = ""
    heading: str = ""
    speaker: str = ""


_FENCE = re.compile(r"^\s*(?:```|~~~)")
_RULE = re.compile(r"^\s*[-=*_~ ]{3,}\s*$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:([-*•+–])\s+|(?:\d{1,3}[.)]\s+|[一二三四五六七八九十]{1,3}、))(?:\[[ xX]\]\s+)?(?=\S)")
_CHAT = re.compile(
    r"^\s*(?:\[(?P<a>[^\]\n]{3,24})\]|(?P<b>\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}:\d{2}(?:\s?[ap]m)?)\s+-|(?P<c>\d{1,2}:\d{2}))"
    r"\s+(?P<who>[^\W\d][^:\n]{0,24}?):\s+(?=\S)"
)
_COLUMNS = re.compile(r"^(\s*)(\S(?:.{0,38}?\S)?)(?:[ ]{2,}|\t+)(\S.*?)\s*$")
_STOP = re.compile(r"[.!?…][\"”’»)\]*_]*(?=\s)|[。！？][”」』]?")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Nr|No|vs|etc|approx|ca|bzw|evtl|inkl|usw|Fr|Hr|Rs|Sra|Dra|Srta|Ud|aprox|rm|p|z\.B|d\.h"
    r"|u\.a|e\.g|i\.e|cf|Mme|Jh|Str|Tel|Abs|[A-ZÄÖÜ]))\.$"
)
# “am 14. März”, “der 3. Versuch”
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}\.\s+(?:[a-zà-ÿ]|(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez))")
_KEY = re.compile(r"^([^:：\n“”\"?!.]{2,40}?)\s?(?::\s+|：\s*)(?=\S)")
_DATED = re.compile(
    r"^((?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?\d{1,2}\.? [A-ZÀ-Þa-zà-ÿ]{3,12}(?: \d{4})?|\d{4}-\d{2}-\d{2})"
    r"\s*(?:[-–—]|:)\s+(?=\S)"
)
_MARKS = re.compile(
    r"!\[[^\]]*\]\([^)]*\)|\[([^\]]+)\]\([^)\s]*\)|<!--.*?-->|</?[a-zA-Z][^<>]{0,80}>|\*{1,3}|`+|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)"
    r"|^\s*>+\s?|\\(?=[\W_])",
    re.DOTALL | re.MULTILINE,
)
_TERM = re.compile(
    r"\*\*([^*\n]{2,40})\*\*|`([^`\n]{2,40})`|“([^”\n]{2,40})”|„([^“”\n]{2,40})[“”]|«([^»\n]{2,40})»|《([^》\n]{2,30})》"
)


def read(text: str) -> Outline:
    """Take a text apart. Code between fences is left out: it says little about anybody."""
    blocks, tables, columns = _blocks(text)
    sentences: list[Sentence] = []
    pairs: list[Pair] = [pair for table in tables for pair in _table(text, table)]
    for block in blocks:
        sentences.extend(_sentences(text, block))
        pair = None if block.speaker else _pair(text, block)
        if pair:
            pairs.append(pair)
    pairs.extend(_column(text, start, end) for start, end in columns)
    return Outline(sentences, [pair for pair in pairs if pair.value], list(_lists(text, blocks)))


def plain(text: str) -> str:
    """The text without Markdown and HTML marks, on one line."""
    # Twice: what a link says may hold marks of its own.
    text = _MARKS.sub(_said, _MARKS.sub(_said, text)) if _MARKS.search(text) else text
    text = re.sub(rf"(?<=[{CJK}，。！？；：、])\s+(?=[{CJK}])", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _said(match: re.Match[str]) -> str:
    return match[1] or ""


def locate(text: str, start: int, end: int, wanted: str, number: int = 0) -> tuple[int, int] | None:
    """Where `wanted`, as it stands in the plain text, stands in `text[start:end]`: the `number`-th time, from 0."""
    at = start - 1
    for _ in range(number + 1):
        at = text.find(wanted, at + 1, end)
        if at < 0:
            break
    else:
        return at, at + len(wanted)
    gap = r"[\s*_`>]+" if " " in wanted else ""
    pattern = gap.join(re.escape(word) for word in wanted.split(" "))
    for count, match in enumerate(re.finditer(pattern, text[start:end])):
        if count == number:
            return start + match.start(), start + match.end()
    return None


def _blocks(text: str) -> tuple[list[_Block], list[list[tuple[int, int]]], list[tuple[int, int]]]:
    """Paragraphs, list items and chat lines; tables, each a list of lines; and lines of label and value in columns."""
    blocks: list[_Block] = []
    tables: list[list[tuple[int, int]]] = []
    columns: list[tuple[int, int]] = []
    heading, open_block, fenced, in_table, at = "", False, _begins_in_code(text), False, 0
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.strip()
        end = start + len(line.rstrip())
        if _FENCE.match(line):
            fenced, open_block = not fenced, False
            continue
        if fenced or not bare or _RULE.match(line):
            open_block = open_block and fenced
            in_table = False
            continue
        if title := _HEADING.match(line):
            heading, open_block = plain(title[1]), False
            continue
        if bare.startswith("|") or bare.count("|") >= 2:
            if not in_table:
                tables.append([])
            tables[-1].append((start, end))
            in_table, open_block = True, False
            continue
        in_table = False
        chat, item = _CHAT.match(line), _ITEM.match(line)
        if chat:
            blocks.append(_Block(start + chat.end(), end, speaker=chat["who"].strip(), heading=heading))
            open_block = False
            continue
        indented = line[0] in " \t"
        goes_on = (
            open_block
            and not item
            and ((indented and bool(blocks[-1].item)) or _wrapped(text[blocks[-1].start : blocks[-1].end], bare))
        )
        if goes_on:
            blocks[-1].end = end
            continue
        if not item and _COLUMNS.match(line) and not _STOP.search(bare):
            columns.append((start, end))
            open_block = False
            continue
        first = start + (item.end() if item else len(line) - len(line.lstrip()))
        blocks.append(_Block(first, end, item=(item[1] or "1") if item else "", heading=heading))
        open_block = True
    return blocks, tables, columns


def _begins_in_code(text: str) -> bool:
    """Whether a text was cut out of a longer one amid a block of code: its first fence then ends that block."""
    fences = re.findall(r"^\s*(?:```|~~~)[ \t]*(\S*)", text, re.MULTILINE)
    if not fences:
        lines = [line for line in text.splitlines() if line.strip()]
        return len(lines) > 3 and sum(map(_is_code, lines)) * 2 > len(lines)
    if fences[0]:
        return False
    before = re.split(r"^\s*(?:```|~~~)", text, maxsplit=1, flags=re.MULTILINE)[0]
    if len(fences) > 1 and fences[1]:
        return True
    lines = [line for line in before.splitlines() if line.strip()]
    return len(fences) % 2 == 1 and bool(lines) and sum(map(_is_code, lines)) * 3 > len(lines)


def _is_code(line: str) -> bool:
    """Whether a line is more for machines than for people."""
    signs = len(re.findall(r"[{}=<>;|\\$]|::|\w\(\)|->|&&|\w\.\w+\(", line))
    return signs * 14 > len(line) or bool(
        re.match(r"\s*(?:\$ |\w{2,12}[>#] |>>>|//|#!|</?\w+|[\[\]{}()]+,?;?$|import |def |end$|return\b)", line)
    )


def _wrapped(before: str, line: str) -> bool:
    """Whether `line` goes on with what the line `before` it began."""
    last = before.rsplit("\n", 1)[-1].strip()
    if re.match(rf"[{CJK}]", line):
        return not re.search(r"[。！？：]$", last) and len(last) >= 15
    if (
        (key := _KEY.match(line))
        and not last.endswith((",", "-"))
        and (len(key[1].split()) <= 3 or not line[0].islower())
    ):
        return False
    return len(last) >= _WRAPPED and not re.search(r":$", last)


def _sentences(text: str, block: _Block) -> Iterator[Sentence]:
    """The sentences of a block that are neither scraps nor walls of text."""
    at = block.start
    for stop in [*_stops(text, block), block.end]:
        raw = text[at:stop]
        start, at = at + len(raw) - len(raw.lstrip()), stop
        said = plain(raw)
        shortest = _SHORTEST_CJK if re.search(f"[{CJK}]", said) else _SHORTEST
        if shortest <= len(said) <= _LONGEST and re.search(r"[^\W\d_]{2}", said) and not _is_code(said):
            set_off = [plain(next(filter(None, match.groups()))) for match in _TERM.finditer(raw)]
            yield Sentence(said, start, stop, block.speaker, tuple(dict.fromkeys(term for term in set_off if term)))


def _stops(text: str, block: _Block) -> Iterator[int]:
    for match in _STOP.finditer(text, block.start, block.end):
        if _ends(text, match.start(), block.start):
            yield match.end()


def _ends(text: str, at: int, start: int = 0) -> bool:
    """Whether the stop at `at` ends a sentence; one behind an abbreviation or a German ordinal does not."""
    if _ABBREVIATION.search(text[max(start, at - 12) : at + 1]):
        return False
    return not _ORDINAL.match(text[max(start, at - 2) : at + 8].lstrip())


def _pair(text: str, block: _Block) -> Pair | None:
    raw = text[block.start : block.end]
    match = _DATED.match(raw) or _KEY.match(raw)
    # “**Key:** value” and the like: the marks may stand on either side of the colon.
    if not match and (marked := re.match(r"[*_]{1,3}([^*_\n:：]{2,40})[:：]?[*_]{1,3}[:：]?\s+(?=\S)", raw)):
        match = marked if re.search(r"[:：]", marked[0]) else None
    if not match:
        return None
    key = plain(match[1])
    value = _short(plain(raw[match.end() :]))
    if not _is_key(key) or not value or (re.match(r"//|\d", value) and re.search(r"\d$|https?$", key)):
        return None
    place = locate(text, block.start + match.end(), block.end, value)
    if place is None:
        return None
    return Pair(key, value, *place, plain(raw)[:_LONGEST])


def _is_key(key: str) -> bool:
    """Whether something is a name for a value, not the beginning of a sentence."""
    words = key.split()
    if re.search(f"[{CJK}]", key) and len(key) > 12:
        return False
    if (
        not re.search(r"[^\W_]", key)
        or "http" in key.lower()
        or len(words) > 5
        or re.search(r"[,;()<>{}\[\]=|$]|^-|['’]\w+$", key)
    ):
        return False
    if re.search(r"\b(?:I|I'm|I’m|said|says|asked|wrote|is|are|was|were|ich|sagte|fragte|ist|war|dijo|es)\b", key):
        return False
    return not re.fullmatch(r"[\d\s:./-]+", key)


def _short(value: str) -> str:
    """A value as short as it may be: its first sentence, of that at most what stands before a bracket."""
    stop = next((m.end() for m in _STOP.finditer(f"{value} ") if _ends(value, m.start())), len(value))
    value = value[:stop].rstrip(" .!。")
    if len(value) > 40:
        value = re.split(r"\s*[;；(（]|\s[–—]\s", value)[0].rstrip(" ,")
    if len(value) > 60 and re.match(r"[^,]{3,50},", value):
        value = value.split(",")[0]
    return value if len(value) <= 90 and re.search(r"\w", value) else ""


def _table(text: str, lines: list[tuple[int, int]]) -> Iterator[Pair]:
    """Every cell but those of the first column and of the heading."""
    rows = [_cells(text, start, end) for start, end in lines]
    if len(rows) < 2 or not all(re.fullmatch(r"[-: ]*", cell) for cell, _, _ in rows[1]):
        return
    heads = [cell for cell, _, _ in rows[0]]
    for row, (start, end) in zip(rows[2:], lines[2:], strict=True):
        for column, (value, first, last) in list(enumerate(row))[1:]:
            key, head = row[0][0], heads[column] if column < len(heads) else ""
            if key and re.search(r"\w", value) and len(value) <= 80 and len(key) <= 60:
                yield Pair(key, value, first, last, plain(text[start:end].replace("|", " ")), head)


def _cells(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    line = text[start:end].strip()
    at = start + text[start:end].index(line)
    offset = at + line.startswith("|")
    for cell in line.removeprefix("|").removesuffix("|").split("|"):
        value = plain(cell)
        place = locate(text, offset, offset + len(cell), value) if value else None
        found.append((value, *(place or (offset, offset))))
        offset += len(cell) + 1
    return found


def _column(text: str, start: int, end: int) -> Pair:
    """“Label      value      remark”: a line of a table made of blanks."""
    match = _COLUMNS.match(text[start:end])
    assert match
    key = plain(match[2]).rstrip(":：")
    cell = re.split(r"\s{2,}|\t", match[3])[0]
    value = plain(cell).rstrip(".,;")
    place = locate(text, start + match.start(3), end, value) if value and _is_key(key) else None
    if place is None or len(value) > 80 or not re.search(r"\w", value):
        return Pair("", "", start, end, "")
    return Pair(key, value, *place, plain(text[start:end]))


def _lists(text: str, blocks: list[_Block]) -> Iterator[Items]:
    run: list[_Block] = []
    for block in [*blocks, _Block(len(text), len(text))]:
        if block.item and (not run or (_alike(run[-1], block) and _adjoin(text, run[-1], block))):
            run.append(block)
            continue
        if found := _items(text, run):
            yield found
        run = [block] if block.item else []


def _alike(one: _Block, other: _Block) -> bool:
    return one.heading == other.heading and (one.item == "1") == (other.item == "1")


def _adjoin(text: str, one: _Block, other: _Block) -> bool:
    return not re.search(
        r"\S", re.sub(r"\n\s*(?:[-*•+–]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?$", "", text[one.end : other.start])
    )


def _items(text: str, run: list[_Block]) -> Items | None:
    items = tuple(plain(text[block.start : block.end]).rstrip(" .;,") for block in run)
    fits = 3 <= len(items) <= 12 and all(1 < len(item) <= 60 for item in items) and sum(map(len, items)) <= 280
    if not fits:
        return None
    return Items(run[0].heading, items, run[0].start, run[-1].end, run[0].item == "1")
