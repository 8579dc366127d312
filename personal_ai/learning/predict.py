"""What learning with a model takes, from the head of its file: memory by its parts, and work a token. No torch here."""

from collections.abc import Iterable, Sequence

import msgspec

from personal_ai.errors import UserError
from personal_ai.models.families import AFTER, BEFORE, DENSE, HEADS
from personal_ai.models.gguf_file import GGUFFile
from personal_ai.models.shape import read_shape

#: Python, torch, peft and what these bring along, in bytes (measured: 368 MB).
PROCESS = 370e6
#: What the C library holds, in proportion to what is in use (measured on the built-in model, fp32, glibc: 1.2 to 1.3
#: times where all pieces are alike, 1.5 where a long one follows a short one).
HELD = 1.3
#: The engine computes so many tokens at once (engine.runtime.BATCH).
BATCH = 512
#: Rows of logits at once, and how many copies of them there are (network._TargetLoss).
LOGIT_ROWS, LOGIT_COPIES = 256, 3
#: Shorter units share a block of attention of so many tokens (network.pack_units).
BLOCK = 256
#: Bytes of an adapter's number in training: itself, its gradient and the two means of Adam, all fp32.
ADAPTER_BYTES = 16


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a network that its memory and its work follow from."""

    blocks: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    feed: int
    vocabulary: int
    #: Weights of all layers that carry LoRA, and the sum of their inputs and outputs.
    adapted: int
    edges: int
    #: Whether the head is the embedding.
    tied: bool = True
    #: Whether a norm stands before attention and before the feed-forward part, and how many numbers of a token a
    #: block keeps beside the usual ones.
    before: bool = True
    normed: int = 0
    #: Attention scores are bent by a cap, and so kept twice.
    capped: bool = False
    #: Bytes of the file.
    file: int = 0

    @property
    def embedding(self) -> int:
        """Weights of the embedding, and of the head where it has its own."""
        return self.vocabulary * self.width * (1 if self.tied else 2)


class Memory(msgspec.Struct, frozen=True):
    """The most memory that a train worker holds, in bytes, by what holds it."""

    #: Python, torch and the other libraries.
    process: float
    #: The network's own weights.
    weights: float
    #: The adapter, its gradient and Adam's two means.
    adapter: float
    #: What is kept of the largest piece from forward to backward.
    activations: float
    #: Beside that for a moment: rows of logits, or the gradients of one block.
    passing: float
    #: What the C library holds back.
    held: float
    #: llama.cpp: the file, its cache of keys and values, its own logits. 0 where it is not loaded.
    runtime: float

    @property
    def total(self) -> float:
        """All of it."""
        return sum(msgspec.structs.astuple(self))


def sizes(file: GGUFFile) -> Sizes:
    """Read the sizes of a model. Raises UserError for one that cannot be taught."""
    shape = read_shape(file)
    layers = [
        info.shape
        for name, info in file.tensors.items()
        if name.startswith("blk.") and name.endswith(".weight") and name.split(".")[2] in (*DENSE, "attn_qkv")
    ]
    down = file.tensors.get("blk.0.ffn_down.weight")
    if down is None:
        raise UserError(f"“{file.path.name}” lacks layers that are taught. Download it again, or choose another model.")
    norms = shape.family.traits.norms
    heads = (shape.heads + shape.kv_heads) * shape.head_width
    return Sizes(
        blocks=shape.blocks,
        width=shape.width,
        heads=shape.heads,
        kv_heads=shape.kv_heads,
        head_width=shape.head_width,
        feed=down.shape[0],
        vocabulary=file.tensors["token_embd.weight"].shape[1],
        adapted=sum(rows * columns for columns, rows in layers),
        edges=sum(rows + columns for columns, rows in layers),
        tied="output.weight" not in file.tensors,
        before=BEFORE[0] in norms,
        # Values that were cut from one row with queries and keys keep the whole row.
        normed=heads * ((HEADS[0] in norms) + ("blk.0.attn_qkv.weight" in file.tensors))
        + sum(shape.width for norm in AFTER if norm in norms),
        capped=bool(shape.attention_cap),
        file=file.path.stat().st_size,
    )


def dense(
    *,
    blocks: int,
    width: int,
    heads: int,
    kv_heads: int,
    feed: int,
    vocabulary: int,
    tied: bool = True,
    head_width: int = 0,
    bits: float = 4.85,
) -> Sizes:
    """The sizes of a Llama-like model from its numbers; its file has `bits` a weight (Q4_K_M: about 4.85)."""
    each = head_width or width // heads
    q, kv = heads * each, kv_heads * each
    layers = [(width, q), (width, kv), (width, kv), (q, width), (width, feed), (width, feed), (feed, width)]
    adapted = blocks * sum(a * b for a, b in layers)
    embedding = vocabulary * width * (1 if tied else 2)
    return Sizes(
        blocks=blocks,
        width=width,
        heads=heads,
        kv_heads=kv_heads,
        head_width=each,
        feed=feed,
        vocabulary=vocabulary,
        adapted=adapted,
        edges=blocks * sum(a + b for a, b in layers),
        tied=tied,
        file=int((adapted + embedding) * bits / 8),
    )


# ---- memory -----------------------------------------------------------------------------------------------------


def kept_by_token(model: Sizes, rank: int, element: int) -> int:
    """Bytes that one block keeps of one token from forward to backward, without attention's weights.

    The network computes in numbers of `element` bytes; only the sum of all blocks is fp32. Kept are that sum before
    either norm with one number a row, what goes into attention and into the feed-forward part, queries, keys, values
    and what attention gives, four rows of the feed-forward part, and what each adapted layer's A gives.
    """
    attention = (2 * model.heads + 2 * model.kv_heads) * model.head_width
    low = rank * 7
    rows = 2 * model.width + attention + 4 * model.feed + low + model.normed
    return (2 * (model.width + 1) * 4 if model.before else 0) + rows * element


def attention_cells(units: Sequence[int]) -> int:
    """Weights of attention, for one head, over units of so many tokens; about, for short ones share a block."""
    return sum(size * max(size, BLOCK) for size in units)


def activations(model: Sizes, rank: int, element: int, units: Sequence[int]) -> float:
    """Bytes kept of a piece of units of so many tokens."""
    cells = attention_cells(units) * model.heads * (2 if model.capped else 1)
    return model.blocks * (sum(units) * kept_by_token(model, rank, element) + cells * element)


def memory(
    model: Sizes, rank: int, element: int, pieces: Iterable[Sequence[int]], *, runtime_tokens: int = 0
) -> Memory:
    """The train worker's peak, where weights and activations have `element` bytes (4: fp32, 2: bf16).

    `pieces` are those of the run, each the sizes of its units; llama.cpp is loaded with a context of `runtime_tokens`.
    """
    kept, largest = max((activations(model, rank, element, units), tuple(units)) for units in pieces)
    logits = LOGIT_COPIES * LOGIT_ROWS * model.vocabulary * 4
    longest = max(max(largest), BLOCK)
    backward = (3 * model.heads * longest**2 + 4 * sum(largest) * model.feed) * element
    passing = float(max(logits, backward))
    cache = 2 * 2 * runtime_tokens * model.blocks * model.kv_heads * model.head_width
    return Memory(
        process=PROCESS,
        weights=float((model.adapted + model.embedding) * element),
        adapter=float(ADAPTER_BYTES * rank * model.edges),
        activations=kept,
        passing=passing,
        held=(HELD - 1) * (kept + passing),
        runtime=float(model.file + cache + BATCH * model.vocabulary * 4) if runtime_tokens else 0.0,
    )


# ---- work and disk ----------------------------------------------------------------------------------------------


def flops(model: Sizes, rank: int, *, length: float = 300.0, learned: float = 0.15) -> float:
    """FLOPs of one training token: 4 a frozen weight, 6 a LoRA weight, attention and head as they are computed.

    Its unit has `length` tokens, of which the share `learned` is learned; both are about those of a night.
    """
    attention = model.blocks * 3 * 2 * 2 * length * model.heads * model.head_width
    return 4 * model.adapted + 6 * rank * model.edges + attention + learned * 4 * model.vocabulary * model.width


def disk(model: Sizes, rank: int, texts: int) -> int:
    """Bytes on disk while it learns: `texts` bytes of examples, two checkpoints, and the adapter in both its forms."""
    numbers = rank * model.edges
    return texts + 2 * 12 * numbers + 2 * 4 * numbers


# ---- what a calibration found -----------------------------------------------------------------------------------


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of a given time would be, from some seconds of it (learning/calibrating.py). Times are in seconds."""

    #: Training tokens, all its passes counted; 0 where the proof leaves no time for any.
    tokens: int
    tokens_per_second: float
    training_seconds: float
    proof_seconds: float
    #: All of it, loading and writing included.
    seconds: float
    #: The largest piece, as the sizes of its units, and the bytes of a number in the network.
    piece: list[int]
    element: int
    #: A unit's mean length as attention sees it, and the share of tokens that is learned.
    length: float
    learned: float
    memory: Memory
    disk_bytes: int
    watts: float
    #: Whether the processor counted its energy, or its cores did.
    watts_measured: bool
    #: What the calibration itself took.
    calibration_seconds: float


def first_blocks(model: Sizes, blocks: int) -> Sizes:
    """The sizes of the same model with only its first blocks."""
    part = blocks / model.blocks
    return msgspec.structs.replace(
        model, blocks=blocks, adapted=int(model.adapted * part), edges=int(model.edges * part)
    )
