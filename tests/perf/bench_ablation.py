"""Each form of example and each part of the recipe, in and out, at the same number of tokens.

    python -m tests.perf.bench_ablation [TOKENS [VARIANT …]]

Each variant is learned beside the reading skill (but one), sees the first TOKENS tokens of its own mix, and is asked
the sample notes' `dev` questions with notes, and what it was to know by heart in new words and without: nats per answer
token, word overlap, how many answers hold the right words, and how far general answers moved.
"""

import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import torch

from personal_ai.engine.runtime import Runtime, physical_cores
from personal_ai.learning import (
    adapter_files,
    evaluate,
    examples,
    export,
    general,
    layout,
    preparing,
    recipe,
    replay,
    skill,
    train,
)
from personal_ai.learning.job import Question
from personal_ai.learning.network import Network
from personal_ai.learning.questions import read_questions
from personal_ai.learning.skills import CHATS, LEARNS, Skills
from personal_ai.models.adapter_file import READING, WITH_NOTES
from tests.perf.home import SAMPLE, Home, notes_of


@dataclass(frozen=True)
class Variant:
    """One way to learn: `forms` of example, and what is otherwise than the night does it."""

    settings: recipe.Recipe
    forms: frozenset[str] = examples.FORMS
    skilled: bool = True


def variants(parameters: int, tokens: int) -> dict[str, Variant]:
    """All of them, by name, for a base model of so many weights."""
    usual = Variant(recipe.choose(parameters, 30_000, trained=tokens))
    found = {"usual": usual}
    for form in sorted(examples.FORMS):
        found[f"without {form}"] = replace(usual, forms=examples.FORMS - {form})
    for part in ("replay", "skill"):
        found[f"no {part} beside"] = replace(usual, settings=msgspec.structs.replace(usual.settings, **{part: 0.0}))
    for name, changes in (
        ("half the rate", {"learning_rate": usual.settings.learning_rate / 2}),
        ("twice the rate", {"learning_rate": usual.settings.learning_rate * 2}),
        ("four times the step", {"step_tokens": usual.settings.step_tokens * 4}),
        ("replay counts once", {"replay_weight": 1.0}),
        ("twice the rank", {"rank": usual.settings.rank * 2, "alpha": usual.settings.alpha * 2}),
    ):
        found[name] = replace(usual, settings=msgspec.structs.replace(usual.settings, **changes))
    return found | {"begun anew": replace(usual, skilled=False)}


def main(tokens: int, names: Sequence[str]) -> None:
    """Print a row for each variant."""
    torch.set_num_threads(physical_cores())
    torch.set_flush_denormal(True)
    home = Home(Path(tempfile.mkdtemp()) / "home")
    home.add(notes_of(SAMPLE))
    services, model = home.services, home.services.model()
    skilled = Skills(services.paths).find(model.sha256)
    chunks = services.documents.learnable_chunks()
    practice = skill.examples(skill.lives("train"), services.prompt)
    share = preparing.RECALL_SHARE / preparing.TRAINED_SHARE
    heart = max(8, int(tokens * share / (preparing.EXPOSURES * preparing.RECALL_TOKENS)))
    lesson = examples.make(chunks, services.library.search, services.prompt, heart=heart)
    by_heart = [question for question in lesson.questions if question.kind == "recall"]
    questions = [
        Question(q.question, q.answer, services.prompt(q.question, []), services.prompt(q.question, hits))
        for q in read_questions(SAMPLE / "questions.jsonl", "dev")
        for hits in [services.library.search(q.question, 4)]
    ]
    with Runtime.load(model.path, 4096) as runtime:
        said = replay.said(runtime, Path(tempfile.gettempdir()) / f"replay-{model.sha256[:16]}.json", 100)
        base = general.base(runtime, general.read(short=True), lambda: False, questions[0].closed[:-1])
        if skilled:
            tell(runtime, "the skill alone", skilled / CHATS, questions, by_heart, base, str(skilled / CHATS))
        every = variants(model.parameters, tokens)
        for name in names or every:
            variant = every[name]
            made = examples.make(
                chunks, services.library.search, services.prompt, forms=variant.forms, heart=heart
            ).examples
            told = replay.examples(said, questions[0].closed[0])
            laid, _ = layout.laid_out(runtime, made, practice, told, variant.settings)
            random.Random(1).shuffle(laid.skill)
            folder = Path(tempfile.mkdtemp())
            beside = skilled / LEARNS if skilled and variant.skilled else None
            learn(model.path, laid, variant, tokens, folder, beside)
            if beside:
                parts = [(WITH_NOTES, folder / LEARNS), (1.0, beside)]
                adapter_files.combine(parts, folder / READING)
            tell(runtime, name, folder / CHATS, questions, by_heart, base, str(folder / READING) if beside else "")


def learn(model: Path, laid: layout.Laid, variant: Variant, tokens: int, folder: Path, skill: Path | None) -> None:
    """Train one variant, beside the reading `skill`, and write its adapter into `folder`."""
    network = Network(model)
    parameters = train.adapt(network, variant.settings)
    if skill:
        train.read_beside(network, variant.settings, skill)
    chosen = laid.mixed(variant.settings, tokens)
    train.train(
        network,
        parameters,
        chosen,
        variant.settings,
        folder,
        "",
        planned=lambda: train.plan(chosen, variant.settings, 1.0, tokens),
        stop=lambda: False,
        on_step=lambda _run, _rate: None,
        on_checkpoint=lambda _step: None,
    )
    export.write(network, folder, variant.settings, network.architecture, "")


def tell(
    runtime: Runtime,
    name: str,
    adapter: Path,
    questions: list[Question],
    by_heart: list[Question],
    base: general.Base,
    reads: str = "",
) -> None:
    """Ask and print; with notes `reads` answers, where it is named."""
    evaluate.use(runtime, adapter, reads=reads)
    notes = evaluate.summary(list(_asked(runtime, questions, notes=True, spoken=True)), spoken=True)
    memory = evaluate.summary(list(_asked(runtime, by_heart, notes=False, spoken=True)), spoken=True)
    moved = general.drift(runtime, base, lambda: False)
    print(
        f"{name:22} notes nll {notes['nll']['mean']:.3f} f1 {notes['f1']:.3f} contains {notes['contains']:.3f} refused"
        f" {notes['refused']:.3f}; by heart nll {memory['nll']['mean']:.3f} contains {memory['contains']:.3f};"
        f" general kl {moved['kl']['mean']:.3f} nll {moved['nll_rise']['mean']:+.1%}",
        flush=True,
    )


def _asked(runtime: Runtime, questions: list[Question], *, notes: bool, spoken: bool) -> Iterable[evaluate.Asked]:
    return evaluate.ask(runtime, questions, notes=notes, spoken=spoken, stop=lambda: False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25_000, sys.argv[2:])
