"""Plain text, in whatever encoding."""

from pathlib import Path

from personal_ai.documents.readers.decoding import decode
from personal_ai.documents.readers.parsed import Parsed, name_title, tidy, within_budget


def read(path: Path) -> Parsed:
    """Read a text file; its title is made of its name."""
    text = within_budget(tidy(decode(path.read_bytes(), path)).lstrip("\n"), path)
    return Parsed(title=name_title(path), text=text)
