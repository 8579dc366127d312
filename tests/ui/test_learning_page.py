"""A night by hand: started, paused, cancelled, told; and the way back."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from personal_ai.addon import Addon, Wanted
from personal_ai.app import Program
from personal_ai.errors import UserError
from personal_ai.messages import Progress
from personal_ai.ui.controls import Bar
from personal_ai.ui.learning_page import LearningPage, figure_words
from personal_ai.ui.night_card import NightCard, Replaced, Sample, effort_words, plots_of, shares_of
from personal_ai.ui.plots import LEAST_WIDTH, Plot
from personal_ai.ui.theme import Theme
from tests import signed_files
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


def test_it_says_when_it_knows_how_to_read_and_nothing_of_yours(
    qtbot: QtBot, page: LearningPage, services: FakeServices
) -> None:
    qtbot.waitUntil(lambda: "8 notes to learn" in page._plan.text())
    assert page._known.isHidden()
    fakes.put_skill(services)
    page.refresh()
    qtbot.waitUntil(page._known.isVisible)
    assert page._known.text() == "Knows how to read notes · has not learned yours yet"
    fakes.put_nights(services)
    page.refresh()
    qtbot.waitUntil(page._known.isHidden)
    services.shelf.none()
    page.refresh()
    qtbot.waitUntil(page._known.isVisible)
    assert page._known.text() == "Knows how to read notes · uses nothing that it learned from yours"


def test_learning_shows_its_progress_and_how_it_ended(
    qtbot: QtBot, page: LearningPage, program: Program, services: FakeServices
) -> None:
    services.fake_night.pause_seconds = 0.01
    qtbot.mouseClick(button(page, "learn-now"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "tokens a second" in page.work._figures.text())
    assert page.work.isVisible()
    assert not page.learn.isVisible()
    # What only who builds models knows stands under Details.
    assert "loss" not in page.work._figures.text() and "step" not in page.work._figures.text()
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


def test_a_choice_that_cannot_be_kept_is_a_sentence(page: LearningPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_changes: object) -> None:
        raise UserError("There is no room left.")

    before = page.nights.text()
    monkeypatch.setattr(page, "_change_settings", full)
    button(page, "pause-nights").click()
    assert page.banner.text == "There is no room left."
    assert page.nights.text() == before


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


def newest(page: LearningPage) -> NightCard:
    """The card on top."""
    card = page.findChild(NightCard, "night-card")
    assert isinstance(card, NightCard)
    return card


def words_on(widget: QWidget) -> list[str]:
    """Every sentence on a widget."""
    return [made.text() for made in widget.findChildren(QLabel)]


def test_details_show_the_systems_and_the_proof(page: LearningPage, services: FakeServices) -> None:
    fakes.put_nights(services)
    page.refresh()
    more = button(page, "night-details")
    more.click()
    assert more.text() == "Hide details"
    details = newest(page)._details
    assert details is not None
    names = [bar.accessibleName() for bar in details.findChildren(Bar)]
    assert names[-1] == "with both: 50%"
    told = words_on(details)
    assert "34 questions were set aside beforehand; this time none of them was practised." in told
    assert "“Before” is the model with its reading skill, and nothing of yours learned." in told
    more.click()
    assert details.isHidden()


def test_the_card_shows_what_it_can_answer_now_and_opens_the_note(
    qtbot: QtBot, page: LearningPage, program: Program, services: FakeServices
) -> None:
    id = fakes.put_note(services, "rhubarb.md", "# RHUBARB\n\nCinnamon.", "RHUBARB (Bomma's and mine)")
    fakes.put_nights(services)
    page.refresh()
    card = newest(page)
    # The third sample is left out: it could answer that before.
    questions = [sample.findChildren(QLabel)[0].text() for sample in card.findChildren(Sample)]
    assert len(questions) == 2
    assert "It can answer now and could not before" in words_on(card)
    assert "What got worse" in words_on(card)
    assert "It repeats itself in 2 of 24 general answers, not 1." in words_on(card)
    qtbot.mouseClick(button(page, "open-note"), Qt.MouseButton.LeftButton)
    assert program.window.current == "library"
    assert program.window.library_page.note.row is not None
    assert program.window.library_page.note.row.id == id


def test_three_plots_say_in_words_what_they_show(page: LearningPage, services: FakeServices) -> None:
    fakes.put_nights(services)
    page.refresh()
    notes, general, loss = (plot.accessibleDescription() for plot in newest(page).findChildren(Plot))
    assert notes == (
        "With your notes at hand, surprise at the right answers went from 1.10 (1.00 to 1.20) to 0.70 (0.60 to 0.80) "
        "nats a token; less is better, and right answers went from 40% to 61%."
    )
    assert "moved 0.031 nats a token (0.10 is allowed)" in general
    assert "+0.6% less likely (+2% is allowed)" in general
    assert loss.startswith("While learning, surprise went from 3.90 to 0.96")
    assert [plot.toolTip() for plot in newest(page).findChildren(Plot)] == [notes, general, loss]


def test_plots_stand_below_each_other_where_there_is_no_room(
    qtbot: QtBot, page: LearningPage, services: FakeServices
) -> None:
    fakes.put_nights(services)
    page.refresh()
    made = newest(page).findChildren(Plot)
    for size, rows in ((QSize(1000, 700), 1), (page.window().minimumSize(), 2)):
        page.window().resize(size)
        qtbot.waitUntil(lambda rows=rows: len({plot.y() for plot in made}) == rows)
        assert all(plot.width() >= LEAST_WIDTH for plot in made)


def test_a_record_of_the_first_nights_is_still_told(page: LearningPage, services: FakeServices) -> None:
    fakes.put_nights(services, full=False)
    page.refresh()
    card = newest(page)
    assert "Asked before and after" in words_on(card)
    notes, general, _ = (plot.accessibleDescription() for plot in card.findChildren(Plot))
    assert "from 1.30 (1.20 to 1.40) to 0.86" in notes
    assert "+0.030 nats a token less likely (0.10 is allowed)" in general
    assert card.findChild(QLabel, "night-effort").text() == "24 min · 214,000 tokens · 431 a second"  # type: ignore[union-attr]
    button(page, "night-details").click()
    assert "28 questions were set aside." in words_on(card)


def test_the_energy_says_whether_it_was_measured(services: FakeServices) -> None:
    def effort(energy: dict[str, Any]) -> str:
        id = services.night_rows.start("1", "hand", 1)
        services.night_rows.finish(id, "refused", "No.", report={"energy": energy})
        return effort_words(services.night_rows.get(id))

    assert effort({"wh": 9.24, "measured": False}) == "about 9.2 Wh, estimated"
    assert effort({"wh": 31.6, "measured": True}) == "32 Wh"


def test_older_statements_that_gave_way_are_shown(qtbot: QtBot, page: LearningPage, services: FakeServices) -> None:
    fakes.put_nights(services)
    page.refresh()
    more = button(page, "replaced")
    assert more.text().startswith("2 older statements gave way to newer ones")
    assert "The rent is 1,090 euros a month. → From March on" in more.toolTip()
    more.click()
    replaced = newest(page).findChild(Replaced)
    assert replaced is not None
    qtbot.waitUntil(replaced.pairs.isVisible)
    assert "The rent is 1,090 euros a month." in words_on(replaced)


def test_the_bars_are_shares_and_no_system_stands_there_twice() -> None:
    shares = shares_of(fakes.PROOF)
    assert list(shares) == ["base", "base+notes", "adapter", "adapter+notes"]
    assert shares["base"] == pytest.approx(0.074, abs=0.001)
    assert shares_of({"systems": {"base": {}}}) == {}
    twice = fakes.FULL_PROOF | {"against": "base"}
    assert list(shares_of(twice)) == ["base", "base+notes", "adapter", "adapter+notes"]


def test_nothing_to_show_draws_nothing(look: Theme) -> None:
    assert plots_of(look, {}) == []
    assert plots_of(look, {"loss": [[0, 1.0]], "proof": {"systems": {"adapter+notes": fakes.nll(1)}}}) == []


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


# ---- the learning add-on ----------------------------------------------------------------------------------------


@pytest.fixture
def lacking(program: Program, services: FakeServices, tmp_path: Path) -> LearningPage:
    """The learning page of a packaged program whose add-on is not installed."""
    fakes.put_sample_notes(services, 8)
    wanted = Wanted(key="abc", version="0.2.0", packed=100_000_000, unpacked=460_000_000)
    services._built["addon"] = Addon(wanted, tmp_path / "program" / "learning", signed_files.PUBLIC)
    program.window.show_page("learning")
    return program.window.learning_page


def test_without_its_addon_the_page_offers_it_with_its_size(qtbot: QtBot, lacking: LearningPage) -> None:
    qtbot.waitUntil(lacking.addon.isVisible)
    assert "a file of 100 MB, which takes 460 MB on the disk" in lacking.addon.sentence.text()
    assert lacking.learn.isHidden()
    assert lacking._plan.isHidden()


def test_a_file_of_others_is_refused_and_the_right_one_installed(
    qtbot: QtBot, lacking: LearningPage, tmp_path: Path
) -> None:
    qtbot.waitUntil(lacking.addon.isVisible)
    stranger = tmp_path / "stranger.personal-ai"
    stranger.write_bytes(b"anything")
    lacking.addon.install(stranger)
    qtbot.waitUntil(lambda: "does not come from the makers" in lacking.banner.text)
    library = b"x = 1\n"
    about = {"key": "abc", "version": "0.2.0", "files": {"lib/x.py": len(library)}}
    files = {"lib/x.py": library, "addon.json": json.dumps(about).encode()}
    lacking.addon.install(signed_files.write(tmp_path / "learning.personal-ai", files))
    qtbot.waitUntil(lambda: "is installed" in lacking.banner.text)
    qtbot.waitUntil(lacking.addon.isHidden)
    qtbot.waitUntil(lacking.learn.isVisible)
