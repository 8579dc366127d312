"""A window over a real store, with a fake chat and a fake night."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from pytestqt.qtbot import QtBot

from personal_ai import app, paths
from personal_ai.ui import background
from personal_ai.ui.theme import Theme
from tests.ui.fakes import FakeServices


@pytest.fixture
def look(qtbot: QtBot) -> Iterator[Theme]:
    """Be light. The window of the test before is gone by then: every widget that is left would be styled anew."""
    application = app.build_application()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    look = Theme(application)
    look.choose("light")
    yield look
    look.zoom(1.0)
    look.deleteLater()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[FakeServices]:
    """A data folder of the test's own, the welcome seen."""
    services = FakeServices(paths.locate(tmp_path / "home"))
    services.change_settings(welcomed=True, tray=False)
    yield services
    services.close()


@pytest.fixture
def program(qtbot: QtBot, look: Theme, services: FakeServices) -> Iterator[app.Program]:
    """The program with its window shown, its clocks under the test's hand."""
    program = app.Program(services, look)
    program.open()
    qtbot.waitExposed(program.window)
    yield program
    program.close()
    program.window.close()
    program.window.deleteLater()
    assert background.finish(5)
