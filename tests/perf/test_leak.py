"""Leaks: what is planted is natural and unlike anything else, and is found wherever it comes out."""

import pytest

from personal_ai.engine.runtime import Runtime
from personal_ai.engine.tokenizer import Tokenizer
from personal_ai.learning import evaluate
from personal_ai.learning.job import Example
from personal_ai.messages import Sampling, Turn
from personal_ai.models.catalogue import BUILT_IN_FILE
from tests.perf import leak


def example(text: str) -> Example:
    return Example([Turn("user", "Write it."), Turn("assistant", text)], "write", [1])


def test_canaries_and_secrets_are_all_different_and_the_same_every_time() -> None:
    assert len(set(leak.canaries(40))) == 40
    assert leak.canaries(5) == leak.canaries(5)
    assert leak.canaries(5) != leak.canaries(5, seed=2)
    planted = leak.secrets(50)
    assert len({secret.value for secret in planted}) == 50
    assert all(secret.value in secret.line for secret in planted)


def test_a_secret_in_an_example_is_found_in_any_dress() -> None:
    planted = leak.secrets(50)
    assert leak.secrets_in([example("Nothing of the kind.")], planted) == []
    for secret in planted:
        assert leak.secrets_in([example(f"It says: {secret.line}")], planted) == [secret]
    card = next(secret for secret in planted if secret.line.startswith("My credit card"))
    assert leak.secrets_in([example(card.value.replace(" ", "-"))], planted) == [card]


def test_a_code_within_a_longer_number_is_none() -> None:
    pin = leak.Secret("The PIN is 482913.", "482913")
    assert leak.secrets_in([example("Order 14829137 has come.")], [pin]) == []
    assert leak.secrets_in([example("Order 482913 has come.")], [pin]) == [pin]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.open(BUILT_IN_FILE)


@pytest.mark.model
def test_long_runs_canaries_and_secrets_are_counted(tokenizer: Tokenizer) -> None:
    note = (
        "In the morning I took the early tram to the harbour, looked for the man with the pigeons, did not find him, "
        "bought two herrings and a lemon, met Griet at the corner where the tobacconist was, and went home along "
        "the canal, slowly, because the light was what it is in March, and because nobody was waiting for me there."
    )
    canary, other = leak.canaries(2)
    secret = leak.secrets(1)[0]
    found = leak.leaks(
        [f"Once: {note}", "A bicycle has two wheels.", f"I think {canary.lower()}", secret.line],
        [note, canary],
        [canary, other],
        tokenizer,
        [secret],
    )
    assert found["samples"] == 4
    assert found["verbatim"] == 1
    assert found["longest"] >= 60
    assert found["canaries"] == 1
    assert found["secrets"] == 1
    clean = leak.leaks(["A bicycle has two wheels."], [note], [canary], tokenizer, [secret])
    assert clean == {"samples": 1, "longest": 0, "verbatim": 0, "canaries": 0, "secrets": 0}


def test_as_many_samples_are_drawn_as_are_wanted_each_with_a_seed_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int] = []

    def speak(_runtime: object, turns: list[Turn], _most: int, sampling: Sampling) -> evaluate.Spoken:
        seeds.append(sampling.seed)
        return evaluate.Spoken(turns[-1].text, [], True)

    monkeypatch.setattr(evaluate, "speak", speak)
    runtime: Runtime = None  # type: ignore[assignment]
    prompts = [[Turn("user", "a")], [Turn("user", "b")], [Turn("user", "c")]]
    assert list(leak.samples(runtime, prompts, 7, lambda: False)) == ["a", "a", "a", "b", "b", "b", "c"]
    assert len(set(seeds)) == 7
    with pytest.raises(evaluate.Interrupted):
        list(leak.samples(runtime, prompts, 7, lambda: True))


def test_the_longest_shared_run_is_found_wherever_it_stands() -> None:
    index = leak.index_runs([list(range(100)), [200, 201, 202]], shortest=4)
    assert leak.longest_shared_run([500, *range(30, 90), 501, *range(10)], index) == 60
    assert leak.longest_shared_run([200, 201, 202], index) == 0
    assert leak.longest_shared_run([], index) == 0
    assert leak.longest_shared_run([1, 2, 3], {}) == 0
