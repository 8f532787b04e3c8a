"""What tracing costs a request, in processor time: `python -m bench.tracing`.

The same requests go to the application in this process, without a network: orders taken and confirmed, and lists read.
Many short rounds with tracing off, at the usual share and with everything kept take turns in a drawn order, so that a
machine that is busy with other things is so for all of them; told is the median of the rounds against those without
tracing, and between which values the middle half of them lies. Writing what was kept belongs to the round.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import statistics
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from fastapi import FastAPI

from api.app import create_app
from api.context import Services
from bench.order_to_cash import order_body
from bench.scratch import scratch_installation
from bench.shop import Shop, open_shop
from runtime.postgres import EmbeddedPostgres
from runtime.settings import DatabaseRole, Settings, load_settings
from runtime.trace_store import Tracer
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.identity.services.open_sessions import Device
from transactional.identity.services.sign_in import Credentials, SignedIn, sign_in
from transactional.identity.tokens import KeyRing
from transactional.kernel.session import Database

ROUNDS, REQUESTS = 40, 10
SHARES = {"off": 0.0, "five in a hundred": 0.05, "all kept": 1.0}
TARGET = 1.03
_USER, _PASSWORD = "bench@bench.test", "twelve grey herons by the canal"  # a throw-away installation


class _Client:
    """Asks an application in this process."""

    def __init__(self, app: FastAPI, token: str) -> None:
        self._app = app
        self._headers = [
            (b"host", b"127.0.0.1"),
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/json"),
        ]

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> int:
        """The status of an answer."""
        said = b"" if body is None else orjson.dumps(body)
        path, _, query = path.partition("?")
        own = [(b"idempotency-key", uuid4().hex.encode()), (b"content-length", str(len(said)).encode())]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [*self._headers, *own],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": said, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._app(scope, receive, send)
        return statuses[0]


def measure(settings: Settings, *, rounds: int = ROUNDS) -> str:
    """The ratios of processor time, for orders and for lists."""
    with scratch_installation(settings, "tracing") as own:
        database = Database(own.database_url(DatabaseRole.APP), pool_size=4)
        try:
            services = Services(own, database, KeyRing("a key for a measurement, and long enough"))
            app = create_app(own)
            app.state.services = services
            shop = open_shop(database, orders=500)
            return asyncio.run(_compare(services, _Client(app, _token(services, shop)), shop, rounds))
        finally:
            database.close()


def _token(services: Services, shop: Shop) -> str:
    now = datetime.now(UTC)
    with services.database.transaction(shop.principal) as session:
        create_tenant(session, NewTenant("bench", "Bench", NewUser(_USER, "Ada", _PASSWORD)), at=now)
    with services.database.outside_tenants() as session:
        signed_in = sign_in(
            session, Credentials(username=_USER, password=_PASSWORD, device=Device()), keys=services.keys, at=now
        )
    if not isinstance(signed_in, SignedIn):
        raise signed_in
    return signed_in.session.access_token


async def _compare(services: Services, client: _Client, shop: Shop, rounds: int) -> str:
    chance = random.Random(7)  # noqa: S311  # a reproducible mix, no secret
    took: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for name, share in chance.sample([*SHARES.items()], len(SHARES)):
            services.tracer = Tracer(services.settings.model_copy(update={"trace_share": share}), "API")
            orders = await _round(services, client, ("POST", "/api/sales/orders?confirm=true", shop), chance)
            lists = await _round(services, client, ("GET", "/api/scm/customers?limit=50", None), chance)
            if number:
                took.setdefault(("order", name), []).append(orders)
                took.setdefault(("list", name), []).append(lists)
    return "\n".join(_lines(took))


async def _round(
    services: Services, client: _Client, asked: tuple[str, str, Shop | None], chance: random.Random
) -> float:
    """Milliseconds of this process's processor time a request, collected garbage of before left out."""
    method, path, shop = asked
    bodies = [order_body(shop, chance) if shop else None for _ in range(REQUESTS)]
    gc.collect()
    began = time.process_time()
    for body in bodies:
        status = await client.ask(method, path, body)
        assert status in {200, 201}, status
    services.tracer.close()
    return (time.process_time() - began) * 1000 / REQUESTS


def _lines(took: dict[tuple[str, str], list[float]]) -> list[str]:
    lines = [f"{'processor time a request':<28} {'ms':>7} {'ratio':>7} {'middle half':>13}   (target {TARGET})"]
    for (kind, name), times in sorted(took.items()):
        ratios = [each / plain for each, plain in zip(times, took[kind, "off"], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        half = f"{low:.3f}-{high:.3f}"
        lines.append(f"{kind + ', ' + name:<28} {statistics.median(times):7.2f} {middle:7.3f} {half:>13}")
    return lines


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(measure(settings, rounds=parser.parse_args().rounds))


if __name__ == "__main__":
    main()
