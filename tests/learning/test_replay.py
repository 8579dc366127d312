"""What the base says is written once, goes on where it stopped, and is learned in and without the chat's own prompt."""

from pathlib import Path

import pytest

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import general, replay
from personal_ai.messages import Turn
from personal_ai.models.catalogue import BUILT_IN_FILE


@pytest.mark.model
def test_what_the_base_says_is_written_once(tmp_path: Path) -> None:
    kept = tmp_path / "replay" / "said.json"
    with Runtime.load(BUILT_IN_FILE, 1024) as runtime:
        first = replay.said(runtime, kept, 2)
        more = replay.said(runtime, kept, 3)
        assert len(first) == 2 and len(more) == 3
        assert more[:2] == first
        assert replay.said(runtime, kept, 2, stop=lambda: True) == first
        # A file that is no such list is written anew, with the same words.
        kept.write_bytes(b"[{")
        assert replay.said(runtime, kept, 2) == first


def test_what_the_base_said_and_what_was_written_take_turns_mostly_behind_the_chats_own_system_turn() -> None:
    said = [replay.Said(f"prompt {number}", f"answer {number}") for number in range(40)]
    made = replay.examples(said, Turn("system", "You are …"))
    written = {each.answer for each in replay.written()}
    assert [example.turns[-1].text in written for example in made[:8]] == [False, True] * 4
    assert len(made) == 2 * len(written)
    assert {example.turns[-1].text for example in made} == written | {each.answer for each in said}
    assert len(replay.examples([], None)) == len(written)
    behind = [example.turns[0].role == "system" for example in made]
    assert sum(behind) / len(behind) == pytest.approx(2 / 3, abs=0.02)
    for kind in (True, False):
        shown = [b for b, example in zip(behind, made, strict=True) if (example.turns[-1].text in written) is kind]
        assert sum(shown) / len(shown) == pytest.approx(2 / 3, abs=0.05)
    forms = [(example.form, not example.chunks) for example in made]
    assert forms == [("written" if e.turns[-1].text in written else "replay", True) for e in made]
    assert all(bool(example.group) is b for example, b in zip(made, behind, strict=True))


def test_what_was_written_is_not_what_general_answers_are_measured_by() -> None:
    asked = {line.prompt.casefold() for line in general.read()}
    assert not asked & {each.prompt.casefold() for each in replay.written()}
