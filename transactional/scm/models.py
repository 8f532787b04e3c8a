"""Parties: suppliers and customers with terms, regions, addresses, bank accounts and grades."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import (
    FACTS,
    REFERENCE,
    LedgerRow,
    TenantRow,
    one_of,
    rate,
    reference,
    shaped,
    short_text,
    unique,
)
from transactional.kernel.personal import personal


class PartyKind(StrEnum):
    """Whose an address or contact is."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"


class BankAccountState(StrEnum):
    """A changed bank account is paid to only after a second user approved it."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETIRED = "retired"


class Region(TenantRow):
    """A sales region, within a larger one or none."""

    __tablename__ = "regions"
    __table_args__ = (unique("code"), {"schema": "scm"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    country_code: Mapped[str | None] = short_text(2)
    parent_id: Mapped[UUID | None] = reference("scm.regions")


INSTALLMENTS: Final = {
    "type": "array",
    "minItems": 1,
    "description": "Parts of an amount, whose shares add up to 1.",
    "items": {
        "type": "object",
        "required": ["share", "days"],
        "additionalProperties": False,
        "properties": {
            "share": {"type": "string", "description": "A fraction above 0, as a decimal in text."},
            "days": {"type": "integer", "minimum": 0},
            "after": {"enum": ["invoice", "month_end", "order"], "default": "invoice"},
        },
    },
}


class PaymentTerm(TenantRow):
    """When an amount falls due: shares with days, adding up to one."""

    __tablename__ = "payment_terms"
    __table_args__ = (
        unique("code"),
        CheckConstraint("discount_days >= 0", name="discount_days_not_negative"),
        {"schema": "scm", "info": REFERENCE},
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    installments: Mapped[list[dict[str, Any]]] = shaped(INSTALLMENTS, [{"share": "1", "days": 30, "after": "invoice"}])
    discount_share: Mapped[Decimal] = rate(server_default=text("0"))
    discount_days: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class ShipMethod(TenantRow):
    """By whom and how goods travel."""

    __tablename__ = "ship_methods"
    __table_args__ = (unique("code"), {"schema": "scm"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class SalesAssignment(TenantRow):
    """Which region an employee sells in, from a day to a day."""

    __tablename__ = "sales_assignments"
    __table_args__ = (
        unique("employee_id", "region_id", "starts_on"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="valid_range"),
        {"schema": "scm"},
    )

    employee_id: Mapped[UUID] = reference("organization.employees")
    region_id: Mapped[UUID] = reference("scm.regions")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The last day; empty where the employee sells there still."""


class SupplierCategory(TenantRow):
    """A node of the suppliers' tree; what a node leaves open its parent says, accounts by the account mappings."""

    __tablename__ = "supplier_categories"
    __table_args__ = (unique("code"), {"schema": "scm", "info": REFERENCE})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = reference("scm.supplier_categories")
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")


_CONTACT = ("name", "tax_number", "email", "phone")


class Supplier(TenantRow):
    """Whom we buy from."""

    __tablename__ = "suppliers"
    __table_args__ = (
        unique("code"),
        unique("tax_number"),
        CheckConstraint("credit_rating >= 0", name="credit_rating_not_negative"),
        {
            "schema": "scm",
            "info": personal(
                telling=_CONTACT,
                kept=(
                    "code",
                    "category_id",
                    "tax_class",
                    "currency_code",
                    "country_code",
                    "payment_term_id",
                    "credit_rating",
                    "is_blocked",
                    "is_active",
                ),
            ),
        },
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    category_id: Mapped[UUID | None] = reference("scm.supplier_categories")
    tax_number: Mapped[str | None] = mapped_column(String(40))
    tax_class: Mapped[str] = mapped_column(String(40), server_default="standard")
    currency_code: Mapped[str] = short_text(3)
    country_code: Mapped[str | None] = short_text(2)
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(60))
    credit_rating: Mapped[int | None] = mapped_column(Integer)
    """As an agency or the house rates it, 1 the best."""
    is_blocked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class SupplierBankAccount(TenantRow):
    """Where a supplier is paid; a change waits for a second user."""

    __tablename__ = "supplier_bank_accounts"
    __table_args__ = (
        one_of("state", BankAccountState),
        {
            "schema": "scm",
            "info": personal(
                telling=("iban",),
                facts=("bic",),
                kept=("supplier_id", "state", "proposed_by", "approved_by", "approved_at"),
            ),
        },
    )

    supplier_id: Mapped[UUID] = reference("scm.suppliers")
    iban: Mapped[str] = mapped_column(String(40))
    bic: Mapped[str | None] = mapped_column(String(11))
    state: Mapped[str] = mapped_column(String(20), server_default="proposed")
    proposed_by: Mapped[UUID | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]


class CustomerCategory(TenantRow):
    """A node of the customers' tree."""

    __tablename__ = "customer_categories"
    __table_args__ = (unique("code"), {"schema": "scm"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = reference("scm.customer_categories")


class Customer(TenantRow):
    """Whom we sell to."""

    __tablename__ = "customers"
    __table_args__ = (
        unique("code"),
        unique("tax_number"),
        CheckConstraint("credit_limit_amount >= 0", name="credit_limit_not_negative"),
        CheckConstraint("over_delivery_share >= 0", name="over_delivery_share_not_negative"),
        CheckConstraint("under_delivery_share >= 0", name="under_delivery_share_not_negative"),
        Index(
            "ix_customers_merged_into_id",
            "tenant_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id is not null"),
        ),
        {
            "schema": "scm",
            "info": personal(
                telling=_CONTACT,
                facts=("city", "attributes"),
                kept=(
                    "code",
                    "category_id",
                    "head_id",
                    "region_id",
                    "salesperson_id",
                    "tax_class",
                    "currency_code",
                    "country_code",
                    "payment_term_id",
                    "price_list_id",
                    "credit_limit_amount",
                    "grade",
                    "grade_limit_amount",
                    "over_delivery_share",
                    "under_delivery_share",
                    "merged_into_id",
                    "is_blocked",
                    "is_active",
                ),
            ),
        },
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    category_id: Mapped[UUID | None] = reference("scm.customer_categories")
    head_id: Mapped[UUID | None] = reference("scm.customers")
    """For whom a customer number buys that is one of several of a house; empty for the house itself."""
    region_id: Mapped[UUID | None] = reference("scm.regions")
    salesperson_id: Mapped[UUID | None] = reference("organization.employees")
    tax_number: Mapped[str | None] = mapped_column(String(40))
    tax_class: Mapped[str] = mapped_column(String(40), server_default="standard")
    currency_code: Mapped[str] = short_text(3)
    country_code: Mapped[str | None] = short_text(2)
    city: Mapped[str | None] = mapped_column(String(120))
    payment_term_id: Mapped[UUID | None] = reference("scm.payment_terms")
    price_list_id: Mapped[UUID | None]
    credit_limit_amount: Mapped[Decimal | None]
    """In the customer's currency; empty where credit is not limited."""
    grade: Mapped[str | None] = mapped_column(String(1))
    grade_limit_amount: Mapped[Decimal | None]
    """The credit limit that goes with the grade, in force where the customer has none of its own."""
    over_delivery_share: Mapped[Decimal | None] = rate()
    under_delivery_share: Mapped[Decimal | None] = rate()
    """By how much deliveries may differ from what is ordered, as parts of it, where nothing nearer says."""
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(60))
    attributes: Mapped[dict[str, Any]] = shaped(FACTS, {"occupation": "architect"}, server_default=text("'{}'"))
    """What else is known of it, such as a person's occupation or how many people a shop employs."""
    merged_into_id: Mapped[UUID | None] = reference("scm.customers")
    """The customer that it is now, which is itself merged into none."""
    is_blocked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class CreditGrade(StrEnum):
    """How good a customer is, best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class GradingRule(TenantRow):
    """What a customer needs for a grade, and the credit limit that comes with it."""

    __tablename__ = "grading_rules"
    __table_args__ = (
        unique("grade"),
        one_of("grade", CreditGrade),
        CheckConstraint("late_payment_rate_max >= 0", name="late_payment_rate_max_not_negative"),
        CheckConstraint("credit_limit_amount >= 0", name="credit_limit_not_negative"),
        {"schema": "scm"},
    )

    grade: Mapped[str] = mapped_column(String(1))
    net_revenue_min_amount: Mapped[Decimal | None]
    """Over the twelve months before; in company currency, as the metric tells it."""
    gross_margin_min_amount: Mapped[Decimal | None]
    late_payment_rate_max: Mapped[Decimal | None] = rate()
    credit_limit_amount: Mapped[Decimal | None]
    """In the customer's currency; empty where credit is not limited."""


class CustomerGrade(LedgerRow):
    """A grade given to a customer on a day, with what it was derived from."""

    __tablename__ = "customer_grades"
    __table_args__ = (unique("customer_id", "graded_on"), {"schema": "scm"})

    customer_id: Mapped[UUID] = reference("scm.customers")
    graded_on: Mapped[date]
    grade: Mapped[str] = mapped_column(String(1))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)


class PartyAddress(TenantRow):
    """An address of a customer or supplier."""

    __tablename__ = "party_addresses"
    __table_args__ = (
        one_of("party_kind", PartyKind),
        Index("ix_party_addresses_party_id", "tenant_id", "party_id"),
        {
            "schema": "scm",
            "info": personal(
                facts=("line1", "line2", "city", "postal_code", "region"),
                kept=("party_kind", "party_id", "purpose", "country_code"),
            ),
        },
    )

    party_kind: Mapped[str] = mapped_column(String(10))
    party_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(String(20), server_default="billing")
    line1: Mapped[str] = mapped_column(String(200))
    line2: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(120))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    region: Mapped[str | None] = mapped_column(String(120))
    country_code: Mapped[str] = short_text(2)


class PartyContact(TenantRow):
    """A person one deals with at a customer or supplier; papers go to the first one."""

    __tablename__ = "party_contacts"
    __table_args__ = (
        one_of("party_kind", PartyKind),
        Index(
            "uq_party_contacts_first",
            "tenant_id",
            "party_id",
            unique=True,
            postgresql_where=text("is_first and is_active"),
        ),
        Index("ix_party_contacts_party_id", "tenant_id", "party_id"),
        {
            "schema": "scm",
            "info": personal(
                telling=("name", "email", "phone"),
                kept=("party_kind", "party_id", "role", "locale", "is_first", "is_active"),
            ),
        },
    )

    party_kind: Mapped[str] = mapped_column(String(10))
    party_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(60))
    locale: Mapped[str | None] = mapped_column(String(20))
    """The language that the person reads."""
    is_first: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
