"""A data folder to measure learning on, with a clock of its own, and questions about what a night has learned."""

import shutil
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from personal_ai import paths
from personal_ai.engine.runtime import Runtime
from personal_ai.learning import aside, evaluate, job, material
from personal_ai.learning.job import Question
from personal_ai.learning.night import NightEnded
from personal_ai.services import Services

SAMPLE = paths.RESOURCES / "sample_notes"


class Home:
    """Services over a fresh data folder; every night is a day later."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._day = datetime.now(UTC)
        self.services = Services(paths.locate(folder), now=lambda: self._day)

    def add(self, files: Sequence[Path]) -> list[int]:
        """Add files; return the ids of the documents that came of them."""
        before = {row.id for row in self.services.documents.list()}
        for _ in self.services.library.add(list(files)):
            pass
        return [row.id for row in self.services.documents.list() if row.id not in before]

    def night(self, minutes: float) -> Any:
        """Let a night go by; return its row."""
        self._day += timedelta(days=1)
        end = deque(self.services.night.learn(minutes=minutes), maxlen=1).pop()
        assert isinstance(end, NightEnded)
        row = end.night
        told = row.report.get("proof", {})
        print(
            f"  {row.state} ({row.report.get('kind', '')}, strength {told.get('scale')}), {row.tokens} tokens in"
            f" {row.seconds:.0f} s: {row.reason}",
            flush=True,
        )
        return row

    def due_by_heart(self, minutes: float, folder: Path) -> list[Question]:
        """What the next night of so many minutes would teach by heart, asked in words that no example uses."""
        services = self.services
        services.night.preparing.prepare(services.model(), minutes * 60, self._day, folder)
        return [question for question in job.read_questions(folder) if question.kind == "recall"]

    def recall(self, documents: Iterable[int], count: int) -> list[Question]:
        """Facts of these documents in words that no example uses, as a night sets them aside."""
        wanted = set(documents)
        chunks = [chunk for chunk in self.services.documents.learnable_chunks() if chunk.document_id in wanted]
        made, _ = material.prepare(chunks)
        held = {each.id for each in aside.set_aside(made, 24)}
        learned = [each for each in made if each.id not in held]
        kept = aside.keep_back(learned, {id(thing) for each in learned for thing in each.things}, count)
        return [
            Question(
                fact.question,
                fact.answer,
                self.services.prompt(fact.question, []),
                self.services.prompt(fact.question, self.services.library.search(fact.question, 4)),
                each.title,
            )
            for each, fact in kept
        ]

    def ask(self, questions: Sequence[Question], name: str) -> dict[str, float]:
        """Ask what the chat uses now, from memory and with notes; print and return the means."""
        found: dict[str, float] = {}
        with Runtime.load(self.services.model().path, 4096) as runtime:
            runtime.set_adapters(self.services.adapters_in_use())
            for notes in (False, True):
                rows = list(evaluate.ask(runtime, questions, notes=notes, spoken=True, stop=lambda: False))
                told = evaluate.summary(rows, spoken=True)
                where = "notes" if notes else "memory"
                found |= {f"{where} {key}": told[key] for key in ("f1", "contains")}
                found[f"{where} nll"] = told["nll"]["mean"]
        figures = ", ".join(f"{key} {value:.3f}" for key, value in found.items())
        print(f"  {name} ({len(questions)} questions): {figures}", flush=True)
        return found


def notes_of(folder: Path) -> list[Path]:
    """The notes of a folder that readers take, in the order of their names."""
    kinds = {".md", ".txt", ".html", ".pdf", ".docx"}
    return sorted(path for path in folder.rglob("*") if path.suffix in kinds)
