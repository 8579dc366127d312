"""What was computed, kept on disk."""

from pathlib import Path

import pytest

from personal_ai.engine import state
from personal_ai.engine.generate import generate
from personal_ai.engine.runtime import Runtime
from personal_ai.messages import AdapterUse, Sampling
from tests import adapter_files

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0, repeat_penalty=1.0)
TEXT = "The old clockmaker opened the door, and behind it stood"


def answer(runtime: Runtime, text: str = TEXT) -> str:
    return "".join(generate(runtime, runtime.tokenizer.encode(text), GREEDY, 8, lambda: False))


@pytest.fixture
def kept(runtime: Runtime, tmp_path: Path) -> Path:
    answer(runtime)
    path = tmp_path / "1.state"
    written = state.save(runtime, path, "model", 1 << 30)
    assert written == path.stat().st_size > 0
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    return path


def test_what_was_kept_continues_as_if_it_had_been_computed_just_now(runtime: Runtime, kept: Path) -> None:
    tokens = list(runtime.tokens)
    longer = TEXT + answer(runtime) + " And then"
    fresh = answer(runtime, longer)
    answer(runtime, "Something else.")
    assert state.restore(runtime, kept, "model")
    assert runtime.tokens == tokens
    assert answer(runtime, longer) == fresh


@pytest.mark.parametrize("where", [0, 9, 200, -40, -20, -1])
def test_a_damaged_file_is_no_answer_and_is_removed(runtime: Runtime, kept: Path, where: int) -> None:
    content = bytearray(kept.read_bytes())
    content[where] ^= 4
    kept.write_bytes(content)
    assert not state.restore(runtime, kept, "model")
    assert not kept.exists()


@pytest.mark.parametrize("length", [0, 1, 36, 1000])
def test_a_short_file_is_removed_too(runtime: Runtime, kept: Path, length: int) -> None:
    kept.write_bytes(kept.read_bytes()[:length])
    assert not state.restore(runtime, kept, "model")
    assert not kept.exists()
    assert not state.restore(runtime, kept, "model")


def test_another_model_adapter_or_strength_makes_it_foreign(runtime: Runtime, kept: Path, tmp_path: Path) -> None:
    content = kept.read_bytes()
    assert not state.restore(runtime, kept, "another model")
    use = AdapterUse(str(adapter_files.write(tmp_path / "a.gguf", blocks=2)))
    for uses in ([use], [AdapterUse(use.path, 0.5)]):
        kept.write_bytes(content)
        runtime.set_adapters(uses)
        assert not state.restore(runtime, kept, "model")
        assert not kept.exists()
        answer(runtime)
        assert state.save(runtime, kept, "model", 1 << 30)
        assert state.restore(runtime, kept, "model")
        content = kept.read_bytes()


def test_too_much_is_not_written(runtime: Runtime, kept: Path) -> None:
    size = kept.stat().st_size
    kept.unlink()
    assert state.save(runtime, kept, "model", size // 2) == 0
    runtime.clear()
    assert state.save(runtime, kept, "model", size) == 0
    assert not kept.exists()


def test_a_disk_that_refuses_is_an_error_and_leaves_nothing(runtime: Runtime, tmp_path: Path) -> None:
    answer(runtime)
    with pytest.raises(OSError, match="could not write"):
        state.save(runtime, tmp_path / "missing" / "1.state", "model", 1 << 30)
