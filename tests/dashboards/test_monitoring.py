"""The page of the program itself: curves, the slowest by release, traces; and what one does about an alert."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from runtime.technical_metrics import TECHNICAL_METRICS
from tests.dashboards.fake_api import FakeApi
from tests.dashboards.reading import OpenPage, text_of

CURVES = "/api/monitor/curves"
_SLOW = {
    "name": "POST /api/sales/orders",
    "release": "1.1",
    "first_on": "2026-03-01",
    "last_on": "2026-03-02",
    "request_count": 500,
    "total_ms": 9000.0,
    "p95_ms": 130.0,
    "release_before": "1.0",
    "p95_ms_before": 100.0,
    "change_share": 0.3,
    "is_slower": True,
}


@pytest.fixture
def filled(fake: FakeApi) -> FakeApi:
    """Curves of every measurement but the forecast; a route that a release has made slower."""
    by_path: dict[str, Any] = fake.records.by_path
    by_path[CURVES] = by_path["/api/monitor/measurements"] = []
    by_path["/api/monitor/performance"] = [_SLOW]
    by_path["/api/monitor/traces"] = []
    for name, metric in TECHNICAL_METRICS.items():
        points = [[1_770_000_000.0 + 15 * number, 0.25 + number] for number in range(3)]
        labels = {"service": "Worker", "instance_id": "7"}
        curve = {"member": "Worker 7", "labels": labels, "points": points, "last": points[-1][1]}
        ended = {
            **curve,
            "member": "other 6",
            "labels": {"service": "other", "instance_id": "6"},
            "points": [[1_769_999_000.0, 9.0]],
            "last": 9.0,
        }
        curves = [] if name == "disk_days_to_full" else [curve, ended]
        by_path[CURVES].append({"id": name, "name": name, "unit": metric.unit, "labels": [], "curves": curves})
    return fake


def _opened(page: AppTest, section: str) -> AppTest:
    """The page with another section open."""
    page.session_state["monitoring_section"] = section
    return page.run()


@pytest.mark.feature("5.7.3")
@pytest.mark.feature("5.7.5")
@pytest.mark.feature("5.7.6")
@pytest.mark.feature("5.7.8")
def test_what_is_measured_is_drawn_and_a_slower_release_is_marked(filled: FakeApi, open_page: OpenPage) -> None:
    page = open_page("monitoring")
    assert not page.exception
    shown = text_of(page)
    for words in (
        "Processor by instance",
        "Memory against the limit",
        "Growth of memory within an hour",
    ):
        assert words in shown, words
    assert "Now 225.0% · Worker 7" in shown
    assert "other 6" not in shown, "what has ended has no figure of now"
    assert len(page.get("plotly_chart")) == 5
    assert "Requests answered" not in shown, "only the open section is drawn"
    assert len([path for _, path, _ in filled.asked if path.startswith(CURVES)]) == 1, "one call for all"
    shown = text_of(_opened(page, "Storage and connections"))
    for words in (
        "Days until the disk is full",
        "Largest tables",
        "Growth of the logs within a day",
        "Network throughput",
        "Waiting for a database connection",
    ):
        assert words in shown, words
    assert "The disk is not filling up" in shown
    shown = text_of(_opened(page, "Requests and pipelines"))
    assert "Requests answered" in shown
    assert "Network throughput" not in shown
    shown = text_of(_opened(page, "Slowest"))
    assert "is 30 percent slower with release 1.1 than with 1.0" in shown


def test_the_page_speaks_chinese(filled: FakeApi, open_page: OpenPage) -> None:
    page = open_page("monitoring", locale="zh-CN")
    assert not page.exception
    assert "各实例处理器占用" in text_of(page)
    assert "后台进程 7" in text_of(page)
    assert "Worker" not in text_of(page)
    drawn = str([each.proto for each in page.get("plotly_chart")])
    assert "\\u5176\\u4ed6 6" in drawn or "其他 6" in drawn
    shown = text_of(_opened(page, "最慢"))
    assert "在版本 1.1 中比 1.0 慢 30%" in shown


@pytest.mark.feature("5.7.10")
@pytest.mark.feature("ARCH-17")
def test_an_alert_is_acknowledged_on_its_page_and_leads_to_its_traces(filled: FakeApi, open_page: OpenPage) -> None:
    page = open_page("alerts")
    assert not page.exception
    assert "Critical" in text_of(page)
    next(button for button in page.button if button.label == "I am looking at it").click().run()
    assert ("POST", "/api/notify/alert-rules/r1/acknowledge") in [(method, path) for method, path, _ in filled.asked]
    assert [each for each in page.get("page_link") if "breach=b1" in each.proto.query_string]
