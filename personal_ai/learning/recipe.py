"""How to learn: defaults by the size of model and corpus. What they rest on stands in tests/perf/LOG.md."""

import msgspec


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one run. Learned weights are W + (alpha / rank) · B A."""

    rank: int = 8
    alpha: float = 16.0
    #: The highest learning rate; it rises over `warmup` of the steps and falls linearly to 0.
    learning_rate: float = 1e-3
    warmup: float = 0.05
    weight_decay: float = 0.0
    #: Gradients are scaled down to this norm.
    clip: float = 1.0
    #: Tokens in one step, across its examples.
    step_tokens: int = 2048
    #: Longer examples lose their oldest tokens.
    example_tokens: int = 1024
    #: How often the whole set may be seen at most.
    epochs: float = 3.0
    #: This share of the tokens are general prompts and answers, learned much as the base expects them. With more,
    #: half of them good answers that the base would not give itself, general answers move half as far (measured).
    replay: float = 0.20
    #: A learned token of these counts so many times what another counts: at once the weight, as much is known by heart
    #: and general answers move a third less (measured).
    replay_weight: float = 4.0
    #: Of what is expected of a written answer, this share is the answer itself and the rest what the base expects. With
    #: none of it other good answers become less likely, with .3 they gain, but the base's own lose more (measured).
    written: float = 0.15
    #: And this share questions about invented lives as people ask them. Rules ask less naturally: with a tenth of
    #: these, a night answered natural questions no better, for all that it had learned (measured).
    skill: float = 0.30
    #: Every random choice of the run follows from it.
    seed: int = 1


#: A run that goes on from what was learned last takes gentler steps.
GOING_ON = 0.5


def going_on(recipe: Recipe) -> Recipe:
    """The recipe for a run that begins from the last adapter."""
    return msgspec.structs.replace(recipe, learning_rate=recipe.learning_rate * GOING_ON)


# (parameters at most, learning rate, rank, tokens in a step): larger models want gentler steps (LoRA Without Regret).
_BY_SIZE = (
    (250e6, 8e-4, 8, 2048),
    (800e6, 7e-4, 16, 4096),
    (2.5e9, 4e-4, 16, 4096),
    (5e9, 3e-4, 16, 8192),
    (float("inf"), 2e-4, 16, 8192),
)


#: A run wants so many steps, each of so many tokens at least: to be known by heart a fact takes steps more than tokens.
#: With the same 50,000 tokens 64 steps taught 4 of 30 facts, and which answers there are; 195 steps all 30, 25 of them
#: in new words, too (measured).
STEPS, FEWEST_TOKENS = 256, 256


def choose(parameters: int, corpus_tokens: int, seed: int = 1, *, trained: float = float("inf")) -> Recipe:
    """Pick the defaults for a base model of `parameters` weights and notes of about `corpus_tokens` tokens.

    `trained` is about how many tokens the run has time for: a short one takes smaller steps.
    """
    rate, rank, most = next(row[1:] for row in _BY_SIZE if parameters <= row[0])
    step_tokens = int(min(most, max(FEWEST_TOKENS, trained / STEPS)))
    epochs = 6.0 if corpus_tokens < 20_000 else 3.0 if corpus_tokens < 200_000 else 2.0
    return Recipe(rank=rank, alpha=2.0 * rank, learning_rate=rate, step_tokens=step_tokens, epochs=epochs, seed=seed)
