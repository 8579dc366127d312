"""A trained LoRA becomes adapter.gguf for llama.cpp and adapter.safetensors, by the base file's own tensor names."""

import hashlib
from pathlib import Path

import numpy as np
from torch import nn

from personal_ai.learning import adapter_files
from personal_ai.learning.recipe import Recipe
from personal_ai.paths import sync_folder


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
    metadata = {
        "rank": str(recipe.rank),
        "alpha": str(recipe.alpha),
        "architecture": architecture,
        "base_sha256": base_sha256,
    }
    data = adapter_files.write(folder, matrices, metadata)
    sync_folder(folder)
    return hashlib.sha256(data).hexdigest()
