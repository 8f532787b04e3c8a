"""A report out of a sentence: saved, run, and summed up in words whose every number is the result's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ai.questions.service import answer
from ai.questions.summaries import ForeignNumber, check_numbers
from api.context import Services
from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from tests.api.conftest import Login, problem


@pytest.mark.feature("5.8.7")
def test_a_sentence_becomes_a_saved_report_with_a_summary(asked: Callable[..., dict[str, Any]], admin: Login) -> None:
    answered = asked("net revenue by region in 2026")
    made = admin.http.post("/api/ai/reports", json={"wish": "net revenue by region in 2026"})
    assert made.status_code == 200, made.text
    body = made.json()
    assert body["status"] == "made"
    rows = answered["result"]["rows"]
    highest = max(rows, key=lambda row: float(row["net_revenue"]))
    assert f"highest {highest['region']} {float(highest['net_revenue']):,.2f}" in body["text"]
    run = admin.http.post(f"/api/report/reports/{body['report']['id']}/run", json={})
    assert run.status_code == 200, run.text
    assert str(highest["net_revenue"]) in run.text
    one = admin.http.get(f"/api/report/reports/{body['report']['id']}").json()
    assert one["definition"]["question"]["metrics"] == ["net_revenue"]
    assert one["definition"]["chart"] == {"type": "bar", "metric": "net_revenue"}
    assert one["description"] == "net revenue by region in 2026", "figures are for who asks, at each run"


@pytest.mark.feature("5.8.7")
def test_a_wish_may_name_its_chart(asked: Callable[..., dict[str, Any]], admin: Login) -> None:
    assert asked("net revenue by region in 2026")["status"] == "answered"
    body = admin.http.post("/api/ai/reports", json={"wish": "net revenue by region in 2026 as a pie chart"}).json()
    assert body["status"] == "made"
    made = admin.http.get(f"/api/report/reports/{body['report']['id']}").json()
    assert made["definition"]["chart"] == {"type": "pie", "metric": "net_revenue"}


@pytest.mark.feature("5.8.7")
def test_a_wish_outside_the_metrics_lists_the_nearest_and_one_without_the_right_is_refused(
    asked: Callable[..., dict[str, Any]],
    admin: Login,
    make_user: Callable[..., Login],
    make_role: Callable[..., dict[str, Any]],
) -> None:
    assert asked("net revenue")["status"] == "answered"
    body = admin.http.post("/api/ai/reports", json={"wish": "revenue of astronauts by planet"}).json()
    assert (body["status"], body["report"]) == ("declined", None)
    assert "Net revenue" in body["nearest"]
    assert admin.http.get("/api/report/reports").json()["items"] == []
    make_role("writer", "ai.ask", "metric.read", "metric.sales.read", "report.create", "report.read")
    writer = make_user("writer", "writer").http
    problem(writer.post("/api/ai/reports", json={"wish": "open receivables by customer"}), 403, "metric_forbidden")
    problem(writer.post("/api/ai/reports", json={"wish": ""}), 422)


@pytest.mark.feature("5.8.7")
def test_a_number_from_elsewhere_is_rejected(
    asked: Callable[..., dict[str, Any]], admin: Login, services: Services
) -> None:
    assert asked("net revenue by region in 2026")["status"] == "answered"
    settings = services.settings
    numbers = Numbers(
        DuckDBEngine.over(settings.lake_dir), settings.dbt_target_dir, today=lambda: services.now().date()
    )
    reply = answer(numbers, Asker(str(admin.tenant_id), frozenset({"*"})), "net revenue by region in 2026")
    assert reply.result is not None
    assert reply.planned is not None
    query = reply.planned.query
    check_numbers("Net revenue 2026", reply.result, query, {}, "en")
    with pytest.raises(ForeignNumber, match=r"1,234\.56"):
        check_numbers("Net revenue was 1,234.56", reply.result, query, {}, "en")
