"""A training step here beside TRL's, on the same notes, the same examples and the same shape of adapter, in turn.

    python -m tests.perf.bench_learn [FOLDER WITH NOTES [SECONDS [MINUTES]]]

Wants the dependency group `trl` (`pip install --group trl`). Prints the real tokens (no padding) that are trained a
second, for SECONDS (60) at each of TRL's settings and of our own step; then, with MINUTES, how long our step takes to
reach the loss that TRL's best setting reaches in so many. The loss of both is that of the same NOTES, by plain mean
over all learned tokens, on the clock of training alone.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from personal_ai.engine.runtime import Runtime, physical_cores
from personal_ai.learning import layout, train
from personal_ai.learning.network import Network
from personal_ai.learning.optimizer import AdamW
from personal_ai.learning.recipe import Recipe
from personal_ai.learning.units import Tokenised, lay_out, number
from personal_ai.messages import Turn
from tests.perf.home import SAMPLE, Home, notes_of

NOTES, LONGEST, EVALUATED = 64, 512, 12
RECIPE = Recipe(rank=16, alpha=32.0, learning_rate=1e-3)
#: TRL's own names of what is tried.
SETTINGS: dict[str, dict[str, Any]] = {
    "as TRL has it": {},
    "batches of 8": {"per_device_train_batch_size": 8},
    "packed": {"packing": True, "max_length": 1024, "per_device_train_batch_size": 2},
    "bf16": {"bf16": True},
}


def main(notes: Path, seconds: float, minutes: float) -> None:
    """Print the figures."""
    torch.set_num_threads(physical_cores())
    torch.set_flush_denormal(True)
    model, examples = _examples(notes)
    print(f"{len(examples)} notes, {sum(len(tokens) for tokens, _ in examples)} tokens", flush=True)
    ours, theirs = [], {name: [] for name in SETTINGS}
    for name, setting in SETTINGS.items():
        ours.append(_ours(model, examples, seconds))
        theirs[name].append(_theirs(model, examples, setting, seconds)[0])
        print(f"ours {ours[-1]:.0f}, TRL {name} {theirs[name][-1]:.0f} tokens a second", flush=True)
    best = max(theirs, key=lambda name: max(theirs[name]))
    print(f"ours {sum(ours) / len(ours) / max(theirs[best]):.2f} times TRL's best ({best})", flush=True)
    if minutes:
        judged = examples[:EVALUATED]
        _, trained = _theirs(model, examples, SETTINGS[best], minutes * 60)
        aim = _loss_of_theirs(trained, judged)
        del trained
        print(f"TRL's loss after {minutes:g} minutes: {aim:.3f}", flush=True)
        print(f"ours reached it in {_time_to(model, examples, judged, aim, minutes * 60):.0f} s", flush=True)


def _examples(notes: Path) -> tuple[Path, list[Tokenised]]:
    """The first NOTES of a folder as answers to their titles."""
    home = Home(Path(tempfile.mkdtemp()) / "home")
    home.add(notes_of(notes)[: NOTES * 2])
    chunks = home.services.documents.learnable_chunks()[:NOTES]
    model = home.services.model().path
    with Runtime.load(model, 512) as runtime:
        return model, [
            layout.tokenised(runtime, [Turn("user", chunk.title), Turn("assistant", chunk.text)], LONGEST)
            for chunk in chunks
        ]


# ---- ours -------------------------------------------------------------------------------------------------------


def _steps(model: Path, examples: Sequence[Tokenised]) -> tuple[Network, Iterator[int]]:
    """The network, and its training: each turn is one step and gives its tokens."""
    network = Network(model)
    parameters = train.adapt(network, RECIPE)
    optimizer = AdamW([p for _, p in parameters])
    units = number(lay_out([example]) for example in examples)

    def turns() -> Iterator[int]:
        for chosen in train.all_steps(units, RECIPE):
            batch = [units[i] for i in chosen]
            train.step_gradient(network, batch, lambda: False)
            optimizer.step(RECIPE.learning_rate)
            yield sum(unit.size for unit in batch)

    return network, turns()


def _ours(model: Path, examples: Sequence[Tokenised], seconds: float) -> float:
    """Tokens a second, after a first step."""
    _, turns = _steps(model, examples)
    next(turns)
    begin, tokens = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        tokens += next(turns)
    return tokens / (time.perf_counter() - begin)


def _time_to(
    model: Path, examples: Sequence[Tokenised], judged: Sequence[Tokenised], aim: float, longest: float
) -> float:
    """Seconds of training until the loss is at most `aim`; infinite where it is not within `longest`."""
    network, turns = _steps(model, examples)
    spent = 0.0
    while spent < longest:
        begin = time.perf_counter()
        next(turns)
        spent += time.perf_counter() - begin
        logs = (network.log_probabilities(tokens) for tokens, _ in judged)
        if _mean(judged, (torch.from_numpy(each) for each in logs)) <= aim:
            return spent
    return float("inf")


def _mean(judged: Sequence[Tokenised], logs: Iterator[torch.Tensor]) -> float:
    """Nats per learned token, from the log probabilities [T, vocabulary] of each example."""
    total, count = 0.0, 0
    for (tokens, learn), each in zip(judged, logs, strict=True):
        for i in range(1, len(tokens)):
            if learn[i]:
                total -= float(each[i - 1, tokens[i]])
                count += 1
    return total / count


# ---- TRL --------------------------------------------------------------------------------------------------------


def _theirs(
    model: Path, examples: Sequence[Tokenised], setting: dict[str, Any], seconds: float
) -> tuple[float, torch.nn.Module]:
    """Real tokens a second of TRL's SFTTrainer with peft, after a first step, and what it trained."""
    from datasets import Dataset  # pyright: ignore[reportMissingImports]
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer  # pyright: ignore[reportMissingImports]

    read = AutoModelForCausalLM.from_pretrained(str(model.parent), gguf_file=model.name, dtype=torch.float32)
    # Read from a GGUF it counts as quantised, and no trainer takes it; its weights are plain fp32.
    if hasattr(read.config, "quantization_config"):
        del read.config.quantization_config
    base = AutoModelForCausalLM.from_config(read.config, dtype=torch.float32)
    base.load_state_dict(read.state_dict())
    del read
    tokenizer = AutoTokenizer.from_pretrained(str(model.parent), gguf_file=model.name)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    rows = [{"input_ids": list(tokens), "completion_mask": [int(each) for each in learn]} for tokens, learn in examples]

    class Clock(TrainerCallback):
        begun, tokens, spent = 0.0, 0, 0.0

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if not self.begun:
                self.begun = time.perf_counter()
            self.spent = time.perf_counter() - self.begun
            if self.spent > seconds:
                control.should_training_stop = True

    clock = Clock()
    config = SFTConfig(
        output_dir=tempfile.mkdtemp(),
        **({"max_length": LONGEST, "learning_rate": RECIPE.learning_rate, "bf16": False} | setting),
        use_cpu=True,
        max_steps=100_000,
        lr_scheduler_type="constant",
        save_strategy="no",
        report_to="none",
        logging_strategy="no",
        disable_tqdm=True,
        gradient_checkpointing=False,
    )
    lora = LoraConfig(r=RECIPE.rank, lora_alpha=int(RECIPE.alpha), target_modules="all-linear", task_type="CAUSAL_LM")
    trainer = SFTTrainer(
        model=base,
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=lora,
        callbacks=[clock],
    )
    _count_real(trainer, clock)
    trainer.train()
    return clock.tokens / max(1e-9, clock.spent), trainer.model


def _count_real(trainer: Any, clock: Any) -> None:
    """Let the clock count the tokens of each batch that are no padding, from the first step's end on."""
    inner: Callable[..., Any] = trainer.training_step

    def counted(model: Any, inputs: Any, *rest: Any) -> Any:
        if clock.begun:
            mask = inputs.get("attention_mask")
            clock.tokens += int((mask if mask is not None else torch.ones_like(inputs["input_ids"])).sum())
        return inner(model, inputs, *rest)

    trainer.training_step = counted


def _loss_of_theirs(model: Any, judged: Sequence[Tokenised]) -> float:
    def logs() -> Iterator[torch.Tensor]:
        for tokens, _ in judged:
            yield torch.log_softmax(model(input_ids=torch.tensor([tokens])).logits[0].float(), -1)

    model.eval()
    with torch.no_grad():
        return _mean(judged, logs())


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE,
        float(sys.argv[2]) if len(sys.argv) > 2 else 60.0,
        float(sys.argv[3]) if len(sys.argv) > 3 else 0.0,
    )
