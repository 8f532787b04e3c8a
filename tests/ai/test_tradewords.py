"""What the trade says of documents, stock and money, and whose the figures are that it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from ai.questions.deriving import derive
from ai.questions.lexicon import Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.others import other_of
from ai.questions.plans import Derive, Planned
from ai.questions.ranges import read_time
from ai.questions.said import Mention, Named, Reading
from ai.questions.spending import settle_spending
from ai.questions.tallies import settle_tallies, told_as_amounts
from ai.questions.tradewords import traded
from ai.questions.unfilled import told_instead
from ai.questions.whose import settle_whose
from ai.questions.words import words_of
from olap.query import Cell, Column, Evidence, Filter, MetricQuery, QueryResult, TimeRange

TODAY = date(2026, 11, 23)
_ALL = ["account", "buyer", "cost_centre", "country", "customer", "item", "project", "salesperson", "supplier"]
_UNITS = {
    "account_movement": "currency",
    "confirmed_order_value": "currency",
    "gross_margin": "currency",
    "invoiced_margin": "currency",
    "net_revenue": "currency",
    "operating_expenses": "currency",
    "order_count": "count",
    "payments_made": "currency",
    "project_budget": "currency",
    "project_cost": "currency",
    "purchase_order_value": "currency",
    "salespeople_count": "count",
    "standard_cost": "currency",
    "supplier_payment_count": "count",
}
LEXICON = cast(
    "Lexicon",
    SimpleNamespace(
        dimensions={name: {} for name in _ALL},
        metrics={
            name: {"label": name, "unit": unit, "dimensions": _ALL, "area": "finance"} for name, unit in _UNITS.items()
        },
    ),
)


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("What did retail chains order last year?", "What did retail chains ordered last year?"),
        ("What did the order value come to?", "total value of the order value ?"),
        ("Did Alpine Gear order lines in May?", "Did Alpine Gear order lines in May?"),
        ("What did we order from Alpina?", "What did we order from Alpina?"),
        ("Net sales by month, credit notes taken off.", "Net sales by month ."),
        ("Revenue net of credit notes in May", "Revenue  in May"),
        ("Orders less credit notes", "Orders less credit notes"),
        ("How much falls due to suppliers next week?", "payables due next week?"),
        ("How much is due from our customers tomorrow?", "receivables due tomorrow?"),
        ("How much of what customers owe us is overdue?", "receivables overdue?"),
        ("out of stock in Rotterdam for at least 10 days", "stockout days of at least 10 in Rotterdam"),
        ("上周开票净额", "上周净收入"),
        ("How often did customers send back goods?", "how many returns?"),
        ("How many goods receipts came too late in May?", "How many late goods receipts in May?"),
        ("Order lines promised before today", "Order lines overdue"),
        ("What VAT rate do we charge for Polish customers?", "What VAT rate in Polish?"),
        ("Which items did nobody order in May?", "Which items were not ordered in May?"),
        ("客户付款总额", "收款总额"),
        ("公司现有多少名在职员工", "公司多少名员工"),
    ],
)
def test_set_phrases_of_the_trade_are_put_as_figures_and_states_are_called(said: str, read: str) -> None:
    assert traded(said) == read


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("1 January this year", date(2026, 1, 1), date(2026, 1, 1)),
        ("24 december last year", date(2025, 12, 24), date(2025, 12, 24)),
        ("3 october", date(2026, 10, 3), date(2026, 10, 3)),
        ("24th of december", date(2025, 12, 24), date(2025, 12, 24)),
        ("the whole month of november last year", date(2025, 11, 1), date(2025, 11, 30)),
        ("since the end of august", date(2026, 9, 1), TODAY),
        ("two days ago", date(2026, 11, 21), date(2026, 11, 21)),
        ("so far this month", date(2026, 11, 1), TODAY),
    ],
)
def test_days_without_a_year_are_the_last_that_have_begun(said: str, start: date, end: date) -> None:
    span = read_time(words_of(said), TODAY)
    assert span is not None
    assert (span.start, span.end, span.length) == (start, end, len(words_of(said)))


def _mention(name: str, word: str, start: int = 0, *, is_counted: bool = False) -> Mention:
    return Mention((Meaning("metric", name, name, 2),), word, start, is_counted)


@pytest.mark.parametrize(
    ("question", "member", "metrics", "figure"),
    [
        ("how much rent did we pay", Member("account", "Rent"), [], "account_movement"),
        ("costs of project web shop", Member("project", "Web shop"), ["standard_cost"], "project_cost"),
        ("budget of project web shop", Member("project", "Web shop"), ["budget_amount"], "project_budget"),
        ("logistics costs", Member("cost_centre", "Logistics"), ["standard_cost"], "operating_expenses"),
        ("revenue of project web shop", Member("project", "Web shop"), ["net_revenue"], "net_revenue"),
        ("standard cost of gloves", Member("item", "Gloves"), ["standard_cost"], "standard_cost"),
    ],
)
def test_costs_of_accounts_cost_centres_and_projects_are_those_posted_there(
    question: str, member: Member, metrics: list[str], figure: str
) -> None:
    reading = Reading(words=words_of(question), members=[Named((member,), member.value, 1, 1)])
    reading.metrics = [_mention(name, "costs") for name in metrics]
    settle_spending(reading, LEXICON)
    assert [each.meanings[0].name for each in reading.metrics] == [figure]


def test_of_whom_an_attribute_is_adds_no_second_dimension() -> None:
    reading = Reading(words=words_of("order value by country of the customer"), dimensions=["country", "customer"])
    reading.grouped, reading.each, reading.spots = ["country"], ["country"], {"country": 3, "customer": 6}
    settle_whose(reading, LEXICON)
    assert (reading.dimensions, reading.parties) == (["country"], ["customer"])
    both = Reading(words=words_of("order value by country and customer"), dimensions=["country", "customer"])
    both.spots = {"country": 3, "customer": 5}
    settle_whose(both, LEXICON)
    assert both.dimensions == ["country", "customer"]


def test_measure_words_of_documents_count_them_and_are_never_told_as_money() -> None:
    reading = Reading(words=words_of("供应商付款有几笔"), metrics=[_mention("payments_made", "付款")])
    settle_tallies(reading, LEXICON)
    assert reading.metrics[0].meanings[0].name == "supplier_payment_count"
    money, count = (Planned(MetricQuery((name,))) for name in ("payments_made", "supplier_payment_count"))
    assert told_as_amounts(money, reading, LEXICON) == ["几笔"]
    assert told_as_amounts(count, reading, LEXICON) == []
    plain = Reading(words=words_of("供应商付款是多少"), metrics=[_mention("payments_made", "付款")])
    settle_tallies(plain, LEXICON)
    assert plain.metrics[0].meanings[0].name == "payments_made"


def _result(*rows: Mapping[str, Cell]) -> QueryResult:
    columns = tuple(
        Column(name, name, "date", None, "time") if name == "day" else Column(name, name, "money", "currency", "metric")
        for name in rows[0]
    )
    return QueryResult(columns, rows, None, None, cast("Evidence", None))


def test_what_a_buyer_ordered_is_told_where_nothing_was_sold_under_that_name() -> None:
    who = Filter("salesperson", "eq", ("Ewa",))
    planned = Planned(MetricQuery(("confirmed_order_value",), where=(who,)))
    told = told_instead(planned, _result({"confirmed_order_value": None}), LEXICON)
    assert told is not None
    assert (told[0].query.metrics, told[0].query.where[0].field, told[1]) == (
        ("purchase_order_value",),
        "buyer",
        "as_buyer",
    )
    assert told_instead(planned, _result({"confirmed_order_value": Decimal(5)}), LEXICON) is None
    whole = Planned(MetricQuery(("confirmed_order_value",)))
    assert told_instead(whole, _result({"confirmed_order_value": Decimal(0)}), LEXICON) is None


def test_salespeople_without_a_commission_are_those_who_took_orders() -> None:
    told = told_instead(Planned(MetricQuery(("salespeople_count",))), _result({"salespeople_count": 0}), LEXICON)
    assert told is not None
    assert told[0].derive == Derive("count", "order_count", "salesperson")


def test_a_margin_is_told_beside_that_of_the_lines_invoiced() -> None:
    days = TimeRange(date(2026, 10, 1), date(2026, 10, 31))
    assert other_of(Planned(MetricQuery(("gross_margin",), time=days)), Reading(), LEXICON) == "invoiced_margin"
    assert other_of(Planned(MetricQuery(("project_cost",), time=days)), Reading(), LEXICON) is None


def test_a_mean_per_day_is_told_over_the_days_with_something_and_over_all() -> None:
    rows: list[Mapping[str, Cell]] = [{"day": date(2026, 10, day), "net_revenue": Decimal(10)} for day in (1, 2)]
    _, derived = derive(_result(*rows), Derive("average", "net_revenue", "day", values=("5",)), None)
    assert (derived.value, [*derived.rows[0].values()]) == (Decimal(10), [Decimal(4)])
