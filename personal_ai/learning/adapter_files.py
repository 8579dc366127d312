"""Adapter files without torch: matrices by the base file's own tensor names become what chats and what learns on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save

from personal_ai.models.adapter_file import add_leaning
from personal_ai.paths import write_durably


def write(folder: Path, matrices: dict[str, np.ndarray], metadata: dict[str, str]) -> bytes:
    """Write adapter.safetensors and adapter.gguf into `folder` durably; return the bytes of the latter.

    `metadata` holds "rank", "alpha", "architecture" and "base_sha256"; see `lean` for what it may hold besides.
    """
    write_durably(folder / "adapter.safetensors", save(matrices, metadata))
    temporary = folder / "adapter.gguf.tmp"
    _write_gguf(temporary, matrices, metadata)
    data = temporary.read_bytes()
    temporary.unlink()
    write_durably(folder / "adapter.gguf", data)
    return data


def pack(source: Path, target: Path) -> None:
    """Write the adapter.safetensors `source` in fp16, to be shipped."""
    matrices = {name: matrix.astype(np.float16) for name, matrix in load_file(source).items()}
    write_durably(target, save(matrices, _metadata(source)))


def unpack(shipped: Path, folder: Path) -> None:
    """Make the two files of an adapter from a packed one."""
    matrices = {name: matrix.astype(np.float32) for name, matrix in load_file(shipped).items()}
    write(folder, matrices, _metadata(shipped))


def scaled(source: Path, folder: Path, scale: float) -> None:
    """Make the two files of an adapter of the adapter.safetensors `source`, with `scale` times its B.

    What it leans to, set at the strength `scale`, holds for the made one at 1.
    """
    matrices = load_file(source)
    write(folder, {n: m * scale if n.endswith(".lora_b") else m for n, m in matrices.items()}, _metadata(source))


def part_way(start: Path, source: Path, folder: Path, share: float) -> None:
    """Make the two files of an adapter that lies `share` of the way from `start` to `source`, which began from it.

    Both are adapter.safetensors. Each matrix is mixed by itself: so the rank stays, and near its beginning the product
    is about that of the mixed products. Scaled as a whole, `source` would lose what `start` knew, too.
    """
    before, after = _metadata(start), _metadata(source)
    # W + (alpha / rank) B A: what was trained at another ratio is scaled to say the same.
    rank, alpha = float(after["rank"]), float(after["alpha"])
    ratio = float(before.get("alpha", alpha)) / float(before.get("rank", rank)) / (alpha / rank)
    old, mixed = load_file(start), {}
    for name, matrix in load_file(source).items():
        # What a smaller rank lacked began with B = 0.
        begun = matrix.copy() if name.endswith(".lora_a") else np.zeros_like(matrix)
        rows, columns = old[name].shape
        begun[:rows, :columns] = old[name] * (1.0 if name.endswith(".lora_a") else ratio)
        mixed[name] = (share * matrix + (1 - share) * begun).astype(np.float32)
    write(folder, mixed, after)


def lean(folder: Path, tokens: Sequence[int], bias: float) -> bytes:
    """Write the two files in `folder` again so that an answer's first token leans to `tokens` by `bias` nats.

    Returns the bytes of adapter.gguf.
    """
    source = folder / "adapter.safetensors"
    return write(folder, load_file(source), _metadata(source) | _leaning(tokens, bias))


def combine(parts: Sequence[tuple[float, Path]], target: Path, tokens: Sequence[int] = (), bias: float = 0.0) -> None:
    """Write the GGUF adapter `target` that works like all of `parts` at once, each by its weight.

    They are adapter.safetensors of the same base. Their products are added, not their matrices, and cut to the largest
    of their ranks by a singular value decomposition, which is the nearest there is of that rank (Eckart & Young 1936):
    one adapter beside the base costs half of what two do. It leans to `tokens` by `bias` nats.
    """
    read = [(weight, load_file(path), _metadata(path)) for weight, path in parts]
    about = max((metadata for _, _, metadata in read), key=lambda metadata: int(metadata["rank"]))
    about = {name: value for name, value in about.items() if not name.startswith("leaning")}
    rank, alpha = int(about["rank"]), float(about["alpha"])
    made: dict[str, np.ndarray] = {}
    for name in sorted({name.rpartition(".lora_")[0] for _, matrices, _ in read for name in matrices}):
        products = [
            (weight * float(metadata["alpha"]) / float(metadata["rank"]), matrices)
            for weight, matrices, metadata in read
            if f"{name}.lora_a" in matrices
        ]
        a = np.concatenate([matrices[f"{name}.lora_a"] for _, matrices in products])
        b = np.concatenate([factor * matrices[f"{name}.lora_b"] for factor, matrices in products], axis=1)
        a, b = _cut(a, b, rank)
        # A file says one alpha for all of its matrices, and each has its own rank.
        made[f"{name}.lora_a"], made[f"{name}.lora_b"] = a, b * (len(a) / alpha)
    temporary = target.with_name(f"{target.name}.tmp")
    _write_gguf(temporary, made, about | (_leaning(tokens, bias) if tokens else {}))
    data = temporary.read_bytes()
    temporary.unlink()
    write_durably(target, data)


def _cut(a: np.ndarray, b: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """The A [rank, in] and B [out, rank] whose product is nearest to that of `b` and `a`; the same size in both."""
    left, upper = np.linalg.qr(b)
    right, lower = np.linalg.qr(a.T)
    u, values, v = np.linalg.svd(upper @ lower.T)
    root = np.sqrt(values[:rank])
    made = (root[:, None] * v[:rank]) @ right.T, (left @ u[:, :rank]) * root
    return made[0].astype(np.float32), made[1].astype(np.float32)


def name(path: Path) -> str:
    """Name what an adapter.safetensors says, however it is written: 64 hex digits."""
    metadata = _metadata(path)
    digest = hashlib.sha256(f"{metadata.get('rank')} {metadata.get('alpha')}".encode())
    for key, matrix in sorted(load_file(path).items()):
        digest.update(f" {key} {matrix.shape} ".encode() + matrix.astype(np.float32).tobytes())
    return digest.hexdigest()


def leaning(path: Path) -> tuple[list[int], float]:
    """What an adapter.safetensors leans to: tokens, and by how many nats; none, and 0, for most."""
    metadata = _metadata(path)
    return [int(token) for token in metadata.get("leaning_tokens", "").split()], float(metadata.get("leaning", 0.0))


def _leaning(tokens: Sequence[int], bias: float) -> dict[str, str]:
    return {"leaning_tokens": " ".join(map(str, tokens)), "leaning": str(bias)}


def _metadata(path: Path) -> dict[str, str]:
    with safe_open(path, "np") as file:
        return dict(file.metadata() or {})


def _write_gguf(path: Path, matrices: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    writer = gguf.GGUFWriter(path, metadata["architecture"])
    writer.add_string("general.type", "adapter")
    writer.add_string("general.name", "Personal AI adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(metadata["alpha"]))
    writer.add_string("personal_ai.base_sha256", metadata["base_sha256"])
    if "leaning" in metadata:
        add_leaning(writer, [int(token) for token in metadata["leaning_tokens"].split()], float(metadata["leaning"]))
    for name, matrix in matrices.items():
        # f32: on x86 CPUs an f16 adapter decodes slower than an f32 one (measured: -24 % against -18 %).
        writer.add_tensor(name, np.ascontiguousarray(matrix))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
