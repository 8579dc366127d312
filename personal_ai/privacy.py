"""What the privacy page shows and does, over one data folder."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil

from personal_ai import keyring_of_system, keys, locking, opening, room, sealing
from personal_ai.belongings import Belonging, belongings
from personal_ai.errors import UserError, disk_error
from personal_ai.paths import Paths
from personal_ai.services import Services


@dataclass(frozen=True)
class Afterwards:
    """Something that is done while the data is closed: its events, and the words for each."""

    title: str
    #: None where there is nothing to do but to close and to open again.
    run: Callable[[], Iterator[Any]] | None = None
    words: Callable[[Any], str] = str
    go_on: str = "Open Personal AI"
    #: What is said at the end; "" leaves the words of the last event.
    end: str = ""


class Privacy:
    """See ui/privacy_page.Privacy."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.home = services.paths.home
        self.lock = Lock(services)

    def places(self) -> list[tuple[Belonging, int]]:
        """Every part of the data folder with its size in bytes."""
        return [(belonging, belonging.size()) for belonging in belongings(Paths(self.home))]

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


class Lock:
    """See ui/lock_card.Lock."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._paths = Paths(services.paths.home)

    @property
    def locked(self) -> bool:
        """Whether a password is needed to open the notes."""
        return self._services.room is not None

    def impossible(self) -> str:
        """Why the notes cannot be locked here, as a sentence; "" where they can."""
        return "" if room.in_memory() else room.NONE_HERE

    def make(self, password: str) -> tuple[str, Afterwards]:
        """A recovery code, and the work that locks everything by the password. Raises UserError for a short one."""
        file, key, code = keys.make(password)

        def run() -> Iterator[Any]:
            return locking.lock(self._paths, file, key)

        end = "Your notes are locked. From now on the window asks for your password."
        return code, Afterwards("Locking your notes", run, _step_words, end=end)

    def change(self, old: str, new: str) -> None:
        """Take another password. Raises UserError."""
        locking.change_password(self._paths, old, new)

    def unlock(self) -> Afterwards:
        """The work that takes the lock away."""
        opened = self._services.room
        assert opened

        def run() -> Iterator[Any]:
            keyring_of_system.forget(self._paths)
            return locking.unlock(self._paths, keys.load(self._paths), opened.keys)

        end = "Your notes are plain again, and open without a password."
        return Afterwards("Taking the lock away", run, _step_words, end=end)

    def now(self) -> Afterwards:
        """Close the notes, and ask for the password again."""
        return Afterwards("Locked")

    def keyring(self) -> tuple[bool, bool]:
        """Whether this system has a keyring that can be trusted, and whether it has the key."""
        return keyring_of_system.available(), self.locked and keys.load(self._paths).in_keyring

    def keep(self, kept: bool) -> None:
        """Give the key to the system's keyring, or take it back. Raises UserError where it does not take or give it."""
        opened = self._services.room
        assert opened
        if not kept:
            if not keyring_of_system.forget(self._paths):
                raise UserError(
                    "This system's keyring did not let go of the key, so your notes are still opened by it. "
                    "Unlock the keyring, then try again."
                )
        elif not keyring_of_system.keep(self._paths, opened.keys):
            raise UserError("This system's keyring did not take the key, so the password is asked for as before.")
        file = msgspec.structs.replace(keys.load(self._paths), in_keyring=kept)
        try:
            keys.save(self._paths, file)
        except OSError as error:
            raise disk_error(error, "saving your choice") from error


def enter(paths: Paths, password: str) -> Generator[Any, None, "room.Room | None"]:
    """Open locked notes by the password or the recovery code, step by step. Raises UserError."""
    return (yield from locking.entering(paths, *keys.open_with(paths, password)))


def enter_by_keyring(paths: Paths) -> Generator[Any, None, "room.Room | None"]:
    """Open locked notes by the key in the system's keyring. Raises UserError where it does not give the right one."""
    file = keys.load(paths)
    kept = opening.from_keyring(paths, file)
    if kept is None:
        raise UserError("The system's keyring did not give the key, so the password is asked for.")
    return (yield from locking.entering(paths, file, kept))


def _step_words(step: Any) -> str:
    return f"{step.done + 1:,} of {step.total:,} · {step.name}"


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
    workers = len(family) - 1
    who = f"this window and its {workers} workers" if workers > 1 else "this window and its worker"
    if not workers:
        who = "this window"
    return held == 0, f"Asked just now: {who} {'hold' if workers else 'holds'} {held or 'no'} network connections."


def erasing_work(paths: Paths) -> Afterwards:
    """Delete everything, and say what went."""
    from personal_ai import erasing

    paths = Paths(paths.home)

    def words(event: Any) -> str:
        return erasing.words(event) if isinstance(event, erasing.Erased) else f"{event.title} …"

    return Afterwards("Deleting everything", lambda: erasing.erase(paths), words, "Start fresh")
