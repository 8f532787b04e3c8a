"""What the kernel keeps: what happened (outbox, audit), what is gone (tombstones), what was answered (keys)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, Identity, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import Base, LedgerRow, Xid8, unique


class OutboxEvent(LedgerRow):
    """Something that happened, told to the world by the transaction that made it happen."""

    __tablename__ = "outbox"
    __table_args__ = (
        unique("aggregate_id", "sequence"),
        {"schema": "kernel"},
    )

    topic: Mapped[str] = mapped_column(String(80))
    schema_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    aggregate_type: Mapped[str] = mapped_column(String(80))
    aggregate_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    trace_id: Mapped[str | None] = mapped_column(String(40))
    occurred_at: Mapped[datetime]


class AuditRecord(Base):
    """One row written: who, when, what, before and after. Written by triggers, so no path can forget it."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_record", "tenant_id", "table_name", "row_id", "id"),
        {"schema": "kernel"},
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(80))
    row_id: Mapped[UUID]
    action: Mapped[str] = mapped_column(String(10))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    user_id: Mapped[UUID | None]
    channel: Mapped[str | None] = mapped_column(String(20))
    trace_id: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    row_xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))


class Tombstone(Base):
    """A deleted row, so that the warehouse can delete it too."""

    __tablename__ = "tombstones"
    __table_args__ = ({"schema": "kernel"},)

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(80))
    row_id: Mapped[UUID]
    deleted_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    row_xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))


class IdempotencyRecord(Base):
    """The answer once given to a key, kept so that a repeated request gets the same one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = ({"schema": "kernel"},)

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status_code: Mapped[int | None]
    body: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ReferenceMark(Base):
    """How often reference tables of a tenant were changed: what a process keeps of them holds under one mark."""

    __tablename__ = "reference_marks"
    __table_args__ = ({"schema": "kernel"},)

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    mark: Mapped[int] = mapped_column(BigInteger)


class RateBucket(Base):
    """The tokens left of one rate limit, shared by all instances; lost in a crash, and nobody minds."""

    __tablename__ = "rate_buckets"
    __table_args__ = ({"schema": "kernel", "prefixes": ["UNLOGGED"]},)

    bucket: Mapped[str] = mapped_column(String(400), primary_key=True)
    rate: Mapped[float] = mapped_column(Double)
    burst: Mapped[float] = mapped_column(Double)
    spent: Mapped[float] = mapped_column(Double)
    """Since the instance settled before, less what it was granted then."""
    wanted: Mapped[float] = mapped_column(Double)
    tokens: Mapped[float] = mapped_column(Double)
    granted: Mapped[float] = mapped_column(Double)
    filled_at: Mapped[datetime]
