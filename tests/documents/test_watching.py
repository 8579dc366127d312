"""Folders stay current: real files, real events of the system, real read workers."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from personal_ai.documents.events import Change
from personal_ai.documents.folders import Rules
from personal_ai.documents.library import Library
from personal_ai.documents.watching import FolderState, TakenOver, WatchEvent, Watching
from personal_ai.errors import UserError
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.worker import Worker, wait_until

LONG = 120.0


class Watched:
    """A library whose folders are being watched on a thread of their own."""

    def __init__(self, library: Library, watching: Watching) -> None:
        self.library, self.watching = library, watching
        self.events: list[WatchEvent] = []
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        for event in self.watching.watch():
            self.events.append(event)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.watching.stop()
        self._thread.join(LONG)
        assert not self._thread.is_alive()

    def until(self, condition: Callable[[], bool]) -> None:
        assert wait_until(condition, LONG), self.events[-5:]

    def state(self, folder: Path) -> str:
        states = [e.state for e in list(self.events) if isinstance(e, FolderState) and e.path == str(folder)]
        return states[-1] if states else ""

    def places(self) -> dict[str, str]:
        """Each note by its path, with its text."""
        return {Path(row.path).name: self.library.text(row.id) for row in self.library.list()}


@pytest.fixture
def watched(library: Library, notes: Path) -> Iterator[Watched]:
    """The folder of notes, with one in it, stays current."""
    (notes / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    made = Watched(library, Watching(library, settled=0.2, quiet=0.1))
    made.watching.add(notes)
    made.start()
    made.until(lambda: made.state(notes) == "current")
    yield made
    made.stop()


def new(library: Library) -> Watching:
    return Watching(library, settled=0.2, quiet=0.1)


def test_what_is_new_changed_or_gone_in_a_folder_is_taken_over(watched: Watched, notes: Path) -> None:
    (notes / "deep" / "er").mkdir(parents=True)
    (notes / "deep" / "er" / "soup.txt").write_text("Two spoons of caraway.")
    watched.until(lambda: "soup.txt" in watched.places())
    (notes / "boat.md").write_text("# Boat\n\nThe boat is mended.")
    watched.until(lambda: "mended" in watched.places()["boat.md"])
    assert watched.library.search("leaks") == []
    (notes / "boat.md").unlink()
    watched.until(lambda: set(watched.places()) == {"soup.txt"})
    assert watched.library.search("mended") == []


def test_a_moved_file_keeps_its_note_and_what_was_decided_about_it(watched: Watched, notes: Path) -> None:
    (row,) = watched.library.list()
    watched.library.set_flags(row.id, never_learn=True)
    watched.library.set_provenance(row.id, "elsewhere")
    (notes / "harbour").mkdir()
    (notes / "boat.md").rename(notes / "harbour" / "boat.md")
    watched.until(lambda: watched.library.get(row.id).path == str(notes / "harbour" / "boat.md"))
    (moved,) = watched.library.list()
    assert (moved.id, moved.never_learn, moved.provenance, moved.version) == (row.id, True, "elsewhere", 1)
    assert [hit.document_id for hit in watched.library.search("harbour")] == [row.id]
    (notes / "harbour").rename(notes / "shore")
    watched.until(lambda: watched.library.get(row.id).path == str(notes / "shore" / "boat.md"))
    assert watched.library.search("harbour") == []


def test_a_renamed_file_is_called_what_it_is_called_now(watched: Watched, notes: Path) -> None:
    (notes / "quince.txt").write_text("Two spoons of caraway.")
    watched.until(lambda: "quince.txt" in watched.places())
    (id,) = [row.id for row in watched.library.list() if row.title == "Quince"]
    (notes / "quince.txt").rename(notes / "ledger.txt")
    watched.until(lambda: watched.library.get(id).title == "Ledger")
    assert watched.library.get(id).path == str(notes / "ledger.txt")
    assert [hit.title for hit in watched.library.search("ledger")] == ["Ledger"]
    assert watched.library.search("quince") == []


def test_a_file_that_is_renamed_and_changed_at_once_is_a_new_version(watched: Watched, notes: Path) -> None:
    (row,) = watched.library.list()
    (notes / "boat.md").rename(notes / "ship.md")
    (notes / "ship.md").write_text("# Boat\n\nThe boat is a ship now.")
    watched.until(lambda: "a ship now" in watched.places().get("ship.md", ""))
    (now,) = watched.library.list()
    assert (now.version, now.title) == (2, "Boat")
    assert watched.library.documents.get(row.id).path == now.path


def test_an_editor_that_saves_by_renaming_makes_a_new_version(watched: Watched, notes: Path) -> None:
    for number in (1, 2):
        (notes / ".boat.md.swp").write_text("x")
        (notes / "boat.md.tmp").write_text(f"# Boat\n\nSaved {number} times.")
        (notes / "boat.md").rename(notes / "boat.md~")
        (notes / "boat.md.tmp").rename(notes / "boat.md")
        watched.until(lambda number=number: f"Saved {number}" in watched.places().get("boat.md", ""))
    (row,) = watched.library.list()
    assert row.version == 3
    assert watched.library.files.count_gone() == 0


def test_what_programs_keep_beside_files_is_passed_over(watched: Watched, notes: Path) -> None:
    for name in ("~$plan.txt", ".boat.txt.icloud", "film.txt.part", "~syncthing~a.txt.tmp", ".hidden.txt"):
        (notes / name).write_text("not a note")
    for folder in (".git", "node_modules", ".obsidian", "drafts", "kept"):
        (notes / folder).mkdir()
        (notes / folder / "in.txt").write_text(f"in {folder}")
    watched.until(lambda: "in.txt" in watched.places())
    watched.until(lambda: watched.library.counts().documents == 3)
    texts = {watched.library.text(row.id) for row in watched.library.list()}
    assert texts == {"# Boat\n\nThe boat leaks.", "in drafts", "in kept"}


def test_the_person_names_what_is_passed_over(library: Library, notes: Path) -> None:
    library.rules = lambda: Rules(["*.log", "drafts/", "old/2019"])
    for place in ("a.txt", "b.log", "drafts/c.txt", "old/2019/d.txt", "old/2020/e.txt"):
        (notes / place).parent.mkdir(parents=True, exist_ok=True)
        (notes / place).write_text(place)
    list(library.add([notes]))
    assert {library.text(row.id) for row in library.list()} == {"a.txt", "old/2020/e.txt"}


def test_what_obsidian_leaves_out_is_left_out(library: Library, notes: Path) -> None:
    (notes / ".obsidian").mkdir()
    (notes / ".obsidian" / "app.json").write_text('{"userIgnoreFilters": ["Templates/", "/^x/", "a/b.md"]}')
    for place in ("note.md", "Templates/day.md", "a/b.md", "a/c.md"):
        (notes / place).parent.mkdir(exist_ok=True)
        (notes / place).write_text(place)
    list(library.add([notes]))
    assert {library.text(row.id) for row in library.list()} == {"note.md", "a/c.md"}


def test_a_file_is_read_when_nobody_writes_to_it_any_more(library: Library, notes: Path) -> None:
    watched = Watched(library, Watching(library, settled=1.0, quiet=0.1))
    watched.watching.add(notes)
    watched.start()
    watched.until(lambda: watched.state(notes) == "current")
    with (notes / "long.txt").open("w") as file:
        for number in range(8):
            file.write(f"line {number}\n")
            file.flush()
            threading.Event().wait(0.25)
    watched.until(lambda: "long.txt" in watched.places())
    watched.stop()
    (row,) = library.list()
    assert (row.version, library.text(row.id).count("line")) == (1, 8)


def test_a_folder_that_is_away_is_let_be_until_it_is_back(
    library: Library, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (notes / "boat.md").write_text("The boat leaks.")
    os.utime(notes / "boat.md", (2**32, 2**32))
    watching = Watching(library, lambda _note: None, settled=LONG)
    watching.add(notes)
    list(watching._choose())
    (folder,) = watching._folders.values()
    (state,) = watching._keep(folder)
    assert isinstance(state, FolderState) and state.state == "looking" and folder.unsettled
    folder.scan_at = 0.0
    monkeypatch.setattr(library.answering, "answers", lambda *_: False)
    (state,) = watching._keep(folder)
    assert isinstance(state, FolderState) and state.state == "away"
    # Whoever looked into it now would stand still.
    watching._note(Change(str(notes), frozenset({(str(notes), True)})))
    assert not folder.unsettled and not folder.places
    assert (watching._patience() or 0) > 10
    assert list(watching._keep(folder)) == []


def test_what_changed_while_the_program_was_closed_is_found_at_its_start(library: Library, notes: Path) -> None:
    for name in ("kept", "changed", "moved", "gone"):
        (notes / f"{name}.md").write_text(f"# {name}\n\nfirst")
    first = new(library)
    first.add(notes)
    list(first.scan())
    ids = {row.title: row.id for row in library.list()}
    (notes / "changed.md").write_text("# changed\n\nsecond")
    (notes / "in").mkdir()
    (notes / "moved.md").rename(notes / "in" / "moved.md")
    (notes / "gone.md").unlink()
    (notes / "new.md").write_text("# new\n\nfirst")
    (told,) = [event for event in new(library).scan() if isinstance(event, TakenOver)]
    assert (told.added, told.moved, told.gone, told.skipped) == (2, 1, 1, [])
    rows = {row.title: row for row in library.list()}
    assert set(rows) == {"kept", "changed", "moved", "new"}
    assert (rows["moved"].id, rows["changed"].version) == (ids["moved"], 2)
    assert not [event for event in new(library).scan() if isinstance(event, TakenOver)]


def test_an_import_goes_on_where_it_stopped(library: Library, notes: Path) -> None:
    # So many that a busy machine has not read them all before the first is told.
    many = 1000
    for number in range(many):
        (notes / f"{number:04}.txt").write_text(f"text {number}")
    watching = new(library)
    watching.add(notes)
    scanning = watching.scan()
    for event in scanning:
        if isinstance(event, FolderState) and event.state == "reading":
            break
    scanning.close()  # type: ignore[attr-defined]
    stored = library.counts().documents
    assert 0 < stored < many
    (told,) = [event for event in new(library).scan() if isinstance(event, TakenOver)]
    assert (told.added, library.counts().documents) == (many - stored, many)


def test_a_note_whose_file_is_gone_is_set_aside_and_can_be_brought_back(library: Library, notes: Path) -> None:
    (notes / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    (notes / "soup.md").write_text("# Soup\n\nCaraway.")
    watching = new(library)
    watching.add(notes)
    list(watching.scan())
    (boat,) = [row for row in library.list() if row.title == "Boat"]
    library.set_flags(boat.id, never_learn=True)
    (notes / "boat.md").unlink()
    list(watching.scan())
    assert library.search("leaks") == []
    assert [row.title for row in library.list()] == ["Soup"]
    assert [(row.id, row.title) for row in library.set_aside()] == [(boat.id, "Boat")]
    assert library.text(boat.id) == "# Boat\n\nThe boat leaks."
    library.bring_back([boat.id])
    assert library.search("leaks")[0].document_id == boat.id
    assert library.get(boat.id).never_learn
    list(watching.scan())
    assert library.set_aside() == []


def test_a_file_that_comes_back_brings_its_note_back(library: Library, notes: Path, tmp_path: Path) -> None:
    (notes / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    watching = new(library)
    watching.add(notes)
    list(watching.scan())
    (row,) = library.list()
    (notes / "boat.md").rename(tmp_path / "elsewhere.md")
    list(watching.scan())
    assert library.list() == []
    (tmp_path / "elsewhere.md").rename(notes / "again.md")
    list(watching.scan())
    assert [(now.id, now.path) for now in library.list()] == [(row.id, str(notes / "again.md"))]
    (notes / "again.md").unlink()
    list(watching.scan())
    (notes / "again.md").write_text("# Boat\n\nThe boat is mended.")
    list(watching.scan())
    assert [(now.version, now.path) for now in library.list()] == [(2, str(notes / "again.md"))]
    assert library.set_aside() == []


def test_a_folder_that_vanishes_changes_nothing(watched: Watched, notes: Path) -> None:
    shutil.copytree(notes, notes.parent / "kept", copy_function=shutil.copy2)
    notes.rename(notes.parent / "unplugged")
    watched.watching._folders[str(notes)].scan_at = 0.0
    watched.watching._wake()
    watched.until(lambda: watched.state(notes) == "away")
    assert "is not there now" in [e.sentence for e in watched.events if isinstance(e, FolderState)][-1]
    assert set(watched.places()) == {"boat.md"}
    (notes.parent / "unplugged").rename(notes)
    (notes / "new.txt").write_text("while it was away")
    watched.watching._folders[str(notes)].scan_at = 0.0
    watched.watching._wake()
    watched.until(lambda: set(watched.places()) == {"boat.md", "new.txt"})
    assert watched.library.set_aside() == []


def test_a_folder_that_holds_nothing_any_more_waits_for_the_persons_word(library: Library, notes: Path) -> None:
    for number in range(20):
        (notes / f"{number}.txt").write_text(f"text {number}")
    watching = new(library)
    watching.add(notes)
    list(watching.scan())
    for file in notes.iterdir():
        file.unlink()
    (event,) = list(watching.scan())
    assert isinstance(event, FolderState)
    assert (event.state, event.files, library.counts().documents) == ("emptied", 20, 20)
    watching.accept(notes)
    list(watching.scan())
    assert (library.counts().documents, len(library.set_aside())) == (0, 20)


def test_a_deleted_note_does_not_come_back_by_itself(library: Library, notes: Path) -> None:
    (notes / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    watching = new(library)
    watching.add(notes)
    list(watching.scan())
    library.delete(library.list()[0].id)
    list(watching.scan())
    assert library.list() == []
    (notes / "boat.md").rename(notes / "ship.md")
    list(watching.scan())
    assert library.list() == []
    (notes / "ship.md").write_text("# Boat\n\nOther words.")
    list(watching.scan())
    assert library.list() == []
    list(library.add([notes / "ship.md"]))
    assert len(library.list()) == 1


def test_of_two_files_with_the_same_content_either_may_change_or_go(library: Library, notes: Path) -> None:
    (notes / "a.md").write_text("# Same\n\nonce")
    (notes / "b.md").write_text("# Same\n\nonce")
    watching = new(library)
    watching.add(notes)
    list(watching.scan())
    (row,) = library.list()
    library.set_flags(row.id, never_use=True)
    (notes / "a.md").write_text("# Same\n\nanother")
    list(watching.scan())
    rows = {Path(now.path).name: now for now in library.list()}
    assert {name: (now.version, now.never_use) for name, now in rows.items()} == {"a.md": (2, True), "b.md": (1, True)}
    (notes / "c.md").write_text("# Same\n\nonce")
    list(watching.scan())
    (notes / "b.md").unlink()
    list(watching.scan())
    assert {Path(now.path).name: now.id for now in library.list()} == {
        "a.md": rows["a.md"].id,
        "c.md": rows["b.md"].id,
    }


def test_pausing_lets_a_folder_be_and_resuming_takes_over_what_happened(watched: Watched, notes: Path) -> None:
    watched.watching.pause(True)
    watched.until(lambda: watched.state(notes) == "paused")
    (notes / "soup.md").write_text("# Soup\n\nCaraway.")
    watched.watching.pause(False, notes)
    watched.until(lambda: "soup.md" in watched.places())
    watched.watching.remove(notes)
    watched.until(lambda: not watched.watching._folders)
    (notes / "boat.md").unlink()
    assert set(watched.places()) == {"boat.md", "soup.md"}


def test_where_the_system_does_not_tell_of_changes_the_folder_is_looked_through(library: Library, notes: Path) -> None:
    watched = Watched(library, Watching(library, lambda _note: None, settled=0.0, quiet=0.05, scan_every=0.2))
    watched.watching.add(notes)
    watched.start()
    (notes / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    watched.until(lambda: "boat.md" in watched.places())
    (notes / "boat.md").unlink()
    watched.until(lambda: not watched.places())
    watched.stop()
    assert "looked through every five minutes" in [e.sentence for e in watched.events if isinstance(e, FolderState)][-1]


def test_a_folder_that_cannot_be_opened_hides_nothing_as_gone(library: Library, notes: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    (notes / "in").mkdir()
    (notes / "in" / "boat.md").write_text("# Boat\n\nThe boat leaks.")
    watching = new(library)
    watching.add(notes)
    list(watching.scan())
    (notes / "in").chmod(0)
    list(watching.scan())
    (notes / "in").chmod(0o700)
    assert len(library.list()) == 1


def test_what_cannot_stay_current_is_a_sentence(library: Library, notes: Path) -> None:
    watching = new(library)
    with pytest.raises(UserError, match="There is no folder"):
        watching.add(notes / "none")
    with pytest.raises(UserError, match="whole disk"):
        watching.add(Path(notes.anchor))
    watching.add(notes)
    (notes / "in").mkdir()
    with pytest.raises(UserError, match="stays current already"):
        watching.add(notes / "in")
    with pytest.raises(UserError, match="not among the folders"):
        watching.remove(notes / "in")
    watching.add(notes.parent)
    assert [row.path for row in watching.folders()] == [str(notes.parent)]


def test_five_hundred_changes_leave_the_index_of_a_fresh_import(library: Library, notes: Path, tmp_path: Path) -> None:
    for number in range(60):
        (notes / f"{number % 7}").mkdir(exist_ok=True)
        (notes / f"{number % 7}" / f"{number}.txt").write_text(f"note {number} of the sea\n\nand words {number * 7}")
    watching = new(library)
    watching.add(notes)
    list(watching.scan())
    for number in range(0, 60, 4):
        file = notes / f"{number % 7}" / f"{number}.txt"
        if number % 3 == 0:
            file.write_text(f"changed {number}")
        elif number % 3 == 1:
            file.rename(notes / f"moved {number}.txt")
        else:
            file.unlink()
    list(watching.scan())
    (tmp_path / "fresh").mkdir()
    other = Database(tmp_path / "fresh" / "personal.db", tmp_path / "fresh" / "backups")
    fresh = Library(Documents(other), lambda: Worker("read-worker"))
    list(fresh.add([notes]))
    assert indexed(library) == indexed(fresh)
    assert library.documents._db.check() == []
    other.close()


def indexed(library: Library) -> dict[str, object]:
    """What of each file can be found, and by which words."""
    found: dict[str, object] = {}
    for row in library.list():
        ids = [chunk.id for chunk in library.documents.document_chunks(row.id)]
        words = library.documents._db.query(
            "SELECT title, heading, text FROM search WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid",
            (str(ids),),
        )
        found[row.path] = (row.title, row.first_line, row.format, words)
    return found
