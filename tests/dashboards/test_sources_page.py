"""The page of sources: what reports read, and how an administrator adds what lies outside."""

from __future__ import annotations

import pytest

from tests.dashboards.fake_api import FakeApi
from tests.dashboards.fake_reports import OLD_SHOP
from tests.dashboards.reading import OpenPage, text_of


@pytest.mark.feature("5.2.3")
def test_the_page_names_marts_with_load_and_owner_and_sources_outside(open_page: OpenPage) -> None:
    page = open_page("sources")
    assert not page.exception
    shown = text_of(page)
    assert "Old shop" in [button.label for button in page.button]
    assert "reader@shop.example:5432/shop" in shown
    [marts] = page.dataframe
    assert list(marts.value["owner"]) == ["sales team"]
    assert "2026" in marts.value["loaded_at"][0]


@pytest.mark.feature("5.2.3")
def test_a_source_is_added_and_a_wrong_password_is_told_beside_its_field(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("sources")
    for key, value in {"name": "crm", "postgres_host": "db.example", "postgres_database": "crm"}.items():
        page.text_input(key=f"source_{key}").input(value)
    page.text_input(key="source_postgres_username").input("reader")
    page.text_input(key="source_postgres_password").input("a guess")
    page.run()
    page.button(key="source_add").click().run()
    assert any("refuses this user name" in error.value for error in page.error)
    page.text_input(key="source_postgres_password").input("fourteen otters")
    page.button(key="source_add").click().run()
    assert not page.exception
    said = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/report/sources")]
    assert said[-1] == {
        "name": "crm", "kind": "postgres", "host": "db.example", "port": 5432, "database": "crm",
        "username": "reader", "password": "fourteen otters", "ssl": "prefer",
    }  # fmt: skip


@pytest.mark.feature("5.2.3")
def test_a_report_over_a_source_is_made_without_sql(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("sources", query={"source": OLD_SHOP["name"]})
    page.multiselect(key="rows_columns_public.shops").select("city").run()
    page.selectbox(key="rows_field_public.shops").select("revenue").run()
    page.selectbox(key="rows_op").select("gte").run()
    page.text_input(key="rows_value").input("100").run()
    page.text_input(key="rows_name").input("Shops").run()
    next(button for button in page.button if button.label == "Save").click().run()
    assert not page.exception
    [saved] = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/report/reports")]
    assert saved == {
        "name": "Shops",
        "definition": {
            "kind": "rows",
            "question": {
                "source": "old_shop",
                "limit": 1000,
                "columns": ["city"],
                "where": [{"field": "revenue", "op": "gte", "value": "100"}],
            },
        },
    }


@pytest.mark.feature("5.2.3")
def test_who_may_not_manage_sees_no_way_to_add_and_the_page_speaks_chinese(fake: FakeApi, open_page: OpenPage) -> None:
    fake.permissions = ("metric.read", "metric.sales.read", "report.read", "source.read")
    page = open_page("sources", locale="zh-CN")
    assert not page.exception
    assert not any(button.key == "source_add" for button in page.button)
    assert "外部数据源" in text_of(page)
