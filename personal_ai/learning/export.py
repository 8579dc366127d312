"""A trained LoRA becomes adapter.gguf for llama.cpp and adapter.safetensors, by the base file's own tensor names."""

import hashlib
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import save as safetensors_bytes
from torch import nn

from personal_ai.learning.recipe import Recipe
from personal_ai.paths import sync_folder, write_durably


def weights(network: nn.Module) -> dict[str, np.ndarray]:
    """The LoRA matrices by GGUF name: `<tensor>.lora_a` [rank, in] and `<tensor>.lora_b` [out, rank], fp32."""
    found: dict[str, np.ndarray] = {}
    for name, parameter in network.named_parameters():
        if ".lora_A." in name or ".lora_B." in name:
            layer, part = name.split(".lora_")
            found[f"{layer}.weight.lora_{part[0].lower()}"] = parameter.detach().float().cpu().numpy()
    return found


def write(network: nn.Module, folder: Path, recipe: Recipe, architecture: str, base_sha256: str) -> str:
    """Write adapter.gguf and adapter.safetensors into `folder` durably; return the SHA-256 of adapter.gguf."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    matrices = weights(network)
    broken = [name for name, matrix in matrices.items() if not np.isfinite(matrix).all()]
    if broken:
        raise ArithmeticError(f"{len(broken)} matrices are not finite")
    metadata = {"rank": str(recipe.rank), "alpha": str(recipe.alpha), "base_sha256": base_sha256}
    write_durably(folder / "adapter.safetensors", safetensors_bytes(matrices, metadata))
    temporary = folder / "adapter.gguf.tmp"
    _write_gguf(temporary, matrices, recipe.alpha, architecture, base_sha256)
    data = temporary.read_bytes()
    temporary.unlink()
    write_durably(folder / "adapter.gguf", data)
    sync_folder(folder)
    return hashlib.sha256(data).hexdigest()


def _write_gguf(path: Path, matrices: dict[str, np.ndarray], alpha: float, architecture: str, base_sha256: str) -> None:
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("general.name", "Personal AI adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    writer.add_string("personal_ai.base_sha256", base_sha256)
    for name, matrix in matrices.items():
        # f32: on x86 CPUs an f16 adapter decodes slower than an f32 one (measured: -24 % against -18 %).
        writer.add_tensor(name, np.ascontiguousarray(matrix))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
