"""Open the real window and say, in milliseconds, when its process had it painted: by the clock, and of the processor.

In a process and a module of its own, which imports nothing that the window does not: `bench_window` starts it with a
data folder and the time at which it does so, seconds since 1970: what the system says of a process's start is off by
as much as the clock was set since the machine began.
"""

import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from personal_ai import app, paths
from personal_ai.services import Services
from personal_ai.ui.first_paint import FirstPaint
from personal_ai.ui.theme import Theme


def main(home: Path, started: float) -> None:
    """Open it, tell, and end."""
    application = app.build_application()
    services = Services(paths.locate(home))
    services.change_settings(welcomed=True, tray=False)
    program = app.Program(services, Theme(application))
    program.open()
    # What looks last hears first: before the program goes on.
    FirstPaint(program.window, lambda: tell(started))
    application.exec()
    program.close()


def tell(started: float) -> None:
    """Print how long it took until now."""
    print((time.time() - started) * 1000, time.process_time() * 1000, flush=True)
    QApplication.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
