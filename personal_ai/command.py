"""What every command needs: the data folder that was asked for, where its words go, the options that several share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from personal_ai.paths import locate
from personal_ai.terminal import Terminal

if TYPE_CHECKING:
    from personal_ai.services import Services

Home = Annotated[Path | None, typer.Option("--home", help="The data folder (else PERSONAL_AI_HOME).")]
Json = Annotated[bool, typer.Option("--json", help="Events as JSON lines, the result last.")]
Model = Annotated[str | None, typer.Option("--model", help="A model by its name, for this time only.")]


@dataclass(frozen=True)
class Command:
    """What every command needs: the data folder that was asked for, and where its words go."""

    home: Path | None
    terminal: Terminal

    @contextmanager
    def services(self, model: str | None = None) -> "Iterator[Services]":
        """Open the data folder, and close it in order whatever happens."""
        from personal_ai.services import Services

        services = Services(locate(self.home), model=model)
        try:
            yield services
        finally:
            services.close()
