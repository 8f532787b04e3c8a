"""Freight and duty of goods received, and how they are shared."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import LedgerRow, TenantRow, one_of, reference, short_text, unique


class CostBasis(StrEnum):
    """What a landed cost is shared by."""

    VALUE = "value"
    QUANTITY = "quantity"
    WEIGHT = "weight"


class LandedCost(TenantRow):
    """Freight or duty of goods received: part of what they cost."""

    __tablename__ = "landed_costs"
    __table_args__ = (
        unique("company_id", "number"),
        unique("reverses_id"),
        one_of("basis", CostBasis),
        CheckConstraint("state in ('posted', 'cancelled')", name="state_known"),
        {"schema": "purchase"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    number: Mapped[str] = short_text()
    cost_on: Mapped[date]
    basis: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Decimal]
    """In company currency; a later discount is negative."""
    description: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), server_default="posted")
    reverses_id: Mapped[UUID | None] = reference("purchase.landed_costs")
    """Of a cancellation: the landed cost it is the mirror image of."""


class LandedCostLine(LedgerRow):
    """A receipt line's share of a landed cost; shares add up to it."""

    __tablename__ = "landed_cost_lines"
    __table_args__ = (
        Index("ix_landed_cost_lines_landed_cost_id", "tenant_id", "landed_cost_id"),
        Index("ix_landed_cost_lines_receipt_line_id", "tenant_id", "receipt_line_id"),
        {"schema": "purchase"},
    )

    landed_cost_id: Mapped[UUID] = reference("purchase.landed_costs")
    line_number: Mapped[int] = mapped_column(Integer)
    receipt_line_id: Mapped[UUID] = reference("purchase.purchase_receipt_lines")
    item_id: Mapped[UUID] = reference("catalog.items")
    amount: Mapped[Decimal]
    inventory_amount: Mapped[Decimal]
    """To the value of units on hand."""
    expense_amount: Mapped[Decimal]
    """To the cost of units gone, or to purchase price variance of an item at standard cost."""
