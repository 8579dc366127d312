"""Goes through the window's program as a person would: `python -m tests.ui.lock_walk HOME`, a line for each step.

It asks for the password, locks, asks again, takes the lock away, and opens without one.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from personal_ai import app, paths, start
from personal_ai.ui.between import Between
from personal_ai.ui.lock_card import ON
from personal_ai.ui.main_window import MainWindow
from personal_ai.ui.unlock import Unlock
from tests import light

done: list[str] = []


def tell(step: str) -> None:
    """Say that a step is done."""
    done.append(step)
    print(step, flush=True)


def in_front(kind: type[QWidget]) -> QWidget | None:
    """The window of this kind that can be seen."""
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None)


def act() -> None:
    """Do the next thing, if what it needs is there."""
    ask, window, between = in_front(Unlock), in_front(MainWindow), in_front(Between)
    if isinstance(ask, Unlock) and ask.open.isEnabled():
        tell("asked")
        ask.password.setText(light.PASSWORD)
        ask.open.click()
    elif isinstance(between, Between) and between.go_on.isEnabled():
        tell(between.sentence)
        between.go_on.click()
    elif isinstance(window, MainWindow):
        _in_window(window)


def _in_window(window: MainWindow) -> None:
    if len(done) == 4:
        tell("plain")
        QApplication.quit()
        return
    window.show_page("settings")
    window.settings_page.show_privacy()
    page = window.settings_page.privacy
    assert page
    if page.lock.state == ON and done == ["asked"]:
        tell("lock now")
        page.lock.asked.emit(page.lock._lock.now())
    elif page.lock.state == ON and len(done) == 3:
        page.lock.asked.emit(page.lock._lock.unlock())


if __name__ == "__main__":
    app.build_application()
    timer = QTimer(interval=100)
    timer.timeout.connect(act)
    timer.start()
    sys.exit(start._run(paths.locate(Path(sys.argv[1]))))
