"""Dashboards over HTTP: ready ones of roles, copied, put together, arranged, and as they were."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from starlette.datastructures import State

from api.warming import compile_dashboards
from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from reports.dashboards import Scope, boards, show
from reports.pictures import check_chart
from tests.olap.company import ACME, TODAY
from tests.reports.conftest import SAM, Office

YEAR = {"period": {"start": "2025-04-01", "end": "2026-03-31"}}


def tile(title: str, **question: Any) -> dict[str, Any]:
    return {"title": title, "width": "third", "definition": {"question": question}}


@pytest.mark.feature("5.2.13")
def test_every_chart_of_the_ready_dashboards_fits_its_question_and_speaks_both_languages() -> None:
    assert list(boards()) == ["executive", "sales", "purchase", "stock", "finance", "production", "project", "hr"]
    kinds = set()
    for board in boards().values():
        assert set(board.title) == {"en", "zh"}
        for each in board.tiles:
            chart = each.definition.chart
            assert chart is not None
            check_chart(chart, each.definition.question)
            assert set(each.definition.title) == {"en", "zh"}
            kinds.add(chart.type)
    assert kinds >= {"line", "area", "bar", "stacked", "pie", "number"}
    assert kinds >= {"funnel", "waterfall", "heat", "sankey", "box", "map", "control", "forecast"}


@pytest.mark.feature("5.2.13")
def test_a_ready_dashboard_comes_from_one_load_without_the_tiles_one_may_not_see(office: Office) -> None:
    shown = office.call("ada", "POST", "/api/report/boards/sales/show", YEAR)
    assert {each["evidence"]["data_version"] for each in shown["tiles"]} == {shown["data_version"]}
    assert "net_revenue" in [each["id"] for each in shown["tiles"]]
    listed = {each["key"]: each for each in office.call("sam", "GET", "/api/report/boards")["items"]}
    assert "stock" not in listed, "a salesperson sees no figure of stock"
    office.call("nobody", "POST", "/api/report/boards/sales/show", YEAR, status=401)
    office.call("ada", "POST", "/api/report/boards/moon/show", YEAR, status=404)
    wrong = office.call("ada", "POST", "/api/report/boards/sales/show", {"period": "someday"}, status=422)
    assert wrong["errors"][0]["path"] == "period"


@pytest.mark.feature("5.2.13")
def test_one_filter_and_one_comparison_hold_for_all_tiles(office: Office) -> None:
    beta = {"where": [{"field": "customer", "value": "Beta SARL"}]}
    path = "/api/report/boards/sales/show"
    whole, part = (office.call("ada", "POST", path, {**YEAR, **more}) for more in ({}, beta))
    totals = [
        {
            each["id"]: each["totals"]["net_revenue"]
            for each in found["tiles"]
            if "net_revenue" in (each["totals"] or {})
        }
        for found in (whole, part)
    ]
    assert set(totals[0].values()) != set(totals[1].values())
    assert set(totals[1].values()) == {"300.00"}
    alone = office.call("ada", "POST", path, {**YEAR, "compare": "none"})
    figure = next(each for each in alone["tiles"] if each["id"] == "net_revenue")
    assert [column["name"] for column in figure["columns"]] == ["net_revenue"]
    office.call("ada", "POST", path, {**YEAR, "compare": "sometimes"}, status=422)


def test_a_page_kept_for_one_reader_is_told_to_nobody_who_would_see_another(office: Office) -> None:
    path = "/api/report/boards/sales/show"
    first, again = (office.call("ada", "POST", path, YEAR) for _ in range(2))
    assert first == again
    others = [
        office.call("sam", "POST", path, YEAR),
        office.call("ada", "POST", path, {**YEAR, "compare": "none"}),
        office.call("ada", "POST", path, {"period": {"start": "2025-04-01", "end": "2025-12-31"}}),
        office.call("ada", "POST", "/api/report/boards/executive/show", YEAR),
    ]
    assert first not in others
    assert all(one not in others[place + 1 :] for place, one in enumerate(others))


@pytest.mark.feature("5.2.13")
def test_after_warming_up_the_first_reader_waits_for_no_compiling(office: Office) -> None:
    folder = office.numbers.vocabularies.path.parent
    numbers = Numbers(DuckDBEngine.over(office.lake, threads=1), folder, today=lambda: TODAY)
    state = State()
    state.services, state.numbers = office.services, (office.services, numbers)
    compile_dashboards(state)
    compiler = numbers.vocabularies.current().names.compiler
    warmed = len(compiler)
    asker = Asker(ACME, frozenset({"*"}))
    tiles = [each for each in boards()["sales"].tiles if each.id == "net_revenue"]
    [shown] = show(numbers, tiles, asker, scope=Scope(period=YEAR["period"], compare="previous_year"))
    assert shown.sheet.lines[0].cells[0] == Decimal("677.51")
    assert len(compiler) == warmed > 0


@pytest.mark.feature("3.6.19")
def test_a_filter_that_no_figure_knows_is_refused(office: Office) -> None:
    where = {"where": [{"field": "custommer", "value": "Beta SARL"}]}
    refused = office.call("ada", "POST", "/api/report/boards/sales/show", {**YEAR, **where}, status=422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("where/0/field", "unknown_dimension")]
    assert "customer" in refused["errors"][0]["reason"]


@pytest.mark.feature("5.2.13")
def test_a_filter_that_no_tile_of_the_dashboard_knows_is_refused(office: Office) -> None:
    names = office.numbers.vocabularies.current().names
    metrics = {metric for tile in boards()["sales"].tiles for metric in tile.definition.question.metrics}
    metrics &= names.manifest.metrics.keys()
    told = {name for name in names.manifest.dimension_names if any(names.item(each, name) for each in metrics)}
    foreign = min(set(names.manifest.dimension_names) - told)
    where = {"where": [{"field": "customer", "value": "Beta SARL"}, {"field": foreign, "op": "not_null"}]}
    refused = office.call("ada", "POST", "/api/report/boards/sales/show", {**YEAR, **where}, status=422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("where/1/field", "incompatible")]
    assert f"no tile of this dashboard has the dimension '{foreign}'" in refused["errors"][0]["reason"]


@pytest.mark.feature("5.2.13")
def test_a_filter_by_a_member_that_there_is_not_is_refused(office: Office) -> None:
    where = {"where": [{"field": "customer", "value": "Beta SARL"}, {"field": "region", "value": "Mars"}]}
    refused = office.call("ada", "POST", "/api/report/boards/sales/show", {**YEAR, **where}, status=422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("where/1/values", "unknown_member")]


def test_a_copy_is_ones_own_and_the_original_stays(office: Office) -> None:
    made = office.call("ada", "POST", "/api/report/boards/sales/copy", {"name": "Mine"}, status=201)
    assert (made["name"], made["version"]) == ("Mine", 1)
    path = f"/api/report/dashboards/{made['id']}"
    office.call("ada", "PATCH", path, {"name": "Mine", "tiles": made["tiles"][:1], "version": 1})
    assert len(office.call("ada", "POST", f"{path}/show", YEAR)["tiles"]) == 1
    assert len(office.call("ada", "POST", "/api/report/boards/sales/show", YEAR)["tiles"]) > 1
    office.call("sam", "POST", "/api/report/boards/sales/copy", {}, status=403)
    office.call("ada", "DELETE", path, status=204)


def test_every_version_is_kept_and_can_be_gone_back_to(office: Office) -> None:
    revenue = tile("Revenue", metrics=["net_revenue"])
    body = {"name": "First", "tiles": [revenue]}
    made = office.call("ada", "POST", "/api/report/dashboards", body, status=201)
    path = f"/api/report/dashboards/{made['id']}"
    assert made["tiles"][0]["width"] == "third"
    second = {"name": "Second", "tiles": [revenue, tile("Orders", metrics=["order_count"])], "version": 1}
    office.call("ada", "PATCH", path, second)
    office.call("ada", "PATCH", path, second, status=409)
    versions = office.call("ada", "GET", f"{path}/versions")["items"]
    assert [(each["number"], each["name"], len(each["tiles"])) for each in versions] == [
        (2, "Second", 2),
        (1, "First", 1),
    ]
    again = {"name": versions[1]["name"], "tiles": versions[1]["tiles"], "version": 2}
    assert office.call("ada", "PATCH", path, again)["version"] == 3
    office.call("sam", "GET", f"{path}/versions", status=404)
    office.call("ada", "POST", f"{path}/shares", {"kind": "user", "user_id": str(SAM)}, status=201)
    assert office.call("sam", "GET", path)["may_edit"] is False
    assert office.call("ada", "GET", path)["may_edit"] is True
    wide = {"name": "Wide", "tiles": [{**revenue, "width": "wide"}]}
    office.call("ada", "POST", "/api/report/dashboards", wide, status=422)
    office.call("ada", "DELETE", path, status=204)
