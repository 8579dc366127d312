"""Writes small model files with a tokenizer: sound ones, and ones with a single thing wrong."""

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np

WIDTH, WORDS = 32, 64


def write(
    path: Path,
    *,
    architecture: str = "llama",
    blocks: int = 2,
    claimed_blocks: int | None = None,
    context: int = 256,
    tokenizer: bool = True,
    chat_template: str = "",
    type: str = "model",
    extra: Callable[[gguf.GGUFWriter], None] = lambda _writer: None,
) -> Path:
    """Write a model whose weights are zero and return its path. It can be inspected, not run."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("general.type", type)
    writer.add_name("Small")
    writer.add_block_count(blocks if claimed_blocks is None else claimed_blocks)
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(2 * WIDTH)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    if tokenizer:
        writer.add_tokenizer_model("gpt2")
        writer.add_token_list([f"w{number}" for number in range(WORDS)])
    if chat_template:
        writer.add_chat_template(chat_template)
    extra(writer)
    writer.add_tensor("token_embd.weight", np.zeros((WORDS, WIDTH), np.float32))
    for block in range(blocks):
        writer.add_tensor(f"blk.{block}.attn_q.weight", np.zeros((WIDTH, WIDTH), np.float32))
        writer.add_tensor(f"blk.{block}.attn_k.weight", np.zeros((WIDTH // 2, WIDTH), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
