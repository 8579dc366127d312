"""A word that occurs nowhere is taken for one that does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_ai.documents.library import Library
from personal_ai.documents.spelling import meant, misspelled


@pytest.mark.parametrize(
    ("typed", "right"),
    [("ruhbarb", "rhubarb"), ("matress", "mattress"), ("battlery", "battery"), ("kottage", "cottage")],
)
def test_a_letter_swapped_left_out_added_or_changed_is_seen(typed: str, right: str) -> None:
    assert any(right in kind for kind in misspelled(typed))


@settings(deadline=None)
@given(st.text("abc", min_size=1, max_size=6))
def test_what_one_letter_makes_of_a_word_makes_the_word_again(term: str) -> None:
    for at, kind in enumerate(misspelled(term)):
        assert term not in kind
        assert all(term in misspelled(other)[at] for other in sorted(kind)[:50])


def test_a_misspelled_word_and_two_written_as_one_are_found(add: Callable, library: Library, notes: Path) -> None:
    (notes / "bed.txt").write_text("The mattress is 90 by 200, the wheel of the barrow is flat.")
    add(notes)
    index = library.documents.index
    assert list(meant(index, "matress")) == [("mattress", 1.0, "matress")]
    assert [term for term, *_ in meant(index, "wheelbarrow")] == ["wheel", "barrow"]
    assert list(meant(index, "zebra")) == []
    assert library.search("matress")[0].document.endswith("bed.txt")
