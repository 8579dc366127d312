"""Pairs: the better answer beside the one turned down, the newer word right, no secret."""

from pathlib import Path

from personal_ai.learning import pairs
from personal_ai.learning.pairs import Preference, pairs_of
from personal_ai.messages import Turn
from personal_ai.store.taught import TaughtKind, TaughtRow


def row(
    id: int, kind: TaughtKind, answer: str, rejected: str = "", question: str = "Where is Ada?", never: bool = False
) -> TaughtRow:
    return TaughtRow(id, kind, question, answer, rejected, None, None, None, [id], "2024-05-01", never)


def prompt(row: TaughtRow) -> tuple[list[Turn], bool]:
    return [Turn("user", f"{row.chunks} {row.question}")], bool(row.chunks)


def found(*rows: TaughtRow) -> list[tuple[str, str, str]]:
    pairs = pairs_of(rows, prompt)
    assert all(pair.notes for pair in pairs)
    return [(pair.turns[0].text, pair.chosen, pair.rejected) for pair in pairs]


def test_a_better_answer_stands_beside_what_was_said() -> None:
    assert found(row(1, "edit", "In Lima. ", "In Rome.")) == [("[1] Where is Ada?", "In Lima.", "In Rome.")]


def test_a_thumb_down_needs_a_better_answer_to_the_same_question_and_takes_its_prompt() -> None:
    down = row(3, "down", "", "In Oslo.", question="where is  ada")
    assert found(down) == []
    assert found(down, row(4, "up", "In Lima.", question="Where is Bo?")) == []
    assert found(down, row(2, "up", "In Lima.")) == [("[2] Where is Ada?", "In Lima.", "In Oslo.")]


def test_a_written_answer_is_better_than_one_with_a_thumb_up() -> None:
    rows = [row(1, "edit", "In Lima.", "In Rome."), row(2, "up", "Lima?"), row(3, "down", "", "In Oslo.")]
    assert found(*rows) == [
        ("[1] Where is Ada?", "In Lima.", "In Oslo."),
        ("[1] Where is Ada?", "In Lima.", "In Rome."),
    ]


def test_the_newer_word_is_right() -> None:
    rows = [row(1, "edit", "In Lima.", "In Rome."), row(2, "edit", "In Bonn.", "In Lima.")]
    assert found(*reversed(rows)) == [("[2] Where is Ada?", "In Bonn.", "In Lima.")]
    # What was turned down and is right after all is not turned down by itself.
    assert found(row(1, "down", "", "In Lima."), row(2, "up", "In Lima.")) == []


def test_the_same_pair_comes_once() -> None:
    assert len(found(row(1, "edit", "In Lima.", "In Rome."), row(2, "edit", "In Lima.", "In Rome."))) == 1


def test_never_things_to_remember_and_secrets_make_no_pair() -> None:
    assert found(row(1, "edit", "In Lima.", "In Rome.", never=True), row(2, "remember", "Ada is in Lima.")) == []
    assert found(row(1, "edit", "The password is hunter22.", "I do not know.")) == []


def test_pairs_lie_beside_the_examples(tmp_path: Path) -> None:
    made = [Preference([Turn("user", "Where is Ada?")], "In Lima.\nNow.", "In\u2028Rome.")]
    assert pairs.read(tmp_path / "job") == []
    pairs.write(tmp_path / "job", made)
    assert pairs.read(tmp_path / "job") == made


def test_a_preference_is_a_pair_and_no_right_answer() -> None:
    preferred = row(1, "prefer", "In Lima, I think.", "In Rome.")
    assert found(preferred) == [("[1] Where is Ada?", "In Lima, I think.", "In Rome.")]
    assert pairs.best_answers([preferred]) == []
    # The other way round later: the newer word is right.
    assert found(preferred, row(2, "prefer", "In Rome.", "In Lima, I think.")) == [
        ("[2] Where is Ada?", "In Rome.", "In Lima, I think.")
    ]
