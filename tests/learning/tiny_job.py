"""A real job for the real train worker that takes seconds: a tiny random model, practice, replay, a short proof."""

import math
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.learning import general, job, replay
from personal_ai.learning.evaluate import Asked
from personal_ai.learning.job import Example, Job, Question
from personal_ai.learning.proving import Before
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.trainer import ENDS, SILENCE
from personal_ai.messages import Progress, Turn
from personal_ai.worker import Worker
from tests import one_core as cores
from tests import tiny_model

#: So many steps that a run is mostly training. The time is never the limit: what is learned depends on the job alone.
RECIPE = Recipe(rank=4, alpha=8, learning_rate=2e-3, step_tokens=256, epochs=4, example_tokens=128)


def write(
    folder: Path,
    model: Path | None = None,
    recipe: Recipe = RECIPE,
    lessons: int = 24,
    checkpoint_seconds: float = 0.2,
) -> Path:
    """Put the job on disk, over a tiny model beside it unless there is one, and return `folder`."""
    folder.mkdir(parents=True)
    if model is None and not (model := folder.parent / "tiny.gguf").exists():
        tiny_model.write_family(model, "llama", context=4096)
    order = Job(
        number=1,
        task="learn",
        model=str(model),
        model_sha256="a" * 64,
        recipe=recipe,
        seconds=3600.0,
        checkpoint_seconds=checkpoint_seconds,
        replay=str(folder / "said.json"),
    )
    learned = [_example(f"What is in box {i}?", f"{i * 7} nails and {i * 3} screws.") for i in range(lessons)]
    practice = [_example(f"Who has key {i}?", f"Number {i * 5} has it.") for i in range(4)]
    replay.freeze(folder, [replay.Said(f"Say {i}.", f"{i}, and {i + 1}.") for i in range(4)])
    questions = [_question(i) for i in range(4)]
    # What is asked before training takes longer than all the rest: here it has been asked already, and is little.
    rows = {"before": [Asked(6.0)], "before+notes": [Asked(6.0, "nails")]}
    before = Before(rows, general.Base([], [], []), asked=1, choosing=0, seconds=1.0)
    (folder / "base.json").write_bytes(msgspec.json.encode(before))
    job.write(folder, order, learned, questions, practice)
    return folder


def _example(question: str, answer: str) -> Example:
    return Example([Turn("user", question), Turn("assistant", answer)], "recall", [])


def _question(number: int) -> Question:
    turns = [Turn("user", f"What lies in box {number}?")]
    return Question(turns[0].text, f"{number * 7} nails", turns, turns, use="prove" if number % 2 else "choose")


class Run:
    """One real train worker on a job, and what it says."""

    def __init__(self, folder: Path, one_core: bool = True) -> None:
        # With a tiny model threads mostly wait for one another, all the more on a busy machine.
        program = (*(cores.words() if one_core else ()), sys.executable, "-m", "personal_ai", "train-worker")
        self.worker = Worker("train-worker", (str(folder),), log=folder / "log", program=program)
        self.begin = time.monotonic()
        self.last: Progress | None = None
        self.worker.start()

    def listen(
        self, seconds: float = math.inf, enough: Callable[[Any], bool] = lambda event: isinstance(event, ENDS)
    ) -> Any:
        """The first event that is `enough`, or the last one; None where the worker is `seconds` old before it."""
        while True:
            left = self.begin + seconds - time.monotonic()
            event = self.worker.read(min(SILENCE, max(0.0, left)))
            if event is None:
                assert left < SILENCE, "the worker says nothing"
                return None
            if isinstance(event, Progress):
                self.last = event
            if enough(event) or isinstance(event, ENDS):
                return event

    def kill(self) -> None:
        """End it so that it cannot do a thing about it."""
        assert self.worker.pid
        os.kill(self.worker.pid, signal.SIGKILL)
        self.worker.stop()
