"""`qooerp ask`: a question in words."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from cli.client import ApiClient
from cli.commands.query import table_of
from runtime.settings import load_settings

DECLINED = 2


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
        typer.echo(answer.get("text") or answer.get("reason") or "")
        if answer.get("result"):
            Console().print(table_of(answer["result"]))
    if answer["status"] != "answered":
        raise typer.Exit(DECLINED)
