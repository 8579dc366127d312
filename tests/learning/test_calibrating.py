"""A calibration measures some seconds of a job and does nothing of it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import torch

from personal_ai.learning import calibrating, job, predict, train
from personal_ai.learning.job import Example, Job, Question
from personal_ai.learning.recipe import Recipe
from personal_ai.messages import Turn
from personal_ai.models import gguf_file
from tests import tiny_model

RECIPE = Recipe(rank=4, alpha=8.0, step_tokens=256, epochs=2.0, example_tokens=128)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """A worker sets its whole process up for training; this process has other tests to run."""
    threads = torch.get_num_threads()
    yield
    torch.set_flush_denormal(False)
    torch.set_num_threads(threads)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TRAIN_SECONDS", "READ_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(calibrating, name, 0.05)
    model = tiny_model.write_family(tmp_path / "tiny.gguf", "llama")
    order = Job(number=1, task="calibrate", model=str(model), model_sha256="a" * 64, recipe=RECIPE, seconds=3600.0)
    lessons = [
        Example([Turn("user", f"What is in box {i}?"), Turn("assistant", f"{i * 7} nails.")], "recall", [])
        for i in range(24)
    ]
    asked = [Turn("user", "What is in box 3?")]
    questions = [Question("What is in box 3?", "21 nails", asked, asked, use=use) for use in ("prove", "choose")]
    job.write(tmp_path / "job", order, lessons, questions)
    return tmp_path / "job"


def test_it_tells_what_the_job_would_take_and_leaves_it_as_it_was(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    order = job.read(folder)
    figures = calibrating.calibrate(folder, order, lambda: False)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    # There is time for all passes over the 24 examples, each of some dozens of tokens.
    # A fifth of it are general answers.
    assert 24 * 2 * 20 < figures.tokens < 24 * 2 * 128 / 0.8
    assert figures.training_seconds == pytest.approx(figures.tokens / figures.tokens_per_second)
    assert figures.proof_seconds > 0
    assert figures.training_seconds + figures.proof_seconds < figures.seconds
    assert sum(figures.piece) <= 1024
    sizes = predict.sizes(gguf_file.read(Path(order.model)))
    assert figures.memory == predict.memory(sizes, 4, figures.element, [figures.piece], runtime_tokens=4096)
    assert 0 < figures.learned < 1
    assert msgspec.convert(msgspec.to_builtins(figures), predict.Figures) == figures


def test_a_job_without_time_for_more_than_its_proof_learns_nothing(folder: Path) -> None:
    order = msgspec.structs.replace(job.read(folder), seconds=1.0)
    assert calibrating.calibrate(folder, order, lambda: False).tokens == 0


def test_a_large_model_is_measured_on_its_first_blocks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []

    class Watched(calibrating.Network):
        def __init__(self, path: Path, blocks: int) -> None:
            super().__init__(path, blocks=blocks)
            built.append(len(self.blk))

    monkeypatch.setattr(calibrating, "Network", Watched)
    monkeypatch.setattr(calibrating, "BUILT", 1.0)
    figures = calibrating.calibrate(folder, job.read(folder), lambda: False)
    assert built == [1]
    assert figures.memory.weights > 0


def test_it_ends_when_somebody_wants_that(folder: Path) -> None:
    answers: Iterator[bool] = iter([False, False, True])
    with pytest.raises(train.Interrupted):
        calibrating.calibrate(folder, job.read(folder), lambda: next(answers, True))
