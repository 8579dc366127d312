"""Rich text (.rtf): headings by their styles, lists, tables and notes; hidden text and pictures left out.

striprtf knows neither headings, dates and authors nor hidden text.
"""

import re
from copy import copy
from pathlib import Path

import msgspec

from personal_ai.documents.readers.decoding import kind
from personal_ai.documents.readers.parsed import (
    MAX_CHARACTERS,
    Outline,
    Parsed,
    clean_title,
    find_date,
    name_title,
    stated_title,
    tidy,
    within_budget,
)
from personal_ai.documents.readers.tables import lines
from personal_ai.errors import UserError

_MAX_DEPTH = 500
_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([\r\n\x00]+)|([^\\{}\r\n\x00]+)", re.S
)
# What groups of these kinds hold is not the text.
_SKIPPED = frozenset(
    (
        *("pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "fldinst"),
        *("nonshppict", "nonesttables", "xe", "tc", "txe", "rxe", "objdata", "operator", "keywords", "comment"),
        *(
            "subject",
            "category",
            "company",
            "manager",
            "hlinkbase",
            "doccomm",
            "revtim",
            "printim",
            "buptim",
            "private",
        ),
        *("listname", "template", "rsidtbl", "generator", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc"),
    )
)
# Groups whose text goes elsewhere.
_KEPT_APART = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "title", "author", "creatim", "footnote", "listtext", "pntext")
)
_SIGNS = {
    **{"tab": "\t", "line": "\n", "softline": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’"},
    **{"ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " "},
    **{"page": "\n", "column": "\n"},
}
_SYMBOLS = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}"}
_CODECS = {
    **{0: "cp1252", 1: "cp1252", 2: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936"},
    **{136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257"},
    **{204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"},
}
_BULLET = re.compile(r"[•·◦▪–\-\uf0b7\uf0a7o]\t\s*")
_NUMBER = re.compile(r"(\w{1,4}[.)])\t\s*")
_HEADING = re.compile(r"heading (\d)")


class _State(msgspec.Struct):
    """What a group takes over from the one around it."""

    where: str = "text"
    hidden: bool = False
    white: bool = False
    shaded: bool = False
    codec: str = ""
    after_unicode: int = 1


def read(path: Path) -> Parsed:
    """Read an .rtf file. Raises UserError for what is none."""
    data = path.read_bytes()
    if data.lstrip()[:5] != b"{\\rtf":
        looks = kind(data)
        raise UserError(
            f"“{path.name}” is not really rich text"
            + (f" (it looks like {looks})" if looks else "")
            + ", so it was left out."
        )
    text = _Rtf()
    try:
        text.walk(data.decode("latin-1"))
    except RecursionError as error:
        raise UserError(f"“{path.name}” is nested deeper than any document should be, so it was left out.") from error
    titled = stated_title(_joined(text.said.get("title", ""))) or text.title
    return Parsed(
        title=titled or clean_title(text.outline.first_heading) or name_title(path),
        text=within_budget(text.outline.text(), path),
        sections=text.outline.sections(),
        created=text.created(),
        author=tidy(_joined(text.said.get("author", ""))).strip()[:200],
    )


class _Rtf:
    """Goes through a file's words from front to back."""

    def __init__(self) -> None:
        self.outline, self.title = Outline(), ""
        self.said: dict[str, str] = {}
        self._date: dict[str, int] = {}
        self._codec = "cp1252"
        self._state = _State()
        self._groups: list[_State] = []
        self._bytes = bytearray()
        self._skip = 0
        # The paragraph that is being read, and what a table, a list and notes have gathered.
        self._parts: list[str] = []
        self._lead: list[str] = []
        self._note: list[str] = []
        self._notes: list[str] = []
        self._noted = 0
        self._cells: dict[int, str] = {}
        self._rows: list[dict[int, str]] = []
        self._items: list[str] = []
        self._table = False
        self._level = 0
        self._style = 0
        self._length = 0
        # The tables in front of the text.
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._whites: set[int] = set()
        self._colour: list[int] = []
        self._colours = 0
        self._levels: dict[int, int] = {}
        self._titles: set[int] = set()
        self._named: list[str] = []

    def walk(self, text: str) -> None:
        """Read everything. Raises RecursionError for groups nested without end."""
        at = 0
        optional = False
        while at < len(text) and self._length <= MAX_CHARACTERS:
            found = _TOKEN.match(text, at)
            if found is None:
                break
            at = found.end()
            word, number, code, symbol, brace, _, plain = found.groups()
            if plain:
                self._plain(plain)
            elif code:
                self._byte(int(code, 16))
            elif word == "bin":
                at += max(int(number or 0), 0)
            elif word:
                self._flush()
                self._word(word, int(number) if number else None, optional)
            elif brace:
                self._flush()
                self._skip = 0
                self._group(brace)
            elif symbol:
                self._symbol(symbol)
            optional = symbol == "*"
        self._flush()
        self._end_paragraph()
        self._end_table()
        self._end_items()

    def created(self) -> str:
        """The day of creation."""
        year, month, day = (self._date.get(part, 0) for part in ("yr", "mo", "dy"))
        return find_date(f"{year:04}-{month:02}-{day:02}")

    # ---- letters ------------------------------------------------------------------------------------------------

    def _plain(self, text: str) -> None:
        dropped = min(self._skip, len(text))
        self._skip -= dropped
        self._bytes += text[dropped:].encode("latin-1")

    def _byte(self, code: int) -> None:
        if self._skip:
            self._skip -= 1
        else:
            self._bytes.append(code)

    def _flush(self) -> None:
        if self._bytes:
            self._add(self._bytes.decode(self._state.codec or self._codec, errors="replace"))
            self._bytes.clear()

    def _symbol(self, symbol: str) -> None:
        self._flush()
        if symbol in "\r\n":
            self._end_paragraph()
        elif symbol in _SYMBOLS:
            self._add(_SYMBOLS[symbol])

    def _add(self, text: str) -> None:
        state = self._state
        unseen = state.hidden or (state.white and not state.shaded and not self._table)
        if state.where == "text" and not unseen:
            self._parts.append(text)
            self._length += len(text)
        elif state.where == "footnote" and not unseen:
            self._note.append(text)
        elif state.where in ("listtext", "pntext"):
            self._lead.append(text)
        elif state.where in ("title", "author"):
            self.said[state.where] = self.said.get(state.where, "") + text
        elif state.where == "stylesheet":
            self._named.append(text)
        elif state.where == "colortbl":
            for _ in range(text.count(";")):
                if self._colour == [255, 255, 255]:
                    self._whites.add(self._colours)
                self._colours += 1
                self._colour = []

    # ---- groups and words ---------------------------------------------------------------------------------------

    def _group(self, brace: str) -> None:
        if brace == "{":
            if len(self._groups) > _MAX_DEPTH:
                raise RecursionError
            self._groups.append(self._state)
            self._state = copy(self._state)
        elif self._groups:
            left, self._state = self._state.where, self._groups.pop()
            if left == "stylesheet":
                self._end_style()
            if left == "footnote" and self._state.where != "footnote":
                self._noted += 1
                self._notes.append(f"[{self._noted}] " + " ".join(_joined("".join(self._note)).split()))
                self._note = []

    def _end_style(self) -> None:
        name = "".join(self._named).strip(" ;").lower()
        heading = _HEADING.fullmatch(name)
        if heading:
            self._levels[self._style] = int(heading[1])
        elif self._level:
            self._levels[self._style] = self._level
        if name == "title":
            self._titles.add(self._style)
            self._levels[self._style] = 1
        self._named, self._style, self._level = [], 0, 0

    def _word(self, word: str, number: int | None, optional: bool) -> None:
        state = self._state
        if word in ("shpinst", "shptxt") and state.where in ("text", "shape"):
            # A drawing's properties, and the text in it.
            state.where = "text" if word == "shptxt" else "shape"
        elif word in _KEPT_APART:
            # Who changed it last may be called its author, too.
            state.where = "skipped" if state.where == "skipped" or word in self.said else word
        elif word in _SKIPPED or (optional and word not in ("cs", "ts", "ds", "fldrslt")):
            state.where = "skipped"
        elif word == "u" and number is not None:
            self._add(chr(number % 65536))
            self._skip = state.after_unicode
        elif word == "uc":
            state.after_unicode = min(max(number or 0, 0), 8)
        elif word == "ansicpg":
            self._codec = _codec(f"cp{number}", self._codec)
        elif word == "mac":
            self._codec = "mac_roman"
        elif state.where == "fonttbl":
            self._learn_font(word, number or 0)
        elif state.where == "colortbl":
            self._colour += [number or 0] if word in ("red", "green", "blue") else []
        elif state.where == "creatim":
            self._date[word] = number or 0
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        else:
            self._format(word, number)

    def _learn_font(self, word: str, number: int) -> None:
        if word == "f":
            self._font = number
        elif word == "fcharset" and number in _CODECS:
            # 0 and 1 leave it to what the whole file says.
            self._fonts[self._font] = _CODECS[number] if number > 1 else ""
        elif word == "cpg":
            self._fonts[self._font] = _codec(f"cp{number}", "")

    def _format(self, word: str, number: int | None) -> None:
        state = self._state
        if word in ("par", "sect") and state.where == "text":
            self._end_paragraph()
        elif word in ("par", "sect"):
            self._add("\n")
        elif word in ("cell", "nestcell") and state.where == "text":
            self._cells[len(self._cells)] = _joined("".join(self._lead + self._parts))
            self._parts, self._lead = [], []
        elif word in ("row", "nestrow") and state.where == "text":
            self._rows.append(self._cells)
            self._cells = {}
        elif word in ("pard", "s", "outlinelevel", "intbl") and state.where not in ("text", "stylesheet"):
            # The style of a note or a list's number is not that of the paragraph around it.
            return
        elif word == "pard":
            self._level = self._style = 0
            self._table = False
        elif word == "intbl":
            self._table = True
        elif word == "s":
            self._style = number or 0
        elif word == "outlinelevel":
            self._level = ((number or 0) + 1) % 10
        elif word in ("v", "deleted"):
            state.hidden = number != 0
        elif word == "plain":
            state.hidden = state.white = state.shaded = False
        elif word == "f":
            state.codec = self._fonts.get(number or 0, "")
        elif word == "cf":
            state.white = (number or 0) in self._whites
        elif word in ("cb", "highlight", "chcbpat", "chshdng", "cbpat", "shading"):
            state.shaded = bool(number)

    # ---- paragraphs ---------------------------------------------------------------------------------------------

    def _end_paragraph(self) -> None:
        text = tidy(_joined("".join(self._parts))).strip()
        lead = tidy(_joined("".join(self._lead))).strip()
        self._parts, self._lead = [], []
        if self._table:
            # Below the next \cell this is only a part of one.
            self._parts = [text, "\n"] if text else []
            return
        self._end_table()
        level = self._level or self._levels.get(self._style, 0)
        bullet, number = _BULLET.match(text), _NUMBER.match(text)
        if lead:
            text = (f"{lead} " if lead[0].isalnum() and len(lead) > 1 else "- ") + text
        elif bullet:
            text = "- " + text[bullet.end() :]
        elif number:
            text = f"{number[1]} {text[number.end() :]}"
        if level:
            self._end_items()
            self.outline.heading(text.removeprefix("- "), level)
            if self._style in self._titles and not self.title:
                self.title = clean_title(text)
        elif text and (lead or bullet or number):
            self._items.append(text)
        elif text:
            self._end_items()
            self.outline.paragraph(text)
        for note in self._notes if text else ():
            self._end_items()
            self.outline.paragraph(tidy(note))
        self._notes = [] if text else self._notes

    def _end_table(self) -> None:
        if self._rows or self._cells:
            self._end_items()
            self.outline.paragraph(lines([*self._rows, self._cells]))
            self._rows, self._cells = [], {}

    def _end_items(self) -> None:
        self.outline.paragraph("\n".join(self._items))
        self._items = []


def _joined(text: str) -> str:
    """Letters beyond U+FFFF, which rich text writes as two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _codec(name: str, otherwise: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        return "utf-8" if name == "cp65001" else otherwise
    return name
