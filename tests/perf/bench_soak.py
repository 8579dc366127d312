"""Does it grow? One window through nights in a row: memory, file handles, threads and disk after each.

    python -m tests.perf.bench_soak [--nights N] [--minutes N] [--notes N] [--model tiny] [--home FOLDER]

The real window, offscreen, with real workers and the real schedule, on a clock that is set from evening to night to
morning. Every evening notes are dropped on it and something is asked; at night it learns by itself, proves it, and
publishes whatever came of it; in the morning it is asked again. Exits with 1 where a bound below is broken.
"""

import argparse
import ctypes
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*=false")

import psutil
from PySide6.QtTest import QTest

from personal_ai import app, paths, system
from personal_ai.learning import preparing
from personal_ai.models import catalogue
from personal_ai.services import Services
from personal_ai.system import State
from personal_ai.ui import background
from personal_ai.ui.theme import Theme
from personal_ai.worker import Worker
from tests import one_core, tiny_model
from tests.e2e.window import Driver
from tests.perf.home import SAMPLE, notes_of

MB = 1e6
#: What the window, and the chat's worker, may grow by in a night: bytes.
MEMORY = 1 * MB
#: What all that is on the disk may grow by in a night, the new notes among it: bytes. Left out are the adapters, which
#: are counted by themselves, and what was computed of conversations, which has a limit of its own.
DISK = 1 * MB
#: The first nights build pages, open what stays open and fill caches; growth is counted from the last of these on.
WARM = 2
#: A model of random numbers, which takes seconds.
TINY = "tiny"
QUESTION = "What did I pay to Tomas Brandl?"
NOTE = "On {day} March 2025 I paid {day}0 € to Tomas Brandl for pump {day}, because the old one leaked into the cellar."
EVENING, NIGHT, MORNING = timedelta(hours=20), timedelta(hours=25, minutes=30), timedelta(hours=32)
#: How often the window asks its clock here, in milliseconds; else it is once a minute.
ASKS = 2000
#: How long anything but a night may take, in seconds.
PATIENCE = 900.0


@dataclass(frozen=True)
class Taken:
    """What was seen after a night, in bytes and in numbers; the chat's are those of its worker."""

    ended: str
    seconds: float
    memory: int
    chat_memory: int
    handles: int
    chat_handles: int
    threads: int
    adapters: int
    adapter_bytes: int
    files: int
    other_bytes: int


class Clock:
    """Time goes on as it does, from where it is set; the clock that nobody can set goes along."""

    def __init__(self) -> None:
        self._shift = timedelta()
        self._steady = system.steady_seconds

    def now(self) -> datetime:
        """The time of now."""
        return datetime.now(UTC) + self._shift

    def steady_seconds(self) -> float:
        """Stands in for `system.steady_seconds`."""
        return self._steady() + self._shift.total_seconds()

    def set(self, moment: datetime) -> None:
        """It is `moment`; that is never earlier than it was."""
        assert moment >= self.now()
        self._shift = moment - datetime.now(UTC)


class Soaked(Services):
    """The window's services; what a night learned is published whatever its proof says."""

    tiny = False

    def worker(self, name: str, *arguments: str) -> Worker:
        """As the program starts it, but for the gate."""
        # With a tiny model threads mostly wait for one another.
        pinned = one_core.words() if self.tiny else ()
        words = ["-m", "personal_ai", name]
        if name == "train-worker":
            words = ["-m", "tests.perf.open_gate", *(["--short"] if self.tiny else [])]
        return Worker(name, arguments, log=self._log(name), program=(*pinned, sys.executable, *words))


class House:
    """The window in a data folder of its own, and its days."""

    def __init__(self, home: Path, model: str, minutes: float) -> None:
        self.clock = Clock()
        system.steady_seconds = self.clock.steady_seconds
        self.services = Soaked(paths.locate(home), now=self.clock.now)
        look = self.services.machine.look
        # It is looked at as always, but nobody is there and nothing holds the night up.
        self.services.machine.look = lambda: undisturbed(look())
        if model == TINY:
            self.services.tiny = True
            # Of what is practised beside the notes next to nothing: a byte is a token here.
            preparing.LIVES_A_NIGHT = 1
            tiny = tiny_model.write_family(home / "tiny.gguf", "llama", context=4096)
            model = self.services.catalogue.add(tiny).name
        self.services.change_settings(
            welcomed=True, tray=False, model=model, night_minutes=minutes, max_tokens=32, quiet_from=1, quiet_until=6
        )
        self.program = app.Program(self.services, Theme(app.build_application()))
        self.program._minute.setInterval(ASKS)
        self.program.open()
        self.driver = Driver(self.program)
        self._ended: list[Any] = []
        self._failed: list[str] = []
        self.program.learner.ended.connect(self._ended.append)
        self.program.learner.failed.connect(self._failed.append)
        today = self.clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        self._first = today + timedelta(days=1)
        self._runs = len(self.services.night.nights())

    def day(self, number: int, notes: Sequence[Path], patience: float) -> Taken:
        """An evening with new notes, a night, and the morning after it."""
        start = time.monotonic()
        midnight = self._first + timedelta(days=number)
        self.clock.set(midnight + EVENING)
        before = self.services.library.counts().documents
        self.driver.drop(notes)
        self._wait("the notes", lambda: self.services.library.counts().documents >= before + len(notes))
        self._ask()
        self.clock.set(midnight + NIGHT)
        self._wait("the end of the night", lambda: self._ended or self._failed, patience)
        assert not self._failed, self._failed
        row = self._ended.pop()
        self.clock.set(midnight + MORNING)
        self._ask()
        # Whatever would begin a second run has had its chance.
        QTest.qWait(3 * ASKS)
        self._runs += 1
        assert len(self.services.night.nights()) == self._runs, "one run a night"
        if row.state != "published":
            print(f"  {row.state}: {row.reason}", flush=True)
        return self._take(row.state, time.monotonic() - start)

    def learn_by_hand(self, patience: float = PATIENCE) -> None:
        """Press the button, and wait for what comes of it."""
        self.driver.press("nav-learning")
        self.driver.press("learn-now")
        self._wait("what was learned by hand", lambda: self._ended or self._failed, patience)
        assert not self._failed, self._failed
        self._ended.clear()
        self._runs += 1

    def close(self) -> None:
        """End it in order."""
        self.program.close()
        self.program.window.deleteLater()

    def _ask(self) -> None:
        self.driver.press("nav-chat")
        self.program.window.chat_page.start_conversation()
        before = {row.id for row in self.services.conversations.list()}
        self.driver.ask(QUESTION)
        self._wait("an answer", lambda: self._answered(before) and not self.driver.busy())

    def _answered(self, before: set[int]) -> bool:
        """Whether a conversation that was not there before has its answer."""
        conversations = self.services.conversations
        new = [row.id for row in conversations.list() if row.id not in before]
        said = [(row.role, row.state) for id in new for row in conversations.messages(id)]
        return said[-1:] == [("assistant", "done")]

    def _wait(self, what: str, is_there: Callable[[], Any], seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not is_there():
            assert time.monotonic() < end, f"{what} did not come in {seconds:.0f} s"
            assert not self._failed, self._failed
            QTest.qWait(100)

    def _take(self, ended: str, seconds: float) -> Taken:
        # What it begins every minute would otherwise be seen half done.
        self.program._minute.stop()
        self.program._poll.stop()
        self._wait("quiet", lambda: all(job is self.program._watching for job in background._running))
        gc.collect()
        trim_memory()
        me, chat = psutil.Process(), psutil.Process(self.services.session.pid)
        figures = [me.memory_info().rss, chat.memory_info().rss, me.num_fds(), chat.num_fds(), me.num_threads()]
        places = self.services.paths
        adapters, states = sizes(places.adapters), sizes(places.states)
        every = sizes(places.home)
        self.program._minute.start()
        self.program._poll.start()
        return Taken(
            ended=ended,
            seconds=seconds,
            memory=figures[0],
            chat_memory=figures[1],
            handles=figures[2],
            chat_handles=figures[3],
            threads=figures[4],
            adapters=len(self.services.shelf.list()),
            adapter_bytes=sum(adapters),
            files=len(every),
            other_bytes=sum(every) - sum(adapters) - sum(states),
        )


def undisturbed(state: State) -> State:
    """This machine, left alone and plugged in."""
    return replace(
        state,
        **{"on_mains": True, "idle_seconds": 7200.0, "locked": None, "lid_closed": None, "full_screen": None},
        **{"going_to_sleep": None, "heat": None, "memory": None, "memory_pressure": None},
    )


def short_notes(folder: Path, count: int) -> list[Path]:
    """Write notes of one sentence each."""
    files = [folder / f"pump-{day}.md" for day in range(1, count + 1)]
    for day, file in enumerate(files, 1):
        file.write_text(NOTE.format(day=day), encoding="utf-8")
    return files


def trim_memory() -> None:
    """Give back what was freed: what is left is held."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def sizes(folder: Path) -> list[int]:
    """The sizes of all files below a folder, in bytes."""
    return [file.stat().st_size for file in folder.rglob("*") if file.is_file()]


def broken(taken: Sequence[Taken], memory: float = MEMORY) -> list[str]:
    """The bounds that were broken, in words; `memory` is what a process may grow by in a night, in bytes."""
    first, last = taken[:WARM][-1], taken[-1]
    nights = max(1, len(taken) - WARM)

    def a_night(of: Callable[[Taken], float]) -> float:
        return (of(last) - of(first)) / nights

    found = []
    for name, grown in (
        ("the window", a_night(lambda each: each.memory)),
        ("the chat's worker", a_night(lambda each: each.chat_memory)),
    ):
        if grown >= memory:
            found.append(f"{name} grew by {grown / MB:.2f} MB a night")
    for name, more in (
        ("file handles", last.handles - first.handles),
        ("file handles of the chat's worker", last.chat_handles - first.chat_handles),
        ("threads", last.threads - first.threads),
    ):
        if more > 0:
            found.append(f"{more} {name} more than after night {WARM}")
    if (grown := a_night(lambda each: each.other_bytes)) >= DISK:
        found.append(f"the data folder grew by {grown / MB:.2f} MB a night beside the adapters")
    return found


def line(number: int, taken: Taken) -> str:
    """One row of the table."""
    return (
        f"{number:5d} {taken.ended:>10} {taken.seconds:6.0f} s {taken.memory / MB:10.2f} {taken.handles:7d} "
        f"{taken.threads:7d} {taken.chat_memory / MB:10.2f} {taken.chat_handles:7d} {taken.adapters:8d} "
        f"{taken.adapter_bytes / MB:8.2f} {taken.files:6d} {taken.other_bytes / MB:8.2f}"
    )


HEADING = "night      ended     took  window MB handles threads    chat MB handles adapters       MB  files other MB"


def main(words: list[str]) -> int:
    """Let the nights go by; return 1 where something grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=7)
    parser.add_argument("--minutes", type=int, default=3, help="how long a night may take")
    parser.add_argument("--notes", type=int, default=5, help="how many are added before each")
    parser.add_argument("--memory", type=float, default=MEMORY / MB, help="MB that a process may grow by in a night")
    parser.add_argument("--model", default=catalogue.BUILT_IN, help="one of the catalogue, or tiny")
    parser.add_argument("--home", type=Path, help="keep the data folder here")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as temporary:
        notes = short_notes(Path(temporary), asked.nights * asked.notes) if asked.model == TINY else notes_of(SAMPLE)
        assert asked.nights * asked.notes <= len(notes), f"there are {len(notes)} notes"
        house = House(asked.home or Path(temporary) / "home", asked.model, asked.minutes)
        taken: list[Taken] = []
        print(HEADING, flush=True)
        try:
            for night in range(asked.nights):
                mine = notes[night * asked.notes : (night + 1) * asked.notes]
                taken.append(house.day(night, mine, 120 * asked.minutes + PATIENCE))
                print(line(night + 1, taken[-1]), flush=True)
        finally:
            house.close()
    found = broken(taken, asked.memory * MB)
    print("\n".join(found) or "nothing grew", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
