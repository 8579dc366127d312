"""`evaluate`, in the train worker: every system on the same questions, and on wish general ability and voice."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import evaluate, general, metrics, voice
from personal_ai.learning.evaluate import Asked
from personal_ai.learning.job import Question
from personal_ai.learning.voice import Pair
from personal_ai.messages import AdapterUse, Turn
from personal_ai.paths import write_durably

#: The bare model, and what is put beside it: an adapter file with its strength, or nothing.
System = tuple[str, AdapterUse | None]
#: (units done, units in all), each about a question.
Progress = Callable[[int, int], None]


class Wanted(msgspec.Struct, frozen=True):
    """What is to be measured beside the questions. `skill` is the reading skill's adapter.gguf, where there is one.

    `own` is some of the person's writing, for whose writing an answer is.
    """

    general: bool = False
    voice: list[Pair] = []
    own: str = ""
    skill: str = ""


def write(folder: Path, wanted: Wanted) -> None:
    """Put what is wanted into a job folder, before its order."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(folder / "wanted.json", msgspec.json.encode(wanted))


def read(folder: Path) -> Wanted:
    """What is wanted of a job; the questions alone where nobody said."""
    file = folder / "wanted.json"
    return msgspec.json.decode(file.read_bytes(), type=Wanted) if file.exists() else Wanted()


def measure(
    runtime: Runtime,
    questions: Sequence[Question],
    systems: Sequence[System],
    wanted: Wanted,
    progress: Progress,
    stop: Callable[[], bool],
) -> dict[str, Any]:
    """Ask every system aloud, the bare base first. Raises evaluate.Interrupted when `stop` says so.

    {"systems": {name: evaluate.summary}, "differences": evaluate.differences, "answers": {name: [text]}, "seconds"} and
    on wish "general": {"base": general.own, name: general.drift and general.behaviour} and "voice": {name: voice.gain
    and voice.attributed}, where the base has only the latter.
    """
    return _Measuring(runtime, questions, wanted, progress, stop).of(systems)


class _Measuring:
    def __init__(
        self,
        runtime: Runtime,
        questions: Sequence[Question],
        wanted: Wanted,
        progress: Progress,
        stop: Callable[[], bool],
    ) -> None:
        self._runtime = runtime
        self._questions = questions
        self._wanted = wanted
        self._progress = progress
        self._stop = stop
        self._done = self._total = 0
        #: The chat's own system turn.
        self._system: list[Turn] = questions[0].closed[:-1] if questions else []
        self._rows: dict[str, list[Asked]] = {}
        self._base: general.Base | None = None
        self._nlls: list[tuple[float, float]] = []
        self._general: dict[str, Any] = {}
        self._voice: dict[str, Any] = {}
        self._authors = voice.others() if wanted.voice else {}

    def of(self, systems: Sequence[System]) -> dict[str, Any]:
        begin = time.monotonic()
        self._total = len(systems) * (2 * len(self._questions) + self._extra())
        for name, adapter in systems:
            self._runtime.set_adapters([adapter] if adapter else [])
            for suffix, notes in (("", False), ("+notes", True)):
                asked = evaluate.ask(self._runtime, self._questions, notes=notes, spoken=True, stop=self._step)
                self._rows[name + suffix] = list(asked)
            if self._wanted.general:
                self._general[name] = self._measure_general()
            if self._wanted.voice:
                self._voice[name] = self._measure_voice()
        found: dict[str, Any] = {
            "systems": {name: evaluate.summary(rows, spoken=True) for name, rows in self._rows.items()},
            "differences": evaluate.differences(self._rows),
            "answers": {name: [row.answer for row in rows] for name, rows in self._rows.items()},
            "seconds": time.monotonic() - begin,
        }
        extra = {"general": self._general, "voice": self._voice}
        return found | {name: rows for name, rows in extra.items() if rows}

    def _extra(self) -> int:
        """Units a system takes beside its questions; a tuned one reads the general set once more, which is quick."""
        pairs = self._wanted.voice
        return len(general.read()) * self._wanted.general + (len(pairs) + len(voice.TOPICS) if pairs else 0)

    def _step(self) -> bool:
        self._progress(min(self._done, self._total), self._total)
        self._done += 1
        return self._stop()

    def _measure_general(self) -> dict[str, Any]:
        self._runtime.with_notes(False)
        if self._base is None:
            self._base = general.base(self._runtime, general.read(), self._step, self._system)
            return general.own(self._base)
        moved = general.drift(self._runtime, self._base, self._stop)
        return moved | general.behaviour(self._runtime, self._base, self._step)

    def _measure_voice(self) -> dict[str, Any]:
        self._runtime.with_notes(False)
        asking = [*self._system, Turn("user", voice.ASKING)]
        nlls = voice.nlls(self._runtime, self._wanted.voice, asking, self._step)
        texts = voice.write(self._runtime, lambda text: [*self._system, Turn("user", text)], self._step)
        found: dict[str, Any] = {"nll": metrics.interval([own for own, _ in nlls])}
        if self._wanted.own:
            found["attributed"] = voice.attributed(texts, self._wanted.own, self._authors)
        if self._nlls:
            return found | voice.gain(self._nlls, nlls)
        self._nlls = nlls
        return found
