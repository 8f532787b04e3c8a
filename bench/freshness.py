"""From commit to a published number: `python -m bench.freshness`.

Documents are posted at a steady rate through the services, in this process; the worker runs in its own, as in
production. A document counts as visible at the moment a query over the version that the pointer names returns it.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import duckdb
from deltalake import DeltaTable

from bench.scratch import scratch_installation
from pipelines.publish.pointer import read_pointer
from runtime.postgres import EmbeddedPostgres
from runtime.progress import Progress, make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from runtime.telemetry import NO_TELEMETRY
from transactional.catalog.models import Item, ItemCategory, UnitOfMeasure
from transactional.flows.install_company import InstalledCompany, NewCompany, install_company
from transactional.flows.order_to_cash import sell
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Database, Session
from transactional.ledger.models import AccountRole
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewOrder, NewOrderLine
from transactional.scm.models import Customer

DOCUMENTS_A_SECOND = 20.0
SECONDS = 60.0
HISTORY_ORDERS = 3_000
_LINES = 4
_POSTERS = 4
_DOCUMENT_COLUMNS = {
    "fct_sales_order_lines": "order_id",
    "fct_delivery_lines": "delivery_id",
    "fct_sales_invoice_lines": "invoice_id",
}
_LOOK_SECONDS = 0.02
_DRAIN_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Freshness:
    """What was measured.  Units: seconds from the end of the commit to the end of the first query that sees it."""

    documents: int
    documents_a_second: float
    lags: Sequence[float]
    unseen: int
    versions: int

    def quantile(self, share: float) -> float:
        """The lag that this share of documents stays below."""
        ordered = sorted(self.lags)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __str__(self) -> str:
        """One line for the table of benchmarks."""
        return (
            f"{self.documents} documents at {self.documents_a_second:.1f}/s, {self.versions} versions published:"
            f" commit to visible p50 {self.quantile(0.5):.2f} s, p99 {self.quantile(0.99):.2f} s,"
            f" max {max(self.lags):.2f} s, mean {statistics.mean(self.lags):.2f} s, never seen {self.unseen}"
        )


@dataclass(slots=True)
class _Shop:
    """A company with stock and customers, posting at today's date."""

    database: Database
    principal: Principal
    company: InstalledCompany
    items: list[UUID]
    customers: list[UUID]
    today: date
    committed: dict[str, float] = field(default_factory=dict)

    def order(self, chance: random.Random, on: date) -> NewOrder:
        lines = [NewOrderLine(item, Decimal(chance.randint(1, 5))) for item in chance.sample(self.items, _LINES)]
        return NewOrder(self.company.company.id, chance.choice(self.customers), on, lines)


def measure_freshness(
    settings: Settings, *, seconds: float = SECONDS, rate: float = DOCUMENTS_A_SECOND, progress: Progress | None = None
) -> Freshness:
    """The lag of every document of a steady load, in a scratch installation on the running embedded server."""
    told = progress or make_progress()
    with scratch_installation(settings, "freshness") as own:
        database = Database(own.database_url(DatabaseRole.APP), pool_size=_POSTERS)
        try:
            with told.step("Company with history"):
                shop = _open_shop(database)
            with _worker(own):
                with told.step("First load"):
                    _wait_for_pointer(own)
                with told.step(f"Posting {rate:.0f} documents a second for {seconds:.0f} s"):
                    return _measure(own, shop, seconds=seconds, rate=rate)
        finally:
            database.close()


def _open_shop(database: Database) -> _Shop:
    today = datetime.now(UTC).date()
    principal = system_principal(new_id(), channel="bench")
    chance = random.Random(20)  # noqa: S311  # a reproducible mix, no secret
    with database.transaction(principal) as session:
        company = install_company(
            session,
            NewCompany(
                "BENCH", "Bench", "EUR", "DE", years=(today.year - 1, today.year), standard_tax_rate=Decimal("0.2")
            ),
        )
        shop = _Shop(database, principal, company, _items(session), _customers(session), today)
        _stock_up(session, shop)
    for start in range(0, HISTORY_ORDERS, 500):
        with database.transaction(principal) as session:
            days = [today - timedelta(days=1 + (start + n) * 300 // HISTORY_ORDERS) for n in range(500)]
            sell(session, [shop.order(chance, day) for day in days], at=datetime.now(UTC))
    return shop


def _items(session: Session) -> list[UUID]:
    unit = UnitOfMeasure(id=new_id(), code="EA", name="each")
    category = ItemCategory(id=new_id(), code="GOODS", name="Goods")
    insert_all(session, [unit])
    insert_all(session, [category])
    items = [
        Item(
            id=new_id(),
            code=f"I{n}",
            name=f"Item {n}",
            category_id=category.id,
            unit_id=unit.id,
            list_price=Decimal(n + 5),
        )
        for n in range(200)
    ]
    insert_all(session, items)
    return [item.id for item in items]


def _customers(session: Session) -> list[UUID]:
    customers = [
        Customer(id=new_id(), code=f"C{n}", name=f"Customer {n}", currency_code="EUR", country_code="DE")
        for n in range(300)
    ]
    insert_all(session, customers)
    return [customer.id for customer in customers]


def _stock_up(session: Session, shop: _Shop) -> None:
    opening = new_id()
    moves = [
        MoveDraft(
            company_id=shop.company.company.id,
            item_id=item,
            warehouse_id=shop.company.warehouse.id,
            location_id=shop.company.location.id,
            kind=MoveKind.OPENING,
            qty=Decimal(1_000_000),
            occurred_on=shop.today - timedelta(days=302),
            origin_type="opening",
            origin_id=opening,
            contra_role=AccountRole.OPENING_EQUITY,
            value_amount=Decimal(3_000_000),
        )
        for item in shop.items
    ]
    post_moves(session, moves, at=datetime.now(UTC))


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    environment = {
        **os.environ,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(settings.home),
        "QOOERP_DATABASE_NAME": settings.database_name,
    }
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "pipelines.worker"], env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait_for_pointer(settings: Settings) -> None:
    deadline = time.monotonic() + 300
    while read_pointer(settings.lake_dir) is None:
        if time.monotonic() > deadline:
            said = (settings.log_dir / "worker.log").read_text(encoding="utf-8")[-3000:]
            raise RuntimeError(f"The worker published nothing.\n{said}")
        time.sleep(0.1)


def _measure(settings: Settings, shop: _Shop, *, seconds: float, rate: float) -> Freshness:
    done = threading.Event()
    seen: dict[str, float] = {}
    versions: list[int] = []
    watcher = threading.Thread(target=_watch, args=(settings, seen, versions, done))
    watcher.start()
    started = time.monotonic()
    _post_steadily(shop, seconds=seconds, rate=rate)
    posted_seconds = time.monotonic() - started
    deadline = time.monotonic() + _DRAIN_SECONDS_MAX
    while shop.committed.keys() - seen.keys() and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
    done.set()
    watcher.join()
    lags = [seen[key] - at for key, at in shop.committed.items() if key in seen]
    return Freshness(
        documents=len(shop.committed),
        documents_a_second=len(shop.committed) / posted_seconds,
        lags=lags,
        unseen=len(shop.committed.keys() - seen.keys()),
        versions=len(versions),
    )


def _post_steadily(shop: _Shop, *, seconds: float, rate: float) -> None:
    """Orders, deliveries and invoices, each its own transaction; a sale begins on time whatever the last one took."""
    chance = random.Random(21)  # noqa: S311
    started = time.monotonic()
    with ThreadPoolExecutor(_POSTERS) as posters:
        futures = []
        for number in range(int(seconds * rate / 3)):
            time.sleep(max(0.0, started + number * 3 / rate - time.monotonic()))
            futures.append(posters.submit(_sell_in_three_steps, shop, shop.order(chance, shop.today)))
        for future in futures:
            future.result()


def _sell_in_three_steps(shop: _Shop, order: NewOrder) -> None:
    at = datetime.now(UTC)
    with shop.database.transaction(shop.principal) as session:
        [made] = create_orders(session, [order], at=at)
        confirm_orders(session, [made.id], at=at)
    shop.committed[str(made.id)] = time.monotonic()
    with shop.database.transaction(shop.principal) as session:
        [delivery] = deliver_orders(session, [NewDelivery(made.id, shop.today)], at=at)
    shop.committed[str(delivery.id)] = time.monotonic()
    with shop.database.transaction(shop.principal) as session:
        [invoice] = invoice_orders(session, [NewInvoice(made.id, shop.today)], at=at)
    shop.committed[str(invoice.id)] = time.monotonic()


def _watch(settings: Settings, seen: dict[str, float], versions: list[int], done: threading.Event) -> None:
    duck = duckdb.connect()
    last, batch = 0, -1
    while not done.wait(_LOOK_SECONDS):
        pointer = read_pointer(settings.lake_dir)
        if pointer is None or pointer.version == last:
            continue
        found: set[str] = set()
        for mart, column in _DOCUMENT_COLUMNS.items():
            files = DeltaTable(settings.lake_dir / mart, version=pointer.marts[mart]).file_uris()
            query = f"select distinct {column} from read_parquet($1) where _batch_id > $2"  # noqa: S608  # constants
            found.update(row[0] for row in duck.execute(query, [files, batch]).fetchall())
        moment = time.monotonic()
        for key in found:
            seen.setdefault(key, moment)
        # Rows of the last batch are looked at again: a document is counted once anyway.
        last, batch = pointer.version, pointer.batch_id - 1
        versions.append(pointer.version)


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--rate", type=float, default=DOCUMENTS_A_SECOND, help="documents a second")
    given = parser.parse_args()
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(measure_freshness(settings, seconds=given.seconds, rate=given.rate))


if __name__ == "__main__":
    main()
