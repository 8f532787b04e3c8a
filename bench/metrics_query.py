"""Figures over two million fact rows, by HTTP, and beside SQL written by hand: `python -m bench.metrics_query`.

The marts have the columns of the dbt project and are published as pipelines publish them; the semantic model is the
project's own. Uncached means that no result is kept between questions; compiled texts are, as in a running server, and
the first question of each shape is told apart.
"""
# ruff: noqa: S608  # Texts are written here; no stranger's word is among them.

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import duckdb
import httpx
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api.context import RightsCache, Services
from api.errors import install_handlers
from api.routers.metrics import questions
from api.telemetry import Telemetry
from olap.asker import Asker
from olap.engines.base import Snapshot
from olap.engines.duckdb import DuckDBEngine
from olap.query import MetricQuery
from olap.service import Numbers
from pipelines.publish.lake import Lake
from runtime.garbage import staying
from runtime.paths import PROJECT_FOLDER
from runtime.telemetry import NO_TELEMETRY
from transactional.kernel.principal import Principal

TENANT = "00000000-0000-7000-8000-000000000001"
TODAY = date(2026, 3, 16)
ROWS = 2_000_000
ROUNDS = 15
UNCACHED_MS, CACHED_MS, RATIO = 150.0, 20.0, 1.3

TIME = {"start": "2025-01-01", "end": "2025-12-31"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "revenue in all": {"metrics": ["net_revenue"], "time": TIME},
    "revenue by month": {"metrics": ["net_revenue"], "time": {**TIME, "grain": "month"}},
    "three metrics by month and region": {
        "metrics": ["net_revenue", "discount_rate", "invoiced_margin"],
        "group_by": ["month", "region"],
        "time": TIME,
        "totals": True,
    },
    "revenue by category beside last year": {
        "metrics": ["net_revenue"],
        "group_by": ["item_category"],
        "time": TIME,
        "compare": "previous_year",
    },
    "ten best customers": {
        "metrics": ["net_revenue"],
        "group_by": ["customer"],
        "time": TIME,
        "order_by": ["-net_revenue"],
        "limit": 10,
    },
    "one region's items": {
        "metrics": ["net_revenue", "sold_quantity"],
        "group_by": ["item"],
        "time": TIME,
        "where": [{"field": "region", "value": "Region 3"}],
    },
    "revenue by fiscal period": {"metrics": ["net_revenue"], "group_by": ["fiscal_period"], "time": TIME},
}

_FACT, _DAYS = "marts.fct_sales_invoice_lines", "invoiced_on between date '2025-01-01' and date '2025-12-31'"
BY_HAND: dict[str, str] = {
    "revenue in all": f"select sum(net_amount) from {_FACT} where tenant_id = '{TENANT}' and {_DAYS}",
    "revenue by month": f"""select date_trunc('month', invoiced_on) as m, sum(net_amount) from {_FACT}
        where tenant_id = '{TENANT}' and {_DAYS} group by m order by m""",
    "three metrics by month and region": f"""select date_trunc('month', f.invoiced_on) as m, r.region_name,
            sum(f.net_amount), sum(f.discount_amount) / nullif(sum(f.gross_amount), 0),
            sum(f.net_amount) - sum(f.cost_amount)
        from {_FACT} f left join marts.dim_regions r on r.region_id = f.region_id
        where f.tenant_id = '{TENANT}' and {_DAYS} group by m, r.region_name order by m, r.region_name""",
    "ten best customers": f"""select c.customer_name, sum(f.net_amount) as n
        from {_FACT} f left join marts.dim_customers c on c.customer_id = f.customer_id
        where f.tenant_id = '{TENANT}' and {_DAYS} group by c.customer_name order by n desc limit 10""",
    "one region's items": f"""select i.item_name, sum(f.net_amount), sum(f.quantity)
        from {_FACT} f left join marts.dim_regions r on r.region_id = f.region_id
            left join marts.dim_items i on i.item_id = f.item_id
        where f.tenant_id = '{TENANT}' and r.region_name = 'Region 3' and {_DAYS}
        group by i.item_name order by i.item_name""",
}
"""The same figures as somebody who knows the marts would ask for them."""

_FILLED: dict[str, tuple[str, dict[str, str]]] = {
    "fct_sales_invoice_lines": (
        "range({rows}) t(n)",
        {
            "sales_invoice_line_key": "{key:8}",
            "row_kind": "'line'",
            "document_type": "'sales_invoice'",
            "invoice_id": "{key:7:n // 4}",
            "invoice_number": "'SI-' || n // 4",
            "company_id": "{key:1:1}",
            "currency_code": "'EUR'",
            "customer_id": "{key:2:hash(n // 4) % 5000}",
            "region_id": "{key:3:hash(n // 4) % 5000 % 12}",
            "item_id": "{key:4:hash(n) % 1000}",
            "invoiced_on": "date '2024-01-01' + cast(n * 800 // {rows} as integer)",
            "quantity": "1 + hash(n) % 9",
            "net_amount": "cast(hash(n) % 100000 as decimal(20,4)) / 100",
            "gross_amount": "cast(hash(n) % 100000 as decimal(20,4)) / 95",
            "discount_amount": "cast(hash(n) % 5000 as decimal(20,4)) / 100",
            "cost_amount": "cast(hash(n) % 60000 as decimal(20,4)) / 100",
        },
    ),
    "dim_customers": ("range(5000) t(n)", {"customer_id": "{key:2}", "customer_name": "'Customer ' || n"}),
    "dim_companies": ("range(1) t(n)", {"company_id": "{key:1:1}", "currency_code": "'EUR'"}),
    "dim_regions": ("range(12) t(n)", {"region_id": "{key:3}", "region_name": "'Region ' || n"}),
    "dim_items": (
        "range(1000) t(n)",
        {"item_id": "{key:4}", "item_name": "'Item ' || n", "item_category_name": "'Category ' || n % 20"},
    ),
    "dim_dates": (
        "range(1461) t(n)",
        {
            "date_day": "date '2023-01-01' + cast(n as integer)",
            "fiscal_period_starts_on": "date_trunc('month', date '2023-01-01' + cast(n as integer))",
        },
    ),
}
_MONTHS = "fct_sales_invoice_months"
_SUMS = ("quantity", "gross_amount", "discount_amount", "net_amount", "credited_amount", "cost_amount")


class _Edge:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"] = {"trace_id": "bench", "host": ""}
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Spread:
    """Milliseconds of many runs."""

    times: list[float]

    @property
    def p50(self) -> float:
        """The middle one."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """One in twenty is slower."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * 0.95))]


def parse_project(target: Path) -> None:
    """Write both manifests of the dbt project; no database is asked."""
    dbt = Path(sys.executable).with_name("dbt")
    project = PROJECT_FOLDER
    folders = ["--project-dir", project / "dbt_project", "--profiles-dir", project / "pipelines/dbt/profile"]
    command = [dbt, "parse", *folders, "--profile", "qooerp", "--target-path", target, "--log-path", target, "--quiet"]
    subprocess.run([str(each) for each in command], check=True, env={**os.environ, **NO_TELEMETRY})


def publish(lake_dir: Path, manifest: Path, rows: int) -> float:
    """Fill the marts and publish them; megabytes on disk."""
    nodes = json.loads(manifest.read_text())["nodes"].values()
    columns = {node["alias"]: node["columns"] for node in nodes if node["resource_type"] == "model"}
    lake, versions = Lake(lake_dir), {}
    for mart, (source, given) in _FILLED.items():
        chosen = [
            f"cast({_expression(given[name], rows) if name in given else 'null'} as {_type(column)}) as {name}"
            for name, column in columns[mart].items()
            if name != "tenant_id"
        ]
        text = f"select '{TENANT}' as tenant_id, {', '.join(chosen)} from {source.format(rows=rows)}"
        versions[mart] = lake.overwrite(mart, duckdb.connect().execute(text).to_arrow_reader(131_072))
    sums = duckdb.connect().execute(_by_month(lake_dir, columns[_MONTHS]))
    versions[_MONTHS] = lake.overwrite(_MONTHS, sums.to_arrow_reader(131_072))
    now = datetime.now(UTC).isoformat()
    pointer = {"version": 1, "marts": versions, "watermark": now, "loaded_at": now, "checks": []}
    (lake_dir / "version.json").write_text(json.dumps(pointer))
    return sum(path.stat().st_size for path in lake_dir.rglob("*.parquet")) / 1e6


def _by_month(lake_dir: Path, columns: dict[str, dict[str, Any]]) -> str:
    """The sums that dbt makes of the lines, over those just published."""
    told = {"invoiced_on": "date_trunc('month', invoiced_on)", "_batch_id": "max(_batch_id)"}
    told |= {name: f"sum({name})" for name in _SUMS}
    chosen = [f"cast({told.get(name, name)} as {_type(column)}) as {name}" for name, column in columns.items()]
    files = lake_dir / "fct_sales_invoice_lines" / "*" / "*.parquet"
    return f"select {', '.join(chosen)} from read_parquet('{files}', hive_partitioning = true) group by all"


def _expression(text: str, rows: int) -> str:
    if text.startswith("{key:"):
        kind, _, number = text[5:-1].partition(":")
        return f"printf('{int(kind):08d}-0000-7000-8000-%012d', cast({number or 'n'} as bigint))"
    return text.replace("{rows}", str(rows))


def _type(column: dict[str, Any]) -> str:
    kind = str(column["data_type"])
    return {"uuid": "varchar", "text": "varchar", "jsonb": "varchar"}.get(kind, kind.replace("numeric", "decimal"))


def _app(numbers: Numbers, home: Path, routers: Sequence[APIRouter]) -> FastAPI:
    # A clock that stands still keeps the one person who asks signed in.
    rights = RightsCache(clock=lambda: 0.0)
    rights.keep("bench", Principal(UUID(TENANT), None, permissions=frozenset({"*"})), 1.0)
    app = FastAPI()
    services = SimpleNamespace(
        rights=rights, telemetry=Telemetry(), hosts=SimpleNamespace(tenant_of=lambda _: None), settings=home
    )
    app.state.services = cast("Services", services)
    app.state.numbers = (app.state.services, numbers)
    install_handlers(app)
    for router in (questions.router, *routers):
        app.include_router(router)
    app.add_middleware(_Edge)
    return app


@contextmanager
def serve(numbers: Numbers, home: Path, *routers: APIRouter) -> Iterator[httpx.Client]:
    """The real route, and those given besides, behind a real server on a free port, searched for garbage as the API."""
    with staying():
        app = _app(numbers, home, routers)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"authorization": "Bearer bench"}, timeout=60
    ) as client:
        yield client
    server.should_exit = True
    thread.join(10)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Publish, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "lake").mkdir()
        parse_project(home / "dbt")
        size = publish(home / "lake", home / "dbt" / "manifest.json", options.rows)
        print(f"{options.rows:,} invoice lines published, {size:.0f} MB of Parquet\n")
        engine = DuckDBEngine.over(home / "lake")
        numbers = Numbers(engine, home / "dbt", today=lambda: TODAY)
        with serve(numbers, home) as client:
            _print_http(numbers, client, options.rounds)
        with engine.snapshot(TENANT) as snapshot:
            _print_ratios(numbers, snapshot, options.rounds)


def _print_http(numbers: Numbers, client: httpx.Client, rounds: int) -> None:
    print(f"{'question over HTTP, ms':42}{'first':>8}{'uncached p50':>14}{'p95':>8}{'cached p50':>12}{'p95':>8}")
    uncached_all, cached_all = [], []
    for name, question in QUESTIONS.items():

        def ask(question: dict[str, Any] = question) -> None:
            answer = client.post("/api/metrics/query", json=question)
            assert answer.is_success, answer.text

        first = timed(ask)
        uncached = Spread([_forgotten(numbers, ask) for _ in range(rounds)])
        cached = Spread([timed(ask) for _ in range(rounds)])
        uncached_all += uncached.times
        cached_all += cached.times
        print(f"{name:42}{first:8.0f}{uncached.p50:14.0f}{uncached.p95:8.0f}{cached.p50:12.1f}{cached.p95:8.1f}")
    uncached, cached = Spread(uncached_all), Spread(cached_all)
    print(f"{'all':42}{'':8}{uncached.p50:14.0f}{uncached.p95:8.0f}{cached.p50:12.1f}{cached.p95:8.1f}")
    print(f"{'target':42}{'':22}{UNCACHED_MS:8.0f}{'':12}{CACHED_MS:8.1f}\n")


def _forgotten(numbers: Numbers, ask: Callable[[], None]) -> float:
    numbers.forget()
    return timed(ask)


def _print_ratios(numbers: Numbers, snapshot: Snapshot, rounds: int) -> None:
    print(f"{'engine time, ms':42}{'compiled':>10}{'by hand':>10}{'ratio':>8}   (target {RATIO})")
    asker, ratios = Asker(TENANT, frozenset({"*"})), []
    for name, text in BY_HAND.items():
        question = {key: value for key, value in QUESTIONS[name].items() if key != "totals"}
        readable = numbers.query(MetricQuery.from_data(question), asker).evidence.sql
        compiled, by_hand = placed(snapshot, readable), placed(snapshot, text)
        assert _figures(snapshot, compiled) == _figures(snapshot, by_hand), f"{name}: the figures differ"
        pairs = [
            (timed(lambda: snapshot.fetch(compiled)), timed(lambda: snapshot.fetch(by_hand)))  # noqa: B023  # at once
            for _ in range(rounds)
        ]
        ours, theirs = (statistics.median(each) for each in zip(*pairs, strict=True))
        ratios.append(ours / theirs)
        print(f"{name:42}{ours:10.1f}{theirs:10.1f}{ours / theirs:8.2f}")
    print(f"{'median ratio':42}{'':20}{statistics.median(ratios):8.2f}")


def placed(snapshot: Snapshot, text: str) -> str:
    """A statement over the marts as an analyst writes it, over the views of a snapshot: each mart has its own."""
    return re.sub(r'\bmarts\."?(\w+)"?', lambda found: snapshot.relation(found[1]).sql(dialect="duckdb"), text)


def _figures(snapshot: Snapshot, text: str) -> list[tuple[str, ...]]:
    """Rows as texts, ratios without their last digits."""
    return [
        tuple(f"{cell:.10g}" if isinstance(cell, float) else str(cell).removesuffix(" 00:00:00") for cell in row)
        for row in snapshot.fetch(text).rows
    ]


if __name__ == "__main__":
    main()
