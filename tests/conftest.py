"""What every test needs: no screen, no warning of Qt's that goes unseen, and folders in memory where there is room."""

import gc
import itertools
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

#: The offscreen platform says this about what only a screen can do; it is no fault of ours.
HARMLESS = [r"This plugin does not support (propagateSizeHints|raise)\(\)"]

#: Where Linux has a folder in memory, and how much is to be free there, in bytes.
MEMORY, ENOUGH = Path("/dev/shm"), 4 << 30

_ended = itertools.count(1)


def pytest_configure() -> None:
    """Let the folders of tests be in memory: some thousand small databases would wait for the disk at each commit.

    The program still asks for every sync. What a kill leaves is the same in memory, and no test here cuts the power.
    """
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from modules and tests: a million objects that stay, looked at again and again.

    It stays off: on whatever thread it runs, it destroys the windows that are left over, and Qt crashes or stands still
    for ever with the interpreter in its hands (`personal_ai.ui.background` does the same for the program).
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Collect what a test left over, on the thread that made it; all that is older now and then.

    The last of the wrappers is the innermost: within a test's time limits.
    """
    try:
        return (yield)
    finally:
        gc.collect(2 if next(_ended) % 50 == 0 else 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let any Qt warning fail the test it comes from."""
    for item in items:
        if "qtbot" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*HARMLESS, extend=True))
