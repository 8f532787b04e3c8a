"""Cross tables over millions of facts, beside SQL by hand in DuckDB and PostgreSQL: `python -m bench.pivot`.

The marts are those of `bench.metrics_query`. A table has two levels on rows and months on columns, with all subtotals
and totals; uncached, so each run computes it anew. Beside it stands the same question to a catalogue that knows of no
sums made beforehand, with the same answer. By hand the same figures come from one statement with grouping sets, over
the same Parquet files in DuckDB and over the same rows in PostgreSQL, indexed by tenant and day.
"""
# ruff: noqa: S608  # Texts are written here; no stranger's word is among them.

from __future__ import annotations

import argparse
import io
import json
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.metrics_query import TENANT, TODAY, Spread, parse_project, placed, publish, timed
from olap.asker import Asker
from olap.engines.base import Snapshot
from olap.engines.duckdb import DuckDBEngine
from olap.pivot import PivotQuery, PivotResult, pivot
from olap.service import Numbers
from runtime.garbage import staying
from runtime.postgres import EmbeddedPostgres

SIZES = (2_000_000, 10_000_000)
ROUNDS = 15
WARM_UP = 2
TIME = {"start": "2025-01-01", "end": "2025-12-31"}
AXES: dict[str, Any] = {"rows": ["region", "item_category"], "columns": ["month"], "time": TIME}
TABLES: dict[str, tuple[list[str], dict[int, float]]] = {
    "sums and shares": (["net_revenue", "discount_rate", "invoiced_margin"], {2_000_000: 300.0, 10_000_000: 2000.0}),
    "with distinct counts": (["net_revenue", "sales_invoice_count"], {2_000_000: 1500.0}),
}
_FIGURES = {
    "sums and shares": "sum(f.net_amount), sum(f.discount_amount) / nullif(sum(f.gross_amount), 0),"
    " sum(f.net_amount) - sum(f.cost_amount)",
    "with distinct counts": "sum(f.net_amount),"
    " count(distinct case when f.document_type = 'sales_invoice' then f.invoice_id end)",
}
_MARTS = ("fct_sales_invoice_lines", "dim_regions", "dim_items")


def by_hand(table: str) -> str:
    """The same figures as somebody who knows the marts would ask for them."""
    return f"""select r.region_name, i.item_category_name, date_trunc('month', f.invoiced_on) as m, {_FIGURES[table]}
        from marts.fct_sales_invoice_lines f
            left join marts.dim_regions r on r.region_id = f.region_id
            left join marts.dim_items i on i.item_id = f.item_id
        where f.tenant_id = '{TENANT}' and f.invoiced_on between date '2025-01-01' and date '2025-12-31'
        group by grouping sets ((1, 2, 3), (1, 3), (3), (1, 2), (1), ())"""


def main() -> None:
    """Publish, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), rows, options.rounds)


def _measure(home: Path, rows: int, rounds: int) -> None:
    (home / "lake").mkdir()
    parse_project(home / "dbt")
    size = publish(home / "lake", home / "dbt" / "manifest.json", rows)
    print(f"{rows:,} invoice lines published, {size:.0f} MB of Parquet")
    print(
        f"{'cross table, ms':24}{'p50':>8}{'p95':>8}{'target':>8}{'cached':>8}{'no sums':>9}{'ratio':>8}"
        f"{'DuckDB':>10}{'ratio':>8}{'PostgreSQL':>12}{'ratio':>8}"
    )
    # As the API that is stood for here: else a search for garbage falls into one run of twenty.
    with staying():
        engine = DuckDBEngine.over(home / "lake")
        both = Numbers(engine, home / "dbt", today=lambda: TODAY), _without_sums(engine, home)
    with engine.snapshot(TENANT) as snapshot, _postgres(home, snapshot) as ask_postgres:
        for name, (metrics, targets) in TABLES.items():
            _print_table(name, metrics, targets.get(rows), both, snapshot, ask_postgres, rounds)
    engine.close()
    print()


def _without_sums(engine: DuckDBEngine, home: Path) -> Numbers:
    """The same figures from a catalogue that knows of no sums made beforehand."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: stripped(each) for name, each in value.items() if name != "pre_aggregated"}
        return [stripped(each) for each in value] if isinstance(value, list) else value

    folder = home / "dbt_without_sums"
    folder.mkdir()
    for file in (home / "dbt").glob("*manifest.json"):
        (folder / file.name).write_text(json.dumps(stripped(json.loads(file.read_text()))))
    return Numbers(engine, folder, today=lambda: TODAY)


def _print_table(
    name: str,
    metrics: list[str],
    target: float | None,
    both: tuple[Numbers, Numbers],
    snapshot: Snapshot,
    ask_postgres: Callable[[str], list[tuple[Any, ...]]],
    rounds: int,
) -> None:
    query, asker = PivotQuery.from_data({"metrics": metrics, **AXES}), Asker(TENANT, frozenset({"*"}))
    theirs = by_hand(name)
    ours = placed(snapshot, theirs)
    numbers, without = both

    def asked(numbers: Numbers = numbers) -> PivotResult:
        numbers.forget()
        return pivot(numbers, query, asker)

    for each in both:
        _check_same(asked(each), metrics, snapshot.fetch(ours).rows, ask_postgres(theirs))
    for _ in range(WARM_UP):
        asked(), asked(without)
    unsummed = statistics.median(timed(lambda: asked(without)) for _ in range(rounds))
    pairs = [(timed(asked), timed(lambda: snapshot.fetch(ours))) for _ in range(rounds)]
    spread, duck = Spread([each for each, _ in pairs]), statistics.median(each for _, each in pairs)
    cached = statistics.median(timed(lambda: pivot(numbers, query, asker)) for _ in range(rounds))
    postgres = statistics.median(timed(lambda: ask_postgres(theirs)) for _ in range(3))
    print(
        f"{name:24}{spread.p50:8.0f}{spread.p95:8.0f}{target or '':>8}{cached:8.1f}{unsummed:9.0f}"
        f"{unsummed / spread.p50:8.2f}{duck:10.0f}"
        f"{spread.p50 / duck:8.2f}{postgres:12.0f}{spread.p50 / postgres:8.2f}"
    )


def _check_same(found: PivotResult, metrics: list[str], duck: Any, postgres: list[tuple[Any, ...]]) -> None:
    """All three give the same first figure in every cell and total."""

    def placed(rows: Any) -> dict[tuple[str, ...], str]:
        return {tuple(_key(each) for each in row[:3]): f"{row[3]:.2f}" for row in rows}

    ours = {}
    for row in found.rows:
        for header, cell in zip(found.columns, row.cells, strict=True):
            if cell is not None:
                keys = [row.keys.get("region"), row.keys.get("item_category"), header.keys.get("month")]
                ours[tuple(_key(each) for each in keys)] = f"{cell[metrics[0]]:.2f}"
    if not ours == placed(duck) == placed(postgres):
        raise SystemExit("the figures differ")


def _key(member: Any) -> str:
    return "" if member is None else str(member)[:10] if hasattr(member, "year") else str(member)


@contextmanager
def _postgres(home: Path, snapshot: Snapshot) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """The same marts in an embedded PostgreSQL, analyzed and indexed."""
    server = EmbeddedPostgres(home / "server", durable=False)
    server.start()
    try:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("create schema marts")
            for mart in _MARTS:
                _copy(connection, mart, snapshot)
            connection.execute("create index on marts.fct_sales_invoice_lines (tenant_id, invoiced_on)")
            connection.execute("vacuum analyze")
            yield lambda text: connection.execute(text).fetchall()
    finally:
        server.stop()


def _copy(connection: psycopg.Connection[Any], mart: str, snapshot: Snapshot) -> None:
    wanted = {
        "fct_sales_invoice_lines": "tenant_id, region_id, item_id, invoice_id, document_type, invoiced_on, net_amount,"
        " gross_amount, discount_amount, cost_amount",
        "dim_regions": "region_id, region_name",
        "dim_items": "item_id, item_category_name",
    }[mart]
    relation = snapshot.relation(mart).sql(dialect="duckdb")
    typed = ", ".join(
        f"{name.strip()} {snapshot.columns[mart][name.strip()].replace('VARCHAR', 'text')}"
        for name in wanted.split(",")
    )
    connection.execute(f"create table marts.{mart} ({typed})")
    with connection.cursor().copy(f"copy marts.{mart} from stdin (format csv)") as copy:
        for batch in snapshot.stream(f"select {wanted} from {relation}"):
            if batch.num_rows:
                copy.write(_csv(batch))


def _csv(batch: Any) -> bytes:
    import pyarrow.csv  # noqa: PLC0415  # only here

    buffer = io.BytesIO()
    pyarrow.csv.write_csv(batch, buffer, pyarrow.csv.WriteOptions(include_header=False))
    return buffer.getvalue()


if __name__ == "__main__":
    main()
