"""A real window in a process of its own, which takes in a folder and asks: to be killed from outside.

python -m tests.e2e.asking_window HOME NOTES; prints "answering PID-OF-THE-CHAT-WORKER" when the first words have come.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from personal_ai import app
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.ui.theme import Theme
from tests.e2e.window import Driver


def main(home: Path, notes: Path) -> None:
    """Open the window, drop the notes on it, ask, and go on until killed."""
    application = app.build_application()
    services = Services(locate(home))
    services.change_settings(welcomed=True, tray=False, nights=False)
    program = app.Program(services, Theme(application))
    program.open()
    driver = Driver(program)
    driver.drop([notes])

    def look() -> None:
        if services.library.counts().documents == 3 and not driver.asked:
            driver.ask("Write all you know about bread.")
        if driver.asked and driver.answer_text():
            timer.stop()
            print("answering", services.session.pid, flush=True)

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    application.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
