"""Practice on request: what is kept, what is not, and that it never runs beside a night."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import filelock
import numpy as np
import pytest

from personal_ai.errors import UserError
from personal_ai.learning import adapter_files
from personal_ai.learning.practising import Practised, Practising
from personal_ai.learning.skills import Skills
from personal_ai.messages import Turn
from personal_ai.paths import Paths, locate
from personal_ai.worker import Worker

SCRIPT = Path(__file__).parent / "scripted_worker.py"
SHA256 = "c" * 64


class Room:
    """A data folder whose worker does as `word` says."""

    def __init__(self, home: Path) -> None:
        self.paths: Paths = locate(home)
        self.word = "accept"
        self.learns = True
        self.practising = Practising(self.paths, model=self.model, prompt=_prompt, start_worker=self.worker)

    def model(self) -> Any:
        lacks = "" if self.learns else "it is a toy"
        return SimpleNamespace(
            name="toy", path=Path("toy.gguf"), sha256=SHA256, parameters=10**8, learns=self.learns, lacks=lacks
        )

    def worker(self, _name: str, *arguments: str) -> Worker:
        made = Path(arguments[0]) / "adapter"
        made.mkdir(exist_ok=True)
        name = "blk.0.attn_q.weight.lora_"
        matrices = {f"{name}{part}": np.ones((2, 2), np.float32) for part in "ab"}
        metadata = {"rank": "2", "alpha": "4", "architecture": "llama", "base_sha256": SHA256}
        adapter_files.write(made, matrices, metadata)
        return Worker("train-worker", arguments, program=(sys.executable, str(SCRIPT), self.word))

    def practise(self, word: str) -> Practised:
        self.word = word
        *_, end = self.practising.practise(1)
        assert isinstance(end, Practised)
        return end


def _prompt(question: str, _hits: Any, _today: Any = None) -> list[Turn]:
    return [Turn("user", question)]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "home")
    yield made
    made.practising.close()


def test_a_skill_that_helps_is_kept_and_practised_once(room: Room) -> None:
    assert room.practise("keep").kept
    assert Skills(room.paths).find(SHA256)
    with pytest.raises(UserError, match="already"):
        room.practise("keep")
    assert not [*room.paths.jobs.glob("practice-*")]


def test_a_skill_that_does_not_help_is_not_kept(room: Room) -> None:
    practised = room.practise("refuse")
    assert not practised.kept
    assert practised.reason
    assert Skills(room.paths).find(SHA256) is None


def test_a_failure_is_a_sentence(room: Room) -> None:
    with pytest.raises(UserError, match="reads differently"):
        room.practise("fail")


def test_it_never_runs_beside_a_night(room: Room) -> None:
    with filelock.FileLock(room.paths.jobs / "learning.lock"), pytest.raises(UserError, match="learning"):
        room.practise("keep")


def test_a_model_that_cannot_be_taught_gets_a_sentence(room: Room) -> None:
    room.learns = False
    with pytest.raises(UserError, match="cannot teach it yet: it is a toy"):
        room.practise("keep")
