"""Reports over sources outside, away from the page: written in the background, and sent by subscriptions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql

from reports.sender import send_due
from tests.reports.conftest import ADA, SAM, Office
from tests.reports.test_sending import MINUTE, Desk, Save, desk
from tests.reports.test_sources import Shop, opened, shop, shops

__all__ = ["desk", "opened", "shop", "shops"]
QUESTION = {"source": "old_shop", "table": "shops", "columns": ["city", "revenue"], "order_by": ["-revenue"]}


@pytest.fixture
def report(opened: Office, shops: dict[str, Any], save: Save) -> dict[str, Any]:
    assert shops["name"] == "old_shop"
    return save(name="Old shops", kind="rows", question=QUESTION)


def _text(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


@pytest.mark.feature("5.2.3")
def test_rows_of_a_source_are_written_to_a_file_in_the_background(desk: Desk, report: dict[str, Any]) -> None:
    call = desk.office.call
    made = call("ada", "POST", "/api/report/runs", {"report_id": report["id"], "format": "csv"}, status=202)
    desk.sending.settings = desk.sending.settings.model_copy(update={"source_networks": "127.0.0.0/8"})
    send_due(desk.at(datetime.now(UTC)))
    path = f"/api/report/runs/{made['id']}"
    done = call("ada", "GET", path)
    assert (done["state"], done["rows_total"], done["error"]) == ("done", 4, None)
    lines = [
        line for line in call("ada", "GET", f"{path}/file").decode("utf-8-sig").splitlines() if not line.startswith("#")
    ]
    assert lines[1:] == ["Basel,250.25", "Bern,100.1", "Chur,-7.5", ","]


@pytest.mark.feature("5.2.3")
@pytest.mark.feature("5.2.9")
def test_rows_of_a_source_are_mailed_to_those_who_may_read_it(desk: Desk, report: dict[str, Any]) -> None:
    made, due = desk.subscribe(report, ADA, SAM, formats=["xlsx"])
    desk.sending.settings = desk.sending.settings.model_copy(update={"source_networks": "127.0.0.0/8"})
    desk.loaded(due + MINUTE)
    send_due(desk.at(due + 2 * MINUTE))
    [ada], [sam] = (desk.post.to(f"{name}@acme.test") for name in ("ada", "sam"))
    assert "Basel | 250.25" in _text(ada)
    assert [part.get_filename() for part in ada.iter_attachments()] == ["Old shops.xlsx"]
    assert "Basel" not in _text(sam)
    assert "You need the right" in _text(sam), "who may not read the source is told what is missing"
    assert {each["state"] for each in desk.log(made)} == {"sent"}


@pytest.mark.feature("5.2.3")
@pytest.mark.feature("5.2.9")
def test_a_source_that_does_not_answer_is_tried_again_and_told_in_the_log(
    desk: Desk, report: dict[str, Any], shop: Shop
) -> None:
    made, due = desk.subscribe(report, ADA)
    desk.sending.settings = desk.sending.settings.model_copy(update={"source_networks": "127.0.0.0/8"})
    desk.loaded(due + MINUTE)
    with psycopg.connect(shop.url, autocommit=True) as connection:
        reader = sql.Identifier(shop.reader)
        connection.execute(sql.SQL("alter role {} nologin").format(reader))
        try:
            send_due(desk.at(due + 2 * MINUTE))
        finally:
            connection.execute(sql.SQL("alter role {} login").format(reader))
    [waiting] = desk.log(made)
    assert (waiting["state"], waiting["attempts"], desk.post.taken) == ("waiting", 1, [])
    assert "The source old_shop does not answer" in waiting["reason"]
    send_due(desk.at(due + 10 * MINUTE))
    [sent] = desk.log(made)
    assert (sent["state"], len(desk.post.taken)) == ("sent", 1)
