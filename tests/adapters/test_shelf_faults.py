"""Publishing and going back at every fault of the disk and at kill -9: the old adapter or the new, never neither."""

import hashlib
import shutil
from pathlib import Path

import pytest

from tests import faults
from tests.adapters import faulty_shelf

#: What may be in use when the last of these was reached: before the step that follows it, and after.
IN_USE = {"": {2}, "opened": {2, 3}, "published": {3, 2}, "back": {2}, "removed": {2}, "done": {2}}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two adapters, the second of them in use, and a job with a third."""
    folder = tmp_path_factory.mktemp("begun")
    shelf, database = faulty_shelf.open_shelf(folder)
    for content in (b"first", b"second"):
        faulty_shelf.publish(shelf, folder, content)
    database.close()
    for name in ("adapter.gguf", "adapter.safetensors", "report.json"):
        (folder / "job" / name).write_bytes(b"third")
    return folder


def check(folder: Path, code: int) -> None:
    """What is in use is whole, and the old or the new; a start finds nothing wrong and leaves nothing half-made."""
    shelf, database = faulty_shelf.open_shelf(folder)
    last = [stage for stage in IN_USE if not stage or (folder / stage).exists()][-1]
    current = shelf.current()
    assert current
    assert current.number in IN_USE[last], last
    if code == faults.REFUSED and last == "opened":
        assert current.number == 2, "a publication that failed changed something"
        assert [row.number for row in shelf.list()] == [2, 1]
    assert shelf.problem() is None
    for row in shelf.list():
        content = shelf.path(row.number).read_bytes()
        assert content == (b"first", b"second", b"third")[row.number - 1]
        assert hashlib.sha256(content).hexdigest() == shelf.manifest(row.number).adapter_sha256
    assert not [entry.name for entry in (folder / "home" / "adapters").iterdir() if entry.name.startswith(".")]
    database.close()


@pytest.mark.slow
@faults.needs_strace
@pytest.mark.parametrize("fault", faults.FAULTS)
def test_a_fault_at_any_system_call_leaves_the_old_adapter_or_the_new_one(
    fault: str, begun: Path, tmp_path: Path
) -> None:
    faulty = faults.Faulty("tests.adapters.faulty_shelf", fault, moment=64)
    met: dict[str, int] = {}
    for call in faults.CALLS:
        for nth, folder, code in faulty.every(call, lambda place: shutil.copytree(begun, place), tmp_path):  # type: ignore[arg-type, return-value]
            met[call] = nth
            try:
                check(folder, code)
            except Exception as error:
                raise AssertionError(f"{call} {nth} ({code}): {error}") from error
            shutil.rmtree(folder)
    faulty.close()
    print(f"{fault}: {sum(met.values())} places, each old or new: {met}")
    assert all(met.get(call, 0) >= least for call, least in {"write": 5, "fsync": 9, "rename": 4, "unlink": 1}.items())
