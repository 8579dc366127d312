"""What a night begins from."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from personal_ai.learning.lineage import FRESH_EVERY, Origin, origin
from personal_ai.learning.skills import LEARNS


def decide(tmp_path: Path, **changes: Any) -> Origin:
    parent = tmp_path / "7"
    parent.mkdir(exist_ok=True)
    (parent / LEARNS).touch()
    manifest = SimpleNamespace(
        number=7, documents=[1, 2, 3, 4], nights_since_fresh=1, recipe={"rank": 8}, strength=0.5, proof={}
    )
    for name in set(changes) & set(vars(manifest)):
        setattr(manifest, name, changes.pop(name))
    given = {"every": [1, 2, 3, 4, 5], "learnable": [1, 2, 3, 4, 5], "rank": 8} | changes
    return origin(given.pop("parent", manifest), given.pop("folder", parent), **given)


def test_a_night_goes_on_from_what_was_learned_last(tmp_path: Path) -> None:
    found = decide(tmp_path)
    assert (found.kind, found.parent, found.known, found.scale) == ("delta", 7, {1, 2, 3, 4}, 0.5)
    assert found.start == str(tmp_path / "7" / LEARNS)


@pytest.mark.parametrize(
    "changes",
    [
        {"parent": None},
        {"refused": "delta"},
        {"decided": True},
        {"nights_since_fresh": FRESH_EVERY - 1},
        {"learnable": [1, 2, 4, 5]},  # 3 is still there and must not be learned any more
        {"every": range(1, 12), "learnable": range(1, 12)},  # most is new
        {"recipe": {"rank": 16}},
        {"folder": Path("nowhere")},
        {"reads": "another skill"},
        {"proof": {"beside": "a skill that is gone"}},
        {"proof": {"reads": "a skill"}, "reads": "a skill"},  # of before: it held the skill, too
    ],
)
def test_a_night_begins_anew(tmp_path: Path, changes: dict[str, Any]) -> None:
    found = decide(tmp_path, **changes)
    assert (found.kind, found.parent, found.start) == ("fresh", None, "")


def test_a_changed_note_alone_is_no_reason_to_begin_anew(tmp_path: Path) -> None:
    # The new text of a note is another document, and the old one is no longer there.
    assert decide(tmp_path, every=[1, 2, 3, 5], learnable=[1, 2, 3, 5]).kind == "delta"


def test_a_run_does_not_begin_anew_where_it_could_not_hold_what_is_known_by_heart(tmp_path: Path) -> None:
    assert decide(tmp_path, nights_since_fresh=FRESH_EVERY, holds=False).kind == "delta"
    assert decide(tmp_path, nights_since_fresh=2 * FRESH_EVERY, holds=False).kind == "fresh"
    assert decide(tmp_path, proof={"beside": "a skill"}, reads="a skill").kind == "delta"
    assert decide(tmp_path, decided=True, holds=False).kind == "fresh"


def test_a_fresh_run_that_was_no_better_is_not_tried_again_and_again(tmp_path: Path) -> None:
    assert decide(tmp_path, nights_since_fresh=FRESH_EVERY, refused="fresh").kind == "delta"
