"""What one user may order alone."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from transactional.kernel.model import REFERENCE, TenantRow, reference, unique


class CategoryLimit(TenantRow):
    """How much of an item category, and those below it, one user may order alone."""

    __tablename__ = "category_limits"
    __table_args__ = (
        unique("company_id", "item_category_id"),
        CheckConstraint("limit_amount >= 0", name="limit_amount_not_negative"),
        {"schema": "purchase", "info": REFERENCE},
    )

    company_id: Mapped[UUID] = reference("organization.companies")
    item_category_id: Mapped[UUID] = reference("catalog.item_categories")
    limit_amount: Mapped[Decimal]
    """In company currency, before tax: orders of more wait for a second user."""
