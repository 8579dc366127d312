"""Writes two checkpoints over two older ones, for tests/faults.py: `python -m tests.learning.checkpointer`."""

from collections.abc import Callable
from pathlib import Path

import torch

from personal_ai.learning import train
from tests import faults

INPUTS = "these notes"


def state_of(step: int) -> tuple[list[tuple[str, torch.nn.Parameter]], torch.optim.AdamW]:
    """Parameters and an optimizer whose every number says which step they are of."""
    parameters = [(name, torch.nn.Parameter(torch.full((64, 9), float(step)))) for name in ("a", "b")]
    optimizer = torch.optim.AdamW([p for _, p in parameters])
    for _, parameter in parameters:
        moments = {key: torch.full((64, 9), float(step)) for key in ("exp_avg", "exp_avg_sq")}
        optimizer.state[parameter] = {"step": torch.tensor(float(step)), **moments}
    return parameters, optimizer


def save(folder: Path, step: int) -> None:
    """Write the checkpoint of a step."""
    train.save(folder, INPUTS, train.Run(10, step, [(step, 0.5)]), *state_of(step))


def found(folder: Path) -> int:
    """The step that a run would go on from, 0 for none; its numbers must be all of that step."""
    parameters, optimizer = state_of(0)
    state = train.resume(folder, INPUTS, parameters, optimizer)
    step = state.step if state else 0
    kept = [tensor for _, p in parameters for tensor in (p.detach(), optimizer.state[p]["exp_avg"])]
    assert all(torch.equal(tensor, torch.full((64, 9), float(step))) for tensor in kept)
    return step


def run(folder: Path, reached: Callable[[str], None]) -> None:
    """Write the third and the fourth checkpoint."""
    for step in (3, 4):
        save(folder, step)
        reached(f"step {step}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    faults.serve(run, OSError)
