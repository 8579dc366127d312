"""The general set: enough of every kind, and a divergence that is one."""

from collections import Counter

import numpy as np
import pytest

from personal_ai.learning import general


def test_the_set_holds_enough_of_every_kind() -> None:
    every = general.read()
    asked, references = [p for p in every if not p.answer], [p for p in every if p.answer]
    assert len(asked) >= 60
    assert len(references) >= 30
    assert len({p.prompt for p in every}) == len(every)
    kinds = Counter(p.kind for p in asked)
    assert sum(kinds[language] for language in ("de", "es", "fr", "zh")) == 8
    assert {"knowledge", "arithmetic", "format", "rewrite", "translate", "talk", "code"} <= kinds.keys()
    short = general.read(short=True)
    assert 20 <= sum(not p.answer for p in short) <= 30
    assert 12 <= sum(bool(p.answer) for p in short) <= 20


def logs(rng: np.random.Generator, rows: int = 6, vocabulary: int = 40) -> np.ndarray:
    raw = rng.normal(size=(rows, vocabulary)) * 2
    return raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))


def test_a_distribution_does_not_diverge_from_itself() -> None:
    base = logs(np.random.default_rng(1))[:, :10]
    assert general.divergence(base, base) == pytest.approx(np.zeros(6), abs=1e-9)


def test_the_divergence_is_a_lower_bound_that_gets_tight() -> None:
    rng = np.random.default_rng(2)
    base, tuned = logs(rng), logs(rng)
    whole = (np.exp(base) * (base - tuned)).sum(axis=1)
    few, many = general.divergence(base[:, :5], tuned[:, :5]), general.divergence(base[:, :35], tuned[:, :35])
    assert (few >= -1e-9).all()
    assert (few <= many + 1e-9).all()
    assert (many <= whole + 1e-9).all()
    assert general.divergence(base, tuned) == pytest.approx(whole, abs=1e-6)
