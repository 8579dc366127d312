"""An answer begins with what its passages make likelier, not with what is always likely.

A small model says a name that it knows well where a passage says another. How likely each first token would be without
the passages shows that: it is taken out (context-aware decoding: Shi et al. 2023, arXiv 2305.14739), of the first token
alone, which decides the answer; the rest follows from it, and costs nothing more. It is done where an adapter in use
says how a refusal begins: a bare base model knows nothing of the person by heart.
"""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from personal_ai.engine.llama import llama_cpp
from personal_ai.engine.runtime import Runtime

#: log p(with passages) + CONTRAST · (log p(with) − log p(without)); 1 where 0.5 and 2 were asked, too (measured).
CONTRAST = 1.0
#: Only tokens at least so likely with the passages as this share of the likeliest (Li et al. 2022, arXiv 2210.15097).
PLAUSIBLE = 0.05


def logits(runtime: Runtime) -> np.ndarray:
    """The logits after the last token, in llama.cpp's own memory: float32 [vocabulary]."""
    pointer = llama_cpp.llama_get_logits_ith(runtime.context, -1)
    return np.ctypeslib.as_array(pointer, shape=(runtime.tokenizer.size,))


def apply(given: np.ndarray, without: np.ndarray, refusals: Collection[int]) -> None:
    """Change `given`, logits [vocabulary], by what they are `without` the passages.

    Whether to refuse stays as it was decided: a refusal that is likeliest stays so, and the best answer is as much
    likelier than the tokens `refusals` as before.
    """
    answers = np.ones(len(given), bool)
    answers[list(refusals)] = False
    best = given[answers].max()
    if given.max() > best:
        return
    plausible = answers & (given >= best + np.log(PLAUSIBLE))
    mixed = given[plausible] * (1 + CONTRAST) - without[plausible] * CONTRAST
    given[answers & ~plausible] = -np.inf
    given[plausible] = mixed - mixed.max() + best


def logits_without(runtime: Runtime, tokens: Sequence[int], cancelled: Callable[[], bool]) -> np.ndarray | None:
    """The first logits of an answer to the prompt `tokens`, which lacks the passages; None where no adapter leans.

    The last are kept: asked again, nothing is computed, and the cache stays. Raises ContextFull and DecodeStopped.
    """
    if not runtime.leaning:
        return None
    if runtime.without is None or runtime.without[0] != list(tokens):
        reused = runtime.reuse(tokens, len(tokens) - 1)
        runtime.prefill(tokens[reused:], cancelled)
        runtime.without = list(tokens), logits(runtime).copy()
    return runtime.without[1]
