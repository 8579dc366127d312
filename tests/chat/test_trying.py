"""Models are taken in after a child survived them, and are measured there."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from personal_ai import messages, paths
from personal_ai.chat import trying
from personal_ai.chat.trying import Speed, Trying
from personal_ai.errors import UserError
from personal_ai.messages import Message
from personal_ai.models.catalogue import Catalogue
from personal_ai.models.needs import Needs
from personal_ai.system import Memory
from personal_ai.worker import WorkerDied
from tests import model_files
from tests.chat.tried import TriedWorker


class World:
    """What the tests turn on."""

    def __init__(self, folder: Path) -> None:
        self.paths = paths.locate(folder / "home")
        self.catalogue = Catalogue(self.paths, built_in=model_files.write(folder / "built-in.gguf"))
        self.worker = TriedWorker()
        self.trying = Trying(self.paths, self.catalogue, lambda: self.worker, lambda: Memory(10**9, 10**9))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_sound_model_is_loaded_in_a_child_measured_and_taken_in(world: World, tmp_path: Path) -> None:
    entry = world.trying.add(model_files.write(tmp_path / "m.gguf", context=99))
    assert [type(sent).__name__ for sent in world.worker.sent] == ["Load", "MeasureDecode"]
    assert world.trying.speeds([entry]) == {"m": Speed(16.0, True)}
    assert not world.worker.alive


def test_a_model_that_brings_the_child_down_is_not_taken(world: World, tmp_path: Path) -> None:
    world.worker.dies = True
    with pytest.raises(UserError, match="brought llama"):
        world.trying.add(model_files.write(tmp_path / "m.gguf", context=99))
    assert [entry.name for entry in world.catalogue.list()] == ["built-in"]
    assert not world.worker.alive


def test_what_the_child_says_against_a_file_is_told(world: World, tmp_path: Path) -> None:
    world.worker.fails = messages.Failed(sentence="“m.gguf” is damaged.")
    with pytest.raises(UserError, match="is damaged"):
        world.trying.add(model_files.write(tmp_path / "m.gguf", context=99))
    assert len(world.catalogue.list()) == 1


def test_a_file_larger_than_the_memory_is_not_even_opened(world: World, tmp_path: Path) -> None:
    large = tmp_path / "large.gguf"
    with large.open("wb") as file:
        file.truncate(2 * 10**9)
    with pytest.raises(UserError, match=r"has 2\.0 GB, and this computer 1\.0 GB"):
        world.trying.add(large)
    with pytest.raises(UserError, match="There is no file"):
        world.trying.add(tmp_path / "gone.gguf")
    assert world.worker.sent == []


def test_the_others_follow_from_what_was_measured(world: World) -> None:
    (small,) = world.catalogue.list()
    large = msgspec.structs.replace(small, name="large", sha256="c" * 64, needs=Needs(read=4 * small.needs.read))
    assert world.trying.speeds([small, large]) == {}
    assert world.trying.measure(small) == Speed(16.0, True)
    assert world.trying.speeds([small, large]) == {"built-in": Speed(16.0, True), "large": Speed(4.0, False)}
    (world.paths.models / ".speeds.json").write_text("{damaged")
    assert world.trying.speeds([small, large]) == {}


def test_a_model_that_never_answers_is_given_up(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "PATIENCE", 0.05)

    class Silent(TriedWorker):
        def events(self, last: tuple[type[Message], ...]) -> Iterator[Any]:
            while self.alive:
                time.sleep(0.01)
            raise WorkerDied("stopped")
            yield last

    world.worker = Silent()
    with pytest.raises(UserError, match="brought llama"):
        world.trying.add(model_files.write(tmp_path / "m.gguf", context=99))
