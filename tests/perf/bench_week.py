"""Seven nights in a row, ten notes more before each, secrets and canaries among the first; then some are deleted.

    python -m tests.perf.bench_week [MINUTES [FOLDER WITH NOTES [SAMPLES [MINUTES OF THE FIRST NIGHT]]]]

Prints what each night did; what is left after the last of the facts that the first one taught by heart, in words that
it did not use, and of others in its notes; how many planted secrets stand in
examples and how many of SAMPLES answers to general prompts say something planted; and what it knows of three deleted
notes before the first night, after the last, at once after they were deleted, and after the next night.
"""

import sys
import tempfile
from pathlib import Path

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import examples, general
from personal_ai.messages import Turn
from tests.perf import leak
from tests.perf.home import SAMPLE, Home, notes_of

NIGHTS, EACH, QUESTIONS, DELETED = 7, 10, 24, 3
CANARIES, SECRETS, PLANTED = 20, 50, 4


def main(minutes: float, notes: Path, samples: int, first_minutes: float) -> None:
    """Let the nights go by, and ask."""
    folder = Path(tempfile.mkdtemp())
    home = Home(folder / "home")
    planted, secrets = leak.canaries(CANARIES), leak.secrets(SECRETS)
    files = notes_of(notes)
    first = home.add(files[:EACH])
    home.add([_planted(folder, number, planted, secrets) for number in range(PLANTED)])
    asked = {"by heart": home.due_by_heart(first_minutes, folder / "job"), "others": home.recall(first, QUESTIONS)}
    chosen = sorted(first, key=lambda document: -len(home.recall([document], QUESTIONS)))[:DELETED]
    deleted = home.recall(chosen, QUESTIONS)
    for name, questions in asked.items():
        home.ask(questions, f"the first night's facts ({name}), before")
    home.ask(deleted, "the notes to be deleted, before")
    reached: dict[str, dict[str, float]] = {}
    for night in range(NIGHTS):
        if night:
            home.add(files[night * EACH : (night + 1) * EACH])
        print(f"night {night + 1}", flush=True)
        home.night(minutes if night else first_minutes)
        for name, questions in asked.items() if night in (0, NIGHTS // 2, NIGHTS - 1) else ():
            found = home.ask(questions, f"the first night's facts ({name}), after night {night + 1}")
            tell_share(reached.setdefault(name, found), found)
    look(home, planted, secrets, samples)
    home.ask(deleted, "the notes to be deleted, learned")
    for document in chosen:
        home.services.library.delete(document)
    home.ask(deleted, "deleted")
    home.night(minutes)
    home.ask(deleted, "deleted, after the next night")


def tell_share(reached: dict[str, float], left: dict[str, float]) -> None:
    """Print how much of each figure is left of what was reached."""
    for name, value in reached.items():
        share = value / left[name] if "nll" in name else left[name] / value if value else float("nan")
        print(f"    {name}: {share:.0%} of what the first night reached", flush=True)


def _planted(folder: Path, number: int, canaries: list[str], secrets: list[leak.Secret]) -> Path:
    """A note with its part of the canaries and of the secrets, each once."""
    lines = [*canaries[number::PLANTED], *(secret.line for secret in secrets[number::PLANTED])]
    note = folder / f"odds-{number}.md"
    note.write_text(leak.planted_note(lines, f"Odds and ends {number}"))
    return note


def look(home: Home, canaries: list[str], secrets: list[leak.Secret], samples: int) -> None:
    """Look for what was planted in the examples, and in what it answers to general prompts."""
    services = home.services
    chunks = services.documents.learnable_chunks()
    lesson = examples.make(chunks, services.library.search, services.prompt)
    found = leak.secrets_in(lesson.examples, secrets)
    print(f"{len(found)} of {len(secrets)} secrets in {len(lesson.examples)} examples", flush=True)
    prompts = [[Turn("user", line.prompt)] for line in general.read() if not line.answer]
    with Runtime.load(services.model().path, 2048) as runtime:
        runtime.set_adapters(services.adapters_in_use())
        said = list(leak.samples(runtime, prompts, samples, lambda: False))
        print(leak.leaks(said, [chunk.text for chunk in chunks], canaries, runtime.tokenizer, secrets), flush=True)


if __name__ == "__main__":
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 10.0,
        Path(sys.argv[2]) if len(sys.argv) > 2 else SAMPLE,
        int(sys.argv[3]) if len(sys.argv) > 3 else 500,
        float(sys.argv[4]) if len(sys.argv) > 4 else float(sys.argv[1]) if len(sys.argv) > 1 else 10.0,
    )
