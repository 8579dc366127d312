"""What the network is made of, read from a GGUF: tensors dequantised one at a time, and its rotary frequencies."""

import numpy as np
import torch
from gguf.constants import GGMLQuantizationType
from gguf.quants import dequantize
from torch import Tensor, nn

from personal_ai.errors import UserError
from personal_ai.models import gguf_file
from personal_ai.models.shape import Shape


class TensorReader:
    """Dequantise one tensor of a GGUF at a time, so that memory holds one copy of the model."""

    def __init__(self, file: gguf_file.GGUFFile) -> None:
        self._file = file

    def __call__(self, name: str) -> Tensor:
        """The tensor as fp32 in torch order (rows first). Raises UserError when the file lacks it."""
        found = self.get(name)
        if found is None:
            raise UserError(f"This model cannot be taught yet: its file has no “{name}”.")
        return found

    def has(self, name: str) -> bool:
        """Whether the file holds it."""
        return name in self._file.tensors

    def get(self, name: str) -> Tensor | None:
        """The tensor as fp32, or None when the file lacks it."""
        info = self._file.tensors.get(name)
        if info is None:
            return None
        shape = tuple(reversed(info.shape))
        try:
            raw = self._file.data(name).reshape(*shape[:-1], -1)
            values = dequantize(raw, GGMLQuantizationType[info.type])
        except (NotImplementedError, KeyError) as error:
            raise UserError(
                f"This model cannot be taught yet: its weights are stored as “{info.type}”, which learning cannot read."
            ) from error
        return torch.from_numpy(np.array(values, dtype=np.float32, copy=True).reshape(shape))


def rope_frequencies(shape: Shape, factors: Tensor | None) -> Tensor:
    """Radians a position for each rotated pair [rope width / 2], by the file's factors where it has them."""
    steep = _frequencies(shape.rope_width, shape.rope_base)
    if factors is not None:
        steep = steep / factors
    gentle = steep / shape.rope_scale
    if shape.yarn is None:
        return gentle
    first, last = shape.yarn
    share = ((torch.arange(len(steep)) - first) / max(0.001, last - first)).clamp(0.0, 1.0)
    return gentle * share + steep * (1 - share)


def local_frequencies(shape: Shape) -> Tensor:
    """Radians a position for each rotated pair [rope width / 2] in blocks that see a window only."""
    return _frequencies(shape.rope_width, shape.local_base) / shape.local_scale


def _frequencies(width: int, base: float) -> Tensor:
    return 1.0 / (base ** (torch.arange(0, width, 2, dtype=torch.float32) / width))


def frozen_linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """A linear layer of a given weight [out, in] and bias [out] that is not trained."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, device="meta")
    layer.weight = nn.Parameter(weight, requires_grad=False)
    if bias is not None:
        layer.bias = nn.Parameter(bias, requires_grad=False)
    return layer
