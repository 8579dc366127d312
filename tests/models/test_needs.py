"""What chatting with a model takes."""

from pathlib import Path

import gguf
import numpy as np

from personal_ai.models import header, needs
from personal_ai.models.needs import Needs
from tests import model_files


def of(path: Path) -> Needs:
    return needs.of(header.read(path), header.inspect_model(path))


def test_each_token_takes_its_keys_its_values_and_a_batchs_scores(tmp_path: Path) -> None:
    # 2 layers of 2 heads of 8 numbers, for keys and for values, two bytes each; 4 heads' scores of a batch.
    found = of(model_files.write(tmp_path / "m.gguf"))
    assert found.token == 2 * 2 * 2 * (8 + 8) + needs.BATCH * 4 * 4
    assert found.memory(200) - found.memory(100) == 100 * found.token

    def wider(writer: gguf.GGUFWriter) -> None:
        writer.add_key_length(16)
        writer.add_value_length(16)

    wide = of(model_files.write(tmp_path / "w.gguf", extra=wider))
    assert wide.token - found.token == 2 * 2 * 2 * (8 + 8)


def test_a_token_waits_for_every_weight_but_those_that_are_looked_up(tmp_path: Path) -> None:
    embedding = model_files.WORDS * model_files.WIDTH * 4
    tied = of(model_files.write(tmp_path / "tied.gguf"))

    def head(writer: gguf.GGUFWriter) -> None:
        writer.add_tensor("output.weight", np.zeros((model_files.WORDS, model_files.WIDTH), np.float32))

    own = of(model_files.write(tmp_path / "own.gguf", extra=head))
    assert own.read == tied.read, "the head in the place of the embedding"
    assert own.fixed - tied.fixed >= embedding


def test_of_a_mixture_only_the_experts_that_are_asked_are_read(tmp_path: Path) -> None:
    def experts(writer: gguf.GGUFWriter) -> None:
        writer.add_expert_count(8)
        writer.add_expert_used_count(2)
        writer.add_tensor("blk.0.ffn_up_exps.weight", np.zeros((8, 4, model_files.WIDTH), np.float32))

    mixed, plain = of(model_files.write(tmp_path / "x.gguf", extra=experts)), of(model_files.write(tmp_path / "p.gguf"))
    assert mixed.read - plain.read == 8 * 4 * model_files.WIDTH * 4 // 4


def test_a_model_of_twice_the_weights_is_half_as_fast() -> None:
    assert Needs(read=200).speed(Needs(read=100), 30.0) == 15.0
    assert Needs().speed(Needs(read=100), 30.0) == 0.0
