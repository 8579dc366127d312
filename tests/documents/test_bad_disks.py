"""Disks and folders as they should not be: full in mid-import, folders in themselves, restless files, very many."""

import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from personal_ai.documents import library as library_module
from personal_ai.documents.folders import collect
from personal_ai.documents.library import Added, AddFinished, Library, Skipped
from personal_ai.errors import DiskFull
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.store.files import Known
from personal_ai.worker import Worker
from tests.documents.killed_import import contents, different, wrong_in
from tests.e2e.outside import environment

FULL_AT, ENOUGH = "size=2m", "size=64m"


# ---- a full disk ------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with little room."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", FULL_AT, "tmpfs", place], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def long_notes(notes: Path) -> Path:
    """More text than the small disk has room for."""
    for number in range(60):
        paragraphs = (" ".join(f"word{number}x{line}y{word}" for word in range(60)) for line in range(25))
        (notes / f"{number:02}.md").write_text(f"# Note {number}\n\n" + "\n\n".join(paragraphs))
    return notes


@pytest.mark.slow
def test_a_disk_that_fills_up_in_mid_import_keeps_what_was_told_and_goes_on_when_there_is_room(
    small_disk: Path, long_notes: Path, library: Library, database: Database
) -> None:
    database_there = Database(small_disk / "personal.db", small_disk / "backups")
    there = Library(Documents(database_there), lambda: Worker("read-worker", log=small_disk / "worker.log"))
    told: list[int] = []
    with pytest.raises(DiskFull, match="The disk is full, so saving what was read stopped"):
        told += (event.document_id for event in there.add([long_notes]) if isinstance(event, Added))
    assert 0 < len(told) < 60
    assert sorted(row.id for row in there.list()) == sorted(told)
    assert there.unfinished() == [long_notes]
    assert wrong_in(database_there) == []
    subprocess.run(["mount", "-o", f"remount,{ENOUGH}", small_disk], check=True)
    *_, end = there.add([long_notes])
    assert isinstance(end, AddFinished)
    assert (end.documents, end.unchanged, end.skipped) == (60 - len(told), len(told), [])
    assert wrong_in(database_there) == []
    list(library.add([long_notes]))
    assert different(contents(database_there), contents(database)) == []
    database_there.close()


@pytest.mark.slow
def test_the_command_says_that_the_disk_is_full_and_goes_on_when_there_is_room(
    small_disk: Path, long_notes: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "personal_ai",
        "add",
        str(long_notes),
        "--home",
        str(small_disk / "home"),
        "--json",
    ]
    first = subprocess.run(command, capture_output=True, check=False, env=environment(), text=True)
    assert first.returncode == 2, first.stderr
    assert "The disk is full" in first.stderr
    assert "Traceback" not in first.stderr
    subprocess.run(["mount", "-o", f"remount,{ENOUGH}", small_disk], check=True)
    again = subprocess.run(command, capture_output=True, check=False, env=environment(), text=True)
    assert again.returncode == 0, again.stderr
    told = [line for line in (first.stdout + again.stdout).splitlines() if line.startswith('{"event":"added"')]
    assert len(told) == len(set(told)) == 60


# ---- a folder in itself -----------------------------------------------------------------------------------------


def test_a_folder_that_is_mounted_in_itself_is_read_once(library: Library, notes: Path) -> None:
    (notes / "a" / "again").mkdir(parents=True)
    (notes / "a" / "note.txt").write_text("pond")
    (notes / "b.txt").write_text("heron")
    try:
        subprocess.run(["mount", "--bind", notes, notes / "a" / "again"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a folder")
    try:
        assert (notes / "a" / "again" / "b.txt").exists()
        *_, end = library.add([notes])
    finally:
        subprocess.run(["umount", "-l", notes / "a" / "again"], check=True)
    assert isinstance(end, AddFinished)
    assert (end.documents, end.unchanged, end.skipped) == (2, 0, [])


# ---- files that change ------------------------------------------------------------------------------------------


def test_a_file_that_is_written_to_is_read_as_it_was_at_one_moment_or_left_for_later(
    library: Library, notes: Path
) -> None:
    file, done = notes / "log.txt", threading.Event()
    file.write_text("The heron stands at the pond.\n" * 20_000)

    def write() -> None:
        number = 0
        while not done.wait(0.002):
            number += 1
            with file.open("a") as log:
                log.write(f"Line {number} is about the heron.\n")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        events = [event for _ in range(3) for event in library.add([notes])]
    finally:
        done.set()
        writer.join()
    whole = file.read_text()
    skipped = [event.reason for event in events if isinstance(event, Skipped)]
    assert skipped and all("changed while it was being read" in reason for reason in skipped)
    assert all(whole.startswith(library.text(e.document_id).strip()) for e in events if isinstance(e, Added))
    list(library.add([notes]))
    assert library.text(library.list()[0].id).strip() == whole.strip()


# ---- very many files --------------------------------------------------------------------------------------------


COUNT = 20_000


@pytest.fixture(scope="module")
def tiny_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of very many files with next to nothing in them."""
    folder = tmp_path_factory.mktemp("tiny")
    for number in range(COUNT):
        place = folder / f"{number // 1000:04}"
        if number % 1000 == 0:
            place.mkdir()
        (place / f"{number:07}.txt").write_text("x")
    return folder


@contextmanager
def memory() -> Iterator[Callable[[], int]]:
    """What is called tells how many bytes Python has held at most in this block."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_very_many_tiny_files_are_found_with_little_memory_each(tiny_files: Path) -> None:
    with memory() as peak:
        files, skipped = collect([tiny_files])
        # A million of them take 600 MB for a moment, and two thirds of that from then on.
        assert peak() < 600 * COUNT
    assert (len(files), skipped) == (COUNT, [])


@pytest.mark.slow
def test_very_many_known_files_are_compared_some_at_a_time(library: Library, tiny_files: Path) -> None:
    files, _ = collect([tiny_files])
    library.files.note([Known(path, *now, "", "left out once") for path, now in files.items()])
    with memory() as peak:
        assert sum(outcome.ends for outcome in library.take(files)) == COUNT
        assert peak() < 1000 * library_module.COMPARED
