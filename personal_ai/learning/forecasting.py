"""The service that tells before it starts: what a run would take here, and which models a night can teach."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock
import msgspec

from personal_ai import messages, system
from personal_ai.errors import UserError, disk_sentence
from personal_ai.learning import job, predict, recipe
from personal_ai.learning.predict import Figures
from personal_ai.learning.preparing import TRAINED_SHARE, Model, Preparing
from personal_ai.learning.trainer import Trainer
from personal_ai.messages import JobDone, Progress
from personal_ai.models import gguf_file
from personal_ai.paths import Paths
from personal_ai.settings import Settings
from personal_ai.system import Memory
from personal_ai.worker import Worker, WorkerDied

#: With fewer training tokens a night nothing was seen to stay (measured: of 36 thousand, facts by heart did).
LEAST_TOKENS = 36_000
#: The largest piece of a night, mostly, in tokens: questions about one note (units.group).
PIECE = (1024,)
#: The rest of the memory is for everything else that runs.
MEMORY_SHARE = 0.95


class Teachable(msgspec.Struct, frozen=True):
    """What a night could do for one model here, and if it can do nothing, why, in `sentence`.

    `measured` says whether its speed was measured, and not computed from that of another.
    """

    name: str
    can: bool
    sentence: str
    tokens: int = 0
    tokens_per_second: float = 0.0
    memory_mb: float = 0.0
    measured: bool = False


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a run would take, and `models`: what a night could do for each model. `parts_mb` are the memory's."""

    model: str
    tokens: int
    tokens_per_second: float
    minutes: float
    training_minutes: float
    proof_minutes: float
    memory_mb: float
    parts_mb: dict[str, float]
    disk_mb: float
    watt_hours: float
    watts_measured: bool
    calibration_seconds: float
    models: list[Teachable]


class Forecasting:
    """Forecasts, for pages and commands; never beside a run of the same data folder."""

    def __init__(
        self,
        paths: Paths,
        preparing: Preparing,
        *,
        model: Callable[[], Model],
        models: Callable[[], Sequence[Model]],
        settings: Callable[[], Settings],
        start_worker: Callable[..., Worker],
        memory: Callable[[], Memory] = system.memory,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._paths = paths
        self._preparing = preparing
        self._model = model
        self._models = models
        self._settings = settings
        self._trainer = Trainer(start_worker)
        self._memory = memory
        self._now = now

    def close(self) -> None:
        """End the worker."""
        self._trainer.close()

    def forecast(self, minutes: float | None = None) -> Iterator[Progress | Forecast]:
        """Measure some seconds of the run that learning now would be, and tell the whole; nothing of it stays.

        Ends with Forecast. Raises UserError where there is nothing to learn, where the model cannot be taught, and
        while something else is learning.
        """
        model = self._model()
        if not model.learns:
            raise UserError(_lacking(model))
        try:
            with filelock.FileLock(self._paths.jobs / "learning.lock", timeout=0):
                yield from self._measure(model, minutes or float(self._settings().night_minutes))
        except filelock.Timeout as error:
            raise UserError("Personal AI is learning, in another window or command. Wait until it ends.") from error
        except OSError as error:
            raise UserError(disk_sentence(error, "looking ahead")) from error

    def _measure(self, model: Model, minutes: float) -> Iterator[Progress | Forecast]:
        job.clear_forecasts(self._paths.jobs)
        folder = Path(tempfile.mkdtemp(prefix=job.FORECAST, dir=self._paths.jobs))
        try:
            order, _ = self._preparing.prepare(model, minutes * 60, self._now(), into=folder)
            job.write_order(folder, msgspec.structs.replace(order, task="calibrate"))
            for event in self._trainer.work(folder):
                if isinstance(event, messages.Failed):
                    raise UserError(event.sentence)
                if isinstance(event, JobDone):
                    yield self._told(model, msgspec.convert(event.result, Figures))
                elif isinstance(event, Progress):
                    yield event
        except WorkerDied as error:
            raise UserError(
                "Looking ahead stopped unexpectedly three times. Close other programs, and try again."
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _told(self, model: Model, figures: Figures) -> Forecast:
        memory = figures.memory
        return Forecast(
            model=model.name,
            tokens=figures.tokens,
            tokens_per_second=figures.tokens_per_second,
            minutes=figures.seconds / 60,
            training_minutes=figures.training_seconds / 60,
            proof_minutes=figures.proof_seconds / 60,
            memory_mb=memory.total / 1e6,
            parts_mb={name: value / 1e6 for name, value in msgspec.structs.asdict(memory).items()},
            disk_mb=figures.disk_bytes / 1e6,
            watt_hours=figures.watts * figures.seconds / 3600,
            watts_measured=figures.watts_measured,
            calibration_seconds=figures.calibration_seconds,
            models=teachable(
                self._models(), model, figures, float(self._settings().night_minutes), self._memory().total
            ),
        )


def memory_outlook(model: Model, memory: int) -> Teachable:
    """Whether a computer with so many bytes of `memory` has enough of it to teach this model; nothing is measured."""
    if not model.learns:
        return Teachable(model.name, False, _lacking(model))
    try:
        sizes = predict.sizes(gguf_file.read(model.path))
    except UserError as error:
        return Teachable(model.name, False, str(error))
    needs = predict.memory(sizes, recipe.choose(model.parameters, 0).rank, 4, [PIECE], runtime_tokens=4096).total
    fits = not memory or needs <= memory * MEMORY_SHARE
    sentence = f"To teach it takes about {needs / 1e9:.1f} GB of memory, which is there."
    if not fits:
        sentence = (
            f"To teach it takes about {needs / 1e9:.1f} GB of memory, and this computer has {memory / 1e9:.1f} GB."
        )
    return Teachable(model.name, fits, sentence, memory_mb=needs / 1e6)


def teachable(
    models: Sequence[Model], measured: Model, figures: Figures, minutes: float, memory: int
) -> list[Teachable]:
    """What a night of so many `minutes` could do for each of `models`, on a machine with so many bytes of `memory`.

    The speed of `measured` is that of `figures`; that of the others follows from it by their work a token.
    """
    return [_teachable(each, measured, figures, minutes, memory) for each in models]


def _teachable(each: Model, measured: Model, figures: Figures, minutes: float, memory: int) -> Teachable:
    if not each.learns:
        return Teachable(each.name, False, _lacking(each))
    rank = recipe.choose(each.parameters, 0).rank
    try:
        sizes = predict.sizes(gguf_file.read(each.path))
        needs = predict.memory(sizes, rank, figures.element, [figures.piece], runtime_tokens=4096).total
        speed = figures.tokens_per_second * _work(measured, figures) / _work(each, figures)
    except UserError as error:
        return Teachable(each.name, False, str(error))
    tokens = int(minutes * 60 * TRAINED_SHARE * speed)
    told: dict[str, Any] = {
        "tokens": tokens,
        "tokens_per_second": speed,
        "memory_mb": needs / 1e6,
        "measured": each.sha256 == measured.sha256,
    }
    if memory and needs > memory * MEMORY_SHARE:
        why = (
            f"To teach “{each.name}” takes about {needs / 1e9:.1f} GB of memory, and this computer has "
            f"{memory / 1e9:.1f} GB. Choose a smaller model."
        )
    elif tokens < LEAST_TOKENS:
        why = (
            f"A night teaches “{each.name}” only about {tokens:,} tokens here, and what is to stay takes about "
            f"{LEAST_TOKENS:,}. Give nights more time under Settings, or choose a smaller model."
        )
    else:
        can = (
            f"A night can teach “{each.name}” here: about {tokens:,} tokens a night, with {needs / 1e9:.1f} GB of "
            "memory."
        )
        return Teachable(each.name, True, can, **told)
    return Teachable(each.name, False, why, **told)


def _work(model: Model, figures: Figures) -> float:
    """FLOPs of one of the model's training tokens."""
    rank = recipe.choose(model.parameters, 0).rank
    return predict.flops(
        predict.sizes(gguf_file.read(model.path)), rank, length=figures.length, learned=figures.learned
    )


def _lacking(model: Model) -> str:
    return (
        f"Personal AI can chat with “{model.name}” but cannot teach it yet: {model.lacks}. "
        "Choose another one under Models."
    )
