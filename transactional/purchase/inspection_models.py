"""How goods are inspected on arrival, and what the inspections found."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import LedgerRow, TenantRow, quantity, rate, reference, short_text, unique


class InspectionPlan(TenantRow):
    """How an item, or the items of a category, are inspected when they arrive, perhaps from one supplier only."""

    __tablename__ = "inspection_plans"
    __table_args__ = (
        unique("code"),
        CheckConstraint("(item_id is null) <> (item_category_id is null)", name="item_or_category"),
        CheckConstraint("sample_share >= 0", name="sample_share_not_negative"),
        CheckConstraint("sample_min_qty >= 0", name="sample_min_qty_not_negative"),
        CheckConstraint("defects_max_qty >= 0", name="defects_max_qty_not_negative"),
        {"schema": "purchase"},
    )

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    item_id: Mapped[UUID | None] = reference("catalog.items")
    item_category_id: Mapped[UUID | None] = reference("catalog.item_categories")
    supplier_id: Mapped[UUID | None] = reference("scm.suppliers")
    sample_share: Mapped[Decimal] = rate(server_default=text("1"))
    sample_min_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    """The sample: a part of what is judged, at least so much, at most all of it."""
    defects_max_qty: Mapped[Decimal] = quantity(server_default=text("0"))
    """Up to so many defects in the sample the goods pass."""
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class InspectionPlanCheck(TenantRow):
    """Something that is measured; within its limits the goods pass."""

    __tablename__ = "inspection_plan_checks"
    __table_args__ = (
        unique("plan_id", "name"),
        CheckConstraint("upper_limit >= lower_limit", name="limits_in_order"),
        {"schema": "purchase"},
    )

    plan_id: Mapped[UUID] = reference("purchase.inspection_plans")
    line_number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(80))
    lower_limit: Mapped[Decimal | None] = quantity()
    upper_limit: Mapped[Decimal | None] = quantity()


class GoodsInspection(LedgerRow):
    """An inspection by plan of goods that waited, and what was decided; quantities in the order line's unit."""

    __tablename__ = "goods_inspections"
    __table_args__ = (
        Index("ix_goods_inspections_receipt_line_id", "tenant_id", "receipt_line_id"),
        {"schema": "purchase"},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    receipt_line_id: Mapped[UUID] = reference("purchase.purchase_receipt_lines")
    plan_id: Mapped[UUID] = reference("purchase.inspection_plans")
    inspected_on: Mapped[date]
    accepted_qty: Mapped[Decimal] = quantity()
    rejected_qty: Mapped[Decimal] = quantity()
    sample_qty: Mapped[Decimal] = quantity()
    defect_qty: Mapped[Decimal] = quantity()
    results: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What was measured, by the check's name."""
    is_passed: Mapped[bool] = mapped_column(Boolean)
