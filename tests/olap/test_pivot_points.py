"""The thirty things that people expect of a pivot table, one test each: the first fifteen, of layout and members."""

from __future__ import annotations

from typing import Any

import pytest

from olap.errors import QueryInvalid
from olap.pivot.grid import grid
from tests.olap.tables import FEBRUARY, JANUARY, MARCH, YEAR, D, Table, lines


@pytest.mark.feature("5.2.14")
def test_01_rows_and_columns_nest(table: Table) -> None:
    found = table(rows=["region", "customer"], columns=["item_category", "month"])
    assert [tuple(header.keys) for header in found.columns][:3] == [("item_category", "month")] * 2 + [
        ("item_category",)
    ]
    assert [tuple(row.keys.values()) for row in found.rows[:4]] == [
        ("North", "Alpha GmbH"),
        ("North",),
        ("South", "Beta SARL"),
        ("South",),
    ]
    vehicles = next(place for place, each in enumerate(found.columns) if each.keys == {"item_category": "Vehicles"})
    assert found.rows[1].cells[vehicles] == {"net_revenue": D("320.00")}


@pytest.mark.feature("5.2.14")
def test_02_several_measures_fill_one_cell(table: Table) -> None:
    found = table(metrics=["net_revenue", "order_count", "average_order_value"], rows=["region"])
    assert found.rows[0].cells[0] == {"net_revenue": D("330.00"), "order_count": 2, "average_order_value": D(165)}


def test_03_measures_stand_on_rows_as_in_an_income_statement(table: Table) -> None:
    found = table(metrics=["net_revenue", "cogs", "gross_margin"], columns=["month"], measures_on="rows")
    assert [(row.measure, row.cells[0]) for row in found.rows] == [
        ("net_revenue", {"net_revenue": D("510.00")}),
        ("cogs", {"cogs": D("255.00")}),
        ("gross_margin", {"gross_margin": D("255.00")}),
    ]
    assert grid(found).labels == ("Figure",)


@pytest.mark.feature("5.2.15")
def test_04_grand_totals_equal_the_metric_without_dimensions_and_can_be_left_out(table: Table, ask: Any) -> None:
    found = table(rows=["region"], columns=["month"])
    (alone,) = ask(metrics=["net_revenue"], time=YEAR).rows
    assert found.rows[-1].level == 0 == found.columns[-1].level
    assert found.rows[-1].cells[-1] == alone == {"net_revenue": D("677.51")}
    only_rows = table(rows=["region"], columns=["month"], totals="rows")
    assert (only_rows.rows[-1].level, only_rows.columns[-1].level) == (0, 1)
    neither = table(rows=["region"], columns=["month"], totals="none")
    assert {row.level for row in neither.rows} == {1} == {header.level for header in neither.columns}


def test_05_subtotals_are_chosen_level_by_level_and_measure_by_measure(table: Table) -> None:
    rows = ["item_category", "region", "customer"]
    assert {row.level for row in table(rows=rows, subtotals=["region"]).rows} == {3, 2, 0}
    assert {row.level for row in table(rows=rows, subtotals=False).rows} == {3, 0}
    orders = {"metric": "order_count", "subtotals": ["total"]}
    found = table(metrics=["net_revenue", orders], rows=["region", "customer"])
    assert found.rows[1].cells[0] == {"net_revenue": D("330.00"), "order_count": None}
    assert found.rows[-1].cells[0] == {"net_revenue": D("677.51"), "order_count": 5}
    on_rows = table(metrics=["net_revenue", orders], rows=["region", "customer"], measures_on="rows")
    assert [row.measure for row in on_rows.rows if row.level == 1] == ["net_revenue"] * 3


def test_06_totals_of_ratios_distinct_counts_and_averages_are_asked_at_their_own_grain(table: Table) -> None:
    found = table(
        metrics=["discount_rate", "order_count", "stock_value_average", "average_order_value"],
        rows=["item_category"],
        time={"start": "2026-01-01", "end": "2026-01-31"},
    )
    by_category = {row.keys.get("item_category", "total"): row.cells[0] for row in found.rows}
    total = by_category["total"]
    assert total is not None
    # Invoice 2 has a line in both categories: added up there would be three invoices, averaged the rate would be half.
    parts, vehicles = by_category["Parts"], by_category["Vehicles"]
    assert parts is not None
    assert vehicles is not None
    assert (parts["order_count"], vehicles["order_count"], total["order_count"]) == (1, 2, 2)
    assert (parts["discount_rate"], total["discount_rate"]) == (D(0), D("0.0892857142857143"))
    assert (total["stock_value_average"], total["average_order_value"]) == (D(600), D(255))


def test_07_members_collapse_and_expand(table: Table) -> None:
    rows = ["region", "customer"]
    folded = table(rows=rows, collapsed=[{"region": "North"}])
    assert lines(folded)[:2] == [(("North",), [D("330.00")]), (("South", "Beta SARL"), [D("300.00")])]
    assert [row.is_collapsed for row in folded.rows[:2]] == [True, False]
    # A folded member shows its own line also where no subtotals are asked for.
    bare = table(rows=rows, collapsed=[{"region": "North"}], subtotals=False)
    assert [row.level for row in bare.rows] == [1, 2, 2, 2, 0]
    assert len(table(rows=rows).rows) == len(folded.rows) + 1


def test_08_rows_are_sorted_by_label_and_by_value(table: Table) -> None:
    down = {"by": "label", "descending": True}
    assert [key for key, _ in lines(table(rows=["region"], sort=[down]))] == [("South",), ("North",), (None,), ()]
    lowest = {"by": "net_revenue"}
    assert [key for key, _ in lines(table(rows=["region"], sort=[lowest]))] == [(None,), ("South",), ("North",), ()]


def test_09_rows_are_sorted_by_the_total_of_a_wide_table(table: Table) -> None:
    found = table(rows=["customer"], columns=["month"], sort=[{"by": "net_revenue", "descending": True}], totals="rows")
    assert [key for key, _ in lines(found)] == [
        ("Alpha GmbH",),
        ("Beta SARL",),
        ('Gamma\'s "Best" {{ Ltd }}',),
        (None,),
        (),
    ]


def test_10_rows_are_sorted_by_one_pivoted_column_and_columns_by_one_row(table: Table) -> None:
    january = {"by": "net_revenue", "at": {"month": "2026-01-01"}, "descending": True}
    found = table(rows=["region"], columns=["month"], sort=[january])
    assert [key for key, _ in lines(found)] == [("South",), ("North",), (None,), ()]
    north = {"axis": "columns", "by": "net_revenue", "at": {"region": "North"}}
    assert [header.keys.get("month") for header in table(rows=["region"], columns=["month"], sort=[north]).columns] == [
        MARCH,
        JANUARY,
        FEBRUARY,
        None,
    ]


@pytest.mark.feature("5.2.15")
def test_10_a_line_that_the_table_cannot_have_is_refused_and_one_that_is_not_there_orders_nothing(table: Table) -> None:
    def by(at: dict[str, str]) -> list[dict[str, Any]]:
        return [{"by": "net_revenue", "at": at, "descending": True}]

    for at in ({"foo": "2026-01-01"}, {"region": "North"}, {"month": "2026-01-01", "year": "2026-01-01"}):
        with pytest.raises(QueryInvalid) as refused:
            table(rows=["region"], columns=["month"], sort=by(at))
        assert [(each.path, each.code) for each in refused.value.problems] == [("sort/0/at", "unknown_field")]
    absent = table(rows=["region"], columns=["month"], sort=by({"month": "1999-01-01"}))
    assert [key for key, _ in lines(absent)] == [("North",), ("South",), (None,), ()]
    nested = table(rows=["region"], columns=["year", "month"], sort=by({"month": "2026-01-01", "year": "2026-01-01"}))
    assert [key for key, _ in lines(nested)] == [("South",), ("North",), (None,), ()]


@pytest.mark.feature("5.2.15")
def test_a_figure_is_not_called_like_a_dimension_of_its_table(table: Table) -> None:
    with pytest.raises(QueryInvalid) as refused:
        table(rows=["region"], metrics=[{"metric": "order_count", "name": "region"}])
    assert [(each.path, each.code) for each in refused.value.problems] == [("metrics/0/name", "duplicate")]


def test_11_members_are_sorted_within_their_parents_or_through_all_of_them(table: Table) -> None:
    by_value = {"by": "net_revenue", "descending": True}
    nested = table(rows=["item_category", "customer"], sort=[by_value])
    assert [key for key, _ in lines(nested)][:4] == [
        ("Vehicles", "Alpha GmbH"),
        ("Vehicles", "Beta SARL"),
        ("Vehicles",),
        ("Parts", 'Gamma\'s "Best" {{ Ltd }}'),
    ]
    flat = table(rows=["item_category", "customer"], sort=[{**by_value, "nested": False}])
    assert [figures[0] for _, figures in lines(flat)] == [
        D("320.00"),
        D("300.00"),
        D("40.01"),
        D("10.00"),
        D("7.50"),
        D("677.51"),
    ]
    # One level by value, the other by label.
    mixed = table(rows=["item_category", "customer"], sort=[{**by_value, "level": "customer"}])
    assert next(key for key, _ in lines(mixed)) == ("Parts", 'Gamma\'s "Best" {{ Ltd }}')


@pytest.mark.feature("5.2.14")
def test_12_the_highest_stand_beside_others_asked_at_their_own_grain(table: Table) -> None:
    top = {"dimension": "customer", "count": 1, "by": "net_revenue", "others": True}
    found = table(metrics=["net_revenue", "average_order_value"], rows=["customer"], top=[top])
    assert lines(found) == [(("Alpha GmbH",), [D("330.00")]), (("others",), [D("347.51")]), ((), [D("677.51")])]
    # Three invoices: their average is not the mean of three averages of one each by chance, it is asked.
    assert found.rows[1].cells[0] == {"net_revenue": D("347.51"), "average_order_value": D("115.836666666667")}
    lowest = {**top, "bottom": True}
    assert [key for key, _ in lines(table(rows=["customer"], top=[lowest]))] == [(None,), ("others",), ()]


def test_13_the_highest_are_kept_within_each_parent_and_on_both_axes(table: Table) -> None:
    within = {"dimension": "customer", "count": 1, "by": "net_revenue", "others": True}
    found = table(rows=["item_category", "customer"], top=[within], columns=["month"])
    assert [key for key, _ in lines(found)] == [
        ("Parts", 'Gamma\'s "Best" {{ Ltd }}'),
        ("Parts", "others"),
        ("Parts",),
        ("Vehicles", "Alpha GmbH"),
        ("Vehicles", "others"),
        ("Vehicles",),
        (None, None),
        (None,),
        (),
    ]
    assert dict(lines(found))["Vehicles", "others"] == [D("300.00"), None, None, D("300.00")]
    both = table(
        rows=["customer"],
        columns=["item_category"],
        top=[within, {"dimension": "item_category", "count": 1, "by": "net_revenue", "others": True}],
    )
    assert [each.others for each in both.columns] == [None, "item_category", None]
    assert lines(both)[1] == (("others",), [D("300.00"), D("47.51"), D("347.51")])
    assert lines(both)[0] == (("Alpha GmbH",), [D("320.00"), D("10.00"), D("330.00")])


def test_14_filters_hold_for_dimensions(table: Table) -> None:
    found = table(rows=["customer"], where=[{"field": "region", "values": ["North", None]}])
    assert lines(found)[-1] == ((), [D("377.51")])


def test_15_filters_on_measures_leave_out_members_from_every_total(table: Table) -> None:
    found = table(
        rows=["region"], having=[{"dimension": "customer", "metric": "net_revenue", "op": "gt", "value": "40.01"}]
    )
    assert lines(found) == [(("North",), [D("330.00")]), (("South",), [D("300.00")]), ((), [D("630.00")])]
    assert found.where[-1].field == "customer"
    assert set(found.where[-1].values) == {"Alpha GmbH", "Beta SARL"}
    assert "net_revenue of customer gt 40.01" in found.evidence.filters
    none = table(rows=["region"], having=[{"dimension": "customer", "metric": "net_revenue", "op": "lt", "value": 0}])
    assert lines(none) == [((), [None])]


@pytest.mark.feature("5.2.14")
def test_a_ragged_hierarchy_keeps_what_has_no_parent(table: Table) -> None:
    found = dict(lines(table(rows=["item_category", "item"], sort=[])))
    # The odd thing has no category: left out with its parent, the parts would make 670.01 of 677.51.
    assert found[None, "Odd thing"] == found[None,] == [D("7.50")]
    parents = [figures[0] for keys, figures in found.items() if len(keys) == 1]
    children = [figures[0] for keys, figures in found.items() if len(keys) == 2]
    assert sum(parents) == sum(children) == found[()][0] == D("677.51")
    deeper = dict(lines(table(rows=["item"], where=[{"field": "item_category", "op": "is_null"}])))
    assert deeper == {("Odd thing",): [D("7.50")], (): [D("7.50")]}
