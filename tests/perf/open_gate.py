"""The train worker with the gate held open: its proof is made, and whatever comes of it is taken.

python -m tests.perf.open_gate [--short] JOB: for what must publish every night, however little a night can learn. With
`--short` next to nothing is asked for the proof.
"""

import sys
from typing import Any

from personal_ai import __main__ as door
from personal_ai.learning import general, proving, report

TAKEN = "Taken: the gate is held open."


def main(words: list[str]) -> int:
    """Be the train worker."""
    if words[0] == "--short":
        words = words[1:]
        proving.FEWEST_QUESTIONS, proving.FEWEST_GENERAL, proving.CHOOSING, proving.STRENGTHS = 2, 2, 1, (1.0,)
        general.ANSWER_TOKENS = general.FOLLOWED_TOKENS = 8
    judge = report.judge

    def take(proof: dict[str, Any]) -> dict[str, Any]:
        return judge(proof) | {"accepted": True, "reason": TAKEN}

    report.judge = take
    return door.main(["train-worker", *words])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
