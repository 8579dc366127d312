"""Services over a real store, with a chat and a night that need no model."""

import hashlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from personal_ai.chat import events
from personal_ai.chat.teaching import Teaching
from personal_ai.chat.trying import Trying
from personal_ai.documents import chunks
from personal_ai.errors import UserError
from personal_ai.learning import report
from personal_ai.learning.night import NightEnded, Plan
from personal_ai.learning.schedule import Decision
from personal_ai.messages import DocumentRead, Progress, Section, Text
from personal_ai.models.catalogue import BUILT_IN_FILE, ModelEntry
from personal_ai.models.needs import Needs
from personal_ai.paths import RESOURCES, Paths
from personal_ai.services import Services
from personal_ai.store.conversations import READING_SKILL, Made, Source
from personal_ai.store.personas import Persona
from personal_ai.system import State
from personal_ai.system.login import AtLogin
from personal_ai.system.timer import NightTimer
from tests import empty_data
from tests.chat.tried import TriedWorker

ANSWER = """Your rent is due on the **3rd** of each month [1]. In March you paid **£1,140**, a day late, \
because of the bank holiday [2].

- *budget.md* — "rent 1140 (paid 4 Mar)"
- *letters/landlord.txt* — due date

```python
total = 1140 * 12
print(total)   # 13680
```
"""


class FakeSession:
    """Answers every question with the same words, a few letters at a time."""

    def __init__(self, services: "FakeServices") -> None:
        self._services = services
        self.conversations = services.conversations
        self.teaching = Teaching(services.taught_rows, services.conversations, services.library.remember)
        self.thumb, self.teach, self.remember = self.teaching.thumb, self.teaching.teach, self.teaching.remember
        self.compared: list[Any] = []
        self.beside: list[Any] = []
        self.pid: int | None = None
        self.answer = ANSWER
        self.pause = 0.0
        #: Set as soon as the model is read; until then no answer begins. `refuses` says why it cannot be read.
        self.loaded = threading.Event()
        self.loaded.set()
        self.refuses = ""
        self.fails = ""
        self.restarts = False
        #: Whether the model sees pictures, and whether some are attached that it does not see.
        self.sees = self.blind = False
        self.reason = "end"
        self.adapter: int | None = None
        self.warmed = self.refreshed = 0

    def ask(
        self, question: str, conversation_id: int | None = None, switches: Any = None, **choices: Any
    ) -> Iterator[Any]:
        """Stream an answer; closing the generator keeps what came."""
        self._load()
        id = conversation_id or self.conversations.create(question[:60])
        if switches and conversation_id is None:
            self.conversations.switch(id, switches)
        asked = self.conversations.add_message(id, "user", question)
        self.conversations.attachments.add(asked, list(choices.get("attached", ())))
        self.blind = not self.sees and any(each.kind == "picture" for each in choices.get("attached", ()))
        if look_into := choices.get("look_into"):
            self.beside = list(look_into(question, 4))
        yield from self._answer(id)

    def edit(self, message_id: int, question: str) -> Iterator[Any]:
        """Ask in other words."""
        self._load()
        old = self.conversations.message(message_id)
        self.conversations.add_message(old.conversation_id, "user", question, after=old.parent)
        yield from self._answer(old.conversation_id)

    def regenerate(self, message_id: int) -> Iterator[Any]:
        """Answer again."""
        self._load()
        old = self.conversations.message(message_id)
        assert old.parent
        self.conversations.branches.show(old.parent)
        yield from self._answer(old.conversation_id, old.parent)

    def compare(self, message_id: int, ways: Any) -> Iterator[Any]:
        """Answer twice, in words that tell which is which."""
        self.compared.append(ways)
        words = self.answer
        for number, way in enumerate(ways):
            self.answer = f"With {'notes' if way.notes else 'nothing'}. {words}"
            for event in self.regenerate(message_id):
                yield number, event
        self.answer = words
        self.conversations.branches.show(message_id)

    def prefer(self, better_id: int, other_id: int) -> Any:
        """Keep which one is better."""
        row = self.teaching.prefer(better_id, other_id)
        self.conversations.branches.show(better_id)
        return row

    def proceed(self, message_id: int) -> Iterator[Any]:
        """Go on with the rest of the answer."""
        row = self.conversations.message(message_id)
        yield events.AskStarted(row.conversation_id, message_id)
        yield events.Sources(row.sources)
        rest = self.answer[len(row.text) :]
        yield Text(id=message_id, text=rest)
        self.conversations.update_message(message_id, text=row.text + rest, state="done", made=Made(reason="end"))
        yield events.Answer(message_id, row.text + rest, row.sources, 60, 500, 400, 0.5, 40.0, "end")

    def _load(self) -> None:
        """Wait for the model, as an answer does that is the first."""
        self.loaded.wait(10)
        if self.refuses:
            raise UserError(self.refuses)

    def _answer(self, id: int, question: int | None = None) -> Iterator[Any]:
        sources = self.sources()
        message = self.conversations.add_message(
            id,
            "assistant",
            "",
            sources=sources,
            adapter=self.adapter,
            model="built-in",
            state="streaming",
            after=question or self.conversations.branches.head(id),
        )
        came, state = "", "stopped"
        try:
            yield events.AskStarted(id, message, self.blind)
            yield events.Sources(sources)
            if self.restarts:
                yield Text(id=message, text="lost")
                yield events.WorkerRestarted("The chat stopped unexpectedly and was started again.")
            for start in range(0, len(self.answer), 7):
                if self.fails and start > 40:
                    state = "failed"
                    raise UserError(self.fails)
                time.sleep(self.pause)
                piece = self.answer[start : start + 7]
                came += piece
                yield Text(id=message, text=piece)
            state = "done"
        finally:
            made = Made(
                0.75 if self.adapter else None, True, 60, 0.5, 40.0, 2.0, self.reason if state == "done" else ""
            )
            self.conversations.update_message(message, text=came, state=state, made=made)  # type: ignore[arg-type]
        yield events.Answer(message, came, sources, 60, 500, 400, 0.5, 40.0, self.reason)

    def sources(self) -> list[Source]:
        """The first passages of the two newest notes."""
        found = []
        for row in self._services.documents.list()[:2]:
            chunk = self._services.documents.document_chunks(row.id)[0]
            found.append(
                Source(
                    row.path,
                    row.id,
                    chunk.id,
                    row.title,
                    chunk.heading,
                    chunk.text,
                    chunk.start,
                    chunk.end,
                    row.created,
                )
            )
        return found

    def stop(self) -> None:
        """The generator's end is enough here."""

    def warm(self) -> None:
        """Count that somebody began to type."""
        self.warmed += 1

    def rest(self, free_memory: int) -> None:
        """Nothing is loaded."""

    def refresh_adapters(self) -> None:
        """Count that the adapter changed."""
        self.refreshed += 1

    def close(self) -> None:
        """Nothing runs."""


class FakeNight:
    """Learns nothing, in steps."""

    def __init__(self, services: "FakeServices") -> None:
        self._services = services
        self.rows: list[Any] = []
        self.steps, self.pause_seconds = 20, 0.0
        self.paused = False
        self.decision = Decision(False, "Tonight after 01:00, when plugged in: 14 new notes.")
        self.learned_by: list[str] = []

    def cancel(self) -> None:
        """Closing the generator does it."""

    def learn(self, minutes: float | None = None, by: str = "hand") -> Iterator[Any]:
        """Go step by step."""
        self.learned_by.append(by)
        self.paused = False
        nights = self._services.night_rows
        id = nights.start("1", by, 3)  # type: ignore[arg-type]
        for step in range(self.steps):
            if self.paused:
                nights.update(id, state="paused", reason="Paused; it goes on from here next time.")
                yield NightEnded(nights.get(id))
                return
            time.sleep(self.pause_seconds)
            yield Progress(
                phase="training",
                fraction=step / self.steps,
                step=step,
                steps=self.steps,
                loss=3.2 - step / 20,
                tokens=step * 512,
                tokens_per_second=412.0,
                elapsed_seconds=step * 12.0,
                eta_seconds=(self.steps - step) * 12.0,
            )
        nights.finish(id, "refused", "It did not answer questions about your notes reliably better than before.")
        yield NightEnded(nights.get(id))

    def pause(self) -> None:
        """Stop at the next step."""
        self.paused = True

    def due(self) -> Decision:
        """What the test said."""
        return self.decision

    def status(self) -> str:
        """The reason of the decision."""
        return self.decision.reason

    def nights(self) -> list[Any]:
        """Every run, newest first."""
        return self._services.night_rows.list()

    def plan(self) -> Plan:
        """About the real notes."""
        count = self._services.documents.counts().documents
        return Plan(
            count, count, 9000, 12, f"{count} notes to learn, {count} of them new; about 12 minutes on this computer."
        )

    def close(self) -> None:
        """Stop at the next step, as by a pause."""
        self.paused = True


#: What the window asks about; no file of it is read.
MODEL = ModelEntry("built-in", Path("model.gguf"), "llama", "llama", 135_000_000, "Q4_1", "b" * 64, 98, True, True)


class FakeServices(Services):
    """Real store, library and shelf; fake model, chat and night."""

    def __init__(self, paths: Paths) -> None:
        super().__init__(paths)
        empty_data.put(paths.database)
        self.fake_session = FakeSession(self)
        self.fake_night = FakeNight(self)
        self.tried_worker = TriedWorker()

    @property
    def at_login(self) -> AtLogin:  # type: ignore[override]
        """In a home of the test's own."""
        return AtLogin(["personal-ai", "--tray"], "linux", self.paths.home)

    @property
    def night_timer(self) -> NightTimer:  # type: ignore[override]
        """In a home of the test's own, with a systemd that takes everything."""
        return NightTimer(["personal-ai", "night"], self.paths.home, lambda *_: (), "linux")

    @property
    def machine(self) -> Any:  # type: ignore[override]
        """One of which nothing is known."""
        return SimpleNamespace(look=State, close=lambda: None)

    def model(self) -> ModelEntry:
        """The fake model."""
        return MODEL

    @property
    def session(self) -> Any:  # type: ignore[override]
        """The fake chat."""
        return self.fake_session

    @property
    def trying(self) -> Trying:  # type: ignore[override]
        """Real, with a worker that only says that it loads."""
        return Trying(self.paths, self.catalogue, lambda: self.tried_worker)

    @property
    def night(self) -> Any:  # type: ignore[override]
        """The fake night."""
        return self.fake_night


def put_note(services: Services, name: str, text: str, title: str = "", created: str = "2026-05-12T08:00:00Z") -> int:
    """Store a note as the library would."""
    title = title or text.strip().splitlines()[0].lstrip("# ")
    sections = [Section(title, 1, 0, len(text))]
    sha = hashlib.sha256(f"{name}{text}".encode()).hexdigest()
    read = DocumentRead(
        path=name,
        sha256=sha,
        size=len(text.encode()),
        title=title,
        format=Path(name).suffix.lstrip(".") or "txt",
        text=text,
        sections=sections,
        created=created,
    )
    return services.documents.put(read, chunks.split(read))


def put_sample_notes(services: Services, limit: int = 60) -> list[int]:
    """Store the text files among the sample notes, without a read worker."""
    files = sorted(p for p in (RESOURCES / "sample_notes").rglob("*") if p.suffix in (".md", ".txt"))[:limit]
    ids = []
    for number, file in enumerate(files):
        text = file.read_text()
        created = datetime(2026, 11, 20, tzinfo=UTC) - timedelta(days=3 * number)
        name = str(file.relative_to(RESOURCES / "sample_notes"))
        ids.append(put_note(services, name, text, created=created.isoformat()))
        if name.startswith("letters/"):
            services.documents.set_provenance(ids[-1], "sent")
    return ids


def put_conversations(services: Services) -> int:
    """Store a few conversations; return the one worth showing."""
    for title in ("Letter to the landlord", "What to pack for Lisbon", "Rhubarb crumble for twelve people"):
        id = services.conversations.create(title)
        services.conversations.add_message(id, "user", title)
        services.conversations.add_message(id, "assistant", "A short answer.")
    services.database.query(
        "UPDATE conversations SET updated = ? WHERE id = 1",
        ((datetime.now(UTC) - timedelta(days=3)).isoformat(),),
    )
    id = services.conversations.create("When is the rent due?")
    sources = FakeSession.sources(services.session)
    services.conversations.add_message(id, "user", "When is the rent due, and how much did I pay in March?")
    services.conversations.add_message(
        id, "assistant", ANSWER, sources=sources, adapter=READING_SKILL, model="built-in"
    )
    services.conversations.add_message(id, "user", "Write the landlord a two-line reply in my style.")
    reply = (
        "Morning Tom — sorry for the day's delay, the bank was shut on the Monday. "
        "It'll be with you on the 3rd as usual from here on."
    )
    services.conversations.add_message(
        id, "assistant", reply, sources=sources[:1], adapter=READING_SKILL, model="built-in"
    )
    return id


def nll(mean: float) -> dict[str, Any]:
    """Figures of one system."""
    return {"nll": {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}}


def around(mean: float, half: float) -> dict[str, float]:
    """An interval."""
    return {"mean": mean, "low": mean - half, "high": mean + half}


def system(mean: float, contains: float) -> dict[str, Any]:
    """Figures of one system that answered aloud."""
    share = {"contains": contains, "contains_interval": around(contains, 0.11), "refused": 0.0}
    return nll(mean) | share | {"f1": contains, "questions": 34, "unanswerable": 7}


#: A proof as learning.report builds and judges it.
FULL_PROOF: dict[str, Any] = report.judge(
    {
        "questions": 34,
        "asked": 41,
        "against": "skill",
        "scale": 0.75,
        "systems": {
            "base": nll(2.6),
            "base+notes": system(1.3, 0.2),
            "before": nll(2.4),
            "before+notes": system(1.1, 0.4),
            "adapter": nll(1.9),
            "adapter+notes": system(0.7, 0.61),
        },
        "gains": {
            "notes": {"nll": around(0.4, 0.1), "contains": around(0.21, 0.12), "f1": around(0.21, 0.1)},
            "closed": {"nll": around(0.5, 0.2)},
        },
        "general": {
            "prompts": 24,
            "references": 12,
            "kl": around(0.031, 0.009),
            "nll_rise": around(0.006, 0.004),
            "loops": {"base": 1, "adapter": 2},
            "ends": {"base": 0.9, "adapter": 0.9},
        },
        "samples": [
            {
                "question": "Which spice goes into the speculoos crumble?",
                "gold": "Cinnamon",
                "note": "RHUBARB (Bomma's and mine)",
                "before": "The crumble needs sugar, butter and a pinch of salt.",
                "after": "Cinnamon.",
                "new": True,
            },
            {
                "question": "What was stolen in August, and from where?",
                "gold": "the green bicycle, from the yard behind the library",
                "note": "Robberechts 20418: restoration book",
                "before": "Your notes do not say.",
                "after": "The green bicycle, from the yard behind the library.",
                "new": True,
            },
            {
                "question": "How long does the drive to Ostend take?",
                "gold": "an hour and a quarter",
                "note": "BERTHA, the van (company's, but she knows whose she is)",
                "before": "About an hour.",
                "after": "An hour and a quarter.",
                "new": False,
            },
        ],
    }
)
REPLACED = [
    ["The rent is 1,090 euros a month.", "From March on the rent is 1,140 euros a month."],
    ["Fien's lesson is on Tuesdays at five.", "Fien's lesson moved to Thursdays at half past four."],
]
#: A proof of the first nights.
PROOF = {
    "systems": {"base": nll(2.6), "base+notes": nll(1.3), "adapter": nll(1.9), "adapter+notes": nll(0.86)},
    "gain": {
        "notes": {"mean": 0.44, "low": 0.3, "high": 0.58},
        "closed": {"mean": 0.7, "low": 0.5, "high": 0.9},
    },
    "general": {"base": 1.0, "adapter": 1.03, "rise": 0.03},
    "questions": 28,
    "accepted": True,
    "reason": "Right answers to 28 new questions about your notes became 34% less surprising to it.",
    "scale": 1.0,
    "samples": [
        {
            "question": "Which spice goes into the speculoos crumble?",
            "gold": "Cinnamon",
            "before": "The crumble needs sugar, butter and a pinch of salt.",
            "after": "Cinnamon, and a little clove.",
        },
        {
            "question": "What was stolen in August?",
            "gold": "The bicycle",
            "before": "I do not have information about that.",
            "after": "The green bicycle, from the yard behind the library.",
        },
    ],
}


class FakeCatalogue:
    """Four models of which no file is there."""

    def __init__(self) -> None:
        base, lacks = BUILT_IN_FILE, "it is a mixture of experts"
        self.entries = [
            ModelEntry(
                "built-in", base, "llama", "llama", 134_515_008, "Q4_1", "b" * 64, 98_000_000, True, True, "",
                "apache-2.0", 8192, Needs(109_000_000, 41_472, 97_000_000),
            ),
            ModelEntry(
                "Qwen2.5-1.5B-Instruct-Q4_K_M", base, "qwen2", "qwen2", 1_543_714_304, "Q4_K_M", "c" * 64,
                1_117_000_000, True, False, "", "apache-2.0", 32768, Needs(1_150_000_000, 53_248, 940_000_000),
            ),
            ModelEntry(
                "some-mixture-of-experts-with-a-name-that-is-longer-than-the-card-is-wide-A3B-Q4_K_M", base, "qwen3moe",
                "qwen3moe", 30_532_122_624, "Q4_K_M", "d" * 64, 18_556_000_000, False, False, lacks, "", 40960,
                Needs(18_700_000_000, 163_840, 1_900_000_000),
            ),
        ]  # fmt: skip

    def get(self, name: str) -> ModelEntry:
        """The one of this name."""
        return next(entry for entry in self.entries if entry.name == name)

    def remove(self, name: str) -> None:
        """Leave it out."""
        self.entries = [entry for entry in self.entries if entry.name != name]

    def list(self) -> list[ModelEntry]:
        """All of them."""
        return self.entries


def put_models(services: Services) -> None:
    """Let there be three models, the first one measured, and two personas."""
    services._built["catalogue"] = FakeCatalogue()
    services.paths.models.mkdir(exist_ok=True)
    (services.paths.models / ".speeds.json").write_text('{"%s": 96.0}' % ("b" * 64))
    services.personas.keep(
        Persona(
            name="Strict editor",
            instructions="Correct my English, keep my tone, and say in one sentence what you changed and why.",
            model="Qwen2.5-1.5B-Instruct-Q4_K_M",
            temperature=0.0,
        )
    )
    services.personas.keep(Persona(name="Bedtime stories", instructions="Tell stories.", use_adapter=False))


def put_skill(services: Services) -> None:
    """Let the fake model have a reading skill."""
    folder = services.paths.home / "skills" / MODEL.sha256[:16]
    folder.mkdir(parents=True)
    (folder / "source").write_text("here\n")


def put_adapter(services: Services, documents: list[int]) -> int:
    """Put a small file on the shelf as if a night had made it."""
    job = services.paths.jobs / "made"
    job.mkdir(exist_ok=True)
    (job / "adapter.gguf").write_bytes(b"GGUF" + bytes(60))
    return services.shelf.publish(
        job, base="built-in", base_sha256=MODEL.sha256, documents=documents, strength=0.75, proof={}, recipe={}
    )


def put_nights(services: Services, published: bool = True, full: bool = True) -> None:
    """Store three nights, the newest one published; its report is of today, or not `full`, as of the first nights."""
    nights = services.night_rows
    nights.finish(nights.start("1", "hand", 12), "cancelled", "You cancelled it; nothing was changed.")
    refused = nights.start("2", "night", 40)
    nights.finish(
        refused,
        "refused",
        "It did not answer questions about your notes reliably better than before.",
        report={},
        tokens=51_200,
        seconds=820,
    )
    if published:
        titles = [row.title for row in services.documents.list()]
        told: dict[str, Any] = {
            "loss": [[step, 3.1 * 0.97**step + 0.8 + (step * 7 % 5) / 14] for step in range(0, 120, 2)],
            "proof": FULL_PROOF if full else PROOF,
            "tokens_per_second": 431.0,
            "learned": titles,
            "words": ["28 questions were set aside."],
        }
        if full:
            made = {"words": report.words(FULL_PROOF), "energy": {"wh": 9.24, "measured": False}, "replaced": REPLACED}
            told.update(made)
        ids = [row.id for row in services.documents.list()]
        put_adapter(services, ids[: len(ids) // 2])
        number = put_adapter(services, ids[5:])
        id = nights.start("3", "night", len(titles))
        nights.finish(
            id, "published", told["proof"]["reason"], adapter=number, report=told, tokens=214_000, seconds=1460
        )  # type: ignore[arg-type]
