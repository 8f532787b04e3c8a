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
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
from deltalake import DeltaTable

from bench.scratch import scratch_installation
from bench.shop import Shop, open_shop
from pipelines.publish.pointer import read_pointer
from runtime.postgres import EmbeddedPostgres
from runtime.progress import Progress, make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from runtime.telemetry import NO_TELEMETRY
from transactional.kernel.session import Database
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewOrder

DOCUMENTS_A_SECOND = 20.0
SECONDS = 60.0
HISTORY_ORDERS = 3_000
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


def measure_freshness(
    settings: Settings, *, seconds: float = SECONDS, rate: float = DOCUMENTS_A_SECOND, progress: Progress | None = None
) -> Freshness:
    """The lag of every document of a steady load, in a scratch installation on the running embedded server."""
    told = progress or make_progress()
    with scratch_installation(settings, "freshness") as own:
        database = Database(own.database_url(DatabaseRole.APP), pool_size=_POSTERS)
        try:
            with told.step("Company with history"):
                shop = open_shop(database, orders=HISTORY_ORDERS)
            with working(own):
                with told.step("First load"):
                    wait_for_pointer(own)
                with told.step(f"Posting {rate:.0f} documents a second for {seconds:.0f} s"):
                    return _measure(own, shop, seconds=seconds, rate=rate)
        finally:
            database.close()


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """The worker of this installation, in a process of its own."""
    environment = {
        **os.environ,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(settings.home),
        "QOOERP_DATABASE_NAME": settings.database_name,
    }
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / "worker.log").open("ab") as log:
        # A session of its own, as the supervisor gives it: Linux may share the processor among these first.
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.worker"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(120)


def wait_for_pointer(settings: Settings) -> None:
    """Nothing, once marts are published.  Raises: RuntimeError with the end of the worker's log."""
    deadline = time.monotonic() + 300
    while read_pointer(settings.lake_dir) is None:
        if time.monotonic() > deadline:
            said = (settings.log_dir / "worker.log").read_text(encoding="utf-8")[-3000:]
            raise RuntimeError(f"The worker published nothing.\n{said}")
        time.sleep(0.1)


def _measure(settings: Settings, shop: Shop, *, seconds: float, rate: float) -> Freshness:
    done = threading.Event()
    seen: dict[str, float] = {}
    versions: list[int] = []
    watcher = threading.Thread(target=_watch, args=(settings, seen, versions, done))
    watcher.start()
    started = time.monotonic()
    committed = _post_steadily(shop, seconds=seconds, rate=rate)
    posted_seconds = time.monotonic() - started
    deadline = time.monotonic() + _DRAIN_SECONDS_MAX
    while committed.keys() - seen.keys() and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
    done.set()
    watcher.join()
    lags = [seen[key] - at for key, at in committed.items() if key in seen]
    return Freshness(
        documents=len(committed),
        documents_a_second=len(committed) / posted_seconds,
        lags=lags,
        unseen=len(committed.keys() - seen.keys()),
        versions=len(versions),
    )


def _post_steadily(shop: Shop, *, seconds: float, rate: float) -> dict[str, float]:
    """Orders, deliveries and invoices, each its own transaction; a sale begins on time whatever the last one took."""
    chance = random.Random(21)  # noqa: S311
    started = time.monotonic()
    committed: dict[str, float] = {}
    with ThreadPoolExecutor(_POSTERS) as posters:
        futures = []
        for number in range(int(seconds * rate / 3)):
            time.sleep(max(0.0, started + number * 3 / rate - time.monotonic()))
            futures.append(posters.submit(_sell_in_three_steps, shop, shop.order(chance, shop.today), committed))
        for future in futures:
            future.result()
    return committed


def _sell_in_three_steps(shop: Shop, order: NewOrder, committed: dict[str, float]) -> None:
    at = datetime.now(UTC)
    with shop.database.transaction(shop.principal) as session:
        [made] = create_orders(session, [order], at=at)
        confirm_orders(session, [made.id], at=at)
    committed[str(made.id)] = time.monotonic()
    with shop.database.transaction(shop.principal) as session:
        [delivery] = deliver_orders(session, [NewDelivery(made.id, shop.today)], at=at)
    committed[str(delivery.id)] = time.monotonic()
    with shop.database.transaction(shop.principal) as session:
        [invoice] = invoice_orders(session, [NewInvoice(made.id, shop.today)], at=at)
    committed[str(invoice.id)] = time.monotonic()


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
