"""Models are tried: in a child of their own before they are taken in, and for how fast they talk on this machine."""

import logging
import threading
from collections.abc import Callable
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
    ) -> None:
        self._file = paths.models / ".speeds.json"
        self._catalogue = catalogue
        self._start_worker = start_worker
        self._memory = memory
        self._busy = threading.Lock()
        self._worker: Worker | None = None

    def close(self) -> None:
        """End what is being tried."""
        worker = self._worker
        if worker:
            worker.stop(grace=0.5)

    def add(self, path: Path) -> ModelEntry:
        """Take a GGUF file in after a child has loaded it and made it speak; this process opens it only then.

        Raises UserError, one sentence, for a file that is unusable, does not fit, or brings the child down.
        """
        self._refuse_larger(path)
        found = self._try(path)
        entry = self._catalogue.add(path)
        self._keep(entry, found)
        return entry

    def measure(self, entry: ModelEntry) -> Speed:
        """Measure how fast a model talks here. Raises UserError where it cannot be loaded."""
        found = self._try(entry.path)
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

    def _try(self, path: Path) -> float:
        """Tokens a second that the model says in a child of its own."""
        with self._busy:
            worker = self._worker = self._start_worker()
            # A file may also keep llama.cpp busy for ever.
            clock = threading.Timer(PATIENCE, lambda: worker.stop(grace=0.5))
            clock.daemon = True
            clock.start()
            try:
                worker.start()
                _ask(worker, messages.Load(model=str(path), context=CONTEXT), messages.Loaded)
                told = _ask(worker, messages.MeasureDecode(id=1, tokens=TOKENS), messages.DecodeMeasured)
                assert isinstance(told, messages.DecodeMeasured)
                return told.tokens / told.engine_seconds
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


def _ask(worker: Worker, request: messages.Message, kind: type[messages.Message]) -> messages.Message:
    worker.send(request)
    for event in worker.events((kind, messages.Failed)):
        if isinstance(event, messages.Failed):
            raise UserError(event.sentence)
        if isinstance(event, kind):
            return event
    raise AssertionError("unreachable: events end with one of the two")
