"""A program whose clock is set from outside by libfaketime: python -m tests.learning.faked_clock HOME TIMESTAMP-FILE.

For each line on stdin, seconds since 1970, it sets its clock and says what the night would do then, as a JSON line. A
line "learned" records a run that begins and ends now, as a night does.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from personal_ai import system
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.system import State


def main(home: Path, timestamp: Path) -> None:
    """Answer line by line."""
    services = Services(locate(home))
    night = services.night
    night._look = lambda: State(on_mains=True, idle_seconds=7200.0)
    for line in sys.stdin:
        if line.strip() == "learned":
            id = services.night_rows.start("1", "night", 3)
            services.night_rows.finish(id, "published", "It helped.")
            night._started_at = system.steady_seconds()
        else:
            timestamp.write_text(f"@{line.strip()}\n")
        decision = night.due()
        now = datetime.now(UTC).timestamp()
        print(json.dumps({"go": decision.go, "reason": decision.reason, "now": now}), flush=True)
    services.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
