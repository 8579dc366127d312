"""The preference stage after training: what the person put in its place becomes likelier than what they turned down.

Direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290), with the likelihood of the chosen answer beside
it (Pang et al. 2024, arXiv 2404.19733), without which both answers become less likely together.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

import msgspec
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from personal_ai.engine.tokenizer import Tokenizer
from personal_ai.learning import train
from personal_ai.learning.network import Network, bent
from personal_ai.learning.optimizer import AdamW, clip
from personal_ai.learning.packing import Pack, pack_units
from personal_ai.learning.pairs import Preference
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Tokenised, Unit, lay_out
from personal_ai.messages import Turn
from personal_ai.models import families
from personal_ai.models.families import Template
from personal_ai.system import awake_seconds

#: With fewer pairs the network would learn these very answers and no preference.
FEWEST = 24
#: How far the policy may go from where the stage began: the smaller, the further.
BETA = 0.1
#: What the chosen answer's own loss (nats per token) counts beside the preference.
KEPT = 0.2
#: The stage's learning rate, as a part of the training's.
RATE = 0.1
EPOCHS = 4
#: A pair is settled when its chosen answer is this much likelier than the rejected one: nats.
ENOUGH = 5.0
#: A step costs about this many times what its forward passes cost.
STEP_COST = 3.0
#: As many rows of logits exist at a time.
CHUNK = 256


@dataclass(frozen=True)
class Pair:
    """Two answers behind one prompt, each as a whole example: the prompt, then the answer, which alone is learned.

    `notes` says whether the prompt shows notes.
    """

    chosen: Tokenised
    rejected: Tokenised
    notes: bool = False

    def unit(self) -> Unit:
        """One tree with the prompt standing once. The weights of its learned tokens: 1 chosen, -1 rejected."""
        # A unit counts a token 1/√n.
        chosen, rejected = (math.sqrt(sum(learn[1:])) for _, learn in (self.chosen, self.rejected))
        return lay_out([self.chosen, self.rejected], [chosen, -rejected], notes=self.notes)


def tokenised(tokenizer: Tokenizer, template: Template, preferences: Sequence[Preference], limit: int) -> list[Pair]:
    """The pairs as tokens. Beyond `limit` the prompt loses its oldest, the same for both answers.

    A pair with an answer that leaves no room for a prompt is left out.
    """
    pairs: list[Pair] = []
    for each in preferences:
        prompt = len(tokenizer.encode_pieces(families.render(each.turns, template))[0])
        answers = [_example(tokenizer, template, each.turns, text, prompt) for text in (each.chosen, each.rejected)]
        cut = max(0, max(len(tokens) for tokens, _ in answers) - limit)
        if cut < prompt:
            chosen, rejected = ((tokens[cut:], learn[cut:]) for tokens, learn in answers)
            pairs.append(Pair(chosen, rejected, each.notes))
    return pairs


def _example(tokenizer: Tokenizer, template: Template, turns: list[Turn], answer: str, prompt: int) -> Tokenised:
    pieces = families.render([*turns, Turn("assistant", answer)], template, answer=False)
    tokens, learn = tokenizer.encode_pieces(pieces)
    end = len(learn) - learn[::-1].index(True)
    return tokens[:end], [i >= prompt for i in range(end)]


def log_probabilities(network: Network, pack: Pack) -> Tensor:
    """The natural-log probability [R] of each learned token of a pack, to differentiate.

    Logits are computed again on the way back rather than kept: with a large vocabulary they would be largest of all.
    """
    rows = network.hidden(pack).index_select(0, pack.rows)
    parts = zip(rows.split(CHUNK), pack.targets.split(CHUNK), strict=True)
    logs = [
        checkpoint(
            _chosen_logs,
            part,
            network.output,
            network.shape.logit_cap,
            targets,
            use_reentrant=False,
            preserve_rng_state=False,
        )
        for part, targets in parts
    ]
    return torch.cat(cast(list[Tensor], logs))


def _chosen_logs(rows: Tensor, head: Tensor, cap: float, targets: Tensor) -> Tensor:
    return torch.log_softmax(bent((rows @ head.T).float(), cap), -1).gather(1, targets[:, None]).squeeze(1)


def loss(logs: Tensor, signs: Tensor, reference: float) -> Tensor:
    """-log σ(β (margin - reference)) plus KEPT times the chosen answer's nats per token.

    `logs` [R] are the tokens' log-probabilities, `signs` [R] 1 for those of the chosen answer and -1 for those of the
    rejected; the margin is log p(chosen) - log p(rejected), and `reference` what it was when the stage began.
    """
    gain = (logs * signs).sum() - reference
    return -F.logsigmoid(BETA * gain) - KEPT * logs[signs > 0].mean()


def step_gradient(
    network: Network, units: Sequence[Unit], references: Sequence[float], stop: Callable[[], bool]
) -> tuple[float, list[float]]:
    """Accumulate the gradient of one step over pairs; return its mean loss, and their margins before the step.

    Raises Interrupted on `stop()`, which is asked before each pair.
    """
    total = 0.0
    margins: list[float] = []
    network.begin_step()
    for unit, reference in zip(units, references, strict=True):
        if stop():
            raise train.Interrupted
        pack = pack_units([unit], network.dtype)
        logs = log_probabilities(network, pack)
        part = loss(logs, pack.weights, reference) / len(units)
        part.backward()
        total += float(part.detach())
        margins.append(float(logs.detach() @ pack.weights))
    return total, margins


@torch.no_grad()
def margins(
    network: Network, units: Sequence[Unit], stop: Callable[[], bool], seconds: float = math.inf
) -> list[float]:
    """log p(chosen) - log p(rejected) of each pair, in nats; of FEWEST pairs, and of as many as `seconds` allow.

    Raises Interrupted on `stop()`.
    """
    begin = awake_seconds()
    found: list[float] = []
    for unit in units:
        if len(found) >= FEWEST and awake_seconds() - begin > seconds:
            break
        if stop():
            raise train.Interrupted
        pack = pack_units([unit], network.dtype)
        found.append(float(log_probabilities(network, pack) @ pack.weights))
    return found


def stage(
    network: Network,
    parameters: Sequence[tuple[str, torch.nn.Parameter]],
    pairs: Sequence[Pair],
    recipe: Recipe,
    *,
    stop: Callable[[], bool],
    on_step: Callable[[train.Run, float], None],
    deadline_seconds: float = math.inf,
) -> dict[str, float]:
    """Go on training the LoRA `parameters` in place, from where they are, on what is preferred.

    Returns how many `pairs` there were and `steps` were taken, and before and after them the mean margin (nats) and
    the `accuracy`: the part of the pairs whose chosen answer is the likelier one. Empty, with nothing done, for fewer
    than FEWEST pairs. When `deadline_seconds` allow little, only the first pairs are used. Ends early when all pairs
    are settled. `on_step(run, rate)` follows every step, as in `train.train`.

    Raises Interrupted on `stop()`: the parameters are then half-way, and the stage is to begin again from the last
    checkpoint of the training before it, with the same end.
    """
    if len(pairs) < FEWEST:
        return {}
    begin = awake_seconds()
    units = [pair.unit() for pair in pairs]
    # One pass to begin with, one epoch, one pass to end with: the first may take its part of that.
    references = margins(network, units, stop, deadline_seconds / (2 + STEP_COST))
    units = units[: len(references)]
    measuring = awake_seconds() - begin
    gentle = msgspec.structs.replace(recipe, learning_rate=RATE * recipe.learning_rate)
    optimizer = AdamW([p for _, p in parameters], weight_decay=gentle.weight_decay)
    run = train.Run(EPOCHS * len(train.schedule(units, gentle, 0)))
    a_step = STEP_COST * measuring * EPOCHS / run.planned
    latest = list(references)
    for chosen in islice(train.all_steps(units, gentle), run.planned):
        late = awake_seconds() - begin + a_step + measuring > deadline_seconds
        if late or min(latest) >= ENOUGH:
            break
        part, seen = step_gradient(network, [units[i] for i in chosen], [references[i] for i in chosen], stop)
        if not math.isfinite(part):
            raise ArithmeticError(f"the loss is {part} at step {run.step} of the preference stage")
        for i, margin in zip(chosen, seen, strict=True):
            latest[i] = margin
        clip([p for _, p in parameters], gentle.clip)
        rate = train.learning_rate(gentle, run.step, run.planned)
        optimizer.step(rate)
        run.step += 1
        run.losses.append((run.step, round(part, 5)))
        run.tokens += sum(units[i].size for i in chosen)
        run.seconds = awake_seconds() - begin
        on_step(run, rate)
    after = margins(network, units, stop) if run.step else references
    return {
        "pairs": len(units),
        "steps": run.step,
        "margin_before": _mean(references),
        "margin_after": _mean(after),
        "accuracy_before": _mean([margin > 0 for margin in references]),
        "accuracy_after": _mean([margin > 0 for margin in after]),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
