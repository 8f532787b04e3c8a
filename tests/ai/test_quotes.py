"""What is quoted of a document: whole sentences, whole rows, no number cut in two."""

import time

import pytest

from ai.embeddings.chunking import CHARACTERS_MAX, PIECES_MAX, pieces_of
from ai.embeddings.reading import Section, Unreadable, sections_of
from ai.embeddings.sentences import sentences_of, shortened


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Meals are 47.50 euros in Austria. Hotels are extra.", 2),
        ("The price is 14.2 million euros. It holds until March.", 2),
        ("See Art. 12 of the contract. It applies.", 2),
        ("Write to Dr. Weber of Tents Inc. He answers.", 1),  # "Inc. He" could be either: kept together
        ("Some goods, e.g. tents, are heavy. Others are not.", 2),
        ("退款在七个工作日内到账。费用是3.5元。", 2),
        ("Worn zips are excluded.\nSo are pegs", 2),
        ("Is it free? Yes! It is.", 3),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text: str, sentences: int) -> None:
    found = sentences_of(text)
    assert len(found) == sentences, found
    assert "".join("".join(found).split()) == "".join(text.split())


def test_abbreviations_by_the_hundred_thousand_take_no_longer_than_other_words() -> None:
    text = "see Nr. A. " * 100_000
    began = time.process_time()
    [found] = sentences_of(text)
    assert found == text.strip()
    assert len(pieces_of([Section("§ 1", text)])) > 1_000
    # Each abbreviation read the whole sentence before it again: minutes.
    assert time.process_time() - began < 10


def test_a_text_beyond_all_pieces_is_refused_before_it_is_cut() -> None:
    with pytest.raises(Unreadable, match="too_long"):
        pieces_of([Section("§ 1", "word " * (PIECES_MAX * CHARACTERS_MAX // 5 + 1))])


@pytest.mark.parametrize("length", range(10, 60))
def test_what_is_cut_short_says_so_and_cuts_no_number(length: int) -> None:
    text = "The allowance is 47.50 euros, then 1,234,567.89 a year of stay"
    kept = shortened(text, length)
    assert len(kept) <= length
    assert kept == text or kept.endswith("…")
    numbers = [word.strip(",…") for word in kept.split() if word[0].isdigit()]
    assert set(numbers) <= {"47.50", "1,234,567.89"}


def test_long_texts_are_cut_between_words() -> None:
    words = " ".join(f"{number}.5" for number in range(1_000))
    pieces = pieces_of([Section("§ 1", words)])
    assert all(len(each.text) <= CHARACTERS_MAX for each in pieces)
    assert [word for each in pieces for word in each.text.split()] == words.split()


@pytest.mark.feature("5.8.1")
@pytest.mark.parametrize("hiding", ['style="display: none"', 'style="color:red; VISIBILITY:hidden;"', "hidden"])
def test_what_a_page_hides_is_not_read(hiding: str) -> None:
    page = f"<html><body><p>The fee is 12 percent.</p><div {hiding}><p>The fee is 99 percent.</p></div></body></html>"
    assert [each.text for each in sections_of("fees.html", page.encode())] == ["The fee is 12 percent."]


def test_a_text_of_two_bytes_a_character_is_read() -> None:
    assert [each.text for each in sections_of("fees.txt", "Gebühr 12 %".encode("utf-16"))] == ["Gebühr 12 %"]
