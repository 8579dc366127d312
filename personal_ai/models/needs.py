"""What chatting with a model takes, from the head of its file: memory, and what bounds its speed. No llama.cpp here."""

import msgspec

from personal_ai.models.gguf_file import GGUFFile
from personal_ai.models.header import ModelHeader

#: Python, llama.cpp and what they bring along, in bytes (measured on the built-in model: 47 MB bare, 80 with a model,
#: whose whole was 266 MB at a context of 2,048 that was nearly full, and predicted as 274).
PROCESS = 80e6
#: The engine computes so many tokens at once (engine.runtime.BATCH).
BATCH = 512


class Needs(msgspec.Struct, frozen=True):
    """Bytes in memory whatever is said, bytes for each token of a conversation, and bytes read for each new token."""

    fixed: int = 0
    token: int = 0
    read: int = 0

    def memory(self, context: int) -> float:
        """Bytes that the chat takes with conversations of at most `context` tokens."""
        return PROCESS + self.fixed + self.token * context

    def speed(self, measured: "Needs", tokens_per_second: float) -> float:
        """Tokens a second, where another model was `measured` here: reading the weights is what a token waits for."""
        return tokens_per_second * measured.read / self.read if self.read else 0.0


def of(file: GGUFFile, about: ModelHeader) -> Needs:
    """Read what a model takes."""
    # The file, and a batch's rows; for each token its keys and values in two bytes a number, and a batch's scores.
    rows = BATCH * 4 * (2 * about.feed_forward_length + 4 * about.embedding_length)
    scores = BATCH * 4 * about.head_count
    return Needs(about.size + rows, _cache_bytes(file, about) + scores, _read_bytes(file, about))


def _cache_bytes(file: GGUFFile, about: ModelHeader) -> int:
    """Bytes of the keys and values of one token; at most, for some layers look back less far."""
    if not about.head_count:
        return 0
    usual = about.embedding_length // about.head_count
    keys, values = (
        _number(file, f"{about.architecture}.attention.{which}_length") or usual for which in ("key", "value")
    )
    return 2 * about.block_count * about.head_count_kv * (keys + values)


def _read_bytes(file: GGUFFile, about: ModelHeader) -> int:
    """Bytes read for each new token: of a mixture's experts those that are asked, of a separate embedding one row."""
    experts, asked = (_number(file, f"{about.architecture}.{key}") for key in ("expert_count", "expert_used_count"))
    share = asked / experts if 0 < asked <= experts else 1.0
    return sum(
        int(tensor.bytes * share) if "_exps." in name else tensor.bytes
        for name, tensor in file.tensors.items()
        if name != "token_embd.weight" or about.tied_output
    )


def _number(file: GGUFFile, key: str) -> int:
    value = file.metadata.get(key, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
