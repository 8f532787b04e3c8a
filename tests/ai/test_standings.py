"""How documents stand: which of them a question is about, and what becomes of that in its query."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from ai.questions.ahead import read_ahead
from ai.questions.fiscal import Clock
from ai.questions.lexicon import Lexicon
from ai.questions.plainer import plainer
from ai.questions.plans import Derive, Planned
from ai.questions.standings import Standing, read_standing, standing_of
from ai.questions.words import words_of
from olap.query import Compare, Filter, MetricQuery

TODAY = date(2026, 11, 23)
"""A Monday."""
_KNOWN = {
    "open_purchase_quantity": ("Open purchase quantity", "quantity"),
    "ap_open_amount": ("Open payables", "currency"),
    "open_order_value": ("Open order value", "currency"),
    "ar_open_amount": ("Open receivables", "currency"),
}
_DAYS = ["due_on", "promised_on", "ordered_on", "order_number", "invoice_number"]
LEXICON = cast(
    "Lexicon",
    SimpleNamespace(
        clock=Clock(TODAY),
        metrics={name: {"label": label, "unit": unit, "dimensions": _DAYS} for name, (label, unit) in _KNOWN.items()},
    ),
)


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "metric", "tests", "number", "is_counted"),
    [
        ("How many sales orders are still open?", "open_order_value", [], "order_number", True),
        ("value of open orders", "open_order_value", [], None, False),
        ("Which orders are not yet delivered?", "open_order_value", [], "order_number", False),
        ("orders older than 30 days not yet shipped", "open_order_value", ["< 2026-10-24"], "order_number", False),
        (
            "number of orders promised for this week",
            "open_order_value",
            ["2026-11-23 to 2026-11-29"],
            "order_number",
            True,
        ),
        ("How many orders are overdue?", "open_order_value", ["< 2026-11-23"], "order_number", True),
        ("open purchase orders by supplier", "open_purchase_quantity", [], "order_number", False),
        (
            "how many purchase orders are due next week?",
            "open_purchase_quantity",
            ["2026-11-30 to 2026-12-06"],
            "order_number",
            True,
        ),
        ("receivables overdue more than 60 days", "ar_open_amount", ["< 2026-09-24"], None, False),
        ("receivables overdue between 30 and 60 days", "ar_open_amount", ["2026-09-24 to 2026-10-24"], None, False),
        ("receivables not yet due", "ar_open_amount", [">= 2026-11-23"], None, False),
        ("payables due in December by supplier", "ap_open_amount", ["2026-12-01 to 2026-12-31"], None, False),
        ("how many supplier invoices are unpaid?", "ap_open_amount", [], "invoice_number", True),
        ("invoices due within 7 days", "ar_open_amount", ["2026-11-23 to 2026-11-30"], "invoice_number", False),
        ("How many customers have overdue invoices?", "ar_open_amount", ["< 2026-11-23"], None, False),
        ("未交货的订单有多少", "open_order_value", [], "order_number", True),
        ("未结的采购订单有多少", "open_purchase_quantity", [], "order_number", True),
        ("逾期超过60天的应收账款", "ar_open_amount", ["< 2026-09-24"], None, False),
        ("下周到期的应付账款", "ap_open_amount", ["2026-11-30 to 2026-12-06"], None, False),
        ("未到期的应收账款", "ar_open_amount", [">= 2026-11-23"], None, False),
        ("有多少张发票未付款", "ar_open_amount", [], "invoice_number", True),
    ],
)
def test_documents_that_stand_so_are_told_from_what_is_open_of_them(
    question: str, metric: str, tests: list[str], number: str | None, *, is_counted: bool
) -> None:
    found = read_standing(question, LEXICON)
    assert found is not None
    assert (found.metric, found.number, found.is_counted) == (metric, number, is_counted)
    assert [_said(each) for each in found.where] == tests
    assert _KNOWN[metric][0] in found.question


def _said(test: Filter) -> str:
    signs = {"lt": "< ", "gte": ">= "}
    values = [str(each) for each in test.values]
    return " to ".join(values) if test.op == "between" else f"{signs[test.op]}{values[0]}"


@pytest.mark.parametrize(
    "question",
    [
        "How many orders came in last week?",
        "How many orders placed in 2013 were shipped to Paris?",
        "Of the orders placed in December 2013, how many were shipped in January 2014?",
        "orders delivered last week",
        "How many orders were due in October?",
        "How many purchase orders were received late?",
        "which invoices were paid in October?",
        "open order value of Alpine Outdoor",
        "how many order lines are overdue?",
        "how many open production orders are there?",
        "overdue receivables of German customers",
        "how many items are on open orders?",
        "number of customers and value of open orders",
        "revenue of October 2026",
    ],
)
def test_other_questions_are_left_alone(question: str) -> None:
    assert read_standing(question, LEXICON) is None


def test_the_standing_becomes_a_condition_and_documents_are_counted() -> None:
    late = (Filter("due_on", "lt", ("2026-11-23",)),)
    amount = Standing("", "ar_open_amount", late, None)
    planned = Planned(MetricQuery(("ar_open_amount",), ("customer",)))
    told = standing_of(planned, amount)
    assert told is not None
    assert (told.query.where, told.derive) == (late, None)
    counted = standing_of(planned, Standing("", "ar_open_amount", late, "invoice_number", is_counted=True))
    assert counted is not None
    assert counted.query.group_by == ("customer", "invoice_number")
    assert counted.query.where[0] == late[0]
    assert isinstance(counted.derive, Derive)
    assert (counted.derive.kind, counted.derive.values) == ("tally", ("invoice_number",))


def test_a_plan_of_another_shape_is_no_question_for_documents() -> None:
    orders = Standing("", "open_order_value", (), "order_number", is_counted=True)
    assert standing_of(Planned(MetricQuery(("net_revenue",))), orders) is None
    assert standing_of(Planned(MetricQuery(("open_order_value",), limit=3)), orders) is None
    assert standing_of(Planned(MetricQuery(("open_order_value",), compare=Compare("previous_year"))), orders) is None
    assert standing_of(Planned(MetricQuery(("open_order_value",)), Derive("share", "open_order_value")), orders) is None


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("tomorrow", date(2026, 11, 24), date(2026, 11, 24)),
        ("next month", date(2026, 12, 1), date(2026, 12, 31)),
        ("in the next 30 days", TODAY, date(2026, 12, 23)),
        ("december", date(2026, 12, 1), date(2026, 12, 31)),
        ("october", date(2026, 10, 1), date(2026, 10, 31)),
        ("january", date(2027, 1, 1), date(2027, 1, 31)),
        ("this week", date(2026, 11, 23), date(2026, 11, 29)),
        ("下个月", date(2026, 12, 1), date(2026, 12, 31)),
        ("明天", date(2026, 11, 24), date(2026, 11, 24)),
        ("10天内", TODAY, date(2026, 12, 3)),
    ],
)
def test_days_to_come_are_read_for_what_is_due(said: str, start: date, end: date) -> None:
    span = read_ahead(words_of(said), Clock(TODAY))
    assert span is not None
    assert (span.start, span.end, span.length) == (start, end, len(words_of(said)))


@pytest.mark.parametrize(
    ("said", "put"),
    [
        ("net order intake last month", "order intake last month"),
        ("average net order value in May", "average order value in May"),
        ("net revenue last month", "net revenue last month"),
        ("revenue neither from Germany nor from France", "revenue not from Germany and not from France"),
        (
            "gross margin minus operating expenses this year",
            "difference between gross margin and operating expenses this year",
        ),
        (
            "difference in revenue between Germany and Italy this year",
            "by how much is revenue of Germany above that of Italy this year",
        ),
        (
            "difference in revenue between May 2026 and June 2026",
            "difference in revenue between May 2026 and June 2026",
        ),
        ("revenue this year against last year to the same day", "revenue this year against last year"),
        ("既不是德国也不是法国的净收入", "除德国和法国以外的净收入"),
    ],
)
def test_everyday_wordings_are_put_as_figures_are_called(said: str, put: str) -> None:
    assert plainer(said) == put
