"""What is worked out from whole groups of rows, what only explains, and what is to be told of each document."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.clauses import ATTRIBUTES, explanations, only_explains, told_of_each
from ai.questions.deriving import derive
from ai.questions.lexicon import Lexicon, read_lexicon
from ai.questions.plans import Derive
from ai.questions.ranking import judge_ranking
from ai.questions.reading import Reader
from ai.questions.said import Reading, Said
from ai.questions.service import answer
from ai.questions.splitting import cleaned, questions_in
from olap.asker import Asker
from olap.query import Column, Evidence, QueryResult
from olap.service import Numbers

D = Decimal


def _result(keys: Sequence[str], metric: str, *rows: Sequence[Any]) -> QueryResult:
    columns = [SimpleNamespace(name=name, role="dimension", unit=None) for name in keys]
    columns.append(SimpleNamespace(name=metric, role="metric", unit="count"))
    told = tuple(dict(zip((*keys, metric), row, strict=True)) for row in rows)
    return QueryResult(cast("tuple[Column, ...]", tuple(columns)), told, None, None, cast("Evidence", None))


SHIFTS = _result(
    ("unit", "shift"), "people", ("Paint", "Day", 3), ("Paint", "Night", 1), ("Sales", "Day", 9), ("Sales", "Night", 0)
)


def test_all_of_another_dimension_are_as_many_as_there_are() -> None:
    _, derived = derive(SHIFTS, Derive("spread", "people", "unit", values=("shift",)))
    assert [row["unit"] for row in derived.rows] == ["Paint"], "nobody of Sales works at night"


def test_a_bound_holds_for_the_number_of_others() -> None:
    how = Derive("spread", "people", "unit", values=("shift",), bounds=(("less", D(2)),), is_rest=True)
    result, derived = derive(SHIFTS, how)
    assert (derived.value, derived.over, derived.rows) == (1, 2, ())
    assert {row["unit"] for row in result.rows} == {"Sales"}


@pytest.mark.parametrize(("values", "expected"), [((5, 1, 9), D(5)), ((4, 1, 9, 2), D(3)), ((7,), D(7))])
def test_the_median_is_the_middle(values: Sequence[int], expected: Decimal) -> None:
    rows = [(str(place), value) for place, value in enumerate(values)]
    _, derived = derive(_result(("order_number",), "worth", *rows), Derive("median", "worth", "order_number"))
    assert derived.value == expected


def test_days_without_are_those_that_are_left() -> None:
    days = _result(("day",), "orders", ("2026-01-01", 2), ("2026-01-03", 1), ("2026-01-04", 0))
    _, derived = derive(days, Derive("gaps", "orders", "day", values=("31",)))
    assert derived.value == 29


def test_only_those_within_the_bounds_of_the_other_figure_count() -> None:
    bought = _result(("customer",), "bought", ("A", D(10)), ("B", D(5)), ("C", D(1)), (None, D(100)))
    staff = _result(("customer",), "staff", ("A", D(80)), ("B", D(75)), ("C", D(90)))
    total = Derive("among", "bought", "customer", bounds=(("more", D(75)),), is_rest=True)
    _, derived = derive(bought, total, staff)
    assert (derived.value, derived.over) == (D(11), 2)
    first = Derive("among", "bought", "customer", bounds=(("more", D(75)),), order=True, limit=1)
    result, _ = derive(bought, first, staff)
    assert [row["customer"] for row in result.rows] == ["A"]


def test_what_is_told_of_each_is_no_part_of_the_question() -> None:
    told = told_of_each("What was our biggest order - number, date, who bought and for how much?")
    assert (told.question, told.names) == (
        "What was our biggest order?",
        (ATTRIBUTES["date"], ATTRIBUTES["who bought"]),
    )
    assert told_of_each("Two figures: revenue, margin?").names == ()


@pytest.mark.parametrize(
    ("clause", "is_harmless"),
    [
        ("(net revenue of the whole firm)", True),
        ("(without Alpha GmbH)", False),
        ("(2025 only)", False),
        (", by region", False),
        (", and on how many purchase orders", False),
        (", and on how many of them", False),
    ],
)
def test_a_condition_is_no_explanation(numbers: Numbers, everyone: Asker, clause: str, *, is_harmless: bool) -> None:
    question = f"How many orders did we get {clause}?"
    assert clause in [each.strip() for each in explanations(question)] or not is_harmless
    reader = Reader(read_lexicon(numbers, everyone))
    assert only_explains(clause, reader.read(clause)) is is_harmless


def test_what_was_taken_for_an_explanation_is_told(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "What was net revenue in 2026 (zzyzx of the whole firm)?")
    assert reply.status == "answered"
    assert "zzyzx of the whole firm" in reply.text


def test_a_sentence_behind_the_question_belongs_to_it() -> None:
    assert questions_in("What did we sell? Leave out Alpha GmbH.") == ["What did we sell? Leave out Alpha GmbH."]
    assert len(questions_in("What did we sell? And to whom?")) == 2


def test_the_median_order(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "What is the median net revenue?")
    assert reply.derived is not None
    assert reply.derived.kind == "median"
    whole = answer(numbers, everyone, "net revenue by invoice number").result
    assert whole is not None
    assert reply.derived.over == len(whole.rows)


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        ("Has any salesperson switched territory, and who?", "which salesperson had more than one territory, and who?"),
        ("the pieces arent there", "the pieces aren't there"),
        ("rejection rate (rejected / received) by vendor", "rejection rate by vendor"),
        ("What parts go directly into a bike?", "What parts go into a bike?"),
        ("Top five US states by orders", "Top five American states by orders"),
        ("orders by U.S. state", "orders by American state"),
        ("paid in US dollars", "paid in US dollars"),
        ("who bought from us last year", "who bought from us last year"),
        ("Where are Front Brakes stocked, and how many?", "Where are Front Brakes kept, and how many?"),
        ("In which locations is Blade stocked?", "where is Blade kept?"),
        ("pieces stocked in May", "pieces stocked in May"),
        ("Q1 2014 against the same quarter of 2013", "Q1 2014 against Q1 2013"),
        ("2014年第一季度比2013年同期", "2014年第一季度比2013年第一季度"),
    ],
)
def test_everyday_turns_are_read_as_what_they_ask(question: str, read_as: str) -> None:
    assert cleaned(question) == read_as


@pytest.mark.parametrize(("word", "is_highest"), [("best", False), ("most", True)])
def test_the_best_of_a_figure_that_should_be_low_is_the_lowest(word: str, *, is_highest: bool) -> None:
    lexicon = cast("Lexicon", SimpleNamespace(metrics={"late_orders": {"good_direction": "down"}}))
    reading = Reading(is_descending=True, said=[Said("top", word, 0)])
    judge_ranking(reading, "late_orders", lexicon)
    assert reading.is_descending is is_highest


def test_attributes_that_are_missing_may_be_left_out(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "net revenue by customer. Leave out those without an item category.")
    assert reply.metric_query is not None
    assert {"field": "item_category", "op": "not_null"} in reply.metric_query["where"]
