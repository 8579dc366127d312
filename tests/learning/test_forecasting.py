"""A forecast tells what a run would take and which models a night can teach, and changes nothing."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import filelock
import msgspec
import pytest

from personal_ai.errors import UserError
from personal_ai.learning import forecasting
from personal_ai.learning.forecasting import Forecast, Forecasting
from personal_ai.learning.predict import Figures, Memory
from personal_ai.paths import Paths, locate
from personal_ai.services import Services
from personal_ai.settings import Settings
from personal_ai.system import Memory as Machine
from personal_ai.worker import Worker
from tests import empty_data, tiny_model

FIGURES = Figures(
    tokens=9000,
    tokens_per_second=50.0,
    training_seconds=180.0,
    proof_seconds=60.0,
    seconds=260.0,
    piece=[400, 200],
    element=4,
    length=300.0,
    learned=0.2,
    memory=Memory(1e8, 2e8, 3e6, 4e8, 5e7, 1e8, 2e8),
    disk_bytes=4_000_000,
    watts=12.0,
    watts_measured=False,
    calibration_seconds=14.0,
)

#: Says it is ready, keeps what it was given to look at, and tells the figures.
SPEAKER = """
import json, pathlib, shutil, sys
print(json.dumps({"kind": "ready", "pid": 1}), flush=True)
shutil.copytree(sys.argv[3], sys.argv[1])
print(json.dumps({"kind": "job_done", "result": json.loads(sys.argv[2])}), flush=True)
"""


def entry(path: Path, name: str = "toy", lacks: str = "", sha256: str = "a" * 64) -> Any:
    return SimpleNamespace(name=name, path=path, sha256=sha256, parameters=10**8, learns=not lacks, lacks=lacks)


class House:
    """A data folder with some notes, and a worker that tells FIGURES."""

    def __init__(self, folder: Path) -> None:
        self.seen = folder / "seen"
        self.paths: Paths = locate(folder / "home")
        empty_data.put(self.paths.database)
        self.services = Services(self.paths)
        self.model = entry(tiny_model.write(folder / "tiny.gguf"))
        for number in range(3):
            self.services.library.remember(
                f"On {number + 3} March 2025 I paid {number}0 € to Tomas Brandl for pump {number}, which was leaking."
            )
        self.forecasting = Forecasting(
            self.paths,
            self.services.night.preparing,
            model=lambda: self.model,
            models=lambda: [self.model],
            settings=Settings,
            start_worker=self.worker,
            memory=lambda: Machine(8 * 10**9, 4 * 10**9),
        )

    def worker(self, _name: str, *arguments: str) -> Worker:
        figures = json.dumps(msgspec.to_builtins(FIGURES))
        return Worker("train-worker", arguments, program=(sys.executable, "-c", SPEAKER, str(self.seen), figures))

    def files(self) -> dict[Path, bytes]:
        kept = (path for path in self.paths.home.rglob("*") if path.is_file() and path.name != "learning.lock")
        return {path: path.read_bytes() for path in kept if "personal.db" not in path.name}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.forecasting.close()
    made.services.close()


def test_a_forecast_is_of_the_job_that_a_night_would_do_and_leaves_nothing(house: House) -> None:
    before, rows = house.files(), house.services.night_rows.list()
    forecast = list(house.forecasting.forecast(minutes=5))[-1]
    assert isinstance(forecast, Forecast)
    assert house.files() == before
    assert list(house.paths.jobs.iterdir()) in ([], [house.paths.jobs / "learning.lock"])
    assert house.services.night_rows.list() == rows
    order = json.loads((house.seen / "job.json").read_bytes())
    assert (order["task"], order["seconds"]) == ("calibrate", 300.0)
    assert "Brandl" in (house.seen / "examples.jsonl").read_text()
    assert (forecast.tokens, forecast.minutes, forecast.training_minutes) == (9000, 260 / 60, 3.0)
    assert forecast.memory_mb == pytest.approx(sum(forecast.parts_mb.values()))
    assert forecast.watt_hours == pytest.approx(12.0 * 260 / 3600)
    (model,) = forecast.models
    assert (model.can, model.measured, model.tokens) == (True, True, 240 * 60 // 2 * 50)


def test_what_a_crash_left_of_looking_ahead_goes_with_the_next_job(house: House) -> None:
    left = house.services.paths.jobs / "forecast-left"
    left.mkdir(parents=True)
    (left / "examples.jsonl").write_text("notes")
    list(house.forecasting.forecast(minutes=5))
    assert not left.exists()


def test_beside_a_run_nothing_is_measured(house: House) -> None:
    with filelock.FileLock(house.paths.jobs / "learning.lock"), pytest.raises(UserError, match="is learning"):
        list(house.forecasting.forecast())


def test_a_model_that_cannot_be_taught_gets_a_sentence(house: House) -> None:
    house.model = entry(house.model.path, lacks="it is a mixture of experts")
    with pytest.raises(UserError, match="cannot teach it yet: it is a mixture of experts"):
        list(house.forecasting.forecast())


def test_models_that_a_night_cannot_teach_say_why(tmp_path: Path) -> None:
    small = entry(tiny_model.write(tmp_path / "small.gguf"))
    large = entry(tiny_model.write_family(tmp_path / "large.gguf", "llama"), "large", sha256="b" * 64)
    strange = entry(small.path, "strange", lacks="it is a toy")
    models = [small, large, strange]

    def told(minutes: float, memory: int, speed: float) -> list[forecasting.Teachable]:
        figures = msgspec.structs.replace(FIGURES, tokens_per_second=speed)
        return forecasting.teachable(models, small, figures, minutes, memory)

    fits = told(240, 16 * 10**9, 1e6)
    assert [each.can for each in fits] == [True, True, False]
    assert [each.measured for each in fits] == [True, False, False]
    assert fits[1].tokens_per_second < fits[0].tokens_per_second
    assert "cannot teach it yet: it is a toy." in fits[2].sentence
    tight = told(240, 10**8, 1e6)
    assert [each.can for each in tight] == [False] * 3
    assert "this computer has 0.1 GB" in tight[0].sentence
    slow = told(240, 16 * 10**9, 4.0)
    assert not slow[0].can
    assert "only about 28,800 tokens" in slow[0].sentence


def test_without_measuring_memory_alone_tells_who_can_be_taught(tmp_path: Path) -> None:
    model = entry(tiny_model.write(tmp_path / "tiny.gguf"))
    assert forecasting.memory_outlook(model, 8 * 10**9).can
    small = forecasting.memory_outlook(model, 10**8)
    assert not small.can
    assert "this computer has 0.1 GB" in small.sentence
    experts = entry(model.path, lacks="it is a mixture of experts")
    assert "a mixture of experts" in forecasting.memory_outlook(experts, 8 * 10**9).sentence
