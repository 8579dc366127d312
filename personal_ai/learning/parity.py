"""Is the torch network the model that chats? Compare their log-probabilities before learning and publishing."""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

import numpy as np
import torch

from personal_ai import __version__
from personal_ai.engine import score
from personal_ai.engine.runtime import Runtime
from personal_ai.errors import UserError
from personal_ai.learning import attention, block, linear, network, packing, tensors
from personal_ai.learning.evaluate import Interrupted
from personal_ai.learning.network import Network
from personal_ai.paths import write_durably

logger = logging.getLogger(__name__)

#: Above this mean difference the two are not one model. Some 0.07 is right: llama.cpp rounds activations to 8 bits.
LIMIT = 0.15
TOP = 20

MISREAD = "Learning reads this model differently from the chat, so nothing was learned. Choose another model."
MISREAD_ADAPTER = "What was learned reads differently in the chat, so it was not used. Learn again later."

#: llama.cpp's likeliest tokens and their log-probabilities after every token of a prompt, prompt by prompt.
Theirs = list[tuple[np.ndarray, np.ndarray]]


def theirs(runtime: Runtime, prompts: Sequence[Sequence[int]], stop: Callable[[], bool] = lambda: False) -> Theirs:
    """What llama.cpp expects after every token of `prompts`. Raises Interrupted when `stop` says so."""
    found: Theirs = []
    for tokens in prompts:
        if stop():
            raise Interrupted
        found.append(score.top_log_probabilities(runtime, tokens, TOP))
    return found


def compared(
    ours: Network,
    prompts: Sequence[Sequence[int]],
    expected: Theirs,
    stop: Callable[[], bool] = lambda: False,
) -> float:
    """Mean absolute difference of log-probability over llama.cpp's 20 likeliest tokens, after every token of `prompts`.

    Raises Interrupted when `stop` says so.
    """
    found: list[np.ndarray] = []
    for tokens, (ids, logs) in zip(prompts, expected, strict=True):
        if stop():
            raise Interrupted
        found_here = np.take_along_axis(ours.log_probabilities(tokens), ids, axis=1)
        found.append(np.abs(found_here - logs).mean(axis=1))
    return float(np.concatenate(found).mean())


def checked(
    ours: Network, prompts: Sequence[Sequence[int]], expected: Theirs, fault: str, stop: Callable[[], bool]
) -> float:
    """As `compared`. Raises UserError(fault) for more than LIMIT."""
    found = compared(ours, prompts, expected, stop)
    logger.info("torch against llama.cpp %.3f", found)
    if found > LIMIT:
        raise UserError(fault)
    return found


def difference(
    ours: Network, runtime: Runtime, prompts: Sequence[Sequence[int]], stop: Callable[[], bool] = lambda: False
) -> float:
    """As `compared`, with llama.cpp at hand."""
    return compared(ours, prompts, theirs(runtime, prompts, stop), stop)


# ---- what is known of the bare base -----------------------------------------------------------------------------


def known(path: str, model_sha256: str) -> float | None:
    """The difference that was once found for this very model by this very code; None where none is kept in `path`."""
    try:
        kept = json.loads(Path(path).read_bytes())
        return float(kept["difference"]) if kept["of"] == _seal(model_sha256) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(path: str, model_sha256: str, found: float) -> None:
    """Keep the difference for `known`, unless there is no `path`. Raises OSError."""
    if not path:
        return
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(Path(path), json.dumps({"of": _seal(model_sha256), "difference": found}).encode())


def _seal(model_sha256: str) -> str:
    """A hash of all that the difference of a bare base depends on but the prompts."""
    digest = hashlib.sha256(f"{model_sha256} {__version__} {torch.__version__} {network.training_dtype()}".encode())
    digest.update(metadata.version("llama-cpp-python").encode())
    for module in (attention, block, linear, network, packing, tensors):
        source = Path(module.__file__ or "")
        digest.update(source.read_bytes() if source.is_file() else b"")
    return digest.hexdigest()
