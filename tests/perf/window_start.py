"""Open the real window and say, in milliseconds, when its process had it painted: by the clock, and of the processor.

In a process and a module of its own, which imports nothing that the window does not: `bench_window` starts it with a
data folder.
"""

import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from personal_ai import app, paths
from personal_ai.services import Services
from personal_ai.ui.first_paint import FirstPaint
from personal_ai.ui.theme import Theme


def main(home: Path) -> None:
    """Open it, tell, and end."""
    application = app.build_application()
    services = Services(paths.locate(home))
    services.change_settings(welcomed=True, tray=False)
    program = app.Program(services, Theme(application))
    program.open()
    # What looks last hears first: before the program goes on.
    FirstPaint(program.window, tell)
    application.exec()
    program.close()


def tell() -> None:
    """Print how long it took until now."""
    now, processor = time.time(), time.process_time()
    import psutil

    print((now - psutil.Process().create_time()) * 1000, processor * 1000, flush=True)
    QApplication.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
