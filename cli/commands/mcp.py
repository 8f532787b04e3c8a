"""`qooerp mcp`: the Model Context Protocol for a client program of this machine, over standard input and output."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated

import httpx
import typer

from cli.client import ApiClient
from runtime.settings import Settings, load_settings

UNAUTHORIZED = 401
TIMEOUT_SECONDS = 60.0


class SignedIn(httpx.Auth):
    """A token that is got again when it has run out."""

    def __init__(self, settings: Settings, tenant: str, username: str | None, password: str | None) -> None:
        """Sign in.  Raises: ApiRefused."""
        self._who = (settings, tenant, username, password)
        self._token = self._renewed()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send with the token, once more with a new one."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == UNAUTHORIZED:
            self._token = self._renewed()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renewed(self) -> str:
        settings, tenant, username, password = self._who
        return ApiClient(settings, tenant=tenant, username=username, password=password).token


def mcp(
    *,
    tenant: Annotated[str, typer.Option(help="The tenant that is asked about.")] = "demo",
    username: Annotated[str | None, typer.Option(help="Who asks; default: the tenant's demo admin.")] = None,
    password: Annotated[str | None, typer.Option(envvar="QOOERP_PASSWORD", help="Better by variable.")] = None,
) -> None:
    """Serve metrics and questions to a client program over standard input and output, with one person's rights.

    Over HTTP the running API serves the same at /api/ai/mcp, with the token of each request.
    """
    import anyio  # noqa: PLC0415  # heavy
    from mcp.server.stdio import stdio_server  # noqa: PLC0415  # heavy

    from ai.mcp.server import make_server  # noqa: PLC0415  # heavy

    settings = load_settings()
    auth = SignedIn(settings, tenant, username, password)

    async def serve() -> None:
        client = httpx.AsyncClient(base_url=settings.api_url, auth=auth, timeout=TIMEOUT_SECONDS, trust_env=False)
        async with client, stdio_server() as (reading, writing):
            server = make_server(client)
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(serve)
