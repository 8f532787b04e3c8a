"""Named sources of reports: the marts, and PostgreSQL and CSV outside, read only, their passwords sealed."""

from __future__ import annotations

import csv
import http.server
import io
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from runtime.postgres import EmbeddedPostgres
from runtime.sealing import SealBroken, seal, unseal
from runtime.secrets import SecretStore
from tests.olap.company import ACME
from tests.reports.conftest import Office
from transactional.kernel.principal import system_principal

Save = Callable[..., dict[str, Any]]
SOURCES = "/api/report/sources"
SECRET = "fourteen quiet otters"
TABLES = """
    create table shops (
        id integer, city text, opened_on date, revenue numeric(12, 2), is_open boolean, seen_at timestamptz, tag uuid
    );
    insert into shops values
        (1, 'Bern', '2020-05-01', 100.10, true, '2026-03-01 10:00+00', null),
        (2, 'Basel', '2021-06-02', 250.25, true, null, null),
        (3, null, null, null, false, null, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
        (4, 'Chur', '2022-07-03', -7.5, null, null, null);
    create table hidden (id integer);
    revoke create on schema public from public;
"""


@dataclass
class Shop:
    """A PostgreSQL database that is none of ours, with a reader and a writer."""

    host: str
    port: int
    database: str
    reader: str
    writer: str
    url: str

    def body(self, source: str, **more: Any) -> dict[str, Any]:
        """What adds it as a source."""
        return {
            "name": source,
            "kind": "postgres",
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "username": self.reader,
            "password": SECRET,
        } | more


@pytest.fixture(scope="module")
def shop(server: EmbeddedPostgres) -> Iterator[Shop]:
    mark = uuid4().hex[:8]
    name, reader, writer = f"shop_{mark}", f"reader_{mark}", f"writer_{mark}"
    server.create_database(name)
    with psycopg.connect(server.url(name), autocommit=True) as connection:
        connection.execute(TABLES)
        for role in (reader, writer):
            made = sql.SQL("create role {} login password {}").format(sql.Identifier(role), sql.Literal(SECRET))
            connection.execute(made)
            connection.execute(sql.SQL("grant select on shops to {}").format(sql.Identifier(role)))
        connection.execute(sql.SQL("grant update (city) on shops to {}").format(sql.Identifier(writer)))
    yield Shop("127.0.0.1", server.port, name, reader, writer, server.url(name))
    server.drop_database(name)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        for role in (reader, writer):
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


@pytest.fixture(scope="module")
def opened(office: Office) -> Office:
    """The office of an operator who lets sources lie on this machine."""
    services = office.services
    services.settings = services.settings.model_copy(update={"source_networks": "127.0.0.0/8"})
    return office


@pytest.fixture(scope="module")
def shops(opened: Office, shop: Shop) -> dict[str, Any]:
    """The shop as a source, added by the administrator."""
    added: dict[str, Any] = opened.call(
        "ada", "POST", SOURCES, shop.body("old_shop", label="Old shop", description="Sold in 2024"), status=201
    )
    return added


def rows_of(office: Office, question: dict[str, Any], who: str = "ada", status: int = 200) -> Any:
    return office.call(
        who, "POST", "/api/report/run", {"definition": {"kind": "rows", "question": question}}, status=status
    )


@pytest.mark.feature("5.2.3")
def test_marts_are_named_sources_with_load_time_and_owner(office: Office) -> None:
    listed = {each["name"]: each for each in office.call("lin", "GET", SOURCES)["items"]}
    invoices = listed["fct_sales_invoice_lines"]
    assert (invoices["kind"], invoices["owner"]) == ("mart", "sales team")
    assert invoices["loaded_at"] == "2026-03-16T09:30:00+00:00"
    [table] = office.call("lin", "GET", f"{SOURCES}/fct_sales_invoice_lines/tables")["items"]
    assert {"name": "revenue_amount", "type": "number"} in table["columns"]
    office.call("lin", "GET", f"{SOURCES}/nowhere/tables", status=404)


@pytest.mark.feature("5.2.3")
def test_a_report_reads_a_mart_by_name_with_the_readers_rows_and_columns(office: Office) -> None:
    question = {"source": "fct_sales_invoice_lines", "columns": ["invoice_number", "revenue_amount"]}
    whole, own = (rows_of(office, question, who) for who in ("ada", "sam"))
    figures = [
        office.call(who, "POST", "/api/metrics/query", {"metrics": ["net_revenue"]})["rows"][0]["net_revenue"]
        for who in ("ada", "sam")
    ]
    sums = [sum(float(row["revenue_amount"]) for row in each["rows"]) for each in (whole, own)]
    assert [f"{each:.2f}" for each in sums] == figures
    assert len(own["rows"]) < len(whole["rows"])
    assert whole["evidence"]["loaded_at"] == "2026-03-16T09:30:00+00:00"
    assert whole["evidence"]["definitions"][0]["owner"] == "sales team"
    hidden = rows_of(office, {**question, "columns": ["cost_amount"]}, "sam", status=422)
    assert hidden["errors"][0]["path"] == "question/columns/0"
    forbidden = rows_of(office, {"source": "fct_stock_daily"}, "sam", status=403)
    assert forbidden["code"] == "metric_forbidden"
    unknown = rows_of(office, {"source": "fct_nothing"}, status=422)
    assert unknown["errors"][0]["code"] == "unknown_source"


@pytest.mark.feature("5.2.3")
def test_a_wrong_password_is_refused_on_save_and_nothing_is_kept(opened: Office, shop: Shop) -> None:
    refused = opened.call("ada", "POST", SOURCES, shop.body("wrong", password="a guess"), status=422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("password", "wrong_password")]
    names = {each["name"] for each in opened.call("ada", "GET", SOURCES)["items"]}
    assert "wrong" not in names


@pytest.mark.feature("5.2.3")
@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({"database": "no_such_one"}, "database", "unknown_database"),
        ({"username": "nobody"}, "password", "wrong_password"),
        ({"port": 1}, "host", "no_answer"),
        ({"host": "no-such-host.invalid"}, "host", "source_address"),
        ({"host": "10.0.0.1"}, "host", "source_address"),
        ({"url": "http://example.com/a.csv"}, "url", "none_required"),
        ({"name": "fct_sales_invoice_lines"}, "name", "taken"),
        ({"name": "Old Shop"}, "name", "string_pattern_mismatch"),
        ({"ssl": "off"}, "ssl", "literal_error"),
        ({"password": ""}, "password", "too_short"),
    ],
)
def test_what_is_wrong_with_a_source_is_named_by_its_field(
    opened: Office, shop: Shop, wrong: dict[str, Any], path: str, code: str
) -> None:
    refused = opened.call("ada", "POST", SOURCES, shop.body("elsewhere", **wrong), status=422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [(path, code)]


@pytest.mark.feature("5.2.3")
def test_a_login_that_may_write_is_told_so_and_writes_nothing(opened: Office, shop: Shop) -> None:
    assert opened.call("ada", "POST", SOURCES, shop.body("reads"), status=201)["may_write"] is None
    made = opened.call("ada", "POST", SOURCES, shop.body("writes", username=shop.writer), status=201)
    assert made["may_write"] == "public.shops"
    assert opened.call("ada", "POST", f"{SOURCES}/{made['id']}/test", {})["may_write"] == "public.shops"
    asked = {"statement": "with moved as (update shops set city = 'Rome' returning city) select city from moved"}
    assert opened.call("ada", "POST", f"{SOURCES}/writes/query", asked, status=403)["code"] == "statement_forbidden"


@pytest.mark.feature("5.2.3")
def test_a_superuser_is_refused(opened: Office, shop: Shop, server: EmbeddedPostgres) -> None:
    password = psycopg.conninfo.conninfo_to_dict(server.url())["password"]
    owner = shop.body("owns", username="postgres", password=password)
    refused = opened.call("ada", "POST", SOURCES, owner, status=422)
    assert refused["errors"][0]["code"] == "login_may_everything"


@pytest.mark.feature("5.2.3")
def test_a_private_address_is_refused_unless_the_operator_opens_it(opened: Office, shop: Shop) -> None:
    services = opened.services
    before = services.settings
    services.settings = before.model_copy(update={"source_networks": ""})
    try:
        refused = opened.call("ada", "POST", SOURCES, shop.body("inside"), status=422)
        chinese = opened.call(
            "ada", "POST", SOURCES, shop.body("inside"), status=422, headers={"Accept-Language": "zh"}
        )
    finally:
        services.settings = before
    assert refused["errors"] == [{"path": "host", "reason": "127.0.0.1 is a private address", "code": "source_address"}]
    assert "QOOERP_SOURCE_NETWORKS" in chinese["errors"][0]["reason"]


@pytest.mark.feature("5.2.3")
def test_only_administrators_add_and_only_allowed_people_read(
    opened: Office, shop: Shop, shops: dict[str, Any]
) -> None:
    opened.call("lin", "POST", SOURCES, shop.body("mine"), status=403)
    opened.call("nobody", "GET", SOURCES, status=401)
    assert "old_shop" not in {each["name"] for each in opened.call("sam", "GET", SOURCES)["items"]}
    refused = rows_of(opened, {"source": "old_shop", "table": "shops"}, "sam", status=403)
    assert "source.read" in refused["detail"]
    opened.call("sam", "POST", f"{SOURCES}/old_shop/query", {"statement": "select 1"}, status=403)
    opened.call("lin", "DELETE", f"{SOURCES}/{shops['id']}", status=403)
    assert len(rows_of(opened, {"source": "old_shop", "table": "shops"}, "lin")["rows"]) == 4


@pytest.mark.feature("5.2.3")
def test_a_secret_is_never_told_and_nowhere_kept_in_clear(opened: Office, shops: dict[str, Any]) -> None:
    answers = [
        shops,
        opened.call("ada", "GET", f"{SOURCES}/{shops['id']}"),
        opened.call("ada", "GET", SOURCES),
        opened.call("ada", "GET", "/api/system/audit-log?limit=500"),
    ]
    assert SECRET not in str(answers)
    assert all("password" not in each and "sealed" not in each for each in answers)
    with opened.services.database.transaction(system_principal(UUID(ACME), channel="test")) as session:
        kept: Sequence[Any] = session.execute(text("select sealed from report.data_source_secrets")).scalars().all()
        audited: Sequence[Any] = (
            session.execute(text("select before::text || after::text from kernel.audit_log")).scalars().all()
        )
    assert kept
    assert all(SECRET.encode() not in bytes(each) for each in kept)
    assert not any(SECRET in str(each) or bytes(kept[0]).hex() in str(each) for each in audited)


def test_what_is_sealed_opens_for_its_own_row_and_key_alone(tmp_path: Any) -> None:
    store, other = SecretStore(tmp_path / "a"), SecretStore(tmp_path / "b")
    sealed = seal(store, b"a word", bound_to="tenant/source")
    assert seal(store, b"a word", bound_to="tenant/source") != sealed
    assert unseal(store, sealed, bound_to="tenant/source") == b"a word"
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for keys, content, bound_to in (
        (store, sealed, "tenant/another"),
        (other, sealed, "tenant/source"),
        (store, changed, "tenant/source"),
        (store, b"", "tenant/source"),
    ):
        with pytest.raises(SealBroken):
            unseal(keys, content, bound_to=bound_to)


@pytest.mark.feature("5.2.3")
@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("insert into shops (id) values (9)", "insert"),
        ("update shops set city = 'X'", "update"),
        ("delete from shops", "delete"),
        ("with gone as (delete from shops returning id) select * from gone", "delete"),
        ("select 1; drop table shops", "drop"),
        ("select * into copied from shops", "into"),
        ("select * from shops for update", "for update"),
        ("create table mine as select * from shops", "create"),
        ("truncate shops", "truncate"),
        ("copy shops to '/tmp/shops'", "copy"),
        ("explain analyze delete from shops", "explain"),
        ("do $$ begin delete from shops; end $$", "do"),
        ("set transaction read write", "set"),
        ("select pg_catalog.set_config('transaction_read_only', 'off', false)", "set_config"),
        ("select pg_sleep(60)", "pg_sleep"),
        ("select pg_read_file('/etc/passwd')", "pg_read_file"),
    ],
)
def test_a_statement_that_does_more_than_read_is_refused(
    opened: Office, shops: dict[str, Any], shop: Shop, statement: str, what: str
) -> None:
    refused = opened.call("ada", "POST", f"{SOURCES}/old_shop/query", {"statement": statement}, status=403)
    assert refused["code"] == "statement_forbidden"
    assert what in refused["detail"]
    body = {
        "name": "Writes",
        "definition": {"kind": "rows", "question": {"source": shops["name"], "statement": statement}},
    }
    opened.call("ada", "POST", "/api/report/reports", body, status=403)
    with psycopg.connect(shop.url) as connection:
        assert connection.execute("select count(*), min(city) from shops").fetchone() == (4, "Basel")


@pytest.mark.feature("5.2.3")
def test_what_passes_the_parser_meets_a_transaction_that_cannot_write(
    opened: Office, shops: dict[str, Any], shop: Shop
) -> None:
    with psycopg.connect(shop.url, autocommit=True) as connection:
        connection.execute(
            "create function sneak() returns int language sql security definer"
            " as 'delete from shops returning 1'; grant execute on function sneak() to public"
        )
        refused = opened.call("ada", "POST", f"{SOURCES}/old_shop/query", {"statement": "select sneak()"}, status=403)
        assert "read-only transaction" in refused["detail"]
        assert connection.execute("select count(*) from shops").fetchone() == (4,)


@pytest.mark.feature("5.2.3")
def test_a_reading_statement_gives_typed_rows_and_says_where_they_end(opened: Office, shops: dict[str, Any]) -> None:
    path = f"{SOURCES}/{shops['name']}/query"
    statement = "select city, sum(revenue) as sold, sum(revenue) from shops group by city order by 2 desc nulls last"
    sheet = opened.call("ada", "POST", path, {"statement": statement, "limit": 2})
    assert sheet["rows"][0] == {"city": "Basel", "sold": "250.25", "sum": "250.25"}
    assert [each["type"] for each in sheet["columns"]] == ["text", "number", "number"]
    assert (len(sheet["rows"]), len(sheet["left_out"])) == (2, 1)
    for wrong, code in (("selec 1", "statement_unreadable"), ("select 1; select 2", "statement_unreadable")):
        refused = opened.call("ada", "POST", path, {"statement": wrong}, status=422)
        assert [each["code"] for each in refused["errors"]] == [code]
    hidden = opened.call("ada", "POST", path, {"statement": "select * from hidden"}, status=422)
    assert hidden["errors"][0]["reason"] == "permission denied for table hidden"
    opened.call("ada", "POST", f"{SOURCES}/nowhere/query", {"statement": "select 1"}, status=404)


@pytest.mark.feature("5.2.3")
@pytest.mark.parametrize(
    ("where", "cities"),
    [
        ({"field": "revenue", "op": "gte", "value": "100.10"}, ["Basel", "Bern"]),
        ({"field": "opened_on", "op": "between", "values": ["2021-01-01", "2022-12-31"]}, ["Basel", "Chur"]),
        ({"field": "city", "op": "in", "values": ["Bern", None]}, ["Bern", None]),
        ({"field": "city", "op": "ne", "value": "Bern"}, ["Basel", "Chur", None]),
        ({"field": "city", "op": "not_in", "values": ["Bern", None]}, ["Basel", "Chur"]),
        ({"field": "city", "op": "contains", "value": "B"}, ["Basel", "Bern"]),
        ({"field": "city", "op": "starts_with", "value": "Ch"}, ["Chur"]),
        ({"field": "city", "op": "eq", "value": "x' or '1'='1"}, []),
        ({"field": "is_open", "op": "eq", "value": False}, [None]),
        ({"field": "seen_at", "op": "not_null"}, ["Bern"]),
        ({"field": "seen_at", "op": "lt", "value": "2026-03-01T10:00:01+00:00"}, ["Bern"]),
        ({"field": "tag", "op": "eq", "value": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}, [None]),
    ],
)
def test_rows_outside_are_filtered_by_their_types(
    opened: Office, shops: dict[str, Any], where: dict[str, Any], cities: list[Any]
) -> None:
    question = {"source": shops["name"], "table": "shops", "columns": ["city"], "where": [where], "order_by": ["city"]}
    assert [row["city"] for row in rows_of(opened, question)["rows"]] == cities


@pytest.mark.feature("5.2.3")
@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({"table": "nothing"}, "table", "unknown_table"),
        ({"table": "hidden"}, "table", "unknown_table"),
        ({"columns": ["town"]}, "columns/0", "unknown_table_column"),
        ({"order_by": ["-town"]}, "order_by/0", "unknown_table_column"),
        ({"where": [{"field": "town", "op": "eq", "value": "X"}]}, "where/0/field", "unknown_table_column"),
        ({"where": [{"field": "revenue", "op": "gt", "value": "much"}]}, "where/0/values", "wrong_type"),
        ({"where": [{"field": "opened_on", "op": "gt", "value": "2026-02-30"}]}, "where/0/values", "wrong_type"),
        ({"limit": 10_001}, "limit", "too_many_source_rows"),
        ({"metrics": ["net_revenue"]}, "metrics", "unknown_field"),
        ({"statement": "select 1"}, "table", "statement_or_columns"),
    ],
)
def test_a_question_for_rows_that_means_nothing_is_refused(
    opened: Office, shops: dict[str, Any], wrong: dict[str, Any], path: str, code: str
) -> None:
    refused = rows_of(opened, {"source": shops["name"], "table": "shops", **wrong}, status=422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [(f"question/{path}", code)]


@pytest.mark.feature("5.2.3")
def test_a_saved_report_over_a_source_is_versioned_run_with_parameters_and_exported(
    opened: Office, shops: dict[str, Any]
) -> None:
    definition = {
        "kind": "rows",
        "question": {"source": "old_shop", "table": "shops", "columns": ["city", "opened_on", "revenue"],
                     "order_by": ["-revenue"], "where": [{"field": "city", "op": "not_null"}]},
        "parameters": [{"name": "city", "field": "city"}],
    }  # fmt: skip
    report = opened.call("lin", "POST", "/api/report/reports", {"name": "Shops", "definition": definition}, status=201)
    path = f"/api/report/reports/{report['id']}"
    sheet = opened.call("lin", "POST", f"{path}/run", {})
    assert [row["revenue"] for row in sheet["rows"]] == ["250.25", "100.1", "-7.5"]
    told = sheet["evidence"]["definitions"][0]
    assert (told["label"], told["owner"], sheet["definition_version"]) == ("Old shop", "Ada", 1)
    assert sheet["evidence"]["loaded_at"]
    only = opened.call("lin", "POST", f"{path}/run", {"parameters": {"city": "Bern"}})
    assert [row["city"] for row in only["rows"]] == ["Bern"]
    assert only["evidence"]["filters"] == ["city not null", "city eq Bern"]
    opened.call("lin", "POST", f"{path}/run", {"parameters": {"town": "Bern"}}, status=422)
    preview = opened.call("lin", "POST", f"{path}/preview", {})
    assert (preview["is_preview"], preview["rows"]) == (True, sheet["rows"])
    written = opened.call("lin", "POST", f"{path}/export", {"format": "csv"}).decode("utf-8-sig")
    lines = [row for row in csv.reader(io.StringIO(written)) if not row[0].startswith("#")]
    assert lines[1] == ["Basel", "2021-06-02", "250.25"]
    opened.call("ada", "DELETE", f"{SOURCES}/{shops['id']}", status=409)
    tile = {"name": "D", "tiles": [{"definition": definition}]}
    opened.call("lin", "POST", "/api/report/dashboards", tile, status=422)


@pytest.mark.feature("5.2.3")
def test_another_address_wants_the_password_again(opened: Office, shop: Shop) -> None:
    added = opened.call("ada", "POST", SOURCES, shop.body("moving"), status=201)
    path = f"{SOURCES}/{added['id']}"
    opened.call("ada", "PATCH", path, {"label": "Renamed"}, status=428)
    renamed = opened.call("ada", "PATCH", path, {"label": "Renamed", "version": 1})
    assert (renamed["label"], renamed["version"]) == ("Renamed", 2)
    refused = opened.call("ada", "PATCH", path, {"host": "localhost", "version": 2}, status=422)
    assert [each["path"] for each in refused["errors"]] == ["password"]
    wrong = opened.call("ada", "PATCH", path, {"password": "a guess", "version": 2}, status=422)
    assert wrong["errors"][0]["code"] == "wrong_password"
    opened.call("ada", "PATCH", path, {"label": "Late", "version": 1}, status=409)
    assert opened.call("ada", "POST", f"{path}/test", {})["tables"] == 1
    opened.call("ada", "DELETE", path, status=204)
    opened.call("ada", "GET", path, status=404)
    opened.call("ada", "POST", f"{path}/test", {}, status=404)


class _Files(http.server.BaseHTTPRequestHandler):
    """Gives one file to who knows the password."""

    def do_GET(self) -> None:
        wanted = "Basic " + b64encode(f"reader:{SECRET}".encode()).decode()
        is_known = self.headers.get("Authorization") == wanted
        self.send_response(200 if is_known and self.path == "/prices.csv" else 401 if not is_known else 302)
        self.send_header("Location", "http://127.0.0.1/inside")
        self.end_headers()
        if is_known:
            self.wfile.write(CSV.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the base class
        """Say nothing."""


CSV = "code;price;since\n007;1.50;2026-01-01\nA1;-20.25;2026-02-28\n;;\n"


@pytest.fixture(scope="module")
def files() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.feature("5.2.3")
def test_a_csv_file_at_an_address_is_a_source(opened: Office, files: str) -> None:
    body = {"name": "prices", "kind": "csv", "url": f"{files}/prices.csv", "username": "reader", "password": SECRET}
    wrong = opened.call("ada", "POST", SOURCES, body | {"password": "a guess"}, status=422)
    assert [(each["path"], each["code"]) for each in wrong["errors"]] == [("password", "wrong_password")]
    moved = opened.call("ada", "POST", SOURCES, body | {"url": f"{files}/elsewhere"}, status=422)
    assert moved["errors"][0]["reason"] == "the server answers 302"
    opened.call("ada", "POST", SOURCES, body, status=201)
    assert opened.call("ada", "GET", f"{SOURCES}/prices/tables")["items"][0]["columns"] == [
        {"name": "code", "type": "text"},
        {"name": "price", "type": "number"},
        {"name": "since", "type": "date"},
    ]
    where = [{"field": "since", "op": "gte", "value": "2026-02-01"}]
    assert rows_of(opened, {"source": "prices", "where": where})["rows"] == [
        {"code": "A1", "price": "-20.25", "since": "2026-02-28"}
    ]
    path = f"{SOURCES}/prices/query"
    asked = opened.call("ada", "POST", path, {"statement": "select sum(price) as total from data"})
    assert asked["rows"] == [{"total": "-18.75"}]
    opened.call("ada", "POST", path, {"statement": "insert into data values ('x', 1, null)"}, status=403)
    inside = opened.call("ada", "POST", path, {"statement": "select * from read_csv('/etc/passwd')"}, status=422)
    assert inside["errors"][0]["path"] == "statement"


@pytest.mark.feature("5.2.3")
@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"content": "a,b\n1,2,3\n"}, "content"),
        ({"content": "a,\n1,2\n"}, "content"),
        ({"content": "a\n1", "url": "https://example.com/x.csv"}, "body"),
        ({}, "body"),
        ({"content": "a\n1", "host": "example.com"}, "host"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "http://169.254.169.254/latest"}, "url"),
    ],
)
def test_a_csv_source_that_is_no_table_is_refused(opened: Office, wrong: dict[str, Any], path: str) -> None:
    refused = opened.call("ada", "POST", SOURCES, {"name": "broken", "kind": "csv"} | wrong, status=422)
    assert [each["path"] for each in refused["errors"]] == [path]


@pytest.mark.feature("5.2.3")
def test_a_csv_file_can_be_kept_here_and_changed(opened: Office) -> None:
    body = {"name": "targets", "kind": "csv", "content": "region,target\nNorth,10\nSouth,20\n"}
    added = opened.call("ada", "POST", SOURCES, body, status=201)
    assert "North" not in str(added)
    question = {"source": "targets", "order_by": ["-target"], "columns": ["region"], "limit": 1}
    assert rows_of(opened, question)["rows"] == [{"region": "South"}]
    path = f"{SOURCES}/{added['id']}"
    opened.call("ada", "PATCH", path, {"url": "https://example.com/x.csv", "version": 1}, status=422)
    opened.call("ada", "PATCH", path, {"content": "region,target\nWest,99\n", "version": 1})
    assert rows_of(opened, question)["rows"] == [{"region": "West"}]
