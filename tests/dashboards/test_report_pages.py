"""Reports and alerts on their pages: found, opened, made, and what was told."""

from __future__ import annotations

import pytest

from dashboards.client import Api
from tests.dashboards.fake_api import FakeApi, Refusal
from tests.dashboards.fake_reports import REPORT
from tests.dashboards.reading import OpenPage, text_of


def test_the_page_lists_saved_and_ready_reports(open_page: OpenPage) -> None:
    page = open_page("reports")
    assert not page.exception
    shown = text_of(page)
    assert "Revenue by customer" in shown
    assert "Stock value by item category" in shown
    assert "Data version v42" in shown


@pytest.mark.feature("5.2.7")
def test_an_opened_report_shows_its_figures_what_was_left_out_and_its_files(open_page: OpenPage) -> None:
    page = open_page("reports", query={"id": REPORT["id"]})
    assert not page.exception
    shown = text_of(page)
    assert r"Only rows that you may see of\: invoice." in shown
    assert "Data version v42" in shown
    assert len(page.dataframe) == 1
    assert [getattr(button, "label", None) for button in page.get("download_button")] == [
        "XLSX",
        "PDF",
        "CSV",
        "PARQUET",
    ]


@pytest.mark.feature("5.2.7")
def test_without_the_right_to_export_there_are_no_files(fake: FakeApi, open_page: OpenPage) -> None:
    fake.permissions = ("metric.read", "metric.sales.read", "report.read", "alert.read")
    page = open_page("reports", query={"id": REPORT["id"]})
    assert not page.exception
    assert list(page.get("download_button")) == []
    assert not any(button.label == "New report" for button in page.button)


@pytest.mark.feature("5.2.2")
def test_a_report_is_made_without_sql_and_looked_at_before_it_is_saved(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("reports", query={"new": "1"})
    page.multiselect(key="design_metrics").select("net_revenue").run()
    page.multiselect(key="design_by_net_revenue").select("region").run()
    page.selectbox(key="design_period").select("last_month").run()
    assert not page.exception
    assert any("Preview: the first" in info.value for info in page.info)
    page.text_input(key="design_name").input("Revenue by region").run()
    next(button for button in page.button if button.label == "Save").click().run()
    assert not page.exception
    [saved] = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/report/reports")]
    assert saved["name"] == "Revenue by region"
    assert saved["definition"] == {
        "kind": "table",
        "question": {
            "metrics": ["net_revenue"],
            "totals": True,
            "group_by": ["region"],
            "order_by": ["-net_revenue"],
            "limit": 100,
        },
        "period": "last_month",
    }


@pytest.mark.feature("5.2.10")
def test_alerts_show_what_is_out_of_range_and_what_one_was_told(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("alerts")
    assert not page.exception
    shown = text_of(page)
    assert "Overdue receivables" in shown
    assert "12,500" in shown
    assert "<= 10,000.00" in shown
    next(button for button in page.button if button.label == "Mark as read").click().run()
    assert ("POST", "/api/notify/notices/n1/read") in [(method, path) for method, path, _ in fake.asked]


@pytest.mark.parametrize(("name", "word"), [("reports", "现成报表"), ("alerts", "监控中")])
def test_both_pages_speak_chinese(name: str, word: str, open_page: OpenPage) -> None:
    page = open_page(name, locale="zh-CN")
    assert not page.exception
    assert any(word in tab.label for tab in page.tabs)


@pytest.mark.feature("5.2.8")
def test_a_shared_link_opens_a_page_for_whoever_holds_it(fake: FakeApi, open_page: OpenPage) -> None:
    for client in (None, Api(base_url=fake.url)):
        page = open_page("shared", query={"link": "live"}, client=client)
        assert not page.exception
        shown = text_of(page)
        assert "As Analyst sees it" in shown
        assert "Data version v42" in shown
        assert len(page.dataframe) == 1
        assert not list(page.get("download_button"))
    ended = open_page("shared", query={"link": "gone"}, client=Api(base_url=fake.url))
    assert not ended.exception
    assert any("This link has ended" in info.value for info in ended.info)


def test_a_refused_report_says_so_and_leaves_the_page(fake: FakeApi, open_page: OpenPage) -> None:
    fake.refuses = {"/run$": Refusal(403, "metric_forbidden", "You may not see gross_margin.")}
    page = open_page("reports", query={"id": REPORT["id"]})
    assert not page.exception
    assert any("You may not see gross_margin." in info.value for info in page.info)


@pytest.mark.feature("5.2.10")
def test_what_is_unusual_for_a_figure_is_watched_without_limits(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("alerts")
    page.text_input(key="rule_name").input("Odd weeks").run()
    page.selectbox(key="rule_metric").set_value("net_revenue").run()
    page.segmented_control(key="rule_kind").set_value("anomaly").run()
    page.selectbox(key="rule_period").set_value("last_week").run()
    page.selectbox(key="rule_by").set_value("region").run()
    page.button(key="rule_save").click().run()
    assert not page.exception
    [body] = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/notify/alert-rules")]
    assert (body["kind"], body["name"]) == ("anomaly", "Odd weeks")
    assert body["definition"] == {"metric": "net_revenue", "period": "last_week", "group_by": ["region"]}


@pytest.mark.feature("5.2.9")
@pytest.mark.parametrize(
    ("every", "schedule"),
    [
        ("working_day", {"kind": "cron", "cron": "0 7 * * mon-fri"}),
        ("week", {"kind": "cron", "cron": "0 7 * * mon"}),
        ("month", {"kind": "cron", "cron": "0 7 1 * *"}),
        ("period_close", {"kind": "fiscal", "anchor": "period_close", "working_day": 3, "at": "07:00"}),
        ("cron", {"kind": "cron", "cron": "0 7 * * mon-fri"}),
    ],
)
def test_when_a_report_is_sent_is_chosen_in_words(
    every: str, schedule: dict[str, object], fake: FakeApi, open_page: OpenPage
) -> None:
    page = open_page("reports", query={"id": REPORT["id"]})
    page.selectbox(key="subscription_every").set_value(every).run()
    page.button(key="subscribe_do").click().run()
    assert not page.exception
    [body] = [body for method, path, body in fake.asked if (method, path) == ("POST", "/api/notify/subscriptions")]
    assert body["schedule"] == schedule | {"time_zone": "UTC"}
    assert body["recipients"] == [{"user_id": "u1"}]


@pytest.mark.feature("5.2.9")
def test_what_each_receiver_would_get_is_looked_at(fake: FakeApi, open_page: OpenPage) -> None:
    page = open_page("reports")
    page.toggle(key="letter_w1").set_value(True).run()
    page.selectbox(key="as_w1").set_value("p2").run()
    assert not page.exception
    asked = [path for _, path, _ in fake.asked if path.endswith("/preview")]
    assert asked[-1] == "/api/notify/subscriptions/w1/recipients/p2/preview"
    assert "Revenue.pdf" in text_of(page).replace("\\", "")
