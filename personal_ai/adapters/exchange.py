"""Adapters in and out: GGUF for llama.cpp, PEFT safetensors for transformers. Nothing here can run a file's own code.

llama.cpp turns neighbouring pairs of a head where transformers turns its two halves, so for some architectures the rows
of `attn_q` and `attn_k` stand in another order in a GGUF. For an adapter that concerns the rows of B alone.
"""

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np

from personal_ai.adapters.folders import ADAPTER
from personal_ai.adapters.shelf import Shelf
from personal_ai.errors import UserError, disk_sentence
from personal_ai.models import adapter_file
from personal_ai.models.adapter_file import READING
from personal_ai.models.header import GGUFFile, read
from personal_ai.paths import write_durably

MAX_RANK = 512
MAX_BYTES = 4 << 30
#: The largest change to one weight, as a root mean square. Weights themselves are 0.02 to 0.1 in trained models.
MAX_CHANGE = 0.5

# GGUF's name of a matrix, and transformers' name of the same one.
_DENSE = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_FUSED = {
    "attn_qkv": "self_attn.qkv_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_up": "mlp.gate_up_proj",
    "ffn_down": "mlp.down_proj",
}
#: Which names an architecture uses; one that is missing here goes out as GGUF only.
NAMES = {
    **dict.fromkeys(("llama", "mistral3", "smollm3", "granite", "olmo2"), _DENSE),
    **dict.fromkeys(("qwen2", "qwen3", "gemma2", "gemma3"), _DENSE),
    "phi3": _FUSED,
}
#: Architectures whose q and k rows llama.cpp's converter reorders (its `undo_permute`).
REORDERED = frozenset(("llama", "mistral3", "smollm3", "granite"))

_GGUF_NAME = re.compile(r"blk\.(\d+)\.(\w+)\.weight")
_PEFT_NAME = re.compile(r"base_model\.model\.model\.layers\.(\d+)\.((?:self_attn|mlp)\.\w+)\.lora_([AB])\.weight")
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
_FLOATS = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}


class BaseModel(Protocol):
    """A base model (a `models.catalogue.ModelEntry`)."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path | str: ...
    @property
    def sha256(self) -> str: ...


class PeftConfig(msgspec.Struct, kw_only=True):
    """The part of PEFT's adapter_config.json that is understood; what would name code to import must be empty."""

    peft_type: str
    r: int
    lora_alpha: float
    bias: str = "none"
    fan_in_fan_out: bool = False
    use_rslora: bool = False
    use_dora: bool = False
    alpha_pattern: dict[str, Any] | None = None
    modules_to_save: Any = None
    auto_mapping: Any = None
    megatron_config: Any = None
    custom_module: Any = None
    base_model_name_or_path: str | None = None


@dataclass(frozen=True)
class Lora:
    """An adapter in memory: by GGUF tensor name, A [rank, in] and B [out, rank], fp32. It adds alpha/rank · BA."""

    architecture: str
    alpha: float
    matrices: dict[str, tuple[np.ndarray, np.ndarray]]
    #: Its threshold for refusing (adapter_file.leaning).
    leaning: dict[int, float] = field(default_factory=dict)


# ---- out --------------------------------------------------------------------------------------------------------


def export(shelf: Shelf, number: int, folder: Path, base: Path | str | None = None) -> list[Path]:
    """Write adapter `number` into `folder`: adapter.gguf, and PEFT's two files. Returns what was written.

    What answers in its place where notes are shown goes along as reading.gguf, where there is such a file. `base` is
    the model file it was made for; where it is not given, or of an architecture whose transformers names are not known,
    only what is GGUF is written. Raises UserError when the adapter is unsound or the folder refuses.
    """
    shelf.manifest(number)  # its checksum is compared here
    source = shelf.path(number)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [folder / "adapter.gguf"]
        write_durably(written[0], source.read_bytes())
        if (reading := source.with_name(READING)).is_file():
            written.append(folder / READING)
            write_durably(written[-1], reading.read_bytes())
        model = read(Path(base)) if base else None
        if model and model.metadata.get("general.architecture") in NAMES:
            files = peft_files(_read_gguf(source, model), model)
            for name, data in files.items():
                write_durably(folder / name, data)
                written.append(folder / name)
    except OSError as error:
        raise UserError(disk_sentence(error, "exporting the adapter")) from error
    return written


def peft_files(lora: Lora, base: GGUFFile) -> dict[str, bytes]:
    """Turn an adapter into the two files that `PeftModel.from_pretrained` reads, by name."""
    from safetensors.numpy import save

    tensors: dict[str, np.ndarray] = {}
    ranks: dict[str, int] = {}
    for name, (a, b) in lora.matrices.items():
        block, matrix = _split(name, lora.architecture)
        module = f"model.layers.{block}.{NAMES[lora.architecture][matrix]}"
        ranks[module] = a.shape[0]
        tensors[f"base_model.model.{module}.lora_A.weight"] = np.ascontiguousarray(a)
        heads = _heads(base, matrix)
        tensors[f"base_model.model.{module}.lora_B.weight"] = np.ascontiguousarray(to_halves(b, heads) if heads else b)
    config = _peft_config(lora, ranks, blocks=int(base.metadata[f"{lora.architecture}.block_count"]))
    return {
        "adapter_model.safetensors": save(tensors, {"format": "pt"}),
        "adapter_config.json": msgspec.json.format(msgspec.json.encode(config), indent=2),
    }


def _peft_config(lora: Lora, ranks: dict[str, int], blocks: int) -> dict[str, Any]:
    rank = max(ranks.values(), key=list(ranks.values()).count)
    suffixes = {module.split(".", 3)[3] for module in ranks}
    everywhere = len(ranks) == len(suffixes) * blocks
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        # A name here would be looked up on the network by some programs.
        "base_model_name_or_path": None,
        "r": rank,
        "lora_alpha": lora.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "target_modules": sorted(suffix.split(".")[1] for suffix in suffixes) if everywhere else sorted(ranks),
        "rank_pattern": {module: other for module, other in ranks.items() if other != rank},
    }


# ---- in ---------------------------------------------------------------------------------------------------------


def import_file(shelf: Shelf, path: Path, model: BaseModel) -> int:
    """Take an adapter.gguf, or a folder that holds one or PEFT's two files, for `model`; put it in use.

    A reading.gguf beside an adapter.gguf comes along. Names, shapes and numbers are checked, and clean files of our own
    are written from them. Returns the number. Raises UserError, one sentence, for everything that is not a plain LoRA
    adapter of this very model.
    """
    base = read(Path(model.path))
    loras = {ADAPTER: _read(path, base, model)}
    reading = (path if path.is_dir() else path.parent) / READING
    if (path.is_dir() or path.name == ADAPTER) and reading.is_file():
        loras[READING] = _read(reading, base, model)
    for name, lora in loras.items():
        _check(lora, reading if name == READING else path)
    try:
        with tempfile.TemporaryDirectory(prefix="personal-ai-") as folder:
            for name, lora in loras.items():
                write_gguf(Path(folder) / name, lora, model.sha256)
            return shelf.publish(
                Path(folder),
                base=model.name,
                base_sha256=model.sha256,
                recipe={"imported": path.name},
                kind="imported",
            )
    except OSError as error:
        raise UserError(disk_sentence(error, "importing the adapter")) from error


def _read(path: Path, base: GGUFFile, model: BaseModel) -> Lora:
    if not path.exists():
        raise UserError(f"There is no file “{path}”.")
    if path.is_dir():
        if (path / "adapter.gguf").is_file():
            path = path / "adapter.gguf"
        elif (path / "adapter_model.safetensors").is_file():
            return _read_peft(path, base)
        elif any(path.glob("*.bin")):
            path = next(path.glob("*.bin"))
        else:
            raise UserError(
                f"There is no adapter in “{path.name}”: neither adapter.gguf nor adapter_model.safetensors."
            )
    if path.suffix.lower() in _PICKLES:
        raise UserError(
            f"“{path.name}” is of a kind that can run programs, so it is never opened. Save the adapter as safetensors."
        )
    if path.name == "adapter_model.safetensors":
        return _read_peft(path.parent, base)
    return _read_gguf(path, base, model.sha256)


def _read_gguf(path: Path, base: GGUFFile, base_sha256: str | None = None) -> Lora:
    file = adapter_file.check(path, base)
    made_for = file.metadata.get("personal_ai.base_sha256")
    if base_sha256 and made_for and made_for != base_sha256:
        raise _other_model(path, base)
    if "adapter.alora.invocation_tokens" in file.metadata:
        raise UserError(f"“{path.name}” is an adapter that wakes on a word (aLoRA); only plain LoRA can be imported.")
    matrices = {
        name: (_array(file, f"{name}.lora_a"), _array(file, f"{name}.lora_b"))
        for name in dict.fromkeys(name.rpartition(".lora_")[0] for name in file.tensors)
    }
    alpha = file.metadata.get("adapter.lora.alpha", 0.0)
    if not isinstance(alpha, int | float) or not 0 <= alpha <= 1e6:  # NaN fails this too
        raise UserError(f"“{path.name}” is damaged: its strength (alpha) is no sensible number.")
    # llama.cpp takes no alpha for "the change is BA itself".
    scales = {name: alpha / a.shape[0] if alpha else 1.0 for name, (a, _) in matrices.items()}
    lora = _with_one_alpha(str(file.metadata["general.architecture"]), matrices, scales)
    return replace(lora, leaning=adapter_file.leaning(file))


def _array(file: GGUFFile, name: str) -> np.ndarray:
    info = file.tensors[name]
    if len(info.shape) != 2:
        raise UserError(f"“{file.path.name}” changes experts ({name}), and only dense models can be changed.")
    return _floats(file.data(name), info.type).reshape(info.shape[::-1])


def _floats(data: Any, kind: str) -> np.ndarray:
    values = np.frombuffer(data, dtype=_FLOATS[kind])
    if kind == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float32)


def _read_peft(folder: Path, base: GGUFFile) -> Lora:
    config = _read_config(folder)
    architecture = str(base.metadata.get("general.architecture"))
    if architecture not in NAMES:
        raise UserError(f"PEFT adapters cannot be taken for models of the kind “{architecture}”. Convert it to GGUF.")
    names = {theirs: ours for ours, theirs in NAMES[architecture].items()}
    halves: dict[str, dict[str, np.ndarray]] = {}
    for name, kind, shape, data in _read_safetensors(folder / "adapter_model.safetensors"):
        found = _PEFT_NAME.fullmatch(name)
        if not found or found[2] not in names or kind not in _FLOATS or len(shape) != 2:
            raise UserError(f"“{folder.name}” is not a plain LoRA adapter for this model: it holds “{name[:80]}”.")
        tensor = f"blk.{int(found[1])}.{names[found[2]]}.weight"
        halves.setdefault(tensor, {})[found[3]] = _floats(data, kind).reshape(shape)
    if not halves or any(len(pair) != 2 for pair in halves.values()):
        raise UserError(f"“{folder.name}” is incomplete: matrices are missing. Copy it again.")
    matrices = {name: _fitting(name, pair["A"], pair["B"], base, folder) for name, pair in halves.items()}
    power = 0.5 if config.use_rslora else 1.0
    scales = {name: config.lora_alpha / a.shape[0] ** power for name, (a, _) in matrices.items()}
    return _with_one_alpha(architecture, matrices, scales)


def _fitting(name: str, a: np.ndarray, b: np.ndarray, base: GGUFFile, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    info = base.tensors.get(name)
    if info is None or info.shape != (a.shape[1], b.shape[0]) or a.shape[0] != b.shape[1] or not a.shape[0]:
        raise _other_model(folder, base)
    heads = _heads(base, name.split(".")[2])
    return a, to_pairs(b, heads) if heads else b


def _read_config(folder: Path) -> PeftConfig:
    try:
        config = msgspec.json.decode((folder / "adapter_config.json").read_bytes(), type=PeftConfig)
    except FileNotFoundError:
        raise UserError(f"“{folder.name}” holds no adapter_config.json. Copy the whole folder again.") from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UserError(f"The adapter_config.json in “{folder.name}” is damaged or not PEFT's.") from error
    code = any((config.auto_mapping, config.megatron_config, config.custom_module))
    address = "://" in (config.base_model_name_or_path or "")
    if code or address:
        raise UserError(f"“{folder.name}” asks to run a program or to open an address, so it was not imported.")
    plain = config.peft_type == "LORA" and config.bias == "none" and not config.fan_in_fan_out and not config.use_dora
    if not plain or config.alpha_pattern or config.modules_to_save or not 0 < config.lora_alpha <= 1e6:
        raise UserError(f"“{folder.name}” is not a plain LoRA adapter (DoRA, biases and whole layers are not taken).")
    return config


def _read_safetensors(path: Path) -> Iterable[tuple[str, str, list[int], bytes]]:
    from safetensors import SafetensorError, deserialize

    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"“{path.name}” is too large for an adapter.")
        tensors = deserialize(path.read_bytes())
    except SafetensorError as error:
        raise UserError(f"“{path.name}” is damaged or not a safetensors file. Copy it again.") from error
    except OSError as error:
        raise UserError(disk_sentence(error, f"reading “{path.name}”")) from error
    for name, tensor in tensors:
        yield name, tensor["dtype"], tensor["shape"], tensor["data"]


def _check(lora: Lora, path: Path) -> None:
    for name, (a, b) in lora.matrices.items():
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise UserError(f"“{path.name}” is damaged: it holds numbers that are not finite ({name}).")
        if a.shape[0] > MAX_RANK:
            raise UserError(f"“{path.name}” is larger than an adapter may be (rank {a.shape[0]}, at most {MAX_RANK}).")
        if lora.alpha / a.shape[0] * change(a, b) > MAX_CHANGE:
            raise UserError(f"“{path.name}” would drown the model: its numbers are absurdly large ({name}).")


def change(a: np.ndarray, b: np.ndarray) -> float:
    """The root mean square of BA over its [out, in] entries, without forming it: ‖BA‖² = tr(BᵀB · AAᵀ)."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    return float(np.sqrt(max(0.0, np.sum((b.T @ b) * (a @ a.T))) / (a.shape[1] * b.shape[0])))


def write_gguf(path: Path, lora: Lora, base_sha256: str) -> None:
    """Write an adapter as the GGUF that llama.cpp loads."""
    import gguf

    writer = gguf.GGUFWriter(path, lora.architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("general.name", "Personal AI adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", lora.alpha)
    writer.add_string("personal_ai.base_sha256", base_sha256)
    if lora.leaning:
        adapter_file.add_leaning(writer, list(lora.leaning), next(iter(lora.leaning.values())))
    for name, (a, b) in lora.matrices.items():
        writer.add_tensor(f"{name}.lora_a", np.ascontiguousarray(a, dtype=np.float32))
        writer.add_tensor(f"{name}.lora_b", np.ascontiguousarray(b, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# ---- layouts ----------------------------------------------------------------------------------------------------


def to_pairs(b: np.ndarray, heads: int) -> np.ndarray:
    """Order the rows of B [out, rank] as GGUF does: the pairs that turn together stand side by side."""
    out, rank = b.shape
    return b.reshape(heads, 2, out // heads // 2, rank).swapaxes(1, 2).reshape(out, rank)


def to_halves(b: np.ndarray, heads: int) -> np.ndarray:
    """Undo `to_pairs`: the order of transformers, where each head's two halves turn together."""
    out, rank = b.shape
    return b.reshape(heads, out // heads // 2, 2, rank).swapaxes(1, 2).reshape(out, rank)


def _heads(base: GGUFFile, matrix: str) -> int | None:
    """How many heads share the rows of `matrix`; None where both formats order them alike."""
    architecture = base.metadata["general.architecture"]
    if architecture not in REORDERED or matrix not in ("attn_q", "attn_k"):
        return None
    heads = base.metadata.get(f"{architecture}.attention.head_count")
    if matrix == "attn_k":
        heads = base.metadata.get(f"{architecture}.attention.head_count_kv", heads)
    rows = next((info.shape[1] for name, info in base.tensors.items() if name.endswith(f".{matrix}.weight")), 0)
    if not isinstance(heads, int) or heads < 1 or rows % (2 * heads):
        raise UserError(
            "This model's attention heads differ from layer to layer, so only GGUF adapters can be exchanged."
        )
    return heads


def _split(name: str, architecture: str) -> tuple[int, str]:
    found = _GGUF_NAME.fullmatch(name)
    if not found or found[2] not in NAMES[architecture]:
        raise UserError(f"The adapter changes “{name}”, which has no name in PEFT. Use its GGUF file.")
    return int(found[1]), found[2]


def _with_one_alpha(
    architecture: str, matrices: dict[str, tuple[np.ndarray, np.ndarray]], scales: dict[str, float]
) -> Lora:
    """Express a strength for each matrix by the one alpha that a GGUF holds; what does not fit goes into B."""
    first, scale = next(iter(scales.items()))
    alpha = scale * matrices[first][0].shape[0]
    fitted = {}
    for name, (a, b) in matrices.items():
        factor = scales[name] * a.shape[0] / alpha
        fitted[name] = (a, b if factor == 1.0 else b * np.float32(factor))
    return Lora(architecture, alpha, fitted)


def _other_model(path: Path, base: GGUFFile) -> UserError:
    return UserError(
        f"“{path.name}” was made for another model than “{base.path.stem}”. Choose the model it was made for first."
    )
