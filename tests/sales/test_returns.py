"""Goods that come back: asked for, approved, received once at their original cost, credited at their price."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import MONDAY, NOW, Shop, balance, confirmed, make_item, stock_up
from transactional.finance.errors import ReturnFinal
from transactional.kernel.session import Session
from transactional.kernel.states import TransitionRefused
from transactional.sales.errors import OverReturn, ReturnPeriodOver
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder
from transactional.sales.queries import order_progress
from transactional.sales.services.approve_returns import approve_returns, reject_returns
from transactional.sales.services.cancel_deliveries import cancel_deliveries
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import NewDelivery, NewInvoice, NewReturnLine, NewReturnReceipt, NewReturnRequest

D = Decimal


@pytest.fixture
def chair(session: Session, shop: Shop) -> UUID:
    item_id = make_item(session, shop)
    stock_up(session, shop, item_id, "20", "60")
    return item_id


def returned(session: Session, made: SalesOrder, qty: str, on: date = MONDAY) -> NewReturnRequest:
    """A request to send a part of the order's first delivery back."""
    line_id = session.scalars(select(DeliveryLine.id).where(DeliveryLine.order_id == made.id)).all()[0]
    return NewReturnRequest(made.id, on, "too green", [NewReturnLine(line_id, D(qty))])


@pytest.mark.feature("3.4.9")
def test_no_more_comes_back_than_was_delivered_nor_too_late(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "4")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    request_returns(session, [returned(session, made, "3")], at=NOW)
    with pytest.raises(OverReturn):
        request_returns(session, [returned(session, made, "2")], at=NOW)
    with pytest.raises(ReturnPeriodOver):
        request_returns(session, [returned(session, made, "1", MONDAY + timedelta(days=31))], at=NOW)


@pytest.mark.feature("3.4.9")
@pytest.mark.feature("3.4.10")
def test_an_approved_return_is_expected_then_received_once(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "4")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    [request] = request_returns(session, [returned(session, made, "1")], at=NOW)
    with pytest.raises(TransitionRefused):
        receive_returns(session, [NewReturnReceipt(request.id, MONDAY)], at=NOW)
    approve_returns(session, [request.id], expected_on=MONDAY, at=NOW)
    assert session.scalars(select(Delivery.state).where(Delivery.kind == "return")).all() == ["expected"]
    # A later receipt at another cost moves the average; the return still comes at what it went out with.
    stock_up(session, shop, chair, "100", "90")
    [first] = receive_returns(session, [NewReturnReceipt(request.id, MONDAY)], at=NOW)
    [again] = receive_returns(session, [NewReturnReceipt(request.id, MONDAY)], at=NOW)
    assert first.delivery.id == again.delivery.id
    assert [note.id for note in first.credit_notes] == [note.id for note in again.credit_notes]
    assert [note.total_amount for note in first.credit_notes] == [D(120)]
    assert balance(session, "5000") == D(180)
    with pytest.raises(TransitionRefused):
        reject_returns(session, [request.id], at=NOW)
    with pytest.raises(ReturnFinal, match=first.delivery.number):
        cancel_deliveries(session, [first.delivery.id], on=MONDAY, at=NOW)
    assert balance(session, "5000") == D(180)


@pytest.mark.feature("3.4.10")
def test_a_return_before_the_invoice_is_never_invoiced_nor_credited(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "4")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    [request] = request_returns(session, [returned(session, made, "1")], at=NOW)
    approve_returns(session, [request.id], expected_on=MONDAY, at=NOW)
    [received] = receive_returns(session, [NewReturnReceipt(request.id, MONDAY)], at=NOW)
    assert received.credit_notes == []
    [posted] = invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    assert posted.net_amount == D(300)
    progress = order_progress(session, [made.id])[made.id]
    assert (progress.lines[0].returned_qty, progress.invoiced_amount) == (D(1), D(360))
