"""Pictures go to a model that sees them, with the question they are attached to and with every one after it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from personal_ai import messages, paths
from personal_ai.chat import chat_worker
from personal_ai.chat.chat_worker import ChatWorker
from personal_ai.chat.events import Answer, AskStarted
from personal_ai.chat.trying import Trying
from personal_ai.errors import UserError
from personal_ai.messages import Message, Request, Sampling, Turn
from personal_ai.models.catalogue import BUILT_IN
from personal_ai.store.attachments import NewAttachment
from personal_ai.worker import Worker
from tests import tiny_model, tiny_sight
from tests.chat.conftest import Chat, hit
from tests.chat.scripted import ScriptedWorker
from tests.tiny_sight import needs_sight, picture

SHED = NewAttachment("picture", "shed.png", "", 4, b"SHED")
ROOF = NewAttachment("picture", "roof.png", "", 4, b"ROOF")
GREEDY = Sampling(temperature=0, repeat_penalty=1.0)


# ---- the session ------------------------------------------------------------------------------------------------


@pytest.fixture
def blind(chat: Chat) -> Chat:
    chat.make_worker = ScriptedWorker
    return chat


@pytest.fixture
def seeing(blind: Chat) -> Chat:
    entry = blind._catalogue.get(BUILT_IN)
    able = msgspec.structs.replace(entry, projector=Path("/eyes.gguf"), projector_sha256="e" * 64)
    blind.session._model = lambda: able
    return blind


def ask(chat: Chat, question: str, conversation: int | None = None, *attached: NewAttachment) -> tuple[int, Answer]:
    events: list[Any] = list(chat.session.ask(question, conversation, attached=attached))
    assert isinstance(events[0], AskStarted)
    return events[0].conversation_id, events[-1]


def sent(chat: Chat, kind: type[Message]) -> list[Any]:
    return [message for worker in chat.workers for message in worker.sent if isinstance(message, kind)]  # type: ignore[attr-defined]


def shown(request: messages.Generate) -> list[tuple[bytes, ...]]:
    return [turn.pictures for turn in request.turns if turn.role == "user"]


def test_a_model_that_sees_is_loaded_with_what_lets_it_and_shown_the_pictures(seeing: Chat) -> None:
    ask(seeing, "What is on them?", None, SHED, ROOF)
    (load,) = sent(seeing, messages.Load)
    assert load.projector == "/eyes.gguf"
    (request,) = sent(seeing, messages.Generate)
    assert shown(request) == [(b"SHED", b"ROOF")]
    assert all(count.turns[-1].pictures == (b"SHED", b"ROOF") for count in sent(seeing, messages.CountTokens))


def test_pictures_stay_in_sight_for_the_questions_after(seeing: Chat) -> None:
    conversation, first = ask(seeing, "What is on it?", None, SHED)
    ask(seeing, "And its colour?", conversation)
    _, third = ask(seeing, "And on this?", conversation, ROOF)
    assert [shown(request) for request in sent(seeing, messages.Generate)] == [
        [(b"SHED",)],
        [(b"SHED",), ()],
        [(b"SHED",), (), (b"ROOF",)],
    ]
    list(seeing.session.regenerate(third.message_id))
    asked = seeing.conversations.message(first.message_id).parent or 0
    list(seeing.session.edit(asked, "What stands there?"))
    again, other = sent(seeing, messages.Generate)[-2:]
    assert shown(again) == [(b"SHED",), (), (b"ROOF",)]
    assert shown(other) == [(b"SHED",)]


def test_what_was_seen_is_neither_kept_on_disk_nor_weighed_against_the_notes(seeing: Chat) -> None:
    seeing.hits = [hit("The shed is green.")]
    conversation, _ = ask(seeing, "What is on it?", None, SHED)
    ask(seeing, "And its colour?", conversation)
    assert {(request.state, len(request.without)) for request in sent(seeing, messages.Generate)} == {("", 0)}
    seeing.session.close()
    assert not sent(seeing, messages.KeepState)
    ask(seeing, "What is in my notes?")
    last = sent(seeing, messages.Generate)[-1]
    assert last.state and last.without


@pytest.mark.parametrize("again", ["ask", "regenerate", "edit"])
def test_that_the_model_cannot_see_is_told_with_each_answer_to_pictures(blind: Chat, again: str) -> None:
    started, *_, answer = blind.session.ask("What is on it?", attached=[SHED])
    assert started == AskStarted(started.conversation_id, answer.message_id, blind=True)  # type: ignore[union-attr]
    question = blind.conversations.message(answer.message_id).parent or 0  # type: ignore[union-attr]
    if again == "ask":
        events = blind.session.ask("And its colour?", started.conversation_id)  # type: ignore[union-attr]
    elif again == "regenerate":
        events = blind.session.regenerate(answer.message_id)  # type: ignore[union-attr]
    else:
        events = blind.session.edit(question, "What stands there?")
    told, *_ = events
    assert told.blind is (again != "ask")  # type: ignore[union-attr]
    assert all(not turn.pictures for request in sent(blind, messages.Generate) for turn in request.turns)
    assert sent(blind, messages.Load)[0].projector == ""


def test_another_projector_makes_the_model_be_loaded_again(seeing: Chat) -> None:
    ask(seeing, "What is on it?", None, SHED)
    entry = msgspec.structs.replace(seeing.session._model(), projector_sha256="f" * 64)
    seeing.session._model = lambda: entry
    ask(seeing, "And now?")
    ask(seeing, "And again?")
    assert len(sent(seeing, messages.Load)) == 2


# ---- the worker -------------------------------------------------------------------------------------------------


class Patient:
    """An inbox in which nothing comes."""

    def cancelled(self, _id: int) -> bool:
        return False

    def forget_interrupts(self) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sight")
    tiny_model.write_family(folder / "model.gguf", "llama", context=1024)
    tiny_sight.write(folder / "eyes.gguf")
    return folder


def told(worker: ChatWorker, request: Request) -> Any:
    events: list[Message] = []
    worker.handle(request, Patient(), events.append)  # type: ignore[arg-type]
    return events[-1]


@pytest.fixture
def worker(folder: Path) -> ChatWorker:
    worker = ChatWorker()
    load = messages.Load(
        model=str(folder / "model.gguf"), context=512, threads=1, sha256="m" * 64, projector=str(folder / "eyes.gguf")
    )
    assert told(worker, load).context == 512
    return worker


def turns(*shown: bytes) -> list[Turn]:
    return [Turn("user", "What is it?", shown)]


def request(asked: list[Turn], id: int = 1) -> messages.Generate:
    return messages.Generate(id=id, turns=asked, sampling=GREEDY, max_tokens=4)


@needs_sight
def test_the_worker_counts_reads_and_knows_pictures_again(worker: ChatWorker, tmp_path: Path) -> None:
    plain = told(worker, messages.CountTokens(id=1, turns=turns())).tokens
    assert told(worker, messages.CountTokens(id=2, turns=turns(picture(1)))).tokens == plain + 16
    first = told(worker, request(turns(picture(1))))
    assert (first.prompt_tokens, first.reused_tokens) == (plain + 16, 0)
    assert told(worker, request(turns(picture(1)))).reused_tokens == first.prompt_tokens - 1
    other = told(worker, request(turns(picture(2))))
    assert other.reused_tokens < plain
    two = told(worker, request(turns(picture(1), picture(2))))
    assert (two.prompt_tokens, two.reused_tokens) == (plain + 32, other.reused_tokens)


@needs_sight
def test_the_worker_keeps_no_state_of_what_it_saw(
    worker: ChatWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_worker, "WORTH_KEEPING", 8)
    keep = messages.KeepState(id=1, path=str(tmp_path / "1.state"), at_most=1 << 30)
    told(worker, request(turns(picture(1))))
    assert told(worker, keep).bytes == 0
    assert not (tmp_path / "1.state").exists()
    told(worker, request(turns()))
    assert told(worker, keep).bytes > 0


@needs_sight
def test_the_worker_tells_what_a_file_is_and_how_fast_it_sees(worker: ChatWorker, folder: Path) -> None:
    widths = [told(worker, messages.Inspect(path=str(folder / f"{name}.gguf"))).width for name in ("model", "eyes")]
    assert widths == [0, tiny_model.SIZE]
    measured = told(worker, messages.MeasureSight(id=1))
    assert measured.tokens > 16 and measured.seconds > 0


@needs_sight
def test_more_pictures_than_the_model_holds_in_mind_get_a_sentence(worker: ChatWorker) -> None:
    with pytest.raises(UserError, match="more than this model can hold in mind"):
        told(worker, request(turns(*map(picture, range(40)))))
    assert told(worker, request(turns(picture(1)))).reason in ("end", "length")


def test_the_worker_refuses_a_picture_without_what_lets_it_see(folder: Path) -> None:
    worker = ChatWorker()
    told(worker, messages.Load(model=str(folder / "model.gguf"), context=512, threads=1))
    with pytest.raises(UserError, match="cannot look at pictures"):
        told(worker, request(turns(picture(1))))


# ---- with real children -----------------------------------------------------------------------------------------


@pytest.mark.slow
@needs_sight
def test_a_model_and_its_projector_are_tried_taken_in_and_look_at_what_is_attached(chat: Chat, tmp_path: Path) -> None:
    where = paths.locate(tmp_path / "home")
    trying = Trying(where, chat._catalogue, lambda: Worker("chat-worker", log=chat.log))
    model = trying.add(tiny_model.write_family(tmp_path / "tiny.gguf", "llama", context=1024))
    eyes = tiny_sight.write(tmp_path / "mmproj.gguf")
    (tmp_path / "short.gguf").write_bytes(eyes.read_bytes()[:-100])
    for file, sentence in (
        (tmp_path / "short.gguf", "is incomplete"),
        (tiny_sight.write(tmp_path / "narrow.gguf", width=64), "none that you added is the one it was made for"),
        (tiny_sight.write(tmp_path / "words.gguf", "idefics3"), "lacks words that it needs"),
    ):
        with pytest.raises(UserError, match=sentence):
            trying.add(file)
    assert not chat._catalogue.get(model.name).sees
    assert trying.add(eyes).sees
    chat.session._model = lambda: chat._catalogue.get(model.name)
    chat.settings = msgspec.structs.replace(chat.settings, max_tokens=4)
    conversation, first = ask(chat, "What is on it?", None, NewAttachment("picture", "a.png", "", 1, picture(1)))
    _, second = ask(chat, "And now?", conversation)
    assert second.reused_tokens > first.prompt_tokens - 2
    with pytest.raises(UserError, match="is damaged"):
        ask(chat, "And this?", conversation, NewAttachment("picture", "b.png", "", 1, picture(2)[:40]))


def test_pictures_travel_whole_in_messages() -> None:
    sent = request([Turn("system", "Be brief."), *turns(bytes(range(256)))])
    assert messages.decode_request(messages.encode(sent)) == sent
    assert b"pictures" not in messages.encode(request(turns()))
