"""Tensors are read to the bit as gguf's own dequantisation reads them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from gguf.constants import GGMLQuantizationType
from gguf.quants import dequantize

from personal_ai.learning.tensors import UNPACKED, TensorReader
from personal_ai.models import gguf_file
from tests import tiny_model


@pytest.mark.parametrize("kind", UNPACKED)
def test_plain_quantisations_are_unpacked_to_the_bit(kind: str, tmp_path: Path) -> None:
    file = gguf_file.read(tiny_model.write_family(tmp_path / "m.gguf", "llama", kind=kind))
    tensor = TensorReader(file)
    checked = 0
    for name, info in file.tensors.items():
        if info.type == kind:
            shape = tensor.shape(name)
            raw = np.array(file.data(name)).reshape(*shape[:-1], -1)
            wanted = torch.from_numpy(dequantize(raw, GGMLQuantizationType[kind]).reshape(shape))
            assert torch.equal(tensor(name), wanted)
            checked += 1
    assert checked
