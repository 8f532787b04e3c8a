"""The Model Context Protocol, talked by the standard client over HTTP and over standard input and output."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.api.conftest import PASSWORD, Login, problem

Asked = Callable[..., dict[str, Any]]
VERBS = ["list_metrics", "get_dimensions", "get_dimension_values", "query_metrics", "get_metrics_compiled_sql", "ask"]


def _talk(login: Login, work: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a standard client gets over streamable HTTP with a user's token."""

    async def run() -> Any:
        app: FastAPI = login.http.app  # type: ignore[assignment]  # what the test client was made of
        headers = {"Authorization": login.http.headers["Authorization"]}
        http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://testserver", headers=headers
        )
        transport = streamable_http_client("http://testserver/api/ai/mcp", http_client=http)
        async with http, Client(transport) as client:
            return await work(client)

    return anyio.run(run)


def test_a_standard_client_finds_the_verbs_and_gets_the_figures_of_the_api(asked: Asked, admin: Login) -> None:
    query = {"metrics": ["net_revenue"], "group_by": ["region"], "order_by": ["-net_revenue"], "limit": 2}

    async def work(client: Client) -> list[Any]:
        listed = [tool.name for tool in (await client.list_tools()).tools]
        found = [
            (await client.call_tool(name, arguments)).structured_content
            for name, arguments in (
                ("list_metrics", {"search": "revenue"}),
                ("get_dimensions", {"metrics": ["net_revenue"]}),
                ("get_dimension_values", {"dimension": "region", "search": "north"}),
                ("query_metrics", query),
                ("get_metrics_compiled_sql", query),
                ("ask", {"question": "net revenue by region in 2026"}),
            )
        ]
        return [listed, *found]

    listed, metrics, dimensions, values, figures, sql, answer = _talk(admin, work)
    assert listed == VERBS
    assert "net_revenue" in [each["name"] for each in metrics["metrics"]]
    assert all("revenue" in str(each).casefold() for each in metrics["metrics"])
    assert "region" in [each["name"] for each in dimensions["dimensions"]]
    assert values["values"] == ["North"]
    told = admin.http.post("/api/metrics/query", json=query).json()
    assert figures["rows"] == told["rows"] != []
    assert sql["sql"] == told["evidence"]["sql"]
    assert answer["text"] == asked("net revenue by region in 2026")["text"]
    kept = admin.http.get("/api/ai/conversations").json()["items"]
    assert [each["title"] for each in kept].count("net revenue by region in 2026") == 2


def test_the_callers_rights_hold_and_mistakes_are_told(
    asked: Asked, make_user: Callable[..., Login], make_role: Callable[..., dict[str, Any]]
) -> None:
    make_role("asker", "ai.ask", "metric.read", "metric.sales.read")
    clerk = make_user("clerk", "asker")

    async def work(client: Client) -> list[Any]:
        return [
            await client.call_tool(name, arguments)
            for name, arguments in (
                ("list_metrics", {}),
                ("query_metrics", {"metrics": ["ar_open_amount"]}),
                ("get_metrics_compiled_sql", {"metrics": ["ar_open_amount"]}),
                ("get_dimensions", {"metrics": ["ar_open_amount"]}),
                ("ask", {"question": "open receivables by customer"}),
                ("query_metrics", {"metrics": ["net_revenue"], "limit": 0}),
                ("query_metrics", {"metrics": ["net_revenue"], "where": [{"field": "region", "value": "x' or 1=1"}]}),
                ("drop_tables", {}),
            )
        ]

    listed, *refused = _talk(clerk, work)
    assert "ar_open_amount" not in listed.content[0].text
    assert [each.is_error for each in refused] == [True] * 7
    texts = [each.content[0].text for each in refused]
    assert [text.split()[0] for text in texts] == ["403", "403", "No", "403", "Arguments", "422", "No"]
    assert not any("200.00" in text or "select" in text.casefold() for text in texts)


def test_without_a_token_nobody_talks(admin: Login) -> None:
    stranger = admin.http
    stranger.headers.pop("Authorization")
    assert stranger.post("/api/ai/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).status_code == 401


@pytest.mark.feature("ARCH-32")
def test_what_is_no_json_is_refused_as_elsewhere(admin: Login) -> None:
    """The protocol's library refused it by three words without a media type."""
    answer = admin.http.post("/api/ai/mcp", content="hello", headers={"Content-Type": "text/plain"})
    assert "content-type" in problem(answer, 400, "mcp_refused")["detail"].casefold()


@pytest.fixture
def address(app: FastAPI) -> Iterator[int]:
    """The application on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        thread.join(0.02)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(30)
    listening.close()


def test_over_standard_input_and_output(asked: Asked, admin: Login, address: int) -> None:
    environment = {**os.environ, "QOOERP_API_PORT": str(address), "QOOERP_PASSWORD": PASSWORD}
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "cli.main", "mcp", "--username", admin.username],
        env=environment,
        cwd=Path(__file__).parents[2],
    )

    async def run() -> Any:
        async with Client(stdio_client(command)) as client:
            listed = await client.list_tools()
            answer = await client.call_tool("query_metrics", {"metrics": ["net_revenue"]})
            return [tool.name for tool in listed.tools], answer.structured_content

    listed, answer = anyio.run(run)
    assert listed == VERBS
    assert answer["rows"] == admin.http.post("/api/metrics/query", json={"metrics": ["net_revenue"]}).json()["rows"]
