"""Two ways to answer side by side: chosen, blind, preferred."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.chat.asking import Way
from personal_ai.ui.chat_page import ChatPage
from personal_ai.ui.comparing import Comparing
from personal_ai.ui.message_views import Answer
from tests.ui import fakes
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(program: Program, services: FakeServices) -> ChatPage:
    """A chat with an answer in front, and a night that fits the model."""
    fakes.put_note(services, "one.md", "# One\n\nSome words.")
    page = program.window.chat_page
    page.open_conversation(fakes.put_conversations(services))
    return page


def opened(qtbot: QtBot, page: ChatPage, program: Program) -> Comparing:
    page.findChildren(Answer)[-1].compare.click()
    qtbot.waitUntil(lambda: program.window.findChild(Comparing) is not None)
    made = program.window.findChild(Comparing)
    assert made
    return made


def test_two_answers_come_side_by_side_and_the_choice_is_kept(
    qtbot: QtBot, page: ChatPage, program: Program, services: FakeServices
) -> None:
    made = opened(qtbot, page, program)
    assert [side.way() for side in made.sides] == [Way(True, False), Way(False, False)]
    qtbot.keyClick(made.start, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: made._done)
    assert [side.view.markdown.split(".")[0] for side in made.sides] == ["With notes", "With nothing"]
    # The chips over it say the rest.
    assert made.sides[0]._words._whole == "60 tokens, 40 a second."
    made.sides[1].better.click()
    (row,) = [row for row in services.taught_rows.list() if row.kind == "prefer"]
    assert row.answer.startswith("With nothing")
    assert row.rejected.startswith("With notes")
    made.put_away()
    assert page.findChildren(Answer)[-1].text.startswith("With nothing")
    assert "learned from" in page.banner.text


def test_a_blind_comparison_tells_after_the_choice(
    qtbot: QtBot, page: ChatPage, program: Program, services: FakeServices
) -> None:
    made = opened(qtbot, page, program)
    made._swap = lambda: True
    made.blind.click()
    made.start.click()
    assert not any(side._chips.isVisible() for side in made.sides)
    qtbot.waitUntil(lambda: made._done)
    assert made.sides[0].view.markdown.startswith("With nothing")
    made.sides[0].better.click()
    assert made.sides[0].shown() == "without your notes, nothing learned"
    assert made.sides[0]._words._whole.startswith("Made without your notes, nothing learned: 60 tokens")
    assert all(side._chips.isVisible() for side in made.sides)
    assert services.taught_rows.list()[0].answer.startswith("With nothing")


def test_the_same_way_twice_is_a_sentence(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    made = opened(qtbot, page, program)
    made.sides[1].notes.click()
    made.start.click()
    assert "the same" in made._say.text()
    assert made._job is None


def test_without_an_answer_there_is_nothing_to_compare(page: ChatPage) -> None:
    page.start_conversation()
    page.compare()
    assert "Ask something first" in page.banner.text
