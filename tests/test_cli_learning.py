"""What is taught, forgotten and learned, by commands: their results, and what people see."""

import json
from pathlib import Path
from typing import Any

import pytest

from personal_ai import cli
from personal_ai.paths import locate
from personal_ai.services import Services

# ---- adapters ---------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a data folder with two adapters for the built-in model and one for another, the second in use."""
    job = tmp_path / "job"
    job.mkdir()
    services = Services(locate(tmp_path / "home"))
    sha256 = services.model().sha256
    for base, checksum in (("other", "0" * 64), ("built-in", sha256), ("built-in", sha256)):
        (job / "adapter.gguf").write_bytes(b"GGUF")
        services.shelf.publish(job, base=base, base_sha256=checksum, notes=3)
    services.close()
    return services.paths.home


def result(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> dict[str, Any]:
    """Run a command and return the fields of its last line."""
    assert cli.main([*words, "--home", str(home), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_adapters_are_listed_with_what_is_known_of_them(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    listed = result(capsys, home, "adapters")
    assert (listed["event"], listed["current"], listed["strength"]) == ("result", 3, 1.0)
    assert [row["number"] for row in listed["adapters"]] == [3, 2, 1]
    assert {"number", "base", "created", "size", "notes", "proof"} <= listed["adapters"][0].keys()


def test_an_adapter_is_used_undone_mixed_and_removed(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert result(capsys, home, "adapters", "use", "2")["current"] == 2
    assert result(capsys, home, "adapters", "scale", "2", "0.5")["strength"] == 0.5
    assert result(capsys, home, "adapters", "rollback")["current"] == 3
    removed = result(capsys, home, "adapters", "remove", "3")
    assert 3 not in [row["number"] for row in removed["adapters"]]
    assert removed["current"] != 3
    assert result(capsys, home, "adapters", "use", "none")["current"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["use", "1"], "was made for the model “other”"),
        (["use", "9"], "Adapter 9"),
        (["use", "two"], "“two” is no adapter"),
        (["scale", "2", "7"], "strength"),
        (["remove", "9"], "no adapter 9"),
    ],
)
def test_what_cannot_be_done_with_an_adapter_is_a_sentence_and_changes_nothing(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert cli.main(["adapters", *words, "--home", str(home)]) == 2
    assert sentence in capsys.readouterr().err
    assert result(capsys, home, "adapters")["current"] == 3


def test_people_see_a_table_of_adapters(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert cli.main(["adapters", "--home", str(home)]) == 0
    assert "●" in capsys.readouterr().out


# ---- teaching and forgetting ------------------------------------------------------------------------------------


def test_a_text_is_remembered_found_listed_and_forgotten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = result(capsys, home, "remember", "The dentist is called Ida Holm.")
    assert kept["title"].startswith("Remembered, ")
    assert result(capsys, home, "search", "dentist")["hits"][0]["title"] == kept["title"]
    (taught,) = result(capsys, home, "taught")["taught"]
    assert (taught["id"], taught["kind"], taught["answer"]) == (
        kept["taught"], "remember", "The dentist is called Ida Holm.",
    )  # fmt: skip
    gone = result(capsys, home, "forget", kept["title"])
    assert (gone["document"], gone["dropped"], gone["adapter"]) == (kept["document"], [], None)
    assert result(capsys, home, "search", "dentist")["hits"] == []
    assert result(capsys, home, "taught")["taught"] == []


def test_a_file_is_forgotten_with_all_that_lies_in_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "all.vcf"
    file.write_text(
        "".join(f"BEGIN:VCARD\nFN:{name}\nTEL:1{at}\nEND:VCARD\n" for at, name in enumerate(("Ida", "Ben")))
    )
    assert result(capsys, home, "add", str(file))["documents"] == 2
    gone = result(capsys, home, "forget", str(file))
    assert (len(gone["documents"]), gone["title"], gone["dropped"]) == (2, "all.vcf", [])
    assert result(capsys, home, "search", "Ida")["hits"] == []


def test_forgetting_a_note_says_which_adapters_went(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    services = Services(locate(home))
    ids = [services.library.remember(text) for text in ("Jan is the plumber.", "Ida is the dentist.")]
    services.shelf.publish(home.parent / "job", base="x", base_sha256="1" * 64, documents=ids[:1])
    services.shelf.publish(home.parent / "job", base="x", base_sha256="1" * 64, documents=ids)
    paths = [services.library.get(id).path for id in ids]
    services.close()
    assert cli.main(["forget", "Jan", "--home", str(home)]) == 2
    assert "There is no note “Jan”" in capsys.readouterr().err
    gone = result(capsys, home, "forget", paths[1])
    assert (gone["dropped"], gone["adapter"]) == ([5], 4)
    assert cli.main(["forget", paths[0], "--home", str(home)]) == 0
    assert "(4); no adapter is used from now on" in capsys.readouterr().out
    assert [row["number"] for row in result(capsys, home, "adapters")["adapters"]] == [3, 2, 1]


def test_what_will_be_learned_is_listed_by_note(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert cli.main(["tonight", "--home", str(home)]) == 0
    assert "Nothing yet" in capsys.readouterr().out
    title = result(capsys, home, "remember", "The dentist is called Ida Holm and costs 40 € each time.")["title"]
    (note,) = result(capsys, home, "tonight")["notes"]
    assert note["title"] == title
    assert {"key", "question", "answer", "sentence", "state"} == note["facts"][0].keys()
    services = Services(locate(home))
    services.tonight.never(note["facts"][0]["key"])
    services.close()
    assert cli.main(["tonight", "--home", str(home)]) == 0
    assert "→ 40 € (never)" in capsys.readouterr().out


def test_people_see_what_they_taught(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["--home", str(tmp_path / "home")]
    assert cli.main(["taught", *words]) == 0
    assert "Nothing yet" in capsys.readouterr().out
    assert cli.main(["remember", "The key hangs behind the clock.", *words]) == 0
    assert "Kept as “Remembered" in capsys.readouterr().out
    assert cli.main(["taught", *words]) == 0
    assert "behind the clock" in capsys.readouterr().out
    assert cli.main(["remember", "  ", *words]) == 2
