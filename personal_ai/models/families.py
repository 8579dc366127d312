"""What differs between model families: chat template, network, the matrices an adapter may change.

A newcomer adds a family with one line in FAMILIES, and a chat format with one line in TEMPLATES. A model file's own
Jinja template is read for its markers only and never run.
"""

from dataclasses import dataclass, replace
from typing import Literal

from personal_ai.errors import UserError
from personal_ai.messages import Turn
from personal_ai.models.header import ModelHeader


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a prompt. Only pieces of ours are `special`: a person's text can never become a control token.

    `learn` marks what the assistant says, its end token included: the part that training puts its loss on. One with a
    `picture`, PNG or JPEG, has no text.
    """

    text: str
    special: bool
    learn: bool
    picture: bytes = b""


@dataclass(frozen=True)
class Template:
    """How one chat format wraps a turn: `opening` + text + `end` + `gap`."""

    name: str
    system: str
    user: str
    assistant: str
    end: str
    gap: str = ""
    #: Where the user's turn ends differently from the assistant's.
    user_end: str | None = None
    #: The format has no system turn: its text stands at the top of the first user turn.
    system_in_user: bool = False
    #: Said before an answer so that a reasoning model answers at once.
    no_thinking: str = ""

    def opening(self, role: str) -> str:
        """What stands before a turn of `role`."""
        return {"system": self.system, "user": self.user, "assistant": self.assistant + self.no_thinking}[role]


def _chatml(name: str, no_thinking: str = "") -> Template:
    starts = (f"<|im_start|>{role}\n" for role in ("system", "user", "assistant"))
    return Template(name, *starts, end="<|im_end|>", gap="\n", no_thinking=no_thinking)


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        _chatml("chatml"),
        _chatml("qwen3", no_thinking="<think>\n\n</think>\n\n"),
        _chatml("smollm3", no_thinking="<think>\n\n</think>\n"),
        Template(
            "llama3",
            "<|start_header_id|>system<|end_header_id|>\n\n",
            "<|start_header_id|>user<|end_header_id|>\n\n",
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
            end="<|eot_id|>",
        ),
        # SentencePiece models put the space after [INST] themselves, newer ones want none.
        Template("mistral", "", "[INST]", "", end="</s>", user_end="[/INST]", system_in_user=True),
        Template(
            "gemma",
            "",
            "<start_of_turn>user\n",
            "<start_of_turn>model\n",
            end="<end_of_turn>",
            gap="\n",
            system_in_user=True,
        ),
        Template(
            "phi4",
            "<|im_start|>system<|im_sep|>",
            "<|im_start|>user<|im_sep|>",
            "<|im_start|>assistant<|im_sep|>",
            end="<|im_end|>",
        ),
        Template("phi4-mini", "<|system|>", "<|user|>", "<|assistant|>", end="<|end|>"),
        Template("phi3", "<|system|>\n", "<|user|>\n", "<|assistant|>\n", end="<|end|>", gap="\n"),
        # Its beginning-of-text mark looks like ChatML, which it does not speak.
        Template("smolvlm", "<|im_start|>System: ", "User: ", "Assistant:", end="<end_of_utterance>", gap="\n"),
        Template("zephyr", "<|system|>\n", "<|user|>\n", "<|assistant|>\n", end="</s>", gap="\n"),
        Template("olmo2", "<|system|>\n", "<|user|>\n", "<|assistant|>\n", end="<|endoftext|>", gap="\n", user_end=""),
        Template(
            "granite",
            "<|start_of_role|>system<|end_of_role|>",
            "<|start_of_role|>user<|end_of_role|>",
            "<|start_of_role|>assistant<|end_of_role|>",
            end="<|end_of_text|>",
            gap="\n",
        ),
    )
}

# The first template whose markers all stand in the file's own template is taken.
MARKERS: list[tuple[tuple[str, ...], str]] = [
    (("<end_of_utterance>",), "smolvlm"),
    (("<|im_start|>", "<|im_sep|>"), "phi4"),
    (("<|im_start|>", "xml_tools", "<think>"), "smollm3"),
    (("<|im_start|>", "enable_thinking"), "qwen3"),
    (("<|im_start|>",), "chatml"),
    (("<|start_header_id|>",), "llama3"),
    (("<start_of_turn>",), "gemma"),
    (("<|start_of_role|>",), "granite"),
    (("[INST]",), "mistral"),
    (("<|user|>", "<|end|>"), "phi3"),
    (("<|user|>", "<|endoftext|>"), "olmo2"),
    (("<|user|>",), "zephyr"),
    (("<|assistant|>", "<|end|>"), "phi4-mini"),
    (("<|assistant|>",), "zephyr"),
]

# Never the embedding or the output head: llama.cpp aborts on such an adapter when the two are one tensor.
DENSE = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
FUSED = ("attn_qkv", "attn_output", "ffn_up", "ffn_down")

BEFORE = ("attn_norm", "ffn_norm")
HEADS = ("attn_q_norm", "attn_k_norm")
AFTER = ("post_attention_norm", "post_ffw_norm")


@dataclass(frozen=True)
class Traits:
    """In what a family's network differs from Llama's; models/shape.py fills in what the file itself says."""

    #: The norms of a block, by GGUF name; those of queries and keys are over a head or all, as wide as they are.
    norms: tuple[str, ...] = BEFORE
    #: Gelu, by its tanh formula, where others have silu.
    gelu: bool = False
    #: Embeddings are multiplied with the root of the width.
    embedding_by_width: bool = False
    #: Reads Granite's scales of embeddings, residuals, attention and logits.
    scales: bool = False
    #: Scores and logits are bent by cap · tanh(x / cap); 0 for attention: never.
    attention_cap: float = 0.0
    logit_cap: float = 0.0
    #: Of so many blocks the last sees everything, the others a window, of so many tokens where the file names none.
    window_every: int = 0
    window: int = 0
    #: The rotary base of blocks with a window (None: as the others), and whether they are squeezed like these.
    local_base: float | None = None
    local_squeezed: bool = False
    #: Every so many blocks one does not turn by position.
    unturned_every: int = 0
    #: The model of so many blocks scales attention by width / heads instead of the width of a head.
    coarse_blocks: int = 0


@dataclass(frozen=True)
class Family:
    """One family of models: GGUF architecture names, rotary layout, adapter targets by GGUF name, usual template."""

    name: str
    architectures: tuple[str, ...]
    #: "norm" turns neighbouring pairs, "neox" turns the two halves (llama.cpp's llama_model_rope_type).
    rope: Literal["norm", "neox"]
    template: str
    lora_targets: tuple[str, ...] = DENSE
    traits: Traits = Traits()


_GEMMA = Traits(norms=BEFORE + AFTER, gelu=True, embedding_by_width=True)

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("llama", ("llama",), "norm", "chatml"),
        Family("mistral", ("mistral3",), "norm", "mistral"),
        Family("qwen2", ("qwen2",), "neox", "chatml"),
        Family("qwen3", ("qwen3",), "neox", "qwen3", traits=Traits(norms=BEFORE + HEADS)),
        Family(
            "gemma2",
            ("gemma2",),
            "neox",
            "gemma",
            traits=replace(
                _GEMMA,
                attention_cap=50.0,
                logit_cap=30.0,
                window_every=2,
                window=4096,
                local_squeezed=True,
                coarse_blocks=46,
            ),
        ),
        Family(
            "gemma3",
            ("gemma3",),
            "neox",
            "gemma",
            traits=replace(_GEMMA, norms=BEFORE + HEADS + AFTER, window_every=6, local_base=10_000.0, coarse_blocks=62),
        ),
        Family("phi3", ("phi3",), "neox", "phi3", FUSED),
        Family("smollm3", ("smollm3",), "norm", "smollm3", traits=Traits(unturned_every=4)),
        Family("granite", ("granite",), "norm", "granite", traits=Traits(scales=True)),
        Family("olmo2", ("olmo2",), "neox", "olmo2", traits=Traits(norms=HEADS + AFTER, window_every=4)),
    )
}


def of(architecture: str) -> Family | None:
    """The family of a GGUF architecture, None for one that is not supported."""
    return next((family for family in FAMILIES.values() if architecture in family.architectures), None)


def find(header: ModelHeader) -> Family:
    """Choose the family of a model. Raises UserError, naming what is supported, for any other architecture."""
    family = of(header.architecture)
    if family is not None:
        return family
    known = ", ".join(FAMILIES)
    raise UserError(
        f"Models of the kind “{header.architecture[:40]}” are not supported yet. Choose one of these families: {known}."
    )


def template(header: ModelHeader) -> Template:
    """Choose our template for a model by the markers in its own; its family's usual one where it brings none.

    Raises UserError for a format that none of ours speaks.
    """
    family = find(header)
    if not header.chat_template:
        return TEMPLATES[family.template]
    for markers, name in MARKERS:
        if all(marker in header.chat_template for marker in markers):
            return TEMPLATES[name]
    raise UserError(
        f"The model “{header.name[:60]}” talks in a chat format that this program does not know. "
        "Choose its “Instruct” version, or another model."
    )


def render(turns: list[Turn], form: Template, answer: bool = True) -> list[Piece]:
    """Write a conversation in a chat format; with `answer`, up to where the assistant starts to speak.

    A beginning-of-text token is the tokenizer's business, not the template's.
    """
    pieces: list[Piece] = []
    for turn in _fold_system(turns) if form.system_in_user else turns:
        said = turn.role == "assistant"
        end = form.user_end if turn.role != "assistant" and form.user_end is not None else form.end
        pieces += [
            Piece(form.opening(turn.role), special=True, learn=False),
            *(Piece("", special=False, learn=False, picture=picture) for picture in turn.pictures),
            Piece(turn.text, special=False, learn=said),
            Piece(end, special=True, learn=said),
            Piece(form.gap, special=True, learn=False),
        ]
    if answer:
        pieces.append(Piece(form.opening("assistant"), special=True, learn=False))
    return [piece for piece in pieces if piece.text or piece.picture]


def _fold_system(turns: list[Turn]) -> list[Turn]:
    folded: list[Turn] = []
    waiting = ""
    for turn in turns:
        if turn.role == "system":
            waiting += turn.text + "\n\n"
        elif turn.role == "user":
            folded.append(Turn("user", waiting + turn.text, turn.pictures))
            waiting = ""
        else:
            folded.append(turn)
    return [*folded, Turn("user", waiting.strip())] if waiting else folded
