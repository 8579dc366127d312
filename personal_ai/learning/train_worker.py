"""The child that learns: a job folder in, an adapter and its proof out. Also measures speed and answers `evaluate`."""

import itertools
import json
import logging
import math
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from personal_ai import messages
from personal_ai.engine.runtime import Runtime, physical_cores
from personal_ai.errors import UserError, disk_sentence
from personal_ai.learning import evaluate, job, replay, report, units
from personal_ai.learning.job import Example, Job, Question
from personal_ai.learning.metrics import interval
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Unit
from personal_ai.messages import AdapterUse, Failed, JobDone, JobStopped, Message, Progress, Proved, Ready, Turn
from personal_ai.models import families
from personal_ai.paths import RESOURCES, write_durably
from personal_ai.worker import Emit, Inbox, lower_priority, open_channel, where

logger = logging.getLogger(__name__)

PARITY_PROMPTS = 8
PARITY_TOKENS = 96
#: Room left for the last checkpoint, export and its check when the training time is planned, in seconds.
SLACK = 12.0
SAMPLES = 3
#: The bare base's part of the proof may take this share of the job's time, the adapter's a little more.
PROOF_SHARE = 0.12
FEWEST_QUESTIONS = 8
#: Strengths to try, until one leaves enough of what the base could do.
STRENGTHS = (1.0, 0.75, 0.5, 0.25)
#: A run below this many seconds asks only half of the general questions.
SHORT_RUN = 600.0
PROOF_CONTEXT = 4096
#: General prompts that the base answers once, and the share of a job's time that may go into writing them.
REPLAYED = 300
REPLAY_SHARE = 0.10
#: Whoever watches takes a long silence for a hang, and a large model's step takes minutes: seconds.
STILL_HERE = 10.0


def main(arguments: list[str]) -> int:
    """Do the job in the folder named by the one argument. A failure with a sentence exits with 0, a bug with 1."""
    inbox, emit = open_channel()
    emit(Ready(pid=os.getpid()))
    folder = Path(arguments[0])
    try:
        work = Work(folder, job.read(folder), inbox, emit)
        {"learn": work.learn, "evaluate": work.evaluate, "bench": work.bench}[work.job.task]()
    except UserError as error:
        emit(Failed(sentence=str(error)))
    except OSError as error:
        emit(Failed(sentence=disk_sentence(error, "learning")))
    except Exception as error:  # noqa: BLE001 - a worker's loop is one of the three places
        # Its text could hold a note, so its type and place must do. Whoever watches sees the end, and tries again.
        logger.error("%s", where(error))
        return 1
    return 0


class Work:
    """One job: what it was asked, who listens, and how far it is."""

    def __init__(self, folder: Path, order: Job, inbox: Inbox, emit: Emit) -> None:
        self.folder = folder
        self.job = order
        self.inbox = inbox
        self._emit = emit
        self.begin = time.monotonic()
        #: Seconds that are still to come after the current phase began, as far as known.
        self._total: float | None = order.seconds if order.task == "learn" else None
        self._fraction = 0.0
        self._last: tuple[Any, dict[str, Any]] = ("loading", {})
        self._said = self.begin

    # ---- telling --------------------------------------------------------------------------------------------

    def emit(self, message: Message) -> None:
        """Say something, and keep what quotes no note in events.jsonl; a full disk must not stop the talking."""
        self._emit(message)
        self._said = time.monotonic()
        if isinstance(message, Proved | JobDone):
            return  # they quote notes, which the events outlive; report.json has them until the run is recorded
        try:
            with (self.folder / "events.jsonl").open("ab") as file:
                file.write(messages.encode(message))
        except OSError:
            logger.warning("an event could not be written down")

    def progress(self, phase: Any, **more: Any) -> None:
        """Tell the phase, the fraction done, and the time left."""
        self._last = phase, more
        elapsed = time.monotonic() - self.begin
        left = None
        if self._total is not None:
            left = max(0.0, self._total - elapsed)
            # The bar never jumps back, and is full only at the end.
            self._fraction = max(self._fraction, min(0.99, elapsed / max(1.0, self._total)))
        self.emit(Progress(phase=phase, fraction=self._fraction, elapsed_seconds=elapsed, eta_seconds=left, **more))

    def stop(self) -> bool:
        """Whether somebody wants the job to end early. Asked between pieces of work, so that it shows life, too."""
        if time.monotonic() - self._said > STILL_HERE:
            phase, more = self._last
            self.progress(phase, **more)
        return self.inbox.interrupt() is not None

    def stopped(self, step: int = 0) -> None:
        """Say that the job ended early, and how."""
        cancelled = isinstance(self.inbox.interrupt(), messages.Cancel)
        self.emit(JobStopped(reason="cancelled" if cancelled else "paused", step=step))

    # ---- learning -------------------------------------------------------------------------------------------

    def learn(self) -> None:
        """Prove the base, train, export, prove the adapter, judge."""
        from personal_ai.learning import train

        lower_priority()
        self.progress("loading")
        if (done := self.folder / "report.json").exists():
            # Everything was done when the program died; only its publication is missing.
            self.emit(JobDone(result=json.loads(done.read_bytes())))
            return
        try:
            self._learn()
        except (train.Interrupted, evaluate.Interrupted):
            self.stopped()

    def _learn(self) -> None:
        import torch

        from personal_ai.learning import export, parity, train
        from personal_ai.learning.network import Network

        torch.set_num_threads(physical_cores())
        torch.set_flush_denormal(True)
        order = self.job
        # Nats per answer token can be told of what the notes answer, and of nothing else.
        questions = [question for question in job.read_questions(self.folder) if evaluate.answerable(question)]
        if not (lessons := job.read_examples(self.folder)):
            raise UserError("There is nothing to learn yet. Add some notes first.")
        with Runtime.load(Path(order.model), PROOF_CONTEXT) as runtime:
            replayed = self._replayed(runtime, lessons)
            made_units, prompts = laid_out(runtime, lessons, replayed, order.recipe)
            before = self._proved_base(runtime, questions)
            self.progress("loading")
            network = Network(Path(order.model))
            self.progress("checking")
            evaluate.use(runtime, None)
            base_difference = parity.difference(network, runtime, prompts, self.stop)
            if base_difference > parity.LIMIT:
                raise UserError(
                    "Learning reads this model differently from the chat, so nothing was learned. Choose another model."
                )
            start = Path(order.start) if order.start else None
            parameters = train.adapt(network, order.recipe, start)
            # LoRA beside the base slows the proof of the adapter down by about a quarter.
            end = order.seconds - before["seconds"] * 1.3 - SLACK
            inputs = train.inputs_hash(
                order.model_sha256.encode(),
                msgspec.json.encode(order.recipe),
                job.encoded([*lessons, *replayed]),
                start.read_bytes() if start else b"",
            )
            run = self._train(network, parameters, made_units, inputs, end)
            self.progress("exporting")
            made = self.folder / "adapter"
            sha256 = export.write(network, made, order.recipe, network.architecture, order.model_sha256)
            evaluate.use(runtime, made / "adapter.gguf")
            tuned_difference = parity.difference(network, runtime, prompts, self.stop)
            if tuned_difference > parity.LIMIT:
                raise UserError(
                    "What was learned reads differently in the chat, so it was not used. Learn again later."
                )
            proof = self._prove(runtime, questions, before, made / "adapter.gguf")
        self._finish(run, proof, sha256, {"base": base_difference, "adapter": tuned_difference})

    def _train(self, network: Any, parameters: Any, units: list[Unit], inputs: str, end: float) -> Any:
        """Train until the job is `end` seconds old."""
        from personal_ai.learning import train

        order = self.job
        rest = order.seconds - end
        available = max(5.0, end - (time.monotonic() - self.begin))

        def planned() -> int:
            self.progress("checking")
            seconds_per_token = train.calibrate(network, units, order.recipe, self.stop)
            left = max(5.0, end - (time.monotonic() - self.begin))
            return train.plan(units, order.recipe, seconds_per_token, left)

        def replanned(run: Any) -> int:
            left = max(0.0, end - (time.monotonic() - self.begin))
            per_token = run.seconds / run.tokens
            return train.plan(units, order.recipe, per_token, run.seconds + left)

        def on_step(run: Any, _rate: float) -> None:
            per_step = run.seconds / run.step
            self._total = time.monotonic() - self.begin + per_step * (run.planned - run.step) + rest
            recent = [loss for _, loss in run.losses[-8:]]
            self.progress(
                "training",
                step=run.step,
                steps=run.planned,
                loss=sum(recent) / len(recent),
                tokens=run.tokens,
                tokens_per_second=run.tokens / run.seconds,
            )

        return train.train(
            network,
            parameters,
            units,
            order.recipe,
            self.folder,
            inputs,
            planned=planned,
            replanned=replanned,
            stop=self.stop,
            on_step=on_step,
            on_checkpoint=lambda step: self.emit(messages.Checkpointed(step=step)),
            checkpoint_seconds=order.checkpoint_seconds,
            deadline_seconds=available * 1.15,
        )

    def _replayed(self, runtime: Runtime, lessons: list[Example]) -> list[Example]:
        """What the base said to general prompts, as much of it as the recipe wants; it is written once and kept."""
        order = self.job
        if not order.replay or order.recipe.replay <= 0:
            return []
        self.progress("examples")
        evaluate.use(runtime, None)
        begin = time.monotonic()
        found = replay.said(
            runtime,
            Path(order.replay),
            REPLAYED,
            self.stop,
            enough=lambda: time.monotonic() - begin > order.seconds * REPLAY_SHARE,
        )
        if self.stop():
            raise evaluate.Interrupted
        system = next((turn for turn in lessons[0].turns if turn.role == "system"), None)
        return replay.examples(found, system)

    # ---- proving --------------------------------------------------------------------------------------------

    def _proved_base(self, runtime: Runtime, questions: list[Question]) -> dict[str, Any]:
        """Ask the bare base model; kept in base.json, so that a resumed job does not ask again."""
        kept = self.folder / "base.json"
        if kept.exists():
            return json.loads(kept.read_bytes())
        self.progress("proving")
        begin = time.monotonic()
        evaluate.use(runtime, None)
        prompts = (RESOURCES / "proof" / "general.txt").read_text("utf-8").splitlines()
        if self.job.seconds < SHORT_RUN:
            prompts = prompts[: len(prompts) // 2]
        completions = evaluate.general_completions(runtime, prompts, self.stop)
        writing = time.monotonic() - begin
        before = self._asked(runtime, questions, self.job.seconds * PROOF_SHARE)
        before["completions"] = msgspec.to_builtins(completions)
        scoring = time.monotonic()
        before["general"] = evaluate.general_nll(runtime, completions, self.stop)
        scoring = time.monotonic() - scoring
        # The adapter will not write the completions again, but may be scored on them at every strength.
        before["seconds"] = time.monotonic() - begin - writing + scoring * (len(STRENGTHS) - 1)
        write_durably(kept, json.dumps(before).encode())
        return before

    def _asked(self, runtime: Runtime, questions: list[Question], seconds: float = math.inf) -> dict[str, Any]:
        """Nats per answer token, closed book and with notes, and a few answers aloud.

        Asks as many questions as fit into `seconds`, FEWEST_QUESTIONS at least.
        """
        begin = time.monotonic()
        closed: list[float] = []
        notes: list[float] = []
        for question in questions:
            if len(notes) >= FEWEST_QUESTIONS and time.monotonic() - begin > seconds:
                break
            for found, at_hand in ((closed, False), (notes, True)):
                (row,) = evaluate.ask(runtime, [question], notes=at_hand, spoken=False, stop=self.stop)
                assert row.nll is not None  # only what the notes answer is asked here
                found.append(row.nll)
            self.progress("proving")
        samples = [evaluate.say(runtime, q.open) for q in questions[:SAMPLES]]
        return {"closed": closed, "notes": notes, "samples": samples}

    def _prove(
        self, runtime: Runtime, questions: list[Question], before: dict[str, Any], adapter: Path
    ) -> dict[str, Any]:
        """Choose the strength on general ability alone, then ask the questions at that strength."""
        self.progress("proving")
        old = _mean(before["general"])
        completions = msgspec.convert(before["completions"], list[list[Turn]])
        scale = new = 0.0
        for scale in STRENGTHS:
            evaluate.use(runtime, adapter, scale)
            new = _mean(evaluate.general_nll(runtime, completions, self.stop))
            if new - old <= report.GENERAL_RISE:
                break
        questions = questions[: len(before["notes"])]
        after = self._asked(runtime, questions)
        proof = {
            "questions": len(questions),
            "scale": scale,
            "systems": {
                "base": {"nll": interval(before["closed"])},
                "base+notes": {"nll": interval(before["notes"])},
                "adapter": {"nll": interval(after["closed"])},
                "adapter+notes": {"nll": interval(after["notes"])},
            },
            "gain": {name: report.gains(before[name], after[name]) for name in ("closed", "notes")},
            "general": {"base": old, "adapter": new, "rise": new - old},
            "samples": [
                {"question": q.question, "gold": q.answer, "note": q.note, "before": old_answer, "after": new_answer}
                for q, old_answer, new_answer in zip(questions, before["samples"], after["samples"], strict=False)
            ],
        }
        judged = report.judge(proof)
        self.emit(Proved(proof=judged))
        return judged

    def _finish(self, run: Any, proof: dict[str, Any], sha256: str, parity: dict[str, float]) -> None:
        seconds = time.monotonic() - self.begin
        result = {
            "proof": proof,
            "words": report.words(proof),
            "loss": run.losses,
            "steps": run.step,
            "tokens": run.tokens,
            "seconds": seconds,
            "training_seconds": run.seconds,
            "tokens_per_second": run.tokens / max(1e-9, run.seconds),
            "parity": parity,
            "adapter_sha256": sha256,
            "recipe": msgspec.to_builtins(self.job.recipe),
        }
        write_durably(self.folder / "report.json", json.dumps(result).encode())
        # Only now: until the report is on disk, a crash goes on from them.
        for slot in ("checkpoint-a", "checkpoint-b"):
            shutil.rmtree(self.folder / slot, ignore_errors=True)
        self._fraction = 1.0
        self.emit(JobDone(result=result))

    # ---- evaluate -------------------------------------------------------------------------------------------

    def evaluate(self) -> None:
        """Ask the job's questions of every system, aloud, and measure what else is wanted."""
        from personal_ai.learning import measure

        order, wanted = self.job, measure.read(self.folder)
        systems: list[measure.System] = [("base", None)]
        if wanted.skill:
            systems.append(("skill", AdapterUse(wanted.skill, 1.0)))
        if order.adapter:
            systems.append(("adapter", AdapterUse(order.adapter, order.scale)))

        def show(done: int, total: int) -> None:
            self._fraction = max(1, done) / max(1, total)
            self._total = (time.monotonic() - self.begin) / self._fraction
            self.progress("proving", step=done, steps=total)

        try:
            with Runtime.load(Path(order.model), PROOF_CONTEXT) as runtime:
                questions = job.read_questions(self.folder)
                result = measure.measure(runtime, questions, systems, wanted, show, self.stop)
        except evaluate.Interrupted:
            self.stopped()
            return
        write_durably(self.folder / "report.json", json.dumps(result).encode())
        self.emit(JobDone(result=result))

    # ---- bench ----------------------------------------------------------------------------------------------

    def bench(self) -> None:
        """Measure a training step and the processor's own matrix multiply, in one process, taking turns."""
        from personal_ai.learning import speed, train

        try:
            self.emit(JobDone(result=speed.measure(Path(self.job.model), self.job.recipe, self.stop)))
        except train.Interrupted:
            self.stopped()


def laid_out(
    runtime: Runtime, lessons: list[Example], general: list[Example], recipe: Recipe
) -> tuple[list[Unit], list[list[int]]]:
    """The units of a run, numbered, and the beginnings of a few examples to compare the network with llama.cpp on.

    Replay takes its share of the tokens: it is repeated beside many notes, and cut short beside few.
    """
    learned, replayed = (
        [(e.group, tokenised(runtime, e.turns, recipe.example_tokens), e.weight) for e in each]
        for each in (lessons, general)
    )
    prompts = [tokens[:PARITY_TOKENS] for _, (tokens, _), _ in learned[:PARITY_PROMPTS]]
    own, others = units.group(learned), units.group(replayed, replay=True)
    wanted = recipe.replay / (1 - recipe.replay) * sum(unit.size for unit in own)
    again: list[Unit] = []
    for unit in itertools.cycle(others):
        if wanted <= 0:
            break
        again.append(unit)
        wanted -= unit.size
    return units.number([*own, *again]), prompts


def tokenised(runtime: Runtime, turns: list[Turn], limit: int) -> tuple[list[int], list[bool]]:
    """An example's tokens and learn flags; beyond `limit` tokens the oldest go."""
    tokens, learn = runtime.tokenizer.encode_pieces(families.render(turns, runtime.template, answer=False))
    last = len(learn) - learn[::-1].index(True)
    return tokens[:last][-limit:], learn[:last][-limit:]


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


Stop = Callable[[], bool]
