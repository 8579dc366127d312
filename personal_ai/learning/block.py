"""One transformer block: its two halves, each with a way back of its own that keeps only what it must."""

from collections.abc import Sequence
from typing import Any, cast

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor, nn

from personal_ai.learning.attention import Rope, attend, attend_back, turn
from personal_ai.learning.linear import Lora, RMSNorm, Stack
from personal_ai.learning.packing import Pack
from personal_ai.learning.tensors import TensorReader
from personal_ai.models.families import AFTER, BEFORE, DENSE, HEADS
from personal_ai.models.shape import Shape

#: The layers that carry LoRA: all linear ones but the embedding and the head (llama.cpp aborts on those when tied).
#: Where a file holds queries, keys and values in one, or ffn_gate inside ffn_up, the LoRA stands beside the whole.
TARGETS = (*DENSE, "attn_qkv")


class Block(nn.Module):
    """One transformer block; its layers and norms are named as in the GGUF, and None where the family has none."""

    attn_norm: RMSNorm | None
    ffn_norm: RMSNorm | None
    attn_q_norm: RMSNorm | None
    attn_k_norm: RMSNorm | None
    post_attention_norm: RMSNorm | None
    post_ffw_norm: RMSNorm | None

    def __init__(self, shape: Shape, tensor: TensorReader, number: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.shape, self.dtype = shape, dtype
        self.local, self.turned = shape.local[number], shape.turned[number]
        self.halves = shape.family.rope != "norm"
        prefix = f"blk.{number}."
        for norm in BEFORE + HEADS + AFTER:
            given = tensor(f"{prefix}{norm}.weight") if norm in shape.family.traits.norms else None
            # What goes into the sum of all blocks is not rounded.
            kind = torch.float32 if norm in AFTER else dtype
            setattr(self, norm, None if given is None else RMSNorm(given, shape.epsilon, kind))
        fused = tensor.has(f"{prefix}attn_qkv.weight")
        gated = ("ffn_gate",) if "ffn_gate" in shape.family.lora_targets else ()
        self.into_heads = Stack(("attn_qkv",) if fused else DENSE[:3], prefix, tensor, dtype)
        self.out_of_heads = Stack(("attn_output",), prefix, tensor, dtype)
        # Where there is no ffn_gate, it is the first half of ffn_up.
        self.into_feed = Stack((*gated, "ffn_up"), prefix, tensor, dtype)
        self.out_of_feed = Stack(("ffn_down",), prefix, tensor, dtype)
        for stack in (self.into_heads, self.out_of_heads, self.into_feed, self.out_of_feed):
            for name, layer in stack.layers().items():
                setattr(self, name, layer)

    def forward(
        self,
        x: Tensor,
        rope: Rope | None,
        pack: Pack,
        bare: bool = False,
        lean: bool = False,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Map hidden rows [T, width] to hidden rows; `bare` leaves LoRA out.

        A `lean` block keeps neither what attention gives nor the inside of the feed-forward part: they are computed
        again on the way back. With a `mask` [T, ranks] the reading skill works beside the LoRA, where that says so.
        """
        into, out_of = (self._parameters_of(each, bare) for each in (self.into_heads, self.out_of_heads))
        x = cast(Tensor, _Attention.apply(x, self, rope, pack, lean, mask, *into, *out_of))
        into, out_of = (self._parameters_of(each, bare) for each in (self.into_feed, self.out_of_feed))
        return cast(Tensor, _FeedForward.apply(x, self, lean, mask, *into, *out_of))

    def _parameters_of(self, stack: Stack, bare: bool) -> list[Tensor]:
        layers = [getattr(self, name) for name in stack.names]
        if bare or not hasattr(layers[0], "lora_A"):
            return []
        return [part["default"].weight for layer in layers for part in (layer.lora_A, layer.lora_B)]

    def loras(self, stack: Stack, given: Sequence[Tensor], mask: Tensor | None) -> list[Lora]:
        """What stands beside each part of a stack, from its A and B in turn; none from none.

        With a `mask` the skill's directions follow its own.
        """
        layers = [getattr(self, name) for name in stack.names] if given else []
        found = []
        for a, b, layer in zip(given[::2], given[1::2], layers, strict=True):
            if mask is not None:
                a, b = torch.cat([a, layer.skill[0]]), torch.cat([b, layer.skill[1]], 1)
            found.append(Lora(a.to(self.dtype), b.to(self.dtype), layer.scaling["default"], mask))
        return found

    def activate(self, gate: Tensor) -> Tensor:
        """The feed-forward part's bend."""
        return F.gelu(gate, approximate="tanh") if self.shape.family.traits.gelu else F.silu(gate)

    def activate_back(self, gradient: Tensor, gate: Tensor) -> Tensor:
        """The gradient by `gate` of what `activate` makes of it."""
        aten = torch.ops.aten
        if self.shape.family.traits.gelu:
            return cast(Tensor, aten.gelu_backward(gradient, gate, approximate="tanh"))
        return cast(Tensor, aten.silu_backward(gradient, gate))


# ---- before and after a half ------------------------------------------------------------------------------------


def _before(norm: RMSNorm | None, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
    if norm is None:
        return x.to(dtype), None
    inverse = norm.inverse(x)
    return norm.given(x, inverse), inverse


def _again(norm: RMSNorm | None, x: Tensor, inverse: Tensor | None, dtype: torch.dtype) -> Tensor:
    return x.to(dtype) if norm is None or inverse is None else norm.given(x, inverse)


def _onto(
    block: Block, x: Tensor, given: Tensor, stack: Stack, loras: Sequence[Lora], norm: RMSNorm | None
) -> tuple[Tensor, Tensor | None, Tensor | None, Tensor | None]:
    """x plus what the stack makes of `given`, normed where the family does; what is to be kept: low, part, inverse."""
    scale = block.shape.residual_scale
    if norm is None:
        y, low = stack.forward_onto(x, given, loras, scale)
        return y, low, None, None
    part, low = stack.forward(given, loras)
    inverse = norm.inverse(part)
    return x.add(norm.given(part, inverse), alpha=scale), low, part, inverse


def _onto_back(
    block: Block, gradient: Tensor, part: Tensor | None, inverse: Tensor | None, norm: RMSNorm | None
) -> Tensor:
    """The gradient by what the stack made, from that of the sum."""
    scale = block.shape.residual_scale
    if scale != 1.0:
        gradient = gradient * scale
    if norm is not None and part is not None and inverse is not None:
        gradient = norm.back(gradient, part, inverse)
    return gradient.to(block.dtype)


def _into_back(
    gradient: Tensor | None, sums: Tensor, norm: RMSNorm | None, x: Tensor, inverse: Tensor | None
) -> Tensor | None:
    """The gradient by a half's own rows: through its norm, and past it."""
    if gradient is None:
        return None
    if norm is None or inverse is None:
        return gradient + sums
    return norm.back(gradient, x, inverse).add_(sums)


# ---- the halves -------------------------------------------------------------------------------------------------


class _Attention(torch.autograd.Function):
    """x + attention(norm(x)); kept are x, queries, keys, values, what attention gives (not if lean), and A's rows."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        block: Block,
        rope: Rope | None,
        pack: Pack,
        lean: bool,
        mask: Tensor | None,
        *given: Tensor,
    ) -> Tensor:
        shape, split = block.shape, 2 * len(block.into_heads.names)
        into = block.loras(block.into_heads, given[:split], mask)
        out_of = block.loras(block.out_of_heads, given[split:], mask)
        normed, inverse = _before(block.attn_norm, x, block.dtype)
        y, low = block.into_heads.forward(normed, into)
        del normed
        widths = [count * shape.head_width for count in (shape.heads, shape.kv_heads, shape.kv_heads)]
        raw_q, raw_k, raw_v = y.split(widths, -1)
        inverse_q = inverse_k = None
        if block.attn_q_norm is not None and block.attn_k_norm is not None:
            raw_q, raw_k = _cut(block.attn_q_norm, raw_q), _cut(block.attn_k_norm, raw_k)
            inverse_q, inverse_k = block.attn_q_norm.inverse(raw_q), block.attn_k_norm.inverse(raw_k)
            normed_q, normed_k = block.attn_q_norm.given(raw_q, inverse_q), block.attn_k_norm.given(raw_k, inverse_k)
        else:
            normed_q, normed_k = raw_q, raw_k
            raw_q = raw_k = None
        q = _by_head(normed_q, (shape.kv_heads, shape.heads // shape.kv_heads, shape.head_width), rope, block.halves)
        k = _by_head(normed_k, (shape.kv_heads, shape.head_width), rope, block.halves)
        v = _by_head(raw_v, (shape.kv_heads, shape.head_width), None, block.halves)
        del y, raw_v, normed_q, normed_k
        mixed = attend(q, k, v, pack.tiles, shape.attention_scale, shape.attention_cap)
        out, low_out, part, inverse_part = _onto(block, x, mixed, block.out_of_heads, out_of, block.post_attention_norm)
        if given:
            ctx.save_for_backward(
                x,
                inverse,
                low,
                raw_q,
                raw_k,
                inverse_q,
                inverse_k,
                q,
                k,
                v,
                None if lean else mixed,
                low_out,
                part,
                inverse_part,
                *given,
            )
        ctx.block, ctx.rope, ctx.pack, ctx.mask = block, rope, pack, mask
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, inverse, low, raw_q, raw_k, inverse_q, inverse_k, q, k, v, mixed, low_out, part, inverse_part, *given = (
            ctx.saved_tensors
        )
        block: Block = ctx.block
        shape, split = block.shape, 2 * len(block.into_heads.names)
        into = block.loras(block.into_heads, given[:split], ctx.mask)
        out_of = block.loras(block.out_of_heads, given[split:], ctx.mask)
        (sums,) = gradients
        gradient = _onto_back(block, sums, part, inverse_part, block.post_attention_norm)
        if mixed is None:
            mixed = attend(q, k, v, ctx.pack.tiles, shape.attention_scale, shape.attention_cap)
        d_mixed, d_out_of = block.out_of_heads.backward(gradient, mixed, low_out, out_of)
        assert d_mixed is not None
        dq, dk, dv = attend_back(d_mixed, q, k, v, ctx.pack.tiles, shape.attention_scale, shape.attention_cap)
        widths = [count * shape.head_width for count in (shape.heads, shape.kv_heads, shape.kv_heads)]
        dy = x.new_empty(x.shape[0], sum(widths), dtype=block.dtype)
        to_q, to_k, to_v = dy.split(widths, -1)
        _from_heads(dq, to_q, ctx.rope, block.halves)
        _from_heads(dk, to_k, ctx.rope, block.halves)
        _from_heads(dv, to_v, None, block.halves)
        if block.attn_q_norm is not None and block.attn_k_norm is not None:
            for norm, to, raw, own in (
                (block.attn_q_norm, to_q, raw_q, inverse_q),
                (block.attn_k_norm, to_k, raw_k, inverse_k),
            ):
                to.copy_(norm.back(_cut(norm, to), raw, own).view(to.shape))
        normed = _again(block.attn_norm, x, inverse, block.dtype)
        dx, d_into = block.into_heads.backward(dy, normed, low, into, wanted=ctx.needs_input_grad[0])
        own = _own([*d_into, *d_out_of], given)
        return _into_back(dx, sums, block.attn_norm, x, inverse), None, None, None, None, None, *own


class _FeedForward(torch.autograd.Function):
    """x + down(act(gate(norm(x))) · up(norm(x))); kept are x, gate and up (not if lean), and A's rows."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, block: Block, lean: bool, mask: Tensor | None, *given: Tensor) -> Tensor:
        split = 2 * len(block.into_feed.names)
        into = block.loras(block.into_feed, given[:split], mask)
        out_of = block.loras(block.out_of_feed, given[split:], mask)
        normed, inverse = _before(block.ffn_norm, x, block.dtype)
        both, low = block.into_feed.forward(normed, into)
        del normed
        gate, up = both.chunk(2, -1)
        inside = block.activate(gate).mul_(up)
        out, low_out, part, inverse_part = _onto(block, x, inside, block.out_of_feed, out_of, block.post_ffw_norm)
        if given:
            ctx.save_for_backward(x, inverse, low, None if lean else both, low_out, part, inverse_part, *given)
        ctx.block, ctx.mask = block, mask
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, inverse, low, both, low_out, part, inverse_part, *given = ctx.saved_tensors
        block: Block = ctx.block
        split = 2 * len(block.into_feed.names)
        into = block.loras(block.into_feed, given[:split], ctx.mask)
        out_of = block.loras(block.out_of_feed, given[split:], ctx.mask)
        (sums,) = gradients
        normed = _again(block.ffn_norm, x, inverse, block.dtype)
        if both is None:
            both, _ = block.into_feed.forward(normed, into)
        gate, up = both.chunk(2, -1)
        bent = block.activate(gate)
        gradient = _onto_back(block, sums, part, inverse_part, block.post_ffw_norm)
        d_inside, d_out_of = block.out_of_feed.backward(gradient, bent * up, low_out, out_of)
        assert d_inside is not None
        d_both = torch.empty_like(both)
        d_gate, d_up = d_both.chunk(2, -1)
        torch.mul(d_inside, bent, out=d_up)
        d_gate.copy_(block.activate_back(d_inside.mul_(up), gate))
        del bent, d_inside, both, gate, up
        dx, d_into = block.into_feed.backward(d_both, normed, low, into, wanted=ctx.needs_input_grad[0])
        own = _own([*d_into, *d_out_of], given)
        return _into_back(dx, sums, block.ffn_norm, x, inverse), None, None, None, *own


def _own(gradients: Sequence[Tensor], given: Sequence[Tensor]) -> list[Tensor]:
    """Of the gradients by A and B those of what is learned, which comes first; the rest is the skill's."""
    return [each[: own.shape[0], : own.shape[1]] for each, own in zip(gradients, given, strict=True)]


def _cut(norm: RMSNorm, x: Tensor) -> Tensor:
    """`x` [T, width] as norms of heads see it: over each head, or over all of them at once, as wide as their weight."""
    return x.reshape(x.shape[0], -1, norm.weight.numel())


def _by_head(x: Tensor, shape: tuple[int, ...], rope: Rope | None, halves: bool) -> Tensor:
    """`x` [T, …] as [kv heads, T, …, head width], turned by position."""
    heads, *rest = shape
    x = x.reshape(x.shape[0], *shape)
    found = x.new_empty(heads, x.shape[0], *rest)
    to = found.transpose(0, 1)
    if rope is None:
        to.copy_(x)
    else:
        turn(x, rope, to, halves=halves)
    return found


def _from_heads(gradient: Tensor, to: Tensor, rope: Rope | None, halves: bool) -> None:
    """Undo `_by_head` for a gradient, into the columns `to` [T, width]."""
    rows = gradient.transpose(0, 1)
    to = to.unflatten(-1, rows.shape[1:])
    if rope is None:
        to.copy_(rows)
    else:
        turn(rows, rope, to, halves=halves, back=True)
