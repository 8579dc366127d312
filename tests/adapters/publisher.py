"""A child that publishes adapters without end, to be killed: `python publisher.py HOME SIZE`. Prints each number."""

import sys
from pathlib import Path

from personal_ai.adapters.shelf import Shelf
from personal_ai.paths import locate
from personal_ai.store.adapters import Adapters
from personal_ai.store.database import Database


def main(home: Path, size: int) -> None:
    """Publish, and now and then go back and remove, until the end."""
    paths = locate(home)
    shelf = Shelf(paths, Adapters(Database(paths.database, paths.backups)))
    job = paths.jobs / "loop"
    job.mkdir(exist_ok=True)
    print("ready", flush=True)
    for turn in range(1, 1_000_000):
        # The content names itself, so that a mix of two files would be seen even without the checksum.
        (job / "adapter.gguf").write_bytes(turn.to_bytes(4, "little") * (size // 4))
        number = shelf.publish(job, base="toy", base_sha256="b" * 64, documents=[turn])
        print(number, flush=True)
        if turn % 5 == 0:
            shelf.rollback()
        if turn % 3 == 0:
            shelf.remove(number)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
