"""Starting at login, as each system keeps it: off until asked, on, off again, and whatever stands in the path."""

import plistlib
from pathlib import Path
from typing import Any

import pytest

from personal_ai.errors import UserError
from personal_ai.system.login import AtLogin, exec_line

COMMAND = ["/opt/personal ai/personal-ai", "--tray"]


def test_linux_keeps_a_desktop_entry(tmp_path: Path) -> None:
    entry = AtLogin(COMMAND, "linux", tmp_path)
    assert entry.available() and not entry.on()
    entry.turn(True)
    assert entry.on()
    text = entry.file.read_text()
    assert entry.file == tmp_path / ".config" / "autostart" / "personal-ai.desktop"
    assert 'Exec="/opt/personal ai/personal-ai" --tray\n' in text
    assert text.startswith("[Desktop Entry]\nType=Application\n")
    entry.turn(False)
    entry.turn(False)
    assert not entry.on() and not entry.file.exists()


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_an_entry_that_the_desktop_switched_off_is_off(tmp_path: Path, line: str) -> None:
    entry = AtLogin(COMMAND, "linux", tmp_path)
    entry.turn(True)
    entry.file.write_text(f"[Desktop Entry]\n{line}\n")
    assert not entry.on()
    entry.turn(True)
    assert entry.on()


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("plain", "plain"),
        ("a b", '"a b"'),
        ("50%", "50%%"),
        ('say "a"', '"say \\\\"a\\\\""'),
        ("$HOME", '"\\\\$HOME"'),
        ("中 é", '"中 é"'),
    ],
)
def test_words_are_quoted_as_the_specification_says(word: str, quoted: str) -> None:
    assert exec_line([word]) == quoted


def test_a_mac_keeps_a_launch_agent(tmp_path: Path) -> None:
    entry = AtLogin(COMMAND, "darwin", tmp_path)
    assert not entry.on()
    entry.turn(True)
    kept = plistlib.loads(entry.file.read_bytes())
    assert (kept["ProgramArguments"], kept["RunAtLoad"]) == (COMMAND, True)
    assert entry.file.parent.name == "LaunchAgents" and entry.on()
    entry.turn(False)
    assert not entry.on()


class Registry:
    """winreg, as far as one key is concerned."""

    HKEY_CURRENT_USER, REG_SZ = 1, 1

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def OpenKey(self, _root: int, path: str) -> Any:  # noqa: N802 - Windows' name
        assert path.endswith(r"CurrentVersion\Run")
        return self

    CreateKey = OpenKey

    def __enter__(self) -> "Registry":
        return self

    def __exit__(self, *_: object) -> None: ...

    def QueryValueEx(self, _key: Any, name: str) -> tuple[str, int]:  # noqa: N802 - Windows' name
        if name not in self.values:
            raise FileNotFoundError(name)
        return self.values[name], 1

    def SetValueEx(self, _key: Any, name: str, _zero: int, _kind: int, value: str) -> None:  # noqa: N802
        self.values[name] = value

    def DeleteValue(self, _key: Any, name: str) -> None:  # noqa: N802 - Windows' name
        del self.values[name]


def test_windows_keeps_a_run_key() -> None:
    registry = Registry()
    entry = AtLogin([r"C:\Program Files\Personal AI\personal-ai.exe", "--tray"], "win32", registry=registry)
    assert entry.available() and not entry.on()
    entry.turn(True)
    assert registry.values == {"Personal AI": r'"C:\Program Files\Personal AI\personal-ai.exe" --tray'}
    assert entry.on()
    entry.turn(False)
    entry.turn(False)
    assert registry.values == {}


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file where a folder belongs")
    with pytest.raises(UserError):
        AtLogin(COMMAND, "linux", tmp_path).turn(True)


def test_a_system_without_a_known_place_offers_nothing(tmp_path: Path) -> None:
    assert not AtLogin(COMMAND, "sunos5", tmp_path).available()


#: What updates and mounts leave behind, and a program of somebody's own.
VERSIONS = ["/opt/a b/versions/0.1.0/personal-ai", "/tmp/.mount_gone/usr/lib/personal-ai/personal-ai"]


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("program", VERSIONS)
def test_an_entry_with_a_path_that_does_not_stay_is_written_anew(tmp_path: Path, platform: str, program: str) -> None:
    lasting = AtLogin(["/opt/a b/current/personal-ai", "--tray", "--home", "/home/ida/50% of it"], platform, tmp_path)
    lasting.renew()
    assert not lasting.on()
    lasting.turn(True)
    wanted = lasting.file.read_bytes()
    AtLogin([program, "--tray", "--home", "/home/ida/50% of it"], platform, tmp_path).turn(True)
    assert lasting.file.read_bytes() != wanted
    lasting.renew()
    assert lasting.file.read_bytes() == wanted


def test_a_version_that_is_still_there_is_left_behind_too(tmp_path: Path) -> None:
    here = tmp_path / "versions" / "0.1.0" / "personal-ai"
    here.parent.mkdir(parents=True)
    here.touch()
    AtLogin([str(here), "--tray"], "linux", tmp_path).turn(True)
    current = tmp_path / "current" / "personal-ai"
    AtLogin([str(current), "--tray"], "linux", tmp_path).renew()
    assert f"Exec={current} --tray\n" in AtLogin([], "linux", tmp_path).file.read_text()


def test_an_entry_of_another_program_or_another_folder_stays_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "personal-ai"
    other.parent.mkdir()
    other.touch()
    for kept in ([str(other), "--tray"], [VERSIONS[0], "--tray", "--home", "/home/ida/b"]):
        entry = AtLogin(kept, "linux", tmp_path)
        entry.turn(True)
        before = entry.file.read_bytes()
        AtLogin(["/opt/a b/current/personal-ai", "--tray"], "linux", tmp_path).renew()
        assert entry.file.read_bytes() == before
    entry.file.write_text("[Desktop Entry]\nExec='\n")
    AtLogin(COMMAND, "linux", tmp_path).renew()
    assert "Exec='\n" in entry.file.read_text()


def test_an_entry_that_cannot_be_read_stays_as_it_is(tmp_path: Path) -> None:
    entry = AtLogin(COMMAND, "darwin", tmp_path)
    entry.turn(True)
    entry.file.write_text("<plist>")
    entry.renew()
    assert entry.file.read_text() == "<plist>"
