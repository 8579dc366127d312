"""The network that learns is the model that chats: the built-in one in torch and in llama.cpp, bare and adapted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import export, parity, train
from personal_ai.learning.layout import tokenised
from personal_ai.learning.network import Network
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Tokenised, lay_out, number
from personal_ai.messages import AdapterUse, Turn
from personal_ai.models.catalogue import BUILT_IN_FILE
from personal_ai.paths import RESOURCES

LIMIT = 0.10
RECIPE = Recipe(rank=8, alpha=16, learning_rate=1e-3, step_tokens=512)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime.load(BUILT_IN_FILE, 2048) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def examples(runtime: Runtime) -> list[Tokenised]:
    notes = sorted((RESOURCES / "sample_notes").rglob("*.md"))[:24:3]
    texts = [note.read_text("utf-8") for note in notes]
    return [
        tokenised(runtime, [Turn("user", f"Write my note “{text[:40]}”."), Turn("assistant", text[:700])], 1024)
        for text in texts
    ]


@pytest.mark.model
def test_the_bare_model_agrees_within_a_tenth_of_a_nat(runtime: Runtime, examples: list[Tokenised]) -> None:
    runtime.set_adapters([])
    assert parity.difference(Network(BUILT_IN_FILE), runtime, [tokens[:96] for tokens, _ in examples]) <= LIMIT


@pytest.mark.model
def test_a_trained_adapter_agrees_too_and_its_loss_fell(
    runtime: Runtime, examples: list[Tokenised], tmp_path: Path
) -> None:
    network = Network(BUILT_IN_FILE)
    prompts = [tokens[:96] for tokens, _ in examples]
    before = network.log_probabilities(prompts[0])
    run = train.train(
        network,
        train.adapt(network, RECIPE),
        number(lay_out([each]) for each in examples),
        RECIPE,
        tmp_path,
        "parity",
        planned=lambda: 10,
        stop=lambda: False,
        on_step=lambda run, rate: None,
        on_checkpoint=lambda step: None,
    )
    losses = [loss for _, loss in run.losses]
    assert sum(losses[-3:]) < sum(losses[:3])
    # An adapter that does nothing would agree, too.
    assert abs(network.log_probabilities(prompts[0]) - before).mean() > 0.1
    export.write(network, tmp_path, RECIPE, network.architecture, "0" * 64)
    runtime.set_adapters([AdapterUse(str(tmp_path / "adapter.gguf"))])
    assert parity.difference(network, runtime, prompts) <= LIMIT


@pytest.mark.model
def test_a_wrong_network_is_noticed(runtime: Runtime, examples: list[Tokenised]) -> None:
    runtime.set_adapters([])
    network = Network(BUILT_IN_FILE)
    network.rope_frequencies = network.rope_frequencies.flip(0)
    assert parity.difference(network, runtime, [examples[0][0][:96]]) > parity.LIMIT


def test_a_difference_is_known_for_this_very_model_alone(tmp_path: Path) -> None:
    path = str(tmp_path / "skills" / "a.parity.json")
    assert parity.known(path, "abc") is None
    parity.keep(path, "abc", 0.08)
    assert parity.known(path, "abc") == 0.08
    assert parity.known(path, "another") is None
    Path(path).write_text("{")
    assert parity.known(path, "abc") is None
    parity.keep("", "abc", 0.08)
    assert parity.known("", "abc") is None
