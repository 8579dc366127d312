"""Builds each service once, when it is first asked for, and hands it what it needs of the others."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from personal_ai import days, keys, presence, settings
from personal_ai.errors import UserError
from personal_ai.paths import Paths, default_home
from personal_ai.presence import Presence
from personal_ai.settings import Settings
from personal_ai.worker import Worker, lasting_command

if TYPE_CHECKING:
    # Each service is imported when it is built: `search` needs no chat, `--help` needs nothing.
    from personal_ai.adapters.shelf import Shelf
    from personal_ai.addon import Addon
    from personal_ai.chat.asking import Character
    from personal_ai.chat.importing import Importing
    from personal_ai.chat.session import ChatSession
    from personal_ai.chat.trying import Trying
    from personal_ai.documents.beside import Beside
    from personal_ai.documents.library import Library
    from personal_ai.documents.search import Hit
    from personal_ai.documents.watching import Watching
    from personal_ai.learning.forecasting import Forecasting
    from personal_ai.learning.measuring import Measuring
    from personal_ai.learning.night import Night
    from personal_ai.learning.practising import Practising
    from personal_ai.learning.tonight import Tonight
    from personal_ai.messages import AdapterUse, Turn
    from personal_ai.models.catalogue import Catalogue, ModelEntry
    from personal_ai.room import Room
    from personal_ai.sealing import Seal
    from personal_ai.store.adapters import Adapters, Forgotten
    from personal_ai.store.choices import Choices
    from personal_ai.store.conversations import Conversations
    from personal_ai.store.database import Database
    from personal_ai.store.documents import Documents
    from personal_ai.store.nights import Nights
    from personal_ai.store.personas import Personas
    from personal_ai.store.taught import Taught
    from personal_ai.system import Machine
    from personal_ai.system.login import AtLogin
    from personal_ai.system.timer import NightTimer
    from personal_ai.updating import Updating

Service = TypeVar("Service")


class _Once(Generic[Service]):
    """An attribute that is built at its first use, by one thread, and kept."""

    def __init__(self, build: Callable[[Any], Service]) -> None:
        self._build = build
        self.__doc__ = build.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, services: Any, owner: type | None = None) -> Service:
        # Not behind the lock: another thread may hold it for long, building another one.
        if (built := services._built.get(self._name)) is not None:
            return built
        with services._lock:
            if self._name not in services._built:
                services._built[self._name] = self._build(services)
            return services._built[self._name]


def utc_now() -> datetime:
    """The time, as the store keeps it."""
    return datetime.now(UTC)


class Services:
    """Everything the window and the command line talk to, over one data folder.

    `model` names a model to use in place of the one in the settings, for this process only; `catalogue` takes the place
    of the data folder's own. `room` is there where that is locked with a password and open now; it is left at the end.
    """

    def __init__(
        self,
        paths: Paths,
        model: str | None = None,
        catalogue: "Catalogue | None" = None,
        now: Callable[[], datetime] = utc_now,
        room: "Room | None" = None,
    ) -> None:
        self.paths = room.paths if room else paths
        self.room = room
        self.now = now
        self._model = model
        self._lock = threading.RLock()
        self._built: dict[str, Any] = {"catalogue": catalogue} if catalogue else {}
        self._presence: Presence | None = None

    # ---- choices ----

    @property
    def settings(self) -> Settings:
        """The person's choices as they are on disk now: another window or command may have changed them."""
        return settings.load(self.paths.settings)

    def change_settings(self, **fields: Any) -> Settings:
        """Change these choices, save them and return all of them."""
        with self._lock:
            changed = msgspec.structs.replace(self.settings, **fields)
            settings.save(self.paths.settings, changed)
            return changed

    def model(self) -> "ModelEntry":
        """The base model in use. Raises UserError when it is no longer there."""
        return self.catalogue.get(self._model or self.settings.model)

    def persona(self, conversation_id: int) -> "Character | None":
        """Who answers in a conversation. Raises UserError when the persona's model is no longer there."""
        from personal_ai.chat.asking import Character

        who = self.personas.of(conversation_id)
        if who is None:
            return None
        model = self.catalogue.get(who.model) if who.model else None
        adapters = self.adapters_in_use(model) if model else None
        return Character(who.instructions, who.temperature, model, adapters)

    def adapters_in_use(self, model: "ModelEntry | None" = None) -> "list[AdapterUse]":
        """The adapters of a model, or of the one in use: the person's own, or else the reading skill."""
        from personal_ai.learning.skills import Skills

        base = (model or self.model()).sha256
        if own := self.shelf.in_use(base):
            return own
        skill = Skills(self.paths).use(base)
        return [skill] if skill else []

    def shelved(self, night: int) -> "list[AdapterUse]":
        """What night `night` learned, in use or not. Raises UserError when it cannot be used."""
        return [self.shelf.shelved(night)]

    def only_reads(self) -> bool:
        """Whether the chat has the reading skill and nothing of the person's own; without a model it has neither."""
        from personal_ai.learning.skills import Skills

        try:
            base = self.model().sha256
        except UserError:
            return False
        return not self.shelf.in_use(base) and Skills(self.paths).knows(base)

    def prompt(self, question: str, hits: "Sequence[Hit]", today: "date | None" = None) -> "list[Turn]":
        """What the chat would ask the model about a first question with these passages, today or on another day."""
        from personal_ai.chat import prompt

        passages = [prompt.Passage(hit.title, hit.heading, hit.text, hit.created) for hit in hits]
        day = today or self.now().astimezone().date()
        return prompt.build(question, passages, [], days.with_weekday(day))

    def read_beside(self, path: Path) -> "Beside":
        """Read a file that is asked about by itself. Raises UserError."""
        from personal_ai.documents import beside

        return beside.read(path, lambda: self.worker("read-worker"))

    def search_beside(self, files: "list[Beside]", question: str, limit: int) -> "list[Hit]":
        """The passages of such files that fit a question."""
        from personal_ai.documents import beside

        return beside.search(files, question, limit)

    def worker(self, name: str, *arguments: str) -> Worker:
        """A worker that is not started yet, its log in the data folder.

        Raises UserError for the one that learns where its libraries are not installed.
        """
        if name == "train-worker":
            self.addon.check()
        return Worker(name, arguments, log=self._log(name))

    def seals(self) -> "tuple[Seal, list[Seal]]":
        """What the system refuses to the worker that reads files, and to the one that chats, tried just now.

        Raises UserError where one does not start.
        """
        from personal_ai import sealing

        reader, chat = (sealing.try_out(lambda name=name: self.worker(name)) for name in ("read-worker", "chat-worker"))
        return reader, [chat]

    def _log(self, name: str) -> Path:
        return self.paths.logs / f"{name}.log"

    @_Once
    def addon(self) -> "Addon":
        """The learning add-on of the packaged program."""
        from personal_ai import addon

        return addon.of_this_program()

    @_Once
    def updating(self) -> "Updating":
        """Another version takes the place of this one."""
        from personal_ai import updating

        return updating.of_this_program(lambda: self.database.back_up())

    # ---- the store ----

    @_Once
    def database(self) -> "Database":
        """The person's data, upgraded to this version."""
        from personal_ai.store.database import Database

        if self.room is None:
            if keys.is_locked(self.paths):
                raise UserError(f"{keys.LOCKED} Open them in the window, or add --password-file FILE to a command.")
            self._presence = self._presence or presence.share(self.paths)
        key = self.room.keys.database if self.room else ""
        return Database(self.paths.database, self.paths.backups, key=key, states=self.paths.states)

    @_Once
    def documents(self) -> "Documents":
        """Documents and chunks."""
        from personal_ai.store.documents import Documents

        return Documents(self.database, now=self.now)

    @_Once
    def conversations(self) -> "Conversations":
        """Conversations and messages."""
        from personal_ai.store.conversations import Conversations

        return Conversations(self.database, now=self.now)

    @_Once
    def adapter_rows(self) -> "Adapters":
        """What the store knows of adapters."""
        from personal_ai.store.adapters import Adapters

        return Adapters(self.database, now=self.now)

    @_Once
    def night_rows(self) -> "Nights":
        """What the store knows of nights."""
        from personal_ai.store.nights import Nights

        return Nights(self.database, now=self.now)

    @_Once
    def taught_rows(self) -> "Taught":
        """What the person taught in the chat."""
        from personal_ai.store.taught import Taught

        return Taught(self.database, now=self.now)

    @_Once
    def personas(self) -> "Personas":
        """Who answers in a conversation."""
        from personal_ai.store.personas import Personas

        return Personas(self.database, now=self.now)

    @_Once
    def choices(self) -> "Choices":
        """What the person decided about a night's examples."""
        from personal_ai.store.choices import Choices

        return Choices(self.database, now=self.now)

    @_Once
    def machine(self) -> "Machine":
        """This computer, looked at."""
        from personal_ai.system import Machine

        return Machine(self.paths.home)

    @_Once
    def at_login(self) -> "AtLogin":
        """Whether the window starts with the person's session."""
        from personal_ai.system.login import AtLogin

        return AtLogin(lasting_command("--tray", *self._home_words()))

    @_Once
    def night_timer(self) -> "NightTimer":
        """Whether the system begins nights while no window is open."""
        from personal_ai.system.timer import NightTimer

        return NightTimer(lasting_command("night", *self._home_words()))

    def renew_starts(self) -> None:
        """Let what starts by itself, where that is switched on, start the program by a path that stays.

        Raises UserError when the system refuses.
        """
        self.at_login.renew()
        self.night_timer.renew(self.settings.quiet_from)

    def _home_words(self) -> list[str]:
        # What starts by itself has no PERSONAL_AI_HOME.
        return [] if self.paths.home == default_home() else ["--home", str(self.paths.home)]

    # ---- the services ----

    @_Once
    def library(self) -> "Library":
        """Files in, passages out."""
        from personal_ai.documents.folders import Rules
        from personal_ai.documents.library import Library

        return Library(
            self.documents,
            lambda: self.worker("read-worker"),
            now=self.now,
            forgetter=self._forgetter,
            names=lambda: self.settings.names,
            rules=lambda: Rules(self.settings.passed_over, apart=self.paths.home),
        )

    def _forgetter(self) -> "Callable[[list[int]], Forgotten]":
        """What drops all that was learned, or is being learned, of deleted documents."""
        from personal_ai.learning.night import forget_gone

        shelf = self.shelf

        def forget(documents: list[int]) -> "Forgotten":
            forget_gone(self.paths.jobs, self.documents.all_there)
            return shelf.forget(documents)

        return forget

    @_Once
    def watching(self) -> "Watching":
        """Folders that stay current."""
        from personal_ai.documents.watching import Watching

        return Watching(self.library)

    @_Once
    def catalogue(self) -> "Catalogue":
        """Base models."""
        from personal_ai.models.catalogue import Catalogue

        return Catalogue(self.paths)

    @_Once
    def trying(self) -> "Trying":
        """Models are tried before they are taken in, and measured."""
        from personal_ai.chat.trying import Trying

        return Trying(
            self.paths, self.catalogue, lambda: self.worker("chat-worker"), current=lambda: self.settings.model
        )

    @_Once
    def shelf(self) -> "Shelf":
        """Adapters, and which one is in use."""
        from personal_ai.adapters.shelf import Shelf

        files = self.room.files if self.room else None
        return Shelf(self.paths, self.adapter_rows, now=self.now, files=files)

    @_Once
    def session(self) -> "ChatSession":
        """The chat."""
        from personal_ai.chat.session import ChatSession

        return ChatSession(
            self.conversations,
            search=self.library.search,
            model=self.model,
            adapters=self.adapters_in_use,
            settings=lambda: self.settings,
            start_worker=lambda: self.worker("chat-worker"),
            taught=self.taught_rows,
            keep_note=self.library.remember,
            persona=self.persona,
            choose_persona=self.personas.choose,
            shelved=self.shelved,
            now=self.now,
        )

    @_Once
    def importing(self) -> "Importing":
        """Histories of other programs."""
        from personal_ai.chat.importing import Importing
        from personal_ai.store.incoming import Incoming

        return Importing(lambda: Incoming(self.database, now=self.now), lambda: self.worker("read-worker"))

    @_Once
    def night(self) -> "Night":
        """Learning."""
        from personal_ai.learning.night import Night

        return Night(
            self.paths,
            self.documents,
            self.night_rows,
            self.shelf,
            model=self.model,
            choices=self.choices,
            taught=self.taught_rows,
            search=self.library.search,
            prompt=self.prompt,
            settings=lambda: self.settings,
            start_worker=self.worker,
            look=self.machine.look,
            lacking=lambda: self.addon.missing(),
            now=self.now,
        )

    @_Once
    def forecasting(self) -> "Forecasting":
        """What learning now would take."""
        from personal_ai.learning.forecasting import Forecasting

        return Forecasting(
            self.paths,
            self.night.preparing,
            model=self.model,
            models=self.catalogue.list,
            settings=lambda: self.settings,
            start_worker=self.worker,
            now=self.now,
        )

    @_Once
    def practising(self) -> "Practising":
        """The reading skill of a model that has none."""
        from personal_ai.learning.practising import Practising

        return Practising(self.paths, model=self.model, prompt=self.prompt, start_worker=self.worker)

    @_Once
    def measuring(self) -> "Measuring":
        """How good and how fast it is."""
        from personal_ai.learning.measuring import Measuring

        return Measuring(
            self.paths,
            self.documents,
            self.shelf,
            model=self.model,
            search=self.library.search,
            prompt=self.prompt,
            settings=lambda: self.settings,
            start_worker=self.worker,
            now=self.now,
        )

    @_Once
    def tonight(self) -> "Tonight":
        """What a night would learn, and the person's say in it."""
        from personal_ai.learning.tonight import Tonight

        return Tonight(self.documents, self.choices, self.taught_rows)

    def first_questions(self) -> list[str]:
        """A few questions that the newest notes answer."""
        from personal_ai.learning.suggesting import first_questions

        return first_questions(self.documents, self.library.search)

    # ---- the end ----

    def close(self) -> None:
        """End the workers and close the database."""
        with self._lock:
            for name in ("night", "forecasting", "practising", "measuring", "trying", "session", "machine", "database"):
                service = self._built.pop(name, None)
                if service is not None and hasattr(service, "close"):
                    service.close()
            self._built.clear()
            if self._presence:
                self._presence.leave()
                self._presence = None
            if self.room:
                self.room.leave()
