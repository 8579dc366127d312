"""The models that are here, what each takes, and the personas."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot

from personal_ai import messages
from personal_ai.app import Program
from personal_ai.chat.trying import Speed
from personal_ai.learning.forecasting import Teachable
from personal_ai.models.free import FREE_MODELS
from personal_ai.models.needs import Needs
from personal_ai.store.personas import Persona
from personal_ai.system import Memory
from personal_ai.ui import model_card, models_page
from personal_ai.ui.model_card import Known
from personal_ai.ui.models_page import ModelsPage
from tests import model_files, tiny_sight
from tests.ui import fakes
from tests.ui.fakes import MODEL, FakeServices
from tests.ui.test_main_window import drop

QWEN = "Qwen2.5-1.5B-Instruct-Q4_K_M"


@pytest.fixture
def page(qtbot: QtBot, program: Program, services: FakeServices) -> ModelsPage:
    """The page with three models and two personas."""
    fakes.put_models(services)
    program.window.show_page("models")
    page = program.window.models_page
    qtbot.waitUntil(lambda: len(page._cards) == 3)
    return page


def click(page: ModelsPage, name: str) -> None:
    """Click the button of this name."""
    made = page.findChild(QPushButton, name)
    assert made, name
    made.click()


def test_another_model_is_used_from_now_on(qtbot: QtBot, page: ModelsPage, services: FakeServices) -> None:
    with qtbot.waitSignal(page.model_changed):
        click(page, f"use-{QWEN}")
    assert services.settings.model == QWEN
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "use-built-in") is not None)


def test_what_is_chosen_for_a_model_is_kept_for_it_alone(page: ModelsPage, services: FakeServices) -> None:
    card = page._cards[QWEN]
    card.open_defaults()
    card._change(context=8192)
    card._change(temperature=0.7)
    assert services.settings.choices(QWEN).context == 8192
    assert services.settings.choices(QWEN).temperature == 0.7
    assert services.settings.choices("built-in").temperature is None


def test_a_file_that_is_no_model_is_a_sentence(qtbot: QtBot, page: ModelsPage, services: FakeServices) -> None:
    fake = services.paths.home / "fake.gguf"
    fake.write_bytes(b"GIF89a not a model")
    services.tried_worker.fails = messages.Failed(sentence="“fake.gguf” is not a GGUF file.")
    page.add_model(fake)
    assert not page.add.isEnabled()
    qtbot.waitUntil(lambda: page._working is None)
    assert page.banner.text == "“fake.gguf” is not a GGUF file."
    assert page.add.isEnabled()
    assert not [made for made in services.paths.models.iterdir() if made.is_dir()]


def test_a_dropped_model_is_tried_and_taken_in(
    qtbot: QtBot, program: Program, services: FakeServices, tmp_path: Path
) -> None:
    drop(program.window, [model_files.write(tmp_path / "dropped.gguf")])
    assert program.window.current == "models"
    page = program.window.models_page
    qtbot.waitUntil(lambda: page._working is None, timeout=20_000)
    assert page.banner.text == "“dropped” is here."
    assert [type(sent).__name__ for sent in services.tried_worker.sent] == ["Inspect", "Load", "MeasureDecode"]
    qtbot.waitUntil(lambda: "dropped" in page._cards)


def test_a_speed_is_measured_on_request(qtbot: QtBot, page: ModelsPage, services: FakeServices) -> None:
    click(page, f"measure-{QWEN}")
    qtbot.waitUntil(lambda: page._working is None)
    assert page.banner.text == f"{QWEN}: 16 tokens a second here (measured)."


def test_a_model_is_removed_after_a_second_look(qtbot: QtBot, page: ModelsPage) -> None:
    click(page, f"remove-{QWEN}")
    assert QWEN in page._cards
    yes = next(made for made in page._cards[QWEN].findChildren(QPushButton) if made.property("kind") == "danger")
    yes.click()
    qtbot.waitUntil(lambda: QWEN not in page._cards)
    assert page.findChild(QPushButton, "remove-built-in") is None


def test_an_address_is_shown_before_it_is_opened(page: ModelsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(models_page.QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    where = [made for made in page.findChildren(QPushButton) if made.text() == "Where to get it"]
    assert len(where) == len(FREE_MODELS)
    where[0].click()
    assert FREE_MODELS[0].address in page.banner.text
    assert opened == []
    page.banner._on_action()
    assert opened == [FREE_MODELS[0].address]


def test_a_persona_is_made_changed_and_deleted(qtbot: QtBot, page: ModelsPage, services: FakeServices) -> None:
    page.personas.edit(None)
    form = page.personas.form
    assert form
    click(page, "save-persona")
    assert "needs a name" in form._error.text()
    form.name.setText("Poet")
    form.instructions.setPlainText("In verse.")
    form._on_model(2)
    form._on_freedom(100)
    qtbot.mouseClick(form.learned, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.personas_changed):
        click(page, "save-persona")
    made = services.personas.list()[1]
    assert made == Persona(
        id=made.id, name="Poet", instructions="In verse.", model=QWEN, use_adapter=False, temperature=1.0
    )
    page.personas.edit(made)
    click(page, "delete-persona")
    assert [each.name for each in services.personas.list()] == ["Bedtime stories", "Strict editor"]
    assert page.personas.form is None


def test_what_does_not_fit_is_said_in_words() -> None:
    teaching = Teachable("built-in", True, "", memory_mb=3600.0)
    known = Known(
        msgspec.structs.replace(MODEL, needs=Needs(8 * 10**9, 10_000)),
        Speed(4.25, False),
        teaching,
    )
    large, small = Memory(16 * 10**9, 12 * 10**9), Memory(16 * 10**9, 2 * 10**9)
    assert model_card.chat_words(known, 4096, large) == (
        False,
        "with about 8.1 GB of memory · 4.2 tokens a second here (computed)",
    )
    assert model_card.chat_words(known, 4096, small)[0]
    assert "there are 4.0 GB" in model_card.chat_words(known, 4096, Memory(4 * 10**9, 10**9))[1]
    assert models_page.free_words(FREE_MODELS[-1], None, Memory(4 * 10**9, 10**9))[0]
    assert model_card.contexts(MODEL, 4096) == [2048, 4096, 8192, 16384, 32768]


def test_nothing_on_the_page_is_without_a_name_for_a_screen_reader(page: ModelsPage) -> None:
    page.personas.edit(None)
    for card in page._cards.values():
        card.open_defaults()
    for made in page.findChildren(QAbstractButton):
        assert made.isHidden() or made.accessibleName() or made.text(), made
    names = [made.accessibleName() for made in page.findChildren(QPushButton) if "Use " in made.accessibleName()]
    assert len(names) == len({*names}) == 2


def test_a_dropped_file_that_lets_a_model_see_goes_to_its_model(
    qtbot: QtBot, program: Program, services: FakeServices, tmp_path: Path
) -> None:
    services.catalogue.add(model_files.write(tmp_path / "model.gguf", context=99))
    services.tried_worker.width = model_files.WIDTH
    drop(program.window, [tiny_sight.write(tmp_path / "mmproj.gguf", width=model_files.WIDTH)])
    page = program.window.models_page
    qtbot.waitUntil(lambda: page._working is None and "sees pictures" in page.banner.text)
    assert page.banner.text == "“model” is here, and sees pictures."
    assert model_card.model_words(services.catalogue.get("model")).endswith(" · sees pictures")
