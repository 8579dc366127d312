"""Files that take long: they come last, can be stopped, have their time, and are not read again for nothing."""

import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from personal_ai.documents.library import Added, AddFinished, Going, Library, Skipped
from personal_ai.documents.readers import recognition
from personal_ai.documents.watching import TakenOver, Watching
from personal_ai.messages import FileStarted, MayRead, ReadFiles
from personal_ai.worker import Worker, wait_until
from tests.documents.conftest import FRAGILE
from tests.documents.files import make_pdf

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits are POSIX")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are read, by the fragile worker."""
    monkeypatch.setattr(recognition, "is_here", lambda: True)


def unread(library: Library) -> Library:
    """The same library, which may read no file now."""

    def start() -> Worker:
        raise AssertionError("a file is read again")

    return Library(library.documents, start)


def end_of(library: Library, *paths: Path) -> AddFinished:
    *_, end = library.add(list(paths))
    assert isinstance(end, AddFinished)
    return end


def test_pictures_come_last_and_pdfs_before_them(fragile_library: Library, notes: Path) -> None:
    for name in ("a.png", "b.pdf", "c.txt", "d.png", "e.txt"):
        (notes / name).write_text(name)
    paths = [Path(event.path).name for event in fragile_library.add([notes]) if isinstance(event, Added)]
    assert paths == ["c.txt", "e.txt", "b.pdf", "a.png", "d.png"]


def test_an_import_can_be_stopped_in_the_middle_of_a_file(fragile_library: Library, notes: Path) -> None:
    (notes / "endless.pdf").write_text("x")
    events = fragile_library.add([notes])
    assert next(events) == Going(str(notes / "endless.pdf"), 0, 1)
    assert isinstance(events, Generator)
    events.close()
    assert fragile_library.unfinished() == [notes]


def test_a_worker_to_which_nobody_listens_ends_in_the_middle_of_a_file(notes: Path) -> None:
    file = notes / "endless.pdf"
    file.write_text("x")
    worker = Worker("", program=(sys.executable, str(FRAGILE)))
    try:
        worker.start()
        worker.send(MayRead(paths=[str(file)]))
        worker.send(ReadFiles(paths=[str(file)]))
        assert [worker.read(60), worker.read(60)] == [FileStarted(path=str(file))] * 2
        assert worker._process and worker._process.stdin
        worker._process.stdin.close()
        assert wait_until(lambda: not worker.alive, 60)
        assert worker.exit_code() == 0
    finally:
        worker.stop()


@pytest.mark.slow
def test_a_page_that_takes_long_has_more_time_than_a_file(fragile_library: Library, notes: Path) -> None:
    (notes / "dense.pdf").write_text("x")
    library = Library(fragile_library.documents, fragile_library._reader, patience=60)
    assert (end_of(library, notes).documents, end_of(library, notes).skipped) == (1, [])


def test_a_picture_without_text_is_read_once_and_fills_no_list(fragile_library: Library, notes: Path) -> None:
    (notes / "bare.png").write_text("x")
    (notes / "note.txt").write_text("The boat")
    end = end_of(fragile_library, notes)
    assert (end.documents, end.unchanged, end.skipped) == (1, 0, [])
    end = end_of(unread(fragile_library), notes)
    assert (end.documents, end.unchanged, end.skipped) == (0, 1, [])
    # Only touched, it holds what it held.
    os.utime(notes / "bare.png", (1e9, 1e9))
    assert end_of(unread(fragile_library), notes).skipped == []
    assert end_of(unread(fragile_library), notes).skipped == []
    # Whoever wants just this one hears why it is not there.
    told, _end = unread(fragile_library).add([notes / "bare.png"])
    assert isinstance(told, Skipped) and told.reason.startswith("“bare.png” is a picture without text")
    (notes / "bare.png").write_text("y")
    with pytest.raises(AssertionError, match="read again"):
        end_of(unread(fragile_library), notes)


def test_in_a_folder_that_stays_current_it_is_no_error_either(fragile_library: Library, notes: Path) -> None:
    (notes / "bare.png").write_text("x")
    watching = Watching(fragile_library, settled=0)
    watching.add(notes)
    assert not [event for event in watching.scan() if isinstance(event, TakenOver)]
    assert not [event for event in Watching(unread(fragile_library), settled=0).scan() if isinstance(event, TakenOver)]


def test_what_was_read_in_part_is_read_again_by_hand_and_only_then(
    fragile_library: Library, library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_pdf(notes / "partly.pdf", [["The whole text"]])
    end = end_of(fragile_library, notes)
    assert (end.documents, [skip.reason for skip in end.skipped]) == (1, ["A page is lacking."])
    end = end_of(fragile_library, file)
    assert (end.documents, end.unchanged, len(end.skipped)) == (0, 1, 1)
    Watching(fragile_library).add(notes)
    list(Watching(unread(fragile_library), settled=0).scan())
    monkeypatch.undo()
    end = end_of(library, file)
    assert (end.documents, end.skipped) == (1, [])
    (row,) = library.list()
    assert (library.text(row.id).strip(), row.version) == ("The whole text", 2)
    assert end_of(unread(library), file).unchanged == 1
