"""Who answers: instructions, model, adapters and sampling of a persona and of a model."""

from pathlib import Path

import msgspec
import pytest

from personal_ai import messages
from personal_ai.chat.asking import Character
from personal_ai.messages import AdapterUse
from personal_ai.models.catalogue import ModelEntry
from personal_ai.settings import ModelChoices
from tests.chat.conftest import Chat
from tests.chat.scripted import ScriptedWorker

OTHER = ModelEntry("other", Path("/models/other.gguf"), "llama", "llama", 1, "Q4_1", "c" * 64, 1, True, False)


@pytest.fixture
def cast(tmp_path: Path) -> tuple[Chat, ScriptedWorker]:
    chat, worker = Chat(tmp_path / "home"), ScriptedWorker()
    chat.make_worker = lambda: worker
    return chat, worker


def sent(worker: ScriptedWorker, kind: type[messages.Message]) -> list:
    return [each for each in worker.sent if isinstance(each, kind)]


def test_a_persona_speaks_by_its_instructions_with_its_own_model(cast: tuple[Chat, ScriptedWorker]) -> None:
    chat, worker = cast
    chosen: list[tuple[int, int]] = []
    mine = [AdapterUse("/adapters/9/adapter.gguf")]
    chat.session._persona = lambda _id: Character("Speak of food.", 0.9, OTHER, mine)
    chat.session._choose_persona = lambda conversation, persona: chosen.append((conversation, persona))
    list(chat.session.ask("Hello", persona=7))
    assert [persona for _, persona in chosen] == [7]
    assert sent(worker, messages.Load)[-1].model == str(OTHER.path)
    assert sent(worker, messages.UseAdapters)[-1].adapters == mine
    request = sent(worker, messages.Generate)[-1]
    assert request.sampling.temperature == 0.9
    assert request.turns[0].role == "system"
    assert request.turns[0].text.endswith("\nSpeak of food.")


def test_what_is_chosen_for_a_model_holds_for_it(cast: tuple[Chat, ScriptedWorker]) -> None:
    chat, worker = cast
    choices = ModelChoices(temperature=0.7, max_tokens=99, context=2048)
    chat.settings = msgspec.structs.replace(chat.settings, model_choices={"built-in": choices})
    list(chat.session.ask("Hello"))
    request = sent(worker, messages.Generate)[-1]
    assert (request.sampling.temperature, request.max_tokens) == (0.7, 99)
    assert sent(worker, messages.Load)[-1].context == 2048
    loads = len(sent(worker, messages.Load))
    list(chat.session.ask("Again"))
    assert len(sent(worker, messages.Load)) == loads
    chat.settings = msgspec.structs.replace(chat.settings, model_choices={})
    list(chat.session.ask("Once more"))
    assert sent(worker, messages.Load)[-1].context == 4096
