"""The time that is left, as it is told: it follows the estimates, and does not jump back."""

import math

#: This part of the way to a new estimate is gone in so many seconds.
SHARE, SECONDS = 0.5, 30.0


class Countdown:
    """Turns estimates that come and go into a remaining time that never rises.

    It glides towards what is estimated, for one quick step says little of a night; where more time is left than was
    told, it stands still until that is true.
    """

    def __init__(self) -> None:
        self._told: tuple[float, float] | None = None

    def tell(self, now: float, left: float) -> float:
        """The seconds to tell at `now` (seconds on any clock), where `left` are estimated."""
        left = max(0.0, left)
        if self._told is not None:
            before, told = self._told
            passed = max(0.0, now - before)
            expected = max(0.0, told - passed)
            nearer = left + (expected - left) * math.pow(1 - SHARE, passed / SECONDS)
            left = min(told, nearer)
        self._told = now, left
        return left
