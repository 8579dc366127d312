"""A persona is chosen for the conversation in front, or for the next one."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.store.personas import Persona
from personal_ai.ui.chat_page import ChatPage
from tests.ui import fakes
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(program: Program, services: FakeServices) -> ChatPage:
    """A conversation in front, and two personas."""
    services.personas.keep(Persona(name="Ana", use_adapter=False))
    services.personas.keep(Persona(name="A name that is far too long for any chip to show"))
    fakes.put_conversations(services)
    program.window.chat_page.refresh()
    return program.window.chat_page


def test_without_personas_there_is_no_chip(program: Program) -> None:
    assert program.window.chat_page.composer.persona.isHidden()


def test_each_conversation_has_its_own(page: ChatPage, services: FakeServices) -> None:
    ana, long = services.personas.list()[1], services.personas.list()[0]
    page.open_conversation(1)
    page._casting.choose(ana)
    assert page.composer.persona.text() == "Ana"
    assert services.conversations.switches(1).adapter is False
    page.open_conversation(2)
    assert page.composer.persona.text() == "Persona"
    page._casting.choose(long)
    assert page.composer.persona.text().endswith("…")
    assert page.composer.persona.accessibleName() == f"Persona: {long.name}"
    page._casting.choose(None)
    assert services.personas.of(2) is None
    page.open_conversation(1)
    assert page.composer.persona.text() == "Ana"


def test_the_next_conversation_begins_with_the_one_that_was_chosen(
    qtbot: QtBot, page: ChatPage, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    real = services.fake_session.ask

    def ask(question: str, conversation_id: int | None = None, **choices: Any) -> Any:
        asked.append(choices)
        return real(question, conversation_id)

    monkeypatch.setattr(services.fake_session, "ask", ask)
    ana = services.personas.list()[1]
    page.start_conversation()
    page._casting.choose(ana)
    assert page.composer.persona.text() == "Ana"
    page.ask("Who are you?")
    qtbot.waitUntil(lambda: page._job is None)
    assert (asked[0]["persona"], asked[0]["switches"].adapter) == (ana.id, False)
    page.start_conversation()
    page.ask("And now?")
    qtbot.waitUntil(lambda: page._job is None)
    assert asked[1]["persona"] is None
