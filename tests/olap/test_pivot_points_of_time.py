"""The thirty things that people expect of a pivot table: the other fifteen, of time, shares, doors and looks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from olap.asker import Asker
from olap.drill import DrillQuery, drill
from olap.errors import QueryInvalid
from olap.pivot import PivotQuery, pivot
from olap.pivot.grid import grid
from olap.pivot.stepping import stepped
from olap.service import Numbers
from tests.olap.tables import FEBRUARY, JANUARY, MARCH, YEAR, D, Table, lines


def test_16_calendar_and_fiscal_periods_nest(table: Table) -> None:
    found = table(rows=["year", "quarter", "month"], time={"start": "2025-01-01", "end": "2026-03-31"})
    assert [key for key, _ in lines(found)][:3] == [
        (date(2025, 1, 1), date(2025, 1, 1), date(2025, 1, 1)),
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2025, 1, 1),),
    ]
    assert dict(lines(found))[date(2026, 1, 1),] == [D("677.51")]
    fiscal = table(rows=["fiscal_year", "fiscal_period"], time={"start": "2025-01-01", "end": "2026-03-31"})
    assert lines(fiscal)[0] == (("FY2025", "FY2025-P10"), [D("100.00")])
    assert lines(fiscal)[2][0] == ("FY2026", "FY2026-P10")
    with pytest.raises(QueryInvalid, match="Part of the question is wrong"):
        table(rows=["year", "week"], time={"start": "2024-01-01", "end": "2026-03-31"})


def test_17_periods_stand_beside_earlier_ones(table: Table) -> None:
    found = table(rows=["customer"], columns=["month"], compare="previous_year")
    january = found.rows[0].cells[0]
    assert january == {
        "net_revenue": D("210.00"),
        "net_revenue_previous": D("100.00"),
        "net_revenue_change": D("110.00"),
        "net_revenue_change_share": D("1.100000"),
    }
    assert [each.column.role for each in found.measures] == ["metric", "previous", "change", "change_share"]
    steps = table(metrics=[{"metric": "net_revenue", "show": "difference", "name": "step"}], columns=["month"])
    assert lines(steps, "step") == [((), [None, D("-462.49"), D("72.49"), None])]


def test_18_year_to_date_counts_every_kind_of_figure_over_its_own_days(table: Table) -> None:
    to_date = {"window": {"to_date": "year"}}
    found = table(
        metrics=[
            {"metric": "net_revenue", "name": "revenue", **to_date},
            {"metric": "order_count", "name": "orders", **to_date},
            {"metric": "average_order_value", "name": "average", **to_date},
        ],
        rows=["region"],
        columns=["month"],
        time={"start": "2026-02-01", "end": "2026-03-31"},
    )
    assert lines(found, "revenue") == [
        (("North",), [D("210.00"), D("330.00"), D("330.00")]),
        (("South",), [D("300.00"), D("300.00"), D("300.00")]),
        ((None,), [D("47.51"), D("47.51"), D("47.51")]),
        ((), [D("557.51"), D("677.51"), D("677.51")]),
    ]
    assert dict(lines(found, "orders"))[()] == [4, 5, 5]
    assert dict(lines(found, "average"))[()][0] == D("139.3775")
    fiscal = {"metric": "net_revenue", "name": "fiscal", "window": {"to_date": "fiscal_year"}}
    assert lines(table(metrics=[fiscal], time={"end": "2026-03-31"}), "fiscal") == [((), [D("677.51")])]


def test_19_rolling_windows_end_with_each_period(table: Table) -> None:
    rolling = {"metric": "order_count", "name": "two_months", "window": {"rolling": 2}}
    found = table(metrics=[rolling], columns=["month"])
    assert lines(found, "two_months") == [((), [2, 4, 3, 3])]
    periods = {"metric": "net_revenue", "name": "periods", "window": {"rolling": 2, "grain": "fiscal_period"}}
    assert lines(table(metrics=[periods], columns=["fiscal_period"]), "periods") == [
        ((), [D("510.00"), D("557.51"), D("167.51"), D("167.51")])
    ]


def test_20_figures_are_shown_as_shares(table: Table) -> None:
    def shares(show: str) -> dict[Any, Any]:
        measure = {"metric": "net_revenue", "show": show, "name": "share"}
        return dict(lines(table(metrics=[measure], rows=["region", "customer"], columns=["month"]), "share"))

    assert shares("percent_of_row")["North",] == [D("0.636364"), None, D("0.363636"), D(1)]
    assert shares("percent_of_column")["North",] == [D("0.411765"), None, D(1), D("0.487078")]
    assert shares("percent_of_total")["North",] == [D("0.309959"), None, D("0.177119"), D("0.487078")]
    assert shares("percent_of_parent_row")["North", "Alpha GmbH"] == [D(1), None, D(1), D(1)]
    parent = {"metric": "net_revenue", "show": "percent_of_parent_column", "name": "share"}
    nested = table(metrics=[parent], columns=["item_category", "customer"], totals="none")
    assert [cell and cell["share"] for cell in nested.rows[0].cells][:3] == [
        D("0.199960"),
        D("0.800040"),
        D("0.073814"),
    ]
    # A share of a distinct count is one of the distinct count of the whole, not of the sum of its parts.
    orders = {"metric": "order_count", "show": "percent_of_total", "name": "share"}
    assert lines(table(metrics=[orders], rows=["item_category"]), "share")[:2] == [
        (("Parts",), [D("0.400000")]),
        (("Vehicles",), [D("0.600000")]),
    ]


def test_21_running_totals_add_up_sums_and_ask_the_rest(table: Table) -> None:
    def running(metric: str, **more: Any) -> list[Any]:
        measure = {"metric": metric, "show": "running_total", "name": "so_far"}
        return lines(table(metrics=[measure], **more), "so_far")

    assert running("net_revenue", columns=["month"]) == [((), [D("510.00"), D("557.51"), D("677.51"), D("677.51")])]
    assert running("order_count", columns=["month"]) == [((), [2, 4, 5, 5])]
    pareto = {"metric": "net_revenue", "show": "running_share", "name": "so_far"}
    by_value = [{"by": "net_revenue_running", "descending": True}]
    found = table(metrics=[{**pareto, "name": "net_revenue_running"}], rows=["region"], sort=by_value)
    assert lines(found, "net_revenue_running")[:3] == [
        (("North",), [D("0.487078")]),
        (("South",), [D("0.929876")]),
        ((None,), [D(1)]),
    ]
    for metric, more in (("order_count", {"rows": ["region"]}), ("stock_value", {"rows": ["month"]})):
        with pytest.raises(QueryInvalid):
            running(metric, **more)


def test_22_members_are_ranked_within_their_parents(table: Table) -> None:
    rank = {"metric": "net_revenue", "show": "rank", "name": "rank"}
    found = table(metrics=[rank], rows=["item_category", "customer"])
    assert dict(lines(found, "rank")) == {
        ("Parts", "Alpha GmbH"): [2],
        ("Parts", 'Gamma\'s "Best" {{ Ltd }}'): [1],
        ("Parts",): [2],
        ("Vehicles", "Alpha GmbH"): [1],
        ("Vehicles", "Beta SARL"): [2],
        ("Vehicles",): [1],
        (None, None): [1],
        (None,): [3],
        (): [None],
    }


@pytest.mark.feature("5.2.16")
def test_23_one_drills_down_a_hierarchy_and_up_again(table: Table, numbers: Numbers, everyone: Asker) -> None:
    start = PivotQuery.from_data({"metrics": ["net_revenue"], "rows": ["region"], "columns": ["month"], "time": YEAR})
    down = stepped(numbers, start, everyone, cell={"region": "North"}, direction="down")
    assert down.rows == ("customer",)
    assert pivot(numbers, down, everyone).rows[-1].cells[-1] == {"net_revenue": D("330.00")}
    day = stepped(numbers, start, everyone, cell={"region": "North", "month": "2026-01-01"}, direction="down", to="day")
    assert pivot(numbers, day, everyone).rows[-1].cells[-1] == {"net_revenue": D("210.00")}
    assert stepped(numbers, down, everyone, cell={}, direction="up").rows == ("region",)
    for cell, to in (({"region": "North"}, "year"), ({"region": "North"}, "planet"), ({"customer": "Beta SARL"}, None)):
        with pytest.raises(QueryInvalid, match="wrong"):
            stepped(numbers, start, everyone, cell=cell, direction="down", to=to)


@pytest.mark.feature("5.2.16")
def test_24_one_drills_across_to_another_dimension(numbers: Numbers, everyone: Asker) -> None:
    start = PivotQuery.from_data({"metrics": ["net_revenue"], "rows": ["region"], "time": YEAR})
    across = stepped(numbers, start, everyone, cell={"region": "North"}, direction="across", to="item")
    found = pivot(numbers, across, everyone)
    assert lines(found) == [(("Bell",), [D("10.00")]), (("Bike",), [D("320.00")]), ((), [D("330.00")])]
    with pytest.raises(QueryInvalid, match="wrong"):
        stepped(numbers, start, everyone, cell={}, direction="across", to="warehouse")


@pytest.mark.feature("5.2.16")
def test_25_every_cell_drills_to_its_rows_totals_and_others_included(
    table: Table, numbers: Numbers, everyone: Asker
) -> None:
    found = table(
        metrics=["net_revenue", "order_count"],
        rows=["item_category", "customer"],
        columns=["month"],
        top=[{"dimension": "customer", "count": 1, "by": "net_revenue", "others": True}],
        having=[{"dimension": "customer", "metric": "net_revenue", "op": "gt", "value": 10}],
    )
    drilled = 0
    for row in found.rows:
        for header, cell in zip(found.columns, row.cells, strict=True):
            members = {**row.keys, **header.keys}
            if row.others:
                del members[row.others]
            where = (*found.where, *row.where, *header.where)
            for metric in ("net_revenue", "order_count") if cell else ():
                answer = drill(numbers, DrillQuery(metric, members, where, found.query.time), everyone)
                (documents,) = answer.inputs
                assert cell is not None
                assert answer.value == cell[metric] == sum(line[metric] for line in documents.rows), members  # type: ignore[misc]  # figures
                drilled += 1
    assert drilled == 38


@pytest.mark.feature("5.2.16")
def test_26_a_figure_leads_to_the_documents_by_their_ids(numbers: Numbers, everyone: Asker) -> None:
    found = drill(numbers, DrillQuery.from_data({"metric": "net_revenue", "cell": {"customer": "Beta SARL"}}), everyone)
    (only,) = found.inputs[0].rows
    assert (only["invoice_id"], only["invoice_number"]) == ("invoice-3", "SI-2026-00003")


def test_27_figures_that_meet_a_condition_have_a_style(table: Table) -> None:
    measure = {
        "metric": "net_revenue",
        "conditions": [
            {"op": "lt", "value": 50, "style": "bad"},
            {"op": "between", "values": [300, 320], "style": "good"},
        ],
        "heat": True,
    }
    found = table(metrics=[measure], rows=["region"])
    assert [row.styles[0]["net_revenue"] for row in found.rows] == ["heat9", "good", "bad", "heat5"]


def test_28_formats_labels_and_empty_cells_are_part_of_the_definition(table: Table) -> None:
    measure = {"metric": "net_revenue", "format": {"scale": "thousands", "places": 1, "negative": "parentheses"}}
    merged = table(metrics=[measure], rows=["region", "customer"], labels="merge", empty={"text": "-"})
    assert merged.measures[0].measure.format.scale == "thousands"
    assert [labels for labels, _ in grid(merged).lines][:3] == [
        ("North", "Alpha GmbH"),
        (None, "Total"),
        ("South", "Beta SARL"),
    ]
    repeated = table(rows=["region", "customer"])
    assert [labels for labels, _ in grid(repeated).lines][:2] == [("North", "Alpha GmbH"), ("North", "Total")]
    assert grid(repeated, "zh").lines[-1][0] == ("合计", "")


def test_29_missing_dates_and_members_are_shown(table: Table) -> None:
    found = table(
        rows=["region"], columns=["month"], time={"start": "2025-11-01", "end": "2026-03-31"}, empty={"dates": True}
    )
    assert [header.keys.get("month") for header in found.columns][:3] == [date(2025, 11, 1), date(2025, 12, 1), JANUARY]
    assert lines(found)[0] == (("North",), [None, None, D("210.00"), None, D("120.00"), D("330.00")])
    nested = table(rows=["region", "quarter", "month"], empty={"dates": True})
    assert [row.keys["month"] for row in nested.rows if row.level == 3] == [JANUARY, FEBRUARY, MARCH] * 3
    members = table(rows=["item"], where=[{"field": "region", "value": "South"}], empty={"members": True})
    assert lines(members) == [
        (("Bell",), [None]),
        (("Bike",), [D("300.00")]),
        (("Odd thing",), [None]),
        ((), [D("300.00")]),
    ]
    with pytest.raises(QueryInvalid):
        table(rows=["region", "customer"], empty={"members": True})


def test_30_every_figure_carries_its_definition_freshness_and_sql(table: Table) -> None:
    evidence = table(metrics=["discount_rate"], rows=["region"], columns=["month"]).evidence
    assert [each["name"] for each in evidence.definitions] == ["discount_rate", "discount_given", "list_revenue"]
    assert "grouping sets" in evidence.sql.lower()
    assert (evidence.data_version, evidence.loaded_at) == ("1", "2026-03-16T09:30:00+00:00")


@pytest.mark.feature("5.2.14")
@pytest.mark.parametrize("show", ["percent_of_total", "percent_of_row", "percent_of_parent_column"])
def test_a_rate_is_no_part_of_a_whole(table: Table, show: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        table(metrics=[{"metric": "discount_rate", "show": show}], rows=["region"])
    assert [(each.path, each.code) for each in refused.value.problems] == [("metrics/0/show", "incompatible")]


def test_a_definition_reads_back_as_the_same_table() -> None:
    definition = {
        "metrics": [
            "net_revenue",
            {"metric": "order_count", "name": "orders", "window": {"to_date": "year"}, "subtotals": ["total"]},
            {
                "metric": "net_revenue",
                "name": "share",
                "label": "Share",
                "show": "percent_of_parent_row",
                "format": {"places": 1},
                "conditions": [{"op": "lt", "values": ["0"], "style": "bad"}],
                "heat": True,
            },
        ],
        "rows": ["region", "customer"],
        "columns": ["month"],
        "where": [{"field": "region", "op": "in", "values": ["North", None]}],
        "having": [{"dimension": "customer", "metric": "net_revenue", "op": "gte", "values": ["10"]}],
        "time": {"start": "2026-01-01", "end": "2026-03-31"},
        "compare": "previous_year",
        "subtotals": ["region"],
        "totals": "rows",
        "sort": [{"axis": "rows", "by": "net_revenue", "descending": True, "at": {"month": "2026-01-01"}}],
        "top": [{"dimension": "customer", "count": 3, "by": "net_revenue", "others": True}],
        "collapsed": [{"region": "North"}],
        "measures_on": "rows",
        "labels": "merge",
        "empty": {"dates": True, "text": "-"},
    }
    query = PivotQuery.from_data(definition)
    assert query.as_data() == definition
    assert PivotQuery.from_data(query.as_data()) == query


@pytest.mark.parametrize("seed", range(4))
def test_levels_of_one_statement_equal_questions_of_their_own(table: Table, ask: Any, seed: int) -> None:
    rows, columns = (["region", "customer"], ["month"]), (["item_category"], ["fiscal_year", "fiscal_period"])
    axes = [rows, columns, (["country", "item"], []), (["currency"], ["quarter", "item"])][seed]
    metrics = ["net_revenue", "order_count", "discount_rate", "average_order_value"]
    found = table(metrics=metrics, rows=axes[0], columns=axes[1], time={"start": "2025-01-01"})
    for row in found.rows:
        for header, cell in zip(found.columns, row.cells, strict=True):
            keys = {**row.keys, **header.keys}
            asked = [name for name in keys if not (name == "fiscal_year" and "fiscal_period" in keys)]
            answer = ask(metrics=metrics, group_by=asked, time={"start": "2025-01-01"}).rows
            same = [each for each in answer if all(each[name] == keys[name] for name in asked)]
            assert [{name: each[name] for name in metrics} for each in same] == ([] if cell is None else [cell])
