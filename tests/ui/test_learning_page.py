"""A night by hand: started, paused, cancelled, told; and the way back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from personal_ai.app import Program
from personal_ai.messages import Progress
from personal_ai.ui.learning_page import LearningPage, figure_words
from personal_ai.ui.night_card import NightCard, proof_words, shares_of
from tests.ui import fakes
from tests.ui.fakes import FakeServices


@pytest.fixture
def page(program: Program, services: FakeServices) -> LearningPage:
    """The learning page over a few notes."""
    fakes.put_sample_notes(services, 8)
    program.window.show_page("learning")
    return program.window.learning_page


def button(page: LearningPage, name: str) -> QPushButton:
    """A button by its name."""
    made = page.findChild(QPushButton, name)
    assert isinstance(made, QPushButton)
    return made


def test_it_says_when_the_night_comes_and_what_now_would_take(qtbot: QtBot, page: LearningPage) -> None:
    qtbot.waitUntil(lambda: page._sentence.text().startswith("Tonight after 01:00"))
    qtbot.waitUntil(lambda: "8 notes to learn" in page._plan.text())


def test_learning_shows_its_progress_and_how_it_ended(
    qtbot: QtBot, page: LearningPage, program: Program, services: FakeServices
) -> None:
    services.fake_night.pause_seconds = 0.01
    qtbot.mouseClick(button(page, "learn-now"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "tokens a second" in page.work._figures.text())
    assert page.work.isVisible()
    assert not page.learn.isVisible()
    assert program.window.sentence.text().startswith("Learning")
    with qtbot.waitSignal(program.learner.ended):
        pass
    assert not page.work.isVisible()
    card = page.findChild(NightCard, "night-card")
    assert isinstance(card, NightCard)
    assert card._row.state == "refused"
    assert services.fake_night.learned_by == ["hand"]


def test_a_night_is_paused(qtbot: QtBot, page: LearningPage, program: Program, services: FakeServices) -> None:
    services.fake_night.pause_seconds = 0.02
    page.learn.click()
    qtbot.waitUntil(lambda: program.learner.last is not None)
    with qtbot.waitSignal(program.learner.ended) as ended:
        page.work.pause.click()
        assert "checkpoint" in page.work._phase.text()
    assert ended.args[0].state == "paused"


def test_a_night_is_cancelled(qtbot: QtBot, page: LearningPage, program: Program, services: FakeServices) -> None:
    services.fake_night.pause_seconds = 0.02
    page.learn.click()
    qtbot.waitUntil(lambda: program.learner.last is not None)
    with qtbot.waitSignal(program.learner.ended):
        qtbot.mouseClick(button(page, "cancel-learning"), Qt.MouseButton.LeftButton)
    assert page.learn.isVisible()


def test_nights_are_paused_and_resumed(qtbot: QtBot, page: LearningPage, services: FakeServices) -> None:
    button(page, "pause-nights").click()
    assert services.settings.nights is False
    assert page.nights.text() == "Resume nights"
    button(page, "pause-nights").click()
    assert services.settings.nights is True


def test_the_morning_card_is_undone(qtbot: QtBot, page: LearningPage, services: FakeServices) -> None:
    fakes.put_nights(services)
    page.refresh()
    before = services.shelf.current()
    assert before
    button(page, "undo-night").click()
    now = services.shelf.current()
    assert now is not None
    assert now.number == before.number - 1
    qtbot.waitUntil(lambda: services.fake_session.refreshed > 0)
    assert f"night {now.number}" in page.banner.text
    button(page, f"use-{before.number}").click()
    assert services.shelf.current() == before


def test_details_show_the_curve_and_the_proof(qtbot: QtBot, page: LearningPage, services: FakeServices) -> None:
    fakes.put_nights(services)
    page.refresh()
    more = button(page, "night-details")
    more.click()
    assert more.text() == "Hide details"
    card = page.findChild(NightCard, "night-card")
    assert isinstance(card, NightCard)
    assert card._details is not None
    assert "Loss went from" in card._details._curve.accessibleName()  # type: ignore[attr-defined]
    more.click()
    assert card._details.isHidden()


def test_the_proof_is_told_in_words_and_shares() -> None:
    shares = shares_of(fakes.PROOF)
    assert list(shares) == ["base", "base+notes", "adapter", "adapter+notes"]
    assert shares["base"] == pytest.approx(0.074, abs=0.001)
    assert "set aside" in proof_words(fakes.PROOF)[0]
    assert proof_words({}) == []
    assert shares_of({"systems": {"base": {}}}) == {}


def test_time_left_is_told_after_three_seconds_only() -> None:
    early = Progress(phase="training", fraction=0.1, elapsed_seconds=1.0, eta_seconds=90.0)
    late = Progress(phase="training", fraction=0.1, elapsed_seconds=4.0, eta_seconds=300.0)
    assert "left" not in figure_words(early)
    assert "about 5 min left" in figure_words(late)


def test_a_failed_night_is_a_sentence(qtbot: QtBot, page: LearningPage, program: Program, monkeypatch) -> None:
    from personal_ai.errors import UserError

    def learn(**_choices: object):
        raise UserError("There is nothing to learn yet.")
        yield

    monkeypatch.setattr(program.services.night, "learn", learn)
    page.learn.click()
    qtbot.waitUntil(lambda: page.banner.text == "There is nothing to learn yet.")
    assert page.learn.isVisible()
