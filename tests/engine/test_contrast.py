"""An answer begins with what its passages make likelier."""

import numpy as np
import pytest

from personal_ai.engine import contrast
from personal_ai.engine.generate import generate
from personal_ai.engine.runtime import Runtime
from personal_ai.messages import Sampling, Turn
from personal_ai.models import families

GREEDY = Sampling(temperature=0, repeat_penalty=1.0)


def test_what_is_likely_anyway_gives_way_to_what_the_passages_make_likelier() -> None:
    given = np.array([3.0, 2.5, 0.5, -9.0], np.float32)
    contrast.apply(given, np.array([3.0, 0.5, 0.5, -20.0], np.float32), ())
    # 3 · 2 − 3 against 2.5 · 2 − .5; and the last is much likelier than without, but hopeless.
    assert given.argmax() == 1
    assert given.tolist() == pytest.approx([1.5, 3.0, -1.0, -np.inf])


def test_whether_to_refuse_is_decided_without_it() -> None:
    without = np.array([3.0, 0.5, -5.0], np.float32)
    given = np.array([3.0, 2.5, 3.5], np.float32)
    contrast.apply(given, without, {2})
    assert given.tolist() == [3.0, 2.5, 3.5]
    given = np.array([3.0, 2.5, 2.9], np.float32)
    contrast.apply(given, without, {2})
    assert given.tolist() == pytest.approx([1.5, 3.0, 2.9])


@pytest.mark.model
def test_the_first_token_is_contrasted_and_asking_again_computes_nothing(runtime: Runtime) -> None:
    def tokens(text: str) -> list[int]:
        return runtime.tokenizer.encode_pieces(families.render([Turn("user", text)], runtime.template))[0]

    question = "Question: What is the capital of France?"
    bare, full = tokens(question), tokens(f"My notes:\n[1] Trip: The capital of France is Lille.\n\n{question}")
    # As an adapter says how a refusal begins.
    runtime.leaning = {runtime.tokenizer.encode("That", False)[0]: 0.0}
    decided: list[np.ndarray] = []
    for prompt in (bare, full):
        runtime.prefill(prompt[runtime.reuse(prompt, len(prompt) - 1) :], lambda: False)
        decided.append(contrast.logits(runtime).copy())
    contrast.apply(decided[1], decided[0], runtime.leaning)

    def first(without: list[int]) -> tuple[str, int]:
        answer = generate(runtime, full, GREEDY, 1, lambda: False, without=without)
        said = next(answer)
        with pytest.raises(StopIteration) as end:
            next(answer)
        return said, end.value.value.reused_tokens

    runtime.clear()
    said, _ = first(bare)
    assert said == runtime.tokenizer.piece(int(decided[1].argmax())).decode()
    assert first(bare) == (said, len(full) - 1), "the cache was not cut for what is known already"
    runtime.set_adapters([])
    assert runtime.without is None, "it is another model's"
    runtime.clear()
    said, _ = first(bare)
    assert said == first([])[0], "the bare model knows nothing by heart"
    assert runtime.without is None
