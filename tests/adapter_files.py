"""Writes small real LoRA adapter files, for the built-in model or for models that do not exist."""

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np

#: Shapes of the built-in model's matrices, (in, out).
BUILT_IN_SHAPES = {"attn_q": (576, 576), "attn_v": (576, 192), "ffn_down": (1536, 576)}


def write(
    path: Path,
    *,
    shapes: Mapping[str, tuple[int, int]] | None = None,
    blocks: int = 30,
    rank: int = 4,
    strength: float = 0.05,
    seed: int = 0,
    architecture: str = "llama",
    only_a: bool = False,
) -> Path:
    """Write an adapter whose matrices are random, so that it changes what the model says; return its path."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    for block in range(blocks):
        for name, (width_in, width_out) in (shapes or BUILT_IN_SHAPES).items():
            tensor = f"blk.{block}.{name}.weight"
            a = (rng.standard_normal((rank, width_in)) / np.sqrt(width_in)).astype(np.float32)
            b = (rng.standard_normal((width_out, rank)) * strength).astype(np.float32)
            writer.add_tensor(f"{tensor}.lora_a", a)
            if not only_a:
                writer.add_tensor(f"{tensor}.lora_b", b)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
