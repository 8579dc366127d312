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
from tests import model_files, tiny_sight
from tests.chat.tried import TriedWorker


class World:
    """What the tests turn on."""

    def __init__(self, folder: Path) -> None:
        self.paths = paths.locate(folder / "home")
        self.catalogue = Catalogue(self.paths, built_in=model_files.write(folder / "built-in.gguf"))
        self.worker = TriedWorker()
        self.current = "built-in"
        self.trying = Trying(
            self.paths, self.catalogue, lambda: self.worker, lambda: Memory(10**9, 10**9), lambda: self.current
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_sound_model_is_loaded_in_a_child_measured_and_taken_in(world: World, tmp_path: Path) -> None:
    entry = world.trying.add(model_files.write(tmp_path / "m.gguf", context=99))
    assert [type(sent).__name__ for sent in world.worker.sent] == ["Inspect", "Load", "MeasureDecode"]
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


# ---- what lets a model see --------------------------------------------------------------------------------------


@pytest.fixture
def sight(world: World, tmp_path: Path) -> Path:
    """A projector for models as wide as the small ones; the child says so."""
    world.worker.width = model_files.WIDTH
    return tiny_sight.write(tmp_path / "mmproj.gguf", width=model_files.WIDTH)


def test_what_lets_a_model_see_looks_at_a_picture_in_a_child_and_goes_to_its_model(
    world: World, sight: Path, tmp_path: Path
) -> None:
    model = world.catalogue.add(model_files.write(tmp_path / "m.gguf", context=99))
    entry = world.trying.add(sight)
    assert (entry.name, entry.sees, model.sees) == ("m", True, False)
    _, load, looked = world.worker.sent
    assert isinstance(load, messages.Load)
    assert (load.model, load.projector) == (str(model.path), str(sight))
    assert isinstance(looked, messages.MeasureSight)
    assert world.trying.speeds([entry]) == {}
    assert not world.worker.alive


def test_of_several_models_as_wide_the_one_in_use_is_meant(world: World, sight: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        world.catalogue.add(model_files.write(tmp_path / f"m{number}.gguf", context=90 + number))
    with pytest.raises(UserError, match="may belong to “m1”, “m2”"):
        world.trying.add(sight)
    world.current = "m2"
    assert world.trying.add(sight).name == "m2"
    assert [entry.name for entry in world.catalogue.list() if entry.sees] == ["m2"]


def test_what_lets_none_of_the_models_see_is_refused(world: World, sight: Path, tmp_path: Path) -> None:
    # The built-in one is as wide, and was made to read alone.
    with pytest.raises(UserError, match="none that you added is the one it was made for"):
        world.trying.add(sight)
    world.catalogue.add(model_files.write(tmp_path / "m.gguf", context=99))
    world.worker.width = 64
    with pytest.raises(UserError, match="none that you added"):
        world.trying.add(sight)


def test_what_lets_a_model_see_and_brings_the_child_down_is_not_taken(
    world: World, sight: Path, tmp_path: Path
) -> None:
    world.catalogue.add(model_files.write(tmp_path / "m.gguf", context=99))
    world.worker.dies = True
    with pytest.raises(UserError, match="brought llama"):
        world.trying.add(sight)
    assert not world.catalogue.get("m").sees
