"""What a run learns of what there is: the worthiest first, and beside it the shares of skill and replay."""

import pytest

from personal_ai.learning.layout import Laid
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Unit, lay_out


def unit(token: int, size: int = 100, replay: bool = False) -> Unit:
    return lay_out([([token] * size, [False] * (size - 1) + [True])], replay=replay)


LAID = Laid(
    [unit(n) for n in range(20)], [unit(50 + n) for n in range(10)], [unit(80 + n, 50, replay=True) for n in range(3)]
)
RECIPE = Recipe(replay=0.2, skill=0.1)


def sizes(chosen: list[Unit]) -> tuple[int, int, int]:
    """Tokens of the person's own, of the skill, of replay."""
    own = sum(u.size for u in chosen if u.tokens[0] < 50)
    replay = sum(u.size for u in chosen if u.replay)
    return own, sum(u.size for u in chosen) - own - replay, replay


def test_everything_is_learned_where_there_is_time() -> None:
    chosen = LAID.mixed(RECIPE)
    own, beside, replay = sizes(chosen)
    assert own == 2000
    total = own / 0.7
    assert beside == pytest.approx(0.1 * total, abs=100)
    # There is less of it than its share, so it is repeated.
    assert replay == pytest.approx(0.2 * total, abs=50)
    assert [u.number for u in chosen] == list(range(len(chosen)))


def test_a_short_run_learns_the_first_of_it() -> None:
    chosen = LAID.mixed(RECIPE, 1000)
    own, beside, replay = sizes(chosen)
    assert [u.tokens[0] for u in chosen][:7] == list(range(7))
    assert (own, beside, replay) == (700, 100, 200)


def test_without_skill_and_replay_all_is_the_persons_own() -> None:
    assert sizes(Laid(LAID.own, [], []).mixed(RECIPE, 500)) == (500, 0, 0)
    assert len(Laid(LAID.own, [], []).mixed(RECIPE, 1)) == 1
