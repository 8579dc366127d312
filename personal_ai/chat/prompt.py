"""A question and its passages become the turns a model reads. Pure: chat, training and proof all build by this.

The system turn is short and stable and passages stand in the last user turn, so that everything before them is computed
once. Small models drown in long prompts and slow machines in reading them, so passages are cut to the sentences that
share most with the question, within a budget of tokens.
"""

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from personal_ai.messages import Turn
from personal_ai.store import terms

SYSTEM = (
    "You are Personal AI, a private assistant. Answer briefly and truthfully. When notes are given, answer from them."
)

#: Tokens of passages in a prompt, about (see `length`): 2 slow cores read them and the rest in a second and a half.
BUDGET = 250
#: What the passages get of the budget, best first. Two long ones held more answers than four short ones, and the
#: third and fourth still add some (measured on the dev questions of the sample notes).
SHARES = (0.50, 0.26, 0.12, 0.12)
#: History that no longer fits goes this many questions at a time, so that the turns after it stay a known prefix.
BLOCK = 4

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_WORD = re.compile(r"\w+")
#: Days that only the note's own date tells, in the languages of the phrases.
_RELATIVE = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|ago|(?:last|next|this|past) (?:night|week|weekend|month|year|summer|winter"
    r"|spring|autumn|fall|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|gestern|heute|morgen|vorgestern|letzten?|nächsten?|ayer|hoy|mañana|anoche|pasad[oa]|próxim[oa])\b"
    r"|昨天|今天|明天|前天|后天|上周|下周|上个月|下个月|去年|明年",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:when|(?:what|which) (?:day|date|month|year)|how long ago|wann|welche[mnrs]? (?:tag|datum)|cuándo"
    r"|qué (?:día|fecha))\b|什么时候|哪天|几号|哪一天",
    re.IGNORECASE,
)
_ABOUT_A_TOKEN = re.compile(r"[a-z]{1,6}|[A-Z][a-z]{0,3}|\d|[^\sa-zA-Z\d]|\n")


@dataclass(frozen=True)
class Passage:
    """A piece of a note. `created` is the note's date, ISO 8601 (or empty): said where it matters (see `_day`)."""

    title: str
    heading: str
    text: str
    created: str = ""


def build(
    question: str, passages: Sequence[Passage], history: Sequence[Turn], today: str, *, budget: int = BUDGET
) -> list[Turn]:
    """Write the prompt: the system turn, `history` as it was, and the question under its passages.

    Passages longer than `budget` tokens together are cut; ones that `fit` has cut stay as they are.
    """
    return [system_turn(today), *history, user_turn(question, fit(question, passages, budget))]


def system_turn(today: str) -> Turn:
    """What stands before every conversation. It changes once a day at most."""
    return Turn("system", f"{SYSTEM} Today is {today}." if today else SYSTEM)


def instructed(turns: Sequence[Turn], instructions: str) -> list[Turn]:
    """Say the instructions of whoever answers behind what the system turn says."""
    if not instructions:
        return list(turns)
    return [Turn("system", f"{turns[0].text}\n{instructions}"), *turns[1:]]


def user_turn(question: str, passages: Sequence[Passage], numbers: Sequence[int] = ()) -> Turn:
    """Write one question under its passages, numbered from 1 or by `numbers`."""
    if not passages:
        return Turn("user", question)
    numbered = zip(numbers or range(1, len(passages) + 1), passages, strict=True)
    lines = [f"[{number}] {_label(passage, question)}: {passage.text.strip()}" for number, passage in numbered]
    return Turn("user", "\n".join(["My notes:", *lines, "", f"Question: {question}"]))


def trim(
    questions: int, write: Callable[[int], list[Turn]], fits: Callable[[list[Turn]], bool]
) -> tuple[list[Turn], int]:
    """Drop the oldest of `questions` earlier ones, BLOCK at a time, until `fits` is content with `write(dropped)`.

    Return the prompt and how many were dropped; all may go.
    """
    dropped = 0
    while True:
        turns = write(dropped)
        if dropped >= questions or fits(turns):
            return turns, dropped
        dropped = min(dropped + BLOCK, questions)


def fit(question: str, passages: Sequence[Passage], budget: int = BUDGET) -> list[Passage]:
    """Cut passages to `budget` tokens together, each to the stretch of sentences closest to the question."""
    places = cut(question, [passage.text for passage in passages], budget)
    return [replace(p, text=p.text[start:end]) for p, (start, end) in zip(passages, places, strict=True) if end > start]


def cut(question: str, texts: Sequence[str], budget: int = BUDGET) -> list[tuple[int, int]]:
    """Choose a stretch (start, end) of each text, at most `budget` tokens together; one may be empty."""
    limits = _limits([length(text) for text in texts], budget)
    return [excerpt(question, text, limit) for text, limit in zip(texts, limits, strict=True)]


def length(text: str) -> int:
    """About how many tokens a text has, without a tokenizer: within a tenth for the built-in model on real notes."""
    return len(_ABOUT_A_TOKEN.findall(text))


def excerpt(question: str, text: str, limit: int) -> tuple[int, int]:
    """Choose the stretch of whole sentences, at most `limit` tokens, that shares most with the question.

    Return its start and end in `text`. A single sentence longer than `limit` is cut between words.
    """
    bounds = _sentences(text)
    lengths = [length(text[start:end]) for start, end in bounds]
    if sum(lengths) <= limit:
        return 0, len(text)
    telling = " ".join(word for word in _WORD.findall(question) if word.lower() not in terms.FUNCTION_WORDS)
    wanted = set(terms.index_terms(telling))
    found = [wanted & set(terms.index_terms(text[start:end])) for start, end in bounds]
    # A word that stands in every sentence tells nothing about which one is meant.
    weight = {term: 1 / sum(term in each for each in found) for term in set().union(*found)}
    best, chosen = (-1.0, 0.0), (0, 0)
    for first in range(len(bounds)):
        last, used = first, lengths[first]
        while last + 1 < len(bounds) and used + lengths[last + 1] <= limit:
            last += 1
            used += lengths[last]
        score = sum(weight[term] for term in set().union(*found[first : last + 1]))
        # Among equals the one with its matches in the middle: an answer may stand before or behind them.
        matched = [i for i in range(first, last + 1) if found[i]]
        middle = -float(abs(matched[0] + matched[-1] - first - last) if matched else first)
        if (score, middle) > best:
            best, chosen = (score, middle), (first, last)
    start, end = bounds[chosen[0]][0], bounds[chosen[1]][1]
    return start, end if lengths[chosen[0]] <= limit else start + _words(text[start:end], limit)


def _words(text: str, limit: int) -> int:
    """Where to cut `text` so that at most `limit` tokens are left and no word is cut, unless it is the first."""
    cuts = [match.end() for match in _ABOUT_A_TOKEN.finditer(text)][:limit]
    end = cuts[-1] if cuts else 0
    space = text.rfind(" ", 0, end)
    inside = 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return space if inside and space > 0 else end


def _sentences(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(cuts) if end > start]


def _limits(lengths: Sequence[int], budget: int) -> list[int]:
    """Share out `budget`; what a short passage leaves over goes to the others, best first."""
    if sum(lengths) <= budget:
        return list(lengths)
    weights = [SHARES[i] if i < len(SHARES) else SHARES[-1] for i in range(len(lengths))]
    limits = [min(length, int(budget * weight / sum(weights))) for length, weight in zip(lengths, weights, strict=True)]
    left = budget - sum(limits)
    for i, length in enumerate(lengths):
        more = min(left, length - limits[i])
        limits[i] += more
        left -= more
    return limits


def _label(passage: Passage, question: str = "") -> str:
    # The last heading says most; the title often stands at the head of its path already.
    heading = passage.heading.rsplit(" > ", 1)[-1].strip()
    parts = [passage.title, *([heading] if heading and heading != passage.title else [])]
    day = _day(passage, question)
    return " · ".join(part.replace("\n", " ") for part in [*parts, *([day] if day else [])])


def _day(passage: Passage, question: str) -> str:
    """The note's date, “8 May 2023”, where it says what “yesterday” in the passage means, or the question asks when.

    Elsewhere it would only cost tokens. Only a day that the note itself names: a file's date is mostly that of a copy.
    """
    named = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:T00:00:00Z)?", passage.created)
    if not named or not (_RELATIVE.search(passage.text) or _WHEN.search(question)):
        return ""
    year, month, day = named[1], calendar.month_name[int(named[2])], str(int(named[3]))
    # Said already, in whatever language: a label with this year and this day in it names the month, too.
    told = f"{passage.title} {passage.heading}"
    if year in told and re.search(rf"(?<!\d)0?{day}(?!\d)", told.replace(year, " ")):
        return ""
    return f"{day} {month} {year}"
