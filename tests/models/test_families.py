"""Chat formats and families, in plain Python."""

from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.messages import Turn
from personal_ai.models import families, header
from personal_ai.models.families import FAMILIES, TEMPLATES, Piece
from tests import model_files

TURNS = [Turn("system", "Be brief."), Turn("user", "Hello"), Turn("assistant", "Hi!"), Turn("user", "Bye")]


def written(name: str) -> str:
    return "".join(piece.text for piece in families.render(TURNS, TEMPLATES[name]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "chatml",
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n"
            "<|im_start|>assistant\nHi!<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
        ),
        (
            "llama3",
            "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\nHi!<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        ),
        ("mistral", "[INST]Be brief.\n\nHello[/INST]Hi!</s>[INST]Bye[/INST]"),
        (
            "gemma",
            "<start_of_turn>user\nBe brief.\n\nHello<end_of_turn>\n<start_of_turn>model\nHi!<end_of_turn>\n"
            "<start_of_turn>user\nBye<end_of_turn>\n<start_of_turn>model\n",
        ),
        ("phi3", "<|system|>\nBe brief.<|end|>\n<|user|>\nHello<|end|>\n<|assistant|>\nHi!<|end|>\n"
         "<|user|>\nBye<|end|>\n<|assistant|>\n"),
        ("phi4-mini", "<|system|>Be brief.<|end|><|user|>Hello<|end|><|assistant|>Hi!<|end|>"
         "<|user|>Bye<|end|><|assistant|>"),
        ("phi4", "<|im_start|>system<|im_sep|>Be brief.<|im_end|><|im_start|>user<|im_sep|>Hello<|im_end|>"
         "<|im_start|>assistant<|im_sep|>Hi!<|im_end|><|im_start|>user<|im_sep|>Bye<|im_end|>"
         "<|im_start|>assistant<|im_sep|>"),
        ("smolvlm", "<|im_start|>System: Be brief.<end_of_utterance>\nUser: Hello<end_of_utterance>\n"
         "Assistant:Hi!<end_of_utterance>\nUser: Bye<end_of_utterance>\nAssistant:"),
    ],
)  # fmt: skip
def test_a_conversation_is_written_as_the_family_was_trained(name: str, text: str) -> None:
    assert written(name) == text


@pytest.mark.parametrize("name", TEMPLATES)
def test_pictures_are_shown_before_the_words_of_their_turn(name: str) -> None:
    turns = [*TURNS[:3], Turn("user", "Bye", (b"one", b"two"))]
    pieces = families.render(turns, TEMPLATES[name])
    shown = [number for number, piece in enumerate(pieces) if piece.picture]
    assert [pieces[number].picture for number in shown] == [b"one", b"two"]
    assert pieces[shown[-1] + 1].text == "Bye"
    assert "".join(piece.text for piece in pieces) == written(name)


def test_only_what_the_assistant_says_is_learned_and_only_our_marks_are_special() -> None:
    pieces = families.render(TURNS, TEMPLATES["chatml"])
    assert [piece for piece in pieces if piece.learn] == [
        Piece("Hi!", special=False, learn=True),
        Piece("<|im_end|>", special=True, learn=True),
    ]
    assert {piece.text for piece in pieces if not piece.special} == {"Be brief.", "Hello", "Hi!", "Bye"}


def test_a_longer_conversation_begins_like_the_shorter_one() -> None:
    for form in TEMPLATES.values():
        short = "".join(p.text for p in families.render(TURNS[:2], form))
        assert "".join(p.text for p in families.render(TURNS, form)).startswith(short)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{{ '<|im_start|>' + role }}", "chatml"),
        ("<|im_start|>{{ role | capitalize }}<end_of_utterance>", "smolvlm"),
        ("<|im_start|> {% if enable_thinking %}", "qwen3"),
        ("{{ '<|start_header_id|>' }}", "llama3"),
        ("{{ '[INST] ' + content }}", "mistral"),
        ("<start_of_turn>", "gemma"),
        ("<|user|> <|end|>", "phi3"),
        ("{{ '<|im_start|>user<|im_sep|>' + content + '<|im_end|>' }}", "phi4"),
        ("{{ '<|' + role + '|>' + content + '<|end|>' }} {{ '<|assistant|>' }}", "phi4-mini"),
        ("", "chatml"),
    ],
)
def test_the_chat_format_is_chosen_by_markers(tmp_path: Path, template: str, name: str) -> None:
    about = header.inspect(model_files.write(tmp_path / "m.gguf", chat_template=template))
    assert families.template(about).name == name


def test_a_hostile_template_is_never_run(tmp_path: Path) -> None:
    evil = "<|im_start|>{{ ''.__class__.__mro__[1].__subclasses__() }}{% for i in range(10**12) %}{% endfor %}"
    about = header.inspect(model_files.write(tmp_path / "m.gguf", chat_template=evil))
    pieces = families.render([Turn("user", "Hello")], families.template(about))
    assert "".join(p.text for p in pieces) == "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"


def test_an_unknown_chat_format_gets_a_sentence(tmp_path: Path) -> None:
    about = header.inspect(model_files.write(tmp_path / "m.gguf", chat_template="### Human: {{ text }}"))
    with pytest.raises(UserError, match="chat format that this program does not know"):
        families.template(about)


def test_an_unsupported_architecture_gets_a_sentence_that_names_the_supported_ones(tmp_path: Path) -> None:
    about = header.inspect(model_files.write(tmp_path / "m.gguf", architecture="mamba"))
    with pytest.raises(UserError, match=r"“mamba” are not supported yet.*llama.*qwen3"):
        families.find(about)


def test_no_family_lets_an_adapter_touch_the_embedding_or_the_head() -> None:
    for family in FAMILIES.values():
        assert not {"token_embd", "output"} & set(family.lora_targets)
        assert family.template in TEMPLATES
