"""An order from the first price to the last cent, as the books tell it."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import MONDAY, NOW, balance, make_item, make_shop, on_hand, stock_up
from transactional.checks import check_tenant
from transactional.finance.models import Invoice, PaymentKind, Settlement
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, NewPayment
from transactional.kernel.models import OutboxEvent
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database, Session
from transactional.sales.models import DeliveryLine, SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.services.approve_returns import approve_returns
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import (
    NewDelivery,
    NewDeliveryLine,
    NewInvoice,
    NewOrder,
    NewOrderLine,
    NewReturnLine,
    NewReturnReceipt,
    NewReturnRequest,
)

D = Decimal
LATER = MONDAY + timedelta(days=10)
TOPICS = {
    "sales.order.created",
    "sales.order.confirmed",
    "sales.delivery.posted",
    "sales.return.requested",
    "sales.return.approved",
    "sales.return.received",
    "finance.invoice.posted",
    "finance.payment.posted",
    "finance.settlement.posted",
    "ledger.entry.posted",
}


def trial_balance(session: Session) -> dict[str, Decimal]:
    """The accounts the story touches."""
    codes = {
        "bank": "1100",
        "receivable": "1200",
        "inventory": "1300",
        "advances": "2150",
        "tax": "2200",
        "opening": "3900",
        "revenue": "4000",
        "freight": "4010",
        "returns": "4100",
        "cogs": "5000",
        "charges": "6600",
    }
    return {name: balance(session, code) for name, code in codes.items()}


def take_one_back(session: Session, order_id: UUID, delivery_id: UUID) -> list[Invoice]:
    """The credit notes for one piece of a delivery that came back."""
    handed = session.scalars(select(DeliveryLine.id).where(DeliveryLine.delivery_id == delivery_id)).one()
    asked = NewReturnRequest(order_id, LATER, "a leg is broken", [NewReturnLine(handed, D(1))])
    [request] = request_returns(session, [asked], at=NOW)
    approve_returns(session, [request.id], expected_on=LATER, at=NOW)
    [received] = receive_returns(session, [NewReturnReceipt(request.id, LATER)], at=NOW)
    return list(received.credit_notes)


@pytest.mark.feature("3.4.3")
@pytest.mark.feature("3.4.6")
@pytest.mark.feature("3.4.10")
@pytest.mark.feature("3.4.11")
@pytest.mark.feature("3.4.13")
def test_ten_chairs_are_sold_in_two_deliveries_and_one_comes_back(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        chair = make_item(session, shop, price="100")
        stock_up(session, shop, chair, "20", "60")

    with database.transaction(principal) as session:
        order = NewOrder(
            shop.company_id,
            shop.customer_id,
            MONDAY,
            [NewOrderLine(chair, D(10), discount_share=D("0.1"))],
            freight_amount=D(30),
        )
        [made] = create_orders(session, [order], at=NOW)
        assert (made.net_amount, made.tax_amount, made.total_amount) == (D(900), D(186), D(1116))
        assert on_hand(session, chair) == (D(20), D(0))
        confirm_orders(session, [made.id], at=NOW)
        assert on_hand(session, chair) == (D(20), D(10))

    with database.transaction(principal) as session:
        line_id = session.scalars(select(SalesOrderLine.id)).one()
        partial = NewDelivery(made.id, MONDAY, [NewDeliveryLine(line_id, D(4))])
        [note] = deliver_orders(session, [partial], at=NOW)
        assert on_hand(session, chair) == (D(16), D(6))
        [first] = invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
        assert first.total_amount == D(360) + D(72) + D(36)

    with database.transaction(principal) as session:
        deliver_orders(session, [NewDelivery(made.id, LATER)], at=NOW)
        [second] = invoice_orders(session, [NewInvoice(made.id, LATER)], at=NOW)
        assert second.total_amount == D(540) + D(108)
        allocations = [Allocation(first.id, first.total_amount), Allocation(second.id, second.total_amount)]
        paid = NewPayment(
            shop.company_id,
            PaymentKind.RECEIPT,
            shop.customer_id,
            LATER,
            D(1116),
            charge_amount=D(5),
            allocations=allocations,
        )
        register_payments(session, [paid], at=NOW)

    with database.transaction(principal) as session:
        [credit_note] = take_one_back(session, made.id, note.id)
        assert credit_note.total_amount == D(108)

    with database.transaction(principal) as session:
        assert trial_balance(session) == {
            "bank": D(1111),
            "receivable": D(-108),
            "inventory": D(11 * 60),
            "advances": D(0),
            "tax": D(-168),
            "opening": D(-1200),
            "revenue": D(-900),
            "freight": D(-30),
            "returns": D(90),
            "cogs": D(9 * 60),
            "charges": D(5),
        }
        assert sum(trial_balance(session).values()) == 0
        assert [row.state for row in read(session, select(SalesOrder))] == [SalesOrderState.CONFIRMED]
        assert len(read(session, select(Settlement))) == 2
        topics = set(session.scalars(select(OutboxEvent.topic)))
        assert check_tenant(session) == []
    assert topics >= TOPICS
