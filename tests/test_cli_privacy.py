"""A locked data folder from a terminal: a file, a variable, or a sentence."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from personal_ai import cli, keys, locking
from personal_ai import room as rooms
from personal_ai.paths import Paths, locate
from personal_ai.services import Services
from personal_ai.store import sealed
from tests import light
from tests.ui.fakes import put_sample_notes

pytestmark = pytest.mark.skipif(rooms.in_memory() is None, reason="this system has no folder in memory")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one try of a password take no time."""
    monkeypatch.setattr(keys, "Cost", lambda: light.LIGHT)


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    """A data folder with notes."""
    paths = locate(tmp_path / "home")
    services = Services(paths)
    put_sample_notes(services, 4)
    services.close()
    (tmp_path / "password").write_text(f"{light.PASSWORD}\n", encoding="utf-8")
    return paths


def test_locked_a_command_needs_the_password_and_unlocked_it_does_not(
    home: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = ["--home", str(home.home), "--json"]
    file = ["--password-file", str(tmp_path / "password")]
    assert cli.main([*shared, "lock"]) == 2
    assert cli.main([*shared, "lock", *file]) == 0
    code = json.loads(capsys.readouterr().out.splitlines()[-1])["recovery"]
    assert cli.main([*shared, "search", "rent"]) == 2
    assert "locked with a password. Add --password-file FILE" in capsys.readouterr().err
    assert cli.main([*shared, *file, "search", "rent"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["hits"]
    monkeypatch.setenv("PERSONAL_AI_PASSWORD", code)
    assert cli.main([*shared, "search", "rent"]) == 0
    (tmp_path / "wrong").write_text("not this one")
    assert cli.main([*shared, "search", "rent", "--password-file", str(tmp_path / "wrong")]) == 2
    assert "not the password" in capsys.readouterr().err
    assert cli.main([*shared, *file, "learn", "--detach"]) == 2
    assert cli.main([*shared, *file, "unlock"]) == 0
    assert cli.main([*shared, "search", "rent"]) == 0


@pytest.mark.parametrize("form", [["--json"], []])
def test_interrupted_while_it_locks_the_recovery_code_was_shown(
    form: list[str], home: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.jobs / "1").mkdir()
    (home.jobs / "1" / "events.jsonl").write_text("{}\n")
    lock = sealed.lock

    def lock_under_ctrl_c(path: Path, key: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        lock(path, key)

    monkeypatch.setattr(sealed, "lock", lock_under_ctrl_c)
    assert cli.main(["--home", str(home.home), *form, "lock", "--password-file", str(tmp_path / "password")]) == 130
    shown = capsys.readouterr().out
    first = json.loads(shown.splitlines()[0]) if form else {}
    code = first["recovery"] if form else re.findall(r"^    (\S+)$", shown, re.MULTILINE)[0]
    assert not form or first["event"] == "recovery"
    monkeypatch.setattr(sealed, "lock", lock)
    room = locking.enter(home, *keys.open_with(home, code))
    assert room
    room.leave()


def test_a_locked_folder_can_be_deleted_without_the_password(home: Paths, tmp_path: Path, capsys) -> None:
    shared = ["--home", str(home.home)]
    assert cli.main([*shared, "lock", "--password-file", str(tmp_path / "password")]) == 0
    assert cli.main([*shared, "erase", "--yes"]) == 0
    assert not list(home.home.iterdir())
    assert not keys.is_locked(home)
