"""Files of questions with known answers, as people and scripts write them: one JSON object a line.

Each line needs a "question" and an "answer"; "note" (the file or the title it is about), "set", "kind" (what is asked
for; "none": the notes do not say it, and the answer may be missing) and "distractors" (wrong answers of the same type)
are optional.
"""

import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import Literal

import msgspec

from personal_ai.errors import UserError, disk_sentence
from personal_ai.learning import metrics

#: Wrong answers that the right one is ranked against.
DISTRACTORS = 3
#: They are drawn from so many of the same type, those of the nearest length.
_NEAREST = 8
#: More words than these are a sentence, whatever it holds.
_LONGEST = 6

Type = Literal["date", "money", "number", "name", "other"]

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni"
    "|juli|oktober|dezember|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_DAYS = (
    "mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|montags?|dienstags?|mittwochs?|donnerstags?"
    "|freitags?|samstags?|sonntags?|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
_DATE = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}:\d{{2}}|\b(?:{_MONTHS})\b.*\d|\d.*\b(?:{_MONTHS})\b"
    rf"|\b(?:{_DAYS})\b|^(?:in )?(?:19|20)\d{{2}}$|\d年|\d月|星期|[周週][一二三四五六日]",
    re.IGNORECASE,
)
_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred "
    "eins zwei drei vier fünf sechs sieben acht neun zehn uno dos tres cuatro cinco seis siete ocho nueve diez"
)
_NUMBER = re.compile(
    rf"\d|^(?:{_NUMBERS.replace(' ', '|')})\b|[一二三四五六七八九十百千万两半]+(?:元|块|个|公斤|斤|点|号|岁)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[€$£¥]|\b(?:euros?|dollars?|pounds?|francs?|eur|usd|gbp|chf)\b|\d元|\d块", re.IGNORECASE)
_SMALL = {"of", "de", "la", "le", "van", "von", "der", "the", "and", "y", "und", "et", "in", "&"}


class Line(msgspec.Struct):
    """One question; `answer` is empty where the notes do not say it."""

    question: str
    answer: str | msgspec.UnsetType = msgspec.UNSET
    note: str = ""
    set: str = ""
    kind: str = ""
    distractors: list[str] = []


class KnownQuestion(msgspec.Struct):
    """A question with its answer ("": the notes do not say it), and up to three wrong answers of the same type."""

    question: str
    answer: str
    note: str = ""
    set: str = ""
    kind: str = ""
    distractors: list[str] = []


def read_questions(path: Path, only: str = "") -> list[KnownQuestion]:
    """Read a questions file, on wish only one set of it. Raises UserError naming a line that is no question.

    Where a line brings no distractors, three right answers of the same type from other lines of the file are taken.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UserError(disk_sentence(error, f"reading “{path.name}”")) from error
    found = [_line(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    answers = [question.answer for question in found]
    for question in found:
        if not question.distractors and question.kind != "none" and not metrics.abstains(question.answer):
            question.distractors = distractors(question.answer, answers, question.question)
    chosen = [question for question in found if not only or question.set == only]
    if not chosen:
        raise UserError(f"There are no questions in “{path.name}”.")
    return chosen


def _line(path: Path, number: int, line: bytes) -> KnownQuestion:
    try:
        read = msgspec.json.decode(line, type=Line)
        if read.answer is msgspec.UNSET and read.kind != "none":
            raise msgspec.ValidationError("no answer")
    except msgspec.MsgspecError as error:
        raise UserError(
            f"Line {number} of “{path.name}” is no question. Each line needs {{“question”: …, “answer”: …}}."
        ) from error
    answer = "" if read.answer is msgspec.UNSET else read.answer
    return KnownQuestion(read.question, answer, read.note, read.set, read.kind, read.distractors)


def title_of(note: str, documents: Iterable[tuple[str, str]]) -> str:
    """The title of the note that a questions file means, from (path, title) of each document.

    `note` is a path, its last parts at least, or a title already; it stays as it is where no document is meant.
    """
    parts = PurePath(note).parts
    for path, title in documents:
        if parts and PurePath(path).parts[-len(parts) :] == parts:
            return title
    return note


def type_of(answer: str) -> Type:
    """What kind of thing an answer is, by its looks."""
    plain = answer.strip()
    words = re.findall(r"[^\s,]+", plain)
    if len(words) > _LONGEST:
        return "other"
    if _DATE.search(plain):
        return "date"
    if _MONEY.search(plain):
        return "money"
    if re.search(r"\d", plain):
        return "number"
    if words and all(word[0].isupper() or word in _SMALL for word in words) and words[0] not in ("Yes", "No"):
        return "name"
    return "number" if _NUMBER.search(plain) else "other"


def distractors(answer: str, others: Sequence[str], seed: str, most: int = DISTRACTORS) -> list[str]:
    """Up to `most` of `others` that are of the type and about the length of `answer`, and say something else.

    Where there are too few of the type, others fill up. The same seed gives the same ones.
    """
    mine = metrics.words(answer)
    if not mine:
        return []
    wrong: dict[tuple[str, ...], str] = {}
    for other in others:
        theirs = metrics.words(other)
        # Neither may hold the other: “Boris” is no wrong answer beside “the rye starter Boris”.
        if theirs and not metrics.abstains(other) and not set(theirs) <= set(mine) and not set(mine) <= set(theirs):
            wrong.setdefault(tuple(theirs), other)
    rng = random.Random(f"{seed}-{answer}")
    chosen: list[str] = []
    alike = [text for text in wrong.values() if type_of(text) == type_of(answer)]
    for pool in (alike, [text for text in wrong.values() if text not in alike]):
        near = sorted(pool, key=lambda text: abs(len(text) - len(answer)))[:_NEAREST]
        chosen += rng.sample(near, min(len(near), most - len(chosen)))
    return chosen
