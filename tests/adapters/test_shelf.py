"""Publish, use, go back, remove: whole or not at all, and always with a sentence."""

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from personal_ai import paths as paths_module
from personal_ai.adapters import folders as folders_module
from personal_ai.adapters import shelf as shelf_module
from personal_ai.adapters.shelf import Shelf
from personal_ai.errors import DiskFull, UserError
from personal_ai.locked_files import Files
from personal_ai.messages import AdapterUse
from personal_ai.paths import Paths
from personal_ai.store.adapters import Adapters
from personal_ai.store.database import Database

BASE = "b" * 64
Publish = Callable[..., int]
Job = Callable[[bytes], Path]


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def pointer(paths: Paths) -> dict[str, object]:
    return json.loads((paths.adapters / "CURRENT").read_bytes())


# ---- publishing -------------------------------------------------------------------------------------------------


def test_an_empty_shelf_works(shelf: Shelf):
    assert shelf.list() == [] and shelf.current() is None and shelf.in_use(BASE) == []
    assert shelf.strength() == 1.0 and shelf.problem() is None and shelf.next_number() == 1


def test_what_is_published_is_in_use_and_whole(shelf: Shelf, paths: Paths, publish: Publish):
    number = publish(b"weights", documents=[3, 4], strength=0.75, proof={"accepted": True}, recipe={"rank": 8})
    assert number == 1 and shelf.in_use(BASE) == [AdapterUse(str(paths.adapters / "1" / "adapter.gguf"), 0.75)]
    assert names(paths.adapters / "1") == {"adapter.gguf", "adapter.safetensors", "report.json", "manifest.json"}
    manifest = shelf.manifest(1)
    assert manifest.adapter_sha256 == hashlib.sha256(b"weights").hexdigest() and manifest.recipe == {"rank": 8}
    row = shelf.current()
    assert row and (row.number, row.base, row.size, row.notes, row.proof) == (1, "toy", 7, 2, {"accepted": True})
    assert pointer(paths) == {"number": 1, "strength": 0.75, "history": [None]}


def test_the_store_knows_what_was_learned(rows: Adapters, publish: Publish):
    publish(documents=[7, 9])
    assert rows.documents(1) == [7, 9] and rows.get(1).state == "kept"


def test_another_model_gets_no_adapter(shelf: Shelf, publish: Publish):
    publish()
    assert shelf.in_use("another") == [] and shelf.problem() is None


def test_publishing_needs_an_adapter_file(shelf: Shelf, tmp_path: Path):
    with pytest.raises(UserError, match="There is no adapter in"):
        shelf.publish(tmp_path, base="toy", base_sha256=BASE)
    assert shelf.list() == []


def test_numbers_are_never_given_twice(shelf: Shelf, publish: Publish):
    publish(), publish()
    shelf.remove(2)
    assert publish() == 3


def test_two_shelves_over_one_folder_never_share_a_number(
    shelf: Shelf, paths: Paths, rows: Adapters, job: Job, publish: Publish, monkeypatch: pytest.MonkeyPatch
):
    publish()
    monkeypatch.setattr(shelf, "next_number", lambda: 1)  # the other process was quicker
    assert shelf.publish(job(b"second"), base="toy", base_sha256=BASE) == 2
    assert (paths.adapters / "1" / "adapter.gguf").read_bytes() == b"adapter"
    assert Shelf(paths, rows).manifest(2).number == 2


def test_newest_first(shelf: Shelf, publish: Publish):
    publish(), publish()
    assert [row.number for row in shelf.list()] == [2, 1]


# ---- using, going back, strength --------------------------------------------------------------------------------


def test_what_reads_comes_along(paths: Paths, rows: Adapters, job: Callable[[bytes], Path]) -> None:
    shelf = Shelf(paths, rows)
    shelf.publish(job(b"somebody's"), base="toy", base_sha256=BASE)
    assert shelf.in_use(BASE)[0].reads == shelf.shelved(1).reads == ""
    made = job(b"learned")
    (made / "reading.gguf").write_bytes(b"half of it, and half of the skill")
    shelf.publish(made, base="toy", base_sha256=BASE)
    assert shelf.in_use(BASE)[0].reads == shelf.shelved(2).reads == str(paths.adapters / "2" / "reading.gguf")


def in_use(shelf: Shelf) -> int | None:
    row = shelf.current()
    return row.number if row else None


def test_going_back_undoes_one_change_after_the_other(shelf: Shelf, publish: Publish):
    publish(), publish()
    shelf.use(1)
    shelf.none()
    seen = [in_use(shelf)]
    for _ in range(4):
        shelf.rollback()
        seen.append(in_use(shelf))
    assert seen == [None, 1, 2, 1, None]
    with pytest.raises(UserError, match="nothing to go back to"):
        shelf.rollback()


def test_going_back_skips_what_is_gone(shelf: Shelf, publish: Publish):
    for _ in range(3):
        publish()
    shelf.remove(2)
    row = shelf.rollback()
    assert row and row.number == 1 and in_use(shelf) == 1


def test_with_a_damaged_pointer_removing_the_newest_uses_the_one_before(shelf: Shelf, paths: Paths, publish: Publish):
    publish(), publish()
    (paths.adapters / "CURRENT").write_bytes(b"")
    shelf.remove(2)
    assert in_use(shelf) == 1


def test_using_the_same_again_is_no_step_back(shelf: Shelf, publish: Publish):
    publish()
    shelf.use(1)
    shelf.use(1)
    assert shelf.rollback() is None


def test_the_way_back_is_not_endless(shelf: Shelf, paths: Paths, publish: Publish):
    publish(), publish()
    for turn in range(50):
        shelf.use(1 + turn % 2)
    assert len(pointer(paths)["history"]) == shelf_module.HISTORY  # type: ignore[arg-type]


def test_what_nights_made_and_nobody_can_go_back_to_makes_room(shelf: Shelf, paths: Paths, publish: Publish):
    most = shelf_module.HISTORY
    for _ in range(most + 5):
        publish()
    kept = [row.number for row in shelf.list()]
    # The one in use, and as many as one can go back to.
    assert kept == list(range(most + 5, 4, -1))
    assert {int(name) for name in names(paths.adapters) if name.isdecimal()} == set(kept)
    for _ in range(most):
        shelf.rollback()
    assert in_use(shelf) == 5
    publish()
    # It is what the person went back to, and what the newest began from: it stays, however old.
    assert in_use(shelf) == most + 6
    assert 5 in [row.number for row in shelf.list()]


def test_what_was_brought_from_elsewhere_does_not_make_room(shelf: Shelf, paths: Paths, publish: Publish):
    publish(kind="imported")
    for _ in range(shelf_module.HISTORY + 3):
        publish()
    kept = {row.number for row in shelf.list()}
    assert 1 in kept
    assert 2 not in kept


def test_an_adapter_that_is_not_there_cannot_be_used(shelf: Shelf, publish: Publish):
    publish()
    with pytest.raises(UserError, match="Adapter 9 is no longer there"):
        shelf.use(9)
    assert in_use(shelf) == 1


def test_a_damaged_adapter_cannot_be_used(shelf: Shelf, paths: Paths, publish: Publish):
    publish(), publish()
    (paths.adapters / "1" / "adapter.gguf").write_bytes(b"rotten!")
    with pytest.raises(UserError, match="Adapter 1 has changed on disk"):
        shelf.use(1)
    assert in_use(shelf) == 2


def test_strength_is_kept_with_the_adapter(shelf: Shelf, publish: Publish):
    publish(), publish()
    shelf.set_strength(2, 0.5)
    assert shelf.strength() == 0.5 and shelf.in_use(BASE)[0].scale == 0.5
    shelf.set_strength(1, 1.5)
    assert shelf.strength() == 0.5
    shelf.use(1)
    assert shelf.strength() == 1.5
    shelf.rollback()
    assert shelf.strength() == 0.5


@pytest.mark.parametrize("strength", [-0.1, 2.1, float("nan"), float("inf")])
def test_an_absurd_strength_is_refused(shelf: Shelf, publish: Publish, strength: float):
    publish()
    with pytest.raises(UserError, match="from 0"):
        shelf.set_strength(1, strength)
    assert shelf.strength() == 1.0


# ---- removing ---------------------------------------------------------------------------------------------------


def test_removing_the_adapter_in_use_goes_back_first(shelf: Shelf, paths: Paths, rows: Adapters, publish: Publish):
    publish(), publish()
    shelf.remove(2)
    assert in_use(shelf) == 1 and shelf.problem() is None
    assert names(paths.adapters) == {"1", "CURRENT"} and rows.get(2).state == "removed"
    shelf.remove(1)
    assert in_use(shelf) is None and shelf.list() == []


def test_removing_another_leaves_the_one_in_use(shelf: Shelf, publish: Publish):
    publish(), publish()
    shelf.remove(1)
    assert in_use(shelf) == 2 and [row.number for row in shelf.list()] == [2]


def test_removing_what_is_not_there_is_told(shelf: Shelf):
    with pytest.raises(UserError, match="There is no adapter 4"):
        shelf.remove(4)


def test_a_damaged_adapter_can_be_removed(shelf: Shelf, paths: Paths, publish: Publish):
    publish()
    (paths.adapters / "1" / "manifest.json").unlink()
    shelf.remove(1)
    assert shelf.list() == [] and shelf.problem() is None


# ---- damage -----------------------------------------------------------------------------------------------------


def test_a_missing_folder_falls_back_and_says_so(shelf: Shelf, paths: Paths, publish: Publish):
    publish(), publish()
    shutil.rmtree(paths.adapters / "2")
    assert in_use(shelf) == 1
    assert shelf.problem() == (
        "Adapter 2 is no longer there, so adapter 1 is used instead. Remove it, or choose another under Learning."
    )


def test_a_flipped_byte_falls_back_and_says_so(paths: Paths, rows: Adapters, shelf: Shelf, publish: Publish):
    publish(b"one"), publish(b"two" * 1000)
    file = paths.adapters / "2" / "adapter.gguf"
    content = bytearray(file.read_bytes())
    content[1234] ^= 1
    file.write_bytes(content)
    after = Shelf(paths, rows)
    assert in_use(after) == 1 and after.in_use(BASE)[0].path.endswith("/1/adapter.gguf")
    assert (after.problem() or "").startswith("Adapter 2 has changed on disk since it was made, so adapter 1")


def test_with_nothing_to_fall_back_to_the_bare_model_answers(shelf: Shelf, paths: Paths, publish: Publish):
    publish()
    (paths.adapters / "1" / "adapter.gguf").unlink()
    assert shelf.in_use(BASE) == [] and shelf.current() is None
    assert shelf.problem() == ("Adapter 1 is incomplete, so none is used. Learn again, or choose one under Learning.")


def test_a_folder_that_comes_back_is_used_again(shelf: Shelf, paths: Paths, publish: Publish):
    publish(), publish()
    (paths.adapters / "2").rename(paths.adapters / "elsewhere")
    assert in_use(shelf) == 1
    (paths.adapters / "elsewhere").rename(paths.adapters / "2")
    assert in_use(shelf) == 2 and shelf.problem() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"number": "two"}', b"\x00\xff" * 50, b'{"strength": null}'])
def test_a_damaged_pointer_uses_the_newest_and_says_so(shelf: Shelf, paths: Paths, publish: Publish, content: bytes):
    publish(), publish()
    (paths.adapters / "CURRENT").write_bytes(content)
    assert in_use(shelf) == 2 and (shelf.problem() or "").startswith("The note of which adapter is in use was damaged")
    shelf.use(1)
    assert in_use(shelf) == 1 and shelf.problem() is None


def test_a_damaged_pointer_with_no_adapter_uses_none(shelf: Shelf, paths: Paths):
    (paths.adapters / "CURRENT").write_bytes(b"\x00")
    assert shelf.in_use(BASE) == [] and "none is used" in (shelf.problem() or "")


def test_a_pointer_of_an_older_program_is_understood(shelf: Shelf, paths: Paths, publish: Publish):
    publish()
    (paths.adapters / "CURRENT").write_bytes(b'{"number": 1, "strength": 0.5}')
    assert in_use(shelf) == 1 and shelf.strength() == 0.5 and shelf.problem() is None


def test_publishing_heals_a_damaged_pointer(shelf: Shelf, paths: Paths, publish: Publish):
    publish()
    (paths.adapters / "CURRENT").write_bytes(b"\x00")
    publish()
    assert in_use(shelf) == 2 and shelf.problem() is None
    shelf.rollback()
    assert in_use(shelf) == 1


# ---- the rows follow the disk -----------------------------------------------------------------------------------


def test_a_row_that_a_crash_left_out_is_written_from_the_manifest(
    shelf: Shelf, rows: Adapters, dies_at_its_row: Callable[..., None]
):
    dies_at_its_row(documents=[5], proof={"accepted": True})
    assert rows.list() == [] and shelf.next_number() == 2
    assert [row.proof for row in shelf.list()] == [{"accepted": True}]
    assert rows.documents(1) == [5] and shelf.current() is None


def test_a_folder_that_was_copied_here_brings_no_ids_of_another_database(
    paths: Paths, shelf: Shelf, publish: Publish, tmp_path: Path
):
    publish(documents=[1]), publish(documents=[2, 3])
    other = Adapters(Database(tmp_path / "other.db", tmp_path))
    rows = Shelf(paths, other).list()
    assert [row.number for row in rows] == [2, 1] and other.documents(2) == []


def test_a_row_without_a_folder_is_marked_removed(shelf: Shelf, paths: Paths, rows: Adapters, publish: Publish):
    publish()
    shutil.rmtree(paths.adapters / "1")
    assert shelf.list() == [] and rows.get(1).state == "removed"


def test_a_folder_that_was_restored_is_kept_again(shelf: Shelf, paths: Paths, publish: Publish, tmp_path: Path):
    publish(documents=[8])
    shutil.copytree(paths.adapters / "1", tmp_path / "backup")
    shelf.remove(1)
    shutil.copytree(tmp_path / "backup", paths.adapters / "1")
    assert [row.number for row in shelf.list()] == [1]
    shelf.use(1)
    assert in_use(shelf) == 1


# ---- a full disk ------------------------------------------------------------------------------------------------


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/adapter.gguf")


@pytest.mark.parametrize("place", ["take_in", "write", "sync_folder", "write_durably"])
def test_a_full_disk_is_told_and_the_old_adapter_stays(
    shelf: Shelf, paths: Paths, rows: Adapters, publish: Publish, monkeypatch: pytest.MonkeyPatch, place: str
):
    publish(b"old")
    with monkeypatch.context() as patch:
        where = {"write_durably": shelf_module, "sync_folder": folders_module}.get(place, Files)
        patch.setattr(where, place, full)
        with pytest.raises(DiskFull, match="The disk is full, so putting the adapter on the shelf stopped"):
            publish(b"new")
    assert in_use(shelf) == 1 and shelf.problem() is None
    assert names(paths.adapters) - {"2"} == {"1", "CURRENT"}
    assert place == "sync_folder" or [row.number for row in shelf.list()] == [1]
    assert publish(b"newer") > 1 and in_use(shelf) == shelf.next_number() - 1


@pytest.mark.parametrize("failures", [1, 99])
def test_a_disk_that_fails_right_after_the_pointer_was_swapped_leaves_the_old_adapter(
    shelf: Shelf, paths: Paths, publish: Publish, monkeypatch: pytest.MonkeyPatch, failures: int
):
    publish(b"old")
    left = failures

    def sync(folder: Path) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder))

    with monkeypatch.context() as patch:
        patch.setattr(paths_module, "sync_folder", sync)  # the one that write_durably calls
        with pytest.raises(UserError, match="Input/output error"):
            publish(b"new")
    assert pointer(paths)["number"] == 1 and in_use(shelf) == 1 and shelf.problem() is None
    assert names(paths.adapters) == {"1", "CURRENT"}


def test_a_full_database_is_told_and_the_old_adapter_stays(
    shelf: Shelf, paths: Paths, rows: Adapters, publish: Publish, monkeypatch: pytest.MonkeyPatch
):
    publish(b"old")

    def refuse(*_: object, **__: object) -> None:
        raise UserError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(rows, "add", refuse)
        with pytest.raises(UserError, match="The disk is full"):
            publish(b"new")
    assert in_use(shelf) == 1 and names(paths.adapters) == {"1", "CURRENT"}
    assert [row.number for row in shelf.list()] == [1]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_disk_that_is_really_full(tmp_path: Path):
    """On a tmpfs of 400 kB, where the first adapter fits and the second does not."""
    home = tmp_path / "small"
    home.mkdir()
    if subprocess.run(("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(home)), check=False).returncode:
        pytest.skip("this system lets nobody mount")
    try:
        paths = Paths(home)
        paths.adapters.mkdir()
        shelf = Shelf(paths, Adapters(Database(tmp_path / "personal.db", tmp_path)))
        folder = tmp_path / "job"
        folder.mkdir()
        (folder / "adapter.gguf").write_bytes(b"x" * 250_000)
        shelf.publish(folder, base="toy", base_sha256=BASE)
        with pytest.raises(DiskFull, match="The disk is full"):
            shelf.publish(folder, base="toy", base_sha256=BASE)
        assert names(paths.adapters) == {"1", "CURRENT"} and in_use(shelf) == 1
        shelf.remove(1)
        assert shelf.publish(folder, base="toy", base_sha256=BASE) == 2
    finally:
        subprocess.run(("umount", str(home)), check=True)


# ---- crashes ----------------------------------------------------------------------------------------------------


def test_the_program_starts_without_adapters_where_their_folder_cannot_be_read(
    publish: Callable[..., int], paths: Paths, rows: Adapters
):
    publish()
    away = paths.adapters.rename(paths.home / "elsewhere")
    paths.adapters.write_bytes(b"no folder")
    shelf = Shelf(paths, rows)
    assert shelf.list() == [] and shelf.current() is None and shelf.in_use(BASE) == []
    paths.adapters.unlink()
    away.rename(paths.adapters)
    assert in_use(shelf) == 1 and [row.number for row in shelf.list()] == [1]


def test_left_overs_of_the_dead_are_removed_at_the_start_and_those_of_the_living_stay(paths: Paths, rows: Adapters):
    dead = subprocess.Popen((sys.executable, "-c", ""))
    dead.wait()
    for name in (f".new-3-{dead.pid}-77", f".gone-2-{dead.pid}-77", f".new-4-{os.getpid()}-77"):
        (paths.adapters / name).mkdir()
        (paths.adapters / name / "adapter.gguf").write_bytes(b"half")
    (paths.adapters / f".CURRENT.{dead.pid}.tmp").write_bytes(b"half")
    (paths.adapters / "notes by the person").mkdir()
    Shelf(paths, rows)
    assert names(paths.adapters) == {f".new-4-{os.getpid()}-77", "notes by the person"}


def start_publisher(home: Path, size: int) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("publisher.py")
    return subprocess.Popen((sys.executable, str(script), str(home), str(size)), stdout=subprocess.PIPE, text=True)


def check_after_crash(paths: Paths, published: list[int]) -> None:
    """CURRENT names nothing or an adapter that is whole; what was reported as published is there or was removed."""
    file = paths.adapters / "CURRENT"
    number = pointer(paths)["number"] if file.exists() else None
    shelf = Shelf(paths, Adapters(Database(paths.database, paths.backups)))
    assert shelf.problem() is None
    assert in_use(shelf) == number
    for row in shelf.list():
        content = (paths.adapters / str(row.number) / "adapter.gguf").read_bytes()
        assert hashlib.sha256(content).hexdigest() == shelf.manifest(row.number).adapter_sha256
        assert content == content[:4] * (len(content) // 4)
    assert not [name for name in names(paths.adapters) if name.startswith(".")]
    assert shelf.next_number() > max(published, default=0)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_thirty_kills_at_random_moments_lose_nothing(paths: Paths):
    chance, published = Random(20260505), []
    for _ in range(30):
        child = start_publisher(paths.home, 200_000)
        assert child.stdout and child.stdout.readline() == "ready\n"
        # Wait for some publications, then for a random part of the next one: a timer, not a condition.
        for _ in range(chance.randrange(4)):
            published.append(int(child.stdout.readline()))
        try:
            child.wait(timeout=chance.random() * 0.05)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
        published += [int(line) for line in rest.splitlines() if line.isdecimal() and rest.endswith("\n")]
        assert child.wait() == -signal.SIGKILL
        check_after_crash(paths, published)
    assert len(published) >= 20
