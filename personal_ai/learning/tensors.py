"""What the network is made of, read from a GGUF: tensors dequantised one at a time, and its rotary frequencies."""

from typing import cast

import numpy as np
import torch
from gguf.constants import GGMLQuantizationType
from gguf.quants import dequantize
from torch import Tensor

from personal_ai.errors import UserError
from personal_ai.models import gguf_file
from personal_ai.models.shape import Shape


class TensorReader:
    """Dequantise one tensor of a GGUF at a time, so that memory holds one copy of the model."""

    def __init__(self, file: gguf_file.GGUFFile) -> None:
        self._file = file

    def __call__(self, name: str) -> Tensor:
        """The tensor as fp32 in torch order (rows first). Raises UserError when the file lacks it."""
        self.shape(name)
        return cast(Tensor, self.get(name))

    def has(self, name: str) -> bool:
        """Whether the file holds it."""
        return name in self._file.tensors

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor in torch order (rows first). Raises UserError when the file lacks it."""
        if not self.has(name):
            raise UserError(f"This model cannot be taught yet: its file has no “{name}”.")
        return tuple(reversed(self._file.tensors[name].shape))

    def get(self, name: str) -> Tensor | None:
        """The tensor as fp32, or None when the file lacks it."""
        info = self._file.tensors.get(name)
        if info is None:
            return None
        shape = tuple(reversed(info.shape))
        unpack = UNPACKED.get(info.type)
        if unpack:
            size, given = unpack
            blocks = np.array(self._file.data(name)).view(np.uint8).reshape(-1, size)
            return given(torch.from_numpy(blocks)).view(shape)
        try:
            raw = self._file.data(name).reshape(*shape[:-1], -1)
            values = dequantize(raw, GGMLQuantizationType[info.type])
        except (NotImplementedError, KeyError) as error:
            raise UserError(
                f"This model cannot be taught yet: its weights are stored as “{info.type}”, which learning cannot read."
            ) from error
        return torch.from_numpy(np.array(values, dtype=np.float32, copy=True).reshape(shape))


def _half(pair: Tensor) -> Tensor:
    """Two bytes a block [N, 2] as fp16, given in fp32 [N, 1]."""
    return pair.contiguous().view(torch.float16).float()


def _nibbles(bytes_: Tensor) -> Tensor:
    """16 bytes a block as 32 numbers from 0 to 15: the lower halves, then the upper ones."""
    found = torch.empty(len(bytes_), 32)
    found[:, :16] = bytes_ & 15
    found[:, 16:] = bytes_ >> 4
    return found


def _q4_0(blocks: Tensor) -> Tensor:
    return _nibbles(blocks[:, 2:]).sub_(8).mul_(_half(blocks[:, :2]))


def _q4_1(blocks: Tensor) -> Tensor:
    return _nibbles(blocks[:, 4:]).mul_(_half(blocks[:, :2])).add_(_half(blocks[:, 2:4]))


def _q8_0(blocks: Tensor) -> Tensor:
    return blocks[:, 2:].contiguous().view(torch.int8).float().mul_(_half(blocks[:, :2]))


#: Bytes of a block and what it says, for the quantisations that are plain: in torch they take a third of the time that
#: gguf's own dequantisation takes, which reads all others (measured).
UNPACKED = {"Q4_0": (18, _q4_0), "Q4_1": (20, _q4_1), "Q8_0": (34, _q8_0)}


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
