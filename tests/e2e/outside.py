"""The program from outside: real child processes over a data folder of the test's own."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ran:
    """What one command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line of stdout as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def result(self) -> dict[str, Any]:
        """The last line, which must be the result."""
        assert self.code == 0, self.err
        assert self.lines[-1]["event"] == "result"
        return self.lines[-1]


Personal = Callable[..., Ran]


def environment() -> dict[str, str]:
    """Give child processes this environment without a data folder of the person's, and no screen."""
    return {k: v for k, v in os.environ.items() if k != "PERSONAL_AI_HOME"} | {"QT_QPA_PLATFORM": "offscreen"}
