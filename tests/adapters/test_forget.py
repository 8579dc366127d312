"""A deleted note takes along what learned it, at once or, after a crash, at the next start."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from personal_ai.adapters import folders as folders_module
from personal_ai.adapters.manifest import Pointer, chunks_sha, pointer_without
from personal_ai.adapters.shelf import Shelf
from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead
from personal_ai.paths import Paths
from personal_ai.services import Services
from personal_ai.store.adapters import Adapters, Forgotten
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents, NewChunk

BASE = "b" * 64
Publish = Callable[..., int]


@pytest.fixture
def documents(paths: Paths, rows: Adapters) -> Documents:
    """Five notes, numbered from 1."""
    documents = Documents(rows._db)
    for number in range(1, 6):
        put(documents, number)
    return documents


def put(documents: Documents, number: int, text: str = "") -> int:
    text = text or f"Note {number}."
    read = DocumentRead(
        path=f"/{number}.md", sha256=f"{number} {text}", size=1, title=f"Note {number}", format="md", text=text,
        sections=[], created="2026-01-01T00:00:00Z",
    )  # fmt: skip
    return documents.put(read, [NewChunk("", text, 0, len(text))])


def in_use(shelf: Shelf) -> int | None:
    row = shelf.current()
    return row.number if row else None


def numbers(shelf: Shelf) -> list[int]:
    return [row.number for row in shelf.list()]


def pointer(paths: Paths) -> dict[str, object]:
    return json.loads((paths.adapters / "CURRENT").read_bytes())


# ---- which one takes its place ----------------------------------------------------------------------------------


def test_the_newest_that_saw_none_of_them_takes_over(shelf: Shelf, paths: Paths, rows: Adapters, publish: Publish):
    publish(documents=[1], strength=0.5)
    publish(documents=[1, 2])
    publish(documents=[1, 3])
    assert shelf.forget([2, 3]) == Forgotten([2, 3], 1)
    assert in_use(shelf) == 1 and shelf.strength() == 0.5 and shelf.problem() is None
    assert {entry.name for entry in paths.adapters.iterdir()} == {"1", "CURRENT"}
    assert [rows.get(number).state for number in (1, 2, 3)] == ["kept", "removed", "removed"]


def test_with_none_left_the_bare_model_answers(shelf: Shelf, publish: Publish):
    publish(documents=[1]), publish(documents=[1])
    assert shelf.forget([1]) == Forgotten([1, 2], None)
    assert shelf.in_use(BASE) == [] and shelf.problem() is None and numbers(shelf) == []


def test_an_adapter_of_another_base_does_not_take_over(shelf: Shelf, publish: Publish):
    publish(base_sha256="c" * 64)
    publish(documents=[1])
    assert shelf.forget([1]) == Forgotten([2], None)
    assert numbers(shelf) == [1]


def test_a_newer_one_that_the_person_had_left_does_not_come_back(shelf: Shelf, publish: Publish):
    publish(documents=[1]), publish(documents=[2])
    shelf.use(1)
    assert shelf.forget([1]) == Forgotten([1], None)


def test_a_damaged_one_does_not_take_over(shelf: Shelf, paths: Paths, publish: Publish):
    publish(), publish(), publish(documents=[1])
    (paths.adapters / "2" / "adapter.gguf").write_bytes(b"rotten")
    assert shelf.forget([1]).now == 1


def test_what_is_not_in_use_goes_without_a_change(shelf: Shelf, paths: Paths, publish: Publish):
    publish(documents=[1]), publish(documents=[2])
    assert shelf.forget([1]) == Forgotten([1], 2)
    assert pointer(paths) == {"number": 2, "strength": 1.0, "history": [None]}


def test_a_note_that_nobody_learned_takes_nothing_along(shelf: Shelf, publish: Publish):
    publish(documents=[1])
    assert shelf.forget([2]) == Forgotten([], 1)
    assert shelf.forget([]) == Forgotten([], 1)


def test_the_way_back_leads_somewhere_else_and_to_none_that_is_gone():
    before = Pointer(5, 0.5, [None, 1, 2, 3, 2, 4])
    assert pointer_without(before, {4, 5}, 2, 0.75) == Pointer(2, 0.75, [None, 1, 2, 3])
    assert pointer_without(before, {1, 3}, None, 1.0) == Pointer(5, 0.5, [None, 2, 2, 4])
    assert pointer_without(before, {5}, None, 1.0) == Pointer(None, 1.0, [])
    assert pointer_without(Pointer(2, 1.0, []), {2}, 1, 1.0) == Pointer(1, 1.0, [])


def test_with_a_damaged_pointer_forgetting_works(shelf: Shelf, paths: Paths, publish: Publish):
    publish(documents=[1]), publish(documents=[2])
    (paths.adapters / "CURRENT").write_bytes(b"\x00")
    assert shelf.forget([2]) == Forgotten([2], 1)
    assert in_use(shelf) == 1 and shelf.problem() is None


# ---- grown from one another -------------------------------------------------------------------------------------


def test_a_child_learned_what_its_ancestors_learned(shelf: Shelf, rows: Adapters, publish: Publish):
    publish(documents=[1, 2], chunks=[10, 11])
    publish(documents=[3], parent=1, kind="delta", chunks=[12])
    publish(documents=[4], parent=2, kind="delta")
    publish(documents=[5])
    assert shelf.manifest(3).documents == rows.documents(3) == [1, 2, 3, 4]
    assert [shelf.manifest(n).nights_since_fresh for n in (1, 2, 3, 4)] == [0, 1, 2, 0]
    assert [shelf.manifest(n).kind for n in (1, 2, 3, 4)] == ["fresh", "delta", "delta", "fresh"]
    assert shelf.manifest(1).chunks_sha == chunks_sha([11, 10, 10]) != shelf.manifest(2).chunks_sha
    assert shelf.forget([1]) == Forgotten([1, 2, 3], 4)


def test_a_child_of_a_removed_adapter_still_learned_its_notes(shelf: Shelf, publish: Publish):
    publish(documents=[1])
    shelf.remove(1)
    publish(documents=[2], parent=1, kind="delta")
    assert shelf.manifest(2).documents == [1, 2] and shelf.manifest(2).nights_since_fresh == 1


def test_a_manifest_of_before_kinds_is_understood(shelf: Shelf, paths: Paths, publish: Publish):
    publish(recipe={"imported": "mine.gguf"})
    file = paths.adapters / "1" / "manifest.json"
    fields = json.loads(file.read_bytes())
    for name in ("kind", "nights_since_fresh", "chunks_sha"):
        del fields[name]
    file.write_text(json.dumps(fields))
    assert shelf.manifest(1).kind == "imported"


def test_a_night_goes_on_from_the_newest_accepted_adapter_of_its_base(shelf: Shelf, publish: Publish):
    def newest() -> int | None:
        found = shelf.newest_accepted(BASE)
        return found.number if found else None

    assert newest() is None
    publish(kind="skill")
    assert newest() is None
    publish(proof={"accepted": True})
    publish(proof={"accepted": True})
    publish(kind="imported")
    publish(proof={"accepted": False})
    publish(base_sha256="c" * 64)
    assert newest() == 3
    shelf.use(2)
    assert newest() == 2
    shelf.none()
    assert newest() is None


# ---- a note that is deleted in the meantime ---------------------------------------------------------------------


def test_what_learned_a_note_deleted_meanwhile_is_not_published(
    shelf: Shelf, paths: Paths, documents: Documents, publish: Publish
):
    publish(documents=[1])
    publish(documents=[2], parent=1, kind="delta")
    shelf.forget(documents.delete(1))
    with pytest.raises(UserError, match="A note was deleted while it was being learned"):
        publish(documents=[1, 3])
    with pytest.raises(UserError, match="A note was deleted"):
        publish(documents=[3], parent=2, kind="delta")
    assert numbers(shelf) == [] and in_use(shelf) is None
    assert {entry.name for entry in paths.adapters.iterdir()} == {"CURRENT"}


def test_a_note_deleted_in_the_midst_of_publishing_takes_it_along(
    shelf: Shelf, rows: Adapters, documents: Documents, publish: Publish, monkeypatch: pytest.MonkeyPatch
):
    publish(documents=[2])
    record = rows.add

    def deleted_first(*values: object, **more: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(rows, "add", record)
            shelf.forget(documents.delete(1))
            record(*values, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(rows, "add", deleted_first)
        with pytest.raises(UserError, match="A note was deleted"):
            publish(documents=[1])
    assert numbers(shelf) == [1] and in_use(shelf) == 1 and shelf.problem() is None


# ---- crashes ----------------------------------------------------------------------------------------------------


def test_after_a_crash_before_forgetting_the_next_start_forgets(
    paths: Paths, rows: Adapters, documents: Documents, publish: Publish
):
    publish(documents=[2]), publish(documents=[1, 2])
    documents.delete(1)
    after = Shelf(paths, rows)
    assert in_use(after) == 1 and after.problem() is None and numbers(after) == [1]
    assert {entry.name for entry in paths.adapters.iterdir()} == {"1", "CURRENT"}
    assert pointer(paths)["history"] == [None]


def test_another_process_does_not_use_it_meanwhile(shelf: Shelf, documents: Documents, publish: Publish):
    """The window had its shelf open when a command that deleted a note was killed."""
    publish(documents=[2]), publish(documents=[1])
    documents.delete(1)
    assert [use.path.split("/")[-2] for use in shelf.in_use(BASE)] == ["1"]
    with pytest.raises(UserError, match="Adapter 2 learned a note that you deleted"):
        shelf.use(2)
    assert numbers(shelf) == [1] and shelf.problem() is None


def test_a_folder_that_comes_back_from_a_backup_is_forgotten_again(
    shelf: Shelf, paths: Paths, rows: Adapters, documents: Documents, publish: Publish
):
    publish(documents=[1])
    (paths.adapters / "1").rename(paths.home / "kept")
    shelf.forget(documents.delete(1))
    (paths.home / "kept").rename(paths.adapters / "1")
    assert shelf.in_use(BASE) == []
    assert numbers(Shelf(paths, rows)) == [] and not (paths.adapters / "1").exists()


def test_a_folder_whose_row_a_crash_left_out_is_forgotten(
    shelf: Shelf, documents: Documents, publish: Publish, dies_at_its_row: Callable[..., None]
):
    dies_at_its_row(documents=[1])
    publish(documents=[2])
    assert shelf.forget(documents.delete(1)) == Forgotten([1], 2)


def test_a_disk_that_holds_on_to_the_file_is_told_and_the_adapter_is_out_of_use(
    shelf: Shelf, paths: Paths, rows: Adapters, documents: Documents, publish: Publish, monkeypatch: pytest.MonkeyPatch
):
    publish(documents=[2]), publish(documents=[1])

    def refuse(*_: object) -> None:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    gone = documents.delete(1)
    with monkeypatch.context() as patch:
        patch.setattr(folders_module.Folders, "take_away", refuse)
        with pytest.raises(UserError, match="no longer used, but its file could not be deleted"):
            shelf.forget(gone)
        assert in_use(shelf) == 1 and shelf.problem() is None
        assert Shelf(paths, rows).in_use(BASE)[0].path.endswith("/1/adapter.gguf")
    assert numbers(Shelf(paths, rows)) == [1]


# A child that deletes note 1 and is killed: right after the store has let it go, or at the nth step of the shelf.
CHILD = """
import os, signal, sys
from pathlib import Path
from personal_ai.adapters import folders, shelf
from personal_ai.paths import locate
from personal_ai.services import Services

left = int(sys.argv[2])
def perhaps_die(call):
    def wrapped(*values, **more):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*values, **more)
    return wrapped

services = Services(locate(Path(sys.argv[1])))
for where, name in ((shelf.Shelf, "forget"), (shelf, "write_durably"), (folders.Folders, "take_away"),
                    (folders, "sync_folder"), (folders.shutil, "rmtree")):
    setattr(where, name, perhaps_die(getattr(where, name)))
print(services.library.delete(1))
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")
@pytest.mark.parametrize("moment", range(9))
def test_killed_at_any_moment_of_a_deletion_the_next_start_ends_it(
    paths: Paths, documents: Documents, publish: Publish, moment: int
):
    publish(documents=[2]), publish(documents=[1]), publish(documents=[3], parent=2, kind="delta")
    child = subprocess.run(
        (sys.executable, "-c", CHILD, str(paths.home), str(moment)), capture_output=True, text=True, timeout=60
    )
    assert child.returncode in (0, -signal.SIGKILL), child.stderr
    assert (child.returncode == 0) == (moment == 8)
    services = Services(paths)
    with pytest.raises(UserError, match="no longer in your library"):
        services.library.get(1)
    assert [Path(use.path).parent.name for use in services.shelf.in_use(BASE)] == ["1"]
    assert services.shelf.problem() is None and [row.number for row in services.shelf.list()] == [1]
    assert {entry.name for entry in paths.adapters.iterdir()} == {"1", "CURRENT"}
    services.close()


def test_deleting_in_the_library_forgets_at_once(paths: Paths, documents: Documents, publish: Publish):
    publish(documents=[2]), publish(documents=[1])
    services = Services(paths)
    new = put(documents, 1, "Note 1, written anew.")
    assert services.library.delete(new) == Forgotten([2], 1)
    assert services.library.delete(4) == Forgotten([], 1)
    services.close()


def test_a_new_version_leaves_the_adapter_until_the_note_is_deleted(
    shelf: Shelf, rows: Adapters, paths: Paths, documents: Documents, publish: Publish
):
    publish(documents=[1])
    new = put(documents, 1, "Note 1, written anew.")
    assert in_use(Shelf(paths, rows)) == 1
    assert shelf.forget(documents.delete(new)) == Forgotten([1], None)


def test_a_database_of_before_deletions_were_kept_is_brought_in_order(tmp_path: Path, paths: Paths, publish: Publish):
    """Version 1 deleted notes and left the adapters; the first start of this version drops those."""
    publish(documents=[41]), publish(documents=[42])
    old = Database(paths.database, paths.backups)
    with old.transaction() as connection:
        connection.execute("INSERT INTO forgotten VALUES(42, 42, '2026-01-01')")
    assert numbers(Shelf(paths, Adapters(old))) == [1]
    old.close()
