"""What refusing costs, in processor time: `python -m bench.refusals`.

All that a refusal takes, everybody else waits for. Told is what one takes in this process, without a network, beside
what it takes to say that the process lives, which is as little as a request can cost; and how much of a processor a
few clients can keep busy that ask again as soon as they are refused, beside what the process spends on its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.types import Message

from api.app import create_app
from api.context import Services
from api.rate_limits import Limits
from bench.plain_http import Connection
from bench.processor import Spent
from bench.scratch import scratch_installation
from bench.serving import serving, sign_in
from runtime.log import configure_logging
from runtime.postgres import EmbeddedPostgres
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.identity.tokens import KeyRing, issue_access_token
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database

ROUNDS, REQUESTS = 15, 1_000
CONNECTIONS, SECONDS = 16, 8.0
COST_TARGET, SHARE_TARGET = 1.0, 0.1
"""Of what it costs to say that the process lives, and of a processor."""
_WARM_SECONDS = 10.0
"""A process goes on preparing for a while after it answers."""
_PASSWORD = "twelve grey herons by the canal"  # noqa: S105  # of a throw-away installation
_ROUTE = "/api/scm/customers"


def measure(settings: Settings, *, rounds: int = ROUNDS) -> str:
    """The cost of one refusal, and of clients that do not mind them."""
    with scratch_installation(settings, "refusals") as own:
        database = Database(own.database_url(DatabaseRole.APP), pool_size=1)
        try:
            tenant_id = _tenant(database)
            own.log_dir.mkdir(parents=True, exist_ok=True)
            with (own.log_dir / "bench.log").open("w", encoding="utf-8") as log:
                configure_logging("bench", own, stream=log)
                lines = asyncio.run(_one(own, database, rounds))
        finally:
            database.close()
        with serving(own, workers=1, given={"QOOERP_RATE_LIMITS": f"tenant={tenant_id}:1/1"}) as port:
            lines.append(_many(own, port, sign_in(port, "flood@bench.test", _PASSWORD)))
    return "\n".join(lines)


def _tenant(database: Database) -> str:
    principal = system_principal(new_id(), channel="bench")
    with database.transaction(principal) as session:
        admin = NewUser("flood@bench.test", "Ada", _PASSWORD)
        create_tenant(session, NewTenant("flood", "Flood", admin), at=datetime.now(UTC))
    return str(principal.tenant_id)


async def _one(settings: Settings, database: Database, rounds: int) -> list[str]:
    """Milliseconds of a refusal and of a sign of life, in turn, in this process."""
    tenant_id, keys = uuid4(), KeyRing("a key for a measurement, and long enough")
    services, app = Services(settings, database, keys), create_app(settings)
    app.state.services = services
    services.limiter.limits = Limits(f"tenant={tenant_id}:0.001/1")
    services.limiter.is_active = True
    token = issue_access_token(keys, user_id=uuid4(), tenant_id=tenant_id, session_id=uuid4(), now=datetime.now(UTC))
    took: dict[str, list[float]] = {"/health/live": [], _ROUTE: []}

    async def send(message: Message) -> None:
        """Nobody listens."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    for number in range(rounds + 1):
        # As often as settled: whoever insists would be answered late.
        for path, times in took.items():
            gc.collect()
            began = time.process_time()
            for _ in range(REQUESTS):
                for bucket in services.limiter._buckets.values():  # noqa: SLF001  # what a settlement sets back
                    bucket.refused = 0
                await app(_scope(path, token), receive, send)
            if number:
                times.append((time.process_time() - began) * 1e6 / REQUESTS)
    alive, refused = (statistics.median(each) for each in took.values())
    return [
        f"sign of life {alive:.0f} us, refusal {refused:.0f} us",
        f"a refusal costs {refused / alive:.2f} of the least a request can cost (target {COST_TARGET})",
    ]


def _scope(path: str, token: str) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {token}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def _many(settings: Settings, port: int, token: str) -> str:
    """The share of a processor that clients take that ask again as soon as they are answered."""
    _insist(port, token, 1.0)
    time.sleep(_WARM_SECONDS)
    before = Spent.now(settings.home)
    time.sleep(SECONDS)
    idle = Spent.now(settings.home).api - before.api
    before = Spent.now(settings.home)
    counted = _insist(port, token, SECONDS)
    busy = Spent.now(settings.home).api - before.api
    told = ", ".join(f"{status}: {count}" for status, count in sorted(counted.items()))
    return (
        f"{CONNECTIONS} clients that insist: {busy / SECONDS:.3f} of a processor, nobody: {idle / SECONDS:.3f} "
        f"(target {SHARE_TARGET} more); {told}"
    )


def _insist(port: int, token: str, seconds: float) -> Counter[int]:
    until = time.monotonic() + seconds

    def client() -> Counter[int]:
        connection, counted = Connection(port, token), Counter[int]()
        while time.monotonic() < until:
            counted[connection.exchange("GET", _ROUTE)[0]] += 1
        connection.close()
        return counted

    with ThreadPoolExecutor(CONNECTIONS) as clients:
        asked = [clients.submit(client) for _ in range(CONNECTIONS)]
        return sum((each.result() for each in asked), Counter[int]())


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(measure(settings, rounds=parser.parse_args().rounds))


if __name__ == "__main__":
    main()
