"""The README's picture is the real window: sample notes, one question, the real model's answer."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from personal_ai import app
from personal_ai.demo import NOTES
from tests.e2e.window import Driver

PICTURE = Path(__file__).parents[2] / "resources" / "screenshots" / "chat.png"
QUESTIONS = ("How much caraway does Bettina's sour soup need?", "What tool does Vida use to prick the potica?")
SECONDS = 1000


@pytest.mark.model
def test_the_readmes_picture_can_be_taken(qtbot: QtBot, program: app.Program, tmp_path: Path) -> None:
    """Take it, and keep it where there is none: delete the old one to renew it."""
    driver, services = Driver(program), program.services
    services.change_settings(temperature=0.0, max_tokens=120, nights=True, **quiet_hours_later())
    program.look.choose("light")
    program.window.resize(1120, 720)
    driver.drop([NOTES])
    qtbot.waitUntil(lambda: services.library.counts().documents >= 50, timeout=60 * SECONDS)
    for question in QUESTIONS:
        program.window.chat_page.start_conversation()
        driver.ask(question)
        qtbot.waitUntil(lambda: bool(driver.answer_text()) and not driver.busy(), timeout=60 * SECONDS)
    # As under the pointer: what may be done with an answer keeps quiet otherwise.
    driver.answers()[-1].hovered.emit(True)
    qtbot.wait(500)
    taken = tmp_path / "chat.png"
    assert program.window.grab().save(str(taken))
    image = QImage(str(taken))
    assert (image.width(), image.height()) == (1120, 720)
    assert len({image.pixel(x, y) for x in range(0, 1120, 3) for y in range(0, 720, 3)}) > 20
    if not PICTURE.exists():
        PICTURE.parent.mkdir(exist_ok=True)
        shutil.copyfile(taken, PICTURE)


def quiet_hours_later() -> dict[str, int]:
    """Choose hours for the night that do not begin while the picture is taken."""
    hour = datetime.now().hour
    return {"quiet_from": (hour + 4) % 24, "quiet_until": (hour + 9) % 24}
