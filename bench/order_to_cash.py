"""Orders to cash over HTTP: `python -m bench.order_to_cash`.

Each flow is three calls: an order of five lines taken and confirmed, delivered, invoiced; stock, ledger, audit and
outbox are written as always. Beside it, the rows that one such flow leaves, balances and counters that it changes in
place aside, are inserted as plain SQL over one connection, into tables of the same columns and primary keys without
rules, triggers and foreign keys. The processor time of a flow is told too: it holds on a machine that is busy with
other things.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from bench.plain_http import Connection
from bench.processor import Spent
from bench.scratch import scratch_installation
from bench.serving import serving, sign_in
from bench.shop import LINES, Shop, open_shop
from runtime.postgres import EmbeddedPostgres
from runtime.progress import make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.kernel.session import Database
from transactional.registry import METADATA

SECONDS = 30.0
WARM_UP_SECONDS = 8.0
CLIENTS = 6
WORKERS = 2
HISTORY_ORDERS = 3_000
TARGET = 60.0
_USER, _PASSWORD = "bench@bench.test", "twelve grey herons by the canal"  # a throw-away installation
_CREATED = 201
_NUMBERS = itertools.count(1)
_CALLS = ("taken and confirmed", "delivered", "invoiced")


@dataclass(frozen=True, slots=True)
class Flows:
    """What the clients saw, and what the programs spent on a flow.  Units: seconds; processor milliseconds."""

    seconds: float
    calls: Sequence[tuple[float, float, float]]
    spent: Mapping[str, float]

    @property
    def a_second(self) -> float:
        """Flows finished each second."""
        return len(self.calls) / self.seconds


class _Client:
    """One client's connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = Connection(port, token)

    def post(self, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """The document made, and how long it took.  Raises: RuntimeError for any other answer."""
        started = time.perf_counter()
        key = f"Idempotency-Key: {uuid4().hex}\r\n"
        status, text = self._connection.exchange("POST", path, orjson.dumps(body), headers=key)
        if status != _CREATED:
            raise RuntimeError(f"{path} answered {status}: {text[:500].decode()}")
        return orjson.loads(text), time.perf_counter() - started

    def flow(self, shop: Shop, chance: random.Random) -> tuple[float, float, float]:
        """How long each of the three calls took."""
        order, took = self.post("/api/sales/orders?confirm=true", order_body(shop, chance))
        _, delivered = self.post(f"/api/sales/orders/{order['id']}/deliver", {})
        _, invoiced = self.post(f"/api/sales/orders/{order['id']}/invoice", {})
        return took, delivered, invoiced

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def order_body(shop: Shop, chance: random.Random) -> dict[str, Any]:
    """A new order as the API takes it."""
    new = shop.order(chance, shop.today)
    return {
        "company_id": str(new.company_id),
        "customer_id": str(new.customer_id),
        "ordered_on": new.ordered_on.isoformat(),
        "lines": [{"item_id": str(line.item_id), "qty": str(line.qty)} for line in new.lines],
    }


def _drive(settings: Settings, door: tuple[int, str], shop: Shop, *, seconds: float, clients: int) -> Flows:
    """Flows of so many clients side by side, counted when their last call is answered in time."""
    done: list[tuple[float, float, float]] = []
    late: list[int] = []
    failures: list[Exception] = []
    before, started = Spent.now(settings.home), time.monotonic()

    def work(number: int) -> None:
        chance = random.Random(number)  # noqa: S311  # a reproducible mix, no secret
        client = _Client(*door)
        try:
            while time.monotonic() - started < seconds:
                calls = client.flow(shop, chance)
                if time.monotonic() - started < seconds:
                    done.append(calls)
                else:
                    late.append(number)
        except Exception as error:  # noqa: BLE001  # told by the measurement as a whole
            failures.append(error)
        finally:
            client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    spent = Spent.now(settings.home).milliseconds_each(before, len(done) + len(late))
    return Flows(seconds, done, spent)


# -- the same rows without us -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that one flow left in a table."""

    table: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


def _rows_of_last_flow(settings: Settings, shop: Shop) -> list[_Rows]:
    """What the transactions of the newest order's three calls wrote, table by table."""
    with psycopg.connect(settings.admin_database_url()) as connection:
        found = connection.execute(
            "select o.row_xid::text, d.row_xid::text, i.row_xid::text from sales.sales_orders o"
            " join sales.deliveries d on d.order_id = o.id join finance.invoices i on i.origin_id = o.id"
            " where o.tenant_id = %s order by o.created_at desc limit 1",
            [shop.principal.tenant_id],
        ).fetchone()
        written = []
        for table in METADATA.sorted_tables:
            if not {"row_xid", "id"} <= set(table.c.keys()):
                continue
            columns = [column.name for column in table.c]
            chosen = sql.SQL("select {} from {} where row_xid = any(%s::xid8[])").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(str(table.schema), table.name)
            )
            rows = connection.execute(chosen, [list(found or ())]).fetchall()
            if rows:
                written.append(_Rows(table.fullname, columns, rows))
        return written


def _insert_plainly(settings: Settings, written: Sequence[_Rows], seconds: float) -> float:
    """Flows a second of the same rows, three commits a flow, over one connection."""
    with psycopg.connect(settings.admin_database_url(), autocommit=True) as connection:
        connection.prepare_threshold = 0
        connection.execute("create schema bench_plain")
        statements = []
        for each in written:
            plain = sql.Identifier("bench_plain", each.table.replace(".", "_"))
            source = sql.Identifier(*each.table.split("."))
            connection.execute(sql.SQL("create table {} (like {} including defaults)").format(plain, source))
            connection.execute(sql.SQL("alter table {} add primary key (tenant_id, id)").format(plain))
            values = sql.SQL(", ").join([sql.Placeholder()] * len(each.columns))
            names = sql.SQL(", ").join(map(sql.Identifier, each.columns))
            statements.append(sql.SQL("insert into {} ({}) values ({})").format(plain, names, values))
        parts = [list(zip(statements, written, strict=True))[number::3] for number in range(3)]
        flows, started = 0, time.monotonic()
        while time.monotonic() - started < seconds:
            for part in parts:
                with connection.transaction(), connection.cursor() as cursor:
                    for statement, each in part:
                        cursor.executemany(statement, [_fresh(each, row) for row in each.rows])
            flows += 1
        return flows / (time.monotonic() - started)


def _fresh(each: _Rows, row: tuple[Any, ...]) -> list[Any]:
    """The row once more, under an id of its own."""
    values = [Jsonb(value) if isinstance(value, dict) else value for value in row]
    position = each.columns.index("id")
    values[position] = uuid4() if isinstance(values[position], UUID) else next(_NUMBERS)
    return values


def measure(settings: Settings, *, seconds: float = SECONDS, clients: int = CLIENTS, workers: int = WORKERS) -> str:
    """Flows a second over HTTP and as plain rows, in a scratch installation on the running embedded server."""
    told = make_progress()
    with scratch_installation(settings, "order_to_cash") as own:
        database = Database(own.database_url(DatabaseRole.APP))
        try:
            with told.step("Company with history"):
                shop = open_shop(database, orders=HISTORY_ORDERS)
                with database.transaction(shop.principal) as session:
                    create_tenant(
                        session, NewTenant("bench", "Bench", NewUser(_USER, "Ada", _PASSWORD)), at=datetime.now(UTC)
                    )
        finally:
            database.close()
        with serving(own, workers=workers) as port:
            door = (port, sign_in(port, _USER, _PASSWORD))
            with told.step("Orders to cash over HTTP"):
                _drive(settings, door, shop, seconds=WARM_UP_SECONDS, clients=clients)
                flows = _drive(settings, door, shop, seconds=seconds, clients=clients)
        with told.step("The same rows as plain SQL"):
            written = _rows_of_last_flow(own, shop)
            plain = _insert_plainly(own, written, seconds / 3)
    return _told(flows, plain, written, clients, workers)


def _told(flows: Flows, plain: float, written: Sequence[_Rows], clients: int, workers: int) -> str:
    rows = sum(len(each.rows) for each in written)
    lines = [
        f"{clients} clients, {workers} API processes, orders of {LINES} lines, three calls a flow",
        f"flows a second over HTTP      {flows.a_second:8.1f}   (target {TARGET:.0f})",
        f"plain SQL, one connection     {plain:8.1f}   ({rows} rows in {len(written)} tables a flow)",
        f"ratio                         {flows.a_second / plain:8.2f}",
    ]
    whole = sum(flows.spent.values())
    parts = ", ".join(f"{name} {spent:.1f}" for name, spent in flows.spent.items())
    lines.append(f"processor time of a flow      {whole:8.1f} ms ({parts})")
    for number, name in enumerate(_CALLS):
        took = sorted(call[number] * 1000 for call in flows.calls)
        lines.append(f"{name:<29} p50 {statistics.median(took):5.0f} ms, p95 {took[int(len(took) * 0.95)]:5.0f} ms")
    return "\n".join(lines)


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(measure(settings, seconds=given.seconds, clients=given.clients, workers=given.workers))


if __name__ == "__main__":
    main()
