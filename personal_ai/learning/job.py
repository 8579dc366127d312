"""What lies in a job folder: the order, the examples, the questions set aside. Only the order's time may change."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from personal_ai.errors import UserError
from personal_ai.learning.recipe import Recipe
from personal_ai.messages import Turn
from personal_ai.paths import write_durably

T = TypeVar("T")


#: What the reading skill's lives answer, and what is right, where the notes do not say it.
NOT_IN_NOTES = "That is not in your notes."


#: The reading skill's examples, in the job of a model that has none yet.
PRACTICE = "practice.jsonl"
#: What the worker tells, what quotes notes left out.
EVENTS = "events.jsonl"
#: What the folder of a job that is only looked at begins with.
FORECAST = "forecast-"


class Example(msgspec.Struct, frozen=True):
    """One thing to learn: only the last turn, the assistant's, is learned. `chunks` says where it came from.

    Examples of one `group` begin alike: what their prompts share is computed once. `weight` scales its loss. `notes`
    says whether the prompt shows notes: there the reading skill answers beside what is learned.
    """

    turns: list[Turn]
    form: str
    chunks: list[int]
    group: str = ""
    weight: float = 1.0
    notes: bool = False


class Question(msgspec.Struct, frozen=True):
    """A question that was set aside: asked with and without passages, before and after learning.

    `kind` is what is asked for ("none": the notes do not say it, "recall": a learned fact in a new phrasing, asked
    closed book only). `distractors` are wrong answers of the same type. `use` says what it decides: the strength, and
    with notes when the adapter says that something is not in them ("choose"); only the latter ("threshold"); or whether
    it is accepted ("prove"). `known` says that what is in use has learned its note.
    """

    question: str
    answer: str
    closed: list[Turn]
    open: list[Turn]
    note: str = ""
    kind: str = ""
    distractors: list[str] = []
    use: Literal["choose", "threshold", "prove"] = "prove"
    known: bool = False


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """The order a train worker gets. `seconds` is the budget of the whole job, proof included."""

    number: int
    task: Literal["learn", "evaluate", "bench", "calibrate"]
    model: str
    model_sha256: str
    model_name: str = ""
    recipe: Recipe
    seconds: float
    checkpoint_seconds: float = 30.0
    chunks: list[int] = []
    documents: list[int] = []
    #: The adapter.safetensors to begin from: what was learned last. Empty: begin anew.
    start: str = ""
    #: Where the base model's own general answers are kept, to be replayed. Empty: no replay.
    replay: str = ""
    #: Where it is kept that torch and llama.cpp read the bare base alike. Empty: they are compared every time.
    parity: str = ""
    #: Training tokens a second of the last run with this model here; 0: to be measured before the first step.
    speed: float = 0.0
    #: The adapter file in use now: what is measured, and what a new one has to beat. Empty: the bare base model.
    adapter: str = ""
    scale: float = 1.0
    #: What answers in place of the one in use where notes are shown (AdapterUse.reads).
    adapter_reads: str = ""
    #: The reading skill beside which the new one is learned and will read notes: an adapter.safetensors. Empty: none.
    beside: str = ""
    #: What that is; of the general set the bare base is asked in any case.
    against: Literal["base", "skill", "adapter"] = "base"
    #: What the person had told then, as hashes: first of all decisions, then of each thing that they taught.
    told: list[str] = []
    #: How the adapter will have come about, and the number of the one that training began from.
    kind: Literal["fresh", "delta"] = "fresh"
    parent: int | None = None
    #: Sentences that a newer note contradicts, each with the newer one.
    replaced: list[tuple[str, str]] = []
    #: The keys of the facts that it will know by heart (aside.Heart).
    hearted: list[str] = []
    created: str = ""


def write(
    folder: Path, job: Job, examples: list[Example], questions: list[Question], practice: Sequence[Example] = ()
) -> None:
    """Put a job on disk; job.json comes last, so a folder that has it is complete. `practice` is learned first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(folder / "examples.jsonl", encoded(examples))
    write_durably(folder / "questions.jsonl", encoded(questions))
    if practice:
        write_durably(folder / PRACTICE, encoded(practice))
    write_order(folder, job)


def encoded(lines: Sequence[msgspec.Struct]) -> bytes:
    """JSON, one a line."""
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def write_order(folder: Path, job: Job) -> None:
    """Put only the order on disk: a job that goes on may get less time."""
    write_durably(folder / "job.json", msgspec.json.encode(job))


def read(folder: Path) -> Job:
    """Read the order. Raises UserError when the folder holds none."""
    try:
        return msgspec.json.decode((folder / "job.json").read_bytes(), type=Job)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(f"There is no learning job in “{folder}”.") from error


def read_examples(folder: Path) -> list[Example]:
    """The examples of a job, in the order they were made."""
    return _lines(folder / "examples.jsonl", Example)


def read_practice(folder: Path) -> list[Example]:
    """What is practised before the examples, where the model has no reading skill yet."""
    return _lines(folder / PRACTICE, Example) if (folder / PRACTICE).exists() else []


def read_questions(folder: Path) -> list[Question]:
    """The questions that a job set aside."""
    return _lines(folder / "questions.jsonl", Question)


def clear_forecasts(jobs: Path) -> None:
    """Remove what a crash left of looking ahead: it holds notes. Whoever calls holds the lock on learning."""
    for folder in jobs.glob(f"{FORECAST}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _lines(path: Path, kind: type[T]) -> list[T]:
    decoder = msgspec.json.Decoder(kind)
    with path.open("rb") as file:
        return [decoder.decode(line) for line in file]
