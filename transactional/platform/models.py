"""Number series, with one counter for each year they have met; how long routes and statements took, day by day."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Integer, Numeric, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import GUARD, REFERENCE, TenantRow, reference, short_text, unique


class NumberSeries(TenantRow):
    """How documents of a type are numbered, for example `SO-{yyyy}-{00000}`."""

    __tablename__ = "number_series"
    __table_args__ = (unique("document_type", "company_id"), {"schema": "platform", "info": REFERENCE})

    document_type: Mapped[str] = short_text()
    company_id: Mapped[UUID] = reference("organization.companies")
    format: Mapped[str] = mapped_column(String(60))
    is_gapless: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class NumberCounter(TenantRow):
    """The last number a series gave in a year (0 where the format has no year)."""

    __tablename__ = "number_counters"
    __table_args__ = (
        unique("series_id", "year"),
        {"schema": "platform", "info": GUARD, "postgresql_with": {"fillfactor": 50}},
    )

    series_id: Mapped[UUID] = reference("platform.number_series")
    year: Mapped[int] = mapped_column(Integer)
    last_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class DailyLatency(TenantRow):
    """How long a route or statement took on a day with a release; its buckets are those of `runtime.latencies`."""

    __tablename__ = "daily_latencies"
    __table_args__ = (
        unique("kind", "digest", "release", "measured_on"),
        CheckConstraint("kind in ('route', 'sql')", name="kind_known"),
        {"schema": "platform", "info": {"audited": False}},
    )

    kind: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(32))
    """Of the name: statements are longer than a key may be."""
    name: Mapped[str] = mapped_column(String(2000))
    release: Mapped[str] = mapped_column(String(40))
    measured_on: Mapped[date]
    request_count: Mapped[int] = mapped_column(BigInteger)
    total_ms: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    p95_ms: Mapped[Decimal] = mapped_column(Numeric(18, 3))
    buckets: Mapped[list[Any]] = mapped_column(JSONB)
