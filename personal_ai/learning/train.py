"""The training loop: steps over packed units, checkpoints that survive a crash, and a plan that fits the time."""

import hashlib
import math
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as safetensors_bytes
from torch import Tensor

from personal_ai.errors import UserError
from personal_ai.learning.network import Network
from personal_ai.learning.optimizer import AdamW, clip
from personal_ai.learning.packing import Expected, pack_units
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Unit
from personal_ai.paths import write_durably
from personal_ai.system import awake_seconds

#: After so many steps their own speed says better than what was measured before how many fit; the first are slow.
REPLANS = (5, 20, 80)
#: A speed is measured on so many tokens, in a short run on so many a second that it has.
CALIBRATED_TOKENS, CALIBRATED_A_SECOND = 2048, 3

DAMAGED_SKILL = (
    "The reading skill of this model is damaged. Delete the folder “skills” in your data folder; it is made anew."
)

#: Of what the base expects at a token, this many possibilities are kept one by one; the rest is one number.
EXPECTED = 48


class Interrupted(Exception):
    """The run was asked to end early; everything up to the last checkpoint is kept."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run stands, beside its tensors. `inputs` is the hash of everything the run depends on.

    `sha256` vouches for the tensors' file and for the other fields.
    """

    inputs: str
    step: int
    planned: int
    losses: list[tuple[int, float]]
    tokens: int
    seconds: float
    sha256: str = ""


@dataclass
class Run:
    """What a run reports: `losses` are (step, mean nats per learned token)."""

    planned: int
    step: int = 0
    losses: list[tuple[int, float]] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0


def _nothing() -> None: ...


class UnderWay:
    """A run that is under way: `keep()` writes a checkpoint of it at any moment, from any thread."""

    def __init__(self) -> None:
        #: Held while what a checkpoint consists of changes.
        self.lock = threading.RLock()
        self.keep: Callable[[], None] = _nothing


def show_life(network: Network, beat: Callable[[], None]) -> None:
    """Call `beat` after every block, forward and backward: one piece of a large model takes minutes."""

    def after(_block: torch.nn.Module, _given: object, rows: Tensor) -> None:
        beat()
        if rows.requires_grad:
            rows.register_hook(lambda _gradient: beat())

    for block in network.blk:
        block.register_forward_hook(after)


def adapt(network: Network, recipe: Recipe, start: Path | None = None) -> list[tuple[str, torch.nn.Parameter]]:
    """Put LoRA beside every adapted layer (fp32, B = 0); return its parameters by name, in a fixed order.

    With `start` they begin where that adapter.safetensors ended. Raises UserError when it does not fit.
    """
    torch.manual_seed(recipe.seed)
    network.adapt(recipe.rank, recipe.alpha)
    named = [(name, p) for name, p in network.named_parameters() if ".lora_" in name]
    if start is not None:
        _begin_from(start, named, recipe)
    return named


def read_beside(network: Network, recipe: Recipe, skill: Path) -> None:
    """Let the reading skill in an adapter.safetensors work beside the LoRA where notes are shown, as the chat will.

    Raises UserError when it does not fit.
    """
    try:
        tensors = _matrices(skill, recipe)
    except (OSError, SafetensorError) as error:
        raise UserError(DAMAGED_SKILL) from error
    layers = {name.rpartition(".weight.lora_")[0] for name in tensors}
    try:
        network.read_beside({n: (tensors[f"{n}.weight.lora_a"], tensors[f"{n}.weight.lora_b"]) for n in layers})
    except (KeyError, ValueError) as error:
        raise UserError(DAMAGED_SKILL) from error


def _begin_from(start: Path, named: list[tuple[str, torch.nn.Parameter]], recipe: Recipe) -> None:
    """Copy an adapter's matrices, of at most the recipe's rank: what a smaller one lacks begins as if new."""
    tensors = _matrices(start, recipe)
    for name, parameter in named:
        layer, part = name.split(".lora_")
        old = tensors.get(f"{layer}.weight.lora_{part[0].lower()}")
        if old is None or any(a > b for a, b in zip(old.shape, parameter.shape, strict=True)):
            raise UserError("What was learned before does not fit this model, so learning has to begin anew.")
        parameter.data[: old.shape[0], : old.shape[1]] = old


def _matrices(adapter: Path, recipe: Recipe) -> dict[str, Tensor]:
    """The matrices of an adapter.safetensors, fp32, to be scaled as the recipe scales."""
    with safe_open(adapter, "pt") as file:
        metadata = file.metadata() or {}
    rank = float(metadata.get("rank", recipe.rank))
    # W + (alpha / rank) B A: what was trained at another ratio is scaled to say the same.
    ratio = float(metadata.get("alpha", recipe.alpha)) / rank / (recipe.alpha / recipe.rank)
    tensors = load_safetensors(adapter.read_bytes())
    return {name: each.float() * (ratio if name.endswith(".lora_b") else 1.0) for name, each in tensors.items()}


def learning_rate(recipe: Recipe, step: int, planned: int) -> float:
    """Linear warm-up over `recipe.warmup` of the steps, then linear to 0 at `planned`."""
    rising = max(1, math.ceil(recipe.warmup * planned))
    if step < rising:
        return recipe.learning_rate * (step + 1) / rising
    return recipe.learning_rate * max(0.0, (planned - step) / max(1, planned - rising))


def schedule(units: Sequence[Unit], recipe: Recipe, epoch: int) -> list[list[int]]:
    """The steps of one epoch, each a list of unit numbers: a pure function of the recipe's seed and the epoch.

    Long and short units are dealt out evenly, for the two differ in how surprising they are: the losses of a step of
    whole notes and of one of short answers would say nothing of what was learned in between.
    """
    rng = random.Random(f"{recipe.seed}-{epoch}")
    order = list(range(len(units)))
    rng.shuffle(order)
    order.sort(key=lambda number: -units[number].size)
    count = max(1, math.ceil(sum(unit.size for unit in units) / recipe.step_tokens))
    steps = [order[first::count] for first in range(min(count, len(order)))]
    rng.shuffle(steps)
    return steps


def all_steps(units: Sequence[Unit], recipe: Recipe) -> Iterator[list[int]]:
    """The steps of every epoch, one after the other, without end."""
    epoch = 0
    while True:
        yield from schedule(units, recipe, epoch)
        epoch += 1


def step_gradient(
    network: Network, units: Sequence[Unit], stop: Callable[[], bool], expected: Mapping[int, Expected] | None = None
) -> float:
    """Accumulate the gradient of one step; return its loss (nats per learned token). Raises Interrupted on `stop()`.

    `expected` holds by unit number what is expected at the learned tokens of the units that are replayed.
    """
    total = sum(unit.weight for unit in units) or 1.0
    loss = 0.0
    network.begin_step()
    for piece in pieces(units, network.piece_tokens):
        if stop():
            raise Interrupted
        soft = [(expected or {}).get(unit.number) if unit.replay else None for unit in piece]
        pack = pack_units(piece, network.dtype, expected=soft)
        part = network.loss(replace(pack, weights=pack.weights / total))
        part.backward()
        loss += float(part.detach())
    return loss


def pieces(units: Sequence[Unit], most: int) -> Iterator[list[Unit]]:
    """The units of one step in pieces of at most `most` tokens, or of one longer unit."""
    # Long units first: the short ones then share attention's tiles with their like. Replayed ones come before all.
    return _pieces(sorted(units, key=lambda unit: (not unit.replay, -unit.size)), most)


def _pieces(order: Sequence[Unit], most: int) -> Iterator[list[Unit]]:
    piece: list[Unit] = []
    size = 0
    for unit in order:
        if piece and size + unit.size > most:
            yield piece
            piece, size = [], 0
        piece.append(unit)
        size += unit.size
    if piece:
        yield piece


class Expectations:
    """What is expected at the learned tokens of replayed units, found when a step first asks for it.

    It is what the bare base expects, in part the tokens themselves (`Unit.itself`).
    The units are always computed in the same company, so that a run that goes on finds the same to the bit.
    """

    def __init__(self, network: Network, units: Sequence[Unit]) -> None:
        self._network = network
        # The same words come again and again: they are computed once.
        replayed = {tuple(unit.tokens): unit for unit in units if unit.replay}
        self._pieces = list(_pieces(list(replayed.values()), network.piece_tokens))
        self._place = {tuple(unit.tokens): i for i, piece in enumerate(self._pieces) for unit in piece}
        self._known: dict[tuple[int, ...], Expected] = {}

    def of(self, units: Sequence[Unit], stop: Callable[[], bool] = lambda: False) -> dict[int, Expected]:
        """What is expected of the replayed among `units`, by their numbers. Raises Interrupted on `stop()`."""
        words = {unit.number: tuple(unit.tokens) for unit in units if unit.replay}
        for place in sorted({self._place[each] for each in words.values() if each not in self._known}):
            if stop():
                raise Interrupted
            self._find(self._pieces[place])
        return {number: self._known[each] for number, each in words.items()}

    def _find(self, piece: Sequence[Unit]) -> None:
        ids, chances = self._network.expected(pack_units(piece, self._network.dtype), EXPECTED)
        begin = 0
        for unit in piece:
            end = begin + len(unit.targets)
            found = ids[begin:end].clone(), chances[begin:end].clone()
            self._known[tuple(unit.tokens)] = _leaning(*found, [unit.tokens[i] for i in unit.targets], unit.itself)
            begin = end


def _leaning(ids: Tensor, chances: Tensor, tokens: Sequence[int], share: float) -> Expected:
    """Expected `ids` and `chances` [targets, K], moved by `share` of the way to `tokens`; the ids as int32."""
    if share:
        right = torch.tensor(tokens)[:, None]
        missing = ~(ids == right).any(-1)
        # It takes the place of the least likely.
        ids[missing, -1], chances[missing, -1] = right[missing, 0], 0.0
        chances = chances * (1 - share) + share * (ids == right)
    return ids.int(), chances


def calibrate(
    network: Network, units: Sequence[Unit], recipe: Recipe, stop: Callable[[], bool], seconds: float = math.inf
) -> float:
    """Seconds that one training token takes here, measured on the run's own first steps (after a warm-up piece).

    The run has `seconds` in all.
    """
    chosen: list[Unit] = []
    for step in schedule(units, recipe, 0):
        chosen.extend(units[i] for i in step)
        if sum(unit.size for unit in chosen) >= min(CALIBRATED_TOKENS, seconds * CALIBRATED_A_SECOND):
            break
    step_gradient(network, chosen[: max(1, len(chosen) // 4)], stop)
    begin = awake_seconds()
    step_gradient(network, chosen, stop)
    seconds = awake_seconds() - begin
    network.zero_grad(set_to_none=True)
    return seconds / sum(unit.size for unit in chosen)


def plan(units: Sequence[Unit], recipe: Recipe, seconds_per_token: float, seconds: float) -> int:
    """How many steps to take: all the epochs the recipe allows, or what fits into `seconds`."""
    tokens = sum(unit.size for unit in units)
    steps = len(schedule(units, recipe, 0))
    by_time = seconds / max(1e-9, seconds_per_token) / max(1.0, tokens / steps)
    return max(1, int(min(steps * recipe.epochs, by_time)))


def train(
    network: Network,
    parameters: list[tuple[str, torch.nn.Parameter]],
    units: Sequence[Unit],
    recipe: Recipe,
    folder: Path,
    inputs: str,
    *,
    planned: Callable[[], int],
    replanned: Callable[[Run], int] | None = None,
    stop: Callable[[], bool],
    on_step: Callable[[Run, float], None],
    on_checkpoint: Callable[[int], None],
    checkpoint_seconds: float = 30.0,
    deadline_seconds: float = math.inf,
    under_way: UnderWay | None = None,
) -> Run:
    """Train the LoRA `parameters` in place, going on from the newest sound checkpoint of the same `inputs` in `folder`.

    `planned()` is asked for the number of steps only when there is no checkpoint, and `replanned(run)` after REPLANS of
    them: a first measurement is often wrong by half. `on_step(run, rate)` follows every step. Raises Interrupted after
    writing a checkpoint when `stop()` says so; ends early, LR and all, when this process has trained for
    `deadline_seconds`. Meanwhile another thread may keep the run `under_way`.
    """
    under_way = under_way or UnderWay()
    optimizer = AdamW([p for _, p in parameters], weight_decay=recipe.weight_decay)
    expected = Expectations(network, units)
    state = resume(folder, inputs, parameters, optimizer)
    run = Run(state.planned, state.step, list(state.losses), state.tokens, state.seconds) if state else Run(planned())
    begin, before = awake_seconds(), run.seconds
    saved_step, saved_at = run.step, begin

    def keep() -> None:
        nonlocal saved_step, saved_at
        with under_way.lock:
            if run.step == saved_step:
                return
            save(folder, inputs, run, parameters, optimizer)
            saved_step, saved_at = run.step, awake_seconds()
        on_checkpoint(run.step)

    under_way.keep = keep
    for number, chosen in enumerate(all_steps(units, recipe)):
        if number < run.step:
            continue
        if run.step >= run.planned or run.seconds - before > deadline_seconds:
            break
        batch = [units[i] for i in chosen]
        try:
            loss = step_gradient(network, batch, stop, expected.of(batch, stop))
        except Interrupted:
            keep()
            raise
        if not math.isfinite(loss):
            raise ArithmeticError(f"the loss is {loss} at step {run.step}")
        clip([p for _, p in parameters], recipe.clip)
        rate = learning_rate(recipe, run.step, run.planned)
        with under_way.lock:
            optimizer.step(rate)
            run.step += 1
            run.losses.append((run.step, round(loss, 5)))
            run.tokens += sum(unit.size for unit in batch)
            run.seconds = before + awake_seconds() - begin
            if replanned and run.step in REPLANS:
                run.planned = max(run.step + 1, replanned(run))
        on_step(run, rate)
        if awake_seconds() - saved_at > checkpoint_seconds:
            keep()
    keep()
    under_way.keep = _nothing
    return run


# ---- checkpoints ------------------------------------------------------------------------------------------------


def inputs_hash(*parts: bytes) -> str:
    """One hash over everything a run depends on; a checkpoint of other inputs is never resumed."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def save(
    folder: Path,
    inputs: str,
    run: Run,
    parameters: list[tuple[str, torch.nn.Parameter]],
    optimizer: AdamW,
) -> None:
    """Write the run into the older of two slots, tensors first and then the state that vouches for them."""
    slot = _slots(folder, inputs)[-1][1]
    slot.mkdir(mode=0o700, parents=True, exist_ok=True)
    for half in slot.glob(".*.tmp"):  # of a worker that was killed
        half.unlink()
    tensors: dict[str, Tensor] = {}
    for name, parameter in parameters:
        tensors[f"weight.{name}"] = parameter.detach()
        moments = optimizer.state.get(parameter)
        if moments:
            tensors[f"mean.{name}"] = moments["exp_avg"]
            tensors[f"square.{name}"] = moments["exp_avg_sq"]
    data = safetensors_bytes({name: tensor.contiguous() for name, tensor in tensors.items()})
    state = State(
        inputs=inputs,
        step=run.step,
        planned=run.planned,
        losses=run.losses,
        tokens=run.tokens,
        seconds=run.seconds,
    )
    state = msgspec.structs.replace(state, sha256=_checksum(state, data))
    (slot / "state.json").unlink(missing_ok=True)
    write_durably(slot / "tensors.safetensors", data)
    write_durably(slot / "state.json", msgspec.json.encode(state))


def resume(
    folder: Path,
    inputs: str,
    parameters: list[tuple[str, torch.nn.Parameter]],
    optimizer: AdamW,
) -> State | None:
    """Load the newest sound checkpoint of the same inputs into parameters and optimizer; None without one.

    A damaged one is taken away, so that the next one takes its place and not that of the sound one.
    """
    for state, slot in _slots(folder, inputs):
        if state is None:
            break
        try:
            data = (slot / "tensors.safetensors").read_bytes()
        except OSError:
            data = b""
        if _checksum(state, data) == state.sha256:
            _load(state, data, parameters, optimizer)
            return state
        (slot / "state.json").unlink()
    return None


def _load(state: State, data: bytes, parameters: list[tuple[str, torch.nn.Parameter]], optimizer: AdamW) -> None:
    tensors = load_safetensors(data)
    for name, parameter in parameters:
        parameter.data.copy_(tensors[f"weight.{name}"])
        if f"mean.{name}" in tensors:
            optimizer.state[parameter] = {
                "step": state.step,
                "exp_avg": tensors[f"mean.{name}"].clone(),
                "exp_avg_sq": tensors[f"square.{name}"].clone(),
            }


def _slots(folder: Path, inputs: str) -> list[tuple[State | None, Path]]:
    """Both slots, the newest checkpoint of these inputs first; None stands for what is none of them."""
    found = [(_read_state(slot, inputs), slot) for slot in (folder / "checkpoint-a", folder / "checkpoint-b")]
    return sorted(found, key=lambda pair: -1 if pair[0] is None else pair[0].step, reverse=True)


def _read_state(slot: Path, inputs: str) -> State | None:
    try:
        state = msgspec.json.decode((slot / "state.json").read_bytes(), type=State)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return state if state.inputs == inputs else None


def _checksum(state: State, data: bytes) -> str:
    fields = msgspec.json.encode(msgspec.structs.replace(state, sha256=""))
    return inputs_hash(data, fields)
