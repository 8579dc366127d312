"""Decisions about examples."""

from collections.abc import Callable
from datetime import datetime

from personal_ai.store.choices import Choices
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents


def test_a_decision_is_kept_replaced_and_taken_back(database: Database, clock: Callable[[], datetime]) -> None:
    choices = Choices(database, now=clock)
    assert choices.get("a") is None
    choices.set("a", "never")
    choices.set("b", "edit", "When?", "In May.", documents=[4, 2, 4])
    choices.set("a", "edit", "Who?", "Ida.")
    row = choices.get("a")
    assert row and (row.choice, row.question, row.answer, row.documents) == ("edit", "Who?", "Ida.", [])
    assert [(row.key, row.documents) for row in choices.list()] == [("a", []), ("b", [2, 4])]
    choices.clear("a")
    choices.clear("a")
    assert [row.key for row in choices.list()] == ["b"]


def test_decisions_about_a_deleted_notes_examples_go_with_it(
    database: Database, documents: Documents, note: Callable
) -> None:
    choices = Choices(database)
    first, other = documents.put(*note("about zebras")), documents.put(*note("stays", path="/b.md"))
    choices.set("one", "edit", "What animal?", "The Nasenbaer.", documents=[first, other])
    choices.set("two", "never", documents=[other])
    documents.delete(first)
    assert [row.key for row in choices.list()] == ["two"]
