"""Everything that an answer needs is got together before the model is asked."""

from collections.abc import Callable, Sequence

import msgspec

from personal_ai import messages
from personal_ai.chat import asking, passages
from personal_ai.chat.asking import Ask, Character, Pair
from personal_ai.chat.events import Hit
from personal_ai.chat.history import answered_pairs
from personal_ai.chat.small_talk import is_small_talk
from personal_ai.chat.teaching import Teaching
from personal_ai.messages import AdapterUse, Sampling
from personal_ai.models.catalogue import ModelEntry
from personal_ai.settings import Settings
from personal_ai.store.conversations import Conversations, MessageRow, Source, Switches

#: Prompts shorter than this are too short to tell how fast the machine reads.
MEASURED_TOKENS = 96


class Preparing:
    """Who answers, what is chosen, what was said, what notes and files say. Nothing is stored or asked by it."""

    def __init__(
        self,
        conversations: Conversations,
        teaching: Teaching,
        search: Callable[[str, int], Sequence[Hit]],
        model: Callable[[], ModelEntry],
        adapters: Callable[[], list[AdapterUse]],
        settings: Callable[[], Settings],
        persona: Callable[[int], Character | None],
        new_seed: Callable[[], int],
    ) -> None:
        self._conversations, self._teaching, self._search = conversations, teaching, search
        self._model, self._adapters, self._settings = model, adapters, settings
        self._persona, self._new_seed = persona, new_seed
        #: Tokens a second at which this machine was seen to read a prompt; 0 before it was.
        self.reading_speed = 0.0

    def ask(
        self,
        conversation_id: int,
        parent: int,
        question: str,
        history: list[Pair],
        chosen: Switches,
        started: float,
        sources: list[Source] | None = None,
        seed: int | None = None,
        look_into: Callable[[str, int], Sequence[Hit]] | None = None,
        of_files: list[Source] | None = None,
        pictures: tuple[bytes, ...] = (),
    ) -> Ask:
        """Get everything together that an answer needs; passages are looked up where none are given.

        Where a question was about files, `of_files` is what was read in them before, and nothing else is looked into.
        """
        settings, who = self._settings(), self._persona(conversation_id)
        model = (who.model if who else None) or self._model()
        own = settings.choices(model.name)
        freedom = next(
            t for t in (who.temperature if who else None, own.temperature, settings.temperature) if t is not None
        )
        asked_notes = bool(chosen.notes) and look_into is None and of_files is None
        # “Hello” stands in some note or other, and is not what was asked.
        asked_notes = asked_notes and not is_small_talk(question, bool(history))
        if of_files is not None:
            sources = of_files
        elif sources is None and look_into is not None:
            # The question is about the file alone, whatever was said before.
            sources = passages.find(look_into, question, None, settings.passages, self.reading_speed)
        elif sources is None and asked_notes:
            before = _asked_before(history) if history else None
            sources = passages.find(self._search, question, before, settings.passages, self.reading_speed)
        return Ask(
            conversation_id=conversation_id,
            message_id=0,
            parent=parent,
            question=question,
            sources=sources or [],
            asked_notes=asked_notes or bool(sources),
            reads=bool(sources or (chosen.notes and any(answer.sources for _, answer in history))),
            history=history,
            pictures=pictures if model.sees else (),
            seen={asked.id: self.pictures(asked.id) for asked, _ in history} if model.sees else {},
            blind=bool(pictures) and not model.sees,
            model=model,
            adapters=asking.at_strength(self.adapters_of(who), chosen.strength) if chosen.adapter else [],
            sampling=Sampling(temperature=freedom, seed=self._new_seed() if seed is None else seed),
            max_tokens=own.max_tokens or settings.max_tokens,
            started=started,
            instructions=who.instructions if who else "",
            context=own.context,
        )

    def chosen(self, conversation_id: int, use_notes: bool | None = None, use_adapter: bool | None = None) -> Switches:
        """What an answer in this conversation leans on: nothing but the strength is None."""
        own, settings = self._conversations.switches(conversation_id), self._settings()

        def first(*choices: bool | None) -> bool:
            return next(choice for choice in choices if choice is not None)

        return Switches(
            notes=first(use_notes, own.notes, settings.use_notes),
            adapter=first(use_adapter, own.adapter, settings.use_adapter),
            strength=own.strength,
        )

    def history(self, conversation_id: int, rows: Sequence[MessageRow]) -> list[Pair]:
        """The questions that were answered so far, with the better answer where the person wrote one."""
        better = self._teaching.better_answers(conversation_id)
        return [
            (asked, msgspec.structs.replace(answered, text=better.get(answered.id, answered.text)))
            for asked, answered in answered_pairs(rows)
        ]

    def path(self, message_id: int | None) -> list[MessageRow]:
        """The messages up to this one; none before the first."""
        return [] if message_id is None else self._conversations.path(message_id)

    def attached_sources(self, question_id: int) -> list[Source] | None:
        """The passages of attached files that a question was answered from; the files may be gone by now."""
        if not any(each.kind == "file" for each in self._conversations.attachments.of_message(question_id)):
            return None
        answers = self._conversations.branches.followers(question_id)
        return self._conversations.message(answers[-1]).sources if answers else None

    def pictures(self, message_id: int) -> tuple[bytes, ...]:
        """The pictures attached to a question."""
        kept = self._conversations.attachments
        return tuple(kept.data(each.id) for each in kept.of_message(message_id) if each.kind == "picture")

    def adapters_of(self, who: Character | None) -> list[AdapterUse]:
        """The adapters that a persona answers with; those in use where it is nobody in particular."""
        return self._adapters() if who is None or who.adapters is None else who.adapters

    def watch_speed(self, event: messages.Finished) -> None:
        """See in an answer how fast this machine reads."""
        read = event.prompt_tokens - event.reused_tokens
        if read >= MEASURED_TOKENS and event.first_token_seconds > 0:
            # The fastest seen: a slow one says more about what else ran than about the machine.
            self.reading_speed = max(self.reading_speed, read / event.first_token_seconds)


def _asked_before(history: list[Pair]) -> str:
    """The newest question that looked for something; "" where there was none."""
    asked = [question.text for question, _ in history]
    told = [text for number, text in enumerate(asked) if not is_small_talk(text, number > 0)]
    return told[-1] if told else ""
