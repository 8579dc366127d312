"""Pictures of every page, empty and full, light, dark and of high contrast, at 100 % and 200 %, from right to left, and
in Chinese.

python -m tests.ui.shots [FOLDER] [WORD…]; `poe shots` puts them into shots/, which is not kept.
"""

import os
import subprocess
import sys
from pathlib import Path


def main(folder: Path, words: list[str]) -> int:
    """Take them, each kind in a process of its own: Qt reads its scale once. Return the exit code."""
    kinds = {
        "100": {},
        "200": {"QT_SCALE_FACTOR": "2"},
        "right-to-left": {"SHOTS_RIGHT_TO_LEFT": "1"},
        "chinese": {"SHOTS_LANGUAGE": "zh_CN"},
    }
    for name, more in kinds.items():
        command = [sys.executable, "-m", "tests.ui.grab", str(folder / name), *words]
        done = subprocess.run(command, env={**os.environ, **more}, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "shots"), sys.argv[2:]))
