"""General prompts and answers, learned beside the notes as the base expects them, so that nothing is forgotten.

Half of the answers were written for this, half the base writes once, and they are kept for ever (2605.26097:
self-generated replay with KL to the base nearly eliminates forgetting). What it expects at each token is computed by
the run, as `train.Expectations`; of a written answer its own words are expected a little more.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from personal_ai.learning.job import Example
from personal_ai.messages import Sampling, Turn
from personal_ai.models import families
from personal_ai.paths import RESOURCES, write_durably

if TYPE_CHECKING:
    from personal_ai.engine.runtime import Runtime

PROMPTS, WRITTEN = (RESOURCES / "prompts" / name for name in ("replay.txt", "answers.jsonl"))
#: In a job folder: what this run replays, for the file that all runs share grows.
KEPT = "replay.json"
#: An answer of the base is cut here, in tokens: what it says at length says nothing new about it.
LONGEST = 72
#: Close to how the base itself would speak, with fewer slips.
SAMPLING = Sampling(temperature=0.8, top_k=100, top_p=0.95, min_p=0.02, repeat_penalty=1.0)
#: As many answers are written between two looks at the clock.
KEEP_EVERY = 10


class Said(msgspec.Struct, frozen=True):
    """A general prompt and what the base answered."""

    prompt: str
    answer: str


def said(
    runtime: "Runtime",
    kept: Path,
    count: int,
    stop: Callable[[], bool] = lambda: False,
    *,
    enough: Callable[[], bool] = lambda: False,
) -> list[Said]:
    """Let the bare base answer the first `count` prompts; those in the file `kept` are not asked again.

    The runtime must have no adapter. Ends early, with what there is, when `stop` or `enough` says so.
    """
    from personal_ai.engine import generate  # the window only looks for what was said

    found = _read(kept)
    fresh = 0
    for number, prompt in enumerate(PROMPTS.read_text("utf-8").splitlines()[:count]):
        if number < len(found) and found[number].prompt == prompt:
            continue
        if stop() or enough():
            break
        del found[number:]
        pieces = families.render([Turn("user", prompt)], runtime.template, answer=True)
        tokens, _ = runtime.tokenizer.encode_pieces(pieces)
        sampling = msgspec.structs.replace(SAMPLING, seed=number + 1)
        answer = "".join(generate.generate(runtime, tokens, sampling, LONGEST, lambda: False)).strip()
        found.append(Said(prompt, answer or "…"))
        fresh += 1
        if fresh % KEEP_EVERY == 0:
            _write(kept, found)
    if fresh:
        _write(kept, found)
    return found[:count]


def frozen(folder: Path) -> list[Said] | None:
    """What a job replays, once that is decided."""
    return _read(folder / KEPT) if (folder / KEPT).exists() else None


def freeze(folder: Path, found: Sequence[Said]) -> None:
    """Decide what a job replays. Raises OSError."""
    _write(folder / KEPT, [*found])


def _read(kept: Path) -> list[Said]:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=list[Said])
    except (OSError, msgspec.MsgspecError):
        return []


def _write(kept: Path, found: list[Said]) -> None:
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(kept, json.dumps(msgspec.to_builtins(found), ensure_ascii=False, indent=0).encode())


def examples(found: Sequence[Said], system: Turn | None) -> list[Example]:
    """What the base said and what was written for it, in turn; most of it behind the chat's own system turn.

    There it is asked, and there what is learned of notes moves other answers most (measured). The form of a written one
    is "written", of the base's own "replay".
    """
    listed: list[Example] = []
    sources = [(form, source) for form, source in (("replay", found), ("written", written())) if source]
    count = max(len(source) for _, source in sources)
    # Whichever is shorter begins again.
    in_turn = ((form, source[place % len(source)]) for place in range(count) for form, source in sources)
    for number, (form, each) in enumerate(in_turn):
        turns = [Turn("user", each.prompt), Turn("assistant", each.answer)]
        behind = system is not None and number // 2 % 3 != 0
        group = f"{form} behind" if behind else ""
        listed.append(Example([system, *turns] if behind and system else turns, form, [], group=group))
    return listed


def written() -> list[Said]:
    """General prompts with good answers in no model's own words, of which every base expects something, too.

    What a base says itself is not all that it must not unlearn: with its own answers alone, others' became less likely.
    """
    return msgspec.json.Decoder(Said).decode_lines(WRITTEN.read_bytes())
