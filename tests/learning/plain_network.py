"""The network by textbook: peft's own layers and torch's own gradients, to hold the fused halves against."""

from functools import partial
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from personal_ai.learning.attention import Rope
from personal_ai.learning.block import TARGETS, Block
from personal_ai.learning.linear import LoraLinear
from personal_ai.learning.network import Network, bent
from personal_ai.learning.packing import Pack


def use(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put peft's layers, with the same weights, in the place of ours, and compute every block by textbook."""
    # Loads transformers, which takes some seconds that no other test needs.
    from peft import LoraConfig, inject_adapter_in_model

    layers = [(name, each) for name, each in network.named_modules() if isinstance(each, LoraLinear)]
    known = {name: p.detach().clone() for name, p in network.named_parameters() if ".lora_" in name}
    rank, alpha = network.rank, layers[0][1].scaling["default"] * network.rank
    for name, layer in layers:
        block, _, own = name.rpartition(".")
        setattr(network.get_submodule(block), own, layer.base_layer)
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=list(TARGETS), lora_dropout=0.0)  # type: ignore[arg-type]
    inject_adapter_in_model(config, network)
    for name, parameter in network.named_parameters():
        if ".lora_" in name:
            parameter.data.copy_(known.pop(name))
    assert not known
    monkeypatch.setattr(Block, "forward", forward)


def forward(block: Any, x: Tensor, rope: Rope | None, pack: Pack, bare: bool, lean: bool, mask: None) -> Tensor:
    """A block's rows from its rows [T, width]."""
    shape = block.shape

    def linear(name: str, x: Tensor) -> Tensor:
        layer = getattr(block, name)
        return layer.base_layer(x) if bare else layer(x)

    def norm(name: str, x: Tensor) -> Tensor:
        given = getattr(block, name)
        if given is None:
            return x
        cut = x.reshape(x.shape[0], -1, given.weight.numel()).float()
        return (F.rms_norm(cut, cut.shape[-1:], given.weight, shape.epsilon)).view(x.shape)

    normed = norm("attn_norm", x)
    widths = [count * shape.head_width for count in (shape.heads, shape.kv_heads, shape.kv_heads)]
    if block.into_heads.names == ("attn_qkv",):
        q, k, v = linear("attn_qkv", normed).split(widths, -1)
    else:
        q, k, v = (linear(name, normed) for name in ("attn_q", "attn_k", "attn_v"))
    q, k = norm("attn_q_norm", q), norm("attn_k_norm", k)
    q, k, v = (each.view(len(x), -1, shape.head_width) for each in (q, k, v))
    if rope is not None:
        turn = rotate_halves if block.halves else rotate
        q, k = turn(q, rope), turn(k, rope)
    group = shape.heads // shape.kv_heads
    k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
    scores = bent(torch.einsum("ihd,jhd->hij", q, k) * shape.attention_scale, shape.attention_cap)
    window = shape.window if block.local else None
    weights = scores.masked_fill(~sees(pack, window), -torch.inf).softmax(-1)
    mixed = torch.einsum("hij,jhd->ihd", weights, v).reshape(len(x), -1)
    x = x + shape.residual_scale * norm("post_attention_norm", linear("attn_output", mixed))
    normed = norm("ffn_norm", x)
    if "ffn_gate" in block.into_feed.names:
        gate, up = linear("ffn_gate", normed), linear("ffn_up", normed)
    else:
        gate, up = linear("ffn_up", normed).chunk(2, -1)
    act = partial(F.gelu, approximate="tanh") if shape.family.traits.gelu else F.silu
    return x + shape.residual_scale * norm("post_ffw_norm", linear("ffn_down", act(gate) * up))


def sees(pack: Pack, window: int | None) -> Tensor:
    """Which token looks at which [T, T]."""
    owner, branch, place = pack.owners, pack.branches, pack.positions
    seen = (owner[:, None] == owner) & ((branch == 0) | (branch[:, None] == branch))
    seen &= torch.ones_like(seen).tril()
    return seen if window is None else seen & (place[:, None] - place < window)


def rotate(x: Tensor, rope: Rope) -> Tensor:
    """Turn neighbouring pairs."""
    cos, sin = (each[:, None] for each in rope)
    turned, rest = x[..., : 2 * cos.shape[-1]], x[..., 2 * cos.shape[-1] :]
    even, odd = turned[..., ::2], turned[..., 1::2]
    return torch.cat((torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2), rest), -1)


def rotate_halves(x: Tensor, rope: Rope) -> Tensor:
    """Turn pairs of the two halves."""
    cos, sin = (each[:, None] for each in rope)
    half = cos.shape[-1]
    first, second, rest = x.split((half, half, x.shape[-1] - 2 * half), -1)
    return torch.cat((first * cos - second * sin, first * sin + second * cos, rest), -1)
