"""Every word counts: what a figure makes no use of is named, the same meaning in other words is the same query."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from ai.questions.service import Reply, answer
from olap.asker import Asker
from olap.service import Numbers


def _ask(numbers: Numbers, asker: Asker, question: str) -> Reply:
    return answer(numbers, asker, question)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How many orders were not placed in 2026?", "not"),
        ("net revenue not in 2026", "not"),
        ("net revenue of customers without", "without"),
        ("customers that never had an order", "never"),
        ("net revenue that was sold only to customers", "only"),
        ("net revenue at least", "at least"),
        ("more than net revenue", "more than"),
        ("net revenue per month on 5 January 2026", "month"),
        ("How many net revenue in 2026", "how many"),
        ("stock value that was shipped", "shipped"),
        ("net revenue compared", "compared"),
    ],
)
def test_a_word_that_changes_nothing_in_the_reading_is_named(
    numbers: Numbers, everyone: Asker, question: str, word: str
) -> None:
    reply = _ask(numbers, everyone, question)
    assert reply.status == "declined", reply.text
    assert (reply.reason, word in reply.text) == ("unused_word", True), reply.text


def test_what_is_left_out_is_left_out_wherever_it_stands(numbers: Numbers, everyone: Asker) -> None:
    wordings = (
        "not from Germany",
        "excluding Germany",
        "except for Germany",
        "outside of Germany",
        "but not in Germany",
    )
    replies = [_ask(numbers, everyone, f"net revenue {each} in 2026") for each in wordings]
    assert {str(each.metric_query) for each in replies} == {str(replies[0].metric_query)}
    assert replies[0].metric_query is not None
    assert replies[0].metric_query["where"] == [{"field": "country", "op": "ne", "value": "DE"}]


def test_a_figure_for_one_of_what_is_counted_is_divided(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "net revenue per order in 2026")
    assert reply.derived is not None
    assert reply.result is not None
    row = reply.result.rows[0]
    assert isinstance(row["net_revenue"], Decimal)
    assert isinstance(row["order_count"], int)
    assert reply.derived.value == (row["net_revenue"] / row["order_count"]).quantize(Decimal("0.000001"))


def test_a_range_compared_with_its_own_past_is_one_period(numbers: Numbers, everyone: Asker) -> None:
    wordings = ("the same period of the previous year", "the year before", "the previous year")
    for each in wordings:
        query = _ask(numbers, everyone, f"net revenue January to February 2026 compared with {each}").metric_query
        assert query is not None, each
        assert (query["time"]["start"], query["time"]["end"]) == ("2026-01-01", "2026-02-28")
        assert query["compare"] == "previous_year"
    between = _ask(numbers, everyone, "net revenue January 2026 compared to February 2026").metric_query
    assert between is not None
    assert between["compare"]["start"] == "2026-01-01"


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("What is our stock worth right now?", "stock_value"),
        ("How much stock do we have?", "stock_quantity"),
        ("avg order value in 2026", "average_order_value"),
    ],
)
def test_worth_and_number_of_the_same_things_are_two_figures(
    numbers: Numbers, everyone: Asker, question: str, metric: str
) -> None:
    query = _ask(numbers, everyone, question).metric_query
    assert query is not None
    assert query["metrics"] == [metric]


def test_two_figures_that_nothing_joins_are_asked_back(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "net revenue stock value")
    assert (reply.status, reply.reason) == ("clarify", "several_metrics")
    assert _ask(numbers, everyone, "net revenue and stock value").status == "answered"


def test_the_share_of_the_first_is_their_sum(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "share of the top 2 customers in net revenue in 2026")
    assert reply.derived is not None
    rows = [row["net_revenue"] for row in reply.derived.rows]
    assert len(rows) == 2
    assert reply.derived.part == sum(rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("slip", ["expensive item", "net revenueless", "most budgeted item"])
def test_another_word_of_the_same_stem_is_no_slip(numbers: Numbers, everyone: Asker, slip: str) -> None:
    assert _ask(numbers, everyone, slip).status != "answered"


_FIGURES = ("net revenue", "our net revenue", "the total net revenue", "our total net revenue")
_SPANS = (
    "in 2026",
    "during 2026",
    "for the year 2026",
    "from January to December 2026",
    "between January and December 2026",
)
_ASKED = (
    "What was {figure} {span}?",
    "{figure} {span}",
    "Please show me {figure} {span}",
    "How much {figure} did we make {span}?",
)
_BY = ("{figure} by customer {span}", "{figure} per customer {span}", "Show {figure} for each customer {span}")


@pytest.mark.parametrize("frames", [_ASKED, _BY])
def test_the_same_meaning_in_other_words_is_the_same_query(
    numbers: Numbers, everyone: Asker, frames: tuple[str, ...]
) -> None:
    questions = [f.format(figure=a, span=s) for f, a, s in itertools.product(frames, _FIGURES, _SPANS)]
    replies = {question: _ask(numbers, everyone, question) for question in questions}
    queries = {str(reply.metric_query) for reply in replies.values()}
    assert len(queries) == 1, {str(reply.metric_query): question for question, reply in replies.items()}
