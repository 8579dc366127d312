"""The voice: a gain on the person's own sentences beyond that on any, and whose writing comes out."""

from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.learning import voice
from personal_ai.paths import RESOURCES


def test_the_sample_sentences_are_read() -> None:
    pairs = voice.read(RESOURCES / "sample_notes" / "voice.jsonl")
    assert len(pairs) == 60
    assert all(pair.sentence != pair.neutral for pair in pairs)


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "no sentences"), ('{"sentence": "a", "neutral": "b"}\n{"sentence": 1}\n', "Line 2")],
)
def test_a_file_without_pairs_gets_a_sentence(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "voice.jsonl"
    file.write_text(content)
    with pytest.raises(UserError, match=words):
        voice.read(file)


def test_what_is_gained_on_any_sentence_is_no_voice() -> None:
    before = [(4.0 + i % 3, 3.0 + i % 5) for i in range(40)]
    both = voice.gain(before, [(own - 0.5, neutral - 0.5) for own, neutral in before])
    assert both["own"]["mean"] == pytest.approx(0.5)
    assert both["gain"]["mean"] == pytest.approx(0.0)
    more = voice.gain(before, [(own - 0.6 - 0.01 * (i % 7), neutral - 0.2) for i, (own, neutral) in enumerate(before)])
    assert more["gain"]["low"] > 0.3
    assert more["sentences"] == 40


def test_the_writing_of_a_life_is_attributed_to_it() -> None:
    lives = voice.others()
    assert len(lives) >= 15
    (name, text), *rest = lives.items()
    half = len(text) // 2
    # Long enough for some two dozen authors to be told apart.
    found = voice.attributed([text[half : half + 1600], text[half + 1600 : half + 3200]], text[:half], dict(rest))
    assert name
    assert found["texts"] == 2
    assert found["share"]["mean"] == 1.0
    strangers = voice.attributed([rest[0][1][:800]], text, dict(rest))
    assert strangers["share"]["mean"] == 0.0


@pytest.mark.slow
def test_most_of_what_every_life_wrote_is_attributed_to_it() -> None:
    lives = voice.others()
    right = asked = 0.0
    for name, text in lives.items():
        half = len(text) // 2
        pieces = [text[at : at + 800] for at in range(half, len(text) - 799, 800)]
        found = voice.attributed(pieces, text[:half], {other: lives[other] for other in lives if other != name})
        right += found["share"]["mean"] * found["texts"]
        asked += found["texts"]
    # By chance it would be one in twenty-eight.
    assert asked > 150 and right / asked > 0.85
