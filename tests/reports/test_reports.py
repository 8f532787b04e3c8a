"""Reports over HTTP: designed, versioned, run and exported with each reader's rights."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import openpyxl
import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.olap.company import ACME, invoice_line
from tests.reports.conftest import LIN, SAM, Office
from transactional.kernel.models import AuditRecord
from transactional.kernel.principal import system_principal

Save = Callable[..., dict[str, Any]]
PIVOT = {"kind": "pivot", "question": {"metrics": ["average_order_value"], "rows": ["customer"], "columns": ["month"]}}


@pytest.mark.feature("5.2.2")
def test_a_saved_definition_gives_the_rows_of_the_same_question(office: Office, save: Save) -> None:
    report = save()
    question = {"metrics": ["net_revenue"], "group_by": ["customer"], "order_by": ["-net_revenue"], "totals": True}
    asked = office.call("ada", "POST", "/api/metrics/query", question)
    sheet = office.call("ada", "POST", f"/api/report/reports/{report['id']}/run", {})
    assert sheet["rows"] == asked["rows"]
    assert sheet["totals"]["net_revenue"] == asked["totals"]["net_revenue"] == "777.51"
    assert sheet["definition_version"] == 1
    assert sheet["evidence"]["loaded_at"] == "2026-03-16T09:30:00+00:00"
    once = office.call("ada", "POST", "/api/report/run", {"definition": {"question": question}})
    assert once["rows"] == sheet["rows"]


@pytest.mark.feature("5.2.2")
def test_a_changed_definition_is_a_further_version_and_the_first_stays(office: Office, save: Save) -> None:
    report = save(name="Versions")
    path = f"/api/report/reports/{report['id']}"
    changed = {"definition": {"question": {"metrics": ["order_count"]}}}
    office.call("ada", "PATCH", path, changed, status=428)
    after = office.call("ada", "PATCH", path, {**changed, "version": report["version"]})
    assert (after["definition_version"], after["version"]) == (2, 2)
    office.call("ada", "PATCH", path, {**changed, "version": 1}, status=409)
    versions = office.call("ada", "GET", f"{path}/versions")["items"]
    assert [each["number"] for each in versions] == [2, 1]
    first = office.call("ada", "POST", f"{path}/run", {"version": 1})
    assert first["totals"]["net_revenue"] == "777.51"
    assert office.call("ada", "POST", f"{path}/run", {})["rows"] == [{"order_count": 6}]
    office.call("ada", "POST", f"{path}/run", {"version": 9}, status=404)


@pytest.mark.feature("5.2.2")
@pytest.mark.parametrize(
    ("question", "path", "reason"),
    [
        ({"metrics": ["net_revenu"]}, "question/metrics/0", "net_revenue"),
        ({"metrics": ["net_revenue"], "group_by": ["warehouse"]}, "question/group_by/0", "has no dimension"),
        ({"metrics": ["net_revenue"], "order_by": ["-cost"]}, "question/order_by/0", "unknown column"),
        ({"metrics": "net_revenue"}, "question/metrics", "a list is expected"),
    ],
)
def test_a_question_that_means_nothing_is_refused_naming_why(
    office: Office, question: dict[str, Any], path: str, reason: str
) -> None:
    body = {"name": "Wrong", "definition": {"question": question}}
    refused = office.call("ada", "POST", "/api/report/reports", body, status=422)
    assert [error["path"] for error in refused["errors"]] == [path]
    assert reason in refused["errors"][0]["reason"]


@pytest.mark.feature("5.2.5")
def test_parameters_and_periods_are_checked(office: Office, save: Save) -> None:
    report = save(
        question={"metrics": ["net_revenue"]},
        period="last_month",
        parameters=[{"name": "customer", "field": "customer", "is_required": True}],
    )
    path = f"/api/report/reports/{report['id']}/run"
    refused = office.call("ada", "POST", path, {"parameters": {"colour": "red"}}, status=422)
    assert {error["path"] for error in refused["errors"]} == {"parameters/customer", "parameters/colour"}
    sheet = office.call("ada", "POST", path, {"parameters": {"customer": 'Gamma\'s "Best" {{ Ltd }}'}})
    assert sheet["rows"] == [{"net_revenue": "40.01"}]
    assert sheet["evidence"]["filters"][-2:] == ["from 2026-02-01", "to 2026-02-28"]
    both = {"parameters": {"customer": ["Alpha GmbH", "Beta SARL"]}, "period": "year_to_date"}
    assert office.call("ada", "POST", path, both)["rows"] == [{"net_revenue": "630.00"}]
    office.call("ada", "POST", path, {**both, "period": "next_easter"}, status=422)
    bad = {"start": "2026-03-01", "end": "2026-02-01"}
    refused = office.call("ada", "POST", path, {**both, "period": bad}, status=422)
    assert refused["errors"][0]["path"] == "time/end"


@pytest.mark.feature("5.2.5")
@pytest.mark.feature("5.2.5")
@pytest.mark.parametrize("kind", ["table", "pivot"])
def test_a_parameters_value_that_no_member_has_is_refused_and_a_defaults_is_not(
    kind: str, office: Office, save: Save
) -> None:
    by = {"group_by": ["customer"]} if kind == "table" else {"rows": ["customer"]}
    region: dict[str, Any] = {"name": "area", "field": "region", "default": ["North"]}
    report = save(name="Regions", kind=kind, question={"metrics": ["net_revenue"], **by}, parameters=[region])
    path = f"/api/report/reports/{report['id']}/run"
    for given in ("Mars", ["North", "Mars"]):
        refused = office.call("ada", "POST", path, {"parameters": {"area": given}}, status=422)
        assert [(each["path"], each["code"]) for each in refused["errors"]] == [("parameters/area", "unknown_member")]
        assert "Mars" in refused["errors"][0]["reason"]
    assert office.call("ada", "POST", path, {"parameters": {"area": "South"}})["rows"]
    if kind == "table":
        ahead = {**region, "default": ["Mars"]}
        report = save(name="Ahead", question={"metrics": ["net_revenue"], **by}, parameters=[ahead])
        assert office.call("ada", "POST", f"/api/report/reports/{report['id']}/run", {})["rows"] == []


@pytest.mark.feature("5.2.5")
@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2026-03", ["from 2026-03-01", "to 2026-03-31"]),
        ("2026-Q1", ["from 2026-01-01", "to 2026-03-31"]),
        ("2025", ["from 2025-01-01", "to 2025-12-31"]),
    ],
)
def test_a_report_is_run_for_a_month_a_quarter_or_a_year(
    period: str, days: list[str], office: Office, save: Save
) -> None:
    path = f"/api/report/reports/{save(name='Months')['id']}/run"
    assert office.call("ada", "POST", path, {"period": period})["evidence"]["filters"][-2:] == days


@pytest.mark.feature("5.2.5")
@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "0000", "1776", "26", "", {}, {"grain": "month"}])
def test_a_period_that_means_no_days_is_refused_with_those_that_do(period: Any, office: Office, save: Save) -> None:
    path = f"/api/report/reports/{save(name='Odd')['id']}/run"
    refused = office.call("ada", "POST", path, {"period": period}, status=422)
    assert [each["path"] for each in refused["errors"]] == ["period"]
    if isinstance(period, str):
        assert "last_90_days" in refused["errors"][0]["reason"]
        assert "2026-Q1" in refused["errors"][0]["reason"]
    far = office.call("ada", "POST", path, {"period": {"end": "9999-12-31"}}, status=422)
    assert far["errors"][0]["code"] == "day_out_of_range"


def test_a_parameters_default_holds_until_something_else_is_given(office: Office, save: Save) -> None:
    by_customer = {"name": "customer", "field": "customer", "op": "in", "default": ["Beta SARL"]}
    report = save(name="Asks", question={"metrics": ["net_revenue"]}, parameters=[by_customer])
    path = f"/api/report/reports/{report['id']}/run"
    given: list[dict[str, list[str]]] = [{}, {"customer": ["Alpha GmbH", "Beta SARL"]}, {"customer": []}]
    told = [office.call("ada", "POST", path, {"parameters": each})["rows"][0]["net_revenue"] for each in given]
    assert told == ["300.00", "730.00", "777.51"]
    wrong = {
        "name": "Wrong",
        "definition": {
            "question": {"metrics": ["net_revenue"]},
            "parameters": [{**by_customer, "default": "Beta SARL"}],
        },
    }
    refused = office.call("ada", "POST", "/api/report/reports", wrong, status=422)
    assert [each["path"] for each in refused["errors"]] == ["parameters/0/default"]


@pytest.mark.feature("5.2.4")
def test_two_readers_of_one_report_each_see_what_they_may_list(office: Office, save: Save) -> None:
    report = save(name="Shared")
    path = f"/api/report/reports/{report['id']}"
    office.call("sam", "GET", path, status=404)
    office.call("ada", "POST", f"{path}/shares", {"kind": "user", "user_id": str(SAM)}, status=201)
    office.call("sam", "PATCH", path, {"name": "Mine", "version": 1}, status=403)
    ours = office.call("ada", "POST", f"{path}/run", {})
    mine = office.call("sam", "POST", f"{path}/run", {})
    assert (ours["totals"]["net_revenue"], mine["totals"]["net_revenue"]) == ("777.51", "420.00")
    assert [row["net_revenue"] for row in mine["rows"]] == ["300.00", "120.00"]
    assert mine["left_out"][0].startswith("Only rows that you may see of:")


@pytest.mark.feature("5.2.4")
def test_a_reader_without_a_needed_metric_gets_no_partial_total(office: Office, save: Save) -> None:
    report = save(name="Margins", question={"metrics": ["net_revenue", "gross_margin"]})
    path = f"/api/report/reports/{report['id']}"
    office.call("ada", "POST", f"{path}/shares", {"kind": "user", "user_id": str(SAM)}, status=201)
    refused = office.call("sam", "POST", f"{path}/run", {}, status=403)
    assert "gross_margin" in refused["detail"]


@pytest.mark.feature("5.2.6")
def test_a_preview_is_marked_and_equals_the_first_rows_of_the_run(office: Office, save: Save) -> None:
    lines = [invoice_line(100 + n, None, f"item-{n}", date(2026, 3, 1), f"{n}.00") for n in range(1, 31)]
    report = save(question={"metrics": ["net_revenue"], "group_by": ["invoice_number"], "order_by": ["-net_revenue"]})
    office.load(2, lines=lines)
    try:
        path = f"/api/report/reports/{report['id']}"
        seen, whole = (office.call("ada", "POST", f"{path}/{verb}", {}) for verb in ("preview", "run"))
    finally:
        office.load(1)
    assert (seen["is_preview"], whole["is_preview"]) == (True, False)
    assert seen["rows"] == whole["rows"][:20]
    assert seen["notes"]["rows_in_all"] == len(whole["rows"]) == 36
    assert seen["notes"]["is_slow"] is False


@pytest.mark.feature("5.2.7")
def test_every_export_has_the_values_of_the_page_and_says_what_they_are(office: Office, save: Save) -> None:
    report = save(
        name="Export",
        question={"metrics": ["net_revenue", "discount_rate"], "group_by": ["customer", "invoiced_on"], "totals": True},
        chart={"type": "bar", "metric": "net_revenue"},
    )
    path = f"/api/report/reports/{report['id']}"
    page = office.call("ada", "POST", f"{path}/run", {})
    files = {
        kind: office.call("ada", "POST", f"{path}/export", {"format": kind})
        for kind in ("csv", "xlsx", "pdf", "parquet")
    }
    shown = [Decimal(row["net_revenue"]) for row in page["rows"]]

    text = files["csv"].decode("utf-8-sig").splitlines()
    assert "# Loaded: 2026-03-16 09:30 UTC" in text
    rows = [line.split(",") for line in text if not line.startswith("#")][1:]
    assert [Decimal(row[2]) for row in rows[:-1]] == shown
    assert rows[-1][0] == "Total"
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    figures = book.worksheets[0]
    cells: list[list[Any]] = [[cell.value for cell in row] for row in figures.iter_rows(min_row=5)]
    assert [Decimal(str(row[2])) for row in cells[:-1]] == shown
    assert {type(row[2]) for row in cells} <= {int, float}
    assert str(cells[0][1])[:10] == str(date.fromisoformat(page["rows"][0]["invoiced_on"]))
    assert figures.freeze_panes == "C5"
    assert figures["A2"].hyperlink.target.endswith(f"/reports?id={report['id']}")
    about = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    assert about["Loaded"] == "2026-03-16 09:30 UTC"
    table = pq.read_table(io.BytesIO(files["parquet"]))
    assert [Decimal(value) for value in table["net_revenue"].to_pylist()] == shown
    assert table.schema.field("invoiced_on").type == "date32[day]"
    assert ["Data version", "1"] in json.loads(table.schema.metadata[b"about"])
    pages = PdfReader(io.BytesIO(files["pdf"])).pages
    printed = "\n".join(page.extract_text() for page in pages)
    assert f"Page 1 of {len(pages)}" in printed
    assert "Data version 1, loaded 2026-03-16 09:30 UTC" in printed
    assert "777.51" in printed


@pytest.mark.feature("5.2.7")
@pytest.mark.parametrize("kind", ["table", "pivot"])
def test_every_file_says_in_which_currency_its_money_is(kind: str, office: Office, save: Save) -> None:
    by = {"group_by": ["customer"]} if kind == "table" else {"rows": ["customer"]}
    report = save(name="Money", kind=kind, question={"metrics": ["net_revenue", "order_count"], **by})
    files = {
        name: office.call("ada", "POST", f"/api/report/reports/{report['id']}/export", {"format": name})
        for name in ("csv", "xlsx", "pdf", "parquet")
    }
    text = files["csv"].decode("utf-8-sig").splitlines()
    assert "# Currency: EUR" in text
    assert any(line.endswith(",Net revenue (EUR),Orders") for line in text)
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert [cell.value for cell in book.worksheets[0][4]][1:] == ["Net revenue (EUR)", "Orders"]
    assert ("Currency", "EUR") in [tuple(cell.value for cell in row) for row in book.worksheets[1].iter_rows()]
    # A count has no point where a spreadsheet would leave one bare.
    assert {row[2].number_format for row in book.worksheets[0].iter_rows(min_row=5)} == {"#,##0"}
    printed = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    assert "Net revenue (EUR)" in printed
    schema = pq.read_table(io.BytesIO(files["parquet"])).schema
    assert ["Currency", "EUR"] in json.loads(schema.metadata[b"about"])
    told = [field.metadata for field in schema]
    assert (told[1][b"label"], told[1][b"currency"], b"currency" in told[2]) == (b"Net revenue", b"EUR", False)


@pytest.mark.feature("5.2.7")
def test_a_file_over_several_currencies_says_that_its_rows_tell_them(office: Office, save: Save) -> None:
    report = save(name="Companies", question={"metrics": ["net_revenue"], "group_by": ["currency"]})
    dollars = {"company_id": "company-2", "currency_code": "USD"}
    office.load(7, lines=[invoice_line(1, None, "item-odd", date(2026, 3, 1), "2.00", **dollars)])
    try:
        text = office.call("ada", "POST", f"/api/report/reports/{report['id']}/export", {"format": "csv"}).decode()
    finally:
        office.load(1)
    assert "# Currency: as named in the row, or that of its company" in text
    assert text.splitlines()[-3:] == ["Currency,Net revenue", "EUR,777.51", "USD,2.00"]


@pytest.mark.feature("5.2.7")
def test_a_customer_named_as_a_formula_is_text_in_every_file(office: Office, save: Save) -> None:
    report = save(question={"metrics": ["net_revenue"], "group_by": ["invoice_number"]})
    line = invoice_line(1, None, "item-odd", date(2026, 3, 1), "1.00", invoice_number="=1+1")
    office.load(3, lines=[line])
    try:
        path = f"/api/report/reports/{report['id']}/export"
        text = office.call("ada", "POST", path, {"format": "csv"}).decode()
        book = openpyxl.load_workbook(io.BytesIO(office.call("ada", "POST", path, {"format": "xlsx"})))
    finally:
        office.load(1)
    assert "'=1+1,1.00" in text
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.feature("5.2.7")
def test_an_export_needs_its_right_and_is_in_the_audit_log(office: Office, save: Save) -> None:
    report = save(name="Audited")
    path = f"/api/report/reports/{report['id']}"
    office.call("ada", "POST", f"{path}/shares", {"kind": "user", "user_id": str(SAM)}, status=201)
    office.call("sam", "POST", f"{path}/export", {"format": "csv"}, status=403)
    office.call("ada", "POST", f"{path}/export", {"format": "docx"}, status=422)
    office.call("ada", "POST", f"{path}/export", {"format": "pdf"})
    with office.services.database.transaction(system_principal(UUID(ACME), channel="test")) as session:
        wanted = select(AuditRecord.after).where(
            AuditRecord.row_id == UUID(report["id"]), AuditRecord.action == "export"
        )
        noted: list[Any] = list(session.scalars(wanted))
    assert [(each["format"], each["rows"], each["data_version"]) for each in noted] == [("pdf", 4, "1")]


def test_a_pivot_is_a_sheet_whose_totals_are_asked_for(office: Office, save: Save) -> None:
    report = save(name="Pivot", **PIVOT)
    sheet = office.call("ada", "POST", f"/api/report/reports/{report['id']}/run", {})
    assert [column["label"] for column in sheet["columns"]][:3] == ["Customer", "2025-01", "2026-01"]
    total = list(sheet["totals"].values())
    assert total[0] == "Total"
    # 777.51 over six invoices, not the sum or mean of the rows' averages.
    assert Decimal(total[-1]).quantize(Decimal("0.001")) == Decimal("129.585")


@pytest.mark.feature("5.2.2")
def test_a_cross_table_is_saved_as_it_is_asked_and_refused_where_it_could_not_be(office: Office, save: Save) -> None:
    question = {
        "metrics": ["net_revenue", {"metric": "net_revenue", "name": "part", "show": "percent_of_column"}],
        "rows": ["year", "quarter"],
        "measures_on": "rows",
    }
    report = save(name="Periods within each other", kind="pivot", question=question)
    sheet = office.call("ada", "POST", f"/api/report/reports/{report['id']}/run", {})
    totals = [list(row.values())[2:] for row in sheet["rows"] if next(iter(row.values())) == "Total"]
    assert totals == [["Net revenue", "777.51"], ["Net revenue (% of column)", "1"]]
    for part, path in (
        ({"rows": ["year", "moon"]}, "question/rows/1"),
        (
            {"metrics": [{"metric": "net_revenue", "show": "difference"}], "rows": ["customer"]},
            "question/metrics/0/show",
        ),
        ({"having": [{"dimension": "warehouse", "metric": "net_revenue", "value": 1}]}, "question/having/0/dimension"),
    ):
        wrong = {"name": "Wrong", "definition": {"kind": "pivot", "question": {**question, **part}}}
        refused = office.call("ada", "POST", "/api/report/reports", wrong, status=422)
        assert path in [each["path"] for each in refused["errors"]]


def _role(office: Office, code: str) -> str:
    [found] = office.call("ada", "GET", f"/api/permission/roles?code={code}")["items"]
    return str(found["id"])


@pytest.mark.feature("5.2.8")
def test_a_share_to_a_role_shows_each_holder_the_own_rows(office: Office, save: Save) -> None:
    report = save(name="For sellers")
    path = f"/api/report/reports/{report['id']}"
    role = _role(office, "salesperson")
    made = office.call("ada", "POST", f"{path}/shares", {"kind": "role", "role_id": role}, status=201)
    assert report["id"] in [each["id"] for each in office.call("sam", "GET", "/api/report/reports")["items"]]
    assert office.call("sam", "POST", f"{path}/run", {})["totals"]["net_revenue"] == "420.00"
    office.call("lin", "POST", f"{path}/run", {}, status=404)
    office.call("ada", "POST", f"{path}/shares/{made['id']}/revoke")
    office.call("sam", "POST", f"{path}/run", {}, status=404)


@pytest.mark.feature("5.2.8")
def test_a_link_shows_what_its_named_role_sees_until_it_is_revoked_or_expires(office: Office, save: Save) -> None:
    report = save(name="Linked")
    path = f"/api/report/reports/{report['id']}"
    role = office.call(
        "ada",
        "POST",
        "/api/permission/roles",
        {"code": "public", "name": "Public", "permissions": ["metric.sales.read", "invoice.read", "customer.read"]},
        status=201,
    )
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    link = {"kind": "link", "role_id": role["id"], "expires_at": soon}
    refused = office.call("ada", "POST", f"{path}/shares", {"kind": "link"}, status=422)
    assert {error["path"] for error in refused["errors"]} == {"role_id", "expires_at"}
    office.call("ada", "POST", f"{path}/shares", {**link, "expires_at": "2020-01-01T00:00:00Z"}, status=422)
    made = office.call("ada", "POST", f"{path}/shares", link, status=201)
    target = "/api/report/links/" + made["url"].rpartition("/")[2]
    sheet = office.call("nobody", "GET", target)
    assert (sheet["scope"], sheet["totals"]["net_revenue"]) == ("Public", "777.51")
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = office.people["nobody"].get(target, headers=browser, follow_redirects=False)
    wanted = f"{office.settings.pages_url}/shared?link={target.rpartition('/')[2]}"
    assert (page.status_code, page.headers["location"]) == (303, wanted)
    assert office.call("ada", "GET", f"{path}/shares")["items"][0]["url"] is None
    office.call("nobody", "GET", target[:-2] + "zz", status=404)
    later = replace(office.services, now=lambda: datetime.now(UTC) + timedelta(days=3))
    app = office.people["nobody"].app
    app.state.services = later  # type: ignore[attr-defined]  # Starlette's state
    office.call("nobody", "GET", target, status=410)
    app.state.services = office.services  # type: ignore[attr-defined]  # Starlette's state
    office.call("ada", "POST", f"{path}/shares/{made['id']}/revoke")
    office.call("nobody", "GET", target, status=410)


@pytest.mark.feature("5.2.8")
def test_a_link_cannot_show_more_than_its_maker_sees(office: Office, save: Save) -> None:
    permissions = ["report.*", "metric.read", "metric.sales.read", "metric.export", "invoice.read"]
    office.call(
        "ada",
        "POST",
        "/api/permission/roles",
        {
            "code": "author",
            "name": "Author",
            "permissions": [p for p in permissions if p != "report.*"]
            + ["report.read", "report.create", "report.share"],
        },
        status=201,
    )
    office.call("ada", "POST", f"/api/user/users/{LIN}/assign-roles", {"roles": ["analyst", "author"]})
    report = save("lin", name="By Lin", question={"metrics": ["net_revenue"]})
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    path = f"/api/report/reports/{report['id']}/shares"
    link = {"kind": "link", "role_id": _role(office, "admin"), "expires_at": soon}
    assert office.call("lin", "POST", path, link, status=403)["code"] == "scope_not_held"
    office.call("lin", "POST", path, {**link, "role_id": _role(office, "author")}, status=201)


def test_a_dashboard_shows_its_tiles_from_one_load_under_one_filter_as_far_as_one_may_see(office: Office) -> None:
    tiles = [
        {"title": "Revenue", "definition": {"question": {"metrics": ["net_revenue"], "group_by": ["customer"]}}},
        {"title": "Margin", "definition": {"question": {"metrics": ["gross_margin"]}}},
        {"title": "Stock", "definition": {"question": {"metrics": ["stock_value"]}}},
    ]
    body = {"name": "Mine", "tiles": tiles}
    made = office.call("ada", "POST", "/api/report/dashboards", body, status=201)
    path = f"/api/report/dashboards/{made['id']}"
    office.call("sam", "POST", f"{path}/show", {}, status=404)
    office.call("ada", "POST", f"{path}/shares", {"kind": "user", "user_id": str(SAM)}, status=201)
    given = {"where": [{"field": "customer", "value": "Beta SARL"}], "period": "year_to_date"}
    shown = office.call("ada", "POST", f"{path}/show", given)
    assert [tile["title"] for tile in shown["tiles"]] == ["Revenue", "Margin", "Stock"]
    assert shown["tiles"][0]["rows"] == [{"customer": "Beta SARL", "net_revenue": "300.00"}]
    assert shown["tiles"][1]["rows"] == [{"gross_margin": "150.00"}]
    assert [tile["unfiltered"] for tile in shown["tiles"]] == [[], [], ["customer"]]
    assert {tile["evidence"]["data_version"] for tile in shown["tiles"]} == {shown["data_version"]} == {"1"}
    mine = office.call("sam", "POST", f"{path}/show", given)
    assert "Margin" not in [tile["title"] for tile in mine["tiles"]]
    office.call("sam", "DELETE", path, status=403)
    wrong = {
        "name": "Wrong",
        "tiles": [{"definition": {"question": {"metrics": ["net_revenue"], "group_by": ["moon"]}}}],
    }
    refused = office.call("ada", "POST", "/api/report/dashboards", wrong, status=422)
    assert refused["errors"][0]["path"] == "tiles/0/definition/question/group_by/0"
    office.call("ada", "DELETE", path, status=204)


@pytest.mark.feature("5.2.5")
def test_a_run_that_takes_longer_than_one_waits_goes_on_in_the_background(office: Office, save: Save) -> None:
    report = save(name="Long")
    path = f"/api/report/reports/{report['id']}/run"
    office.numbers.forget()
    queued = office.call("ada", "POST", path, {}, status=202, headers={"Prefer": "respond-async, wait=0"})
    assert (queued["state"], queued["report_id"]) == ("waiting", report["id"])
    office.call("ada", "POST", f"/api/report/runs/{queued['id']}/cancel")
    patient = office.call("ada", "POST", path, {}, headers={"Prefer": "respond-async, wait=60"})
    assert patient["totals"]["net_revenue"] == "777.51"
