"""A question and its passages become turns."""

import random

import pytest

from personal_ai.chat import prompt
from personal_ai.chat.prompt import Passage
from personal_ai.messages import Turn

LONG = (
    "The garden needs water every second day. The hedge was cut in May. Bettina lent me the long ladder. "
    "The ladder is 4.2 metres long and stands behind the shed. The compost is turned on Sundays. "
    "The gate squeaks again. I oiled it twice this year. The neighbour complained about the leaves. "
)


def test_the_system_turn_comes_first_and_passages_stand_numbered_above_the_question_in_the_last_turn() -> None:
    history = [Turn("user", "Hello"), Turn("assistant", "Hi")]
    passages = [Passage("Garden", "Tools > Ladder", "It is 4.2 metres long."), Passage("Shed", "", "It is green.")]
    turns = prompt.build("How long is the ladder?", passages, history, "Monday, 2 March 2026")
    assert turns[0].role == "system"
    assert "Monday, 2 March 2026" in turns[0].text
    assert turns[1:3] == history
    assert turns[3].text == (
        "My notes:\n[1] Garden · Ladder: It is 4.2 metres long.\n[2] Shed: It is green.\n\n"
        "Question: How long is the ladder?"
    )


def test_without_passages_the_question_stands_alone() -> None:
    assert prompt.build("Hello?", [], [], "")[-1] == Turn("user", "Hello?")


def test_a_long_passage_is_cut_to_the_sentences_closest_to_the_question() -> None:
    start, end = prompt.excerpt("How long is Bettina's ladder?", LONG * 3, 40)
    assert "The ladder is 4.2 metres long" in (LONG * 3)[start:end]
    assert prompt.length((LONG * 3)[start:end]) <= 40


def test_an_excerpt_in_a_script_without_spaces_is_found_too() -> None:
    text = "朝は七時に起きます。犬の名前はポチです。昼は学校に行きます。夜は本を読みます。" * 2
    start, end = prompt.excerpt("犬の名前は何ですか", text, 30)
    assert "ポチ" in text[start:end]


def test_passages_share_the_budget_and_the_best_gets_most() -> None:
    fitted = prompt.fit("ladder", [Passage(str(n), "", LONG * 3) for n in range(4)], 200)
    lengths = [prompt.length(p.text) for p in fitted]
    assert sum(lengths) <= 200
    assert lengths[0] == max(lengths)
    assert len(fitted) == 4


def test_what_a_short_passage_leaves_over_goes_to_the_others() -> None:
    fitted = prompt.fit("ladder", [Passage("a", "", "Short."), Passage("b", "", LONG * 5)], 100)
    assert prompt.length(fitted[1].text) > 60


def test_cutting_twice_changes_nothing() -> None:
    passages = [Passage(str(n), "", LONG * (n + 1)) for n in range(4)]
    once = prompt.fit("Who lent me the ladder?", passages)
    assert prompt.fit("Who lent me the ladder?", once) == once


@pytest.mark.parametrize("limit", [0, 1, 3, 10])
def test_an_excerpt_stays_within_its_limit_whatever_the_text(limit: int) -> None:
    chance = random.Random(3)
    for _ in range(100):
        text = "".join(chance.choice("ab. \n1é日\u200b!") for _ in range(chance.randrange(80)))
        start, end = prompt.excerpt("ab é 1", text, limit)
        assert 0 <= start <= end <= len(text)
        assert prompt.length(text[start:end]) <= limit


def test_history_goes_a_block_at_a_time_so_that_the_next_turns_stay_a_known_prefix() -> None:
    def kept(questions: int) -> int:
        turns, dropped = prompt.trim(
            questions,
            lambda dropped: [Turn("user", "word")] * (questions - dropped),
            lambda turns: len(turns) <= 10,
        )
        assert len(turns) <= 10
        return dropped

    assert [kept(n) for n in (0, 10, 11, 12, 14, 15)] == [0, 0, 4, 4, 4, 8]


def test_all_history_may_go() -> None:
    turns, dropped = prompt.trim(5, lambda dropped: [Turn("user", str(dropped))], lambda _turns: False)
    assert (turns, dropped) == ([Turn("user", "5")], 5)


def test_the_notes_own_date_stands_where_the_passage_says_yesterday() -> None:
    passage = Passage("Session 1", "", "I went to the coast yesterday.", "2023-05-08T00:00:00Z")
    assert prompt.user_turn("Where did I go?", [passage]).text.startswith(
        "My notes:\n[1] Session 1 · 8 May 2023: I went"
    )


def test_the_notes_own_date_stands_where_the_question_asks_when() -> None:
    passage = Passage("Boiler", "", "It was mended by Anke.", "2023-05-08")
    assert "Boiler · 8 May 2023: It" in prompt.user_turn("When was the boiler mended?", [passage]).text
    assert "Boiler: It" in prompt.user_turn("Who mended the boiler?", [passage]).text


@pytest.mark.parametrize(
    "passage",
    [
        Passage("Copied", "", "I went there yesterday.", "2026-11-29T08:21:06Z"),
        Passage("No date", "", "I went there yesterday."),
        Passage("Chat", "8 May 2023", "I went there yesterday.", "2023-05-08"),
        Passage("Chat, 2023-05-08", "", "I went there yesterday.", "2023-05-08"),
        Passage("Gespräch", "8. Mai 2023", "I went there yesterday.", "2023-05-08"),
        Passage("日记", "2023年5月8日", "I went there yesterday.", "2023-05-08"),
    ],
    ids=lambda passage: passage.title,
)
def test_a_date_that_is_a_files_or_is_told_already_is_left_out(passage: Passage) -> None:
    label = " · ".join(filter(None, (passage.title, passage.heading)))
    assert f"[1] {label}: I went" in prompt.user_turn("When was I there?", [passage]).text
