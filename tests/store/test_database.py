"""The data file opens, upgrades, refuses, and fails in sentences."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from personal_ai.errors import DiskFull, UserError
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.store.steps import STEPS


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """One that is made here, step by step."""
    opened = Database(tmp_path / "personal.db", tmp_path / "backups")
    yield opened
    opened.close()


def _add_table(connection: apsw.Connection) -> None:
    connection.execute("CREATE TABLE later(x)")


def _fail(connection: apsw.Connection) -> None:
    connection.execute("CREATE TABLE half(x)")
    raise RuntimeError("a bug in the step")


def test_a_new_file_is_sound_private_and_written_through(database: Database) -> None:
    assert database.check() == []
    read = database.read()
    assert read.pragma("journal_mode") == "wal"
    assert read.pragma("synchronous") == 2
    assert read.pragma("foreign_keys") == 1
    assert read.pragma("secure_delete") == 1
    assert database.query("SELECT v FROM search_config WHERE k = 'secure-delete'") == [(1,)]
    if os.name == "posix":
        assert database.path.stat().st_mode & 0o077 == 0


def test_an_upgrade_is_preceded_by_a_sound_copy_of_the_old_data(
    tmp_path: Path, database: Database, documents: Documents, note: Callable
) -> None:
    documents.put(*note("before the upgrade"))
    database.close()
    upgraded = Database(database.path, tmp_path / "backups", steps=[*STEPS, _add_table])
    assert [row.title for row in Documents(upgraded).list()] == ["A note"]
    assert upgraded.read().pragma("user_version") == len(STEPS) + 1
    (copy,) = (tmp_path / "backups").iterdir()
    old = Database(copy, tmp_path / "other")
    assert [row.title for row in Documents(old).list()] == ["A note"]
    assert old.check() == []


def test_a_new_file_needs_no_copy(tmp_path: Path, database: Database) -> None:
    assert not (tmp_path / "backups").exists()


def test_only_the_newest_seven_copies_are_kept(tmp_path: Path) -> None:
    steps = list(STEPS)
    for number in range(10):
        Database(tmp_path / "personal.db", tmp_path / "backups", steps=steps).close()
        steps.append(lambda connection, n=number: connection.execute(f"CREATE TABLE t{n}(x)"))
    versions = sorted(int(path.name.split("-")[1][1:]) for path in (tmp_path / "backups").iterdir())
    assert versions == [*range(len(STEPS) + 2, len(STEPS) + 9)]


def test_a_new_copy_takes_away_what_a_killed_process_left_half_made_and_no_other(
    database: Database, tmp_path: Path
) -> None:
    half = tmp_path / "backups" / f"personal-v3-20260101T000000000000.{2**22 + 7}.tmp"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"words")
    other = half.with_name(f"personal-v3-20260101T000000000001.{os.getppid()}.tmp")
    other.write_bytes(b"words")
    database.back_up()
    assert not half.exists()
    assert other.exists()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, database: Database) -> None:
    database.close()
    with pytest.raises(RuntimeError):
        Database(database.path, tmp_path / "backups", steps=[*STEPS, _fail])
    again = Database(database.path, tmp_path / "backups")
    assert again.query("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == [(0,)]


def test_a_newer_file_is_refused_with_a_sentence_and_not_touched(tmp_path: Path, database: Database) -> None:
    database.read().pragma("user_version", 99)
    database.close()
    before = database.path.read_bytes()
    with pytest.raises(UserError, match="newer Personal AI"):
        Database(database.path, tmp_path / "backups")
    assert database.path.read_bytes() == before


def test_rubbish_is_refused_with_a_sentence_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "personal.db"
    path.write_bytes(b"this is no database at all. " * 500)
    before = path.read_bytes()
    with pytest.raises(UserError, match="not a Personal AI data file, or it is damaged"):
        Database(path, tmp_path / "backups")
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    other = apsw.Connection(str(tmp_path / "personal.db"))
    other.execute("CREATE TABLE browser_history(url)")
    other.close()
    with pytest.raises(UserError, match="belongs to another program"):
        Database(tmp_path / "personal.db", tmp_path / "backups")


def test_damage_is_found_by_check_and_told_in_a_sentence(
    tmp_path: Path, database: Database, documents: Documents, note: Callable
) -> None:
    for number in range(50):
        documents.put(*note(f"note {number} " * 200, path=f"/{number}.md"))
    database.close()
    damaged = bytearray(database.path.read_bytes())
    for page in range(20, 60):
        damaged[page * 4096 : page * 4096 + 200] = b"\xaa" * 200
    database.path.write_bytes(damaged)
    with pytest.raises(UserError, match="damaged"):
        opened = Database(database.path, tmp_path / "backups")
        assert opened.check()
        for row in Documents(opened).list():
            Documents(opened).text(row.id)


def test_a_full_disk_is_one_sentence_and_changes_nothing(
    database: Database, documents: Documents, note: Callable
) -> None:
    documents.put(*note("kept", path="/kept.md"))
    database.read().execute("PRAGMA max_page_count = 60").fetchall()
    with pytest.raises(DiskFull, match="The disk is full"):
        documents.put(*note("x y z " * 100_000, path="/big.md"))
    assert [row.path for row in documents.list()] == ["/kept.md"]
    assert database.check() == []
    database.read().execute("PRAGMA max_page_count = 1000000").fetchall()
    documents.put(*note("room again", path="/later.md"))


def test_what_failed_is_told_to_the_person_and_not_to_the_log(
    database: Database, documents: Documents, note: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    database.read().execute("PRAGMA max_page_count = 60").fetchall()
    with pytest.raises(DiskFull, match="so saving “Herons at dusk” stopped"):
        documents.put(*note("x y z " * 100_000, title="Herons at dusk"))
    assert "FullError" in caplog.text
    assert "Herons" not in caplog.text


def test_a_really_full_disk_is_one_sentence_and_changes_nothing(small_disk: Path, note: Callable) -> None:
    filler = small_disk / "filler"
    filler.write_bytes(bytes(300_000))
    database = Database(small_disk / "personal.db", small_disk / "backups")
    documents = Documents(database)
    stored = [documents.put(*note("kept", path="/kept.md"))]
    with pytest.raises(DiskFull, match="The disk is full"):
        for number in range(1000):
            stored.append(documents.put(*note(f"{number} " + "word " * 10_000, path=f"/{number}.md")))
    assert sorted(row.id for row in documents.list()) == stored
    database.close()
    filler.unlink()
    again = Database(small_disk / "personal.db", small_disk / "backups")
    assert sorted(row.id for row in Documents(again).list()) == stored
    assert again.check() == []
    again.close()


def test_a_disk_too_full_for_the_copy_stops_the_upgrade_before_it_changes_anything(
    small_disk: Path, note: Callable
) -> None:
    database = Database(small_disk / "personal.db", small_disk / "backups")
    Documents(database).put(*note("word " * 40_000))
    database.close()
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize
    (small_disk / "filler").write_bytes(bytes(free - 200_000))
    before = (small_disk / "personal.db").read_bytes()
    with pytest.raises(DiskFull, match="disk is full"):
        Database(small_disk / "personal.db", small_disk / "backups", steps=[*STEPS, _add_table])
    assert (small_disk / "personal.db").read_bytes() == before
    assert list((small_disk / "backups").iterdir()) == []


def test_a_folder_without_write_permission_is_one_sentence(small_disk: Path, note: Callable) -> None:
    database = Database(small_disk / "personal.db", small_disk / "backups")
    Documents(database).put(*note("kept"))
    database.close()
    before = (small_disk / "personal.db").read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(UserError, match="may not write here"):
        Documents(Database(small_disk / "personal.db", small_disk / "backups")).put(*note("new"))
    assert (small_disk / "personal.db").read_bytes() == before


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="may not write here"):
        Database(tmp_path / "nowhere" / "personal.db", tmp_path / "backups")


def test_a_read_only_connection_is_one_sentence(database: Database, documents: Documents, note: Callable) -> None:
    database.read().execute("PRAGMA query_only = ON").fetchall()
    with pytest.raises(UserError, match="may not write here"):
        documents.put(*note("new"))


def test_a_failed_block_stores_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        connection.execute("INSERT INTO conversations(title, created, updated) VALUES('x', '', '')")
        raise ZeroDivisionError
    assert database.query("SELECT count(*) FROM conversations") == [(0,)]


def test_the_version_changes_when_any_thread_or_process_writes(
    database: Database, documents: Documents, note: Callable
) -> None:
    first = database.data_version()
    assert database.data_version() == first
    documents.put(*note("mine"))
    second = database.data_version()
    assert second != first
    other = Database(database.path, database.path.parent / "backups")
    Documents(other).put(*note("theirs", path="/b.md"))
    assert database.data_version() != second
    assert len(documents.list()) == 2


def test_threads_read_and_write_together(database: Database, documents: Documents, note: Callable) -> None:
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                documents.put(*note(f"{name} {number}", path=f"/{name}/{number}.md"))
                assert documents.list()
        except (UserError, apsw.Error) as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert documents.counts().documents == 40
    assert database.check() == []


def test_waiting_too_long_for_another_writer_is_one_sentence(
    tmp_path: Path, database: Database, documents: Documents, note: Callable
) -> None:
    other = Database(database.path, tmp_path / "backups")
    database.read().set_busy_timeout(50)
    with other.transaction(), pytest.raises(UserError, match="still writing"):
        documents.put(*note("waits"))


def test_closing_while_another_thread_reads_is_no_trouble(
    tmp_path: Path, database: Database, documents: Documents, note: Callable
) -> None:
    documents.put(*note("kept"))
    reading = threading.Event()

    def read() -> None:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        rows = database.read().execute(endless)
        with contextlib.suppress(apsw.Error):
            for _ in rows:
                reading.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert reading.wait(10)
    database.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(Documents(Database(database.path, tmp_path / "backups")).list()) == 1
