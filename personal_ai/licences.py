"""What others made and this program brings, with the licence of each; written when the program is packaged."""

from pathlib import Path

import msgspec

from personal_ai.paths import RESOURCES

FILE = RESOURCES / "licences" / "licences.json"


class Licence(msgspec.Struct, frozen=True):
    """One thing that somebody else made."""

    name: str
    version: str
    #: In a few words.
    licence: str
    #: "app" or "learning": which part brings it.
    part: str
    #: The whole of it.
    text: str


def shipped(file: Path = FILE) -> list[Licence]:
    """Everything that the packaged program brings, by name; empty where it runs from source."""
    if not file.is_file():
        return []
    return msgspec.json.decode(file.read_bytes(), type=list[Licence])
