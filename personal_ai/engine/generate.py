"""The decode loop: a prompt goes in once, tokens come out one at a time as whole characters."""

import codecs
import contextlib
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from personal_ai.engine import contrast
from personal_ai.engine.llama import llama_cpp
from personal_ai.engine.runtime import ContextFull, DecodeStopped, Runtime
from personal_ai.errors import UserError
from personal_ai.messages import Sampling

#: How many tokens of its own answer the repeat penalty looks back on.
PENALTY_WINDOW = 64


@dataclass(frozen=True)
class Outcome:
    """How an answer ended. `generated` are its tokens without the end token."""

    reason: Literal["end", "length", "context", "cancelled"]
    prompt_tokens: int
    reused_tokens: int
    generated: list[int]
    first_token_seconds: float
    seconds: float


def generate(
    runtime: Runtime,
    tokens: Sequence[int],
    sampling: Sampling,
    max_tokens: int,
    cancelled: Callable[[], bool],
    *,
    ignore_end: bool = False,
    without: Sequence[int] = (),
) -> Generator[str, None, Outcome]:
    """Continue `tokens` by at most `max_tokens`; yield text as it comes and return how it ended.

    What the cache shares with the prompt is not computed again. `cancelled` is asked before each token and, while the
    prompt is read, before each operation. The same prompt, sampling and adapters give the same answer.
    `without` is the same prompt without the passages that the question brings along; only with it an adapter's
    threshold for refusing holds (Runtime.lean), and the answer begins with what the passages make likelier (contrast).
    Raises UserError when the prompt does not fit the context.
    """
    if not tokens:
        raise ValueError("an empty prompt has no next token")
    if len(tokens) > runtime.n_ctx:
        raise UserError(
            "This conversation is longer than the model can read. Ask a shorter question, or begin a new one."
        )
    started = time.perf_counter()
    prompt = list(tokens)
    reused = 0
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    generated: list[int] = []
    first = 0.0
    reason: Literal["end", "length", "context", "cancelled"] = "length"
    with _sampler(sampling, runtime.tokenizer.size) as sampler:
        try:
            bare = contrast.logits_without(runtime, without, cancelled) if without else None
            reused = runtime.reuse(prompt, len(prompt) - 1)
            runtime.prefill(prompt[reused:], cancelled)
            if bare is not None:
                runtime.lean()
                contrast.apply(contrast.logits(runtime), bare, runtime.leaning)
            while len(generated) < max_tokens:
                if cancelled():
                    reason = "cancelled"
                    break
                token = llama_cpp.llama_sampler_sample(sampler, runtime.context, -1)
                first = first or time.perf_counter() - started
                if runtime.tokenizer.is_end(token) and not ignore_end:
                    reason = "end"
                    break
                generated.append(token)
                if text := decoder.decode(runtime.tokenizer.piece(token)):
                    yield text
                if len(generated) < max_tokens:
                    runtime.decode([token])
        except DecodeStopped:
            reason = "cancelled"
        except ContextFull:
            reason = "context"
    if rest := decoder.decode(b"", final=True):
        yield rest
    return Outcome(reason, len(prompt), reused, generated, first, time.perf_counter() - started)


@contextlib.contextmanager
def _sampler(sampling: Sampling, vocabulary: int) -> Iterator[Any]:
    """Build the chain that picks a token. It sees only the answer's own tokens: quoting a note is no repetition."""
    params = llama_cpp.llama_sampler_chain_default_params()
    params.no_perf = True
    chain: Any = llama_cpp.llama_sampler_chain_init(params)
    try:
        if sampling.repeat_penalty != 1.0:
            _add(
                chain, llama_cpp.llama_sampler_init_penalties(vocabulary, PENALTY_WINDOW, sampling.repeat_penalty, 0, 0)
            )
        if sampling.temperature <= 0:
            _add(chain, llama_cpp.llama_sampler_init_greedy())
        else:
            _add(chain, llama_cpp.llama_sampler_init_top_k(sampling.top_k))
            _add(chain, llama_cpp.llama_sampler_init_top_p(sampling.top_p, 1))
            _add(chain, llama_cpp.llama_sampler_init_min_p(sampling.min_p, 1))
            _add(chain, llama_cpp.llama_sampler_init_temp(sampling.temperature))
            _add(chain, llama_cpp.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF))
        yield chain
    finally:
        llama_cpp.llama_sampler_free(chain)  # frees what was added to it, too


def _add(chain: Any, sampler: Any) -> None:
    llama_cpp.llama_sampler_chain_add(chain, sampler)


def bare(runtime: Runtime, tokens: Sequence[int], steps: int) -> float:
    """Seconds that plain llama.cpp takes for `steps` greedy tokens after `tokens`: the limit `generate` is held to.

    Nothing of ours is in the loop: no text, no end, no cancel, no bookkeeping.
    """
    runtime.clear()
    runtime.prefill(tokens, lambda: False)
    sampler: Any = llama_cpp.llama_sampler_init_greedy()
    context = runtime.context
    place = (llama_cpp.llama_token * 1)()
    batch: Any = llama_cpp.llama_batch_get_one(place, 1)
    started = time.perf_counter()
    for _ in range(steps):
        place[0] = llama_cpp.llama_sampler_sample(sampler, context, -1)
        if llama_cpp.llama_decode(context, batch):
            raise RuntimeError("llama_decode failed")
    seconds = time.perf_counter() - started
    llama_cpp.llama_sampler_free(sampler)
    runtime.clear()
    return seconds
