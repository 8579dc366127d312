"""What lies in the data folder: every part with its name, what it is for, and how large it is."""

import os
from dataclasses import dataclass
from pathlib import Path

from personal_ai.paths import Paths


@dataclass(frozen=True)
class Belonging:
    """One part of the data folder. `private` is what holds words of the person's, or what was learned from them."""

    title: str
    sentence: str
    path: Path
    private: bool

    def files(self) -> list[Path]:
        """Every file of it that is there; a link counts as itself, not as what it points to."""
        if self.path.is_dir() and not self.path.is_symlink():
            return [Path(folder) / name for folder, _, names in os.walk(self.path) for name in names]
        # SQLite keeps a log beside its file, and a write that a crash cut short leaves a hidden one.
        beside = [*self.path.parent.glob(f"{self.path.name}-*"), *self.path.parent.glob(f".{self.path.name}.*")]
        return [file for file in (self.path, *beside) if file.is_symlink() or file.exists()]

    def size(self) -> int:
        """How many bytes it takes; a file that vanishes meanwhile takes none."""
        total = 0
        for file in self.files():
            try:
                total += file.lstat().st_size
            except FileNotFoundError:
                continue
        return total


def belongings(paths: Paths) -> list[Belonging]:
    """Everything that Personal AI keeps in its folder, what is the person's own first."""
    return [
        Belonging(
            "Notes and chats",
            "The text of every note, every chat, and what you decided and taught.",
            paths.database,
            private=True,
        ),
        Belonging("What was learned", "One folder for each night that was kept.", paths.adapters, private=True),
        Belonging(
            "Nights under way",
            "What a night learns from, while it learns; the notes in it go when it ends.",
            paths.jobs,
            private=True,
        ),
        Belonging(
            "Chats kept ready",
            "What the model has read of recent chats, so that they go on at once.",
            paths.states,
            private=True,
        ),
        Belonging(
            "Backups",
            "Copies of your notes and chats from before the program was upgraded.",
            paths.backups,
            private=True,
        ),
        Belonging("Your choices", "Model, hours, appearance, and the names you go by.", paths.settings, private=True),
        Belonging(
            "Models you added",
            "Model files, as you added them, and how fast each model is here.",
            paths.models,
            private=False,
        ),
        Belonging(
            "Reading skill",
            "How to read notes, practised on invented lives; nothing of yours is in it.",
            paths.skills,
            private=False,
        ),
        Belonging(
            "Records",
            "What the program did and when, to look for faults; never a word of your notes.",
            paths.logs,
            private=False,
        ),
    ]
