"""How well strange files are met: 40 of each kind through the real library, and what the kernel saw of it.

`python -m tests.perf.bench_malformed [--each 40] [--seed 1] [--trace]`: every file is read or left out with a reason,
in how much time; with --trace by strace, which tells of any network socket, and any file opened for writing outside of
the data folder. Exits with 1 where a file got no answer, a worker was left, or something was seen that must not be.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from personal_ai.documents.library import Library
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents
from personal_ai.worker import Worker
from tests.documents import malformed
from tests.documents.test_malformed import give

#: Where anything may be written to: nothing lies there.
NOWHERE = ("/dev/", "/proc/")


def read_all(folder: Path, each: int, seed: int) -> bool:
    """Make the files, give them to a library, print what became of them; whether all is as it should be."""
    home = folder / "home"
    home.mkdir()
    files = malformed.make_all(folder / "strange", each, seed)
    database = Database(home / "personal.db", home / "backups")
    library = Library(Documents(database), lambda: Worker("read-worker", log=home / "worker.log"))
    begin, used = time.monotonic(), os.times()
    answers = give(library, folder / "strange", files)
    seconds, now = time.monotonic() - begin, os.times()
    worked = sum(now[:4]) - sum(used[:4])
    kinds = Counter(path.relative_to(folder / "strange").parts[0] for path, reason in answers.items() if not reason)
    failed = [path for path, reason in answers.items() if "made its reader fail" in reason]
    left = [child for child in psutil.Process().children(recursive=True) if "read-worker" in child.cmdline()]
    sound = database.check() == []
    database.close()
    print(
        f"{len(files)} files of {len(malformed.KINDS)} kinds: {sum(kinds.values())} read, {len(failed)} ended a worker"
    )
    print(f"{seconds:.0f} s, {worked:.0f} s of the processor; read by kind: {dict(kinds)}")
    print(f"ended a worker: {sorted({path.parent.parent.name for path in failed})}")
    print(f"workers left: {len(left)}; the database is {'sound' if sound else 'damaged'}")
    return len(answers) == len(files) and not left and sound


def traced(folder: Path, each: int, seed: int) -> bool:
    """The same below strace; whether no network socket was had, nor a file outside opened to write."""
    log = folder / "trace"
    calls = "trace=socket,open,openat,creat,execve"
    run = [sys.executable, "-m", "tests.perf.bench_malformed", "--each", str(each), "--seed", str(seed)]
    run += ["--folder", str(folder)]
    done = subprocess.run(["strace", "-f", "-qq", "-e", calls, "-e", "signal=none", "-o", str(log), *run], check=False)
    sockets, outside = set[str](), set[str]()
    asked = Counter[str]()
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if "socket(" in line:
                asked["sockets"] += 1
                if "AF_UNIX" not in line and "= -1" not in line:
                    sockets.add(line.strip())
            elif re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(", line) and "= -1" not in line:
                asked["opened to write"] += 1
                path = re.search(r'"((?:[^"\\]|\\.)*)"', line)
                named = path[1] if path else line
                if not named.startswith((str(folder), *NOWHERE)):
                    outside.add(named)
    print(f"strace: {dict(asked)}; network sockets {sorted(sockets)}; written outside {sorted(outside)}")
    return done.returncode == 0 and not sockets and not outside


def main() -> int:
    """Run, print, and say whether all was met as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", action="store_true")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.folder:
        return 0 if read_all(given.folder, given.each, given.seed) else 1
    folder = Path(tempfile.mkdtemp())
    try:
        return 0 if (traced if given.trace else read_all)(folder, given.each, given.seed) else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
