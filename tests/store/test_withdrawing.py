"""An answer goes with a note where it says what stood in that alone, and stays where it only had it at hand."""

from collections.abc import Callable

import pytest

from personal_ai.store.conversations import Conversations, Source
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.store.taught import Taught
from personal_ai.store.withdrawing import WITHDRAWN

NOTE = "The heron Kallimachos sleeps under the old wooden bridge near our mill."


@pytest.fixture
def told(database: Database, documents: Documents, note: Callable) -> Callable[[str], str]:
    """Say something with the note at hand, delete the note, and tell what became of the answer."""
    id = documents.put(*note(NOTE))
    documents.put(*note("Another bird is under our bridge.", path="/b.md"))
    conversations = Conversations(database)
    talk = conversations.create()
    conversations.add_message(talk, "user", "Where does the Quastenflosser sleep?")

    def tell(text: str, cited: bool = True) -> str:
        source = Source("/notes/a.md", id, 1, "A note", "", NOTE, 0, len(NOTE), "2025-03-04")
        answer = conversations.add_message(talk, "assistant", "So it is.", sources=[source])
        if cited:
            conversations.add_message(talk, "assistant", text, sources=[source], after=answer - 1)
        else:
            conversations.add_message(talk, "assistant", text)
        message = max(row[0] for row in database.query("SELECT id FROM messages"))
        documents.delete(id)
        return conversations.message(message).text

    return tell


@pytest.mark.parametrize(
    "text",
    ["It is Kallimachos.", "kallimachos’s", "It sleeps under the old wooden bridge.", "Somewhere [1]."],
)
def test_an_answer_that_says_what_the_note_said_goes(told: Callable[..., str], text: str) -> None:
    assert told(text) == WITHDRAWN


@pytest.mark.parametrize("text", ["It is under our bridge.", "The Quastenflosser does not sleep.", "I do not know."])
def test_an_answer_that_says_what_others_say_too_stays(told: Callable[..., str], text: str) -> None:
    assert told(text) == text


def test_a_later_answer_of_the_same_conversation_goes_too(told: Callable[..., str]) -> None:
    assert told("As I said, Kallimachos.", cited=False) == WITHDRAWN


def test_a_thumb_for_such_an_answer_goes_and_a_better_answer_stays_without_the_worse_one(
    database: Database, documents: Documents, note: Callable
) -> None:
    id = documents.put(*note(NOTE))
    chunk = documents.document_chunks(id)[0].id
    conversations, taught = Conversations(database), Taught(database)
    talk = conversations.create()
    source = Source("/notes/a.md", id, chunk, "A note", "", NOTE, 0, len(NOTE), "2025-03-04")
    conversations.add_message(talk, "assistant", "Kallimachos.", sources=[source])
    taught.add("up", "Who?", "Kallimachos.", conversation_id=talk, chunks=[chunk])
    edit = taught.add("edit", "Who?", "The heron.", rejected="Kallimachos.", conversation_id=talk, chunks=[chunk])
    documents.delete(id)
    (left,) = taught.list()
    assert (left.id, left.answer, left.rejected, left.never) == (edit.id, "The heron.", "", True)
