"""The file that lets a model see (an `mmproj` GGUF): what it is and which models it may belong to. No llama.cpp
here."""

from dataclasses import dataclass

from personal_ai.errors import UserError
from personal_ai.models.gguf_file import GGUFFile

#: Where llama.cpp's oldest files kept the last matrix, whose rows are as many as the model's embeddings are wide.
_LAST = "mm.2.weight"


@dataclass(frozen=True)
class Projector:
    """What a projector says about itself. `width` is that of the embeddings of the model which it belongs to."""

    kind: str
    width: int


def is_one(file: GGUFFile) -> bool:
    """Whether a file is a projector and no model."""
    return file.metadata.get("general.architecture") == "clip" or file.metadata.get("general.type") == "mmproj"


def describe(file: GGUFFile) -> Projector:
    """Read what a projector is. Raises UserError for one that is damaged, or lets a model do something else."""
    name = file.path.name
    if file.metadata.get("clip.has_vision_encoder") is not True:
        raise UserError(f"“{name}” lets a model hear, and not see. Only pictures can be looked at.")
    kind = file.metadata.get("clip.vision.projector_type") or file.metadata.get("clip.projector_type")
    width = file.metadata.get("clip.vision.projection_dim")
    if _LAST in file.tensors and kind == "mlp":
        # In these the field says how wide its own embeddings are.
        width = file.tensors[_LAST].shape[-1]
    whole = isinstance(width, int) and not isinstance(width, bool) and width > 0
    if not isinstance(kind, str) or not isinstance(width, int) or not whole or not file.tensors:
        raise UserError(
            f"“{name}” is damaged (it does not say which models it is for). Copy or download it again and add it once "
            "more."
        )
    return Projector(kind, width)
