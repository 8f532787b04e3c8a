"""What is taken along of a statement is what stands on its page."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from dashboards.parts.statements import income_file, without_gaps
from dashboards.parts.tables import csv_of

COLUMNS: list[dict[str, Any]] = [
    {"name": name, "label": name, "type": "money", "role": "metric", "currency": "EUR"}
    for name in ("gross_margin", "operating_expenses", "operating_profit", "net_profit")
]
NOW = {"gross_margin": "100.00", "operating_expenses": "40.00", "operating_profit": "65.50", "net_profit": "64.00"}
BEFORE = {"gross_margin": "90.00", "operating_expenses": "40.00", "operating_profit": "50.00", "net_profit": "50.00"}


def taken(totals: dict[str, Any], labels: list[str], **sides: bool) -> list[list[str]]:
    """The lines of the file."""
    lines, figures = without_gaps(COLUMNS, totals)
    rows, columns = income_file(lines, figures, labels, **sides)
    return list(csv.reader(io.StringIO(csv_of(rows, columns).decode("utf-8-sig"))))


@pytest.mark.feature("FIN-10")
def test_an_income_statement_is_taken_along_with_every_line_of_its_page_so_that_it_adds_up() -> None:
    head, *lines = taken(NOW, ["This period"], is_compared=False, is_planned=False)
    assert head[1:] == ["This period (EUR)"]
    assert len(lines) == len(COLUMNS) + 2
    amounts = [Decimal(each[1]) for each in lines]
    # Margin, less expenses, with what stands in no line of its own: other operating income, exchange differences.
    assert amounts == [Decimal(each) for each in ("100.00", "40.00", "5.50", "65.50", "-1.50", "64.00")]
    assert amounts[0] - amounts[1] + amounts[2] == amounts[3]


@pytest.mark.feature("FIN-10")
def test_its_comparison_and_its_budget_are_taken_along_beside_it() -> None:
    totals = NOW | {f"{name}_previous": value for name, value in BEFORE.items()}
    totals |= {f"{name}_budget": value for name, value in BEFORE.items()}
    totals |= {"gross_margin_change": "10.00", "gross_margin_change_share": "0.1111"}
    labels = ["This period", "Year before", "Change", "Change in %", "Budget", "To budget"]
    head, first, *_ = taken(totals, labels, is_compared=True, is_planned=True)
    assert [text.endswith(" (EUR)") for text in head] == [False, True, True, True, False, True, True]
    assert first[1:] == ["100.00", "90.00", "10.00", "0.1111", "90.00", "10.00"]
