"""Units: what examples share stands once, and nothing that is learned is shared."""

from personal_ai.learning import units

FIRST = ([1, 2, 3, 4, 5], [False, False, False, True, True])
OTHER = ([1, 2, 3, 9], [False, False, False, True])


def test_a_shared_beginning_stands_once() -> None:
    unit = units.lay_out([FIRST, OTHER])
    assert unit.tokens == [1, 2, 3, 4, 5, 9]
    assert unit.branches == [0, 0, 0, 1, 1, 2]
    assert unit.positions == [0, 1, 2, 3, 4, 3]
    assert unit.previous == [-1, 0, 1, 2, 3, 2]
    assert unit.targets == [3, 4, 5]


def test_what_is_learned_is_never_shared() -> None:
    unit = units.lay_out([FIRST, FIRST])
    assert unit.tokens == [1, 2, 3, 4, 5, 4, 5]


def test_a_long_answer_counts_by_the_root_of_its_length() -> None:
    unit = units.lay_out([FIRST, OTHER], [1.0, 3.0])
    assert [round(unit.weights[i], 4) for i in unit.targets] == [0.7071, 0.7071, 3.0]


def test_a_group_is_cut_at_the_most_a_unit_may_hold() -> None:
    made = units.group(
        [("a", FIRST, 1.0, True), ("", OTHER, 1.0, False), ("a", OTHER, 1.0, True), ("a", OTHER, 1.0, True)], most=6
    )
    assert [unit.size for unit in made] == [6, 4, 4]
    assert [unit.notes for unit in made] == [True, False, True]
    assert all(unit.size <= 6 for unit in made)


def test_what_is_replayed_may_be_in_part_expected_itself() -> None:
    (made,) = units.group([("a", FIRST, 1.0, False), ("a", OTHER, 1.0, False)], replay=True, itself=0.25)
    assert (made.replay, made.itself, made.notes) == (True, 0.25, False)
    (other,) = units.group([("a", FIRST, 1.0, True)])
    assert (other.replay, other.itself, other.notes) == (False, 0.0, True)
