"""The real worker with the real model: prefix reuse, cancel, live adapters, crashes."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from personal_ai import messages
from personal_ai.chat.events import Answer, AskStarted, WorkerRestarted
from personal_ai.messages import AdapterUse, Message, Sampling, Turn
from personal_ai.models.catalogue import BUILT_IN_FILE
from personal_ai.worker import Worker
from tests import adapter_files
from tests.chat.conftest import SHED, Chat, hit

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0, repeat_penalty=1.0)
SYSTEM = Turn("system", "You are a helpful assistant.")
Kind = TypeVar("Kind", bound=Message)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    worker = Worker("chat-worker", log=tmp_path_factory.mktemp("log") / "log")
    worker.start()
    reply(worker, messages.Load(model=str(BUILT_IN_FILE), context=2048), messages.Loaded)
    yield worker
    worker.stop()


@pytest.fixture
def worker(loaded: Worker) -> Worker:
    reply(loaded, messages.UseAdapters(), messages.AdaptersInUse)
    return loaded


def reply(worker: Worker, request: Message, kind: type[Kind]) -> Kind:
    worker.send(request)
    last: Any = list(worker.events((kind, messages.Failed)))[-1]
    assert isinstance(last, kind), last
    return last


def say(worker: Worker, turns: list[Turn], tokens: int = 12, id: int = 1) -> tuple[str, messages.Finished]:
    worker.send(messages.Generate(id=id, turns=turns, sampling=GREEDY, max_tokens=tokens))
    events: list[Any] = list(worker.events((messages.Finished, messages.Failed)))
    return "".join(event.text for event in events[:-1]), events[-1]


def test_a_follow_up_computes_only_what_is_new(worker: Worker) -> None:
    turns = [SYSTEM, Turn("user", "Tell me about hedgehogs: 🦔, naïve, 12.5 %?")]
    said, first = say(worker, turns, 30)
    turns += [Turn("assistant", said), Turn("user", "And badgers?")]
    _, second = say(worker, turns)
    # Everything of the first turn stands in the cache, but for the last token when it was cut off there.
    assert second.reused_tokens >= first.prompt_tokens + first.tokens - 1


def test_a_cancel_ends_an_answer_at_once_and_not_the_next_one(worker: Worker) -> None:
    worker.send(messages.Generate(id=7, turns=[SYSTEM, Turn("user", "Count to 500.")], max_tokens=400))
    assert isinstance(worker.read(60), messages.Text)
    worker.send(messages.Cancel(id=7))
    events: list[Any] = list(worker.events((messages.Finished,)))
    assert events[-1].reason == "cancelled"
    assert events[-1].tokens < 60
    assert say(worker, [SYSTEM, Turn("user", "Say hello.")], id=8)[1].reason != "cancelled"


def test_an_adapter_goes_live_and_away_without_a_stale_cache(worker: Worker, tmp_path: Path) -> None:
    use = AdapterUse(str(adapter_files.write(tmp_path / "adapter.gguf", strength=0.3)))
    turns = [SYSTEM, Turn("user", "Where do hedgehogs sleep?")]
    pid = worker.pid
    base, _ = say(worker, turns)
    live = reply(worker, messages.UseAdapters(adapters=[use]), messages.AdaptersInUse)
    tuned, finished = say(worker, turns)
    assert finished.reused_tokens == 0
    reply(worker, messages.UseAdapters(), messages.AdaptersInUse)
    assert say(worker, turns)[0] == base != tuned
    assert (live.adapters, worker.pid) == ([use], pid)


def test_what_is_said_aside_leaves_the_conversation_and_its_adapter_as_they_were(
    worker: Worker, tmp_path: Path
) -> None:
    use = AdapterUse(str(adapter_files.write(tmp_path / "adapter.gguf", strength=0.3)))
    turns = [SYSTEM, Turn("user", "Where do hedgehogs sleep, and what do they eat in the autumn?")]
    aside = messages.Generate(id=2, turns=[], sampling=GREEDY, max_tokens=16, aside=True)

    def talk(with_aside: bool) -> tuple[str, int, str]:
        reply(worker, messages.UseAdapters(adapters=[use]), messages.AdaptersInUse)
        said, first = say(worker, turns, 20)
        told = ""
        if with_aside:
            worker.send(msgspec.structs.replace(aside, turns=[*turns, Turn("assistant", said), Turn("user", "Title?")]))
            events: list[Any] = list(worker.events((messages.Finished, messages.Failed)))
            told = "".join(event.text for event in events[:-1])
            # Of the conversation only what is new was read.
            assert events[-1].reused_tokens >= first.prompt_tokens + first.tokens - 1
        after, second = say(worker, [*turns, Turn("assistant", said), Turn("user", "And badgers?")])
        return after, second.reused_tokens, told

    plain, interrupted = talk(False), talk(True)
    assert interrupted[:2] == plain[:2]
    assert interrupted[2]
    # Alone, the base model says the same aside whether an adapter is in use or not.
    alone = msgspec.structs.replace(aside, turns=[Turn("user", "Say hello to the hedgehog.")])
    said = []
    for uses in ([use], []):
        reply(worker, messages.UseAdapters(adapters=uses), messages.AdaptersInUse)
        worker.send(alone)
        *texts, end = list(worker.events((messages.Finished, messages.Failed)))
        assert isinstance(end, messages.Finished)
        said.append("".join(event.text for event in texts if isinstance(event, messages.Text)))
    assert said[0] == said[1] != ""


def test_what_is_said_aside_is_cancelled_like_an_answer(worker: Worker) -> None:
    turns = [SYSTEM, Turn("user", "Count to 500.")]
    said, first = say(worker, turns, 8)
    longer = [*turns, Turn("assistant", said), Turn("user", "Go on for ever.")]
    for id, early in ((7, True), (8, False)):
        if early:
            worker.send(messages.Cancel(id=id))
        worker.send(messages.Generate(id=id, turns=longer, sampling=GREEDY, max_tokens=400, aside=True))
        if not early:
            assert isinstance(worker.read(60), messages.Text)
            worker.send(messages.Cancel(id=id))
        end: Any = list(worker.events((messages.Finished, messages.Failed)))[-1]
        assert (end.reason, end.tokens < 60) == ("cancelled", True)
    assert say(worker, longer, 1, id=9)[1].reused_tokens >= first.prompt_tokens + first.tokens - 1


def test_unusable_files_get_a_sentence_and_the_worker_goes_on(worker: Worker, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.gguf"
    garbage.write_bytes(b"\x00" * 100)
    other = adapter_files.write(tmp_path / "other.gguf", shapes={"attn_q": (64, 64)}, blocks=1)
    for uses, sentence in (([garbage], "not a GGUF file"), ([other], "made for another model")):
        request = messages.UseAdapters(adapters=[AdapterUse(str(path)) for path in uses])
        failed = reply(worker, request, messages.Failed)
        assert sentence in failed.sentence
        assert not failed.ours
    assert say(worker, [SYSTEM, Turn("user", "Say hello.")])[0]


def test_a_question_before_a_model_and_an_unusable_model_get_a_sentence(tmp_path: Path) -> None:
    worker = Worker("chat-worker", log=tmp_path / "log")
    worker.start()
    (tmp_path / "short.gguf").write_bytes(BUILT_IN_FILE.read_bytes()[:1_000_000])
    question = messages.Generate(id=3, turns=[Turn("user", "Hello?")])
    failed = reply(worker, question, messages.Failed)
    assert (failed.id, failed.ours) == (3, False)
    failed = reply(worker, messages.Load(model=str(tmp_path / "short.gguf")), messages.Failed)
    assert "“short.gguf” is incomplete" in failed.sentence
    worker.stop()
    # A log holds no text of a person and no chatter of llama.cpp.
    assert "Hello" not in (tmp_path / "log").read_text()
    assert "llama_model_loader" not in (tmp_path / "log").read_text()


def test_tokens_are_counted_and_both_loops_are_measured(worker: Worker) -> None:
    turns = [SYSTEM, Turn("user", "Where do hedgehogs sleep?")]
    count = reply(worker, messages.CountTokens(id=5, turns=turns), messages.TokenCount)
    assert count.tokens == say(worker, turns, 1)[1].prompt_tokens
    measured = reply(worker, messages.MeasureDecode(id=6, tokens=8), messages.DecodeMeasured)
    assert measured.tokens == 8
    assert measured.bare_seconds > 0
    assert measured.engine_seconds > 0


# ---- the whole way: session, worker, model ----


def test_a_kill_in_the_middle_of_an_answer_is_told_and_the_answer_comes_all_the_same(chat: Chat) -> None:
    chat.hits = [hit(SHED)]
    events = chat.session.ask("Tell me about the shed.", max_tokens=40, seed=1)
    seen: list[Any] = []
    for event in events:
        seen.append(event)
        if isinstance(event, messages.Text) and not any(isinstance(e, WorkerRestarted) for e in seen):
            assert chat.session.pid
            os.kill(chat.session.pid, signal.SIGKILL)
    assert sum(isinstance(event, WorkerRestarted) for event in seen) == 1
    assert isinstance(seen[-1], Answer)
    restart = next(i for i, event in enumerate(seen) if isinstance(event, WorkerRestarted))
    said = "".join(event.text for event in seen[restart:] if isinstance(event, messages.Text))
    rows = chat.conversations.messages(seen[0].conversation_id)
    assert [(row.role, row.state) for row in rows] == [("user", "done"), ("assistant", "done")]
    assert rows[1].text == said == seen[-1].answer
    assert len(chat.workers) == 2


def test_a_worker_killed_between_two_questions_goes_unnoticed(chat: Chat) -> None:
    chat.session.warm()
    assert chat.session.pid
    os.kill(chat.session.pid, signal.SIGKILL)
    events = list(chat.session.ask("Say hello.", max_tokens=4))
    assert isinstance(events[-1], Answer)


def test_publishing_waits_for_the_answer_and_then_changes_the_same_worker(chat: Chat, tmp_path: Path) -> None:
    path = adapter_files.write(tmp_path / "adapter.gguf", strength=0.3)
    first = list(chat.session.ask("Where do hedgehogs sleep?", seed=1, max_tokens=10))
    pid = chat.session.pid
    events = chat.session.ask("Where do hedgehogs sleep?", seed=1, max_tokens=30)
    started = next(events)
    assert isinstance(started, AskStarted)
    chat.adapters = [AdapterUse(str(path))]
    live: list[Any] = []
    publish = threading.Thread(target=lambda: live.append(chat.session.refresh_adapters()))
    publish.start()
    answer: Any = list(events)[-1]
    assert answer.answer.startswith(first[-1].answer)  # type: ignore[union-attr]
    publish.join(30)
    assert live[0].adapters == chat.adapters
    tuned: Any = list(chat.session.ask("Where do hedgehogs sleep?", seed=1, max_tokens=10))[-1]
    assert tuned.answer != first[-1].answer  # type: ignore[union-attr]
    assert tuned.reused_tokens == 0
    assert chat.session.pid == pid


def test_closing_an_answer_leaves_a_worker_that_reuses_what_it_said(chat: Chat) -> None:
    events = chat.session.ask("Count to a thousand, please, one number a line.", max_tokens=200)
    started: Any = next(events)
    for event in events:
        if isinstance(event, messages.Text):
            break
    events.close()
    row = chat.conversations.messages(started.conversation_id)[1]
    assert row.state == "stopped"
    assert row.text
    answer: Any = list(chat.session.ask("Go on.", started.conversation_id, max_tokens=4))[-1]
    assert answer.prompt_tokens - answer.reused_tokens < 20
