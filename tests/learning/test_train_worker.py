"""The train worker's bookkeeping: what it says, what it keeps, and what it does not do twice."""

import errno
import io
import json
from pathlib import Path

import pytest

from personal_ai import system
from personal_ai.learning import job, schedule, train_worker
from personal_ai.learning.job import Job
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.train_worker import Work
from personal_ai.messages import Failed, JobDone, JobStopped, Message, Progress, Proved
from personal_ai.worker import Inbox


class Deaf(Inbox):
    """Nobody has asked for anything yet."""

    def interrupt(self) -> None:
        return None


@pytest.fixture
def said() -> list[Message]:
    return []


@pytest.fixture
def work(tmp_path: Path, said: list[Message]) -> Work:
    order = Job(number=1, task="learn", model="m.gguf", model_sha256="a" * 64, recipe=Recipe(), seconds=60.0)
    return Work(tmp_path, order, Deaf(io.BytesIO()), said.append)


def test_a_job_that_was_done_when_the_program_died_is_not_done_again(
    work: Work, said: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_worker, "lower_priority", lambda: None)
    (work.folder / "report.json").write_bytes(json.dumps({"tokens": 7}).encode())
    work.learn()
    assert isinstance(said[-1], JobDone)
    assert said[-1].result == {"tokens": 7}


def test_a_long_piece_of_work_is_no_silence(work: Work, said: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
    work.progress("training", step=3, loss=2.5)
    assert not work.stop()
    assert len(said) == 1
    monkeypatch.setattr(train_worker, "STILL_HERE", -1.0)
    work.stop()
    assert [(p.phase, p.step, p.loss) for p in said if isinstance(p, Progress)] == [("training", 3, 2.5)] * 2


def test_the_time_left_never_jumps_back(work: Work, said: list[Message]) -> None:
    for total in (60.0, 300.0, 20.0, 90.0):
        work._total = total
        work.progress("training")
    told = [p.eta_seconds for p in said if isinstance(p, Progress)]
    assert told == sorted(told, key=lambda left: -(left or 0.0))
    assert [p.fraction for p in said if isinstance(p, Progress)] == sorted(
        p.fraction for p in said if isinstance(p, Progress)
    )


def test_the_events_on_disk_quote_no_note(work: Work) -> None:
    work.emit(Proved(proof={"samples": ["a secret"]}))
    work.emit(JobDone(result={"proof": {"samples": ["a secret"]}}))
    work.progress("proving")
    assert b"secret" not in (work.folder / "events.jsonl").read_bytes()


# ---- what ends it -----------------------------------------------------------------------------------------------


def ended_by(error: Exception, work: Work, said: list[Message], patch: pytest.MonkeyPatch) -> Message:
    """What the worker says last when its job raises `error`."""

    def learn(_: Work) -> None:
        raise error

    job.write(work.folder, work.job, [], [])
    patch.setattr(train_worker, "open_channel", lambda: (Deaf(io.BytesIO()), said.append))
    patch.setattr(Work, "learn", learn)
    patch.setattr(Work, "end_when_asked", lambda _: None)
    assert train_worker.main([str(work.folder)]) == 0
    return said[-1]


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")],
)
def test_a_lack_of_memory_is_a_sentence(
    error: Exception, work: Work, said: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    end = ended_by(error, work, said, monkeypatch)
    assert isinstance(end, Failed)
    assert "not enough memory" in end.sentence


def test_a_full_disk_pauses_the_job(work: Work, said: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "free_disk", lambda _: schedule.DISK_NEEDED // 2)
    end = ended_by(OSError(errno.ENOSPC, "No space left on device"), work, said, monkeypatch)
    assert end == JobStopped(reason="paused", sentence=train_worker.DISK_IS_FULL)


def test_a_disk_that_refuses_though_it_has_room_fails_the_job(
    work: Work, said: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "free_disk", lambda _: schedule.DISK_NEEDED * 2)
    for code in (errno.ENOSPC, errno.EIO):
        assert isinstance(ended_by(OSError(code, "no"), work, said, monkeypatch), Failed)
