"""What the privacy page shows and does, over one data folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from personal_ai import sealing
from personal_ai.belongings import Belonging, belongings
from personal_ai.paths import Paths
from personal_ai.services import Services


@dataclass(frozen=True)
class Afterwards:
    """Something that is done while the data is closed: its events, and the words for each."""

    title: str
    run: Callable[[], Iterator[Any]]
    words: Callable[[Any], str]
    go_on: str = "Open Personal AI"


class Privacy:
    """See ui/privacy_page.Privacy."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.home = services.paths.home

    def places(self) -> list[tuple[Belonging, int]]:
        """Every part of the data folder with its size in bytes."""
        return [(belonging, belonging.size()) for belonging in belongings(self._services.paths)]

    def proof(self) -> list[tuple[bool, str]]:
        """What the system says about going online, tried now."""
        reader, others = self._services.seals()
        refused = all(seal.offline for seal in (reader, *others))
        return [(refused, sealing.sentence(reader, others)), connections()]

    def free_place(self, folder: Path, suffix: str) -> Path:
        """A name for an export in a folder that nothing has yet."""
        from personal_ai import exporting

        return exporting.free_place(folder, self._services.now().astimezone(), suffix)

    def export(self, target: Path) -> Iterator[Any]:
        """Write everything to a folder or a zip file."""
        from personal_ai import exporting

        return exporting.export(self._services, target)

    def words(self, exported: Any) -> str:
        """What was exported, in a sentence."""
        from personal_ai import exporting

        return exporting.words(exported)


def connections() -> tuple[bool, str]:
    """Whether this process and its workers hold no connection to any network now, and that as a sentence."""
    me = psutil.Process()
    family = [me, *me.children(recursive=True)]
    try:
        held = sum(len(each.net_connections("inet")) for each in family)
    except psutil.NoSuchProcess:
        # A worker ended just now.
        return connections()
    except (psutil.AccessDenied, OSError):
        return True, "This system does not tell which connections a program holds."
    who = "This window" if len(family) == 1 else f"This window and its {len(family) - 1} workers"
    if len(family) == 2:
        who = "This window and its worker"
    verb = "holds" if len(family) == 1 else "hold"
    return held == 0, f"Asked just now: {who[:1].lower()}{who[1:]} {verb} {held or 'no'} network connections."


def erasing_work(paths: Paths) -> Afterwards:
    """Delete everything, and say what went."""
    from personal_ai import erasing

    def words(event: Any) -> str:
        return erasing.words(event) if isinstance(event, erasing.Erased) else f"{event.title} …"

    return Afterwards("Deleting everything", lambda: erasing.erase(paths), words, "Start fresh")
