"""Asking, stopping, coming back: what the person sees, and what is stored."""

import contextlib
import re
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.errors import UserError
from personal_ai.services import Services
from personal_ai.store.conversations import READING_SKILL, Source
from personal_ai.ui import amounts, dates
from personal_ai.ui.chat_page import ChatPage
from personal_ai.ui.composer import remembered
from personal_ai.ui.conversation_list import ID
from personal_ai.ui.conversation_view import AT_ONCE, NEWEST
from personal_ai.ui.message_parts import CARD_SIDE, CARD_WIDTH, SourceCard, made_words
from personal_ai.ui.message_views import Answer, Question
from personal_ai.ui.opening import Opening, QuestionCard, Suggesting, opening_questions
from personal_ai.ui.theme import Theme
from tests.ui import fakes
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(program: Program) -> ChatPage:
    """The chat page of a window whose library holds three notes."""
    for name in ("one.md", "two.md", "three.md"):
        fakes.put_note(program.services, name, f"# Note {name}\n\nSome words about {name}.")
    program.window.refresh()
    return program.window.chat_page


def type_and_send(qtbot: QtBot, page: ChatPage, question: str) -> None:
    """Ask as a person does."""
    page.composer.edit.setFocus()
    qtbot.keyClicks(page.composer.edit, question)
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)


def until_done(qtbot: QtBot, page: ChatPage) -> Answer:
    """Wait for the end of an answer and return its view."""
    qtbot.waitUntil(lambda: not page.composer._busy)
    return page.findChildren(Answer)[-1]


def test_an_answer_streams_and_is_stored_as_shown(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    type_and_send(qtbot, page, "When is the rent due?")
    assert page.composer.stop.isVisible()
    answer = until_done(qtbot, page)
    assert answer.text == fakes.ANSWER
    assert page.findChildren(Question)[-1].text == "When is the rent due?"
    stored = services.conversations.messages(page.conversation_id or 0)
    assert [row.role for row in stored] == ["user", "assistant"]
    assert answer.objectName() == f"answer-{stored[1].id}"
    assert page.composer.send.isVisible()
    assert page.composer.edit.toPlainText() == ""


def test_shift_enter_makes_a_new_line(qtbot: QtBot, page: ChatPage) -> None:
    qtbot.keyClicks(page.composer.edit, "one")
    low = page.composer.edit.height()
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(page.composer.edit, "two")
    assert page.composer.edit.toPlainText() == "one\ntwo"
    assert page.composer.edit.height() > low


def test_the_composer_grows_to_eight_lines_only(qtbot: QtBot, page: ChatPage) -> None:
    page.composer.edit.setPlainText("\n".join("line" for _ in range(8)))
    eight = page.composer.edit.height()
    page.composer.edit.setPlainText("\n".join("line" for _ in range(30)))
    assert page.composer.edit.height() == eight


def test_escape_stops_and_what_came_stays(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    services.fake_session.pause = 0.02
    type_and_send(qtbot, page, "Tell me all.")
    qtbot.waitUntil(lambda: len(page.findChildren(Answer)[-1].text) > 20)
    assert page.findChildren(Answer)[-1].view.isVisible()
    assert page._view.earlier.isHidden()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    answer = until_done(qtbot, page)
    stored = services.conversations.messages(page.conversation_id or 0)[-1]
    assert stored.state == "stopped"
    assert 20 < len(answer.text) < len(fakes.ANSWER)
    assert stored.text == answer.text
    assert answer._note.text() == "Stopped."


def test_a_message_shows_when_it_was_said_to_who_looks_closer(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    id = services.conversations.create("The shed")
    services.conversations.add_message(id, "user", "What colour is it?")
    services.conversations.add_message(id, "assistant", "It is green.")
    services.database.query("UPDATE messages SET created = '2024-05-14T12:02:00'")
    page.open_conversation(id)
    said: tuple[Question | Answer, ...] = (page.findChildren(Question)[-1], page.findChildren(Answer)[-1])
    for message in said:
        assert message.when.text() == "14 May 2024"
        assert "Tuesday, 14 May 2024, 12:02" in message.when.toolTip()
        assert message.when.accessibleName() == "Said on Tuesday, 14 May 2024, 12:02"
        assert _is_blank(message.when)
        message.hovered.emit(True)
        assert not _is_blank(message.when)
    assert page.findChildren(Answer)[-1].view.accessibleDescription() == "Said on Tuesday, 14 May 2024, 12:02"


def test_what_is_said_now_shows_the_time(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    type_and_send(qtbot, page, "What colour is it?")
    answer = until_done(qtbot, page)
    rows = services.conversations.messages(page.conversation_id or 0)
    assert page.findChildren(Question)[-1].when.text() == dates.clock(rows[0].created)
    assert answer.when.text() == dates.clock(rows[1].created)


def _is_blank(widget: QWidget) -> bool:
    picture = widget.grab().toImage()
    places = [(x, y) for x in range(picture.width()) for y in range(picture.height())]
    return len({picture.pixel(*place) for place in places}) == 1


def test_the_window_is_called_after_the_chat_in_front(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    window, conversations = program.window, program.services.conversations
    assert window.windowTitle() == "Personal AI"
    type_and_send(qtbot, page, "How long does rye bread rise?")
    until_done(qtbot, page)
    assert window.windowTitle() == "How long does rye bread rise? - Personal AI"
    assert page.conversation_id
    page._on_renamed(page.conversation_id, "Rye bread")
    assert window.windowTitle() == "Rye bread - Personal AI"
    window.show_page("library")
    assert window.windowTitle() == "Library - Personal AI"
    window.show_page("chat")
    assert window.windowTitle() == "Rye bread - Personal AI"
    # What the model finds while nobody asks, and what looks like Qt's mark for what is not saved.
    conversations.rename(page.conversation_id, "[*] " + "very " * 20)
    window.refresh()
    assert window.windowTitle().startswith("[*][*] very very") and window.windowTitle().endswith("… - Personal AI")
    page.start_conversation()
    assert window.windowTitle() == "Personal AI"


def test_half_a_question_stays_with_its_chat(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    one, other = fakes.put_conversations(services), services.conversations.create("Another")
    page.start_conversation()
    qtbot.keyClicks(page.composer.edit, "of nothing yet")
    page.open_conversation(one)
    assert page.composer.edit.toPlainText() == ""
    qtbot.keyClicks(page.composer.edit, "about the rent")
    page.open_conversation(other)
    assert page.composer.edit.toPlainText() == ""
    page.open_conversation(one)
    assert page.composer.edit.toPlainText() == "about the rent"
    assert page.composer.send.isEnabled()
    page.start_conversation()
    assert page.composer.edit.toPlainText() == "of nothing yet"


def test_who_clicks_a_chat_types_on_in_it(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    fakes.put_conversations(program.services)
    page.refresh()
    program.window.activateWindow()
    view = page.beside.view
    index = next(
        index for n in range(view.model().rowCount()) if (index := view.model().index(n, 0)).data(ID) is not None
    )
    wanted = index.data(ID)
    page.beside.search.setFocus()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    assert page.conversation_id == wanted
    assert program.window.focusWidget() is page.composer.edit


def test_who_types_after_a_click_on_an_answer_types_a_question(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    page.open_conversation(fakes.put_conversations(program.services))
    program.window.activateWindow()
    answer = page.findChildren(Answer)[-1]
    qtbot.mouseClick(answer.view.viewport(), Qt.MouseButton.LeftButton)
    assert program.window.focusWidget() is not page.composer.edit
    for letter in "What next?":
        qtbot.keyClicks(program.window.focusWidget(), letter)
    assert page.composer.edit.toPlainText() == "What next?"


def test_enter_in_the_search_opens_the_first_chat_that_was_found(
    qtbot: QtBot, page: ChatPage, program: Program
) -> None:
    fakes.put_conversations(program.services)
    page.refresh()
    program.window.activateWindow()
    page.search_here()
    qtbot.keyClicks(page.beside.search, "Lisbon")
    qtbot.keyClick(page.beside.search, Qt.Key.Key_Return)
    assert page.conversation_id is not None
    assert program.services.conversations.index.get(page.conversation_id).title == "What to pack for Lisbon"
    page.beside.search.clear()
    page.search_here()
    qtbot.keyClick(page.beside.search, Qt.Key.Key_Down)
    assert program.window.focusWidget() is page.beside.view


def test_from_further_up_a_button_leads_back_to_the_end(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    id = services.conversations.create("Long")
    for number in range(8):
        services.conversations.add_message(id, "user", f"Question {number}")
        services.conversations.add_message(id, "assistant", "A line.\n\n" * 12)
    page.open_conversation(id)
    view, bar = page._view, page._view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    assert not view.to_end.isVisible()
    bar.setValue(0)
    assert view.to_end.isVisible()
    qtbot.mouseClick(view.to_end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    assert view.follow and not view.to_end.isVisible()


def test_a_long_question_to_begin_with_is_shown_whole(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    title = "A title that goes on and on, longer than a line of the page is wide, with a word or two about everything"
    fakes.put_note(program.services, "long.md", f"# {title}\n\nWords.", created="2026-11-30T08:00:00Z")
    program.window.resize(program.window.minimumSize())
    page.refresh()
    qtbot.waitUntil(lambda: any(title in question for question in offered(page)))
    cards = page._view.opening.findChildren(QuestionCard)
    card = next(each for each in cards if title in each.accessibleName())
    words = card._words
    qtbot.waitUntil(lambda: card.width() <= page.width() and words.height() >= words.heightForWidth(words.width()))
    assert words.height() > 2 * words.fontMetrics().lineSpacing()


def test_a_source_with_a_long_name_gives_its_day_below(qtbot: QtBot, look: Theme) -> None:
    def lines(title: str) -> list[str]:
        source = Source(title, 1, 1, title, "", "Bertha was bought in Ghent.", 0, 10, "2026-05-12T08:00:00Z")
        card = SourceCard(look, 1, source, lambda: None)
        qtbot.addWidget(card)
        return [line.text() for line in card._lines]

    assert lines("The van") == ["1  The van · 12 May", "Bertha was bought in Ghent."]
    title, passage = lines("Everything about the van that is called Bertha")
    assert title.startswith("1  Everything about the van") and title.endswith("…")
    assert passage.startswith("12 May · Bertha")


def test_a_card_reads_without_the_marks_of_its_note(qtbot: QtBot, look: Theme) -> None:
    text = "# The van\n\n| Out | € |\n|---|---:|\n| **Tyres** | [480](https://x.org/bill) |\n\n> `init` is __init__"
    card = SourceCard(look, 1, Source("van.md", 1, 1, "The van", "", text, 0, 9, ""), lambda: None)
    qtbot.addWidget(card)
    assert card.accessibleDescription() == "Out · € Tyres · 480 init is __init__"


def test_the_passage_on_a_card_fills_its_two_lines(qtbot: QtBot, look: Theme) -> None:
    for word in ("a note that says much ", "很长的笔记", "🥖🥐 "):
        text = word * 40
        card = SourceCard(look, 1, Source("van.md", 1, 1, "The van", "", text, 0, 9, ""), lambda: None)
        qtbot.addWidget(card)
        letters = card._lines[1].fontMetrics()
        first, second = card._lines[1].text().split("\n")
        room = CARD_WIDTH - 2 * CARD_SIDE
        assert " ".join(text.split()).startswith(first)
        assert second.endswith("…") and text.replace(" ", "").startswith((first + second[:-1]).replace(" ", ""))
        for line in (first, second):
            assert room - letters.horizontalAdvance(word) <= letters.horizontalAdvance(line) <= room


def test_sources_open_their_note_at_the_passage(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    type_and_send(qtbot, page, "What about it?")
    answer = until_done(qtbot, page)
    card = answer._cards.findChildren(QPushButton)[0]
    assert card.accessibleName().startswith("Source 1: Note")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert program.window.current == "library"
    note = program.window.library_page.note
    assert note.row is not None
    assert note.row.id == answer._sources[0].document_id
    assert note.text._marked == (answer._sources[0].start, answer._sources[0].end)


def test_a_restarted_worker_is_said_and_the_answer_begins_again(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.restarts = True
    type_and_send(qtbot, page, "Go on?")
    answer = until_done(qtbot, page)
    assert answer.text == fakes.ANSWER
    assert page.banner.text == "The chat stopped unexpectedly and was started again."


def test_a_failure_is_one_sentence_and_the_next_question_works(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.fails = "The model file is damaged. Choose another under Settings."
    type_and_send(qtbot, page, "Anything?")
    answer = until_done(qtbot, page)
    assert page.banner.text == services.fake_session.fails
    assert answer._note.text() == "This answer broke off."
    services.fake_session.fails = ""
    type_and_send(qtbot, page, "And now?")
    assert until_done(qtbot, page).text == fakes.ANSWER
    assert page.banner.text == ""


def test_an_answer_goes_on_while_the_person_looks_elsewhere(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.pause = 0.02
    type_and_send(qtbot, page, "First?")
    qtbot.waitUntil(lambda: len(page.findChildren(Answer)[-1].text) > 10)
    first = page.conversation_id
    assert first
    page.start_conversation()
    assert not [view for view in page.findChildren(Answer) if view.isVisible()]
    page.open_conversation(first)
    (view,) = [view for view in page.findChildren(Answer) if view.isVisible()]
    until_done(qtbot, page)
    assert view.text == fakes.ANSWER
    page.start_conversation()
    page.open_conversation(first)
    assert services.conversations.messages(first)[-1].state == "done"


def test_an_answer_is_written_again(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    type_and_send(qtbot, page, "Once?")
    answer = until_done(qtbot, page)
    services.fake_session.answer = "Another answer."
    answer.again_asked.emit(answer.message_id)
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert services.conversations.messages(page.conversation_id or 0)[-1].text == "Another answer."
    shown = [view for view in page.findChildren(Answer) if view.isVisible()]
    assert [view.text for view in shown] == ["Another answer."]


def test_the_actions_of_an_answer_wake_for_the_keyboard(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    program.window.activateWindow()
    type_and_send(qtbot, page, "Which?")
    answer = until_done(qtbot, page)
    assert answer.good._asleep
    answer._copy.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: not answer.good._asleep)
    page.composer.setFocus()
    qtbot.waitUntil(lambda: answer.good._asleep)
    answer.view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert answer.good._asleep


def test_an_answer_is_copied(qtbot: QtBot, page: ChatPage) -> None:
    type_and_send(qtbot, page, "Copy?")
    answer = until_done(qtbot, page)
    qtbot.mouseClick(answer._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == fakes.ANSWER


def test_typing_warms_the_model_once(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    qtbot.keyClicks(page.composer.edit, "Wh")
    qtbot.waitUntil(lambda: services.fake_session.warmed > 0)
    qtbot.keyClicks(page.composer.edit, "at")
    assert services.fake_session.warmed == 1


def test_conversations_are_found_renamed_and_deleted(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    shown = fakes.put_conversations(services)
    page.refresh()
    model, view = page.beside._model, page.beside.view
    titles = [model.item(n).text() for n in range(model.rowCount()) if model.item(n).data(ID)]
    assert titles[0] == "When is the rent due?"
    assert model.item(0).text() == "Today"
    page.beside.search.setText("Lisbon")
    page.beside.refresh()
    assert [model.item(n).text() for n in range(model.rowCount())] == ["What to pack for Lisbon"]
    page.beside.search.clear()
    page.beside.refresh()
    item = next(model.item(n) for n in range(model.rowCount()) if model.item(n).data(ID) == shown)
    item.setText("Rent")
    assert services.conversations.get(shown).title == "Rent"
    page.open_conversation(shown)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert page.banner.text == "Deleted the chat “Rent”."
    assert page.conversation_id is None
    assert shown not in [row.id for row in services.conversations.list()]
    page.banner._on_action()
    assert page.conversation_id == shown
    assert services.conversations.messages(shown)
    page._on_delete_asked(shown, "Rent")
    other = services.conversations.list()[0]
    page._on_delete_asked(other.id, other.title)
    qtbot.waitUntil(lambda: services.conversations.messages(shown) == [])


def test_an_empty_chat_asks_about_the_newest_notes(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    qtbot.waitUntil(lambda: len(offered(page)) == 3)
    cards = [card for card in page._view.opening.findChildren(QPushButton) if card.isVisible()]
    qtbot.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    until_done(qtbot, page)
    assert page.findChildren(Question)[-1].text == cards[0].accessibleName()
    assert page._view.opening.isHidden()


def offered(page: ChatPage) -> list[str]:
    """The questions that can be asked by a click now."""
    cards = page._view.opening.findChildren(QuestionCard)
    return [card.accessibleName() for card in cards if card.isVisible()]


VAN = "# The van\n\nThe van is called Bertha. Bertha was bought on 3 March 2019 in Ghent.\n"


def test_notes_that_a_command_brought_are_asked_about_as_a_person_would(
    qtbot: QtBot, page: ChatPage, program: Program, services: FakeServices
) -> None:
    qtbot.waitUntil(lambda: len(offered(page)) == 3)
    assert all(re.match("What|Sum up", question) for question in offered(page))
    # As another process does it: nothing but the data changes.
    with contextlib.closing(Services(services.paths)) as elsewhere:
        fakes.put_note(elsewhere, "van.md", VAN)
    program._look_for_changes()
    assert offered(page) == []
    qtbot.waitUntil(lambda: len(offered(page)) == 3)
    assert "Bertha" in offered(page)[0] and "“" not in offered(page)[0]
    assert "“The van”" in offered(page)[1]
    # Found once, they are there at once.
    page.start_conversation()
    assert "Bertha" in offered(page)[0]


def test_where_questions_take_long_to_find_others_stand_in(qtbot: QtBot, look: Theme, services: FakeServices) -> None:
    fakes.put_note(services, "van.md", VAN)
    opening, go_on = Opening(), threading.Event()
    qtbot.addWidget(opening)

    def suggest() -> list[str]:
        go_on.wait(10)
        return ["When was Bertha bought?"]

    suggesting = Suggesting(opening, services.documents.list, suggest)
    suggesting.show()
    assert opening.findChildren(QuestionCard) == []
    opening.resize(600, 500)
    opening.show()
    qtbot.waitUntil(lambda: bool(opening.findChildren(QuestionCard)))
    (stand_in,) = opening.findChildren(QuestionCard)
    assert stand_in.accessibleName() == "What does “The van” say?"
    # What the keyboard is on stays.
    stand_in.setFocus()
    opening.activateWindow()
    qtbot.waitUntil(stand_in.hasFocus)
    go_on.set()
    qtbot.waitUntil(lambda: suggesting._job is None)
    assert stand_in.isVisible()
    suggesting.show()
    qtbot.waitUntil(lambda: len(opening.findChildren(QuestionCard)) == 2)
    assert opening.findChildren(QuestionCard)[0].accessibleName() == "When was Bertha bought?"


def test_the_heading_stays_in_its_place_when_questions_come(qtbot: QtBot, look: Theme) -> None:
    opening = Opening()
    qtbot.addWidget(opening)
    opening.resize(600, 500)
    opening.offer([], more_to_come=True)
    opening.show()
    (heading,) = opening.findChildren(QLabel)
    qtbot.waitUntil(lambda: heading.y() > 0)
    before = heading.y()
    opening.offer(["When was Bertha bought?", "Where is the garage?", "What does “The van” say?"])
    qtbot.waitUntil(lambda: opening.findChildren(QuestionCard)[0].y() > before)
    (heading,) = (label for label in opening.findChildren(QLabel) if label.property("role") and label.isVisible())
    assert abs(heading.y() - before) <= 4


def test_notes_that_may_not_be_used_are_not_asked_about(services: FakeServices) -> None:
    id = fakes.put_note(services, "secret.md", "# Secret\n\nx y z")
    services.documents.set_flags(id, never_use=True)
    assert opening_questions(services.documents.list()) == []


def test_without_notes_the_one_thing_to_do_is_to_add_some(program: Program) -> None:
    page = program.window.chat_page
    assert page.findChild(QPushButton, "add-notes").isVisible()  # type: ignore[union-attr]


def test_the_notes_chip_is_remembered(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    qtbot.mouseClick(page.composer.notes, Qt.MouseButton.LeftButton)
    assert services.settings.use_notes is False
    qtbot.waitUntil(lambda: page.composer.notes.text() == "Notes off")


def test_the_adapter_chip_shows_what_is_in_use(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    qtbot.waitUntil(lambda: page.composer.adapter.isHidden())
    fakes.put_adapter(services, [1])
    page.refresh()
    qtbot.waitUntil(lambda: page.composer.adapter.text() == "Learned, night 1")
    assert page.composer.strength.text() == "75%"
    page.composer.strength_chosen.emit(0.5)
    qtbot.waitUntil(lambda: page.composer.strength.text() == "50%")
    assert services.shelf.strength() == 0.5
    qtbot.waitUntil(lambda: services.fake_session.refreshed > 0)
    qtbot.mouseClick(page.composer.adapter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.composer.adapter.text() == "Learned off")
    assert services.settings.use_adapter is False


def test_the_chip_says_when_only_the_reading_skill_answers(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    chip = page.composer.adapter
    fakes.put_skill(services)
    page.refresh()
    qtbot.waitUntil(lambda: chip.isVisible() and chip.text() == "Reading skill on")
    assert "nothing learned from yours" in chip.toolTip()
    assert page.composer.strength.isHidden()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: chip.text() == "Reading skill off")
    assert services.settings.use_adapter is False
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    fakes.put_adapter(services, [1])
    page.refresh()
    qtbot.waitUntil(lambda: chip.text() == "Learned, night 1")
    services.shelf.none()
    page.refresh()
    qtbot.waitUntil(lambda: chip.text() == "Reading skill on")


def test_an_adapter_of_another_model_leaves_the_reading_skill_to_answer(
    qtbot: QtBot, page: ChatPage, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes.put_skill(services)
    monkeypatch.setattr(fakes, "MODEL", msgspec.structs.replace(fakes.MODEL, sha256="c" * 64))
    fakes.put_adapter(services, [1])
    monkeypatch.undo()
    page.refresh()
    qtbot.waitUntil(lambda: page.composer.adapter.text() == "Reading skill on")


def test_an_answer_says_how_it_was_made(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    services.fake_session.adapter = READING_SKILL
    answer = asked(qtbot, page)
    assert answer._made.isHidden()
    qtbot.mouseClick(answer.made, Qt.MouseButton.LeftButton)
    told = (
        "The built-in model wrote this from 2 passages of your notes, with its reading skill alone. "
        "60 tokens in 2.0 s, the first after 0.5 s, 40 a second."
    )
    assert answer._made.text() == told
    assert answer.made.isChecked()
    qtbot.mouseClick(answer.made, Qt.MouseButton.LeftButton)
    assert answer._made.isHidden()
    answer.made.click()
    page._lessons.better(answer.message_id, "On the 3rd.")
    assert answer.made.isHidden()
    assert answer._made.isHidden()


def test_how_it_was_made_names_the_night_and_the_model(services: FakeServices) -> None:
    id = services.conversations.create("Rent")

    def words(adapter: int | None, model: str) -> str:
        made = services.conversations.add_message(id, "assistant", "The 3rd.", adapter=adapter, model=model)
        return made_words(services.conversations.message(made))

    assert words(4, "qwen") == "The model “qwen” wrote this without your notes, with what night 4 learned."
    assert words(None, "built-in") == "The built-in model wrote this without your notes, with nothing learned."


def test_a_long_conversation_begins_with_its_end(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    id = services.conversations.create("Long")
    for number in range(60):
        services.conversations.add_message(id, "user" if number % 2 == 0 else "assistant", f"Message {number}")
    page.open_conversation(id)

    def shown() -> list[str]:
        return [view.text for view in page._view.turns.messages() if isinstance(view, Question) and view.isVisible()]

    qtbot.waitUntil(lambda: shown() == [f"Message {number}" for number in range(36, 60, 2)])
    page._view.earlier.click()
    qtbot.waitUntil(lambda: shown() == [f"Message {number}" for number in range(0, 60, 2)])


def test_the_newest_messages_stand_there_at_once_and_others_come_above_without_moving_them(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    id = services.conversations.create("Long")
    for number in range(60):
        role = "user" if number % 2 == 0 else "assistant"
        services.conversations.add_message(id, role, f"Message {number}\n\n" + "Some words of it.\n\n" * 9)
    view, bar = page._view, page._view.verticalScrollBar()
    page.open_conversation(id)
    assert len(view.turns.messages()) == AT_ONCE
    view._next.stop()
    for _ in range(10):  # these are laid out, in several turns
        qtbot.wait(20)
    bar.setValue(bar.maximum() - 300)
    seen = view.turns.messages()[-2]
    place = seen.mapTo(view.viewport(), QPoint()).y()
    view._next.start(0)
    qtbot.waitUntil(lambda: not view.grows_above, timeout=60_000)
    assert len(view.turns.messages()) == NEWEST
    assert seen.mapTo(view.viewport(), QPoint()).y() == place
    view.show_conversation(id)
    qtbot.waitUntil(lambda: not view.grows_above, timeout=60_000)
    assert bar.value() == bar.maximum()


def test_another_conversation_is_not_mixed_with_what_was_still_to_come(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    long, short = services.conversations.create("Long"), services.conversations.create("Short")
    for number in range(60):
        services.conversations.add_message(long, "user", f"Message {number}")
    services.conversations.add_message(short, "user", "Alone")
    page.open_conversation(long)
    page.open_conversation(short)
    qtbot.wait(100)
    assert [view.text for view in page._view.turns.messages()] == ["Alone"]


def test_earlier_messages_come_some_at_a_time_above_what_is_there(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    # PySide holds what follows in the chain of focus to belong to what stands before it: none of that may go below.
    qtbot.waitUntil(lambda: bool(offered(page)))
    id = services.conversations.create("Longer")
    for number in range(100):
        services.conversations.add_message(id, "user" if number % 2 == 0 else "assistant", f"Message {number}")
    page.open_conversation(id)
    last = page._view.turns.messages()[-1]
    for first in (16, 0):
        page._view.earlier.click()
        assert shown(page) == [f"Message {number}" for number in range(first, 100)]
        assert page._view.earlier.isHidden() is (first == 0)
    assert page._view.turns.messages()[-1] is last
    copies = [view.copy for view in page._view.turns.messages() if isinstance(view, Question)]
    stops = [page._view.earlier.nextInFocusChain()]
    while stops[-1] is not page._view.earlier:
        stops.append(stops[-1].nextInFocusChain())
    assert [stop for stop in stops if stop in copies] == copies


# ---- teaching ----


def asked(qtbot: QtBot, page: ChatPage) -> Answer:
    """An answer to teach about."""
    type_and_send(qtbot, page, "When is the rent due?")
    return until_done(qtbot, page)


def again(qtbot: QtBot, page: ChatPage) -> Answer:
    """The answer in its conversation, opened anew."""
    id = page.conversation_id
    assert id
    page.start_conversation()
    page.open_conversation(id)
    qtbot.waitUntil(lambda: [view.isVisible() for view in page.findChildren(Answer)] == [True])
    return page.findChildren(Answer)[0]


def test_a_thumb_is_kept_shown_again_and_taken_back(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    answer = asked(qtbot, page)
    with qtbot.waitSignal(page.stored):
        qtbot.mouseClick(answer.good, Qt.MouseButton.LeftButton)
    assert answer.good.isChecked()
    assert "tonight" in answer._lesson.text()
    qtbot.mouseClick(answer.bad, Qt.MouseButton.LeftButton)
    assert (answer.good.isChecked(), answer.bad.isChecked()) == (False, True)
    assert [row.kind for row in services.taught_rows.list()] == ["down"]
    answer = again(qtbot, page)
    assert answer.bad.isChecked()
    assert answer._lesson.isHidden()
    qtbot.mouseClick(answer.bad, Qt.MouseButton.LeftButton)
    assert not answer.bad.isChecked()
    assert services.taught_rows.list() == []


def test_nothing_is_taught_about_an_answer_that_grows(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    services.fake_session.pause = 0.02
    type_and_send(qtbot, page, "Slowly?")
    qtbot.waitUntil(lambda: len(page.findChildren(Answer)[-1].text) > 10)
    live = page.findChildren(Answer)[-1]
    assert live.good.isHidden()
    assert live.better.isHidden()
    page.stop()
    answer = until_done(qtbot, page)
    assert answer.good.isVisible()
    assert answer.better.isVisible()


def test_a_better_answer_is_written_in_place_and_stands_there_again(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    answer = asked(qtbot, page)
    answer.good.click()
    answer.better.click()
    assert answer.editor is not None
    assert answer.editor.edit.toPlainText() == fakes.ANSWER
    assert answer.view.isHidden()
    answer.editor.edit.setPlainText("On the 3rd.")
    qtbot.keyClick(answer.editor.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert answer.editor is None
    assert answer.text == "On the 3rd."
    assert answer._lesson.text().startswith("Your answer. It is learned tonight")
    assert answer.good.isHidden()
    (row,) = services.taught_rows.list()
    assert (row.kind, row.answer, row.rejected) == ("edit", "On the 3rd.", fakes.ANSWER)
    answer = again(qtbot, page)
    assert answer.text == "On the 3rd."
    assert answer._lesson.text() == "Your answer."
    answer.better.click()
    assert answer.editor is not None
    assert answer.editor.edit.toPlainText() == "On the 3rd."


def test_a_better_answer_that_says_nothing_new_is_a_sentence_and_stays_open(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    answer = asked(qtbot, page)
    answer.better.click()
    assert answer.editor is not None
    answer.editor.save.click()
    assert page.banner.text.startswith("This is what it said already.")
    assert answer.editor is not None
    qtbot.keyClick(answer.editor.edit, Qt.Key.Key_Escape)
    assert answer.editor is None
    assert answer.view.isVisible()
    assert answer.text == fakes.ANSWER
    assert services.taught_rows.list() == []


def test_escape_in_the_editor_stops_no_answer(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    answer = asked(qtbot, page)
    services.fake_session.pause = 0.02
    type_and_send(qtbot, page, "And now slowly?")
    answer.better.click()
    assert answer.editor is not None
    qtbot.waitUntil(answer.editor.edit.hasFocus)
    qtbot.keyClick(answer.editor.edit, Qt.Key.Key_Escape)
    assert answer.editor is None
    assert page.composer._busy
    page.stop()
    until_done(qtbot, page)


def test_escape_clears_the_search_and_stops_an_answer_only_then(
    qtbot: QtBot, page: ChatPage, program: Program, services: FakeServices
) -> None:
    program.window.activateWindow()
    services.fake_session.pause = 0.02
    type_and_send(qtbot, page, "Slowly?")
    page.search_here()
    qtbot.waitUntil(page.beside.search.hasFocus)
    qtbot.keyClicks(page.beside.search, "rent")
    qtbot.keyClick(page.beside.search, Qt.Key.Key_Escape)
    assert page.beside.search.text() == ""
    assert page.composer._busy and page._job is not None and not page._job.cancelled
    qtbot.keyClick(page.beside.search, Qt.Key.Key_Escape)
    until_done(qtbot, page)
    assert services.conversations.messages(page.conversation_id or 0)[-1].state == "stopped"


def test_the_persons_own_words_are_remembered(qtbot: QtBot, page: ChatPage, program: Program) -> None:
    asked(qtbot, page)
    question = page.findChildren(Question)[-1]
    qtbot.mouseClick(question.keep, Qt.MouseButton.LeftButton)
    (row,) = program.services.taught_rows.list()
    assert (row.kind, row.answer) == ("remember", "When is the rent due?")
    assert "learned tonight" in page.banner.text
    page.banner._action.click()
    note = program.window.library_page.note.row
    assert note is not None
    assert note.id == row.document_id


def test_selected_words_of_an_answer_are_remembered(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    answer = asked(qtbot, page)
    assert answer.keep.isHidden()
    cursor = answer.view.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(16, cursor.MoveMode.KeepAnchor)
    answer.view.setTextCursor(cursor)
    assert answer.keep.isVisible()
    answer.keep.click()
    assert services.taught_rows.list()[0].answer == "Your rent is due"


def test_a_line_that_begins_with_remember_is_kept_and_not_asked(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.change_settings(nights=False)
    qtbot.keyClicks(page.composer.edit, "/remember The key is under the pot.")
    assert page.composer._hint.text() == "Kept as a note, not asked"
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    assert services.taught_rows.list()[0].answer == "The key is under the pot."
    assert "learned the next time" in page.banner.text
    assert page.conversation_id is None
    assert page.composer._hint.text() == ""
    type_and_send(qtbot, page, "/remember")
    assert page.banner.text.startswith("There is nothing to remember yet.")


def test_only_the_whole_word_is_the_command() -> None:
    assert remembered("/remember  a b ") == "a b"
    assert remembered("/remember") == ""
    assert remembered("/remembered a") is None
    assert remembered("Please /remember a") is None


# ---- versions, cut answers, the next question, switches ----


def shown(page: ChatPage) -> list[str]:
    """What stands on the page, from top to bottom."""
    return [view.text for view in page._view.turns.messages()]


def test_old_versions_of_an_answer_stay_and_are_found_again(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    first = asked(qtbot, page).message_id
    services.fake_session.answer = "Another answer."
    page.regenerate(first)
    second = until_done(qtbot, page)
    assert second.versions.isVisible()
    assert second.versions._words.text() == "2/2"
    assert not second.versions.later.isEnabled()
    second.versions.earlier.setFocus()
    qtbot.keyClick(second.versions.earlier, Qt.Key.Key_Space)
    assert shown(page) == ["When is the rent due?", fakes.ANSWER]
    view = page._view.turns.messages()[-1]
    qtbot.waitUntil(view.versions.later.hasFocus)
    assert (view.message_id, view.versions._words.text()) == (first, "1/2")
    view.versions.later.click()
    assert shown(page)[-1] == "Another answer."
    assert len(services.conversations.branches.versions(page.conversation_id or 0)) == 2


def test_a_question_is_asked_in_other_words_and_the_old_one_stays(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    asked(qtbot, page)
    (question, _) = page._view.turns.messages()
    assert isinstance(question, Question)
    question.other.click()
    assert question.editor
    assert question.editor.edit.accessibleName() == "Your question in other words"
    qtbot.keyClick(question.editor.edit, Qt.Key.Key_Escape)
    assert question.editor is None
    question.other.click()
    assert question.editor
    question.editor.edit.setPlainText("When is it due?")
    question.editor.save.click()
    until_done(qtbot, page)
    assert shown(page) == ["When is it due?", fakes.ANSWER]
    view = page._view.turns.messages()[0]
    assert view.versions._words.text() == "2/2"
    view.versions.earlier.click()
    assert shown(page) == ["When is the rent due?", fakes.ANSWER]


def test_an_answer_that_became_too_long_goes_on_on_request(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.reason = "length"
    services.fake_session.answer = fakes.ANSWER[:40]
    answer = asked(qtbot, page)
    assert answer.more.isVisible()
    services.fake_session.answer = fakes.ANSWER
    answer.more.click()
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert answer.text == fakes.ANSWER
    assert answer.more.isHidden()
    assert services.conversations.message(answer.message_id).text == fakes.ANSWER
    assert again(qtbot, page).more.isHidden()


def test_the_next_question_waits_for_the_end_of_the_answer(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.pause = 0.005
    type_and_send(qtbot, page, "First?")
    type_and_send(qtbot, page, "Second?")
    assert page.composer._waiting.isVisible()
    type_and_send(qtbot, page, "Third?")
    assert page.composer.edit.toPlainText() == "Third?"
    qtbot.waitUntil(lambda: len(shown(page)) == 4 and not page.composer._busy)
    assert shown(page)[::2] == ["First?", "Second?"]
    assert page.composer._waiting.isHidden()


def test_a_question_that_waits_comes_back_when_the_answer_is_stopped(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.pause = 0.02
    type_and_send(qtbot, page, "First?")
    type_and_send(qtbot, page, "Second?")
    qtbot.keyClicks(page.composer.edit, "half")
    page.stop()
    until_done(qtbot, page)
    assert page.composer.edit.toPlainText() == "Second?\nhalf"
    assert shown(page)[::2] == ["First?"]


def test_a_conversation_keeps_its_own_switches(qtbot: QtBot, page: ChatPage, services: FakeServices) -> None:
    asked(qtbot, page)
    first = page.conversation_id
    assert first
    page.composer.notes.click()
    qtbot.waitUntil(lambda: page.composer.notes.text() == "Notes off")
    assert services.settings.use_notes is True
    assert services.conversations.switches(first).notes is False
    page.start_conversation()
    qtbot.waitUntil(lambda: page.composer.notes.text() == "Notes on")
    page.open_conversation(first)
    qtbot.waitUntil(lambda: page.composer.notes.text() == "Notes off")


def test_a_source_is_a_card_with_its_passage(qtbot: QtBot, page: ChatPage) -> None:
    answer = asked(qtbot, page)
    cards = answer.findChildren(SourceCard)
    assert [card.accessibleName().split(":")[0] for card in cards] == ["Source 1", "Source 2"]
    assert "Some words about" in cards[0].accessibleDescription()


def test_a_question_is_copied(qtbot: QtBot, page: ChatPage) -> None:
    asked(qtbot, page)
    page.findChildren(Question)[-1].copy.click()
    assert QGuiApplication.clipboard().text() == "When is the rent due?"


def test_a_version_that_cannot_be_begun_leaves_the_old_one_on_the_page(
    qtbot: QtBot, page: ChatPage, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = asked(qtbot, page)

    def fail(*_: object) -> Iterator[Any]:
        raise UserError("The model is gone.")
        yield

    monkeypatch.setattr(services.fake_session, "regenerate", fail)
    monkeypatch.setattr(services.fake_session, "edit", fail)
    page.regenerate(answer.message_id)
    until_done(qtbot, page)
    assert shown(page) == ["When is the rent due?", fakes.ANSWER]
    assert page.banner.text == "The model is gone."
    page.ask_otherwise(page._view.turns.messages()[0].message_id, "When is it due?")
    until_done(qtbot, page)
    assert shown(page) == ["When is the rent due?", fakes.ANSWER]
    assert page.composer.edit.toPlainText() == "When is it due?"


# ---- looking elsewhere before an answer has begun ----


def test_a_new_chat_stays_empty_while_the_one_before_it_begins(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.loaded.clear()
    type_and_send(qtbot, page, "First?")
    page.start_conversation()
    services.fake_session.loaded.set()
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert page.conversation_id is None
    assert shown(page) == []
    type_and_send(qtbot, page, "Second?")
    until_done(qtbot, page)
    assert shown(page) == ["Second?", fakes.ANSWER]
    questions = [services.conversations.messages(row.id)[0].text for row in services.conversations.list()]
    assert sorted(questions) == ["First?", "Second?"]
    assert all(len(services.conversations.messages(row.id)) == 2 for row in services.conversations.list())


def test_a_question_of_a_new_chat_waits_for_the_end_of_the_one_before_and_stays_there(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.loaded.clear()
    type_and_send(qtbot, page, "First?")
    page.start_conversation()
    type_and_send(qtbot, page, "Second?")
    services.fake_session.loaded.set()
    qtbot.waitUntil(lambda: len(shown(page)) == 2 and not page.composer._busy)
    assert shown(page) == ["Second?", fakes.ANSWER]
    assert len(services.conversations.list()) == 2


def test_an_answer_that_begins_after_the_person_came_back_is_seen(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    asked(qtbot, page)
    first = page.conversation_id
    assert first
    services.fake_session.loaded.clear()
    type_and_send(qtbot, page, "And in March?")
    page.start_conversation()
    page.open_conversation(first)
    services.fake_session.loaded.set()
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert shown(page) == ["When is the rent due?", fakes.ANSWER, "And in March?", fakes.ANSWER]
    qtbot.waitUntil(lambda: all(view.isVisible() for view in page._view.turns.messages()))


def test_words_whose_answer_could_not_begin_come_back_into_a_new_chat(
    qtbot: QtBot, page: ChatPage, services: FakeServices
) -> None:
    services.fake_session.loaded.clear()
    services.fake_session.refuses = "The model is gone."
    type_and_send(qtbot, page, "First?")
    page.start_conversation()
    services.fake_session.loaded.set()
    qtbot.waitUntil(lambda: not page.composer._busy)
    assert page.composer.edit.toPlainText() == "First?"
    assert page.banner.text == "The model is gone."
    qtbot.waitUntil(lambda: page.findChildren(Answer) == [])


def test_a_switch_that_cannot_be_kept_says_why_and_goes_back(
    qtbot: QtBot, page: ChatPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_changes: object) -> None:
        raise UserError("There is no room left.")

    monkeypatch.setattr(page._switching, "_change_settings", full)
    page.composer.notes.click()
    assert page.banner.text == "There is no room left."
    qtbot.waitUntil(page.composer.notes.isChecked)


@pytest.mark.parametrize(("rate", "shown"), [(0.07, "0.1"), (2.34, "2.3"), (9.9, "9.9"), (40.4, "40")])
def test_a_slow_machine_is_not_told_that_nothing_comes(rate: float, shown: str) -> None:
    assert amounts.rate_words(rate) == shown
