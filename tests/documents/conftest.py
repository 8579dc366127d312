"""A library with real read workers, and files of all kinds."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from personal_ai import worker
from personal_ai.documents.library import AddFinished, Library
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.worker import Worker
from tests import empty_data

FRAGILE = Path(__file__).with_name("fragile_worker.py")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(empty_data.put(tmp_path / "home" / "personal.db"), tmp_path / "home" / "backups")
    yield opened
    opened.close()


@pytest.fixture
def library(tmp_path: Path, database: Database) -> Library:
    return Library(Documents(database), lambda: Worker("read-worker", log=tmp_path / "home" / "worker.log"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """An empty folder for a person's files."""
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def add(library: Library) -> Callable[..., AddFinished]:
    def run(*paths: Path) -> AddFinished:
        (*_, last) = library.add(list(paths))
        assert isinstance(last, AddFinished)
        return last

    return run


@pytest.fixture
def fragile_library(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library whose worker dies, spins or sleeps at files that say so in their names."""
    monkeypatch.setattr(worker, "command", lambda *_: [sys.executable, str(FRAGILE)])
    return Library(library.documents, lambda: Worker("read-worker"), patience=1.5)
