"""The daily questions over the demo company are whole, and judged by what their statements say."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlglot

from ai.evals.cases import Case
from ai.evals.demo import Daily, judge_daily, read_daily
from ai.evals.judging import DAILY, World, score
from olap.service import Numbers
from tests.olap.company import ACME

_NET = "select sum(revenue_amount) from fct_sales_invoice_lines"
_BY_CUSTOMER = (
    "select c.customer_name, sum(f.revenue_amount) from fct_sales_invoice_lines f "
    "left join dim_customers c on c.customer_id = f.customer_id group by 1"
)


@pytest.fixture
def world(numbers: Numbers) -> World:
    return World(numbers, ACME, {})


def _daily(question: str, kind: str, *statements: str) -> Daily:
    case = Case("D", "demo", "sales", question, statements[0] if statements else None)
    return Daily(case, kind, statements, Decimal("0.01"), is_chinese=False)


def test_every_question_has_statements_that_can_be_read_or_is_to_be_declined() -> None:
    questions = read_daily()
    assert len(questions) >= 280
    assert len({each.case.id for each in questions}) == len(questions)
    assert sum(each.is_chinese for each in questions) >= 50
    for each in questions:
        assert bool(each.statements) == (each.kind != "decline"), each.case.id
        assert (each.case.sql is not None) == (each.kind in {"number", "table"}), each.case.id
        for statement in each.statements:
            assert isinstance(sqlglot.parse_one(statement, dialect="duckdb"), sqlglot.exp.Query), each.case.id


@pytest.mark.feature("5.8.3")
def test_a_reply_is_judged_by_what_the_statements_say_today(world: World) -> None:
    asked = [
        _daily("net revenue", "number", _NET),
        _daily("net revenue", "number", f"{_NET} where item_id = 'item-bell'", _NET),
        _daily("net revenue by customer", "table", _BY_CUSTOMER),
        _daily("net revenue in January 2024", "number", f"{_NET} where invoiced_on < date '2024-02-01'"),
        _daily("net revenue by astronaut", "decline"),
    ]
    outcomes = judge_daily(asked, world)
    assert [each.verdict for each in outcomes][:3] == ["right", "right", "right"]
    assert outcomes[3].verdict in {"right", "declined"}
    assert outcomes[4].verdict == "right"
    assert score(outcomes, DAILY).wrong == ()


def test_another_figure_and_more_rows_than_asked_for_are_silently_wrong(world: World) -> None:
    asked = [
        _daily("net revenue", "number", f"{_NET} where item_id = 'item-bell'"),
        _daily("net revenue", "decline"),
        _daily("net revenue by month", "table", f"{_BY_CUSTOMER} limit 0"),
    ]
    outcomes = judge_daily(asked, world)
    assert [each.verdict for each in outcomes] == ["silently_wrong"] * 3
    assert not score(outcomes, DAILY).passes
