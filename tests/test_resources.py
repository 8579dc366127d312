"""The prompts that are replayed while a model learns: enough, all different, and none of them in the proof."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personal_ai.learning import replay

RESOURCES = Path(__file__).parents[1] / "resources"
REPLAY = (RESOURCES / "prompts" / "replay.txt").read_text("utf-8").splitlines()
PROOFS = [path for path in sorted((RESOURCES / "proof").glob("general.*")) if path.suffix in {".txt", ".jsonl"}]
ASKING = {"prompt", "question", "text", "content", "user"}
NEAR = 0.7


def words(text: str) -> frozenset[str]:
    """The different words of a text; Chinese, written without spaces, by character."""
    return frozenset(re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", text.casefold()))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's index of two sets of words: 0 nothing shared, 1 the same."""
    return len(one & other) / max(1, len(one | other))


def texts(value: Any, name: str = "") -> Iterator[str]:
    """What a person asks in one object of a proof file, wherever it stands."""
    if isinstance(value, str) and name in ASKING:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, key)


def prompts(path: Path) -> list[str]:
    """All prompts of a proof file; every line has at least one."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    if path.suffix == ".txt":
        return lines
    asked = [list(texts(json.loads(line))) for line in lines]
    assert all(asked), f"{path.name} has a line without a prompt"
    return [text for line in asked for text in line]


def test_three_hundred_prompts_are_replayed_and_all_differ() -> None:
    assert len(REPLAY) == 300
    assert all(prompt and prompt == prompt.strip() for prompt in REPLAY)
    assert len({prompt.casefold() for prompt in REPLAY}) == 300
    bags = [words(prompt) for prompt in REPLAY]
    near = [(REPLAY[i], REPLAY[j]) for i in range(300) for j in range(i + 1, 300) if likeness(bags[i], bags[j]) >= NEAR]
    assert near == []


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.name)
def test_no_prompt_of_the_proof_is_replayed(path: Path) -> None:
    proof = prompts(path)
    assert proof
    near = [
        (ours, theirs)
        for theirs in proof
        for ours in [*REPLAY, *(each.prompt for each in replay.written())]
        if ours.casefold() == theirs.casefold() or likeness(words(ours), words(theirs)) >= NEAR
    ]
    assert near == []
