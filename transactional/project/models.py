"""Projects: what amounts are earned and spent for."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import REFERENCE, TenantRow, reference, short_text, unique


class Project(TenantRow):
    """Work with a purpose, a span of days and a budget in company currency; a customer where it is done for one."""

    __tablename__ = "projects"
    __table_args__ = (
        unique("code"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="valid_range"),
        CheckConstraint("budget_amount >= 0", name="budget_not_negative"),
        {"schema": "project", "info": REFERENCE},
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    company_id: Mapped[UUID] = reference("organization.companies")
    customer_id: Mapped[UUID | None] = reference("scm.customers")
    manager_id: Mapped[UUID | None] = reference("organization.employees")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    budget_amount: Mapped[Decimal | None]
    """What its costs should not exceed."""
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    """A closed project takes no new documents; those written for it before are still carried out."""
