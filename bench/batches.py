"""What a batch of the worker costs in processor time, by how many documents it takes in: `python -m bench.batches`.

The more is posted the larger the batches: what costs more than its share of rows makes the next one larger still.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import psycopg

from bench.scratch import scratch_installation
from bench.shop import Shop, open_shop
from pipelines.batches import Pipeline
from pipelines.dbt.incremental import MartWriter
from pipelines.dbt.plan import MartPlan
from runtime.postgres import EmbeddedPostgres
from runtime.progress import make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.kernel.session import Database
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice

HISTORY_ORDERS = 2_000
SIZES = (30, 60, 120, 240)
"""Documents of a batch: a third of them orders, a third their deliveries, a third their invoices."""
_DEAREST = 3


@dataclass(slots=True)
class Spent:
    """Processor milliseconds: of this process, of its session with the server, and of that by mart worked out."""

    own: float = 0.0
    session: float = 0.0
    by_mart: Counter[str] = field(default_factory=Counter)


def measure(settings: Settings) -> Iterator[str]:
    """The table, line by line, over an installation of its own."""
    told = make_progress()
    with scratch_installation(settings, "batches") as own:
        database = Database(own.database_url(DatabaseRole.APP))
        pipeline = Pipeline(own)
        try:
            with told.step("Company with history"):
                shop = open_shop(database, orders=HISTORY_ORDERS)
            with told.step("First load"):
                pipeline.run()
            _post(shop, SIZES[0] // 3)
            pipeline.run()
            yield f"{'documents':>9}{'worker ms':>12}{'its SQL ms':>12}{'ms a document':>15}   marts that cost most"
            for documents in SIZES:
                # As the server's housekeeping does within a minute of steady work: plans are made anew by it.
                pipeline._connected().execute("analyze")  # noqa: SLF001
                _post(shop, documents // 3)
                with told.step(f"A batch of {documents} documents"):
                    spent = _batch(pipeline)
                each = (spent.own + spent.session) / documents
                dearest = ", ".join(f"{mart} {took:.0f}" for mart, took in spent.by_mart.most_common(_DEAREST))
                yield f"{documents:9d}{spent.own:12.0f}{spent.session:12.0f}{each:15.1f}   {dearest}"
        finally:
            pipeline.close()
            database.close()


def _post(shop: Shop, orders: int) -> None:
    at, chance = datetime.now(UTC), random.Random(orders)  # noqa: S311  # a reproducible mix, no secret
    with shop.database.transaction(shop.principal) as session:
        made = [
            each.id for each in create_orders(session, [shop.order(chance, shop.today) for _ in range(orders)], at=at)
        ]
        confirm_orders(session, made, at=at)
    with shop.database.transaction(shop.principal) as session:
        deliver_orders(session, [NewDelivery(each, shop.today) for each in made], at=at)
    with shop.database.transaction(shop.principal) as session:
        invoice_orders(session, [NewInvoice(each, shop.today) for each in made], at=at)


def _batch(pipeline: Pipeline) -> Spent:
    spent = Spent()
    before, began = _of_session(pipeline), time.process_time()
    with _watching(pipeline, spent):
        pipeline.run()
    spent.own = (time.process_time() - began) * 1_000
    spent.session = _of_session(pipeline) - before
    return spent


@contextmanager
def _watching(pipeline: Pipeline, spent: Spent) -> Iterator[None]:
    compute: Callable[[MartWriter, MartPlan], int] = MartWriter.compute

    def watched(writer: MartWriter, mart: MartPlan) -> int:
        before = _of_session(pipeline)
        rows = compute(writer, mart)
        spent.by_mart[mart.name] += round(_of_session(pipeline) - before)
        return rows

    with patch.object(MartWriter, "compute", watched):
        yield


def _of_session(pipeline: Pipeline) -> float:
    """Processor milliseconds of the worker's session so far, by the kernel's own count: ticks are too coarse."""
    connection: psycopg.Connection = pipeline._connected()  # noqa: SLF001  # nobody else has to know its session
    told = Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
    return int(told.split()[0]) / 1e6


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        for line in measure(settings):
            print(line, flush=True)


if __name__ == "__main__":
    main()
