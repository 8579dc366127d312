"""When it says that something is not in the notes: as often as is allowed where the notes say it."""

import random
import shutil
import statistics
from pathlib import Path

import pytest

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import adapter_files, evaluate, metrics, skill, threshold
from personal_ai.learning.job import Question
from personal_ai.learning.skills import Skills
from personal_ai.messages import Turn
from personal_ai.models import adapter_file, header
from personal_ai.models.catalogue import BUILT_IN_FILE
from personal_ai.paths import locate
from personal_ai.services import Services


@pytest.mark.parametrize("count", [10, 17, 30])
@pytest.mark.parametrize("shift", [-2.0, 0.0, 2.0])
def test_as_many_as_allowed_are_refused_of_those_like_the_few_that_set_it(count: int, shift: float) -> None:
    rng = random.Random(count)
    refused = []
    for _ in range(400):
        bias = threshold.leaning([rng.gauss(shift, 1.5) for _ in range(count)])
        refused.append(rng.gauss(shift, 1.5) + bias > 0)
        assert abs(bias + shift) < adapter_file.FURTHEST
    # Few questions say less surely where that share lies: for ten of them it comes to some more.
    assert 0.6 * threshold.REFUSED < statistics.mean(refused) < 1.5 * threshold.REFUSED


def test_one_odd_question_does_not_set_it() -> None:
    margins = [-2.0, -1.5, -1.0, -0.5, 0.0] * 4
    with_odd = threshold.leaning([*margins, 3.0])
    assert threshold.leaning(margins) - 1.0 < with_odd < threshold.leaning(margins)


def test_no_threshold_decides_an_answer_before_it_is_thought() -> None:
    assert threshold.leaning([-50.0] * 20) == adapter_file.FURTHEST
    assert threshold.leaning([50.0] * 20) == -adapter_file.FURTHEST


def asking(question: str, passage: str, kind: str = "name", answer: str = "Wanda") -> Question:
    return Question(question, answer, [Turn("user", question)], [Turn("user", f"{passage} {question}")], kind=kind)


def test_the_persons_own_questions_whose_answer_is_shown_set_it_together_with_those_of_other_lives() -> None:
    lives = [asking(f"Who is {n}?", "Wanda is it.") for n in range(3)]
    fit = [asking(f"Who came on day {n}?", "Wanda came.") for n in range(threshold.FEWEST)]
    unfit = [
        asking("Who left?", "Nobody says.", "none"),
        asking("Who rang?", "Wanda rang.", "recall"),
        asking("Who sang?", "Somebody sang."),
    ]
    assert threshold.due([*unfit, *fit], lives) == [*fit, *lives]


@pytest.mark.model
def test_an_adapter_carries_its_threshold(tmp_path: Path) -> None:
    services = Services(locate(tmp_path / "home"))
    made = Skills(services.paths).find(services.model().sha256)
    assert made
    folder = shutil.copytree(made, tmp_path / "adapter")
    questions = [
        Question(q.question, q.answer, q.closed, q.open)
        for q in skill.questions(skill.lives("dev"), services.prompt)[1::10]
        if q.kind != "none"
    ]
    with Runtime.load(BUILT_IN_FILE, 2048) as runtime:
        begin = threshold.openers(runtime, questions)
        own = adapter_file.leaning(header.read(folder / "adapter.gguf"))
        assert list(own) == threshold.openers(runtime, questions), "the shipped skill has its own threshold"
        adapter_files.lean(folder, begin, 0.0)
        evaluate.use(runtime, folder / "adapter.gguf")
        plain = [evaluate.say(runtime, q.open, without=q.closed) for q in questions]
        margins = threshold.margins(runtime, questions, begin, lambda: False)
        refusing = runtime.tokenizer.encode("That", False)[0]
        assert begin == [refusing]
        # Whose refusal is the likeliest beginning is refused, and no other.
        likeliest = [margin > 0 for margin in margins]
        assert [metrics.abstains(answer) for answer in plain] == likeliest
        for bias in (adapter_file.FURTHEST, -adapter_file.FURTHEST):
            adapter_files.lean(folder, begin, bias)
            evaluate.use(runtime, folder / "adapter.gguf")
            said = [metrics.abstains(evaluate.say(runtime, q.open, without=q.closed)) for q in questions]
            assert said == [margin + bias > 0 for margin in margins]
            assert sum(said) > sum(likeliest) if bias > 0 else not any(said)
            # It is about notes: where none were looked up nothing leans.
            assert evaluate.say(runtime, questions[0].open) == plain[0]
        # A token that the model has not is passed over.
        adapter_files.lean(folder, [runtime.tokenizer.size + 7], 1.0)
        evaluate.use(runtime, folder / "adapter.gguf")
        assert evaluate.say(runtime, questions[0].open, without=questions[0].closed) == plain[0]
        evaluate.use(runtime, made / "adapter.gguf")
        said = [metrics.abstains(evaluate.say(runtime, q.open, without=q.closed)) for q in questions]
        assert said == [margin + own[refusing] > 0 for margin in margins]
        # What it leans to is its own: without it the bare model answers as before.
        evaluate.use(runtime, None)
        bare = evaluate.say(runtime, [Turn("user", "Name a colour.")])
        assert bare and not metrics.abstains(bare)
