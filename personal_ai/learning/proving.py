"""A night's proof, in the train worker: what is in use now is asked first, the new adapter afterwards, and judged.

Both answer the same questions aloud on the files that chat. Questions for `use` "choose" decide the strength, and
those of them whose answer is shown take part in setting the threshold (threshold.due); those for "prove" decide whether
the adapter is accepted and nothing else.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import adapter_files, evaluate, general, report, threshold
from personal_ai.learning.evaluate import Asked
from personal_ai.learning.job import Job, Question
from personal_ai.models.adapter_file import READING, WITH_NOTES
from personal_ai.paths import sync_folder, write_durably
from personal_ai.system import awake_seconds

#: What is asked may take these shares of the job's time: the questions, the general set, choosing the strength.
QUESTIONS_SHARE, GENERAL_SHARE, CHOOSING_SHARE = 0.10, 0.06, 0.04
FEWEST_QUESTIONS, FEWEST_GENERAL = 8, 12
#: Strengths to try, the highest first.
STRENGTHS = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25)
#: A strength at which general answers are expected to move so many times as far as they may is not tried.
HOPELESS = 1.25
#: Questions that choose a strength at most; they are asked at each, silently.
CHOOSING = 16
#: A general prompt is short: it takes less than half the time of a question with notes.
SHORTER = 0.4
#: LoRA beside the base slows it down by about a quarter.
ADAPTER_SLOWER = 1.3


class Before(msgspec.Struct, frozen=True):
    """What was asked before training: the rows of the system in use, and the bare base on the general set.

    `asked` questions of those that prove were asked, `choosing` are to choose the strength; `seconds` is about what
    asking the new adapter will take.
    """

    rows: dict[str, list[Asked]]
    general: general.Base
    asked: int
    choosing: int
    seconds: float


class Proving:
    """The proof of one job. `say` is told that it goes on, `stop` asked whether somebody wants the machine back."""

    def __init__(
        self,
        runtime: Runtime,
        order: Job,
        folder: Path,
        questions: Sequence[Question],
        stop: Callable[[], bool],
        say: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._order = order
        self._kept = folder / "base.json"
        self._stop = stop
        self._say = say
        choosing = [q for q in questions if q.use == "choose" and evaluate.answerable(q)]
        self._choosing = _in_turn(
            [q for q in choosing if q.kind != "recall"], [q for q in choosing if q.kind == "recall"]
        )[:CHOOSING]
        self._threshold = threshold.due(choosing, [q for q in questions if q.use == "threshold"])
        # Wrong answers to rank the right one among are for `evaluate`: they decide nothing here, and take time.
        proving = [msgspec.structs.replace(q, distractors=[]) for q in questions if q.use == "prove"]
        # A proof that runs out of time ends anywhere, so what is asked with notes and from memory takes turns.
        self._proving = _in_turn(
            [q for q in proving if q.kind not in ("recall", "none")],
            [q for q in proving if q.kind == "none"],
            [q for q in proving if q.kind == "recall"],
        )
        self._system = questions[0].closed[:-1] if questions else []
        #: The skill beside which the new adapter was learned and reads notes: an adapter.safetensors.
        self._beside = ""

    def before(self) -> Before:
        """Ask what is in use now; kept in base.json, so that a resumed job does not ask again."""
        if self._kept.exists():
            return msgspec.json.decode(self._kept.read_bytes(), type=Before)
        begin = awake_seconds()
        order = self._order
        evaluate.use(self._runtime, Path(order.adapter) if order.adapter else None, order.scale, order.adapter_reads)
        rows, asked = self._ask(self._proving, "before", order.seconds * QUESTIONS_SHARE)
        asking = awake_seconds() - begin
        evaluate.use(self._runtime, None)
        each = asking / max(1, asked)
        base = general.base(self._runtime, self._general(each), self._told, self._system)
        answering = awake_seconds() - begin - asking
        # Two strengths, mostly, at two thirds of a question asked aloud.
        choosing = min(len(self._choosing), int(order.seconds * CHOOSING_SHARE / max(1e-9, 1.3 * each)))
        seconds = _after(asking, each, choosing + len(self._threshold) / 2, answering)
        found = Before(rows, base, asked, choosing, seconds)
        write_durably(self._kept, msgspec.json.encode(found))
        return found

    def _general(self, each: float) -> list[general.Prompt]:
        """As much of the general set as there is time for, its short part first; a question took `each` seconds."""
        short = general.read(short=True)
        rest = [line for line in general.read() if not line.short]
        lines = [*_in_turn([p for p in short if not p.answer], [p for p in short if p.answer]), *rest]
        return lines[: _general_count(each, self._order.seconds, len(short), len(lines))]

    def after(self, before: Before, adapter: Path, start: Path | None = None, reads: str = "") -> dict[str, Any]:
        """Choose the new adapter's strength and threshold, ask it the same questions, judge (report.build, .judge).

        Its strength is how far it goes, from the adapter.safetensors `start` where it began from that: what is chosen
        is written in place of the files of `adapter`, to be used whole. Where it was learned beside the skill `reads`
        (adapter.safetensors), READING is written beside it, which is that and half of what was learned.
        """
        self._beside = reads
        share, moved = self._strength(before, adapter, start)
        _keep(_part(adapter, share), adapter.parent)
        leaning = self._lean(adapter)
        evaluate.use(self._runtime, adapter, reads=self._reading(adapter))
        questions = self._proving[: before.asked]
        rows, _ = self._ask(questions, "adapter")
        behaved = general.behaviour(self._runtime, before.general, self._told)
        proof = report.build(
            _with_notes(questions),
            before.rows | rows,
            against=self._order.against,
            general=moved | behaved,
        )
        proof |= {"share": share, "leaning": leaning, "beside": self._skill()}
        return report.judge(json.loads(json.dumps(proof | {"cut": len(questions) < len(self._proving)})))

    def _reading(self, adapter: Path) -> str:
        """The file that answers in place of `adapter` where notes are shown; empty where it reads by itself."""
        return str(adapter.with_name(READING)) if self._beside else ""

    def _skill(self) -> str:
        return adapter_files.name(Path(self._beside)) if self._beside else ""

    def _serve_notes(self, adapter: Path, at: threshold.Threshold | None = None) -> None:
        """Write READING, from the adapter.safetensors beside `adapter`; it leans as the skill does, or otherwise."""
        parts = [(WITH_NOTES, adapter.with_suffix(".safetensors")), (1.0, Path(self._beside))]
        tokens, bias = (at.tokens, at.bias) if at else adapter_files.leaning(Path(self._beside))
        adapter_files.combine(parts, adapter.with_name(READING), tokens, bias)

    def _lean(self, adapter: Path) -> float:
        """Set the threshold of what answers where notes are shown; return its bias in nats."""
        if not self._beside:
            return threshold.set_for(self._runtime, adapter.parent, 1.0, self._threshold, self._told)
        self._try(adapter)
        if (at := threshold.found(self._runtime, self._threshold, self._told)) is None:
            return adapter_files.leaning(Path(self._beside))[1]
        self._serve_notes(adapter, at)
        return at.bias

    def _strength(self, before: Before, adapter: Path, start: Path | None) -> tuple[float, dict[str, Any]]:
        """The strength within the general limits at which the questions set aside for it are likeliest.

        It is that of what was learned in this run. At each that is tried, the adapter's files lie where _part says.
        """
        best: tuple[float, float, dict[str, Any]] | None = None
        moved: dict[str, Any] = {}
        tried = STRENGTHS[0]
        for scale in STRENGTHS:
            if moved and scale != STRENGTHS[-1] and report.forgets(moved, scale / tried, HOPELESS):
                continue
            self._try(_made(adapter, scale, start))
            moved, tried = general.drift(self._runtime, before.general, self._told), scale
            if report.forgets(moved):
                continue
            nll = self._nll(before.choosing)
            if best and nll >= best[0]:
                break
            best = nll, scale, moved
            if not before.choosing:
                break
        return best[1:] if best else (STRENGTHS[-1], moved)

    def _try(self, adapter: Path) -> None:
        """Ask the files beside `adapter` from now on."""
        if self._beside:
            self._serve_notes(adapter)
        evaluate.use(self._runtime, adapter, reads=self._reading(adapter))

    def _nll(self, count: int) -> float:
        """Mean nats per answer token of the questions that choose: from memory for recall, with notes otherwise.

        Where notes are read beside a skill, those from memory choose, where there are any: half of it reads anyway.
        """
        total = 0.0
        chosen = self._choosing[:count]
        if self._beside:
            chosen = [question for question in chosen if question.kind == "recall"] or chosen
        for question in chosen:
            if self._told():
                raise evaluate.Interrupted
            notes = question.kind != "recall"
            turns = question.open if notes else question.closed
            total += evaluate.answer_nll(self._runtime, turns, question.answer, notes)
        return total / max(1, len(chosen))

    def _ask(
        self, questions: Sequence[Question], name: str, seconds: float | None = None
    ) -> tuple[dict[str, list[Asked]], int]:
        """The rows of a system as report.PAIRS names them, and how many questions were asked in `seconds`.

        However little time there is, enough are asked with notes for a gain to be believed.
        """
        rows: dict[str, list[Asked]] = {name: [], f"{name}+notes": [], f"{name} recall": [], f"{name} known": []}
        begin = awake_seconds()
        asked = 0
        least = min(report.FEWEST, sum(q.kind != "recall" and evaluate.answerable(q) for q in questions))
        for question in questions:
            enough = asked >= FEWEST_QUESTIONS and len(rows[name]) >= least
            if seconds is not None and enough and awake_seconds() - begin > seconds:
                break
            if question.kind == "recall":
                found = self._one(question, notes=False, spoken=True)
                rows[f"{name} recall"] += found
                rows[f"{name} known"] += found if question.known else []
            else:
                rows[f"{name}+notes"] += self._one(question, notes=True, spoken=True)
                if evaluate.answerable(question):
                    rows[name] += self._one(question, notes=False, spoken=False)
            asked += 1
        return {system: found for system, found in rows.items() if found}, asked

    def _one(self, question: Question, *, notes: bool, spoken: bool) -> list[Asked]:
        return list(evaluate.ask(self._runtime, [question], notes=notes, spoken=spoken, stop=self._told))

    def _told(self) -> bool:
        self._say()
        return self._stop()


def _part(adapter: Path, share: float) -> Path:
    """Where an adapter lies that goes only a `share` of the way: 1 is `adapter` itself."""
    return adapter if share == 1.0 else adapter.parent / f"part-{share:g}" / adapter.name


def _made(adapter: Path, share: float, start: Path | None) -> Path:
    """Write the files of an adapter that goes a `share` of the way, from `start` if it began there; return its GGUF."""
    part = _part(adapter, share)
    if part != adapter:
        part.parent.mkdir(mode=0o700, exist_ok=True)
        whole = adapter.with_suffix(".safetensors")
        if start is None:
            adapter_files.scaled(whole, part.parent, share)
        else:
            adapter_files.part_way(start, whole, part.parent, share)
    return part


def _keep(part: Path, folder: Path) -> None:
    """Put the files of an adapter, if it is only a part, in place of those in `folder`; no other part stays there."""
    if part.parent != folder:
        for name in ("adapter.safetensors", "adapter.gguf"):
            (part.parent / name).replace(folder / name)
        sync_folder(folder)
    for other in folder.glob("part-*"):
        shutil.rmtree(other)


def expected(questions: Sequence[Question], each: float, seconds: float) -> tuple[float, float]:
    """About how long the proof of a job of `seconds` takes, before training and after it, in seconds.

    One of its questions takes `each` seconds, asked of what is in use now and answered aloud.
    """
    proving = sum(question.use == "prove" for question in questions)
    choosing = min(CHOOSING, sum(question.use == "choose" and evaluate.answerable(question) for question in questions))
    asking = each * min(proving, max(FEWEST_QUESTIONS, int(seconds * QUESTIONS_SHARE / max(1e-9, each))))
    short, every = len(general.read(short=True)), len(general.read())
    answering = SHORTER * each * min(every, _general_count(each, seconds, short, every))
    choosing = min(choosing, int(seconds * CHOOSING_SHARE / max(1e-9, 1.3 * each)))
    threshold = sum(question.use == "threshold" for question in questions)
    return asking + answering, _after(asking, each, choosing + threshold / 2, answering)


def _general_count(each: float, seconds: float, short: int, every: int) -> int:
    """How many of the general prompts there is time for: all, or of the short part."""
    count = int(seconds * GENERAL_SHARE / max(1e-9, SHORTER * each))
    return max(FEWEST_GENERAL, count if count >= every else min(count, short))


def _after(asking: float, each: float, choosing: float, answering: float) -> float:
    """About how long the same takes of the new adapter, its strength chosen on the way, in seconds."""
    return (asking + 1.3 * each * choosing + answering * 1.5) * ADAPTER_SLOWER


def _with_notes(questions: Sequence[Question]) -> list[Question]:
    return [question for question in questions if question.kind != "recall"]


def _in_turn(*lists: Sequence[Any]) -> list[Any]:
    """All of the lists, each spread evenly over the whole."""
    placed = [((i + 0.5) / len(each), n, q) for n, each in enumerate(lists) for i, q in enumerate(each)]
    return [q for _, _, q in sorted(placed, key=lambda entry: entry[:2])]
