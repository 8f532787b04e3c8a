"""Goods that come back: asked for, approved, received once at their original cost, credited at their price."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import MONDAY, NOW, Shop, balance, confirmed, make_item, on_hand, stock_up
from transactional.catalog.services.write_costs import NewStandardCost
from transactional.checks import check_tenant
from transactional.finance.errors import CancellationFinal, DocumentCancelled, DocumentNotPosted
from transactional.finance.models import Invoice
from transactional.finance.queries import open_items
from transactional.finance.services.settle import settle
from transactional.finance.specs import Allocation, NewSettlement
from transactional.inventory.models import CostLayer
from transactional.inventory.services.change_standard_costs import change_standard_costs
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.kernel.states import TransitionRefused
from transactional.sales.errors import OverReturn, ReturnPeriodOver
from transactional.sales.models import Delivery, DeliveryLine, ReturnRequest, SalesOrder
from transactional.sales.queries import order_progress
from transactional.sales.services.approve_returns import approve_returns, reject_returns
from transactional.sales.services.cancel_deliveries import cancel_deliveries
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import NewDelivery, NewInvoice, NewReturnLine, NewReturnReceipt, NewReturnRequest

D = Decimal
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


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


def _layers(session: Session, item_id: UUID) -> list[tuple[Decimal, Decimal]]:
    rows = read(session, select(CostLayer).where(CostLayer.item_id == item_id).order_by(CostLayer.sequence))
    return [(row.remaining_qty, row.remaining_amount) for row in rows]


def _come_back(session: Session, made: SalesOrder, qty: str, on: date = MONDAY) -> Delivery:
    [request] = request_returns(session, [returned(session, made, qty, on)], at=NOW)
    approve_returns(session, [request.id], expected_on=on, at=NOW)
    return receive_returns(session, [NewReturnReceipt(request.id, on)], at=NOW)[0].delivery


@pytest.mark.feature("FIN-04")
@pytest.mark.feature("3.4.10")
@pytest.mark.parametrize(("method", "standard"), [("moving_average", None), ("fifo", None), ("standard", "4.20")])
def test_a_return_posted_by_mistake_leaves_nothing_behind(
    session: Session, shop: Shop, method: str, standard: str | None
) -> None:
    """Seven go out of layers of three at 3.33 and more; five came back, then it turns out that they never did."""
    lamp = make_item(session, shop, "LAMP", costing_method=method)
    if standard:
        new = NewStandardCost(lamp, shop.company_id, D(standard), MONDAY - timedelta(days=9))
        change_standard_costs(session, [new], at=NOW)
    stock_up(session, shop, lamp, "3", "3.33")
    stock_up(session, shop, lamp, "3", "4.47")
    stock_up(session, shop, lamp, "4", "5.01")
    made = confirmed(session, shop, lamp, "7")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    [invoice] = invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    before = _standing(session, lamp), _layers(session, lamp), order_progress(session, [made.id])[made.id]
    first = _come_back(session, made, "5")
    assert _standing(session, lamp)["5000"] < before[0]["5000"]
    [cancelled] = cancel_deliveries(session, [first.id], on=TUESDAY, at=NOW)
    assert (cancelled.id, cancelled.state) == (first.id, "cancelled")
    assert (_standing(session, lamp), _layers(session, lamp)) == before[:2]
    assert order_progress(session, [made.id])[made.id] == before[2]
    [request] = read(session, select(ReturnRequest))
    [expected] = read(session, select(Delivery).where(Delivery.state == "expected"))
    assert (request.state, expected.return_request_id, expected.delivered_on) == ("approved", request.id, TUESDAY)
    [note] = read(session, select(Invoice).where(Invoice.corrects_id == invoice.id, Invoice.reverses_id.is_(None)))
    assert (note.state, note.open_amount) == ("cancelled", D(0))
    [mirror] = read(session, select(Delivery).where(Delivery.reverses_id == first.id))
    assert (mirror.kind, mirror.number[:3], mirror.delivered_on) == ("return", first.number[:3], TUESDAY)
    with pytest.raises(DocumentCancelled, match=first.number):
        cancel_deliveries(session, [first.id], on=TUESDAY, at=NOW)
    with pytest.raises(CancellationFinal, match=mirror.number):
        cancel_deliveries(session, [mirror.id], on=TUESDAY, at=NOW)
    with pytest.raises(DocumentNotPosted, match=expected.number):
        cancel_deliveries(session, [expected.id], on=TUESDAY, at=NOW)
    # Now all of it comes back: what was taken back once can come again, whole.
    again = receive_returns(session, [NewReturnReceipt(request.id, WEDNESDAY)], at=NOW)[0]
    assert again.delivery.id == expected.id
    assert [each.total_amount for each in again.credit_notes] == [note.total_amount]
    assert check_tenant(session) == []
    _come_back(session, made, "2", WEDNESDAY)
    assert (balance(session, "5000"), on_hand(session, lamp)[0], check_tenant(session)) == (D(0), D(10), [])


def _standing(session: Session, item_id: UUID) -> dict[str, Decimal]:
    """Stock and every account that a return touches."""
    qty, value = on_hand(session, item_id)
    accounts = ("1200", "1300", "2200", "4000", "4090", "5000", "5100")
    return {"qty": qty, "value": value, **{code: balance(session, code) for code in accounts}}


@pytest.mark.feature("3.4.10")
def test_a_return_whose_cost_was_corrected_since_leaves_nothing_either(session: Session, shop: Shop) -> None:
    """Goods found to have been cheaper: the delivery, its return and the cancellation are all corrected."""
    lamp = make_item(session, shop, "LAMP", costing_method="fifo")
    stock_up(session, shop, lamp, "10", "50")
    made = confirmed(session, shop, lamp, "4")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    cancel_deliveries(session, [_come_back(session, made, "3").id], on=TUESDAY, at=NOW)
    assert balance(session, "5000") == D(200)
    stock_up(session, shop, lamp, "4", "30", on=MONDAY - timedelta(days=3))
    assert [balance(session, code) for code in ("5000", "5100")] == [D(120), D(0)]
    assert (_layers(session, lamp), check_tenant(session)) == ([(D(10), D(500))], [])


@pytest.mark.feature("3.4.10")
def test_what_a_credit_note_settled_is_open_again(session: Session, shop: Shop, chair: UUID) -> None:
    made = confirmed(session, shop, chair, "4")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    [invoice] = invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    back = _come_back(session, made, "1")
    [note] = read(session, select(Invoice).where(Invoice.corrects_id == invoice.id))
    offset = NewSettlement(MONDAY, [Allocation(invoice.id, note.total_amount)], credit_note_id=note.id)
    settle(session, [offset], at=NOW)
    cancel_deliveries(session, [back.id], on=TUESDAY, at=NOW)
    assert [item.open_amount for item in open_items(session, [invoice.id])] == [invoice.total_amount]
    assert check_tenant(session) == []
