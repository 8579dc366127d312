"""The training loop: it learns, it plans, and an interruption changes nothing in the end."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from personal_ai.errors import UserError
from personal_ai.learning import export, train
from personal_ai.learning.network import Network
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import lay_out, number
from personal_ai.models import gguf_file
from tests import tiny_model

RECIPE = Recipe(rank=4, alpha=8, learning_rate=5e-3, step_tokens=24, warmup=0.1)
EXAMPLES = number(
    lay_out([([i, i + 1, i + 2, (i * 7) % 90, (i * 5) % 90], [False, False, False, True, True])], replay=i % 5 == 4)
    for i in range(16)
)


def new(tmp_path: Path) -> tuple[Network, list]:
    network = Network(tiny_model.write(tmp_path / "tiny.gguf"), torch.float32)
    return network, train.adapt(network, RECIPE)


def run(
    tmp_path: Path,
    folder: str,
    steps: int = 24,
    stop: Callable[[], bool] = lambda: False,
    inputs: str = "x",
    deadline: float = float("inf"),
) -> tuple[train.Run, dict[str, torch.Tensor]]:
    network, parameters = new(tmp_path)
    result = train.train(
        network,
        parameters,
        EXAMPLES,
        RECIPE,
        tmp_path / folder,
        inputs,
        planned=lambda: steps,
        stop=stop,
        on_step=lambda run, rate: None,
        on_checkpoint=lambda step: None,
        checkpoint_seconds=0.0,
        deadline_seconds=deadline,
    )
    return result, {name: p.detach().clone() for name, p in parameters}


def test_the_loss_falls(tmp_path: Path) -> None:
    result, _ = run(tmp_path, "a", steps=60)
    assert result.losses[-1][1] < 0.7 * result.losses[0][1]
    assert result.step == 60


def test_an_interrupted_run_ends_bit_for_bit_like_an_uninterrupted_one(tmp_path: Path) -> None:
    whole, expected = run(tmp_path, "whole")
    pieces = iter([False] * 17 + [True])
    with pytest.raises(train.Interrupted):
        run(tmp_path, "parts", stop=lambda: next(pieces))
    pieces = iter([False] * 4 + [True])
    with pytest.raises(train.Interrupted):
        run(tmp_path, "parts", stop=lambda: next(pieces))
    resumed, weights = run(tmp_path, "parts")
    assert all(torch.equal(weights[name], expected[name]) for name in expected)
    assert resumed.losses == whole.losses
    assert resumed.tokens == whole.tokens


def test_a_checkpoint_of_other_inputs_is_not_resumed(tmp_path: Path) -> None:
    run(tmp_path, "a", steps=8, inputs="yesterday's notes")
    _network, parameters = new(tmp_path)
    optimizer = torch.optim.AdamW([p for _, p in parameters])
    assert train.resume(tmp_path / "a", "today's notes", parameters, optimizer) is None
    assert train.resume(tmp_path / "a", "yesterday's notes", parameters, optimizer) is not None


def test_a_damaged_checkpoint_gives_way_to_the_older_one(tmp_path: Path) -> None:
    run(tmp_path, "a", steps=8)
    _, parameters = new(tmp_path)
    optimizer = torch.optim.AdamW([p for _, p in parameters])
    newest = max(("checkpoint-a", "checkpoint-b"), key=lambda n: (tmp_path / "a" / n / "state.json").stat().st_mtime_ns)
    tensors = tmp_path / "a" / newest / "tensors.safetensors"
    tensors.write_bytes(tensors.read_bytes()[:-1] + b"\xff")
    state = train.resume(tmp_path / "a", "x", parameters, optimizer)
    assert state is not None
    assert state.step < 8


def test_the_number_of_steps_is_planned_again_when_the_speed_is_known(tmp_path: Path) -> None:
    network, parameters = new(tmp_path)
    asked: list[int] = []

    def replanned(run: train.Run) -> int:
        asked.append(run.step)
        return 100 if run.step < train.REPLANS[-1] else run.step + 4

    result = train.train(
        network,
        parameters,
        EXAMPLES,
        RECIPE,
        tmp_path / "a",
        "x",
        planned=lambda: 1000,
        replanned=replanned,
        stop=lambda: False,
        on_step=lambda run, rate: None,
        on_checkpoint=lambda step: None,
    )
    assert asked == list(train.REPLANS)
    assert result.step == result.planned == train.REPLANS[-1] + 4


def test_the_time_is_a_limit(tmp_path: Path) -> None:
    result, _ = run(tmp_path, "a", steps=100_000, deadline=0.2)
    assert 1 <= result.step < 100_000


def test_the_plan_fits_the_time_and_the_epochs() -> None:
    tokens = sum(unit.size for unit in EXAMPLES)
    assert train.plan(EXAMPLES, RECIPE, seconds_per_token=0.01, seconds=1e9) == 3 * len(
        train.schedule(EXAMPLES, RECIPE, 0)
    )
    assert train.plan(EXAMPLES, RECIPE, seconds_per_token=1.0, seconds=tokens) == len(
        train.schedule(EXAMPLES, RECIPE, 0)
    )
    assert train.plan(EXAMPLES, RECIPE, seconds_per_token=1.0, seconds=0.1) == 1


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first = train.schedule(EXAMPLES, RECIPE, 0)
    assert first == train.schedule(EXAMPLES, RECIPE, 0)
    assert first != train.schedule(EXAMPLES, RECIPE, 1)
    assert sorted(i for step in first for i in step) == list(range(len(EXAMPLES)))


def test_every_step_has_its_share_of_long_and_short() -> None:
    short, long = ([1, 2, 3], [False, False, True]), (list(range(60)), [False] * 30 + [True] * 30)
    units = number([*(lay_out([short]) for _ in range(40)), *(lay_out([long]) for _ in range(6))])
    steps = train.schedule(units, Recipe(step_tokens=80), 0)
    assert sorted(i for step in steps for i in step) == list(range(46))
    assert {sum(units[i].size == 60 for i in step) for step in steps} == {1}
    sizes = [sum(units[i].size for i in step) for step in steps]
    assert max(sizes) - min(sizes) <= 3


def test_the_rate_rises_and_falls_to_zero() -> None:
    rates = [train.learning_rate(RECIPE, step, 100) for step in range(101)]
    assert max(rates) == pytest.approx(RECIPE.learning_rate)
    assert rates[0] < rates[9]
    assert rates[100] == 0
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_the_exported_file_has_the_bases_names_and_shapes(tmp_path: Path) -> None:
    network, parameters = new(tmp_path)
    export.write(network, tmp_path / "out", RECIPE, "llama", "abc")
    base = gguf_file.read(tmp_path / "tiny.gguf")
    made = gguf_file.read(tmp_path / "out" / "adapter.gguf")
    assert made.metadata["adapter.lora.alpha"] == RECIPE.alpha
    assert len(made.tensors) == len(parameters)
    for name, info in made.tensors.items():
        target = base.tensors[name.rsplit(".", 1)[0]]
        if name.endswith("lora_a"):
            assert info.shape == (target.shape[0], RECIPE.rank)
        else:
            assert info.shape == (RECIPE.rank, target.shape[1])


def test_a_run_begins_where_an_adapter_ended(tmp_path: Path) -> None:
    network, parameters = new(tmp_path)
    for _, parameter in parameters:
        torch.nn.init.normal_(parameter, std=0.2)
    export.write(network, tmp_path / "old", RECIPE, "llama", "abc")
    expected = network.log_probabilities([3, 4, 5, 6])
    again = Network(tmp_path / "tiny.gguf", torch.float32)
    # A larger rank at another alpha still says the same at first.
    train.adapt(again, Recipe(rank=6, alpha=6), tmp_path / "old" / "adapter.safetensors")
    assert abs(again.log_probabilities([3, 4, 5, 6]) - expected).max() < 1e-4
    assert abs(Network(tmp_path / "tiny.gguf", torch.float32).log_probabilities([3, 4, 5, 6]) - expected).max() > 0.01


def test_an_adapter_of_a_larger_rank_is_nothing_to_begin_from(tmp_path: Path) -> None:
    network, _ = new(tmp_path)
    export.write(network, tmp_path / "old", RECIPE, "llama", "abc")
    with pytest.raises(UserError, match="begin anew"):
        train.adapt(
            Network(tmp_path / "tiny.gguf", torch.float32),
            Recipe(rank=2, alpha=4),
            tmp_path / "old" / "adapter.safetensors",
        )
