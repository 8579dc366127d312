"""Words that mean nearly the same."""

from personal_ai.store.near import is_word, near, read_table


def test_words_that_mean_the_same_are_near() -> None:
    assert near("fridg")[0][0] == "refriger"
    assert near("bike")[0][0] == "bicycl"
    assert near("zzz") == []


def test_likeness_falls_and_lies_between_nought_and_one() -> None:
    for pairs in map(near, list(read_table())[::500]):
        alike = [value for _, value in pairs]
        assert alike == sorted(alike, reverse=True)
        assert all(0 < value < 1 for value in alike)


def test_a_common_word_is_known_and_a_misspelled_one_is_not() -> None:
    assert is_word("fuel")
    assert not is_word("matress")
