"""Frozen matrices with LoRA beside them, and norms: forward and back, keeping what a LoRA step needs and no more."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn

from personal_ai.learning.tensors import TensorReader


class Lora(NamedTuple):
    """What stands beside one frozen matrix: y = x Wᵀ + scale (x Aᵀ · mask) Bᵀ, `a` [rank, in], `b` [out, rank].

    `mask` [T, rank] tells which rows of x each direction works on; None: all on all.
    """

    a: Tensor
    b: Tensor
    scale: float
    mask: Tensor | None = None


class LoraLinear(nn.Module):
    """A frozen linear layer with LoRA beside it; parts and parameters are named as peft names them."""

    def __init__(self, base_layer: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base_layer = base_layer
        self.lora_A = nn.ModuleDict({"default": nn.Linear(base_layer.in_features, rank, bias=False)})
        self.lora_B = nn.ModuleDict({"default": nn.Linear(rank, base_layer.out_features, bias=False)})
        self.scaling = {"default": alpha / rank}
        nn.init.kaiming_uniform_(cast(Tensor, self.lora_A["default"].weight), a=math.sqrt(5))
        nn.init.zeros_(cast(Tensor, self.lora_B["default"].weight))
        #: What works beside it where notes are shown, not learned: A [rank, in] and B [out, rank], for the same scale.
        self.skill: tuple[Tensor, Tensor] | None = None


class Stack:
    """Matrices that read the same rows, as one [W1; W2; …] [out, in]: one multiply forward and one back."""

    def __init__(self, names: Sequence[str], prefix: str, tensor: TensorReader, dtype: torch.dtype) -> None:
        """Read the matrices called `prefix` + name, one after the other."""
        self.names = tuple(names)
        shapes = [tensor.shape(f"{prefix}{name}.weight") for name in names]
        ends = [sum(rows for rows, _ in shapes[: i + 1]) for i in range(len(shapes))]
        self.parts = [slice(end - rows, end) for end, (rows, _) in zip(ends, shapes, strict=True)]
        self.weight = torch.empty(ends[-1], shapes[0][1], dtype=dtype)
        biases = [tensor.get(f"{prefix}{name}.bias") for name in names]
        self.bias = torch.zeros(ends[-1], dtype=dtype) if any(bias is not None for bias in biases) else None
        for name, part, bias in zip(names, self.parts, biases, strict=True):
            self.weight[part] = tensor(f"{prefix}{name}.weight")
            if self.bias is not None and bias is not None:
                self.bias[part] = bias

    def layers(self) -> dict[str, nn.Linear]:
        """Its matrices as single layers, which share its memory."""
        found = {}
        for name, part in zip(self.names, self.parts, strict=True):
            layer = nn.Linear(self.weight.shape[1], part.stop - part.start, bias=self.bias is not None, device="meta")
            layer.weight = nn.Parameter(self.weight[part], requires_grad=False)
            if self.bias is not None:
                layer.bias = nn.Parameter(self.bias[part], requires_grad=False)
            found[name] = layer
        return found

    def forward(self, x: Tensor, loras: Sequence[Lora]) -> tuple[Tensor, Tensor | None]:
        """What the matrices make of `x` [T, in]: [T, out], and what the A's make of it [T, sum of ranks]."""
        y = x @ self.weight.T if self.bias is None else torch.addmm(self.bias, x, self.weight.T)
        return y, self._beside(y, x, loras, 1.0)

    def forward_onto(
        self, sums: Tensor, x: Tensor, loras: Sequence[Lora], alpha: float
    ) -> tuple[Tensor, Tensor | None]:
        """`sums` [T, out] plus `alpha` times what the matrices make of `x`, as a new tensor; else as `forward`."""
        if self.bias is not None or sums.dtype != x.dtype:
            y, low = self.forward(x, loras)
            return sums.add(y, alpha=alpha), low
        y = torch.addmm(sums, x, self.weight.T, alpha=alpha)
        return y, self._beside(y, x, loras, alpha)

    def _beside(self, y: Tensor, x: Tensor, loras: Sequence[Lora], alpha: float) -> Tensor | None:
        if not loras:
            return None
        low = _masked(x @ _together(loras).T, loras)
        for part, lora, own in zip(self.parts, loras, low.split([len(lora.a) for lora in loras], -1), strict=True):
            y[:, part].addmm_(own, lora.b.T, alpha=lora.scale * alpha)
        return low

    def backward(
        self, gradient: Tensor, x: Tensor, low: Tensor | None, loras: Sequence[Lora], *, wanted: bool = True
    ) -> tuple[Tensor | None, list[Tensor]]:
        """The gradient by `x` (None unless `wanted`), and by A and B of each part, in turn.

        dX = dY W + s (dY B · M) A, dA = s (dY B · M)ᵀ x, dB = s dYᵀ (x Aᵀ · M), M being the mask.
        """
        dx = gradient @ self.weight if wanted else None
        if low is None:
            return dx, []
        ranks = [len(lora.a) for lora in loras]
        through = torch.empty_like(low)
        found: list[Tensor] = []
        for part, lora, own, to in zip(self.parts, loras, low.split(ranks, -1), through.split(ranks, -1), strict=True):
            torch.mm(gradient[:, part], lora.b, out=to)
            to.mul_(lora.scale)
            # Few rows times many columns: the other way round the multiply takes five times as long (measured).
            db = (own.T.contiguous() @ gradient[:, part]).mul_(lora.scale)
            found.append(db.T)
        _masked(through, loras)
        da = (through.T.contiguous() @ x).split(ranks)
        if dx is not None:
            dx.addmm_(through, _together(loras))
        return dx, [each for pair in zip(da, found, strict=True) for each in pair]


def _masked(low: Tensor, loras: Sequence[Lora]) -> Tensor:
    """`low` [T, sum of ranks], in its place, where each direction works."""
    mask = loras[0].mask
    if mask is not None:
        low.view(low.shape[0], len(loras), -1).mul_(mask[:, None])
    return low


def _together(loras: Sequence[Lora]) -> Tensor:
    return loras[0].a if len(loras) == 1 else torch.cat([lora.a for lora in loras])


# ---- norms ------------------------------------------------------------------------------------------------------


class RMSNorm(nn.Module):
    """x / rms(x) * weight over the rows of `x`, computed in fp32, given in `dtype`."""

    def __init__(self, weight: Tensor, epsilon: float, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.float(), requires_grad=False)
        self.epsilon = epsilon
        self.dtype = dtype

    def inverse(self, x: Tensor) -> Tensor:
        """1 / rms(x) [..., 1]: all that is to be kept beside `x`."""
        squares = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32).square_()
        return squares.div_(x.shape[-1]).add_(self.epsilon).rsqrt_()

    def given(self, x: Tensor, inverse: Tensor) -> Tensor:
        """The normed rows, where `inverse` is known."""
        return (x * inverse).mul_(self.weight).to(self.dtype)

    def back(self, gradient: Tensor, x: Tensor, inverse: Tensor) -> Tensor:
        """The gradient by `x`, in fp32."""
        unit = x * inverse
        weighted = gradient * self.weight
        along = (weighted * unit).mean(-1, keepdim=True).neg_()
        return weighted.addcmul_(unit, along).mul_(inverse)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the rows of `x` [T, width]."""
        return cast(Tensor, _Normalise.apply(x, self))


class _Normalise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, norm: RMSNorm) -> Tensor:
        inverse = norm.inverse(x)
        ctx.save_for_backward(x, inverse)
        ctx.norm = norm
        return norm.given(x, inverse)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        x, inverse = ctx.saved_tensors
        return ctx.norm.back(gradients[0], x, inverse).to(x.dtype), None
