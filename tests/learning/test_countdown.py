"""The remaining time of a run never jumps back, and still ends where the run does."""

import itertools
import random

from personal_ai.learning.countdown import Countdown


def told(estimates: list[float], each: float = 10.0) -> list[float]:
    countdown = Countdown()
    return [countdown.tell(number * each, left) for number, left in enumerate(estimates)]


def test_true_estimates_are_told_as_they_are() -> None:
    estimates = [float(left) for left in range(600, -1, -10)]
    assert told(estimates) == estimates


def test_estimates_that_jump_are_told_without_a_jump_back() -> None:
    rng = random.Random(1)
    estimates = [max(0.0, (600.0 - 10 * i) * rng.uniform(0.6, 1.7)) for i in range(61)]
    shown = told(estimates)
    assert any(b > a for a, b in itertools.pairwise(estimates))
    assert all(b <= a for a, b in itertools.pairwise(shown))


def test_one_quick_step_does_not_shorten_a_night() -> None:
    estimates = [3600.0 - 10 * i for i in range(20)]
    estimates[10] = 600.0
    shown = told(estimates)
    assert shown[10] > 2500.0


def test_where_more_time_is_left_it_stands_still_until_that_is_true() -> None:
    # Half as fast as it seemed: what was told stays, and in the end both meet.
    shown = told([600.0, *(1200.0 - 10 * i for i in range(1, 120)), 0.0])
    assert max(shown) == 600.0
    assert shown[40] == 600.0
    assert abs(shown[100] - 200.0) < 100.0
    assert shown[-1] < 60.0


def test_a_shorter_run_is_told_within_a_minute_or_two() -> None:
    shown = told([3600.0, *(600.0 - 10 * i for i in range(1, 25))])
    assert abs(shown[-1] - 360.0) < 60.0
