"""A timer of the system's own (systemd's, of the person's session) that begins a night when no window is open."""

import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from personal_ai.errors import UserError, disk_sentence
from personal_ai.paths import write_durably
from personal_ai.system.bus import Bus
from personal_ai.system.login import configuration, outlived, written_words

NAME = "personal-ai-night"
SYSTEMD, PATH, MANAGER = "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"

TIMER = """[Unit]
Description=Personal AI learns at night while its window is closed

[Timer]
OnCalendar=*-*-* {hour:02d}:00:00
Persistent=true
RandomizedDelaySec=120

[Install]
WantedBy=timers.target
"""
SERVICE = """[Unit]
Description=Personal AI learns at night

[Service]
ExecStart={command}
Nice=19
CPUSchedulingPolicy=idle
IOSchedulingClass=idle
# The worker writes down how far it is when the program ends.
KillMode=mixed
TimeoutStopSec=30
"""


class NightTimer:
    """Two files, and a word to the session's systemd that they changed. Runs `command` when the quiet hours begin."""

    def __init__(
        self,
        command: Sequence[str],
        home: Path | None = None,
        call: Callable[..., object] | None = None,
        platform: str = sys.platform,
    ) -> None:
        self._command = list(command)
        self._folder = configuration(home) / "systemd" / "user"
        self._call = call or Bus("session").call
        self._platform = platform

    def available(self) -> bool:
        """Whether the session has a systemd that answers."""
        return self._platform.startswith("linux") and self._ask("GetDefaultTarget") is not None

    def on(self) -> bool:
        """Whether the timer is switched on."""
        return self._link.is_symlink()

    def turn(self, on: bool, hour: int) -> None:
        """Begin nights at this local hour without a window, or no longer. Raises UserError when that cannot be."""
        try:
            if on:
                self._write(hour)
            else:
                for file in (self._link, self._timer, self._service):
                    file.unlink(missing_ok=True)
        except OSError as error:
            raise UserError(disk_sentence(error, "setting the timer for your nights")) from error
        if not on:
            self._ask("StopUnit", "ss", self._timer.name, "replace")
        self._ask("Reload")
        if on:
            self._ask("StartUnit", "ss", self._timer.name, "replace")

    def move(self, hour: int) -> None:
        """Begin at another hour, where the timer is switched on."""
        if self.on():
            self.turn(True, hour)

    def renew(self, hour: int) -> None:
        """Write a timer anew, where it is on, that starts this program by a path which does not stay."""
        if self.on() and outlived(written_words(self._service, "ExecStart="), self._command):
            self.turn(True, hour)

    def _write(self, hour: int) -> None:
        self._link.parent.mkdir(parents=True, exist_ok=True)
        command = " ".join(_quoted(word) for word in self._command)
        write_durably(self._service, SERVICE.format(command=command).encode())
        write_durably(self._timer, TIMER.format(hour=hour % 24).encode())
        with contextlib.suppress(FileExistsError):
            self._link.symlink_to(self._timer)

    def _ask(self, method: str, signature: str | None = None, *body: str) -> object:
        return self._call(SYSTEMD, PATH, MANAGER, method, signature, *body)

    @property
    def _timer(self) -> Path:
        return self._folder / f"{NAME}.timer"

    @property
    def _service(self) -> Path:
        return self._folder / f"{NAME}.service"

    @property
    def _link(self) -> Path:
        return self._folder / "timers.target.wants" / f"{NAME}.timer"


def _quoted(word: str) -> str:
    """A word as systemd's ExecStart reads it: "%" and "$" stand for something else unless they are doubled."""
    word = word.replace("%", "%%").replace("$", "$$").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{word}"' if not word or set(word) & set(" \t'\"\\;") else word
