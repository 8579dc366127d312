"""A night, whatever becomes of its worker: the record is true, and what was in use stays until something is proved."""

import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from personal_ai import system
from personal_ai.errors import DiskFull, UserError
from personal_ai.learning import job, trainer
from personal_ai.learning.night import PAUSED, NightEnded
from personal_ai.learning.questions import read_questions
from personal_ai.learning.skills import Skills
from personal_ai.messages import Progress
from personal_ai.store.conversations import Conversations
from personal_ai.store.nights import NightRow
from personal_ai.system import State
from personal_ai.worker import Worker, wait_until
from tests.learning.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "home")
    for day in range(1, 13):
        made.add(day)
    yield made
    made.close()


def texts_on_disk(house: House) -> list[Path]:
    return [p for p in house.paths.jobs.rglob("*") if p.is_file() and b"Brandl" in p.read_bytes()]


def test_a_proved_adapter_is_published_and_recorded(house: House) -> None:
    row = house.learn("accept")
    assert (row.state, row.reason, row.adapter) == ("published", "It helped.", 1)
    assert row.report["loss"] == [[1, 3.0], [2, 2.0]]
    told = zip(row.report["learned"], row.report["documents"], strict=True)
    assert [title for title, id in told if house.documents.get(id).title != title] == []
    assert row.report["learned"]
    current = house.shelf.current()
    assert current is not None
    assert current.number == 1


def test_a_refused_adapter_changes_nothing(house: House) -> None:
    house.learn("accept")
    row = house.learn("refuse")
    assert (row.state, row.reason, row.adapter) == ("refused", "It did not help.", None)
    current = house.shelf.current()
    assert current is not None
    assert current.number == 1


@pytest.mark.parametrize(("word", "kept"), [("practise-better", True), ("practise-worse", False)])
def test_a_skill_that_a_refused_night_practised_is_kept_where_notes_are_read_better(
    house: House, word: str, kept: bool
) -> None:
    assert house.learn(word).state == "refused"
    assert bool(Skills(house.paths).find(house.model().sha256)) is kept
    assert house.shelf.current() is None


def test_a_finished_job_keeps_no_note_text(house: House) -> None:
    house.learn("accept")
    house.learn("refuse")
    house.learn("fail")
    assert texts_on_disk(house) == []


def test_a_failure_is_recorded_with_its_sentence(house: House) -> None:
    row = house.learn("fail")
    assert (row.state, row.reason) == ("failed", "The model reads differently.")


def test_a_worker_that_dies_once_is_started_again(house: House) -> None:
    assert house.learn("die-once").state == "published"


def test_a_worker_that_gets_on_between_its_deaths_is_not_given_up(house: House) -> None:
    assert house.learn("die-on-the-way").state == "published"


def test_a_worker_that_always_dies_fails_the_night(house: House) -> None:
    row = house.learn("die")
    assert row.state == "failed"
    assert "three times" in row.reason


def test_a_worker_that_stands_still_is_started_again_once_and_then_there_is_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "TRAINING_SILENCE", 0.2)
    started: list[Worker] = []
    begin = house.night._trainer._start_worker
    house.night._trainer._start_worker = lambda *words: started.append(begin(*words)) or started[-1]
    row = house.learn("hang")
    assert row.state == "failed"
    assert row.reason.startswith("Learning stood still twice.")
    assert len(started) == trainer.HANGS
    assert not any(worker.alive for worker in started)
    assert texts_on_disk(house) == []


def test_a_full_disk_pauses_the_night_with_its_sentence_and_it_goes_on(house: House) -> None:
    paused = house.learn("full")
    assert (paused.state, paused.reason) == ("paused", "Paused: your disk is full.")
    resumed = house.learn("accept")
    assert (resumed.id, resumed.state) == (paused.id, "published")


def test_what_was_proved_waits_for_room_on_the_shelf(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(house.shelf, "publish", refuse)
        patch.setattr(system, "free_disk", lambda _: 0)
        with pytest.raises(DiskFull):
            house.learn("accept")
    last = house.rows.last()
    assert last is not None
    assert (last.state, last.reason) == ("paused", "The disk is full.")
    assert house.learn("accept").adapter == 1


def test_notes_that_a_crash_left_in_a_job_go_with_the_next_one(house: House) -> None:
    row = house.learn("accept")
    folder = house.paths.jobs / row.job
    for name in ("examples.jsonl", ".examples.jsonl.7-7.tmp"):
        (folder / name).write_text("Brandl")
    house.learn("accept")
    assert texts_on_disk(house) == []


def test_what_runs_told_is_kept_of_the_newest_twenty(house: House) -> None:
    for number in range(1, 26):
        folder = house.paths.jobs / str(number)
        folder.mkdir(parents=True)
        (folder / job.EVENTS).write_text("{}\n")
    assert house.learn("accept").state == "published"
    kept = sorted(int(file.parent.name) for file in house.paths.jobs.glob(f"*/{job.EVENTS}"))
    assert kept[:20] == list(range(6, 26))


def test_closing_the_generator_cancels_the_night(house: House) -> None:
    house.word = "wait"
    events = house.night.learn(minutes=1)
    assert isinstance(next(events), Progress)
    events.close()  # type: ignore[attr-defined]
    last = house.rows.last()
    assert last is not None
    assert last.state == "cancelled"
    assert texts_on_disk(house) == []


def test_a_night_can_be_cancelled_from_another_thread(house: House) -> None:
    house.word = "wait"
    ended: Any = None
    for event in house.night.learn(minutes=1):
        if isinstance(event, Progress):
            house.night.cancel()
        ended = event
    assert ended.night.state == "cancelled"
    assert texts_on_disk(house) == []


def pause(house: House) -> NightRow:
    house.word = "wait"
    ended: Any = None
    for event in house.night.learn(minutes=1):
        if isinstance(event, Progress):
            house.night.pause()
        ended = event
    return ended.night


def test_a_paused_night_goes_on_with_the_same_job(house: House) -> None:
    paused = pause(house)
    assert paused.state == "paused"
    assert texts_on_disk(house)
    resumed = house.learn("accept")
    assert (resumed.id, resumed.job, resumed.state) == (paused.id, paused.job, "published")


def test_a_paused_night_goes_on_for_no_longer_than_it_may(house: House) -> None:
    pause(house)
    house.word = "accept"
    list(house.night.learn(minutes=0.5))
    last = house.rows.last()
    assert last is not None
    assert job.read(house.paths.jobs / last.job).seconds == 30.0


def test_a_paused_night_is_dropped_when_a_note_it_learns_is_deleted(house: House) -> None:
    paused = pause(house)
    for row in house.documents.list()[:6]:
        house.documents.delete(row.id)
    fresh = house.learn("accept")
    assert fresh.id != paused.id
    assert house.rows.get(paused.id).state == "cancelled"


def test_a_paused_night_is_dropped_when_a_note_that_was_set_aside_is_deleted(house: House) -> None:
    paused = pause(house)
    order = job.read(house.paths.jobs / paused.job)
    aside = {row.id for row in house.documents.list()} - set(order.documents)
    assert aside
    house.documents.delete(aside.pop())
    assert house.learn("accept").id != paused.id


def test_a_paused_night_goes_on_after_a_thumb_and_gives_way_to_what_was_taken_back(house: House) -> None:
    row = house.taught.add("up", "Who was paid for pump 3?", "Tomas Brandl")
    paused = pause(house)
    house.taught.add("up", "Who was paid for pump 4?", "Tomas Brandl")
    assert pause(house).id == paused.id
    house.taught.set_never(row.id, True)
    assert house.learn("accept").id != paused.id


def test_a_deletion_and_a_decision_are_something_to_learn(house: House) -> None:
    house.learn("accept")
    assert house.night._changed() == 0
    house.moment += timedelta(hours=1)
    house.documents.delete(house.documents.list()[0].id)
    house.choices.set("key", "never")
    assert house.night._changed() == 2


def never(house: House, id: int) -> None:
    house.taught.set_never(id, True)


def rewritten(house: House, id: int) -> None:
    house.taught.rewrite(id, "Who was paid for pump 3?", "Nobody was")


def taken_back(house: House, id: int) -> None:
    house.taught.remove(id)


@pytest.mark.parametrize("take_back", [never, rewritten, taken_back])
def test_what_was_learned_and_is_taken_back_begins_a_night_that_does_not_hold_it(
    house: House, take_back: Callable[[House, int], None]
) -> None:
    row = house.taught.add("up", "Who was paid for pump 3?", "Tomas Brandl")
    house.learn("accept")
    house.moment += timedelta(hours=1)
    assert house.night._changed() == 0
    take_back(house, row.id)
    assert house.night._changed() == 1
    assert job.read(house.paths.jobs / house.learn("accept").job).kind == "fresh"
    assert house.night._changed() == 0
    assert job.read(house.paths.jobs / house.learn("accept").job).kind == "delta"


def test_what_is_decided_while_a_run_goes_on_is_not_in_the_next_one(house: House) -> None:
    house.word = "accept"
    for event in house.night.learn(minutes=1):
        if isinstance(event, Progress):
            # After the run was frozen, and before it is published.
            house.moment += timedelta(minutes=1)
            house.choices.set("key", "never")
            house.moment += timedelta(minutes=1)
    assert house.night._changed() == 1
    assert job.read(house.paths.jobs / house.learn("accept").job).kind == "fresh"


def test_a_decision_that_is_taken_back_begins_a_night_that_does_not_hold_it(house: House) -> None:
    house.choices.set("key", "edit", "Who mends pumps?", "Wanda")
    house.learn("accept")
    house.moment += timedelta(hours=1)
    house.choices.clear("key")
    assert house.night._changed() == 1
    assert job.read(house.paths.jobs / house.learn("accept").job).kind == "fresh"


def test_what_was_taught_in_a_chat_that_is_deleted_is_not_taken_back(house: House) -> None:
    conversations = Conversations(house.database, now=house.clock)
    id = conversations.create("Pumps")
    house.taught.add("edit", "Who was paid for pump 3?", "Tomas Brandl", conversation_id=id)
    house.learn("accept")
    house.moment += timedelta(hours=1)
    conversations.delete(id)
    assert len(house.taught.list()) == 1
    assert house.night._changed() == 0
    assert job.read(house.paths.jobs / house.learn("accept").job).kind == "delta"


def test_the_next_night_goes_on_from_the_last_and_is_held_against_it(house: House) -> None:
    first = house.learn("accept")
    second = job.read(house.paths.jobs / house.learn("accept").job)
    assert (second.kind, second.parent, second.against) == ("delta", first.adapter, "adapter")
    assert Path(second.start).name == "adapter.safetensors"
    manifest = house.shelf.manifest(house.rows.list()[0].adapter or 0)
    assert (manifest.kind, manifest.parent, manifest.nights_since_fresh) == ("delta", first.adapter, 1)


def test_the_next_night_asks_again_what_the_last_one_taught_by_heart(house: House, tmp_path: Path) -> None:
    first = job.read(house.paths.jobs / house.learn("accept").job)
    assert len(first.hearted) >= 8
    new = [house.add(day) for day in range(21, 25)]
    second, folder = house.night.preparing.prepare(house.model(), 60.0, house.moment, tmp_path / "job")
    assert second.kind == "delta"
    # What is known stays known, but for one in a chunk that is set aside now, and is asked again.
    known = set(first.hearted) & set(second.hearted)
    assert len(known) >= len(first.hearted) - 1
    owners = {chunk.id: chunk.document_id for chunk in house.documents.learnable_chunks()}
    asked = Counter(owners[e.chunks[0]] in new for e in job.read_examples(folder) if e.form == "recall")
    assert asked[True] and asked[False]


def test_two_nights_never_run_at_once(house: House, tmp_path: Path) -> None:
    house.word = "wait"
    first = house.night.learn(minutes=1)
    next(first)
    other = House(tmp_path / "home")
    with pytest.raises(UserError, match="already learning"):
        next(other.night.learn(minutes=1))
    other.database.close()
    first.close()  # type: ignore[attr-defined]
    assert house.learn("accept").state == "published"


def test_while_another_process_learns_the_night_waits_and_says_so(house: House) -> None:
    house.moment = at_night(house.moment)
    house.add(20)
    assert house.night.due().go
    holds = "import filelock, sys; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print(flush=True); input()"
    lock = house.paths.jobs / "learning.lock"
    other = subprocess.Popen(
        [sys.executable, "-c", holds, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout and other.stdout.readline()
        decision = house.night.due()
        assert (decision.go, decision.waits) == (False, True)
        assert decision.reason == house.night.status() == "Waiting: another window or command is learning."
        with pytest.raises(UserError, match="already learning"):
            next(house.night.learn(minutes=1))
        other.communicate("\n", timeout=60)
    assert house.night.due().go
    assert house.learn("accept").state == "published"


def test_a_night_that_learns_here_is_not_taken_for_another(house: House) -> None:
    house.moment = at_night(house.moment)
    house.word = "wait"
    events = house.night.learn(by="night")
    next(events)
    assert house.night.due().go
    events.close()  # type: ignore[attr-defined]


def test_two_nights_never_run_at_once_in_one_window(house: House) -> None:
    house.word = "wait"
    first = house.night.learn(minutes=1)
    next(first)
    with pytest.raises(UserError, match="already learning"):
        next(house.night.learn(minutes=1))
    first.close()  # type: ignore[attr-defined]
    assert house.learn("accept").state == "published"


def test_a_pause_before_the_worker_listens_is_not_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.word = "wait"
    start = Worker.start

    def start_slowly(worker: Worker, timeout: float = 60.0) -> None:
        house.night.pause()
        start(worker, timeout)

    monkeypatch.setattr(Worker, "start", start_slowly)
    *_, ended = house.night.learn(minutes=1)
    assert isinstance(ended, NightEnded)
    assert ended.night.state == "paused"
    monkeypatch.undo()
    assert house.learn("accept").state == "published"


def test_a_night_that_is_left_before_it_begins_starts_no_worker(house: House) -> None:
    house.night.leave()
    (ended,) = house.night.learn(minutes=1, by="night")  # a worker would tell how far it is
    assert isinstance(ended, NightEnded)
    assert ended.night.state == "paused"


def test_a_night_that_is_left_writes_its_checkpoint_and_starts_no_worker_again(house: House) -> None:
    house.word = "wait"
    for event in house.night.learn(minutes=1, by="night"):
        if isinstance(event, Progress):
            house.night.leave()
    last = house.rows.last()
    assert last is not None and last.state == "paused"
    *_, again = house.night.learn(minutes=1, by="night")
    assert isinstance(again, NightEnded)
    assert again.night.state == "paused"


def test_the_end_of_the_program_pauses_a_night_and_closing_it_then_forgets_nothing(house: House) -> None:
    house.word = "wait"
    events = house.night.learn(minutes=1)
    next(events)
    house.night.close()
    events.close()  # type: ignore[attr-defined]
    last = house.rows.last()
    assert last is not None
    assert last.state == "paused"
    assert texts_on_disk(house)


def test_a_worker_that_always_dies_leaves_no_note_text(house: House) -> None:
    house.learn("die")
    assert texts_on_disk(house) == []


def test_who_goes_on_with_a_run_decides_what_stops_it(house: House) -> None:
    house.state = State(on_mains=True, idle_seconds=1.0)
    pause(house)
    house.word = "wait"
    *_, by_night = house.night.learn(minutes=1, by="night")
    assert isinstance(by_night, NightEnded)
    assert (by_night.night.state, by_night.night.reason) == ("paused", "Paused: you are using your computer.")
    for event in house.night.learn(minutes=1, by="hand"):
        if isinstance(event, Progress):
            house.night.pause()
    last = house.rows.last()
    assert last is not None
    assert (last.state, last.reason) == ("paused", PAUSED)


def test_after_it_had_to_make_way_the_night_waits_a_moment(house: House) -> None:
    house.moment = at_night(house.moment)
    house.state, house.word = State(on_mains=False), "wait"
    deque(house.night.learn(minutes=1, by="night"), maxlen=0)
    house.state = State(on_mains=True)
    assert house.night.due().reason == "Waiting: learning had to stop a moment ago."
    house.night._stopped_at = system.steady_seconds() - 121
    assert house.night.due().go


def test_whoever_comes_while_examples_are_made_has_the_machine_without_a_worker_being_started(house: House) -> None:
    house.state = State(idle_seconds=1.0)
    prepare = house.night.preparing.prepare

    def slowly(*words: Any) -> Any:
        made = prepare(*words)
        assert house.night._watch is not None
        assert wait_until(lambda: bool(house.night._watch and house.night._watch.reason), 10)
        return made

    house.night.preparing.prepare = slowly  # type: ignore[method-assign]
    house.night._trainer._start_worker = lambda *_: pytest.fail("a worker was started")
    *_, end = house.night.learn(minutes=1, by="night")
    assert isinstance(end, NightEnded)
    assert end.night.state == "paused"


def at_night(moment: datetime) -> datetime:
    """The same day, in the middle of the quiet hours of wherever the tests run."""
    return moment.astimezone().replace(hour=3, minute=0).astimezone(UTC)


def test_without_notes_there_is_a_sentence(tmp_path: Path) -> None:
    empty = House(tmp_path / "empty")
    with pytest.raises(UserError, match="Add some notes"):
        list(empty.night.learn(minutes=1))
    empty.database.close()


def test_a_model_that_cannot_be_taught_gets_a_sentence(house: House) -> None:
    house.learns = False
    with pytest.raises(UserError, match="cannot teach it yet: it is a toy"):
        list(house.night.learn(minutes=1))


def test_the_status_says_what_was_learned_and_then_what_waits(house: House) -> None:
    assert house.night.status()
    house.learn("accept")
    assert house.night.status().startswith("Learned ")


def test_the_plan_counts_the_notes(house: House) -> None:
    plan = house.night.plan()
    assert plan.notes == 12
    assert plan.minutes > 0


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "no questions"), (b'{"question": "a", "answer": "b"}\n{"q": 1}\n', "Line 2"), (b"\xff\xfe", "Line 1")],
)
def test_a_file_without_questions_gets_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(content)
    with pytest.raises(UserError, match=words):
        read_questions(file)


def test_one_set_of_a_questions_file_can_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"question": "a", "answer": "b", "set": "dev"}\n{"question": "c", "answer": "d", "set": "proof"}\n'
    )
    assert [q.question for q in read_questions(file, "proof")] == ["c"]
