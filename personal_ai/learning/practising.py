"""The service that practises reading: the skill of a base model that has none, on request rather than in a night."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import msgspec

from personal_ai import messages
from personal_ai.errors import UserError, disk_sentence
from personal_ai.learning import job, recipe, skill
from personal_ai.learning.job import Job
from personal_ai.learning.preparing import Model
from personal_ai.learning.skills import Skills
from personal_ai.learning.trainer import Trainer, why
from personal_ai.messages import Checkpointed, JobDone, JobStopped, Progress, Proved
from personal_ai.paths import Paths
from personal_ai.worker import Worker, WorkerDied

#: Of the lives that are not practised, about so many questions prove the skill.
QUESTIONS = 40
#: And so many others set when it says that something is not in the notes.
THRESHOLD = 30
#: What it takes where nobody says otherwise.
MINUTES = 40.0


class Practised(msgspec.Struct, frozen=True):
    """It is over. `kept` says whether the skill is used from now on, `reason` why or why not; `proof` is a night's."""

    kept: bool
    reason: str
    proof: dict[str, Any]


class Practising:
    """Practice, for pages and commands; never beside a night of the same data folder."""

    def __init__(
        self, paths: Paths, *, model: Callable[[], Model], prompt: skill.Prompt, start_worker: Callable[..., Worker]
    ) -> None:
        self._paths = paths
        self._model = model
        self._prompt = prompt
        self._trainer = Trainer(start_worker)

    def practise(self, minutes: float | None = None) -> Iterator[Progress | Checkpointed | Proved | Practised]:
        """Practise reading with the model in use, prove it on a life that was not practised, and keep what helped.

        Ends with Practised. Closing the generator ends it; the next practice goes on from the last checkpoint. Raises
        UserError where the model cannot be taught or has the skill already, and while something else is learning.
        """
        model = self._model()
        if not model.learns:
            raise UserError(
                f"Personal AI can chat with “{model.name}” but cannot teach it yet: {model.lacks}. "
                "Choose another one under Models."
            )
        if Skills(self._paths).find(model.sha256):
            raise UserError(f"“{model.name}” knows how to read notes already.")
        try:
            with filelock.FileLock(self._paths.jobs / "learning.lock", timeout=0):
                yield from self._work(model, (minutes or MINUTES) * 60)
        except filelock.Timeout as error:
            raise UserError("Personal AI is learning, in another window or command. Wait until it ends.") from error
        except OSError as error:
            raise UserError(disk_sentence(error, "practising")) from error

    def cancel(self) -> None:
        """Ask the practice that is under way here to end now."""
        self._trainer.cancel()

    def close(self) -> None:
        """End the worker, which writes a checkpoint first."""
        self._trainer.close()

    def _work(self, model: Model, seconds: float) -> Iterator[Progress | Checkpointed | Proved | Practised]:
        folder = self._paths.jobs / f"practice-{model.sha256[:16]}"
        self._prepare(folder, model, seconds)
        try:
            for event in self._trainer.work(folder):
                if isinstance(event, messages.Failed):
                    shutil.rmtree(folder, ignore_errors=True)
                    raise UserError(event.sentence)
                if isinstance(event, JobStopped):
                    yield Practised(False, event.sentence or "It was stopped; the next time it goes on from here.", {})
                elif isinstance(event, JobDone):
                    yield self._conclude(folder, model, event.result)
                else:
                    yield event
        except WorkerDied as error:
            raise UserError(why(error)) from error

    def _prepare(self, folder: Path, model: Model, seconds: float) -> None:
        """Write the job; one that was begun stays as it is, with this time."""
        if (folder / "job.json").exists():
            job.write_order(folder, msgspec.structs.replace(job.read(folder), seconds=seconds))
            return
        threshold = skill.shown(self._prompt, THRESHOLD)
        others = {question.question for question in threshold}
        every = [q for q in skill.questions(skill.lives("dev"), self._prompt) if q.question not in others]
        order = Job(
            number=0,
            task="learn",
            model=str(model.path),
            model_sha256=model.sha256,
            model_name=model.name,
            recipe=recipe.choose(model.parameters, 0),
            seconds=seconds,
            replay=str(Skills(self._paths).replay(model.sha256)),
        )
        practice = skill.examples(skill.lives("train"), self._prompt)
        job.write(folder, order, practice, [*every[:: max(1, len(every) // QUESTIONS)], *threshold])

    def _conclude(self, folder: Path, model: Model, result: dict[str, Any]) -> Practised:
        proof = result["proof"]
        if proof["accepted"]:
            Skills(self._paths).keep(folder / "adapter", model.sha256, proof["scale"])
        shutil.rmtree(folder, ignore_errors=True)
        return Practised(proof["accepted"], proof["reason"], proof)
