"""How fast a training step is here, beside the limit it is bound by."""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import torch

from personal_ai.engine.runtime import physical_cores
from personal_ai.learning import predict, train
from personal_ai.learning.network import Network
from personal_ai.learning.optimizer import AdamW
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import lay_out
from personal_ai.models import gguf_file

#: Examples as a night has them: many short answers behind passages, some whole notes.
SHAPES = ((420, 6),) * 3 + ((60, 6),) * 6 + ((200, 160),) * 2
ROUNDS = 4


def measure(model: Path, recipe: Recipe, stop: Callable[[], bool]) -> dict[str, Any]:
    """Training tokens a second, the best matrix multiply (GFLOP/s), a step's share of it, and peak memory (MB).

    Beside the peak stands what predict.py says of it.
    """
    torch.set_num_threads(physical_cores())
    torch.set_flush_denormal(True)
    sizes = predict.sizes(gguf_file.read(model))
    network = Network(model)
    parameters = train.adapt(network, recipe)
    rng = random.Random(recipe.seed)
    vocabulary = network.token_embd.num_embeddings
    examples = [
        lay_out([([rng.randrange(vocabulary) for _ in range(length)], [i >= length - learned for i in range(length)])])
        for length, learned in SHAPES
    ]
    tokens = sum(length for length, _ in SHAPES)
    optimizer = AdamW([p for _, p in parameters])
    speeds, ceilings = [], []
    train.step_gradient(network, examples, stop)
    for _ in range(ROUNDS):
        ceilings.append(multiply_speed(network.dtype))
        begin = time.perf_counter()
        train.step_gradient(network, examples, stop)
        optimizer.step(recipe.learning_rate)
        speeds.append(tokens / (time.perf_counter() - begin))
    ceiling, speed = max(ceilings), max(speeds)
    per_token = step_flops(network, parameters) / tokens
    rank, element = recipe.rank, network.dtype.itemsize
    pieces = [[unit.size for unit in piece] for piece in train.pieces(examples, network.piece_tokens)]
    return {
        "tokens_per_second": speed,
        "ceiling_gflops": ceiling / 1e9,
        "ceiling_fraction": speed * per_token / ceiling,
        "mflop_per_token": per_token / 1e6,
        "peak_memory_mb": peak_memory_mb(),
        "predicted_memory_mb": predict.memory(sizes, rank, element, pieces).total / 1e6,
        "dtype": str(network.dtype).removeprefix("torch."),
        "threads": torch.get_num_threads(),
    }


def step_flops(network: Network, parameters: list[tuple[str, torch.nn.Parameter]]) -> float:
    """FLOPs that one step over SHAPES needs: 4 a token and frozen weight, 6 a LoRA weight, attention and head.

    Of attention the half below the diagonal counts, forward once and backward twice, and of the head the rows that are
    learned: what is computed beyond that, or a second time, is no speed.
    """
    shape = network.shape
    linear = sum(p.numel() for name, p in network.named_parameters() if name.endswith(".base_layer.weight"))
    lora = sum(p.numel() for _, p in parameters)
    total = 0.0
    for length, learned in SHAPES:
        total += length * (4 * linear + 6 * lora)
        total += shape.blocks * 3 * 2 * 2 * length * (length + 1) / 2 * shape.heads * shape.head_width
        total += learned * 4 * network.output.numel()
    return total


def multiply_speed(dtype: torch.dtype, size: int = 2048) -> float:
    """FLOP/s of a square matrix multiply: what the processor could do at best."""
    a, b = torch.randn(size, size, dtype=dtype), torch.randn(size, size, dtype=dtype)
    torch.mm(a, b)
    begin = time.perf_counter()
    for _ in range(3):
        torch.mm(a, b)
    return 3 * 2 * size**3 / (time.perf_counter() - begin)


def peak_memory_mb() -> float:
    """The most memory this process ever held, in MB."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 1e6
    import resource  # Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
