"""How likely a model finds given tokens."""

import numpy as np
import pytest

from personal_ai.engine import score
from personal_ai.engine.runtime import Runtime
from personal_ai.errors import UserError

pytestmark = pytest.mark.model

TEXT = "The capital of France is Paris. It lies on the Seine, and many people visit it every year. " * 8


def test_scores_do_not_depend_on_batches_or_on_what_is_reused(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode(TEXT)
    everything = score.log_probabilities(runtime, tokens, 1)
    assert everything.shape == (len(tokens) - 1,)
    for start in (2, 50, 120):
        assert np.allclose(score.log_probabilities(runtime, tokens, start), everything[start - 1 :], atol=1e-4)
    # A single token goes another way through llama.cpp and comes out a little different.
    last = score.log_probabilities(runtime, tokens, len(tokens) - 1)
    assert np.allclose(last, everything[-1:], atol=0.15)
    runtime.clear()
    assert np.allclose(score.log_probabilities(runtime, tokens, 60), everything[59:], atol=1e-4)


def test_a_shared_prompt_is_computed_once(runtime: Runtime) -> None:
    prompt = runtime.tokenizer.encode(TEXT)
    score.log_probabilities(runtime, [*prompt, *runtime.tokenizer.encode(" Yes")], len(prompt))
    computed: list[int] = []
    decode = runtime.decode

    def counted(tokens: list[int], wanted: slice) -> None:
        computed.append(len(tokens))
        decode(tokens, wanted)

    runtime.decode = counted  # type: ignore[method-assign]
    try:
        answer = runtime.tokenizer.encode(" No, never")
        score.log_probabilities(runtime, [*prompt, *answer], len(prompt))
    finally:
        del runtime.decode
    # The last token of the prompt, whose logits are wanted anew, and all of the answer but its last.
    assert sum(computed) == len(answer)


def test_both_scores_agree_and_are_probabilities(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode("The capital of France is Paris.")
    ids, logs = score.top_log_probabilities(runtime, tokens, runtime.tokenizer.size)
    assert np.allclose(np.exp(logs).sum(axis=1), 1, atol=1e-4)
    assert (np.diff(logs, axis=1) <= 0).all()
    of_next = [logs[i][ids[i] == token][0] for i, token in enumerate(tokens[1:])]
    assert np.allclose(of_next, score.log_probabilities(runtime, tokens, 1), atol=1e-4)


def test_the_likeliest_token_after_a_known_sentence_is_the_known_one(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode("The capital of France is")
    ids, _ = score.top_log_probabilities(runtime, tokens, 5, start=len(tokens) - 1)
    assert ids.shape == (1, 5)
    assert runtime.tokenizer.encode(" Paris")[0] in ids[0]


def test_what_one_asked_can_be_asked_again_by_its_ids(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode(TEXT)
    ids, logs = score.top_log_probabilities(runtime, tokens, 64, start=20)
    again = score.log_probabilities_at(runtime, tokens, ids, start=20)
    assert again.shape == ids.shape == (len(tokens) - 20, 64)
    assert np.allclose(again, logs, atol=1e-4)
    few = score.log_probabilities_at(runtime, tokens, ids[:3, :2], start=20)
    assert np.allclose(few, logs[:3, :2], atol=0.15)
    with pytest.raises(ValueError, match="more rows"):
        score.log_probabilities_at(runtime, tokens, ids, start=21)


def test_a_text_longer_than_the_context_gets_a_sentence(runtime: Runtime) -> None:
    with pytest.raises(UserError, match="longer than the model can read"):
        score.log_probabilities(runtime, [100] * (runtime.n_ctx + 2), 1)
