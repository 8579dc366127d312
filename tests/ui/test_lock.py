"""A password put on in the window is asked for before the next one, and taken away again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from personal_ai import app, keys, paths, privacy
from personal_ai import room as rooms
from personal_ai.services import Services
from personal_ai.ui.between import Between
from personal_ai.ui.lock_card import CODE, LockCard
from personal_ai.ui.unlock import Unlock
from tests import light
from tests.ui.fakes import FakeServices, put_sample_notes

pytestmark = pytest.mark.skipif(rooms.in_memory() is None, reason="this system has no folder in memory")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one try of a password take no time, and start no workers to show what they are refused."""
    monkeypatch.setattr(keys, "Cost", lambda: light.LIGHT)
    monkeypatch.setattr(privacy.Privacy, "proof", lambda _self: [])


@pytest.fixture
def card(qtbot: QtBot, program: app.Program, services: FakeServices) -> LockCard:
    """The lock on the privacy page of a window with notes."""
    put_sample_notes(services, 4)
    program.window.show_page("settings")
    program.window.settings_page.show_privacy()
    page = program.window.settings_page.privacy
    assert page
    return page.lock


def test_two_different_passwords_or_a_short_one_lock_nothing(qtbot: QtBot, card: LockCard) -> None:
    card.first.setText(light.PASSWORD)
    card.again.setText("something else")
    qtbot.mouseClick(card.make, Qt.MouseButton.LeftButton)
    assert "not the same" in card._said.text()
    for field in (card.first, card.again):
        field.setText("short")
    qtbot.mouseClick(card.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "at least 8" in card._said.text())


def test_the_recovery_code_is_shown_once_and_nothing_is_locked_before(
    qtbot: QtBot, card: LockCard, program: app.Program, services: FakeServices
) -> None:
    for field in (card.first, card.again):
        field.setText(light.PASSWORD)
    qtbot.mouseClick(card.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.state == CODE)
    code = card.code.text()
    assert keys.read_code(code) == code
    assert not services.paths.key_file.exists()
    qtbot.mouseClick(card.kept, Qt.MouseButton.LeftButton)
    assert program.afterwards and program.afterwards.title == "Locking your notes"
    assert card.code.text() == card.first.text() == ""
    program.close()
    window = Between("Locking", program.afterwards.run(), program.afterwards.words, "", program.afterwards.end)  # type: ignore[misc]
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.go_on.isEnabled())
    assert window.sentence.startswith("Your notes are locked")
    assert keys.open_with(services.paths, code)[1] == keys.open_with(services.paths, light.PASSWORD)[1]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[paths.Paths]:
    """A data folder with notes, locked."""
    where = paths.locate(tmp_path / "home")
    services = Services(where)
    services.change_settings(welcomed=True, tray=False)
    put_sample_notes(services, 4)
    _, work = privacy.Lock(services).make(light.PASSWORD)
    services.close()
    assert work.run
    list(work.run())
    yield where
    rooms.sweep(where)


def test_a_wrong_password_is_a_sentence_and_the_right_one_opens(qtbot: QtBot, home: paths.Paths) -> None:
    window = Unlock(lambda password: privacy.enter(home, password))
    qtbot.addWidget(window)
    window.show()
    for _ in range(6):
        window.password.setText("wrong password")
        qtbot.keyClick(window.password, Qt.Key.Key_Return)
        qtbot.waitUntil(window.open.isEnabled)
    assert "Wait" in window._said.text() and "as they were" in window._said.text()
    home.tries.unlink()
    window.password.setText(light.PASSWORD)
    with qtbot.waitSignal(window.opened) as opened:
        qtbot.mouseClick(window.open, Qt.MouseButton.LeftButton)
    services = Services(home, room=opened.args[0])
    assert services.library.counts().documents == 4
    services.close()


def test_a_keyring_that_lost_the_key_leads_to_the_password(qtbot: QtBot, home: paths.Paths) -> None:
    keys.save(home, keys.msgspec.structs.replace(keys.load(home), in_keyring=True))
    window = Unlock(lambda password: privacy.enter(home, password), lambda: privacy.enter_by_keyring(home))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.open.isEnabled)
    assert "keyring did not give the key" in window._said.text()


@pytest.mark.slow
def test_the_whole_program_asks_opens_locks_again_and_takes_the_lock_away(home: paths.Paths) -> None:
    words = [sys.executable, "-m", "tests.ui.lock_walk", str(home.home)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=240, check=False)
    told = ["asked", "lock now", "asked", "Your notes are plain again, and open without a password.", "plain"]
    assert done.stdout.splitlines() == told, done.stderr
    services = Services(home)
    assert services.library.counts().documents == 4
    services.close()
