"""A first question is one that the person's own notes answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.learning.suggesting import first_questions
from personal_ai.paths import locate
from personal_ai.services import Services
from tests.ui.fakes import put_note, put_sample_notes


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """An empty data folder."""
    services = Services(locate(tmp_path / "home"))
    yield services
    services.close()


def test_each_is_about_another_note_which_is_the_first_that_is_found(services: Services) -> None:
    put_sample_notes(services, 30)
    questions = first_questions(services.documents, services.library.search)
    assert 1 <= len(questions) <= 3
    notes = [services.library.search(question, 1)[0].document_id for question in questions]
    assert len(set(notes)) == len(questions)
    assert all(question.endswith("?") and "“" not in question for question in questions)


def test_notes_that_are_never_used_or_say_nothing_offer_none(services: Services) -> None:
    assert first_questions(services.documents, services.library.search) == []
    put_note(services, "empty.md", "# Empty\n\nhm\n")
    id = put_note(
        services, "van.md", "# The van\n\nThe van is called Bertha. Bertha was bought on 3 March 2019 in Ghent.\n"
    )
    assert first_questions(services.documents, services.library.search)
    services.library.set_flags(id, never_use=True)
    assert first_questions(services.documents, services.library.search) == []
