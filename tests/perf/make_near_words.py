"""Make the table of words that mean nearly the same, from the token embeddings of the built-in model.

    python -m tests.perf.make_near_words

Each whole English word of the model's vocabulary stands for its stem. What all words share (the mean and the ten
strongest directions) is taken away; what is then left of two words is compared by its cosine.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import re

import gguf
import numpy as np
from gguf.quants import dequantize

from personal_ai import paths
from personal_ai.store import near, terms

SHARED_DIRECTIONS = 10
LEAST = 0.25
MOST = 16
MODEL = paths.RESOURCES / "models" / "smollm2-135m-instruct-q4_1.gguf"


def main() -> None:
    """Write the table, a line for each stem."""
    words, vectors = _words()
    table = _neighbours([terms.stem(word) for word in words], vectors)
    lines = (f"{stem}\t" + " ".join(f"{other}:{alike:.2f}" for other, alike in table[stem]) for stem in sorted(table))
    near.TABLE.parent.mkdir(exist_ok=True)
    near.TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(table)} words, {near.TABLE.stat().st_size / 1e6:.1f} MB")


def _words() -> tuple[list[str], np.ndarray]:
    """The vocabulary's whole words, and their vectors [words, width] of length 1."""
    reader = gguf.GGUFReader(MODEL)
    tensor = next(tensor for tensor in reader.tensors if tensor.name == "token_embd.weight")
    field = reader.fields["tokenizer.ggml.tokens"]
    places: dict[str, int] = {}
    for place, at in enumerate(field.data):
        word = bytes(field.parts[at]).decode()
        # "Ġ" is the blank before a word; pieces of words have none.
        if re.fullmatch(r"Ġ[a-z]{3,}", word) and word[1:] not in terms.FUNCTION_WORDS:
            places[word[1:]] = place
    vectors = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)[list(places.values())]
    vectors -= vectors.mean(0)
    shared = np.linalg.eigh(vectors.T @ vectors)[1][:, -SHARED_DIRECTIONS:]
    vectors -= vectors @ shared @ shared.T
    return list(places), vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _neighbours(stems: list[str], vectors: np.ndarray) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, dict[str, float]] = {}
    for start in range(0, len(stems), 500):
        alike = vectors[start : start + 500] @ vectors.T
        for row, column in zip(*np.nonzero(alike >= LEAST), strict=True):
            one, other = stems[start + row], stems[column]
            if one != other:
                known = found.setdefault(one, {})
                known[other] = max(known.get(other, 0.0), float(alike[row, column]))
    return {
        stem: sorted(others.items(), key=lambda other: (-other[1], other[0]))[:MOST] for stem, others in found.items()
    }


if __name__ == "__main__":
    main()
