"""The predicted memory is that of its parts, counted on networks that are really built and run."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from personal_ai.learning import predict, train
from personal_ai.learning.linear import LoraLinear
from personal_ai.learning.network import Network
from personal_ai.learning.packing import pack_units
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Unit, lay_out
from personal_ai.models import gguf_file
from tests import tiny_model
from tests.perf import bench_sizes

RANK = 4


def unit(tokens: int) -> Unit:
    return lay_out([([i % 90 for i in range(tokens)], [i >= tokens - 4 for i in range(tokens)])])


def kept_bytes(network: Network, units: list[Unit]) -> int:
    """Bytes of all storages that a forward pass keeps for its backward, weights left out."""
    weights = {parameter.untyped_storage().data_ptr() for parameter in network.parameters()}
    found: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            found[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        loss = network.loss(pack_units(units, network.dtype))
    loss.backward()
    return sum(found.values())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("variant", ["llama", "qwen3", "gemma2", "phi3", "olmo2"])
@pytest.mark.parametrize("skill", [0, 2])
def test_what_a_piece_keeps_is_what_was_predicted(tmp_path: Path, variant: str, dtype: torch.dtype, skill: int) -> None:
    path = tiny_model.write_family(tmp_path / "tiny.gguf", variant)
    network = Network(path, dtype)
    train.adapt(network, Recipe(rank=RANK, alpha=8.0))
    sizes = predict.sizes(gguf_file.read(path))
    if skill:
        layers = [(name, each.base_layer) for name, each in network.named_modules() if isinstance(each, LoraLinear)]
        shapes = {name: (each.in_features, each.out_features) for name, each in layers}
        network.read_beside({n: (torch.ones(skill, i), torch.ones(o, skill)) for n, (i, o) in shapes.items()})
    units = [replace(unit(size), notes=True) for size in (300, 120)]
    wanted = predict.activations(sizes, RANK + skill, dtype.itemsize, [u.size for u in units])
    assert kept_bytes(network, units) == pytest.approx(wanted, rel=0.05)


def test_weights_and_adapter_are_those_of_the_network(tmp_path: Path) -> None:
    path = tiny_model.write_family(tmp_path / "tiny.gguf", "llama")
    network = Network(path, torch.float32)
    parameters = train.adapt(network, Recipe(rank=RANK, alpha=8.0))
    found = predict.memory(predict.sizes(gguf_file.read(path)), RANK, 4, [[300]])
    lora = {id(p) for _, p in parameters}
    frozen = sum(p.nbytes for p in network.parameters() if id(p) not in lora and p.dim() > 1)
    assert found.weights == frozen
    assert found.adapter == 4 * sum(p.nbytes for _, p in parameters)


def test_the_whole_is_the_sum_of_its_parts_and_the_worst_piece_decides(tmp_path: Path) -> None:
    sizes = predict.sizes(gguf_file.read(tiny_model.write_family(tmp_path / "tiny.gguf", "llama")))
    one = predict.memory(sizes, RANK, 4, [[1024]])
    many = predict.memory(sizes, RANK, 4, [[100, 100], [1024], [300] * 3])
    assert many == one
    assert one.total == pytest.approx(
        one.process + one.weights + one.adapter + one.activations + one.passing + one.held
    )
    # llama.cpp and the network take turns: the larger of the two counts.
    assert predict.memory(sizes, RANK, 4, [[1024]], runtime_tokens=64) == one
    long = predict.memory(sizes, RANK, 4, [[1024]], runtime_tokens=10**8)
    cache = 2 * 2 * 10**8 * sizes.blocks * sizes.kv_heads * sizes.head_width
    assert long.total == pytest.approx(long.process + cache, rel=0.01)


def test_a_piece_finds_room_whatever_its_length() -> None:
    sizes = predict.dense(blocks=30, width=576, heads=9, kv_heads=3, feed=1536, vocabulary=49152)
    whole = predict.piece_tokens(sizes, 8, 4)
    assert 290 < whole < 370
    assert predict.lean_blocks(sizes, 8, 4, whole) == 0
    assert predict.activations(sizes, 8, 4, [whole]) <= 1.02 * predict.ROOM
    some = predict.lean_blocks(sizes, 8, 4, 600)
    assert 0 < some < sizes.blocks
    assert predict.activations(sizes, 8, 4, [600]) <= 1.02 * predict.ROOM
    # The longest example there is finds room nearly, with all blocks lean.
    assert predict.activations(sizes, 8, 4, [1024]) <= 1.2 * predict.ROOM
    assert predict.lean_blocks(sizes, 8, 4, 1024) == sizes.blocks


def test_a_model_by_its_numbers_is_the_model_of_its_file(tmp_path: Path) -> None:
    from_file = predict.sizes(gguf_file.read(tiny_model.write(tmp_path / "tiny.gguf")))
    by_numbers = predict.dense(
        blocks=tiny_model.BLOCKS,
        width=tiny_model.WIDTH,
        heads=tiny_model.HEADS,
        kv_heads=tiny_model.KV_HEADS,
        feed=tiny_model.FEED,
        vocabulary=tiny_model.VOCABULARY,
    )
    for name in (
        "blocks",
        "width",
        "heads",
        "kv_heads",
        "head_width",
        "feed",
        "vocabulary",
        "adapted",
        "edges",
        "tied",
    ):
        assert getattr(by_numbers, name) == getattr(from_file, name), name


def test_measured_peaks_of_the_built_in_model_are_met_within_15_percent() -> None:
    # SmolLM2-135M, fp32, rank 8: what a process on Linux held at most, by pieces.
    sizes = predict.dense(blocks=30, width=576, heads=9, kv_heads=3, feed=1536, vocabulary=49152)
    measured = {1.13e9: [[420], [200]], 1.267e9: [[420], [200], [200, 60, 60, 60], [60, 60, 60]]}
    for peak, pieces in measured.items():
        assert predict.memory(sizes, 8, 4, pieces).total == pytest.approx(peak, rel=0.15)


def test_work_grows_with_the_model(tmp_path: Path) -> None:
    small = predict.dense(blocks=30, width=576, heads=9, kv_heads=3, feed=1536, vocabulary=49152)
    large = predict.dense(blocks=16, width=2048, heads=32, kv_heads=8, head_width=64, feed=8192, vocabulary=128256)
    assert 7 < predict.flops(large, 16) / predict.flops(small, 8) < 11
    assert predict.disk(large, 16, 0) == 8 * 4 * 16 * large.edges


def test_the_table_of_sizes_marks_what_is_measured_and_larger_models_learn_less() -> None:
    rows = bench_sizes.rows(223.0, 240.0, 4)
    assert rows[0][:2] == (bench_sizes.BUILT_IN, 223.0)
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    assert [row[3] for row in rows] == sorted(row[3] for row in rows)
    _, _, first, *others = bench_sizes.table(223.0).splitlines()
    assert "223 (measured)" in first
    assert all("measured" not in line for line in others)
