"""Is the torch network the model that chats? Compare their log-probabilities before learning and publishing."""

from collections.abc import Callable, Sequence

import numpy as np

from personal_ai.engine import score
from personal_ai.engine.runtime import Runtime
from personal_ai.learning.evaluate import Interrupted
from personal_ai.learning.network import Network

#: Above this mean difference the two are not one model. Some 0.07 is right: llama.cpp rounds activations to 8 bits.
LIMIT = 0.15
TOP = 20


def difference(
    network: Network, runtime: Runtime, prompts: Sequence[Sequence[int]], stop: Callable[[], bool] = lambda: False
) -> float:
    """Mean absolute difference of log-probability over llama.cpp's 20 likeliest tokens, after every token of `prompts`.

    Raises Interrupted when `stop` says so.
    """
    found: list[np.ndarray] = []
    for tokens in prompts:
        if stop():
            raise Interrupted
        ids, theirs = score.top_log_probabilities(runtime, tokens, TOP)
        ours = np.take_along_axis(network.log_probabilities(tokens), ids, axis=1)
        found.append(np.abs(ours - theirs).mean(axis=1))
    return float(np.concatenate(found).mean())
