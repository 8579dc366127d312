"""What a night could do for models of 0.1 to 8 billion weights here, as the README's table.

    python -m tests.perf.bench_sizes TOKENS_PER_SECOND [NIGHT_MINUTES [bf16]]

TOKENS_PER_SECOND is what `bench learn` measured here on the built-in model; the other speeds follow from it by the work
that a training token is. The memory is what predict.py says of a run in fp32 (or bf16).
"""

import sys

from personal_ai.learning import predict, recipe
from personal_ai.learning.forecasting import LEAST_TOKENS
from personal_ai.learning.predict import Sizes
from personal_ai.learning.preparing import TRAINED_SHARE
from personal_ai.learning.train_worker import PROOF_CONTEXT

BUILT_IN = "SmolLM2 135M (built in)"
#: Their numbers, as their files have them.
MODELS: dict[str, Sizes] = {
    BUILT_IN: predict.dense(blocks=30, width=576, heads=9, kv_heads=3, feed=1536, vocabulary=49152),
    "SmolLM2 360M": predict.dense(blocks=32, width=960, heads=15, kv_heads=5, feed=2560, vocabulary=49152),
    "Qwen 2.5 0.5B": predict.dense(blocks=24, width=896, heads=14, kv_heads=2, feed=4864, vocabulary=151936),
    "Llama 3.2 1B": predict.dense(blocks=16, width=2048, heads=32, kv_heads=8, feed=8192, vocabulary=128256),
    "SmolLM2 1.7B": predict.dense(blocks=24, width=2048, heads=32, kv_heads=32, feed=8192, vocabulary=49152),
    "Llama 3.2 3B": predict.dense(blocks=28, width=3072, heads=24, kv_heads=8, feed=8192, vocabulary=128256),
    "Llama 3.1 8B": predict.dense(
        blocks=32, width=4096, heads=32, kv_heads=8, feed=14336, vocabulary=128256, tied=False
    ),
}
#: The largest piece of a night, mostly: questions about one note.
PIECE = (1024,)


def rows(tokens_per_second: float, minutes: float, element: int) -> list[tuple[str, float, int, float]]:
    """Name, tokens a second, tokens a night and bytes of memory of every model."""
    found = []
    first = MODELS[BUILT_IN]
    for name, sizes in MODELS.items():
        rank = rank_of(sizes)
        speed = tokens_per_second * predict.flops(first, rank_of(first)) / predict.flops(sizes, rank)
        memory = predict.memory(sizes, rank, element, [PIECE], runtime_tokens=PROOF_CONTEXT).total
        found.append((name, speed, int(minutes * 60 * TRAINED_SHARE * speed), memory))
    return found


def rank_of(sizes: Sizes) -> int:
    """The rank that a night chooses for a model of these sizes."""
    return recipe.choose(sizes.adapted + sizes.embedding, 0).rank


def table(tokens_per_second: float, minutes: float = 240.0, element: int = 4) -> str:
    """The table in Markdown."""
    lines = [
        f"| model | tokens a second | tokens in a night of {minutes / 60:.0f} hours | memory while it learns |",
        "|---|--:|--:|--:|",
    ]
    for name, speed, tokens, memory in rows(tokens_per_second, minutes, element):
        how = "measured" if name == BUILT_IN else "computed"
        enough = "" if tokens >= LEAST_TOKENS else ", too few"
        lines.append(
            f"| {name} | {speed:,.0f} ({how}) | {tokens:,} (computed{enough}) | {memory / 1e9:.1f} GB (computed) |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    words = sys.argv[1:]
    print(table(float(words[0]), float(words[1]) if len(words) > 1 else 240.0, 2 if "bf16" in words else 4))
