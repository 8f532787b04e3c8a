"""A thousand orders written while the API is killed again and again: `python -m bench.killed_server`.

Each client sends an order under a key of its own until it is answered. The server's process is ended with SIGKILL at
some points of the way and begun anew; afterwards the database is asked for orders and events.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from bench.order_to_cash import order_body
from bench.scratch import scratch_installation
from bench.serving import sign_in, wait_until_ready
from bench.shop import open_shop
from runtime.paths import PROJECT_FOLDER
from runtime.postgres import EmbeddedPostgres
from runtime.settings import DatabaseRole, Settings, load_settings
from runtime.telemetry import NO_TELEMETRY
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.kernel.clock import utc_now
from transactional.kernel.session import Database, Session

ORDERS, KILLS, CLIENTS = 1_000, 10, 4
_SECONDS_MAX = 600.0
_CREATED = 201
_USER, _PASSWORD = "bench@bench.test", "twelve grey herons by the canal"  # of a throw-away installation

# What serves is a child of the process that has everything imported: after a kill the next one answers at once.
_SERVER = """
import os, socket, sys
import uvicorn
from cli.serve_api import application
listener = socket.create_server(("127.0.0.1", 0))
app = application()
print(listener.getsockname()[1], flush=True)
while True:
    child = os.fork()
    if child == 0:
        config = uvicorn.Config(app, log_level="critical", access_log=False)
        uvicorn.Server(config).run(sockets=[listener])
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What is in the books after the server was killed so many times."""

    asked: int
    kills: int
    repeated: int
    """Requests that had to be sent again."""
    orders: int
    events: int
    """Of an order created."""
    aggregates: int
    """Orders that such an event speaks of."""
    outside: int
    """Events without their order."""

    @property
    def is_right(self) -> bool:
        """Whether every order is there once, with one event."""
        return self.orders == self.events == self.aggregates == self.asked and self.outside == 0

    def __str__(self) -> str:
        return (
            f"{self.asked:,} orders asked for, the API killed {self.kills} times, {self.repeated} requests sent again:"
            f" {self.orders:,} orders, {self.events:,} events of {self.aggregates:,} orders"
        )


class Killable:
    """A server that is killed and comes back at the same port."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Read the port and the first child's number from what the process prints."""
        self._process = process
        self.port = self._told()
        self.child = self._told()

    def kill(self) -> None:
        """End what serves, as the machine would."""
        os.kill(self.child, signal.SIGKILL)
        self.child = self._told()

    def stop(self) -> None:
        """End for good: the parent first, so that it begins nothing anew."""
        self._process.kill()
        os.kill(self.child, signal.SIGKILL)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _told(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@contextmanager
def killable(settings: Settings, log: Path) -> Iterator[Killable]:
    """A server on an installation, stopped at the end."""
    environment = {
        **os.environ,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(settings.home),
        "QOOERP_DATABASE_NAME": settings.database_name,
    }
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(  # our own program
            [sys.executable, "-c", _SERVER],
            cwd=PROJECT_FOLDER,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        server = Killable(process)
        try:
            wait_until_ready(server.port)
            yield server
        finally:
            server.stop()


def write_through_kills(server: Killable, token: str, bodies: Sequence[Mapping[str, Any]], kills: int) -> int:
    """How many requests had to be sent again until every order was answered, the server killed so many times."""
    answered, repeated = [0], [0]
    lock = threading.Lock()

    def write(body: Mapping[str, Any]) -> None:
        sent = _send_until_answered(server.port, token, body)
        with lock:
            answered[0] += 1
            repeated[0] += sent - 1

    points = [len(bodies) * (number + 1) // (kills + 1) for number in range(kills)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        waiting = [clients.submit(write, body) for body in bodies]
        for point in points:
            while answered[0] < point and not all(each.done() for each in waiting):
                time.sleep(0.002)
            server.kill()
        for each in waiting:
            each.result()
    return repeated[0]


def _send_until_answered(port: int, token: str, body: Mapping[str, Any]) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    deadline, sent = time.monotonic() + _SECONDS_MAX, 0
    while time.monotonic() < deadline:
        sent += 1
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            try:
                connection.request("POST", "/api/sales/orders", json.dumps(body), headers)
                answer = connection.getresponse()
                status, told = answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
        if status == _CREATED:
            return sent
        if status not in {409, 503}:
            raise RuntimeError(f"{status}: {told.decode()}")
        time.sleep(0.02)
    raise TimeoutError("no answer")


def written(session: Session, asked: int, kills: int, repeated: int) -> Written:
    """What the tenant's books hold."""
    statement = """
        select
            (select count(*) from sales.sales_orders where external_ref like 'kill-%'),
            count(*), count(distinct events.aggregate_id), count(*) filter (where orders.id is null)
        from kernel.outbox as events
        left join sales.sales_orders as orders on orders.id = events.aggregate_id
        where events.topic = 'sales.order.created' and (orders.id is null or orders.external_ref like 'kill-%')
    """
    counts = [int(each) for each in session.execute(text(statement)).one()]
    return Written(asked, kills, repeated, *counts)


def measure(settings: Settings, *, orders: int, kills: int) -> Written:
    """Write so many orders through so many kills in an installation of their own."""
    with scratch_installation(settings, "killed") as own:
        database = Database(own.database_url(DatabaseRole.APP))
        try:
            shop = open_shop(database, orders=500)
            user = NewUser(_USER, "Bench", _PASSWORD)
            with database.transaction(shop.principal) as session:
                create_tenant(session, NewTenant("bench", "Bench", user), at=utc_now())
            own.log_dir.mkdir(parents=True, exist_ok=True)
            chance = random.Random(7)  # noqa: S311  # a reproducible mix, no secret
            bodies = [{**order_body(shop, chance), "external_ref": f"kill-{number}"} for number in range(orders)]
            with killable(own, own.log_dir / "api.log") as server:
                token = sign_in(server.port, _USER, _PASSWORD)
                repeated = write_through_kills(server, token, bodies, kills)
            with database.transaction(shop.principal) as session:
                return written(session, orders, kills, repeated)
        finally:
            database.close()


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--kills", type=int, default=KILLS)
    given = parser.parse_args()
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        found = measure(settings, orders=given.orders, kills=given.kills)
    print(found)
    if not found.is_right:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
