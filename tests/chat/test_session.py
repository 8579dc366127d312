"""The rules of a chat: what is asked of the model, what is kept, and what happens when things go wrong."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from personal_ai import messages
from personal_ai.chat import session
from personal_ai.chat.asking import Way
from personal_ai.chat.events import Answer, AskStarted, Sources, WorkerRestarted
from personal_ai.errors import UserError
from personal_ai.messages import AdapterUse
from personal_ai.store.attachments import NewAttachment
from personal_ai.store.conversations import READING_SKILL, Switches
from tests.chat.conftest import SHED, Chat, hit
from tests.chat.scripted import ScriptedWorker


@pytest.fixture
def scripted(chat: Chat) -> Chat:
    chat.make_worker = ScriptedWorker
    return chat


def ask(chat: Chat, question: str, conversation: int | None = None, **choices: Any) -> tuple[int, Answer]:
    events = list(chat.session.ask(question, conversation, **choices))
    assert isinstance(events[0], AskStarted)
    assert isinstance(events[-1], Answer)
    return events[0].conversation_id, events[-1]


def until_text(events: Iterator[Any]) -> list[Any]:
    seen = []
    for event in events:
        seen.append(event)
        if isinstance(event, messages.Text):
            break
    return seen


def prompts(chat: Chat) -> list[list[messages.Turn]]:
    return [turns for worker in chat.workers for turns in worker.prompts]  # type: ignore[attr-defined]


def test_an_answer_comes_with_its_sources_and_is_kept(scripted: Chat) -> None:
    scripted.hits = [hit(SHED)]
    events = list(scripted.session.ask("What colour is the shed?", seed=5))
    assert [type(event) for event in events] == [AskStarted, Sources, *[messages.Text] * 3, Answer]
    answer = events[-1]
    assert (answer.answer, answer.reason) == ("It is green.", "end")
    assert answer.sources[0].text == SHED
    question, kept = scripted.conversations.messages(events[0].conversation_id)
    assert (question.role, question.text) == ("user", "What colour is the shed?")
    assert (kept.text, kept.state, kept.seed, kept.model) == ("It is green.", "done", 5, "built-in")
    assert kept.sources == answer.sources
    assert scripted.conversations.get(events[0].conversation_id).title == "What colour is the shed?"


def test_a_source_is_the_part_of_the_note_that_was_read(scripted: Chat) -> None:
    text = "Nothing to see here, really. " * 80 + SHED
    scripted.hits = [hit(text), hit("Short.", 2)]
    _, answer = ask(scripted, "Where hangs the key of the shed?")
    source = answer.sources[0]
    assert source.text == text[source.start : source.end]
    assert "behind the clock" in source.text
    assert len(source.text) < len(text) / 2


def test_the_former_prompt_and_answer_begin_the_next_prompt_unchanged(scripted: Chat) -> None:
    scripted.hits = [hit(SHED)]
    conversation, _ = ask(scripted, "What colour is the shed?")
    scripted.hits = [hit("The hedge was cut in May.", 2, "Hedge"), hit(SHED)]
    ask(scripted, "And when was the hedge cut, please?", conversation)
    first, second = prompts(scripted)
    assert second[: len(first)] == first
    assert second[len(first)].text == "It is green."
    # The shed was said already; the hedge keeps the number that the person sees.
    assert second[-1].text == (
        "My notes:\n[1] Hedge · 1 January 2026: The hedge was cut in May.\n\n"
        "Question: And when was the hedge cut, please?"
    )


def test_a_short_follow_up_is_looked_up_together_with_the_question_before(scripted: Chat) -> None:
    conversation, _ = ask(scripted, "When was the roof tarred?")
    ask(scripted, "And the hedge?", conversation)
    assert scripted.asked == [("When was the roof tarred?", 4), ("When was the roof tarred? And the hedge?", 2)]


@pytest.mark.parametrize("greeting", ["Hello", "thank you!", "Guten Morgen", "¿Qué tal?", "你好"])
def test_small_talk_looks_nothing_up(scripted: Chat, greeting: str) -> None:
    scripted.hits = [hit("Hello, thank you, said the shed: guten Morgen, qué tal, 你好.")]
    conversation, first = ask(scripted, greeting)
    _, again = ask(scripted, greeting, conversation)
    assert (first.sources, again.sources, scripted.asked) == ([], [], [])
    assert prompts(scripted)[0][-1].text == greeting
    answers = [row for row in scripted.conversations.messages(conversation) if row.role == "assistant"]
    assert [row.made.asked_notes for row in answers] == [False, False]
    # What comes behind it is looked up by itself, and with the question before that asked for something.
    ask(scripted, "And the hedge?", conversation)
    ask(scripted, "Thanks!", conversation)
    ask(scripted, "And the roof?", conversation)
    assert [question for question, _ in scripted.asked] == ["And the hedge?", "And the hedge? And the roof?"]


def test_a_question_about_a_file_is_looked_up_in_it_whatever_its_words(scripted: Chat) -> None:
    scripted.hits = [hit("Hello from the library.")]
    _, answer = ask(scripted, "What is this?", look_into=lambda _question, _limit: [hit(SHED)])
    assert [source.text for source in answer.sources] == [SHED]


@pytest.mark.parametrize(("seconds", "least", "most"), [(2.0, 20, 60), (0.01, 200, 250)])
def test_a_follow_up_gets_as_many_passages_as_this_machine_reads_in_time(
    chat: Chat, seconds: float, least: int, most: int
) -> None:
    chat.make_worker = lambda: ScriptedWorker(reading_seconds=seconds)
    conversation, _ = ask(chat, "What is the first question here?")
    chat.hits = [hit(SHED * 10), hit("The hedge was cut in May. " * 20, 2)]
    _, answer = ask(chat, "What about the shed and its green roof?", conversation)
    assert least <= sum(session.prompt.length(source.text) for source in answer.sources) <= most


def test_old_questions_leave_a_full_context_and_the_newest_stay(chat: Chat) -> None:
    chat.make_worker = lambda: ScriptedWorker(words=(" word" * 20,), context=260)
    conversation = None
    for number in range(12):
        conversation, _ = ask(chat, f"Question {number} " + "word " * 20, conversation, use_notes=False)
    last = prompts(chat)[-1]
    assert last[0].role == "system"
    assert last[-1].text.startswith("Question 11")
    assert last[1].text.startswith("Question 8")


def test_notes_and_adapters_can_be_left_out_of_one_question(scripted: Chat) -> None:
    scripted.hits, scripted.adapters = [hit(SHED)], [AdapterUse("/adapters/3/adapter.gguf", 0.8)]
    conversation, answer = ask(scripted, "What colour is the shed?", use_notes=False, use_adapter=False)
    assert answer.sources == []
    assert scripted.asked == []
    ask(scripted, "What colour is the shed, then?", conversation)
    used = [m.adapters for m in scripted.workers[0].sent if isinstance(m, messages.UseAdapters)]  # type: ignore[attr-defined]
    assert used == [[AdapterUse("/adapters/3/adapter.gguf", 0.8)]]
    rows = scripted.conversations.messages(conversation)
    assert [row.adapter for row in rows if row.role == "assistant"] == [None, 3]


def test_it_is_kept_that_the_reading_skill_answered(scripted: Chat) -> None:
    scripted.adapters = [AdapterUse("/home/skills/1234567890123456/adapter.gguf")]
    conversation, _ = ask(scripted, "What is the capital of Norway?")
    scripted.hits = [hit(SHED)]
    ask(scripted, "What colour is the shed?", conversation)
    # Where no notes are shown it does nothing.
    rows = scripted.conversations.messages(conversation)
    assert [row.adapter for row in rows if row.role == "assistant"] == [None, READING_SKILL]


def test_closing_the_answer_stops_it_and_keeps_what_came(scripted: Chat) -> None:
    events = scripted.session.ask("Tell me a story.")
    seen = until_text(events)
    events.close()
    rows = scripted.conversations.messages(seen[0].conversation_id)
    assert (rows[1].text, rows[1].state) == ("It", "stopped")
    # The next question is answered as if nothing had been.
    assert ask(scripted, "Go on.", seen[0].conversation_id)[1].answer == "It is green."


@pytest.mark.parametrize("steps", [1, 2])
def test_closing_before_the_first_word_stops_it_too(scripted: Chat, steps: int) -> None:
    scripted.hits = [hit(SHED)]
    events = scripted.session.ask("Tell me a story.")
    started = next(events)
    for _ in range(steps - 1):
        next(events)
    events.close()
    assert scripted.conversations.messages(started.conversation_id)[1].state == "stopped"
    ask(scripted, "And now?")


def test_closing_after_the_end_leaves_it_done(scripted: Chat) -> None:
    events = scripted.session.ask("Tell me a story.")
    started = next(events)
    while not isinstance(next(events), Answer):
        pass
    events.close()
    assert scripted.conversations.messages(started.conversation_id)[1].state == "done"


def test_stop_from_another_thread_ends_the_answer_in_order(scripted: Chat) -> None:
    events = scripted.session.ask("Tell me a story.")
    seen = until_text(events)
    scripted.session.stop()
    rest = list(events)
    assert rest[-1].reason == "cancelled"
    assert scripted.conversations.messages(seen[0].conversation_id)[1].state == "stopped"


def test_stop_before_the_model_is_loaded_is_not_lost(scripted: Chat) -> None:
    events = scripted.session.ask("Tell me a story.")
    next(events)
    scripted.session.stop()
    assert [type(event) for event in events] == [Answer]


def test_a_worker_that_dies_is_started_again_and_the_answer_begins_anew(chat: Chat) -> None:
    made = iter([ScriptedWorker(dies_after=1), ScriptedWorker()])
    chat.make_worker = lambda: next(made)
    events = list(chat.session.ask("Tell me a story."))
    kinds = [type(event) for event in events]
    assert kinds == [AskStarted, messages.Text, WorkerRestarted, *[messages.Text] * 3, Answer]
    assert "started again" in events[2].sentence
    rows = chat.conversations.messages(events[0].conversation_id)
    assert [(row.text, row.state) for row in rows] == [("Tell me a story.", "done"), ("It is green.", "done")]


def test_a_worker_that_dies_twice_ends_in_a_sentence_and_the_next_question_starts_afresh(chat: Chat) -> None:
    made = iter([ScriptedWorker(dies_after=1), ScriptedWorker(dies_after=2), ScriptedWorker()])
    chat.make_worker = lambda: next(made)
    events = chat.session.ask("Tell me a story.")
    started = next(events)
    with pytest.raises(UserError, match="stopped twice in a row"):
        list(events)
    rows = chat.conversations.messages(started.conversation_id)
    assert (rows[1].text, rows[1].state) == ("It is", "failed")
    _, answer = ask(chat, "Once more?", started.conversation_id)
    assert answer.answer == "It is green."
    # A failed answer is no part of what the model is told.
    assert [turn.text for turn in prompts(chat)[-1][1:]] == ["Once more?"]


def test_what_the_worker_refuses_is_told_and_kept_as_failed(chat: Chat) -> None:
    chat.make_worker = lambda: ScriptedWorker(fails=messages.Failed(sentence="Too long. Ask a shorter question."))
    events = chat.session.ask("Long?")
    started = next(events)
    with pytest.raises(UserError, match="Too long"):
        list(events)
    assert chat.conversations.messages(started.conversation_id)[1].state == "failed"


def test_a_bug_in_the_worker_stays_loud(chat: Chat) -> None:
    chat.make_worker = lambda: ScriptedWorker(fails=messages.Failed(sentence="IndexError", ours=True))
    with pytest.raises(RuntimeError, match="IndexError"):
        list(chat.session.ask("Hm?"))


def test_one_answer_is_written_at_a_time(scripted: Chat) -> None:
    events = scripted.session.ask("Tell me a story.")
    next(events)
    with pytest.raises(UserError, match="still being written"):
        next(scripted.session.ask("And another?"))
    list(events)
    ask(scripted, "And another?")


def test_an_empty_question_changes_nothing(scripted: Chat) -> None:
    with pytest.raises(UserError, match="no question yet"):
        list(scripted.session.ask("  \n "))
    assert scripted.conversations.list() == []


def test_a_missing_conversation_gets_a_sentence(scripted: Chat) -> None:
    with pytest.raises(UserError, match="was deleted"):
        list(scripted.session.ask("Hello?", 99))


def test_a_conversation_deleted_while_it_is_answered_fails_no_one(scripted: Chat) -> None:
    events = scripted.session.ask("Tell me a story.")
    started = until_text(events)[0]
    scripted.conversations.delete(started.conversation_id)
    assert isinstance(list(events)[-1], Answer)


def test_an_answer_is_written_again_from_the_same_passages_with_another_seed(scripted: Chat) -> None:
    scripted.hits = [hit(SHED)]
    conversation, first = ask(scripted, "What colour is the shed?", seed=1)
    ask(scripted, "Really?", conversation)
    events = list(scripted.session.regenerate(first.message_id))
    assert events[-1].sources == first.sources
    rows = scripted.conversations.messages(conversation)
    assert [row.role for row in rows] == ["user", "assistant"]
    assert rows[1].seed != 1
    assert scripted.conversations.branches.versions(conversation)[rows[1].id] == [first.message_id, rows[1].id]
    assert scripted.conversations.message(first.message_id).text == first.answer
    scripted.conversations.branches.show(first.message_id)
    assert [row.text for row in scripted.conversations.messages(conversation)][2] == "Really?"
    assert prompts(scripted)[-1] == prompts(scripted)[0]


def test_a_question_cannot_be_written_again(scripted: Chat) -> None:
    conversation, _ = ask(scripted, "What colour is the shed?")
    question = scripted.conversations.messages(conversation)[0]
    with pytest.raises(UserError, match="Only an answer"):
        list(scripted.session.regenerate(question.id))
    assert len(scripted.conversations.messages(conversation)) == 2


def test_the_worker_is_started_once_and_loads_once(scripted: Chat) -> None:
    scripted.session.warm()
    conversation, _ = ask(scripted, "One?")
    ask(scripted, "Two?", conversation)
    assert len(scripted.workers) == 1
    assert [type(m) for m in scripted.workers[0].sent].count(messages.Load) == 1  # type: ignore[attr-defined]


def test_a_published_adapter_goes_live_in_the_running_worker(scripted: Chat) -> None:
    assert scripted.session.refresh_adapters() is None  # nothing runs: it will be taken at the start
    ask(scripted, "One?")
    scripted.adapters = [AdapterUse("/adapters/1/adapter.gguf")]
    live = scripted.session.refresh_adapters()
    assert live is not None
    assert live.adapters == scripted.adapters
    assert scripted.session.refresh_adapters() is None
    scripted.settings = msgspec.structs.replace(scripted.settings, use_adapter=False)
    live = scripted.session.refresh_adapters()
    assert live is not None
    assert live.adapters == []
    assert len(scripted.workers) == 1


def test_passages_of_scripts_without_spaces_and_empty_hits_do_no_harm(scripted: Chat) -> None:
    scripted.hits = [hit(""), hit("犬の名前はポチです。" * 100, 2)]
    _, answer = ask(scripted, "犬の名前は何ですか")
    assert [source.document_id for source in answer.sources] == [2]


# ---- versions and switches ----


def test_a_question_in_other_words_stands_beside_the_old_one(scripted: Chat) -> None:
    conversation, _ = ask(scripted, "What colour is the shed?")
    ask(scripted, "And the door?", conversation)
    second = scripted.conversations.messages(conversation)[2]
    events = list(scripted.session.edit(second.id, "And the roof?"))
    rows = scripted.conversations.messages(conversation)
    assert [row.text for row in rows][::2] == ["What colour is the shed?", "And the roof?"]
    assert events[-1].message_id == rows[-1].id
    assert scripted.conversations.branches.versions(conversation) == {
        second.id: [second.id, rows[2].id],
        rows[2].id: [second.id, rows[2].id],
    }
    assert "And the door?" not in str(prompts(scripted)[-1])
    for message, words, told in ((rows[1].id, "What?", "Only a question"), (rows[0].id, " ", "no question yet")):
        with pytest.raises(UserError, match=told):
            list(scripted.session.edit(message, words))


def test_the_first_question_can_be_asked_in_other_words(scripted: Chat) -> None:
    conversation, _ = ask(scripted, "What colour is the shed?")
    first = scripted.conversations.messages(conversation)[0]
    list(scripted.session.edit(first.id, "And the door?"))
    assert [row.text for row in scripted.conversations.messages(conversation)] == ["And the door?", "It is green."]


def test_a_stopped_answer_is_continued_where_it_ends(scripted: Chat) -> None:
    events = scripted.session.ask("What colour is the shed?")
    seen = until_text(events)
    events.close()
    message = seen[0].message_id
    assert scripted.conversations.message(message).text == "It"
    *_, whole = scripted.session.proceed(message)
    assert whole.answer == "ItIt is green."
    row = scripted.conversations.message(message)
    assert (row.text, row.state, row.made.reason) == ("ItIt is green.", "done", "end")
    request = next(m for m in reversed(scripted.workers[0].sent) if isinstance(m, messages.Generate))  # type: ignore
    assert request.begun == "It"
    with pytest.raises(UserError, match="cut off"):
        list(scripted.session.proceed(message))


def test_what_stood_there_outlives_a_continuation_that_fails(chat: Chat) -> None:
    chat.make_worker = ScriptedWorker
    events = chat.session.ask("What colour is the shed?")
    message = until_text(events)[0].message_id
    events.close()
    chat.session._drop_worker()
    chat.make_worker = lambda: ScriptedWorker(dies_after=0)
    with pytest.raises(UserError):
        list(chat.session.proceed(message))
    row = chat.conversations.message(message)
    assert (row.text, row.state) == ("It", "failed")


def test_a_conversation_switches_for_itself_alone(scripted: Chat) -> None:
    scripted.hits = [hit(SHED)]
    scripted.adapters = [AdapterUse("/adapters/3/adapter.gguf", 0.75)]
    events = list(scripted.session.ask("What colour is the shed?", switches=Switches(notes=False, strength=0.5)))
    conversation, first = events[0].conversation_id, events[-1]
    assert first.sources == []
    made = scripted.conversations.message(first.message_id).made
    assert (made.strength, made.asked_notes, made.reason) == (0.5, False, "end")
    scripted.conversations.switch(conversation, Switches(notes=True, adapter=False))
    _, second = ask(scripted, "And now, what colour is the shed?", conversation)
    assert second.sources
    row = scripted.conversations.message(second.message_id)
    assert (row.adapter, row.made.strength, row.made.asked_notes) == (None, None, True)
    _, other = ask(scripted, "What colour is the shed?")
    assert scripted.conversations.message(other.message_id).made.strength == 0.75
    assert scripted.adapters[0].scale == 0.75


def test_two_ways_to_answer_become_versions_and_the_choice_a_preference(scripted: Chat) -> None:
    scripted.hits, scripted.adapters = [hit(SHED)], [AdapterUse("/adapters/3/adapter.gguf", 0.8)]
    scripted.session._shelved = lambda night: [AdapterUse(f"/adapters/{night}/adapter.gguf")]
    conversation, first = ask(scripted, "What colour is the shed?")
    ways = (Way(notes=True, adapter=True, strength=0.5, night=2), Way(notes=False, adapter=False))
    came = []
    for number, event in scripted.session.compare(first.message_id, ways):
        came.append((number, type(event)))
        if came[-1] == (0, Answer):
            scripted.workers[0].words = ("Red.",)  # type: ignore[attr-defined]
    assert (0, Sources) in came
    assert (1, Sources) not in came
    assert scripted.conversations.messages(conversation)[-1].id == first.message_id
    versions = scripted.conversations.branches.versions(conversation)[first.message_id]
    one, other = (scripted.conversations.message(id) for id in versions[1:])
    assert (one.adapter, one.made.strength, other.adapter, other.sources) == (2, 0.5, None, [])
    assert one.seed == other.seed
    row = scripted.session.prefer(one.id, other.id)
    assert (row.kind, row.answer, row.rejected) == ("prefer", one.text, other.text)
    assert scripted.conversations.messages(conversation)[-1].id == one.id
    scripted.conversations.delete(conversation)
    assert scripted.taught.list() == []


def test_two_answers_that_say_the_same_are_no_preference(scripted: Chat) -> None:
    conversation, first = ask(scripted, "What colour is the shed?")
    list(scripted.session.regenerate(first.message_id))
    again = scripted.conversations.messages(conversation)[-1].id
    with pytest.raises(UserError, match="say the same"):
        scripted.session.prefer(again, first.message_id)
    _, elsewhere = ask(scripted, "What colour is the hedge?")
    with pytest.raises(UserError, match="different questions"):
        scripted.session.prefer(again, elsewhere.message_id)


def test_an_attached_file_takes_the_place_of_the_notes_for_this_question(scripted: Chat) -> None:
    scripted.hits = [hit("From a note.")]
    attached = [NewAttachment("file", "lease.md", "/x/lease.md", 10)]
    lease = msgspec.structs.replace(hit("The rent is 1,140 euros."), document_id=0, chunk_id=0)
    conversation, answer = ask(
        scripted, "What is the rent?", use_notes=False, attached=attached, look_into=lambda _question, _limit: [lease]
    )
    assert [source.text for source in answer.sources] == ["The rent is 1,140 euros."]
    assert scripted.asked == []
    # Written again and asked otherwise, it still stands on the file, which may be gone by then.
    list(scripted.session.regenerate(answer.message_id))
    question = scripted.conversations.messages(conversation)[0].id
    *_, again = scripted.session.edit(question, "How much is the rent?")
    assert [source.text for source in again.sources] == ["The rent is 1,140 euros."]  # type: ignore[union-attr]
    new = scripted.conversations.messages(conversation)[0].id
    assert [row.name for row in scripted.conversations.attachments.of_message(new)] == ["lease.md"]
    ask(scripted, "And what do my notes say of it?", conversation, use_notes=True)
    assert len(scripted.asked) == 1
    scripted.conversations.delete(conversation)
    assert scripted.conversations.attachments.of_message(new) == []
