"""The torch network: packing changes nothing, gradients are right, and the file is read as llama.cpp reads it."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file, save_file

from personal_ai.errors import UserError
from personal_ai.learning import export, train
from personal_ai.learning import network as net
from personal_ai.learning.packing import Pack, narrowed, pack_units
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Unit, lay_out, number
from tests import tiny_model
from tests.learning import plain_network


@pytest.fixture
def tiny(tmp_path: Path) -> net.Network:
    torch.manual_seed(3)
    return net.Network(tiny_model.write(tmp_path / "tiny.gguf"), torch.float32)


def example(*tokens: int, learned: int = 2) -> tuple[list[int], list[bool]]:
    return list(tokens), [i >= len(tokens) - learned for i in range(len(tokens))]


def packed_alone(*examples: tuple[list[int], list[bool]], block: int = 128) -> Pack:
    """Each example a unit of its own, every learned token of it counted once."""
    weights = [math.sqrt(max(1, sum(learn))) for _, learn in examples]
    units = [lay_out([each], [weight]) for each, weight in zip(examples, weights, strict=True)]
    return pack_units(units, torch.float32, block=block)


def test_an_example_reads_the_same_alone_and_in_a_pack(tiny: net.Network) -> None:
    first, second, third = example(1, 2, 3, 4, 5), example(9, 8, 7), example(*range(20, 60))
    packed = tiny.hidden(packed_alone(first, second, third, block=16))
    alone = torch.cat([tiny.hidden(packed_alone(e)) for e in (first, second, third)])
    assert torch.allclose(packed, alone, atol=1e-5)


def test_no_token_sees_a_later_one(tiny: net.Network) -> None:
    short = tiny.log_probabilities([5, 6, 7])
    long = tiny.log_probabilities([5, 6, 7, 8, 9])
    assert np.allclose(short, long[:3], atol=1e-5)


def test_loss_is_the_cross_entropy_of_the_learned_tokens(tiny: net.Network) -> None:
    tokens, learn = example(4, 9, 16, 25, 36, learned=3)
    pack = packed_alone((tokens, learn))
    logits = tiny.hidden(pack) @ tiny.output.T
    expected = F.cross_entropy(logits[1:4], torch.tensor(tokens[2:]), reduction="sum")
    assert torch.allclose(tiny.loss(pack), expected, atol=1e-5)


def test_weights_scale_the_loss(tiny: net.Network) -> None:
    half = pack_units([lay_out([example(4, 9, 16)], [0.5 * math.sqrt(2)])], torch.float32)
    assert torch.allclose(tiny.loss(half) * 2, tiny.loss(packed_alone(example(4, 9, 16))))


def test_branches_learn_what_their_examples_learn_alone(tiny: net.Network) -> None:
    parameters = train.adapt(tiny, Recipe(rank=4, alpha=8))
    for _, parameter in parameters:
        torch.nn.init.normal_(parameter, std=0.2)
    # The last two share all but what they learn; the first ends where another goes on.
    examples = [example(1, 2, 3, 4, 5), example(1, 2, 3, 9, 8, 7), example(1, 2, 3, 9, 8, 6, learned=1)]
    whole = lay_out(examples, [1.0, 2.0, 1.0])
    assert whole.size < sum(len(tokens) for tokens, _ in examples)

    def gradients(*units: Unit) -> tuple[float, list[torch.Tensor]]:
        tiny.zero_grad()
        loss = tiny.loss(pack_units(units, torch.float32))
        loss.backward()
        return float(loss), [p.grad.clone() for _, p in parameters if p.grad is not None]

    together, one = gradients(whole, lay_out([example(50, 51, 52)]))
    apart, other = gradients(
        *(lay_out([e], [w]) for e, w in zip(examples, (1.0, 2.0, 1.0), strict=True)), lay_out([example(50, 51, 52)])
    )
    assert together == pytest.approx(apart, rel=1e-4)
    assert all(torch.allclose(a, b, atol=1e-4, rtol=1e-3) for a, b in zip(one, other, strict=True))


def test_the_gradients_of_a_step_lie_in_one_block_of_memory_and_add_up(tiny: net.Network) -> None:
    parameters = train.adapt(tiny, Recipe(rank=4, alpha=8))
    for _, parameter in parameters:
        torch.nn.init.normal_(parameter, std=0.2)
    units = [lay_out([example(*(i % 90 for i in range(length)))]) for length in (40, 30)]

    def gradients() -> list[torch.Tensor]:
        return [p.grad.clone() for _, p in parameters if p.grad is not None]

    weight = sum(unit.weight for unit in units)
    for unit in units:
        (tiny.loss(pack_units([unit], torch.float32)) / weight).backward()
    plain = gradients()
    tiny.zero_grad()
    train.step_gradient(tiny, units, lambda: False)
    assert len({p.grad.untyped_storage().data_ptr() for _, p in parameters if p.grad is not None}) == 1
    once = gradients()
    assert all(torch.allclose(a, b, atol=1e-5, rtol=1e-3) for a, b in zip(plain, once, strict=True))
    train.step_gradient(tiny, units, lambda: False)
    assert all(torch.allclose(2 * a, b, atol=1e-5, rtol=1e-3) for a, b in zip(once, gradients(), strict=True))


def test_the_skill_works_beside_what_is_learned_where_notes_are_shown_and_is_not_learned(
    tiny: net.Network, tmp_path: Path
) -> None:
    """One pack of both kinds: with notes both adapters answer, without the learned one alone; so do the gradients."""
    recipe, smaller = Recipe(rank=4, alpha=8), Recipe(rank=2, alpha=8)
    for _, parameter in train.adapt(tiny, smaller):
        torch.nn.init.normal_(parameter, std=0.2)
    export.write(tiny, tmp_path, smaller, "llama", "")
    skill = tmp_path / "adapter.safetensors"
    parameters = train.adapt(tiny, recipe)
    for _, parameter in parameters:
        torch.nn.init.normal_(parameter, std=0.2)
    learned = [parameter.detach().clone() for _, parameter in parameters]
    shown = [example(1, 2, 3, 4, 5), example(1, 2, 3, 9, 8, 7)]
    units = [lay_out(shown, notes=True), lay_out([example(50, 51, 52, 53)])]

    def gradients(*units: Unit) -> tuple[float, list[torch.Tensor]]:
        tiny.zero_grad()
        loss = tiny.loss(pack_units(units, torch.float32))
        loss.backward()
        return float(loss), [p.grad.clone() for _, p in parameters if p.grad is not None]

    without, plain = gradients(units[1])
    train.read_beside(tiny, recipe, skill)
    both, found = gradients(*units)
    alone = tiny.log_probabilities([50, 51, 52])
    # The same by one larger adapter that holds both, and of whose gradient only the first four directions are asked.
    parameters = train.adapt(tiny, Recipe(rank=6, alpha=12))
    old = load_file(skill)
    for (name, parameter), own in zip(parameters, learned, strict=True):
        layer, part = name.split(".lora_")
        beside = old[f"{layer}.weight.lora_{part[0].lower()}"] * (1.0 if part[0] == "A" else 2.0)
        parameter.data = torch.cat([own, beside], 0 if part[0] == "A" else 1)
    with_notes, joined = gradients(units[0])
    assert both == pytest.approx(without + with_notes, rel=1e-5)
    for together, one, other in zip(found, plain, joined, strict=True):
        rows, columns = one.shape
        assert torch.allclose(together, one + other[:rows, :columns], atol=1e-4, rtol=1e-3)
    assert not np.allclose(alone, tiny.log_probabilities([50, 51, 52]), atol=1e-3)


def test_a_damaged_skill_is_refused_with_a_sentence(tiny: net.Network, tmp_path: Path) -> None:
    recipe = Recipe(rank=4, alpha=8)
    train.adapt(tiny, recipe)
    export.write(tiny, tmp_path, recipe, "llama", "")
    skill = tmp_path / "adapter.safetensors"
    whole = load_file(skill)
    a = "blk.0.attn_q.weight.lora_a"
    for broken in ({a: whole[a][:, :-1].contiguous()}, {a: whole[a][:-1].contiguous()}, None):
        save_file({name: each for name, each in (whole | (broken or {})).items() if broken or name != a}, skill)
        with pytest.raises(UserError, match="skill of this model is damaged"):
            train.read_beside(tiny, recipe, skill)
    skill.write_bytes(b"half")
    with pytest.raises(UserError, match="skill of this model is damaged"):
        train.read_beside(tiny, recipe, skill)
    skill.unlink()
    with pytest.raises(UserError, match="skill of this model is damaged"):
        train.read_beside(tiny, recipe, skill)


def test_what_the_base_expects_is_learned_as_a_distribution(tiny: net.Network) -> None:
    units = number([lay_out([example(4, 9, 16, 25, learned=2)], replay=True), lay_out([example(7, 8, 9)])])
    parameters = train.adapt(tiny, Recipe(rank=4, alpha=8))
    for _, parameter in parameters:
        torch.nn.init.normal_(parameter, std=0.2)
    expectations = train.Expectations(tiny, units)
    known = expectations.of(units)
    assert set(known) == {0}
    again = expectations.of(units)
    assert all(torch.equal(a, b) for a, b in zip(known[0], again[0], strict=True))
    ids, chances = known[0]
    pack = pack_units(units, torch.float32, expected=[known[0], None])
    rows = tiny.hidden(pack)[pack.rows].detach().requires_grad_()
    loss = net._TargetLoss.apply(rows, tiny.output, pack, 0.0)
    loss.backward()
    mine = rows.grad.clone()
    rows.grad = None
    logs = torch.log_softmax(rows @ tiny.output.T, -1)
    kept = logs[:2].gather(1, ids.long())
    rest, rest_q = 1 - chances.sum(-1), 1 - kept.exp().sum(-1)
    plain = (-(chances * kept).sum(-1) - rest * rest_q.log()) @ pack.weights[:2]
    plain = plain - logs[2:].gather(1, pack.targets[2:, None]).squeeze(1) @ pack.weights[2:]
    plain.backward()
    assert float(loss) == pytest.approx(float(plain), rel=1e-4)
    assert torch.allclose(mine, rows.grad, atol=1e-4)
    # The base itself cannot do better than expect what it expects.
    tiny.bare = True
    bare = pack_units(units[:1], torch.float32, expected=[known[0]])
    best = tiny.loss(bare)
    tiny.bare = False
    assert float(best) < float(tiny.loss(bare))


@pytest.mark.parametrize(
    "variant", [name if name == "llama" else pytest.param(name, marks=pytest.mark.slow) for name in tiny_model.VARIANTS]
)
def test_the_fused_step_has_the_gradients_of_pefts_own(
    tmp_path: Path, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = net.Network(tiny_model.write_family(tmp_path / "tiny.gguf", variant), torch.float32)
    parameters = train.adapt(network, Recipe(rank=4, alpha=8))
    for _, parameter in parameters:  # B = 0 would hide A's gradient
        torch.nn.init.normal_(parameter, std=0.05)
    # One longer than what attention computes at once, a tree, and two that share a span.
    tree = lay_out([example(*range(1, 70)), example(*range(1, 40), *range(3, 60))])
    units = [
        lay_out([example(*(i % 90 for i in range(300)))]),
        tree,
        lay_out([example(9, 8, 7)]),
        lay_out([example(4, 5)]),
    ]
    pack = pack_units(units, torch.float32)
    loss = network.loss(pack)
    loss.backward()
    fused = {name: p.grad.clone() for name, p in parameters if p.grad is not None}
    monkeypatch.setattr("personal_ai.learning.predict.ROOM", 0.0)
    monkeypatch.setattr("personal_ai.learning.predict.ROOM_SHARE", 0.0)
    network.zero_grad()
    network.loss(pack).backward()
    lean = {name: p.grad.clone() for name, p in parameters if p.grad is not None}
    assert all(torch.equal(lean[name], fused[name]) for name in fused)
    plain_network.use(network, monkeypatch)
    network.zero_grad()
    plain = network.loss(pack)
    plain.backward()
    assert float(loss) == pytest.approx(float(plain), rel=1e-5)
    assert len(fused) == len(parameters)
    peft = dict(network.named_parameters())
    for name, _ in parameters:
        gradient = peft[name].grad
        assert gradient is not None
        assert torch.allclose(fused[name], gradient, atol=2e-4 * float(gradient.abs().max()), rtol=1e-3), name


@pytest.mark.slow
def test_twenty_steps_follow_pefts_own_loss_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def losses(folder: str, plain: bool) -> list[float]:
        network = net.Network(tiny_model.write(tmp_path / "tiny.gguf"), torch.float32)
        recipe = Recipe(rank=4, alpha=8, step_tokens=16)
        parameters = train.adapt(network, recipe)
        if plain:
            plain_network.use(network, monkeypatch)
            parameters = [(name, p) for name, p in network.named_parameters() if ".lora_" in name]
        run = train.train(
            network,
            parameters,
            number(lay_out([example(*range(i, i + 7), learned=4)]) for i in range(12)),
            recipe,
            tmp_path / folder,
            "same",
            planned=lambda: 20,
            stop=lambda: False,
            on_step=lambda run, rate: None,
            on_checkpoint=lambda step: None,
        )
        return [loss for _, loss in run.losses]

    ours = losses("ours", plain=False)
    assert np.allclose(ours, losses("peft", plain=True), atol=2e-3)


def test_attention_computes_little_that_nobody_sees() -> None:
    long = pack_units([lay_out([example(*(i % 90 for i in range(512)))])], torch.float32)
    assert long.cells < 0.63 * 512**2
    short = pack_units([lay_out([example(*range(60))]) for _ in range(8)], torch.float32)
    assert short.cells <= 8 * 60 * 120
    assert narrowed(long, 64, torch.float32).cells < 0.4 * 512**2


def test_llama_3_rope_factors_are_honoured(tmp_path: Path) -> None:
    plain = net.Network(tiny_model.write(tmp_path / "a.gguf"), torch.float32)
    stretched = net.Network(tiny_model.write(tmp_path / "b.gguf", rope_factors=True), torch.float32)
    factors = torch.linspace(1, 4, tiny_model.WIDTH // tiny_model.HEADS // 2)
    assert torch.allclose(plain.rope_frequencies, stretched.rope_frequencies * factors)
    assert not np.allclose(plain.log_probabilities([3, 4, 5]), stretched.log_probabilities([3, 4, 5]), atol=1e-3)


def test_another_architecture_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot teach"):
        net.Network(tiny_model.write(tmp_path / "tiny.gguf", architecture="mamba"))


def test_an_answer_that_was_written_is_in_part_expected_itself(tiny: net.Network) -> None:
    words = example(4, 9, 16, 25, learned=2)
    of_base, leaning = (
        train.Expectations(tiny, units).of(units)[0]
        for units in (number([lay_out([words], replay=True, itself=share)]) for share in (0.0, 0.25))
    )

    def chance(expected: tuple[torch.Tensor, torch.Tensor], row: int, token: int) -> float:
        ids, chances = expected
        return float(chances[row][ids[row] == token].sum())

    for row, token in enumerate((16, 25)):
        assert chance(leaning, row, token) == pytest.approx(0.25 + 0.75 * chance(of_base, row, token), abs=1e-6)
        others = set(leaning[0][row].tolist()) - {token}
        assert len(others) == of_base[0].shape[1] - 1
        for other in others:
            assert chance(leaning, row, other) == pytest.approx(0.75 * chance(of_base, row, other), abs=1e-6)


def test_what_is_written_takes_the_place_of_the_least_likely_where_the_base_does_not_think_of_it() -> None:
    ids, chances = torch.tensor([[3, 5, 7]]), torch.tensor([[0.5, 0.3, 0.1]])
    found, expected = train._leaning(ids, chances, [9], 0.5)
    assert found.tolist() == [[3, 5, 9]]
    assert expected[0].tolist() == pytest.approx([0.25, 0.15, 0.5])
