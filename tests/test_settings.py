"""The person's choices survive, upgrade, and are never lost to a damaged file."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from personal_ai import settings as settings_module
from personal_ai.errors import UserError
from personal_ai.settings import Settings, load, save


def test_a_missing_file_means_the_defaults(tmp_path: Path):
    assert load(tmp_path / "settings.json") == Settings()


def test_what_is_saved_is_loaded(tmp_path: Path):
    chosen = Settings(model="mine", nights=False, quiet_from=23, temperature=0.0, theme="dark")
    save(tmp_path / "settings.json", chosen)
    assert load(tmp_path / "settings.json") == chosen


def test_the_file_is_for_people_to_read(tmp_path: Path):
    save(tmp_path / "settings.json", Settings())
    assert '\n  "quiet_from": 1' in (tmp_path / "settings.json").read_text()


def test_a_setting_that_is_missing_takes_its_default(tmp_path: Path):
    (tmp_path / "settings.json").write_text('{"version": 1, "passages": 7}')
    assert load(tmp_path / "settings.json") == Settings(passages=7)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"theme": "purple"}',
        '{"nights": "yes"}',
        '{"version": "new"}',
        '{"version": null}',
        "\x00\xff",
    ],
)
def test_a_damaged_file_is_told_with_a_way_out_and_left_alone(tmp_path: Path, content: str):
    file = tmp_path / "settings.json"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"damaged\. Move it away"):
        load(file)
    assert file.read_bytes() == content.encode("latin-1")


def test_a_newer_file_is_refused_with_a_sentence(tmp_path: Path):
    (tmp_path / "settings.json").write_text('{"version": 99}')
    with pytest.raises(UserError, match="newer Personal AI"):
        load(tmp_path / "settings.json")


def test_an_old_file_walks_through_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def rename_notes(fields: dict[str, Any]) -> dict[str, Any]:
        fields["passages"] = fields.pop("pieces")
        return fields

    def double(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"passages": fields["passages"] * 2}

    monkeypatch.setattr(settings_module, "STEPS", [rename_notes, double])
    (tmp_path / "settings.json").write_text('{"version": 1, "pieces": 3}')
    assert load(tmp_path / "settings.json") == Settings(version=3, passages=6)
    (tmp_path / "settings.json").write_text('{"version": 2, "passages": 3}')
    assert load(tmp_path / "settings.json").passages == 6


def test_the_version_of_the_defaults_is_the_newest(tmp_path: Path):
    assert Settings().version == len(settings_module.STEPS) + 1


def test_a_folder_in_the_way_is_told_in_one_sentence(tmp_path: Path):
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(UserError):
        load(tmp_path / "settings.json")
    with pytest.raises(UserError, match="saving your settings"):
        save(tmp_path / "settings.json", Settings())
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(AttributeError):
        Settings().nights = False  # type: ignore[misc]
    assert msgspec.structs.replace(Settings(), nights=False).nights is False
