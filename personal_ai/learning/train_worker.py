"""The child that learns: a job folder in, an adapter and its proof out. Also measures speed and answers `evaluate`."""

import hashlib
import json
import logging
import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock
import msgspec

from personal_ai import __version__, messages, system
from personal_ai.engine.runtime import Runtime, physical_cores
from personal_ai.errors import DiskFull, UserError, disk_error
from personal_ai.learning import evaluate, job, layout, pairs, replay, report, schedule, threshold
from personal_ai.learning.countdown import Countdown
from personal_ai.learning.job import Example, Job
from personal_ai.learning.layout import Laid
from personal_ai.learning.proving import Proving
from personal_ai.learning.skills import CHATS, LEARNS
from personal_ai.messages import AdapterUse, Failed, JobDone, JobStopped, Message, Progress, Proved, Ready
from personal_ai.paths import sync_folder, write_durably
from personal_ai.system import awake_seconds
from personal_ai.system.energy import Meter
from personal_ai.worker import Emit, Inbox, lower_priority, open_channel, where

if TYPE_CHECKING:
    from personal_ai.learning import train

logger = logging.getLogger(__name__)

#: Room left for the last checkpoint, export and its check when the training time is planned, in seconds.
SLACK = 12.0
#: Where a model has no reading skill yet, it takes this share of the job's time to practise it.
PRACTICE_SHARE = 0.5
#: Where less than this share of the time is left for training, nothing would come of it.
TRAINING_SHARE = 0.15
#: Whoever asks for less time than this gets what comes of it.
A_NIGHT = 900.0
#: Where enough was corrected, the stage that learns from it takes this share.
PREFERENCE_SHARE = 0.1
PROOF_CONTEXT = 4096
#: Beside the network llama.cpp reads only the beginnings of some examples (layout.PARITY_TOKENS).
PARITY_CONTEXT = 512
#: General prompts that the base answers once, and the share of a job's time that may go into writing them.
REPLAYED = 300
REPLAY_SHARE = 0.10
#: What a working core of a laptop draws, about, where the processor does not say.
WATTS_A_CORE = 6.0
#: Whoever watches takes a long silence for a hang, and a large model's step takes minutes: seconds.
STILL_HERE = 10.0
#: A worker whose program was killed writes its checkpoint before another one begins on the same job: seconds.
PREDECESSOR = 60.0

OUT_OF_MEMORY = (
    "There is not enough memory for this model to learn. Close other programs, or choose a smaller model under "
    "Settings; what was in use before still is."
)
DISK_IS_FULL = "Paused: your disk is full. Free some space; it goes on from its last checkpoint."


def main(arguments: list[str]) -> int:
    """Do the job in the folder named by the one argument. A failure with a sentence exits with 0, a bug with 1."""
    inbox, emit = open_channel()
    emit(Ready(pid=os.getpid()))
    folder = Path(arguments[0])
    try:
        work = Work(folder, job.read(folder), inbox, emit)
        threading.Thread(target=work.end_when_asked, name="end", daemon=True).start()
        with filelock.FileLock(folder / "worker.lock", timeout=PREDECESSOR):
            tasks = {"learn": work.learn, "evaluate": work.evaluate, "bench": work.bench, "calibrate": work.calibrate}
            tasks[work.job.task]()
    except UserError as error:
        emit(Failed(sentence=str(error)))
    except OSError as error:
        known = disk_error(error, "learning")
        if isinstance(known, DiskFull) and schedule.waits_for_room(system.free_disk(folder)):
            emit(JobStopped(reason="paused", sentence=DISK_IS_FULL))
        else:
            emit(Failed(sentence=str(known)))
    except Exception as error:  # noqa: BLE001 - a worker's loop is one of the three places
        if _out_of_memory(error):
            emit(Failed(sentence=OUT_OF_MEMORY))
            return 0
        # Its text could hold a note, so its type and place must do. Whoever watches sees the end, and tries again.
        logger.error("%s", where(error))
        return 1
    return 0


def _out_of_memory(error: Exception) -> bool:
    # For the processor's own memory torch has words only, and no type.
    return isinstance(error, MemoryError) or "allocate memory" in str(error) or "out of memory" in str(error)


class Work:
    """One job: what it was asked, who listens, and how far it is."""

    def __init__(self, folder: Path, order: Job, inbox: Inbox, emit: Emit) -> None:
        self.folder = folder
        self.job = order
        self.inbox = inbox
        self._emit = emit
        self.begin = awake_seconds()
        #: Seconds that are still to come after the current phase began, as far as known.
        self._total: float | None = order.seconds if order.task == "learn" else None
        self._fraction = 0.0
        self._countdown = Countdown()
        self._last: tuple[Any, dict[str, Any]] = ("loading", {})
        self._said = self.begin
        self._meter = Meter()
        self._guard = threading.RLock()
        self._ended = False
        #: What asking before training took, and how long it was without that until the first step began, in seconds.
        self._asking = 0.0
        self._started: float | None = None
        #: The run that is to be kept when the job is to end.
        self._under_way: train.UnderWay | None = None

    # ---- telling --------------------------------------------------------------------------------------------

    def emit(self, message: Message) -> None:
        """Say something, and keep what quotes no note in events.jsonl; a full disk must not stop the talking."""
        with self._guard:
            self._ended = self._ended or isinstance(message, JobDone | JobStopped)
            self._emit(message)
            self._said = awake_seconds()
            if isinstance(message, Proved | JobDone):
                return  # they quote notes, which the events outlive; report.json has them until the run is recorded
            try:
                with (self.folder / job.EVENTS).open("ab") as file:
                    file.write(messages.encode(message))
            except OSError:
                logger.warning("an event could not be written down")

    def progress(self, phase: Any, **more: Any) -> None:
        """Tell the phase, the fraction done, and the time left."""
        self._last = phase, more
        self._meter.look()
        elapsed = awake_seconds() - self.begin
        left = None
        if self._total is not None:
            left = self._countdown.tell(elapsed, self._total - elapsed)
            # The bar never jumps back, and is full only at the end.
            self._fraction = max(self._fraction, min(0.99, elapsed / max(1.0, elapsed + left)))
        self.emit(Progress(phase=phase, fraction=self._fraction, elapsed_seconds=elapsed, eta_seconds=left, **more))

    def stop(self) -> bool:
        """Whether somebody wants the job to end early. Asked between pieces of work, so that it shows life, too."""
        self.show_life()
        return self.inbox.interrupt() is not None

    def show_life(self) -> None:
        """Say again what is going on, where nothing was said for a while."""
        if awake_seconds() - self._said > STILL_HERE:
            phase, more = self._last
            self.progress(phase, **more)

    def end_when_asked(self) -> None:
        """Wait until somebody wants the job to end, and end this process at once, after a checkpoint.

        To be run in a thread of its own: the main one may be in the middle of a step, or of loading, for minutes.
        """
        self.inbox.wait_for_interrupt()
        under_way = self._under_way
        if under_way and not isinstance(self.inbox.interrupt(), messages.Cancel):
            try:
                under_way.keep()
            except OSError as error:
                logger.warning("the last checkpoint could not be written: %s", type(error).__name__)
        with self._guard:
            self.stopped()
            os._exit(0)

    def stopped(self, step: int = 0) -> None:
        """Say that the job ended early, and how, unless it has ended already."""
        cancelled = isinstance(self.inbox.interrupt(), messages.Cancel)
        with self._guard:
            if not self._ended:
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

        from personal_ai.learning import export, parity, preference, train
        from personal_ai.learning.memory import give_back
        from personal_ai.learning.network import Network

        torch.set_num_threads(physical_cores())
        torch.set_flush_denormal(True)
        order, model = self.job, Path(self.job.model)
        questions = job.read_questions(self.folder)
        if not (lessons := job.read_examples(self.folder)):
            raise UserError("There is nothing to learn yet. Add some notes first.")
        practised = self.folder / "skill" / LEARNS
        practice = [] if practised.exists() else job.read_practice(self.folder)
        # llama.cpp and the network are not held in memory together for longer than they have to be.
        with Runtime.load(model, PROOF_CONTEXT) as runtime:
            replayed = self._replayed(runtime, lessons)
            laid, practising, prompts = layout.of_job(runtime, lessons, practice, replayed, order.recipe)
            preferred = preference.tokenised(
                runtime.tokenizer, runtime.template, pairs.read(self.folder), order.recipe.example_tokens
            )
            self.progress("proving")
            begin = awake_seconds()
            before = self._proving(runtime, questions).before()
            self._asking = awake_seconds() - begin
            evaluate.use(runtime, None)
            alike = {"base": parity.known(order.parity, order.model_sha256)}
            theirs = None if alike["base"] is not None else parity.theirs(runtime, prompts, self.stop)
        give_back()
        self.progress("loading")
        network = Network(model)
        train.show_life(network, self.show_life)
        if theirs is not None:
            alike["base"] = parity.checked(network, prompts, theirs, parity.MISREAD, self.stop)
            parity.keep(order.parity, order.model_sha256, alike["base"])
        start = Path(order.start) if order.start else None
        parameters = train.adapt(network, order.recipe, start)
        end = order.seconds - before.seconds - SLACK
        little = awake_seconds() - self.begin > end - TRAINING_SHARE * order.seconds
        if little and order.seconds >= A_NIGHT and not self._has_trained():
            raise UserError(
                "This model is too slow here to learn, and to prove that it did, in the time that it has. Give "
                "nights more time under Settings, or choose a smaller model."
            )
        if practising:
            self._practise(network, parameters, practising, end)
            self._keep_practised(network, questions)
            parameters = train.adapt(network, order.recipe)
        skilled = str(practised) if practised.exists() else order.beside
        if skilled:
            train.read_beside(network, order.recipe, Path(skilled))
        adapters = [Path(each) for each in (order.start, skilled) if each]
        inputs = self._inputs(job.encoded([*lessons, *replayed]), *adapters)
        if len(preferred) >= preference.FEWEST:
            end -= order.seconds * PREFERENCE_SHARE
        run = self._train(network, parameters, laid, inputs, self.folder, end)
        preferences = self._prefer(network, parameters, preferred, end + order.seconds * PREFERENCE_SHARE)
        self.progress("exporting")
        made = self.folder / "adapter"
        export.write(network, made, order.recipe, network.architecture, order.model_sha256)
        give_back()
        with Runtime.load(model, PARITY_CONTEXT) as runtime:
            evaluate.use(runtime, made / "adapter.gguf")
            theirs = parity.theirs(runtime, prompts, self.stop)
        alike["adapter"] = parity.checked(network, prompts, theirs, parity.MISREAD_ADAPTER, self.stop)
        del network, parameters
        give_back()
        self.progress("proving")
        with Runtime.load(model, PROOF_CONTEXT) as runtime:
            proof = self._proving(runtime, questions).after(before, made / "adapter.gguf", start, skilled)
        self.emit(Proved(proof=proof))
        # Only now: the proof writes its threshold into the adapter.
        sha256 = hashlib.sha256((made / "adapter.gguf").read_bytes()).hexdigest()
        more = {"parity": alike, "preferences": preferences}
        self._finish(run, proof, sha256, more)

    def _proving(self, runtime: Runtime, questions: list[job.Question]) -> Proving:
        return Proving(runtime, self.job, self.folder, questions, self.stop, lambda: self.progress("proving"))

    def _has_trained(self) -> bool:
        return any((self.folder / name).exists() for name in ("plan.json", "skill"))

    def _practise(self, network: Any, parameters: Any, laid: Laid, end: float) -> None:
        """Learn to read first: what the notes are learned beside, and what is kept for the nights to come."""
        folder = self.folder / "skill"
        folder.mkdir(mode=0o700, exist_ok=True)
        inputs = self._inputs((self.folder / job.PRACTICE).read_bytes())
        self._train(network, parameters, laid, inputs, folder, end * PRACTICE_SHARE)

    def _keep_practised(self, network: Any, questions: list[job.Question]) -> None:
        """Write the skill that was practised, with its threshold; it stands in its place once that is set."""
        from personal_ai.learning import export

        order, folder = self.job, self.folder / "skill"
        made = folder / "made"
        made.mkdir(exist_ok=True)
        export.write(network, made, order.recipe, network.architecture, order.model_sha256)
        due = [question for question in questions if question.use == "threshold"]
        with Runtime.load(Path(order.model), PROOF_CONTEXT) as runtime:
            threshold.set_for(runtime, made, 1.0, due, self.stop)
        for name in (CHATS, LEARNS):
            (made / name).replace(folder / name)
        sync_folder(folder)

    def _prefer(self, network: Any, parameters: Any, preferred: Any, end: float) -> dict[str, float]:
        """Make what the person wrote in place of an answer likelier than it, until the job is `end` seconds old."""
        from personal_ai.learning import preference

        return preference.stage(
            network,
            parameters,
            preferred,
            self.job.recipe,
            stop=self.stop,
            on_step=lambda run, _rate: self.progress("training", step=run.step, steps=run.planned),
            deadline_seconds=max(0.0, end - (awake_seconds() - self.begin)),
        )

    def _inputs(self, examples: bytes, *adapters: Path) -> str:
        """What a run depends on; `adapters` are what it begins from, and the skill beside it."""
        from personal_ai.learning import train

        order = self.job
        begun = [path.read_bytes() for path in adapters]
        recipe = msgspec.json.encode(order.recipe)
        return train.inputs_hash(__version__.encode(), order.model_sha256.encode(), recipe, examples, *begun)

    def _train(self, network: Any, parameters: Any, laid: Laid, inputs: str, folder: Path, end: float) -> Any:
        """Train until the job is `end` seconds old."""
        from personal_ai.learning import train

        order = self.job
        rest = order.seconds - end
        available = max(5.0, end - (awake_seconds() - self.begin))
        fitting = folder / "plan.json"
        if not fitting.exists():
            if order.speed:
                per_token = 1 / order.speed  # after the first steps it is planned again
            else:
                self.progress("checking")
                per_token = train.calibrate(network, laid.mixed(order.recipe), order.recipe, self.stop, order.seconds)
            left = max(5.0, end - (awake_seconds() - self.begin))
            # Kept, so that a resumed job learns the same.
            write_durably(fitting, json.dumps({"tokens": left / per_token}).encode())
        plan = fitting.read_bytes()
        tokens = json.loads(plan)["tokens"]
        chosen = laid.mixed(order.recipe, tokens)

        def planned() -> int:
            return train.plan(chosen, order.recipe, 1.0, tokens)

        def replanned(run: Any) -> int:
            left = max(0.0, end - (awake_seconds() - self.begin))
            per_token = run.seconds / run.tokens
            return train.plan(chosen, order.recipe, per_token, run.seconds + left)

        def on_step(run: Any, _rate: float) -> None:
            per_step = run.seconds / run.step
            self._total = awake_seconds() - self.begin + per_step * (run.planned - run.step) + rest
            recent = [loss for _, loss in run.losses[-8:]]
            self.progress(
                "training",
                step=run.step,
                steps=run.planned,
                loss=sum(recent) / len(recent),
                tokens=run.tokens,
                tokens_per_second=run.tokens / run.seconds,
            )

        self._under_way = train.UnderWay()
        if self._started is None:
            self._started = awake_seconds() - self.begin - self._asking
        return train.train(
            network,
            parameters,
            chosen,
            order.recipe,
            folder,
            train.inputs_hash(inputs.encode(), plan),
            planned=planned,
            replanned=replanned,
            stop=self.stop,
            on_step=on_step,
            on_checkpoint=lambda step: self.emit(messages.Checkpointed(step=step)),
            checkpoint_seconds=order.checkpoint_seconds,
            deadline_seconds=available * 1.15,
            under_way=self._under_way,
        )

    def _replayed(self, runtime: Runtime, lessons: list[Example]) -> list[Example]:
        """What the base said to general prompts, as much of it as the recipe wants; it is written once and kept."""
        order = self.job
        if not order.replay or order.recipe.replay <= 0:
            return []
        found = replay.frozen(self.folder)
        if found is None:
            self.progress("examples")
            evaluate.use(runtime, None)
            begin = awake_seconds()
            found = replay.said(
                runtime,
                Path(order.replay),
                REPLAYED,
                self.stop,
                enough=lambda: awake_seconds() - begin > order.seconds * REPLAY_SHARE,
            )
            if self.stop():
                raise evaluate.Interrupted
            replay.freeze(self.folder, found)
        system = next((turn for turn in lessons[0].turns if turn.role == "system"), None)
        return replay.examples(found, system)

    def _finish(self, run: Any, proof: dict[str, Any], sha256: str, more: dict[str, Any]) -> None:
        seconds = awake_seconds() - self.begin
        result = {
            "proof": proof,
            "words": report.words(proof),
            "loss": run.losses,
            "steps": run.step,
            "tokens": run.tokens,
            "seconds": seconds,
            "training_seconds": run.seconds,
            "first_step_seconds": self._started,
            "asking_seconds": self._asking,
            "tokens_per_second": run.tokens / max(1e-9, run.seconds),
            "model_sha256": self.job.model_sha256,
            **more,
            "adapter_sha256": sha256,
            "recipe": msgspec.to_builtins(self.job.recipe),
            "energy": self._energy(seconds),
        }
        write_durably(self.folder / "report.json", json.dumps(result).encode())
        # Only now: until the report is on disk, a crash goes on from them.
        for slot in ("checkpoint-a", "checkpoint-b"):
            shutil.rmtree(self.folder / slot, ignore_errors=True)
        self._fraction = 1.0
        self.emit(JobDone(result=result))

    def _energy(self, seconds: float) -> dict[str, Any]:
        """Watt-hours: what the processor counted or the battery lost, or an estimate by the processor's cores."""
        counted = self._meter.joules()
        if counted:
            return {"wh": counted[0] / 3600, "measured": True, "by": counted[1]}
        return {"wh": seconds * physical_cores() * WATTS_A_CORE / 3600, "measured": False, "by": "cores"}

    # ---- evaluate -------------------------------------------------------------------------------------------

    def evaluate(self) -> None:
        """Ask the job's questions of every system, aloud, and measure what else is wanted."""
        from personal_ai.learning import measure

        order, wanted = self.job, measure.read(self.folder)
        systems: list[measure.System] = [("base", None)]
        if wanted.skill:
            systems.append(("skill", AdapterUse(wanted.skill, reads=wanted.skill)))
        if order.adapter:
            systems.append(("adapter", AdapterUse(order.adapter, order.scale, order.adapter_reads)))

        def show(done: int, total: int) -> None:
            self._fraction = max(1, done) / max(1, total)
            self._total = (awake_seconds() - self.begin) / self._fraction
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

    # ---- before it starts -----------------------------------------------------------------------------------

    def calibrate(self) -> None:
        """Measure for some seconds what the job would take here; nothing of it is done."""
        from personal_ai.learning import calibrating, train

        self.progress("checking")
        try:
            figures = calibrating.calibrate(self.folder, self.job, self.stop)
        except train.Interrupted:
            self.stopped()
            return
        self.emit(JobDone(result=msgspec.to_builtins(figures)))

    # ---- bench ----------------------------------------------------------------------------------------------

    def bench(self) -> None:
        """Measure a training step and the processor's own matrix multiply, in one process, taking turns."""
        from personal_ai.learning import speed, train

        try:
            self.emit(JobDone(result=speed.measure(Path(self.job.model), self.job.recipe, self.stop)))
        except train.Interrupted:
            self.stopped()
