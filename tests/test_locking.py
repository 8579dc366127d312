"""Locked, nothing of the person's can be read on the disk; a crash at any moment leaves all of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai import keys, locking
from personal_ai import room as rooms
from personal_ai.errors import UserError
from personal_ai.paths import Paths, locate
from personal_ai.room import Room
from personal_ai.services import Services
from tests import faults, light, locker
from tests.locker import NEEDLES

pytestmark = pytest.mark.skipif(rooms.in_memory() is None, reason="this system has no folder in memory")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data folder full of needles."""
    folder = tmp_path_factory.mktemp("filled")
    locker.fill(folder)
    return folder


@pytest.fixture(scope="module")
def shut(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, locked."""
    folder = tmp_path_factory.mktemp("shut") / "all"
    shutil.copytree(filled, folder)
    file, key, _ = locker.secrets(folder)
    assert list(locking.lock(locate(folder / "home"), file, key))
    return folder


@pytest.fixture
def paths(shut: Path, tmp_path: Path) -> Iterator[Paths]:
    """A locked data folder of the test's own."""
    shutil.copytree(shut, tmp_path / "mine")
    paths = locate(tmp_path / "mine" / "home")
    yield paths
    rooms.sweep(paths)


def enter(folder: Path) -> Room | None:
    """Open it with its key."""
    _, key, _ = locker.secrets(folder)
    paths = locate(folder / "home")
    return locking.enter(paths, keys.load(paths), key)


def hits(home: Path, needles: list[str] = NEEDLES) -> list[str]:
    """Which needles stand in which file, in UTF-8 or UTF-16."""
    found = []
    for file in home.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        ways = ("utf-8", "utf-16-le", "utf-16-be")
        found += [f"{needle} in {file.name}" for needle in needles if any(needle.encode(way) in data for way in ways)]
    return found


def check_all_there(services: Services) -> None:
    """Every note, the chat, the adapter and the night under way are as they were."""
    texts = " ".join(services.documents.text(row.id) for row in services.documents.list())
    assert all(needle in texts for needle in NEEDLES[:40])
    assert services.library.search(NEEDLES[7], 3)[0].title == f"On {NEEDLES[7]}"
    assert services.conversations.messages(1)[0].text == f"Where is {NEEDLES[41]}?"
    assert services.database.check() == []
    assert services.shelf.current() and services.shelf.problem() is None
    assert services.shelf.path(1).read_bytes().startswith(b"GGUF" + NEEDLES[42].encode())
    assert services.shelf.path(1).with_name("report.json").exists()
    assert (services.paths.jobs / "7" / "examples.jsonl").read_text() == NEEDLES[44]
    assert (services.paths.jobs / "7" / "checkpoint-a" / "state").read_text(encoding="utf-16-le") == NEEDLES[45]


def test_locked_no_needle_stands_anywhere_on_the_disk(filled: Path, shut: Path) -> None:
    assert len({hit.split()[0] for hit in hits(filled / "home")}) == 50
    assert hits(shut / "home") == []
    assert not list((shut / "home").rglob("*-old")) + list((shut / "home").rglob("*-new"))
    assert len(list((shut / "home" / "backups").glob("*.db"))) == 1


def test_open_all_is_there_and_afterwards_again_nothing_can_be_read(paths: Paths) -> None:
    room = enter(paths.home.parent)
    assert room
    services = Services(paths, room=room)
    check_all_there(services)
    locker.put_note(services, "new.md", f"# New\n\nAnother {NEEDLES[0]}.")
    (services.paths.jobs / "8").mkdir()
    (services.paths.jobs / "8" / "examples.jsonl").write_text(NEEDLES[1])
    services.shelf.publish(services.paths.jobs / "made", base="toy", base_sha256="b" * 64)
    with services.database.states.keeping(1) as file:
        file.write_text(NEEDLES[2])
    assert hits(paths.home) == []  # while it is open, too
    services.database._back_up(services.database.read(), 1)
    services.close()
    assert hits(paths.home) == []
    assert not room.paths.room or not room.paths.room.exists()
    again = Services(paths, room=enter(paths.home.parent))
    assert (again.paths.jobs / "8" / "examples.jsonl").read_text() == NEEDLES[1]
    assert again.shelf.path(2).read_bytes().startswith(b"GGUF")
    assert not list(again.paths.states.iterdir())
    again.close()


def test_the_recovery_code_opens_it_when_the_password_is_forgotten(paths: Paths) -> None:
    _, key, code = locker.secrets(paths.home.parent)
    assert keys.open_with(paths, code)[1] == key
    locking.change_password(paths, code, "a new one of mine", light.LIGHT)
    assert keys.open_with(paths, "a new one of mine")[1] == key
    with pytest.raises(keys.WrongPassword):
        keys.open_with(paths, light.PASSWORD)


def test_without_the_key_nothing_opens_and_nothing_is_made_anew(paths: Paths) -> None:
    before = paths.database.read_bytes()
    services = Services(paths)
    with pytest.raises(UserError, match="locked with a password"):
        services.library.counts()
    services.close()
    assert paths.database.read_bytes() == before


def test_unlocked_for_good_all_is_plain_again(paths: Paths) -> None:
    file, key, _ = locker.secrets(paths.home.parent)
    assert list(locking.unlock(paths, file, key))
    assert not paths.key_file.exists()
    services = Services(paths)
    check_all_there(services)
    services.close()


def test_it_is_not_locked_while_somebody_uses_it(filled: Path, tmp_path: Path) -> None:
    shutil.copytree(filled, tmp_path / "mine")
    paths = locate(tmp_path / "mine" / "home")
    file, key, _ = locker.secrets(tmp_path / "mine")
    services = Services(paths)
    assert services.documents.counts().documents == 40
    with pytest.raises(UserError, match="is open with this data folder"):
        list(locking.lock(paths, file, key))
    services.close()
    assert not keys.is_locked(paths)
    list(locking.lock(paths, file, key))
    with pytest.raises(UserError, match="already"):
        list(locking.lock(paths, file, key))


def test_two_that_have_it_open_share_the_room_and_the_last_takes_it_away(paths: Paths) -> None:
    first, second = enter(paths.home.parent), enter(paths.home.parent)
    assert first and second and first.paths.room == second.paths.room
    (first.paths.jobs / "9").mkdir()
    first.leave()
    assert first.paths.jobs.exists()
    second.leave()
    assert not first.paths.jobs.exists()
    third = enter(paths.home.parent)
    assert third and (third.paths.jobs / "9").is_dir()
    third.leave()


def test_what_a_crash_left_in_memory_goes_with_the_next_opening(paths: Paths) -> None:
    room = rooms.place(paths)
    (room / "jobs" / "5").mkdir(parents=True)
    (room / "jobs" / "5" / "examples.jsonl").write_text(NEEDLES[3])
    opened = enter(paths.home.parent)
    assert opened and not (opened.paths.jobs / "5").exists()
    assert opened.paths.room and opened.paths.room.stat().st_mode & 0o077 == 0
    opened.leave()


def test_of_two_folders_in_memory_everybody_uses_the_one_where_the_room_is(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memories = [tmp_path / "first", tmp_path / "second"]
    monkeypatch.setattr(rooms, "memories", lambda: memories)
    name = rooms.place(paths).name
    for memory in memories:
        # A crash left one here, a later one there.
        (memory / name / "jobs" / "5").mkdir(parents=True)
    first = enter(paths.home.parent)
    assert first and [path.parent.name for path in tmp_path.glob(f"*/{name}")] == ["first"]
    # The other one is the roomier now.
    memories.reverse()
    second = enter(paths.home.parent)
    assert second and second.paths.room == first.paths.room
    second.leave()
    first.leave()
    (memories[0] / name).mkdir()
    (memories[1] / name).mkdir()
    rooms.sweep(paths)
    assert list(tmp_path.glob(f"*/{name}")) == []


def test_where_no_folder_is_in_memory_it_is_refused_and_nothing_changes(filled: Path, monkeypatch) -> None:
    monkeypatch.setattr(rooms, "memories", list)
    file, key, _ = locker.secrets(filled)
    with pytest.raises(UserError, match="not possible here"):
        list(locking.lock(locate(filled / "home"), file, key))
    assert not (filled / "home" / "lock.json").exists()


def test_only_memory_counts_as_memory(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\ntmpfs {tmp_path}/a tmpfs rw 0 0\n")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert rooms.in_memory((str(tmp_path / "b"), ""), mounts) is None
    assert rooms.in_memory((str(tmp_path / "b"), str(tmp_path / "a")), mounts) == tmp_path / "a"
    assert rooms.memories((str(tmp_path / "b"), str(tmp_path / "a")), mounts) == [tmp_path / "a"]


@pytest.mark.timeout(900)
@pytest.mark.slow
@faults.needs_strace
@pytest.mark.parametrize(("way", "fault"), [("locking", "kill -9"), ("locking", "full"), ("unlocking", "kill -9")])
def test_a_fault_at_any_system_call_loses_nothing_and_the_next_opening_ends_it(
    way: str, fault: str, filled: Path, shut: Path, tmp_path: Path
) -> None:
    begun = filled if way == "locking" else shut
    faulty = faults.Faulty("tests.locker", fault, moment=2048)
    met: dict[str, int] = {}
    for call in faults.CALLS:
        for nth, folder, code in faulty.every(call, lambda place: shutil.copytree(begun, place), tmp_path):  # type: ignore[arg-type, return-value]
            met[call] = nth
            try:
                room = enter(folder) if keys.is_locked(locate(folder / "home")) else None
                services = Services(locate(folder / "home"), room=room)
                check_all_there(services)
                services.close()
                if room:
                    assert hits(folder / "home") == []
                assert not [p for p in (folder / "home").rglob("*") if p.name.endswith(("-old", "-new"))] or not room
            except Exception as error:
                raise AssertionError(f"{call} {nth} ({code}): {error!r}") from error
            shutil.rmtree(folder)
    faulty.close()
    print(f"{way}, {fault}: {sum(met.values())} places: {met}")
    assert sum(met.values()) > 50
