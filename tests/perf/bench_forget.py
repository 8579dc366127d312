"""Delete a note: what it said must be as unknown afterwards as to a model that never saw it.

python -m tests.perf.bench_forget [MINUTES [FOLDER WITH NOTES]]
"""

import sys
import tempfile
from pathlib import Path

from tests.perf.home import SAMPLE, Home, notes_of

QUESTIONS = 40


def main(minutes: float, notes: Path) -> None:
    """Print its facts before the first night, after it, at once after deletion, and after the next night."""
    home = Home(Path(tempfile.mkdtemp()) / "home")
    home.add(notes_of(notes))
    documents = {chunk.document_id for chunk in home.services.documents.learnable_chunks()}
    told = {document: len(home.recall([document], QUESTIONS)) for document in documents}
    chosen = sorted(documents, key=lambda document: -told[document])[:3]
    questions = home.recall(chosen, QUESTIONS)
    home.ask(questions, "before")
    home.night(minutes)
    home.ask(questions, "learned")
    for document in chosen:
        home.services.library.delete(document)
    home.ask(questions, "deleted")
    home.night(minutes)
    home.ask(questions, "after the next night")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0, Path(sys.argv[2]) if len(sys.argv) > 2 else SAMPLE)
