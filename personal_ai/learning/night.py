"""The service that learns: freezes what to learn, runs the train worker, and publishes what was proved."""

import contextlib
import dataclasses
import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock
import msgspec

from personal_ai import messages, system
from personal_ai.errors import DiskFull, UserError, disk_sentence
from personal_ai.learning import (
    examples,
    job,
    pairs,
    recipe,
    replay,
    schedule,
    skill,
)
from personal_ai.learning.preparing import START, Model, Preparing, Publisher, token_count
from personal_ai.learning.skills import LEARNS, Skills
from personal_ai.learning.trainer import Trainer, why
from personal_ai.learning.watch import Watch
from personal_ai.messages import Checkpointed, JobDone, JobStopped, Progress, Proved
from personal_ai.paths import Paths, wipe
from personal_ai.settings import Settings
from personal_ai.store.choices import Choices
from personal_ai.store.documents import Documents
from personal_ai.store.nights import NightRow, Nights, StartedBy
from personal_ai.store.taught import Taught
from personal_ai.system import State
from personal_ai.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

PAUSED = "Paused; it goes on from here next time."
#: Among the jobs: all that a run in the background tells, samples of its proof included.
EVENTS = "learn.jsonl"
#: What runs tell, quoting no note, is kept of the newest so many, so that it does not fill the disk.
TOLD = 20
#: Whoever only looks whether somebody learns holds the place for less than this, in seconds.
A_MOMENT = 0.2


class NightEnded(msgspec.Struct, frozen=True):
    """A run is over; `night` says how."""

    night: NightRow


class Plan(msgspec.Struct, frozen=True):
    """What a run would do now."""

    notes: int
    new_notes: int
    tokens: int
    minutes: float
    sentence: str


NightEvent = Progress | Checkpointed | Proved | NightEnded


class Night:
    """Learning, for pages and commands. One run at a time in one data folder, whichever process starts it."""

    def __init__(
        self,
        paths: Paths,
        documents: Documents,
        nights: Nights,
        shelf: Publisher,
        *,
        model: Callable[[], Model],
        choices: Choices,
        taught: Taught,
        search: examples.Search,
        prompt: skill.Prompt,
        settings: Callable[[], Settings],
        start_worker: Callable[..., Worker],
        look: Callable[[], State],
        lacking: Callable[[], str] = lambda: "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        checkpoint_seconds: float = 30.0,
        watch: Callable[..., Watch] = Watch,
    ) -> None:
        self._paths = paths
        self._documents = documents
        self._nights = nights
        self._shelf = shelf
        self._model = model
        self._settings = settings
        #: Makes its jobs.
        self.preparing = Preparing(
            paths,
            documents,
            nights,
            shelf,
            choices=choices,
            taught=taught,
            search=search,
            prompt=prompt,
            checkpoint_seconds=checkpoint_seconds,
        )
        self._trainer = Trainer(start_worker)
        self._look = look
        self._begin_watch = watch
        self._watch: Watch | None = None
        #: Which part of the program learning lacks, as a sentence; empty when all is there.
        self._lacking = lacking
        self._now = now
        # The first keeps other processes out; it lets its own process in again, so that needs the second.
        self._lock = filelock.FileLock(paths.jobs / "learning.lock", timeout=0, thread_local=False)
        self._here = threading.Lock()
        #: On the clock that nobody can set: when the last run here began, and when one had to make way.
        self._started_at: float | None = None
        self._stopped_at: float | None = None
        self._by: StartedBy = "hand"
        self._catching_up = False

    # ---- learning -------------------------------------------------------------------------------------------

    def learn(self, minutes: float | None = None, by: StartedBy = "hand") -> Iterator[NightEvent]:
        """Learn the notes, prove it, and publish what helped; go on with an interrupted run where one fits.

        Ends with NightEnded. While it lasts the machine is watched: a run makes way for whatever `schedule.must_stop`
        names, and for sleep. Closing the generator cancels and changes nothing that was in use; after `close()` it
        pauses. Raises UserError when there is nothing to learn, when the model cannot be taught, when another window or
        command is learning, or when the libraries for it are not installed.
        """
        if lacking := self._lacking():
            raise UserError(lacking)
        self._begin_alone()
        try:
            self._by = by
            seconds = self._seconds(minutes, by)
            with self._begin_watch(self._look, self._must_stop, self._trainer.pause) as self._watch:
                # A night that is cut short is paused; a time that somebody named is kept.
                yield from self._learn(seconds, None if minutes is None else seconds, by)
        except OSError as error:
            raise UserError(disk_sentence(error, "preparing to learn")) from error
        finally:
            if self._watch and self._watch.reason:
                self._stopped_at = system.steady_seconds()
            self._watch = None
            self._trainer.forget_pause()
            self._lock.release()
            self._here.release()

    def _begin_alone(self) -> None:
        busy = "Personal AI is already learning, in another window or command. Wait until it ends."
        if not self._here.acquire(timeout=A_MOMENT):
            raise UserError(busy)
        try:
            self._lock.acquire(timeout=A_MOMENT)
        except filelock.Timeout as error:
            self._here.release()
            raise UserError(busy) from error
        except OSError as error:
            self._here.release()
            raise UserError(disk_sentence(error, "preparing to learn")) from error

    def pause(self) -> None:
        """Ask the run that is under way here to write a checkpoint and end; the next one goes on from there."""
        if self._here.locked():
            self._trainer.pause()

    def leave(self) -> None:
        """Pause the run that is under way here or about to begin, as `pause` does; this service starts no other."""
        self._trainer.leave()

    def cancel(self) -> None:
        """Ask the run that is under way here to end now. From any thread: closing its generator waits for an event."""
        if self._here.locked():
            self._trainer.cancel()

    def close(self) -> None:
        """End the worker, which writes a checkpoint first: the run is paused, and this service starts no other."""
        self._trainer.close()

    def _learn(self, seconds: float, most: float | None, by: StartedBy) -> Iterator[NightEvent]:
        model = self._model()
        if not model.learns:
            raise UserError(
                f"Personal AI can chat with “{model.name}” but cannot teach it yet: {model.lacks}. "
                "Choose another one under Models."
            )
        id, folder = self._unfinished(model, most) or self._begin(model, seconds, by)
        self._started_at = system.steady_seconds()
        try:
            end: Any = None
            for event in self._trainer.work(folder):
                if isinstance(event, JobDone | JobStopped | messages.Failed):
                    end = event
                else:
                    yield event
        except GeneratorExit:
            if self._trainer.closing:
                self._nights.update(id, state="paused", reason=PAUSED)
            else:
                self._nights.finish(id, "cancelled", "You cancelled it; nothing was changed.")
                _forget_notes(folder)
            raise
        except WorkerDied as error:
            self._nights.finish(id, "failed", why(error))
            _forget_notes(folder)
            yield NightEnded(self._nights.get(id))
            return
        self._conclude(id, folder, model, end)
        yield NightEnded(self._nights.get(id))

    def _seconds(self, minutes: float | None, by: StartedBy) -> float:
        self._catching_up = False
        if minutes is None:
            decision = self.due() if by == "night" else None
            self._catching_up = bool(decision and decision.catching_up)
            minutes = decision.minutes if decision and decision.minutes else float(self._settings().night_minutes)
        return minutes * 60

    def _unfinished(self, model: Model, most: float | None) -> tuple[int, Path] | None:
        """The run to go on with, for at most `most` seconds: same model, every note it learns still there."""
        row = self._nights.unfinished()
        if row is None:
            return None
        folder = self._paths.jobs / row.job
        try:
            order = job.read(folder)
            if self.preparing.still_true(order, model):
                if most is not None and most < order.seconds:
                    job.write_order(folder, msgspec.structs.replace(order, seconds=most))
                self._nights.update(row.id, state="running")
                return row.id, folder
        except UserError:
            logger.info("the interrupted job is gone")
        self._nights.finish(row.id, "cancelled", "It was interrupted, and your notes or the model changed since.")
        _forget_notes(folder)
        return None

    def _begin(self, model: Model, seconds: float, by: StartedBy) -> tuple[int, Path]:
        """Freeze what this run learns into a job folder, and record that it begins.

        No other run is unfinished, so what lies in the folders of earlier ones was left there by a crash.
        """
        job.clear_forecasts(self._paths.jobs)
        numbers = sorted(int(folder.name) for folder in self._paths.jobs.iterdir() if folder.name.isdecimal())
        for number in numbers:
            _forget_notes(self._paths.jobs / str(number))
        for number in numbers[:-TOLD]:
            (self._paths.jobs / str(number) / job.EVENTS).unlink(missing_ok=True)
        # What is added from here on was not learned, however long the examples take.
        frozen = self._now()
        order, folder = self.preparing.prepare(model, seconds, frozen)
        return self._nights.start(folder.name, by, len(order.documents), now=frozen), folder

    def _conclude(self, id: int, folder: Path, model: Model, end: Any) -> None:
        """Write down how the run ended; publish what was proved first, so that the record never says too much."""
        if isinstance(end, JobStopped):
            if end.reason == "paused":
                self._nights.update(id, state="paused", reason=end.sentence or self._why_paused())
            else:
                self._nights.finish(id, "cancelled", "You cancelled it.")
                _forget_notes(folder)
            return
        if isinstance(end, messages.Failed):
            self._nights.finish(id, "failed", end.sentence)
            _forget_notes(folder)
            return
        result = end.result
        proof = result["proof"]
        figures = {"tokens": result["tokens"], "seconds": result["seconds"]}
        order = job.read(folder)
        report = result | self._named(order.documents) | {"replaced": order.replaced, "kind": order.kind}
        if not {chunk.id for chunk in self._documents.learnable_chunks()}.issuperset(order.chunks):
            # A note went meanwhile, and which sentences were its own is not kept.
            proof = proof | {"samples": []}
            report |= {"replaced": [], "proof": proof}
        if not proof["accepted"]:
            if proof.get("gains", {}).get("notes", {}).get("nll", {}).get("low", 0.0) > 0:
                # Refused for something else: with notes it reads better, and the skill answers nothing but these.
                self._keep_practised(folder, order)
            self._nights.finish(id, "refused", proof["reason"], report=report, **figures)
            _forget_notes(folder)
            return
        try:
            number = self._shelf.publish(
                folder / "adapter",
                base=model.name,
                base_sha256=order.model_sha256,
                documents=order.documents,
                strength=proof["scale"],
                recipe=result["recipe"],
                proof={key: value for key, value in proof.items() if key != "samples"},
                parent=order.parent,
                kind=order.kind,
                chunks=order.chunks,
            )
        except UserError as error:
            if isinstance(error, DiskFull) and schedule.waits_for_room(system.free_disk(folder)):
                # All is done but this, and is done when there is room.
                self._nights.update(id, state="paused", reason=str(error))
                raise
            self._nights.finish(id, "failed", str(error), report=report, **figures)
            _forget_notes(folder)
            raise
        self._nights.finish(id, "published", proof["reason"], adapter=number, report=report, **figures)
        self._keep_practised(folder, order)
        _forget_notes(folder)

    def _keep_practised(self, folder: Path, order: job.Job) -> None:
        """Keep the reading skill that a run practised, if it did."""
        if (practised := folder / "skill" / LEARNS).is_file():
            try:
                Skills(self._paths).keep(practised.parent, order.model_sha256)
            except OSError as error:
                logger.warning("the reading skill could not be kept: %s", type(error).__name__)

    def _why_paused(self) -> str:
        return (self._watch and self._watch.reason) or PAUSED

    def _named(self, documents: Sequence[int]) -> dict[str, Any]:
        """The titles of these, and the ids: first of those that have a title there, in the same order."""
        wanted = set(documents)
        rows = [row for row in self._documents.list() if row.id in wanted]
        ids = dict.fromkeys([*(row.id for row in rows), *documents])
        return {"learned": [row.title for row in rows], "documents": list(ids)}

    # ---- when -----------------------------------------------------------------------------------------------

    def due(self) -> schedule.Decision:
        """Whether the night may learn now, and why or why not."""
        if lacking := self._lacking():
            return schedule.Decision(False, lacking)
        fresh = self._new_documents()
        changed = self._changed()
        added = [datetime.fromisoformat(row.added) for row in fresh]
        decision = schedule.decide(
            self._now().astimezone(),
            self._settings(),
            self._nights.last(),
            len(fresh) + changed,
            self._look(),
            waiting_since=min(added) if added else None,
            seconds_since_run=_seconds_since(self._started_at),
            seconds_since_stop=_seconds_since(self._stopped_at),
        )
        if decision.go and self._taken():
            reason = "Waiting: another window or command is learning."
            return dataclasses.replace(decision, go=False, reason=reason, waits=True)
        return decision

    def _taken(self) -> bool:
        """Whether another process learns here."""
        if not self._here.acquire(blocking=False):
            return False
        try:
            with self._lock:
                return False
        except filelock.Timeout:
            return True
        except OSError as error:
            # Whoever begins to learn meets it again, and says it.
            logger.info("it cannot be seen whether another process learns: %s", type(error).__name__)
            return False
        finally:
            self._here.release()

    def _must_stop(self, state: State) -> str | None:
        return schedule.must_stop(
            self._now().astimezone(),
            self._settings(),
            state,
            # Who wants it now: a night may go on with what was begun by hand, and a hand with what a night began.
            by=self._by,
            catching_up=self._catching_up,
        )

    def status(self) -> str:
        """One true sentence for the sidebar: what was learned, or why the night waits."""
        decision = self.due()
        last = self._nights.last()
        if last and last.state == "published" and last.ended and not self._new_documents():
            ended = datetime.fromisoformat(last.ended).astimezone()
            return f"Learned {_notes(last.notes)} {_day(ended, self._now().astimezone())}, {ended:%H:%M}"
        return decision.reason

    def plan(self) -> Plan:
        """What learning now would take, from the speed of the last run."""
        chunks = self._documents.learnable_chunks()
        tokens = token_count(chunks)
        choice = recipe.choose(self._model().parameters, tokens)
        speed = self.preparing.speed(self._model())
        # A note becomes about eight examples, most of them behind four passages.
        wanted = len(chunks) * 8 * 300 * choice.epochs
        minutes = min(float(self._settings().night_minutes), wanted / speed / 60 + 1)
        notes = len({chunk.document_id for chunk in chunks})
        new = len(self._new_documents())
        sentence = f"{_notes(notes)} to learn, {new} of them new; about {minutes:.0f} minutes on this computer."
        return Plan(notes, new, tokens, minutes, sentence if notes else "Nothing to learn yet: add some notes.")

    def nights(self) -> list[NightRow]:
        """Every run, newest first."""
        return self._nights.list()

    def _changed(self) -> int:
        """How much else is another than the last run had it: notes deleted, things taught, decided and taken back."""
        last = self._nights.last_done()
        if last is None:
            return 0
        return self.preparing.changed_since(last) + self._documents.removed_since(last.started)

    def _new_documents(self) -> list[Any]:
        """Documents that came after the last run which learned to its end."""
        last = self._nights.last_done()
        since = last.started if last else ""
        return [row for row in self._documents.list() if row.added > since and row.learnable]


def _seconds_since(moment: float | None) -> float | None:
    return None if moment is None else system.steady_seconds() - moment


def forget_gone(jobs: Path, all_there: Callable[[Sequence[int]], bool]) -> None:
    """Take the notes' text out of every job that learns a chunk which is gone and that nobody works on.

    One that is worked on would not be published any more, and loses its text when it ends. What a run in the background
    told so far goes whatever it learned: it quotes questions, and not by whose passage.
    """
    # Where a run holds it open, Windows keeps the file; what was in it is overwritten by then.
    with contextlib.suppress(FileNotFoundError, PermissionError):
        wipe(jobs / EVENTS)
    for folder in jobs.iterdir():
        try:
            if not folder.is_dir() or all_there(job.read(folder).chunks):
                continue
            with filelock.FileLock(folder / "worker.lock", timeout=0):
                _forget_notes(folder)
        except UserError:
            continue  # not a job, or one that has not begun
        except filelock.Timeout:
            logger.info("a job at work holds a deleted note until it ends")


def _forget_notes(folder: Path) -> None:
    """Take the notes' text out of a job that is over; its order and events stay, its report is in the record."""
    with contextlib.suppress(UserError, OSError):
        job.write_order(folder, msgspec.structs.replace(job.read(folder), replaced=[]))
    files = ("examples.jsonl", "questions.jsonl", "base.json", "report.json", "plan.json", job.PRACTICE, pairs.FILE)
    names = (*files, replay.KEPT, START, "adapter", "skill", "checkpoint-a", "checkpoint-b")
    # What a process was writing when it was killed holds notes, too.
    for target in (*(folder / name for name in names), *folder.glob(".*.tmp")):
        if target.is_dir():
            shutil.rmtree(target, ignore_errors=True)
        else:
            target.unlink(missing_ok=True)


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"


def _day(moment: datetime, now: datetime) -> str:
    days = (now.date() - moment.date()).days
    if days == 0:
        return "last night" if moment.hour < 7 else "today"
    return "yesterday" if days == 1 else f"{days} days ago"
