"""A model in memory: what the cache holds, and adapters that come and go."""

from pathlib import Path

import pytest

from personal_ai.engine.generate import generate
from personal_ai.engine.runtime import ContextFull, DecodeStopped, Runtime
from personal_ai.errors import UserError
from personal_ai.messages import AdapterUse, Sampling
from personal_ai.models.catalogue import BUILT_IN_FILE
from tests import adapter_files

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0, repeat_penalty=1.0)


def answer(runtime: Runtime, text: str = "The old clockmaker opened the door and", tokens: int = 12) -> str:
    return "".join(generate(runtime, runtime.tokenizer.encode(text), GREEDY, tokens, lambda: False))


def test_the_cache_is_what_tokens_says(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode("One two three four five six seven")
    runtime.prefill(tokens, lambda: False)
    assert runtime.tokens == tokens
    assert runtime.reuse([*tokens[:3], 99, 98], 5) == 3
    assert runtime.tokens == tokens[:3]
    assert runtime.reuse([1, 2, 3], 3) == 0
    assert runtime.tokens == []


def test_an_adapter_changes_the_answer_and_taking_it_away_brings_the_old_one_back(
    runtime: Runtime, tmp_path: Path
) -> None:
    use = AdapterUse(str(adapter_files.write(tmp_path / "a.gguf", strength=0.3)))
    base = answer(runtime)
    runtime.set_adapters([use])
    tuned = answer(runtime)
    runtime.set_adapters([AdapterUse(use.path, 0.0)])
    assert answer(runtime) == base
    runtime.set_adapters([use])
    assert answer(runtime) == tuned
    runtime.set_adapters([])
    assert answer(runtime) == base != tuned


def test_a_file_of_the_same_name_with_other_content_is_another_adapter(runtime: Runtime, tmp_path: Path) -> None:
    path = adapter_files.write(tmp_path / "a.gguf", strength=0.3, seed=1)
    runtime.set_adapters([AdapterUse(str(path))])
    first = answer(runtime)
    adapter_files.write(path, strength=0.3, seed=2, rank=8)
    runtime.set_adapters([AdapterUse(str(path))])
    assert answer(runtime) != first


def test_two_adapters_can_be_stacked_and_swapped_many_times(runtime: Runtime, tmp_path: Path) -> None:
    one, two = (
        AdapterUse(str(adapter_files.write(tmp_path / f"{seed}.gguf", seed=seed, strength=0.2, blocks=4)))
        for seed in (1, 2)
    )
    sets = [[], [one], [one, two], [two]]
    expected = []
    for uses in sets:
        runtime.set_adapters(uses)
        expected.append(answer(runtime, tokens=4))
    for _ in range(5):
        for uses, text in zip(sets, expected, strict=True):
            runtime.set_adapters(uses)
            assert answer(runtime, tokens=4) == text


def test_with_notes_what_reads_answers(runtime: Runtime, tmp_path: Path) -> None:
    night, reading = (
        str(adapter_files.write(tmp_path / f"{seed}.gguf", seed=seed, strength=0.2, blocks=4)) for seed in (1, 2)
    )
    expected = {}
    # The strength is that of what was learned, half of which is in what reads: the skill in that stays as it is.
    for strength in (1.0, 0.6):
        beside = [AdapterUse(night, 0.5 * (strength - 1))] if strength != 1 else []
        for notes, uses in ((False, [AdapterUse(night, strength)]), (True, [AdapterUse(reading), *beside])):
            runtime.set_adapters(uses)
            expected[strength, notes] = answer(runtime)
    assert len(set(expected.values())) == 4
    seals = set()
    for strength in (1.0, 0.6):
        runtime.set_adapters([AdapterUse(night, strength, reads=reading)])
        for notes in (False, True, False):
            runtime.with_notes(notes)
            assert not runtime.tokens
            assert answer(runtime) == expected[strength, notes]
            seals.add(tuple(runtime.adapters_seal))
    assert len(seals) == 4
    held = list(runtime.tokens)
    runtime.with_notes(False)
    assert runtime.tokens == held


def test_an_adapter_alone_reads_by_itself(runtime: Runtime, tmp_path: Path) -> None:
    runtime.set_adapters([AdapterUse(str(adapter_files.write(tmp_path / "a.gguf", strength=0.3)))])
    before, held = answer(runtime), list(runtime.tokens)
    runtime.with_notes(True)
    assert runtime.tokens == held
    assert answer(runtime) == before
    runtime.with_notes(False)


def test_a_skill_by_itself_works_with_notes_alone(runtime: Runtime, tmp_path: Path) -> None:
    bare = answer(runtime)
    skill = str(adapter_files.write(tmp_path / "skill.gguf", strength=0.3))
    runtime.set_adapters([AdapterUse(skill)])
    reading = answer(runtime)
    assert reading != bare
    runtime.set_adapters([AdapterUse(skill, reads=skill)])
    for notes, expected in ((False, bare), (True, reading), (False, bare)):
        runtime.with_notes(notes)
        assert answer(runtime) == expected
        assert bool(runtime.adapters_seal) == notes


def test_without_what_reads_what_was_learned_does(runtime: Runtime, tmp_path: Path) -> None:
    night = str(adapter_files.write(tmp_path / "a.gguf", strength=0.3))
    (tmp_path / "damaged.gguf").write_bytes(b"GGUF")
    runtime.set_adapters([AdapterUse(night)])
    alone = answer(runtime)
    for reading in ("damaged.gguf", "gone.gguf"):
        runtime.set_adapters([AdapterUse(night, reads=str(tmp_path / reading))])
        runtime.with_notes(True)
        assert answer(runtime) == alone
        runtime.with_notes(False)


def test_an_unusable_adapter_gets_a_sentence_and_the_old_set_stays_live(runtime: Runtime, tmp_path: Path) -> None:
    good = AdapterUse(str(adapter_files.write(tmp_path / "good.gguf", strength=0.3)))
    runtime.set_adapters([good])
    tuned = answer(runtime)
    garbage = tmp_path / "garbage.gguf"
    garbage.write_bytes(b"\xff" * 5000)
    whole = Path(good.path).read_bytes()
    (tmp_path / "short.gguf").write_bytes(whole[: len(whole) // 2])
    other = adapter_files.write(tmp_path / "other.gguf", shapes={"attn_q": (2048, 2048)}, blocks=2)
    bad = {
        str(garbage): "is not a GGUF file",
        str(tmp_path / "short.gguf"): "is incomplete",
        str(other): "was made for another model",
        str(tmp_path / "missing.gguf"): "is missing",
        str(BUILT_IN_FILE): "is not an adapter",
    }
    for path, sentence in bad.items():
        with pytest.raises(UserError, match=sentence):
            runtime.set_adapters([good, AdapterUse(path)])
        assert runtime.adapters == [good]
    runtime.clear()
    assert answer(runtime) == tuned


def test_a_cancelled_prefill_leaves_the_cache_usable(runtime: Runtime) -> None:
    tokens = runtime.tokenizer.encode("word " * 600)
    runtime.prefill(tokens[:20], lambda: False)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 300

    with pytest.raises(DecodeStopped):
        runtime.prefill(tokens[20:], cancelled)
    assert runtime.tokens == tokens[:20]
    before = answer(runtime)
    runtime.clear()
    assert answer(runtime) == before


def test_a_full_context_is_told_before_anything_is_computed(runtime: Runtime) -> None:
    with pytest.raises(ContextFull):
        runtime.prefill([100] * 2000, lambda: False)


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"nothing", "is not a GGUF file"), (None, "is incomplete")], ids=["garbage", "truncated"]
)
def test_an_unusable_model_gets_a_sentence(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(BUILT_IN_FILE.read_bytes()[:-1_000_000] if content is None else content)
    with pytest.raises(UserError, match=sentence):
        Runtime.load(path)
