"""A shelf over a real data folder, and small files to put on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from personal_ai.adapters.shelf import Shelf
from personal_ai.paths import Paths, locate
from personal_ai.store.adapters import Adapters
from personal_ai.store.database import Database
from tests import empty_data

BASE = "b" * 64


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A data folder of its own."""
    return locate(tmp_path / "home")


@pytest.fixture
def rows(paths: Paths) -> Iterator[Adapters]:
    """The store's side of the shelf."""
    database = Database(empty_data.put(paths.database), paths.backups)
    yield Adapters(database)
    database.close()


@pytest.fixture
def shelf(paths: Paths, rows: Adapters) -> Shelf:
    """An empty shelf."""
    return Shelf(paths, rows)


@pytest.fixture
def job(tmp_path: Path) -> Callable[[bytes], Path]:
    """Make a job's folder that holds an adapter file of this content."""

    def make(content: bytes = b"adapter") -> Path:
        folder = tmp_path / "job"
        folder.mkdir(exist_ok=True)
        (folder / "adapter.gguf").write_bytes(content)
        (folder / "adapter.safetensors").write_bytes(content)
        (folder / "report.json").write_bytes(b"{}")
        (folder / "checkpoint").write_bytes(b"not for the shelf")
        return folder

    return make


@pytest.fixture
def publish(shelf: Shelf, job: Callable[[bytes], Path]) -> Callable[..., int]:
    """Publish an adapter of this content."""

    def put(content: bytes = b"adapter", **more: object) -> int:
        return shelf.publish(job(content), **({"base": "toy", "base_sha256": BASE} | more))  # type: ignore[arg-type]

    return put


@pytest.fixture
def dies_at_its_row(
    rows: Adapters, publish: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Publish an adapter, and die when its folder is there and its row is not."""

    class KilledError(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    def die(**more: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(rows, "add", killed)
            with pytest.raises(KilledError):
                publish(**more)

    return die
