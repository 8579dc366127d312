"""The units of one run: a person's own examples in the order of their worth, and what is learned beside them."""

import itertools
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from personal_ai.engine.runtime import Runtime, physical_cores
from personal_ai.learning import units
from personal_ai.learning.job import Example
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Tokenised, Unit
from personal_ai.messages import Turn
from personal_ai.models import families

#: The beginnings of so many examples of all kinds, of so many tokens, are compared with llama.cpp.
PARITY_PROMPTS, PARITY_TOKENS = 8, 96


class Laid(msgspec.Struct, frozen=True):
    """The units of a run: `own` in the order of their worth, `skill` and `replay` to be learned beside them."""

    own: list[Unit]
    skill: list[Unit]
    replay: list[Unit]

    def mixed(self, recipe: Recipe, tokens: float = math.inf) -> list[Unit]:
        """What fits into `tokens`, numbered. Skill and replay take their shares of it: repeated, or cut short."""
        shares = {"skill": recipe.skill if self.skill else 0.0, "replay": recipe.replay if self.replay else 0.0}
        rest = 1 - sum(shares.values())
        own = _first(self.own, tokens * rest)
        size = sum(unit.size for unit in own) / rest
        beside = [
            _first(itertools.cycle(given), share * size)
            for given, share in ((self.skill, shares["skill"]), (self.replay, shares["replay"]))
            if share
        ]
        return units.number([*own, *itertools.chain(*beside)])


def _first(given: Iterable[Unit], tokens: float) -> list[Unit]:
    """The first of `given` that have `tokens` tokens together, one at least."""
    found: list[Unit] = []
    for unit in given:
        if found and tokens < 1:
            break
        found.append(unit)
        tokens -= unit.size
    return found


def of_job(
    runtime: Runtime,
    lessons: Sequence[Example],
    practice: Sequence[Example],
    general: Sequence[Example],
    recipe: Recipe,
) -> tuple[Laid, Laid | None, list[list[int]]]:
    """The units of a job's lessons, those of its practice where there is any, and beginnings as of `laid_out`."""
    skill, own = ([e for e in lessons if (e.form == "skill") is kind] for kind in (True, False))
    if not own:
        skill, own = [], skill  # practice alone
    laid, prompts = laid_out(runtime, own, skill, general, recipe)
    practised = laid_out(runtime, practice, [], general, recipe)[0] if practice else None
    return laid, practised, prompts


def laid_out(
    runtime: Runtime, own: Sequence[Example], skill: Sequence[Example], general: Sequence[Example], recipe: Recipe
) -> tuple[Laid, list[list[int]]]:
    """The units of a run, and the beginnings of a few examples to compare the network with llama.cpp on."""
    with ThreadPoolExecutor(physical_cores()) as pool:  # llama.cpp encodes without holding Python up

        def encoded(given: Sequence[Example], weight: float) -> list[tuple[str, Tokenised, float, bool]]:
            found = pool.map(lambda example: tokenised(runtime, example.turns, recipe.example_tokens), given)
            return [(e.group, tokens, weight * e.weight, e.notes) for e, tokens in zip(given, found, strict=True)]

        learned, beside = encoded(own, 1.0), encoded(skill, 1.0)
        said, written = (
            units.group(
                encoded([example for example in general if (example.form == "written") is kind], recipe.replay_weight),
                # Small ones, each half of a step's share: a step that holds none moves general answers for good.
                most=int(recipe.step_tokens * recipe.replay / 2),
                replay=True,
                itself=recipe.written if kind else 0.0,
            )
            for kind in (False, True)
        )
    spread = [*learned, *beside][:: max(1, (len(learned) + len(beside)) // PARITY_PROMPTS)]
    prompts = [tokens[:PARITY_TOKENS] for _, (tokens, _), _, _ in spread[:PARITY_PROMPTS]]
    replayed = [unit for pair in itertools.zip_longest(said, written) for unit in pair if unit]
    return Laid(units.group(learned), units.group(beside), replayed), prompts


def tokenised(runtime: Runtime, turns: list[Turn], limit: int) -> Tokenised:
    """An example's tokens and learn flags; beyond `limit` tokens the oldest go."""
    tokens, learn = runtime.tokenizer.encode_pieces(families.render(turns, runtime.template, answer=False))
    last = len(learn) - learn[::-1].index(True)
    return tokens[:last][-limit:], learn[:last][-limit:]
