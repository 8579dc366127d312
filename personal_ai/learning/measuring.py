"""The service that measures: questions asked of every system, and the speed of a training step. Nothing of it stays."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from personal_ai import messages
from personal_ai.errors import UserError, disk_sentence
from personal_ai.learning import examples, job, measure, recipe, skill
from personal_ai.learning.job import NOT_IN_NOTES, Job, Question
from personal_ai.learning.measure import Wanted
from personal_ai.learning.preparing import Model
from personal_ai.learning.questions import read_questions, title_of
from personal_ai.learning.skills import Skills
from personal_ai.learning.trainer import Trainer
from personal_ai.learning.voice import read as read_pairs
from personal_ai.messages import JobDone, Progress
from personal_ai.paths import Paths
from personal_ai.settings import Settings
from personal_ai.store.documents import Documents
from personal_ai.worker import Worker, WorkerDied


class Shelf(Protocol):
    """Where the adapters are (an `adapters.shelf.Shelf`)."""

    def in_use(self, base_sha256: str) -> list[messages.AdapterUse]: ...


class Evaluated(msgspec.Struct, frozen=True):
    """The figures of each system, and what each answered, question by question; the fields are those of measure.py."""

    systems: dict[str, Any]
    answers: dict[str, list[str]]
    differences: list[dict[str, Any]] = []
    general: dict[str, Any] = {}
    voice: dict[str, Any] = {}


class Measured(msgspec.Struct, frozen=True):
    """What `bench learn` found; the fields are those of learning/speed.py."""

    figures: dict[str, Any]


class Measuring:
    """Measuring, for commands."""

    def __init__(
        self,
        paths: Paths,
        documents: Documents,
        shelf: Shelf,
        *,
        model: Callable[[], Model],
        search: examples.Search,
        prompt: skill.Prompt,
        settings: Callable[[], Settings],
        start_worker: Callable[..., Worker],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._paths = paths
        self._documents = documents
        self._shelf = shelf
        self._model = model
        self._search = search
        self._prompt = prompt
        self._settings = settings
        self._trainer = Trainer(start_worker)
        self._now = now

    def close(self) -> None:
        """End the worker."""
        self._trainer.close()

    def evaluate(
        self, path: Path, *, general: bool = False, voice: Path | None = None
    ) -> Iterator[Progress | Evaluated]:
        """Ask the questions of a file (lines of {"question", "answer"}) of every system, on the files that chat.

        On wish, with `general`, what must not be forgotten is asked, too, and how much each writes like the person, on
        the sentences of the file `voice` (lines of {"sentence", "neutral"}). Ends with Evaluated. Raises UserError for
        a file that holds no such lines.
        """
        model = self._model()
        adapters = self._shelf.in_use(model.sha256)
        titles = [(row.path, row.title) for row in self._documents.list()]
        questions = [
            Question(
                q.question,
                q.answer or NOT_IN_NOTES,
                self._prompt(q.question, []),
                self._passages(q.question),
                title_of(q.note, titles),
                kind=q.kind,
                distractors=q.distractors,
            )
            for q in read_questions(path)
        ]
        wanted = measure.Wanted(
            general=general,
            voice=read_pairs(voice) if voice else [],
            own=self._own_writing() if voice else "",
            skill=self._skill(model),
        )
        for event in self._measure(model, "evaluate", questions, adapters, wanted):
            if isinstance(event, JobDone):
                found = {key: value for key, value in event.result.items() if key in Evaluated.__struct_fields__}
                yield Evaluated(**found)
            elif isinstance(event, Progress):
                yield event

    def _own_writing(self, characters: int = 60_000) -> str:
        """Some of what the person wrote themselves."""
        return "\n".join(chunk.text for chunk in self._documents.learnable_chunks())[:characters]

    def _skill(self, model: Model) -> str:
        """The file of the reading skill for a model, where there is one."""
        skill = Skills(self._paths).use(model.sha256)
        return skill.path if skill else ""

    def bench(self) -> Iterator[Progress | Measured]:
        """Measure the speed of a training step here. Ends with Measured."""
        for event in self._measure(self._model(), "bench", [], []):
            if isinstance(event, JobDone):
                yield Measured(event.result)
            elif isinstance(event, Progress):
                yield event

    def _passages(self, question: str) -> list[messages.Turn]:
        return self._prompt(question, self._search(question, self._settings().passages))

    def _measure(
        self,
        model: Model,
        task: Literal["evaluate", "bench"],
        questions: list[Question],
        adapters: list[Any],
        wanted: Wanted | None = None,
    ) -> Iterator[Any]:
        """Run a job that leaves nothing behind."""
        folder = self._paths.jobs / f"{task}-{self._now():%Y%m%d%H%M%S%f}"
        order = Job(
            number=0,
            task=task,
            model=str(model.path),
            model_sha256=model.sha256,
            recipe=recipe.choose(model.parameters, 0),
            seconds=0.0,
            adapter=adapters[0].path if adapters else "",
            scale=adapters[0].scale if adapters else 1.0,
            adapter_reads=adapters[0].reads if adapters else "",
        )
        try:
            if wanted:
                measure.write(folder, wanted)
            job.write(folder, order, [], questions)
            for event in self._trainer.work(folder):
                if isinstance(event, messages.Failed):
                    raise UserError(event.sentence)
                yield event
        except WorkerDied as error:
            raise UserError(
                "Measuring stopped unexpectedly three times. Close other programs and try again."
            ) from error
        except OSError as error:
            raise UserError(disk_sentence(error, "measuring")) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
