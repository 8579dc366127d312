"""What the base says is written once, goes on where it stopped, and is learned in and without the chat's own prompt."""

from pathlib import Path

import pytest

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import replay
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


def test_every_other_answer_stands_behind_the_chats_own_system_turn() -> None:
    said = [replay.Said(f"prompt {number}", f"answer {number}") for number in range(4)]
    made = replay.examples(said, Turn("system", "You are …"))
    assert [[turn.role for turn in example.turns] for example in made] == [
        ["user", "assistant"],
        ["system", "user", "assistant"],
    ] * 2
    assert len({example.group for example in made if example.group}) == 1
    assert all(example.form == "replay" and not example.chunks for example in made)
