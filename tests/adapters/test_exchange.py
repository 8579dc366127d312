"""Adapters out and in again: PEFT loads what we write, and nothing unsound or foreign comes in."""

import json
import pickle
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from personal_ai.adapters import exchange
from personal_ai.adapters.exchange import Lora, change, import_file, to_halves, to_pairs, write_gguf
from personal_ai.adapters.shelf import Shelf
from personal_ai.errors import UserError
from personal_ai.messages import AdapterUse
from personal_ai.models import adapter_file
from personal_ai.models.header import read
from personal_ai.paths import RESOURCES

WIDTH, HEADS, KV_HEADS, FEED, BLOCKS, RANK = 32, 4, 2, 64, 2, 4
SHAPES = {
    "attn_q": (WIDTH, WIDTH),
    "attn_k": (WIDTH // HEADS * KV_HEADS, WIDTH),
    "attn_v": (WIDTH // HEADS * KV_HEADS, WIDTH),
    "attn_output": (WIDTH, WIDTH),
    "ffn_gate": (FEED, WIDTH),
    "ffn_up": (FEED, WIDTH),
    "ffn_down": (WIDTH, FEED),
}


@dataclass(frozen=True)
class Model:
    name: str
    path: Path
    sha256: str


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return write_model(tmp_path / "toy.gguf")


def write_model(path: Path, architecture: str = "llama") -> Model:
    """Write a base model that has nothing but the matrices an adapter can change."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(BLOCKS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    for block in range(BLOCKS):
        for name, shape in SHAPES.items():
            writer.add_tensor(f"blk.{block}.{name}.weight", np.zeros(shape, np.float32))
    finish(writer)
    return Model("toy", path, "5" * 64)


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def lora(seed: int = 0, alpha: float = 8.0, rank: int = RANK, names: tuple[str, ...] = tuple(SHAPES)) -> Lora:
    rng = np.random.default_rng(seed)
    matrices = {
        f"blk.{block}.{name}.weight": (
            rng.normal(0, 0.1, (rank, SHAPES[name][1])).astype(np.float32),
            rng.normal(0, 0.1, (SHAPES[name][0], rank)).astype(np.float32),
        )
        for block in range(BLOCKS)
        for name in names
    }
    return Lora("llama", alpha, matrices)


def adapter(path: Path, made: Lora | None = None, sha256: str = "5" * 64) -> Path:
    write_gguf(path, made or lora(), sha256)
    return path


def delta(made: Lora, name: str) -> np.ndarray:
    a, b = made.matrices[name]
    return made.alpha / a.shape[0] * (b @ a)


def stored(shelf: Shelf, number: int, model: Model) -> Lora:
    return exchange._read_gguf(shelf.path(number), read(model.path))


# ---- layouts ----------------------------------------------------------------------------------------------------


def test_the_order_of_rows_is_that_of_llama_cpps_converter():
    # Written out by hand: one head of six rows, halves (0 1 2)(3 4 5) become pairs (0 3)(1 4)(2 5).
    rows = np.arange(6.0).reshape(6, 1)
    assert to_pairs(rows, 1).ravel().tolist() == [0, 3, 1, 4, 2, 5]
    assert to_pairs(np.arange(8.0).reshape(8, 1), 2).ravel().tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


@pytest.mark.parametrize("heads", [1, 2, 3, 9])
def test_both_orders_undo_each_other(heads: int):
    b = np.random.default_rng(0).normal(size=(heads * 8, 3))
    assert (to_halves(to_pairs(b, heads), heads) == b).all() and (to_pairs(to_halves(b, heads), heads) == b).all()


def test_the_size_of_a_change_is_measured_without_forming_it():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(4, 30)), rng.normal(size=(50, 4))
    assert change(a, b) == pytest.approx(np.sqrt(np.mean((b @ a) ** 2)))


# ---- round trips ------------------------------------------------------------------------------------------------


def test_a_gguf_comes_in_and_is_in_use(shelf: Shelf, model: Model, tmp_path: Path):
    number = import_file(shelf, adapter(tmp_path / "mine.gguf"), model)
    row = shelf.current()
    assert row and row.number == number == 1 and row.base == "toy" and row.notes == 0
    assert shelf.manifest(1).recipe == {"imported": "mine.gguf"}
    read_back, made = stored(shelf, 1, model), lora()
    assert read_back.alpha == made.alpha and read_back.matrices.keys() == made.matrices.keys()
    for name, pair in made.matrices.items():
        assert all((x == y).all() for x, y in zip(pair, read_back.matrices[name], strict=True))


def test_the_threshold_for_refusing_comes_along(shelf: Shelf, model: Model, tmp_path: Path):
    exchange.write_gguf(tmp_path / "mine.gguf", replace(lora(), leaning={3: 0.5}), model.sha256)
    assert stored(shelf, import_file(shelf, tmp_path / "mine.gguf", model), model).leaning == {3: 0.5}


@pytest.mark.parametrize("kept", ["adapter.gguf", "adapter_model.safetensors"])
def test_what_is_exported_comes_in_again_unchanged(shelf: Shelf, model: Model, tmp_path: Path, kept: str):
    import_file(shelf, adapter(tmp_path / "mine.gguf"), model)
    written = exchange.export(shelf, 1, tmp_path / "out", model.path)
    assert {file.name for file in written} == {"adapter.gguf", "adapter_model.safetensors", "adapter_config.json"}
    (tmp_path / "out" / ({"adapter.gguf", "adapter_model.safetensors"} - {kept}).pop()).unlink()
    number = import_file(shelf, tmp_path / "out", model)
    for name in lora().matrices:
        np.testing.assert_array_equal(delta(stored(shelf, number, model), name), delta(lora(), name))


@pytest.mark.parametrize("chosen", ["out", "out/adapter.gguf"])
def test_what_reads_goes_out_and_comes_in_again(shelf: Shelf, model: Model, tmp_path: Path, chosen: str):
    (made := tmp_path / "made").mkdir()
    adapter(made / "adapter.gguf")
    exchange.write_gguf(made / "reading.gguf", replace(lora(), leaning={3: 0.5}), model.sha256)
    import_file(shelf, made, model)
    exchange.export(shelf, 1, tmp_path / "out")
    number = import_file(shelf, tmp_path / chosen, model)
    use = shelf.shelved(number)
    assert Path(use.reads) == Path(use.path).with_name("reading.gguf")
    assert adapter_file.leaning(read(Path(use.reads))) == {3: 0.5}
    (tmp_path / "out" / "reading.gguf").write_bytes(b"GGUF")
    with pytest.raises(UserError):
        import_file(shelf, tmp_path / chosen, model)
    assert shelf.shelved(number) == use == shelf.in_use(model.sha256)[0]


def test_without_the_base_model_only_the_gguf_goes_out(shelf: Shelf, model: Model, tmp_path: Path):
    import_file(shelf, adapter(tmp_path / "mine.gguf"), model)
    assert [file.name for file in exchange.export(shelf, 1, tmp_path / "out")] == ["adapter.gguf"]


def test_only_q_and_k_of_some_architectures_are_reordered(tmp_path: Path):
    for architecture, reordered in (("llama", {"q_proj", "k_proj"}), ("qwen2", set())):
        base = read(write_model(tmp_path / f"{architecture}.gguf", architecture).path)
        made = replace(lora(), architecture=architecture)
        (tmp_path / "x.safetensors").write_bytes(exchange.peft_files(made, base)["adapter_model.safetensors"])
        moved = {
            name.split(".")[6]
            for name, theirs in load_file(tmp_path / "x.safetensors").items()
            if ".lora_B." in name
            and not any(theirs.shape == b.shape and (theirs == b).all() for _, b in made.matrices.values())
        }
        assert moved == reordered


def test_half_floats_and_mixed_ranks_come_in(shelf: Shelf, model: Model, tmp_path: Path):
    big, small = lora(rank=8, names=("attn_q",)), lora(1, rank=2, names=("ffn_up",))
    mixed = Lora("llama", 8.0, big.matrices | small.matrices)
    exported = exchange.peft_files(mixed, read(model.path))
    folder = tmp_path / "peft"
    folder.mkdir()
    for name, data in exported.items():
        (folder / name).write_bytes(data)
    config = json.loads(exported["adapter_config.json"])
    assert config["rank_pattern"] == {f"model.layers.{n}.mlp.up_proj": 2 for n in range(BLOCKS)}
    tensors = {
        name: value.astype(np.float16) for name, value in load_file(folder / "adapter_model.safetensors").items()
    }
    save_file(tensors, folder / "adapter_model.safetensors")
    number = import_file(shelf, folder, model)
    for name in mixed.matrices:
        np.testing.assert_allclose(delta(stored(shelf, number, model), name), delta(mixed, name), atol=1e-3)


def test_no_alpha_means_the_change_itself_even_with_mixed_ranks(shelf: Shelf, model: Model, tmp_path: Path):
    big, small = lora(rank=8, names=("attn_q",)), lora(1, rank=2, names=("ffn_up",))
    mixed = Lora("llama", 0.0, big.matrices | small.matrices)
    number = import_file(shelf, adapter(tmp_path / "no-alpha.gguf", mixed), model)
    for name, (a, b) in mixed.matrices.items():
        np.testing.assert_allclose(delta(stored(shelf, number, model), name), b @ a, rtol=1e-5, atol=1e-7)


def test_rank_stabilised_strength_is_translated(shelf: Shelf, model: Model, tmp_path: Path):
    folder = peft_folder(tmp_path, model, use_rslora=True, lora_alpha=4.0)
    number = import_file(shelf, folder, model)
    for name, (a, b) in lora().matrices.items():
        expected = 4.0 / np.sqrt(RANK) * (b @ a)
        np.testing.assert_allclose(delta(stored(shelf, number, model), name), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize("names", [tuple(SHAPES), ("attn_q", "attn_v")])
def test_peft_itself_loads_the_export_onto_the_original_model(model: Model, tmp_path: Path, names: tuple[str, ...]):
    """The delta that PEFT merges, brought to GGUF's order as llama.cpp's converter does, is our delta."""
    peft, transformers = pytest.importorskip("peft"), pytest.importorskip("transformers")
    made = lora(names=names)
    for name, data in exchange.peft_files(made, read(model.path)).items():
        (tmp_path / name).write_bytes(data)
    config = transformers.LlamaConfig(
        vocab_size=16, hidden_size=WIDTH, intermediate_size=FEED, num_hidden_layers=BLOCKS, num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
    )  # fmt: skip
    original = transformers.LlamaForCausalLM(config)
    before = {name: value.detach().clone().numpy() for name, value in original.state_dict().items()}
    merged = peft.PeftModel.from_pretrained(original, tmp_path).merge_and_unload()
    ours = {theirs: ours for ours, theirs in exchange.NAMES["llama"].items()}
    changed = 0
    for name, value in merged.state_dict().items():
        difference = value.numpy() - before[name]
        layer = re.fullmatch(r"model\.layers\.(\d+)\.(.+)\.weight", name)
        matrix = ours.get(layer[2]) if layer else None
        if layer is None or f"blk.{layer[1]}.{matrix}.weight" not in made.matrices:
            assert not difference.any()
            continue
        heads = {"attn_q": HEADS, "attn_k": KV_HEADS}.get(str(matrix))
        in_ggufs_order = to_pairs(difference, heads) if heads else difference
        np.testing.assert_allclose(in_ggufs_order, delta(made, f"blk.{layer[1]}.{matrix}.weight"), atol=1e-6)
        changed += 1
    assert changed == len(made.matrices)


@pytest.mark.model
def test_an_imported_adapter_changes_what_the_built_in_model_says(shelf: Shelf, tmp_path: Path):
    """PEFT's files for the real model, through the door, into llama.cpp: the same as the GGUF they came from."""
    from personal_ai.engine.runtime import Runtime
    from personal_ai.engine.score import log_probabilities

    path = RESOURCES / "models" / "smollm2-135m-instruct-q4_1.gguf"
    model, base, rng = Model("built-in", path, "0" * 64), read(path), np.random.default_rng(0)
    matrices = {
        name: (
            rng.normal(0, 0.02, (4, info.shape[0])).astype(np.float32),
            rng.normal(0, 0.5, (info.shape[1], 4)).astype(np.float32),
        )
        for name, info in base.tensors.items()
        if name.endswith((".attn_q.weight", ".attn_k.weight", ".ffn_down.weight"))
    }
    made = Lora("llama", 8.0, matrices)
    folder = tmp_path / "peft"
    folder.mkdir()
    for name, data in exchange.peft_files(made, base).items():
        (folder / name).write_bytes(data)
    import_file(shelf, folder, model)
    direct = AdapterUse(str(adapter(tmp_path / "direct.gguf", made, model.sha256)))
    runtime = Runtime.load(path, 256)
    tokens = runtime.tokenizer.encode("The cat sat on the mat.")
    said = []
    for uses in ([], [direct], shelf.in_use(model.sha256)):
        runtime.set_adapters(uses)
        said.append(log_probabilities(runtime, tokens, 1))
    runtime.close()
    bare, directly, by_way_of_peft = said
    assert np.abs(directly - bare).mean() > 0.05
    np.testing.assert_allclose(by_way_of_peft, directly, atol=1e-5)


# ---- what stays outside -----------------------------------------------------------------------------------------


def refused(shelf: Shelf, path: Path, model: Model) -> str:
    with pytest.raises(UserError) as caught:
        import_file(shelf, path, model)
    assert shelf.list() == [] and shelf.current() is None
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


def changed(made: Lora, edit: Callable[[np.ndarray, np.ndarray], Any], name: str = "blk.1.attn_v.weight") -> Lora:
    a, b = (matrix.copy() for matrix in made.matrices[name])
    edited = edit(a, b)
    return replace(made, matrices=made.matrices | {name: edited or (a, b)})


def put(matrix: np.ndarray, value: float) -> None:
    matrix[0, 0] = value


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda a, b: put(a, np.nan), "not finite (blk.1.attn_v.weight)"),
        (lambda a, b: put(b, np.inf), "not finite"),
        (lambda a, b: put(b, 1e30), "absurdly large"),
        (lambda a, b: (a, b * 1000), "absurdly large"),
        (lambda a, b: (a[:, :-1], b), "made for another model"),
        (lambda a, b: (a, b[:-1]), "made for another model"),
        (lambda a, b: (a[:-1], b), "made for another model"),
        (lambda a, b: (np.zeros((600, WIDTH), np.float32), np.zeros((16, 600), np.float32)), "rank 600"),
    ],
)
def test_unsound_numbers_and_shapes_are_refused(
    shelf: Shelf, model: Model, tmp_path: Path, edit: Callable[[np.ndarray, np.ndarray], Any], words: str
):
    assert words in refused(shelf, adapter(tmp_path / "bad.gguf", changed(lora(), edit)), model)


@pytest.mark.parametrize("alpha", [float("nan"), float("inf"), -1.0, 1e30])
def test_an_absurd_alpha_is_refused(shelf: Shelf, model: Model, tmp_path: Path, alpha: float):
    assert "alpha" in refused(shelf, adapter(tmp_path / "bad.gguf", replace(lora(), alpha=alpha)), model)


def test_an_adapter_for_another_model_is_refused(shelf: Shelf, model: Model, tmp_path: Path):
    other = replace(lora(), architecture="qwen2")
    assert "another model" in refused(shelf, adapter(tmp_path / "qwen.gguf", other), model)
    # The same shapes, but trained on other weights: only the checksum tells.
    assert "another model" in refused(shelf, adapter(tmp_path / "twin.gguf", sha256="6" * 64), model)


def test_a_tensor_the_model_does_not_have_is_refused(shelf: Shelf, model: Model, tmp_path: Path):
    made = lora()
    stray = replace(made, matrices=made.matrices | {"blk.9.attn_q.weight": made.matrices["blk.0.attn_q.weight"]})
    assert "another model" in refused(shelf, adapter(tmp_path / "stray.gguf", stray), model)


def test_what_is_no_adapter_is_refused(shelf: Shelf, model: Model, tmp_path: Path):
    (tmp_path / "text.gguf").write_text("Dear diary")
    (tmp_path / "empty.gguf").write_bytes(b"")
    whole = adapter(tmp_path / "whole.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "folder").mkdir()
    assert "not a GGUF" in refused(shelf, tmp_path / "text.gguf", model)
    assert refused(shelf, tmp_path / "empty.gguf", model)
    assert "incomplete" in refused(shelf, tmp_path / "cut.gguf", model)
    assert "There is no adapter in" in refused(shelf, tmp_path / "folder", model)
    assert "There is no file" in refused(shelf, tmp_path / "nowhere.gguf", model)


class Trap:
    """Pickled, this writes a file when it is opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return (Path.touch, (self.mark,))


@pytest.mark.parametrize("name", ["adapter_model.bin", "adapter.pt", "adapter.ckpt"])
def test_a_pickle_is_never_opened(shelf: Shelf, model: Model, tmp_path: Path, name: str):
    folder = tmp_path / "pickled"
    folder.mkdir()
    (folder / name).write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    assert "can run programs" in refused(shelf, folder / name, model)
    assert refused(shelf, folder, model)
    assert not (tmp_path / "sprung").exists()


def test_a_pickle_named_gguf_or_safetensors_is_never_opened(shelf: Shelf, model: Model, tmp_path: Path):
    folder = peft_folder(tmp_path, model)
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    (folder / "adapter_model.safetensors").write_bytes(trap)
    (tmp_path / "adapter.gguf").write_bytes(trap)
    assert "damaged or not a safetensors" in refused(shelf, folder, model)
    assert refused(shelf, tmp_path / "adapter.gguf", model)
    assert not (tmp_path / "sprung").exists()


def peft_folder(tmp_path: Path, model: Model, **fields: Any) -> Path:
    folder = tmp_path / "peft"
    folder.mkdir(exist_ok=True)
    for name, data in exchange.peft_files(lora(), read(model.path)).items():
        (folder / name).write_bytes(data)
    config = json.loads((folder / "adapter_config.json").read_text()) | fields
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"auto_mapping": {"base_model_class": "x", "parent_library": "os"}}, "asks to run a program"),
        ({"megatron_config": {"x": 1}}, "asks to run a program"),
        ({"base_model_name_or_path": "http://example.org/model"}, "to open an address"),
        ({"use_dora": True}, "not a plain LoRA"),
        ({"bias": "all"}, "not a plain LoRA"),
        ({"modules_to_save": ["lm_head"]}, "not a plain LoRA"),
        ({"alpha_pattern": {"q_proj": 3}}, "not a plain LoRA"),
        ({"peft_type": "PREFIX_TUNING"}, "not a plain LoRA"),
        ({"fan_in_fan_out": True}, "not a plain LoRA"),
        ({"lora_alpha": -4}, "not a plain LoRA"),
        ({"r": "many"}, "damaged"),
    ],
)
def test_a_config_that_asks_for_more_than_plain_lora_is_refused(
    shelf: Shelf, model: Model, tmp_path: Path, fields: dict[str, Any], words: str
):
    assert words in refused(shelf, peft_folder(tmp_path, model, **fields), model)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("base_model.model.lm_head.lora_A.weight", "holds “base_model.model.lm_head"),
        ("base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", "holds"),
        ("base_model.model.model.layers.9.self_attn.q_proj.lora_A.weight", "incomplete"),
    ],
)
def test_a_stray_tensor_in_safetensors_is_refused(shelf: Shelf, model: Model, tmp_path: Path, name: str, words: str):
    folder = peft_folder(tmp_path, model)
    tensors = load_file(folder / "adapter_model.safetensors")
    save_file(tensors | {name: np.zeros((RANK, WIDTH), np.float32)}, folder / "adapter_model.safetensors")
    assert words in refused(shelf, folder, model)


def test_safetensors_of_another_width_are_refused(shelf: Shelf, model: Model, tmp_path: Path):
    folder = peft_folder(tmp_path, model)
    tensors = load_file(folder / "adapter_model.safetensors")
    name = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"
    save_file(tensors | {name: np.zeros((WIDTH + 8, RANK), np.float32)}, folder / "adapter_model.safetensors")
    assert "another model" in refused(shelf, folder, model)


def test_a_folder_without_its_config_is_told(shelf: Shelf, model: Model, tmp_path: Path):
    folder = peft_folder(tmp_path, model)
    (folder / "adapter_config.json").unlink()
    assert "no adapter_config.json" in refused(shelf, folder, model)


def test_a_damaged_adapter_does_not_go_out(shelf: Shelf, model: Model, tmp_path: Path):
    import_file(shelf, adapter(tmp_path / "mine.gguf"), model)
    content = bytearray(shelf.path(1).read_bytes())
    content[-5] ^= 255
    shelf.path(1).write_bytes(content)
    with pytest.raises(UserError, match="has changed on disk"):
        exchange.export(shelf, 1, tmp_path / "out", model.path)
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_way_of_the_export_is_told(shelf: Shelf, model: Model, tmp_path: Path):
    import_file(shelf, adapter(tmp_path / "mine.gguf"), model)
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match="exporting the adapter"):
        exchange.export(shelf, 1, tmp_path / "out", model.path)
    assert (tmp_path / "out").read_text() == "mine"


def test_an_unreadable_name_of_a_folder_is_no_reason_to_fail(shelf: Shelf, model: Model, tmp_path: Path):
    folder = tmp_path / "Léa’s adapter 雪"
    shutil.copytree(peft_folder(tmp_path, model), folder)
    assert import_file(shelf, folder, model) == 1
