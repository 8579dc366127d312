"""Train a base model's reading skill on the invented lives, and pack it to be shipped.

    python3 packaging/make_skill.py [--model MODEL.gguf] [--on LIFE ...]

Writes resources/skills/ready/<beginning of the model's SHA-256>.safetensors, and the base's own answers beside it as
.replay.json. Takes half an hour to an hour on two cores with the built-in model. Training goes on from its last
checkpoint when it is started again.

With --on the skill that is there already goes on with these lives of the train split (file names without their ending),
by gentler steps, some of the others beside them.
"""

import argparse
import hashlib
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import torch

from personal_ai import paths
from personal_ai.engine.runtime import Runtime, physical_cores
from personal_ai.learning import adapter_files, export, job, layout, recipe, replay, skill, threshold, train
from personal_ai.learning.job import Example
from personal_ai.learning.network import Network
from personal_ai.learning.skills import LEARNS, READY, Skills
from personal_ai.models import header
from personal_ai.models.catalogue import BUILT_IN_FILE
from personal_ai.services import Services

#: Each question in English is asked so often, every time among other passages, and one in another language once: small
#: models read little else.
ROUNDS = 2
#: Steps at most: the shipped one took 150 of the 264 that there were, for lack of time.
STEPS = 150
#: A skill that goes on takes so many steps at most, this share of them for the other lives.
STEPS_ON, BESIDE = 130, 0.18
#: Answers of the base itself that are learned beside it.
REPLAYED = 300
#: Questions that set when it says that something is not in the notes.
SHOWN = 90


def main(model: Path, on: Sequence[str]) -> None:
    """Train, and pack what came of it."""
    torch.set_num_threads(physical_cores())
    torch.set_flush_denormal(True)
    sha256 = hashlib.sha256(model.read_bytes()).hexdigest()
    folder = paths.RESOURCES.parent / "build" / f"skill-{sha256[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    services = Services(paths.locate(folder / "home"))
    network = Network(model)
    settings = recipe.choose(header.inspect_model(model).parameters, 0)
    start = None
    if on:
        settings = msgspec.structs.replace(recipe.going_on(settings), skill=BESIDE)
        known = Skills(services.paths).find(sha256)
        if known is None:
            raise SystemExit("There is no skill yet that could go on.")
        start = known / LEARNS
        shutil.copy(READY / f"{sha256[:16]}.replay.json", folder / "replay.json")
    practice, beside = _practice(services, on)
    with Runtime.load(model, 4096) as runtime:
        said = replay.said(runtime, folder / "replay.json", REPLAYED)
        general = replay.examples(said, practice[0].turns[0])
        laid, _ = layout.laid_out(runtime, practice, beside, general, settings)
    parameters = train.adapt(network, settings, start)
    chosen = laid.mixed(settings)
    steps = len(train.schedule(chosen, settings, 0))
    begun = start.read_bytes() if start else b""
    inputs = sha256.encode(), msgspec.json.encode(settings), job.encoded([*practice, *beside, *general]), begun
    run = train.train(
        network,
        parameters,
        chosen,
        settings,
        folder,
        train.inputs_hash(*inputs),
        planned=lambda: min(STEPS_ON if on else STEPS, steps),
        stop=lambda: False,
        on_step=lambda run, _rate: print(
            f"\r{run.step} of {run.planned}, loss {run.losses[-1][1]:.2f}", end="", flush=True
        ),
        on_checkpoint=lambda _step: None,
    )
    export.write(network, folder, settings, network.architecture, sha256)
    with Runtime.load(model, 4096) as runtime:
        threshold.set_for(runtime, folder, 1.0, skill.shown(services.prompt, SHOWN), lambda: False)
    READY.mkdir(exist_ok=True)
    adapter_files.pack(folder / LEARNS, READY / f"{sha256[:16]}.safetensors")
    shutil.copy(folder / "replay.json", READY / f"{sha256[:16]}.replay.json")
    print(f"\n{run.tokens} tokens in {run.seconds / 60:.0f} minutes.")


def _practice(services: Services, on: Sequence[str]) -> tuple[list[Example], list[Example]]:
    """What is practised, and what beside it: every life, or those named beside the others."""
    lives = skill.lives("train")
    if on:
        names = {
            path.stem: life for path, life in zip(sorted((skill.LIVES / "train").glob("*.json")), lives, strict=True)
        }
        rest = skill.examples([life for name, life in names.items() if name not in on], services.prompt, seed=2)
        # Whole groups in any order, for only some of them are taken.
        groups = sorted({example.group for example in rest})
        random.Random(2).shuffle(groups)
        place = {group: number for number, group in enumerate(groups)}
        return skill.examples([names[name] for name in on], services.prompt), sorted(rest, key=lambda e: place[e.group])
    practice = skill.examples([life for life in lives if life.language == "en"], services.prompt, rounds=ROUNDS)
    return practice + skill.examples([life for life in lives if life.language != "en"], services.prompt), []


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=BUILT_IN_FILE)
    parser.add_argument("--on", nargs="+", default=[])
    wanted = parser.parse_args()
    main(wanted.model, wanted.on)
