"""A question and its passages become the turns a model reads. Pure: chat, training and proof all build by this.

The system turn is short and stable and passages stand in the last user turn, so that everything before them is computed
once. Small models drown in long prompts and slow machines in reading them, so passages are cut to the sentences that
share most with the question, within a budget of characters.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from personal_ai.messages import Turn
from personal_ai.store import terms

SYSTEM = (
    "You are Personal AI, a private assistant. Answer briefly and truthfully. When notes are given, answer from them."
)

#: Characters of passages in a prompt: about 300 tokens, which 2 slow cores read in about a second.
BUDGET = 1100
#: What the passages get of the budget, best first. Two long ones held more answers than four short ones, and the
#: third and fourth still add some (measured on the dev questions of the sample notes).
SHARES = (0.40, 0.30, 0.16, 0.14)
#: History that no longer fits goes this many questions at a time, so that the turns after it stay a known prefix.
BLOCK = 4

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Passage:
    """A piece of a note. `created` is the note's date, ISO 8601 (or empty)."""

    title: str
    heading: str
    text: str
    created: str = ""


def build(
    question: str, passages: Sequence[Passage], history: Sequence[Turn], today: str, *, budget: int = BUDGET
) -> list[Turn]:
    """Write the prompt: the system turn, `history` as it was, and the question under its passages.

    Passages longer than `budget` characters together are cut; ones that `fit` has cut stay as they are.
    """
    return [system_turn(today), *history, user_turn(question, fit(question, passages, budget))]


def system_turn(today: str) -> Turn:
    """What stands before every conversation. It changes once a day at most."""
    return Turn("system", f"{SYSTEM} Today is {today}." if today else SYSTEM)


def user_turn(question: str, passages: Sequence[Passage], numbers: Sequence[int] = ()) -> Turn:
    """Write one question under its passages, numbered from 1 or by `numbers`."""
    if not passages:
        return Turn("user", question)
    numbered = zip(numbers or range(1, len(passages) + 1), passages, strict=True)
    notes = "\n".join(f"[{number}] {_label(passage)}: {passage.text.strip()}" for number, passage in numbered)
    return Turn("user", f"My notes:\n{notes}\n\nQuestion: {question}")


def trim(
    history: Sequence[Turn], last: Turn, today: str, fits: Callable[[Sequence[Turn]], bool]
) -> tuple[list[Turn], int]:
    """Drop the oldest questions and answers, BLOCK of them at a time, until `fits` is content.

    Return the prompt and how many turns of `history` were dropped. All of it may go; the last turn never does.
    """
    dropped = 0
    while True:
        turns = [system_turn(today), *history[dropped:], last]
        if dropped >= len(history) or fits(turns):
            return turns, dropped
        dropped = min(dropped + 2 * BLOCK, len(history))


def fit(question: str, passages: Sequence[Passage], budget: int = BUDGET) -> list[Passage]:
    """Cut passages to `budget` characters together, each to the stretch of sentences closest to the question."""
    limits = _limits([len(passage.text) for passage in passages], budget)
    fitted = []
    for passage, limit in zip(passages, limits, strict=True):
        start, end = excerpt(question, passage.text, limit)
        if end > start:
            fitted.append(replace(passage, text=passage.text[start:end]))
    return fitted


def excerpt(question: str, text: str, limit: int) -> tuple[int, int]:
    """Choose the stretch of whole sentences, at most `limit` characters, that shares most with the question.

    Return its start and end in `text`. A first sentence longer than `limit` is cut between words.
    """
    if len(text) <= limit:
        return 0, len(text)
    bounds = _sentences(text)
    wanted = set(
        terms.index_terms(" ".join(w for w in _WORD.findall(question) if w.lower() not in terms.FUNCTION_WORDS))
    )
    found = [wanted & set(terms.index_terms(text[start:end])) for start, end in bounds]
    # A word that stands in every sentence tells nothing about which one is meant.
    weight = {term: 1 / sum(term in each for each in found) for term in set().union(*found)}
    best = (-1.0, -1.0, 0, 0)
    for first, (start, _) in enumerate(bounds):
        last = first
        while last + 1 < len(bounds) and bounds[last + 1][1] - start <= limit:
            last += 1
        end = min(bounds[last][1], start + limit)
        score = sum(weight[term] for term in set().union(*found[first : last + 1]))
        # Among equals the one with its matches in the middle: an answer may stand before or behind them.
        matched = [i for i in range(first, last + 1) if found[i]]
        middle = -abs((matched[0] + matched[-1]) - (first + last)) if matched else -float(first)
        if (score, middle) > best[:2]:
            best = (score, middle, start, end)
    return best[2], _between_words(text, best[2], best[3])


def _sentences(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    return [(start, end) for start, end in zip(cuts, cuts[1:], strict=False) if text[start:end].strip()]


def _between_words(text: str, start: int, end: int) -> int:
    if end >= len(text) or text[end - 1].isspace() or text[end].isspace() or not text[end - 1].isalnum():
        return end
    space = text.rfind(" ", start, end)
    return space if space > start else end


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


def _label(passage: Passage) -> str:
    # The last heading says most; the title often stands at the head of its path already.
    heading = passage.heading.rsplit(" > ", 1)[-1].strip()
    parts = [passage.title, *([heading] if heading and heading != passage.title else [])]
    return " · ".join(part.replace("\n", " ") for part in parts) + (
        f" ({passage.created[:10]})" if passage.created else ""
    )
