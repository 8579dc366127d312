"""Ask the served files: the base model and the adapter, closed book and with passages, inside llama.cpp."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from personal_ai.engine import generate, score
from personal_ai.engine.runtime import Runtime
from personal_ai.learning import metrics
from personal_ai.learning.job import Question
from personal_ai.messages import AdapterUse, Sampling, Turn
from personal_ai.models import families

#: The likeliest token at every step, so that a question has one answer.
GREEDY = Sampling(temperature=0.0, repeat_penalty=1.1)
#: No gold answer is near this long.
ANSWER_TOKENS = 48


class Asked(msgspec.Struct, frozen=True):
    """What one system did with one question. `nll` is nats per token of the gold answer, its end mark left out."""

    nll: float
    answer: str = ""
    f1: float = 0.0
    contains: float = 0.0


class Interrupted(Exception):
    """Somebody wants the machine back."""


def answer_nll(runtime: Runtime, turns: Sequence[Turn], answer: str) -> float:
    """Mean negative log-likelihood of `answer` after `turns`, nats per token. Raises UserError if they do not fit."""
    pieces = families.render([*turns, Turn("assistant", answer)], runtime.template, answer=False)
    tokens, learn = runtime.tokenizer.encode_pieces(pieces)
    start = learn.index(True)
    end = len(learn) - learn[::-1].index(True)
    if runtime.tokenizer.is_end(tokens[end - 1]) and end - 1 > start:
        end -= 1
    return float(-score.log_probabilities(runtime, tokens[:end], start).mean())


def say(runtime: Runtime, turns: Sequence[Turn], max_tokens: int = ANSWER_TOKENS) -> str:
    """The model's likeliest answer after `turns`."""
    pieces = families.render(list(turns), runtime.template, answer=True)
    tokens, _ = runtime.tokenizer.encode_pieces(pieces)
    return "".join(generate.generate(runtime, tokens, GREEDY, max_tokens, lambda: False)).strip()


def ask(
    runtime: Runtime, questions: Sequence[Question], *, notes: bool, spoken: bool, stop: Callable[[], bool]
) -> Iterator[Asked]:
    """Ask every question, with its passages (`notes`) or without, and let the model answer aloud when `spoken`."""
    for question in questions:
        if stop():
            raise Interrupted
        turns = question.open if notes else question.closed
        nll = answer_nll(runtime, turns, question.answer)
        if not spoken:
            yield Asked(nll)
            continue
        answer = say(runtime, turns)
        yield Asked(nll, answer, metrics.token_f1(answer, question.answer), metrics.contains(answer, question.answer))


def summary(asked: Sequence[Asked], spoken: bool) -> dict[str, object]:
    """One system's row: `nll` with its interval, and where it answered aloud F1 and contains with theirs."""
    row: dict[str, object] = {"nll": metrics.interval([a.nll for a in asked]), "questions": len(asked)}
    if spoken:
        f1, contained = [a.f1 for a in asked], [a.contains for a in asked]
        row |= {"f1": sum(f1) / max(1, len(f1)), "contains": sum(contained) / max(1, len(contained))}
        row |= {"f1_interval": metrics.interval(f1), "contains_interval": metrics.interval(contained)}
    return row


def general_completions(runtime: Runtime, prompts: Sequence[str], stop: Callable[[], bool]) -> list[list[Turn]]:
    """What the model itself answers to general prompts: its own ability, to be kept."""
    found: list[list[Turn]] = []
    for prompt in prompts:
        if stop():
            raise Interrupted
        turns = [Turn("user", prompt)]
        found.append([*turns, Turn("assistant", say(runtime, turns) or "…")])
    return found


def general_nll(runtime: Runtime, completions: Sequence[Sequence[Turn]], stop: Callable[[], bool]) -> list[float]:
    """Nats per token of each completion under the live adapters."""
    found: list[float] = []
    for turns in completions:
        if stop():
            raise Interrupted
        found.append(answer_nll(runtime, turns[:-1], turns[-1].text))
    return found


def use(runtime: Runtime, adapter: Path | None, scale: float = 1.0) -> None:
    """Put the adapter beside the base, or take it away."""
    runtime.set_adapters([AdapterUse(str(adapter), scale)] if adapter else [])
