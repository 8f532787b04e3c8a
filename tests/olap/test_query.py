"""Figures against those worked out by hand from the test company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from olap.query import QueryResult

Ask = Callable[..., QueryResult]
JANUARY = {"start": "2026-01-01", "end": "2026-01-31"}


def column(result: QueryResult, *names: str) -> list[Any]:
    """The values of columns, row by row; a lone column without tuples."""
    rows = [tuple(row[name] for name in names) for row in result.rows]
    return [row[0] for row in rows] if len(names) == 1 else rows


@pytest.mark.feature("3.4.15")
def test_revenue_by_customer_and_month_is_what_was_invoiced(ask: Ask) -> None:
    result = ask(metrics=["net_revenue", "order_count"], group_by=["customer", "month"], time=JANUARY)
    assert column(result, "month", "customer", "net_revenue", "order_count") == [
        (date(2026, 1, 1), "Alpha GmbH", Decimal("210.00"), 1),
        (date(2026, 1, 1), "Beta SARL", Decimal("300.00"), 1),
    ]


@pytest.mark.feature("3.4.15")
def test_a_share_is_asked_at_its_own_grain_and_never_averaged(ask: Ask) -> None:
    result = ask(metrics=["discount_rate", "average_order_value"], group_by=["item"], time=JANUARY, totals=True)
    by_item = {row["item"]: row["discount_rate"] for row in result.rows}
    assert by_item == {"Bike": Decimal("0.0909090909090909"), "Bell": Decimal(0)}
    assert result.totals == {"discount_rate": Decimal("0.0892857142857143"), "average_order_value": Decimal(255)}


@pytest.mark.feature("5.2.14")
def test_a_distinct_count_is_not_the_sum_of_its_rows(ask: Ask) -> None:
    # Invoice 2 has a bike and a bell: it is counted under both items and once in all.
    result = ask(metrics=["order_count"], group_by=["item"], time=JANUARY, totals=True)
    assert column(result, "item", "order_count") == [("Bell", 1), ("Bike", 2)]
    assert result.totals == {"order_count": 2}


def test_a_range_cuts_inside_a_period(ask: Ask) -> None:
    result = ask(metrics=["net_revenue"], time={"start": "2026-01-06", "end": "2026-02-01", "grain": "month"})
    assert column(result, "month", "net_revenue") == [
        (date(2026, 1, 1), Decimal("300.00")),
        (date(2026, 2, 1), Decimal("40.01")),
    ]


def test_fiscal_periods_follow_the_calendar_of_the_company(ask: Ask) -> None:
    result = ask(metrics=["net_revenue"], group_by=["fiscal_year"])
    assert column(result, "fiscal_year", "net_revenue") == [
        ("FY2025", Decimal("100.00")),
        ("FY2026", Decimal("677.51")),
    ]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"field": "region", "value": "North"}, "430.00"),
        ({"field": "region", "values": ["North", "South"]}, "730.00"),
        ({"field": "region", "op": "ne", "value": "North"}, "347.51"),
        ({"field": "region", "op": "is_null"}, "47.51"),
        ({"field": "region", "value": None}, "47.51"),
        ({"field": "region", "values": ["South", None]}, "347.51"),
        ({"field": "region", "op": "not_in", "values": ["South", None]}, "430.00"),
        ({"field": "customer", "op": "contains", "value": "sarl"}, "300.00"),
        ({"field": "customer", "op": "starts_with", "value": "alpha"}, "430.00"),
        ({"field": "customer", "op": "gt", "value": "Alpha GmbH"}, "340.01"),
        ({"field": "customer", "op": "between", "values": ["A", "B"]}, "430.00"),
        ({"field": "month", "value": "2026-02-01"}, "47.51"),
        ({"field": "customer_id", "value": "customer-beta"}, "300.00"),
        ({"field": "fiscal_year", "value": "FY2025"}, "100.00"),
    ],
)
def test_filters_mean_what_they_say(ask: Ask, where: Mapping[str, Any], expected: str) -> None:
    result = ask(metrics=["net_revenue"], where=[where])
    assert column(result, "net_revenue") == [Decimal(expected)]


def test_figures_stand_beside_those_of_the_year_before(ask: Ask) -> None:
    result = ask(metrics=["net_revenue"], group_by=["region"], time=JANUARY, compare="previous_year", totals=True)
    north = result.rows[0]
    assert north == {
        "region": "North",
        "net_revenue": Decimal("210.00"),
        "net_revenue_previous": Decimal("100.00"),
        "net_revenue_change": Decimal("110.00"),
        "net_revenue_change_share": Decimal("1.100000"),
    }
    assert result.rows[1]["net_revenue_previous"] is None
    assert result.totals is not None
    assert result.totals["net_revenue_change_share"] == Decimal("4.100000")


def test_months_stand_beside_the_months_before(ask: Ask) -> None:
    time = {"start": "2026-02-01", "end": "2026-03-31", "grain": "month"}
    result = ask(metrics=["net_revenue"], time=time, compare="previous_period")
    assert column(result, "month", "net_revenue", "net_revenue_previous") == [
        (date(2026, 2, 1), Decimal("47.51"), None),
        (date(2026, 3, 1), Decimal("120.00"), Decimal("510.00")),
    ]


def test_a_given_range_may_be_compared_with(ask: Ask) -> None:
    compare = {"start": "2025-01-01", "end": "2025-12-31"}
    result = ask(metrics=["net_revenue"], time=JANUARY, compare=compare)
    assert column(result, "net_revenue", "net_revenue_previous") == [(Decimal("510.00"), Decimal("100.00"))]


def test_rows_of_only_the_earlier_range_are_kept(ask: Ask) -> None:
    time = {"start": "2026-02-01", "end": "2026-02-28"}
    result = ask(
        metrics=["net_revenue"], group_by=["customer"], time=time, compare="previous_period", order_by=["net_revenue"]
    )
    assert [(row["customer"], row["net_revenue"], row["net_revenue_previous"]) for row in result.rows] == [
        (None, Decimal("7.50"), None),
        ('Gamma\'s "Best" {{ Ltd }}', Decimal("40.01"), None),
        ("Alpha GmbH", None, Decimal("210.00")),
        ("Beta SARL", None, Decimal("300.00")),
    ]


@pytest.mark.feature("5.2.14")
def test_the_highest_are_shown_with_all_others_at_their_own_grain(ask: Ask) -> None:
    result = ask(
        metrics=["net_revenue", "average_order_value"],
        group_by=["customer"],
        order_by=["-net_revenue"],
        limit=2,
        others=True,
        totals=True,
    )
    assert column(result, "customer") == ["Alpha GmbH", "Beta SARL"]
    # The others are Gamma and the sale without a customer: 47.51 over two invoices.
    assert result.others == {"net_revenue": Decimal("47.51"), "average_order_value": Decimal("23.755")}
    assert result.totals is not None
    assert result.totals["net_revenue"] == Decimal("777.51")


@pytest.mark.feature("3.5.15")
def test_stock_is_read_at_the_end_of_each_period(ask: Ask) -> None:
    result = ask(metrics=["stock_quantity", "stock_value"], group_by=["month"], totals=True)
    assert column(result, "month", "stock_quantity", "stock_value") == [
        (date(2026, 1, 1), Decimal(111), Decimal("600.00")),
        (date(2026, 2, 1), Decimal(107), Decimal("400.00")),
        (date(2026, 3, 1), Decimal(107), Decimal("400.00")),
    ]
    assert result.totals == {"stock_quantity": Decimal(107), "stock_value": Decimal("400.00")}


@pytest.mark.feature("3.5.15")
def test_stock_of_any_day_is_known(ask: Ask) -> None:
    result = ask(metrics=["stock_value"], group_by=["warehouse", "item"], time={"as_of": "2026-01-31"})
    assert column(result, "warehouse", "item", "stock_value") == [
        ("Main", "Bell", Decimal("50.00")),
        ("Main", "Bike", Decimal("500.00")),
        ("Outlet", "Bike", Decimal("50.00")),
    ]


@pytest.mark.feature("3.5.16")
def test_stock_turns_meet_the_example_worked_out_by_hand(ask: Ask) -> None:
    # Cost of sales of January is 255.00, stock was worth 600.00 on each of its days.
    result = ask(metrics=["stock_turns"], group_by=["month"], time=JANUARY)
    assert column(result, "stock_turns") == [Decimal("0.425")]
    definition = next(each for each in result.evidence.definitions if each["name"] == "stock_turns")
    assert definition["expression"] == "cogs / nullif(stock_value_average, 0)"


@pytest.mark.feature("FIN-13")
def test_receivables_hold_as_of_a_day_before_later_payments(ask: Ask) -> None:
    before = ask(metrics=["ar_open_amount"], group_by=["customer"], time={"as_of": "2026-02-10"})
    assert column(before, "customer", "ar_open_amount") == [
        ("Alpha GmbH", Decimal("210.00")),
        ("Beta SARL", Decimal("300.00")),
    ]
    now = ask(metrics=["ar_open_amount"], group_by=["customer"])
    assert column(now, "customer", "ar_open_amount") == [("Beta SARL", Decimal("200.00"))]


@pytest.mark.feature("FIN-13")
def test_ages_are_counted_from_the_day_asked_for(ask: Ask) -> None:
    result = ask(metrics=["ar_open_amount"], group_by=["aging_bucket"], time={"as_of": "2026-02-10"}, totals=True)
    assert column(result, "aging_bucket", "ar_open_amount") == [
        ("1-30", Decimal("210.00")),
        ("not due", Decimal("300.00")),
    ]
    assert result.totals == {"ar_open_amount": Decimal("510.00")}
    later = ask(metrics=["ar_open_amount"], group_by=["aging_bucket"], time={"as_of": "2026-03-16"})
    assert column(later, "aging_bucket", "ar_open_amount") == [("1-30", Decimal("200.00"))]


@pytest.mark.feature("FIN-13")
def test_a_balance_is_told_for_each_period_also_without_a_movement(ask: Ask) -> None:
    time = {"start": "2025-12-01", "end": "2026-03-16", "grain": "month"}
    result = ask(metrics=["ar_open_amount", "dso_days"], time=time)
    assert column(result, "ar_open_amount") == [Decimal(0), Decimal("510.00"), Decimal("300.00"), Decimal("200.00")]
    assert result.rows[1]["dso_days"] == Decimal(30)


def test_a_balance_by_period_starts_from_what_was_before(ask: Ask) -> None:
    time = {"start": "2026-02-01", "end": "2026-02-28", "grain": "month"}
    result = ask(metrics=["account_balance"], group_by=["account"], time=time)
    assert column(result, "account", "account_balance") == [
        ("Bank", Decimal("1130.00")),
        ("Cost of sales", Decimal("80.00")),
        ("Equity", Decimal("-1000.00")),
        ("Revenue", Decimal("-210.00")),
    ]


def test_figures_of_two_facts_do_not_multiply_each_other(ask: Ask) -> None:
    # The chasm trap: three invoice lines and two movements of one customer would make six joined rows.
    result = ask(metrics=["net_revenue", "ar_open_amount"], group_by=["customer"], time=JANUARY)
    assert column(result, "customer", "net_revenue", "ar_open_amount") == [
        ("Alpha GmbH", Decimal("210.00"), Decimal("210.00")),
        ("Beta SARL", Decimal("300.00"), Decimal("300.00")),
    ]


def test_blank_members_of_two_facts_meet_in_one_row(ask: Ask) -> None:
    result = ask(metrics=["net_revenue", "stock_value"], group_by=["item_category"])
    assert column(result, "item_category") == ["Parts", "Vehicles", None]


def test_lines_of_one_invoice_do_not_multiply_it(ask: Ask) -> None:
    # The fan-out trap: an invoice of two lines is one invoice, and its customer is joined once.
    result = ask(metrics=["order_count", "net_revenue"], group_by=["region"], time=JANUARY)
    assert column(result, "region", "order_count", "net_revenue") == [
        ("North", 1, Decimal("210.00")),
        ("South", 1, Decimal("300.00")),
    ]


@pytest.mark.feature("3.4.15")
def test_every_answer_brings_its_evidence(ask: Ask) -> None:
    where = [{"field": "region", "value": "North"}]
    evidence = ask(metrics=["gross_margin"], time=JANUARY, where=where, totals=True).evidence
    assert [each["name"] for each in evidence.definitions] == ["gross_margin", "net_revenue", "cogs"]
    assert evidence.loaded_at == "2026-03-16T09:30:00+00:00"
    assert evidence.data_version == "1"
    assert evidence.filters == ("region eq North", "from 2026-01-01", "to 2026-01-31")
    assert set(evidence.statements) >= {"rows", "totals"}
    assert 'marts."fct_sales_invoice_lines"' in evidence.sql


def test_labels_come_in_the_language_of_the_asker(ask: Ask, everyone: Any) -> None:
    reader = type(everyone)(everyone.tenant_id, everyone.permissions, locale="zh-CN")
    result = ask(reader, metrics=["net_revenue"], group_by=["month"], time=JANUARY, compare="previous_year")
    assert [each.label for each in result.columns][:3] == ["月", "净收入", "净收入 · 对比期"]


def test_the_same_question_gives_the_same_rows_in_the_same_order(ask: Ask) -> None:
    first = ask(metrics=["net_revenue"], group_by=["item", "customer"], order_by=["-net_revenue"])
    revenues = [Decimal(str(row["net_revenue"])) for row in first.rows]
    assert revenues == sorted(revenues, reverse=True)
    assert ask(metrics=["net_revenue"], group_by=["item", "customer"], order_by=["-net_revenue"]) is first
