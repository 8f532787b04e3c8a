"""Alert rules: looked at after each load, told once when a breach begins and once when it is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reports.sender import send_due
from tests.olap.company import invoice_line
from tests.reports.conftest import ADA, LIN, SAM, Office
from tests.reports.test_sending import Desk, desk

__all__ = ["desk"]
NOW = datetime(2026, 3, 16, 10, tzinfo=UTC)


def rule(office: Office, definition: dict[str, Any], *, kind: str = "threshold", **more: Any) -> dict[str, Any]:
    body = {"name": "Watch", "kind": kind, "definition": definition, "channels": ["mail"], **more}
    made: dict[str, Any] = office.call("ada", "POST", "/api/notify/alert-rules", body, status=201)
    return made


def state(office: Office, made: dict[str, Any]) -> Any:
    return office.call("ada", "GET", f"/api/notify/alert-rules/{made['id']}")


def end(office: Office, made: dict[str, Any]) -> None:
    office.call("ada", "POST", f"/api/notify/alert-rules/{made['id']}/end")


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


@pytest.mark.feature("5.2.10")
@pytest.mark.feature("3.4.16")
def test_a_breach_is_told_once_and_its_end_once(desk: Desk) -> None:
    made = rule(desk.office, {"metric": "net_revenue", "period": "this_month", "above": "500"})
    assert made["state"] == "unknown"
    send_due(desk.at(NOW))
    assert (state(desk.office, made)["state"], desk.post.taken) == ("ok", [])
    big = [invoice_line(50, "customer-alpha", "item-bike", date(2026, 3, 2), "900.00")]
    try:
        for version in (21, 22):
            desk.office.load(version, lines=big)
            send_due(desk.at(NOW + timedelta(minutes=version)))
        [alert] = desk.post.taken
        assert alert["Subject"] == "Alert: Watch"
        told = text_of(alert)
        assert "Watched: Net revenue, 2026-03-01 … 2026-03-31" in told
        assert "Figure: 1,020" in told
        assert "Expected: <= 500.00" in told
        assert f"/alerts?rule={made['id']}" in told
        assert state(desk.office, made)["state"] == "breached"
    finally:
        desk.office.load(23)
    send_due(desk.at(NOW + timedelta(minutes=40)))
    send_due(desk.at(NOW + timedelta(minutes=41)))
    assert [mail["Subject"] for mail in desk.post.taken] == ["Alert: Watch", "Back in range: Watch"]
    assert "Data version: 21" in text_of(desk.post.taken[0])
    assert "Data version: 23" in text_of(desk.post.taken[1]), "the load that ended it"
    [breach] = desk.office.call("ada", "GET", f"/api/notify/alerts?rule_id={made['id']}")["items"]
    assert (breach["figure"], breach["closing_figure"], state(desk.office, made)["state"]) == ("1,020", "120", "ok")
    end(desk.office, made)
    desk.office.load(1)


@pytest.mark.feature("5.2.10")
def test_a_letter_names_what_its_figure_is_of(desk: Desk) -> None:
    where = [{"field": "customer", "op": "eq", "value": "Alpha GmbH"}]
    made = rule(desk.office, {"metric": "net_revenue", "where": where, "above": "1"})
    send_due(desk.at(NOW))
    [alert] = desk.post.taken
    assert "Filters: Customer = Alpha GmbH" in text_of(alert)
    end(desk.office, made)


@pytest.mark.feature("3.4.16")
def test_a_customer_far_below_its_mean_is_told_by_name(desk: Desk) -> None:
    lines = [
        invoice_line(60 + month, "customer-beta", "item-bike", date(2025, month, 15), "300.00") for month in (11, 12)
    ]
    definition = {
        "metric": "net_revenue",
        "group_by": ["customer"],
        "period": "last_month",
        "fall_share": "0.3",
        "periods_back": 3,
    }
    made = rule(desk.office, definition, kind="change")
    desk.office.load(31, lines=lines)
    try:
        send_due(desk.at(NOW))
    finally:
        desk.office.load(1)
    # Alpha sold 210 in January and nothing in February, Beta 300 a month and nothing; Gamma had no past.
    [told] = [text_of(mail) for mail in desk.post.taken]
    assert "Breaches: 2" in told
    assert "Where: Beta SARL, Figure 0, Expected >= 210.00" in told
    assert "Where: Alpha GmbH" in told
    assert "Gamma" not in told
    end(desk.office, made)


@pytest.mark.feature("5.2.10")
def test_a_figure_unlike_its_own_past_is_told_with_what_was_expected(desk: Desk) -> None:
    """One item sold for about 100 in each of six weeks; another, new and large, has no past to differ from."""
    weeks = [date(2026, 3, 10) - timedelta(weeks=back) for back in range(7)]
    usual = ("101.00", "99.00", "102.00", "98.00", "100.00", "103.00")

    def sold(last_week: str, *more: Any) -> list[Any]:
        amounts = (last_week, *usual)
        return [
            *(
                invoice_line(300 + place, "customer-gamma", "item-bike", day, amount)
                for place, (day, amount) in enumerate(zip(weeks, amounts, strict=True))
            ),
            *more,
        ]

    definition = {"metric": "net_revenue", "period": "last_week", "periods_back": 6}
    only_gamma = {**definition, "where": [{"field": "invoice_number", "op": "starts_with", "value": "SI-2026-003"}]}
    made = rule(desk.office, {**only_gamma, "group_by": ["item"]}, kind="anomaly")
    new = invoice_line(399, "customer-gamma", "item-helmet", weeks[0], "5000.00")
    opened = []
    try:
        for minute, lines in enumerate((sold("104.00", new), sold("180.00", new), sold("180.00", new), sold("97.00"))):
            desk.office.load(2 + minute, lines=lines)
            send_due(desk.at(NOW + timedelta(minutes=minute)))
            opened.append([each["member"] for each in state(desk.office, made)["open_breaches"]])
    finally:
        end(desk.office, made)
        desk.office.load(1)
    assert [len(each) for each in opened] == [0, 1, 1, 0]
    alert, recovery = desk.post.taken
    assert "Figure: 180" in text_of(alert)
    # The median is 100.50, its absolute deviation 1.50: 3.5 robust deviations are 7.78.
    assert "Expected: 92.72 .. 108.28" in text_of(alert)
    assert recovery["Subject"] == "Back in range: Watch"


@pytest.mark.feature("5.2.10")
@pytest.mark.feature("5.7.9")
def test_muting_is_dated_and_what_lasts_is_told_when_it_ends(desk: Desk) -> None:
    made = rule(desk.office, {"metric": "net_revenue", "above": "1"}, channels=["in_app"], user_ids=[str(LIN)])
    path = f"/api/notify/alert-rules/{made['id']}/mute"
    desk.office.call("ada", "POST", path, {"until": "2020-01-01T00:00:00Z"}, status=422)
    until = datetime.now(UTC) + timedelta(days=1)
    desk.office.call("ada", "POST", path, {"until": until.isoformat()})
    desk.office.load(41)
    send_due(desk.at(until - timedelta(hours=1)))
    assert state(desk.office, made)["open_breaches"][0]["is_muted"] is True
    assert desk.office.call("lin", "GET", "/api/notify/notices")["items"] == []
    desk.office.load(42)
    send_due(desk.at(until + timedelta(hours=1)))
    [notice] = desk.office.call("lin", "GET", "/api/notify/notices?unread=true")["items"]
    assert notice["title"] == "警报\uff1aWatch"
    desk.office.call("sam", "POST", f"/api/notify/notices/{notice['id']}/read", status=404)
    desk.office.call("lin", "POST", f"/api/notify/notices/{notice['id']}/read")
    assert desk.office.call("lin", "GET", "/api/notify/notices?unread=true")["items"] == []
    end(desk.office, made)
    desk.office.load(1)


@pytest.mark.feature("5.2.10")
def test_a_reader_of_fewer_rows_is_told_of_the_breach_and_not_its_figure(desk: Desk) -> None:
    made = rule(desk.office, {"metric": "net_revenue", "above": "1"}, user_ids=[str(ADA), str(SAM)])
    desk.office.load(51)
    send_due(desk.at(NOW))
    [ada], [sam] = desk.post.to("ada@acme.test"), desk.post.to("sam@acme.test")
    assert "777.51" in text_of(ada)
    assert "777.51" not in text_of(sam)
    assert "You may not see this figure" in text_of(sam)
    end(desk.office, made)
    desk.office.load(1)


@pytest.mark.feature("5.2.10")
@pytest.mark.feature("PERM-10")
def test_a_breach_is_seen_by_its_owner_and_who_is_told_each_with_own_rights(desk: Desk) -> None:
    mine = rule(desk.office, {"metric": "net_revenue", "above": "1"}, user_ids=[str(ADA)])
    shared = rule(desk.office, {"metric": "net_revenue", "above": "2"}, user_ids=[str(ADA), str(SAM)])
    desk.office.load(52)
    send_due(desk.at(NOW))

    def breaches(user: str) -> list[Any]:
        found = desk.office.call(user, "GET", "/api/notify/alerts")["items"]
        return [each for each in found if each["rule_id"] in {mine["id"], shared["id"]}]

    [told] = breaches("sam")
    assert (told["rule_id"], told["figure"], told["expected"]) == (shared["id"], None, "")
    assert "You may not see this figure" in told["withheld"]
    [listed] = desk.office.call("sam", "GET", "/api/notify/alert-rules")["items"]
    assert listed["id"] == shared["id"]
    assert [each["figure"] for each in listed["open_breaches"]] == [None]
    desk.office.call("sam", "GET", f"/api/notify/alert-rules/{mine['id']}", status=404)
    desk.office.call("sam", "POST", f"/api/notify/alert-rules/{mine['id']}/acknowledge", {}, status=404)
    # Who may make rules of her own sees those of others no more for that.
    assert breaches("lin") == []
    assert [each["figure"] for each in breaches("ada")] == ["777.51", "777.51"]
    for made in (mine, shared):
        end(desk.office, made)
    desk.office.load(1)


@pytest.mark.feature("5.2.10")
def test_late_data_are_an_alert_of_their_own(desk: Desk) -> None:
    made = rule(desk.office, {"after_minutes": 30}, kind="data_late")
    desk.loaded(NOW)
    send_due(desk.at(NOW + timedelta(minutes=20)))
    assert desk.post.taken == []
    send_due(desk.at(NOW + timedelta(minutes=31)))
    desk.loaded(NOW + timedelta(minutes=32))
    send_due(desk.at(NOW + timedelta(minutes=33)))
    assert [mail["Subject"] for mail in desk.post.taken] == ["Alert: Watch", "Back in range: Watch"]
    end(desk.office, made)


@pytest.mark.feature("5.2.10")
@pytest.mark.feature("3.4.16")
@pytest.mark.parametrize(
    ("kind", "definition", "path"),
    [
        ("anomaly", {"metric": "net_revenue"}, "definition/period"),
        ("anomaly", {"metric": "net_revenue", "period": "this_month"}, "definition/period"),
        ("anomaly", {"metric": "net_revenue", "period": "last_week", "periods_back": 2}, "definition/periods_back"),
        ("anomaly", {"metric": "net_revenue", "period": "last_week", "sensitivity": "-1"}, "definition/sensitivity"),
        ("threshold", {"metric": "astronauts", "above": 1}, "definition/metrics/0"),
        ("threshold", {"metric": "net_revenue"}, "definition/above"),
        ("threshold", {"metric": "net_revenue", "above": "much"}, "definition/above"),
        ("threshold", {"metric": "net_revenue", "above": "1e400"}, "definition/above"),
        ("threshold", {"metric": "net_revenue", "above": 1, "group_by": ["moon"]}, "definition/group_by/0"),
        ("change", {"metric": "net_revenue", "fall_share": 0.3}, "definition/period"),
        ("change", {"metric": "net_revenue", "fall_share": "30", "period": "last_month"}, "definition/fall_share"),
        ("change", {"metric": "net_revenue", "fall_share": "-1", "period": "last_month"}, "definition/fall_share"),
        ("change", {"metric": "net_revenue", "rise_share": "0", "period": "last_month"}, "definition/rise_share"),
        ("threshold", {"metric": "net_revenue", "above": "1", "evil": 1}, "definition/evil"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(office: Office, kind: str, definition: dict[str, Any], path: str) -> None:
    body = {"name": "Wrong", "kind": kind, "definition": definition}
    refused = office.call("ada", "POST", "/api/notify/alert-rules", body, status=422)
    assert path in [error["path"] for error in refused["errors"]]
    office.call("sam", "POST", "/api/notify/alert-rules", body, status=403)
