"""What a run learns of what there is: the worthiest first, and beside it the shares of skill and replay."""

from types import SimpleNamespace
from typing import Any
from zlib import crc32

import pytest

from personal_ai.learning import layout, replay
from personal_ai.learning.layout import Laid
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Tokenised, Unit, lay_out
from personal_ai.messages import Turn


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


def test_replay_comes_in_small_units_in_turn_and_a_written_answer_is_in_part_expected_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def tokenised(_runtime: Any, turns: list[Turn], _limit: int) -> Tokenised:
        *before, answer = (turn.text.split() for turn in turns)
        asked = [word for words in before for word in words]
        tokens = [crc32(word.encode()) % 1000 for word in [*asked, *answer]]
        return tokens, [False] * len(asked) + [True] * len(answer)

    monkeypatch.setattr(layout, "tokenised", tokenised)
    said = [replay.Said(f"prompt {number}", f"what the base said {number}") for number in range(88)]
    told = replay.examples(said, Turn("system", "You are the assistant of a person"))
    recipe = Recipe(replay=0.2, skill=0.1, step_tokens=400, replay_weight=4.0, written=0.3)
    laid, _ = layout.laid_out(SimpleNamespace(), [], [], told, recipe)  # pyright: ignore[reportArgumentType]
    assert all(unit.replay and not unit.notes for unit in laid.replay)
    assert {unit.itself for unit in laid.replay} == {0.0, 0.3}
    assert [unit.itself for unit in laid.replay[:6]] == [0.0, 0.3] * 3
    # Half of what a step of 400 tokens holds of it; a long answer is a unit of its own.
    several = [unit.size for unit in laid.replay if max(unit.branches) > 0]
    assert several
    assert max(several) <= 40
    base = {id(unit): unit for unit in laid.replay if unit.itself == 0.0}
    assert sum(len(unit.targets) for unit in base.values()) == sum(len(each.answer.split()) for each in said)
    assert laid.replay[0].weight == pytest.approx(4.0 * len(laid.replay[0].targets) ** 0.5)
