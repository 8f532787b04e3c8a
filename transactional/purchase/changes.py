"""What a change of a purchase order means: does it go out as it is, or is it approved anew?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.organization.models import Company
from transactional.purchase.events import order_event
from transactional.purchase.limits import beyond_limits
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderState
from transactional.purchase.states import ORDER_MOVES


@dataclass(frozen=True, slots=True)
class Revision:
    """An order with the lines that changed, those added and those taken out."""

    order: PurchaseOrder
    changed: list[PurchaseOrderLine] = field(default_factory=list)
    added: list[PurchaseOrderLine] = field(default_factory=list)
    removed: list[PurchaseOrderLine] = field(default_factory=list)

    def take_from(self, line: PurchaseOrderLine) -> None:
        """A line that is about to change, once: what went out of it is kept beside it."""
        self.changed.append(line)
        if self.order.confirmed_at and line.approved_qty is None:
            line.approved_qty, line.approved_unit_price = line.qty, line.unit_price

    def note_added(self) -> None:
        """Nothing: of the lines added to an order that went out nothing has been approved."""
        for line in self.added if self.order.confirmed_at else ():
            line.approved_qty, line.approved_unit_price = ZERO, line.unit_price

    def is_beyond(self, tolerance: Decimal) -> bool:
        """Whether price or quantity of a line differ from what went out by more than a share of it."""
        return bool(self.removed) or any(
            _differs(line.qty, line.approved_qty, tolerance)
            or _differs(line.unit_price, line.approved_unit_price, tolerance)
            for line in (*self.changed, *self.added)
        )


def settle(session: Session, revised: Sequence[Revision], companies: Mapping[UUID, Company], *, at: datetime) -> None:
    """Nothing: every order changed stands where the change puts it.

    One that went out and differs by more than the company's tolerance waits for a second user, where one approved it
    or it is worth more than one user may order alone. One that waits goes on waiting, for whoever changed it last.
    """
    out = [each for each in revised if each.order.state == PurchaseOrderState.CONFIRMED]
    beyond = beyond_limits(session, [each.order for each in out])
    waiting: list[PurchaseOrder] = []
    for each in revised:
        order = each.order
        if order.state == PurchaseOrderState.REJECTED:
            move_to(order, PurchaseOrderState.DRAFT, ORDER_MOVES)
            order.confirmed_at = None
        elif each in out:
            tolerance = companies[order.company_id].purchase_change_tolerance_share
            if (order.decided_by is not None or order.id in beyond) and each.is_beyond(tolerance):
                move_to(order, PurchaseOrderState.WAITING, ORDER_MOVES)
        if order.state == PurchaseOrderState.WAITING:
            order.submitted_by = session.principal.user_id
            waiting.append(order)
    head = PurchaseOrder
    update_all(session, [each.order for each in revised], head.state, head.confirmed_at, head.submitted_by)
    record(session, [order_event("submitted", order, at) for order in waiting])


def _differs(now: Decimal, then: Decimal | None, tolerance: Decimal) -> bool:
    return then is not None and abs(now - then) > then * tolerance
