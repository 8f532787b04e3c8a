"""Many records in, all records out."""

import csv
import io
import time
import tracemalloc
from decimal import Decimal
from typing import Any

import httpx2
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.testclient import TestClient

from api.calls import Call
from api.context import Services
from api.exports import Format, stream
from tests.api.conftest import Login, created, problem
from transactional.kernel.listing import ListQuery
from transactional.kernel.principal import Principal
from transactional.scm.resources import CUSTOMERS

PATH = "/api/scm/customers"
HEADER = "code,name,currency_code,tax_number,credit_limit_amount,region\n"


def upload(http: TestClient, content: bytes | str, name: str = "customers.csv", **params: str) -> httpx2.Response:
    answer: httpx2.Response = http.post(f"{PATH}/import", files={"file": (name, content)}, params=params)
    return answer


@pytest.fixture
def region(http: TestClient) -> dict[str, Any]:
    return created(http.post("/api/scm/regions", json={"code": "N", "name": "North"}))


@pytest.mark.feature("SYS-07")
@pytest.mark.feature("INT-02")
def test_a_file_is_taken_as_a_whole_or_not_at_all(http: TestClient, region: dict[str, Any]) -> None:
    file = HEADER + "A,Ada,EUR,DE1234,10.50,N\nB,,EUR,,,N\nC,Cy,EUR,DE1234,-5,X\nA,Twice,EUR,,,\n"
    refused = problem(upload(http, file), 422, "rows_refused")
    assert {(row["line"], row["column"], row["code"]) for row in refused["rows"]} == {
        (3, "name", "missing"),
        (4, "credit_limit_amount", "greater_than_equal"),
        (4, "region_id", "unknown_reference"),
        (5, "code", "row_twice"),
    }
    assert http.get(PATH).json()["items"] == []
    dry = upload(http, file, dry_run="true").json()
    assert (dry["created"], dry["failed"], dry["dry_run"]) == (1, 3, True)
    assert http.get(PATH).json()["items"] == []
    partly = upload(http, file, only_good="true").json()
    assert (partly["created"], partly["failed"]) == (1, 3)
    [made] = http.get(PATH).json()["items"]
    assert (made["code"], made["credit_limit_amount"], made["region_id"]) == ("A", "10.50", region["id"])


@pytest.mark.feature("SYS-07")
def test_the_same_file_again_changes_nothing_and_another_one_updates(http: TestClient) -> None:
    file = "code;name;currency_code\nA;Ada;EUR\nB;Bo;EUR\n"
    assert upload(http, file).json()["created"] == 2
    again = upload(http, file).json()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    changed = upload(http, file.replace("Ada", "Adele")).json()
    assert (changed["created"], changed["updated"], changed["unchanged"]) == (0, 1, 1)
    assert {(row["name"], row["version"]) for row in http.get(PATH).json()["items"]} == {("Adele", 2), ("Bo", 1)}
    problem(upload(http, "code,name,colour\nA,Ada,red\n"), 422, "invalid_input")
    problem(upload(http, "name,currency_code\nAda,EUR\n"), 422, "invalid_input")


@pytest.mark.feature("INT-02")
def test_xlsx_and_parquet_say_the_same_as_csv(http: TestClient) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["code", "name", "currency_code", "credit_limit_amount"])
    sheet.append([1001, "Ada", "EUR", 12.5])
    buffer = io.BytesIO()
    book.save(buffer)
    assert upload(http, buffer.getvalue(), "x.xlsx").json()["created"] == 1
    table = pa.table({"code": ["1001"], "name": ["Ada"], "currency_code": ["EUR"], "credit_limit_amount": [12.5]})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    assert upload(http, sink.getvalue(), "x.parquet").json()["unchanged"] == 1
    assert upload(http, "code,name,currency_code,credit_limit_amount\n1001,Ada,EUR,12.50\n").json()["unchanged"] == 1


def test_files_of_other_kinds_are_refused(http: TestClient) -> None:
    problem(upload(http, b"\x89PNG\r\n\x1a\n\x00", "x.png"), 415, "unsupported_file")
    problem(upload(http, b"PK\x03\x04broken", "x.xlsx"), 415, "unsupported_file")
    problem(upload(http, b"PAR1broken", "x.parquet"), 415, "unsupported_file")
    problem(upload(http, b"\xff\xfe\xfa", "x.csv"), 422)
    problem(upload(http, b"", "x.csv"), 422)
    assert http.get("/api/scm/customers").json()["items"] == []


def test_a_tree_is_loaded_from_one_file(http: TestClient) -> None:
    file = "code,name,parent\nROOT,Root,\nLEAF,Leaf,MID\nMID,Middle,ROOT\n"
    answer = http.post("/api/organization/units/import", files={"file": ("u.csv", file)})
    assert answer.json()["created"] == 3, answer.text
    units = http.get("/api/organization/units", params={"sort": "path"}).json()["items"]
    assert [unit["path"] for unit in units] == ["/ROOT/", "/ROOT/MID/", "/ROOT/MID/LEAF/"]


@pytest.mark.feature("SYS-07")
@pytest.mark.feature("2.1.6")
def test_a_hundred_thousand_customers_load_within_a_minute(http: TestClient) -> None:
    count = 100_000
    lines = "".join(f"K{number:06},Customer {number},EUR,PL{number:010},{number}.50,\n" for number in range(count))
    began = time.perf_counter()
    bad = problem(upload(http, HEADER + lines + "K999999,x,EUR,,-1,\n"), 422, "rows_refused")
    assert [(row["line"], row["column"]) for row in bad["rows"]] == [(count + 2, "credit_limit_amount")]
    middle = time.perf_counter()
    assert upload(http, HEADER + lines).json()["created"] == count
    took = time.perf_counter() - middle
    assert took < 60, took
    assert middle - began < 60
    again = lines.splitlines(keepends=True)[-1_000:]
    assert upload(http, HEADER + "".join(again)).json()["unchanged"] == 1_000


@pytest.mark.feature("SYS-08")
@pytest.mark.feature("INT-02")
def test_an_export_holds_every_row_in_each_format(http: TestClient) -> None:
    lines = "".join(f"K{number:05},Customer {number},EUR,,{number}.25,\n" for number in range(6_000))
    assert upload(http, HEADER + lines).status_code == 200
    answer = http.get(f"{PATH}/export")
    assert answer.headers["content-type"].startswith("text/csv")
    amounts = [row["credit_limit_amount"] for row in csv.DictReader(io.StringIO(answer.text))]
    assert sorted(amounts, key=float) == [f"{number}.25" for number in range(6_000)]
    parquet = pl.read_parquet(io.BytesIO(http.get(f"{PATH}/export", params={"format": "parquet"}).content))
    assert parquet["credit_limit_amount"].sum() == Decimal("17998500.0000")
    book = openpyxl.load_workbook(
        io.BytesIO(http.get(f"{PATH}/export", params={"format": "xlsx", "code": "K00007"}).content)
    )
    assert [row[1].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["K00007"]
    problem(http.get(f"{PATH}/export", params={"colour": "red"}), 422)
    problem(http.get(f"{PATH}/export", params={"format": "pdf"}), 422)
    back = upload(http, answer.content).json()
    assert (back["unchanged"], back["updated"]) == (6_000, 0)


@pytest.mark.feature("SYS-08")
def test_formulas_are_disarmed_and_come_back_as_they_were(http: TestClient) -> None:
    names = ["=1+1", "  =cmd", "+a", "-b", "@c", "plain"]
    for position, name in enumerate(names):
        body = {"code": f"F{position}", "name": name, "currency_code": "EUR"}
        created(http.post(PATH, json=body))
    exported = http.get(f"{PATH}/export")
    cells = [row["name"] for row in csv.DictReader(io.StringIO(exported.text))]
    assert cells == ["'=1+1", "'=cmd", "'+a", "'-b", "'@c", "plain"]
    assert upload(http, exported.content).json()["unchanged"] == len(names)


@pytest.mark.feature("SYS-05")
@pytest.mark.feature("SYS-08")
def test_exporting_needs_its_own_right_and_is_audited(
    http: TestClient, make_role: Any, make_user: Any, services: Services, admin: Login
) -> None:
    make_role("reader", "customer.read")
    reader = make_user("bo", "reader")
    problem(reader.http.get(f"{PATH}/export"), 403, "not_allowed")
    problem(upload(reader.http, "code\nA\n"), 403, "not_allowed")
    assert http.get(f"{PATH}/export").status_code == 200
    [row] = http.get("/api/system/audit-log", params={"action": "export"}).json()["items"]
    assert (row["user_id"], row["table_name"], row["after"]["format"]) == (str(admin.user_id), "scm.customers", "csv")
    with services.database.outside_tenants() as session:
        assert session.execute(text("select count(*) from kernel.audit_log")).scalar_one() == 0


@pytest.mark.feature("INT-02")
@pytest.mark.feature("SYS-08")
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_export_of_three_times_the_rows_takes_no_more_memory(
    kind: Format, http: TestClient, services: Services, as_admin: Principal
) -> None:
    """The rows come through a cursor of the server, batch by batch: the whole result is never held."""
    call = Call(Request({"type": "http"}), services, as_admin, b"")
    insert = text(
        "insert into scm.customers (id, tenant_id, code, name, currency_code)"
        " select gen_random_uuid(), :tenant, 'M' || n, repeat('long name ', 15), 'EUR'"
        " from generate_series(cast(:first as int), cast(:last as int)) as n"
    )

    def peak() -> tuple[int, int]:
        tracemalloc.start()
        try:
            sent = sum(len(part) for part in stream(call, CUSTOMERS, ListQuery(), kind))
            return sent, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert http.get(PATH).json()["items"] == []
    found = []
    for first, last in ((1, 5_500), (5_501, 16_500)):
        with services.database.transaction(as_admin) as session:
            session.execute(insert, {"tenant": as_admin.tenant_id, "first": first, "last": last})
        found.append(peak())
    (few_sent, few), (many_sent, many) = found
    # Repeated values make a file smaller, not the rows that pass through.
    assert kind != "csv" or many_sent > 2.9 * few_sent
    assert many < 1.3 * few, (few, many)


@pytest.mark.feature("INT-02")
def test_a_sheet_holds_early_days_and_says_where_it_cuts(
    http: TestClient, services: Services, as_admin: Principal
) -> None:
    rates = "/api/finance/tax-rates"
    code = {"code": "T", "name": "T", "kind": "exclusive", "item_tax_class": "t", "party_tax_class": "t"}
    tax = created(http.post("/api/finance/tax-codes", json=code))["id"]
    for day in ("1900-01-01", "1900-02-28", "1900-03-01", "2026-01-01"):
        created(http.post(rates, json={"tax_code_id": tax, "valid_from": day, "rate": "0.1"}))
    sheet = http.get(f"{rates}/export", params={"format": "xlsx"}).content
    answer = http.post(f"{rates}/import", files={"file": ("x.xlsx", sheet)}, params={"dry_run": "true"}).json()
    assert (answer["unchanged"], answer["failed"]) == (4, 0)
    unit = created(http.post("/api/inventory/units-of-measure", json={"code": "EA", "name": "each"}))["id"]
    long = {"code": "LONG", "name": "n", "unit_id": unit, "attributes": {"a": "x" * 40_000}}
    created(http.post("/api/inventory/items", json=long))
    exported = "/api/inventory/items/export"
    content = http.get(exported, params={"format": "xlsx"}).content
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cell = max((str(cell) for row in page.iter_rows(values_only=True) for cell in row), key=len)
    assert (len(cell), cell[-55:]) == (32_767, " ... (cut: a cell holds no more; choose csv or parquet)")
    for format_ in ("csv", "parquet"):
        whole = http.get(exported, params={"format": format_}).content
        again = http.post(
            "/api/inventory/items/import", files={"file": (f"x.{format_}", whole)}, params={"dry_run": "true"}
        )
        assert again.json()["unchanged"] == 1, again.text


@pytest.mark.feature("2.1.14")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_export_by_a_number_that_fits_no_column_is_refused_before_it_begins(http: TestClient, kind: str) -> None:
    asked = {"format": kind, "lead_time_days": "553886587770"}
    problem(http.get("/api/inventory/items/export", params=asked), 422)
    assert http.get("/api/inventory/items/export", params={**asked, "lead_time_days": "5"}).status_code == 200
