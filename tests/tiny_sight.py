"""Writes tiny random projectors: real `mmproj` files by which llama.cpp looks at pictures, made in milliseconds."""

import importlib
import math
from pathlib import Path
from typing import Literal

import gguf
import numpy as np
import pytest

from personal_ai.engine.vision import as_png

Kind = Literal["mlp", "gemma3", "idefics3"]

#: The encoder's width and heads, and the pixels of a picture's side and of a patch's.
WIDTH, HEADS, FEED, SIDE, PATCH = 32, 2, 48, 32, 8
#: What an idefics3 looks for in its model's vocabulary.
WORDS = ("\n\n", "<fake_token_around_image>", "<global-img>")


def _is_here() -> bool:
    try:
        importlib.import_module("llama_cpp.mtmd_cpp")
    except (ImportError, OSError, RuntimeError):
        return False
    return True


#: Marks a test that looks at pictures for real.
needs_sight = pytest.mark.skipif(not _is_here(), reason="llama.cpp was compiled without what looks at pictures")


def write(
    path: Path, kind: Kind = "mlp", width: int = 256, seed: int = 0, side: int = SIDE, patch: int = PATCH
) -> Path:
    """Write a projector for models whose embeddings are `width` wide, and return its path.

    An mlp sees a picture as one part, patch by patch; a gemma3 with an eye on the whole; an idefics3 in five parts.
    """
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "clip")
    _write_metadata(writer, kind, width, side, patch)

    def tensor(name: str, *shape: int, size: float = 0.0) -> None:
        spread = size or 1 / math.sqrt(math.prod(shape[1:]))
        writer.add_tensor(name, (rng.standard_normal(shape) * spread).astype(np.float32))

    def norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(WIDTH, np.float32))
        writer.add_tensor(f"{name}.bias", np.zeros(WIDTH, np.float32))

    tensor("v.patch_embd.weight", WIDTH, 3, patch, patch)
    tensor("v.position_embd.weight", (side // patch) ** 2, WIDTH, size=0.1)
    norm("v.post_ln")
    for block in range(2):
        name = f"v.blk.{block}."
        norm(name + "ln1")
        norm(name + "ln2")
        for matrix in ("attn_q", "attn_k", "attn_v", "attn_out"):
            tensor(f"{name}{matrix}.weight", WIDTH, WIDTH)
        tensor(name + "ffn_up.weight", FEED, WIDTH)
        tensor(name + "ffn_down.weight", WIDTH, FEED)
    if kind == "mlp":
        tensor("mm.0.weight", FEED, WIDTH)
        tensor("mm.0.bias", FEED, size=0.1)
        tensor("mm.2.weight", width, FEED)
        tensor("mm.2.bias", width, size=0.1)
    elif kind == "gemma3":
        tensor("mm.input_projection.weight", WIDTH, width, size=0.2)
        writer.add_tensor("mm.soft_emb_norm.weight", np.ones(WIDTH, np.float32))
    else:
        tensor("mm.model.fc.weight", width, 4 * WIDTH)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_metadata(writer: gguf.GGUFWriter, kind: Kind, width: int, side: int, patch: int) -> None:
    writer.add_string("general.type", "mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", kind)
    writer.add_bool("clip.use_gelu", True)
    numbers = {
        **{"embedding_length": WIDTH, "attention.head_count": HEADS, "feed_forward_length": FEED, "block_count": 2},
        **{"projection_dim": width, "image_size": side, "patch_size": patch},
    }
    if kind != "mlp":
        numbers["projector.scale_factor"] = 2
    if kind == "idefics3":
        numbers["preproc_image_size"] = 2 * side
    for name, number in numbers.items():
        writer.add_uint32(f"clip.vision.{name}", number)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])


def picture(seed: int = 0, side: int = 40) -> bytes:
    """A picture of coloured squares, PNG; another one for every seed."""
    squares = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    return as_png(np.kron(squares, np.ones((side // 4, side // 4, 1), np.uint8)))
