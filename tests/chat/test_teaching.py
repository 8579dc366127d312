"""Thumbs, better answers and things to remember, over a real store."""

import pytest

from personal_ai.errors import UserError
from tests.chat.conftest import SHED, Chat, hit
from tests.chat.scripted import ScriptedWorker
from tests.chat.test_session import ask, prompts


@pytest.fixture
def scripted(chat: Chat) -> Chat:
    chat.make_worker = ScriptedWorker
    chat.hits = [hit(SHED)]
    return chat


def test_a_thumb_is_kept_with_its_question_and_passages(scripted: Chat) -> None:
    conversation, answer = ask(scripted, "What colour is the shed?")
    assert scripted.session.thumb(answer.message_id, up=True) == "up"
    (row,) = scripted.session.taught()
    assert (row.kind, row.question, row.answer, row.rejected) == (
        "up", "What colour is the shed?", "It is green.", "",
    )  # fmt: skip
    assert (row.conversation_id, row.message_id, row.chunks) == (conversation, answer.message_id, [1])


def test_the_same_thumb_again_takes_it_back_and_the_other_one_replaces_it(scripted: Chat) -> None:
    _, answer = ask(scripted, "What colour is the shed?")
    thumbs = [scripted.session.thumb(answer.message_id, up) for up in (True, True, True, False)]
    assert thumbs == ["up", None, "up", "down"]
    (row,) = scripted.session.taught()
    assert (row.kind, row.answer, row.rejected) == ("down", "", "It is green.")
    assert scripted.session.thumb(answer.message_id, up=False) is None
    assert scripted.session.taught() == []


def test_a_better_answer_is_kept_beside_what_was_said_and_the_talk_goes_on_from_it(scripted: Chat) -> None:
    conversation, answer = ask(scripted, "What colour is the shed?")
    scripted.session.thumb(answer.message_id, up=False)
    scripted.session.teach(answer.message_id, "Red.")
    row = scripted.session.teach(answer.message_id, "  Green, since April. ")
    assert scripted.session.taught() == [row]
    assert (row.kind, row.answer, row.rejected) == ("edit", "Green, since April.", "It is green.")
    assert scripted.conversations.message(answer.message_id).text == "It is green."
    ask(scripted, "And where does its key hang these days?", conversation)
    assert [turn.text for turn in prompts(scripted)[-1] if turn.role == "assistant"] == ["Green, since April."]
    # A thumb that is given afterwards does not throw the person's words away.
    scripted.session.thumb(answer.message_id, up=False)
    assert [kept.kind for kept in scripted.session.taught()] == ["down", "edit"]


def test_what_is_to_be_remembered_is_a_note_at_once_and_once(scripted: Chat) -> None:
    row = scripted.session.remember("  The dentist is called Ida Holm. \n")
    assert (row.kind, row.question, row.answer) == ("remember", "", "The dentist is called Ida Holm.")
    assert row.document_id is not None and scripted.notes == ["The dentist is called Ida Holm."]
    assert scripted.session.remember("The dentist is called Ida Holm.") == row
    assert scripted.session.taught() == [row]


def test_a_deleted_conversation_takes_its_thumbs_and_leaves_better_answers(scripted: Chat) -> None:
    conversation, first = ask(scripted, "What colour is the shed?")
    _, second = ask(scripted, "And where does its key hang these days?", conversation)
    scripted.session.thumb(first.message_id, up=True)
    scripted.session.teach(second.message_id, "Behind the clock.")
    scripted.conversations.delete(conversation)
    assert [row.kind for row in scripted.session.taught()] == ["edit"]


def test_what_cannot_be_taught_is_a_sentence(scripted: Chat) -> None:
    conversation, answer = ask(scripted, "What colour is the shed?")
    question = scripted.conversations.messages(conversation)[0].id
    streaming = scripted.conversations.add_message(conversation, "assistant", "It", state="streaming")
    for change, sentence in (
        (lambda: scripted.session.thumb(question, up=True), "Only an answer"),
        (lambda: scripted.session.thumb(streaming, up=True), "still being written"),
        (lambda: scripted.session.teach(answer.message_id, " "), "no better answer yet"),
        (lambda: scripted.session.teach(answer.message_id, "It is green. "), "said already"),
        (lambda: scripted.session.remember(" — \n"), "nothing to remember"),
        (lambda: scripted.session.thumb(999, up=True), "was deleted"),
    ):
        with pytest.raises(UserError, match=sentence):
            change()
    assert scripted.session.taught() == []
