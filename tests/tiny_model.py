"""Writes a tiny random GGUF of the llama family: a real file of a few hundred kilobytes, made in milliseconds."""

from pathlib import Path

import gguf
import numpy as np

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
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
