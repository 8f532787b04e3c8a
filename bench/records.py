"""Lists, files and the audit log at their sizes, over HTTP: `python -m bench.records --customers 100000`.

A file of so many customers is refused for one bad row and then loaded; a walk by cursor goes through them while others
insert; all of them are exported; the audit log, filled to ten times as many rows, is filtered by record. Beside each
stands the same by plain SQL over one connection.
"""

from __future__ import annotations

import argparse
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from bench.scratch import scratch_installation
from bench.serving import serving, sign_in
from runtime.postgres import EmbeddedPostgres
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.kernel.clock import utc_now
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database

CUSTOMERS = 100_000
AUDIT_ROWS_PER_CUSTOMER = 10
LOAD_SECONDS_MAX, AUDIT_MILLISECONDS_MAX = 60.0, 500.0
_ROUNDS = 5
_IDLE_SECONDS_MAX = 3.0
_USER, _PASSWORD = "bench@bench.test", "twelve grey herons by the canal"  # of a throw-away installation
_PATH = "/api/scm/customers"


@dataclass(slots=True)
class Client:
    """Requests with a token over one connection."""

    connection: http.client.HTTPConnection
    token: str
    answered_at: float = 0.0

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """Status and body of an answer."""
        if time.monotonic() - self.answered_at > _IDLE_SECONDS_MAX:
            # The server hangs up on who says nothing for long; the next request opens the connection anew.
            self.connection.close()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind, "Idempotency-Key": str(uuid4())}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        body_read = answer.read()
        self.answered_at = time.monotonic()
        return answer.status, body_read

    def send_file(self, text: str) -> tuple[int, dict[str, object]]:
        """A CSV file given to the import."""
        line = uuid4().hex
        head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\n\r\n'
        body = f"{head}{text}\r\n--{line}--\r\n".encode()
        status, answer = self.ask("POST", f"{_PATH}/import", body, f"multipart/form-data; boundary={line}")
        return status, json.loads(answer)


@dataclass(slots=True)
class RecordFigures:
    """What was measured, line by line, and what was not as it should be."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def tell(self, what: str, seconds: float, *, holds: bool, beside: float | None = None) -> None:
        """Add a line."""
        baseline = "" if beside is None else f"   plain SQL {beside:8.3f} s"
        self.lines.append(f"{what:72}{seconds:9.3f} s{baseline}")
        if not holds:
            self.wrong.append(what)

    def __str__(self) -> str:
        return "\n".join([*self.lines, *[f"NOT AS IT SHOULD BE: {what}" for what in self.wrong]])


def measure(settings: Settings, customers: int) -> RecordFigures:
    """The figures of an installation of their own."""
    figures = RecordFigures()
    with scratch_installation(settings, "records") as own:
        database, tenant_id = Database(own.database_url(DatabaseRole.APP)), new_id()
        try:
            with database.transaction(system_principal(tenant_id, channel="bench")) as session:
                create_tenant(session, NewTenant("bench", "Bench", NewUser(_USER, "Bench", _PASSWORD)), at=utc_now())
        finally:
            database.close()
        with (
            serving(own, workers=1) as port,
            closing(http.client.HTTPConnection("127.0.0.1", port, timeout=600)) as connection,
            psycopg.connect(own.admin_database_url(), dbname=own.database_name, autocommit=True) as plain,
        ):
            client = Client(connection, sign_in(port, _USER, _PASSWORD))
            _load(client, plain, customers, figures)
            _walk(client, port, plain, customers, figures)
            _export(client, customers, figures)
            _audit(client, plain, customers * AUDIT_ROWS_PER_CUSTOMER, figures)
    return figures


def _load(client: Client, plain: psycopg.Connection, customers: int, figures: RecordFigures) -> None:
    rows = [f"C{number:07},Customer {number},EUR" for number in range(customers)]
    head, bad = "code,name,currency_code", customers // 2
    broken = [*rows[:bad], f"C{bad:07},,EUR", *rows[bad + 1 :]]
    began = time.perf_counter()
    status, told = client.send_file("\n".join([head, *broken]))
    seconds = time.perf_counter() - began
    named = told.get("errors") == [{"path": f"lines/{bad + 2}/name", "reason": "is missing", "code": "missing"}]
    left = _count(plain)
    figures.tell(
        f"{customers:,} rows, one of them bad: refused whole", seconds, holds=(status, named, left) == (422, True, 0)
    )
    began = time.perf_counter()
    status, told = client.send_file("\n".join([head, *rows]))
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    with plain.transaction(), plain.cursor() as cursor:
        cursor.execute("create temporary table copied (code text, name text, currency_code text)")
        with cursor.copy("copy copied from stdin with (format csv)") as copy:
            copy.write("\n".join(rows))
    beside = time.perf_counter() - began
    holds = (status, told.get("created"), _count(plain)) == (200, customers, customers) and seconds < LOAD_SECONDS_MAX
    figures.tell(f"{customers:,} rows loaded in one transaction (at most 60 s)", seconds, holds=holds, beside=beside)


def _walk(client: Client, port: int, plain: psycopg.Connection, customers: int, figures: RecordFigures) -> None:
    stop = threading.Event()
    inserted = [0]

    def insert() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=600)) as connection:
            other = Client(connection, client.token)
            while not stop.is_set():
                body = {"code": f"N{inserted[0]:07}", "name": "new", "currency_code": "EUR"}
                assert other.ask("POST", _PATH, json.dumps(body).encode())[0] == 201  # noqa: PLR2004
                inserted[0] += 1

    thread = threading.Thread(target=insert)
    thread.start()
    began = time.perf_counter()
    try:
        codes = [code for code in _codes(client) if code.startswith("C")]
    finally:
        stop.set()
        thread.join()
    seconds = time.perf_counter() - began
    beside = timed(lambda: plain.execute("select * from scm.customers order by id").fetchall())
    what = f"{customers:,} rows walked by cursor, {inserted[0]} inserted meanwhile"
    figures.tell(what, seconds, holds=len(codes) == len(set(codes)) == customers, beside=beside)


def _codes(client: Client) -> Iterator[str]:
    cursor: str | None = ""
    while cursor is not None:
        asked = {"limit": "500", "sort": "code"} | ({"cursor": cursor} if cursor else {})
        page = json.loads(client.ask("GET", f"{_PATH}?{urlencode(asked)}")[1])
        yield from (item["code"] for item in page["items"])
        cursor = page["next_cursor"]


def _export(client: Client, customers: int, figures: RecordFigures) -> None:
    began = time.perf_counter()
    status, text = client.ask("GET", f"{_PATH}/export?format=csv&code__gte=C&code__lt=D")
    seconds = time.perf_counter() - began
    holds = status == 200 and text.count(b"\nC") + text.count(b",C0") >= customers  # noqa: PLR2004
    figures.tell(f"{customers:,} rows exported as CSV, {len(text) / 1e6:.0f} MB", seconds, holds=holds)


def _audit(client: Client, plain: psycopg.Connection, rows: int, figures: RecordFigures) -> None:
    [(have,)] = plain.execute("select count(*) from kernel.audit_log").fetchall()
    plain.execute(
        "insert into kernel.audit_log (tenant_id, table_name, row_id, action, after)"
        " select tenant_id, table_name, row_id, 'update', after from kernel.audit_log"
        " cross join generate_series(1, %s) where table_name = 'scm.customers'",
        [max(rows // max(have, 1) - 1, 1)],
    )
    plain.execute("analyze kernel.audit_log")
    [(total,)] = plain.execute("select count(*) from kernel.audit_log").fetchall()
    [(wanted,)] = plain.execute(
        "select row_id::text from kernel.audit_log where table_name = 'scm.customers' limit 1"
    ).fetchall()
    asked = f"/api/system/audit-log?{urlencode({'table_name': 'scm.customers', 'row_id': wanted})}"
    by_id = f"/api/system/audit-log?{urlencode({'row_id': wanted})}"
    for name, path in (("table and record", asked), ("record alone", by_id)):
        seconds = timed(lambda path=path: client.ask("GET", path))  # type: ignore[misc]
        found = json.loads(client.ask("GET", path)[1])["items"]
        beside = timed(lambda: plain.execute("select * from kernel.audit_log where row_id = %s", [wanted]).fetchall())
        holds = (
            bool(found) and {row["row_id"] for row in found} == {wanted} and seconds * 1_000 < AUDIT_MILLISECONDS_MAX
        )
        figures.tell(f"{total:,} audit rows filtered by {name} (at most 0.5 s)", seconds, holds=holds, beside=beside)


def _count(plain: psycopg.Connection) -> int:
    [(count,)] = plain.execute("select count(*) from scm.customers").fetchall()
    return int(count)


def timed(work: Callable[[], object]) -> float:
    """Seconds of the quickest of a few calls."""
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    given = parser.parse_args()
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        figures = measure(settings, given.customers)
    print(figures)
    if figures.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
