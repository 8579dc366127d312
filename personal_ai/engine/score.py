"""How likely the model finds given tokens: natural-log probabilities, for proofs and for comparing with torch."""

from collections.abc import Callable, Sequence

import numpy as np

from personal_ai.engine.llama import llama_cpp
from personal_ai.engine.runtime import BATCH, ContextFull, Runtime
from personal_ai.errors import UserError

#: Rows of logits asked for at once: 128 rows of a vocabulary of 262,144 are 134 MB.
ROWS = 128


def log_probabilities(runtime: Runtime, tokens: Sequence[int], start: int) -> np.ndarray:
    """Natural-log probability of each token from `start` (at least 1) on, given all before it: float64 [len - start].

    A prefix shared with the last call is not computed again: score texts that start alike one after the other.
    Raises UserError when the tokens do not fit the context.
    """
    if not 1 <= start <= len(tokens):
        raise ValueError("the first token has nothing before it")
    result = np.empty(len(tokens) - start)

    def score(first: int, rows: np.ndarray) -> None:
        after = np.asarray(tokens[first + 1 : first + 1 + len(rows)])
        picked = rows[np.arange(len(rows)), after].astype(np.float64)
        result[first + 1 - start : first + 1 - start + len(rows)] = picked - _log_sum_exp(rows)

    # Nothing is asked of the last token, so it is not computed either.
    _rows(runtime, tokens[:-1], start - 1, score)
    return result


def top_log_probabilities(
    runtime: Runtime, tokens: Sequence[int], k: int = 20, start: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """The `k` likeliest next tokens after each of `tokens[start:]`, likeliest first.

    Returns ids int32 [positions, k] and natural-log probabilities float64 [positions, k].
    """
    ids = np.empty((len(tokens) - start, k), np.int32)
    logs = np.empty((len(tokens) - start, k))

    def score(first: int, rows: np.ndarray) -> None:
        top = np.argpartition(rows, -k, axis=1)[:, -k:]
        values = np.take_along_axis(rows, top, axis=1)
        order = np.argsort(-values, axis=1)
        at = slice(first - start, first - start + len(rows))
        ids[at] = np.take_along_axis(top, order, axis=1)
        logs[at] = np.take_along_axis(values, order, axis=1) - _log_sum_exp(rows)[:, None]

    _rows(runtime, tokens, start, score)
    return ids, logs


def log_probabilities_at(runtime: Runtime, tokens: Sequence[int], ids: np.ndarray, start: int = 0) -> np.ndarray:
    """Natural-log probabilities of given next tokens: row i of `ids` [n, k] is asked for after `tokens[start + i]`.

    Returns float64 [n, k]. What `top_log_probabilities` found under one adapter can so be asked of another. Raises
    UserError when the tokens do not fit the context.
    """
    count, _ = ids.shape
    if count > len(tokens) - start:
        raise ValueError("there are more rows than tokens to ask after")
    logs = np.empty(ids.shape)

    def score(first: int, rows: np.ndarray) -> None:
        at = slice(first - start, first - start + len(rows))
        logs[at] = np.take_along_axis(rows, ids[at].astype(np.int64), axis=1) - _log_sum_exp(rows)[:, None]

    _rows(runtime, tokens[: start + count], start, score)
    return logs


def _rows(runtime: Runtime, tokens: Sequence[int], first: int, use: Callable[[int, np.ndarray], None]) -> None:
    """Compute `tokens` and hand the logits after position `first` and later to `use(position, float32 [n, vocab])`."""
    if len(tokens) > runtime.n_ctx:
        raise UserError(
            "A text is longer than the model can read at once. Shorten it, or take a model that reads more."
        )
    position = runtime.reuse(tokens, first)
    while position < len(tokens):
        # Up to `first` no logits are wanted, so whole batches go; then as many as there are rows.
        length = min(BATCH, first - position) if position < first else ROWS
        part = list(tokens[position : position + length])
        wanted = position >= first
        try:
            runtime.decode(part, slice(None) if wanted else slice(0, 0))
        except ContextFull as error:
            raise RuntimeError("the cache is fuller than it says") from error
        if wanted:
            pointer = llama_cpp.llama_get_logits(runtime.context)
            use(position, np.ctypeslib.as_array(pointer, shape=(len(part), runtime.tokenizer.size)))
        position += len(part)


def _log_sum_exp(rows: np.ndarray) -> np.ndarray:
    """log Σ exp of each row, float32 [n, vocab] to float64 [n]; the largest value is taken out first."""
    largest = rows.max(axis=1)
    shifted = rows - largest[:, None]
    return largest.astype(np.float64) + np.log(np.exp(shifted, out=shifted).sum(axis=1, dtype=np.float64))
