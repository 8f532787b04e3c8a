"""What production does without sales and purchasing: an order is planned by a bill."""

from decimal import Decimal

from tests.modules.catalog import make_item
from tests.modules.inventory import make_warehouse
from tests.modules.kernel import NOW
from tests.modules.ledger import open_books
from tests.modules.organization import DAY
from transactional.kernel.session import Session
from transactional.production.services.create_orders import create_orders
from transactional.production.specs import NewProductionOrder


def an_order_is_planned(session: Session) -> None:
    """Of goods kept in stock."""
    company_id = open_books(session)
    make_warehouse(session, company_id)
    [order] = create_orders(session, [NewProductionOrder(company_id, make_item(session), Decimal(3), DAY, DAY)], at=NOW)
    assert (order.state, order.qty) == ("draft", Decimal(3))


SHARE = (an_order_is_planned,)
"""A share of each module's tests that needs no module above it: run where the modules above do not exist."""
