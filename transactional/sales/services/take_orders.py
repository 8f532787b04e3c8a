"""A customer orders, and the order is confirmed at once."""

from collections.abc import Sequence
from datetime import datetime

from transactional.inventory.services.reserve_stock import ask_promises
from transactional.kernel.outbox import record
from transactional.kernel.session import Session
from transactional.sales.events import order_event
from transactional.sales.models import SalesOrder
from transactional.sales.services.check_credit import check_credit
from transactional.sales.services.confirm_orders import confirm, demand_of
from transactional.sales.services.create_orders import draft_orders, write_drafts
from transactional.sales.specs import NewOrder


def take_orders(session: Session, orders: Sequence[NewOrder], *, at: datetime) -> list[SalesOrder]:
    """Confirmed orders with what is available of their stock reserved: as if created and then confirmed.

    Nobody has seen them as drafts, so they are written once, as confirmed, and neither locked nor read again.
    Raises: what `draft_orders` raises; CreditLimitExceeded. Then none is taken.
    """
    drafts = draft_orders(session, orders, at=at)
    warehouses = {order.id: order.warehouse_id for order in drafts.orders}
    demands = [
        demand_of(line.id, line.order_id, line.item_id, line.stock_qty, warehouses) for line in drafts.stock_lines
    ]
    number = drafts.ask_numbers(session)
    # Customers with a limit are held before items are, like everywhere; their new orders count, so they are written.
    promise = None if drafts.has_limits else ask_promises(session, demands)
    confirm(drafts.orders, at)
    write_drafts(session, drafts, number, at=at)
    if promise is None:
        check_credit(session, drafts.orders)
        promise = ask_promises(session, demands)
    promise()
    record(session, [order_event("confirmed", order, at) for order in drafts.orders])
    return drafts.orders
