"""kill -9 at the worst moment: nothing that was stored is lost, nothing is left running, and the work goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from personal_ai import messages
from personal_ai.demo import NOTES
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.worker import wait_until
from tests.e2e.outside import environment

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.model, pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")]


@pytest.fixture
def services(home: Path, notes: Path) -> Iterator[Services]:
    """Open a data folder with three notes in it."""
    services = Services(locate(home))
    for _event in services.library.add([notes]):
        pass
    yield services
    services.close()


def kill(pid: int | None) -> None:
    """End a process so that it cannot do a thing about it."""
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet counts as ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_chat_worker_killed_in_mid_answer_is_started_again_and_the_answer_comes(services: Services) -> None:
    from personal_ai.chat.events import Answer, WorkerRestarted

    killed: list[int] = []
    events = []
    for event in services.session.ask("Write all you know about bread.", max_tokens=60, seed=1):
        events.append(event)
        if isinstance(event, messages.Text) and not killed:
            killed.append(services.session.pid or 0)
            kill(killed[0])
    assert any(isinstance(event, WorkerRestarted) for event in events)
    assert isinstance(events[-1], Answer)
    assert services.session.pid != killed[0]
    (conversation,) = services.conversations.list()
    question, answer = services.conversations.messages(conversation.id)
    assert (question.role, answer.role, answer.state) == ("user", "assistant", "done")
    assert answer.text == events[-1].answer
    assert services.library.counts().documents == 3


# ---- the window -------------------------------------------------------------------------------------------------


@pytest.fixture
def window(home: Path, notes: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start a real window in a process of its own; it says on stdout how far it is."""
    command = [sys.executable, "-m", "tests.e2e.asking_window", str(home), str(notes)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(), cwd=ROOT)
    yield process
    process.kill()
    process.wait()


def test_a_window_killed_in_mid_answer_loses_nothing_and_leaves_no_worker(
    window: "subprocess.Popen[str]", home: Path
) -> None:
    assert window.stdout
    line = window.stdout.readline().split()
    assert line[0] == "answering", line
    worker = int(line[1])
    assert not gone(worker)
    kill(window.pid)
    assert wait_until(lambda: gone(worker), seconds=10)
    services = Services(locate(home))
    services.conversations.recover()
    (conversation,) = services.conversations.list()
    question, *answers = services.conversations.messages(conversation.id)
    assert question.text == "Write all you know about bread."
    assert all(answer.state == "stopped" for answer in answers)
    assert services.library.counts().documents == 3
    assert services.library.search("pumpkins")[0].title == "Garden"
    assert services.database.check() == []
    services.close()


# ---- learning ---------------------------------------------------------------------------------------------------


@pytest.mark.timeout(900)
def test_a_train_worker_killed_in_mid_step_goes_on_from_its_checkpoint(home: Path) -> None:
    services = Services(locate(home))
    for _event in services.library.add([NOTES]):
        pass
    checkpoint, killed, steps_after = 0, False, []
    for event in services.night.learn(minutes=2):
        if isinstance(event, messages.Checkpointed):
            checkpoint = checkpoint or event.step
        elif isinstance(event, messages.Progress) and killed and event.phase == "training":
            steps_after.append(event.step)
        elif isinstance(event, messages.Progress) and checkpoint and not killed:
            kill(train_worker().pid)
            killed = True
    assert killed
    assert all(step > checkpoint for step in steps_after)
    (night,) = services.night.nights()
    assert night.state in ("published", "refused"), night.reason
    assert night.report["steps"] >= checkpoint
    services.close()


def train_worker() -> psutil.Process:
    """Find this process's own train worker."""
    (worker,) = [p for p in psutil.Process().children() if "train-worker" in p.cmdline()]
    return worker
