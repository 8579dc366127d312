"""Does an adapter fit a base model?"""

from pathlib import Path

import gguf
import numpy as np
import pytest

from personal_ai.errors import UserError
from personal_ai.models import adapter_file, header
from personal_ai.models.header import GGUFFile
from tests import adapter_files, model_files

SHAPES = {"attn_q": (32, 32), "attn_k": (32, 16)}


@pytest.fixture
def model(tmp_path: Path) -> GGUFFile:
    return header.read(model_files.write(tmp_path / "base.gguf"))


def test_a_fitting_adapter_is_let_through(tmp_path: Path, model: GGUFFile) -> None:
    path = adapter_files.write(tmp_path / "a.gguf", shapes=SHAPES, blocks=2)
    assert len(adapter_file.check(path, model).tensors) == 8


@pytest.mark.parametrize(
    "other",
    [
        {"shapes": {"attn_q": (64, 32)}, "blocks": 2},
        {"shapes": {"attn_q": (32, 16)}, "blocks": 2},
        {"shapes": {"ffn_gate": (32, 32)}, "blocks": 2},
        {"shapes": SHAPES, "blocks": 3},
        {"shapes": SHAPES, "blocks": 2, "architecture": "qwen2"},
    ],
)
def test_an_adapter_for_another_base_gets_one_sentence(tmp_path: Path, model: GGUFFile, other: dict) -> None:
    path = adapter_files.write(tmp_path / "a.gguf", **other)
    with pytest.raises(UserError, match=r"“a\.gguf” was made for another model than “Small”"):
        adapter_file.check(path, model)


def test_garbage_a_model_and_half_an_adapter_get_one_sentence_each(tmp_path: Path, model: GGUFFile) -> None:
    garbage = tmp_path / "garbage.gguf"
    garbage.write_bytes(b"\xff" * 1000)
    with pytest.raises(UserError, match="not a GGUF file"):
        adapter_file.check(garbage, model)
    with pytest.raises(UserError, match="is not an adapter"):
        adapter_file.check(model.path, model)
    with pytest.raises(UserError, match="half of its matrices are missing"):
        adapter_file.check(adapter_files.write(tmp_path / "half.gguf", shapes=SHAPES, blocks=2, only_a=True), model)


def test_an_adapter_on_the_embedding_is_refused_before_llama_cpp_aborts(tmp_path: Path, model: GGUFFile) -> None:
    writer = gguf.GGUFWriter(tmp_path / "e.gguf", "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_tensor("token_embd.weight.lora_a", np.zeros((4, 32), np.float32))
    writer.add_tensor("token_embd.weight.lora_b", np.zeros((64, 4), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(UserError, match="cannot be changed safely"):
        adapter_file.check(tmp_path / "e.gguf", model)


@pytest.mark.parametrize(
    ("tokens", "bias", "found"),
    [
        ([3, 5], 0.5, {3: 0.5, 5: 0.5}),
        ([3, 99, -1], -0.5, {3: -0.5, 99: -0.5}),
        ([3], 99.0, {}),
        ([3], float("nan"), {}),
        ([3], 2, {}),
        (7, 0.5, {}),
        (["a"], 0.5, {}),
    ],
)
def test_what_an_adapter_leans_to_is_read_with_care(tmp_path: Path, tokens: object, bias: object, found: dict) -> None:
    file = header.read(adapter_files.write(tmp_path / "a.gguf", shapes=SHAPES, blocks=2))
    assert adapter_file.leaning(file) == {}
    file.metadata[adapter_file.LEANING_TOKENS] = tokens
    file.metadata[adapter_file.LEANING] = bias
    assert adapter_file.leaning(file) == found
