"""What every command needs: the data folder that was asked for, where its words go, the options that several share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from personal_ai.paths import Paths, locate
from personal_ai.terminal import Terminal

if TYPE_CHECKING:
    from personal_ai.room import Room
    from personal_ai.services import Services

Home = Annotated[Path | None, typer.Option("--home", help="The data folder (else PERSONAL_AI_HOME).")]
Json = Annotated[bool, typer.Option("--json", help="Events as JSON lines, the result last.")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="Opens locked notes: the password is its first line.")
]
Model = Annotated[str | None, typer.Option("--model", help="A model by its name, for this time only.")]


@dataclass(frozen=True)
class Command:
    """What every command needs: the data folder that was asked for, and where its words go."""

    home: Path | None
    terminal: Terminal
    password_file: Path | None = None

    @contextmanager
    def services(self, model: str | None = None) -> "Iterator[Services]":
        """Open the data folder, and close it in order whatever happens."""
        from personal_ai.services import Services

        paths = locate(self.home)
        services = Services(paths, model=model, room=self.enter(paths))
        try:
            yield services
        finally:
            services.close()

    def enter(self, paths: Paths) -> "Room | None":
        """Open a data folder that is locked with a password; None for one that is not. Raises UserError."""
        if not paths.key_file.exists():
            return None
        from personal_ai import opening

        return opening.enter(paths, self.password_file)
