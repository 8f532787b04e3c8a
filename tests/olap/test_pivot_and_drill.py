"""Cross tables with right subtotals, and the way from a figure to its documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from olap.asker import Asker
from olap.drill import Documents, DrillQuery, drill
from olap.errors import MetricForbidden, QueryInvalid
from olap.pivot import PivotQuery, pivot
from olap.query import QueryResult
from olap.service import Numbers
from tests.olap.company import ACME

Ask = Callable[..., QueryResult]


@pytest.mark.feature("5.2.14")
def test_subtotals_of_a_cross_table_are_asked_at_their_own_grain(numbers: Numbers, everyone: Asker) -> None:
    question = {
        "metrics": ["average_order_value"],
        "rows": ["region", "customer"],
        "columns": ["month"],
        "time": {"start": "2026-01-01"},
    }
    table = pivot(numbers, PivotQuery.from_data(question), everyone)
    assert [header.keys.get("month") for header in table.columns] == [
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
        None,
    ]
    cells = {
        tuple(row.keys.values()): [cell and cell["average_order_value"] for cell in row.cells] for row in table.rows
    }
    assert cells["North",] == [Decimal(210), None, Decimal(120), Decimal(165)]
    # Blank region: Gamma's 40.01 and the sale without a customer.
    assert cells[None,] == [None, Decimal("23.755"), None, Decimal("23.755")]
    assert cells[()] == [Decimal(255), Decimal("23.755"), Decimal(120), Decimal("135.502")]
    assert [row.level for row in table.rows] == [2, 1, 2, 1, 2, 2, 1, 0]


@pytest.mark.feature("5.2.14")
def test_a_cross_table_may_show_the_highest_only(numbers: Numbers, everyone: Asker) -> None:
    question = {"metrics": ["net_revenue"], "rows": ["customer"], "columns": ["item"], "limit": 1}
    table = pivot(numbers, PivotQuery.from_data(question), everyone)
    assert [row.keys for row in table.rows] == [{"customer": "Alpha GmbH"}, {}]
    total = table.rows[-1].cells[-1]
    assert total == {"net_revenue": Decimal("777.51")}


@pytest.mark.feature("5.2.14")
@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"attributes": "once"}, "attributes"),
        ({"buckets": {"region": [[0, 30], [31, None]]}}, "buckets/region"),
        ({"buckets": {"region": [[0, 30], [30, None]]}}, "buckets/region"),
        ({"buckets": [0, 30]}, "buckets"),
    ],
)
def test_buckets_and_attributes_that_mean_nothing_to_a_cross_table_are_refused(
    numbers: Numbers, everyone: Asker, wrong: dict[str, Any], path: str
) -> None:
    with pytest.raises(QueryInvalid) as refused:
        pivot(numbers, PivotQuery.from_data({"metrics": ["net_revenue"], "rows": ["region"], **wrong}), everyone)
    assert [problem.path for problem in refused.value.problems] == [path]


def test_a_cross_table_keeps_its_buckets_and_attributes() -> None:
    asked = {
        "metrics": ["ar_open_amount"],
        "rows": ["aging_bucket"],
        "buckets": {"aging_bucket": [[0, 30], [31, None]]},
        "attributes": "then",
    }
    assert PivotQuery.from_data(asked).as_data() == asked


def test_a_cross_table_has_six_dimensions_at_most_each_once() -> None:
    names = ["region", "customer", "item", "item_category", "country", "company", "month"]
    with pytest.raises(QueryInvalid):
        PivotQuery.from_data({"metrics": ["net_revenue"], "rows": names})
    with pytest.raises(QueryInvalid):
        PivotQuery.from_data({"metrics": ["net_revenue"], "rows": ["region"], "columns": ["region"]})


def documents(numbers: Numbers, asker: Asker, metric: str, **more: Any) -> list[Documents]:
    return list(drill(numbers, DrillQuery.from_data({"metric": metric, **more}), asker).inputs)


@pytest.mark.feature("3.4.15")
@pytest.mark.parametrize(
    ("metric", "cell"),
    [
        ("net_revenue", {"customer": "Alpha GmbH", "month": "2026-01-01"}),
        ("net_revenue", {"customer": None}),
        ("net_revenue", {"fiscal_period": "FY2026-P10", "region": "South"}),
        ("order_count", {"month": "2026-01-01"}),
        ("stock_value", {"month": "2026-02-01"}),
        ("ar_open_amount", {"month": "2026-02-01"}),
        ("account_balance", {"account": "Bank", "fiscal_year": "FY2026"}),
        ("profit_movement", {"account_type": "income"}),
    ],
)
def test_the_documents_behind_a_figure_sum_to_it(
    numbers: Numbers, everyone: Asker, metric: str, cell: dict[str, str | None]
) -> None:
    found = drill(numbers, DrillQuery.from_data({"metric": metric, "cell": cell}), everyone)
    (only,) = found.inputs
    assert only.total == found.value
    assert sum(row[metric] for row in only.rows) == found.value  # type: ignore[misc]  # figures of one metric
    assert only.rows


@pytest.mark.feature("3.4.15")
def test_a_ratio_leads_to_the_documents_of_both_its_sides(numbers: Numbers, everyone: Asker) -> None:
    inputs = documents(numbers, everyone, "average_order_value", cell={"month": "2026-01-01"})
    assert [(each.metric, each.total, each.documents) for each in inputs] == [
        ("net_revenue", Decimal("510.00"), 2),
        ("order_count", 2, 2),
    ]
    newest = inputs[0].rows[0]
    assert newest["invoice_number"] == "SI-2026-00003"
    assert newest["invoiced_on"] == date(2026, 1, 31)
    assert newest["invoice_id"] == "invoice-3"


def test_documents_come_a_page_at_a_time_with_the_sum_of_all(numbers: Numbers, everyone: Asker) -> None:
    (page,) = documents(numbers, everyone, "net_revenue", limit=2, offset=2)
    assert [row["invoice_number"] for row in page.rows] == ["SI-2026-00004", "SI-2026-00003"]
    assert (page.total, page.documents) == (Decimal("777.51"), 6)


@pytest.mark.feature("PERM-08")
def test_documents_follow_the_scope_of_the_asker(numbers: Numbers) -> None:
    mine = {"invoice": [[{"field": "created_by", "operator": "in", "values": ["user-bob"]}]]}
    asker = Asker(ACME, frozenset({"metric.*", "invoice.read"}), mine)
    (found,) = documents(numbers, asker, "net_revenue")
    assert [row["invoice_number"] for row in found.rows] == ["SI-2026-00004"]
    with pytest.raises(MetricForbidden):
        documents(numbers, asker, "stock_value")


def test_a_cell_that_cannot_be_is_refused(numbers: Numbers, everyone: Asker) -> None:
    for cell in ({"month": "March"}, {"fiscal_period": "FY1066-P01"}, {"region": "Nowhere"}, {"nothing": "x"}):
        with pytest.raises(QueryInvalid):
            documents(numbers, everyone, "net_revenue", cell=cell)
