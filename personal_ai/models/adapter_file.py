"""Does this adapter file fit this base model? llama.cpp would only log, or abort the process, so it is asked here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from personal_ai.errors import UserError
from personal_ai.models.header import GGUFFile, TensorInfo, describe, read

# Adapters of other types load in llama.cpp but were never measured.
TYPES = ("F32", "F16", "BF16")
#: Beside an adapter's own file: what answers in its place where notes are shown, where that is another.
READING = "reading.gguf"
#: How much of what a night learned is in that, beside all of the reading skill (measured: all of it seldom says that
#: something is not in the notes). See Wortsman et al. 2022, “Robust fine-tuning of zero-shot models” (2109.01903).
WITH_NOTES = 0.5
#: With tied embeddings an adapter on either of these makes llama.cpp abort in the first decode.
FORBIDDEN = ("token_embd.weight", "output.weight")


def check(path: Path, model: GGUFFile) -> GGUFFile:
    """Check an adapter file tensor by tensor against the base model it shall change, and return its head.

    Raises UserError, one sentence, for a file that is no adapter, is damaged, or was made for another model.
    """
    file = read(path)
    header = describe(file)
    if header.type != "adapter":
        raise UserError(f"“{path.name}” is not an adapter. Choose an adapter file that was made for this model.")
    pairs = _pairs(file)
    if not pairs:
        raise UserError(f"“{path.name}” is an adapter that changes nothing. Choose another file.")
    fits = header.architecture == model.metadata.get("general.architecture") and all(
        _fits(model.tensors.get(name), a, b) for name, (a, b) in pairs.items()
    )
    if not fits:
        raise UserError(
            f"“{path.name}” was made for another model than “{_name(model)}”. "
            "Switch to the model it was made for, or learn again with this one."
        )
    for name, pair in pairs.items():
        if name in FORBIDDEN or any(tensor.type not in TYPES for tensor in pair):
            raise UserError(f"“{path.name}” changes a part of the model ({name}) that cannot be changed safely.")
    return file


#: Keys of an adapter file: tokens, and what is added to their logits where an answer begins.
LEANING_TOKENS, LEANING = "personal_ai.leaning.tokens", "personal_ai.leaning.bias"
#: No adapter may lean further, in nats: beyond that an answer would be decided before it is thought.
FURTHEST = 6.0


def leaning(file: GGUFFile) -> dict[int, float]:
    """What an adapter's file adds to the logits of an answer's first token, by token; nothing for most files.

    An adapter is proved with its threshold for saying “That is not in your notes.”, and this is it.
    """
    tokens, bias = file.metadata.get(LEANING_TOKENS), file.metadata.get(LEANING)
    if not isinstance(tokens, list) or not isinstance(bias, float) or not abs(bias) <= FURTHEST:
        return {}
    return {token: bias for token in tokens if isinstance(token, int) and token >= 0}


def add_leaning(writer: Any, tokens: Sequence[int], bias: float) -> None:
    """Write what an adapter leans to into its file, by the gguf.GGUFWriter that writes it."""
    writer.add_array(LEANING_TOKENS, list(tokens))
    writer.add_float32(LEANING, bias)


def _name(model: GGUFFile) -> str:
    name = model.metadata.get("general.name")
    return name[:60] if isinstance(name, str) and name else model.path.stem


def _pairs(file: GGUFFile) -> dict[str, tuple[TensorInfo, TensorInfo]]:
    halves: dict[str, dict[str, TensorInfo]] = {}
    for name, tensor in file.tensors.items():
        base, _, half = name.rpartition(".lora_")
        if half not in ("a", "b") or not base:
            raise UserError(f"“{file.path.name}” is not a plain LoRA adapter: it holds “{name}”.")
        halves.setdefault(base, {})[half] = tensor
    if any(len(pair) != 2 for pair in halves.values()):
        raise UserError(f"“{file.path.name}” is incomplete: half of its matrices are missing. Copy it again.")
    return {name: (pair["a"], pair["b"]) for name, pair in halves.items()}


def _fits(base: TensorInfo | None, a: TensorInfo, b: TensorInfo) -> bool:
    # a: [in, rank] and b: [rank, out] in ggml's order, for a base of [in, out].
    if base is None or len(a.shape) != len(b.shape) or len(base.shape) != len(a.shape) or len(a.shape) < 2:
        return False
    return base.shape[0] == a.shape[0] and base.shape[1] == b.shape[1] and a.shape[1] == b.shape[0]
