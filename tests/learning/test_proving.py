"""A night's proof: asked once, the strength chosen apart, the same questions before and after."""

from pathlib import Path

import gguf
import numpy as np
import pytest
from safetensors.numpy import load_file

from personal_ai.engine.runtime import Runtime
from personal_ai.learning import adapter_files as adapters
from personal_ai.learning import evaluate, general, proving, report, threshold
from personal_ai.learning.job import NOT_IN_NOTES, Job, Question
from personal_ai.learning.proving import Proving
from personal_ai.learning.recipe import Recipe
from personal_ai.messages import Turn
from personal_ai.models import adapter_file, header
from personal_ai.models.catalogue import BUILT_IN_FILE
from tests import adapter_files

SYSTEM = Turn("system", "Answer briefly.")


def question(number: int, kind: str = "who", use: str = "prove") -> Question:
    asked = f"Who repaired pump {number}?"
    notes = f"My notes:\n[1] Pump {number}: Tomas repaired pump {number}.\n\nQuestion: {asked}"
    answer = NOT_IN_NOTES if kind == "none" else "Tomas"
    closed = [SYSTEM, Turn("user", asked)]
    return Question(asked, answer, closed, [SYSTEM, Turn("user", notes)], f"Pump {number}", kind, use=use)  # pyright: ignore[reportArgumentType]


def test_questions_of_every_kind_take_turns() -> None:
    reading, none, recall = (
        [question(n) for n in range(4)],
        [question(8, "none")],
        [question(n, "recall") for n in (5, 6)],
    )
    kinds = [q.kind for q in proving._in_turn(reading, none, recall)]
    assert sorted(kinds) == sorted(["who"] * 4 + ["none"] + ["recall"] * 2)
    assert {"who", "recall"} <= set(kinds[:3])
    assert {"who", "recall"} <= set(kinds[4:])


def test_a_proof_cut_short_asks_enough_with_notes_to_be_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Proving, "_one", lambda *_, **__: [evaluate.Asked(1.0)])
    order = Job(number=1, task="learn", model="", model_sha256="", recipe=Recipe(), seconds=120.0)
    asked: dict[int, int] = {}
    for reading in (2, 6):
        questions = proving._in_turn(
            [question(n) for n in range(reading)], [question(n, "recall") for n in range(10, 30)]
        )
        made = Proving(None, order, tmp_path, questions, lambda: False, lambda: None)  # pyright: ignore[reportArgumentType]
        rows, count = made._ask(made._proving, "before", 0.0)
        assert count < len(questions)
        asked[reading] = len(rows["before+notes"])
    assert asked == {2: 2, 6: report.FEWEST}


def test_a_proof_takes_about_its_shares_of_the_time_and_no_more_than_its_questions() -> None:
    questions = [question(n) for n in range(40)] + [question(n, use="choose") for n in range(10)]
    before, after = proving.expected(questions, 2.0, 600.0)
    shares = proving.QUESTIONS_SHARE + proving.GENERAL_SHARE
    assert before == pytest.approx(600.0 * shares, rel=0.15)
    assert before < after < 600.0 * (1.5 * shares + proving.CHOOSING_SHARE) * proving.ADAPTER_SLOWER
    # With much time all is asked once, and more time asks nothing more.
    whole = proving.expected(questions, 2.0, 1e6)
    assert whole == proving.expected(questions, 2.0, 2e6)
    assert whole[0] == pytest.approx(2.0 * 40 + proving.SHORTER * 2.0 * len(general.read()))


@pytest.mark.parametrize(
    ("at_full", "asked"), [(0.05, [1, 0.85]), (0.16, [1, 0.85, 0.7, 0.55]), (0.3, [1, 0.55, 0.4]), (9.0, [1, 0.25])]
)
def test_hopeless_strengths_take_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_full: float, asked: list[float]
) -> None:
    tried: list[float] = []
    monkeypatch.setattr(evaluate, "use", lambda *_, **__: None)
    monkeypatch.setattr(proving, "_made", lambda adapter, share, _start: tried.append(share) or adapter)
    monkeypatch.setattr(evaluate, "answer_nll", lambda *_: 1.0)
    monkeypatch.setattr(general, "drift", lambda *_: {"kl": {"mean": at_full * tried[-1] ** 2}})
    order = Job(number=1, task="learn", model="", model_sha256="", recipe=Recipe(), seconds=600.0)
    made = Proving(None, order, tmp_path, [question(1, use="choose")], lambda: False, lambda: None)  # pyright: ignore[reportArgumentType]
    scale, moved = made._strength(proving.Before({}, None, 1, 1, 0.0), tmp_path, None)  # pyright: ignore[reportArgumentType]
    assert tried == asked
    assert moved["kl"]["mean"] <= 0.10 or scale == proving.STRENGTHS[-1]


def test_a_night_that_went_too_far_keeps_all_that_it_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of what was added, not half of everything: the files say so, and are used whole."""
    rng = np.random.default_rng(1)
    shapes = {"blk.0.attn_q.weight.lora_a": (4, 8), "blk.0.attn_q.weight.lora_b": (6, 4)}
    about = {"rank": "4", "alpha": "8", "architecture": "llama", "base_sha256": "0"}
    start, made = tmp_path / "start", tmp_path / "made"
    old, new = ({name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()} for _ in range(2))
    for folder, matrices in ((start, old), (made, new)):
        folder.mkdir()
        adapters.write(folder, matrices, about)
    used: list[Path] = []
    monkeypatch.setattr(evaluate, "use", lambda _runtime, path, scale=1.0, reads="": used.append(path) or _whole(scale))
    monkeypatch.setattr(evaluate, "answer_nll", lambda *_: 1.0)
    moved = iter([0.3, 0.09, 0.08])
    monkeypatch.setattr(general, "drift", lambda *_: {"kl": {"mean": next(moved)}})
    order = Job(number=1, task="learn", model="", model_sha256="", recipe=Recipe(), seconds=600.0)
    asking = Proving(None, order, tmp_path, [question(1, use="choose")], lambda: False, lambda: None)  # pyright: ignore[reportArgumentType]
    before = proving.Before({}, None, 1, 1, 0.0)  # pyright: ignore[reportArgumentType]
    begun = start / "adapter.safetensors"
    share, _ = asking._strength(before, made / "adapter.gguf", begun)
    assert share == 0.55
    proving._keep(proving._part(made / "adapter.gguf", share), made)
    kept = load_file(made / "adapter.safetensors")
    assert all(np.allclose(kept[name], 0.45 * old[name] + 0.55 * new[name], atol=1e-6) for name in shapes)
    assert {path.name for path in made.iterdir()} == {"adapter.gguf", "adapter.safetensors"}
    assert used[0] == made / "adapter.gguf"


def test_what_reads_by_the_skill_is_chosen_by_what_it_knows_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With notes less is likelier here, from memory more: only where nothing is asked from memory notes decide."""
    tried: list[float] = []
    monkeypatch.setattr(evaluate, "use", lambda *_, **__: None)
    monkeypatch.setattr(proving, "_made", lambda adapter, share, _start: tried.append(share) or adapter)
    monkeypatch.setattr(
        evaluate, "answer_nll", lambda _r, _turns, _answer, notes: tried[-1] if notes else 2 - tried[-1]
    )
    monkeypatch.setattr(general, "drift", lambda *_: {"kl": {"mean": 0.01}})
    monkeypatch.setattr(adapters, "combine", lambda *_: None)
    monkeypatch.setattr(adapters, "leaning", lambda _: ([], 0.0))
    order = Job(number=1, task="learn", model="", model_sha256="", recipe=Recipe(), seconds=600.0)
    reading, recall = [question(n, use="choose") for n in range(4)], [question(9, "recall", "choose")]
    chosen: dict[tuple[int, str], float] = {}
    for asked, reads in (([*reading, *recall], "skill"), ([*reading, *recall], ""), (reading, "skill")):
        made = Proving(None, order, tmp_path, asked, lambda: False, lambda: None)  # pyright: ignore[reportArgumentType]
        made._beside = reads
        before = proving.Before({}, None, 1, len(asked), 0.0)  # pyright: ignore[reportArgumentType]
        chosen[len(asked), reads], _ = made._strength(before, tmp_path, None)
    assert chosen == {(5, "skill"): 1.0, (5, ""): 0.25, (4, "skill"): 0.25}


def test_part_of_the_way_from_a_smaller_rank_says_what_that_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    about = {"architecture": "llama", "base_sha256": "0"}
    a, b = "blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b"
    old = {a: rng.normal(size=(2, 8)).astype(np.float32), b: rng.normal(size=(6, 2)).astype(np.float32)}
    new = {a: rng.normal(size=(4, 8)).astype(np.float32), b: rng.normal(size=(6, 4)).astype(np.float32)}
    for name, matrices, more in (
        ("start", old, {"rank": "2", "alpha": "8"}),
        ("made", new, {"rank": "4", "alpha": "8"}),
        ("part", new, {"rank": "4", "alpha": "8"}),
    ):
        (tmp_path / name).mkdir()
        adapters.write(tmp_path / name, matrices, about | more)
    files = (tmp_path / name / "adapter.safetensors" for name in ("start", "made"))
    adapters.part_way(*files, tmp_path / "part", 0.0)
    found = load_file(tmp_path / "part" / "adapter.safetensors")
    assert np.allclose(8 / 4 * found[b] @ found[a], 8 / 2 * old[b] @ old[a], atol=1e-5)


def test_what_chats_is_the_night_and_what_reads_the_skill_and_half_of_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    a, b = "blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b"
    about = {"rank": "4", "alpha": "8", "architecture": "llama", "base_sha256": "0"}
    product: dict[str, np.ndarray] = {}
    for name, shown in (("skill", {"leaning_tokens": "7", "leaning": "2.5"}), ("made", {})):
        matrices = {a: rng.normal(size=(4, 8)).astype(np.float32), b: rng.normal(size=(4, 4)).astype(np.float32)}
        (tmp_path / name).mkdir()
        adapters.write(tmp_path / name, matrices, about | shown)
        product[name] = 2.0 * matrices[b] @ matrices[a]
    monkeypatch.setattr(evaluate, "use", lambda *_, **__: None)
    monkeypatch.setattr(threshold, "found", lambda *_: threshold.Threshold([9], -1.5))
    order = Job(number=1, task="learn", model="", model_sha256="", recipe=Recipe(), seconds=600.0)
    made = Proving(None, order, tmp_path, [question(1)], lambda: False, lambda: None)  # pyright: ignore[reportArgumentType]
    made._beside = str(tmp_path / "skill" / "adapter.safetensors")
    assert made._lean(tmp_path / "made" / "adapter.gguf") == -1.5
    for name, wanted, leaning in (
        ("adapter.gguf", product["made"], {}),
        ("reading.gguf", product["made"] / 2 + product["skill"], {9: -1.5}),
    ):
        file = tmp_path / "made" / name
        found = {tensor.name: np.asarray(tensor.data) for tensor in gguf.GGUFReader(file).tensors}
        # Four rows hold any product here.
        assert np.allclose(2.0 * found[b] @ found[a], wanted, atol=1e-4)
        assert adapter_file.leaning(header.read(file)) == leaning
    assert load_file(tmp_path / "made" / "adapter.safetensors").keys() == {a, b}
    # A short run sets no threshold: it leans as the skill does.
    monkeypatch.setattr(threshold, "found", lambda *_: None)
    assert made._lean(tmp_path / "made" / "adapter.gguf") == 2.5
    assert adapter_file.leaning(header.read(tmp_path / "made" / "reading.gguf")) == {7: 2.5}


def test_an_adapter_is_named_by_what_it_says(tmp_path: Path) -> None:
    shapes = {"blk.0.attn_q.weight.lora_a": (4, 8), "blk.0.attn_q.weight.lora_b": (6, 4)}
    matrices = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    about = {"rank": "4", "alpha": "8", "architecture": "llama", "base_sha256": "0"}
    names = set()
    for number in range(8):
        (tmp_path / f"{number}").mkdir()
        adapters.write(tmp_path / f"{number}", matrices, about | {"leaning_tokens": "7", "leaning": f"{number}"})
        names.add(adapters.name(tmp_path / f"{number}" / "adapter.safetensors"))
    assert len(names) == 1
    adapters.scaled(tmp_path / "0" / "adapter.safetensors", tmp_path / "1", 0.5)
    assert adapters.name(tmp_path / "1" / "adapter.safetensors") not in names


@pytest.mark.parametrize(("rank", "exact"), [(5, True), (4, False)])
def test_what_reads_works_like_half_of_each(tmp_path: Path, rank: int, exact: bool) -> None:
    rng = np.random.default_rng(3)
    module = "blk.0.attn_q.weight"
    a, b = f"{module}.lora_a", f"{module}.lora_b"
    parts = {"skill": (2, 8.0), "night": (rank, 6.0)}
    product = np.zeros((6, 8))
    for name, (size, alpha) in parts.items():
        # Three directions of the night hold anything, so that rank 5 holds all that both say.
        matrices = {a: rng.normal(size=(size, 8)), b: rng.normal(size=(6, size)) * (np.arange(size) < 3)}
        (tmp_path / name).mkdir()
        about = {"rank": str(size), "alpha": str(alpha), "architecture": "llama", "base_sha256": "0"}
        adapters.write(tmp_path / name, {key: value.astype(np.float32) for key, value in matrices.items()}, about)
        product += 0.5 * alpha / size * matrices[b] @ matrices[a]
    files = (tmp_path / name / "adapter.safetensors" for name in ("night", "skill"))
    adapters.combine([(0.5, file) for file in files], tmp_path / "reading.gguf", [7], -1.5)
    read = gguf.GGUFReader(tmp_path / "reading.gguf")
    found = {tensor.name: np.asarray(tensor.data) for tensor in read.tensors}
    alpha = read.fields["adapter.lora.alpha"].contents()
    assert found[a].shape == (rank, 8)
    made = alpha / rank * found[b] @ found[a]
    values = np.linalg.svd(product, compute_uv=False)
    assert np.linalg.norm(made - product) == pytest.approx(np.linalg.norm(values[rank:]), abs=1e-4)
    assert np.allclose(made, product, atol=1e-4) is exact
    assert adapter_file.leaning(header.read(tmp_path / "reading.gguf")) == {7: -1.5}


def _whole(scale: float) -> None:
    assert scale == 1.0


@pytest.mark.model
def test_the_same_questions_are_asked_before_and_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [*general.read(short=True)[:2], *general.read(short=True)[-2:]]
    monkeypatch.setattr(general, "read", lambda short=False: few)
    questions = [
        *(question(n) for n in range(4)),
        question(4, "none"),
        question(5, "recall"),
        question(6, use="choose"),
        question(7, "recall", use="choose"),
    ]
    order = Job(number=1, task="learn", model="", model_sha256="", recipe=Recipe(), seconds=600.0)
    rng = np.random.default_rng(0)
    matrices: dict[str, np.ndarray] = {}
    for block in range(30):
        for name, (width_in, width_out) in adapter_files.BUILT_IN_SHAPES.items():
            a = rng.standard_normal((4, width_in)) / np.sqrt(width_in)
            matrices[f"blk.{block}.{name}.weight.lora_a"] = a.astype(np.float32)
            matrices[f"blk.{block}.{name}.weight.lora_b"] = (0.2 * rng.standard_normal((width_out, 4))).astype("f4")
    adapters.write(tmp_path, matrices, {"rank": "4", "alpha": "4", "architecture": "llama", "base_sha256": "0"})
    adapter = tmp_path / "adapter.gguf"
    with Runtime.load(BUILT_IN_FILE, 2048) as runtime:
        made = Proving(runtime, order, tmp_path, questions, lambda: False, lambda: None)
        before = made.before()
        # A resumed job does not ask again: nobody could answer here.
        again = Proving(runtime, order, tmp_path, questions, lambda: True, lambda: None).before()
        assert again == before
        proof = made.after(before, adapter)
        with pytest.raises(evaluate.Interrupted):
            Proving(runtime, order, tmp_path, questions, lambda: True, lambda: None).after(before, adapter)
    assert before.asked == 6
    assert {name: len(rows) for name, rows in before.rows.items()} == {
        "before": 4,
        "before+notes": 5,
        "before recall": 1,
    }
    assert (proof["questions"], proof["asked"], proof["against"]) == (4, 5, "base")
    assert {"base", "base+notes", "adapter", "adapter+notes", "adapter recall"} <= proof["systems"].keys()
    assert proof["share"] in proving.STRENGTHS
    assert proof["scale"] == 1.0
    # Noise beside the base helps nobody, and at any strength moves it away from what it was.
    assert proof["general"]["kl"]["mean"] > 0
    assert not proof["accepted"] and proof["reason"]
