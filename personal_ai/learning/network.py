"""A GGUF as a torch network: the very file that chats, in ggml's own layout and names, ready for LoRA.

Only what a LoRA step needs is built: base weights are frozen, activations are kept for adapted layers alone, and logits
are computed for target rows only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor, nn

from personal_ai.learning.tensors import TensorReader, frozen_linear, local_frequencies, rope_frequencies
from personal_ai.learning.units import Unit, lay_out
from personal_ai.models import gguf_file
from personal_ai.models.families import AFTER, BEFORE, DENSE, HEADS
from personal_ai.models.shape import Shape, read_shape

#: The layers that carry LoRA: all linear ones but the embedding and the head (llama.cpp aborts on those when tied).
#: Where a file holds queries, keys and values in one, or ffn_gate inside ffn_up, the LoRA stands beside the whole.
TARGETS = (*DENSE, "attn_qkv")

#: Rotary positions as cosines and sines [T, 1, rope width / 2].
Rope = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Pack:
    """Several examples in one flat row without padding.

    `tokens` and `positions` are [T]; `spans` cut the row into attention blocks; `masks` hold one additive mask
    [L, L] a block, so that an example sees only itself. `rows` [R] are the positions whose next token `targets` [R]
    is learned, with `weights` [R]. The first S of them may learn a distribution instead: probabilities `chances`
    [S, K] of the tokens `likely` [S, K], and what is left for all others together.
    """

    tokens: Tensor
    positions: Tensor
    spans: list[tuple[int, int]]
    masks: list[Tensor]
    rows: Tensor
    targets: Tensor
    weights: Tensor
    likely: Tensor | None = None
    chances: Tensor | None = None

    @property
    def size(self) -> int:
        """Tokens in the row."""
        return int(self.tokens.numel())


def training_dtype() -> torch.dtype:
    """bf16 where the processor multiplies it in hardware, else fp32 (elsewhere bf16 is emulated and slower)."""
    fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    return torch.bfloat16 if fast else torch.float32


class RMSNorm(nn.Module):
    """x / rms(x) * weight, computed in fp32, given in `dtype`; only `x` and one number a row are kept."""

    def __init__(self, weight: Tensor, epsilon: float, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.float(), requires_grad=False)
        self.epsilon = epsilon
        self.dtype = dtype

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the rows of `x` [T, width]."""
        return cast(Tensor, _Normalise.apply(x, self.weight, self.epsilon, self.dtype))


class _Normalise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, epsilon: float, dtype: torch.dtype) -> Tensor:
        wide = x.float()
        inverse = wide.square().mean(-1, keepdim=True).add_(epsilon).rsqrt_()
        ctx.save_for_backward(x, inverse, weight)
        return (wide * inverse).mul_(weight).to(dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        x, inverse, weight = ctx.saved_tensors
        unit = x * inverse
        weighted = gradients[0] * weight
        along = (weighted * unit).mean(-1, keepdim=True)
        return (weighted - unit.mul_(along)).mul_(inverse).to(x.dtype), None, None, None


class _AdaptedLinear(torch.autograd.Function):
    """y = x Wᵀ + s (x Aᵀ) Bᵀ with W frozen: dX = dY W + s (dY B) A, dA = s (dY B)ᵀ x, dB = s dYᵀ (x Aᵀ)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, a: Tensor, b: Tensor, scale: float) -> Tensor:
        low = x @ a.T
        ctx.save_for_backward(x, weight, a, b, low)
        ctx.scale = scale
        return torch.addmm(x @ weight.T, low, b.T, alpha=scale)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, None, Tensor, Tensor, None]:
        x, weight, a, b, low = ctx.saved_tensors
        gradient = gradients[0]
        through_b = (gradient @ b).mul_(ctx.scale)
        dx = torch.addmm(gradient @ weight, through_b, a) if ctx.needs_input_grad[0] else None
        return dx, None, through_b.T @ x, (gradient.T @ low).mul_(ctx.scale), None


def adapted(layer: nn.Module, x: Tensor, bare: bool = False) -> Tensor:
    """Apply a linear layer, through the fused LoRA step when peft has wrapped it; `bare` leaves LoRA out."""
    adapters = getattr(layer, "lora_A", None)
    if adapters is None:
        return cast(Tensor, layer(x))
    wrapped = cast(Any, layer)
    if bare:
        return cast(Tensor, wrapped.base_layer(x))
    a, b = wrapped.lora_A["default"].weight, wrapped.lora_B["default"].weight
    y = _AdaptedLinear.apply(x, wrapped.base_layer.weight, a.to(x.dtype), b.to(x.dtype), wrapped.scaling["default"])
    return cast(Tensor, y if wrapped.base_layer.bias is None else y + wrapped.base_layer.bias)


class Block(nn.Module):
    """One transformer block; its layers and norms are named as in the GGUF, and None where the family has none."""

    attn_q: nn.Module
    attn_k: nn.Module
    attn_v: nn.Module
    attn_qkv: nn.Module | None
    attn_output: nn.Module
    ffn_gate: nn.Module | None
    ffn_up: nn.Module
    ffn_down: nn.Module
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
        self.turn = rotate if shape.family.rope == "norm" else rotate_halves
        self.act = partial(F.gelu, approximate="tanh") if shape.family.traits.gelu else F.silu
        name = f"blk.{number}."
        for norm in BEFORE + HEADS + AFTER:
            given = tensor(f"{name}{norm}.weight") if norm in shape.family.traits.norms else None
            # What goes into the sum of all blocks is not rounded.
            kind = torch.float32 if norm in AFTER else dtype
            setattr(self, norm, None if given is None else RMSNorm(given, shape.epsilon, kind))
        fused = tensor.has(f"{name}attn_qkv.weight")
        absent = DENSE[:3] if fused else ("attn_qkv",)
        if "ffn_gate" not in shape.family.lora_targets:
            absent += ("ffn_gate",)
        for target in TARGETS:
            layer = None
            if target not in absent:
                bias = tensor.get(f"{name}{target}.bias")
                weight = tensor(f"{name}{target}.weight").to(dtype)
                layer = frozen_linear(weight, None if bias is None else bias.to(dtype))
            setattr(self, target, layer)

    def forward(self, x: Tensor, rope: Rope | None, pack: Pack, bare: bool = False) -> Tensor:
        """Map hidden rows [T, width] to hidden rows; `bare` leaves LoRA out."""
        shape = self.shape

        def linear(layer: nn.Module, x: Tensor) -> Tensor:
            return adapted(layer, x, bare)

        def heads(x: Tensor, count: int, norm: RMSNorm | None = None) -> Tensor:
            if norm is not None:  # over each head, or over all of them at once: as wide as its weight
                x = norm(x.reshape(x.shape[0], -1, norm.weight.numel()))
            return x.view(-1, count, shape.head_width)

        normed = x.to(self.dtype) if self.attn_norm is None else self.attn_norm(x)
        if self.attn_qkv is None:
            q, k, v = linear(self.attn_q, normed), linear(self.attn_k, normed), linear(self.attn_v, normed)
        else:
            widths = [count * shape.head_width for count in (shape.heads, shape.kv_heads, shape.kv_heads)]
            q, k, v = linear(self.attn_qkv, normed).split(widths, -1)
        q, k = heads(q, shape.heads, self.attn_q_norm), heads(k, shape.kv_heads, self.attn_k_norm)
        if rope is not None:
            q, k = self.turn(q, rope), self.turn(k, rope)
        mixed = attend(q, k, heads(v, shape.kv_heads), pack, shape.attention_scale, shape.attention_cap)
        x = self._add(x, linear(self.attn_output, mixed), self.post_attention_norm)
        normed = x.to(self.dtype) if self.ffn_norm is None else self.ffn_norm(x)
        if self.ffn_gate is None:
            gate, up = linear(self.ffn_up, normed).chunk(2, -1)
        else:
            gate, up = linear(self.ffn_gate, normed), linear(self.ffn_up, normed)
        return self._add(x, linear(self.ffn_down, self.act(gate) * up), self.post_ffw_norm)

    def _add(self, x: Tensor, part: Tensor, norm: RMSNorm | None) -> Tensor:
        if norm is not None:
            part = norm(part)
        return x + part if self.shape.residual_scale == 1.0 else x.add(part, alpha=self.shape.residual_scale)


def rotate(x: Tensor, rope: Rope) -> Tensor:
    """Apply rotary positions to interleaved pairs (ggml's NORM layout). `x` is [T, heads, head width]."""
    cos, sin = rope
    turned_width = cos.shape[-1] * 2
    turned, rest = (x, None) if turned_width == x.shape[-1] else (x[..., :turned_width], x[..., turned_width:])
    even, odd = turned.unflatten(-1, (-1, 2)).unbind(-1)
    out = torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)
    return out if rest is None else torch.cat((out, rest), -1)


def rotate_halves(x: Tensor, rope: Rope) -> Tensor:
    """Apply rotary positions to pairs of the two halves (ggml's NEOX layout). `x` is [T, heads, head width]."""
    cos, sin = rope
    half = cos.shape[-1]
    first, second, rest = x.split((half, half, x.shape[-1] - 2 * half), -1)
    return torch.cat((first * cos - second * sin, first * sin + second * cos, rest), -1)


def attend(q: Tensor, k: Tensor, v: Tensor, pack: Pack, scale: float, cap: float = 0.0) -> Tensor:
    """Causal attention inside each block of the pack, by plain batched matmuls. Returns [T, heads * head width].

    Measured on two AVX512-BF16 cores: CPU flash attention took 41 % of a step; folding the query heads of a group into
    rows and multiplying outright is nearly twice as fast at these lengths.
    """
    heads, kv_heads, head_width = q.shape[1], k.shape[1], q.shape[2]
    group = heads // kv_heads
    parts: list[Tensor] = []
    for (start, end), mask in zip(pack.spans, pack.masks, strict=True):
        length = end - start
        queries = q[start:end].view(length, kv_heads, group, head_width).permute(1, 2, 0, 3)
        queries = queries.reshape(kv_heads, group * length, head_width) * scale
        keys, values = k[start:end].permute(1, 2, 0), v[start:end].transpose(0, 1)
        scores = bent(torch.bmm(queries, keys), cap).view(kv_heads, group, length, length) + mask
        weights = torch.softmax(scores, -1).view(kv_heads, group * length, length)
        mixed = torch.bmm(weights, values).view(kv_heads, group, length, head_width)
        parts.append(mixed.permute(2, 0, 1, 3).reshape(length, heads * head_width))
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def bent(x: Tensor, cap: float) -> Tensor:
    """Soft-capping: cap · tanh(x / cap); `x` itself where there is no cap."""
    return (x / cap).tanh() * cap if cap else x


class Network(nn.Module):
    """The base model of a GGUF. Layer names are the file's tensor names without `.weight`."""

    def __init__(self, path: Path, dtype: torch.dtype | None = None, blocks: int | None = None) -> None:
        """Read and dequantise `path`, tensor by tensor. Raises UserError for a file that cannot be taught yet.

        With `blocks` only so many of the first blocks are built: enough to measure how fast they are.
        """
        super().__init__()
        self.dtype = dtype or training_dtype()
        self.bare = False
        file = gguf_file.read(path)
        self.architecture = str(file.metadata["general.architecture"])
        self.shape = read_shape(file)
        if blocks is not None:
            self.shape = replace(self.shape, blocks=min(blocks, self.shape.blocks))
        tensor = TensorReader(file)
        embedding = tensor("token_embd.weight").to(self.dtype)
        self.token_embd = nn.Embedding.from_pretrained(embedding, freeze=True)
        self.blk = nn.ModuleList(Block(self.shape, tensor, i, self.dtype) for i in range(self.shape.blocks))
        # Granite divides its logits by a number; dividing what they are made of is the same.
        output_norm = tensor("output_norm.weight") / self.shape.logit_scale
        self.output_norm = RMSNorm(output_norm, self.shape.epsilon, self.dtype)
        output = tensor.get("output.weight")
        self.output = self.token_embd.weight if output is None else nn.Parameter(output.to(self.dtype), False)
        factors = tensor.get("rope_freqs.weight")
        if factors is None:
            factors = tensor.get(self.shape.rope_factors)
        self.register_buffer("rope_frequencies", rope_frequencies(self.shape, factors), persistent=False)
        self.register_buffer("local_frequencies", local_frequencies(self.shape), persistent=False)

    def hidden(self, pack: Pack) -> Tensor:
        """The normed hidden rows [T, width] of a pack."""
        shape = self.shape
        rope = self._rope(pack, self.rope_frequencies, shape.rope_gain)
        near, narrow = rope, pack
        if any(shape.local):
            near, narrow = self._rope(pack, self.local_frequencies), narrowed(pack, shape.window)
        # The sum of all blocks stays in fp32: rounding it to bf16 added a quarter of what bf16 adds to the difference
        # from llama.cpp (mean |dlogp| .092 with, .088 without, .079 all in fp32).
        x = self.token_embd(pack.tokens).float()
        if shape.embedding_scale != 1.0:
            x = x * shape.embedding_scale
        for block in cast(Iterable[Block], self.blk):
            turned = (near if block.local else rope) if block.turned else None
            x = block(x, turned, narrow if block.local else pack, self.bare)
        return self.output_norm(x)

    def _rope(self, pack: Pack, frequencies: Any, gain: float = 1.0) -> Rope:
        angles = pack.positions[:, None, None].float() * frequencies
        cos, sin = angles.cos(), angles.sin()
        if gain != 1.0:
            cos, sin = cos * gain, sin * gain
        return cos.to(self.dtype), sin.to(self.dtype)

    def loss(self, pack: Pack) -> Tensor:
        """Weighted sum of the cross-entropies of the pack's target rows, in nats."""
        rows = self.hidden(pack).index_select(0, pack.rows)
        return cast(Tensor, _TargetLoss.apply(rows, self.output, pack, self.shape.logit_cap))

    @torch.no_grad()
    def expected(self, pack: Pack, k: int) -> tuple[Tensor, Tensor]:
        """What the base alone, without LoRA, expects at the pack's target rows: ids and probabilities [R, k]."""
        self.bare = True
        try:
            rows = self.hidden(pack).index_select(0, pack.rows)
        finally:
            self.bare = False
        ids, chances = [], []
        for part in rows.split(_TargetLoss.CHUNK):
            top = torch.softmax(bent((part @ self.output.T).float(), self.shape.logit_cap), -1).topk(k, -1)
            ids.append(top.indices)
            chances.append(top.values)
        return torch.cat(ids), torch.cat(chances)

    @torch.no_grad()
    def log_probabilities(self, tokens: Sequence[int]) -> np.ndarray:
        """Natural-log probabilities [T, vocabulary] (fp32) after each of `tokens`."""
        rows = self.hidden(pack_units([lay_out([(list(tokens), [False] * len(tokens))])], self.dtype)).float()
        # In bf16 a logit of 20 would be rounded by up to 0.06. The head becomes fp32 in parts, to spare memory.
        parts = [rows @ part.float().T for part in self.output.split(8192)]
        return torch.log_softmax(bent(torch.cat(parts, -1), self.shape.logit_cap), -1).numpy()


class _TargetLoss(torch.autograd.Function):
    """Cross-entropy over the vocabulary in chunks; the gradient is computed on the way, so no logits are kept.

    A soft row compares with probabilities p of k tokens and treats all others as one: -Σ p log q - (1-Σp) log (1-Σq).
    """

    CHUNK = 256

    @staticmethod
    def forward(ctx: Any, rows: Tensor, head: Tensor, pack: Pack, cap: float) -> Tensor:
        total = rows.new_zeros((), dtype=torch.float32)
        gradient = torch.empty_like(rows)
        soft = 0 if pack.likely is None else pack.likely.shape[0]
        cuts = sorted({*range(0, soft, _TargetLoss.CHUNK), *range(soft, rows.shape[0], _TargetLoss.CHUNK)})
        for start, end in zip(cuts, [*cuts[1:], rows.shape[0]], strict=True):
            part = slice(start, end)
            logits = bent((rows[part] @ head.T).float(), cap)
            bend = 1 - (logits / cap).square_() if cap else None
            log_sum = torch.logsumexp(logits, -1, keepdim=True)
            if start < soft:
                losses, slope = _soft(logits, log_sum, pack, part)
            else:
                aim = pack.targets[part, None]
                losses = (log_sum - logits.gather(1, aim)).squeeze(1)
                slope = logits.sub_(log_sum).exp_()
                slope.scatter_add_(1, aim, slope.new_full(aim.shape, -1.0))
            if bend is not None:
                slope.mul_(bend)
            total += (losses * pack.weights[part]).sum()
            gradient[part] = slope.mul_(pack.weights[part, None]).to(rows.dtype) @ head
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * gradients[0].to(gradient.dtype), None, None, None


def _soft(logits: Tensor, log_sum: Tensor, pack: Pack, part: slice) -> tuple[Tensor, Tensor]:
    """Losses [R] of soft rows, and their gradients by the logits [R, vocabulary]. `logits` is used up."""
    assert pack.likely is not None
    assert pack.chances is not None
    ids, chances = pack.likely[part], pack.chances[part]
    logs = logits.gather(1, ids) - log_sum
    q = logs.exp()
    rest = (1 - chances.sum(-1, keepdim=True)).clamp_min(0.0)
    rest_q = (1 - q.sum(-1, keepdim=True)).clamp_min(1e-6)
    losses = -(chances * logs).sum(-1) - (rest * rest_q.log()).squeeze(-1)
    ratio = rest / rest_q
    slope = logits.sub_(log_sum).exp_().mul_(1 - ratio)
    slope.scatter_add_(1, ids, q * ratio - chances)
    return losses, slope


# ---- packing ----------------------------------------------------------------------------------------------------


#: What the base alone expects at the learned tokens of a unit: ids and probabilities [targets, K].
Expected = tuple[Tensor, Tensor]


def pack_units(
    units: Sequence[Unit], dtype: torch.dtype, block: int = 256, expected: Sequence[Expected | None] = ()
) -> Pack:
    """Lay units one after the other, without padding. Units with something `expected` must come first.

    Short neighbours share an attention block of at most `block` tokens; a longer unit is a block of its own.
    """
    tokens: list[int] = []
    positions: list[int] = []
    rows: list[int] = []
    targets: list[int] = []
    weights: list[float] = []
    spans: list[tuple[int, int]] = []
    members: list[list[Unit]] = []
    for unit in units:
        start = len(tokens)
        if spans and start + unit.size - spans[-1][0] <= block:
            spans[-1] = (spans[-1][0], start + unit.size)
            members[-1].append(unit)
        else:
            spans.append((start, start + unit.size))
            members.append([unit])
        tokens.extend(unit.tokens)
        positions.extend(unit.positions)
        for i in unit.targets:
            rows.append(start + unit.previous[i])
            targets.append(unit.tokens[i])
            weights.append(unit.weights[i])
    soft = [each for each in expected if each is not None]
    return Pack(
        tokens=torch.tensor(tokens),
        positions=torch.tensor(positions),
        spans=spans,
        masks=[_mask(each, dtype) for each in members],
        rows=torch.tensor(rows, dtype=torch.long),
        targets=torch.tensor(targets, dtype=torch.long),
        weights=torch.tensor(weights, dtype=torch.float32),
        likely=torch.cat([ids for ids, _ in soft]) if soft else None,
        chances=torch.cat([chances for _, chances in soft]) if soft else None,
    )


def _mask(units: Sequence[Unit], dtype: torch.dtype) -> Tensor:
    """Additive mask [L, L]: 0 where a row may look (its beginning and own branch), else the lowest finite number."""
    owner = torch.repeat_interleave(torch.arange(len(units)), torch.tensor([unit.size for unit in units]))
    branch = torch.tensor([branch for unit in units for branch in unit.branches])
    seen = owner[:, None] == owner[None, :]
    seen &= (branch[None, :] == 0) | (branch[:, None] == branch[None, :])
    seen = seen.tril_()
    return torch.zeros(seen.shape, dtype=dtype).masked_fill_(~seen, torch.finfo(dtype).min / 2)


def narrowed(pack: Pack, window: int) -> Pack:
    """The same pack, where a row sees only the last `window` tokens of its own example, itself among them."""
    masks = []
    for (start, end), mask in zip(pack.spans, pack.masks, strict=True):
        if end - start > window:
            places = pack.positions[start:end]
            far = places[:, None] - places[None, :] >= window
            mask = mask.masked_fill(far, torch.finfo(mask.dtype).min / 2)
        masks.append(mask)
    return replace(pack, masks=masks)
