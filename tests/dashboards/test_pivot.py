"""The explorer's cross table: its definition in the address is what is asked and what is stored."""

from __future__ import annotations

import json

import pytest

from tests.dashboards.fake_api import FakeApi
from tests.dashboards.fake_reports import REPORT
from tests.dashboards.reading import OpenPage, text_of

PIVOT = "/api/metrics/pivot"
DEFINITION = {"metrics": ["net_revenue", "order_count"], "rows": ["region"], "columns": []}


@pytest.mark.feature("5.2.15")
def test_the_definition_in_the_address_is_asked_with_the_filters_of_the_page(
    fake: FakeApi, open_page: OpenPage
) -> None:
    page = open_page("explore", query={"pivot": json.dumps(DEFINITION), "filter": "region:North"})
    assert not page.exception
    asked = fake.bodies(PIVOT)[-1]
    assert asked["metrics"] == ["net_revenue", "order_count"]
    assert asked["rows"] == ["region"]
    assert asked["where"] == [{"field": "region", "op": "in", "values": ["North"]}]
    assert asked["time"] == {"start": "2025-04-01", "end": "2026-03-16"}
    shown = page.dataframe[0].value
    assert list(shown.columns) == ["Region", "Net revenue", "Orders"]
    assert shown["Region"].iloc[-1] == "Total"
    assert "Choose a figure to go on from it." in text_of(page)


@pytest.mark.feature("5.2.15")
def test_rows_columns_and_figures_are_changed_in_the_page(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("explore", query={"pivot": json.dumps(DEFINITION)})
    assert "/openapi.json" not in [path for _, path, _ in fake.asked], "megabytes for a list of words"
    page.multiselect(key="pivot_columns_net_revenue_order_count").set_value(["month"]).run()
    assert fake.bodies(PIVOT)[-1]["columns"] == ["month"]
    page.button(key="pivot_swap").click().run()
    assert not page.exception
    assert (fake.bodies(PIVOT)[-1]["rows"], fake.bodies(PIVOT)[-1]["columns"]) == (["month"], ["region"])
    page.multiselect(key="pivot_show_net_revenue").set_value(["percent_of_row"]).run()
    page.selectbox(key="pivot_window_order_count").set_value("year_to_date").run()
    page.toggle(key="pivot_on_rows").set_value(False).run()
    page.number_input(key="pivot_top").set_value(3).run()
    asked = fake.bodies(PIVOT)[-1]
    assert asked["metrics"] == [
        {"metric": "net_revenue", "show": "percent_of_row", "name": "net_revenue"},
        {"metric": "order_count", "window": {"to_date": "year"}, "name": "order_count"},
    ]
    assert asked["top"] == [{"dimension": "region", "count": 3, "by": "net_revenue", "bottom": False, "others": True}]
    kept = json.loads(page.query_params["pivot"])
    assert kept["metrics"] == asked["metrics"]


@pytest.mark.feature("5.2.15")
def test_the_page_reads_back_what_it_wrote_and_speaks_chinese(fake: FakeApi, open_page: OpenPage) -> None:
    measure = {
        "metric": "net_revenue",
        "name": "net_revenue",
        "conditions": [{"op": "lt", "values": ["5"], "style": "bad"}],
    }
    page = open_page("explore", locale="zh-CN", query={"pivot": json.dumps({**DEFINITION, "metrics": [measure]})})
    assert not page.exception
    assert fake.bodies(PIVOT)[-1]["metrics"] == [measure]
    assert "选择一个数字继续分析" in text_of(page)
    assert page.dataframe[0].value.iloc[-1, 0] == "合计"


@pytest.mark.feature("5.2.15")
def test_ages_stand_in_buckets_of_the_reader_and_attributes_as_they_were(fake: FakeApi, open_page: OpenPage) -> None:
    aged = {"metrics": ["ar_open_amount"], "rows": ["aging_bucket"], "attributes": "now"}
    page = open_page("explore", query={"pivot": json.dumps(aged)})
    assert not page.exception
    assert fake.bodies(PIVOT)[-1]["attributes"] == "now", "a definition in the address is read back"
    page.text_input(key="pivot_buckets_aging_bucket").input("0-30, 31-90; 91+").run()
    page.selectbox(key="pivot_attributes").set_value("then").run()
    asked = fake.bodies(PIVOT)[-1]
    assert asked["buckets"] == {"aging_bucket": [[0, 30], [31, 90], [91, None]]}
    assert asked["attributes"] == "then"
    assert json.loads(page.query_params["pivot"])["buckets"] == asked["buckets"]
    page.text_input(key="pivot_buckets_aging_bucket").input("a month").run()
    assert [each.value for each in page.error] == ["Write the days like this: 0-30, 31-90, 91+"]
    assert "buckets" not in fake.bodies(PIVOT)[-1]


@pytest.mark.feature("5.2.15")
def test_a_cross_table_is_kept_as_a_report_that_moves_with_the_days(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("explore", query={"pivot": json.dumps({**DEFINITION, "compared": True}), "filter": "region:North"})
    assert fake.bodies(PIVOT)[-1]["compare"] == "previous_year"
    page.text_input(key="pivot_name").input("By region").run()
    page.button(key="pivot_save_new").click().run()
    assert not page.exception
    [saved] = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/report/reports")]
    assert (saved["name"], saved["definition"]["kind"]) == ("By region", "pivot")
    assert saved["definition"]["period"] == "last_12_months"
    question = saved["definition"]["question"]
    assert (question["rows"], question["compare"]) == (["region"], "previous_year")
    assert question["where"] == [{"field": "region", "op": "in", "values": ["North"]}]
    assert "time" not in question


@pytest.mark.feature("5.2.15")
def test_a_cross_table_opened_from_a_report_becomes_its_next_version(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("explore", query={"pivot": json.dumps(DEFINITION), "report": REPORT["id"]})
    assert page.text_input(key="pivot_name").value == REPORT["name"]
    page.button(key="pivot_save_version").click().run()
    assert not page.exception
    path = f"/api/report/reports/{REPORT['id']}"
    [changed] = [body for method, asked, body in fake.asked if (method, asked) == ("PATCH", path)]
    assert changed["definition"]["question"]["rows"] == ["region"]
