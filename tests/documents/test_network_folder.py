"""A network folder that goes away or does not answer: what was read is kept, and it goes on when the folder is back."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.documents import library as library_module
from personal_ai.documents import reading
from personal_ai.documents.answering import Answering
from personal_ai.documents.library import AddFinished, Library
from personal_ai.documents.reading import Reading
from personal_ai.documents.watching import FolderState, Watching
from personal_ai.errors import DiskAway, UserError
from personal_ai.store.database import Database
from personal_ai.worker import Worker
from tests.documents.killed_import import wrong_in
from tests.documents.network_folder import NetworkFolder, network_folder

FILES, AT_ONCE = 60, 8

pytestmark = pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="this system has no FUSE")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most files are read after the first answers have come."""
    monkeypatch.setattr(reading, "BATCH", AT_ONCE)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The files, where they really lie."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:03}.txt").write_text(f"text {number}")
    return folder


@pytest.fixture
def folder(served: Path, tmp_path: Path) -> Iterator[NetworkFolder]:
    """The files as they are served over the network."""
    with network_folder(served, tmp_path / "network") as folder:
        yield folder


def test_one_that_goes_away_in_mid_import_is_one_sentence_and_goes_on_when_it_is_back(
    library: Library, database: Database, folder: NetworkFolder
) -> None:
    events = library.add([folder.path])
    told = [next(events)]
    folder.go_away()
    with pytest.raises(DiskAway, match="“network” went away while it was being read"):
        told += events
    assert len(told) <= library.counts().documents < FILES
    assert wrong_in(database) == []
    with pytest.raises(UserError, match="not connected"):
        list(library.add([folder.path]))
    folder.come_back()
    assert library.unfinished() == [folder.path]
    *_, end = library.add([folder.path])
    assert isinstance(end, AddFinished)
    assert (end.documents + end.unchanged, end.skipped) == (FILES, [])
    assert library.counts().documents == FILES
    assert library.unfinished() == []
    assert wrong_in(database) == []


def test_one_that_does_not_answer_is_one_sentence_and_goes_on_when_it_does(
    library: Library, database: Database, folder: NetworkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Reading] = []
    monkeypatch.setattr(library_module, "Reading", lambda *given: made.append(Reading(*given)) or made[-1])
    events = library.add([folder.path])
    next(events)
    folder.stand_still()
    made[0]._patience = 2.0
    try:
        with pytest.raises(DiskAway, match="“network” does not answer"):
            list(events)
    finally:
        folder.go_on()
    assert 0 < library.counts().documents < FILES
    assert library.unfinished() == [folder.path]
    *_, end = library.add([folder.path])
    assert isinstance(end, AddFinished)
    assert (end.documents + end.unchanged, end.skipped) == (FILES, [])
    assert wrong_in(database) == []


def test_one_that_stands_still_before_it_is_listed_is_one_sentence_and_holds_nobody(
    library: Library, folder: NetworkFolder, notes: Path
) -> None:
    (notes / "here.txt").write_text("The heron")
    library.answering = Answering(patience=0.5)
    watching = Watching(library, settled=0, answer_within=0.5)
    watching.add(folder.path)
    watching.add(notes)
    folder.stand_still()
    before = threading.active_count()
    try:
        for _ in range(3):
            with pytest.raises(DiskAway, match="with “network” does not answer, so nothing was read"):
                list(library.add([folder.path]))
        states = {event.path: event for event in watching.scan() if isinstance(event, FolderState)}
        assert states[str(folder.path)].state == "away"
        assert "“network” does not answer now" in states[str(folder.path)].sentence
        # The folder beside it is looked after meanwhile, and no threads pile up.
        assert states[str(notes)].state == "current"
        assert threading.active_count() <= before + 1
    finally:
        folder.go_on()
    assert [event.state for event in watching.scan() if isinstance(event, FolderState)].count("current") == 2
    assert library.counts().documents == FILES + 1


def test_what_could_not_be_read_is_read_when_a_folder_that_stays_current_is_back(
    library: Library, folder: NetworkFolder
) -> None:
    def start() -> Worker:
        folder.go_away()
        return Worker("read-worker")

    watching = Watching(Library(library.documents, start), settled=0)
    watching.add(folder.path)
    states = [event for event in watching.scan() if isinstance(event, FolderState)]
    assert states[-1].state == "away"
    assert [event.state for event in watching.scan() if isinstance(event, FolderState)] == ["away"]
    assert library.counts().documents == 0
    folder.come_back()
    assert [event.state for event in Watching(library, settled=0).scan() if isinstance(event, FolderState)][-1] == (
        "current"
    )
    assert library.counts().documents == FILES
