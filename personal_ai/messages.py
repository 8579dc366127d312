"""What the program and its workers say to each other: one JSON object a line.

Requests go to a worker's stdin, events come from its stdout. Done, cancelled and failed are three kinds of message,
never words to parse. Kinds are append-only.
"""

from typing import Any, Literal

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Any line between the program and a worker."""


# ---- pieces that several messages carry -------------------------------------------------------------------------


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn of a conversation as the model sees it. `pictures` are shown before its text, each as PNG or JPEG."""

    role: Literal["system", "user", "assistant"]
    text: str
    pictures: tuple[bytes, ...] = ()


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """How the next token is picked. A temperature of 0 takes the likeliest."""

    temperature: float = 0.3
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    seed: int = 0


class AdapterUse(msgspec.Struct, frozen=True):
    """An adapter file and the strength it is applied with (1.0 as trained).

    `reads` is the adapter file that answers in its place where notes are shown: half of what a night learned, and the
    reading skill that it was learned beside. Empty: itself. The same as `path`: this is the skill, which works with
    notes alone.
    """

    path: str
    scale: float = 1.0
    reads: str = ""


class Section(msgspec.Struct, frozen=True):
    """A heading of a document and the part of its text that stands below it: `text[start:end]`, in characters."""

    heading: str
    level: int
    start: int
    end: int


# ---- any worker -------------------------------------------------------------------------------------------------


class Ready(Message, frozen=True, tag="ready"):
    """The worker runs and listens."""

    pid: int


class Failed(Message, frozen=True, tag="failed"):
    """A request failed. `ours` says that it is a bug and not something the person did."""

    sentence: str
    id: int = 0
    ours: bool = False


class Cancel(Message, frozen=True, tag="cancel"):
    """Stop request `id` (0: whatever runs) soon, keeping what can be kept."""

    id: int = 0


class TryOut(Message, frozen=True, tag="try_out"):
    """Try what the system refuses to workers, and tell what it answered."""


class TriedOut(Message, frozen=True, tag="tried_out"):
    """The name of the error that each attempt met, "" where it was let (see sandbox.try_out)."""

    answers: dict[str, str]


# ---- chat worker ------------------------------------------------------------------------------------------------


class Load(Message, frozen=True, tag="load"):
    """Take this base model. `context` is in tokens; 0 threads means the engine's choice.

    `sha256` is its file's digest; without it no state is kept or taken up (see KeepState). With the file `projector` it
    sees pictures.
    """

    model: str
    context: int = 4096
    threads: int = 0
    sha256: str = ""
    projector: str = ""


class Loaded(Message, frozen=True, tag="loaded"):
    """The base model is in memory. `context` is what was really reserved, in tokens."""

    model: str
    family: str
    context: int
    parameters: int
    seconds: float


class UseAdapters(Message, frozen=True, tag="use_adapters"):
    """Replace the live set of adapters (empty: the bare base model) and forget the KV cache."""

    adapters: list[AdapterUse] = []


class AdaptersInUse(Message, frozen=True, tag="adapters_in_use"):
    """The set is live from the next token on."""

    adapters: list[AdapterUse]
    seconds: float


class Generate(Message, frozen=True, tag="generate"):
    """Continue this conversation with one assistant turn."""

    id: int
    turns: list[Turn]
    sampling: Sampling = Sampling()
    max_tokens: int = 512
    #: The same without the passages that the question brings along, where it does: what they add is told by that.
    without: list[Turn] = []
    #: What the answer begins with already; it is continued behind that.
    begun: str = ""
    #: Where a state of this conversation may lie; it is taken up once, when the conversation becomes the live one.
    state: str = ""
    #: Whether notes are looked up for this conversation: what was learned from them then gives way to reading.
    notes: bool = False
    #: No part of the conversation: the bare base model says it, and what was computed before stays as it was.
    aside: bool = False


class Text(Message, frozen=True, tag="text"):
    """The next piece of an answer: whole characters, never half of one."""

    id: int
    text: str


class Finished(Message, frozen=True, tag="finished"):
    """An answer ended: by itself, at `max_tokens`, at the end of the context, or by a Cancel."""

    id: int
    reason: Literal["end", "length", "context", "cancelled"]
    prompt_tokens: int
    reused_tokens: int
    tokens: int
    first_token_seconds: float
    seconds: float


class CountTokens(Message, frozen=True, tag="count_tokens"):
    """How long are these turns as a prompt?"""

    id: int
    turns: list[Turn]


class TokenCount(Message, frozen=True, tag="token_count"):
    """The answer to CountTokens."""

    id: int
    tokens: int


class KeepState(Message, frozen=True, tag="keep_state"):
    """Write what was computed of the live conversation to `path`, if it is worth it and at most `at_most` bytes."""

    id: int
    path: str
    at_most: int


class StateKept(Message, frozen=True, tag="state_kept"):
    """How many bytes were written; 0 where none were."""

    id: int
    bytes: int


class MeasureDecode(Message, frozen=True, tag="measure_decode"):
    """Time a bare llama.cpp greedy loop and the engine's own loop over the same `tokens` steps, in this process."""

    id: int
    tokens: int = 128


class DecodeMeasured(Message, frozen=True, tag="decode_measured"):
    """Seconds of the bare loop for `tokens` tokens, and of the engine's own generate loop with everything it does."""

    id: int
    tokens: int
    bare_seconds: float
    engine_seconds: float


class Inspect(Message, frozen=True, tag="inspect"):
    """What is this file: a model, or what lets one see?"""

    path: str


class Inspected(Message, frozen=True, tag="inspected"):
    """It is a model, or with a `width` a projector for models whose embeddings are as wide."""

    path: str
    width: int = 0


class MeasureSight(Message, frozen=True, tag="measure_sight"):
    """Look at a picture with the projector of the loaded model, and time that."""

    id: int


class SightMeasured(Message, frozen=True, tag="sight_measured"):
    """How many tokens the picture takes, and the seconds until the model had seen it."""

    id: int
    tokens: int
    seconds: float


# ---- read worker ------------------------------------------------------------------------------------------------


class ReadFiles(Message, frozen=True, tag="read_files"):
    """Turn these files into documents, then BatchRead.

    Of each file FileStarted, then its document or FileSkipped; of one with many FileRead or FileSkipped behind them.

    `names` are the names and mail addresses that the person goes by.
    """

    paths: list[str]
    names: list[str] = []


class MayRead(Message, frozen=True, tag="may_read"):
    """These files will be asked for, and no others: the first word to a read worker, which then can open nothing else.

    Where something else comes first, what that names is all.
    """

    paths: list[str]


class FileStarted(Message, frozen=True, tag="file_started"):
    """This file is being read, or still is; if the worker dies now, it is the one that killed it."""

    path: str


class DocumentRead(Message, frozen=True, tag="document_read"):
    """A file's text, or one of several in it. `created` is the file's own date, ISO 8601, UTC.

    `member` names it among others of its file ("" where the file is one document), always the same; a name that begins
    with "urn:" is its name in any other file, too. `own` are the parts that the person wrote, [start, end) in
    characters; None where all is by the same hand. `provenance` is whose words they are, "" where the format tells.
    `author` is who wrote it, "" where the file does not say. `partly` says which part of the file could not be read
    here, in one sentence; `sha256` begins with PARTLY then, so that it is another content where it is read whole.
    """

    path: str
    sha256: str
    size: int
    title: str
    format: str
    text: str
    sections: list[Section]
    created: str
    member: str = ""
    own: list[tuple[int, int]] | None = None
    provenance: Literal["", "mine", "sent", "elsewhere"] = ""
    author: str = ""
    partly: str = ""


#: How the name of a content begins that was read in part.
PARTLY = "partly:"


class FileRead(Message, frozen=True, tag="file_read"):
    """Every document of this file was told; `left_out` more in it were damaged or beyond a limit."""

    path: str
    sha256: str
    size: int
    documents: int
    left_out: int = 0


class FileSkipped(Message, frozen=True, tag="file_skipped"):
    """A file that could not become a document, and why, in one sentence.

    `passing`: its disk is at fault and not the file, which is worth another try as it is: so the disk says, or it says
    nothing. `textless`: the SHA-256 of one that was looked at whole and holds no text, which stays so while its content
    does.
    """

    path: str
    reason: str
    passing: Literal["", "fault", "silence"] = ""
    textless: str = ""


class BatchRead(Message, frozen=True, tag="batch_read"):
    """Every file of the batch was answered."""

    files: int


class ReadConversations(Message, frozen=True, tag="read_conversations"):
    """Tell the next conversations of another program's history, then PartRead or FileSkipped.

    `start` is how many of it were told or left out so far: 0 opens the file.
    """

    path: str
    start: int = 0


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn in a history. `created` is ISO 8601, UTC, and like `model` "" where the file does not say."""

    role: Literal["user", "assistant"]
    text: str
    created: str = ""
    model: str = ""


class ConversationRead(Message, frozen=True, tag="conversation_read"):
    """One conversation, as the person saw it last. `key` is its name in whatever file it lies.

    Times are ISO 8601, UTC, "" where the file does not say; so is a title.
    """

    key: str
    title: str
    said: list[Said]
    created: str = ""
    updated: str = ""
    folder: str = ""
    pinned: bool = False
    archived: bool = False


class PartRead(Message, frozen=True, tag="part_read"):
    """So far `conversations` of this file were told and `left_out` were damaged; with `more` there are others."""

    conversations: int
    left_out: int
    more: bool


# ---- train worker -----------------------------------------------------------------------------------------------


class Pause(Message, frozen=True, tag="pause"):
    """Write a checkpoint and end; the job can go on later from there."""


class Progress(Message, frozen=True, tag="progress"):
    """Where a job is. `fraction` is of the whole job; `eta_seconds` is None until it is known."""

    phase: Literal["loading", "checking", "examples", "training", "exporting", "proving", "publishing"]
    fraction: float
    step: int = 0
    steps: int = 0
    loss: float | None = None
    tokens: int = 0
    tokens_per_second: float | None = None
    elapsed_seconds: float = 0.0
    eta_seconds: float | None = None


class Checkpointed(Message, frozen=True, tag="checkpointed"):
    """Everything up to `step` would survive a crash."""

    step: int


class Proved(Message, frozen=True, tag="proved"):
    """What the proof on the served files showed (see learning/report.py for the fields)."""

    proof: dict[str, Any]


class JobDone(Message, frozen=True, tag="job_done"):
    """The job ended as planned. `result` is the content of the job's report.json."""

    result: dict[str, Any]


class JobStopped(Message, frozen=True, tag="job_stopped"):
    """The job ended early, mostly on request. After a pause it can be resumed from its checkpoint.

    `sentence` says why where nobody asked for it.
    """

    reason: Literal["paused", "cancelled"]
    step: int = 0
    sentence: str = ""


Request = (
    Load
    | UseAdapters
    | Generate
    | CountTokens
    | KeepState
    | MeasureDecode
    | Inspect
    | MeasureSight
    | ReadFiles
    | ReadConversations
    | MayRead
    | TryOut
    | Cancel
    | Pause
)
Event = (
    Ready
    | Failed
    | Loaded
    | AdaptersInUse
    | Text
    | Finished
    | TokenCount
    | StateKept
    | DecodeMeasured
    | Inspected
    | SightMeasured
    | FileStarted
    | DocumentRead
    | FileRead
    | FileSkipped
    | BatchRead
    | ConversationRead
    | PartRead
    | Progress
    | Checkpointed
    | Proved
    | JobDone
    | JobStopped
    | TriedOut
)

_requests = msgspec.json.Decoder(Request)
_events = msgspec.json.Decoder(Event)


def encode(message: Message) -> bytes:
    """Write a message as one line, its end included."""
    return msgspec.json.encode(message) + b"\n"


def decode_request(line: bytes) -> Request:
    """Read a line from a worker's stdin. Raises msgspec.MsgspecError for anything else."""
    return _requests.decode(line)


def decode_event(line: bytes) -> Event:
    """Read a line from a worker's stdout. Raises msgspec.MsgspecError for anything else."""
    return _events.decode(line)
