"""The numbers of a network, read from its file by its family's table: what learning builds, and what it cannot build.

The keys, their defaults and their meaning are llama.cpp's (its src/models/, one file a family).
"""

import math
from dataclasses import dataclass
from typing import Any

from personal_ai.errors import UserError
from personal_ai.models import families
from personal_ai.models.families import Family
from personal_ai.models.gguf_file import GGUFFile

#: The chat and the proof read at most so many tokens at once; llama.cpp chooses longrope's factors by it.
SERVED = 4096
SCALINGS = ("none", "linear", "yarn", "longrope")


@dataclass(frozen=True)
class Shape:
    """The numbers of a network; a scale of 1 and a cap or window of 0 change nothing."""

    family: Family
    blocks: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    epsilon: float
    context: int
    rope_width: int
    rope_base: float
    #: How far positions are squeezed together.
    rope_scale: float
    #: What the turned part of queries and keys is multiplied with.
    rope_gain: float
    #: YaRN: pairs before the first number are not squeezed, those behind the second are wholly.
    yarn: tuple[float, float] | None
    #: The tensor that holds longrope's factors, one a pair.
    rope_factors: str
    #: Which blocks turn by position at all.
    turned: tuple[bool, ...]
    #: Which blocks see only the last `window` tokens; these have a rotary base and scale of their own.
    local: tuple[bool, ...]
    window: int
    local_base: float
    local_scale: float
    attention_scale: float
    attention_cap: float
    logit_cap: float
    embedding_scale: float
    residual_scale: float
    #: What logits are divided by.
    logit_scale: float


def lacks(file: GGUFFile) -> str:
    """What about this model learning cannot follow, as the end of a sentence; empty where it can be taught."""
    architecture = str(file.metadata.get("general.architecture"))
    if families.of(architecture) is None:
        return f"its kind, “{architecture[:40]}”, is not known"
    get = _Keys(file, architecture)
    scaling = get.scaling()
    if get.number("expert_count", 0):
        return "it is a mixture of experts"
    if scaling not in SCALINGS:
        return f"it stretches its context in an unknown way (“{scaling[:40]}”)"
    if any(isinstance(get.any(f"attention.{key}"), list) for key in ("head_count", "head_count_kv")):
        return "its attention heads differ from layer to layer"
    if get.number("attention.head_count", 0) < 1:
        return "its file does not say how many attention heads it has"
    if get.any("attention.value_length") not in (None, _head_width(get)):
        return "its attention keeps keys and values of different widths"
    if "output.bias" in file.tensors:
        return "its output head has a bias"
    return ""


def read_shape(file: GGUFFile) -> Shape:
    """Read the network's numbers. Raises UserError naming what learning does not support about it."""
    lacking = lacks(file)
    if lacking:
        raise UserError(f"Personal AI can chat with this model but cannot teach it yet: {lacking}.")
    architecture = str(file.metadata["general.architecture"])
    family = families.of(architecture)
    assert family is not None
    get = _Keys(file, architecture)
    traits = family.traits
    blocks, width, heads = get.whole("block_count"), get.whole("embedding_length"), get.whole("attention.head_count")
    head_width = _head_width(get)
    rope_width = get.whole("rope.dimension_count", head_width)
    base, scaling = get.number("rope.freq_base", 10_000.0), get.scaling()
    squeezed = get.number("rope.scaling.factor", get.number("rope.scale_linear", 1.0)) or 1.0
    scale = 1.0 if scaling == "none" else squeezed
    context = get.whole("context_length", 2048)
    original = get.whole("rope.scaling.original_context_length", context)
    window = get.whole("attention.sliding_window", traits.window) if traits.window_every else 0
    usual = math.sqrt(heads / width) if blocks == traits.coarse_blocks else head_width**-0.5
    scaled = traits.scales
    return Shape(
        family=family,
        blocks=blocks,
        width=width,
        heads=heads,
        kv_heads=get.whole("attention.head_count_kv", heads),
        head_width=head_width,
        epsilon=get.number("attention.layer_norm_rms_epsilon", 1e-5),
        context=context,
        rope_width=rope_width,
        rope_base=base,
        rope_scale=scale,
        rope_gain=get.number("rope.scaling.attn_factor", 1.0) * (_yarn_gain(get, scale) if scaling == "yarn" else 1.0),
        yarn=_yarn_ends(get, rope_width, base, original) if scaling == "yarn" else None,
        rope_factors=f"rope_factors_{'long' if min(SERVED, context) > original else 'short'}.weight",
        turned=_turned(get, family, blocks),
        local=_local(get, family, blocks) if window else (False,) * blocks,
        window=window,
        local_base=get.number("rope.freq_base_swa", traits.local_base or base),
        local_scale=scale if traits.local_squeezed else 1.0,
        attention_scale=(get.number("attention.scale", 0.0) if scaled else 0.0) or usual,
        attention_cap=get.number("attn_logit_softcapping", traits.attention_cap) if traits.attention_cap else 0.0,
        logit_cap=get.number("final_logit_softcapping", traits.logit_cap) if traits.embedding_by_width else 0.0,
        embedding_scale=math.sqrt(width) if traits.embedding_by_width else get.scale("embedding_scale", scaled),
        residual_scale=get.scale("residual_scale", scaled),
        logit_scale=get.scale("logit_scale", scaled),
    )


def _head_width(get: "_Keys") -> int:
    return get.whole("attention.key_length", get.whole("embedding_length") // get.whole("attention.head_count"))


def _turned(get: "_Keys", family: Family, blocks: int) -> tuple[bool, ...]:
    # Granite uses this key as a switch.
    never = family.traits.scales and get.any("rope.scaling.finetuned") is False
    every = family.traits.unturned_every
    return tuple(not never and not (every and (block + 1) % every == 0) for block in range(blocks))


def _local(get: "_Keys", family: Family, blocks: int) -> tuple[bool, ...]:
    # A list of blocks is passed over, as llama.cpp passes over it in these families.
    every = get.whole("attention.sliding_window_pattern", 0) or family.traits.window_every
    return tuple(block % every < every - 1 for block in range(blocks))


def _yarn_ends(get: "_Keys", rope_width: int, base: float, original: int) -> tuple[float, float]:
    """The pairs between which YaRN passes over: ggml_rope_yarn_corr_dims."""

    def pair(turns: float) -> float:
        return rope_width * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(base))

    fast, slow = get.number("rope.scaling.yarn_beta_fast", 32.0), get.number("rope.scaling.yarn_beta_slow", 1.0)
    return max(0.0, math.floor(pair(fast))), min(rope_width - 1.0, math.ceil(pair(slow)))


def _yarn_gain(get: "_Keys", scale: float) -> float:
    if scale <= 1.0:
        return 1.0
    gain = 0.1 * math.log(scale)
    multiplier = get.number("rope.scaling.yarn_log_multiplier", 0.0)
    return (gain + 1.0) / (multiplier * gain + 1.0) if multiplier else gain + 1.0


class _Keys:
    """The metadata of one architecture."""

    def __init__(self, file: GGUFFile, architecture: str) -> None:
        self._data = file.metadata
        self._architecture = architecture

    def any(self, key: str) -> Any:
        return self._data.get(f"{self._architecture}.{key}")

    def number(self, key: str, default: float | None = None) -> float:
        value = self.any(key)
        if not isinstance(value, int | float):
            value = default
        if value is None:
            raise UserError(f"This model cannot be taught: its file does not say “{key}”.")
        return float(value)

    def whole(self, key: str, default: int | None = None) -> int:
        return int(self.number(key, default))

    def scale(self, key: str, wanted: bool) -> float:
        return (self.number(key, 1.0) or 1.0) if wanted else 1.0

    def scaling(self) -> str:
        return str(self.any("rope.scaling.type") or "linear")
