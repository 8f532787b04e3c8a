"""Questions in one's own words: answered with their receipt, asked back, or declined."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.dashboards.fake_api import FakeApi
from tests.dashboards.reading import OpenPage, text_of


def _ask(open_page: OpenPage, question: str) -> AppTest:
    page = open_page("assistant")
    page.chat_input[0].set_value(question).run()
    assert not page.exception
    return page


def test_an_answer_shows_figures_chart_filters_and_sql(open_page: OpenPage) -> None:
    page = _ask(open_page, "net revenue by region")
    text = text_of(page)
    assert "Understood as: Region · Net revenue · Customer\\: Alpine Outdoor" in text
    assert len(page.dataframe) == 1
    assert "fct_sales_invoice_lines" in text
    assert page.expander[0].label == "How this was found"


def test_a_question_with_two_meanings_is_asked_back(fake: FakeApi, open_page: OpenPage) -> None:
    page = _ask(open_page, "sales last year")
    assert "Which sales do you mean?" in text_of(page)
    page.button(key="choice_0_0").click().run()
    assert fake.bodies("/api/ai/ask")[-1]["question"] == "net revenue last year"
    assert len(page.dataframe) == 1


def test_what_cannot_be_answered_is_declined_kindly(open_page: OpenPage) -> None:
    page = _ask(open_page, "how is the weather")
    assert "I cannot explain the word weather." in text_of(page)
    assert "Name a figure and what to cut it by" in text_of(page)
    assert "unknown word" not in text_of(page), "the sentence says why, no code"
    assert not page.dataframe


def test_an_answer_out_of_a_document_names_document_and_place(open_page: OpenPage) -> None:
    page = _ask(open_page, "how long is the warranty")
    assert "Returns · p. 2" in text_of(page)
    assert not page.dataframe


def test_an_earlier_conversation_is_opened_and_gone_on_with(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("assistant")
    page.button(key="open_c1").click().run()
    assert not page.exception
    assert "stock value by region" in text_of(page)
    page.chat_input[0].set_value("and by month?").run()
    assert fake.bodies("/api/ai/ask")[-1]["conversation_id"] == "c1"
    page.button(key="begin").click().run()
    page.chat_input[0].set_value("net revenue by region").run()
    assert "conversation_id" not in fake.bodies("/api/ai/ask")[-1]
