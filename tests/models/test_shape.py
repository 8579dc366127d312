"""The numbers of a network, and the sentences about what cannot be learned."""

from collections.abc import Callable
from pathlib import Path

import gguf
import pytest

from personal_ai.errors import UserError
from personal_ai.models import gguf_file, shape
from tests import model_files, tiny_model


@pytest.mark.parametrize("variant", tiny_model.VARIANTS)
def test_every_family_can_be_taught(variant: str, tmp_path: Path) -> None:
    assert shape.lacks(gguf_file.read(tiny_model.write_family(tmp_path / "m.gguf", variant))) == ""


def experts(writer: gguf.GGUFWriter) -> None:
    writer.add_expert_count(8)


def stretched(writer: gguf.GGUFWriter) -> None:
    writer.add_string("llama.rope.scaling.type", "spiral")


def narrow_values(writer: gguf.GGUFWriter) -> None:
    writer.add_value_length(4)


@pytest.mark.parametrize(
    ("extra", "words"),
    [(experts, "mixture of experts"), (stretched, "“spiral”"), (narrow_values, "different widths")],
)
def test_what_is_missing_is_named(extra: Callable[[gguf.GGUFWriter], None], words: str, tmp_path: Path) -> None:
    file = gguf_file.read(model_files.write(tmp_path / "m.gguf", extra=extra))
    with pytest.raises(UserError, match=f"cannot teach it yet: .*{words}"):
        shape.read_shape(file)


def test_another_kind_of_model_is_named(tmp_path: Path) -> None:
    assert "“mamba”" in shape.lacks(gguf_file.read(model_files.write(tmp_path / "m.gguf", architecture="mamba")))


@pytest.mark.parametrize("heads", [None, 0])
def test_a_file_that_does_not_count_its_heads_gets_a_sentence(heads: int | None) -> None:
    said = {"general.architecture": "llama", "llama.embedding_length": 32, "llama.attention.head_count": heads}
    assert "how many attention heads" in shape.lacks(gguf_file.GGUFFile(Path("m.gguf"), said, {}))


def test_a_list_of_blocks_with_a_window_is_passed_over_as_in_llama_cpp(tmp_path: Path) -> None:
    file = gguf_file.read(tiny_model.write_family(tmp_path / "m.gguf", "gemma3"))
    file.metadata["gemma3.attention.sliding_window_pattern"] = [False]
    assert shape.read_shape(file).local == (True, True, True, True, True, False)


def test_the_window_of_gemma_slides_in_all_but_every_sixth_block(tmp_path: Path) -> None:
    numbers = shape.read_shape(gguf_file.read(tiny_model.write_family(tmp_path / "m.gguf", "gemma3")))
    assert numbers.local == (True, True, True, True, True, False)
    assert (numbers.window, numbers.local_base, numbers.rope_base) == (tiny_model.WINDOW, 10_000.0, 100_000.0)
