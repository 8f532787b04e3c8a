"""Invoices and stock at their sizes, over HTTP: `python -m bench.inquiries --rows 1000000`.

So many invoices of 300 customers and so many stock moves of 200 items are put behind those of a small company; then
invoices are found and summed by number, customer, day, state, amount and words, and an item's levels are asked now and
as of a past day, by location, batch and serial number. Every level is held against the sum of the moves by SQL, every
list and sum against the same rows by SQL.
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
_ORDERS, _DAYS, _PAGE = 500, 300, 50
_BATCHED, _SERIAL, _LOTS = 11, 12, 1_000
"""Places of two items in the shop, and how many batches or serial numbers each has."""
_USER, _PASSWORD = "bench@bench.test", "twelve grey herons by the canal"  # of a throw-away installation
_INVOICES, _LEVELS = "/api/sales/invoices", "/api/inventory/stock/levels"
_OK = 200
# Each invoice of the company again and again, under another number, customer, day and amount. Ids grow with time.
_GROWING = "('00000000-0000-7000-8000-' || lpad(to_hex(copies.n * %(known)s + known.n), 12, '0'))::uuid"
_INVOICE = {
    "id": _GROWING,
    "number": "'BI-' || lpad((copies.n * %(known)s + known.n)::text, 8, '0')",
    "party_id": "(select array_agg(id order by code) from scm.customers)[1 + (copies.n * 7 + known.n) %% 300]",
    "invoiced_on": "known.invoiced_on - (copies.n %% 60)::integer",
    "total_amount": "known.total_amount + copies.n %% 1000",
    "open_amount": "case copies.n %% 100 when 0 then known.total_amount else 0 end",
    "state": "case when copies.n %% 1000 = 7 and known.n %% 10 = 0 then 'cancelled' else known.state end",
}
# What is moved out of an item goes in again the day after, so that its stock stays as its balance says.
_MOVE = {
    "id": _GROWING,
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
                _tell_lots_apart(plain, shop.items[_BATCHED], "batch")
                _tell_lots_apart(plain, shop.items[_SERIAL], "serial")
                plain.execute("vacuum analyze finance.invoices, inventory.stock_moves, inventory.lot_moves")
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
        " cross join generate_series(1, %(copies)s) as copies (n) order by copies.n, known.n",
        {"known": known, "copies": max(rows // known // 2 * 2, 2)},
    )
    plain.execute("reset session_replication_role")


def _tell_lots_apart(plain: psycopg.Connection, item_id: UUID, kind: str) -> None:
    """Give the moves of an item to lots in turn, so that each lot holds what its moves come to."""
    names = {"item": item_id, "kind": kind, "lots": _LOTS}
    plain.execute("set session_replication_role = replica")
    plain.execute("update catalog.items set tracking_mode = %(kind)s where id = %(item)s", names)
    plain.execute(
        "insert into inventory.lots (tenant_id, id, item_id, kind, number)"
        " select tenant_id, gen_random_uuid(), id, %(kind)s, 'L' || n"
        " from catalog.items cross join generate_series(0, %(lots)s - 1) as n where id = %(item)s",
        names,
    )
    # In and out of a lot by turns: of a serial there is one or none.
    plain.execute(
        "insert into inventory.lot_moves (tenant_id, id, move_id, lot_id, item_id, location_id, occurred_on, qty)"
        " select moves.tenant_id, gen_random_uuid(), moves.id, lots.id, moves.item_id, moves.location_id,"
        " moves.occurred_on, case (moves.n / %(lots)s) %% 2 when 0 then 1 else -1 end"
        " from (select *, row_number() over (order by occurred_on, sequence) - 1 as n from inventory.stock_moves"
        " where item_id = %(item)s) as moves"
        " inner join inventory.lots on lots.item_id = moves.item_id and lots.number = 'L' || moves.n %% %(lots)s",
        names,
    )
    plain.execute(
        "insert into inventory.lot_balances"
        " (tenant_id, id, lot_id, item_id, warehouse_id, location_id, kind, on_hand_qty)"
        " select lot_moves.tenant_id, gen_random_uuid(), lot_id, item_id, warehouse_id, locations.id, %(kind)s,"
        " sum(qty) from inventory.lot_moves inner join inventory.locations on locations.id = lot_moves.location_id"
        " where item_id = %(item)s group by lot_moves.tenant_id, lot_id, item_id, warehouse_id, locations.id",
        names,
    )
    plain.execute("reset session_replication_role")


def _ask_invoices(client: Client, plain: psycopg.Connection, figures: RecordFigures) -> None:
    """Lists and totals of the same questions, each held against the same rows by SQL."""
    [(count,)] = plain.execute("select count(*) from finance.invoices").fetchall()
    for name, (asked, condition) in _invoice_questions(plain).items():
        [(rows, amount)] = plain.execute(
            f"select count(*), coalesce(sum(total_amount), 0) from finance.invoices where {condition}"  # noqa: S608  # conditions of ours
        ).fetchall()
        for path, what, told in (
            (_INVOICES, "by", min(rows, _PAGE)),
            (f"{_INVOICES}/totals", "summed by", (rows, amount)),
        ):
            page = {**asked, "limit": str(_PAGE)} if path == _INVOICES else asked
            found = _answer(client, path, page)
            is_right = (len(found) if path == _INVOICES else _summed(found)) == told
            _tell(client, figures, f"{count:,} invoices {what} {name}", f"{path}?{urlencode(page)}", fits=is_right)


def _invoice_questions(plain: psycopg.Connection) -> dict[str, tuple[dict[str, str], str]]:
    """What is asked, as the address and as SQL."""
    [(number, party, on, total, customer)] = plain.execute(
        "select number, party_id::text, invoiced_on::text, total_amount::text, code from finance.invoices"
        " inner join scm.customers on customers.id = party_id where number like 'BI-%' order by invoices.id limit 1"
    ).fetchall()
    one, day = f"party_id = '{party}'", f"invoiced_on = '{on}'"
    # The search takes a part of the number or of the customer's code or name; every name holds its code's digits.
    words = (
        "number ilike '%{0}%' or party_id in"
        " (select id from scm.customers where name ilike '%{0}%' or code ilike '%{0}%')"
    )
    return {
        "number": ({"number": number}, f"number = '{number}'"),
        "customer": ({"party_id": party}, one),
        "day": ({"invoiced_on": on}, day),
        "days": ({"invoiced_on__gte": on}, f"invoiced_on >= '{on}'"),
        "customer, day and state": (
            {"party_id": party, "invoiced_on": on, "state": "posted"},
            f"{one} and {day} and state = 'posted'",
        ),
        "state": ({"state": "cancelled"}, "state = 'cancelled'"),
        "amount": ({"total_amount": total}, f"total_amount = {total}"),
        "amounts": ({"total_amount__gte": "1900", "sort": "-total_amount"}, "total_amount >= 1900"),
        "what is open": ({"open_amount__gt": "0", "state": "posted"}, "open_amount > 0 and state = 'posted'"),
        "words of a number": ({"q": number[3:]}, words.format(number[3:])),
        "words of a customer": ({"q": f"customer {customer[1:]}"}, words.format(f"customer {customer[1:]}")),
        "words of nobody": ({"q": "nobody"}, words.format("nobody")),
        "nothing": ({}, "true"),
    }


def _summed(found: list[dict[str, Any]]) -> tuple[int, Decimal]:
    """Rows and amount of totals by kind and currency, of which the company has one."""
    return sum(row["row_count"] for row in found), sum((Decimal(row["total_amount"]) for row in found), Decimal(0))


def _ask_stock(client: Client, plain: psycopg.Connection, shop: Shop, figures: RecordFigures) -> None:
    [(count,)] = plain.execute("select count(*) from inventory.stock_moves").fetchall()
    past = (shop.today - timedelta(days=_DAYS // 2)).isoformat()
    for kind, item in {
        "item": shop.items[7],
        "location": shop.items[7],
        "batch": shop.items[_BATCHED],
        "serial": shop.items[_SERIAL],
    }.items():
        for when, more in {"now": {}, "of a past day": {"as_of": past}}.items():
            asked = {"item_id": str(item), "by": kind, **more}
            found = _answer(client, _LEVELS, asked)
            told = sorted((row["lot_id"] or "", Decimal(row["on_hand_qty"])) for row in found)
            by_lot = kind in {"batch", "serial"}
            fits = told == _moved(plain, item, more.get("as_of", "infinity"), by_lot=by_lot)
            name = f"{count:,} moves: an item by {kind} {when}, {len(found):,} rows"
            _tell(client, figures, name, f"{_LEVELS}?{urlencode(asked)}", fits=fits)
    hundred = [("item_id", str(item)) for item in shop.items[:100]]
    for when, day in {"now": [], "of a past day": [("as_of", past)]}.items():
        asked_of_all = urlencode([*hundred, ("by", "location"), *day])
        _tell(client, figures, f"{count:,} moves: 100 items {when}", f"{_LEVELS}?{asked_of_all}", fits=True)


def _moved(plain: psycopg.Connection, item_id: UUID, until: str, *, by_lot: bool) -> list[tuple[str, Decimal]]:
    """What the moves of an item come to, for each lot where lots are told apart."""
    table, lot = ("lot_moves", "lot_id::text") if by_lot else ("stock_moves", "''")
    rows = plain.execute(
        f"select {lot}, sum(qty) from inventory.{table} where item_id = %s and occurred_on <= %s::date"  # noqa: S608  # names of ours
        " group by 1 having sum(qty) <> 0 order by 1",
        [item_id, until],
    ).fetchall()
    return [(lot, Decimal(qty)) for lot, qty in rows]


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
