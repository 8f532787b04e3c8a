"""Who we are: legal entities, the tree of units, people, cost centres; what money is worth."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    REFERENCE,
    Base,
    TenantRow,
    one_of,
    rate,
    reference,
    short_text,
    unique,
)
from transactional.kernel.personal import personal


class UnitKind(StrEnum):
    """What an organization unit is."""

    GROUP = "group"
    DIVISION = "division"
    DEPARTMENT = "department"
    TEAM = "team"


class Currency(Base):
    """A currency and its decimals (ISO 4217); the same for all tenants."""

    __tablename__ = "currencies"
    __table_args__ = ({"schema": "organization"},)

    code: Mapped[str] = short_text(3, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    decimals: Mapped[int] = mapped_column(Integer)


class Company(TenantRow):
    """A legal entity: keeps its own books in its own currency."""

    __tablename__ = "companies"
    __table_args__ = (
        unique("code"),
        # Statements and figures are asked for by it: two companies of one name would be told as one.
        unique("name"),
        CheckConstraint("adjustment_limit_amount >= 0", name="adjustment_limit_not_negative"),
        CheckConstraint("recost_moves_max >= 0", name="recost_moves_max_not_negative"),
        CheckConstraint("future_days_max >= 0", name="future_days_max_not_negative"),
        CheckConstraint("rate_age_days_max >= 0", name="rate_age_days_max_not_negative"),
        CheckConstraint("purchase_limit_amount >= 0", name="purchase_limit_not_negative"),
        CheckConstraint("purchase_change_tolerance_share >= 0", name="purchase_change_tolerance_not_negative"),
        CheckConstraint("receipt_tolerance_share >= 0", name="receipt_tolerance_not_negative"),
        CheckConstraint("production_tolerance_share >= 0", name="production_tolerance_not_negative"),
        CheckConstraint("invoice_qty_tolerance_share >= 0", name="invoice_qty_tolerance_not_negative"),
        CheckConstraint("invoice_price_tolerance_share >= 0", name="invoice_price_tolerance_not_negative"),
        {"schema": "organization", "info": REFERENCE},
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    currency_code: Mapped[str] = short_text(3)
    country_code: Mapped[str] = short_text(2)
    tax_number: Mapped[str | None] = mapped_column(String(40))
    fiscal_year_start_month: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    rounds_tax_per_line: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    freight_tax_class: Mapped[str | None] = mapped_column(String(40), server_default="standard")
    """The tax class of freight on orders and invoices, as items have one; freight is not taxed where it is empty."""
    adjustment_limit_amount: Mapped[Decimal | None]
    """In company currency: stock adjustments worth more wait for a second user; empty where none does."""
    purchase_limit_amount: Mapped[Decimal | None]
    """In company currency, before tax: purchase orders worth more wait for a second user; empty where none does."""
    purchase_change_tolerance_share: Mapped[Decimal] = rate(server_default=text("0"))
    """By how much price or quantity of an approved order's line may change before it is approved anew."""
    receipt_tolerance_share: Mapped[Decimal] = rate(server_default=text("0"))
    """How much more than ordered may arrive, as a part of it."""
    production_tolerance_share: Mapped[Decimal] = rate(server_default=text("0"))
    """By how much production may use and bring more than its order says."""
    invoice_qty_tolerance_share: Mapped[Decimal] = rate(server_default=text("0"))
    invoice_price_tolerance_share: Mapped[Decimal] = rate(server_default=text("0.02"))
    """By how much suppliers' invoices may differ before their payment is blocked."""
    recost_moves_max: Mapped[int] = mapped_column(Integer, server_default=text("5000"))
    """Up to so many later moves of an item are valued anew at once when one is backdated, more in the background."""
    rate_age_days_max: Mapped[int] = mapped_column(Integer, server_default=text("7"))
    future_days_max: Mapped[int | None]
    """So many days ahead of today a document may be dated; empty where open periods alone say how far."""
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class CostCentre(TenantRow):
    """Where costs are gathered."""

    __tablename__ = "cost_centres"
    __table_args__ = (unique("code"), {"schema": "organization", "info": REFERENCE})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    company_id: Mapped[UUID] = reference("organization.companies")
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class Unit(TenantRow):
    """A node of the organization tree; `path` lists the codes from the root, so that a subtree is one prefix."""

    __tablename__ = "units"
    __table_args__ = (unique("code"), one_of("kind", UnitKind), {"schema": "organization"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), server_default="department")
    parent_id: Mapped[UUID | None] = reference("organization.units")
    path: Mapped[str] = mapped_column(String(1000))
    company_id: Mapped[UUID | None] = reference("organization.companies")
    cost_centre_id: Mapped[UUID | None] = reference("organization.cost_centres")
    manager_employee_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class Employee(TenantRow):
    """A person who works here; salespeople and buyers are employees."""

    __tablename__ = "employees"
    __table_args__ = (
        unique("number"),
        unique("user_id"),
        {
            "schema": "organization",
            "info": personal(
                telling=("name",),
                facts=("job_title",),
                kept=("number", "unit_id", "manager_id", "user_id", "hired_on", "left_on", "is_active"),
            ),
        },
    )

    number: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    job_title: Mapped[str | None] = mapped_column(String(200))
    unit_id: Mapped[UUID | None] = reference("organization.units")
    manager_id: Mapped[UUID | None] = reference("organization.employees")
    user_id: Mapped[UUID | None] = reference("identity.users")
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class RateKind(StrEnum):
    """What a rate is for.

    Documents take the last spot rate up to their day. A period is revalued at the last closing rate dated within it,
    or where there is none at the last spot rate. The average of a month or day is for reports.
    """

    SPOT = "spot"
    CLOSING = "closing"
    AVERAGE = "average"


class ExchangeRate(TenantRow):
    """What one unit of a currency is worth in another from a day on."""

    __tablename__ = "exchange_rates"
    __table_args__ = (
        unique("kind", "from_currency_code", "to_currency_code", "valid_on"),
        one_of("kind", RateKind),
        CheckConstraint("rate > 0", name="rate_positive"),
        {"schema": "organization"},
    )

    kind: Mapped[str] = mapped_column(String(20), server_default="spot")
    """Documents take spot rates, a period's revaluation its closing rate where there is one."""
    from_currency_code: Mapped[str] = short_text(3)
    to_currency_code: Mapped[str] = short_text(3)
    valid_on: Mapped[date]
    rate: Mapped[Decimal] = rate()
