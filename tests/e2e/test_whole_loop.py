"""The whole loop in the real window: real workers, the real built-in model, nothing replaced."""

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from personal_ai import app
from personal_ai.demo import NOTES, sample_questions
from personal_ai.store.conversations import READING_SKILL, Switches
from tests.e2e.window import Driver

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

#: The time the night may take here, in minutes.
NIGHT = 2
SECONDS = 1000


def test_drop_ask_cancel_learn_and_ask_again(qtbot: QtBot, program: app.Program) -> None:
    driver, services = Driver(program), program.services
    services.change_settings(night_minutes=NIGHT)
    question = sample_questions()[0].question

    # Drop a folder: every note can be found.
    driver.drop([NOTES])
    qtbot.waitUntil(lambda: services.library.counts().documents >= 50, timeout=30 * SECONDS)
    assert services.library.search(question)

    # Ask: tokens stream, sources come, the answer is stored as it was shown.
    driver.ask(question)
    watch_streaming(qtbot, driver)
    (conversation,) = services.conversations.list()
    asked, answered = services.conversations.messages(conversation.id)
    assert (asked.text, answered.state, answered.text) == (question, "done", driver.answer_text())
    assert answered.sources
    assert answered.adapter == READING_SKILL
    worker = services.session.pid

    # Ask for something long, and stop: what came stays. The reading skill would be short, so the bare model is asked.
    # A conversation keeps what it began with, whatever the settings say later.
    services.conversations.switch(conversation.id, Switches(notes=False, adapter=False))
    driver.ask("Write a long story about a lighthouse keeper and a storm, in ten paragraphs.")
    # The skill answers the question above with a year, in one piece: what is long shows that an answer streams.
    seen = set[int]()
    qtbot.waitUntil(lambda: seen.add(len(driver.answer_text())) or max(seen) > 60, timeout=30 * SECONDS)
    assert len(seen - {0}) >= 2, "the answer came in one piece"
    driver.press("stop")
    qtbot.waitUntil(lambda: not driver.busy(), timeout=5 * SECONDS)
    stopped = services.conversations.messages(conversation.id)[-1]
    assert stopped.state == "stopped"
    assert len(stopped.text) > 20
    assert services.session.pid == worker
    services.conversations.switch(conversation.id, Switches(notes=True, adapter=True))

    # Learn: the loss falls, and what the window says is what happened.
    ended: list[Any] = []
    program.learner.ended.connect(ended.append)
    program.learner.failed.connect(lambda sentence: pytest.fail(sentence))
    driver.press("nav-learning")
    driver.press("learn-now")
    qtbot.waitUntil(lambda: bool(ended), timeout=500 * SECONDS)
    (night,) = ended
    assert night.state in ("published", "refused"), night.reason
    losses = [loss for _, loss in night.report["loss"]]
    assert losses
    # On a busy machine the time may be up after a step or two, which say nothing yet.
    assert len(losses) < 6 or sum(losses[-3:]) < sum(losses[:3])
    check_honest(qtbot, program, night)

    # Ask again: by the same worker process, and with what was learned if the proof let it pass.
    driver.ask(question)
    watch_streaming(qtbot, driver)
    again = services.conversations.messages(conversation.id)[-1]
    assert again.state == "done"
    assert again.adapter == (night.adapter or READING_SKILL)
    assert services.session.pid == worker


def watch_streaming(qtbot: QtBot, driver: Driver) -> list[int]:
    """Watch an answer being written until it is done; return the lengths it was seen with."""
    seen: list[int] = []

    def done() -> bool:
        length = len(driver.answer_text())
        if length and length not in seen:
            seen.append(length)
        return bool(seen) and not driver.busy()

    qtbot.waitUntil(done, timeout=60 * SECONDS)
    return seen


def check_honest(qtbot: QtBot, program: app.Program, night: Any) -> None:
    """Whether the adapter in use is the one the night says, and the proof is in its report."""
    services, current = program.services, program.services.shelf.current()
    proof = night.report["proof"]
    assert proof["accepted"] is (night.state == "published")
    assert {"before", "before+notes", "adapter", "adapter+notes"} <= proof["systems"].keys()
    assert proof["against"] == "skill"
    assert proof["beside"]
    assert night.reason
    if night.state == "published":
        assert current is not None
        assert current.number == night.adapter
        assert Path(services.adapters_in_use()[0].path).stat().st_size > 0
        assert Path(services.adapters_in_use()[0].reads).name == "reading.gguf"
    else:
        assert current is None
        assert Path(services.adapters_in_use()[0].path).parent.parent.name == "skills"
