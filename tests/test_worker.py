"""A child process as an iterator of messages: it may die, chatter, hang or be killed, and it is never orphaned."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from personal_ai import messages, worker
from personal_ai.messages import (
    BatchRead,
    Cancel,
    Checkpointed,
    Failed,
    FileSkipped,
    Finished,
    Generate,
    Pause,
    ReadFiles,
    Text,
)
from personal_ai.worker import Worker, WorkerDied, command, lasting_command, wait_until

TOY = (sys.executable, str(Path(__file__).with_name("toy_worker.py")))
posix = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Make toy workers that are gone after the test."""
    made: list[Worker] = []

    def toy(how: str = "properly") -> Worker:
        made.append(Worker("toy", (how,), tmp_path / "toy.log", TOY))
        return made[-1]

    yield toy
    for child in made:
        child.stop(grace=0.2)


@pytest.fixture
def toy(make: Callable[..., Worker]) -> Worker:
    """A worker that runs."""
    child = make()
    child.start()
    return child


def ask(child: Worker, *words: str) -> list[messages.Event]:
    child.send(ReadFiles(paths=list(words)))
    return list(child.events((BatchRead, Failed)))


def gone(pid: int | None) -> bool:
    try:
        return pid is None or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# ---- talking ----------------------------------------------------------------------------------------------------


def test_it_starts_answers_and_stops(toy: Worker):
    pid = toy.pid
    assert toy.alive and ask(toy, "hello") == [BatchRead(files=1)]
    toy.stop()
    assert not toy.alive and gone(pid)


def test_it_can_be_started_again(toy: Worker):
    first = toy.pid
    toy.stop()
    toy.start()
    assert toy.pid != first and ask(toy, "hello") == [BatchRead(files=1)]


def test_nothing_was_started_and_nothing_breaks(make: Callable[..., Worker]):
    child = make()
    assert not child.alive and child.pid is None and child.exit_code() is None
    child.stop()
    with pytest.raises(WorkerDied):
        child.send(ReadFiles(paths=[]))


def test_waiting_for_an_event_has_an_end(toy: Worker):
    assert toy.read(timeout=0.05) is None


def test_a_librarys_print_does_not_break_the_messages(toy: Worker, tmp_path: Path):
    assert ask(toy, "chatter") == [BatchRead(files=1)]
    toy.stop()
    log = (tmp_path / "toy.log").read_text()
    assert "a library prints" in log and "past Python" in log and "a child prints" in log


def test_a_line_of_megabytes_arrives_whole(toy: Worker):
    skipped = ask(toy, "long", "9000000")[0]
    assert isinstance(skipped, FileSkipped) and len(skipped.path) == 9_000_000


def test_a_line_that_is_too_long_is_dropped_and_the_next_one_arrives():
    stream = io.BytesIO(b"x" * 5000 + b"\n" + b"short\n" + b"y" * 5000)
    lines = list(worker._lines(stream, longest=100))
    assert [len(line) for line in lines] == [100, 6, 100] and lines[1] == b"short\n"


def test_lines_that_are_no_messages_are_passed_over(make: Callable[..., Worker]):
    child = make("noisy")
    child.start()
    assert child.read(5) == BatchRead(files=7)


def test_a_line_on_stdin_that_is_no_request_does_not_deafen_the_child(toy: Worker):
    assert toy._process and toy._process.stdin
    toy._process.stdin.write(b'nonsense\n{"kind":"unheard of"}\n')
    assert ask(toy, "hello") == [BatchRead(files=1)]
    toy._process.stdin.close()
    assert toy.exit_code() == 0


def test_the_network_is_off_before_any_library_is_imported(toy: Worker):
    answer = ask(toy, "environment", "HF_HUB_OFFLINE")[0]
    assert isinstance(answer, FileSkipped) and answer.reason == "1"


def test_many_threads_may_send_at_once(toy: Worker):
    threads = [threading.Thread(target=toy.send, args=(ReadFiles(paths=["hello"] * 1),)) for _ in range(40)]
    for thread in threads:
        thread.start()
    assert [toy.read(5) for _ in threads] == [BatchRead(files=1)] * 40


# ---- failing ----------------------------------------------------------------------------------------------------


def test_a_known_failure_is_a_sentence_and_the_worker_goes_on(toy: Worker):
    assert ask(toy, "refuse") == [Failed(sentence="That cannot be read. Choose another file.")]
    assert ask(toy, "hello") == [BatchRead(files=1)]


def test_a_bug_is_ours_and_keeps_the_note_to_itself(toy: Worker, tmp_path: Path):
    (failed,) = ask(toy, "stumble")
    assert isinstance(failed, Failed) and failed.ours and "KeyError" in failed.sentence
    assert ask(toy, "hello") == [BatchRead(files=1)]
    toy.stop()
    assert "dear diary" not in failed.sentence + (tmp_path / "toy.log").read_text()


def test_a_child_that_dies_says_with_which_code(toy: Worker):
    toy.send(ReadFiles(paths=["exit", "7"]))
    with pytest.raises(WorkerDied, match="exit code 7"):
        list(toy.events((BatchRead,)))
    with pytest.raises(WorkerDied, match="exit code 7"):
        toy.read()
    assert not toy.alive and toy.exit_code() == 7


@posix
def test_a_child_that_is_killed_says_by_which_signal(toy: Worker):
    toy.send(ReadFiles(paths=["kill"]))
    with pytest.raises(WorkerDied, match="exit code -9"):
        toy.read()
    assert wait_until(lambda: not toy.alive, 5)
    with pytest.raises(WorkerDied, match="no longer listens"):
        for _ in range(3):  # the first may still fit into the pipe
            toy.send(ReadFiles(paths=["hello"]))


@pytest.mark.parametrize("how", ["dies", "silent", "rambling"])
def test_a_child_that_does_not_say_ready_was_not_started(make: Callable[..., Worker], how: str):
    child = make(how)
    with pytest.raises(WorkerDied):
        child.start(timeout=5 if how == "dies" else 1)
    child.stop(grace=0.2)
    assert not child.alive


def test_a_program_that_does_not_exist_is_no_silent_failure(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        Worker("toy", program=(str(tmp_path / "nothing"),)).start()


# ---- cancelling -------------------------------------------------------------------------------------------------


def begin(child: Worker, id: int, pieces: int = 100_000) -> None:
    child.send(Generate(id=id, turns=[], max_tokens=pieces))
    assert isinstance(child.read(5), Text)


def end(child: Worker) -> Finished:
    *_, last = child.events((Finished,))
    assert isinstance(last, Finished)
    return last


def test_a_cancel_is_seen_while_the_child_is_busy(toy: Worker):
    begin(toy, 5)
    toy.send(Cancel(id=5))
    assert end(toy).reason == "cancelled"


def test_a_cancel_without_an_id_is_meant_for_whatever_runs(toy: Worker):
    begin(toy, 5)
    toy.send(Cancel())
    assert end(toy).reason == "cancelled"


def test_a_cancel_for_another_request_is_not_meant(toy: Worker):
    begin(toy, 5, pieces=20)
    toy.send(Cancel(id=4))
    assert end(toy).reason == "length"


def test_a_cancel_of_what_has_not_begun_is_remembered(toy: Worker):
    begin(toy, 5)
    toy.send(Generate(id=6, turns=[], max_tokens=100_000))
    toy.send(Cancel(id=6))
    toy.send(Cancel(id=5))
    assert end(toy).id == 5
    finished = end(toy)
    assert finished.id == 6 and finished.tokens == 1 and finished.reason == "cancelled"


def test_a_pause_is_seen_while_the_child_is_busy(toy: Worker):
    begin(toy, 5, pieces=30)
    toy.send(Pause())
    events = list(toy.events((Finished,)))
    assert any(isinstance(event, Checkpointed) for event in events)


def test_forgotten_interrupts_stop_nothing_more():
    read, write = os.pipe()
    with os.fdopen(read, "rb") as stream, os.fdopen(write, "wb", buffering=0) as sink:
        inbox = worker.Inbox(stream)
        sink.write(messages.encode(Cancel(id=1)))
        assert wait_until(lambda: inbox.cancelled(1), 5)
        assert not inbox.cancelled(2)
        inbox.forget_interrupts()
        assert not inbox.cancelled(1) and inbox.interrupt() is None
        sink.close()
        assert wait_until(inbox.closed.is_set, 5)
        assert inbox.cancelled(9) and isinstance(inbox.interrupt(), Pause)


# ---- never orphaned ---------------------------------------------------------------------------------------------


def test_closing_stdin_ends_an_idle_child(toy: Worker):
    assert toy._process and toy._process.stdin
    toy._process.stdin.close()
    assert toy.exit_code() == 0


def test_closing_stdin_ends_a_busy_child(toy: Worker):
    begin(toy, 1)
    started = time.monotonic()
    toy.stop(grace=30)
    assert time.monotonic() - started < 10 and not toy.alive


@posix
def test_a_child_that_ignores_everything_is_killed_after_the_grace(make: Callable[..., Worker]):
    child = make("stubborn")
    child.start()
    pid = child.pid
    child.stop(grace=0.3)
    assert not child.alive and gone(pid)


@posix
@pytest.mark.parametrize("busy", [False, True])
def test_when_the_program_is_killed_its_worker_ends(tmp_path: Path, busy: bool):
    program = f"""
import sys, time
from personal_ai.messages import Generate
from personal_ai.worker import Worker
child = Worker("toy", (), None, {TOY!r})
child.start()
if {busy}:
    child.send(Generate(id=1, turns=[], max_tokens=1_000_000))
    child.read()
print(child.pid, flush=True)
time.sleep(600)
"""
    parent = subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert wait_until(lambda: gone(pid), 10)


@posix
def test_ctrl_c_in_the_terminal_is_for_the_program_alone(toy: Worker):
    assert toy.pid and os.getpgid(toy.pid) != os.getpgid(0)


def test_the_log_grows_and_is_not_written_over(make: Callable[..., Worker], tmp_path: Path):
    (tmp_path / "toy.log").write_text("yesterday\n")
    child = make()
    child.start()
    ask(child, "chatter")
    child.stop()
    assert (tmp_path / "toy.log").read_text().startswith("yesterday\n")


def test_a_frozen_build_starts_itself(monkeypatch: pytest.MonkeyPatch):
    assert worker.command("toy", "x") == [sys.executable, "-m", "personal_ai", "toy", "x"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker.command("toy", "x") == [sys.executable, "toy", "x"]


def test_a_background_worker_gives_way():
    code = "from personal_ai.worker import lower_priority as l; l(); import psutil; print(int(psutil.Process().nice()))"
    # In a session of its own, as a worker is: where the kernel groups by session, all of this one would give way.
    own = subprocess.run(
        (sys.executable, "-c", code), capture_output=True, text=True, check=True, start_new_session=os.name == "posix"
    )
    assert int(own.stdout) in (19, getattr(psutil, "IDLE_PRIORITY_CLASS", 19))


def test_what_starts_another_day_is_named_by_a_path_that_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for name in ("APPIMAGE", "APPDIR"):
        monkeypatch.delenv(name, raising=False)
    version, mounted = tmp_path / "opt" / "versions" / "0.1.0", tmp_path / "mounted"
    (tmp_path / "opt" / "current").parent.mkdir()
    (tmp_path / "opt" / "current").symlink_to(Path("versions") / "0.1.0")
    # However it was started itself: by its version or by the link.
    for program in (version, tmp_path / "opt" / "current"):
        monkeypatch.setattr(sys, "executable", str(program / "personal-ai"))
        version.mkdir(parents=True, exist_ok=True)
        assert lasting_command("--tray") == [str(tmp_path / "opt" / "current" / "personal-ai"), "--tray"]
    # Started from a terminal that came from an AppImage of something else.
    monkeypatch.setenv("APPIMAGE", "/home/ida/Personal_AI.AppImage")
    monkeypatch.setenv("APPDIR", str(mounted))
    assert lasting_command("night")[0] == str(tmp_path / "opt" / "current" / "personal-ai")
    monkeypatch.setattr(sys, "executable", str(mounted / "usr" / "lib" / "personal-ai" / "personal-ai"))
    assert lasting_command("night") == ["/home/ida/Personal_AI.AppImage", "night"]
    monkeypatch.setattr(sys, "executable", "/opt/personal-ai/personal-ai")
    assert lasting_command("night") == command("night") == ["/opt/personal-ai/personal-ai", "night"]
    monkeypatch.delattr(sys, "frozen")
    assert lasting_command("night") == command("night")
