"""Text to tokens and back, by the model's own vocabulary in llama.cpp, for chat and for training alike."""

import ctypes
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from personal_ai.engine.llama import llama_cpp
from personal_ai.errors import UserError
from personal_ai.models import families, header
from personal_ai.models.families import Piece


class Tokenizer:
    """The vocabulary of a loaded model. `open` makes one without loading any weights. Threads may encode at once."""

    def __init__(self, vocab: Any, owner: Any = None) -> None:
        self._vocab = vocab
        self._owner = owner  # the model that the vocabulary belongs to, freed by close()
        self._pieces: dict[int, bytes] = {}
        self._buffer = ctypes.create_string_buffer(512)
        self.size: int = llama_cpp.llama_vocab_n_tokens(vocab)
        self.bos = int(llama_cpp.llama_vocab_bos(vocab))  # pyright: ignore[reportArgumentType]
        self.eos = int(llama_cpp.llama_vocab_eos(vocab))  # pyright: ignore[reportArgumentType]
        self.adds_bos: bool = bool(llama_cpp.llama_vocab_get_add_bos(vocab))
        # Asked of llama.cpp once a token: asking for all of a large vocabulary takes a quarter of a second.
        self._ends: dict[int, bool] = {}
        # Conversations begin alike, and the next turn repeats the last: what was encoded lately is at hand.
        self._encoded = functools.lru_cache(256)(self.encode)

    @classmethod
    def open(cls, path: Path) -> "Tokenizer":
        """Load only the vocabulary of a model file. Raises UserError for a file that is no sound model."""
        families.find(header.inspect_model(path))
        params = llama_cpp.llama_model_default_params()
        params.vocab_only = True
        model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if not model:
            raise UserError(f"The tokenizer of “{path.name}” cannot be read. Download the model again.")
        return cls(llama_cpp.llama_model_get_vocab(model), model)

    def close(self) -> None:
        """Free what `open` loaded."""
        if self._owner:
            llama_cpp.llama_model_free(self._owner)
            self._owner = None

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Turn text into tokens, without a beginning-of-text token. Control tokens are seen only with `special`."""
        raw = text.encode("utf-8", errors="replace")
        room = len(raw) + 8
        tokens = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self._vocab, raw, len(raw), tokens, room, False, special)
        if count < 0:  # a few vocabularies normalise text into more tokens than bytes
            tokens = (llama_cpp.llama_token * -count)()
            count = llama_cpp.llama_tokenize(self._vocab, raw, len(raw), tokens, -count, False, special)
        return tokens[:count]

    def encode_pieces(self, pieces: Sequence[Piece]) -> tuple[list[int], list[bool]]:
        """Turn a rendered conversation into tokens, and for each token whether it is learned from."""
        tokens: list[int] = [self.bos] if self.adds_bos else []
        learn = [False] * len(tokens)
        for piece in pieces:
            part = self._encoded(piece.text, piece.special)
            tokens += part
            learn += [piece.learn] * len(part)
        return tokens, learn

    def decode(self, tokens: Sequence[int]) -> str:
        """Turn tokens into text; half characters become the replacement character, control tokens nothing."""
        return b"".join(map(self.piece, tokens)).decode("utf-8", errors="replace")

    def piece(self, token: int) -> bytes:
        """The bytes one token stands for; nothing for a control token. They may be half a character."""
        known = self._pieces.get(token)
        if known is not None:
            return known
        length = llama_cpp.llama_token_to_piece(self._vocab, token, self._buffer, len(self._buffer), 0, False)
        if length < 0:
            self._buffer = ctypes.create_string_buffer(-length)
            length = llama_cpp.llama_token_to_piece(self._vocab, token, self._buffer, len(self._buffer), 0, False)
        self._pieces[token] = self._buffer.raw[:length]
        return self._pieces[token]

    def is_end(self, token: int) -> bool:
        """Whether the token ends a turn or the text."""
        known = self._ends.get(token)
        if known is None:
            known = self._ends[token] = bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))
        return known

    def add_end(self, text: str) -> None:
        """Let a template's own end marker end a turn, where the vocabulary knows it as one token."""
        tokens = self.encode(text, special=True)
        if len(tokens) == 1:
            self._ends[tokens[0]] = True
