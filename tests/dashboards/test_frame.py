"""Signing in, the top bar that every tile obeys, the address, receipts, documents, caching by rights and version."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.fake_api import PASSWORD, FakeApi
from tests.dashboards.reading import MAIN, SECONDS_MAX, OpenPage, text_of

QUERY = "/api/metrics/query"


def _signed_out(locale: str = "en-US") -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=SECONDS_MAX)
    app.context["locale"] = locale
    return app.run()


def test_signing_in_leads_to_the_overview(fake: FakeApi) -> None:
    page = _signed_out()
    page.text_input(key="username").input("ada")
    page.text_input(key="password").input(PASSWORD)
    page.button[0].click().run()
    assert page.title[0].value == "Overview"
    assert "Ada Admin" in text_of(page)
    assert fake.bodies("/api/auth/token") == [{"username": "ada", "password": PASSWORD}]


def test_a_wrong_password_keeps_the_name_and_says_so(fake: FakeApi) -> None:
    page = _signed_out()
    page.text_input(key="username").input("ada")
    page.text_input(key="password").input("wrong")
    page.button[0].click().run()
    assert "User name or password is wrong." in page.error[0].value
    assert page.text_input(key="username").value == "ada"
    assert len(fake.bodies("/api/auth/token")) == 1


def test_the_language_of_the_browser_is_spoken_and_can_be_changed(fake: FakeApi) -> None:
    page = _signed_out("zh-CN")
    assert page.title[0].value == "登录"
    page.segmented_control(key="language").set_value("en").run()
    assert page.title[0].value == "Sign in"
    assert not fake.bodies("/api/auth/me")


def test_signing_out_ends_the_session_on_the_server(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("overview")
    next(button for button in page.button if button.label == "Sign out").click().run()
    assert page.title[0].value == "Sign in"
    assert any(path == "/api/auth/logout" for _, path, _ in fake.asked)


@pytest.mark.feature("AUTH-06")
def test_another_login_is_joined_and_its_tenant_entered_with_nothing_left_of_this_one(
    fake: FakeApi, open_page: OpenPage
) -> None:
    page = open_page("sell", query={"filter": "region:Americas"})
    assert not [each for each in page.selectbox if each.key == "choice_tenant"]
    page.text_input(key="join_username").input("ada@harbour")
    page.text_input(key="join_password").input("wrong")
    send = next(button for button in page.button if button.label == "Add")
    send.click().run()
    assert [each.value for each in page.error] == ["password: user name or password is wrong"]
    page.text_input(key="join_username").input("ada@harbour")
    page.text_input(key="join_password").input(PASSWORD)
    next(button for button in page.button if button.label == "Add").click().run()
    page.selectbox(key="choice_tenant").set_value("harbour").run()
    assert fake.bodies("/api/auth/switch") == [{"tenant": "harbour"}]
    assert any(path == "/api/auth/logout" for _, path, _ in fake.asked)
    assert "Harbour Supply" in text_of(page)
    assert "filter" not in page.query_params


def test_the_default_is_the_last_twelve_months_up_to_the_last_load(fake: FakeApi, open_page: OpenPage) -> None:
    open_page("overview")
    times = [body["time"] for body in fake.bodies(QUERY) if "time" in body]
    assert {(time["start"], time["end"]) for time in times} == {("2025-04-01", "2026-03-16")}


def test_every_tile_obeys_period_comparison_and_filter(fake: FakeApi, open_page: OpenPage) -> None:
    query = {"period": "custom", "from": "2026-01-01", "to": "2026-01-31", "compare": "previous_period"}
    page = open_page("sell", query={**query, "filter": "region:North|South"})
    asked = [body for body in fake.bodies(QUERY) if body.get("time", {}).get("start")]
    assert asked
    assert all(body["time"]["end"] == "2026-01-31" for body in asked)
    assert all({"field": "region", "op": "in", "values": ["North", "South"]} in body["where"] for body in asked)
    assert {body.get("compare") for body in asked} == {"previous_period", None}
    assert "Region: North, South" in text_of(page)


def test_a_choice_in_the_top_bar_stands_in_the_address_and_stays_on_the_next_page(
    fake: FakeApi, open_page: OpenPage
) -> None:
    page = open_page("sell")
    page.selectbox(key="choice_period").set_value("year").run()
    assert page.query_params["period"] == "year"
    assert fake.bodies(QUERY)[-1]["time"]["start"] == "2026-01-01"


def test_a_figure_that_cannot_be_filtered_says_so(open_page: OpenPage) -> None:
    page = open_page("overview", query={"filter": "salesperson:Tom Ray"})
    tile = next(metric for metric in page.metric if metric.label == "Stock value")
    assert "Not filtered by: Salesperson" in tile.help


def test_colour_only_where_good_and_bad_are_certain(open_page: OpenPage) -> None:
    tiles = {metric.label: metric.proto for metric in open_page("overview").metric}
    assert tiles["Stock value"].color == tiles["Stock value"].MetricColor.GRAY
    assert tiles["Net revenue"].color != tiles["Net revenue"].MetricColor.GRAY


def test_a_receipt_stands_behind_every_figure(open_page: OpenPage) -> None:
    page = open_page("overview")
    assert any("fct_sales_invoice_lines" in code.value for code in page.code)
    assert "Net revenue of the books, by posting day." in text_of(page)
    assert "from 2025-04-01" in text_of(page)


def test_a_row_is_a_door_to_its_documents(fake: FakeApi, open_page: OpenPage) -> None:
    asked = json.dumps({"metrics": ["net_revenue"], "by": ["region"], "grain": None})
    page = open_page("explore", query={"ask": asked})
    page.session_state["drill"] = {"metric": "net_revenue", "cell": {"region": "North"}, "where": [], "told": {}}
    page.run()
    assert not page.exception
    drilled = fake.bodies("/api/metrics/drill")[-1]
    assert drilled["cell"] == {"region": "North"}
    assert drilled["time"] == {"start": "2025-04-01", "end": "2026-03-16"}
    assert "3 documents, together €600.00" in text_of(page)


def test_explore_keeps_its_question_in_the_address(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("explore")
    page.multiselect(key="explore_metrics").set_value(["purchase_spend"]).run()
    assert json.loads(page.query_params["ask"])["metrics"] == ["purchase_spend"]
    assert fake.bodies(QUERY)[-1]["metrics"] == ["purchase_spend"]
    assert fake.bodies(QUERY)[-1]["totals"] is True


def test_the_same_page_again_asks_nothing_again(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("sell")
    before = len(fake.bodies(QUERY))
    page.run()
    assert len(fake.bodies(QUERY)) == before


def test_another_persons_rights_are_never_answered_from_the_cache(fake: FakeApi, open_page: OpenPage) -> None:
    open_page("sell")
    before = len(fake.bodies(QUERY))
    fake.permissions = ("metric.read", "order.read")
    open_page("sell")
    assert len(fake.bodies(QUERY)) >= 2 * before


def test_several_figures_share_a_question(fake: FakeApi, open_page: OpenPage) -> None:
    open_page("overview")
    assert len(fake.bodies(QUERY)) <= 7
