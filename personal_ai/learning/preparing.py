"""A run is made ready: the person's notes, what they taught and decided, and what is in use now become a job folder."""

import hashlib
import itertools
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from personal_ai import messages
from personal_ai.errors import UserError
from personal_ai.learning import examples, job, lineage, material, pairs, phrases, recipe, skill, told
from personal_ai.learning.job import Example, Job
from personal_ai.learning.skills import LEARNS, Skills
from personal_ai.paths import Paths
from personal_ai.store.choices import Choices
from personal_ai.store.documents import ChunkRow, Documents
from personal_ai.store.nights import NightRow, Nights
from personal_ai.store.taught import Taught, TaughtRow

#: About how many characters make a token.
CHARACTERS_A_TOKEN = 4
#: Until a run has measured it: training tokens a second, times the model's weights.
GUESSED_SPEED = 150.0 * 135e6
#: The part of a run's time that goes into facts to be known by heart, how often each is asked, and tokens for that.
RECALL_SHARE, EXPOSURES, RECALL_TOKENS = 0.17, 30, 46
#: The part of a run's time that goes into training, about; the rest is proof.
TRAINED_SHARE = 0.5
PASSAGES = 4
#: In a job folder: the adapter that training begins from, where it was scaled for that.
START = "start"
#: A shorter run practises no reading skill first: seconds.
PRACTICE_SECONDS = 900.0
#: Questions that decide when to say that something is not in the notes: so many in runs of so many seconds or more. A
#: shorter run leans as its reading skill does.
THRESHOLD = ((900.0, 30), (300.0, 10), (0.0, 0))
#: Invented lives that are practised again beside the notes.
LIVES_A_NIGHT = 8


class Model(Protocol):
    """What is needed of a base model (a `models.catalogue.ModelEntry`)."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...
    @property
    def parameters(self) -> int: ...
    @property
    def learns(self) -> bool: ...
    @property
    def lacks(self) -> str: ...


class Publisher(Protocol):
    """Where a proved adapter goes (an `adapters.shelf.Shelf`)."""

    def publish(
        self,
        folder: Path,
        *,
        base: str,
        base_sha256: str,
        documents: Sequence[int] = ...,
        strength: float = ...,
        recipe: dict[str, Any] | None = ...,
        proof: dict[str, Any] | None = ...,
        parent: int | None = ...,
        kind: Literal["fresh", "delta"] = ...,
        chunks: Iterable[int] = ...,
    ) -> int: ...
    def in_use(self, base_sha256: str) -> list[messages.AdapterUse]: ...
    def newest_accepted(self, base_sha256: str) -> Any: ...
    def path(self, number: int) -> Path: ...


class Preparing:
    """Makes the jobs of one data folder."""

    def __init__(
        self,
        paths: Paths,
        documents: Documents,
        nights: Nights,
        shelf: Publisher,
        *,
        choices: Choices,
        taught: Taught,
        search: examples.Search,
        prompt: skill.Prompt,
        checkpoint_seconds: float,
    ) -> None:
        self._paths = paths
        self._documents = documents
        self._nights = nights
        self._shelf = shelf
        self._choices = choices
        self._taught = taught
        self._search = search
        self._prompt = prompt
        self._checkpoint_seconds = checkpoint_seconds

    def prepare(self, model: Model, seconds: float, frozen: datetime, into: Path | None = None) -> tuple[Job, Path]:
        """Freeze everything that a run of so many seconds learns and is proved by into a job folder.

        With `into` that is the folder, and nothing else is written: the job is to be measured, not to be done.
        Raises UserError where there is nothing to learn.
        """
        chunks = self._documents.learnable_chunks()
        number = 1 + max((int(p.name) for p in self._paths.jobs.iterdir() if p.name.isdecimal()), default=0)
        trained = seconds * self.speed(model) * TRAINED_SHARE
        settings = recipe.choose(model.parameters, token_count(chunks), number, trained=trained)
        skills = Skills(self._paths, looking=into is not None)
        skilled = skills.find(model.sha256)
        spoken = _languages(chunks)
        practice = self._practice(number, spoken) if skilled is None and seconds >= PRACTICE_SECONDS else []
        parent = self._shelf.newest_accepted(model.sha256)
        heart = max(8, int(seconds * self.speed(model) * RECALL_SHARE / (EXPOSURES * RECALL_TOKENS)))
        known = self._hearted(parent) if parent else []
        # A skill is learned on the bare base: nothing of the person's may lie under it.
        begun = lineage.Origin("fresh") if practice else self._origin(parent, settings, skilled, len(known) <= heart)
        if begun.kind == "delta":
            settings = recipe.going_on(settings)
        told_before = self._told()
        learnable = {chunk.id for chunk in chunks}
        taught = self._learnable_taught(learnable)
        lesson = self._lesson(chunks, taught, number, seconds, heart, known, parent, begun)
        against, before = self._in_use(model, skills)
        order = Job(
            number=number,
            task="learn",
            model=str(model.path),
            model_sha256=model.sha256,
            model_name=model.name,
            recipe=settings,
            seconds=seconds,
            checkpoint_seconds=self._checkpoint_seconds,
            # The ones set aside, too: the job holds their text as passages and questions.
            chunks=[chunk.id for chunk in chunks],
            documents=lesson.documents,
            told=told_before,
            start=begun.start,
            parent=begun.parent,
            kind=begun.kind,
            replay=str(skills.replay(model.sha256)),
            parity=str(skills.parity(model.sha256)),
            speed=self._measured_speed(model),
            adapter=before.path if before else "",
            scale=before.scale if before else 1.0,
            adapter_reads=before.reads if before else "",
            beside=str(skilled / LEARNS) if skilled else "",
            against=against,
            replaced=lesson.replaced,
            hearted=lesson.hearted,
            created=frozen.isoformat(),
        )
        folder = into or self._paths.jobs / str(number)
        folder.mkdir(mode=0o700, exist_ok=True)
        owners = {chunk.id: chunk.document_id for chunk in chunks}
        kept = _newest_first(lesson.examples, owners, begun.known, random.Random(f"{number}"))
        beside = [] if practice else self._practice(number, spoken, LIVES_A_NIGHT)
        if begun.scale != 1.0:
            from personal_ai.learning import adapter_files  # numpy's weight

            adapter_files.scaled(Path(begun.start), folder / START, begun.scale)
            order = msgspec.structs.replace(order, start=str(folder / START / LEARNS))
        pairs.write(folder, pairs.pairs_of(taught, self._asked_again(learnable)))
        count = next(count for least, count in THRESHOLD if seconds >= least)
        threshold = skill.shown(self._prompt, count, passages=PASSAGES)
        job.write(folder, order, [*kept, *beside], [*lesson.questions, *threshold], practice)
        return order, folder

    def _learnable_taught(self, learnable: set[int]) -> list[TaughtRow]:
        """What the person taught, but for thumbs on what others wrote: they would teach the others' words."""
        every = self._taught.list(never=False)
        return [row for row in every if row.kind == "edit" or learnable.issuperset(row.chunks)]

    def _lesson(
        self,
        chunks: Sequence[ChunkRow],
        taught: Sequence[TaughtRow],
        number: int,
        seconds: float,
        heart: int,
        known: Sequence[str],
        parent: Any,
        begun: lineage.Origin,
    ) -> examples.Lesson:
        """What run `number` of so many `seconds` learns and is asked. Raises UserError where that is nothing.

        There is time to know `heart` facts by heart; `known` are the keys of those that the parent knows.
        """
        lesson = examples.make(
            chunks,
            self._search,
            self._prompt,
            questions=_question_count(seconds),
            passages=PASSAGES,
            seed=number,
            heart=heart,
            new={chunk.document_id for chunk in chunks} - set(parent.documents) if parent else None,
            known=known,
            begins_anew=begun.kind == "fresh",
            choices={row.key: row for row in self._choices.list()},
            taught=taught,
        )
        if not lesson.examples:
            raise UserError("There is nothing to learn yet. Add some notes with a few sentences in them.")
        return lesson

    def still_true(self, order: Job, model: Model) -> bool:
        """Whether a run that was interrupted may go on: same model and adapter, and nothing was taken back since."""
        known = {chunk.id for chunk in self._documents.learnable_chunks()}
        skills = Skills(self._paths)
        _, before = self._in_use(model, skills)
        same = order.model_sha256 == model.sha256 and order.adapter == (before.path if before else "")
        # One of before skills stood beside what is learned began from the skill, or has none beside it.
        anew = order.kind == "delta" or not order.start
        skilled = skills.find(model.sha256)
        there = anew and order.beside == (str(skilled / LEARNS) if skilled else "")
        there = there and (not order.start or Path(order.start).is_file())
        # More that was taught meanwhile waits for the next run.
        unchanged = set(order.told) <= set(self._told())
        return same and there and unchanged and known.issuperset(order.chunks)

    def changed_since(self, night: NightRow) -> int:
        """How much the person has decided and taught, or taken back, since that run was frozen."""
        then, now = self._told_by(night), self._told()
        taught = sum(row.created > night.started for row in self._taught.list(never=False))
        decided = sum(row.created > night.started for row in self._choices.list())
        # A decision that was taken back leaves no row that could be newer.
        otherwise = bool(then) and then[0] != now[0]
        return taught + max(decided, otherwise) + len(set(then[1:]) - set(now))

    def _told(self) -> list[str]:
        """A hash of all decisions, and one of each thing that the person taught: of what a run learns of them alone."""
        decided = sorted((row.key, row.choice, row.question, row.answer) for row in self._choices.list())
        # What is to be remembered is learned as a note.
        rows = [row for row in self._taught.list(never=False) if row.kind != "remember"]
        taught = [(row.kind, row.question, row.answer, row.rejected, row.chunks) for row in rows]
        return [hashlib.sha256(msgspec.json.encode(each)).hexdigest() for each in (decided, *taught)]

    def _hearted(self, parent: Any) -> list[str]:
        """The keys of the facts that the adapter with this manifest knows by heart; empty where that is not kept."""
        order = self._order(self._night(parent))
        return order.hearted if order else []

    def _told_by(self, night: NightRow) -> list[str]:
        """What the person had told when a run was frozen; empty where that is not kept."""
        order = self._order(night)
        return order.told if order else []

    def _order(self, night: NightRow | None) -> Job | None:
        """What a night was to do; None where that is not kept."""
        if night is None:
            return None
        try:
            return job.read(self._paths.jobs / night.job)
        except UserError:
            return None

    def _night(self, parent: Any) -> NightRow | None:
        """The night that made the adapter with this manifest."""
        return next((row for row in self._nights.list() if row.adapter == parent.number), None)

    def _origin(self, parent: Any, settings: recipe.Recipe, skilled: Path | None, holds: bool) -> lineage.Origin:
        """What this run begins from; `parent` is the manifest of the newest accepted adapter, if there is one.

        `holds` says whether the run has time to teach anew all that is known by heart.
        """
        from personal_ai.learning import adapter_files  # numpy's weight

        documents = self._documents.list()
        last = self._nights.last_done()
        return lineage.origin(
            parent,
            self._shelf.path(parent.number).parent if parent else None,
            every=[row.id for row in documents],
            learnable=[row.id for row in documents if row.learnable],
            rank=settings.rank,
            refused=last.report.get("kind", "delta") if last and last.state == "refused" else "",
            decided=parent is not None and self._undone(parent),
            holds=holds,
            reads=adapter_files.name(skilled / LEARNS) if parent and skilled and (skilled / LEARNS).is_file() else "",
        )

    def _undone(self, parent: Any) -> bool:
        """Whether the adapter with this manifest holds what the person has decided otherwise since, or took back."""
        night = self._night(parent)
        newer = any(row.created > parent.created for row in self._choices.list())
        # What was said while that run went on came after it was frozen and before it was published.
        return newer or (night is not None and not set(self._told_by(night)) <= set(self._told()))

    def _practice(self, number: int, first: Collection[str], most: int | None = None) -> list[Example]:
        """The reading skill's own examples, of `most` lives, others and in another order every night.

        Lives in one of the languages `first` come before others: there is seldom time for all.
        """
        lives = skill.lives("train")
        random.Random(f"lives-{number}").shuffle(lives)
        lives.sort(key=lambda life: life.language not in first)
        chosen = lives[:most]
        near, far = ([life for life in chosen if (life.language in first) is wanted] for wanted in (True, False))
        return [*self._shuffled(near, number), *self._shuffled(far, number)]

    def _shuffled(self, lives: Sequence[skill.Life], number: int) -> Iterator[Example]:
        groups: dict[str, list[Example]] = {}
        for example in skill.examples(lives, self._prompt, passages=PASSAGES, seed=number):
            groups.setdefault(example.group, []).append(example)
        order = list(groups.values())
        random.Random(f"{number}").shuffle(order)
        return itertools.chain(*order)

    def _asked_again(self, learnable: Collection[int]) -> Callable[[TaughtRow], tuple[list[messages.Turn], bool]]:
        """The prompt of something taught, with what a search finds now among what may be learned, if it does."""

        def prompt(row: TaughtRow) -> tuple[list[messages.Turn], bool]:
            hits = [hit for hit in self._search(row.question, PASSAGES) if hit.chunk_id in learnable]
            return self._prompt(row.question, [material.clean_passage(hit) for hit in hits]), bool(hits)

        return prompt

    def _in_use(
        self, model: Model, skills: Skills
    ) -> tuple[Literal["base", "skill", "adapter"], messages.AdapterUse | None]:
        """What the chat uses now, and what a new adapter has to beat."""
        if uses := self._shelf.in_use(model.sha256):
            return "adapter", uses[0]
        skill = skills.use(model.sha256)
        return ("skill", skill) if skill else ("base", None)

    def speed(self, model: Model) -> float:
        """Training tokens a second, as the last run with this model had it."""
        return self._measured_speed(model) or GUESSED_SPEED / max(1, model.parameters)

    def _measured_speed(self, model: Model) -> float:
        reports = (row.report for row in self._nights.list())
        told = (each.get("tokens_per_second") for each in reports if each.get("model_sha256") == model.sha256)
        return next(filter(None, told), 0.0)


def _newest_first(
    made: Sequence[Example], owners: Mapping[int, int], known: Collection[int], rng: random.Random
) -> list[Example]:
    """In a run that goes on: all examples of new notes, and about as many of old ones, replayed between them.

    What is to be known by heart was chosen with regard to that already, and comes before them.
    """
    groups: dict[str, list[Example]] = {}
    for place, example in enumerate(made):
        if example.form not in (told.FORM, "recall"):
            groups.setdefault(example.group or f"alone-{place}", []).append(example)
    new = [group for group in groups.values() if any(owners.get(id) not in known for e in group for id in e.chunks[:1])]
    if not known or not any(owners.get(id) not in known for e in made for id in e.chunks[:1]):
        return list(made)
    fresh = {id(group) for group in new}
    old = [group for group in groups.values() if id(group) not in fresh]
    rng.shuffle(old)
    mixed = [group for pair in itertools.zip_longest(new, old[: len(new)]) for group in pair if group]
    hearted = [example for example in made if example.form == "recall"]
    return told.first([e for e in made if e.form == told.FORM], [*hearted, *itertools.chain(*mixed)])


def _languages(chunks: Sequence[ChunkRow]) -> set[str]:
    """The languages that at least a tenth of the notes are written in."""
    counts = Counter(phrases.language(chunk.text) for chunk in chunks)
    return {code for code, count in counts.items() if code and count * 10 >= len(chunks)}


def _question_count(seconds: float) -> int:
    """How many questions to set aside: what a run of five minutes can ask, and more the longer it is."""
    return max(8, min(80, 20 + int(seconds / 60 * 1.75)))


def token_count(chunks: Sequence[ChunkRow]) -> int:
    """About how many tokens the chunks have."""
    return sum(len(chunk.text) for chunk in chunks) // CHARACTERS_A_TOKEN
