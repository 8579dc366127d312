"""What the reading skill is worth on invented lives that it has never seen, with notes, against the bare base.

    python -m tests.perf.bench_lives [dev|proof [QUESTIONS]]

At most QUESTIONS (120) of the split, every so many of them, and at what the lives hold of each kind.
"""

import sys
import tempfile
from pathlib import Path

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import evaluate, skill
from personal_ai.learning.skills import CHATS, Skills
from tests.perf.home import Home


def main(split: str, count: int) -> None:
    """Print both systems' figures and their difference."""
    services = Home(Path(tempfile.mkdtemp()) / "home").services
    model = services.model()
    folder = Skills(services.paths).find(model.sha256)
    assert folder, "no reading skill for this model: `personal-ai learn --skill` makes one"
    questions = skill.questions(skill.lives(split), services.prompt)
    chosen = questions[:: max(1, -(-len(questions) // count))]
    rows: dict[str, list[evaluate.Asked]] = {}
    with Runtime.load(model.path, 4096) as runtime:
        for name, adapter in (("base", None), ("skill", folder / CHATS)):
            evaluate.use(runtime, adapter)
            rows[name] = list(evaluate.ask(runtime, chosen, notes=True, spoken=True, stop=lambda: False))
            print(f"{name}: {evaluate.summary(rows[name], spoken=True)}", flush=True)
    print(f"gained: {evaluate.difference(rows['base'], rows['skill'])}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "dev", int(sys.argv[2]) if len(sys.argv) > 2 else 120)
