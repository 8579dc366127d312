"""What learning with a model takes, from the head of its file: memory by its parts, and work a token. No torch here."""

import math
from collections.abc import Iterable, Sequence

import msgspec

from personal_ai.errors import UserError
from personal_ai.models.families import AFTER, BEFORE, DENSE, HEADS
from personal_ai.models.gguf_file import GGUFFile
from personal_ai.models.shape import read_shape

#: Python, torch and what these bring along, in bytes (measured: 245 MB).
PROCESS = 250e6
#: What the C library holds beside what is in use, as a part of it.
HELD = 0.1
#: The engine computes so many tokens at once (engine.runtime.BATCH).
BATCH = 512
#: Bytes of logits at once, and how many copies of them there are (network._TargetLoss).
LOGIT_BYTES, LOGIT_COPIES = 25e6, 2
#: Rows that attention computes at once (packing.ROWS).
TILE = 128
#: Bytes that may be kept of a piece from forward to backward, or this part of what the weights take: what is more is
#: computed again. A piece has so many tokens at least and at most.
ROOM, ROOM_SHARE = 225e6, 0.25
FEWEST_TOKENS, MOST_TOKENS = 128, 1024
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
    #: Norms of a block, each counted as often as one number of a token is kept for it; and how many numbers of a token
    #: a block keeps beside the usual ones.
    norms: int = 2
    normed: int = 0
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
    #: What llama.cpp takes before and after training (the file, its cache of keys and values, its own logits) beyond
    #: what training takes, the process left out; mostly nothing.
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
    # Queries and keys before their norm are kept where they were made: in one row with the values.
    heads = (shape.heads + 2 * shape.kv_heads) * shape.head_width
    each_head = [
        width // info.shape[0]
        for name, width in zip(HEADS, (shape.heads * shape.head_width, shape.kv_heads * shape.head_width), strict=True)
        if (info := file.tensors.get(f"blk.0.{name}.weight"))
    ]
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
        norms=sum((BEFORE[0] in norms, BEFORE[1] in norms, *(norm in norms for norm in AFTER), *each_head)),
        normed=heads * (HEADS[0] in norms) + sum(shape.width for norm in AFTER if norm in norms),
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


def kept_by_token(model: Sizes, rank: int, element: int, *, lean: bool = False) -> int:
    """Bytes that one block keeps of one token from forward to backward.

    The network computes in numbers of `element` bytes; only the sum of all blocks is fp32. Kept are that sum before
    either half and one number a row of each norm, queries, keys and values, and what each adapted layer's A gives; and
    what a lean block computes again: what attention gives, and gate and up of the feed-forward part.
    """
    rows = (model.heads + 2 * model.kv_heads) * model.head_width + rank * 7 + model.normed
    if not lean:
        rows += model.heads * model.head_width + 2 * model.feed
    return 4 * (2 * model.width + model.norms) + rows * element


def room(model: Sizes, element: int) -> float:
    """Bytes that may be kept of a piece: so much that a processor is as fast as it can be, and no more."""
    return max(ROOM, ROOM_SHARE * (model.adapted + model.embedding) * element)


def piece_tokens(model: Sizes, rank: int, element: int) -> int:
    """As many tokens as there is room for, all of them kept whole."""
    return int(
        min(MOST_TOKENS, max(FEWEST_TOKENS, room(model, element) / model.blocks / kept_by_token(model, rank, element)))
    )


def lean_blocks(model: Sizes, rank: int, element: int, tokens: int) -> int:
    """How many blocks compute a part again on the way back, so that a piece of so many tokens finds room."""
    whole, lean = (kept_by_token(model, rank, element, lean=lean) for lean in (False, True))
    missing = model.blocks * tokens * whole - room(model, element)
    return min(model.blocks, max(0, math.ceil(missing / (tokens * (whole - lean)))))


def logit_rows(vocabulary: int) -> int:
    """As many rows of logits exist at a time."""
    return int(min(256, max(16, LOGIT_BYTES / (4 * vocabulary))))


def attention_cells(units: Sequence[int]) -> float:
    """Weights of attention that are computed, for one head, over units of so many tokens; short ones share a tile."""
    return sum(size * min(size, (size + TILE) / 2) for size in units)


def activations(model: Sizes, rank: int, element: int, units: Sequence[int]) -> float:
    """Bytes kept of a piece of units of so many tokens."""
    tokens = sum(units)
    lean = lean_blocks(model, rank, element, tokens)
    whole = kept_by_token(model, rank, element) * (model.blocks - lean)
    last = 4 * (model.width + 1)  # what goes into the last norm
    return tokens * (whole + kept_by_token(model, rank, element, lean=True) * lean + last)


def memory(
    model: Sizes,
    rank: int,
    element: int,
    pieces: Iterable[Sequence[int]],
    *,
    skill: int = 0,
    runtime_tokens: int = 0,
) -> Memory:
    """The train worker's peak, where weights and activations have `element` bytes (4: fp32, 2: bf16).

    `pieces` are those of the run, each the sizes of its units. `skill` is the rank of a reading skill that works beside
    what is learned. Before and after training llama.cpp is loaded with a context of `runtime_tokens`.
    """
    kept, largest = max((activations(model, rank + skill, element, units), tuple(units)) for units in pieces)
    logits = LOGIT_COPIES * logit_rows(model.vocabulary) * model.vocabulary * 4
    tile = 3 * model.heads * TILE * max(largest)
    backward = sum(largest) * (4 * model.feed + 4 * model.width) + tile
    passing = float(max(logits, backward * element))
    weights = float((model.adapted + model.embedding) * element)
    adapter = float((ADAPTER_BYTES * rank + 4 * skill) * model.edges)
    held = HELD * (kept + passing)
    runtime = 0.0
    if runtime_tokens:
        cache = 2 * 2 * runtime_tokens * model.blocks * model.kv_heads * model.head_width
        runtime = model.file + cache + 2 * BATCH * model.vocabulary * 4
    return Memory(
        process=PROCESS,
        weights=weights,
        adapter=adapter,
        activations=kept,
        passing=passing,
        held=held,
        runtime=max(0.0, runtime - weights - adapter - kept - passing - held),
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
