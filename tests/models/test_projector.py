"""What lets a model see, and which models it may be for."""

from pathlib import Path

import gguf
import pytest

from personal_ai.errors import UserError
from personal_ai.models import header, projector
from tests import model_files, tiny_sight


@pytest.mark.parametrize("kind", ["mlp", "gemma3", "idefics3"])
def test_a_projector_says_how_wide_its_model_is(tmp_path: Path, kind: tiny_sight.Kind) -> None:
    file = header.read(tiny_sight.write(tmp_path / "mmproj.gguf", kind, width=96))
    assert projector.is_one(file)
    assert projector.describe(file) == projector.Projector(kind, 96)


def test_a_model_is_no_projector(tmp_path: Path) -> None:
    assert not projector.is_one(header.read(model_files.write(tmp_path / "m.gguf")))


def test_a_projector_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="lets a model see, and is no model itself"):
        header.inspect_model(tiny_sight.write(tmp_path / "mmproj.gguf"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "lets a model hear"),
        ({"clip.has_audio_encoder": True}, "lets a model hear"),
        ({"clip.has_vision_encoder": True}, "does not say which models"),
        ({"clip.has_vision_encoder": True, "clip.projector_type": "mlp"}, "does not say which models"),
        (
            {"clip.has_vision_encoder": True, "clip.projector_type": "mlp", "clip.vision.projection_dim": 0},
            "does not say which models",
        ),
        (
            {"clip.has_vision_encoder": True, "clip.projector_type": 7, "clip.vision.projection_dim": 8},
            "does not say which models",
        ),
    ],
)
def test_a_projector_that_does_not_say_what_it_is_gets_a_sentence(
    tmp_path: Path, fields: dict[str, bool | int | str], sentence: str
) -> None:
    writer = gguf.GGUFWriter(tmp_path / "mmproj.gguf", "clip")
    for name, value in fields.items():
        add = {bool: writer.add_bool, int: writer.add_uint32, str: writer.add_string}[type(value)]
        add(name, value)  # type: ignore[arg-type]
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(UserError, match=sentence):
        projector.describe(header.read(tmp_path / "mmproj.gguf"))
