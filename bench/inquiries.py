"""Invoices and stock at their sizes, over HTTP: `python -m bench.inquiries --rows 1000000`.

So many invoices of 300 customers and so many stock moves of 200 items are put behind those of a small company; then
invoices are found by number, customer, day, state, amount and words, and an item's levels are asked now and as of a
past day. Every level is held against the sum of the moves by SQL, every list against a count.
"""

from __future__ import annotations

import argparse
import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg

from bench.records import Client, RecordFigures, timed
from bench.scratch import scratch_installation
from bench.serving import serving, sign_in
from bench.shop import Shop, open_shop
from runtime.postgres import EmbeddedPostgres
from runtime.progress import Progress, make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.finance.models import Invoice
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.inventory.models import StockMove
from transactional.kernel.session import Database

ROWS = 1_000_000
MILLISECONDS_MAX = 500.0
_ORDERS, _DAYS = 500, 300
_USER, _PASSWORD = "bench@bench.test", "twelve grey herons by the canal"  # of a throw-away installation
_INVOICES, _LEVELS = "/api/sales/invoices", "/api/inventory/stock/levels"
_OK = 200
# Each invoice of the company again and again, under another number, customer, day and amount.
_INVOICE = {
    "id": "gen_random_uuid()",
    "number": "'BI-' || lpad((copies.n * %(known)s + known.n)::text, 8, '0')",
    "party_id": "(select array_agg(id order by code) from scm.customers)[1 + (copies.n * 7 + known.n) %% 300]",
    "invoiced_on": "known.invoiced_on - (copies.n %% 60)::integer",
    "total_amount": "known.total_amount + copies.n %% 1000",
}
# What is moved out of an item goes in again the day after, so that its stock stays as its balance says.
_MOVE = {
    "id": "gen_random_uuid()",
    "qty": "case copies.n %% 2 when 0 then -1 else 1 end",
    "occurred_on": "known.occurred_on + (copies.n %% 200)::integer",
}


def measure(settings: Settings, rows: int, progress: Progress) -> RecordFigures:
    """The figures over so many invoices and moves in an installation of their own."""
    figures = RecordFigures()
    with scratch_installation(settings, "inquiries") as own:
        database = Database(own.database_url(DatabaseRole.APP))
        try:
            shop = open_shop(database, orders=_ORDERS)
            with database.transaction(shop.principal) as session:
                create_tenant(
                    session, NewTenant("bench", "Bench", NewUser(_USER, "Ada", _PASSWORD)), at=datetime.now(UTC)
                )
        finally:
            database.close()
        with psycopg.connect(own.admin_database_url(), dbname=own.database_name, autocommit=True) as plain:
            with progress.step("Invoices and moves"):
                _copy(plain, Invoice, _INVOICE, rows, "true")
                _copy(plain, StockMove, _MOVE, rows // 2 * 2, "known.kind = 'opening'")
                plain.execute("vacuum analyze finance.invoices, inventory.stock_moves")
            with (
                serving(own, workers=1) as port,
                closing(http.client.HTTPConnection("127.0.0.1", port, timeout=600)) as connection,
            ):
                client = Client(connection, sign_in(port, _USER, _PASSWORD))
                _ask_invoices(client, plain, figures)
                _ask_stock(client, plain, shop, figures)
    return figures


def _copy(plain: psycopg.Connection, model: type[Any], changes: Mapping[str, str], rows: int, condition: str) -> None:
    """Put copies of a table's rows behind them, as many as asked; keys are not looked up again for each."""
    table = model.__table__
    names = [column.name for column in table.c if column.identity is None and column.computed is None]
    listed = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changes.get(name, f'known."{name}"') for name in names)
    source = f"(select *, row_number() over (order by id) as n from {table.fullname} as known where {condition})"  # noqa: S608  # names of the model
    [(known,)] = plain.execute(f"select count(*) from {source} as known").fetchall()  # noqa: S608
    plain.execute("set session_replication_role = replica")
    plain.execute(
        f"insert into {table.fullname} ({listed}) select {values} from {source} as known"  # noqa: S608
        " cross join generate_series(1, %(copies)s) as copies (n)",
        {"known": known, "copies": max(rows // known // 2 * 2, 2)},
    )
    plain.execute("reset session_replication_role")


def _ask_invoices(client: Client, plain: psycopg.Connection, figures: RecordFigures) -> None:
    [(count,)] = plain.execute("select count(*) from finance.invoices").fetchall()
    [(number, party_id, on, total)] = plain.execute(
        "select number, party_id::text, invoiced_on::text, total_amount::text from finance.invoices"
        " where number like 'BI-%' order by id limit 1"
    ).fetchall()
    questions: dict[str, dict[str, str]] = {
        "number": {"number": number},
        "customer": {"party_id": party_id},
        "day": {"invoiced_on": on},
        "customer, day and state": {"party_id": party_id, "invoiced_on": on, "state": "posted"},
        "amount": {"total_amount": total},
        "words": {"q": number},
    }
    for name, asked in questions.items():
        found = _answer(client, _INVOICES, {**asked, "limit": "50"})
        held = {key: value for key, value in asked.items() if key in {"number", "party_id", "invoiced_on"}}
        fits = bool(found) and all(row[key] == value for row in found for key, value in held.items())
        _tell(client, figures, f"{count:,} invoices by {name}", f"{_INVOICES}?{urlencode(asked)}", fits=fits)


def _ask_stock(client: Client, plain: psycopg.Connection, shop: Shop, figures: RecordFigures) -> None:
    [(count,)] = plain.execute("select count(*) from inventory.stock_moves").fetchall()
    item, past = shop.items[7], shop.today - timedelta(days=_DAYS // 2)
    for name, more in {
        "now": {},
        "now by location": {"by": "location"},
        "of a past day": {"as_of": past.isoformat()},
        "of a past day by location": {"as_of": past.isoformat(), "by": "location"},
    }.items():
        asked = {"item_id": str(item), **more}
        told = sum((Decimal(row["on_hand_qty"]) for row in _answer(client, _LEVELS, asked)), Decimal(0))
        fits = told == _moved(plain, item, more.get("as_of", "infinity"))
        _tell(client, figures, f"{count:,} moves: an item {name}", f"{_LEVELS}?{urlencode(asked)}", fits=fits)


def _moved(plain: psycopg.Connection, item_id: UUID, until: str) -> Decimal:
    [(qty,)] = plain.execute(
        "select sum(qty) from inventory.stock_moves where item_id = %s and occurred_on <= %s::date", [item_id, until]
    ).fetchall()
    return Decimal(qty)


def _answer(client: Client, path: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of a list.  Raises: RuntimeError for any answer but 200."""
    status, text = client.ask("GET", f"{path}?{urlencode(asked)}")
    if status != _OK:
        raise RuntimeError(f"{path} answered {status}: {text[:500].decode()}")
    rows: list[dict[str, Any]] = json.loads(text)["items"]
    return rows


def _tell(client: Client, figures: RecordFigures, name: str, path: str, *, fits: bool) -> None:
    seconds = timed(lambda: client.ask("GET", path))
    figures.tell(f"{name} (at most 0.5 s)", seconds, holds=fits and seconds * 1_000 < MILLISECONDS_MAX)


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        figures = measure(settings, rows, make_progress())
    print(figures)
    if figures.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
