"""What a night would learn, fact by fact, and the person's say in it."""

from typing import Literal

import msgspec

from personal_ai.errors import UserError
from personal_ai.learning import hygiene, material, told
from personal_ai.store.choices import ChoiceRow, Choices
from personal_ai.store.documents import ChunkRow, Documents
from personal_ai.store.taught import Taught, TaughtRow

#: Whether a fact is learned as the note has it, never, or as the person wrote it.
State = Literal["as it is", "never", "edit"]

TAUGHT_TITLE = "What you taught it"
_TAUGHT_KEY = "taught-"
_GONE = "This is no longer in what it would learn. Read the list again."


class FactToLearn(msgspec.Struct, frozen=True):
    """A question and the answer that would be learned. `sentence` is where it stands in the note, empty if taught.

    `key` names it in every night; of an edited one, question and answer are the person's.
    """

    key: str
    question: str
    answer: str
    sentence: str
    state: State


class NoteToLearn(msgspec.Struct, frozen=True):
    """A note with its facts; `document` is None for what was taught in the chat. `created`: ISO 8601, or empty."""

    document: int | None
    title: str
    created: str
    facts: list[FactToLearn]


class _Read(msgspec.Struct, frozen=True):
    """The facts of notes as they stand there, and the chunks that they were read from."""

    chunks: list[ChunkRow]
    notes: list[NoteToLearn]
    facts: dict[str, tuple[int, FactToLearn]]


class Tonight:
    """The facts that a night would learn, for pages and commands. `list` reads all notes again when one has changed."""

    def __init__(self, documents: Documents, choices: Choices, taught: Taught) -> None:
        self._documents = documents
        self._choices = choices
        self._taught = taught
        self._last = _Read([], [], {})

    def never(self, key: str) -> None:
        """Never learn this fact. Raises UserError when it is gone."""
        if row := self._row(key):
            self._taught.set_never(row.id, True)
        else:
            document, _ = self._fact(key)
            self._choices.set(key, "never", documents=[document])

    def edit(self, key: str, question: str, answer: str) -> None:
        """Learn this fact with other words, which need not stand in the note.

        Raises UserError when it is gone, and for words that are never learned: none, secrets, orders to a model.
        """
        question, answer = question.strip(), answer.strip()
        if not question or not answer:
            raise UserError("A question and an answer are needed. Write both, or choose never.")
        if hygiene.has_secret(question) or hygiene.has_secret(answer):
            raise UserError("This looks like a secret (a password, a card, a code), and secrets are never learned.")
        if not told.fit(question, answer):
            raise UserError("This reads like an order to the model, and those are never learned. Put it as an answer.")
        if row := self._row(key):
            self._taught.rewrite(row.id, question, answer)
            self._taught.set_never(row.id, False)
            return
        document, fact = self._fact(key)
        if (question, answer) == (fact.question, fact.answer):
            self._choices.clear(key)
        else:
            self._choices.set(key, "edit", question, answer, documents=[document])

    def accept(self, key: str) -> None:
        """Learn this fact as it is: a choice about it is taken back. Raises UserError when it is gone."""
        if row := self._row(key):
            self._taught.set_never(row.id, False)
        else:
            self._fact(key)
            self._choices.clear(key)

    # ---- what was taught ----

    def _row(self, key: str) -> TaughtRow | None:
        """What was taught under this key; None for the key of a note's fact."""
        if not key.startswith(_TAUGHT_KEY):
            return None
        row = next((row for row in self._taught_rows() if _taught_key(row) == key), None)
        if row is None:
            raise UserError(_GONE)
        return row

    def _taught_rows(self) -> list[TaughtRow]:
        """What is learned of what was taught, and what the person chose never to learn; the newest first."""
        rows = self._taught.list()
        learned = told.answers(rows)
        chosen = [row for row in rows if row.never and row.kind in ("up", "edit") and self._is_whole(row)]
        return sorted([*learned, *chosen], key=lambda row: -row.id)

    def _is_whole(self, row: TaughtRow) -> bool:
        """Whether its passages are all still there: what a deleted note took along is not to be brought back."""
        return len(self._documents.chunks(row.chunks)) == len(set(row.chunks))

    # ---- notes ----

    def _fact(self, key: str) -> tuple[int, FactToLearn]:
        """A fact of a note with the note's id, as it stands there."""
        found = self._last.facts.get(key) or self._read().facts.get(key)
        if found is None:
            raise UserError(_GONE)
        return found

    def _read(self) -> _Read:
        chunks = self._documents.learnable_chunks()
        last = self._last
        if chunks != last.chunks:
            last = self._last = _read(chunks)
        return last

    # The last method: behind it, `list` in an annotation would mean this one.
    def list(self) -> list[NoteToLearn]:
        """What was taught, where there is any, and then every note with facts to learn, the newest first.

        About a tenth of the facts is set aside in a night, to prove that the others were learned.
        """
        read = self._read()
        choices = {row.key: row for row in self._choices.list()}
        taught = [_of_row(row) for row in self._taught_rows()]
        first = [NoteToLearn(None, TAUGHT_TITLE, "", taught)] if taught else []
        return [*first, *(_decided(note, choices) for note in read.notes)]


def _read(chunks: list[ChunkRow]) -> _Read:
    notes: dict[int, NoteToLearn] = {}
    facts: dict[str, tuple[int, FactToLearn]] = {}
    for each in material.prepare(chunks)[0]:
        for thing in each.things:
            if thing.key in facts:
                continue
            fact = FactToLearn(thing.key, thing.fact.question, thing.answer, thing.fact.sentence, "as it is")
            facts[thing.key] = each.document_id, fact
            note = notes.setdefault(each.document_id, NoteToLearn(each.document_id, each.title, each.created, []))
            note.facts.append(fact)
    return _Read(chunks, [notes[id] for id in sorted(notes, reverse=True)], facts)


def _decided(note: NoteToLearn, choices: dict[str, ChoiceRow]) -> NoteToLearn:
    facts = [_chosen(fact, choices.get(fact.key)) for fact in note.facts]
    return msgspec.structs.replace(note, facts=facts)


def _chosen(fact: FactToLearn, choice: ChoiceRow | None) -> FactToLearn:
    if choice is None:
        return fact
    if choice.choice == "never":
        return msgspec.structs.replace(fact, state="never")
    return msgspec.structs.replace(fact, question=choice.question, answer=choice.answer, state="edit")


def _taught_key(row: TaughtRow) -> str:
    return f"{_TAUGHT_KEY}{row.id}"


def _of_row(row: TaughtRow) -> FactToLearn:
    return FactToLearn(_taught_key(row), row.question, row.answer, "", "never" if row.never else "as it is")
