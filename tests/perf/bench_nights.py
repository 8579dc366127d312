"""Seven nights in a row, ten notes more before each: what is left of the first night's facts?

python -m tests.perf.bench_nights [MINUTES [FOLDER WITH NOTES]]
"""

import sys
import tempfile
from pathlib import Path

from tests.perf.home import SAMPLE, Home, notes_of

NIGHTS, EACH, QUESTIONS = 7, 10, 24


def main(minutes: float, notes: Path) -> None:
    """Print what each night did, and the first night's facts after the first and after the last."""
    home = Home(Path(tempfile.mkdtemp()) / "home")
    files = notes_of(notes)
    first = home.add(files[:EACH])
    questions = home.recall(first, QUESTIONS)
    home.ask(questions, "before")
    reached: dict[str, float] = {}
    for night in range(NIGHTS):
        if night:
            home.add(files[night * EACH : (night + 1) * EACH])
        print(f"night {night + 1}", flush=True)
        home.night(minutes)
        if night == 0:
            reached = home.ask(questions, "the first night's facts")
    left = home.ask(questions, "the first night's facts")
    for name, value in reached.items():
        share = value / left[name] if "nll" in name else left[name] / value if value else float("nan")
        print(f"{name}: {share:.0%} of what the first night reached")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0, Path(sys.argv[2]) if len(sys.argv) > 2 else SAMPLE)
