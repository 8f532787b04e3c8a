"""Telling the world, in the transaction that makes it true."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from runtime import tracing
from transactional.kernel.models import OutboxEvent
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one aggregate: `sales.order.confirmed`, past tense, versioned."""

    topic: str
    aggregate_type: str
    aggregate_id: UUID
    occurred_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    schema_version: int = 1


def record(session: Session, events: Sequence[Event]) -> None:
    """Put events into the outbox when the transaction commits, and only then; in one statement for the whole of it."""
    waiting = session.info.setdefault("events", [])
    if not waiting:
        session.before_commit.append(lambda: _write(session))
    waiting += events


def _write(session: Session) -> None:
    trace = tracing.current.get()
    if trace is not None:
        now = time.perf_counter_ns()
        trace.note("outbox", now, now, topics=[event.topic for event in session.info.get("events", [])][:20])
    insert_all(
        session,
        [
            OutboxEvent(
                topic=event.topic,
                schema_version=event.schema_version,
                aggregate_type=event.aggregate_type,
                aggregate_id=event.aggregate_id,
                payload=event.payload,
                trace_id=session.principal.trace_id,
                occurred_at=event.occurred_at,
            )
            for event in session.info.pop("events", [])
        ],
    )
