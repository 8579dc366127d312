"""When to say “That is not in your notes.”: how far an adapter leans to it where an answer begins.

A model that has learned to say so says it more or less readily after every night, at strengths chosen for other
reasons, and may lose in false refusals what it gains in honest ones. So the readiness is set, not left to chance: such
that of questions whose answer the passages show about REFUSED are refused.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import NormalDist

import msgspec
import numpy as np

from personal_ai.engine import score
from personal_ai.engine.runtime import Runtime
from personal_ai.learning import adapter_files, evaluate, phrases
from personal_ai.learning.job import Question
from personal_ai.messages import Turn
from personal_ai.models import families
from personal_ai.models.adapter_file import FURTHEST
from personal_ai.store import terms

#: About this share of the questions that set it is refused. Of people's own it is then less than a tenth, those whose
#: answer is not shown included (measured: what rules and the invented lives ask is refused more readily).
REFUSED = 0.15
#: So many standard deviations above the mean lies what a share of REFUSED exceeds.
QUANTILE = NormalDist().inv_cdf(1 - REFUSED)
#: With fewer questions than this, no threshold is set.
FEWEST = 10


class Threshold(msgspec.Struct, frozen=True):
    """What a refusal begins with, and what is added to its logit: nats."""

    tokens: list[int]
    bias: float


def found(runtime: Runtime, questions: Sequence[Question], stop: Callable[[], bool]) -> Threshold | None:
    """The threshold of what is live, by these questions; None with fewer than FEWEST.

    Raises evaluate.Interrupted when `stop` says so.
    """
    if len(questions) < FEWEST:
        return None
    begin = openers(runtime, questions)
    return Threshold(begin, leaning(margins(runtime, questions, begin, stop)))


def set_for(
    runtime: Runtime, folder: Path, scale: float, questions: Sequence[Question], stop: Callable[[], bool]
) -> float:
    """Write into the adapter in `folder`, used at `scale`, how far it leans to a refusal, and return that (nats).

    Nothing is written, and 0 comes back, with fewer than FEWEST questions. Raises evaluate.Interrupted, OSError.
    """
    evaluate.use(runtime, folder / "adapter.gguf", scale)
    if (at := found(runtime, questions, stop)) is None:
        return 0.0
    adapter_files.lean(folder, at.tokens, at.bias)
    return at.bias


def due(own: Sequence[Question], lives: Sequence[Question]) -> list[Question]:
    """The questions that set it: a person's own with notes, set aside for choosing, where their answer is shown, and
    those about other `lives`.

    Neither alone (measured): an adapter refuses what is like its own notes less often than other lives, so these set it
    too low; and a rule's questions about the notes less often than a person's, so those set it too high.
    """
    shown = [
        question
        for question in own
        if question.kind not in ("recall", "none") and terms.fold(question.answer) in terms.fold(question.open[-1].text)
    ]
    return [*shown, *lives]


def openers(runtime: Runtime, questions: Sequence[Question]) -> list[int]:
    """The tokens that “That is not in your notes.” begins with, in the languages of the questions.

    In others nothing was measured: there a first word may begin many an answer.
    """
    found: set[int] = set()
    codes: set[phrases.Language] = {phrases.spoken(phrases.language(question.open[-1].text)) for question in questions}
    for said in {phrases.NOT_IN_NOTES[code] for code in codes}:
        pieces = families.render([Turn("user", "?"), Turn("assistant", said)], runtime.template, answer=False)
        tokens, learn = runtime.tokenizer.encode_pieces(pieces)
        found.add(tokens[learn.index(True)])
    return sorted(found)


def margins(
    runtime: Runtime, questions: Sequence[Question], begin: Sequence[int], stop: Callable[[], bool]
) -> list[float]:
    """For each question with its passages, by how much a refusal is likelier than any other answer's beginning (nats).

    Raises evaluate.Interrupted when `stop` says so.
    """
    found: list[float] = []
    runtime.with_notes(True)
    for question in questions:
        if stop():
            raise evaluate.Interrupted
        tokens = evaluate.prompt_tokens(runtime, question.open)
        start = len(tokens) - 1
        ids, logs = score.top_log_probabilities(runtime, tokens, len(begin) + 1, start)
        other = next(log for id, log in zip(ids[0], logs[0], strict=True) if id not in begin)
        refusal = score.log_probabilities_at(runtime, tokens, np.array([list(begin)]), start)[0].max()
        found.append(float(refusal - other))
    return found


def leaning(margins: Sequence[float]) -> float:
    """What to add to a refusal's first token, in nats, so that about REFUSED of such questions are refused.

    As if the margins were normally distributed: of a night's dozen or two, the second largest says little (measured).
    """
    highest = float(np.mean(margins) + QUANTILE * np.std(margins, ddof=1))
    return max(-FURTHEST, min(FURTHEST, -highest))
