"""Models are tried: in a child of their own before they are taken in, and for how fast they talk on this machine."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from personal_ai import messages, system
from personal_ai.errors import UserError, disk_sentence
from personal_ai.models.catalogue import Catalogue, ModelEntry
from personal_ai.paths import Paths, write_durably
from personal_ai.system import Memory
from personal_ai.worker import Worker, WorkerDied

logger = logging.getLogger(__name__)

#: A model is tried with a short conversation and so many tokens of an answer.
CONTEXT, TOKENS = 512, 32
#: A picture takes up to some thousand tokens.
SEEING = 4096
#: A file that takes longer than this to load and to say its tokens is given up, in seconds.
PATIENCE = 600.0
#: The rest of the memory is for everything else that runs.
MEMORY_SHARE = 0.95


class Speed(msgspec.Struct, frozen=True):
    """Tokens a second on this machine: measured, or computed from what another model measured."""

    tokens_per_second: float
    measured: bool


class Trying:
    """Takes models in and measures them, for pages and commands. One at a time; any thread may call."""

    def __init__(
        self,
        paths: Paths,
        catalogue: Catalogue,
        start_worker: Callable[[], Worker],
        memory: Callable[[], Memory] = system.memory,
        current: Callable[[], str] = lambda: "",
    ) -> None:
        self._file = paths.models / ".speeds.json"
        self._catalogue = catalogue
        self._start_worker = start_worker
        self._memory = memory
        self._current = current
        self._busy = threading.Lock()
        self._worker: Worker | None = None

    def close(self) -> None:
        """End what is being tried."""
        worker = self._worker
        if worker:
            worker.stop(grace=0.5)

    def add(self, path: Path) -> ModelEntry:
        """Take a GGUF file in after a child has loaded it and made it speak; this process opens it only then.

        One that lets a model see goes to the model it was made for, once that has looked at a picture with it. Returns
        the model. Raises UserError, one sentence, for a file that is unusable, does not fit, belongs to no model or to
        several, or brings the child down.
        """
        self._refuse_larger(path)
        with self._child(path) as worker:
            told = _ask(worker, messages.Inspect(path=str(path)), messages.Inspected)
            assert isinstance(told, messages.Inspected)
            owner = self._owner(path, told.width) if told.width else None
            found = _see(worker, owner, path) if owner else _speak(worker, path)
        if owner:
            return self._catalogue.add_projector(path, owner.name)
        entry = self._catalogue.add(path)
        self._keep(entry, found)
        return entry

    def measure(self, entry: ModelEntry) -> Speed:
        """Measure how fast a model talks here. Raises UserError where it cannot be loaded."""
        with self._child(entry.path) as worker:
            found = _speak(worker, entry.path)
        self._keep(entry, found)
        return Speed(found, True)

    def speeds(self, entries: list[ModelEntry]) -> dict[str, Speed]:
        """How fast each model talks here, by its name: as measured, or from the largest one that was. Empty before."""
        kept = self._kept()
        known = [entry for entry in entries if entry.sha256 in kept]
        if not known:
            return {}
        from_it = max(known, key=lambda entry: entry.needs.read)
        found = {}
        for entry in entries:
            measured = entry.sha256 in kept
            computed = entry.needs.speed(from_it.needs, kept[from_it.sha256])
            found[entry.name] = Speed(kept[entry.sha256] if measured else computed, measured)
        return found

    # ---- the child ------------------------------------------------------------------------------------------

    def _refuse_larger(self, path: Path) -> None:
        try:
            size, there = path.stat().st_size, self._memory().total
        except FileNotFoundError as error:
            raise UserError(f"There is no file “{path.name}” any more. Look where it is now.") from error
        except OSError as error:
            raise UserError(disk_sentence(error, f"reading “{path.name}”")) from error
        if there and size > there * MEMORY_SHARE:
            raise UserError(
                f"“{path.name}” has {size / 1e9:.1f} GB, and this computer {there / 1e9:.1f} GB of memory. "
                "Choose a smaller model, or a smaller quantisation of this one."
            )

    def _owner(self, path: Path, width: int) -> ModelEntry:
        """The model that a projector belongs to: the only one as wide, or of several the one in use."""
        fitting = [entry for entry in self._catalogue.list() if entry.width == width and not entry.built_in]
        if len(fitting) == 1:
            return fitting[0]
        in_use = [entry for entry in fitting if entry.name == self._current()]
        if in_use:
            return in_use[0]
        if fitting:
            names = ", ".join(f"“{entry.name}”" for entry in fitting)
            raise UserError(
                f"“{path.name}” lets a model see, and may belong to {names}. Use the one it was made for, and add the "
                "file once more."
            )
        raise UserError(
            f"“{path.name}” lets a model see, and none that you added is the one it was made for. Add that model "
            "first, then this file once more."
        )

    @contextmanager
    def _child(self, path: Path) -> Iterator[Worker]:
        """A child to try a file in; its death is the file's fault."""
        with self._busy:
            worker = self._worker = self._start_worker()
            # A file may also keep llama.cpp busy for ever.
            clock = threading.Timer(PATIENCE, lambda: worker.stop(grace=0.5))
            clock.daemon = True
            clock.start()
            try:
                worker.start()
                yield worker
            except WorkerDied as error:
                logger.warning("a model brought the child down that tried it: %s", error)
                raise UserError(
                    f"“{path.name}” brought llama.cpp down when it was tried, so it was not taken. "
                    "Close other programs and try again, or download it again."
                ) from error
            finally:
                clock.cancel()
                self._worker = None
                worker.stop()

    # ---- what was measured ----------------------------------------------------------------------------------

    def _kept(self) -> dict[str, float]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, float])
        except (OSError, msgspec.MsgspecError):
            return {}  # it is measured anew when somebody asks

    def _keep(self, entry: ModelEntry, tokens_per_second: float) -> None:
        try:
            write_durably(self._file, msgspec.json.encode({**self._kept(), entry.sha256: tokens_per_second}))
        except OSError as error:
            raise UserError(disk_sentence(error, "keeping what was measured")) from error


def _speak(worker: Worker, path: Path) -> float:
    """Tokens a second that a model says."""
    _ask(worker, messages.Load(model=str(path), context=CONTEXT), messages.Loaded)
    told = _ask(worker, messages.MeasureDecode(id=1, tokens=TOKENS), messages.DecodeMeasured)
    assert isinstance(told, messages.DecodeMeasured)
    return told.tokens / told.engine_seconds


def _see(worker: Worker, entry: ModelEntry, projector: Path) -> float:
    """Seconds until a model has seen a picture by a projector."""
    load = messages.Load(model=str(entry.path), context=SEEING, projector=str(projector))
    _ask(worker, load, messages.Loaded)
    told = _ask(worker, messages.MeasureSight(id=1), messages.SightMeasured)
    assert isinstance(told, messages.SightMeasured)
    return told.seconds


def _ask(worker: Worker, request: messages.Message, kind: type[messages.Message]) -> messages.Message:
    worker.send(request)
    for event in worker.events((kind, messages.Failed)):
        if isinstance(event, messages.Failed):
            raise UserError(event.sentence)
        if isinstance(event, kind):
            return event
    raise AssertionError("unreachable: events end with one of the two")
