"""Deliveries taken back: goods at what they went out for, promises and orders as before."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import (
    MONDAY,
    NOW,
    Shop,
    balance,
    confirmed,
    line_of,
    make_item,
    on_hand,
    stock_up,
)
from transactional.checks import check_tenant
from transactional.finance.errors import CancellationFinal, DocumentCancelled, DocumentInUse
from transactional.inventory.models import CostLayer, Reservation
from transactional.kernel.errors import Invalid
from transactional.kernel.rows import read, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import JournalEntry
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine
from transactional.sales.queries import order_progress
from transactional.sales.services.approve_returns import reject_returns
from transactional.sales.services.cancel_deliveries import cancel_deliveries
from transactional.sales.services.cancel_invoices import cancel_invoices
from transactional.sales.services.cancel_orders import cancel_orders
from transactional.sales.services.close_orders import close_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import NewDelivery, NewDeliveryLine, NewInvoice, NewReturnLine, NewReturnRequest

D = Decimal
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
pytestmark = [pytest.mark.feature("FIN-04"), pytest.mark.feature("3.4.6")]


def _delivered(session: Session, order: SalesOrder, qty: str | None = None) -> Delivery:
    lines = None if qty is None else [NewDeliveryLine(line_of(session, order.id), D(qty))]
    return deliver_orders(session, [NewDelivery(order.id, MONDAY, lines)], at=NOW)[0]


def _promised(session: Session, order: SalesOrder) -> Decimal:
    rows = read(session, select(Reservation).where(Reservation.origin_id == order.id))
    return sum((row.qty for row in rows), D(0))


def _layers(session: Session, item_id: UUID) -> list[tuple[Decimal, Decimal]]:
    rows = read(session, select(CostLayer).where(CostLayer.item_id == item_id).order_by(CostLayer.sequence))
    return [(row.remaining_qty, row.remaining_amount) for row in rows]


@pytest.mark.parametrize(
    ("method", "cost"),
    [("fifo", "430"), ("moving_average", "448")],
)
def test_goods_come_back_at_what_they_went_out_for(session: Session, shop: Shop, method: str, cost: str) -> None:
    """Six at 50.00 and four at 65.00; eight go out by mistake."""
    item_id = make_item(session, shop, "LAMP", costing_method=method)
    stock_up(session, shop, item_id, "6", "50")
    stock_up(session, shop, item_id, "4", "65")
    order = confirmed(session, shop, item_id, "8")
    before = (on_hand(session, item_id), _promised(session, order), _layers(session, item_id))
    delivery = _delivered(session, order)
    assert (balance(session, "5000"), _promised(session, order)) == (D(cost), D(0))
    [cancelled] = cancel_deliveries(session, [delivery.id], on=TUESDAY, at=NOW)
    assert (cancelled.state, balance(session, "5000")) == ("cancelled", D(0))
    assert (on_hand(session, item_id), _promised(session, order), _layers(session, item_id)) == before
    [mirror] = read(session, select(Delivery).where(Delivery.reverses_id == delivery.id))
    [line] = read(session, select(DeliveryLine).where(DeliveryLine.delivery_id == mirror.id))
    entries = {row.id: row for row in read(session, select(JournalEntry))}
    assert mirror.journal_entry_id
    assert entries[mirror.journal_entry_id].reverses_id == delivery.journal_entry_id
    assert (mirror.delivered_on, mirror.state, line.qty, line.cost_amount) == (TUESDAY, "cancelled", D(-8), -D(cost))
    progress = order_progress(session, [order.id])[order.id]
    assert (progress.delivery_state, progress.lines[0].open_qty) == ("open", D(8))
    again = deliver_orders(session, [NewDelivery(order.id, WEDNESDAY)], at=NOW)[0]
    assert (again.id != delivery.id, balance(session, "5000")) == (True, D(cost))
    assert check_tenant(session) == []


def test_what_went_out_at_a_corrected_cost_comes_back_at_it(session: Session, shop: Shop) -> None:
    """Goods found to have been cheaper after they went out: the correction goes back with them."""
    item_id = make_item(session, shop, "LAMP", costing_method="fifo")
    stock_up(session, shop, item_id, "10", "50", on=MONDAY)
    delivery = _delivered(session, confirmed(session, shop, item_id, "4"))
    stock_up(session, shop, item_id, "4", "30", on=MONDAY - timedelta(days=3))
    assert balance(session, "5000") == D(120)
    cancel_deliveries(session, [delivery.id], on=WEDNESDAY, at=NOW)
    assert (balance(session, "5000"), _layers(session, item_id)) == (D(0), [(D(4), D(120)), (D(10), D(500))][::-1])
    assert check_tenant(session) == []


def test_one_of_two_partial_deliveries_is_taken_back(session: Session, shop: Shop) -> None:
    item_id = make_item(session, shop, "LAMP")
    stock_up(session, shop, item_id, "10", "50")
    order = confirmed(session, shop, item_id, "10")
    first, second = _delivered(session, order, "4"), _delivered(session, order, "6")
    cancel_deliveries(session, [first.id], on=TUESDAY, at=NOW)
    [line] = order_progress(session, [order.id])[order.id].lines
    assert (line.delivered_qty, line.open_qty, _promised(session, order)) == (D(6), D(4), D(4))
    assert deliver_orders(session, [NewDelivery(order.id, TUESDAY, id=first.id)], at=NOW)[0].state == "cancelled"
    cancel_deliveries(session, [second.id], on=TUESDAY, at=NOW)
    cancel_orders(session, [order.id], at=NOW)
    assert (on_hand(session, item_id)[0], balance(session, "5000"), check_tenant(session)) == (D(10), D(0), [])


def test_a_line_closed_as_enough_waits_again_and_a_closed_order_waits_for_nothing(session: Session, shop: Shop) -> None:
    item_id = make_item(session, shop, "LAMP")
    stock_up(session, shop, item_id, "20", "50")
    order = confirmed(session, shop, item_id, "10")
    [line] = read(session, select(SalesOrderLine).where(SalesOrderLine.order_id == order.id))
    line.under_delivery_share = D("0.1")
    update_all(session, [line], SalesOrderLine.under_delivery_share)
    delivery = _delivered(session, order, "9")
    assert order_progress(session, [order.id])[order.id].delivery_state == "delivered"
    cancel_deliveries(session, [delivery.id], on=TUESDAY, at=NOW)
    [found] = order_progress(session, [order.id])[order.id].lines
    assert (found.is_closed, found.open_qty) == (False, D(10))
    other = _delivered(session, order, "4")
    close_orders(session, [order.id], at=NOW)
    cancel_deliveries(session, [other.id], on=TUESDAY, at=NOW)
    assert (_promised(session, order), on_hand(session, item_id)[0], check_tenant(session)) == (D(0), D(20), [])


def test_what_rests_on_a_delivery_is_taken_back_first(session: Session, shop: Shop) -> None:
    item_id = make_item(session, shop, "LAMP")
    stock_up(session, shop, item_id, "10", "50")
    order = confirmed(session, shop, item_id)
    delivery = _delivered(session, order)
    [invoice] = invoice_orders(session, [NewInvoice(order.id, MONDAY)], at=NOW)
    assert invoice.number
    with pytest.raises(DocumentInUse, match=invoice.number):
        cancel_deliveries(session, [delivery.id], on=TUESDAY, at=NOW)
    cancel_invoices(session, [invoice.id], on=TUESDAY, at=NOW)
    [line] = read(session, select(DeliveryLine).where(DeliveryLine.delivery_id == delivery.id))
    asked = NewReturnRequest(order.id, TUESDAY, "too big", [NewReturnLine(line.id, D(2))])
    [request] = request_returns(session, [asked], at=NOW)
    with pytest.raises(DocumentInUse, match=request.number):
        cancel_deliveries(session, [delivery.id], on=TUESDAY, at=NOW)
    reject_returns(session, [request.id], at=NOW)
    with pytest.raises(Invalid) as refused:
        cancel_deliveries(session, [delivery.id], on=MONDAY - timedelta(days=1), at=NOW)
    assert [each.code for each in refused.value.problems] == ["too_early"]
    cancel_deliveries(session, [delivery.id], on=TUESDAY, at=NOW)
    with pytest.raises(DocumentCancelled, match=delivery.number):
        cancel_deliveries(session, [delivery.id], on=TUESDAY, at=NOW)
    [mirror] = read(session, select(Delivery).where(Delivery.reverses_id == delivery.id))
    with pytest.raises(CancellationFinal, match=mirror.number):
        cancel_deliveries(session, [mirror.id], on=TUESDAY, at=NOW)
    assert check_tenant(session) == []
