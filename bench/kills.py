"""Kills the running program's processes under load, again and again: `python -m bench.kills --rounds 20`.

Starts `qooerp up` on the installation that the environment describes, has clients take orders, and each round ends one
of API, worker, Dagster's processes and PostgreSQL with SIGKILL. Nobody helps: the program has to come back by itself.
At the end every acknowledged order is there once, the books and their seals hold, and the marts equal a clean build.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from psycopg import sql

from bench.serving import sign_in
from pipelines.worker import run_once
from runtime.demo_logins import DemoLogin, read_logins
from runtime.postgres import EmbeddedPostgres
from runtime.settings import Settings, load_settings
from seals.verify import verify
from transactional.checks import run_checks

VICTIMS = {
    "API": "cli.serve_api",
    "API keeper": "cli.serve_api",
    "worker": "pipelines.worker",
    "PostgreSQL": "",
    "Dagster code": "pipelines.definitions",
    "Dagster daemon": "dagster-daemon",
    "Dagster pages": "dagster-webserver",
}
_KEPT = frozenset({"API"})
"""Of the processes of one command line the last started one is meant: it serves, the first keeps it."""
CLIENTS = 3
BACK_SECONDS_MAX = 300.0
_UP_SECONDS_MAX = 600.0
_MADE, _BACK, _EXPIRED, _BUSY = 201, 200, 401, {429, 502, 503}


@dataclass
class Load:
    """Clients that take orders until they are told to stop, each order sent until it is acknowledged."""

    port: int
    login: DemoLogin
    token: str
    body: dict[str, Any]
    acknowledged: dict[str, str] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Orders come for the length of the block; those under way are settled before it ends."""
        clients = [threading.Thread(target=self._work, daemon=True) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        yield
        self.stop.set()
        for client in clients:
            client.join(BACK_SECONDS_MAX)

    def sign_in(self) -> None:
        """Go on with a fresh token."""
        with suppress(OSError, http.client.HTTPException, ValueError, KeyError):
            self.token = sign_in(self.port, self.login.username, self.login.password)

    def _work(self) -> None:
        while not self.stop.is_set():
            key = uuid4().hex
            while key not in self.acknowledged:
                status, text = _call(self.port, self.token, "POST", "/api/sales/orders", self.body, key)
                if status == _MADE:
                    self.acknowledged[key] = json.loads(text)["id"]
                elif status == _EXPIRED:
                    self.sign_in()
                elif status and status not in _BUSY:
                    self.odd.append(f"{status} {text[:300]}")
                    return
                else:
                    time.sleep(0.1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds and print what was found; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args(arguments)
    settings = load_settings()
    chance = random.Random(asked.seed)  # noqa: S311  # repeatable, not secret
    with _up(settings) as program:
        load = _load(settings)
        before = _orders(settings)
        with load.running():
            for number in range(1, asked.rounds + 1):
                victim = list(VICTIMS)[(number - 1) % len(VICTIMS)]
                time.sleep(chance.uniform(0.5, 4.0))
                _kill(settings, program, victim)
                seconds = _until_back(settings, program, load)
                print(
                    f"{number:>3} {victim:<15} back after {seconds:5.1f} s, {len(load.acknowledged)} orders", flush=True
                )
        made = _orders(settings) - before
        lost = _lost(settings, list(load.acknowledged.values()))
    findings = _findings(settings)
    print(f"{len(load.acknowledged)} acknowledged, {made} made, {len(lost)} lost, {len(load.odd)} odd answers")
    for line in [*load.odd[:5], *findings]:
        print(line)
    return 1 if lost or findings or load.odd or made != len(load.acknowledged) else 0


@contextmanager
def _up(settings: Settings) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "cli.main", "up"]
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (
        (settings.log_dir / "kills.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ}) as started,
    ):
        try:
            _wait_until(lambda: _ready(settings), _UP_SECONDS_MAX, "the program did not start")
            program = psutil.Process(started.pid)
            _wait_until(lambda: all(_found(settings, program, each) for each in VICTIMS), _UP_SECONDS_MAX, "not whole")
            yield program
        finally:
            started.send_signal(signal.SIGINT)
            started.wait(120)


def _found(settings: Settings, program: psutil.Process, victim: str) -> psutil.Process | None:
    if victim == "PostgreSQL":
        return EmbeddedPostgres(settings.home)._postmaster()  # noqa: SLF001  # to be killed, which nobody else does
    found = []
    for child in program.children(recursive=True):
        with suppress(psutil.Error):
            if VICTIMS[victim] in " ".join(child.cmdline()):
                found.append(child)
    if not found:
        return None
    return found[-1 if victim in _KEPT else 0]


def _kill(settings: Settings, program: psutil.Process, victim: str) -> None:
    found = _found(settings, program, victim)
    if found is None:
        raise RuntimeError(f"{victim} does not run")
    found.kill()
    with suppress(psutil.TimeoutExpired):
        found.wait(10)


def _until_back(settings: Settings, program: psutil.Process, load: Load) -> float:
    """Seconds until every process runs again and an order is acknowledged."""
    began, known = time.monotonic(), len(load.acknowledged)
    _wait_until(
        lambda: (
            all(_found(settings, program, each) for each in VICTIMS)
            and _ready(settings)
            and len(load.acknowledged) > known
        ),
        BACK_SECONDS_MAX,
        "not back",
    )
    return time.monotonic() - began


def _wait_until(condition: Any, seconds_max: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds_max
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        time.sleep(0.1)


def _ready(settings: Settings) -> bool:
    return _call(settings.api_port, "", "GET", "/health/ready")[0] == _BACK


def _call(
    port: int, token: str, method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None
) -> tuple[int, str]:
    """Status and body; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        headers |= {"Content-Type": "application/json", "Idempotency-Key": key or uuid4().hex}
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def _load(settings: Settings) -> Load:
    login = next(each for each in read_logins(settings.home) if each.role == "admin")
    token = sign_in(settings.api_port, login.username, login.password)

    def first(path: str) -> str:
        status, text = _call(settings.api_port, token, "GET", path)
        if status != _BACK:
            raise RuntimeError(f"{path}: {text}")
        return str(json.loads(text)["items"][0]["id"])

    body = {
        "company_id": first("/api/organization/companies"),
        "customer_id": first("/api/scm/customers?limit=1"),
        "lines": [{"item_id": first("/api/inventory/items?limit=1"), "qty": "1", "unit_price": "10"}],
    }
    return Load(settings.api_port, login, token, body)


def _orders(settings: Settings) -> int:
    with psycopg.connect(settings.admin_database_url()) as connection:
        row = connection.execute("select count(*) from sales.sales_orders").fetchone()
    return int(row[0]) if row else 0


def _lost(settings: Settings, order_ids: list[str]) -> set[str]:
    """The orders that were acknowledged and are not there."""
    with psycopg.connect(settings.admin_database_url()) as connection:
        found = connection.execute("select id::text from sales.sales_orders where id = any(%s::uuid[])", [order_ids])
        return set(order_ids) - {order for (order,) in found}


def _findings(settings: Settings) -> list[str]:
    """What is wrong with books, seals and marts after all that."""
    with EmbeddedPostgres(settings.home, database=settings.database_name, archive=settings.wal_dir):
        found = [*map(str, run_checks(settings)), *map(str, verify(settings).broken)]
        run_once(settings)
        kept = _marts(settings)
        run_once(settings, rebuild=True)
        clean = _marts(settings)
    return [*found, *[f"mart {name} differs from a clean build" for name in kept if kept[name] != clean.get(name)]]


def _marts(settings: Settings) -> dict[str, str]:
    """A hash over the rows of each mart, without the batch that wrote them."""
    with psycopg.connect(settings.admin_database_url()) as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'marts' order by 1").fetchall()
        return {name: _digest(connection, name) for (name,) in names}


def _digest(connection: psycopg.Connection, mart: str) -> str:
    statement = sql.SQL(
        "select md5(string_agg(row_hash, '' order by row_hash))"
        " from (select md5((to_jsonb(mart) - '_batch_id' - '_loaded_at')::text) as row_hash from marts.{} as mart) as h"
    )
    row = connection.execute(statement.format(sql.Identifier(mart))).fetchone()
    return str(row[0]) if row else ""


if __name__ == "__main__":
    sys.exit(main())
