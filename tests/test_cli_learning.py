"""What is taught, forgotten and learned, by commands: their results, and what people see."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QLockFile

from personal_ai import cli, cli_learning, locking
from personal_ai import room as rooms
from personal_ai.learning import by_night
from personal_ai.learning.by_night import Waits
from personal_ai.learning.schedule import Decision
from personal_ai.messages import Progress
from personal_ai.paths import Paths, locate
from personal_ai.services import Services
from personal_ai.terminal import Terminal
from tests import light
from tests.ui.fakes import put_note

# ---- adapters ---------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a data folder with two adapters for the built-in model and one for another, the second in use."""
    job = tmp_path / "job"
    job.mkdir()
    services = Services(locate(tmp_path / "home"))
    sha256 = services.model().sha256
    for base, checksum in (("other", "0" * 64), ("built-in", sha256), ("built-in", sha256)):
        (job / "adapter.gguf").write_bytes(b"GGUF")
        services.shelf.publish(job, base=base, base_sha256=checksum, notes=3)
    services.close()
    return services.paths.home


def result(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> dict[str, Any]:
    """Run a command and return the fields of its last line."""
    assert cli.main([*words, "--home", str(home), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_adapters_are_listed_with_what_is_known_of_them(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    listed = result(capsys, home, "adapters")
    assert (listed["event"], listed["current"], listed["strength"]) == ("result", 3, 1.0)
    assert [row["number"] for row in listed["adapters"]] == [3, 2, 1]
    assert {"number", "base", "created", "size", "notes", "proof"} <= listed["adapters"][0].keys()


def test_an_adapter_is_used_undone_mixed_and_removed(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert result(capsys, home, "adapters", "use", "2")["current"] == 2
    assert result(capsys, home, "adapters", "scale", "2", "0.5")["strength"] == 0.5
    assert result(capsys, home, "adapters", "rollback")["current"] == 3
    removed = result(capsys, home, "adapters", "remove", "3")
    assert 3 not in [row["number"] for row in removed["adapters"]]
    assert removed["current"] != 3
    assert result(capsys, home, "adapters", "use", "none")["current"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["use", "1"], "was made for the model “other”"),
        (["use", "9"], "Adapter 9"),
        (["use", "two"], "“two” is no adapter"),
        (["scale", "2", "7"], "strength"),
        (["remove", "9"], "no adapter 9"),
    ],
)
def test_what_cannot_be_done_with_an_adapter_is_a_sentence_and_changes_nothing(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert cli.main(["adapters", *words, "--home", str(home)]) == 2
    assert sentence in capsys.readouterr().err
    assert result(capsys, home, "adapters")["current"] == 3


def test_people_see_a_table_of_adapters(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert cli.main(["adapters", "--home", str(home)]) == 0
    assert "●" in capsys.readouterr().out


# ---- teaching and forgetting ------------------------------------------------------------------------------------


def test_a_text_is_remembered_found_listed_and_forgotten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = result(capsys, home, "remember", "The dentist is called Ida Holm.")
    assert kept["title"].startswith("Remembered, ")
    assert result(capsys, home, "search", "dentist")["hits"][0]["title"] == kept["title"]
    (taught,) = result(capsys, home, "taught")["taught"]
    assert (taught["id"], taught["kind"], taught["answer"]) == (
        kept["taught"], "remember", "The dentist is called Ida Holm.",
    )  # fmt: skip
    gone = result(capsys, home, "forget", kept["title"])
    assert (gone["document"], gone["dropped"], gone["adapter"]) == (kept["document"], [], None)
    assert result(capsys, home, "search", "dentist")["hits"] == []
    assert result(capsys, home, "taught")["taught"] == []


def test_a_file_is_forgotten_with_all_that_lies_in_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "all.vcf"
    file.write_text(
        "".join(f"BEGIN:VCARD\nFN:{name}\nTEL:1{at}\nEND:VCARD\n" for at, name in enumerate(("Ida", "Ben")))
    )
    assert result(capsys, home, "add", str(file))["documents"] == 2
    gone = result(capsys, home, "forget", str(file))
    assert (len(gone["documents"]), gone["title"], gone["dropped"]) == (2, "all.vcf", [])
    assert result(capsys, home, "search", "Ida")["hits"] == []


def test_forgetting_a_note_says_which_adapters_went(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    services = Services(locate(home))
    ids = [services.library.remember(text) for text in ("Jan is the plumber.", "Ida is the dentist.")]
    services.shelf.publish(home.parent / "job", base="x", base_sha256="1" * 64, documents=ids[:1])
    services.shelf.publish(home.parent / "job", base="x", base_sha256="1" * 64, documents=ids)
    paths = [services.library.get(id).path for id in ids]
    services.close()
    assert cli.main(["forget", "Jan", "--home", str(home)]) == 2
    assert "There is no note “Jan”" in capsys.readouterr().err
    gone = result(capsys, home, "forget", paths[1])
    assert (gone["dropped"], gone["adapter"]) == ([5], 4)
    assert cli.main(["forget", paths[0], "--home", str(home)]) == 0
    assert "(4); no adapter is used from now on" in capsys.readouterr().out
    assert [row["number"] for row in result(capsys, home, "adapters")["adapters"]] == [3, 2, 1]


def test_what_will_be_learned_is_listed_by_note(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert cli.main(["tonight", "--home", str(home)]) == 0
    assert "Nothing yet" in capsys.readouterr().out
    title = result(capsys, home, "remember", "The dentist is called Ida Holm and costs 40 € each time.")["title"]
    (note,) = result(capsys, home, "tonight")["notes"]
    assert note["title"] == title
    assert {"key", "question", "answer", "sentence", "state"} == note["facts"][0].keys()
    services = Services(locate(home))
    services.tonight.never(note["facts"][0]["key"])
    services.close()
    assert cli.main(["tonight", "--home", str(home)]) == 0
    assert "→ 40 € (never)" in capsys.readouterr().out


def test_people_see_what_they_taught(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["--home", str(tmp_path / "home")]
    assert cli.main(["taught", *words]) == 0
    assert "Nothing yet" in capsys.readouterr().out
    assert cli.main(["remember", "The key hangs behind the clock.", *words]) == 0
    assert "Kept as “Remembered" in capsys.readouterr().out
    assert cli.main(["taught", *words]) == 0
    assert "behind the clock" in capsys.readouterr().out
    assert cli.main(["remember", "  ", *words]) == 2


# ---- a night without a window -----------------------------------------------------------------------------------

GO, BUSY = Decision(True, "Learning now: 1 new note.", minutes=60), Decision(False, "Waiting: for a test.", waits=True)


class Night:
    """Decides as it is told, and says what was asked of it; what is asked waits for whatever it holds."""

    def __init__(self, decide: Callable[[], Decision]) -> None:
        self.decide, self.learned, self.left = decide, 0, threading.Event()
        self.held = threading.Lock()

    def due(self) -> Decision:
        with self.held:
            return self.decide()

    def learn(self, minutes: float | None = None, by: str = "hand") -> Iterator[Any]:
        self.learned += 1
        yield Progress(phase="training", fraction=0.5)
        if not self.left.wait(20):
            raise TimeoutError("it was not asked to leave")

    def leave(self) -> None:
        with self.held:
            self.left.set()


class FakeServices:
    """Services of which only the night is used; counts how often it was opened and closed."""

    room = None

    def __init__(self, home: Path, decide: Callable[[], Decision]) -> None:
        self.paths, self.kept = locate(home), Night(decide)
        self.opened = self.closed = 0

    @property
    def night(self) -> Night:
        self.opened += 1
        return self.kept

    def close(self) -> None:
        self.closed += 1


class Told(Terminal):
    """Keeps the events, and does something at the first one."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        super().__init__(json=True)
        self.events: list[Any] = []
        self.then = then

    def event(self, event: Any, show: Callable[[Any], None]) -> None:
        self.events.append(event)
        if len(self.events) == 1:
            self.then()


def ask_to_end() -> None:
    """What the system does to a night that is to end; it is heard before this returns."""
    os.kill(os.getpid(), signal.SIGTERM)


@contextlib.contextmanager
def open_window(paths: Paths) -> Iterator[None]:
    """A window holds the data folder."""
    lock = QLockFile(str(paths.lock))
    assert lock.tryLock(0)
    yield
    lock.unlock()


@pytest.mark.timeout(60)
def test_asked_to_end_while_it_looks_it_learns_nothing_and_waits_for_no_lock(tmp_path: Path) -> None:
    def decide() -> Decision:
        ask_to_end()  # the night holds its lock just now
        return GO

    services, told = FakeServices(tmp_path, decide), Told()
    cli_learning._be_the_night(told, services, once=False)  # type: ignore[arg-type]
    assert services.kept.learned == 0
    assert told.events == [Waits(by_night.CALLED_OFF, True)]


@pytest.mark.timeout(60)
def test_asked_to_end_while_it_learns_the_night_leaves(tmp_path: Path) -> None:
    services = FakeServices(tmp_path, lambda: GO)
    cli_learning._be_the_night(Told(ask_to_end), services, once=False)  # type: ignore[arg-type]
    assert services.kept.left.is_set() and services.kept.learned == 1


@pytest.mark.timeout(60)
def test_asked_to_end_while_it_waits_it_opens_nothing_again(tmp_path: Path) -> None:
    services = FakeServices(tmp_path, lambda: BUSY)
    close = services.close

    def close_and_be_asked() -> None:
        close()
        ask_to_end()

    services.close = close_and_be_asked  # type: ignore[method-assign]
    told = Told()
    cli_learning._be_the_night(told, services, once=False)  # type: ignore[arg-type]
    assert told.events == [Waits(BUSY.reason, False), Waits(BUSY.reason, True)]
    assert (services.opened, services.closed) == (1, 1)
    assert not services.kept.left.is_set()


def test_an_open_window_is_waited_for_unless_there_is_nothing_to_learn_anyway(tmp_path: Path) -> None:
    decisions = [GO, BUSY, Decision(False, "Nothing new to learn."), GO]
    services = FakeServices(tmp_path, lambda: decisions.pop(0))
    nights = cli_learning._Nights(services)  # type: ignore[arg-type]
    with open_window(services.paths):
        for _ in range(2):
            assert nights.due() == Decision(False, cli_learning.WINDOW_OPEN, waits=True)
            # Whoever wants to lock the data in that window need not wait for this one.
            assert nights.wait(0.0, begun=True) and services.closed
            services.closed = 0
        assert nights.due().reason == "Nothing new to learn."
    assert nights.due() == GO


def test_beside_the_window_of_a_locked_folder_the_night_ends(tmp_path: Path) -> None:
    services = FakeServices(tmp_path, lambda: GO)
    services.room = SimpleNamespace()  # type: ignore[assignment]
    nights = cli_learning._Nights(services)  # type: ignore[arg-type]
    with open_window(services.paths):
        assert nights.due() == Decision(False, cli_learning.WINDOW_OPEN, waits=False)


@pytest.mark.timeout(120)
@pytest.mark.skipif(rooms.in_memory() is None, reason="this system has no folder in memory")
def test_a_locked_folder_stays_open_while_its_night_waits(tmp_path: Path) -> None:
    paths = locate(tmp_path / "home")
    services = Services(paths)
    put_note(services, "a.md", "# Pump\n\nThe pump is under the blue pot.", "Pump")
    services.close()
    file, key, _ = light.make()
    assert list(locking.lock(paths, file, key))
    services = Services(paths, room=locking.enter(paths, file, key))
    night = Night(lambda: BUSY)
    services._built["night"] = SimpleNamespace(due=night.due, leave=night.leave, close=lambda: None)
    told = Told(ask_to_end)
    cli_learning._be_the_night(told, services, once=False)
    assert [event.done for event in told.events] == [False, True]
    assert rooms.place(paths).is_dir()
    assert services.library.search("pump", 1)
    services.close()
    assert not rooms.place(paths).exists()


@pytest.mark.timeout(180)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a night by the system's timer is Linux's")
def test_a_night_that_waits_ends_in_order_when_the_system_asks(tmp_path: Path) -> None:
    services = Services(locate(tmp_path / "home"))
    put_note(services, "a.md", "# Pump\n\nThe pump is under the blue pot.", "Pump")
    hour = datetime.now().hour
    services.change_settings(quiet_from=hour, quiet_until=hour)  # every hour is quiet, and the end far away
    services.close()
    words = [sys.executable, "-m", "personal_ai", "night", "--json", "--home", str(services.paths.home)]
    with open_window(services.paths), subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as night:
        assert night.stdout
        first = json.loads(night.stdout.readline())
        assert (first["event"], first["reason"], first["done"]) == ("waits", cli_learning.WINDOW_OPEN, False)
        night.terminate()
        *_, last = night.stdout.read().splitlines()
        assert night.wait(60) == 0
    assert (json.loads(last)["event"], json.loads(last)["published"]) == ("result", False)
