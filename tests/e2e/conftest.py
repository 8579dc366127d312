"""The program from outside: real child processes over a data folder of the test's own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from personal_ai import app
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.ui.theme import Theme
from tests.e2e.outside import Personal, Ran, environment


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Name the data folder of this test."""
    return tmp_path / "home"


def run_program(home: Path, *words: str | Path, timeout: float = 120) -> Ran:
    """Run `personal-ai WORDS… --home HOME --json` and return what it said."""
    command = [sys.executable, "-m", "personal_ai", *map(str, words), "--home", str(home), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=timeout, check=False, env=environment())
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def personal(home: Path) -> Personal:
    """Run a command on the data folder of this test."""

    def run(*words: str | Path, timeout: float = 120, home: Path = home) -> Ran:
        return run_program(home, *words, timeout=timeout)

    return run


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Write a folder with three notes."""
    return write_notes(tmp_path / "notes")


@pytest.fixture(scope="session")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three notes and, beside it, a data folder that they were added to once, for all tests."""
    folder = tmp_path_factory.mktemp("added")
    write_notes(folder / "notes")
    assert run_program(folder / "home", "add", folder / "notes").result["documents"] == 3
    return folder


@pytest.fixture
def known(added: Path, home: Path) -> Path:
    """Let the data folder of this test know three notes already; return where their files lie, which are to stay."""
    shutil.copytree(added / "home", home)
    return added / "notes"


def write_notes(folder: Path) -> Path:
    """Write three notes into a new folder."""
    folder.mkdir()
    (folder / "bread.md").write_text("# Bread\n\nThe rye starter is called Boris and lives in the blue jar.\n")
    (folder / "bicycle.txt").write_text("The bicycle lock opens with 4711. The bicycle stands in the cellar.\n")
    (folder / "garden.md").write_text("# Garden\n\n## Spring\n\nPlant the pumpkins on 12 May, not before.\n")
    return folder


@pytest.fixture
def program(qtbot: QtBot, home: Path) -> Iterator[app.Program]:
    """Open the real window on a data folder of the test's own, the welcome seen."""
    services = Services(locate(home))
    services.change_settings(welcomed=True, tray=False, nights=False)
    program = app.Program(services, Theme(app.build_application()))
    program.open()
    qtbot.waitExposed(program.window)
    yield program
    program.close()
    program.window.deleteLater()
