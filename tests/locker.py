"""Locks and unlocks a data folder, for tests/faults.py: `python -m tests.locker MOMENT`."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from personal_ai import keys, locking
from personal_ai.errors import UserError
from personal_ai.paths import Paths, locate
from personal_ai.services import Services
from tests import faults
from tests.ui.fakes import put_note

NEEDLES: list[str] = [f"needle{number}xq" for number in range(50)]


def fill(folder: Path) -> Paths:
    """A data folder with a needle in everything that is the person's, and what opens it beside it."""
    from tests import light

    paths = locate(folder / "home")
    services = Services(paths)
    for number, needle in enumerate(NEEDLES[:40]):
        put_note(services, f"{number}.md", f"# About {needle}\n\nThe {needle} is under the blue pot.", f"On {needle}")
    id = services.conversations.create(f"Where is {NEEDLES[40]}?")
    services.conversations.add_message(id, "user", f"Where is {NEEDLES[41]}?")
    made = paths.jobs / "made"
    made.mkdir()
    for name in ("adapter.gguf", "adapter.safetensors", "report.json"):
        (made / name).write_bytes(b"GGUF" + NEEDLES[42].encode() * 9)
    services.shelf.publish(made, base="toy", base_sha256="b" * 64, recipe={"told": NEEDLES[43]})
    services.database._back_up(services.database.read(), 1)
    services.close()
    (paths.jobs / "7" / "checkpoint-a").mkdir(parents=True)
    (paths.jobs / "7" / "examples.jsonl").write_text(NEEDLES[44])
    (paths.jobs / "7" / "checkpoint-a" / "state").write_text(NEEDLES[45], encoding="utf-16-le")
    (paths.jobs / "forecast-x").mkdir()
    (paths.jobs / "forecast-x" / "examples.jsonl").write_text(NEEDLES[46])
    (paths.home / "states").mkdir()
    (paths.home / "states" / "1.state").write_text(NEEDLES[47])
    (paths.jobs / "learn.jsonl").write_text(NEEDLES[48])
    (paths.adapters / ".new-3-99999999").mkdir()
    (paths.adapters / ".new-3-99999999" / "adapter.gguf").write_text(NEEDLES[49])
    file, key, code = light.make()
    (folder / "secrets.json").write_bytes(msgspec.json.encode((file, key, code)))
    return paths


def secrets(folder: Path) -> tuple[keys.KeyFile, keys.Keys, str]:
    """What opens the data folder of `fill`."""
    return msgspec.json.decode((folder / "secrets.json").read_bytes(), type=tuple[keys.KeyFile, keys.Keys, str])


def run(folder: Path, reached: Callable[[str], None]) -> None:
    """Lock what is not locked; unlock what is."""
    paths = locate(folder / "home")
    file, key, _ = secrets(folder)
    change = locking.unlock if keys.is_locked(paths) else locking.lock
    for _step in change(paths, file, key):
        pass
    reached("changed")


if __name__ == "__main__":
    faults.serve(run, UserError)
