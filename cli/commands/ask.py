"""`qooerp ask`: a question in words."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.client import ApiClient
from cli.commands.query import table_of
from runtime.settings import load_settings

DECLINED = 2
ROWS_PRINTED_MAX = 20


def ask(
    question: Annotated[str, typer.Argument(help="In English or Chinese.")],
    *,
    tenant: Annotated[str, typer.Option(help="The tenant that is asked about.")] = "demo",
    username: Annotated[str | None, typer.Option(help="Who asks; default: the tenant's demo admin.")] = None,
    password: Annotated[str | None, typer.Option(envvar="QOOERP_PASSWORD", help="Better by variable.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer with its evidence.")] = False,
) -> None:
    """Ask the assistant; exit code 2 when it declines or asks back."""
    client = ApiClient(load_settings(), tenant=tenant, username=username, password=password)
    answer = client.post("/api/ai/ask", {"question": question})
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        for part in answer.get("parts") or [answer]:
            _print(part)
    if answer["status"] != "answered":
        raise typer.Exit(DECLINED)


def _print(answer: dict[str, Any]) -> None:
    """An answer with what stands behind it, or a question back with its choices."""
    typer.echo(answer.get("text") or answer.get("reason") or "")
    for choice in answer.get("choices") or ():
        typer.echo(f"  - {choice}")
    result = answer.get("result")
    if not result:
        return
    if len(result["columns"]) > 1:
        Console().print(table_of({**result, "rows": result["rows"][:ROWS_PRINTED_MAX]}))
    evidence = result["evidence"]
    for definition in evidence["definitions"][:1]:
        typer.echo(f"Definition: {definition['label']}: {definition['description']}")
    typer.echo(f"Understood: {'; '.join(answer.get('understood') or ())}")
    typer.echo(f"Data: {evidence['data_version']}, up to {evidence['watermark']}; chart: {answer.get('chart')}")
    typer.echo(f"Query: {json.dumps(answer['metric_query'], ensure_ascii=False)}")
    typer.echo(f"Documents: POST /api/metrics/drill {json.dumps(answer['drill'], ensure_ascii=False)}")
    typer.echo(f"SQL: {' '.join(str(evidence['sql']).split())}")
