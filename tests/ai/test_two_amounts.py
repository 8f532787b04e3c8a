"""Two amounts asked in one breath: both are told, or none is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from ai.questions.lexicon import Lexicon
from ai.questions.said import Reading
from ai.questions.service import answer
from ai.questions.splitting import cleaned, questions_in
from ai.questions.variants import with_pieces
from ai.questions.words import words_of
from olap.asker import Asker
from olap.service import Numbers


@pytest.mark.feature("5.8.1")
@pytest.mark.parametrize(
    ("question", "metrics"),
    [
        ("how many orders in 2026 and how many pieces", ["order_count", "ordered_quantity"]),
        ("how many orders in 2026 and how many units by customer", ["order_count", "ordered_quantity"]),
        ("how many orders in 2026", ["order_count"]),
    ],
)
def test_documents_and_the_pieces_on_them_are_both_told(question: str, metrics: list[str]) -> None:
    lexicon = cast("Lexicon", SimpleNamespace(metrics={"order_count": {}, "ordered_quantity": {}}))
    reading = Reading(words=words_of(question), has_pieces=metrics[-1] == "ordered_quantity")
    assert with_pieces(["order_count"], reading, lexicon) == metrics


@pytest.mark.feature("5.8.1")
@pytest.mark.parametrize(
    "question",
    [
        "How many different items did we sell in 2026 and how many pieces?",
        "How many orders in 2026, and worth how much?",
        "How many orders were there in 2026 and how much?",
        "How many orders in 2026 and how many pieces?",
        "Cancelled orders of 2026: how many, and how many pieces of stock?",
    ],
)
def test_where_only_one_of_two_amounts_could_be_told_none_is(numbers: Numbers, everyone: Asker, question: str) -> None:
    reply = answer(numbers, everyone, question)
    told = (reply.metric_query or {}).get("metrics", [])
    assert reply.status != "answered" or len(told) > 1, reply.text


def test_an_amount_that_is_told_anyway_is_no_second_question() -> None:
    assert questions_in("Which customer bought the most in 2026, and how much?") == [
        "Which customer bought the most in 2026"
    ]
    assert questions_in(cleaned("How many orders in 2026, and worth how much?")) == [
        "How many orders in 2026 and how much are they worth?"
    ]


def test_who_is_ranked_has_something_to_be_ranked_by() -> None:
    said = cleaned("Who sold the least in 2026 among the salespeople with orders that year, and how much was it?")
    assert said == "Who sold the least in 2026 , and how much was it?"


@pytest.mark.parametrize(
    ("question", "metric", "grouped"),
    [
        ("历年的净收入分别是多少", "net_revenue", ["year"]),
        ("历年来净收入最高的客户", "net_revenue", ["customer"]),
        ("Net revenue in 2026, whatever the channel", "net_revenue", None),
    ],
)
def test_all_years_and_all_kinds(
    numbers: Numbers, everyone: Asker, question: str, metric: str, grouped: list[str] | None
) -> None:
    query = answer(numbers, everyone, question).metric_query
    assert query is not None
    assert (query["metrics"], query.get("group_by")) == ([metric], grouped)


@pytest.mark.parametrize("tail", ["what do they add up to", "what did they come to", "what do they all amount to"])
def test_what_counted_documents_add_up_to_is_asked_as_well(tail: str) -> None:
    assert cleaned(f"How many orders in 2026 and {tail}?") == cleaned("How many orders in 2026 and worth how much?")
    assert "worth" not in cleaned("What does it add up to in 2026?")
