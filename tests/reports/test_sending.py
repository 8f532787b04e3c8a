"""Subscriptions over a real mail server: once a period and receiver, with the receiver's rights, after the load."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import Pipe
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from reports.sender import send_due
from reports.sending.office import Office as Sending
from reports.sending.send import CLAIM_SECONDS
from tests.factories.forked import start_forked
from tests.reports import one_round
from tests.reports.conftest import ADA, LIN, SAM, Office
from tests.reports.post_office import PostOffice, opened
from tests.rounds import rounds
from transactional.kernel.session import Database

Save = Callable[..., dict[str, Any]]
PERIODS = rounds(3, 167)
MINUTE = timedelta(minutes=1)


@dataclass
class Desk:
    """Where the test sends from."""

    office: Office
    post: PostOffice
    sending: Sending
    smtp: str

    def at(self, instant: datetime) -> Sending:
        """The sender at an instant."""
        return replace(self.sending, now=lambda: instant)

    def loaded(self, instant: datetime) -> None:
        """Have the figures hold everything committed until then."""
        file = self.office.lake / "confirmed"
        file.touch()
        os.utime(file, (instant.timestamp(), instant.timestamp()))

    def subscribe(self, report: dict[str, Any], *users: Any, who: str = "ada", **more: Any) -> tuple[Any, datetime]:
        """A subscription of every hour, and when it is due next."""
        body = {
            "report_id": report["id"],
            "name": "Hourly",
            "schedule": {"kind": "cron", "cron": "0 * * * *"},
            "recipients": [{"user_id": str(user)} for user in users],
            **more,
        }
        made = self.office.call(who, "POST", "/api/notify/subscriptions", body, status=201)
        return made, datetime.fromisoformat(made["due_at"])

    def log(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        """What the delivery log says, oldest first."""
        path = f"/api/notify/deliveries?subscription_id={subscription['id']}"
        return list(reversed(self.office.call("ada", "GET", path)["items"]))


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    post, controller = opened()
    smtp = f"smtp://127.0.0.1:{controller.port}"
    settings = office.settings.model_copy(update={"smtp_url": SecretStr(smtp)})
    sending = Sending(settings, Database(settings.database_url("app")), office.numbers)
    yield Desk(office, post, sending, smtp)
    sending.close()
    controller.stop()
    (office.lake / "confirmed").unlink(missing_ok=True)
    # Later tests begin without what is still due here.
    for item in office.call("ada", "GET", "/api/notify/subscriptions?limit=500")["items"]:
        office.call("ada", "POST", f"/api/notify/subscriptions/{item['id']}/end")


@pytest.mark.feature("5.2.9")
def test_a_report_is_mailed_once_after_its_load_with_each_receivers_rights_and_language(desk: Desk, save: Save) -> None:
    report = save(name="Weekly revenue")
    made, due = desk.subscribe(report, ADA, SAM, LIN, formats=["xlsx"])
    assert len(made["following"]) == 5
    send_due(desk.at(due - MINUTE))
    assert desk.post.taken == []
    send_due(desk.at(due + MINUTE))
    assert desk.post.taken == [], "the figures do not reach the due moment yet"
    desk.loaded(due + MINUTE)
    send_due(desk.at(due + 2 * MINUTE))
    send_due(desk.at(due + 3 * MINUTE))
    [ada], [sam], [lin] = (desk.post.to(f"{name}@acme.test") for name in ("ada", "sam", "lin"))
    body = {mail["To"]: mail.get_body(("plain",)).get_content() for mail in (ada, sam, lin)}  # type: ignore[union-attr]
    assert "Total | 777.51" in body["ada@acme.test"]
    assert "Total | 420.00" in body["sam@acme.test"]
    assert "Left out: Only rows that you may see of:" in body["sam@acme.test"]
    assert "Left out: Files: you have no right to export figures." in body["sam@acme.test"]
    assert "合计 | 777.51" in body["lin@acme.test"]
    assert "Net revenue (EUR)" in body["ada@acme.test"]
    assert "Currency: EUR" in body["ada@acme.test"]
    assert "Data version: 1" in body["ada@acme.test"]
    assert "Loaded: 2026-03-16 09:30 UTC" in body["ada@acme.test"]
    assert "Net revenue" in body["ada@acme.test"].split("Definition version")[1]
    assert [part.get_filename() for part in ada.iter_attachments()] == ["Weekly revenue.xlsx"]
    assert list(sam.iter_attachments()) == []
    log = desk.log(made)
    assert {each["state"] for each in log} == {"sent"}
    assert {each["data_version"] for each in log} == {"1"}
    assert sorted(each["message_id"] for each in log) == sorted(mail["Message-ID"] for mail in (ada, sam, lin))


@pytest.mark.feature("5.2.9")
def test_a_receiver_who_may_not_see_a_metric_is_told_so_and_gets_no_figures(desk: Desk, save: Save) -> None:
    report = save(name="Margins", question={"metrics": ["net_revenue", "gross_margin"]})
    _, due = desk.subscribe(report, SAM)
    desk.loaded(due)
    send_due(desk.at(due + MINUTE))
    [mail] = desk.post.to("sam@acme.test")
    content = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Subject"] == "Without figures: Hourly"
    assert "gross_margin" in content
    assert "777.51" not in content


@pytest.mark.feature("5.2.9")
def test_a_late_load_is_told_once_and_the_report_follows(desk: Desk, save: Save) -> None:
    made, due = desk.subscribe(save(name="Late"), ADA, late_after_minutes=30)
    send_due(desk.at(due + 29 * MINUTE))
    assert desk.post.taken == []
    for minutes in (31, 32):
        send_due(desk.at(due + minutes * MINUTE))
    [late] = desk.post.taken
    assert late["Subject"] == "Figures are late: Hourly"
    assert "has not finished yet" in late.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    desk.loaded(due + 40 * MINUTE)
    send_due(desk.at(due + 41 * MINUTE))
    assert [mail["Subject"] for mail in desk.post.taken] == ["Figures are late: Hourly", "Late"]
    assert [(each["kind"], each["state"]) for each in desk.log(made)] == [("report", "sent"), ("late", "sent")]


@pytest.mark.feature("5.2.9")
def test_two_schedulers_send_one_mail_a_receiver_and_period(desk: Desk, save: Save) -> None:
    report = save(name="Both")
    periods = [desk.subscribe(report, ADA, SAM, LIN)[1] for _ in range(PERIODS)]
    desk.loaded(max(periods))
    others = [Database(desk.sending.settings.database_url("app")) for _ in range(2)]
    start = threading.Barrier(2)

    def work(database: Database) -> None:
        start.wait()
        send_due(replace(desk.at(max(periods) + MINUTE), database=database))

    threads = [threading.Thread(target=work, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in others:
        each.close()
    assert sorted(mail["To"] for mail in desk.post.taken) == sorted(
        f"{name}@acme.test" for name in ("ada", "sam", "lin") for _ in range(PERIODS)
    )
    assert len({mail["Message-ID"] for mail in desk.post.taken}) == 3 * PERIODS


def _killed(desk: Desk, moment: str, at: datetime) -> None:
    """A sender in a process of its own, killed by the mail server at a moment of the conversation."""
    lake, database = desk.office.lake, desk.office.settings.database_name
    mine, others = Pipe()
    run = start_forked(one_round.work, database, lake, lake.parent / "dbt", desk.smtp, at, others)
    assert run.pid is not None
    desk.post.kill_at, desk.post.victim = moment, run.pid
    with mine, others:
        mine.send("go")
        run.join(120)
    desk.post.kill_at = ""
    assert run.exitcode == -signal.SIGKILL


@pytest.mark.feature("5.2.9")
@pytest.mark.feature("ARCH-27")
@pytest.mark.parametrize("moment", ["rcpt", "data"])
def test_a_sender_killed_around_the_send_leaves_one_mail(desk: Desk, save: Save, moment: str) -> None:
    made, due = desk.subscribe(save(name="Killed"), ADA)
    desk.loaded(due)
    _killed(desk, moment, due + MINUTE)
    [after] = desk.log(made)
    assert after["state"] == {"rcpt": "claimed", "data": "sending"}[moment]
    send_due(desk.at(due + 2 * MINUTE))
    assert desk.log(made)[0]["state"] == after["state"], "the claim still holds"
    send_due(desk.at(due + MINUTE + timedelta(seconds=CLAIM_SECONDS + 1)))
    assert len(desk.post.taken) == 1
    [log] = desk.log(made)
    assert log["state"] == {"rcpt": "sent", "data": "unconfirmed"}[moment]
    if moment == "data":
        desk.office.call("sam", "POST", f"/api/notify/deliveries/{log['id']}/send-again", status=403)
        desk.office.call("ada", "POST", f"/api/notify/deliveries/{log['id']}/send-again")
        send_due(desk.at(datetime.now(UTC) + timedelta(days=2)))
        same = {mail["Message-ID"] for mail in desk.post.taken[:2]}
        assert same == {log["message_id"]}, "a receiver who has it knows it again"


@pytest.mark.feature("ARCH-27")
def test_a_sender_that_lost_its_claim_hands_nothing_over(desk: Desk, save: Save) -> None:
    made, due = desk.subscribe(save(name="Fenced"), ADA)
    desk.loaded(due)
    taken_over = text("update report.deliveries set version = version + 1 where subscription_id = :id")

    class Slow(PostOffice):
        """While the first sender talks to the server, another one takes its delivery over."""

        async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802
            with desk.sending.database.transaction(next(iter(desk.sending.tenants()))) as session:
                session.execute(taken_over, {"id": made["id"]})
            return await PostOffice.handle_RCPT(self, *given)

    desk.post.__class__ = Slow
    send_due(desk.at(due + MINUTE))
    assert desk.post.taken == []


@pytest.mark.feature("5.2.9")
def test_refused_mail_is_tried_again_later_or_given_up(desk: Desk, save: Save) -> None:
    made, due = desk.subscribe(save(name="Refused"), ADA)
    desk.loaded(due)
    desk.post.refuses_with = "451 try later"
    send_due(desk.at(due + MINUTE))
    [log] = desk.log(made)
    assert (log["state"], log["attempts"]) == ("waiting", 1)
    assert "451" in log["reason"]
    desk.post.refuses_with = "550 nobody here"
    send_due(desk.at(due + 3 * MINUTE))
    assert [(each["state"], each["attempts"]) for each in desk.log(made)] == [("failed", 2)]


@pytest.mark.feature("5.2.9")
def test_the_link_in_the_mail_ends_it_for_its_receiver_only(desk: Desk, save: Save) -> None:
    made, due = desk.subscribe(save(name="Unsubscribe"), ADA, LIN)
    desk.loaded(due)
    send_due(desk.at(due + MINUTE))
    [mail] = desk.post.to("ada@acme.test")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    target = "/api/notify/unsubscribe/" + mail["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    desk.office.call("nobody", "GET", target)
    desk.office.call("nobody", "POST", target[:-3] + "abc", status=404)
    desk.office.call("nobody", "POST", target, status=204)
    after = due + timedelta(hours=1)
    desk.loaded(after)
    send_due(desk.at(after + MINUTE))
    assert [len(desk.post.to(f"{name}@acme.test")) for name in ("ada", "lin")] == [1, 2]
    ended = desk.office.call("ada", "GET", f"/api/notify/subscriptions/{made['id']}")["recipients"]
    assert sum(each["unsubscribed_at"] is not None for each in ended) == 1


@pytest.mark.feature("5.2.9")
@pytest.mark.parametrize(
    ("schedule", "path"),
    [
        ({"kind": "cron", "cron": "0 25 * * *"}, "schedule/cron"),
        ({"kind": "cron", "cron": "0 7 30 2 *"}, "schedule/cron"),
        ({"kind": "cron", "cron": "0 7 * * *", "time_zone": "Mars/Olympus"}, "schedule/time_zone"),
        ({"kind": "fiscal", "working_day": 0}, "schedule/working_day"),
        ({"kind": "moon"}, "schedule/kind"),
    ],
)
def test_an_invalid_schedule_is_refused(desk: Desk, save: Save, schedule: dict[str, Any], path: str) -> None:
    recipients = [{"user_id": str(ADA)}]
    body = {"report_id": save()["id"], "name": "Wrong", "schedule": schedule, "recipients": recipients}
    refused = desk.office.call("ada", "POST", "/api/notify/subscriptions", body, status=422)
    assert path in [error["path"] for error in refused["errors"]]


@pytest.mark.feature("5.2.9")
def test_an_address_outside_needs_an_allowed_domain_and_a_scope(desk: Desk, save: Save) -> None:
    report, [role] = save(name="Outside"), desk.office.call("ada", "GET", "/api/permission/roles?code=analyst")["items"]
    body = {
        "report_id": report["id"],
        "name": "Outside",
        "schedule": {"kind": "cron", "cron": "0 * * * *"},
        "recipients": [{"address": "Bea@Bank.example"}],
    }
    path = "/api/notify/subscriptions"
    refused = desk.office.call("ada", "POST", path, body, status=422)
    assert {error["path"] for error in refused["errors"]} == {"recipients/0/address", "scope_role_id"}
    desk.office.call("lin", "POST", "/api/notify/settings", {"allowed_domains": ["bank.example"]}, status=403)
    desk.office.call("ada", "POST", "/api/notify/settings", {"allowed_domains": ["bank.example"]})
    made = desk.office.call("ada", "POST", path, {**body, "scope_role_id": role["id"]}, status=201)
    due = datetime.fromisoformat(made["due_at"])
    desk.loaded(due)
    send_due(desk.at(due + MINUTE))
    [mail] = desk.post.to("bea@bank.example")
    assert "Total | 777.51" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    desk.office.call("ada", "POST", "/api/notify/settings", {"allowed_domains": []})
    desk.loaded(due + timedelta(hours=1))
    send_due(desk.at(due + timedelta(hours=1, minutes=1)))
    assert len(desk.post.to("bea@bank.example")) == 1
    assert desk.log(made)[-1]["state"] == "skipped"


@pytest.mark.feature("5.2.9")
def test_one_looks_at_a_mail_as_its_receiver_without_seeing_more_than_oneself(desk: Desk, save: Save) -> None:
    made, _ = desk.subscribe(save(name="As Sam"), SAM)
    path = f"/api/notify/subscriptions/{made['id']}/recipients/{made['recipients'][0]['id']}/preview"
    letter = desk.office.call("ada", "GET", path)
    assert "Total | 420.00" in letter["text"]
    desk.office.call("lin", "GET", path, status=404)


def _run(desk: Desk, body: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = desk.office.call("ada", "POST", "/api/report/runs", body, status=202)
    return made


@pytest.mark.feature("5.2.5")
def test_a_file_is_written_in_the_background_with_progress(desk: Desk, save: Save) -> None:
    report = save(name="Background")
    made = _run(desk, {"report_id": report["id"], "format": "csv"})
    path = f"/api/report/runs/{made['id']}"
    assert made["state"] == "waiting"
    assert desk.office.call("ada", "GET", f"{path}/file", status=409)["code"] == "run_not_done"
    desk.office.call("lin", "GET", path, status=404)
    send_due(desk.at(datetime.now(UTC)))
    done = desk.office.call("ada", "GET", path)
    assert (done["state"], done["rows_done"], done["rows_total"], done["data_version"]) == ("done", 4, 4, "1")
    text = desk.office.call("ada", "GET", f"{path}/file").decode()
    assert "Alpha GmbH,430.00" in text
    desk.office.call("ada", "POST", f"{path}/cancel", status=409)


@pytest.mark.feature("5.2.5")
def test_a_run_that_is_cancelled_stops_and_one_of_a_wrong_definition_is_refused(desk: Desk, save: Save) -> None:
    made = _run(desk, {"report_id": save()["id"], "format": "xlsx"})
    path = f"/api/report/runs/{made['id']}"
    assert desk.office.call("ada", "POST", f"{path}/cancel")["state"] == "cancelled"
    send_due(desk.at(datetime.now(UTC)))
    assert desk.office.call("ada", "GET", path)["state"] == "cancelled"
    wrong = {"definition": {"question": {"metrics": ["astronauts"]}}, "format": "csv"}
    desk.office.call("ada", "POST", "/api/report/runs", wrong, status=422)
    desk.office.call("sam", "POST", "/api/report/runs", {"report_id": made["report_id"], "format": "csv"}, status=403)


class _Hook(BaseHTTPRequestHandler):
    """An address that is told, and answers with what it is set to."""

    answers: ClassVar[list[int]] = []
    told: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:  # the name the base class looks for
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append((dict(self.headers), body))
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing: what was told is kept."""


@pytest.mark.feature("5.2.9")
def test_a_webhook_is_signed_tried_again_and_reaches_no_private_network_by_itself(desk: Desk, save: Save) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    office, url = desk.office, f"http://127.0.0.1:{server.server_port}/told"
    try:
        refused = office.call("ada", "POST", "/api/notify/endpoints", {"name": "Hook", "url": url}, status=422)
        assert "private address" in refused["errors"][0]["reason"]
        opened_up = office.settings.model_copy(update={"webhook_networks": "127.0.0.0/8"})
        office.services.settings = opened_up
        made = office.call("ada", "POST", "/api/notify/endpoints", {"name": "Hook", "url": url}, status=201)
        assert office.call("ada", "GET", "/api/notify/endpoints")["items"][0]["signing_key"] is None
        [role] = office.call("ada", "GET", "/api/permission/roles?code=analyst")["items"]
        recipients = [{"channel": "webhook", "endpoint_id": made["id"]}]
        subscription, due = desk.subscribe(save(name="Hooked"), recipients=recipients, scope_role_id=role["id"])
        desk.loaded(due)
        desk.sending.settings = opened_up
        _Hook.answers[:] = [503]
        for minutes in (1, 2, 3):
            send_due(desk.at(due + minutes * MINUTE))
    finally:
        office.services.settings = office.settings
        server.shutdown()
        thread.join()
        server.server_close()
    (first, _), (headers, body) = _Hook.told
    [log] = desk.log(subscription)
    assert (log["state"], log["attempts"]) == ("sent", 2)
    assert first["Qooerp-Delivery"] == headers["Qooerp-Delivery"] == log["id"]
    stamp, given = (part.partition("=")[2] for part in headers["Qooerp-Signature"].split(","))
    wanted = hmac.new(made["signing_key"].encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert given == wanted
    assert json.loads(body)["facts"]["data_version"] == "1"
