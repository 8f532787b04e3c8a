"""Killed anywhere, read at any time: what readers see is whole and ends right."""

import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import deltalake
import psycopg
import pytest

from pipelines.batches import Pipeline
from pipelines.publish.pointer import read_pointer
from runtime.settings import Settings
from tests.factories.books import Books
from tests.factories.forked import start_forked
from tests.pipelines import batch_loop
from tests.pipelines.posting import open_books, post_sales, published_rows, stored_rows
from tests.rounds import PROVING, rounds
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

MARTS = ("fct_account_days", "fct_journal_lines")
KILLS = rounds(6, 25)
PUBLISHES = rounds(30, 1_000)


@pytest.mark.timeout(1800 if PROVING else 600)
def test_killed_at_any_moment_the_marts_end_where_a_clean_build_ends(
    make_pipeline: Callable[..., Pipeline],
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    make_pipeline().run()
    chance = random.Random(11)  # noqa: S311  # a reproducible mix, no secret
    for _ in range(KILLS):
        _post_while_it_runs_and_kill(installation, database, principal, books, chance)
    last = make_pipeline()
    last.run()
    assert last.run() is None
    after_kills = {mart: stored_rows(warehouse, mart, without=["_batch_id"]) for mart in MARTS}
    for mart in MARTS:
        assert published_rows(installation.lake_dir, mart) == stored_rows(warehouse, mart)
    last.run(rebuild=True)
    assert {mart: stored_rows(warehouse, mart, without=["_batch_id"]) for mart in MARTS} == after_kills
    lines = warehouse.execute("select count(*) from ledger.journal_lines").fetchone()
    assert lines == (len(after_kills["fct_journal_lines"]),)
    assert lines != (0,)


def _post_while_it_runs_and_kill(
    installation: Settings, database: Database, principal: Principal, books: Books, chance: random.Random
) -> None:
    environment = {"QOOERP_HOME": str(installation.home), "QOOERP_DATABASE_NAME": installation.database_name}
    heard, said = Pipe(duplex=False)
    worker = start_forked(batch_loop.work, said, environment=environment)
    said.close()
    with heard:
        assert heard.recv() == "ready"
    killer = threading.Timer(chance.uniform(0.02, 0.6), worker.kill)
    killer.start()
    while worker.is_alive():
        on = date(2026, 1, 1) + timedelta(days=chance.randrange(60))
        post_sales(database, principal, books, ["1.00", "2.50"], on=on)
    killer.join()
    assert worker.exitcode == -signal.SIGKILL


@pytest.mark.timeout(3600 if PROVING else 300)
def test_readers_never_see_two_versions_mixed(
    make_pipeline: Callable[..., Pipeline], installation: Settings, database: Database, principal: Principal
) -> None:
    books = open_books(database, principal)
    post_sales(database, principal, books, ["5.00"])
    pipeline = make_pipeline()
    pipeline.run()
    done, looked = threading.Event(), Counter[int]()
    problems: list[str] = []
    readers = [
        threading.Thread(target=_read_until, args=(installation.lake_dir, done, problems, looked)) for _ in range(3)
    ]
    for reader in readers:
        reader.start()
    for number in range(PUBLISHES):
        post_sales(database, principal, books, [f"{number + 1}.00"], on=date(2026, 1, 1 + number % 20))
        pipeline.run()
    done.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert len(looked) > 5


def _read_until(lake_dir: Path, done: threading.Event, problems: list[str], looked: Counter[int]) -> None:
    while not done.is_set():
        try:
            _compare_marts(lake_dir, problems, looked)
        except Exception as error:  # noqa: BLE001  # whatever a reader meets is what the test is about
            problems.append(repr(error))


def _compare_marts(lake_dir: Path, problems: list[str], looked: Counter[int]) -> None:
    pointer = read_pointer(lake_dir)
    assert pointer is not None
    totals: list[dict[tuple[Any, ...], Decimal]] = []
    for mart in MARTS:
        table = deltalake.DeltaTable(lake_dir / mart, version=pointer.marts[mart]).to_pyarrow_table()
        total: dict[tuple[Any, ...], Decimal] = {}
        for row in table.select(["account_id", "posted_on", "amount"]).to_pylist():
            key = (row["account_id"], row["posted_on"])
            total[key] = total.get(key, Decimal(0)) + row["amount"]
        totals.append(total)
    looked[pointer.version] += 1
    if totals[0] != totals[1]:
        problems.append(f"version {pointer.version} is mixed")
