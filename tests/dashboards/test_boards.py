"""Dashboards on their page: found, opened under the page's filters, put together from reports, and as they were."""

from __future__ import annotations

import pytest

from tests.dashboards.fake_api import FakeApi
from tests.dashboards.fake_boards import BOARD
from tests.dashboards.reading import OpenPage, text_of


@pytest.mark.feature("5.2.13")
def test_the_page_lists_ready_dashboards_and_ones_own(open_page: OpenPage) -> None:
    page = open_page("dashboards")
    assert not page.exception
    labels = [button.label for button in page.button]
    assert {"Sales", "Morning look", "New dashboard"} <= set(labels)


@pytest.mark.feature("5.2.13")
def test_an_opened_dashboard_asks_once_under_the_filters_of_the_page(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("dashboards", query={"board": "sales", "filter": "customer:Beta SARL", "compare": "none"})
    assert not page.exception
    [asked] = fake.bodies("/api/report/boards/sales/show")
    assert asked["where"] == [{"field": "customer", "op": "in", "values": ["Beta SARL"]}]
    assert asked["compare"] == "none"
    assert set(asked["period"]) == {"start", "end"}
    shown = text_of(page)
    assert "By customer" in shown
    assert "Not filtered by" in shown, "a tile says which filter it does not know"
    assert len(page.metric) == 1


@pytest.mark.feature("5.2.11")
def test_a_chart_is_looked_at_as_a_table_with_the_same_values(open_page: OpenPage) -> None:
    page = open_page("dashboards", query={"board": "sales"})
    assert len(page.dataframe) == 0
    page.button(key="switch_sales_2").click().run()
    assert not page.exception
    [table] = page.dataframe
    assert "Alpha GmbH" in table.value.to_string()


def test_a_dashboard_is_put_together_from_reports_arranged_and_saved(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("dashboards", query={"new": "1"})
    for choice in ("library:stock_value_by_category", "library:net_revenue_by_customer"):
        page.selectbox(key="board_add").select(choice).run()
        next(button for button in page.button if button.label == "Add as a tile").click().run()
    assert not page.exception
    next(button for button in page.button if str(button.key).startswith("board_down_")).click().run()
    page.text_input(key="board_name").input("Mine").run()
    next(button for button in page.button if button.label == "Save").click().run()
    assert not page.exception
    [saved] = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/report/dashboards")]
    assert [each["title"] for each in saved["tiles"]] == ["Net revenue by customer", "Stock value by item category"]
    assert saved["tiles"][0]["definition"]["chart"] == {"type": "bar", "metric": "net_revenue"}
    assert set(saved["tiles"][0]) == {"id", "title", "width", "definition"}


def test_an_earlier_version_becomes_the_next_one(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("dashboards", query={"id": BOARD["id"]})
    assert "Version 1" in text_of(page)
    page.button(key="restore_1").click().run()
    assert not page.exception
    path = f"/api/report/dashboards/{BOARD['id']}"
    [restored] = [body for method, asked, body in fake.asked if (method, asked) == ("PATCH", path)]
    assert (restored["name"], len(restored["tiles"])) == ("First", 1)
