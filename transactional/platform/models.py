"""Number series: a format, and one counter for each year it has met."""

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import REFERENCE, TenantRow, reference, short_text, unique


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
    __table_args__ = (unique("series_id", "year"), {"schema": "platform", "info": {"audited": False}})

    series_id: Mapped[UUID] = reference("platform.number_series")
    year: Mapped[int] = mapped_column(Integer)
    last_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
