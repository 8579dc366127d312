"""Writes tiny random GGUFs: real files of a few hundred kilobytes, made in milliseconds."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gguf
import numpy as np

from personal_ai.models import families

WIDTH, HEADS, KV_HEADS, FEED, BLOCKS, VOCABULARY = 32, 4, 2, 64, 2, 96


def write(path: Path, seed: int = 0, architecture: str = "llama", rope_factors: bool = False) -> Path:
    """Write the model and return its path. The head is tied to the embedding; there is no tokenizer."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)

    def tensor(name: str, *shape: int, scale: float = 0.3) -> None:
        writer.add_tensor(name, (rng.standard_normal(shape) * scale).astype(np.float32))

    tensor("token_embd.weight", VOCABULARY, WIDTH, scale=1.0)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    if rope_factors:
        writer.add_tensor("rope_freqs.weight", np.linspace(1, 4, WIDTH // HEADS // 2, dtype=np.float32))
    kv_width = WIDTH // HEADS * KV_HEADS
    for block in range(BLOCKS):
        name = f"blk.{block}."
        writer.add_tensor(name + "attn_norm.weight", np.ones(WIDTH, np.float32))
        writer.add_tensor(name + "ffn_norm.weight", np.ones(WIDTH, np.float32))
        tensor(name + "attn_q.weight", WIDTH, WIDTH)
        tensor(name + "attn_k.weight", kv_width, WIDTH)
        tensor(name + "attn_v.weight", kv_width, WIDTH)
        tensor(name + "attn_output.weight", WIDTH, WIDTH)
        tensor(name + "ffn_gate.weight", FEED, WIDTH)
        tensor(name + "ffn_up.weight", FEED, WIDTH)
        tensor(name + "ffn_down.weight", WIDTH, FEED)
    _finish(writer)
    return path


# ---- every family that learns -----------------------------------------------------------------------------------

#: Rows of 256 fit every quantisation. Blocks are as few as show what is special about a family.
SIZE, WORDS, WINDOW = 256, 320, 16

_YARN = {
    "rope.scaling.type": "yarn",
    "rope.scaling.factor": 4.0,
    "rope.scaling.original_context_length": 64,
    "rope.freq_base": 500.0,
}

#: What stands in the file of each: (architecture, blocks, metadata). Floats and whole numbers go in as such.
VARIANTS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "llama": ("llama", 2, {"rope.freq_base": 500.0}),
    "mistral": ("mistral3", 2, {**_YARN, "rope.scaling.yarn_log_multiplier": 1.0}),
    "qwen2": ("qwen2", 2, {"rope.freq_base": 1000.0}),
    "qwen3": ("qwen3", 2, {"attention.key_length": 128, "attention.value_length": 128}),
    "gemma2": (
        "gemma2",
        2,
        {
            "attention.sliding_window": WINDOW,
            "attn_logit_softcapping": 2.0,
            "final_logit_softcapping": 3.0,
            "attention.key_length": 128,
            "attention.value_length": 128,
        },
    ),
    "gemma3": (
        "gemma3",
        6,
        {
            "attention.sliding_window": WINDOW,
            "rope.freq_base": 100_000.0,
            "rope.scaling.type": "linear",
            "rope.scaling.factor": 4.0,
        },
    ),
    "phi3": (
        "phi3",
        2,
        {
            "rope.dimension_count": 48,
            "rope.scaling.original_context_length": 256,
            "rope.scaling.attn_factor": 1.2,
            "attention.sliding_window": WINDOW,
        },
    ),
    "smollm3": ("smollm3", 4, {}),
    "granite": (
        "granite",
        2,
        {"embedding_scale": 12.0, "residual_scale": 0.3, "attention.scale": 0.05, "logit_scale": 0.5},
    ),
    "olmo2": ("olmo2", 2, {}),
    "olmo3": ("olmo2", 4, {**_YARN, "attention.sliding_window": WINDOW}),
}


#: Where 16-bit scales stand in a block of each quantisation, and what they are beside the first one, so that the
#: middle of a random block is about 0.
SCALES: dict[str, dict[int, float]] = {
    **{kind: {0: 1.0} for kind in ("Q4_0", "Q5_0", "Q8_0", "IQ4_NL", "IQ4_XS")},
    **{kind: {0: 1.0} for kind in ("IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S")},
    **{"Q4_1": {0: 1.0, 2: -7.5}, "Q5_1": {0: 1.0, 2: -15.5}, "Q2_K": {80: 1.0, 82: 1.5}, "Q3_K": {108: 1.0}},
    **{"Q4_K": {0: 1.0, 2: 7.5}, "Q5_K": {0: 1.0, 2: 15.5}, "Q6_K": {208: 1.0}, "TQ1_0": {52: 1.0}, "TQ2_0": {64: 1.0}},
}


def random_blocks(rng: np.random.Generator, rows: int, columns: int, kind: str, size: float) -> np.ndarray:
    """A matrix of random blocks of a quantisation, uint8 [rows, bytes], its numbers about `size` as a rule."""
    type = gguf.GGMLQuantizationType[kind]
    values, width = gguf.GGML_QUANT_SIZES[type]
    blocks = rng.integers(0, 256, (rows * columns // values, width), np.uint8)
    unit = 1.0
    for _ in range(2):  # first with a scale of 1, to see how large that is
        for place, factor in SCALES[kind].items():
            blocks[:, place : place + 2] = np.array([unit * factor], np.float16).view(np.uint8)
        unit = size / np.sqrt(np.square(gguf.quants.dequantize(blocks, type)).mean())
    return blocks.reshape(rows, -1)


def write_family(
    path: Path, variant: str, seed: int = 0, kind: str = "F16", context: int = 256, words: tuple[str, ...] = ()
) -> Path:
    """Write a small random model of a family, with a tokenizer, and return its path. llama.cpp runs it.

    Its matrices but the embedding are F16, BF16, or random blocks of a quantisation among SCALES. `words` are some that
    its vocabulary knows.
    """
    path.write_bytes(_family(variant, seed, kind, context, words))
    return path


@cache
def _family(variant: str, seed: int, kind: str, context: int, words: tuple[str, ...]) -> bytes:
    """The same model is asked for again and again."""
    with TemporaryDirectory() as folder:
        return _make_family(Path(folder, "tiny.gguf"), variant, seed, kind, context, words).read_bytes()


def _make_family(path: Path, variant: str, seed: int, kind: str, context: int, words: tuple[str, ...]) -> Path:
    architecture, blocks, metadata = VARIANTS[variant]
    family = families.of(architecture)
    assert family is not None
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    _write_metadata(writer, architecture, blocks, metadata, context)
    _write_tokenizer(writer, words)
    heads, kv_heads = 4, 2
    head_width = metadata.get("attention.key_length", SIZE // heads)

    def matrix(name: str, rows: int, columns: int = SIZE, gain: float = 1.0) -> None:
        size = gain / columns**0.5
        if kind in SCALES and name != "token_embd":
            blocks = random_blocks(rng, rows, columns, kind, size)
            writer.add_tensor(f"{name}.weight", blocks, raw_dtype=gguf.GGMLQuantizationType[kind])
            return
        type = gguf.GGMLQuantizationType.BF16 if kind == "BF16" else gguf.GGMLQuantizationType.F16
        values = gguf.quants.quantize(rng.standard_normal((rows, columns), np.float32) * np.float32(size), type)
        writer.add_tensor(f"{name}.weight", values, raw_dtype=type)

    def vector(name: str, width: int, middle: float = 1.0) -> None:
        writer.add_tensor(name, (middle + 0.2 * rng.standard_normal(width, np.float32)).astype(np.float32))

    matrix("token_embd", WORDS, gain=1.5)
    vector("output_norm.weight", SIZE)
    if variant in ("llama", "olmo2", "olmo3", "phi3"):
        matrix("output", WORDS, gain=1.5)
    if variant == "llama":
        writer.add_tensor("rope_freqs.weight", np.linspace(1, 4, head_width // 2, dtype=np.float32))
    if variant == "phi3":
        for kind, most in (("short", 2), ("long", 8)):
            writer.add_tensor(f"rope_factors_{kind}.weight", np.linspace(1, most, 24, dtype=np.float32))
    q, kv = heads * head_width, kv_heads * head_width
    shapes = {
        **{"attn_q": (q, SIZE), "attn_k": (kv, SIZE), "attn_v": (kv, SIZE), "attn_qkv": (q + 2 * kv, SIZE)},
        **{"attn_output": (SIZE, q), "ffn_gate": (SIZE, SIZE), "ffn_up": (SIZE, SIZE), "ffn_down": (SIZE, SIZE)},
    }
    if "ffn_gate" not in family.lora_targets:
        shapes["ffn_up"] = (2 * SIZE, SIZE)
    whole = variant.startswith("olmo")
    widths = {"attn_q_norm": q if whole else head_width, "attn_k_norm": kv if whole else head_width}
    for block in range(blocks):
        name = f"blk.{block}."
        for norm in family.traits.norms:
            vector(f"{name}{norm}.weight", widths.get(norm, SIZE))
        for target in family.lora_targets:
            matrix(name + target, *shapes[target])
        if variant == "qwen2":
            for target in ("attn_q", "attn_k", "attn_v"):
                vector(f"{name}{target}.bias", shapes[target][0], middle=0.0)
    _finish(writer)
    return path


def _write_metadata(
    writer: gguf.GGUFWriter, architecture: str, blocks: int, metadata: dict[str, Any], context: int
) -> None:
    writer.add_string("general.type", "model")
    writer.add_context_length(context)
    writer.add_embedding_length(SIZE)
    writer.add_block_count(blocks)
    writer.add_feed_forward_length(SIZE)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-6)
    for key, value in metadata.items():
        add = {str: writer.add_string, float: writer.add_float32, int: writer.add_uint32, bool: writer.add_bool}[
            type(value)
        ]
        add(f"{architecture}.{key}", value)


def _write_tokenizer(writer: gguf.GGUFWriter, known: tuple[str, ...] = ()) -> None:
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    types = [2, 3, 3] + [6] * 256
    words = WORDS - len(tokens)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*tokens, *known, *(f"w{number}" for number in range(words - len(known)))])
    writer.add_token_scores([-float(number) for number in range(WORDS)])
    writer.add_token_types(types + [1] * words)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def _finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
