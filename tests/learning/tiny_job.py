"""A real job for the real train worker that takes seconds: a tiny random model, practice, replay, a short proof."""

import os
import shutil
import sys
from pathlib import Path

import msgspec

from personal_ai.learning import general, job, replay
from personal_ai.learning.evaluate import Asked
from personal_ai.learning.job import Example, Job, Question
from personal_ai.learning.proving import Before
from personal_ai.learning.recipe import Recipe
from personal_ai.messages import Turn
from personal_ai.worker import Worker
from tests import tiny_model

#: So many steps that a run is mostly training. The time is never the limit: what is learned depends on the job alone.
RECIPE = Recipe(rank=4, alpha=8, learning_rate=2e-3, step_tokens=256, epochs=8, example_tokens=128)


def write(folder: Path, model: Path | None = None, checkpoint_seconds: float = 0.2) -> Path:
    """Put the job on disk, over a tiny model of its own unless there is one, and return `folder`."""
    folder.mkdir(parents=True)
    model = model or tiny_model.write_family(folder.parent / "tiny.gguf", "llama", context=4096)
    order = Job(
        number=1,
        task="learn",
        model=str(model),
        model_sha256="a" * 64,
        recipe=RECIPE,
        seconds=3600.0,
        checkpoint_seconds=checkpoint_seconds,
        replay=str(folder / "said.json"),
    )
    lessons = [_example(f"What is in box {i}?", f"{i * 7} nails and {i * 3} screws.") for i in range(24)]
    practice = [_example(f"Who has key {i}?", f"Number {i * 5} has it.") for i in range(4)]
    replay.freeze(folder, [replay.Said(f"Say {i}.", f"{i}, and {i + 1}.") for i in range(4)])
    questions = [_question(i) for i in range(4)]
    # What is asked before training takes longer than all the rest: here it has been asked already, and is little.
    rows = {"before": [Asked(6.0)], "before+notes": [Asked(6.0, "nails")]}
    before = Before(rows, general.Base([], [], []), asked=1, choosing=0, seconds=1.0)
    (folder / "base.json").write_bytes(msgspec.json.encode(before))
    job.write(folder, order, lessons, questions, practice)
    return folder


def _example(question: str, answer: str) -> Example:
    return Example([Turn("user", question), Turn("assistant", answer)], "recall", [])


def _question(number: int) -> Question:
    turns = [Turn("user", f"What lies in box {number}?")]
    return Question(turns[0].text, f"{number * 7} nails", turns, turns, use="prove" if number % 2 else "choose")


def worker(folder: Path, log: Path | None = None) -> Worker:
    """A train worker on one core: on a busy machine threads wait for one another, and the model is tiny."""
    one = ("taskset", "-c", str(min(os.sched_getaffinity(0)))) if shutil.which("taskset") else ()
    program = (*one, sys.executable, "-m", "personal_ai", "train-worker")
    return Worker("train-worker", (str(folder),), log=log, program=program)
