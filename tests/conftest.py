"""What every test of the window needs: no screen, and no warning of Qt's that goes unseen."""

import os

import pytest

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

#: The offscreen platform says this about what only a screen can do; it is no fault of ours.
HARMLESS = [r"This plugin does not support (propagateSizeHints|raise)\(\)"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let any Qt warning fail the test it comes from."""
    for item in items:
        if "qtbot" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*HARMLESS, extend=True))
