"""A whole day of the program, for whoever watches it from outside: python -m tests.e2e.a_day HOME NOTES.

Commands take in a folder, look and ask. Then the window is open: more notes are dropped on it, it is asked, learns once
by hand and once at night by itself, publishes both, and is asked again. The model is a tiny one of random numbers.
"""

import subprocess
import sys
from pathlib import Path

from tests import tiny_model
from tests.e2e.outside import environment
from tests.perf import bench_soak
from tests.perf.bench_soak import TINY, House

#: What the day ends with on stdout, for whoever looks whether all of it happened.
OVER = "the day is over: {nights} nights"


def main(home: Path, notes: Path) -> None:
    """Live through it."""
    print("interfaces:", *interfaces(), flush=True)
    model = tiny_model.write_family(home.parent / "tiny.gguf", "llama", context=4096)
    for words in (
        ["models", "add", str(model)],
        ["models", "use", "tiny"],
        ["add", str(notes)],
        ["search", "bicycle"],
        ["ask", "Where is the bicycle?", "--max-tokens", "8"],
        ["adapters"],
    ):
        command = [sys.executable, "-m", "personal_ai", *words, "--home", str(home), "--json"]
        subprocess.run(command, env=environment(), stdout=subprocess.DEVNULL, check=True)
    house = House(home, TINY, minutes=1)
    try:
        house.learn_by_hand()
        house.day(0, bench_soak.short_notes(home.parent, 6), patience=600)
        nights = house.services.night.nights()
    finally:
        house.close()
    print(OVER.format(nights=sum(night.state == "published" for night in nights)), flush=True)


def interfaces() -> list[str]:
    """The names of this network's interfaces."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    return [line.partition(":")[0].strip() for line in lines]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
