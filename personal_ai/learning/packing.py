"""Units become one flat row without padding, and attention over it tiles that leave out what nobody sees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from personal_ai.learning.units import Unit

#: Short neighbours share a span of at most so many tokens, and attention computes as many rows at once.
ROWS = 128

#: What is expected at the learned tokens of a replayed unit: ids and probabilities [targets, K].
Expected = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Tile:
    """Some rows of attention and what they look at: rows `start:end`, columns `first:end`.

    The first `plain` of these columns are seen by every row; over the others lies an additive `mask` [rows, others],
    0 where a row may look, else half of the lowest finite number. None where every row sees every column.
    """

    start: int
    end: int
    first: int
    plain: int
    mask: Tensor | None


@dataclass(frozen=True)
class Pack:
    """Several examples in one flat row without padding.

    For each of T tokens: `tokens`, its place in its example (`positions`), its unit (`owners`) and its branch there
    (`branches`), all [T]; `spans` cut the row where nobody looks across, and `tiles` are what attention computes.
    `rows` [R] are the positions whose next token `targets` [R] is learned, with `weights` [R]. The first S of them may
    learn a distribution instead: probabilities `chances` [S, K] of the tokens `likely` [S, K], and what is left for all
    others together. `notes` [T] is 1 where the example shows notes, else 0.
    """

    tokens: Tensor
    positions: Tensor
    owners: Tensor
    branches: Tensor
    spans: list[tuple[int, int]]
    tiles: list[Tile]
    rows: Tensor
    targets: Tensor
    weights: Tensor
    notes: Tensor
    likely: Tensor | None = None
    chances: Tensor | None = None

    @property
    def size(self) -> int:
        """Tokens in the row."""
        return int(self.tokens.numel())

    @property
    def cells(self) -> int:
        """Weights of attention that are computed, for one head."""
        return sum((tile.end - tile.start) * (tile.end - tile.first) for tile in self.tiles)


def pack_units(
    units: Sequence[Unit], dtype: torch.dtype, block: int = ROWS, expected: Sequence[Expected | None] = ()
) -> Pack:
    """Lay units one after the other, without padding. Units with something `expected` must come first.

    Short neighbours share a span of at most `block` tokens; a longer unit is a span of its own.
    """
    tokens: list[int] = []
    positions: list[int] = []
    branches: list[int] = []
    rows: list[int] = []
    targets: list[int] = []
    weights: list[float] = []
    spans: list[tuple[int, int]] = []
    for unit in units:
        start = len(tokens)
        if spans and start + unit.size - spans[-1][0] <= block:
            spans[-1] = (spans[-1][0], start + unit.size)
        else:
            spans.append((start, start + unit.size))
        tokens.extend(unit.tokens)
        positions.extend(unit.positions)
        branches.extend(unit.branches)
        for i in unit.targets:
            rows.append(start + unit.previous[i])
            targets.append(unit.tokens[i])
            weights.append(unit.weights[i])
    sizes = torch.tensor([unit.size for unit in units])
    soft = [each for each in expected if each is not None]
    pack = Pack(
        tokens=torch.tensor(tokens),
        positions=torch.tensor(positions),
        owners=torch.repeat_interleave(torch.arange(len(units)), sizes),
        branches=torch.tensor(branches),
        spans=spans,
        tiles=[],
        rows=torch.tensor(rows, dtype=torch.long),
        targets=torch.tensor(targets, dtype=torch.long),
        weights=torch.tensor(weights, dtype=torch.float32),
        notes=torch.repeat_interleave(torch.tensor([unit.notes for unit in units], dtype=dtype), sizes),
        likely=torch.cat([ids for ids, _ in soft]).long() if soft else None,
        chances=torch.cat([chances for _, chances in soft]) if soft else None,
    )
    return replace(pack, tiles=_tiles(pack, dtype))


def narrowed(pack: Pack, window: int, dtype: torch.dtype) -> Pack:
    """The same pack, where a row sees only the last `window` tokens of its own example, itself among them."""
    return replace(pack, tiles=_tiles(pack, dtype, window))


def _tiles(pack: Pack, dtype: torch.dtype, window: int | None = None) -> list[Tile]:
    found = []
    for begin, stop in pack.spans:
        for start in range(begin, stop, ROWS):
            end = min(stop, start + ROWS)
            seen = _seen(pack, slice(start, end), slice(begin, end), window)
            # What no row sees at the left is not computed; what every row sees needs no mask.
            left = int(seen.any(0).to(torch.uint8).argmax())
            whole = seen[:, left:].all(0)
            plain = int((~whole).to(torch.uint8).argmax()) if not bool(whole.all()) else len(whole)
            mask = None
            if plain < len(whole):
                hidden = ~seen[:, left + plain :]
                mask = torch.zeros(hidden.shape, dtype=dtype).masked_fill_(hidden, torch.finfo(dtype).min / 2)
            found.append(Tile(start, end, begin + left, plain, mask))
    return found


def _seen(pack: Pack, rows: slice, columns: slice, window: int | None) -> Tensor:
    """Whether a row may look at a column [rows, columns]: an earlier token, of its beginning or own branch."""
    places = torch.arange(pack.size)
    branch = pack.branches[columns][None, :]
    seen = pack.owners[rows][:, None] == pack.owners[columns][None, :]
    seen &= (branch == 0) | (pack.branches[rows][:, None] == branch)
    seen &= places[rows][:, None] >= places[columns][None, :]
    if window is not None:
        seen &= pack.positions[rows][:, None] - pack.positions[columns][None, :] < window
    return seen
