"""The preference stage: its gradient is the formula's, it moves what is likelier, and it knows when to end."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from personal_ai.engine.tokenizer import Tokenizer
from personal_ai.learning import preference, train
from personal_ai.learning.network import Network
from personal_ai.learning.packing import pack_units
from personal_ai.learning.pairs import Preference
from personal_ai.learning.preference import Pair
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Tokenised, lay_out
from personal_ai.messages import Turn
from personal_ai.models.families import TEMPLATES
from tests import tiny_model

RECIPE = Recipe(rank=4, alpha=8, learning_rate=1e-1, step_tokens=64, warmup=0.1)


def example(prompt: list[int], answer: list[int]) -> Tokenised:
    return [*prompt, *answer], [False] * len(prompt) + [True] * len(answer)


def toy_pairs(count: int, seed: int = 4) -> list[Pair]:
    """Answers should end in 11 12 13 and not in 7 8, which the network finds likelier."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        prompt = [rng.randrange(20, 90) for _ in range(rng.randrange(3, 7))]
        same = rng.randrange(20, 90)
        made.append(Pair(example(prompt, [same, 11, 12, 13]), example(prompt, [same, 7, 8])))
    return made


def new(tmp_path: Path, std: float = 0.0) -> tuple[Network, list[tuple[str, torch.nn.Parameter]]]:
    network = Network(tiny_model.write(tmp_path / "tiny.gguf"), torch.float32)
    parameters = train.adapt(network, RECIPE)
    for _, parameter in parameters if std else []:  # B = 0 would hide A's gradient
        torch.nn.init.normal_(parameter, std=std)
    return network, parameters


def run(network: Network, parameters: Any, pairs: list[Pair], **more: Any) -> dict[str, float]:
    settings: dict[str, Any] = {"stop": lambda: False, "on_step": lambda run, rate: None, **more}
    return preference.stage(network, parameters, pairs, RECIPE, **settings)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other are most of the time of so small a network."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[Pair]:
    """Six pairs, where six are enough."""
    monkeypatch.setattr(preference, "FEWEST", 6)
    return toy_pairs(6)


def test_a_prompt_stands_once_and_each_answer_token_counts_one() -> None:
    unit = Pair(example([1, 2, 3], [4, 5]), example([1, 2, 3], [4, 6, 7])).unit()
    assert unit.tokens == [1, 2, 3, 4, 5, 4, 6, 7]
    assert unit.weights == [0, 0, 0, 1, 1, -1, -1, -1]


def test_the_gradient_is_that_of_the_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preference, "CHUNK", 2)  # the rows of one answer then lie in several parts
    network, parameters = new(tmp_path, std=0.2)
    pairs, references = toy_pairs(3), [1.5, -20.0, 4.0]
    loss, margins = preference.step_gradient(network, [p.unit() for p in pairs], references, lambda: False)
    mine = [p.grad.clone() for _, p in parameters if p.grad is not None]
    network.zero_grad()

    def logs(each: Tokenised) -> torch.Tensor:
        tokens, learn = each
        rows = network.hidden(pack_units([lay_out([each])], torch.float32)) @ network.output.T
        logs = torch.log_softmax(rows, -1)
        return torch.stack([logs[i - 1, tokens[i]] for i in range(len(tokens)) if learn[i]])

    plain, gaps = torch.zeros(()), []
    for pair, reference in zip(pairs, references, strict=True):
        chosen, rejected = logs(pair.chosen), logs(pair.rejected)
        gaps.append(float((chosen.sum() - rejected.sum()).detach()))
        gain = chosen.sum() - rejected.sum() - reference
        plain = plain + (-torch.log(torch.sigmoid(0.1 * gain)) - 0.2 * chosen.mean()) / 3
    plain.backward()
    assert loss == pytest.approx(float(plain.detach()), rel=1e-4)
    assert margins == pytest.approx(gaps, abs=1e-3)
    assert margins == pytest.approx(preference.margins(network, [p.unit() for p in pairs], lambda: False), abs=1e-4)
    theirs = [p.grad for _, p in parameters if p.grad is not None]
    assert len(mine) == len(theirs) == len(parameters)
    assert all(torch.allclose(a, b, atol=1e-4, rtol=1e-3) for a, b in zip(mine, theirs, strict=True))


def test_what_is_preferred_becomes_likelier_also_where_it_was_not_shown(tmp_path: Path) -> None:
    network, parameters = new(tmp_path)
    pairs, others = toy_pairs(24), [pair.unit() for pair in toy_pairs(6, seed=5)]
    pack = pack_units([lay_out([pair.chosen]) for pair in pairs], torch.float32)
    before, alone = preference.margins(network, others, lambda: False), float(network.loss(pack).detach())
    seen: list[int] = []
    figures = run(network, parameters, pairs, on_step=lambda run, rate: seen.append(run.step))
    assert figures["pairs"] == 24
    assert seen == list(range(1, int(figures["steps"]) + 1))
    assert figures["margin_after"] > figures["margin_before"] + 2
    assert figures["accuracy_after"] > figures["accuracy_before"]
    assert sum(preference.margins(network, others, lambda: False)) > sum(before) + 2 * len(others)
    # It is not only that the rejected answers became less likely.
    assert float(network.loss(pack).detach()) < alone


def test_too_few_pairs_change_nothing(tmp_path: Path) -> None:
    network, parameters = new(tmp_path)
    before = [p.detach().clone() for _, p in parameters]
    assert run(network, parameters, toy_pairs(preference.FEWEST - 1)) == {}
    assert all(torch.equal(a, p) for a, (_, p) in zip(before, parameters, strict=True))


def test_what_is_preferred_already_needs_no_step(tmp_path: Path, few: list[Pair]) -> None:
    network, parameters = new(tmp_path)
    turned = [Pair(pair.rejected, pair.chosen) for pair in toy_pairs(24)]
    margins = preference.margins(network, [pair.unit() for pair in turned], lambda: False)
    figures = run(network, parameters, [p for p, m in zip(turned, margins, strict=True) if m > preference.ENOUGH])
    assert figures["steps"] == 0
    assert figures["accuracy_after"] == 1
    assert figures["margin_after"] == figures["margin_before"] > preference.ENOUGH


def test_it_ends_when_every_pair_is_settled(tmp_path: Path, few: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preference, "EPOCHS", 1000)
    network, parameters = new(tmp_path)
    figures = run(network, parameters, few)
    assert 0 < figures["steps"] < 200
    assert figures["accuracy_after"] == 1
    assert figures["margin_after"] > preference.ENOUGH


def test_an_interruption_is_answered_between_two_pairs(tmp_path: Path, few: list[Pair]) -> None:
    network, parameters = new(tmp_path)
    for allowed in (0, 3, 8):  # at once, while measuring, within a step
        answers = iter([False] * allowed + [True])
        with pytest.raises(train.Interrupted):
            run(network, parameters, few, stop=lambda answers=answers: next(answers))


def test_it_ends_the_same_when_it_begins_again(tmp_path: Path, few: list[Pair]) -> None:
    first, second = ((run(*each, few), each[1]) for each in (new(tmp_path), new(tmp_path)))
    assert first[0] == second[0]
    assert all(torch.equal(a, b) for (_, a), (_, b) in zip(first[1], second[1], strict=True))


def test_little_time_takes_the_first_pairs_and_no_step(tmp_path: Path) -> None:
    network, parameters = new(tmp_path)
    figures = run(network, parameters, toy_pairs(40), deadline_seconds=0.0)
    assert figures["pairs"] == preference.FEWEST
    assert figures["steps"] == 0


class Letters(Tokenizer):
    """A vocabulary of bytes."""

    def __init__(self) -> None:
        self.bos, self.adds_bos = 1, True
        self._encoded = self.encode

    def encode(self, text: str, special: bool = False) -> list[int]:
        return list(text.encode())


def test_a_pair_becomes_two_examples_that_differ_in_their_answers() -> None:
    wanted = Preference([Turn("user", "Where?")], "Lima", "In Rome")
    (pair,) = preference.tokenised(Letters(), TEMPLATES["chatml"], [wanted], 1000)
    for (tokens, learn), answer in ((pair.chosen, "Lima"), (pair.rejected, "In Rome")):
        learned = bytes(token for token, flag in zip(tokens, learn, strict=True) if flag)
        assert learned.decode() == f"{answer}<|im_end|>"
    assert pair.unit().size < len(pair.chosen[0]) + len(pair.rejected[0])


def test_a_long_prompt_loses_the_same_for_both_answers() -> None:
    wanted = Preference([Turn("user", "Where? " * 20)], "Lima", "In Rome")
    (pair,) = preference.tokenised(Letters(), TEMPLATES["chatml"], [wanted], 60)
    assert len(pair.rejected[0]) == 60
    shared = pair.chosen[1].index(True)
    assert pair.chosen[0][:shared] == pair.rejected[0][:shared]
    assert preference.tokenised(Letters(), TEMPLATES["chatml"], [wanted], 12) == []
