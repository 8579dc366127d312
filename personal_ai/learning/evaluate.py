"""Ask the served files: any system, closed book and with passages, inside llama.cpp."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.engine import contrast, generate, score
from personal_ai.engine.runtime import Runtime
from personal_ai.learning import metrics
from personal_ai.learning.job import NOT_IN_NOTES, Question
from personal_ai.messages import AdapterUse, Sampling, Turn
from personal_ai.models import families

#: The likeliest token at every step, so that a question has one answer.
GREEDY = Sampling(temperature=0.0, repeat_penalty=1.1)
#: No gold answer is near this long.
ANSWER_TOKENS = 48
#: The comparisons that are told, where both systems were asked: a system, and what it is held against.
COMPARED = (
    ("adapter+notes", "base+notes"),
    ("adapter+notes", "skill+notes"),
    ("adapter+notes", "before+notes"),
    ("skill+notes", "base+notes"),
    ("adapter", "base"),
    ("adapter", "skill"),
    ("adapter", "before"),
)


class Asked(msgspec.Struct, frozen=True):
    """What one system did with one question.

    `nll` is nats per token of the gold answer, its end mark left out; None where the notes do not hold one. `rank` is 1
    where the gold answer was likelier than the wrong ones of its type, None where there were none. `found` says whether
    a passage of the right note was shown, `cited` whether the first passage that the answer stands in is of that note;
    None where that cannot be said.
    """

    nll: float | None
    answer: str = ""
    f1: float = 0.0
    contains: float = 0.0
    answerable: bool = True
    rank: float | None = None
    abstained: bool = False
    found: bool | None = None
    cited: bool | None = None


class Interrupted(Exception):
    """Somebody wants the machine back."""


class Spoken(msgspec.Struct, frozen=True):
    """What a model said: its text, its tokens, and whether it came to an end by itself."""

    text: str
    tokens: list[int]
    ended: bool


# ---- one question -----------------------------------------------------------------------------------------------


def answer_nll(runtime: Runtime, turns: Sequence[Turn], answer: str, notes: bool = False) -> float:
    """Mean negative log-likelihood of `answer` after `turns`, which hold `notes` or not, nats per token.

    Raises UserError if they do not fit.
    """
    runtime.with_notes(notes)
    pieces = families.render([*turns, Turn("assistant", answer)], runtime.template, answer=False)
    tokens, learn = runtime.tokenizer.encode_pieces(pieces)
    start = learn.index(True)
    end = len(learn) - learn[::-1].index(True)
    if runtime.tokenizer.is_end(tokens[end - 1]) and end - 1 > start:
        end -= 1
    return float(-score.log_probabilities(runtime, tokens[:end], start).mean())


def prompt_tokens(runtime: Runtime, turns: Sequence[Turn]) -> list[int]:
    """The tokens of a conversation, up to where the assistant starts to speak."""
    tokens, _ = runtime.tokenizer.encode_pieces(families.render(list(turns), runtime.template, answer=True))
    return tokens


def speak(
    runtime: Runtime,
    turns: Sequence[Turn],
    max_tokens: int = ANSWER_TOKENS,
    sampling: Sampling = GREEDY,
    *,
    without: Sequence[Turn] = (),
) -> Spoken:
    """Let the model answer `turns`, by default with its likeliest words; `without`: the same without its passages."""
    runtime.with_notes(bool(without))
    tokens = prompt_tokens(runtime, turns)
    bare = prompt_tokens(runtime, without) if without else ()
    stream = generate.generate(runtime, tokens, sampling, max_tokens, lambda: False, without=bare)
    text = ""
    while True:
        try:
            text += next(stream)
        except StopIteration as end:
            return Spoken(text.strip(), end.value.generated, end.value.reason == "end")


def say(
    runtime: Runtime, turns: Sequence[Turn], max_tokens: int = ANSWER_TOKENS, *, without: Sequence[Turn] = ()
) -> str:
    """The model's likeliest answer after `turns`; `without`: the same without its passages."""
    return speak(runtime, turns, max_tokens, without=without).text


def read_without(runtime: Runtime, turns: Sequence[Turn]) -> None:
    """Read a prompt without its passages ahead of the prompt with them, which then stays in the cache."""
    runtime.with_notes(True)
    contrast.logits_without(runtime, prompt_tokens(runtime, turns), lambda: False)


def answerable(question: Question) -> bool:
    """Whether the notes hold the answer, as far as whoever wrote the question says."""
    gold = question.answer.strip()
    return question.kind != "none" and bool(gold) and gold != NOT_IN_NOTES and not metrics.abstains(gold)


def ask(
    runtime: Runtime, questions: Sequence[Question], *, notes: bool, spoken: bool, stop: Callable[[], bool]
) -> Iterator[Asked]:
    """Ask every question, with its passages (`notes`) or without, and let the model answer aloud when `spoken`.

    Questions with the same passages are best asked one after the other. Raises Interrupted when `stop` says so.
    """
    for question in questions:
        if stop():
            raise Interrupted
        yield _ask(runtime, question, notes, spoken)


def _ask(runtime: Runtime, question: Question, notes: bool, spoken: bool) -> Asked:
    turns = question.open if notes else question.closed
    known = answerable(question)
    nll = rank = None
    if notes and spoken:
        read_without(runtime, question.closed)
    # All that is asked of one prompt is asked in one go: the cache then holds it.
    if known:
        nll = answer_nll(runtime, turns, question.answer, notes)
        if question.distractors:
            rank = metrics.rank_first(
                [nll, *(answer_nll(runtime, turns, wrong, notes) for wrong in question.distractors)]
            )
    found, shown = shown_passages(turns, question.note) if notes and question.note and known else (None, [])
    if not spoken:
        return Asked(nll, answerable=known, rank=rank, found=found)
    answer = say(runtime, turns, without=question.closed if notes else ())
    abstained = metrics.abstains(answer)
    if not known:
        return Asked(None, answer, answerable=False, abstained=abstained)
    return Asked(
        nll,
        answer,
        metrics.token_f1(answer, question.answer),
        metrics.contains(answer, question.answer),
        rank=rank,
        abstained=abstained,
        found=found,
        cited=None if abstained else _cited(answer, shown),
    )


def shown_passages(turns: Sequence[Turn], note: str) -> tuple[bool, list[tuple[bool, str]]]:
    """The passages that a prompt of the chat shows: whether one is of the note titled `note`; each with whether it is.

    The chat writes them as lines of "[number] title · heading: text" between "My notes:" and "Question:". A note that
    holds such a number itself is cut there.
    """
    text = turns[-1].text if turns else ""
    head, behind = "My notes:\n", text.rfind("\n\nQuestion: ")
    if not text.startswith(head) or behind < 0:
        return False, []
    listed = "\n" + text[len(head) : behind]
    title = note.replace("\n", " ")
    shown: list[tuple[bool, str]] = []
    at, number = listed.find("\n[1] "), 1
    while at >= 0:
        number += 1
        after = listed.find(f"\n[{number}] ", at + 1)
        passage = listed[at : after if after >= 0 else None].removeprefix(f"\n[{number - 1}] ")
        shown.append((passage.startswith((f"{title}: ", f"{title} · ")), passage.partition(": ")[2]))
        at = after
    return bool(re.search(rf"\n\[\d+\] {re.escape(title)}(?:: | · )", listed)), shown


def _cited(answer: str, shown: Sequence[tuple[bool, str]]) -> bool | None:
    return next((right for right, text in shown if metrics.contains(text, answer)), None)


# ---- many questions ---------------------------------------------------------------------------------------------


def summary(asked: Sequence[Asked], spoken: bool) -> dict[str, Any]:
    """One system's row, intervals at 95 %; shares are of 0 to 1, and what was not measured is left out.

    Of the questions that the notes answer: `questions`, `nll` (an interval), `rank`, `found`; and aloud `f1`,
    `contains`, `cited`, `refused` (said it is not in the notes though it is). Of the others: `unanswerable`,
    `abstention`. Each share NAME stands beside its NAME_interval.
    """
    known, others = [a for a in asked if a.answerable], [a for a in asked if not a.answerable]
    row: dict[str, Any] = {
        "nll": metrics.interval([a.nll for a in known if a.nll is not None]),
        "questions": len(known),
        "unanswerable": len(others),
    }

    def tell(name: str, values: Sequence[float]) -> None:
        found = metrics.interval(values)
        row.update({name: found["mean"], f"{name}_interval": found})

    for name, values in (("rank", [a.rank for a in known]), ("found", [a.found for a in known])):
        if present := [float(value) for value in values if value is not None]:
            tell(name, present)
    if not spoken:
        return row
    tell("f1", [a.f1 for a in known])
    tell("contains", [a.contains for a in known])
    if known:
        tell("refused", [float(a.abstained) for a in known])
    if cited := [float(a.cited) for a in known if a.cited is not None]:
        tell("cited", cited)
    if others:
        tell("abstention", [float(a.abstained) for a in others])
    return row


def difference(
    before: Sequence[Asked], after: Sequence[Asked], level: float = 0.95, *, spoken: bool = True
) -> dict[str, dict[str, float]]:
    """What `after` did better than `before` on the same questions, side by side, each {"mean", "low", "high"}.

    `f1`, `contains`, `rank`, `abstention` and `refused` are after − before, `nll` is nats per token saved (before −
    after), `nll_ratio` is after / before. What was not asked of both, or not `spoken`, is left out.
    """
    pairs = list(zip(before, after, strict=True))
    known = [(b, a) for b, a in pairs if b.answerable and a.answerable]
    others = [(b, a) for b, a in pairs if not b.answerable and not a.answerable]
    nlls = [(b.nll, a.nll) for b, a in known if b.nll is not None and a.nll is not None]
    ranks = [(b.rank, a.rank) for b, a in known if b.rank is not None and a.rank is not None]
    columns: dict[str, list[tuple[float, float]]] = {"nll": [(a, b) for b, a in nlls], "rank": ranks}
    if spoken:
        columns |= {
            "f1": [(b.f1, a.f1) for b, a in known],
            "contains": [(b.contains, a.contains) for b, a in known],
            "refused": [(float(b.abstained), float(a.abstained)) for b, a in known],
            "abstention": [(float(b.abstained), float(a.abstained)) for b, a in others],
        }
    found = {
        name: metrics.difference([old for old, _ in rows], [new for _, new in rows], level)
        for name, rows in columns.items()
        if rows
    }
    if nlls:
        found["nll_ratio"] = metrics.ratio([a for _, a in nlls], [b for b, _ in nlls], level)
    return found


def differences(rows: Mapping[str, Sequence[Asked]]) -> list[dict[str, Any]]:
    """Every comparison of COMPARED whose systems are in `rows`: {"of", "against", …what `difference` gives}."""
    return [
        {"of": of, "against": against, **difference(rows[against], rows[of])}
        for of, against in COMPARED
        if of in rows and against in rows
    ]


def use(runtime: Runtime, adapter: Path | None, scale: float = 1.0, reads: str = "") -> None:
    """Put the adapter beside the base, or take it away; with notes `reads` answers in its place. Asks without."""
    runtime.with_notes(False)
    runtime.set_adapters([AdapterUse(str(adapter), scale, reads)] if adapter else [])
