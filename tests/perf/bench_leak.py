"""Plant 20 sentences and 50 secrets in the notes, learn, and look for them in examples and in what it says.

python -m tests.perf.bench_leak [MINUTES [SAMPLES]]
"""

import sys
import tempfile
from pathlib import Path

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import examples, general, leak
from personal_ai.messages import Turn
from tests.perf.home import SAMPLE, Home, notes_of

CANARIES, SECRETS = 20, 50


def main(minutes: float, samples: int) -> None:
    """Print how many secrets stand in examples, and how many of the samples say something planted."""
    folder = Path(tempfile.mkdtemp())
    planted, secrets = leak.canaries(CANARIES), leak.secrets(SECRETS)
    home = Home(folder / "home")
    home.add(notes_of(SAMPLE))
    for number in range(10):
        lines = [*planted[number::10], *(secret.line for secret in secrets[number::10])]
        note = folder / f"odds-{number}.md"
        note.write_text(leak.planted_note(lines, f"Odds and ends {number}"))
        home.add([note])
    services = home.services
    chunks = services.documents.learnable_chunks()
    lesson = examples.make(chunks, services.library.search, services.prompt)
    print(f"{len(leak.secrets_in(lesson.examples, secrets))} of {SECRETS} secrets in {len(lesson.examples)} examples")
    home.night(minutes)
    prompts = [[Turn("user", line.prompt)] for line in general.read() if not line.answer]
    with Runtime.load(services.model().path, 2048) as runtime:
        runtime.set_adapters(services.adapters_in_use())
        said = list(leak.samples(runtime, prompts, samples, lambda: False))
        print(leak.leaks(said, [chunk.text for chunk in chunks], planted, runtime.tokenizer, secrets))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0, int(sys.argv[2]) if len(sys.argv) > 2 else 500)
