"""How often a tenant, a user, a key, a route or an address may ask: counted here, settled among all instances.

Each limit is a bucket of tokens that fills at a rate up to a burst. An instance gets tokens in advance, for about what
was asked of it lately, and spends them without asking anybody; several times a second one statement settles all
buckets in use: what was spent is booked, what was not is given back, and new tokens are handed out. So instances never
spend more than the bucket held, but for a quarter of a second's worth that each may overdraw when there was plenty, and
that is booked as debt. What is far below its limit is settled every few seconds only: settling costs a transaction.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from psycopg import Error as DriverError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from runtime.request_limits import SCOPES, Limit, read_limits
from runtime.settings import SettingsRefused
from transactional.kernel.errors import DomainError
from transactional.kernel.session import Database

SETTLE_SECONDS: Final = 0.25
PATIENCE: Final = 2
"""Refusals of one bucket between two settlings, each by its caller's mistake or by chance; more are insistence."""
QUIET_SECONDS: Final = 5.0
_QUIET_SHARE = 0.1
"""Of a limit: below it ten instances together cannot pass the limit, so nobody needs to hear of it at once."""
_IDLE_SECONDS = 30.0
_BUCKETS_MAX = 20_000
_AHEAD = 1.5
"""Tokens asked for, against what the last stretch asked: demand that grows is not held up."""
_log = logging.getLogger("api.rate_limits")

_SETTLE = text(
    """
    insert into kernel.rate_buckets as kept (bucket, rate, burst, spent, wanted, tokens, granted, filled_at)
    select asked.bucket, asked.rate, asked.burst, asked.spent, asked.wanted,
        level.tokens - least(asked.wanted, greatest(0, level.tokens)),
        least(asked.wanted, greatest(0, level.tokens)), clock_timestamp()
    from unnest(
        cast(:buckets as text[]), cast(:rates as float8[]), cast(:bursts as float8[]), cast(:spent as float8[]),
        cast(:wanted as float8[])
    ) as asked (bucket, rate, burst, spent, wanted)
    cross join lateral (select least(asked.burst, asked.burst - asked.spent) as tokens) as level
    order by asked.bucket
    on conflict (bucket) do update
    set (rate, burst, spent, wanted, tokens, granted, filled_at) = (
        select excluded.rate, excluded.burst, excluded.spent, excluded.wanted,
            level.tokens - least(excluded.wanted, greatest(0, level.tokens)),
            least(excluded.wanted, greatest(0, level.tokens)), clock_timestamp()
        from (
            select least(
                excluded.burst,
                kept.tokens - excluded.spent
                + excluded.rate * extract(epoch from clock_timestamp() - kept.filled_at)
            ) as tokens
        ) as level
    )
    returning bucket, granted, tokens
    """
)
_FORGET = text("delete from kernel.rate_buckets where filled_at < clock_timestamp() - interval '1 hour'")


class RateLimited(DomainError):
    """Somebody asks more often than is allowed."""

    code = "rate_limited"
    message = "Too many requests: try again in {retry_after} seconds."
    insists = False
    """Whether the caller goes on although refused again and again."""


class Limits:
    """The limits of an installation, by scope and, where one is named, by tenant, user or route."""

    def __init__(self, written: str) -> None:
        """Read `tenant:400/1200 tenant=acme:50/100 route=GET-/api/scm/customers/export:1/5`.

        Raises: SettingsRefused, naming the part that cannot be read.
        """
        self._of_scope: dict[str, Limit] = {}
        self._of_subject: dict[tuple[str, str], Limit] = {}
        try:
            limits = list(read_limits(written))
        except ValueError as error:
            raise SettingsRefused(f"QOOERP_RATE_LIMITS: {error}") from None
        for scope, subject, limit in limits:
            if subject is None:
                self._of_scope[scope] = limit
            else:
                self._of_subject[scope, subject] = limit

    def of(self, scope: str, *names: str) -> Limit | None:
        """The limit of something that goes by these names; nothing where none is set."""
        for name in names if self._of_subject else ():
            if (named := self._of_subject.get((scope, name))) is not None:
                return named
        return self._of_scope.get(scope)

    @property
    def names_tenants(self) -> bool:
        """Whether some tenant has a limit of its own."""
        return any(scope == "tenant" for scope, _ in self._of_subject)


@dataclass(slots=True)
class _Bucket:
    limit: Limit
    held: float
    """Tokens to spend; below zero none was granted yet."""
    granted: float = 0.0
    spent: int = 0
    asked: int = 0
    refused: int = 0
    """Since it was settled last."""
    seen_at: float = 0.0
    settled_at: float = 0.0
    floor: float = 0.0
    """How far below zero it may go until it is settled again."""

    @property
    def credit(self) -> float:
        """What may be overdrawn where there is plenty."""
        return max(1.0, min(self.limit.burst, self.limit.rate * SETTLE_SECONDS))

    def is_due(self, now: float) -> bool:
        """Whether others have to hear of it."""
        if not (self.asked or self.spent or self.granted):
            return False
        is_quiet = self.asked <= _QUIET_SHARE * self.limit.rate * SETTLE_SECONDS and self.held > self.floor / 2
        return not is_quiet or now - self.settled_at >= QUIET_SECONDS


class RateLimiter:
    """The buckets of one instance."""

    def __init__(self, limits: Limits, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Know the limits, hold nothing."""
        self.limits, self._database, self._clock = limits, database, clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._settled_at = clock()
        self.refused = dict.fromkeys(SCOPES, 0)
        self.is_active = False
        """Without settling there is nothing to spend: limits hold from `start` on."""

    def take(self, asked: Iterable[tuple[str, str, Limit]]) -> None:
        """One token of each bucket (scope, name, limit), or of none.  Raises: RateLimited, naming scope and wait."""
        if not self.is_active:
            return
        now = self._clock()
        with self._lock:
            met = [(scope, self._bucket(f"{scope}:{name}", limit, now)) for scope, name, limit in asked]
            for _, bucket in met:
                bucket.asked += 1
            for scope, bucket in met:
                if bucket.held - 1 < bucket.floor:
                    self.refused[scope] += 1
                    bucket.refused += 1
                    refusal = RateLimited(scope=scope, retry_after=_wait_of(bucket))
                    refusal.insists = bucket.refused > PATIENCE
                    raise refusal
            for _, bucket in met:
                bucket.held -= 1
                bucket.spent += 1

    def _bucket(self, key: str, limit: Limit, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _BUCKETS_MAX:
                self._buckets.pop(next(iter(self._buckets)))
            bucket = self._buckets[key] = _Bucket(limit, 0.0, settled_at=now)
            bucket.floor = -bucket.credit
        bucket.seen_at = now
        return bucket

    def settle(self) -> None:
        """Book what was spent and get what will be; where the database is down, each instance goes by its own count."""
        now = self._clock()
        with self._lock:
            due = {key: bucket for key, bucket in self._buckets.items() if bucket.is_due(now)}
            spent = {key: bucket.spent - bucket.granted for key, bucket in due.items()}
            wanted = {key: math.ceil(bucket.asked * _AHEAD) for key, bucket in due.items()}
            for key, bucket in self._buckets.items():
                bucket.asked = bucket.refused = 0
                if key in due:
                    bucket.granted, bucket.spent, bucket.settled_at = 0.0, 0, now
        if due:
            self._grant(due, self._ask(due, spent, wanted, now))
        self._settled_at = now
        self._forget_idle()

    def _ask(
        self, due: Mapping[str, _Bucket], spent: Mapping[str, float], wanted: Mapping[str, int], now: float
    ) -> Mapping[str, tuple[float, float]]:
        """What each bucket got, and what is left in it for all."""
        keys = list(due)
        values = {
            "buckets": keys,
            "rates": [due[key].limit.rate for key in keys],
            "bursts": [due[key].limit.burst for key in keys],
            "spent": [float(spent[key]) for key in keys],
            "wanted": [float(wanted[key]) for key in keys],
        }
        try:
            with self._database.outside_tenants() as session:
                settled = session.execute(_SETTLE, values)
                return {str(row.bucket): (float(row.granted), float(row.tokens)) for row in settled}
        except (SQLAlchemyError, DriverError) as error:
            _log.warning("rate limits are counted by each instance alone", extra={"reason": type(error).__name__})
            return {key: (due[key].limit.rate * min(now - self._settled_at, 1.0), 0.0) for key in keys}

    def _grant(self, due: Mapping[str, _Bucket], settled: Mapping[str, tuple[float, float]]) -> None:
        with self._lock:
            for key, bucket in due.items():
                granted, left = settled.get(key, (0.0, 0.0))
                # What was spent while the question was on its way is already off the new tokens.
                bucket.granted, bucket.held = granted, granted - bucket.spent
                bucket.floor = -min(bucket.credit, max(0.0, left) / 2)

    def _forget_idle(self) -> None:
        long_ago = self._clock() - _IDLE_SECONDS
        with self._lock:
            for key, each in [*self._buckets.items()]:
                if each.seen_at < long_ago and not (each.granted or each.spent):
                    del self._buckets[key]

    def start(self) -> None:
        """Settle from now on, until closed."""
        self.is_active = True
        self._thread = threading.Thread(target=self._run, name="rate limits", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Settle no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        turns = 0
        while not self._stop.wait(SETTLE_SECONDS):
            self.settle()
            turns += 1
            if turns % int(3600 / SETTLE_SECONDS) == 0:
                self._sweep()

    def _sweep(self) -> None:
        try:
            with self._database.outside_tenants() as session:
                session.execute(_FORGET)
        except (SQLAlchemyError, DriverError):
            _log.warning("buckets of the last hour could not be swept")


def _wait_of(bucket: _Bucket) -> int:
    """Whole seconds until a token can be there."""
    return max(1, math.ceil((1 - bucket.held) / bucket.limit.rate))
