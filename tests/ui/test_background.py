"""The one door off the window's thread."""

import gc
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from personal_ai.errors import UserError
from personal_ai.ui import background


class Listener:
    """Remembers what came back, and on which thread."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.done: list[Any] = []
        self.failed: list[str] = []
        self.threads: set[int] = set()

    def run(self, generator: Iterator[Any]) -> background.Job:
        return background.run(generator, self._on_event, self.done.append, self.failed.append)

    def _on_event(self, event: Any) -> None:
        self.threads.add(threading.get_ident())
        self.events.append(event)

    @property
    def ended(self) -> bool:
        return len(self.done) + len(self.failed) > 0


def test_events_come_in_order_on_the_windows_thread(qtbot: QtBot) -> None:
    worked_on: list[int] = []

    def count() -> Iterator[int]:
        worked_on.append(threading.get_ident())
        yield from range(500)
        return "result"

    listener = Listener()
    listener.run(count())
    qtbot.waitUntil(lambda: listener.ended)
    assert listener.events == list(range(500))
    assert listener.done == ["result"]
    assert listener.threads == {threading.get_ident()}
    assert worked_on[0] != threading.get_ident()


def test_a_flood_of_events_comes_in_few_batches(qtbot: QtBot) -> None:
    batches: list[float] = []

    def flood() -> Iterator[int]:
        for number in range(300):
            time.sleep(0.001)
            yield number

    listener = Listener()
    job = listener.run(flood())
    deliver = job._deliver
    job._deliver = lambda: (batches.append(time.monotonic()), deliver())[1]  # type: ignore[method-assign]
    qtbot.waitUntil(lambda: listener.ended)
    assert len(listener.events) == 300
    assert len(batches) < 60


def test_cancel_closes_the_generator(qtbot: QtBot) -> None:
    closed: list[bool] = []

    def forever() -> Iterator[int]:
        try:
            while True:
                time.sleep(0.002)
                yield 1
        finally:
            closed.append(True)

    listener = Listener()
    job = listener.run(forever())
    qtbot.waitUntil(lambda: bool(listener.events))
    job.cancel()
    qtbot.waitUntil(lambda: listener.ended)
    assert closed == [True]
    assert listener.done == [None]
    assert job.cancelled


def test_a_silent_cancel_calls_nothing_back(qtbot: QtBot) -> None:
    gate = threading.Event()

    def slow() -> Iterator[int]:
        gate.wait(5)
        yield 1

    listener = Listener()
    job = listener.run(slow())
    job.cancel(silent=True)
    gate.set()
    qtbot.waitUntil(lambda: job not in background._running)
    assert (listener.events, listener.done, listener.failed) == ([], [], [])


def test_a_user_error_arrives_as_its_sentence(qtbot: QtBot) -> None:
    def refuse() -> Iterator[int]:
        yield 1
        raise UserError("The disk is full.")

    listener = Listener()
    listener.run(refuse())
    qtbot.waitUntil(lambda: listener.ended)
    assert listener.events == [1]
    assert listener.failed == ["The disk is full."]


def test_a_bug_is_called_one_and_logged_without_its_words(qtbot: QtBot, caplog) -> None:
    listener = Listener()
    words = " ".join(("a note's", "words"))

    def fail() -> None:
        try:
            {}[words]
        except KeyError as error:
            raise ValueError(words) from error

    background.call(fail, listener.done.append, listener.failed.append)
    qtbot.waitUntil(lambda: listener.ended)
    (sentence,) = listener.failed
    assert "ValueError" in sentence
    assert "our bug" in sentence
    assert "background job met a bug: KeyError" in caplog.text
    assert ", then ValueError" in caplog.text
    assert "test_background.py" in caplog.text
    assert words not in caplog.text


def test_finish_waits_for_jobs(qtbot: QtBot) -> None:
    def forever() -> Iterator[int]:
        while True:
            time.sleep(0.01)
            yield 1

    job = Listener().run(forever())
    assert background.finish(5)
    assert not job.alive


def test_only_the_windows_thread_collects_garbage(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    died_on: list[int] = []
    # No test begins with the collector on: here it is for the program to turn it off.
    monkeypatch.setattr(background, "_the_bell", None)
    gc.enable()
    background.prepare()
    assert not gc.isenabled()

    class Cycle(QWidget):
        def __init__(self) -> None:
            super().__init__()
            self.me = self

        def __del__(self) -> None:
            died_on.append(threading.get_ident())

    def allocate() -> Iterator[int]:
        kept = [[number] for number in range(200_000)]
        yield len(kept)

    listener = Listener()
    background.call(int, listener.done.append, listener.failed.append)
    qtbot.waitUntil(lambda: listener.ended)
    for _ in range(20):
        Cycle()
    second = Listener()
    second.run(allocate())
    qtbot.waitUntil(lambda: second.ended)
    # In a process of many objects their turn may be minutes away.
    gc.collect()
    assert len(died_on) == 20
    assert set(died_on) == {threading.get_ident()}


def test_many_jobs_while_widgets_come_and_go(qtbot: QtBot) -> None:
    """A job's thread never waits for Qt: this stood still for ever when it rang by a signal."""
    listener = Listener()
    for _ in range(300):
        widget = QWidget()
        background.call(lambda: None, listener.done.append, listener.failed.append)
        widget.deleteLater()
        QApplication.processEvents()
    qtbot.waitUntil(lambda: len(listener.done) == 300)
    assert listener.failed == []
