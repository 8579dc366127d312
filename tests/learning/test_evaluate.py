"""Asking questions of a system: what counts as known, what was shown, what a row says, what two rows say together."""

from pathlib import Path

import pytest

from personal_ai.chat import prompt
from personal_ai.chat.prompt import Passage
from personal_ai.engine.runtime import Runtime
from personal_ai.learning import evaluate, general
from personal_ai.learning.evaluate import Asked
from personal_ai.learning.job import NOT_IN_NOTES, Question
from personal_ai.messages import Turn
from personal_ai.models.catalogue import BUILT_IN_FILE

PASSAGES = [
    Passage("Bread", "Starter", "The rye starter is called Boris.\n[2] It lives in the fridge: always."),
    Passage("Bikes", "", "The red bicycle cost €340."),
    Passage("Bread rolls", "", "Boris is not used here."),
]


def question(answer: str, kind: str = "", note: str = "", distractors: list[str] | None = None) -> Question:
    text = "What is the rye starter called?"
    return Question(
        text,
        answer,
        prompt.build(text, [], [], ""),
        prompt.build(text, PASSAGES, [], ""),
        note,
        kind,
        distractors or [],
    )


@pytest.mark.parametrize(
    ("answer", "kind", "known"),
    [
        ("Boris", "", True),
        ("no", "yesno", True),
        (NOT_IN_NOTES, "", False),
        ("Eso no está en tus notas.", "", False),
        ("", "", False),
        ("Boris", "none", False),
    ],
)
def test_a_question_is_answerable_where_the_notes_hold_its_answer(answer: str, kind: str, known: bool) -> None:
    assert evaluate.answerable(question(answer, kind)) is known


def test_the_shown_passages_are_read_from_the_chats_own_prompt() -> None:
    found, shown = evaluate.shown_passages(question("Boris").open, "Bread")
    assert found
    assert [right for right, _ in shown] == [True, False, False]
    assert "Boris" in shown[0][1]
    assert evaluate.shown_passages(question("Boris").open, "Bikes")[0]
    assert not evaluate.shown_passages(question("Boris").open, "Rolls")[0]
    assert evaluate.shown_passages(question("Boris").closed, "Bread") == (False, [])


class Said:
    """A model whose answers and surprises are known beforehand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: str, nlls: dict[str, float]) -> None:
        self.asked: list[str] = []

        def nll(_runtime: object, turns: object, text: str, notes: bool) -> float:
            assert notes == (turns == self.one.open)
            self.asked.append(text)
            return nlls[text]

        def read_without(_runtime: object, turns: object) -> None:
            self.asked.append("without")

        def say(*_: object, without: object) -> str:
            self.asked.append("?")
            return answer

        monkeypatch.setattr(evaluate, "answer_nll", nll)
        monkeypatch.setattr(evaluate, "read_without", read_without)
        monkeypatch.setattr(evaluate, "say", say)

    def ask(self, one: Question, *, notes: bool = True, spoken: bool = True) -> Asked:
        runtime: Runtime = None  # type: ignore[assignment]
        self.one = one
        (row,) = evaluate.ask(runtime, [one], notes=notes, spoken=spoken, stop=lambda: False)
        return row


def test_all_that_is_asked_of_one_prompt_is_asked_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Said(monkeypatch, "It is called Boris.", {"Boris": 1.0, "Anna": 2.0, "Otto": 0.5})
    row = model.ask(question("Boris", note="Bread", distractors=["Anna", "Otto"]))
    assert model.asked == ["without", "Boris", "Anna", "Otto", "?"]
    assert (row.nll, row.rank, row.contains, row.abstained, row.found) == (1.0, 0.0, 1.0, False, True)
    assert row.f1 == pytest.approx(0.4)
    assert row.cited is None  # this wording stands in no passage


def test_an_answer_is_cited_to_the_first_passage_it_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Said(monkeypatch, "Boris", {"Boris": 1.0})
    assert model.ask(question("Boris", note="Bread")).cited is True
    assert model.ask(question("Boris", note="Bread rolls")).cited is False
    assert model.ask(question("Boris")).cited is None
    assert model.ask(question("Boris", note="Bread"), spoken=False) == Asked(1.0, found=True)


def test_what_the_notes_do_not_say_is_only_asked_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Said(monkeypatch, "That is not in your notes.", {})
    assert model.ask(question(NOT_IN_NOTES)) == Asked(
        None, "That is not in your notes.", answerable=False, abstained=True
    )
    assert model.asked == ["without", "?"]


def test_somebody_who_wants_the_machine_back_gets_it() -> None:
    runtime: Runtime = None  # type: ignore[assignment]
    with pytest.raises(evaluate.Interrupted):
        list(evaluate.ask(runtime, [question("Boris")], notes=True, spoken=True, stop=lambda: True))


def rows(good: int, bad: int, abstaining: int, guessing: int) -> list[Asked]:
    return [
        *(Asked(1.0, "Boris", 1.0, 1.0, rank=1.0, found=True, cited=True) for _ in range(good)),
        *(Asked(3.0, "That is not in your notes.", 0.0, 0.0, rank=0.0, abstained=True) for _ in range(bad)),
        *(Asked(None, "Not in your notes.", answerable=False, abstained=True) for _ in range(abstaining)),
        *(Asked(None, "Anna", answerable=False) for _ in range(guessing)),
    ]


def test_a_row_counts_what_is_known_apart_from_what_is_not() -> None:
    row = evaluate.summary(rows(6, 2, 3, 1), spoken=True)
    assert (row["questions"], row["unanswerable"]) == (8, 4)
    assert row["nll"]["mean"] == pytest.approx(1.5)
    assert (row["f1"], row["contains"], row["rank"], row["refused"]) == (0.75, 0.75, 0.75, 0.25)
    assert row["abstention"] == 0.75
    assert (row["found"], row["cited"]) == (1.0, 1.0)
    assert row["f1_interval"]["low"] < 0.75 < row["f1_interval"]["high"]


def test_what_was_not_measured_is_not_told() -> None:
    silent = evaluate.summary([Asked(1.0), Asked(2.0)], spoken=False)
    assert silent.keys() == {"nll", "questions", "unanswerable"}
    assert not {"abstention", "rank", "cited", "found"} & evaluate.summary([Asked(1.0)], spoken=True).keys()
    assert evaluate.summary([], spoken=True)["f1"] == 0.0


def test_two_systems_are_compared_question_by_question() -> None:
    before, after = rows(4, 8, 1, 3), rows(10, 2, 3, 1)
    told = evaluate.differences({"base+notes": before, "adapter+notes": after, "base": before})
    assert [(d["of"], d["against"]) for d in told] == [("adapter+notes", "base+notes")]
    (only,) = told
    assert only["f1"]["mean"] == pytest.approx(0.5)
    assert only["f1"]["low"] > 0
    assert only["nll"]["mean"] == pytest.approx(1.0)
    assert only["nll_ratio"]["mean"] == pytest.approx(16 / 28)
    assert only["abstention"]["mean"] == pytest.approx(0.5)
    assert only["refused"]["mean"] == pytest.approx(-0.5)


@pytest.mark.model
def test_the_served_model_is_asked_everything() -> None:
    asked = [
        question("Boris", note="Bread", distractors=["Anna", "Otto", "Irma"]),
        question(NOT_IN_NOTES, "none"),
    ]
    with Runtime.load(BUILT_IN_FILE, 2048) as runtime:
        closed = list(evaluate.ask(runtime, asked, notes=False, spoken=True, stop=lambda: False))
        notes = list(evaluate.ask(runtime, asked, notes=True, spoken=True, stop=lambda: False))
        assert notes[0].nll is not None and closed[0].nll is not None
        assert notes[0].nll < closed[0].nll
        assert notes[0].rank == 1.0
        assert notes[0].found is True
        told = evaluate.differences({"base+notes": closed, "adapter+notes": notes})
        assert told[0]["nll"]["mean"] > 0
        assert evaluate.speak(runtime, [Turn("user", "Say hello.")], 4).tokens


@pytest.mark.model
def test_a_model_has_not_moved_from_itself() -> None:
    with Runtime.load(BUILT_IN_FILE, 2048) as runtime:
        chosen = [*general.read(short=True)[:3], *general.read(short=True)[-3:]]
        before = general.base(runtime, chosen, lambda: False, [Turn("system", "You help.")])
        assert (len(before.said), len(before.references)) == (3, 3)
        assert before.said[1].turns[0].role == "system"
        moved = general.drift(runtime, before, lambda: False)
        assert abs(moved["kl"]["mean"]) < 0.01
        assert abs(moved["nll_rise"]["mean"]) < 0.01
        assert abs(moved["rise"]) < 0.05
        found = general.behaviour(runtime, before, lambda: False)
        assert found["ends"]["base"] == found["ends"]["adapter"]
        assert Path(str(runtime.path)) == BUILT_IN_FILE
