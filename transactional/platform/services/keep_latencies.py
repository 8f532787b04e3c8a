"""Keeping how long routes and statements took: one row a day, release and name, whichever process counted."""

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select, tuple_

from runtime.latencies import Kind, Latencies
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.platform.models import DailyLatency

_NAME_MAX = 2_000


def keep_latencies(
    session: Session, found: Mapping[tuple[Kind, str], Latencies], *, release: str, on: date
) -> list[DailyLatency]:
    """The rows of the day with what was counted added to them.

    Two processes that begin a row at the same moment: one of them is refused, and tries again later.
    """
    by_key: dict[tuple[str, str], tuple[str, str, Latencies]] = {
        (kind, digest_of(name)): (kind, " ".join(name.split()), more) for (kind, name), more in found.items()
    }
    wanted = select(DailyLatency).where(
        tuple_(DailyLatency.kind, DailyLatency.digest).in_([*by_key]),
        DailyLatency.release == release,
        DailyLatency.measured_on == on,
    )
    known = {
        (each.kind, each.digest): each for each in read(session, wanted.order_by(DailyLatency.id).with_for_update())
    }
    changed = [_with(row, by_key[key][2]) for key, row in known.items()]
    fresh = [
        _with(
            DailyLatency(
                kind=kind,
                digest=digest,
                name=name[:_NAME_MAX],
                release=release,
                measured_on=on,
                request_count=0,
                total_ms=Decimal(0),
                p95_ms=Decimal(0),
                buckets=[],
            ),
            more,
        )
        for (kind, digest), (_, name, more) in by_key.items()
        if (kind, digest) not in known
    ]
    columns = (DailyLatency.request_count, DailyLatency.total_ms, DailyLatency.p95_ms, DailyLatency.buckets)
    update_all(session, changed, *columns)
    insert_all(session, fresh)
    return [*changed, *fresh]


def digest_of(name: str) -> str:
    """The key of a name that may be long."""
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def _with(row: DailyLatency, more: Latencies) -> DailyLatency:
    whole = Latencies(row.request_count, float(row.total_ms), [*row.buckets] or Latencies().buckets)
    whole.merge(more)
    row.request_count, row.buckets = whole.count, whole.buckets
    row.total_ms, row.p95_ms = Decimal(f"{whole.total_ms:.3f}"), Decimal(f"{whole.p95_ms:.3f}")
    return row
