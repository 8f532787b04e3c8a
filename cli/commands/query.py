"""`qooerp query`: numbers by the names they have in the catalogue."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.client import ApiClient
from runtime.settings import load_settings


def query(  # noqa: PLR0913  # each is an option of the command line
    metrics: Annotated[list[str], typer.Argument(help="Metric names, as in the catalogue.")],
    *,
    by: Annotated[list[str] | None, typer.Option(help="Group by this dimension; may be repeated.")] = None,
    start: Annotated[str | None, typer.Option(help="First day, 2026-01-31.")] = None,
    end: Annotated[str | None, typer.Option(help="The day after the last.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most this many rows.")] = 50,
    tenant: Annotated[str, typer.Option(help="The tenant whose numbers are asked for.")] = "demo",
    username: Annotated[str | None, typer.Option(help="Who asks; default: the tenant's demo admin.")] = None,
    password: Annotated[str | None, typer.Option(envvar="QOOERP_PASSWORD", help="Better by variable.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer with its evidence.")] = False,
) -> None:
    """Ask the running API for metrics, with the asker's rights."""
    client = ApiClient(load_settings(), tenant=tenant, username=username, password=password)
    body: dict[str, Any] = {"metrics": metrics, "group_by": by or [], "limit": limit}
    if start or end:
        body["time"] = {"start": start, "end": end}
    answer = client.post("/api/metrics/query", body)
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    Console().print(table_of(answer))


def table_of(answer: dict[str, Any]) -> Table:
    """The columns and rows of a metric answer, for a terminal."""
    table = Table()
    names = [column["name"] if isinstance(column, dict) else str(column) for column in answer["columns"]]
    for name in names:
        table.add_column(name)
    for row in answer["rows"]:
        cells = [row.get(name) for name in names] if isinstance(row, dict) else row
        table.add_row(*("" if cell is None else str(cell) for cell in cells))
    return table
