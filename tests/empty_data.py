"""An empty data file of today's version, as a copy of one that was made once: every step anew takes ten times as long.

That a file is made, step by step, is what `store/test_database.py` and `store/test_steps.py` look at; the commands from
outside make theirs, too.
"""

import tempfile
from functools import cache
from pathlib import Path

from personal_ai.store.database import Database


@cache
def _made() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "personal.db")
        Database(path, Path(folder, "backups")).close()
        return path.read_bytes()


def put(path: Path) -> Path:
    """Let an empty data file be at `path`, where none is; return `path`."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_made())
    return path
