"""Is this GGUF sound and what is it? `inspect` answers from the head of the file alone, without llama.cpp."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from personal_ai.errors import UserError
from personal_ai.models.gguf_file import GGUFFile, LongArray, TensorInfo, read
from personal_ai.models.gguf_types import FILE_TYPES

__all__ = ["GGUFFile", "LongArray", "ModelHeader", "TensorInfo", "describe", "inspect", "inspect_model", "read"]

# llama.cpp aborts the process (GGML_ASSERT) outside these bounds instead of returning an error.
MAX_BLOCKS = 512
MAX_CONTEXT = 1 << 24


@dataclass(frozen=True)
class ModelHeader:
    """What a GGUF file says about itself. Numbers an adapter does not carry are 0."""

    type: Literal["model", "adapter"]
    architecture: str
    name: str
    parameters: int
    quantisation: str
    context_length: int
    block_count: int
    embedding_length: int
    feed_forward_length: int
    head_count: int
    head_count_kv: int
    vocabulary: int
    chat_template: str
    #: Whether the output head is the embedding table (such models take no adapter on either).
    tied_output: bool
    size: int
    #: As the file names it (such as "apache-2.0"); empty where it does not say.
    license: str = ""


def inspect(path: Path) -> ModelHeader:
    """Describe a model or adapter file. Raises UserError, one sentence, for a file that is neither or is unsound."""
    return describe(read(path))


def inspect_model(path: Path) -> ModelHeader:
    """Describe a base-model file. Raises UserError, one sentence, for anything else, adapters included."""
    header = inspect(path)
    if header.type == "adapter":
        raise UserError(f"“{path.name}” is an adapter, not a model. Add the model it was made for, then import it.")
    return header


def describe(file: GGUFFile) -> ModelHeader:
    """Turn a file's metadata into a ModelHeader, checking every field that llama.cpp would trip over."""
    fields = _Fields(file)
    architecture = fields.text("general.architecture")
    kind = fields.text("general.type", "model")
    if kind == "adapter":
        return _adapter(file, fields, architecture)
    if kind == "mmproj" or architecture == "clip":
        raise UserError(
            f"“{file.path.name}” lets a model see, and is no model itself. Add the model it belongs to first, then "
            "this file."
        )
    if kind != "model":
        raise UserError(f"“{file.path.name}” is a part of a model ({kind}), not a model. Choose the model’s main file.")
    if fields.whole("split.count", 0) > 1:
        raise UserError(f"“{file.path.name}” is one piece of a split model. Choose a download that is a single file.")
    _check_tokenizer(file)
    blocks = fields.whole(f"{architecture}.block_count")
    if not 1 <= blocks <= MAX_BLOCKS:
        raise fields.absurd(f"it claims {blocks} layers")
    context = fields.whole(f"{architecture}.context_length")
    if not 1 <= context <= MAX_CONTEXT:
        raise fields.absurd(f"it claims a context of {context} tokens")
    heads = fields.largest(f"{architecture}.attention.head_count", 0)
    header = ModelHeader(
        type="model",
        architecture=architecture,
        name=fields.text("general.name", file.path.stem),
        parameters=sum(t.elements for t in file.tensors.values()),
        quantisation=_quantisation(file, fields),
        context_length=context,
        block_count=blocks,
        embedding_length=fields.whole(f"{architecture}.embedding_length"),
        feed_forward_length=fields.largest(f"{architecture}.feed_forward_length", 0),
        head_count=heads,
        head_count_kv=fields.largest(f"{architecture}.attention.head_count_kv", heads),
        vocabulary=_length(file.metadata["tokenizer.ggml.tokens"]),
        chat_template=fields.text("tokenizer.chat_template", ""),
        tied_output="output.weight" not in file.tensors,
        size=file.path.stat().st_size,
        license=_license(file),
    )
    _check_shapes(file, fields, header)
    return header


def _adapter(file: GGUFFile, fields: "_Fields", architecture: str) -> ModelHeader:
    if fields.text("adapter.type", "") != "lora":
        raise UserError(f"“{file.path.name}” is not a LoRA adapter, and no other kind can be used.")
    return ModelHeader(
        type="adapter",
        architecture=architecture,
        name=fields.text("general.name", file.path.stem),
        parameters=sum(t.elements for t in file.tensors.values()),
        quantisation=_quantisation(file, fields),
        context_length=0,
        block_count=0,
        embedding_length=0,
        feed_forward_length=0,
        head_count=0,
        head_count_kv=0,
        vocabulary=0,
        chat_template="",
        tied_output=False,
        size=file.path.stat().st_size,
    )


def _check_tokenizer(file: GGUFFile) -> None:
    tokens = file.metadata.get("tokenizer.ggml.tokens")
    if "tokenizer.ggml.model" not in file.metadata or not isinstance(tokens, list | LongArray) or not _length(tokens):
        raise UserError(
            f"“{file.path.name}” holds no tokenizer, so it cannot read or write text. Choose a complete model file."
        )


def _check_shapes(file: GGUFFile, fields: "_Fields", header: ModelHeader) -> None:
    embedding = file.tensors.get("token_embd.weight")
    if embedding is None or embedding.shape[0] != header.embedding_length or len(embedding.shape) != 2:
        raise fields.absurd("its embedding table is missing or of another size")
    if embedding.shape[1] < header.vocabulary:
        raise fields.absurd("its embedding table and its tokenizer disagree")
    seen = {name.split(".", 2)[1] for name in file.tensors if name.startswith("blk.")}
    if seen != {str(block) for block in range(header.block_count)}:
        raise fields.absurd(f"it claims {header.block_count} layers and holds {len(seen)}")
    if header.head_count and not 1 <= header.head_count_kv <= header.head_count <= header.embedding_length:
        raise fields.absurd("its numbers of attention heads disagree")


def _quantisation(file: GGUFFile, fields: "_Fields") -> str:
    named = FILE_TYPES.get(fields.whole("general.file_type", -1))
    if named:
        return named
    weights: dict[str, int] = {}
    for tensor in file.tensors.values():
        weights[tensor.type] = weights.get(tensor.type, 0) + tensor.elements
    return max(weights, key=lambda t: weights[t]) if weights else "unknown"


def _license(file: GGUFFile) -> str:
    """The licence, in a line. Nothing depends on it, so a file that tells it in another way is no worse."""
    said = file.metadata.get("general.license.name") or file.metadata.get("general.license", "")
    return " ".join(said.split())[:60] if isinstance(said, str) else ""


def _length(value: list[Any] | LongArray) -> int:
    return value.length if isinstance(value, LongArray) else len(value)


class _Fields:
    """Metadata read by type: a field of another type than the format says is damage."""

    def __init__(self, file: GGUFFile) -> None:
        self._file = file

    def absurd(self, what: str) -> UserError:
        name = self._file.path.name
        return UserError(f"“{name}” is damaged ({what}). Copy or download it again and add it once more.")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._file.metadata.get(key, default)
        if not isinstance(value, str):
            raise self.absurd(f"it does not say its “{key}”")
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        value = self._file.metadata.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.absurd(f"it does not say its “{key}”")
        return value

    def largest(self, key: str, default: int) -> int:
        """Some models give one number a layer; the largest decides what must fit."""
        value = self._file.metadata.get(key)
        if isinstance(value, list) and value and all(isinstance(v, int) for v in value):
            return max(value)
        return self.whole(key, default)
