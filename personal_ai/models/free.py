"""Good free models that are one GGUF file each: how large, under which licence, and where they are to be had."""

import msgspec


class FreeModel(msgspec.Struct, frozen=True):
    """One that this program knows. `size` is its file's at Q4_K_M, in bytes, about; `good_for` ends a sentence."""

    name: str
    size: float
    license: str
    good_for: str
    address: str


#: From small to large. All of them chat and learn here, where memory and patience allow.
FREE_MODELS = (
    FreeModel(
        "Qwen 2.5 0.5B Instruct",
        0.49e9,
        "Apache 2.0",
        "quick, in 29 languages; a first step up",
        "https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct-GGUF",
    ),
    FreeModel(
        "SmolLM2 1.7B Instruct",
        1.06e9,
        "Apache 2.0",
        "English, of the built-in model’s family",
        "https://huggingface.co/HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
    ),
    FreeModel(
        "Qwen 2.5 1.5B Instruct",
        1.12e9,
        "Apache 2.0",
        "many languages on a modest computer",
        "https://huggingface.co/Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    ),
    FreeModel(
        "Granite 3.3 2B Instruct",
        1.55e9,
        "Apache 2.0",
        "sober answers from notes",
        "https://huggingface.co/ibm-granite/granite-3.3-2b-instruct-GGUF",
    ),
    FreeModel(
        "SmolLM3 3B",
        1.92e9,
        "Apache 2.0",
        "six European languages, trained in the open",
        "https://huggingface.co/ggml-org/SmolLM3-3B-GGUF",
    ),
    FreeModel(
        "Qwen 3 4B",
        2.5e9,
        "Apache 2.0",
        "the best answers at this size, in many languages",
        "https://huggingface.co/Qwen/Qwen3-4B-GGUF",
    ),
    FreeModel(
        "Qwen 3 8B",
        5.03e9,
        "Apache 2.0",
        "for a computer with 16 GB of memory or more",
        "https://huggingface.co/Qwen/Qwen3-8B-GGUF",
    ),
)
