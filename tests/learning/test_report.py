"""The gate: it lets a proved gain through and names what is wrong with anything else."""

import subprocess
import sys
from typing import Any

import pytest

from personal_ai.learning import report
from personal_ai.learning.evaluate import Asked
from personal_ai.learning.job import NOT_IN_NOTES, Question

# ---- what a proof is built of -----------------------------------------------------------------------------------


def questions(known: int, unknown: int) -> list[Question]:
    asked = [Question(f"What is {i}?", f"thing {i}", [], [], note=f"Note {i}") for i in range(known)]
    return [*asked, *(Question(f"Who is {i}?", NOT_IN_NOTES, [], [], kind="none") for i in range(unknown))]


def rows(known: int, right: int, nll: float, unknown: int = 0, honest: int = 0, refused: int = 0) -> list[Asked]:
    """`right` of `known` answers hold the gold one, the last `refused` say it is not there; `honest` of `unknown`."""
    found = []
    for i in range(known):
        hit, no = i < right, i >= known - refused
        found.append(
            Asked(
                nll + 0.1 * (i % 3),
                "That is not in your notes." if no else f"thing {i}" if hit else "dunno",
                1.0 if hit else 0.0,
                1.0 if hit else 0.0,
                abstained=no,
            )
        )
    return [*found, *(Asked(None, "x", answerable=False, abstained=i < honest) for i in range(unknown))]


def general(**changed: Any) -> dict[str, Any]:
    even = {"mean": 0.0, "low": 0.0, "high": 0.0}
    return {
        "prompts": 70,
        "references": 37,
        "kl": {"mean": 0.04, "low": 0.03, "high": 0.05},
        "nll_rise": {"mean": -0.01, "low": -0.02, "high": 0.0},
        "own_rise": even,
        "base": 0.8,
        "adapter": 0.83,
        "rise": 0.03,
        "loops": {"base": 1, "adapter": 1},
        "refused": {"base": 0, "adapter": 0},
        "ends": {"base": 0.6, "adapter": 0.8},
        **changed,
    }


def proof(
    before: list[Asked] | None = None,
    after: list[Asked] | None = None,
    closed: tuple[float, float] = (5.0, 4.5),
    asked_closed: int = 30,
    **more: Any,
) -> dict[str, Any]:
    before = before or rows(30, 8, 3.0, unknown=10, honest=1)
    after = after or rows(30, 18, 1.5, unknown=10, honest=8)
    asked = {
        "before": rows(asked_closed, 1, closed[0]),
        "before+notes": before,
        "adapter": rows(asked_closed, 2, closed[1]),
        "adapter+notes": after,
    }
    more = {"general": general(), "against": "base", **more}
    recall = more.pop("recall", None)
    if recall:
        asked |= {"before recall": recall[0], "adapter recall": recall[1]}
    return report.build(questions(30, 10), asked, **more)


def test_a_proved_gain_is_accepted_and_told() -> None:
    judged = report.judge(proof())
    assert judged["accepted"] is True
    assert judged["reason"] == "It answers 18 of 30 questions with your notes at hand; before it was 8."
    assert judged["worse"] == [report.NOTHING_WORSE]
    assert any("8 of 10 things that are not in your notes" in line for line in judged["gained"])
    assert judged["gain"]["notes"]["mean"] == pytest.approx(1.5)
    assert (judged["questions"], judged["asked"]) == (30, 40)
    # What draws older proofs finds its four systems.
    assert {"base", "base+notes", "adapter", "adapter+notes"} <= judged["systems"].keys()


def test_the_samples_show_first_what_it_could_not_answer_before() -> None:
    shown = proof()["samples"]
    assert [sample["question"] for sample in shown] == ["What is 8?", "What is 9?", "What is 10?"]
    assert all(sample["new"] and sample["note"] for sample in shown)
    assert not any(sample["new"] for sample in proof(after=rows(30, 8, 3.0, unknown=10, honest=1))["samples"])


def test_what_was_not_asked_aloud_has_no_figures_of_its_words() -> None:
    found = proof()
    for name in ("before", "adapter", "base"):
        assert found["systems"][name].keys() == {"nll", "questions", "unanswerable"}
        assert {"f1", "contains", "refused", "abstention"} <= found["systems"][f"{name}+notes"].keys()
    assert found["gains"]["closed"].keys() == {"nll", "nll_ratio"}
    assert {"f1", "contains", "refused"} <= found["gains"]["notes"].keys()


def test_what_is_held_against_an_older_adapter_has_no_base_of_its_own() -> None:
    assert not {"base", "base+notes"} & proof(against="adapter")["systems"].keys()


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (proof(after=rows(30, 8, 3.0, unknown=10, honest=1)), "reliably"),
        (proof(after=rows(30, 3, 1.5, unknown=10, honest=1)), "In part"),
        (proof(closed=(4.5, 5.0)), "Without your notes"),
        (proof(rows(30, 8, 3.0, unknown=10, honest=9), rows(30, 18, 1.5, unknown=10, honest=1)), "less often"),
        (proof(after=rows(30, 18, 1.5, unknown=10, honest=9, refused=10)), "too often"),
        (proof(general=general(kl={"mean": 0.2, "low": 0.1, "high": 0.3})), "forgotten too much"),
        (proof(general=general(nll_rise={"mean": 0.03, "low": 0.01, "high": 0.05})), "forgotten too much"),
        (proof(general=general(loops={"base": 1, "adapter": 4})), "repeat itself"),
        (proof(recall=(rows(30, 20, 2.0), rows(30, 5, 2.0))), "facts that it had learned"),
        (proof(rows(2, 0, 3.0), rows(2, 2, 1.0)), "only 2 questions"),
        (proof(rows(2, 0, 3.0), rows(2, 2, 1.0)) | {"cut": True}, "time for only 2 questions"),
        # Of so few from memory no gain would be believed, so more notes are what is lacking.
        (proof(rows(2, 0, 3.0), rows(2, 2, 1.0), recall=(rows(3, 0, 5.0), rows(3, 3, 1.0))), "only 5 questions"),
        # Four small gains from memory are no proof …
        (proof(rows(30, 8, 3.0), rows(30, 8, 3.0), recall=(rows(4, 0, 5.0), rows(4, 0, 4.9))), "reliably"),
        # … and three things made up are a harm.
        (proof(rows(30, 8, 3.0, unknown=3, honest=3), rows(30, 18, 1.5, unknown=3, honest=0)), "less often"),
    ],
)
def test_anything_else_is_refused_with_its_reason(case: dict[str, Any], words: str) -> None:
    judged = report.judge(case)
    assert judged["accepted"] is False
    assert words in judged["reason"]


def test_a_gain_from_memory_counts_where_enough_questions_bear_it_out() -> None:
    same = rows(30, 8, 3.0)
    judged = report.judge(proof(same, same, recall=(rows(8, 0, 5.0), rows(8, 0, 4.0))))
    assert judged["accepted"] is True
    assert "from memory alone" in judged["reason"]
    few = report.judge(proof(recall=(rows(4, 0, 5.0), rows(4, 0, 4.0))))
    assert not any("from memory alone" in line for line in few["gained"])
    # Fewer do where right answers are much likelier and said, not where they are only likelier.
    likelier = report.judge(proof(same, same, recall=(rows(4, 0, 5.0), rows(4, 0, 1.0))))
    assert likelier["accepted"] is False
    said = report.judge(proof(same, same, recall=(rows(4, 0, 5.0), rows(4, 4, 1.0))))
    assert said["accepted"] is True
    assert "from memory alone" in said["reason"]


def test_a_few_questions_without_notes_refuse_no_night() -> None:
    few, enough = (proof(closed=(4.5, 5.0), asked_closed=count) for count in (report.FEWEST - 1, report.FEWEST))
    assert report.judge(few)["accepted"] is True
    assert report.judge(enough)["accepted"] is False


def test_what_got_worse_within_the_limits_is_told_and_no_reason_to_refuse() -> None:
    judged = report.judge(
        proof(
            general=general(
                nll_rise={"mean": 0.012, "low": 0.004, "high": 0.02},
                loops={"base": 1, "adapter": 2},
                refused={"base": 0, "adapter": 3},
                ends={"base": 0.8, "adapter": 0.7},
            ),
            after=rows(30, 18, 1.5, unknown=10, honest=9, refused=3),
        )
    )
    assert judged["accepted"] is True
    text = " ".join(judged["worse"])
    assert all(words in text for words in ("1.2%", "2 of 70", "3 of 70", "70%, before 80%", "10% of what is in your"))


def test_the_words_hold_the_figures() -> None:
    text = " ".join(report.words(report.judge(proof())))
    assert all(figure in text for figure in ("3.10", "1.60", "0.040", "70 general"))


def test_the_words_tell_every_gain_once_also_of_what_is_refused() -> None:
    for judged in (report.judge(proof()), report.judge(proof(closed=(4.5, 5.0)))):
        told = report.words(judged)
        assert len(judged["gained"]) >= 2
        assert [told.count(line) for line in (*judged["gained"], judged["reason"])] == [1] * (len(judged["gained"]) + 1)


def test_telling_a_proof_loads_no_engine() -> None:
    code = "import sys; from personal_ai.learning import report; sys.exit('llama_cpp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
