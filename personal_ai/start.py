"""The window's start: one a data folder, the password where the notes are locked, and what is done between two."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile
from PySide6.QtWidgets import QApplication, QWidget

from personal_ai import paths as places
from personal_ai.app import Program, build_application
from personal_ai.errors import UserError
from personal_ai.paths import Paths
from personal_ai.services import Services
from personal_ai.settings import load as load_settings
from personal_ai.ui import door, language
from personal_ai.ui.theme import Theme

if TYPE_CHECKING:
    from personal_ai.privacy import Afterwards


def main(where: Paths | Path | None = None, *, in_tray: bool = False) -> int:
    """Open the window on the data folder `where` (default: the system's) and return the exit code when it is closed.

    With `in_tray` it starts out of sight, and ends without a word where a window is open already.

    Anything that keeps it from opening is one sentence on stderr and in a window, and exit code 2.
    """
    try:
        paths = where if isinstance(where, Paths) else places.locate(where)
    except UserError as error:
        return refuse(str(error))
    lock = QLockFile(str(paths.lock))
    # A window may be open for weeks; only the death of its process makes the lock stale.
    lock.setStaleLockTime(0)
    if not lock.tryLock(0) and in_tray:
        return 0
    if not lock.isLocked():
        door.wake_first_window(paths)
        print(door.ALREADY_OPEN, file=sys.stderr)
        return 2
    try:
        return _run(paths, in_tray)
    except UserError as error:
        return refuse(str(error))
    finally:
        lock.unlock()


def _run(paths: Paths, in_tray: bool = False) -> int:
    application = build_application()
    language.choose(application, load_settings(paths.settings).language)
    look = Theme(application)
    asked = False
    while True:
        opened = let_in(application, look, paths, ask=asked)
        if opened is None:
            return 0
        log = keep_log(paths)
        try:
            program = Program(opened, look)
            program.open(in_tray)
            in_tray = False
            try:
                code = application.exec()
            finally:
                program.close()
        finally:
            opened.close()
            logging.getLogger().removeHandler(log)
            log.close()
        work = program.afterwards
        if work is None:
            return code
        program.window.deleteLater()
        # Else the keyring would open at once what was locked just now.
        asked = True
        if work.run and not between(application, work):
            return 0
        paths = places.locate(paths.home)


def let_in(application: QApplication, look: Theme, paths: Paths, ask: bool = False) -> Services | None:
    """Open the data folder, in a window that asks for the password where it is locked. None where that was closed.

    With `ask` it asks in any case; else the system's keyring may have the key.
    """
    if not paths.key_file.exists():
        return Services(paths)
    from personal_ai import keys, privacy
    from personal_ai.ui.unlock import Unlock

    kept = not ask and keys.load(paths).in_keyring
    look.choose(Services(paths).settings.theme)
    window = Unlock(
        lambda password: privacy.enter(paths, password), (lambda: privacy.enter_by_keyring(paths)) if kept else None
    )
    rooms: list[Any] = []
    window.opened.connect(lambda room: (rooms.append(room), application.quit()))
    window.left.connect(application.quit)
    _alone(application, window)
    return Services(paths, room=rooms[0]) if rooms else None


def between(application: QApplication, work: "Afterwards") -> bool:
    """Do what needs the data closed, in a small window of its own. Whether the program goes on."""
    from personal_ai.ui.between import Between

    assert work.run
    window = Between(work.title, work.run(), work.words, work.go_on, work.end)
    answers: list[bool] = []
    window.ended.connect(lambda go_on: (answers.append(go_on), application.quit()))
    _alone(application, window)
    return answers[:1] == [True]


def _alone(application: QApplication, window: QWidget) -> None:
    """Show a window that stands alone until it says that the application may go on."""
    application.setQuitOnLastWindowClosed(False)
    window.show()
    application.exec()
    application.setQuitOnLastWindowClosed(True)
    window.deleteLater()


def refuse(sentence: str) -> int:
    """Say why the window cannot open, on stderr and, where somebody can see it, in a small window. Return 2."""
    print(sentence, file=sys.stderr)
    if sys.platform.startswith("linux") and not _has_display():
        return 2
    from personal_ai.ui.refusal import Refusal

    application = build_application()
    language.choose(application, "system")
    look = Theme(application)
    look.choose("system")
    window = Refusal(sentence)
    window.show()
    application.exec()
    return 2


def _has_display() -> bool:
    import os

    named = os.environ.get("QT_QPA_PLATFORM", "")
    if named:
        return named.split(":")[0] not in ("offscreen", "minimal")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def keep_log(paths: Paths) -> logging.Handler:
    """Write what the window logs into the data folder; never note text. Returns what writes it."""
    handler = RotatingFileHandler(paths.logs / "window.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[])
    logging.getLogger().addHandler(handler)
    return handler
