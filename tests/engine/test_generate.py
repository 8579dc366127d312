"""The decode loop."""

from collections.abc import Callable

import pytest

from personal_ai.engine import generate as generating
from personal_ai.engine.generate import Outcome, generate
from personal_ai.engine.runtime import Runtime
from personal_ai.errors import UserError
from personal_ai.messages import Sampling, Turn
from personal_ai.models import families

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0, repeat_penalty=1.0)


def prompt(runtime: Runtime, text: str) -> list[int]:
    return runtime.tokenizer.encode_pieces(families.render([Turn("user", text)], runtime.template))[0]


def run(
    runtime: Runtime,
    tokens: list[int],
    sampling: Sampling = GREEDY,
    limit: int = 16,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[str, Outcome]:
    texts, running = [], generate(runtime, tokens, sampling, limit, cancelled)
    while True:
        try:
            texts.append(next(running))
        except StopIteration as end:
            return "".join(texts), end.value


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(runtime: Runtime) -> None:
    tokens = prompt(runtime, "Tell me a story about a hedgehog.")
    answers = [run(runtime, tokens, Sampling(temperature=1.0, seed=seed))[0] for seed in (7, 7, 8)]
    assert answers[0] == answers[1] != answers[2]


def test_a_reused_prefix_changes_no_answer(runtime: Runtime) -> None:
    tokens = prompt(runtime, "What is the capital of France, and what is it known for?")
    fresh, first = run(runtime, tokens)
    again, second = run(runtime, tokens)
    assert (first.reused_tokens, second.reused_tokens) == (0, len(tokens) - 1)
    assert fresh == again


def test_an_answer_and_the_next_question_continue_what_the_cache_holds(runtime: Runtime) -> None:
    tokens = prompt(runtime, "Say hello.")
    _, outcome = run(runtime, tokens, limit=8)
    longer = [*tokens, *outcome.generated, *runtime.tokenizer.encode("<|im_end|>\n", special=True)]
    _, second = run(runtime, longer, limit=1)
    # The last token was sampled, not yet computed.
    assert second.reused_tokens >= len(tokens) + len(outcome.generated) - 1


def test_cancel_stops_within_one_token(runtime: Runtime) -> None:
    seen: list[str] = []
    running = generate(runtime, prompt(runtime, "Count to a hundred."), GREEDY, 100, lambda: len(seen) >= 3)
    with pytest.raises(StopIteration) as end:
        while True:
            seen.append(next(running))
    assert len(seen) == 3
    assert (end.value.value.reason, len(end.value.value.generated)) == ("cancelled", 3)


def test_cancel_while_the_prompt_is_read_says_nothing(runtime: Runtime) -> None:
    text, outcome = run(runtime, prompt(runtime, "word " * 500), cancelled=lambda: True)
    assert (text, outcome.reason, outcome.generated) == ("", "cancelled", [])


def test_an_answer_ends_by_itself_at_the_limit_or_at_the_end_of_the_context(runtime: Runtime) -> None:
    assert run(runtime, prompt(runtime, "Answer only with the word yes."), limit=200)[1].reason == "end"
    assert run(runtime, prompt(runtime, "Count."), limit=3)[1].reason == "length"
    tokens = [100] * (runtime.n_ctx - 2)
    outcome = run(runtime, tokens, limit=10)[1]
    assert (outcome.reason, len(outcome.generated)) in (("context", 3), ("end", 0), ("end", 1), ("end", 2))


def test_a_prompt_longer_than_the_context_gets_a_sentence(runtime: Runtime) -> None:
    with pytest.raises(UserError, match="longer than the model can read"):
        run(runtime, [100] * (runtime.n_ctx + 1))


def test_characters_are_never_cut(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = "🦔 é 日本語"
    halves = iter(wanted.encode())
    # Each token brings one byte, as some do for rare characters.
    monkeypatch.setattr(runtime.tokenizer, "piece", lambda _token: bytes([next(halves)]))
    limit = len(wanted.encode())
    texts = list(generate(runtime, prompt(runtime, "Hi"), GREEDY, limit, lambda: False, ignore_end=True))
    assert texts == list(wanted)


def test_the_repeat_penalty_acts(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode("la la la la la la la la la la la la la la")
    free, _ = run(runtime, tokens, GREEDY, 12)
    held, _ = run(runtime, tokens, Sampling(temperature=0, repeat_penalty=2.0), 12)
    assert len(set(held)) > len(set(free))


def test_the_own_loop_says_what_a_bare_loop_says(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode("Once upon a time")
    assert generating.bare(runtime, tokens, 4) > 0
    assert runtime.tokens == []
