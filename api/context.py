"""What every request needs and one process shares: database, keys, caches, clock."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.admission import WAIT_SECONDS_MAX, Gate, Priority
from api.callers import Callers
from api.countries import Countries
from api.hosts import Hosts
from api.latencies import LatencyKeeper
from api.rate_limits import Limits, RateLimiter
from api.refusals import Refusals
from api.telemetry import Telemetry
from runtime.instances import Heartbeat
from runtime.latencies import LatencyBook
from runtime.settings import DatabaseRole, Settings
from runtime.trace_store import Tracer
from transactional.identity.passwords import DEFAULT_HASHER
from transactional.identity.tokens import KeyRing
from transactional.kernel.clock import utc_now
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

RIGHTS_SECONDS_MAX = 1.0
"""How long another instance may go on with rights that were taken away."""
_TOKENS_MAX = 10_000
SIGN_INS_AT_ONCE = 4
"""Each costs a password hash: more at once would starve everything else."""

_Search = tuple[str, asyncio.AbstractEventLoop]
"""A token that is looked up, and where."""


class RightsCache:
    """Who a token belongs to, for at most a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin empty."""
        self._clock = clock
        self._known: dict[str, tuple[Principal, float]] = {}
        self._sought: dict[_Search, asyncio.Task[Principal]] = {}

    def find(self, token: str) -> Principal | None:
        """The principal of a token looked up a moment ago."""
        found = self._known.get(token)
        return found[0] if found and found[1] > self._clock() else None

    def keep(self, token: str, principal: Principal, seconds: float) -> None:
        """Remember whose a token is, no longer than it is valid."""
        if len(self._known) >= _TOKENS_MAX:
            self._known.clear()
        self._known[token] = (principal, self._clock() + min(seconds, RIGHTS_SECONDS_MAX))

    async def look_up(self, token: str, search: Callable[[], Coroutine[Any, Any, Principal]]) -> Principal:
        """What a search finds, or the one for the same token that is under way: a page asks for ten things at once."""
        key = (token, asyncio.get_running_loop())
        sought = self._sought.get(key)
        if sought is None:
            sought = self._sought[key] = asyncio.create_task(search())
            sought.add_done_callback(lambda done: self._end(key, done))
        # Whoever goes away does not end the search of the others.
        return await asyncio.shield(sought)

    def _end(self, key: _Search, done: asyncio.Task[Principal]) -> None:
        if self._sought.get(key) is done:
            del self._sought[key]

    def forget(self) -> None:
        """Look everybody up again, also who is looked up just now: rights, users or sign-ins have changed."""
        self._known.clear()
        self._sought.clear()


@dataclass(slots=True)
class Services:
    """The shared things of one process; tests put their own here."""

    settings: Settings
    database: Database
    keys: KeyRing
    now: Callable[[], datetime] = utc_now
    hasher: PasswordHasher = DEFAULT_HASHER
    rights: RightsCache = field(default_factory=RightsCache)
    telemetry: Telemetry = field(default_factory=Telemetry)
    sign_ins: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(SIGN_INS_AT_ONCE))
    gate: Gate = field(default_factory=Gate)
    latencies: LatencyBook = field(default_factory=LatencyBook)
    hosts: Hosts = field(init=False)
    callers: Callers = field(init=False)
    countries: Countries = field(init=False)
    tracer: Tracer = field(init=False)
    limiter: RateLimiter = field(init=False)
    refusals: Refusals = field(init=False)
    latency_keeper: LatencyKeeper = field(init=False)

    heartbeat: Heartbeat | None = None

    def __post_init__(self) -> None:
        """Know the tenants' host names and the limits."""
        self.hosts = Hosts(self.database, self.settings)
        self.callers = Callers(self.keys)
        self.countries = Countries(self.settings)
        self.tracer = Tracer(self.settings, "API")
        self.limiter = RateLimiter(Limits(self.settings.rate_limits), self.database)
        self.refusals = Refusals(self.telemetry)
        self.latency_keeper = LatencyKeeper(self.latencies, self.database)

    def close(self) -> None:
        """End what was opened."""
        self.limiter.close()
        self.latency_keeper.close()
        self.tracer.close()
        if self.heartbeat is not None:
            self.heartbeat.stop()
        self.database.close()


def look_around(services: Services) -> Mapping[str, bool]:
    """What serving needs and whether it is there; what is measured now and then is measured on the way."""
    services.telemetry.look(services)
    return {"database": _database_answers(services.database), "published_marts": _is_published(services.settings)}


def _database_answers(database: Database) -> bool:
    try:
        with database.outside_tenants() as session:
            return bool(session.execute(text("select 1")).scalar_one())
    except SQLAlchemyError:
        return False


def _is_published(settings: Settings) -> bool:
    try:
        version: Any = json.loads((settings.lake_dir / "version.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(version, dict) and bool(version.get("marts"))


def open_services(settings: Settings, *, connections: int) -> Services:
    """The services of a real process."""
    url = settings.database_url(DatabaseRole.APP)
    database = Database(url, pool_size=connections, wait_seconds_max=WAIT_SECONDS_MAX[Priority.WRITE])
    previous = [settings.given_previous_secret_key.get_secret_value()] if settings.given_previous_secret_key else []
    services = Services(settings, database, KeyRing(settings.secret_key, previous))
    services.limiter.start()
    services.latency_keeper.start()
    services.heartbeat = Heartbeat(settings.home, "API", checks=lambda: look_around(services))
    services.heartbeat.start()
    return services
