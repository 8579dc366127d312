"""A GGUF as a torch network: the very file that chats, in ggml's own layout and names, ready for LoRA.

Only what a LoRA step needs is built: base weights are frozen, activations are kept for adapted layers alone, and logits
are computed for target rows only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from personal_ai.learning import predict
from personal_ai.learning.attention import Rope
from personal_ai.learning.block import Block
from personal_ai.learning.linear import LoraLinear, RMSNorm
from personal_ai.learning.memory import large_blocks_apart
from personal_ai.learning.optimizer import in_one_block
from personal_ai.learning.packing import Pack, narrowed, pack_units
from personal_ai.learning.tensors import TensorReader, local_frequencies, rope_frequencies
from personal_ai.learning.units import lay_out
from personal_ai.models import gguf_file
from personal_ai.models.shape import read_shape


def training_dtype() -> torch.dtype:
    """bf16 where the processor multiplies it in hardware, else fp32 (elsewhere bf16 is emulated and slower)."""
    fast = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    return torch.bfloat16 if fast else torch.float32


def bent(x: Tensor, cap: float) -> Tensor:
    """Soft-capping: cap · tanh(x / cap); `x` itself where there is no cap."""
    return (x / cap).tanh() * cap if cap else x


class Network(nn.Module):
    """The base model of a GGUF. Layer names are the file's tensor names without `.weight`."""

    @large_blocks_apart()
    def __init__(self, path: Path, dtype: torch.dtype | None = None, blocks: int | None = None) -> None:
        """Read and dequantise `path`, tensor by tensor. Raises UserError for a file that cannot be taught yet.

        With `blocks` only so many of the first blocks are built: enough to measure how fast they are.
        """
        super().__init__()
        self.dtype = dtype or training_dtype()
        self.bare = False
        #: The rank of the reading skill that works beside the LoRA where notes are shown; 0: there is none.
        self.skill_rank = 0
        file = gguf_file.read(path)
        self.architecture = str(file.metadata["general.architecture"])
        self.shape = read_shape(file)
        self.sizes = predict.sizes(file)
        if blocks is not None:
            self.shape = replace(self.shape, blocks=min(blocks, self.shape.blocks))
            self.sizes = predict.first_blocks(self.sizes, self.shape.blocks)
        self.rank = 0
        self._taught: list[tuple[nn.Parameter, Tensor]] = []
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

    def adapt(self, rank: int, alpha: float) -> None:
        """Put LoRA beside every adapted layer, fp32, with B = 0: a new one, where there was one."""
        for block in cast(Iterable[Block], self.blk):
            for stack in (block.into_heads, block.out_of_heads, block.into_feed, block.out_of_feed):
                for name in stack.names:
                    layer = getattr(block, name)
                    bare = layer.base_layer if isinstance(layer, LoraLinear) else layer
                    setattr(block, name, LoraLinear(bare, rank, alpha))
        self.rank, self.skill_rank = rank, 0
        parameters = [parameter for name, parameter in self.named_parameters() if ".lora_" in name]
        self._taught = list(zip(parameters, in_one_block(parameters), strict=True))

    def read_beside(self, skill: Mapping[str, tuple[Tensor, Tensor]]) -> None:
        """Let a reading skill, A and B by layer and for the LoRA's own scale, work where notes are shown; as it is.

        Raises KeyError where it lacks a layer, and ValueError where its matrices are of another size.
        """
        ranks: set[int] = set()
        for name, layer in self.named_modules():
            if isinstance(layer, LoraLinear):
                a, b = skill[name]
                rank, width = a.shape
                if (b.shape[0], width) != tuple(layer.base_layer.weight.shape) or b.shape[1] != rank:
                    raise ValueError(name)
                layer.skill = a, b
                ranks.add(rank)
        (self.skill_rank,) = ranks

    def begin_step(self) -> None:
        """Let the gradients of LoRA, where there are none, be zeros in one block of memory."""
        if any(parameter.grad is not None for parameter, _ in self._taught):
            return
        for parameter, gradient in self._taught:
            parameter.grad = gradient.zero_()

    @property
    def piece_tokens(self) -> int:
        """As many tokens are computed at once: more would have to be kept than there is room for."""
        return predict.piece_tokens(self.sizes, self.rank + self.skill_rank, self.dtype.itemsize)

    def hidden(self, pack: Pack) -> Tensor:
        """The normed hidden rows [T, width] of a pack."""
        shape = self.shape
        rope = self._rope(pack, self.rope_frequencies, shape.rope_gain)
        near, narrow = rope, pack
        if any(shape.local):
            near, narrow = self._rope(pack, self.local_frequencies), narrowed(pack, shape.window, self.dtype)
        # The sum of all blocks stays in fp32: rounding it to bf16 added a quarter of what bf16 adds to the difference
        # from llama.cpp (mean |dlogp| .092 with, .088 without, .079 all in fp32).
        x = self.token_embd(pack.tokens).float()
        if shape.embedding_scale != 1.0:
            x = x * shape.embedding_scale
        mask = None if self.bare else self._mask(pack)
        lean = predict.lean_blocks(self.sizes, self.rank + self.skill_rank, self.dtype.itemsize, pack.size)
        for number, block in enumerate(cast(Iterable[Block], self.blk)):
            turned = (near if block.local else rope) if block.turned else None
            x = block(x, turned, narrow if block.local else pack, self.bare, number < lean, mask)
        return self.output_norm(x)

    def _mask(self, pack: Pack) -> Tensor | None:
        """Where the LoRA's own directions and those of the skill beside it work: [T, ranks]; None without a skill."""
        if not self.skill_rank or not bool(pack.notes.any()):
            return None
        shown = pack.notes[:, None].expand(-1, self.skill_rank)
        return torch.cat([pack.notes.new_ones(pack.size, self.rank), shown], 1)

    def _rope(self, pack: Pack, frequencies: Any, gain: float = 1.0) -> Rope:
        angles = pack.positions[:, None].float() * frequencies
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
        for part in rows.split(logit_rows(self.output)):
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

    @staticmethod
    def forward(ctx: Any, rows: Tensor, head: Tensor, pack: Pack, cap: float) -> Tensor:
        total = rows.new_zeros((), dtype=torch.float32)
        gradient = torch.empty_like(rows)
        soft = 0 if pack.likely is None else pack.likely.shape[0]
        chunk = logit_rows(head)
        cuts = sorted({*range(0, soft, chunk), *range(soft, rows.shape[0], chunk)})
        for start, end in zip(cuts, [*cuts[1:], rows.shape[0]], strict=True):
            part = slice(start, end)
            logits = bent((rows[part] @ head.T).float(), cap)
            bend = 1 - (logits / cap).square_() if cap else None
            losses, slope = (_soft if start < soft else _hard)(logits, pack, part)
            if bend is not None:
                slope.mul_(bend)
            total += (losses * pack.weights[part]).sum()
            gradient[part] = slope.mul_(pack.weights[part, None]).to(rows.dtype) @ head
            # Before the next ones are made: they are the largest there is.
            del logits, bend, losses, slope
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * gradients[0].to(gradient.dtype), None, None, None


def logit_rows(head: Tensor) -> int:
    """As many rows of logits exist at a time."""
    return predict.logit_rows(head.shape[0])


def _softmax_(logits: Tensor) -> Tensor:
    """Make probabilities of `logits` [R, vocabulary] in their place; return the logarithms of their sums [R, 1]."""
    top = logits.amax(-1, keepdim=True)
    sums = logits.sub_(top).exp_().sum(-1, keepdim=True)
    logits.div_(sums)
    return sums.log_().add_(top)


def _hard(logits: Tensor, pack: Pack, part: slice) -> tuple[Tensor, Tensor]:
    """Losses [R] of rows that learn a token, and their gradients by the logits [R, vocabulary], in their place."""
    aim = pack.targets[part, None]
    aimed = logits.gather(1, aim)
    losses = (_softmax_(logits) - aimed).squeeze(1)
    return losses, logits.scatter_add_(1, aim, logits.new_full(aim.shape, -1.0))


def _soft(logits: Tensor, pack: Pack, part: slice) -> tuple[Tensor, Tensor]:
    """Losses [R] of soft rows, and their gradients by the logits [R, vocabulary], in their place."""
    assert pack.likely is not None
    assert pack.chances is not None
    ids, chances = pack.likely[part], pack.chances[part]
    logs = logits.gather(1, ids)
    logs -= _softmax_(logits)
    q = logs.exp()
    rest = (1 - chances.sum(-1, keepdim=True)).clamp_min(0.0)
    rest_q = (1 - q.sum(-1, keepdim=True)).clamp_min(1e-6)
    losses = -(chances * logs).sum(-1) - (rest * rest_q.log()).squeeze(-1)
    ratio = rest / rest_q
    slope = logits.mul_(1 - ratio)
    slope.scatter_add_(1, ids, q * ratio - chances)
    return losses, slope
