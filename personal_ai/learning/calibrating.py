"""Some seconds of a run, measured in the train worker, and from them the whole: tokens, time, memory, disk, energy."""

import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from personal_ai.engine.runtime import Runtime, physical_cores
from personal_ai.learning import evaluate, job, layout, pairs, predict, preference, proving, replay, train, train_worker
from personal_ai.learning.job import Job, Question
from personal_ai.learning.layout import Laid
from personal_ai.learning.network import Network
from personal_ai.learning.predict import Figures, Sizes
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Unit
from personal_ai.messages import Turn
from personal_ai.models import gguf_file
from personal_ai.system.energy import Meter

#: How long a training step is measured, about, and how long reading and answering, in seconds.
TRAIN_SECONDS, READ_SECONDS, ANSWER_SECONDS = 8.0, 2.0, 1.5
#: Of a larger model only so many weights are built, the first blocks: the others are like them.
BUILT = 150e6
#: The first tokens are slow; they only say how many can be measured.
WARM_UP, FEWEST, MOST = 200, 200, 2048
#: An answer has about so many tokens.
ANSWER_TOKENS = 24


def calibrate(folder: Path, order: Job, stop: Callable[[], bool]) -> Figures:
    """Measure what the job in `folder` would take here; nothing in it changes.

    Raises train.Interrupted when `stop()` says so, and UserError for a model that cannot be taught.
    """
    torch.set_num_threads(physical_cores())
    torch.set_flush_denormal(True)
    begin, meter = time.perf_counter(), Meter()
    path = Path(order.model)
    sizes = predict.sizes(gguf_file.read(path))
    questions = job.read_questions(folder)
    with Runtime.load(path, train_worker.PROOF_CONTEXT) as runtime:
        laid, practised, missing = _laid(runtime, folder, order)
        asking, saying = _ask_seconds(runtime, questions, stop)
        preferred = preference.tokenised(
            runtime.tokenizer, runtime.template, pairs.read(folder), order.recipe.example_tokens
        )
    opened = time.perf_counter()
    blocks = max(1, min(sizes.blocks, int(BUILT / max(1, sizes.adapted / sizes.blocks))))
    network = Network(path, blocks=blocks)
    train.adapt(network, order.recipe)
    if order.beside and Path(order.beside).is_file():  # one that is only shipped is not there yet
        train.read_beside(network, order.recipe, Path(order.beside))
    built = predict.first_blocks(sizes, blocks)
    loading = opened - begin + (time.perf_counter() - opened) * _weights(sizes) / _weights(built)
    units = laid.mixed(order.recipe)
    length, learned = _shape(units)
    measured = _seconds_a_token(network, units, order.recipe, stop)
    rank = order.recipe.rank
    larger = predict.flops(sizes, rank, length=length, learned=learned)
    per_token = measured * larger / predict.flops(built, rank, length=length, learned=learned)

    if order.adapter:
        asking *= proving.ADAPTER_SLOWER
    before, after = proving.expected(questions, asking, order.seconds)
    writing = min(order.seconds * train_worker.REPLAY_SHARE, missing * replay.LONGEST * saying)
    left = order.seconds - loading - writing - before - after - train_worker.SLACK
    stage = order.seconds * train_worker.PREFERENCE_SHARE if len(preferred) >= preference.FEWEST else 0.0
    practice = 0
    if practised:
        practice = _tokens(practised, order.recipe, left * train_worker.PRACTICE_SHARE / per_token)
    tokens = _tokens(laid, order.recipe, (left - stage) / per_token - practice) + practice
    training = tokens * per_token + (stage if tokens else 0.0)
    skill = network.skill_rank or (rank if order.beside else 0)
    most = predict.piece_tokens(sizes, rank + skill, network.dtype.itemsize)
    pieces = _pieces(laid, order.recipe, (left - stage) / per_token - practice, most)
    memory = predict.memory(
        sizes, rank, network.dtype.itemsize, pieces, skill=skill, runtime_tokens=train_worker.PROOF_CONTEXT
    )
    seconds = time.perf_counter() - begin
    watts, counted = _watts(meter, seconds)
    return Figures(
        tokens=tokens,
        tokens_per_second=1 / per_token,
        training_seconds=training,
        proof_seconds=before + after,
        seconds=loading + writing + before + training + after + train_worker.SLACK,
        piece=max(pieces, key=lambda piece: predict.activations(sizes, rank + skill, network.dtype.itemsize, piece)),
        element=network.dtype.itemsize,
        length=length,
        learned=learned,
        memory=memory,
        disk_bytes=predict.disk(sizes, rank, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())),
        watts=watts,
        watts_measured=counted,
        calibration_seconds=seconds,
    )


def _laid(runtime: Runtime, folder: Path, order: Job) -> tuple[Laid, Laid | None, int]:
    """What is learned, what is practised before, and how many general answers the base still has to write."""
    lessons = job.read_examples(folder)
    said = replay.said(runtime, Path(order.replay), train_worker.REPLAYED, enough=lambda: True) if order.replay else []
    behind = next((turn for turn in lessons[0].turns if turn.role == "system"), None)
    replayed = replay.examples(said, behind)
    laid, practised, _ = layout.of_job(runtime, lessons, job.read_practice(folder), replayed, order.recipe)
    wanted = train_worker.REPLAYED if order.replay and order.recipe.replay > 0 else 0
    return laid, practised, max(0, wanted - len(said))


def _ask_seconds(runtime: Runtime, questions: Sequence[Question], stop: Callable[[], bool]) -> tuple[float, float]:
    """Seconds that one of the proof's questions takes, answered aloud; and seconds a token of an answer."""
    prompts = [evaluate.prompt_tokens(runtime, turns) for q in questions for turns in _asked(q)]
    given = max(prompts, key=len, default=[runtime.tokenizer.bos] * WARM_UP)[: runtime.n_ctx - ANSWER_TOKENS]
    runtime.clear()
    begin = time.perf_counter()
    for start in range(0, len(given), 64):
        if stop():
            raise train.Interrupted
        runtime.decode(given[start : start + 64])
        if time.perf_counter() - begin > READ_SECONDS:
            break
    reading = (time.perf_counter() - begin) / len(runtime.tokens)
    begin, count = time.perf_counter(), 0
    while count < ANSWER_TOKENS and time.perf_counter() - begin < ANSWER_SECONDS:
        runtime.decode([given[0]])
        count += 1
    saying = (time.perf_counter() - begin) / max(1, count)
    whole = sum(len(prompt) for prompt in prompts) / max(1, len(questions))
    return whole * reading + ANSWER_TOKENS * saying, saying


def _asked(question: Question) -> list[list[Turn]]:
    """The prompts that a proof reads for a question."""
    if question.kind == "recall":
        return [question.closed]
    return [question.open, question.closed] if evaluate.answerable(question) else [question.open]


def _seconds_a_token(network: Network, units: Sequence[Unit], recipe: Recipe, stop: Callable[[], bool]) -> float:
    """Measure a training token on the run's own first steps, for about TRAIN_SECONDS."""
    order = itertools.chain.from_iterable(train.all_steps(units, recipe))

    def some(tokens: float) -> list[Unit]:
        chosen: list[Unit] = []
        while sum(unit.size for unit in chosen) < tokens:
            chosen.append(units[next(order)])
        return chosen

    def seconds(chosen: list[Unit]) -> float:
        begin = time.perf_counter()
        train.step_gradient(network, chosen, stop)
        return (time.perf_counter() - begin) / sum(unit.size for unit in chosen)

    first = seconds(some(WARM_UP))
    found = seconds(some(max(FEWEST, min(MOST, TRAIN_SECONDS / first))))
    network.zero_grad(set_to_none=True)
    return found


def _tokens(laid: Laid, recipe: Recipe, tokens: float) -> int:
    """How many tokens a run takes that has time for so many: all its passes, or what fits."""
    if tokens <= 0:
        return 0
    chosen = laid.mixed(recipe, tokens)
    each = sum(unit.size for unit in chosen) / len(train.schedule(chosen, recipe, 0))
    return int(min(tokens, train.plan(chosen, recipe, 1.0, tokens) * each))


def _pieces(laid: Laid, recipe: Recipe, tokens: float, most: int) -> list[list[int]]:
    """The pieces of one pass over what fits into so many tokens, each the sizes of its units."""
    units = laid.mixed(recipe, max(0.0, tokens))
    steps = train.schedule(units, recipe, 0)
    return [[unit.size for unit in piece] for step in steps for piece in train.pieces([units[i] for i in step], most)]


def _shape(units: Sequence[Unit]) -> tuple[float, float]:
    """The mean length of a unit as attention sees it, and the share of tokens that is learned."""
    tokens = sum(unit.size for unit in units)
    return (
        predict.attention_cells([unit.size for unit in units]) / tokens,
        sum(len(unit.targets) for unit in units) / tokens,
    )


def _weights(sizes: Sizes) -> int:
    return sizes.adapted + sizes.embedding


def _watts(meter: Meter, seconds: float) -> tuple[float, bool]:
    """What the machine draws while it measures: counted by the processor, or by its cores."""
    counted = meter.joules()
    if counted:
        return counted[0] / seconds, True
    return physical_cores() * train_worker.WATTS_A_CORE, False
