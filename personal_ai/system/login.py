"""Whether the program starts with the person's session: off until asked, and kept where each system looks for it."""

import os
import plistlib
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from personal_ai.errors import UserError, disk_sentence
from personal_ai.paths import write_durably

NAME = "personal-ai"
LABEL = "Personal AI"
AGENT = "org.personal_ai.login"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


class AtLogin:
    """One entry, for one person, that starts `command` when they log in."""

    def __init__(
        self, command: Sequence[str], platform: str = sys.platform, home: Path | None = None, registry: Any = None
    ) -> None:
        self._command = list(command)
        self._platform = platform
        self._home = home
        self._registry = registry

    def available(self) -> bool:
        """Whether this system has a place for such an entry that we know."""
        return self._platform.startswith("linux") or self._platform in ("win32", "darwin")

    def on(self) -> bool:
        """Whether the program starts at login; a desktop's own settings may have switched the entry off."""
        if self._platform == "win32":
            return self._read_run_key() is not None
        try:
            text = self.file.read_text(encoding="utf-8")
        except (OSError, UnicodeError):
            return False
        lines = {line.strip().lower() for line in text.splitlines()}
        return not lines & {"hidden=true", "x-gnome-autostart-enabled=false"}

    def turn(self, on: bool) -> None:
        """Write the entry, or take it away. Raises UserError when the system refuses."""
        try:
            if self._platform == "win32":
                self._write_run_key(on)
            elif on:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                write_durably(self.file, self._entry())
            else:
                self.file.unlink(missing_ok=True)
        except OSError as error:
            raise UserError(disk_sentence(error, "changing what starts with your computer")) from error

    def renew(self) -> None:
        """Write an entry anew that starts this program by a path which does not stay. Raises UserError like `turn`."""
        if self._platform != "win32" and self.on() and outlived(self._words(), self._command):
            self.turn(True)

    @property
    def file(self) -> Path:
        """Where the entry lies, on systems that keep it in a file."""
        home = self._home or Path.home()
        if self._platform == "darwin":
            return home / "Library" / "LaunchAgents" / f"{AGENT}.plist"
        return configuration(self._home) / "autostart" / f"{NAME}.desktop"

    def _entry(self) -> bytes:
        if self._platform == "darwin":
            return plistlib.dumps({"Label": AGENT, "ProgramArguments": self._command, "RunAtLoad": True})
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            f"Name={LABEL}",
            "Comment=Learns from your notes at night",
            f"Exec={exec_line(self._command)}",
            f"Icon={NAME}",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
        )
        return "\n".join((*lines, "")).encode()

    def _words(self) -> list[str]:
        """The command of the entry, as far as it can be read."""
        if self._platform == "darwin":
            try:
                return list(plistlib.loads(self.file.read_bytes())["ProgramArguments"])
            except (OSError, ValueError, KeyError, ExpatError):
                return []
        return written_words(self.file, "Exec=")

    # ---- Windows ----

    def _winreg(self) -> Any:
        if self._registry is None:
            import winreg

            self._registry = winreg
        return self._registry

    def _read_run_key(self) -> str | None:
        registry = self._winreg()
        try:
            with registry.OpenKey(registry.HKEY_CURRENT_USER, RUN_KEY) as key:
                return str(registry.QueryValueEx(key, LABEL)[0])
        except OSError:
            return None

    def _write_run_key(self, on: bool) -> None:
        registry = self._winreg()
        with registry.CreateKey(registry.HKEY_CURRENT_USER, RUN_KEY) as key:
            if on:
                registry.SetValueEx(key, LABEL, 0, registry.REG_SZ, subprocess.list2cmdline(self._command))
            elif self._read_run_key() is not None:
                registry.DeleteValue(key, LABEL)


def outlived(written: Sequence[str], command: Sequence[str]) -> bool:
    """Whether `written` is `command` by another path to the program: one that is gone, or leads to one version."""
    if not written or written[0] == command[0] or list(written[1:]) != list(command[1:]):
        return False
    program = Path(written[0])
    return not program.exists() or program.parent.parent == Path(command[0]).parent.parent / "versions"


def written_words(file: Path, key: str) -> list[str]:
    """The command that stands behind `key` in a file of settings, without its quotes; empty where there is none."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        line = next((line.removeprefix(key) for line in lines if line.startswith(key)), "")
        return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]
    except (OSError, ValueError):
        return []


def configuration(home: Path | None = None) -> Path:
    """The person's folder for configuration, by the XDG rules; of another home where one is given."""
    if home is not None:
        return home / ".config"
    told = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(told) if Path(told).is_absolute() else Path.home() / ".config"


def exec_line(command: Sequence[str]) -> str:
    """A command as a desktop entry's Exec line has it (the specification's two layers of quoting)."""
    return " ".join(_quoted(word) for word in command)


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    if not set(word) & set(" \t\n\"'\\><~|&;$*?#()`"):
        return word
    for special in '\\"`$':
        word = word.replace(special, f"\\{special}")
    # The file's own strings know backslashes, too.
    return '"' + word.replace("\\", "\\\\") + '"'
