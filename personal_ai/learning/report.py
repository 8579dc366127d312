"""The gate and its words: whether an adapter may be used, and what the person is told about it.

A proof is a plain dict, as it lies in report.json:
  systems    {"base" | "base+notes" | "adapter" | "adapter+notes": {"nll": {"mean", "low", "high"}, ...}}
  gain       {"notes" | "closed": {"mean", "low", "high"}}: nats per answer token that the adapter saves, per question
  general    {"base", "adapter", "rise"}: nats per token of the base model's own answers to general prompts
  questions, scale, accepted, reason, samples [{"question", "gold", "before", "after"}]
"""

from collections.abc import Sequence
from typing import Any

from personal_ai.learning import metrics

#: The adapter may make the base's own general answers at most this much less likely, in nats per token.
GENERAL_RISE = 0.10
#: Refused where the closed book is surely (its whole interval) worse than this, in nats per answer token.
CLOSED_LOSS = 0.05
#: A gain counts when its interval at this level lies above zero.
LEVEL = 0.90
#: With fewer questions than this, no interval can be trusted.
FEWEST = 4


def gains(before: Sequence[float], after: Sequence[float]) -> dict[str, float]:
    """Nats per answer token saved, question by question, with a 90 % bootstrap interval."""
    return metrics.interval([b - a for b, a in zip(before, after, strict=True)], level=LEVEL)


def judge(proof: dict[str, Any]) -> dict[str, Any]:
    """Add `accepted` and `reason`, one sentence for the person, to a proof."""
    notes, closed, rise = proof["gain"]["notes"], proof["gain"]["closed"], proof["general"]["rise"]
    saved = 1 - _mean(proof, "adapter+notes") / max(1e-9, _mean(proof, "base+notes"))
    if proof["questions"] < FEWEST:
        verdict = False, f"There were only {proof['questions']} questions to prove it on. Add a few more notes."
    elif notes["low"] <= 0:
        verdict = False, "It did not answer questions about your notes reliably better than before."
    elif closed["high"] < -CLOSED_LOSS:
        verdict = False, "Without your notes at hand it answered worse than before."
    elif rise > GENERAL_RISE:
        verdict = False, "It would have forgotten too much of what it knew before."
    else:
        verdict = (
            True,
            f"It is {saved:.0%} less surprised by the right answers to {proof['questions']} questions it had not seen.",
        )
    return proof | {"accepted": verdict[0], "reason": verdict[1]}


def words(proof: dict[str, Any]) -> list[str]:
    """The proof in sentences, for those who ask for details."""
    systems = proof["systems"]
    general = proof["general"]
    lines = [
        f"{proof['questions']} questions were set aside; no answer from the passages they ask about was learned.",
        f"With your notes at hand, surprise at the right answer went from {_mean(proof, 'base+notes'):.2f} to "
        f"{_mean(proof, 'adapter+notes'):.2f} nats a token"
        f" (saved {proof['gain']['notes']['mean']:.2f}, 90 % interval {proof['gain']['notes']['low']:.2f} to "
        f"{proof['gain']['notes']['high']:.2f}).",
    ]
    if "base" in systems:
        lines.append(f"From memory alone, it went from {_mean(proof, 'base'):.2f} to {_mean(proof, 'adapter'):.2f}.")
    lines.append(
        f"On general questions it moved {general['rise']:+.3f} nats a token away from its old answers "
        f"(at most {GENERAL_RISE:.2f} is allowed)."
    )
    return [*lines, proof["reason"]]


def _mean(proof: dict[str, Any], system: str) -> float:
    return proof["systems"][system]["nll"]["mean"]
