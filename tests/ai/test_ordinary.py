"""Ordinary words of English: none of them is mended to a word of the books."""

from __future__ import annotations

import pytest

from ai.questions.lexicon import read_lexicon
from ai.questions.ordinary import is_ordinary
from ai.questions.spelling import closest
from olap.asker import Asker
from olap.service import Numbers


@pytest.mark.parametrize(
    "word",
    ["booming", "seems", "stopped", "bigger", "easily", "categories", "meeting", "occurred", "promotions", "wider"],
)
def test_a_word_of_english_in_any_form_is_ordinary(word: str) -> None:
    assert is_ordinary(word)


@pytest.mark.parametrize(
    "word", ["revnue", "febuary", "catagory", "peices", "shiped", "orderd", "begining", "occured", "suplier", "montly"]
)
def test_a_slip_of_the_pen_is_not(word: str) -> None:
    assert not is_ordinary(word)


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize("word", ["booming", "seems", "borders", "selling", "priced", "crashes", "sails", "forms"])
def test_no_word_of_english_is_read_as_another(numbers: Numbers, everyone: Asker, word: str) -> None:
    assert closest(word, read_lexicon(numbers, everyone)) is None


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(("slip", "meant"), [("revnue", "revenue"), ("custmers", "customers"), ("febuary", "february")])
def test_a_slip_is_read_as_the_word_it_stands_for(numbers: Numbers, everyone: Asker, slip: str, meant: str) -> None:
    found = closest(slip, read_lexicon(numbers, everyone))
    assert found is not None
    assert found.rstrip("s") == meant.rstrip("s")
