"""Rules on what the program measures of itself, and how a firing is told: once, to the next in line, at its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reports.sender import send_due
from runtime.measurements import Measurements, Series
from tests.olap.company import invoice_line
from tests.reports.conftest import ADA, LIN, SAM, Office
from tests.reports.test_alerts import end, rule, state, text_of
from tests.reports.test_sending import Desk, desk

__all__ = ["desk"]
NOW = datetime(2026, 3, 16, 10, tzinfo=UTC)
WAITING = Series.of("qooerp_database_pool_waiting")
POOL = {"measurement": "pool_waiting_count", "above": "0"}


@pytest.fixture
def measured(office: Office) -> Iterator[Measurements]:
    yield Measurements(office.settings.home)
    shutil.rmtree(office.settings.home / "measurements", ignore_errors=True)


def memory_of(instance: str) -> Series:
    return Series.of("qooerp_process_memory_bytes", service="API", instance_id=instance)


def keep(
    measured: Measurements, series: Series, start: datetime, values: list[float], *, seconds: int = 15
) -> datetime:
    """Rounds of one series; when the last one was."""
    for number, value in enumerate(values):
        measured.append(start + timedelta(seconds=seconds * number), {series: value})
    return start + timedelta(seconds=seconds * (len(values) - 1))


@pytest.mark.feature("5.7.9")
@pytest.mark.feature("5.7.6")
def test_a_measurement_out_of_range_is_told_when_it_has_lasted(desk: Desk, measured: Measurements) -> None:
    made = rule(desk.office, POOL, kind="measurement", for_minutes=2, severity="critical", name="Pool exhausted")
    nearly = keep(measured, WAITING, NOW, [0, *[7] * 8])
    send_due(desk.at(nearly))
    assert (state(desk.office, made)["state"], desk.post.taken) == ("ok", [])
    last = keep(measured, WAITING, nearly + timedelta(seconds=15), [7])
    send_due(desk.at(last))
    send_due(desk.at(last + timedelta(seconds=5)))
    [alert] = desk.post.taken
    assert alert["Subject"] == "Alert: Pool exhausted"
    assert "Severity: Critical" in text_of(alert)
    assert "Figure: 7" in text_of(alert)
    assert "Expected: pool_waiting_count <= 0.00" in text_of(alert)
    # Without figures nothing is known: what is open neither ends nor is told again, and the rule says why.
    send_due(desk.at(last + timedelta(minutes=10)))
    silent = state(desk.office, made)
    assert (silent["state"], len(silent["open_breaches"])) == ("unknown", 1)
    assert "nothing has been measured lately" in silent["error"]
    over = keep(measured, WAITING, last + timedelta(minutes=11), [0])
    send_due(desk.at(over))
    assert [mail["Subject"] for mail in desk.post.taken][1:] == ["Back in range: Pool exhausted"]
    end(desk.office, made)


@pytest.mark.feature("5.7.3")
def test_a_processor_above_its_level_is_told_after_five_minutes(desk: Desk, measured: Measurements) -> None:
    definition = {"measurement": "cpu_share", "where": {"service": "API"}, "above": "0.9"}
    made = rule(desk.office, definition, kind="measurement", for_minutes=5)
    busy, idle = (
        Series.of("qooerp_process_cpu_seconds_total", service=service, instance_id="1") for service in ("API", "Worker")
    )
    for number in range(24):
        # Idle for three rounds; then a whole processor: 14.5 seconds of it in each 15.
        at, load = NOW + timedelta(seconds=15 * number), 14.5 * max(0, number - 2)
        measured.append(at, {busy: load, idle: 0.0})
        send_due(desk.at(at))
        if number == 22:
            assert desk.post.taken == [], "four minutes and three quarters"
    [alert] = desk.post.taken
    assert "Where: API 1" in text_of(alert)
    assert "Figure: 0.9667" in text_of(alert)
    end(desk.office, made)


@pytest.mark.feature("5.7.10")
def test_a_firing_is_one_notice_handed_on_when_nobody_acknowledges_and_one_at_its_end(
    desk: Desk, measured: Measurements
) -> None:
    definition = {"measurement": "memory_bytes", "where": {"service": "API"}, "above": "100"}
    more = {"user_ids": [str(SAM)], "escalate_after_minutes": 10, "escalate_user_ids": [str(ADA), str(LIN)]}
    made = rule(desk.office, definition, kind="measurement", **more)
    both = {memory_of("1"): 150.0, memory_of("2"): 200.0}
    measured.append(NOW, both)
    send_due(desk.at(NOW))
    [alert] = desk.post.taken
    assert alert["To"] == "sam@acme.test"
    assert "Breaches: 2" in text_of(alert)
    assert "Where: API 1, Figure 150" in text_of(alert)
    for minutes in (9, 11, 12):
        measured.append(NOW + timedelta(minutes=minutes), both)
        send_due(desk.at(NOW + timedelta(minutes=minutes)))
    assert [mail["Subject"] for mail in desk.post.to("ada@acme.test")] == ["Not acknowledged: Watch"]
    assert [mail["Subject"] for mail in desk.post.to("lin@acme.test")] == ["无人确认\uff1aWatch"]
    # One of the two is back: the firing goes on, and nobody is told of an end.
    measured.append(NOW + timedelta(minutes=13), both | {memory_of("1"): 50.0})
    send_due(desk.at(NOW + timedelta(minutes=13)))
    assert len(desk.post.taken) == 3
    measured.append(NOW + timedelta(minutes=14), {memory_of("1"): 50.0, memory_of("2"): 60.0})
    send_due(desk.at(NOW + timedelta(minutes=14)))
    send_due(desk.at(NOW + timedelta(minutes=15)))
    [*_, over] = desk.post.to("sam@acme.test")
    assert over["Subject"] == "Back in range: Watch"
    assert "Where: API 2, Figure 60" in text_of(over)
    assert len(desk.post.taken) == 4
    first, second = desk.office.call("ada", "GET", f"/api/notify/alerts?rule_id={made['id']}")["items"]
    assert first["firing_id"] == second["firing_id"]
    end(desk.office, made)


@pytest.mark.feature("5.7.10")
def test_who_acknowledges_stops_the_handing_on(desk: Desk, measured: Measurements) -> None:
    more = {"user_ids": [str(LIN)], "escalate_after_minutes": 10, "escalate_user_ids": [str(ADA)]}
    made = rule(desk.office, POOL, kind="measurement", **more)
    path = f"/api/notify/alert-rules/{made['id']}/acknowledge"
    assert desk.office.call("lin", "POST", path, status=409)["code"] == "nothing_to_acknowledge"
    measured.append(NOW, {WAITING: 3})
    send_due(desk.at(NOW))
    desk.office.call("sam", "POST", path, status=404)
    [breach] = desk.office.call("lin", "POST", path)["open_breaches"]
    assert breach["acknowledged_by"] == str(LIN)
    measured.append(NOW + timedelta(minutes=30), {WAITING: 3})
    send_due(desk.at(NOW + timedelta(minutes=30)))
    assert desk.post.to("ada@acme.test") == []
    desk.office.call("lin", "POST", path, status=409)
    end(desk.office, made)


@pytest.mark.feature("5.7.10")
def test_while_the_mail_server_is_down_the_fallback_tells_it(desk: Desk, measured: Measurements) -> None:
    made = rule(desk.office, POOL, kind="measurement", user_ids=[str(LIN)], fallback_channel="in_app", name="Pool")
    desk.post.refuses_with = "451 come back later"
    measured.append(NOW, {WAITING: 3})
    send_due(desk.at(NOW))
    [notice] = [
        each
        for each in desk.office.call("lin", "GET", "/api/notify/notices")["items"]
        if each["title"].endswith("Pool")
    ]
    assert "代替以下渠道通知: 邮件" in notice["body"]
    desk.post.refuses_with = ""
    send_due(desk.at(NOW + timedelta(minutes=5)))
    assert desk.post.taken == [], "told once, by one channel"
    found = desk.office.call("ada", "GET", "/api/notify/deliveries?limit=10")["items"]
    assert "told by in_app instead: 451 come back later" in {each["reason"] for each in found}
    end(desk.office, made)


@pytest.mark.feature("5.7.9")
def test_a_figure_has_to_stay_out_of_range_for_as_long_as_the_rule_says(desk: Desk) -> None:
    made = rule(desk.office, {"metric": "net_revenue", "period": "this_month", "above": "500"}, for_minutes=30)
    big = [invoice_line(70, "customer-alpha", "item-bike", date(2026, 3, 2), "900.00")]
    try:
        desk.office.load(71, lines=big)
        send_due(desk.at(NOW))
        assert (state(desk.office, made)["state"], desk.post.taken) == ("pending", [])
        # No load in between: what has lasted is told all the same.
        send_due(desk.at(NOW + timedelta(minutes=31)))
        assert [mail["Subject"] for mail in desk.post.taken] == ["Alert: Watch"]
    finally:
        desk.office.load(1)
    end(desk.office, made)


@pytest.mark.feature("5.7.9")
def test_a_rule_is_tested_against_the_past_before_it_is_saved(office: Office, measured: Measurements) -> None:
    now = datetime.now(UTC)
    began = now - timedelta(hours=3)
    keep(measured, WAITING, began, [0, 0, 4, 5, 6, 7, 0, 0, 9, 0], seconds=60)
    body = {"name": "Pool", "kind": "measurement", "definition": POOL, "for_minutes": 2}
    told = office.call("ada", "POST", "/api/notify/alert-rules/test", body)
    assert told["firing_count"] == 1, "the single minute at the end is too short"
    [fired] = told["firings"]
    at = {name: datetime.fromisoformat(fired[name]) for name in ("began_at", "fired_at", "ended_at")}
    minutes = {name: round((moment - began).total_seconds() / 60) for name, moment in at.items()}
    assert minutes == {"began_at": 2, "fired_at": 4, "ended_at": 6}
    assert (fired["figure"], fired["expected"]) == ("6", "pool_waiting_count <= 0.00")
    saved = office.call("ada", "POST", "/api/notify/alert-rules", body, status=201)
    assert saved["rehearsal"]["firing_count"] == 1
    assert len(office.call("ada", "GET", "/api/notify/alert-rules")["items"]) == 1, "testing saves nothing"
    # The figures of the books, day by day: March's revenue went above 100 when its first invoice of 120 was posted.
    body = {
        "name": "Revenue",
        "kind": "threshold",
        "definition": {"metric": "net_revenue", "period": "this_month", "above": "100"},
        "days": 90,
    }
    office.services.now = lambda: NOW
    try:
        told = office.call("ada", "POST", "/api/notify/alert-rules/test", body)
    finally:
        office.services.now = replace(office.services).now
    assert told["firing_count"] >= 1
    assert all(float(each["figure"]) > 100 for each in told["firings"])
    office.call("ada", "POST", f"/api/notify/alert-rules/{saved['id']}/end")


@pytest.mark.feature("5.7.5")
@pytest.mark.feature("5.7.9")
def test_what_operators_need_is_watched_by_one_call(desk: Desk, measured: Measurements) -> None:
    office = desk.office
    office.call("sam", "POST", "/api/notify/alert-rules/standard", {}, status=403)
    added = office.call("ada", "POST", "/api/notify/alert-rules/standard", {"channels": ["mail"]}, status=201)["items"]
    by_key = {each["standard_key"]: each for each in added}
    assert {"processor_busy", "memory_short", "disk_short", "pool_exhausted", "instance_down"} <= set(by_key)
    assert by_key["disk_short"]["name"] == "The disk is short of space or will be within a week"
    assert office.call("ada", "POST", "/api/notify/alert-rules/standard", {}, status=201)["items"] == []
    # Below 15 percent and full within a week: one alert, not two.
    free, total = (Series.of("qooerp_disk_bytes", state=each) for each in ("free", "total"))
    for number in range(8 * 12):
        at = NOW - timedelta(minutes=5 * (8 * 12 - number))
        measured.append(at, {free: 110.0 - 0.2 * number, total: 1000.0})
    for number in range(24):
        measured.append(NOW + timedelta(seconds=15 * number), {free: 90.0, total: 1000.0})
    send_due(desk.at(NOW + timedelta(seconds=15 * 23)))
    about_disk = [mail for mail in desk.post.taken if "disk" in mail["Subject"]]
    assert [mail["Subject"] for mail in about_disk] == ["Alert: The disk is short of space or will be within a week"]
    for each in added:
        end(office, each)


@pytest.mark.feature("5.7.9")
def test_each_change_of_a_rule_is_a_version(office: Office) -> None:
    body: dict[str, Any] = {"name": "Pool", "kind": "measurement", "definition": POOL}
    made = office.call("ada", "POST", "/api/notify/alert-rules", body, status=201)
    path = f"/api/notify/alert-rules/{made['id']}"
    wider = body | {"definition": {**POOL, "above": "5"}, "severity": "critical", "version": made["version"]}
    changed = office.call("ada", "PATCH", path, wider)
    assert (changed["definition_version"], changed["severity"]) == (2, "critical")
    assert office.call("ada", "PATCH", path, wider, status=409)["code"] == "stale_version"
    office.call("ada", "PATCH", path, body, status=428)
    office.call("lin", "PATCH", path, wider, status=403)
    second, first = office.call("ada", "GET", f"{path}/versions")["items"]
    assert (first["number"], first["rule"]["definition"]["above"], first["rule"]["severity"]) == (1, "0", "warning")
    assert (second["number"], second["rule"]["definition"]["above"], second["saved_by"]) == (2, "5", str(ADA))
    office.call("sam", "GET", f"{path}/versions", status=404)
    ended = office.call("ada", "POST", f"{path}/end")
    assert office.call("ada", "PATCH", path, wider | {"version": ended["version"]}, status=409)["code"] == "rule_ended"


@pytest.mark.feature("5.7.9")
@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ({"measurement": "warp_speed", "above": 1}, "definition/measurement"),
        ({"measurement": "cpu_share"}, "definition/above"),
        ({"measurement": "cpu_share", "above": "much"}, "definition/above"),
        ({"measurement": "cpu_share", "above": True}, "definition/above"),
        ({"measurement": "cpu_share", "above": "1e400"}, "definition/above"),
        ({"measurement": "cpu_share", "above": 1, "where": {"service": None}}, "definition/where/service"),
        ({"measurement": "cpu_share", "above": 1, "below": 2}, "definition/below"),
        ({"measurement": "cpu_share", "above": 1, "where": {"moon": "full"}}, "definition/where/moon"),
        ({"measurement": "cpu_share", "above": 1, "where": "API"}, "definition/where"),
        ({"measurement": "cpu_share", "above": 1, "unit": "share"}, "definition/unit"),
        ({"any": []}, "definition/any"),
        ({"any": [{"measurement": "cpu_share", "above": 1}, 7]}, "definition/any/1"),
        ({"any": [{"measurement": "warp", "above": 1}]}, "definition/any/0/measurement"),
    ],
)
def test_a_measurement_rule_that_cannot_be_evaluated_is_refused(
    office: Office, definition: dict[str, Any], path: str
) -> None:
    body = {"name": "Wrong", "kind": "measurement", "definition": definition}
    for route in ("/api/notify/alert-rules", "/api/notify/alert-rules/test"):
        refused = office.call("ada", "POST", route, body, status=422)
        assert path in [error["path"] for error in refused["errors"]]
    before = office.call("ada", "GET", "/api/notify/alert-rules")["items"]
    assert "Wrong" not in [each["name"] for each in before]


@pytest.mark.feature("5.7.9")
@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"for_minutes": -1}, "for_minutes"),
        ({"severity": "dire"}, "severity"),
        ({"fallback_channel": "pigeon"}, "fallback_channel"),
        ({"escalate_after_minutes": 5}, "body"),
        (
            {"escalate_after_minutes": 5, "escalate_user_ids": ["00000000-0000-7000-8000-0000000000aa"]},
            "escalate_user_ids/0",
        ),
    ],
)
def test_a_route_that_leads_nowhere_is_refused(office: Office, more: dict[str, Any], path: str) -> None:
    body = {"name": "Wrong", "kind": "measurement", "definition": POOL, **more}
    refused = office.call("ada", "POST", "/api/notify/alert-rules", body, status=422)
    assert path in [error["path"] for error in refused["errors"]]
