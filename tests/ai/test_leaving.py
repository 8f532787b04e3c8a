"""Words that have no place: asked back with what a question comes to without them, or with the nearest names."""

import pytest

from ai.questions.lexicon import read_lexicon
from ai.questions.service import answer
from ai.questions.splitting import cleaned
from ai.questions.understanding import understand
from ai.questions.words import joined, words_of
from olap.asker import Asker
from olap.service import Numbers


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("net revenue by region somewhere this year", "somewhere"),
        ("Show stock value per warehouse for the hurry", "hurry"),
        ("Which customer typically brought the most net revenue this year?", "typically"),
        ("What was initially the gross margin of bikes this year", "initially"),
    ],
)
def test_a_small_word_is_left_out_where_that_is_said(
    numbers: Numbers, everyone: Asker, question: str, word: str
) -> None:
    reply = answer(numbers, everyone, question)
    assert (reply.status, reply.reason) == ("clarify", "unknown_word")
    assert f"without regard to “{word}”" in reply.choices[-1]
    assert answer(numbers, everyone, reply.choices[-1]).status == "answered", "a choice leads to its query"


def test_a_plain_query_is_offered_in_whole_words(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "how much was our net revenue by region in 2026 nowadays")
    assert reply.choices == ("Net revenue by Region in 2026, without regard to “nowadays”",)


@pytest.mark.parametrize(
    "question",
    [
        "What was the market net revenue this year?",
        "How many visitors did the regions have this year?",
        "net revenue by astronaut",
        "Which customers have unpaid stock value?",
        "What should the net revenue be this year?",
        "warranty net revenue this year",
        "Cancel the net revenue of this year",
    ],
)
def test_a_word_that_may_be_what_is_asked_for_is_never_left_out(
    numbers: Numbers, everyone: Asker, question: str
) -> None:
    reply = answer(numbers, everyone, question)
    assert not any("without regard" in each for each in reply.choices)
    assert reply.status != "answered"


def test_names_that_begin_alike_are_offered(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "marginal by region this year")
    assert reply.status == "clarify"
    assert "gross margin by region this year" in reply.choices
    assert answer(numbers, everyone, reply.choices[0]).status == "answered"


def test_a_choice_is_read_without_what_it_leaves_out() -> None:
    assert cleaned("Net revenue by region, without regard to “booming”") == "Net revenue by region"
    assert cleaned("各地区的净收入\uff0c不考虑“火爆”") == "各地区的净收入"


def test_words_stand_apart_only_where_both_are_latin() -> None:
    assert joined(words_of("加拿大2013年 net revenue")) == "加拿大2013年net revenue"
    assert joined(["net", "revenue", "2013"]) == "net revenue 2013"


def test_a_word_of_its_own_is_no_slip(numbers: Numbers, everyone: Asker) -> None:
    known = understand("net revenue booming this year", read_lexicon(numbers, everyone), None)
    assert not known.mended
