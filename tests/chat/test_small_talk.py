"""What is said to be polite and what asks something, in four languages."""

import pytest

from personal_ai.chat.small_talk import LONGEST, is_small_talk

POLITE = """
Hello · hi there · Hellooo! · Good morning to you · thank you! · Thanks a lot!
thank you so much · how are you? · OK thanks · bye
Hola · ¿Cómo estás? · ¡Hola! ¿Qué tal? · muchas gracias a todos
Guten Morgen · Wie geht es dir? · Hallo, wie geht's dir? · Danke schön! · Tschüss
你好 · 你好！ · 谢谢你 · 早上好 · 你是谁？ · 你好，你是谁？ · 好的，谢谢
""".replace("\n", " · ")
ASKING = """
Who said hello to Tom? · Hello Tom · When was the hedge cut? · What did I do in the morning? · What is good wine?
Hello, when does the train go? · Thanks. Where is the key? · What does the thank-you letter say? · Did he die?
¿Quién dijo hola a Tom? · ¿Cuánto es el alquiler? · Wer hat Tom gegrüßt? · Guten Morgen, wann fährt der Zug?
谁对汤姆说了你好？ · 房租是多少？ · 好吃的餐馆 · 早饭吃什么？
""".replace("\n", " · ")


def said(messages: str) -> list[str]:
    return [each.strip() for each in messages.split(" · ") if each.strip()]


@pytest.mark.parametrize("message", said(POLITE))
def test_what_is_polite_is_small_talk_at_the_beginning_and_later(message: str) -> None:
    assert is_small_talk(message, follows=False)
    assert is_small_talk(message, follows=True)


@pytest.mark.parametrize("message", said(ASKING))
def test_what_has_a_word_to_look_for_is_a_question(message: str) -> None:
    assert not is_small_talk(message, follows=False)
    assert not is_small_talk(message, follows=True)


@pytest.mark.parametrize(
    "message",
    ["And why?", "When was that?", "Thanks, and when was it?", "Is it good?", "Und warum?", "¿Y cuándo?", "为什么？"],
)
def test_function_words_alone_ask_nothing_at_first_and_of_what_was_said_later(message: str) -> None:
    assert not is_small_talk(message, follows=True)


@pytest.mark.parametrize("message", ["What was it?", "Was ist das?", "¿Qué es esto?", "他是谁？", "", "?!", "👋"])
def test_a_first_message_of_function_words_has_nothing_to_look_for(message: str) -> None:
    assert is_small_talk(message, follows=False)


@pytest.mark.parametrize("message", ["Who am I?", "Hi, who am I?", "Wer bin ich?", "¿Quién soy yo?", "我是谁？"])
def test_who_asks_about_themselves_is_looked_up(message: str) -> None:
    assert not is_small_talk(message, follows=False)


def test_a_long_message_says_something() -> None:
    assert not is_small_talk("hello " * LONGEST, follows=False)
