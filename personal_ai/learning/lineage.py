"""What a night begins from: anew, or from what was learned last. Pure.

Training on from adapter to adapter forgets (SEAL: what was learned first falls below the untouched model after seven
edits), so a run begins anew every so often, and whenever the last adapter knows what it should not or too little.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from personal_ai.learning.skills import LEARNS

#: A fresh run after this many that went on from each other.
FRESH_EVERY = 6
#: A fresh run, too, where more than this part of the documents is new or another than before.
CHANGED = 0.5


class Parent(Protocol):
    """What is needed of an adapter's manifest."""

    @property
    def number(self) -> int: ...
    @property
    def documents(self) -> list[int]: ...
    @property
    def nights_since_fresh(self) -> int: ...
    @property
    def recipe(self) -> dict[str, object]: ...
    @property
    def proof(self) -> dict[str, Any]: ...
    @property
    def strength(self) -> float: ...


class Origin(msgspec.Struct, frozen=True):
    """Where training begins: `start` is an adapter.safetensors ("": anew), `parent` the number of the adapter it is."""

    kind: Literal["fresh", "delta"]
    start: str = ""
    parent: int | None = None
    #: The strength at which the parent is in use: that is what training goes on from.
    scale: float = 1.0
    #: Documents that the parent learned already.
    known: frozenset[int] = frozenset()


def origin(
    parent: Parent | None,
    folder: Path | None,
    *,
    every: Collection[int],
    learnable: Collection[int],
    rank: int,
    refused: str = "",
    decided: bool = False,
    holds: bool = True,
    reads: str = "",
) -> Origin:
    """Decide it. `parent` is the newest accepted adapter, in `folder`.

    `every` and `learnable` are the ids of documents that are there and of those that may be learned; `rank` is that of
    the run, `refused` the kind of the last one if it did not pass its proof, and `decided` whether the person has said
    since that something is not to be learned as it was. Where a run does not hold all that is known by heart, it
    waits longer to begin anew. `reads` names the reading skill (adapter_files.name), and what was learned beside
    another one, or beside none, is not gone on from.
    """
    fresh = Origin("fresh")
    if parent is None or folder is None or refused == "delta" or not (folder / LEARNS).is_file():
        return fresh
    known = set(parent.documents)
    forbidden = (known & set(every)) - set(learnable)
    changed = len(set(learnable) ^ known) / max(1, len(set(learnable) | known))
    fits = parent.recipe.get("rank", rank) == rank and parent.proof.get("beside", "") == reads
    # Where beginning anew was tried last and was no better, it goes on from what there is.
    most = FRESH_EVERY if holds else 2 * FRESH_EVERY
    due = refused != "fresh" and (changed > CHANGED or parent.nights_since_fresh + 1 >= most)
    if forbidden or decided or due or not fits:
        return fresh
    return Origin("delta", str(folder / LEARNS), parent.number, parent.strength, frozenset(known))
