"""Documents are cut into passages that are exact slices of their text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from personal_ai.documents.chunks import split
from personal_ai.documents.readers.markdown import find_sections
from personal_ai.documents.readers.parsed import Parsed
from personal_ai.messages import Section


def _document(text: str, title: str = "Title") -> Parsed:
    return Parsed(title=title, text=text, sections=find_sections(text))


def test_a_short_note_is_one_passage_without_its_title() -> None:
    (chunk,) = split(_document("# Title\n\nOne.\n\n## Part\n\nTwo.\n"))
    assert (chunk.heading, chunk.text) == ("", "One.\n\n## Part\n\nTwo.")


def test_long_sections_are_passages_of_their_own_with_the_path_of_their_headings() -> None:
    body = "A sentence of some length. " * 20
    text = f"# Title\n\n## Soups\n\n### Sour\n\n{body}\n\n### Sweet\n\n{body}\n\n## Cakes\n\n{body}"
    chunks = split(_document(text), limit=600)
    assert [chunk.heading for chunk in chunks] == ["Soups > Sour", "Soups > Sweet", "Cakes"]
    assert all(chunk.text == body.strip() for chunk in chunks)


def test_paragraphs_stay_whole_where_they_fit() -> None:
    paragraphs = [f"Paragraph {number}. " + "word " * 40 for number in range(12)]
    chunks = split(_document("\n\n".join(paragraphs)), limit=900)
    assert [part.strip() for chunk in chunks for part in chunk.text.split("\n\n")] == [p.strip() for p in paragraphs]
    assert all(len(chunk.text) <= 900 for chunk in chunks)


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    text = "This is one sentence of the very long paragraph. " * 60
    chunks = split(_document(text), limit=300)
    assert all(chunk.text.startswith("This") and chunk.text.endswith("paragraph.") for chunk in chunks)


def test_text_without_blanks_is_cut_too() -> None:
    chunks = split(_document("木" * 2000), limit=900)
    assert "".join(chunk.text for chunk in chunks) == "木" * 2000
    chunks = split(_document("今日は雨です。" * 200), limit=900)
    assert all(chunk.text.endswith("。") for chunk in chunks)


def test_a_heading_never_stands_alone() -> None:
    long = "Words of a sentence here. " * 30
    text = f"# Title\n\n{long}\n\n## Empty\n\n## Full\n\n{long}\n\n## Last\n"
    chunks = split(_document(text), limit=900)
    assert len(chunks) == 2
    assert chunks[1].text.startswith("## Empty\n\n## Full")
    assert chunks[1].text.endswith("## Last")


def test_a_note_of_headings_only_is_still_found() -> None:
    (chunk,) = split(_document("# Call the dentist\n# Buy milk\n"))
    assert "dentist" in chunk.text
    assert "milk" in chunk.text


def test_pages_are_headings_that_do_not_stand_in_the_text() -> None:
    page = "Text of a page goes on and on. " * 20
    text = f"{page}\n\n{page}\n\n"
    sections = [Section("Page 1", 1, 0, len(page) + 2), Section("Page 2", 1, len(page) + 2, len(text))]
    chunks = split(Parsed(title="Book", text=text, sections=sections), limit=700)
    assert [chunk.heading for chunk in chunks] == ["Page 1", "Page 2"]
    assert all(chunk.text == page.strip() for chunk in chunks)


_LINES = st.lists(
    st.sampled_from(
        ["# A", "## B", "### C", "Title", "====", "", "", "word " * 30, "短い文。" * 40, "x" * 300, "- item", "```"]
    ),
    max_size=40,
)


@given(_LINES, st.integers(60, 400))
@settings(max_examples=200, deadline=None)
def test_passages_are_exact_slices_in_order_and_lose_no_text(lines: list[str], limit: int) -> None:
    document = _document("\n".join(lines))
    chunks = split(document, limit)
    covered = bytearray(len(document.text))
    last = 0
    for chunk in chunks:
        assert document.text[chunk.start : chunk.end] == chunk.text
        assert chunk.text.strip() == chunk.text
        assert 0 < len(chunk.text) <= limit
        assert chunk.start >= last
        last = chunk.end
        covered[chunk.start : chunk.end] = b"\1" * len(chunk.text)
    headings = {section.heading for section in document.sections}
    lost = "".join(letter for letter, seen in zip(document.text, covered, strict=True) if not seen)
    for line in lost.split("\n"):
        assert not line.strip("#= ") or line.strip("#= ") in headings
