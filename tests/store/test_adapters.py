"""The record of adapters."""

import pytest

from personal_ai.errors import UserError
from personal_ai.store.adapters import Adapters
from personal_ai.store.database import Database


def test_adapters_come_newest_first_with_what_they_learned(database: Database) -> None:
    adapters = Adapters(database)
    assert adapters.next_number() == 1
    adapters.add(1, "built-in", "ab" * 32, 100, notes=2, proof={"f1": 0.5}, documents=[4, 7])
    adapters.add(2, "built-in", "ab" * 32, 100, parent=1)
    adapters.put_documents(2, [7, 7, 9])
    assert [row.number for row in adapters.list()] == [2, 1]
    assert adapters.get(1).proof == {"f1": 0.5}
    assert (adapters.get(2).parent, adapters.documents(1), adapters.documents(2)) == (1, [4, 7], [7, 9])


def test_the_number_of_a_removed_adapter_is_not_used_again(database: Database) -> None:
    adapters = Adapters(database)
    adapters.add(1, "built-in", "ab", 100)
    adapters.set_state(1, "removed")
    assert adapters.next_number() == 2
    assert adapters.list(removed=False) == []
    assert [row.state for row in adapters.list()] == ["removed"]


def test_an_unknown_adapter_is_a_sentence(database: Database) -> None:
    with pytest.raises(UserError, match="no adapter 5"):
        Adapters(database).get(5)


def test_a_proof_measured_later_takes_the_place_of_the_first(database: Database) -> None:
    adapters = Adapters(database)
    adapters.add(1, "built-in", "ab", 100)
    adapters.set_proof(1, {"accepted": True})
    assert adapters.get(1).proof == {"accepted": True}
