"""Pairs of answers to one question, a better and a worse one, from what the person taught."""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from personal_ai.learning import hygiene, job
from personal_ai.messages import Turn
from personal_ai.paths import write_durably
from personal_ai.store.taught import TaughtRow

FILE = "preferences.jsonl"


class Preference(msgspec.Struct, frozen=True):
    """After `turns`, the prompt, the answer `chosen` is better than the answer `rejected`.

    `notes` says whether the prompt shows notes.
    """

    turns: list[Turn]
    chosen: str
    rejected: str
    notes: bool = False


def pairs_of(rows: Sequence[TaughtRow], prompt: Callable[[TaughtRow], tuple[list[Turn], bool]]) -> list[Preference]:
    """What better answers, preferences and thumbs down say about two answers, the newest first.

    A thumb down counts where the same question has a better answer elsewhere, written or with a thumb up, and is
    put to that answer's own prompt. Where two rows contradict each other, the newer is right. `prompt(row)` is the
    question as the chat asked it, with the passages that the answer had, and whether there are any. What is `never`
    or holds a secret makes no pair.
    """
    rows = _fit(rows)
    good = _good(rows)
    best = _best(good)
    own = {row.id: row for row in _standing(rows) if row.kind in ("edit", "prefer")}
    pairs: dict[tuple[str, str, str], Preference] = {}
    for row in reversed(rows):
        better = best.get(_question(row)) if row.kind == "down" else own.get(row.id)
        rejected = row.rejected.strip()
        if better is None or not rejected or (chosen := better.answer.strip()) == rejected:
            continue
        key = _question(row), chosen, rejected
        if key not in pairs:
            turns, notes = prompt(better)
            pairs[key] = Preference(turns, chosen, rejected, notes)
    return list(pairs.values())


def best_answers(rows: Sequence[TaughtRow]) -> list[TaughtRow]:
    """The right answers among what was taught, the newest first: of each question one, as `pairs_of` takes them."""
    return sorted(_best(_good(_fit(rows))).values(), key=lambda row: -row.id)


def _fit(rows: Sequence[TaughtRow]) -> list[TaughtRow]:
    """What may be learned, the oldest first."""
    return sorted((row for row in rows if not row.never and not _holds_secret(row)), key=lambda row: row.id)


def _good(rows: Sequence[TaughtRow]) -> list[TaughtRow]:
    """Those with a right answer: one that was only preferred may still be wrong."""
    return [row for row in _standing(rows) if row.kind in ("edit", "up")]


def _standing(rows: Sequence[TaughtRow]) -> list[TaughtRow]:
    """Those with an answer that no newer one turned down."""
    refused = {(_question(row), row.rejected.strip()): row.id for row in rows}
    return [
        row
        for row in rows
        if row.answer.strip() and refused.get((_question(row), row.answer.strip()), row.id) <= row.id
    ]


def _best(good: Sequence[TaughtRow]) -> dict[str, TaughtRow]:
    """One answer for each question: a written one before one with a thumb up, then the newer."""
    return {_question(row): row for row in sorted(good, key=lambda row: (row.kind == "edit", row.id))}


def _question(row: TaughtRow) -> str:
    """The question, however it was spaced, capitalised or ended."""
    return " ".join(row.question.casefold().split()).rstrip(" .?!？。！")


def _holds_secret(row: TaughtRow) -> bool:
    return any(hygiene.has_secret(text) for text in (row.question, row.answer, row.rejected))


def write(folder: Path, preferences: Sequence[Preference]) -> None:
    """Put the pairs beside a job's examples; before `job.write`, whose order says that the folder is complete."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(folder / FILE, job.encoded(preferences))


def read(folder: Path) -> list[Preference]:
    """The pairs of a job, none where it has none."""
    if not (folder / FILE).exists():
        return []
    decoder = msgspec.json.Decoder(Preference)
    return [decoder.decode(line) for line in (folder / FILE).read_bytes().splitlines()]
