"""Trains and exports in a fork for every folder on stdin, to be killed: torch is loaded once, so that kills are quick.

`python -m tests.learning.learner MODEL` answers with the fork's process id, and with its exit code when it has ended.
"""

import os
import sys
from pathlib import Path

import torch

from personal_ai.learning import export, train
from personal_ai.learning.network import Network
from tests.learning.test_train import EXAMPLES, RECIPE


def learn(network: Network, folder: Path) -> None:
    """Go on from the newest checkpoint to the end, with a checkpoint after every step."""
    parameters = train.adapt(network, RECIPE)
    train.train(
        network,
        parameters,
        EXAMPLES,
        RECIPE,
        folder,
        "x",
        planned=lambda: 30,
        stop=lambda: False,
        on_step=lambda _run, _rate: None,
        on_checkpoint=lambda _step: None,
        checkpoint_seconds=0.0,
    )
    export.write(network, folder / "adapter", RECIPE, network.architecture, "a" * 64)


def main(model: Path) -> None:
    """Fork until stdin ends."""
    torch.set_num_threads(1)
    network = Network(model, torch.float32)
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            learn(network, Path(line.strip()))
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
