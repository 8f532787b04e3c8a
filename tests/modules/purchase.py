"""What purchasing does without sales: an order is made and confirmed."""

from decimal import Decimal

from tests.modules.catalog import make_item
from tests.modules.finance import make_tax
from tests.modules.inventory import make_warehouse
from tests.modules.kernel import NOW
from tests.modules.ledger import open_books
from tests.modules.organization import DAY
from tests.modules.scm import make_party
from transactional.kernel.session import Session
from transactional.purchase.services.confirm_orders import confirm_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.specs import NewPurchaseLine, NewPurchaseOrder
from transactional.scm.models import Supplier


def an_order_is_made_and_confirmed(session: Session) -> None:
    """Of goods at a price agreed."""
    company_id = open_books(session)
    make_tax(session)
    make_warehouse(session, company_id)
    line = NewPurchaseLine(make_item(session), Decimal(3), unit_price=Decimal(10))
    wanted = NewPurchaseOrder(company_id, make_party(session, Supplier), DAY, [line])
    [order] = create_orders(session, [wanted], at=NOW)
    [confirmed] = confirm_orders(session, [order.id], at=NOW)
    assert (confirmed.state, confirmed.net_amount) == ("confirmed", Decimal(30))


SHARE = (an_order_is_made_and_confirmed,)
