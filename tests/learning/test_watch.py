"""Beside a run: the first reason to stop is kept, the pause asked for once, the computer kept awake only on mains."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from personal_ai.errors import UserError
from personal_ai.learning.watch import ASLEEP, Watch
from personal_ai.system import State
from personal_ai.worker import wait_until


class Scene:
    """A machine that a test changes, and what the watch did about it."""

    def __init__(self) -> None:
        self.state = State(on_mains=True)
        self.looks = 0
        self.reason: str | None = None
        self.pauses = 0
        self.awake: list[bool] = []
        self.about_to_sleep: Callable[[], None] = lambda: None
        self.sleep_held = False

    def look(self) -> State:
        self.looks += 1
        return self.state

    def must_stop(self, _state: State) -> str | None:
        return self.reason

    def pause(self) -> None:
        self.pauses += 1

    @contextmanager
    def keep_awake(self, _reason: str) -> Iterator[bool]:
        self.awake.append(True)
        yield True
        self.awake.append(False)

    @contextmanager
    def before_sleep(self, act: Callable[[], None], _why: str) -> Iterator[bool]:
        self.about_to_sleep, self.sleep_held = act, True
        yield True
        self.sleep_held = False

    def watch(self) -> Watch:
        return Watch(self.look, self.must_stop, self.pause, self.keep_awake, self.before_sleep, every=0.01)

    def looked_again(self) -> bool:
        before = self.looks
        return wait_until(lambda: self.looks > before + 2, 10)


def test_the_first_reason_is_kept_and_the_pause_asked_for_once() -> None:
    scene = Scene()
    with scene.watch() as watch:
        assert scene.looked_again()
        assert (watch.reason, scene.pauses) == ("", 0)
        scene.reason = "Paused: your computer runs on battery."
        assert wait_until(lambda: scene.pauses == 1, 10)
        scene.reason = "Paused: you are using your computer."
        assert scene.looked_again()
    assert (watch.reason, scene.pauses) == ("Paused: your computer runs on battery.", 1)


def test_the_computer_is_kept_awake_on_mains_and_only_there() -> None:
    scene = Scene()
    scene.state = State(on_mains=None)
    with scene.watch():
        assert scene.looked_again()
        assert scene.awake == []
        scene.state = State(on_mains=True)
        assert wait_until(lambda: scene.awake == [True], 10)
        scene.state = State(on_mains=False)
        assert wait_until(lambda: scene.awake == [True, False], 10)
        scene.state = State(on_mains=True)
        assert wait_until(lambda: scene.awake == [True, False, True], 10)
    assert scene.awake == [True, False, True, False]


def test_whoever_makes_way_no_longer_keeps_the_computer_awake() -> None:
    scene = Scene()
    with scene.watch():
        assert wait_until(lambda: scene.awake == [True], 10)
        scene.reason = "Paused: your computer is hot (90 °C)."
        assert wait_until(lambda: scene.awake == [True, False], 10)


def test_sleep_is_a_reason_and_held_up_until_the_run_is_over() -> None:
    scene = Scene()
    with scene.watch() as watch:
        scene.about_to_sleep()
        assert (watch.reason, scene.pauses, scene.sleep_held) == (ASLEEP, 1, True)
    assert not scene.sleep_held


def test_settings_that_cannot_be_read_stop_nothing_and_the_watch_goes_on() -> None:
    scene = Scene()
    refuse = threading.Event()
    refuse.set()

    def must_stop(_state: State) -> str | None:
        if refuse.is_set():
            raise UserError("The settings file is damaged.")
        return "Paused: the quiet hours are over."

    watch = Watch(scene.look, must_stop, scene.pause, scene.keep_awake, scene.before_sleep, every=0.01)
    with watch:
        assert scene.looked_again()
        assert watch.reason == ""
        refuse.clear()
        assert wait_until(lambda: scene.pauses == 1, 10)
