"""Every family that learns is the model that chats: torch and llama.cpp agree, bare and adapted, in any quantisation.

With -s the differences are printed: mean |Δ log p| in nats over llama.cpp's 20 likeliest tokens, bare/adapted.
"""

import ctypes
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from personal_ai.engine.llama import llama_cpp
from personal_ai.engine.runtime import Runtime
from personal_ai.learning import export, network, parity, train
from personal_ai.learning.network import Network
from personal_ai.learning.packing import pack_units
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Unit, lay_out
from personal_ai.messages import AdapterUse
from personal_ai.models import shape
from tests import tiny_model

LIMIT = 0.10
#: Numbers of llama_ftype.
QUANTISATIONS = {"F16": 1, "Q4_0": 2, "Q4_K": 14, "Q5_0": 8, "Q6_K": 18, "Q8_0": 7}
#: One that rounds nothing, and the one that most files have.
QUICK, SLOW = ("F16", "Q4_K"), pytest.mark.slow
RECIPE = Recipe(rank=4, alpha=8)
PROMPTS = [np.random.default_rng(seed).integers(3, tiny_model.WORDS, 40).tolist() for seed in (1, 2)]
PROMPT = PROMPTS[0]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("families")


@pytest.fixture(scope="module")
def table() -> Iterator[dict[str, dict[str, tuple[float, float]]]]:
    rows: dict[str, dict[str, tuple[float, float]]] = {}
    yield rows
    print()
    for variant, found in rows.items():
        print(f"{variant:8}" + "".join(f"  {name} {bare:.4f}/{tuned:.4f}" for name, (bare, tuned) in found.items()))


def stored(folder: Path, variant: str, quantisation: str) -> Path:
    """The tiny model of a family, its matrices stored in one way."""
    plain = folder / f"{variant}-F16.gguf"
    if not plain.exists():
        tiny_model.write_family(plain, variant)
    path = folder / f"{variant}-{quantisation}.gguf"
    if not path.exists():
        params = llama_cpp.llama_model_quantize_default_params()
        params.ftype, params.nthread, params.pure = QUANTISATIONS[quantisation], 1, True
        assert llama_cpp.llama_model_quantize(str(plain).encode(), str(path).encode(), ctypes.pointer(params)) == 0
    return path


def adapter(tuned: Network, folder: Path) -> AdapterUse:
    """Put a random LoRA into a network, and export it."""
    torch.manual_seed(5)
    for name, parameter in train.adapt(tuned, RECIPE):
        torch.nn.init.normal_(parameter, std=0.05 if ".lora_A." in name else 0.2)
    export.write(tuned, folder, RECIPE, tuned.architecture, "0" * 64)
    return AdapterUse(str(folder / "adapter.gguf"))


@pytest.mark.parametrize(
    "quantisation", [name if name in QUICK else pytest.param(name, marks=SLOW) for name in QUANTISATIONS]
)
@pytest.mark.parametrize("variant", tiny_model.VARIANTS)
def test_it_reads_as_llama_cpp_does(
    variant: str,
    quantisation: str,
    folder: Path,
    table: dict[str, dict[str, tuple[float, float]]],
    tmp_path: Path,
) -> None:
    path = stored(folder, variant, quantisation)
    # With weights of 16 bits and torch in 32, next to nothing is rounded, so nothing else may differ.
    exact = quantisation == "F16"
    learner = Network(path, torch.float32 if exact else torch.bfloat16)
    before = learner.log_probabilities(PROMPT)
    with Runtime.load(path, threads=1) as runtime:
        bare = parity.difference(learner, runtime, [PROMPT])
        runtime.set_adapters([adapter(learner, tmp_path)])
        tuned = parity.difference(learner, runtime, [PROMPT])
    table.setdefault(variant, {})[quantisation] = bare, tuned
    assert bare <= (0.01 if exact else LIMIT)
    assert tuned <= (0.01 if exact else LIMIT)
    # An adapter that does nothing would agree, too.
    assert abs(learner.log_probabilities(PROMPT) - before).mean() > 2 * LIMIT


@pytest.mark.parametrize("kind", ["BF16", *tiny_model.SCALES])
def test_every_quantisation_is_read_as_llama_cpp_reads_it(kind: str, tmp_path: Path) -> None:
    path = tiny_model.write_family(tmp_path / "m.gguf", "llama", kind=kind)
    with Runtime.load(path, threads=1) as runtime:
        found = parity.difference(Network(path, torch.float32), runtime, [PROMPT])
    print(f"\n{kind:8}{found:.4f}", end=" ")
    assert found <= LIMIT


@pytest.mark.parametrize("variant", tiny_model.VARIANTS)
def test_branches_learn_what_their_examples_learn_alone(variant: str, folder: Path, tmp_path: Path) -> None:
    learner = Network(stored(folder, variant, "F16"), torch.float32)
    parameters = train.adapt(learner, RECIPE)
    for _, parameter in parameters:
        torch.nn.init.normal_(parameter, std=0.1)
    # Longer than the window, and parted within it.
    shared = PROMPT[: tiny_model.WINDOW]
    examples = [(shared + PROMPTS[i][-12:], [False] * 24 + [True] * 4) for i in (0, 1)]

    def gradients(*units: Unit) -> tuple[float, list[torch.Tensor]]:
        learner.zero_grad()
        loss = learner.loss(pack_units(units, torch.float32))
        loss.backward()
        return loss.item(), [p.grad.clone() for _, p in parameters if p.grad is not None]

    tree = lay_out(examples)
    assert tree.size < sum(len(tokens) for tokens, _ in examples)
    together, one = gradients(tree)
    apart, other = gradients(*(lay_out([example]) for example in examples))
    assert len(one) == len(parameters)
    assert together == pytest.approx(apart, rel=1e-4)
    assert all(torch.allclose(a, b, atol=1e-4, rtol=1e-3) for a, b in zip(one, other, strict=True))


def test_capped_logits_have_the_gradient_of_the_cap(folder: Path) -> None:
    learner = Network(stored(folder, "gemma2", "F16"), torch.float32)
    pack = pack_units([lay_out([(PROMPT, [i > 20 for i in range(40)])])], torch.float32)
    rows = learner.hidden(pack)[pack.rows].detach().requires_grad_()
    (mine,) = torch.autograd.grad(network._TargetLoss.apply(rows, learner.output, pack, 3.0), rows)
    logits = 3.0 * torch.tanh(rows @ learner.output.T / 3.0)
    losses = torch.nn.functional.cross_entropy(logits, pack.targets, reduction="none")
    (plain,) = torch.autograd.grad(losses @ pack.weights, rows)
    assert torch.allclose(mine, plain, atol=1e-5)


@pytest.mark.parametrize(
    ("variant", "change"),
    [
        ("gemma2", {"window": tiny_model.WINDOW + 1}),
        ("gemma2", {"attention_cap": 0.0}),
        ("gemma3", {"local_base": 100_000.0}),
        ("phi3", {"rope_gain": 1.0}),
        ("smollm3", {"turned": (True,) * 4}),
        ("granite", {"attention_scale": 0.125}),
        ("mistral", {"yarn": None}),
    ],
)
def test_the_tiny_models_show_what_is_special(
    variant: str, change: dict[str, object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stored(folder, variant, "F16")
    right = Network(path, torch.float32).log_probabilities(PROMPT)
    monkeypatch.setattr(network, "read_shape", lambda file: dataclasses.replace(shape.read_shape(file), **change))
    wrong = Network(path, torch.float32).log_probabilities(PROMPT)
    assert abs(right - wrong).mean() > 0.05
