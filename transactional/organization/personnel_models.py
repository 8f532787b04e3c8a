"""What is known of the people who work here: their file, where and when they work, what they are paid and must sell."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import TenantRow, price, quantity, rate, reference, short_text, unique
from transactional.kernel.personal import personal


class Shift(TenantRow):
    """The hours of the day in which people work."""

    __tablename__ = "shifts"
    __table_args__ = (unique("code"), {"schema": "organization"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[str | None] = short_text(5)
    ends_at: Mapped[str | None] = short_text(5)
    """As `07:00`; a shift may end on the day after."""


class EmployeeFile(TenantRow):
    """What is in an employee's personnel file as of now; whoever may read employees need not read this."""

    __tablename__ = "employee_files"
    __table_args__ = (
        unique("employee_id"),
        CheckConstraint("vacation_hours >= 0", name="vacation_hours_not_negative"),
        CheckConstraint("sick_leave_hours >= 0", name="sick_leave_hours_not_negative"),
        CheckConstraint("organization_level >= 0", name="organization_level_not_negative"),
        CheckConstraint("commission_share >= 0", name="commission_share_not_negative"),
        {
            "schema": "organization",
            "info": personal(
                facts=(
                    "gender",
                    "marital_status",
                    "born_on",
                    "is_salaried",
                    "vacation_hours",
                    "sick_leave_hours",
                    "organization_level",
                    "bonus_amount",
                    "commission_share",
                ),
                kept=("employee_id",),
            ),
        },
    )

    employee_id: Mapped[UUID] = reference("organization.employees")
    gender: Mapped[str | None] = short_text(20)
    marital_status: Mapped[str | None] = short_text(20)
    born_on: Mapped[date | None]
    is_salaried: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    vacation_hours: Mapped[Decimal | None] = quantity()
    sick_leave_hours: Mapped[Decimal | None] = quantity()
    organization_level: Mapped[int | None] = mapped_column(Integer)
    """How many superiors are above the employee; none is above the head."""
    bonus_amount: Mapped[Decimal | None]
    """Due where the quota is met, in company currency."""
    commission_share: Mapped[Decimal | None] = rate()
    """Of what the employee sells."""


class EmployeeAssignment(TenantRow):
    """In which unit and shift an employee works, from a day to a day."""

    __tablename__ = "employee_assignments"
    __table_args__ = (
        unique("employee_id", "unit_id", "starts_on"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="valid_range"),
        {"schema": "organization"},
    )

    employee_id: Mapped[UUID] = reference("organization.employees")
    unit_id: Mapped[UUID] = reference("organization.units")
    shift_id: Mapped[UUID | None] = reference("organization.shifts")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day; empty where the employee works there still."""


class EmployeePay(TenantRow):
    """What an hour of an employee is paid from a day on, in company currency."""

    __tablename__ = "employee_pays"
    __table_args__ = (
        unique("employee_id", "valid_from"),
        CheckConstraint("hourly_rate >= 0", name="hourly_rate_not_negative"),
        CheckConstraint("pays_per_month > 0", name="pays_per_month_positive"),
        {
            "schema": "organization",
            "info": personal(facts=("valid_from", "hourly_rate", "pays_per_month"), kept=("employee_id",)),
        },
    )

    employee_id: Mapped[UUID] = reference("organization.employees")
    valid_from: Mapped[date]
    hourly_rate: Mapped[Decimal] = price()
    pays_per_month: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class SalesQuota(TenantRow):
    """What an employee is to sell in the quarter that begins on a day, in company currency."""

    __tablename__ = "sales_quotas"
    __table_args__ = (
        unique("employee_id", "starts_on"),
        CheckConstraint("quota_amount >= 0", name="quota_amount_not_negative"),
        {"schema": "organization"},
    )

    employee_id: Mapped[UUID] = reference("organization.employees")
    starts_on: Mapped[date]
    quota_amount: Mapped[Decimal]
