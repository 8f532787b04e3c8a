"""A working day's mix of requests at a steady rate, then far too many of them: `python -m bench.load`.

Open loop: every request has its planned time, whatever the ones before it take, and its latency counts from there. The
tenants differ in size as companies do (Zipf); the worker loads and publishes meanwhile. Afterwards what was
acknowledged is looked for in the database, and the books are checked.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

from bench.answers import (
    IN_TIME_SECONDS,
    Answer,
    answers_by_action,
    answers_by_time,
    broken,
    quantile,
    told_stretch,
)
from bench.flood import Flood, flooding
from bench.freshness import wait_for_pointer, working
from bench.scratch import scratch_installation
from bench.serving import serving, sign_in
from bench.shop import Shop, open_shop
from bench.working_day import ACTIONS, Action, Company
from runtime.postgres import EmbeddedPostgres
from runtime.progress import make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.checks import run_checks
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.kernel.session import Database

FLOOD_TARGET = 1.2
FLOOD_LIMIT, FLOOD_RATE = 20, 200.0
"""The tenant that floods may ask so often, and asks so often besides the others' working day."""
TENANTS = 4
READ_P99_MS, WRITE_P99_MS, ERROR_SHARE = 250.0, 500.0, 0.001
_PATIENCE_SECONDS = 10.0
"""A client that was not served by then gives up: a server that answers nothing must not hold the measurement."""
_IDLE_SECONDS_MAX = 60.0
"""A connection that nobody used for so long is not used again, as proxies and clients have it."""
_CLIENTS_MAX = 600
_PASSWORD = "twelve grey herons by the canal"  # noqa: S105  # of a throw-away installation


@dataclass(frozen=True, slots=True)
class Profile:
    """How much is measured.  Units: requests a second and seconds."""

    rate: float = 100.0
    seconds: float = 60.0
    overloads: tuple[float, ...] = (2.0, 5.0)
    overload_seconds: float = 20.0
    knee_rates: tuple[float, ...] = (30.0, 45.0, 60.0, 80.0, 100.0, 125.0, 150.0, 180.0, 220.0)
    knee_seconds: float = 10.0
    flood_turns: int = 3
    orders_of_largest: int = 2_000
    rates: tuple[float, ...] = ()
    """Measured one after the other instead of everything else."""


SHORT = Profile(30.0, 10.0, (5.0,), 8.0, (20.0, 40.0, 80.0), 5.0, 1, 500)
"""Says whether it holds, not how much."""


class Load:
    """Sends planned requests and keeps what was answered."""

    def __init__(self, port: int, companies: Sequence[Company]) -> None:
        """Take the server's port and the tenants, the largest first."""
        self._port, self.companies = port, companies
        self._sizes = [1 / (rank + 1) for rank in range(len(companies))]
        self._local = threading.local()
        self._clients = ThreadPoolExecutor(_CLIENTS_MAX)
        self._chance = random.Random(5)  # noqa: S311  # a reproducible mix, no secret
        self.acknowledged: deque[str] = deque()

    def flooded(self, rate: float, seconds: float, by: Company) -> tuple[list[Answer], Counter[int]]:
        """The answers of the others while one tenant asks ten times what it may, and what that one got."""
        paths = [f"/api/scm/customers/{customer}" for customer in by.shop.customers]
        with flooding(Flood(self._port, by.token, FLOOD_RATE, paths)) as counted:
            answers = self.run(rate, seconds)
        return answers, counted

    def run(self, rate: float, seconds: float) -> list[Answer]:
        """Every answer of a stretch at so many requests a second, sent at random moments (Poisson)."""
        planned, at = [], 0.0
        while (at := at + self._chance.expovariate(rate)) < seconds:
            planned.append(at)
        began = time.monotonic()
        waiting = []
        for moment in planned:
            time.sleep(max(0.0, began + moment - time.monotonic()))
            [company] = self._chance.choices(self.companies, self._sizes)
            [action] = self._chance.choices(ACTIONS, [each.weight for each in ACTIONS])
            seed = self._chance.random()
            waiting.append(self._clients.submit(self.send, company, action, random.Random(seed), began + moment))  # noqa: S311
        return [each.result() for each in waiting]

    def close(self) -> None:
        """Let the clients go."""
        self._clients.shutdown()

    def send(self, company: Company, action: Action, chance: random.Random, planned: float) -> Answer:
        """What became of a request that was to be sent at a moment."""
        if time.monotonic() - planned > _PATIENCE_SECONDS:
            return Answer(action.name, 0, planned, time.monotonic() - planned, "given up before it was sent")
        method, path, body = action.ask(company, chance)
        idle = time.monotonic() - getattr(self._local, "used_at", time.monotonic())
        if idle > _IDLE_SECONDS_MAX:
            self._local.connection = None
        why = ""
        try:
            status, text = self._exchange(company, method, path, body)
        except (OSError, http.client.HTTPException) as error:
            self._local.connection = None
            status, text, why = 0, b"", f"{type(error).__name__} on a connection idle for {idle:.1f} s"
        self._local.used_at = time.monotonic()
        if action.is_write and status in {200, 201}:
            self._go_on(company, path, text)
        return Answer(action.name, status, planned, time.monotonic() - planned, why)

    def _exchange(self, company: Company, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=_PATIENCE_SECONDS
            )
        headers = {"Authorization": f"Bearer {company.token}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = uuid4().hex
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def _go_on(self, company: Company, path: str, text: bytes) -> None:
        if path.endswith("/deliver"):
            company.delivered.append(path.split("/")[-2])
        elif path.startswith("/api/sales/orders?"):
            order_id = json.loads(text)["id"]
            company.confirmed.append(order_id)
            self.acknowledged.append(order_id)


Stretches = Callable[["Load", Company, Profile], Iterator[str]]
"""What is measured, as lines of a table: of whom, beside which tenant that floods, for how long."""


@dataclass(frozen=True, slots=True)
class Stage:
    """An installation with companies that trade, served and published, and who sends requests to it."""

    settings: Settings
    load: Load
    flooder: Company


@contextmanager
def stage(settings: Settings, profile: Profile) -> Iterator[Stage]:
    """An installation of its own beside the real one; everything of it is removed at the end."""
    told = make_progress()
    with scratch_installation(settings, "load") as own:
        with told.step("Companies with history"):
            shops = _open_companies(own, profile.orders_of_largest)
        flooding = shops.pop()
        limits = f"tenant:400/1200 user:400/800 tenant={flooding.principal.tenant_id}:{FLOOD_LIMIT}/{FLOOD_LIMIT}"
        with working(own), serving(own, workers=2, given={"QOOERP_RATE_LIMITS": limits}) as port:
            with told.step("First load"):
                wait_for_pointer(own)
            load = Load(port, [Company(shop, sign_in(port, _user(n), _PASSWORD)) for n, shop in enumerate(shops)])
            try:
                yield Stage(own, load, Company(flooding, sign_in(port, _user(len(shops)), _PASSWORD)))
            finally:
                load.close()


def measure(settings: Settings, profile: Profile, stretches: Stretches) -> str:
    """The table of what is measured, with what was found in the database afterwards."""
    with stage(settings, profile) as made:
        load = made.load
        lines = list(stretches(load, made.flooder, profile))
        lost = _lost(made.settings, load.acknowledged)
        findings = run_checks(made.settings)
    kept = f"acknowledged {len(load.acknowledged)} orders, lost {lost}; findings in the books {len(findings)}"
    return "\n".join([*lines, kept])


def _flood_alone(load: Load, flooder: Company, profile: Profile) -> Iterator[str]:
    """What a flood costs, and nothing else."""
    with make_progress().step("A tenant that floods"):
        load.run(profile.knee_rates[0], profile.overload_seconds / 2)
        yield from _flood(load, flooder, profile)


def _at_rates(load: Load, _: Company, profile: Profile) -> Iterator[str]:
    """A stretch at each of some rates, by kind of request, and nothing else."""
    load.run(profile.rates[0], profile.seconds / 2)
    for rate in profile.rates:
        with make_progress().step(f"{rate:.0f} requests a second for {profile.seconds:.0f} s"):
            answers = load.run(rate, profile.seconds)
        yield told_stretch(f"{rate:.0f}/s", answers, profile.seconds)
        yield from answers_by_action(answers)
        yield from answers_by_time(answers, profile.seconds)
        yield from broken(answers)


def _stretches(load: Load, flooder: Company, profile: Profile) -> Iterator[str]:
    """What each stretch was like, one after the other."""
    told, seconds = make_progress(), profile.overload_seconds
    with told.step("Warm-up"):
        load.run(profile.rate / 2, seconds / 2)
    with told.step(f"{profile.rate:.0f} requests a second for {profile.seconds:.0f} s"):
        steady = load.run(profile.rate, profile.seconds)
    yield from answers_by_action(steady)
    yield told_stretch(f"{profile.rate:.0f}/s steady", steady, profile.seconds)
    with told.step("A tenant that floods"):
        yield from _flood(load, flooder, profile)
    with told.step("The knee"):
        knee = _knee(load, profile)
    yield f"knee {knee:.0f}/s"
    for times in profile.overloads:
        with told.step(f"{times:.0f} times the knee"):
            flood = load.run(knee * times, seconds)
            calm = load.run(knee / 2, seconds)
        yield told_stretch(f"{knee * times:.0f}/s overload", flood, seconds)
        yield told_stretch(f"{knee / 2:.0f}/s afterwards", calm, seconds)
        yield from answers_by_action(flood)


def _knee(load: Load, profile: Profile) -> float:
    """The highest rate at which nearly everything is answered in time."""
    reached = profile.knee_rates[0]
    for rate in profile.knee_rates:
        answers = load.run(rate, profile.knee_seconds)
        in_time = sum(each.status in {200, 201} and each.took <= IN_TIME_SECONDS for each in answers)
        if in_time < 0.95 * len(answers):
            break
        reached = rate
    return reached


def _flood(load: Load, flooder: Company, profile: Profile) -> Iterator[str]:
    """What a flood costs the others: alone and beside it in turn, so that a machine's moods meet both."""
    rate, seconds = profile.knee_rates[0], profile.overload_seconds
    before: list[Answer] = []
    during: list[Answer] = []
    counted: Counter[int] = Counter()
    for _ in range(profile.flood_turns):
        before += load.run(rate, seconds)
        answers, more = load.flooded(rate, seconds, flooder)
        during += answers
        counted += more
    yield told_stretch(f"{rate:.0f}/s alone", before, seconds * profile.flood_turns)
    yield told_stretch(f"{rate:.0f}/s beside flood", during, seconds * profile.flood_turns)
    yield _flood_ratio(before, during)
    yield f"flood of {FLOOD_RATE:.0f}/s, allowed {FLOOD_LIMIT}/s: " + ", ".join(
        f"{status}: {count}" for status, count in sorted(counted.items())
    )


def _flood_ratio(before: Sequence[Answer], during: Sequence[Answer]) -> str:
    """What the flood costs the others: both stretches offer the same, so a busy machine is busy in both."""
    alone, beside = (quantile([each.took for each in answers], 0.95) for answers in (before, during))
    return f"others' p95 beside the flood {beside / alone:.2f} of alone (target {FLOOD_TARGET})"


def _open_companies(settings: Settings, orders_of_largest: int) -> list[Shop]:
    database = Database(settings.database_url(DatabaseRole.APP))
    try:
        shops = []
        for number in range(TENANTS):
            shop = open_shop(database, orders=max(500, orders_of_largest // (number + 1) // 500 * 500))
            with database.transaction(shop.principal) as session:
                admin = NewUser(_user(number), "Ada", _PASSWORD)
                create_tenant(session, NewTenant(f"bench{number}", "Bench", admin), at=datetime.now(UTC))
            shops.append(shop)
        return shops
    finally:
        database.close()


def _user(number: int) -> str:
    return f"bench{number}@bench.test"


def _lost(settings: Settings, acknowledged: Sequence[str]) -> int:
    with psycopg.connect(settings.database_url(DatabaseRole.WAREHOUSE)) as connection:
        found = connection.execute(
            "select count(*) from sales.sales_orders where id = any(%s::uuid[])", [list(acknowledged)]
        ).fetchone()
    return len(acknowledged) - (found[0] if found else 0)


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, help="requests a second of the steady stretch")
    parser.add_argument("--seconds", type=float, help="length of the steady stretch")
    parser.add_argument("--short", action="store_true", help="little of everything: whether it holds, not how much")
    parser.add_argument("--flood", action="store_true", help="only what a tenant that floods costs the others")
    parser.add_argument("--rates", type=float, nargs="+", default=[], help="only stretches at these requests a second")
    given = parser.parse_args()
    profile = replace(SHORT if given.short else Profile(), rates=tuple(given.rates))
    asked = {name: value for name in ("rate", "seconds") if (value := getattr(given, name)) is not None}
    chosen = _at_rates if given.rates else _flood_alone if given.flood else _stretches
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(measure(settings, replace(profile, **asked), chosen))


if __name__ == "__main__":
    main()
