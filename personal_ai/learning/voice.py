"""Does it write more like the person? Their own sentences against neutral rewrites, and whose writing an answer is."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from personal_ai.engine.runtime import Runtime
from personal_ai.errors import UserError, disk_sentence
from personal_ai.learning import evaluate, metrics
from personal_ai.messages import Turn
from personal_ai.paths import RESOURCES

#: What a sentence and its rewrite are an answer to.
ASKING = "Write one sentence for my notes, as I would write it myself."
#: What is asked for to see whose writing comes out: things that happen to everybody.
TOPICS = (
    "rain on a Sunday",
    "a neighbour",
    "waiting for a train",
    "breakfast",
    "a bill that was too high",
    "something that broke",
    "the first warm day",
    "a telephone call",
    "a walk in the evening",
    "a lesson",
    "a small success at work",
    "the cat of a friend",
)
WRITTEN_TOKENS = 96
LIVES = RESOURCES / "skills" / "reading"


class Pair(msgspec.Struct, frozen=True):
    """A sentence that the person wrote and that was not learned, and the same in nobody's words."""

    sentence: str
    neutral: str


def read(path: Path) -> list[Pair]:
    """Read lines of {"sentence", "neutral"}. Raises UserError naming a line that is none."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UserError(disk_sentence(error, f"reading “{path.name}”")) from error
    found: list[Pair] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pair = msgspec.json.decode(line, type=Pair)
        except msgspec.MsgspecError as error:
            raise UserError(
                f"Line {number} of “{path.name}” is no pair. Each line needs {{“sentence”: …, “neutral”: …}}."
            ) from error
        if pair.sentence.strip() and pair.neutral.strip():
            found.append(pair)
    if not found:
        raise UserError(f"There are no sentences in “{path.name}”.")
    return found


def nlls(
    runtime: Runtime, pairs: Sequence[Pair], asking: Sequence[Turn], stop: Callable[[], bool]
) -> list[tuple[float, float]]:
    """Nats per token of each sentence and of its rewrite after `asking`. Raises evaluate.Interrupted."""
    found: list[tuple[float, float]] = []
    for pair in pairs:
        if stop():
            raise evaluate.Interrupted
        both = [evaluate.answer_nll(runtime, asking, text) for text in (pair.sentence, pair.neutral)]
        found.append((both[0], both[1]))
    return found


def gain(before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """What a tuned model gained on the person's sentences beyond what it gained on the rewrites, nats per token.

    {"sentences", "own", "neutral", "gain"}: how many, and {"mean", "low", "high"} of the gain on each and of own −
    neutral, paired. A model that only got better at the subject, or at English, gains as much on both.
    """
    own = [b[0] - a[0] for b, a in zip(before, after, strict=True)]
    neutral = [b[1] - a[1] for b, a in zip(before, after, strict=True)]
    return {
        "sentences": len(own),
        "own": metrics.interval(own),
        "neutral": metrics.interval(neutral),
        "gain": metrics.difference(neutral, own),
    }


def write(
    runtime: Runtime, asking: Callable[[str], list[Turn]], stop: Callable[[], bool], topics: Sequence[str] = TOPICS
) -> list[str]:
    """Let the model write a little about each topic. Raises evaluate.Interrupted."""
    found: list[str] = []
    for topic in topics:
        if stop():
            raise evaluate.Interrupted
        found.append(evaluate.say(runtime, asking(f"Write a short note about {topic}, as I would."), WRITTEN_TOKENS))
    return found


def others() -> dict[str, str]:
    """The writing of each invented life of the reading skill, by name: authors that are not the person."""
    found: dict[str, str] = {}
    for path in sorted(LIVES.glob("*/*.json")):
        life = json.loads(path.read_bytes())
        found[life["life"]["name"]] = "\n".join(note["text"] for note in life["notes"])
    return found


def attributed(texts: Sequence[str], own: str, authors: Mapping[str, str]) -> dict[str, Any]:
    """Whose writing `texts` are, among the person and `authors`, by runs of three characters.

    {"texts", "share", "cosine"}: how many, the share of them that is nearest to the person, and the mean cosine to the
    person's writing as intervals. A sample of equal length is taken of every author, so that nobody's is richer.
    """
    length = min([len(own), *map(len, authors.values())], default=0)
    everybody = {"": own[:length], **{name: text[:length] for name, text in authors.items()}}
    rows = [row for text, row in zip(texts, metrics.attribute(texts, everybody), strict=True) if text.strip()]
    nearest = [float(row[""] > max((row[name] for name in authors), default=0.0)) for row in rows]
    return {
        "texts": len(rows),
        "share": metrics.interval(nearest),
        "cosine": metrics.interval([row[""] for row in rows]),
    }
