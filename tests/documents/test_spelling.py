"""A word that occurs nowhere is taken for one that does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_ai.documents.library import Library
from personal_ai.documents.spelling import distance, meant


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("rhubarb", "rhubarb", 0),
        ("ruhbarb", "rhubarb", 1),
        ("matress", "mattress", 1),
        ("batery", "battery", 1),
        ("ab", "cd", 2),
    ],
)
def test_letters_changed_added_left_out_or_swapped_are_counted(one: str, other: str, wrong: int) -> None:
    assert distance(one, other, 2) == wrong


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_goes_both_ways_and_stops_at_the_most(one: str, other: str) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) <= 3
    assert (distance(one, other, 2) == 0) == (one == other)


def test_a_misspelled_word_and_two_written_as_one_are_found(add: Callable, library: Library, notes: Path) -> None:
    (notes / "bed.txt").write_text("The mattress is 90 by 200, the wheel of the barrow is flat.")
    add(notes)
    index = library.documents.index
    assert list(meant(index, "matress")) == [("mattress", 1.0, "matress")]
    assert [term for term, *_ in meant(index, "wheelbarrow")] == ["wheel", "barrow"]
    assert list(meant(index, "zebra")) == []
    assert library.search("matress")[0].document.endswith("bed.txt")
