"""The contract of the command line, over real child processes."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from personal_ai.learning import export, train
from personal_ai.learning.network import Network
from personal_ai.learning.recipe import Recipe
from personal_ai.paths import locate
from personal_ai.services import Services
from personal_ai.worker import wait_until
from tests import tiny_model
from tests.e2e.outside import Personal, Ran, environment

MODEL = Path(__file__).parents[2] / "resources" / "models" / "smollm2-135m-instruct-q4_1.gguf"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043") + bytes(64)


def is_one_sentence(ran: Ran) -> bool:
    """Whether a command failed as promised: exit 2, one line on stderr, no traceback, no result."""
    lines = ran.err.strip().splitlines()
    return (
        ran.code == 2
        and len(lines) == 1
        and len(lines[0]) > 20
        and "Traceback" not in ran.err
        and "Error" not in ran.err
    )


# ---- what works -------------------------------------------------------------------------------------------------


def test_notes_are_added_once_and_found(personal: Personal, notes: Path) -> None:
    first = personal("add", notes).result
    assert (first["documents"], first["unchanged"], first["skipped"]) == (3, 0, [])
    assert first["seconds"] > 0
    assert personal("add", notes).result["unchanged"] == 3
    hits = personal("search", "when to plant pumpkins").result["hits"]
    assert hits[0]["title"] == "Garden"
    assert "12 May" in hits[0]["text"]
    assert {"document", "title", "text", "score"} <= hits[0].keys()
    assert personal("search", "zeppelin").result["hits"] == []


def test_a_changed_note_is_found_in_its_new_words_only(personal: Personal, notes: Path) -> None:
    personal("add", notes)
    (notes / "bicycle.txt").write_text("The bicycle lock opens with 0815.\n")
    assert personal("add", notes).result["documents"] == 1
    assert "0815" in personal("search", "bicycle").result["hits"][0]["text"]
    assert not any("4711" in hit["text"] for hit in personal("search", "bicycle").result["hits"])


def test_home_comes_from_the_environment_too(home: Path, notes: Path) -> None:
    command = [sys.executable, "-m", "personal_ai", "add", str(notes)]
    subprocess.run(command, check=True, env=environment() | {"PERSONAL_AI_HOME": str(home)}, timeout=60)
    assert (home / "personal.db").is_file()


def test_people_get_words_not_json(home: Path, notes: Path) -> None:
    command = [sys.executable, "-m", "personal_ai", "--home", str(home), "add", str(notes)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment(), timeout=60)
    assert "3 new documents" in said.stdout
    assert "{" not in said.stdout


@pytest.mark.model
def test_a_question_is_answered_with_its_sources(personal: Personal, known: Path) -> None:
    ran = personal("ask", "What is the rye starter called?", "--max-tokens", "40", "--seed", "1")
    answer = ran.result
    assert {"answer", "sources", "tokens", "first_token_seconds", "tokens_per_second"} <= answer.keys()
    assert answer["sources"][0]["title"] == "Bread"
    assert {"document", "title", "text"} <= answer["sources"][0].keys()
    assert answer["answer"] == "".join(line["text"] for line in ran.lines if line["event"] == "text")
    assert 0 < answer["tokens"] <= 40
    again = personal("ask", "What is the rye starter called?", "--max-tokens", "40", "--seed", "1").result
    assert again["answer"] == answer["answer"]
    assert personal("ask", "What is the rye starter called?", "--no-notes", "--max-tokens", "4").result["sources"] == []


def test_the_built_in_model_is_listed_and_used(personal: Personal) -> None:
    result = personal("models").result
    assert result["current"] == "built-in"
    model = next(model for model in result["models"] if model["name"] == result["current"])
    assert {"name", "family", "parameters", "quantisation", "path", "learns"} <= model.keys()
    assert model["learns"] is True


@pytest.mark.model
def test_a_model_is_added_used_and_removed(personal: Personal, tmp_path: Path) -> None:
    copy = tmp_path / "second.gguf"
    # The very same file would be known already.
    copy.write_bytes(MODEL.read_bytes() + bytes(32))
    names = {model["name"] for model in personal("models", "add", copy).result["models"]}
    (name,) = names - {"built-in"}
    assert personal("models", "use", name).result["current"] == name
    assert is_one_sentence(personal("models", "remove", name))
    personal("models", "use", "built-in")
    assert len(personal("models", "remove", name).result["models"]) == 1
    assert is_one_sentence(personal("models", "remove", "built-in"))


def test_nothing_is_learned_in_a_new_folder(personal: Personal) -> None:
    result = personal("adapters").result
    assert (result["current"], result["adapters"]) == (None, [])
    assert is_one_sentence(personal("adapters", "use", "3"))
    assert is_one_sentence(personal("adapters", "use", "three"))
    assert personal("adapters", "use", "none").result["current"] is None


@pytest.mark.model
def test_the_doctor_finds_a_new_folder_sound(personal: Personal) -> None:
    result = personal("doctor").result
    assert result["sound"] is True
    assert {check["name"] for check in result["checks"]} >= {"database", "model", "adapters", "chat worker"}
    assert all(check["sentence"].endswith(".") for check in result["checks"])


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="a test cannot press Ctrl-C there without pressing it for itself")
def test_ctrl_c_ends_an_answer_in_order_and_keeps_what_came(home: Path, known: Path) -> None:
    words = ["ask", "Write all you know about bread.", "--max-tokens", "500", "--home", str(home), "--json"]
    child = start(words)
    assert child.stdout
    said = ""
    while not said:
        event = json.loads(child.stdout.readline())
        said = event.get("text", "")
    workers = psutil.Process(child.pid).children()
    child.send_signal(signal.SIGINT)
    _, error = child.communicate(timeout=60)
    assert (child.returncode, error) == (130, "Stopped.\n")
    assert psutil.wait_procs(workers, timeout=10)[1] == []
    services = Services(locate(home))
    (conversation,) = services.conversations.list()
    question, answer = services.conversations.messages(conversation.id)
    assert question.text == words[1]
    assert (answer.state, answer.text.startswith(said)) == ("stopped", True)
    services.close()


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_learning_goes_on_in_the_background_and_can_be_stopped(personal: Personal, notes: Path) -> None:
    assert is_one_sentence(personal("learn", "--detach"))
    personal("add", notes)
    result = personal("learn", "--detach", "--minutes", "1").result
    assert (result["published"], result["adapter"]) == (False, None)
    learner, log = psutil.Process(result["pid"]), Path(result["log"])
    assert wait_until(lambda: b'"event":"progress"' in log.read_bytes(), seconds=90)
    learner.send_signal(signal.SIGINT)
    learner.wait(timeout=90)
    assert log.read_text().splitlines()[-1] == "Stopped."
    assert personal("adapters").result["current"] is None


@pytest.mark.skipif(sys.platform == "win32", reason="there is no head there")
def test_a_reader_that_has_read_enough_is_no_error(home: Path, known: Path) -> None:
    child = start(["search", "bread bicycle garden", "--home", str(home), "--json"])
    assert child.stdout and child.stderr
    child.stdout.close()
    assert child.wait(timeout=60) == 0
    assert child.stderr.read() == ""


@pytest.mark.model
def test_answers_to_known_questions_are_measured(personal: Personal, known: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"question": "What is the rye starter called?", "answer": "Boris"}\n'
        '{"question": "When do I plant the pumpkins?", "answer": "12 May", "note": "garden.md", "set": "dev"}\n'
    )
    systems = personal("evaluate", questions).result["systems"]
    assert systems.keys() == {"base", "base+notes", "skill", "skill+notes"}
    for figures in systems.values():
        assert {"f1", "contains", "nll"} <= figures.keys()
        assert figures["nll"]["low"] <= figures["nll"]["mean"] <= figures["nll"]["high"]
    assert systems["base+notes"]["nll"]["mean"] < systems["base"]["nll"]["mean"]


@pytest.mark.model
@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("chat", {"decode_ratio", "tokens_per_second", "bare_tokens_per_second", "first_token_seconds"}),
        ("learn", {"tokens_per_second", "ceiling_fraction", "ceiling_gflops", "peak_memory_mb", "predicted_memory_mb"}),
        ("library", {"documents_per_second", "search_p95_ms"}),
    ],
)
def test_speed_is_measured_beside_its_limit(what: str, fields: set[str], personal: Personal) -> None:
    result = personal("bench", what, timeout=280).result
    assert fields <= result.keys()
    assert all(result[field] > 0 for field in fields)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_the_demo_shows_the_whole_loop_in_a_folder_of_its_own(home: Path) -> None:
    command = [sys.executable, "-m", "personal_ai", "demo", "--minutes", "0.5", "--json"]
    ran = subprocess.run(command, check=True, capture_output=True, timeout=580, env=environment())
    result = json.loads(ran.stdout.splitlines()[-1])
    assert result["event"] == "result"
    assert result["documents"] >= 50
    assert result["before"]["answer"] and result["after"]["answer"]
    assert result["learned"]["reason"] and result["learned"]["proof"]["systems"]
    assert not home.exists()


def start(words: list[str]) -> "subprocess.Popen[str]":
    """Start a command and leave it running."""
    command = [sys.executable, "-m", "personal_ai", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment())


@pytest.mark.model
def test_learn_says_what_it_would_take_and_changes_nothing(personal: Personal, known: Path, home: Path) -> None:
    before = {path for path in home.rglob("*") if path.is_file()}
    told = personal("learn", "--dry-run", "--minutes", "5").result
    assert told["notes"] == 3
    assert told["tokens"] > 0
    assert 0 < told["training_minutes"] + told["proof_minutes"] < told["minutes"]
    assert told["memory_mb"] == pytest.approx(sum(told["parts_mb"].values()))
    (model,) = told["models"]
    assert (model["name"], model["measured"]) == ("built-in", True)
    new = {path for path in home.rglob("*") if path.is_file()} - before
    assert {path.name for path in new} <= {"train-worker.log", "learning.lock", ".built-in.json"}


def test_the_window_module_loads_no_engine_and_no_torch() -> None:
    heavy = "{'torch', 'peft', 'transformers', 'llama_cpp'}"
    code = f"import sys, personal_ai.start; print(sorted({heavy} & sys.modules.keys()))"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60).stdout
    assert out.strip() == "[]"


# ---- bad input: one sentence, exit 2, nothing changes ---------------------------------------------------------------


def put(folder: Path, name: str, data: bytes) -> Path:
    """Write a file that should be refused."""
    path = folder / name
    path.write_bytes(data)
    return path


def huge(folder: Path) -> Path:
    """Make a file of 300 MB without writing 300 MB."""
    path = folder / "huge.txt"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)
    return path


def locked_pdf(folder: Path) -> Path:
    """Write a PDF whose Encrypt entry asks for a password."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Filter/Standard/V 2/R 3/Length 128/P -3904/O<" + b"5a" * 32 + b">/U<" + b"a5" * 32 + b">>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = (
        b"<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]>>"
    )
    out += b"xref\n0 5\n0000000000 65535 f \n" + table + b"trailer" + trailer
    out += b"\nstartxref\n%d\n%%%%EOF\n" % (out.index(b"xref"))
    return put(folder, "locked.pdf", out)


def empty_folder(folder: Path) -> Path:
    """Make a folder with nothing in it."""
    (folder / "empty").mkdir()
    return folder / "empty"


UNREADABLE = {
    "an empty folder": empty_folder,
    "a file of 0 bytes": lambda folder: put(folder, "empty.md", b""),
    "a JPEG named .pdf": lambda folder: put(folder, "photo.pdf", JPEG),
    "a locked PDF": locked_pdf,
    "a binary named .txt": lambda folder: put(folder, "program.txt", bytes(range(256)) * 40),
    "a file of 300 MB": huge,
    "a missing file": lambda folder: folder / "nowhere.md",
    "an unknown kind": lambda folder: put(folder, "photo.xyz", b"1234"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_one_sentence_and_changes_nothing(
    kind: str, personal: Personal, known: Path, home: Path, tmp_path: Path
) -> None:
    before = stored(home)
    ran = personal("add", UNREADABLE[kind](tmp_path))
    assert is_one_sentence(ran), ran
    assert len(before["documents"]) == 3
    assert stored(home) == before


def stored(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row that tells of notes, table by table."""
    with closing(sqlite3.connect(home / "personal.db")) as connection:
        tables = ("documents", "texts", "chunks", "search", "members", "containers", "watched", "dismissed")
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def test_one_bad_file_does_not_keep_the_others_out(personal: Personal, notes: Path) -> None:
    put(notes, "photo.pdf", JPEG)
    result = personal("add", notes).result
    assert result["documents"] == 3
    assert [Path(skip["path"]).name for skip in result["skipped"]] == ["photo.pdf"]
    assert result["skipped"][0]["reason"].endswith(".")


def test_what_is_no_model_is_refused(personal: Personal, tmp_path: Path) -> None:
    assert is_one_sentence(personal("models", "add", put(tmp_path, "no.gguf", b"this is not a model" * 100)))
    assert is_one_sentence(personal("models", "add", tmp_path / "nowhere.gguf"))
    assert is_one_sentence(personal("models", "use", "nobody"))
    assert is_one_sentence(personal("ask", "why?", "--model", "nobody"))
    assert len(personal("models").result["models"]) == 1


@pytest.mark.model
def test_half_a_model_is_refused(personal: Personal, tmp_path: Path) -> None:
    half = put(tmp_path, "half.gguf", MODEL.read_bytes()[: MODEL.stat().st_size // 2])
    assert is_one_sentence(personal("models", "add", half))
    assert len(personal("models").result["models"]) == 1


@pytest.mark.model
def test_an_adapter_of_another_model_is_refused(personal: Personal, tmp_path: Path) -> None:
    network = Network(tiny_model.write(tmp_path / "other.gguf"))
    train.adapt(network, Recipe(rank=2, alpha=4))
    export.write(network, tmp_path, Recipe(rank=2, alpha=4), "llama", "f" * 64)
    assert is_one_sentence(personal("adapters", "import", tmp_path / "adapter.gguf"))
    assert personal("adapters").result["adapters"] == []


def test_a_full_disk_is_one_sentence_and_loses_nothing(personal: Personal, notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "small"
    home.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", home], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a small disk")
    try:
        personal("add", notes, home=home)
        long = tmp_path / "long.txt"
        long.write_text("\n\n".join(f"Entry {i}: the tide stood at {i * 7} cm by the old pier." for i in range(40_000)))
        ran = personal("add", long, home=home)
        assert is_one_sentence(ran), ran
        assert "full" in ran.err
        assert personal("add", notes, home=home).result["unchanged"] == 3
        assert personal("search", "Boris", home=home).result["hits"]
    finally:
        subprocess.run(["umount", "-l", home], check=True)


def test_a_folder_that_cannot_be_written_is_refused(personal: Personal, tmp_path: Path) -> None:
    # A file in the way stops root as well, which permission bits do not.
    blocked = put(tmp_path, "file", b"")
    assert is_one_sentence(personal("search", "bread", home=blocked / "home"))


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(personal: Personal, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    assert is_one_sentence(personal("search", "bread", home=folder))


def test_a_database_of_a_newer_program_is_refused_and_kept(personal: Personal, home: Path, known: Path) -> None:
    with sqlite3.connect(home / "personal.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert is_one_sentence(personal("search", "bread"))


def test_a_damaged_settings_file_is_named(personal: Personal, home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text("{")
    ran = personal("models")
    assert is_one_sentence(ran)
    assert "settings.json" in ran.err


def test_questions_must_be_a_file_of_questions(personal: Personal, tmp_path: Path) -> None:
    assert is_one_sentence(personal("evaluate", tmp_path / "nowhere.jsonl"))
    assert is_one_sentence(personal("evaluate", put(tmp_path, "bad.jsonl", b"{}\n")))
