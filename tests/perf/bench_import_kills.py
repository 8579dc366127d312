"""How well an import survives: kill -9 at random moments, and every end compared with an undisturbed import's.

`python -m tests.perf.bench_import_kills [--kills 200] [--documents 240] [--seed 1] [--folder FOLDER]`: the real command
imports a folder of many formats, made for it unless FOLDER is given. At a moment anywhere in a run the command is
killed, in turn with all that it started and alone; then nothing that it acknowledged may be lost, nothing be
there twice, nothing left running, and the database must be sound. Then it goes on, until it ends. Exits with 1 where
anything of that is not so, or an end differs from that of an import which nobody disturbed.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.documents import killed_import
from tests.documents.killed_import import PHASES, Import, different

#: This part of the kills comes in the time before the first answer; the others so long after an answer at most (s).
STARTING, PAUSE = 0.2, 0.5


def kills(folder: Path, scratch: Path, count: int, chance: Random) -> bool:
    """Kill imports of `folder` until there were so many kills; print what became of each; whether all was well."""
    whole = Import(folder, scratch / "whole")
    whole.run()
    expected, files = whole.contents(), len(whole.answered)
    print(
        f"nobody disturbs it: {whole.seconds:.1f} s, the first answer after {whole.first:.1f} s; "
        f"{len(whole.told)} documents in {files} files; wrong: {whole.wrong() or 'nothing'}",
        flush=True,
    )
    killed, phases, alike, runs, wrong = 0, Counter[str](), 0, 0, whole.wrong()
    begin = time.monotonic()
    while killed < count:
        run = Import(folder, scratch / f"killed-{runs}")
        here = 0
        while killed < count and not run.ended:
            # Counted in answers and not in seconds, so that other work on the machine moves no kill.
            if chance.random() < STARTING:
                answers, seconds = 0, whole.first * chance.random()
            else:
                answers, seconds = chance.randint(1, len(whole.answered)), PAUSE * chance.random()
            phase = run.run(answers, seconds, everything=killed % 2 == 0)
            if phase:
                phases[phase] += 1
                killed, here = killed + 1, here + 1
            wrong += run.wrong()
        run.run()
        differs = different(run.contents(), expected)
        wrong += [*run.wrong(), *differs]
        alike, runs = alike + (not differs), runs + 1
        print(
            f"import {runs}: {here} kills, ended {differs or 'equal'}; "
            f"{killed} kills so far, {len(wrong)} things wrong{f', the last one: {wrong[-1]}' if wrong else ''}",
            flush=True,
        )
        for path in scratch.glob(f"{run.home.name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _tell(killed, phases, alike, runs, wrong, time.monotonic() - begin)
    return not wrong


def _tell(killed: int, phases: Counter[str], alike: int, runs: int, wrong: list[str], seconds: float) -> None:
    rows = [(f"killed while {phase}", str(phases[phase])) for phase in PHASES]
    rows += [
        ("kills in all", str(killed)),
        ("imports that ended equal to one that nobody disturbed", f"{alike} of {runs}"),
        ("lost, twice, damaged or different", str(len(wrong))),
        ("time", f"{seconds:.0f} s"),
    ]
    for name, figure in rows:
        print(f"{name:<56} {figure:>12}")
    for sentence in wrong[:20]:
        print(f"  {sentence}")


def main() -> int:
    """Run, print, and say whether nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--documents", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary) / "notes"
        if not given.folder:
            killed_import.make(folder, given.documents)
        return 0 if kills(folder, Path(temporary), given.kills, Random(given.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
