"""The reading skill's practice: the chat's own prompt, answers that stand in it, and ready-made skills unpacked."""

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import adapter_files, evaluate, phrases, replay, skill
from personal_ai.learning.skills import CHATS, LEARNS, READY, Skills
from personal_ai.models import gguf_file
from personal_ai.paths import Paths, locate
from personal_ai.services import Services
from personal_ai.store import terms

BASE = "ab" * 32


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return locate(tmp_path / "home")


@pytest.fixture
def services(paths: Paths) -> Services:
    return Services(paths)


def test_practice_is_asked_as_the_chat_asks(services: Services) -> None:
    (life,) = skill.lives("dev")
    made = skill.examples([life], services.prompt)
    by_question = {item.question: item for item in life.items}
    assert len(made) > 0.85 * len(life.items)
    for example in made:
        system, asked, answered = example.turns
        notes, question = asked.text.split("\n\nQuestion: ")
        item = by_question[question]
        assert system.role == "system" and notes.startswith("My notes:\n[1] ")
        if item.kind == "none":
            assert answered.text.endswith(".") and answered.text in item.answer
            continue
        told = set().union(*(terms.index_terms(life.notes[id].text) for id in item.notes))
        shown = set(terms.index_terms(item.answer)) & told <= set(terms.index_terms(notes))
        assert shown == (not example.group.endswith("-absent"))
        assert answered.text == (item.answer if shown else phrases.NOT_IN_NOTES["en"])


def test_some_questions_are_asked_again_where_their_answer_is_missing(services: Services) -> None:
    (life,) = skill.lives("dev")
    told = {True: set[str](), False: set[str]()}
    known = {item.question for item in life.items if item.kind != "none"}
    for example in skill.examples([life], services.prompt, rounds=2):
        question = example.turns[1].text.split("\n\nQuestion: ")[1]
        if question in known:
            told[example.turns[2].text == phrases.NOT_IN_NOTES["en"]].add(question)
    assert len(told[True] & told[False]) > 0.3 * len(known)
    assert len(told[False]) > 0.9 * len(known)


def test_questions_of_one_group_stand_under_the_same_passages(services: Services) -> None:
    made = skill.examples(skill.lives("dev"), services.prompt)
    groups: dict[str, set[str]] = {}
    for example in made:
        groups.setdefault(example.group, set()).add(example.turns[1].text.split("\n\nQuestion: ")[0])
    assert all(len(passages) == 1 for passages in groups.values())
    assert len(groups) < 0.6 * len(made)


def test_lives_are_split_and_not_their_items() -> None:
    names = [{life.name for life in skill.lives(split)} for split in ("train", "dev", "proof")]
    assert sum(map(len, names)) == len(set().union(*names)) == 38


def test_a_shipped_skill_is_unpacked_once_and_anew_when_another_is_shipped(paths: Paths, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.mkdir()
    made = tmp_path / "made"
    made.mkdir()
    skills = Skills(paths, ready)
    assert skills.find(BASE) is None

    def ship(value: float) -> None:
        matrices = {"blk.0.attn_q.weight.lora_a": np.full((2, 4), value, np.float32)}
        described = {"rank": "2", "alpha": "4", "architecture": "llama", "base_sha256": BASE}
        adapter_files.write(made, matrices, described)
        adapter_files.pack(made / "adapter.safetensors", ready / f"{BASE[:16]}.safetensors")

    def value() -> float:
        folder = skills.find(BASE)
        assert folder is not None
        assert gguf_file.read(folder / "adapter.gguf").metadata["adapter.lora.alpha"] == 4.0
        return float(load_file(folder / "adapter.safetensors")["blk.0.attn_q.weight.lora_a"][0, 0])

    assert not skills.knows(BASE)
    ship(0.5)
    assert skills.knows(BASE)
    # Who only looks ahead changes nothing.
    shipped = ready / f"{BASE[:16]}.replay.json"
    shipped.write_text("[]")
    looking = Skills(paths, ready, looking=True)
    assert (looking.find(BASE), looking.replay(BASE)) == (paths.home / "skills" / BASE[:16], shipped)
    assert not (paths.home / "skills").exists()
    assert value() == 0.5
    before = (skills.find(BASE) or paths.home).joinpath("adapter.gguf").stat().st_mtime_ns
    assert (skills.find(BASE) or paths.home).joinpath("adapter.gguf").stat().st_mtime_ns == before
    ship(0.25)
    assert value() == 0.25


def test_a_skill_that_was_trained_here_is_kept(paths: Paths, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    a, b = "blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b"
    matrices = {a: np.ones((2, 4), np.float32), b: np.ones((4, 2), np.float32)}
    metadata = {"rank": "2", "alpha": "4", "architecture": "llama", "base_sha256": BASE}
    adapter_files.write(made, matrices, metadata)
    skills = Skills(paths, tmp_path / "none")
    assert skills.find(BASE) is None
    skills.keep(made, BASE, 0.5)
    assert skills.knows(BASE)
    folder = skills.find(BASE)
    assert folder is not None
    # At the strength that its proof chose: half of its B A.
    kept = load_file(folder / LEARNS)
    assert (kept[a] == 1).all() and (kept[b] == 0.5).all()
    assert (folder / CHATS).stat().st_size > 0
    assert skills.replay(BASE).parent == folder.parent


def test_the_built_in_models_skill_is_shipped_small_and_fits(services: Services) -> None:
    model = services.catalogue.get("built-in")
    shipped = READY / f"{model.sha256[:16]}.safetensors"
    assert shipped.stat().st_size <= 6_000_000
    with safe_open(shipped, "np") as file:
        assert file.metadata()["base_sha256"] == model.sha256


@pytest.mark.model
def test_with_the_skill_the_answers_of_a_stranger_are_likelier(services: Services) -> None:
    asked = [q for q in skill.questions(skill.lives("dev"), services.prompt) if evaluate.answerable(q)][::6]
    with Runtime.load(services.model().path, 2048) as runtime:
        bare = [evaluate.answer_nll(runtime, q.open, q.answer) for q in asked]
        runtime.set_adapters(services.adapters_in_use())
        skilled = [evaluate.answer_nll(runtime, q.open, q.answer, notes=True) for q in asked]
    assert sum(skilled) < 0.75 * sum(bare)


def test_a_skill_that_lost_a_file_is_unpacked_again(services: Services) -> None:
    (first,) = services.adapters_in_use()
    Path(first.path).unlink()
    assert services.adapters_in_use() == [first]
    assert Path(first.path).stat().st_size > 0


def test_where_the_skill_cannot_be_unpacked_the_bare_model_answers(services: Services) -> None:
    # A file stands where its folder should be, as a full disk or a wrong permission would refuse it.
    (services.paths.home / "skills").parent.mkdir(parents=True, exist_ok=True)
    (services.paths.home / "skills").touch()
    assert services.adapters_in_use() == []


def test_what_the_built_in_model_says_to_general_prompts_is_shipped(services: Services) -> None:
    sha256 = services.model().sha256
    kept = Skills(services.paths).replay(sha256)
    said = replay.said(None, kept, 300)  # pyright: ignore[reportArgumentType] - nothing is left to be asked
    assert len(said) == 300 and all(each.answer for each in said)
    kept.write_text("[]")
    assert Skills(services.paths).replay(sha256).read_text() == "[]"
    assert not Skills(services.paths).replay(BASE).exists()
