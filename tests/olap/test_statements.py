"""The statements balance to the cent and come out of metric questions alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from olap.asker import Asker
from olap.errors import FieldForbidden, MetricForbidden, QueryInvalid
from olap.query import Compare, TimeRange
from olap.service import Numbers
from olap.statements import balance_sheet, income_statement, trial_balance
from tests.olap.company import ACME

START, END = date(2026, 1, 1), date(2026, 1, 31)


@pytest.mark.feature("FIN-08")
def test_a_trial_balance_has_equal_sides(numbers: Numbers, everyone: Asker) -> None:
    found = trial_balance(numbers, everyone, start=START, end=END)
    bank = found.rows[0]
    assert [bank[name] for name in ("account_code", "opening", "debit_amount", "credit_amount", "closing")] == [
        "1000",
        Decimal("1000.00"),
        Decimal(0),
        Decimal("80.00"),
        Decimal("920.00"),
    ]
    assert found.totals["debit_amount"] == found.totals["credit_amount"] == Decimal("290.00")
    assert found.is_balanced


@pytest.mark.feature("FIN-08")
def test_a_trial_balance_takes_further_dimensions(numbers: Numbers, everyone: Asker) -> None:
    found = trial_balance(numbers, everyone, start=START, end=END, by=["entry_number"])
    assert {row["entry_number"] for row in found.rows} >= {"JE-0002", "JE-0003"}
    assert found.is_balanced
    with pytest.raises(QueryInvalid):
        trial_balance(numbers, everyone, start=START, end=END, by=["weather"])


@pytest.mark.feature("FIN-09")
@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 1, 5), date(2026, 1, 31), date(2026, 3, 16)])
def test_assets_equal_liabilities_and_equity_on_any_day(numbers: Numbers, everyone: Asker, day: date) -> None:
    found = balance_sheet(numbers, everyone, as_of=day)
    assert found.is_balanced
    assert found.totals["assets"] == found.totals["liabilities"] + found.totals["equity"]  # type: ignore[operator]


@pytest.mark.feature("FIN-09")
def test_profit_not_yet_closed_belongs_to_equity(numbers: Numbers, everyone: Asker) -> None:
    found = balance_sheet(numbers, everyone, as_of=date(2026, 3, 1), compare=date(2025, 12, 31))
    profit = next(row for row in found.rows if row["statement_line"] == "current_profit")
    assert (profit["amount"], profit["amount_previous"]) == (Decimal("130.00"), Decimal(0))
    assert found.totals["assets_previous"] == Decimal("1000.00")


@pytest.mark.feature("FIN-09")
def test_a_company_out_of_scope_is_refused(numbers: Numbers, everyone: Asker) -> None:
    assert balance_sheet(numbers, everyone, as_of=date(2026, 3, 1), company="Acme SE").rows
    elsewhere = Asker(
        ACME,
        frozenset({"*"}),
        {"company": [[{"field": "id", "operator": "in", "values": ["company-2"]}]]},
    )
    with pytest.raises(FieldForbidden):
        balance_sheet(numbers, elsewhere, as_of=date(2026, 3, 1), company="Acme SE")


@pytest.mark.feature("FIN-14")
def test_a_balance_sheet_of_tomorrow_is_refused(numbers: Numbers, everyone: Asker) -> None:
    with pytest.raises(QueryInvalid):
        balance_sheet(numbers, everyone, as_of=date(2026, 3, 17))


@pytest.mark.feature("FIN-10")
def test_an_income_statement_stands_beside_the_year_before(numbers: Numbers, everyone: Asker) -> None:
    year = TimeRange(date(2026, 1, 1), date(2026, 3, 16), "month")
    found = income_statement(numbers, everyone, time=year, compare=Compare("previous_year"))
    january = found.rows[0]
    assert (january["net_revenue"], january["net_revenue_previous"]) == (Decimal("510.00"), Decimal("100.00"))
    assert found.totals["gross_margin"] == Decimal("338.76")


@pytest.mark.feature("FIN-10")
def test_a_line_that_rests_on_a_hidden_column_is_refused(numbers: Numbers) -> None:
    asker = Asker(ACME, frozenset({"*"}), hidden_fields=frozenset({"item.cost"}))
    with pytest.raises(MetricForbidden):
        income_statement(numbers, asker, time=TimeRange(date(2026, 1, 1), date(2026, 1, 31)))
