"""A recipe sets itself by model, notes and time."""

import pytest

from personal_ai.learning import recipe


def test_larger_models_take_gentler_steps() -> None:
    rates = [recipe.choose(int(size), 0).learning_rate for size in (135e6, 360e6, 1e9, 3e9, 8e9)]
    assert rates == sorted(rates, reverse=True) and len(set(rates)) == 5


@pytest.mark.parametrize(("trained", "step"), [(5_000, 256), (128_000, 500), (256_000, 1000), (10**9, 2048)])
def test_a_short_run_takes_smaller_steps(trained: float, step: int) -> None:
    assert recipe.choose(135_000_000, 0, trained=trained).step_tokens == step


def test_few_notes_are_seen_more_often() -> None:
    assert recipe.choose(10**8, 10_000).epochs > recipe.choose(10**8, 10**6).epochs
