"""The models that are here."""

import errno
from pathlib import Path

import pytest

from personal_ai import paths
from personal_ai.errors import UserError
from personal_ai.models import catalogue
from personal_ai.models.catalogue import BUILT_IN, Catalogue
from personal_ai.paths import Paths
from tests import adapter_files, model_files, tiny_sight


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    return paths.locate(tmp_path / "home")


@pytest.fixture
def models(home: Paths, tmp_path: Path) -> Catalogue:
    return Catalogue(home, built_in=model_files.write(tmp_path / "built-in.gguf"))


def everything(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_the_built_in_model_is_there_from_the_start(models: Catalogue) -> None:
    entry = models.get(BUILT_IN)
    assert (entry.family, entry.learns, entry.built_in, len(entry.sha256)) == ("llama", True, True, 64)
    assert models.list() == [entry]


def test_a_missing_built_in_model_says_how_to_fetch_it(home: Paths, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"dev\.py setup"):
        Catalogue(home, built_in=tmp_path / "nothing.gguf").get(BUILT_IN)
    assert Catalogue(home, built_in=tmp_path / "nothing.gguf").list() == []


def test_an_added_model_stays_when_its_file_is_deleted(models: Catalogue, home: Paths, tmp_path: Path) -> None:
    file = model_files.write(tmp_path / "My Model (v2).gguf", architecture="qwen2")
    entry = models.add(file)
    file.unlink()
    assert entry.name == "My-Model-v2"
    assert (entry.family, entry.learns) == ("qwen2", True)
    assert Catalogue(home, built_in=tmp_path / "built-in.gguf").get(entry.name) == entry


def test_the_same_file_twice_is_one_model(models: Catalogue, home: Paths, tmp_path: Path) -> None:
    first = models.add(model_files.write(tmp_path / "a.gguf", context=100))
    copy = tmp_path / "b.gguf"
    copy.write_bytes(first.path.read_bytes())
    assert models.add(copy) == first
    other = models.add(model_files.write(tmp_path / "elsewhere-a.gguf", context=200))
    assert [entry.name for entry in models.list()] == [BUILT_IN, "a", other.name]


def test_two_models_of_one_name_stand_beside_each_other(models: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    first = models.add(model_files.write(tmp_path / "model.gguf", context=100))
    second = models.add(model_files.write(tmp_path / "x" / "model.gguf", context=200))
    assert (first.name, second.name) == ("model", "model-2")


def test_an_unusable_file_is_refused_and_leaves_nothing(models: Catalogue, home: Paths, tmp_path: Path) -> None:
    before = everything(home.models)
    garbage = tmp_path / "x.gguf"
    garbage.write_bytes(b"no model at all")
    whole = model_files.write(tmp_path / "whole.gguf").read_bytes()
    (tmp_path / "short.gguf").write_bytes(whole[:-100])
    unusable = {
        garbage: "is not a GGUF file",
        tmp_path / "short.gguf": "is incomplete",
        model_files.write(tmp_path / "m.gguf", architecture="mamba"): "not supported yet",
        adapter_files.write(tmp_path / "a.gguf", blocks=1): "is an adapter, not a model",
        tmp_path / "missing.gguf": "There is no file",
    }
    for path, sentence in unusable.items():
        with pytest.raises(UserError, match=sentence):
            models.add(path)
    assert everything(home.models) == before


def test_a_full_disk_leaves_nothing_behind(
    models: Catalogue, home: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.list()
    before = everything(home.models)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(catalogue.os, "link", full)
    monkeypatch.setattr(catalogue, "_copy_durably", full)
    with pytest.raises(UserError, match="The disk is full"):
        models.add(model_files.write(tmp_path / "m.gguf", context=99))
    assert everything(home.models) == before


def test_a_file_that_changed_since_it_was_added_is_refused(models: Catalogue, tmp_path: Path) -> None:
    entry = models.add(model_files.write(tmp_path / "m.gguf", context=99))
    content = bytearray(entry.path.read_bytes())
    content[-1] ^= 1
    entry.path.write_bytes(content)
    with pytest.raises(UserError, match="has changed since it was added"):
        models.get(entry.name)
    assert [each.name for each in models.list()] == [BUILT_IN]


def test_a_removed_model_is_gone_and_the_built_in_one_stays(models: Catalogue, home: Paths, tmp_path: Path) -> None:
    entry = models.add(model_files.write(tmp_path / "m.gguf", context=99))
    models.remove(entry.name)
    assert not entry.path.exists()
    with pytest.raises(UserError, match="There is no model “m” here"):
        models.get("m")
    with pytest.raises(UserError, match="There is no model “m” here"):
        models.remove("m")
    with pytest.raises(UserError, match="built-in model belongs to the program"):
        models.remove(BUILT_IN)


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".", "..", "nothing"])
def test_a_name_never_leads_out_of_the_folder(models: Catalogue, name: str) -> None:
    with pytest.raises(UserError, match="There is no model"):
        models.get(name)
    with pytest.raises(UserError, match="There is no model"):
        models.remove(name)


def test_a_model_that_cannot_be_taught_is_here_to_chat(models: Catalogue, tmp_path: Path) -> None:
    experts = model_files.write(tmp_path / "a.gguf", extra=lambda writer: writer.add_expert_count(8))
    entry = models.add(experts)
    assert (entry.learns, entry.lacks) == (False, "it is a mixture of experts")


# ---- what lets a model see --------------------------------------------------------------------------------------


def sight(path: Path, seed: int = 0, width: int = model_files.WIDTH) -> Path:
    return tiny_sight.write(path, width=width, seed=seed)


def test_a_projector_is_kept_beside_its_model_and_goes_with_it(models: Catalogue, home: Paths, tmp_path: Path) -> None:
    blind = models.add(model_files.write(tmp_path / "m.gguf", context=99))
    file = sight(tmp_path / "mmproj.gguf")
    entry = models.add_projector(file, "m")
    file.unlink()
    assert entry == models.get("m") == Catalogue(home, built_in=tmp_path / "built-in.gguf").get("m")
    assert entry.projector is not None and entry.projector.parent.parent == entry.path.parent
    assert (blind.sees, entry.sees, len(entry.projector_sha256)) == (False, True, 64)
    assert entry.needs.fixed == blind.needs.fixed + entry.projector.stat().st_size
    assert (blind.sha256, blind.width) == (entry.sha256, entry.width) == (blind.sha256, model_files.WIDTH)
    models.remove("m")
    assert not [path for path in everything(home.models) if "projector" in path]


def test_another_projector_takes_the_place_of_the_first(models: Catalogue, home: Paths, tmp_path: Path) -> None:
    models.add(model_files.write(tmp_path / "m.gguf", context=99))
    first = models.add_projector(sight(tmp_path / "a.gguf"), "m")
    assert models.add_projector(tmp_path / "a.gguf", "m") == first
    second = models.add_projector(sight(tmp_path / "b.gguf", seed=1), "m")
    assert (second.projector, second.projector_sha256) != (first.projector, first.projector_sha256)
    assert second.projector == first.projector
    assert [name for name in everything(home.models) if not name.startswith(".built")] == [
        "m", "m/manifest.json", "m/model.gguf", "m/projector", "m/projector/manifest.json",
        "m/projector/projector.gguf",
    ]  # fmt: skip


def test_a_projector_that_was_changed_is_not_used_any_more(models: Catalogue, tmp_path: Path) -> None:
    models.add(model_files.write(tmp_path / "m.gguf", context=99))
    file = sight(tmp_path / "mmproj.gguf")
    models.add_projector(file, "m")
    with file.open("ab") as written:
        written.write(b"more")
    entry = models.get("m")
    assert not entry.sees
    assert models.add_projector(sight(tmp_path / "again.gguf"), "m").sees


def test_a_projector_of_another_model_is_refused_and_leaves_nothing(
    models: Catalogue, home: Paths, tmp_path: Path
) -> None:
    models.add(model_files.write(tmp_path / "m.gguf", context=99))
    before = everything(home.models)
    whole = sight(tmp_path / "mmproj.gguf").read_bytes()
    (tmp_path / "short.gguf").write_bytes(whole[:-100])
    for name, file, sentence in (
        ("m", sight(tmp_path / "wide.gguf", width=64), "made for another model than “m”"),
        (BUILT_IN, tmp_path / "mmproj.gguf", "made for another model"),
        ("m", tmp_path / "short.gguf", "is incomplete"),
        ("m", model_files.write(tmp_path / "other.gguf", context=98), "lets a model hear"),
        ("nothing", tmp_path / "mmproj.gguf", "There is no model"),
    ):
        with pytest.raises(UserError, match=sentence):
            models.add_projector(file, name)
    with pytest.raises(UserError, match="is no model itself"):
        models.add(tmp_path / "mmproj.gguf")
    assert everything(home.models) == before


def test_a_full_disk_leaves_the_projector_that_was_there(
    models: Catalogue, home: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.add(model_files.write(tmp_path / "m.gguf", context=99))
    first = models.add_projector(sight(tmp_path / "a.gguf"), "m")
    before = everything(home.models)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(catalogue.os, "link", full)
    monkeypatch.setattr(catalogue, "_copy_durably", full)
    with pytest.raises(UserError, match="The disk is full"):
        models.add_projector(sight(tmp_path / "b.gguf", seed=1), "m")
    assert everything(home.models) == before
    assert models.get("m") == first
