"""The person's choices: one frozen struct, kept as settings.json, upgraded by numbered steps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from personal_ai.errors import UserError, disk_sentence
from personal_ai.paths import write_durably


class ModelChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What is chosen for one model; None is as the settings say."""

    #: How freely it picks its words.
    temperature: float | None = None
    #: The longest answer, in tokens.
    max_tokens: int | None = None
    #: The longest conversation that it has in mind at once, in tokens.
    context: int = 4096


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a person can choose."""

    version: int = 1
    #: Which model you talk to: the name of a model in the catalogue.
    model: str = "built-in"
    #: Answers look into your notes first.
    use_notes: bool = True
    #: Answers use what was learned.
    use_adapter: bool = True
    #: How many passages an answer may lean on.
    passages: int = 4
    #: The longest answer, in tokens.
    max_tokens: int = 512
    #: How freely the model picks its words: 0 always takes the likeliest.
    temperature: float = 0.3
    #: Whether Personal AI learns at night by itself.
    nights: bool = True
    #: Learning may start from this hour on (local time, 0 to 23).
    quiet_from: int = 1
    #: Learning stops at this hour (local time, 0 to 23).
    quiet_until: int = 6
    #: Learn only while plugged in.
    mains_only: bool = True
    #: Where it may learn on battery, so much of it is kept, in percent.
    battery_level: int = 50
    #: The longest night, in minutes.
    night_minutes: int = 240
    #: Light, dark, of high contrast, or as the system says.
    theme: Literal["system", "light", "dark", "contrast"] = "system"
    #: What the window speaks: a language, or that of the system.
    language: Literal["system", "en", "zh_CN"] = "system"
    #: Keep running in the tray when the window is closed, so that nights can happen.
    tray: bool = True
    #: Whether the first who comes to the computer after a night is told what it learned.
    tell_mornings: bool = True
    #: The last night that was told.
    told_night: int = 0
    #: The names and mail addresses you go by: in mail and chats, what they wrote is yours.
    names: list[str] = []
    #: Names and places that are passed over in folders, such as `*.log` or `archive/2019`.
    passed_over: list[str] = []
    #: What is chosen for single models, by their names in the catalogue.
    model_choices: dict[str, ModelChoices] = {}
    #: How large the window's letters are, 1 as designed.
    zoom: float = 1.0
    #: Where the window stood when it was closed, and how large it was, as Qt writes it; "" before that.
    window: str = ""
    #: Whether the three welcome screens were seen.
    welcomed: bool = False

    def choices(self, model: str) -> ModelChoices:
        """What is chosen for one model."""
        return self.model_choices.get(model, ModelChoices())


# The program's history of settings: step N turns version N into version N + 1. Append only.
STEPS: list[Callable[[dict[str, Any]], dict[str, Any]]] = []


def load(path: Path) -> Settings:
    """Read the settings, upgraded to this version; a missing file means the defaults.

    Raises UserError for a file of a newer version or one that is not ours.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise UserError(disk_sentence(error, "reading your settings")) from error
    try:
        fields = msgspec.json.decode(raw, type=dict[str, Any])
        version = int(fields.get("version", 1))
        if version > len(STEPS) + 1:
            raise UserError(f"Your settings were saved by a newer Personal AI. Update this one, or move “{path}” away.")
        for step in STEPS[version - 1 :]:
            fields = step(fields)
        fields["version"] = len(STEPS) + 1
        return msgspec.convert(fields, Settings)
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        raise UserError(f"The settings file “{path}” is damaged. Move it away to start with the defaults.") from error


def save(path: Path, settings: Settings) -> None:
    """Write the settings so that a crash leaves the old ones or the new ones."""
    try:
        write_durably(path, msgspec.json.format(msgspec.json.encode(settings), indent=2))
    except OSError as error:
        raise UserError(disk_sentence(error, "saving your settings")) from error
