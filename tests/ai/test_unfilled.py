"""Figures that nobody entered, members whose figure came to nothing, and cities that are warehouses."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from ai.questions.depots import settle_depots
from ai.questions.deriving import derive
from ai.questions.lexicon import Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.plans import NOTHING, Derive, Planned
from ai.questions.said import Mention, Named, Reading
from ai.questions.service import answer
from ai.questions.unfilled import told_by_documents
from olap.asker import Asker
from olap.query import Cell, Evidence, Filter, MetricQuery, Order, QueryResult
from olap.service import Numbers

HAMBURG = (Member("city", "Hamburg"), Member("warehouse", "Hamburg"))
LEXICON = cast(
    "Lexicon",
    SimpleNamespace(
        dimensions={"supplier": {}, "item": {}, "warehouse": {}},
        metrics={
            "agreed_lead_time_days": {"dimensions": ["supplier", "item"], "area": "purchase"},
            "lead_time_days": {"dimensions": ["supplier"], "area": "purchase"},
            "stock_quantity": {"dimensions": ["warehouse"], "area": "inventory"},
            "net_revenue": {"dimensions": ["city", "warehouse"], "area": "sales"},
        },
        members=SimpleNamespace(by_name={("hamburg",): HAMBURG}),
    ),
)


def test_what_nobody_entered_is_told_by_the_figure_of_documents() -> None:
    query = MetricQuery(("agreed_lead_time_days",), ("supplier",), order_by=(Order("agreed_lead_time_days"),))
    told = told_by_documents(Planned(query), LEXICON)
    assert told is not None
    assert (told.query.metrics, told.query.order_by[0].field) == (("lead_time_days",), "lead_time_days")
    by_item = MetricQuery(("agreed_lead_time_days",), where=(Filter("item", "eq", ("Gloves",)),))
    assert told_by_documents(Planned(by_item), LEXICON) is None
    assert told_by_documents(Planned(MetricQuery(("lead_time_days",))), LEXICON) is None


@pytest.mark.parametrize(("values", "names"), [((NOTHING,), ["gone", "less"]), ((), ["less"])])
def test_who_has_no_figure_any_more_has_less_where_figures_add_up(values: tuple[str, ...], names: list[str]) -> None:
    rows: tuple[Mapping[str, Cell], ...] = (
        {"customer": "less", "revenue": Decimal(1), "revenue_previous": Decimal(3), "revenue_change": Decimal(-2)},
        {"customer": "gone", "revenue": None, "revenue_previous": Decimal(5), "revenue_change": None},
        {"customer": "new", "revenue": Decimal(4), "revenue_previous": None, "revenue_change": None},
    )
    result = QueryResult(columns=(), rows=rows, totals=None, others=None, evidence=cast("Evidence", None))
    how = Derive("having", "revenue_change", values=values, bounds=(("less", Decimal(0)),), order=False)
    kept, derived = derive(result, how)
    assert [row["customer"] for row in kept.rows] == names
    assert derived.value == len(names)


@pytest.mark.parametrize(("metric", "dimensions"), [("stock_quantity", {"warehouse"}), ("net_revenue", {"city"})])
def test_of_stock_a_city_is_the_warehouse_there(metric: str, dimensions: set[str]) -> None:
    reading = Reading(
        metrics=[Mention((Meaning("metric", metric, metric, 3),), metric, 0)],
        members=[Named((HAMBURG[0],), "hamburg", 1, 1)],
    )
    settle_depots(reading, LEXICON)
    assert {each.dimension for each in reading.members[0].candidates} == dimensions


@pytest.mark.parametrize(
    ("question", "told"), [("average net revenue per day in 2026", "left out"), ("2026年平均每天净收入", "不计")]
)
def test_a_mean_per_day_says_that_days_without_any_are_left_out(
    numbers: Numbers, everyone: Asker, question: str, told: str
) -> None:
    reply = answer(numbers, everyone, question, locale="zh" if told == "不计" else "en")
    assert reply.status == "answered"
    assert told in reply.text
