"""Memory of the API over many requests: `python -m bench.memory --requests 100000`.

A working day's requests without figures (lists, searches, records, stock, exports, orders, deliveries and invoices) are
sent one after the other over connections that stay open. What the API processes hold is read all along: after a warm-up
it must not grow steadily. The baseline beside it is the same process at the end of the warm-up.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from bench.processor import resident_megabytes
from bench.scratch import scratch_installation
from bench.serving import serving, sign_in
from bench.shop import open_shop
from bench.working_day import ACTIONS, Action, Company
from runtime.postgres import EmbeddedPostgres
from runtime.progress import make_progress
from runtime.settings import DatabaseRole, Settings, load_settings
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.kernel.session import Database

REQUESTS, CLIENTS, STEPS = 100_000, 4, 20
WARM_UP_SHARE = 0.2
GROWTH_MAX = 0.1
_FIGURES = frozenset({"metric query", "question"})
"""They need published marts; their memory is the engine's, which has a limit of its own."""
_USER, _PASSWORD = "bench@bench.test", "twelve grey herons by the canal"  # a throw-away installation
_OK_MAX = 299


@dataclass(slots=True)
class Held:
    """Megabytes of the largest API process, after so many requests."""

    requests: list[int] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def note(self, requests: int) -> None:
        """Read it now."""
        self.requests.append(requests)
        self.megabytes.append(max(resident_megabytes().values()))

    def growth(self) -> float:
        """What came on top from the end of the warm-up to the end, as a share of what was there then."""
        warm = next(place for place, count in enumerate(self.requests) if count >= WARM_UP_SHARE * self.requests[-1])
        tail = max(1, (len(self.megabytes) - warm) // 4)
        first, last = self.megabytes[warm : warm + tail], self.megabytes[-tail:]
        return sum(last) / len(last) / (sum(first) / len(first)) - 1


def measure(settings: Settings, requests: int) -> Held:
    """What the API held, in a scratch installation on the running embedded server.  Raises: RuntimeError."""
    told, held = make_progress(), Held()
    with scratch_installation(settings, "memory") as own:
        database = Database(own.database_url(DatabaseRole.APP))
        try:
            shop = open_shop(database, orders=300)
            with database.transaction(shop.principal) as session:
                new = NewTenant("bench", "Bench", NewUser(_USER, "Ada", _PASSWORD))
                create_tenant(session, new, at=datetime.now(UTC))
        finally:
            database.close()
        with serving(own, workers=1) as port, told.step(f"{requests:,} requests"):
            for step in range(STEPS):
                # A token lives for minutes; a long measurement signs in again.
                company = Company(shop, sign_in(port, _USER, _PASSWORD))
                _send(port, company, requests // STEPS, seed=step)
                held.note((step + 1) * (requests // STEPS))
    return held


def _send(port: int, company: Company, count: int, *, seed: int) -> None:
    """So many requests by a few clients side by side.  Raises: RuntimeError for an answer that is none."""
    failures: list[Exception] = []

    def work(number: int) -> None:
        chance = random.Random(seed * CLIENTS + number)  # noqa: S311  # a reproducible mix, no secret
        asked = [each for each in ACTIONS if each.name not in _FIGURES]
        weights = [each.weight for each in asked]
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                for action in chance.choices(asked, weights, k=count // CLIENTS):
                    _ask(connection, company, action, chance)
        except Exception as error:  # noqa: BLE001  # told by the measurement as a whole
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _ask(connection: http.client.HTTPConnection, company: Company, action: Action, chance: random.Random) -> None:
    method, path, body = action.ask(company, chance)
    headers = {"Authorization": f"Bearer {company.token}", "Content-Type": "application/json"}
    headers |= {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status > _OK_MAX:
        raise RuntimeError(f"{method} {path} answered {answer.status}: {text[:300].decode()}")
    if "confirm=true" in path:
        company.confirmed.append(json.loads(text)["id"])
    elif path.endswith("/deliver"):
        company.delivered.append(path.split("/")[-2])


def told(held: Held) -> str:
    """The figures as a table, and the verdict."""
    rows = [f"{requests:>9,}  {size:8.1f} MB" for requests, size in zip(held.requests, held.megabytes, strict=True)]
    growth = held.growth()
    verdict = "within" if growth <= GROWTH_MAX else "NOT within"
    return "\n".join(
        [" requests  held", *rows, f"growth after the warm-up {growth:+.1%}: {verdict} {GROWTH_MAX:.0%} (5.7.4)"]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    given = parser.parse_args(arguments)
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(told(measure(settings, given.requests)))


if __name__ == "__main__":
    main()
