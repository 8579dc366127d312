"""The program as a whole: one window a data folder, the clock of the night, changes from outside, bugs."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from personal_ai import app, paths
from personal_ai.errors import UserError
from personal_ai.learning.schedule import Decision
from personal_ai.learning.watch import ASLEEP
from personal_ai.services import Services
from personal_ai.system.login import AtLogin
from personal_ai.ui import door, first_paint
from personal_ai.ui.first_paint import FirstPaint
from personal_ai.ui.theme import Theme
from tests.ui import fakes
from tests.ui.fakes import FakeServices


@pytest.fixture
def services(tmp_path: Path) -> FakeServices:
    """A data folder of the test's own, the welcome seen."""
    services = FakeServices(paths.locate(tmp_path / "home"))
    services.change_settings(welcomed=True, tray=False)
    return services


@pytest.fixture
def program(qtbot: QtBot, services: FakeServices) -> Iterator[app.Program]:
    """The program with its window shown."""
    program = app.Program(services, Theme(app.build_application()))
    program.open()
    qtbot.waitExposed(program.window)
    yield program
    program.close()
    program.window.close()
    program.window.deleteLater()


def start(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Start the window's program on a data folder, to its end."""
    code = (
        "import sys; from pathlib import Path; from personal_ai import start; sys.exit(start.main(Path(sys.argv[1])))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(home), *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_importing_the_window_loads_no_engine_no_torch_and_no_chart() -> None:
    heavy = "{'torch', 'peft', 'transformers', 'llama_cpp', 'pygments', 'markdown_it', 'numpy'}"
    code = f"import sys, personal_ai.start; print(sorted({heavy} & sys.modules.keys()))"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60).stdout
    assert out.strip() == "[]"


WHEN_PAINTED = """
import os, sys
from linecache import cache
from pathlib import Path
from personal_ai import app, paths, start
from personal_ai.services import Services
from personal_ai.ui.first_paint import FirstPaint
from personal_ai.ui.theme import Theme

def tell():
    print(sorted({heavy} & sys.modules.keys()), [name for name in cache if "chat_page" in name], flush=True)
    os._exit(0)

application = app.build_application()
program = app.Program(Services(paths.locate(Path(sys.argv[1]))), Theme(application))
program.open()
# What looks last hears first: before the program goes on.
FirstPaint(program.window, tell)
application.exec()
"""


def test_until_the_window_is_painted_nothing_is_loaded_that_it_does_not_show(services: FakeServices) -> None:
    heavy = "{'numpy', 'llama_cpp', 'markdown_it', 'pygments', 'pyqtgraph', 'personal_ai.privacy'}"
    command = [sys.executable, "-c", WHEN_PAINTED.replace("{heavy}", heavy), str(services.paths.home)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    # The second: no source was read to see what it wants of PySide.
    assert out.strip() == "[] []"


def test_what_waits_for_the_window_is_done_once_and_behind_its_first_paint(qtbot: QtBot) -> None:
    order: list[str] = []

    class Painted(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            order.append("painted")

    widget = Painted()
    qtbot.addWidget(widget)
    FirstPaint(widget, lambda: order.append("then"))
    widget.show()
    qtbot.waitUntil(lambda: "then" in order)
    assert order[0] == "painted"
    widget.repaint()
    qtbot.wait(20)
    assert order.count("then") == 1


def test_what_waits_for_a_window_that_nobody_paints_is_done_all_the_same(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_paint, "AT_THE_LATEST", 10)
    widget, done = QWidget(), []
    qtbot.addWidget(widget)
    FirstPaint(widget, lambda: done.append(True))
    qtbot.waitUntil(lambda: done == [True])


def test_a_second_window_raises_the_first_and_ends_with_a_sentence(
    qtbot: QtBot, program: app.Program, services: FakeServices
) -> None:
    lock = QLockFile(str(services.paths.lock))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)
    program.window.hide()
    done = start(services.paths.home)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(door.ALREADY_OPEN)
    qtbot.waitUntil(lambda: program.window.isVisible())
    assert program.window.chat_page.banner.text == door.ALREADY_OPEN
    lock.unlock()


def test_a_lock_whose_window_died_is_no_lock(tmp_path: Path) -> None:
    home = paths.locate(tmp_path / "home")
    code = (
        "import sys, os; from PySide6.QtCore import QLockFile; l = QLockFile(sys.argv[1]); l.setStaleLockTime(0);"
        "assert l.tryLock(0); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(home.lock)], check=True, timeout=60)
    lock = QLockFile(str(home.lock))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)


def test_a_damaged_data_file_is_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    home = paths.locate(tmp_path / "home")
    home.database.write_bytes(b"this is no database at all" * 400)
    done = start(home.home)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert home.database.read_bytes().startswith(b"this is no database")


def test_damaged_settings_are_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    home = paths.locate(tmp_path / "home")
    home.settings.write_text("{")
    done = start(home.home)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "settings" in done.stderr


def test_a_folder_that_cannot_be_made_is_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = start(tmp_path / "file" / "home")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_the_night_starts_when_the_clock_says_so(qtbot: QtBot, program: app.Program, services: FakeServices) -> None:
    qtbot.waitUntil(lambda: program._asking_clock is None)
    assert services.fake_night.learned_by == []
    services.fake_night.decision = Decision(True, "Learning 14 new notes.")
    services.fake_night.pause_seconds = 0.02
    program._ask_clock()
    qtbot.waitUntil(lambda: services.fake_night.learned_by == ["night"])
    services.fake_night.decision = Decision(False, "Done for tonight.")
    with qtbot.waitSignal(program.learner.ended) as ended:
        services.fake_night.pause()
    assert ended.args[0].state == "paused"
    qtbot.waitUntil(lambda: program.window.sentence.text() == "Done for tonight.")


def test_what_the_command_line_adds_is_seen(qtbot: QtBot, program: app.Program, services: FakeServices) -> None:
    program.window.show_page("library")
    program._poll.setInterval(50)
    outside = Services(services.paths)
    fakes.put_note(outside, "new.md", "# New\n\nFrom a terminal.")
    outside.close()
    qtbot.waitUntil(lambda: program.window.library_page._count.text() == "1 note")


def test_an_adapter_chosen_by_the_command_line_goes_live(
    qtbot: QtBot, program: app.Program, services: FakeServices
) -> None:
    fakes.put_adapter(services, [])
    fakes.put_adapter(services, [])
    program._poll.setInterval(50)
    qtbot.waitUntil(lambda: program._files == program._file_times())
    before = services.fake_session.refreshed
    outside = Services(services.paths)
    outside.shelf.use(1)
    outside.close()
    qtbot.waitUntil(lambda: services.fake_session.refreshed > before)
    qtbot.waitUntil(lambda: program.window.chat_page.composer.adapter.text() == "Learned, night 1")


def test_a_bug_is_told_and_the_window_goes_on(qtbot: QtBot, program: app.Program, monkeypatch, caplog) -> None:
    heard: list[type] = []
    monkeypatch.setattr(program, "_hook", lambda kind, *_rest: heard.append(kind))
    error = ZeroDivisionError("a note's words")
    program._on_bug(ZeroDivisionError, error, None)
    assert "ZeroDivisionError" in program.window.chat_page.banner.text
    assert "a note's words" not in program.window.chat_page.banner.text
    assert heard == [ZeroDivisionError]
    assert "a bug: ZeroDivisionError" in caplog.text
    assert "a note's words" not in caplog.text
    program._on_bug(UserError, UserError("The disk is full."), None)
    assert program.window.chat_page.banner.text == "The disk is full."


def test_closing_goes_to_the_tray_where_there_is_one(qtbot: QtBot, program: app.Program, monkeypatch) -> None:
    program.window.hide_on_close = True
    program.window.close()
    assert not program.window.isVisible()
    program.window.bring_forward()
    assert program.window.isVisible()
    program.window.hide_on_close = False


def test_at_login_it_starts_out_of_sight_and_a_second_start_shows_it(
    qtbot: QtBot, services: FakeServices, program: app.Program
) -> None:
    program.close()
    hidden = app.Program(services, Theme(app.build_application()))
    hidden.open(in_tray=True)
    qtbot.waitUntil(hidden._minute.isActive)
    assert not hidden.window.isVisible()
    hidden._on_knock()
    assert hidden.window.isVisible()
    hidden.close()
    hidden.window.deleteLater()


def test_a_start_at_login_beside_an_open_window_ends_without_a_word(services: FakeServices) -> None:
    lock = QLockFile(str(services.paths.lock))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)
    done = subprocess.run(
        [sys.executable, "-m", "personal_ai", "--tray", "--home", str(services.paths.home)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lock.unlock()
    assert (done.returncode, done.stderr) == (0, "")


def test_a_run_by_hand_that_made_way_for_sleep_goes_on_when_the_computer_is_awake(
    qtbot: QtBot, program: app.Program, services: FakeServices
) -> None:
    qtbot.waitUntil(lambda: program._asking_clock is None)
    program.learner.by = "hand"
    night = services.night_rows.start("1", "hand", 3)
    services.night_rows.update(night, state="paused", reason=ASLEEP)
    program._on_night_ended(services.night_rows.get(night))
    with qtbot.waitSignal(program.learner.ended):
        program._ask_clock()
    assert services.fake_night.learned_by == ["hand"]


def test_an_entry_with_the_path_of_an_older_version_is_written_anew_when_the_window_opens(
    qtbot: QtBot, services: FakeServices, request: pytest.FixtureRequest
) -> None:
    AtLogin(["/opt/versions/0.0.9/personal-ai", "--tray"], "linux", services.paths.home).turn(True)
    request.getfixturevalue("program")
    qtbot.waitUntil(lambda: "Exec=personal-ai --tray\n" in services.at_login.file.read_text())


def test_what_a_night_came_to_is_told_where_the_person_looks(qtbot: QtBot, program: app.Program, monkeypatch) -> None:
    monkeypatch.setattr(program.window, "isActiveWindow", lambda: True)
    program._tell_of_night("Personal AI learned", "It helped.")
    assert program.window.chat_page.banner.text == "Personal AI learned: It helped."
    program._show_night()
    assert program.window.current == "learning"


def test_the_window_stands_where_it_stood(qtbot: QtBot, tmp_path: Path) -> None:
    for expected in (None, (660, 480)):
        services = FakeServices(paths.locate(tmp_path / "home"))
        services.change_settings(tray=False, welcomed=True)
        program = app.Program(services, Theme(app.build_application()))
        program.open()
        qtbot.waitExposed(program.window)
        if expected:
            assert program.window.size().toTuple() == expected
        program.window.resize(660, 480)
        program.close()
        program.window.close()
        program.window.deleteLater()
        services.close()


def test_the_welcome_comes_once(qtbot: QtBot, tmp_path: Path) -> None:
    services = FakeServices(paths.locate(tmp_path / "home"))
    services.change_settings(tray=False)
    program = app.Program(services, Theme(app.build_application()))
    program.open()
    assert program.window._shell.currentIndex() == 1
    program._on_welcomed("", [])
    assert program.window._shell.currentIndex() == 0
    assert services.settings.welcomed
    program.close()
    program.window.deleteLater()


def test_what_the_window_is_made_of_is_left_out_of_collections_while_it_is_open(
    qtbot: QtBot, program: app.Program, services: FakeServices
) -> None:
    gc.unfreeze()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 0, timeout=20_000)
    program.close()
    assert gc.get_freeze_count() == 0
    # One that is closed sooner leaves nothing out.
    program._keep_standing()
    assert gc.get_freeze_count() == 0
