"""What an adapter's folder says about itself, and the note of which one is in use."""

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

#: How an adapter came about: trained from the start, trained on from another one, brought from elsewhere, or the skill
#: of reading that others grow from.
Kind = Literal["fresh", "delta", "imported", "skill"]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """An adapter's manifest.json.

    `documents` are the ids of all that went into it, those of its `parent` included; `nights_since_fresh` counts the
    delta runs between the last fresh one and this; `chunks_sha` is `chunks_sha()` of what its own run learned.
    """

    version: int = 1
    number: int
    base: str
    base_sha256: str
    adapter_sha256: str
    #: Of what answers in its place where notes are shown; empty where it does itself.
    reading_sha256: str = ""
    size: int
    created: str
    strength: float = 1.0
    recipe: dict[str, Any] = {}
    notes: int = 0
    documents: list[int] = []
    proof: dict[str, Any] = {}
    parent: int | None = None
    kind: Kind = "fresh"
    nights_since_fresh: int = 0
    chunks_sha: str = ""


class Pointer(msgspec.Struct, frozen=True):
    """Which adapter is in use, how strongly, and which were in use before, newest last (None: none was)."""

    number: int | None = None
    strength: float = 1.0
    history: list[int | None] = []


def decode_manifest(data: bytes) -> Manifest:
    """Read a manifest.json. Raises msgspec.MsgspecError for anything else."""
    manifest = msgspec.json.decode(data, type=Manifest)
    if "imported" in manifest.recipe:
        # Manifests of before kinds were told apart.
        return msgspec.structs.replace(manifest, kind="imported")
    return manifest


def encode_manifest(manifest: Manifest) -> bytes:
    """Write a manifest.json, for people to read as well."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def chunks_sha(chunks: Iterable[int]) -> str:
    """Name a set of chunks by the SHA-256 of its ids in order, so that two runs over the same notes are seen."""
    return hashlib.sha256(",".join(map(str, sorted({*chunks}))).encode()).hexdigest()


def pointer_without(pointer: Pointer, gone: set[int], instead: int | None, strength: float) -> Pointer:
    """Take adapters out of a pointer; where the one in use is among them, `instead` takes its place."""
    history = [entry for entry in pointer.history if entry not in gone]
    if pointer.number not in gone:
        return msgspec.structs.replace(pointer, history=history)
    if instead in history:
        # Going back one step must lead to something else.
        history = history[: len(history) - 1 - history[::-1].index(instead)]
    return Pointer(instead, strength, history)
