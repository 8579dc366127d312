"""Is a GGUF file sound, and what is it?"""

import random
import struct
from pathlib import Path

import gguf
import numpy as np
import pytest

from personal_ai.errors import UserError
from personal_ai.models import header
from personal_ai.models.catalogue import BUILT_IN_FILE
from tests import adapter_files, model_files, tiny_model

MUTANTS = 200


@pytest.fixture
def built_in() -> Path:
    if not BUILT_IN_FILE.is_file():
        pytest.skip("the built-in model was not fetched")
    return BUILT_IN_FILE


def test_the_built_in_model_is_described(built_in: Path) -> None:
    about = header.inspect_model(built_in)
    assert (about.architecture, about.quantisation, about.block_count) == ("llama", "Q4_1", 30)
    assert (about.parameters, about.embedding_length, about.context_length) == (134_515_008, 576, 8192)
    assert (about.head_count, about.head_count_kv, about.vocabulary) == (9, 3, 49_152)
    assert about.tied_output
    assert "<|im_start|>" in about.chat_template


@pytest.mark.slow
def test_tensors_lie_where_gguf_py_finds_them(built_in: Path) -> None:
    mine = header.read(built_in)
    theirs = gguf.GGUFReader(built_in)
    assert len(mine.tensors) == len(theirs.tensors)
    for tensor in theirs.tensors:
        info = mine.tensors[tensor.name]
        assert info.shape == tuple(tensor.shape)
        assert (info.offset, info.bytes, info.type) == (tensor.data_offset, tensor.n_bytes, tensor.tensor_type.name)
    name = "blk.0.attn_norm.weight"
    assert np.array_equal(mine.data(name).view(np.float32), theirs.tensors[1].data)


def test_long_token_lists_are_decoded_only_on_request(built_in: Path) -> None:
    file = header.read(built_in)
    assert isinstance(file.metadata["tokenizer.ggml.tokens"], header.LongArray)
    tokens = file.array("tokenizer.ggml.tokens")
    assert (len(tokens), tokens[1]) == (49_152, "<|im_start|>")
    assert len(file.array("tokenizer.ggml.token_type")) == 49_152


def test_an_adapter_is_told_from_a_model(tmp_path: Path) -> None:
    path = adapter_files.write(tmp_path / "adapter.gguf", blocks=1)
    assert header.inspect(path).type == "adapter"
    with pytest.raises(UserError, match="is an adapter, not a model"):
        header.inspect_model(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not a GGUF file"),
        (b"GG", "is not a GGUF file"),
        (b"PK\x03\x04" + bytes(100), "is not a GGUF file"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(64), "version 1"),
        (b"GGUF" + struct.pack("<I", 3), "is incomplete"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0), "is damaged"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60), "is damaged"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62) + bytes(64), "is damaged"),
        # A list of lists of lists …: gguf-py follows it without end.
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 9, 3) * 50, "is damaged"),
        # Four billion strings in a file of a hundred bytes.
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 8, 1 << 32) + bytes(64), "damaged"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 8, 1 << 20) + bytes(64), "incomp"),
    ],
)
def test_a_file_that_is_no_gguf_or_lies_about_its_sizes_gets_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "file.gguf"
    path.write_bytes(content)
    with pytest.raises(UserError, match=sentence) as caught:
        header.inspect(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        header.read(tmp_path / "nothing.gguf")
    with pytest.raises(UserError, match="is a folder"):
        header.read(tmp_path)


@pytest.mark.parametrize("missing", [1, 1000, 60_000_000])
def test_a_truncated_model_is_incomplete(tmp_path: Path, built_in: Path, missing: int) -> None:
    path = tmp_path / "short.gguf"
    path.write_bytes(built_in.read_bytes()[:-missing])
    with pytest.raises(UserError, match="is incomplete: its end is missing"):
        header.inspect(path)


@pytest.mark.parametrize("blocks", [0, 513, 3, 2**31])
def test_a_layer_count_that_would_abort_llama_cpp_is_refused(tmp_path: Path, blocks: int) -> None:
    path = model_files.write(tmp_path / "m.gguf", claimed_blocks=blocks)
    with pytest.raises(UserError, match="is damaged"):
        header.inspect(path)


def test_an_absurd_context_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="context"):
        header.inspect(model_files.write(tmp_path / "m.gguf", context=2**31 - 1))


def test_a_model_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no tokenizer"):
        header.inspect(tiny_model.write(tmp_path / "tiny.gguf"))


def test_a_piece_of_a_split_model_is_refused(tmp_path: Path) -> None:
    path = model_files.write(tmp_path / "m.gguf", extra=lambda writer: writer.add_uint16("split.count", 3))
    with pytest.raises(UserError, match="one piece of a split model"):
        header.inspect(path)


def test_a_part_that_is_no_language_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a part of a model"):
        header.inspect(model_files.write(tmp_path / "m.gguf", type="vocab"))


def test_mutants_of_the_built_in_model_are_described_or_refused_and_nothing_else(
    tmp_path: Path, built_in: Path
) -> None:
    head = built_in.read_bytes()[:1100]
    size = built_in.stat().st_size
    path = tmp_path / "mutant.gguf"
    chance = random.Random(20)
    # One copy, patched and healed in place: only the first bytes differ between mutants.
    path.write_bytes(built_in.read_bytes())
    refused = 0
    for _ in range(MUTANTS):
        mutant = bytearray(head)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(4, len(mutant))
            mutant[place] = chance.choice([0, 1, 8, 9, 0x7F, 0xFF, chance.randrange(256)])
        with path.open("r+b") as file:
            file.write(mutant)
        try:
            assert header.inspect(path).size == size
        except UserError:
            refused += 1
    assert refused > MUTANTS / 4
