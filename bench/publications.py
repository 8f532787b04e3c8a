"""What a reader's process spends when a new version is published: `python -m bench.publications`.

The marts and questions are those of `bench.metrics_query`, in this process. A version that follows the last one is
looked at, questions are asked whose marts it left as they were, and one whose marts it changed. Processor time, for it
holds on a machine that is busy with other things.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
from deltalake import DeltaTable, write_deltalake

from bench.metrics_query import QUESTIONS, TENANT, TODAY, parse_project, publish
from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.lake import Lake
from olap.query import MetricQuery
from olap.service import Numbers

ROWS, COMMITS, ROUNDS = 50_000, 40, 10
_TOUCHED = "dim_dates"
"""A small mart that commits are made to."""


class _Published:
    """A lake and its pointer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._told: dict[str, Any] = json.loads((folder / "version.json").read_text())
        self.marts: Sequence[str] = sorted(self._told["marts"])

    def commit(self, mart: str) -> None:
        """Take a row out of a mart and put it back, as a batch does."""
        table = DeltaTable(self.folder / mart)
        row = ds.dataset(table.file_uris()[0]).head(1).append_column("tenant_id", [[TENANT]])
        names = [field.name for field in table.schema().fields]
        key = next(name for name in names if name != "tenant_id")
        table.delete(f"tenant_id = '{TENANT}' and cast({key} as string) = '{row.column(key)[0].as_py()}'")
        write_deltalake(table, row.select(names), mode="append")
        self._told["marts"][mart] = DeltaTable(self.folder / mart).version()

    def move_on(self) -> None:
        """Publish what is committed."""
        self._told["version"] += 1
        fresh = self.folder / "version.json.new"
        fresh.write_text(json.dumps(self._told))
        fresh.replace(self.folder / "version.json")


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _rounds(published: _Published, rounds: int, before: Callable[[], object], work: Callable[[], object]) -> float:
    """Milliseconds of processor that some work takes after a publication, the median of some."""
    took = []
    for _ in range(rounds):
        before()
        published.move_on()
        took.append(_spent(work))
    return statistics.median(took)


def measured(home: Path, rounds: int) -> Iterator[tuple[str, float]]:
    """What is measured, and its milliseconds."""
    published, lake = _Published(home / "lake"), Lake(home / "lake")
    numbers = Numbers(DuckDBEngine.over(home / "lake", threads=1), home / "dbt", today=lambda: TODAY)
    asker, asked = Asker(TENANT, frozenset({"*"})), [MetricQuery.from_data(each) for each in QUESTIONS.values()]
    for _ in range(COMMITS):
        published.commit(_TOUCHED)
    published.move_on()

    def ask() -> None:
        for query in asked:
            numbers.query(query, asker)

    def look() -> None:
        with numbers.engine.snapshot(TENANT):
            pass

    def change_all() -> None:
        for mart in published.marts:
            published.commit(mart)

    lake.current()
    ask()
    told = f"a version looked at, one mart two commits further, {2 * COMMITS} before"
    yield told, _rounds(published, rounds, lambda: published.commit(_TOUCHED), lake.current)
    yield "a question whose marts stayed as they were", _rounds(published, rounds, lambda: None, ask) / len(asked)
    took = _rounds(published, rounds, change_all, look)
    yield f"a tenant's {len(published.marts)} marts, all of them changed, looked at", took
    yield "a question whose marts changed", _rounds(published, rounds, change_all, ask) / len(asked)


def main() -> None:
    """Publish, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        parse_project(home / "dbt")
        publish(home / "lake", home / "dbt" / "manifest.json", ROWS)
        print("processor ms after a publication")
        for name, took in measured(home, given.rounds):
            print(f"{name:<84}{took:8.2f}", flush=True)


if __name__ == "__main__":
    main()
