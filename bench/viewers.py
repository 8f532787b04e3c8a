"""Thirty people who look at one dashboard at once, right after a load and later: `python -m bench.viewers`.

The marts are those of `bench.metrics_query`, over the real route of dashboards. Right after a load nothing is known:
all ask for eight tiles at the same moment, and what one is being told is made for all. Later the answers of this
version are there. Beside it stand one lone viewer, SQL by hand in DuckDB for the same tiles, thirty times at once, and
what thirty viewers would cost without sharing: thirty times the processor time of one.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response

from api.routers.report.dashboards import shown_tiles
from api.routing import Router, needs
from api.schemas.report.dashboards import ShowIn
from bench.metrics_query import (
    BY_HAND,
    QUESTIONS,
    ROWS,
    TENANT,
    TODAY,
    Spread,
    parse_project,
    placed,
    publish,
    serve,
    timed,
)
from olap.engines.base import Snapshot
from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from reports.dashboards import read_dashboard

VIEWERS = 30
ROUNDS = 5
TARGET_MS = 1_000.0
PATH = "/api/report/dashboards/bench/show"


def dashboard() -> dict[str, Any]:
    """Every question of the other benchmark as a tile, some of them told a second way."""
    asked = [*QUESTIONS.values(), {**QUESTIONS["revenue by month"], "metrics": ["invoiced_margin"]}]
    return {
        "tiles": [
            {"id": str(number), "title": f"Tile {number}", "definition": {"question": question}}
            for number, question in enumerate(asked)
        ]
    }


def routes() -> Router:
    """The route of dashboards for this one, which is kept in no database."""
    router, tiles = Router(), read_dashboard(dashboard())

    @router.post(PATH, openapi_extra=needs("report.read"))
    def show(given: ShowIn, request: Request) -> Response:
        return shown_tiles(request, tiles, given)

    return router


def main() -> None:
    """Publish, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "lake").mkdir()
        parse_project(home / "dbt")
        size = publish(home / "lake", home / "dbt" / "manifest.json", options.rows)
        print(f"{options.rows:,} invoice lines published, {size:.0f} MB of Parquet; {VIEWERS} viewers, 8 tiles\n")
        engine = DuckDBEngine.over(home / "lake")
        numbers = Numbers(engine, home / "dbt", today=lambda: TODAY)
        with serve(numbers, home, routes()) as client, engine.snapshot(TENANT) as snapshot:
            _measure(numbers, client, snapshot, options.rounds)
        engine.close()


def _measure(numbers: Numbers, client: httpx.Client, snapshot: Snapshot, rounds: int) -> None:
    def look() -> None:
        answer = client.post(PATH, json={})
        assert answer.is_success, answer.text

    def anew() -> None:
        numbers.forget()
        look()

    look()
    lone, lone_cpu = _of([_cost(anew) for _ in range(rounds)])
    together, together_cpu = [], []
    for _ in range(rounds):
        numbers.forget()
        times, cpu = _at_once(look)
        together += times
        together_cpu.append(cpu)
    kept = [each for _ in range(rounds) for each in _at_once(look)[0]]
    hand, hand_cpu = _by_hand(snapshot)
    first, later = Spread(together), Spread(kept)
    cpu = statistics.median(together_cpu)
    print(f"{'a dashboard of eight tiles':36}{'p50 ms':>8}{'p95 ms':>8}{'target':>8}{'CPU s':>8}")
    print(f"{'one viewer alone, nothing kept':36}{lone:8.0f}{'':16}{lone_cpu:8.2f}")
    print(f"{'thirty at once right after a load':36}{first.p50:8.0f}{first.p95:8.0f}{TARGET_MS:8.0f}{cpu:8.2f}")
    print(f"{'thirty at once later':36}{later.p50:8.0f}{later.p95:8.0f}{TARGET_MS:8.0f}")
    print(f"{'thirty at once, DuckDB by hand':36}{hand.p50:8.0f}{hand.p95:8.0f}{'':8}{hand_cpu:8.2f}")
    print(f"\nprocessor time of thirty beside one: {cpu / lone_cpu:.1f} (30 without sharing)")
    print(f"p95 of thirty beside DuckDB by hand: {first.p95 / hand.p95:.2f}")


def _cost(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds and processor seconds of a call, those of the server in this process included."""
    began = time.process_time()
    return timed(work), time.process_time() - began


def _of(costs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(ms for ms, _ in costs), statistics.median(cpu for _, cpu in costs)


def _at_once(work: Callable[[], object]) -> tuple[list[float], float]:
    """Milliseconds of each of thirty who begin together, and the processor seconds of all."""
    start = threading.Barrier(VIEWERS)

    def one() -> float:
        start.wait()
        return timed(work)

    began = time.process_time()
    with ThreadPoolExecutor(VIEWERS) as pool:
        times = [each.result() for each in [pool.submit(one) for _ in range(VIEWERS)]]
    return times, time.process_time() - began


def _by_hand(snapshot: Snapshot) -> tuple[Spread, float]:
    """What somebody who knows the marts would write for five of the tiles, asked by thirty at once."""
    texts = [placed(snapshot, text) for text in BY_HAND.values()]
    times, cpu = _at_once(lambda: [snapshot.fetch(text) for text in texts])
    return Spread(times), cpu


if __name__ == "__main__":
    main()
