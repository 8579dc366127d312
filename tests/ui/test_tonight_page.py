"""What it will learn tonight, read and decided about from the keyboard and with the mouse."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.errors import UserError
from personal_ai.ui.fact_list import FACT, plain
from personal_ai.ui.learning_page import LearningPage
from personal_ai.ui.note_list import ROW
from personal_ai.ui.tonight_page import FACTS, NONE, NOTHING, READING, TonightPage
from tests.ui import fakes
from tests.ui.fakes import FakeServices

PUMP = "# Pump\n\nOn 3 March 2025 I paid 20.50 € to Ilse Vogt for the repair of the pump in the yard.\n"
GATE = "# Gate\n\nI ordered the new gate in Lund, because the old gate had rusted through.\n\nColour: green\n"
Key = Qt.Key


def opened(qtbot: QtBot, program: Program) -> TonightPage:
    """The page, its list read."""
    program.window.show_page("learning")
    learning = program.window.learning_page
    qtbot.mouseClick(learning.look_through, Qt.MouseButton.LeftButton)
    page = learning.tonight
    assert page
    qtbot.waitUntil(lambda: page._all is not None)
    return page


@pytest.fixture
def page(qtbot: QtBot, program: Program, services: FakeServices) -> TonightPage:
    """The page over what was taught and two notes; the first fact of what was taught in front."""
    fakes.put_note(services, "pump.md", PUMP)
    fakes.put_note(services, "gate.md", GATE)
    services.taught_rows.add("up", "What do I drink?", "Tea.")
    return opened(qtbot, program)


def press(page: TonightPage, *keys: Qt.Key) -> None:
    """Press keys where the focus is among the facts."""
    for key in keys:
        QTest.keyClick(page.facts, key)


def titles(page: TonightPage) -> list[str]:
    """The notes in the list."""
    model = page.notes.model()
    return [model.index(row, 0).data(ROW).title for row in range(model.rowCount())]


def state(page: TonightPage, key: str) -> str:
    """What the list says now about a fact."""
    return next((f.state for note in page._all or () for f in note.facts if f.key == key), "")


def test_the_facts_are_listed_by_note_with_what_was_taught_first(page: TonightPage, program: Program) -> None:
    assert titles(page) == ["What you taught it", "Gate", "Pump"]
    assert page._title.text() == "What you taught it"
    fact = page.facts.fact
    assert fact
    assert (fact.question, fact.answer) == ("What do I drink?", "Tea.")
    assert page.facts.hasFocus()
    assert page._open.isHidden()
    assert "facts" in page._about.text()
    assert not program.window.grab().isNull()


def test_down_and_up_go_through_all_notes(page: TonightPage) -> None:
    press(page, Key.Key_Down)
    assert page._title.text() == "Gate"
    rows = page.facts.model_of_facts.rowCount()
    assert page.facts.currentIndex().row() == 0
    press(page, *[Key.Key_Down] * rows)
    assert page._title.text() == "Pump"
    press(page, Key.Key_Up)
    assert page._title.text() == "Gate"
    assert page.facts.currentIndex().row() == rows - 1
    press(page, *[Key.Key_Up] * (rows + 3))
    assert page._title.text() == "What you taught it"
    press(page, *[Key.Key_Down] * 40)
    assert page._title.text() == "Pump"


def test_n_never_learns_and_enter_takes_it_back(qtbot: QtBot, page: TonightPage, services: FakeServices) -> None:
    press(page, Key.Key_Down)
    fact = page.facts.fact
    assert fact
    press(page, Key.Key_N)
    assert page.facts.fact != fact, "the next one comes to the front"
    qtbot.waitUntil(lambda: state(page, fact.key) == "never")
    assert [row.choice for row in services.choices.list()] == ["never"]
    assert "1 never" in page._about.text()
    press(page, Key.Key_Up)
    assert page.facts.fact and page.facts.fact.key == fact.key
    press(page, Key.Key_Return)
    qtbot.waitUntil(lambda: state(page, fact.key) == "as it is")
    assert services.choices.list() == []


def test_e_edits_in_place_and_enter_saves(qtbot: QtBot, page: TonightPage, services: FakeServices) -> None:
    press(page, Key.Key_Down)
    fact = page.facts.fact
    assert fact
    press(page, Key.Key_E)
    editor = page.facts.editor
    assert editor
    qtbot.waitUntil(editor.answer.hasFocus)
    editor.question.setPlainText("What about the gate?")
    editor.answer.setPlainText("It came from Lund.")
    page.refresh()
    assert page.facts.editor is editor, "a list that is read again does not take away what is being written"
    QTest.keyClick(editor.answer, Key.Key_Return)
    assert page.facts.editor is None
    qtbot.waitUntil(lambda: state(page, fact.key) == "edit")
    now = page.facts.fact
    assert now
    assert (now.key, now.question, now.answer) == (fact.key, "What about the gate?", "It came from Lund.")
    assert services.choices.list()[0].answer == "It came from Lund."
    assert page.facts.hasFocus()


def test_what_brings_another_fact_to_the_front_ends_the_editing(qtbot: QtBot, page: TonightPage) -> None:
    press(page, Key.Key_Down, Key.Key_E)
    assert page.facts.editor
    qtbot.mouseClick(page.never, Qt.MouseButton.LeftButton)
    assert page.facts.editor is None
    assert page.facts.currentIndex().row() == 1
    press(page, Key.Key_E)
    assert page.facts.edits(page.facts.currentIndex())
    page.notes.setCurrentIndex(page.notes.model().index(2, 0))
    assert page.facts.editor is None
    qtbot.waitUntil(lambda: "1 never" in page._about.text())


def test_esc_leaves_the_editor_and_then_the_page(qtbot: QtBot, page: TonightPage, program: Program) -> None:
    learning = program.window.learning_page
    press(page, Key.Key_E)
    assert page.facts.editor
    QTest.keyClick(page.facts.editor.answer, Key.Key_Escape)
    assert page.facts.editor is None
    assert page.isVisible()
    press(page, Key.Key_Escape)
    assert not page.isVisible()
    assert learning.look_through.isVisible()
    qtbot.mouseClick(learning.look_through, Qt.MouseButton.LeftButton)
    assert page.isVisible()
    assert page.facts.hasFocus()


def test_words_that_cannot_be_learned_are_refused_where_they_stand(page: TonightPage, services: FakeServices) -> None:
    press(page, Key.Key_Down, Key.Key_E)
    editor = page.facts.editor
    assert editor
    editor.answer.setPlainText("My password is tulip-field-9")
    QTest.keyClick(editor.answer, Key.Key_Return)
    assert page.facts.editor is editor
    assert "secret" in editor._error.text()
    assert services.choices.list() == []


def test_everything_is_there_for_the_mouse_too(qtbot: QtBot, page: TonightPage, services: FakeServices) -> None:
    page.notes.setCurrentIndex(page.notes.model().index(2, 0))
    assert page._title.text() == "Pump"
    fact = page.facts.fact
    assert fact
    qtbot.mouseClick(page.never, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(page, fact.key) == "never")
    page.facts.setCurrentIndex(page.facts.model_of_facts.index(0))
    qtbot.mouseClick(page.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(page, fact.key) == "as it is")
    page.facts.setCurrentIndex(page.facts.model_of_facts.index(0))
    qtbot.mouseClick(page.edit, Qt.MouseButton.LeftButton)
    assert page.facts.editor
    page.facts.editor.answer.setPlainText("Twenty")
    qtbot.mouseClick(page.facts.editor.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(page, fact.key) == "edit")
    assert services.choices.get(fact.key)


def test_the_note_opens_in_the_library(qtbot: QtBot, page: TonightPage, program: Program) -> None:
    press(page, Key.Key_Down)
    qtbot.mouseClick(page._open, Qt.MouseButton.LeftButton)
    assert program.window.current == "library"
    assert program.window.library_page.note._title.text() == "Gate"


def test_a_search_keeps_the_facts_that_hold_its_words(qtbot: QtBot, page: TonightPage, program: Program) -> None:
    program.window._on_find()
    assert page.search.hasFocus()
    page.search.setText("LUND gate")
    qtbot.waitUntil(lambda: titles(page) == ["Gate"])
    shown = [page.facts.model_of_facts.index(row).data(FACT) for row in range(page.facts.model_of_facts.rowCount())]
    assert all("Lund" in fact.sentence + fact.question + fact.answer for fact in shown)
    page.search.setText("zeppelin")
    qtbot.waitUntil(lambda: page._front.currentIndex() == NONE)
    QTest.keyClick(page.search, Key.Key_Escape)
    qtbot.waitUntil(lambda: page._front.currentIndex() == FACTS and len(titles(page)) == 3)
    QTest.keyClick(page.search, Key.Key_Return)
    assert page.facts.hasFocus()


def test_the_notes_are_reached_with_left_and_left_with_right(page: TonightPage) -> None:
    press(page, Key.Key_Left)
    assert page.notes.hasFocus()
    QTest.keyClick(page.notes, Key.Key_Down)
    assert page._title.text() == "Gate"
    QTest.keyClick(page.notes, Key.Key_Right)
    assert page.facts.hasFocus()


def test_a_note_that_is_added_elsewhere_appears_and_the_place_is_kept(
    qtbot: QtBot, page: TonightPage, program: Program, services: FakeServices
) -> None:
    press(page, Key.Key_Down, Key.Key_Down)
    fact = page.facts.fact
    fakes.put_note(services, "dog.md", "# Dog\n\nThe dog weighs 12 kg and was born in Brno on 4 May 2019.\n")
    program.window.refresh()
    qtbot.waitUntil(lambda: titles(page) == ["What you taught it", "Dog", "Gate", "Pump"])
    assert page._title.text() == "Gate"
    assert page.facts.fact == fact


def test_a_fact_that_is_gone_is_a_sentence(qtbot: QtBot, page: TonightPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_key: str) -> None:
        raise UserError("This is no longer in what it would learn.")

    monkeypatch.setattr(page._tonight(), "never", gone)
    press(page, Key.Key_N)
    assert page.banner.text == "This is no longer in what it would learn."


def test_without_notes_it_says_what_to_do(qtbot: QtBot, program: Program) -> None:
    program.window.show_page("learning")
    learning: LearningPage = program.window.learning_page
    learning.look_through.click()
    assert learning.tonight
    page = learning.tonight
    assert page._front.currentIndex() == READING
    qtbot.waitUntil(lambda: page._front.currentIndex() == NOTHING)
    assert page.search.isHidden()
    back = page.findChild(QPushButton, "tonight-back")
    assert isinstance(back, QPushButton)
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert learning.learn.isVisible()
    assert learning.banner is learning._banner


def test_words_in_bold_are_read_without_their_marks() -> None:
    assert plain("due on the **3rd**, not __later__") == "due on the 3rd, not later"
    assert plain("2 ** 3 ** 4 and a*b*c") == "2 ** 3 ** 4 and a*b*c"
