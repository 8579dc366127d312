"""The system's own timer for nights without a window: two files, a link, and a word to systemd."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from personal_ai.errors import UserError
from personal_ai.system.timer import NightTimer

COMMAND = ["/opt/personal ai/personal-ai", "night", "--home", "/home/ida/50% $x"]


class Systemd:
    """Takes every call, and keeps what was asked."""

    def __init__(self, there: bool = True) -> None:
        self.there, self.asked = there, []

    def __call__(self, _service: str, _path: str, _interface: str, method: str, _signature: Any, *body: str) -> Any:
        self.asked.append((method, *body))
        return ("default.target",) if self.there else None


def test_it_is_off_until_asked_and_leaves_nothing_when_switched_off(tmp_path: Path) -> None:
    systemd = Systemd()
    timer = NightTimer(COMMAND, tmp_path, systemd)
    assert not timer.on()
    timer.turn(True, 1)
    assert timer.on()
    assert systemd.asked == [("Reload",), ("StartUnit", "personal-ai-night.timer", "replace")]
    systemd.asked.clear()
    timer.turn(False, 1)
    timer.turn(False, 1)
    assert not timer.on()
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []
    assert systemd.asked[:2] == [("StopUnit", "personal-ai-night.timer", "replace"), ("Reload",)]


def test_a_night_that_was_missed_is_begun_later_and_words_are_quoted(tmp_path: Path) -> None:
    NightTimer(COMMAND, tmp_path, Systemd()).turn(True, 23)
    folder = tmp_path / ".config" / "systemd" / "user"
    timer, service = ((folder / f"personal-ai-night.{kind}").read_text() for kind in ("timer", "service"))
    assert "OnCalendar=*-*-* 23:00:00\n" in timer and "Persistent=true\n" in timer
    assert 'ExecStart="/opt/personal ai/personal-ai" night --home "/home/ida/50%% $$x"\n' in service
    assert (folder / "timers.target.wants" / "personal-ai-night.timer").resolve() == folder / "personal-ai-night.timer"


def test_another_hour_moves_it_only_where_it_is_on(tmp_path: Path) -> None:
    timer = NightTimer(COMMAND, tmp_path, Systemd())
    timer.move(3)
    assert not timer.on() and list(tmp_path.iterdir()) == []
    timer.turn(True, 1)
    timer.move(3)
    assert "03:00:00" in (tmp_path / ".config/systemd/user/personal-ai-night.timer").read_text()


def test_where_no_systemd_answers_it_is_not_offered(tmp_path: Path) -> None:
    assert NightTimer(COMMAND, tmp_path, Systemd()).available() is True
    assert NightTimer(COMMAND, tmp_path, Systemd(there=False)).available() is False
    assert NightTimer(COMMAND, tmp_path, Systemd(), "win32").available() is False


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file where a folder belongs")
    with pytest.raises(UserError):
        NightTimer(COMMAND, tmp_path, Systemd()).turn(True, 1)


def test_systemd_itself_finds_no_fault_with_the_files(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    NightTimer(["/bin/true", "a b", "50%"], tmp_path, Systemd()).turn(True, 1)
    folder = tmp_path / ".config" / "systemd" / "user"
    files = [str(folder / f"personal-ai-night.{kind}") for kind in ("timer", "service")]
    done = subprocess.run(["systemd-analyze", "--user", "verify", *files], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "personal-ai-night" in line]
    assert ours == []


def test_a_timer_with_a_path_that_does_not_stay_is_written_anew_where_it_is_on(tmp_path: Path) -> None:
    lasting = ["/opt/a b/current/personal-ai", "night", "--home", "/home/ida/50% $x"]
    old, new = (NightTimer([program, *lasting[1:]], tmp_path, Systemd()) for program in (COMMAND[0], lasting[0]))
    new.renew(1)
    assert not new.on() and list(tmp_path.iterdir()) == []
    old.turn(True, 1)
    new.renew(2)
    service = (tmp_path / ".config/systemd/user/personal-ai-night.service").read_text()
    assert 'ExecStart="/opt/a b/current/personal-ai" night --home "/home/ida/50%% $$x"\n' in service
    systemd = Systemd()
    NightTimer(lasting, tmp_path, systemd).renew(2)
    assert systemd.asked == []
