"""Publishes and goes back, for tests/faults.py: `python -m tests.adapters.faulty_shelf MOMENT`."""

from collections.abc import Callable
from pathlib import Path

from personal_ai.adapters.shelf import Shelf
from personal_ai.errors import UserError
from personal_ai.paths import locate
from personal_ai.store.adapters import Adapters
from personal_ai.store.database import Database
from tests import faults

BASE = "b" * 64


def publish(shelf: Shelf, folder: Path, content: bytes) -> int:
    """Publish an adapter of this content, from the job beside the data folder."""
    (folder / "job").mkdir(parents=True, exist_ok=True)
    for name in ("adapter.gguf", "adapter.safetensors", "report.json"):
        (folder / "job" / name).write_bytes(content)
    return shelf.publish(folder / "job", base="toy", base_sha256=BASE)


def open_shelf(folder: Path) -> tuple[Shelf, Database]:
    """The shelf of the data folder in `folder`."""
    paths = locate(folder / "home")
    database = Database(paths.database, paths.backups)
    return Shelf(paths, Adapters(database)), database


def run(folder: Path, reached: Callable[[str], None]) -> None:
    """Publish the third adapter, go back to the second, and remove the third."""
    shelf, database = open_shelf(folder)
    reached("opened")
    shelf.publish(folder / "job", base="toy", base_sha256=BASE)
    reached("published")
    shelf.rollback()
    reached("back")
    shelf.remove(3)
    reached("removed")
    database.close()


if __name__ == "__main__":
    faults.serve(run, UserError)
