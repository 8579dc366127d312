"""Pictures in a prompt: what is seen decides what is said, is computed once, and is given up at once."""

import struct
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from personal_ai.engine import contrast, vision
from personal_ai.engine.generate import generate
from personal_ai.engine.runtime import BATCH, DecodeStopped, Runtime
from personal_ai.errors import UserError
from personal_ai.messages import Sampling
from tests import tiny_model, tiny_sight
from tests.tiny_sight import Kind, needs_sight, picture

KINDS: tuple[Kind, ...] = ("mlp", "gemma3", "idefics3")
GREEDY = Sampling(temperature=0, repeat_penalty=1.0)


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sight")
    tiny_model.write_family(folder / "model.gguf", "llama", context=2048, words=tiny_sight.WORDS)
    return folder


def load(folder: Path, projector: Path | None, context: int = 1024) -> Runtime:
    return Runtime.load(folder / "model.gguf", context, 1, projector)


@pytest.fixture(params=KINDS)
def runtime(request: pytest.FixtureRequest, folder: Path) -> Iterator[Runtime]:
    with load(folder, tiny_sight.write(folder / f"{request.param}.gguf", request.param)) as runtime:
        yield runtime


@pytest.fixture
def plain(folder: Path) -> Iterator[Runtime]:
    with load(folder, tiny_sight.write(folder / "mlp.gguf")) as runtime:
        yield runtime


def prompt(runtime: Runtime, shown: bytes, after: str = "What is it?") -> list[int]:
    encode = runtime.tokenizer.encode
    return [*encode("Look here: "), *runtime.look(shown), *encode(after)]


def fresh(runtime: Runtime, tokens: list[int]) -> np.ndarray:
    """The next token's logits when nothing was computed before."""
    runtime.clear()
    return go_on(runtime, tokens)[0]


def go_on(runtime: Runtime, tokens: list[int]) -> tuple[np.ndarray, int]:
    """The next token's logits, and how many tokens were known already."""
    reused = runtime.reuse(tokens, len(tokens) - 1)
    runtime.prefill(tokens[reused:], never)
    assert runtime.tokens == tokens
    return contrast.logits(runtime).copy(), reused


# ---- seeing -----------------------------------------------------------------------------------------------------


@needs_sight
def test_what_is_seen_decides_what_is_likely(runtime: Runtime) -> None:
    one = fresh(runtime, prompt(runtime, picture(1)))
    other = fresh(runtime, prompt(runtime, picture(2)))
    assert np.isfinite(one).all()
    assert np.abs(one - other).max() > 0.05
    assert np.array_equal(fresh(runtime, prompt(runtime, picture(1))), one)


@needs_sight
def test_a_picture_changes_what_is_said_and_is_said_again_the_same(plain: Runtime) -> None:
    def answer(shown: bytes) -> list[int]:
        events = generate(plain, prompt(plain, shown), GREEDY, 8, never, ignore_end=True)
        while True:
            try:
                next(events)
            except StopIteration as end:
                return end.value.generated

    said = [answer(picture(seed)) for seed in (1, 2, 1)]
    assert said[0] == said[2] != said[1]
    plain.clear()
    assert answer(picture(1)) == said[0]


@needs_sight
def test_a_picture_takes_places_that_no_other_takes(runtime: Runtime) -> None:
    one, other = runtime.look(picture(1)), runtime.look(picture(2))
    places = [token for token in one if vision.is_place(token)]
    assert len(set(places)) == len(places) >= 4
    assert not {token for token in other if vision.is_place(token)} & set(places)
    assert [token for token in one if token >= 0] == [token for token in other if token >= 0]
    assert runtime.look(picture(1)) == one


@needs_sight
def test_a_picture_in_several_parts_has_the_model_s_own_words_between_them(folder: Path) -> None:
    with load(folder, tiny_sight.write(folder / "idefics3.gguf", "idefics3")) as runtime:
        parts = [part for part in vision.stretches(runtime.look(picture(1)), BATCH) if vision.is_place(part[0])]
        assert [len(part) for part in parts] == [4] * 5
        around = [token for token in runtime.look(picture(1)) if token >= 0]
        assert {runtime.tokenizer.encode(word, special=True)[-1] for word in tiny_sight.WORDS[1:]} <= set(around)


@needs_sight
def test_a_picture_larger_than_a_batch_is_read_in_two(folder: Path) -> None:
    with load(folder, tiny_sight.write(folder / "fine.gguf", side=48, patch=2)) as runtime:
        tokens = prompt(runtime, picture(1))
        assert sum(map(vision.is_place, tokens)) == 576 > BATCH
        one = fresh(runtime, tokens)
        assert np.abs(fresh(runtime, prompt(runtime, picture(2))) - one).max() > 0.01
        assert np.allclose(fresh(runtime, tokens), one)


# ---- what was computed is used again ----------------------------------------------------------------------------


@needs_sight
def test_what_two_prompts_share_is_computed_once_and_changes_nothing(runtime: Runtime) -> None:
    tokens, longer = prompt(runtime, picture(1)), prompt(runtime, picture(1), "And what stands behind it?")
    expected = fresh(runtime, tokens)
    fresh(runtime, longer)
    found, reused = go_on(runtime, tokens)
    assert reused >= len(prompt(runtime, picture(1), ""))
    assert np.allclose(found, expected, atol=1e-4)


@needs_sight
def test_of_another_picture_nothing_is_used(runtime: Runtime) -> None:
    expected = fresh(runtime, prompt(runtime, picture(2)))
    before = prompt(runtime, picture(1))
    fresh(runtime, before)
    found, reused = go_on(runtime, prompt(runtime, picture(2)))
    first = next(place for place, token in enumerate(before) if vision.is_place(token))
    assert reused == first
    assert np.allclose(found, expected, atol=1e-4)


@needs_sight
def test_a_part_of_a_picture_is_kept_as_a_whole_or_not_at_all(runtime: Runtime) -> None:
    tokens = prompt(runtime, picture(1), "")
    expected = fresh(runtime, prompt(runtime, picture(1)))
    fresh(runtime, tokens)
    last = max(place for place, token in enumerate(tokens) if vision.is_place(token))
    assert runtime.reuse(tokens, last) == last - vision.within(tokens[last])
    assert np.allclose(go_on(runtime, prompt(runtime, picture(1)))[0], expected, atol=1e-4)


@needs_sight
def test_something_said_aside_leaves_what_was_seen(runtime: Runtime) -> None:
    tokens = prompt(runtime, picture(1))
    expected = fresh(runtime, tokens)
    with runtime.aside():
        runtime.prefill(runtime.tokenizer.encode(" something else"), never)
    assert runtime.tokens == tokens
    # A single token goes another way through llama.cpp and comes out a little different.
    assert np.allclose(go_on(runtime, tokens)[0], expected, atol=0.02)


@needs_sight
def test_pictures_that_a_prompt_shows_no_more_are_let_go_of_and_can_come_back(runtime: Runtime) -> None:
    expected = fresh(runtime, prompt(runtime, picture(1)))
    runtime.forget_pictures(prompt(runtime, picture(2)))
    runtime._eyes._embeddings.clear()  # type: ignore[union-attr]
    assert np.array_equal(fresh(runtime, prompt(runtime, picture(1))), expected)


# ---- giving up --------------------------------------------------------------------------------------------------


@needs_sight
@pytest.mark.parametrize("after", [0, 1, 2])
def test_looking_is_given_up_within_some_operations(runtime: Runtime, after: int) -> None:
    tokens = prompt(runtime, picture(1))
    expected = fresh(runtime, tokens)
    runtime._eyes._embeddings.clear()  # type: ignore[union-attr]
    runtime.clear()
    place = next(place for place, token in enumerate(tokens) if vision.is_place(token))
    runtime.prefill(tokens[:place], never)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(DecodeStopped):
        runtime.prefill(tokens[place:], cancelled)
    assert asked <= after + 2
    assert runtime.tokens == tokens[:place]
    assert np.allclose(go_on(runtime, tokens)[0], expected, atol=1e-4)


# ---- what cannot be looked at -----------------------------------------------------------------------------------


def test_a_model_without_eyes_says_so(folder: Path) -> None:
    with load(folder, None) as runtime, pytest.raises(UserError, match="cannot look at pictures"):
        runtime.look(picture())


@needs_sight
def test_a_projector_of_another_model_is_refused(folder: Path) -> None:
    narrow = tiny_sight.write(folder / "narrow.gguf", width=64)
    with load(folder, narrow) as runtime, pytest.raises(UserError, match="was made for another model"):
        runtime.look(picture())
    strange = tiny_model.write_family(folder / "strange.gguf", "qwen2", context=512)
    eyes = tiny_sight.write(folder / "words.gguf", "idefics3")
    with Runtime.load(strange, 512, 1, eyes) as runtime, pytest.raises(UserError, match="lacks words that it needs"):
        runtime.look(picture())


@needs_sight
def test_a_truncated_projector_is_refused(folder: Path) -> None:
    whole = tiny_sight.write(folder / "whole.gguf").read_bytes()
    for length in (len(whole) - 64, len(whole) // 2, 10):
        (folder / "short.gguf").write_bytes(whole[:length])
        with load(folder, folder / "short.gguf") as runtime, pytest.raises(UserError, match="is incomplete"):
            runtime.look(picture())


def large(name: bytes, size: tuple[int, int]) -> bytes:
    """A picture that says it is of this size, and holds nothing."""
    if name == b"png":
        return picture()[:16] + struct.pack(">II", *size) + picture()[24:]
    return b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", *reversed(size)) + bytes(40)


@needs_sight
@pytest.mark.parametrize(
    "shown",
    [b"", b"no picture", picture()[:30], large(b"png", (60_000, 60_000)), large(b"png", (0, 4)),
     large(b"jpg", (65_000, 65_000)), large(b"jpg", (8, 8)), b"RIFF\0\0\0\0WAVEfmt ", b"GIF89a" + bytes(40)],
    ids=["nothing", "words", "cut", "bomb", "flat", "large", "empty", "sound", "gif"],
)  # fmt: skip
def test_a_damaged_picture_gets_a_sentence(plain: Runtime, shown: bytes) -> None:
    with pytest.raises(UserError, match="is damaged"):
        plain.look(shown)
    assert np.isfinite(fresh(plain, prompt(plain, picture(1)))).all()


@needs_sight
def test_a_picture_seen_as_a_whole_and_larger_than_a_batch_is_refused(folder: Path) -> None:
    with load(folder, tiny_sight.write(folder / "wide.gguf", "gemma3", side=96, patch=2)) as runtime:
        tokens = prompt(runtime, picture(1))
        assert sum(map(vision.is_place, tokens)) == 576
        with pytest.raises(UserError, match="sees more of a picture at once"):
            runtime.prefill(tokens, never)


@pytest.mark.parametrize(("sees", "sentence"), [(True, "M-RoPE"), (False, "lets a model hear, and not see")])
def test_a_model_that_counts_otherwise_and_one_that_only_hears_are_refused(sees: bool, sentence: str) -> None:
    eyes = object.__new__(vision.Eyes)
    eyes._path, eyes._context = Path("mmproj.gguf"), 1
    eyes._mtmd = SimpleNamespace(mtmd_support_vision=lambda _: sees, mtmd_decode_use_mrope=lambda _: True)
    with pytest.raises(UserError, match=sentence):
        eyes._check()


def test_the_size_of_a_picture_is_read_from_its_head() -> None:
    assert vision._size(picture(side=40)) == (40, 40)
    assert vision._size(large(b"jpg", (123, 45))) == (123, 45)
    assert vision._size(b"\xff\xd8") == (0, 0)
    assert vision._size(vision.try_picture(16)) == (16, 16)
