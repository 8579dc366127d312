"""A checkpoint at every fault of the disk and at kill -9: the old one or the new one, never neither."""

from pathlib import Path
from random import Random

import msgspec
import pytest

from personal_ai.learning import train
from tests import faults
from tests.learning import checkpointer


def fresh(folder: Path) -> None:
    for step in (1, 2):
        checkpointer.save(folder, step)


@pytest.mark.slow
def test_a_bit_that_flips_anywhere_costs_one_checkpoint_and_never_two(tmp_path: Path) -> None:
    chance = Random(8)
    for number in range(60):
        folder = tmp_path / str(number)
        fresh(folder)
        file = folder / "checkpoint-a" / ("state.json" if number % 2 else "tensors.safetensors")
        data = bytearray(file.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(data)
        assert checkpointer.found(folder) == 1
        # The next one takes its place, and not that of the sound one.
        checkpointer.save(folder, 3)
        (folder / "checkpoint-a" / "state.json").unlink()
        assert checkpointer.found(folder) == 1


def test_a_checkpoint_of_other_inputs_gives_way_before_that_of_these(tmp_path: Path) -> None:
    for step in (7, 8):
        train.save(tmp_path, "other notes", train.Run(10, step), *checkpointer.state_of(step))
    for step in (1, 2, 3):
        checkpointer.save(tmp_path, step)
    slots = [msgspec.json.decode(file.read_bytes())["step"] for file in tmp_path.glob("*/state.json")]
    assert sorted(slots) == [2, 3]


@pytest.mark.slow
@faults.needs_strace
@pytest.mark.parametrize("fault", faults.FAULTS)
def test_a_fault_at_any_system_call_leaves_the_old_checkpoint_or_the_new_one(fault: str, tmp_path: Path) -> None:
    faulty = faults.Faulty("tests.learning.checkpointer", fault, moment=16)
    met: dict[str, int] = {}
    for call in ("write", "fsync", "rename", "unlink"):
        for nth, folder, code in faulty.every(call, fresh, tmp_path):
            met[call] = nth
            acknowledged = max(step for step in (2, 3, 4) if step == 2 or (folder / f"step {step}").exists())
            assert code == (-9 if fault == "kill -9" else faults.REFUSED), f"{call} {nth}"
            assert checkpointer.found(folder) in (acknowledged, acknowledged + 1), f"{call} {nth}"
            # It goes on, and in the end nothing half-written is left.
            for step in (5, 6):
                checkpointer.save(folder, step)
                assert checkpointer.found(folder) == step
            assert not list(folder.rglob("*.tmp"))
    faulty.close()
    # Two checkpoints of two files each, and of each file its folder.
    assert met == {"write": 4, "fsync": 8, "rename": 4, "unlink": 2}
    print(f"{fault}: {sum(met.values())} places, each old or new")
