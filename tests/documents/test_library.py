"""Files and folders become documents that are found."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personal_ai.documents.library import Added, AddFinished, Library, Skipped, Unchanged
from personal_ai.errors import UserError
from personal_ai.paths import RESOURCES
from personal_ai.worker import Worker

Add = Callable[..., AddFinished]


def test_a_folder_is_read_and_found_at_once(library: Library, notes: Path) -> None:
    (notes / "deep" / "er").mkdir(parents=True)
    (notes / "deep" / "er" / "soup.md").write_text("# Sour soup\n\nTwo spoons of caraway.")
    (notes / "boat.txt").write_text("The boat leaks.")
    events = list(library.add([notes]))
    assert [type(event) for event in events] == [Added, Added, AddFinished]
    assert [(event.done, event.total) for event in events[:2] if isinstance(event, Added)] == [(1, 2), (2, 2)]
    (hit,) = library.search("How much caraway?")
    assert (hit.title, hit.document) == ("Sour soup", str(notes / "deep" / "er" / "soup.md"))
    assert library.text(hit.document_id)[hit.start : hit.end] == hit.text == "Two spoons of caraway."
    assert hit.score > 0
    assert [row.title for row in library.list()] == ["Sour soup", "Boat"]
    assert library.counts().documents == 2


def test_the_sample_notes_are_all_read(add: Add, library: Library) -> None:
    end = add(RESOURCES / "sample_notes")
    assert end.documents > 50
    assert end.skipped == []
    assert {row.format for row in library.list()} == {"md", "txt", "pdf", "docx", "html"}


def test_the_same_file_twice_is_one_document(add: Add, library: Library, notes: Path) -> None:
    file = notes / "a.txt"
    file.write_text("once")
    assert add(file).documents == 1
    events = list(library.add([file]))
    assert isinstance(events[0], Unchanged)
    assert isinstance(events[1], AddFinished)
    assert (events[1].documents, events[1].unchanged) == (0, 1)
    assert library.counts().documents == 1


def test_the_same_content_at_another_path_is_one_document(add: Add, library: Library, notes: Path) -> None:
    (notes / "a.txt").write_text("once")
    (notes / "b.txt").write_text("once")
    end = add(notes)
    assert (end.documents, end.unchanged) == (1, 1)


def test_a_changed_file_is_a_new_version(add: Add, library: Library, notes: Path) -> None:
    file = notes / "a.txt"
    file.write_text("about zebras")
    add(file)
    file.write_text("about giraffes")
    assert add(file).documents == 1
    assert library.counts().documents == 1
    assert library.search("zebras") == []
    assert library.search("giraffe")[0].text == "about giraffes"
    assert library.list()[0].version == 2


def test_hidden_files_links_and_foreign_formats_in_a_folder_are_passed_over(add: Add, notes: Path) -> None:
    (notes / "a.txt").write_text("seen")
    (notes / ".hidden.txt").write_text("not seen")
    (notes / ".git").mkdir()
    (notes / ".git" / "b.txt").write_text("not seen")
    (notes / "node_modules").mkdir()
    (notes / "node_modules" / "c.txt").write_text("not seen")
    (notes / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (notes / "link.txt").symlink_to(notes / ".hidden.txt")
    (notes / "loop").symlink_to(notes)
    os.mkfifo(notes / "pipe.txt")
    end = add(notes)
    assert (end.documents, end.skipped) == (1, [])


def test_a_file_that_kills_its_reader_is_named_and_the_rest_goes_on(fragile_library: Library, notes: Path) -> None:
    for name in ("1.txt", "2-kills.txt", "3.txt", "4-kills.txt", "5-raises.txt", "6-eats.txt", "7.txt"):
        (notes / name).write_text(f"text of {name}")
    events = list(fragile_library.add([notes]))
    skipped = {Path(event.path).name: event.reason for event in events if isinstance(event, Skipped)}
    assert set(skipped) == {"2-kills.txt", "4-kills.txt", "5-raises.txt", "6-eats.txt"}
    assert "made its reader fail" in skipped["2-kills.txt"]
    assert "damaged" in skipped["5-raises.txt"]
    assert "too much memory" in skipped["6-eats.txt"]
    assert [row.title for row in fragile_library.list()] == ["7", "3", "1"]


def test_a_file_that_never_ends_is_skipped(fragile_library: Library, notes: Path) -> None:
    for name in ("1-spins.txt", "2-sleeps.txt", "3.txt"):
        (notes / name).write_text(f"text of {name}")
    end = list(fragile_library.add([notes]))[-1]
    assert isinstance(end, AddFinished)
    assert [Path(skip.path).name for skip in end.skipped] == ["1-spins.txt", "2-sleeps.txt"]
    assert end.documents == 1


def test_a_reader_that_does_not_start_is_one_sentence(library: Library, notes: Path) -> None:
    (notes / "a.txt").write_text("x")
    broken = Library(library.documents, lambda: Worker("no-such-worker"))
    with pytest.raises(UserError, match="does not start"):
        list(broken.add([notes]))


def test_closing_the_generator_keeps_what_is_done_and_ends_the_worker(
    library: Library, notes: Path, tmp_path: Path
) -> None:
    for number in range(200):
        (notes / f"{number:03}.txt").write_text(f"text {number}")
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker("read-worker"))
        return workers[-1]

    events = Library(library.documents, start).add([notes])
    for _ in range(3):
        next(events)
    events.close()
    # What was stored together with the third is kept, too.
    assert 3 <= library.counts().documents < 200
    assert library.unfinished() == [notes]
    assert not workers[0].alive


def test_imports_that_bring_much_leave_nothing_to_join(add: Add, library: Library, notes: Path) -> None:
    for number in range(6):
        (notes / f"{number}.md").write_text(f"heron {number}", encoding="utf-8")
        add(notes / f"{number}.md")
    assert list(library.documents.join_index()) == [], "nothing is left to join"


def test_a_document_is_deleted_and_its_flags_are_kept(add: Add, library: Library, notes: Path) -> None:
    (notes / "a.txt").write_text("a word")
    (notes / "b.txt").write_text("another word")
    add(notes)
    first, second = library.list()
    library.set_flags(first.id, never_use=True)
    assert [hit.document_id for hit in library.search("word")] == [second.id]
    library.delete(second.id)
    assert [row.id for row in library.list()] == [first.id]
    with pytest.raises(UserError):
        library.text(second.id)


def test_a_worker_killed_from_outside_costs_at_most_the_file_in_hand(library: Library, notes: Path) -> None:
    for number in range(120):
        (notes / f"{number:03}.txt").write_text(f"text {number} " * 50)
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker("read-worker"))
        return workers[-1]

    events = Library(library.documents, start).add([notes])
    next(events)
    pid = workers[0].pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    *_, end = events
    assert isinstance(end, AddFinished)
    assert len(end.skipped) <= 1
    assert end.documents + len(end.skipped) == 120


@pytest.mark.parametrize(
    "query", ['"', "AND OR NOT", "a*b:c^d", "(((", "title:x", "-", "", "😀", "NEAR(a b)", "'; DROP"]
)
def test_any_question_is_a_valid_search(add: Add, library: Library, notes: Path, query: str) -> None:
    (notes / "a.txt").write_text("words")
    add(notes)
    library.search(query)
    library.list(query)


def test_a_text_to_remember_is_a_note_that_is_found_at_once(library: Library) -> None:
    library = Library(library.documents, library._reader, now=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
    id = library.remember("The dentist is called Ida Holm.")
    other = library.remember("The plumber is called Jan Bach.")
    row = library.get(id)
    assert (row.title, row.provenance, row.created) == (
        "Remembered, 24 November 2026",
        "mine",
        "2026-11-24T12:00:00.000Z",
    )
    assert library.search("Who is the dentist?")[0].text == "The dentist is called Ida Holm."
    assert library.remember("The dentist is called Ida Holm.") == id != other
    assert library.counts().documents == 2


def test_a_note_is_found_by_its_path_its_title_or_its_files_name(
    add: Add, library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (notes / "a").mkdir()
    (notes / "soup.md").write_text("# Sour soup\n\nCaraway.")
    (notes / "a" / "soup.md").write_text("# Other soup\n\nSalt.")
    (notes / "b.md").write_text("# Other soup\n\nPepper.")
    add(notes)
    monkeypatch.chdir(notes)
    for name in (str(notes / "soup.md"), "soup.md", "sour soup", " Sour Soup"):
        assert library.find(name).title == "Sour soup", name
    assert library.find("b.md").path == str(notes / "b.md")
    with pytest.raises(UserError, match="2 notes are called “other soup”"):
        library.find("other soup")
    monkeypatch.chdir(notes.parent)
    with pytest.raises(UserError, match=r"2 notes are called “soup\.md”"):
        library.find("soup.md")
    with pytest.raises(UserError, match="There is no note “pie”"):
        library.find("pie")
