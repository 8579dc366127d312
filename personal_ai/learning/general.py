"""What must not be forgotten: general prompts and answers, asked of the base model and of a tuned one.

resources/proof/general.jsonl holds prompts, which the model answers itself, and reference answers ("answer"), which
were written for it and are no model's own words; those marked "short" are asked in a short night. Every other one
stands behind the chat's own system turn, where there is one: a model that learned to say “not in your notes” says it
there.
"""

import base64
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from personal_ai.engine import score
from personal_ai.engine.runtime import Runtime
from personal_ai.learning import evaluate, metrics
from personal_ai.learning.evaluate import Interrupted
from personal_ai.messages import Turn
from personal_ai.paths import RESOURCES

FILE = RESOURCES / "proof" / "general.jsonl"
#: How far the base's own answer is followed, and how long an answer may run before it is cut.
FOLLOWED_TOKENS = 64
ANSWER_TOKENS = 96
#: The likeliest tokens that are compared one by one; all others together are one more.
LIKELIEST = 64


class Prompt(msgspec.Struct, frozen=True):
    """One line of the general set; `answer` is empty where the model answers itself."""

    prompt: str
    kind: str
    answer: str = ""
    short: bool = False


class Said(msgspec.Struct, frozen=True):
    """What the base model answers to one prompt.

    `tokens` are the prompt and the first FOLLOWED_TOKENS of the answer, which begins at `start`. `ids` and `logs` hold
    the LIKELIEST next tokens at `rows` places, from the prompt's last token on, and their natural-log probabilities
    (int32 and float32 [rows, LIKELIEST], in base64). `nll` is nats per token of what was followed.
    """

    turns: list[Turn]
    text: str
    tokens: list[int]
    start: int
    rows: int
    ids: str
    logs: str
    nll: float
    ended: bool
    loops: bool


class Base(msgspec.Struct, frozen=True):
    """The base model on the general set: its own answers, and nats per token of each reference answer."""

    said: list[Said]
    references: list[list[Turn]]
    nlls: list[float]


def read(short: bool = False) -> list[Prompt]:
    """The general set, or its short part."""
    every = msgspec.json.Decoder(Prompt).decode_lines(FILE.read_bytes())
    return [line for line in every if line.short or not short]


def base(runtime: Runtime, prompts: Sequence[Prompt], stop: Callable[[], bool], system: Sequence[Turn] = ()) -> Base:
    """Ask the live model, the bare base, everything. The result fits into JSON. Raises Interrupted."""
    said: list[Said] = []
    references: list[list[Turn]] = []
    for kind in (True, False):
        chosen = [line for line in prompts if bool(line.answer) is kind]
        for place, line in enumerate(chosen):
            turns = [*(system if place % 2 else ()), Turn("user", line.prompt)]
            if kind:
                references.append([*turns, Turn("assistant", line.answer)])
                continue
            if stop():
                raise Interrupted
            said.append(_said(runtime, turns))
    return Base(said, references, reference_nlls(runtime, references, stop))


def _said(runtime: Runtime, turns: list[Turn]) -> Said:
    prompt = evaluate.prompt_tokens(runtime, turns)
    spoken = evaluate.speak(runtime, turns, ANSWER_TOKENS)
    followed = spoken.tokens[:FOLLOWED_TOKENS]
    tokens = [*prompt, *followed]
    start = len(prompt)
    # Where the answer ended within reach, that it ends is part of what it said.
    rows = len(followed) + (spoken.ended and len(spoken.tokens) <= FOLLOWED_TOKENS)
    ids, logs = score.top_log_probabilities(runtime, tokens, LIKELIEST, start - 1)
    chosen = score.log_probabilities(runtime, tokens, start) if followed else np.zeros(1)
    return Said(
        turns,
        spoken.text,
        tokens,
        start,
        rows,
        _packed(ids[:rows].astype(np.int32)),
        _packed(logs[:rows].astype(np.float32)),
        float(-chosen.mean()),
        spoken.ended,
        metrics.loops(spoken.tokens) or metrics.loops(spoken.text),
    )


def reference_nlls(runtime: Runtime, references: Sequence[Sequence[Turn]], stop: Callable[[], bool]) -> list[float]:
    """Nats per token of each reference answer under the live adapters. Raises Interrupted."""
    found: list[float] = []
    for turns in references:
        if stop():
            raise Interrupted
        found.append(evaluate.answer_nll(runtime, turns[:-1], turns[-1].text))
    return found


def own(before: Base) -> dict[str, Any]:
    """How the base itself does: {"prompts", "references", "nll" (an interval), "loops", "refused", "ends"}.

    The last three are as in `behaviour`, without a second side: how many answers run in circles, how many refuse,
    and the share that came to an end.
    """
    return {
        "prompts": len(before.said),
        "references": len(before.references),
        "nll": metrics.interval(before.nlls),
        "loops": sum(said.loops for said in before.said),
        "refused": sum(metrics.abstains(said.text) for said in before.said),
        "ends": sum(said.ended for said in before.said) / max(1, len(before.said)),
    }


def drift(runtime: Runtime, before: Base, stop: Callable[[], bool]) -> dict[str, Any]:
    """How far the live, tuned model is from the base, in some seconds: enough to choose a strength.

    `kl` is the mean of KL(base‖tuned) over the tokens of the base's own answers, in nats, an interval; what lies beyond
    the LIKELIEST counts as one token, so it is a lower bound, and a tight one. `nll_rise` is the share by which the
    reference answers became less likely (nats per token), `own_rise` the same for the base's own answers, both paired
    intervals; `base`, `adapter` and `rise` are nats per token of the latter. Raises Interrupted.
    """
    sums: list[float] = []
    rows: list[int] = []
    own: list[float] = []
    for said in before.said:
        if stop():
            raise Interrupted
        divergences, nll = _diverged(runtime, said)
        own.append(nll)
        sums.append(float(divergences.sum()))
        rows.append(said.rows)
    nlls = reference_nlls(runtime, before.references, stop)
    old = [said.nll for said in before.said]
    mean_old, mean_new = sum(old) / max(1, len(old)), sum(own) / max(1, len(own))
    return {
        "prompts": len(before.said),
        "references": len(before.references),
        "kl": metrics.ratio(sums, rows) if sums else metrics.interval([]),
        "nll_rise": metrics.relative_change(before.nlls, nlls),
        "own_rise": metrics.relative_change(old, own),
        "base": mean_old,
        "adapter": mean_new,
        "rise": mean_new - mean_old,
    }


def _diverged(runtime: Runtime, said: Said) -> tuple[np.ndarray, float]:
    """KL(base‖tuned) at each row of `said` in nats, float64 [rows], and nats per token of its answer."""
    ids = _unpacked(said.ids, np.int32, said.rows)
    answer = said.tokens[said.start :]
    # The tokens that were said stand in a column of their own: one pass finds both.
    next_tokens = np.zeros((said.rows, 1), np.int32)
    next_tokens[: len(answer), 0] = answer[: said.rows]
    logs = score.log_probabilities_at(runtime, said.tokens, np.hstack([ids, next_tokens]), said.start - 1)
    nll = float(-logs[: len(answer), -1].mean()) if answer else 0.0
    return divergence(_unpacked(said.logs, np.float32, said.rows).astype(np.float64), logs[:, :-1]), nll


def divergence(base_logs: np.ndarray, tuned_logs: np.ndarray) -> np.ndarray:
    """KL(base‖tuned) in nats, float64 [n], from natural-log probabilities [n, k] of the same k tokens.

    The tokens left out count as one, Σ p log(p / q) over k + 1: never above the whole sum (the data processing
    inequality).
    """
    p = np.exp(base_logs)
    rest_p = np.clip(1 - p.sum(axis=1), 1e-12, 1)
    rest_q = np.clip(1 - np.exp(tuned_logs).sum(axis=1), 1e-12, 1)
    return (p * (base_logs - tuned_logs)).sum(axis=1) + rest_p * np.log(rest_p / rest_q)


def behaviour(runtime: Runtime, before: Base, stop: Callable[[], bool]) -> dict[str, Any]:
    """How the live, tuned model answers the general prompts aloud, beside the base. Raises Interrupted.

    {"loops" and "refused": {"base", "adapter"}: how many answers; "ends": {"base", "adapter"}: the share that came to
    an end by itself}. Refused are those that say “not in your notes” or the like, which no general prompt asks for.
    """
    spoken: list[evaluate.Spoken] = []
    for said in before.said:
        if stop():
            raise Interrupted
        spoken.append(evaluate.speak(runtime, said.turns, ANSWER_TOKENS))
    base_did = own(before)
    adapter_did = {
        "loops": sum(metrics.loops(s.tokens) or metrics.loops(s.text) for s in spoken),
        "refused": sum(metrics.abstains(s.text) for s in spoken),
        "ends": sum(s.ended for s in spoken) / max(1, len(spoken)),
    }
    return {name: {"base": base_did[name], "adapter": did} for name, did in adapter_did.items()}


def _packed(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _unpacked(text: str, kind: Any, rows: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind).reshape(rows, LIKELIEST)
