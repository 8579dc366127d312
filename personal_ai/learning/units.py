"""Tokenised examples laid out for training: what several share at their beginning stands there once.

A unit is a small tree: a shared beginning (branch 0), then one branch for each example, whose tokens see the beginning
and their own branch. The loss and its gradient are those of the examples one by one; only the work is shared.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

#: One example: its tokens, and for each whether it is learned.
Tokenised = tuple[list[int], list[bool]]


@dataclass(frozen=True)
class Unit:
    """Examples that begin alike, as one row of tokens.

    For token i: `positions[i]` is its place in its own example, `branches[i]` its branch (0: shared), `previous[i]` the
    index of the token before it in its example (-1: none), and `weights[i]` what predicting it counts (0: not learned).
    """

    tokens: list[int]
    positions: list[int]
    branches: list[int]
    previous: list[int]
    weights: list[float]
    #: Not the tokens themselves are learned here but what the bare base model expects in their place.
    replay: bool = False
    #: There the token itself makes up this share of what is expected, and the base's expectation the rest.
    itself: float = 0.0
    #: Its prompt shows notes (job.Example).
    notes: bool = False
    #: Which of the run's units this is, so that what the base expects is found again.
    number: int = field(default=-1, compare=False)

    @property
    def size(self) -> int:
        """How many tokens it takes."""
        return len(self.tokens)

    @property
    def weight(self) -> float:
        """The sum of its weights."""
        return sum(self.weights)

    @property
    def targets(self) -> list[int]:
        """The indices of the tokens that are learned."""
        return [i for i, weight in enumerate(self.weights) if weight]


def lay_out(
    examples: Sequence[Tokenised],
    weights: Sequence[float] = (),
    replay: bool = False,
    notes: bool = False,
    itself: float = 0.0,
) -> Unit:
    """Make one unit of examples; their longest common beginning is shared.

    `weights` are the examples' own (default 1). Each of an example's n learned tokens counts its weight / √n: a long
    text counts by the root of its length.
    """
    given = list(weights) or [1.0] * len(examples)
    shared = _common(examples) if len(examples) > 1 else 0
    first = examples[0]
    tokens, positions = list(first[0][:shared]), list(range(shared))
    branches, previous, counts = [0] * shared, list(range(-1, shared - 1)), [0.0] * shared
    for number, (words, learn) in enumerate(examples):
        own = 0 if len(examples) == 1 else number + 1
        each = given[number] / math.sqrt(max(1, sum(learn[1:])))
        for i in range(shared, len(words)):
            previous.append(shared - 1 if i == shared else len(tokens) - 1)
            tokens.append(words[i])
            positions.append(i)
            branches.append(own)
            counts.append(each if learn[i] and i else 0.0)
    return Unit(tokens, positions, branches, previous, counts, replay, itself, notes)


def _common(examples: Sequence[Tokenised]) -> int:
    """How many tokens all the examples begin with alike; a learned token is never shared."""
    first, learn = examples[0]
    length = min(len(tokens) for tokens, _ in examples)
    for i in range(length):
        if learn[i] or any(tokens[i] != first[i] or flags[i] for tokens, flags in examples):
            return i
    return length


def number(units: Iterable[Unit]) -> list[Unit]:
    """The same units, numbered from 0."""
    return [replace(unit, number=i) for i, unit in enumerate(units)]


def group(
    examples: Iterable[tuple[str, Tokenised, float, bool]],
    most: int = 1024,
    replay: bool = False,
    itself: float = 0.0,
) -> list[Unit]:
    """Make units of (group, example, weight, whether it shows notes), in the order in which the groups first appear.

    Examples of one non-empty group come together until a unit has `most` tokens.
    """
    gathered: dict[tuple[str, int], list[tuple[Tokenised, float]]] = {}
    sizes: dict[str, tuple[int, int]] = {}
    shows: dict[tuple[str, int], bool] = {}
    for alone, (name, example, weight, notes) in enumerate(examples):
        if not name:
            gathered["", alone] = [(example, weight)]
            shows["", alone] = notes
            continue
        part, size = sizes.get(name, (0, 0))
        added = len(example[0]) if size == 0 else _own(gathered[name, part][0][0], example)
        if size and size + added > most:
            part, size, added = part + 1, 0, len(example[0])
        gathered.setdefault((name, part), []).append((example, weight))
        shows[name, part] = notes
        sizes[name] = part, size + added
    return [
        lay_out([example for example, _ in members], [weight for _, weight in members], replay, shows[key], itself)
        for key, members in gathered.items()
    ]


def _own(first: Tokenised, other: Tokenised) -> int:
    return len(other[0]) - _common([first, other])
