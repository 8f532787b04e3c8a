"""What sales do without purchasing: an order is taken and confirmed."""

from decimal import Decimal

from tests.modules.catalog import make_item
from tests.modules.finance import make_tax
from tests.modules.inventory import make_warehouse
from tests.modules.kernel import NOW
from tests.modules.ledger import open_books
from tests.modules.organization import DAY
from tests.modules.scm import make_party
from transactional.kernel.session import Session
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.specs import NewOrder, NewOrderLine
from transactional.scm.models import Customer


def an_order_is_taken_and_confirmed(session: Session) -> None:
    """Of a service, which needs no stock."""
    company_id = open_books(session)
    make_tax(session)
    make_warehouse(session, company_id)
    wanted = NewOrder(
        company_id, make_party(session, Customer), DAY, [NewOrderLine(make_item(session, "service"), Decimal(2))]
    )
    [order] = create_orders(session, [wanted], at=NOW)
    [confirmed] = confirm_orders(session, [order.id], at=NOW)
    assert (confirmed.state, confirmed.total_amount) == ("confirmed", Decimal(240))


SHARE = (an_order_is_taken_and_confirmed,)
