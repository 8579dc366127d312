"""What a reader returns, and the pieces that readers share: tidy text, outlines, titles, dates, budgets."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import msgspec

from personal_ai.errors import UserError
from personal_ai.messages import Section

#: The longest document, in characters: more than a dozen thick books.
MAX_CHARACTERS = 5_000_000
#: What a reader that takes long calls before, during and after each page.
Alive = Callable[[], None]
_TITLE_LENGTH = 200

# Characters that show nothing and can carry hidden text or split a word: zero-width ones, direction controls, Unicode
# tags, the variation selectors beyond the sixteen of emoji, control characters other than tab and newline.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Joiners shape Persian, Indic scripts and emoji; beside a Latin letter they only hide.
_STRAY_JOINERS = re.compile("(?<=[\x00-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\u024f])|[\u200c\u200d]{2,}")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


_NAMED_MONTHS = (
    "january jan enero januar janvier gennaio janeiro januari stycznia января"
    "|february feb febrero februar février fevrier febbraio fevereiro februari lutego февраля"
    "|march mar marzo märz mars março marco maart marca марта|april apr abril avril aprile kwietnia апреля"
    "|may mayo mai maggio maio mei maj maja мая|june jun junio juni juin giugno junho czerwca июня"
    "|july jul julio juli juillet luglio julho lipca июля|august aug agosto août aout augustus augusti sierpnia августа"
    "|september sept sep septiembre septembre settembre setembro września сентября"
    "|october oct octubre oktober okt octobre ottobre outubro października октября"
    "|november nov noviembre novembre novembro listopada ноября"
    "|december dec diciembre dezember dez décembre decembre dicembre dezembro grudnia декабря"
)
_MONTH_NUMBERS = {name: at + 1 for at, names in enumerate(_NAMED_MONTHS.split("|")) for name in names.split()}
_ANY_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_WRITTEN = re.compile(
    rf"\b(?P<d1>\d\d?)(?:st|nd|rd|th|er|º|\.)?(?: of| de)? (?P<m1>{_ANY_MONTH})\.?,?(?: de| del)? (?P<y1>{_YEAR})\b"
    rf"|\b(?P<m2>{_ANY_MONTH})\.? (?P<d2>\d\d?)(?:st|nd|rd|th)?,? (?P<y2>{_YEAR})\b"
    rf"|(?<!\d)(?P<y3>{_YEAR})(?:[-/年]|년 ?)(?P<m3>\d\d?)(?:[-/月]|월 ?)(?P<d3>\d\d?)(?!\d)[日일]?"
    # With points the day is in front everywhere; with strokes only one that is no month is told from it.
    rf"|(?<![\d.])(?P<d4>\d\d?)\. ?(?P<m4>\d\d?)\. ?(?P<y4>{_YEAR})(?!\.?\d)"
    rf"|(?<!\d)(?P<d5>1[3-9]|2\d|3[01])/(?P<m5>\d\d?)/(?P<y5>{_YEAR})(?!\d)"
    rf"|(?<!\d)(?P<m6>\d\d?)/(?P<d6>1[3-9]|2\d|3[01])/(?P<y6>{_YEAR})(?!\d)"
)
# So many lines at the head of a text may be its date's, with so many other words in them.
_OPENING, _OPENING_LINES, _BESIDE = 600, 4, 7

# Names that programs put there by themselves say nothing.
_EMPTY_TITLE = re.compile(
    r"(?i)untitled|unbenannt|microsoft word|powerpoint presentation|\.(?:docx?|odt|indd|tex|pdf|pptx?|xlsx?)$|^\W*$"
)


class Parsed(msgspec.Struct, frozen=True):
    """A file's text. `created` is an ISO 8601 date or moment (UTC) from inside the file, "" when it holds none.

    `format` tells what it is better than the file's ending does. `member`, `own`, `provenance`, `author` and `partly`
    are those of a DocumentRead.
    """

    title: str
    text: str
    sections: list[Section] = []
    created: str = ""
    format: str = ""
    member: str = ""
    own: list[tuple[int, int]] | None = None
    provenance: Literal["", "mine", "sent", "elsewhere"] = ""
    author: str = ""
    partly: str = ""


class Textless(UserError):
    """A file was looked at whole and holds no text; a reader need not know the `sha256` that this holds for."""

    def __init__(self, sentence: str, sha256: str = "") -> None:
        super().__init__(sentence)
        self.sha256 = sha256


def tidy(text: str) -> str:
    """Drop characters that cannot be seen, and make every line end a newline."""
    text = re.sub("\r\n?|\x0b|\x85|\u2028", "\n", text)
    text = re.sub("\x0c|\u2029", "\n\n", text)
    return _STRAY_JOINERS.sub("", _UNSEEN.sub("", text))


def within_budget(text: str, path: Path) -> str:
    """Return `text`; raise UserError when it is longer than any document may be, or holds nothing to read."""
    if len(text) > MAX_CHARACTERS:
        raise UserError(
            f"“{path.name}” holds more than {MAX_CHARACTERS // 1_000_000} million characters. "
            "Split it into smaller files and add those."
        )
    if not text.strip():
        raise UserError(f"“{path.name}” holds no text to read, so it was left out.")
    return text


def name_title(path: Path) -> str:
    """Make a title of a file's name: “2025-03-09-fifty_one.md” → “Fifty one”."""
    words = re.sub(r"[-_\s]+", " ", _DATE.sub(" ", path.stem)).strip(" .")
    return (words[:1].upper() + words[1:])[:_TITLE_LENGTH] or path.stem


def clean_title(text: str) -> str:
    """One line of sensible length, without Markdown's marks."""
    line = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(tidy(text).split()))
    return line.strip("#*_` ")[:_TITLE_LENGTH]


def stated_title(text: str) -> str:
    """The title that a file gives itself; "" for one that only its program made up."""
    title = clean_title(text)
    return "" if _EMPTY_TITLE.search(title) else title


def find_date(text: str) -> str:
    """The first full date written with the year in front, as YYYY-MM-DD; "" when there is none."""
    for found in _DATE.finditer(text):
        try:
            return date(int(found[1]), int(found[3]), int(found[4])).isoformat()
        except ValueError:
            continue
    return ""


def opening_date(text: str) -> str:
    """The day that a text says it is of, where one of its first lines is little more than a date; "" when none is.

    As YYYY-MM-DD: “Monday, 5 March 2024”, “DATE: 1:56 pm on May 8, 2023”, “Session 3 – 8. Mai 2023”, “2023年5月8日”.
    """
    lines = [line.strip() for line in text[:_OPENING].splitlines() if line.strip()]
    return next((day for line in lines[:_OPENING_LINES] if (day := written_date(line))), "")


def written_date(line: str) -> str:
    """The day that a line tells which is little more than a date, in words or numbers, as YYYY-MM-DD; "" for none."""
    found = _WRITTEN.search(line.lower())
    beside = line[: found.start()] + line[found.end() :] if found else ""
    if found and len(beside.split()) <= _BESIDE:
        day, month, year = (next(filter(None, (found[f"{part}{n}"] for n in range(1, 7)))) for part in ("d", "m", "y"))
        try:
            return date(int(year), _MONTH_NUMBERS.get(month) or int(month), int(day)).isoformat()
        except ValueError:
            pass
    return ""


def moment(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601, UTC; "" for what is no moment."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError, TypeError):
        return ""


def utc(text: object) -> str:
    """A moment as programs write it (ISO 8601, or seconds or thousandths since 1970), as ISO 8601, UTC; "" for none."""
    if isinstance(text, int | float):
        # Nobody chatted with a machine after the year 5138.
        return moment(text / 1000 if text > 1e11 else text) if text > 0 else ""
    try:
        return moment(datetime.fromisoformat(text).timestamp()) if isinstance(text, str) else ""
    except (ValueError, OverflowError, OSError):
        return ""


def day_words(day: date) -> str:
    """A day as a heading says it: “Monday, 4 March 2024”, in English wherever the computer stands."""
    return f"{_DAYS[day.weekday()]}, {day.day} {month_words(day)}"


def month_words(day: date) -> str:
    """The month of a day: “March 2024”."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def is_person(who: str, names: Collection[str]) -> bool:
    """Whether somebody's name or mail address is one that the person goes by."""
    wanted = " ".join(who.split()).casefold()
    return bool(wanted) and any(wanted == " ".join(name.split()).casefold() for name in names)


class Outline:
    """Collects headings and paragraphs of a rich format as Markdown-like text, and knows where each section lies."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[tuple[str, int, int, int]] = []
        self.own: list[tuple[int, int]] = []

    def heading(self, text: str, level: int) -> None:
        """Begin a section; `level` 1 is the highest."""
        text = " ".join(text.split())
        if text:
            begin = self._length
            self._add(f"{'#' * min(max(level, 1), 6)} {text}")
            self._headings.append((text, level, begin, self._length))

    def paragraph(self, text: str, lead: str = "", own: bool = False) -> None:
        """Add a paragraph behind `lead`; blank ones are dropped. Those that are the person's `own` are kept note of."""
        text = text.strip()
        if text:
            if own:
                self.own.append((self._length + len(lead), self._length + len(lead) + len(text)))
            self._add(lead + text)

    def section(self, heading: str, level: int = 1) -> None:
        """Begin a section whose heading does not stand in the text, such as a page."""
        self._headings.append((heading, level, self._length, self._length))

    def _add(self, text: str) -> None:
        self._parts.append(text + "\n\n")
        self._length += len(text) + 2

    @property
    def first_heading(self) -> str:
        """The first heading, "" when there is none."""
        return self._headings[0][0] if self._headings else ""

    def text(self) -> str:
        """Everything collected."""
        return "".join(self._parts)

    def sections(self) -> list[Section]:
        """The sections of `text()`."""
        return nest(self._headings, self._length)


def nest(headings: list[tuple[str, int, int, int]], length: int) -> list[Section]:
    """Turn (heading, level, start of its line, start of what stands below) into sections.

    A section ends where the next heading of its level or a higher one begins.
    """
    sections: list[Section] = []
    for at, (heading, level, _, start) in enumerate(headings):
        # By number: a copy of what follows for each of many headings would take seconds.
        later = (headings[number] for number in range(at + 1, len(headings)))
        end = next((begin for _, other, begin, _ in later if other <= level), length)
        sections.append(Section(heading=heading, level=level, start=start, end=end))
    return sections
