"""A night without a window: waits as long as something may pass that holds it up, learns, and ends."""

from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from personal_ai.learning.night import NightEnded, NightEvent
from personal_ai.learning.schedule import Decision
from personal_ai.store.nights import StartedBy

#: How often it looks whether it may begin, in seconds.
EVERY = 60.0
CALLED_OFF = "It was asked to end before it began to learn."


class Waits(msgspec.Struct, frozen=True):
    """Nothing is learned now, and why; `done` where nothing is waited for either."""

    reason: str
    done: bool


class Learns(Protocol):
    """What is needed of a `night.Night`."""

    def due(self) -> Decision:
        """Whether the night may learn now."""
        ...

    def learn(self, minutes: float | None = None, by: StartedBy = "hand") -> Iterator[NightEvent]:
        """Learn."""
        ...


def through(
    night: Callable[[], Learns], wait: Callable[[float, bool], bool], *, once: bool = False
) -> Iterator[Waits | NightEvent]:
    """Be the clock of one night, as the window is of many. Ends with a `Waits` that is done, or with NightEnded.

    `wait(seconds, begun)` waits, and says whether to go on; `begun` is whether anything was learned yet, or is about to
    be: then it is asked for no time at all. With `once` nothing is waited for. Raises what `learn` raises.
    """
    told, begun = "", False
    while True:
        decision = night().due()
        if decision.go:
            if not wait(0.0, True):
                yield Waits(CALLED_OFF, True)
                return
            end, begun = None, True
            for event in night().learn(by="night"):
                end = event
                yield event
            made_way = isinstance(end, NightEnded) and end.night.state == "paused"
            if once or not made_way or not wait(EVERY, begun):
                return
            continue
        done = once or not decision.waits
        if done or decision.reason != told:
            told = decision.reason
            yield Waits(told, done)
        if done:
            return
        if not wait(EVERY, begun):
            yield Waits(told, True)
            return
