"""What suppliers deliver in one order: at least and at most so much of an item, in its stock unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from transactional.catalog.models import Item, SupplierItem
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine


@dataclass(frozen=True, slots=True)
class OutsideTerms:
    """An item of an order of which its supplier delivers more or less at once; quantities in the stock unit."""

    order_id: UUID
    line_number: int
    """The first line that asks for it; all that ask for it are added up."""
    item: str
    qty: Decimal
    min_qty: Decimal | None
    max_qty: Decimal | None

    @property
    def reason(self) -> str:
        """What is wrong, in words."""
        qty = f"{self.qty.normalize():f} of item {self.item}"
        if self.min_qty is not None and self.qty < self.min_qty:
            return f"{qty} is below the supplier's least quantity of {self.min_qty.normalize():f} in one order"
        most = self.max_qty or self.qty
        return f"{qty} is above the supplier's largest quantity of {most.normalize():f} in one order"

    def problem(self, path: str) -> FieldProblem:
        """The same as what is wrong with a field."""
        is_below = self.min_qty is not None and self.qty < self.min_qty
        return FieldProblem(path, self.reason, "below_minimum" if is_below else "above_maximum")


def outside_terms(session: Session, order_ids: Iterable[UUID]) -> list[OutsideTerms]:
    """What orders, as they are written, ask for outside their suppliers' terms."""
    line, terms, qty = PurchaseOrderLine, SupplierItem, func.sum(PurchaseOrderLine.stock_qty)
    statement = (
        select(line.order_id, func.min(line.line_number), Item.code, qty, terms.min_qty, terms.max_qty)
        .join(PurchaseOrder, and_(PurchaseOrder.tenant_id == line.tenant_id, PurchaseOrder.id == line.order_id))
        .join(Item, and_(Item.tenant_id == line.tenant_id, Item.id == line.item_id))
        .join(
            terms,
            and_(
                terms.tenant_id == line.tenant_id,
                terms.supplier_id == PurchaseOrder.supplier_id,
                terms.item_id == line.item_id,
            ),
        )
        .where(any_of(line.order_id, order_ids))
        .group_by(line.order_id, Item.code, terms.min_qty, terms.max_qty)
        .having(or_(qty < terms.min_qty, qty > terms.max_qty))
        .order_by(line.order_id, func.min(line.line_number))
    )
    return [OutsideTerms(*row) for row in session.execute(statement)]
