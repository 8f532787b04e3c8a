"""Goods receipts taken back: stock and goods received not invoiced as before, the order waits again."""

from datetime import date, timedelta
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
    make_item,
    on_hand,
    stock_up,
)
from tests.purchase.test_orders import billed, line_of, ordered, received
from transactional.catalog.services.write_costs import NewStandardCost
from transactional.checks import check_tenant
from transactional.finance.errors import CancellationFinal, DocumentCancelled, DocumentInUse
from transactional.inventory.errors import StockNotAvailable
from transactional.inventory.models import CostLayer
from transactional.inventory.services.change_standard_costs import change_standard_costs
from transactional.kernel.errors import Invalid
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.models import JournalEntry
from transactional.purchase.errors import GoodsUsed, RejectionFinal
from transactional.purchase.landed_cost_models import CostBasis, LandedCost, LandedCostLine
from transactional.purchase.models import PurchaseOrder, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.queries import order_progress
from transactional.purchase.services.cancel_invoices import cancel_invoices
from transactional.purchase.services.cancel_landed_costs import cancel_landed_costs
from transactional.purchase.services.cancel_orders import cancel_orders
from transactional.purchase.services.cancel_receipts import cancel_receipts
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.return_to_supplier import return_to_supplier
from transactional.purchase.services.share_landed_costs import share_landed_costs
from transactional.purchase.specs import (
    NewLandedCost,
    NewReceipt,
    NewReceiptLine,
    NewSupplierCredit,
    NewSupplierReturn,
    NewSupplierReturnLine,
)
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.specs import NewDelivery

D = Decimal
TUESDAY = MONDAY + timedelta(days=1)
pytestmark = [pytest.mark.feature("FIN-04"), pytest.mark.feature("3.6.6")]


def _receipt_of(session: Session, receipt_line_id: UUID) -> PurchaseReceipt:
    [line] = read_by_id(session, PurchaseReceiptLine, [receipt_line_id]).values()
    return read_by_id(session, PurchaseReceipt, [line.receipt_id])[line.receipt_id]


@pytest.mark.parametrize("method", ["moving_average", "fifo"])
def test_goods_leave_at_what_they_came_in_for(session: Session, shop: Shop, method: str) -> None:
    """Six were there at 20.00; ten come in at 50.00 by mistake, and are taken back whole."""
    lamp = make_item(session, shop, "LAMP", costing_method=method)
    stock_up(session, shop, lamp, "6", "20")
    before = on_hand(session, lamp)
    order = ordered(session, shop, lamp)
    receipt = _receipt_of(session, received(session, order))
    assert (balance(session, "2110"), balance(session, "1300")) == (D(-500), D(620))
    [cancelled] = cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    assert (cancelled.state, on_hand(session, lamp)) == ("cancelled", before)
    assert [balance(session, code) for code in ("2110", "1300", "5000", "5100")] == [D(0), D(120), D(0), D(0)]
    [mirror] = read(session, select(PurchaseReceipt).where(PurchaseReceipt.reverses_id == receipt.id))
    [line] = read(session, select(PurchaseReceiptLine).where(PurchaseReceiptLine.receipt_id == mirror.id))
    entries = {row.id: row for row in read(session, select(JournalEntry))}
    assert mirror.journal_entry_id
    assert entries[mirror.journal_entry_id].reverses_id == receipt.journal_entry_id
    assert (mirror.received_on, line.accepted_qty, line.value_amount) == (TUESDAY, D(-10), D(-500))
    assert order_progress(session, [order.id])[order.id].lines[0].open_qty == D(10)
    assert check_tenant(session) == []
    again = received(session, order)
    billed(session, order)
    assert (again != line.id, balance(session, "2110"), check_tenant(session)) == (True, D(0), [])


def test_an_order_whose_receipt_is_taken_back_can_be_cancelled(session: Session, shop: Shop) -> None:
    order = ordered(session, shop, make_item(session, shop, "LAMP"))
    receipt = _receipt_of(session, received(session, order))
    cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    assert cancel_orders(session, [order.id], at=NOW)[0].state == "cancelled"


def test_what_was_rejected_goes_with_its_receipt(session: Session, shop: Shop) -> None:
    order = ordered(session, shop, make_item(session, shop, "LAMP"))
    line = NewReceiptLine(line_of(session, order.id), D(10), rejected_qty=D(3), reject_reason="bent")
    [receipt] = receive_orders(session, [NewReceipt(order.id, MONDAY, [line])], at=NOW)
    cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    rows = read(session, select(PurchaseReceipt).order_by(PurchaseReceipt.id))
    assert {row.state for row in rows} == {"cancelled"}
    assert [row.kind for row in rows if row.reverses_id] == ["receipt", "return"]
    assert (balance(session, "2110"), check_tenant(session)) == (D(0), [])


def test_goods_that_are_gone_are_named(session: Session, shop: Shop) -> None:
    """Of a FIFO layer four were sold: others of the item on hand are not those of the receipt."""
    lamp, desk = make_item(session, shop, "LAMP", costing_method="fifo"), make_item(session, shop, "DESK")
    order, other = ordered(session, shop, lamp), ordered(session, shop, desk)
    receipt, second = _receipt_of(session, received(session, order)), _receipt_of(session, received(session, other))
    stock_up(session, shop, lamp, "10", "20")
    for item_id in (lamp, desk):
        sold = confirmed(session, shop, item_id, "4")
        deliver_orders(session, [NewDelivery(sold.id, MONDAY)], at=NOW)
    with pytest.raises(GoodsUsed, match=f"Of 10.* LAMP of receipt {receipt.number} 6"):
        cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    with pytest.raises(StockNotAvailable, match="DESK"):
        cancel_receipts(session, [second.id], on=TUESDAY, at=NOW)


def test_what_rests_on_a_receipt_is_taken_back_first(session: Session, shop: Shop) -> None:
    order = ordered(session, shop, make_item(session, shop, "LAMP"))
    line_id = received(session, order)
    receipt = _receipt_of(session, line_id)
    bill = billed(session, order)
    with pytest.raises(DocumentInUse, match=f"{bill.number} rest on {receipt.number}"):
        cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    cancel_invoices(session, [bill.id], on=TUESDAY, at=NOW)
    with pytest.raises(Invalid) as refused:
        cancel_receipts(session, [receipt.id], on=MONDAY - timedelta(days=1), at=NOW)
    assert [each.code for each in refused.value.problems] == ["too_early"]
    cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    with pytest.raises(DocumentCancelled, match=receipt.number):
        cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    [mirror] = read(session, select(PurchaseReceipt).where(PurchaseReceipt.reverses_id == receipt.id))
    with pytest.raises(CancellationFinal, match=mirror.number):
        cancel_receipts(session, [mirror.id], on=TUESDAY, at=NOW)
    assert check_tenant(session) == []


def test_returns_and_landed_costs_rest_on_a_receipt(session: Session, shop: Shop) -> None:
    order = ordered(session, shop, make_item(session, shop, "LAMP"))
    line_id = received(session, order)
    receipt = _receipt_of(session, line_id)
    back = NewSupplierReturn(order.id, MONDAY, [NewSupplierReturnLine(line_id, D(2))])
    [note] = return_to_supplier(session, [back], at=NOW)
    freight = NewLandedCost([receipt.id], MONDAY, D(16), CostBasis.QUANTITY)
    [cost] = share_landed_costs(session, [freight], at=NOW)
    with pytest.raises(DocumentInUse, match=f"{cost.number}, {note.number}"):
        cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    cancel_landed_costs(session, [cost.id], on=TUESDAY, at=NOW)
    with pytest.raises(DocumentInUse, match=f"^{note.number} rest on"):
        cancel_receipts(session, [receipt.id], on=TUESDAY, at=NOW)
    assert check_tenant(session) == []


@pytest.mark.feature("FIN-32")
@pytest.mark.parametrize("method", ["moving_average", "fifo"])
def test_a_landed_cost_is_taken_back_from_where_the_goods_are_now(session: Session, shop: Shop, method: str) -> None:
    """Ten at 50.00 with freight of 20.00, four of them sold before and two after: nothing of it stays anywhere."""
    lamp = make_item(session, shop, "LAMP", costing_method=method)
    order = ordered(session, shop, lamp)
    receipt = _receipt_of(session, received(session, order))
    first, second = confirmed(session, shop, lamp, "4"), confirmed(session, shop, lamp, "2")
    deliver_orders(session, [NewDelivery(first.id, MONDAY)], at=NOW)
    [cost] = share_landed_costs(session, [NewLandedCost([receipt.id], MONDAY, D(20), CostBasis.VALUE)], at=NOW)
    assert [balance(session, code) for code in ("1300", "5000")] == [D(312), D(208)]
    deliver_orders(session, [NewDelivery(second.id, TUESDAY)], at=NOW)
    clearing = -sum(balance(session, code) for code in ("1300", "5000", "2110"))
    with pytest.raises(Invalid) as refused:
        cancel_landed_costs(session, [cost.id], on=MONDAY - timedelta(days=1), at=NOW)
    assert [each.code for each in refused.value.problems] == ["too_early"]
    [cancelled] = cancel_landed_costs(session, [cost.id], on=TUESDAY, at=NOW)
    assert (cancelled.state, clearing) == ("cancelled", D(-20))
    assert [balance(session, code) for code in ("1300", "5000", "2110")] == [D(200), D(300), D(-500)]
    [mirror] = read(session, select(LandedCost).where(LandedCost.reverses_id == cost.id))
    [line] = read(session, select(LandedCostLine).where(LandedCostLine.landed_cost_id == mirror.id))
    assert (mirror.amount, line.amount, line.inventory_amount, line.expense_amount) == (D(-20), D(-20), D(-8), D(-12))
    with pytest.raises(DocumentCancelled, match=cost.number):
        cancel_landed_costs(session, [cost.id], on=TUESDAY, at=NOW)
    with pytest.raises(CancellationFinal, match=mirror.number):
        cancel_landed_costs(session, [mirror.id], on=TUESDAY, at=NOW)
    assert check_tenant(session) == []


@pytest.mark.parametrize(("method", "standard"), [("moving_average", None), ("fifo", None), ("standard", "48")])
def test_a_return_to_the_supplier_is_taken_back(
    session: Session, shop: Shop, method: str, standard: str | None
) -> None:
    """Ten at 50.00 with freight of 16.00, four at 61.00 on another receipt; three go back by mistake."""
    lamp = make_item(session, shop, "LAMP", costing_method=method)
    if standard:
        new = NewStandardCost(lamp, shop.company_id, D(standard), MONDAY - timedelta(days=9))
        change_standard_costs(session, [new], at=NOW)
    stock_up(session, shop, lamp, "4", "61")
    order = ordered(session, shop, lamp)
    line_id = received(session, order)
    receipt = _receipt_of(session, line_id)
    share_landed_costs(session, [NewLandedCost([receipt.id], MONDAY, D(16), CostBasis.QUANTITY)], at=NOW)
    before = _standing(session, lamp), order_progress(session, [order.id])[order.id]
    [note] = _send_back(session, order, line_id, "3")
    assert _standing(session, lamp) != before[0]
    [cancelled] = cancel_receipts(session, [note.id], on=TUESDAY, at=NOW)
    assert (cancelled.id, cancelled.state) == (note.id, "cancelled")
    assert (_standing(session, lamp), order_progress(session, [order.id])[order.id]) == before
    [mirror] = read(session, select(PurchaseReceipt).where(PurchaseReceipt.reverses_id == note.id))
    assert (mirror.kind, mirror.number[:3], mirror.received_on) == ("return", note.number[:3], TUESDAY)
    with pytest.raises(DocumentCancelled, match=note.number):
        cancel_receipts(session, [note.id], on=TUESDAY, at=NOW)
    with pytest.raises(CancellationFinal, match=mirror.number):
        cancel_receipts(session, [mirror.id], on=TUESDAY, at=NOW)
    assert check_tenant(session) == []
    # All ten can go back now, as if three never had.
    _send_back(session, order, line_id, "10", on=TUESDAY)
    assert (on_hand(session, lamp)[0], balance(session, "2110"), check_tenant(session)) == (D(4), D(0), [])


def test_a_return_that_was_credited_waits_for_its_credit_note(session: Session, shop: Shop) -> None:
    order = ordered(session, shop, make_item(session, shop, "LAMP"))
    line_id = received(session, order)
    billed(session, order)
    [note] = _send_back(session, order, line_id, "2")
    [credit] = credit_returns(session, [NewSupplierCredit(order.id, "G-1", MONDAY)], at=NOW)
    assert credit.number
    with pytest.raises(DocumentInUse, match=f"{credit.number} rest on {note.number}"):
        cancel_receipts(session, [note.id], on=TUESDAY, at=NOW)
    cancel_invoices(session, [credit.id], on=TUESDAY, at=NOW)
    cancel_receipts(session, [note.id], on=TUESDAY, at=NOW)
    assert (balance(session, "2110"), balance(session, "1300"), check_tenant(session)) == (D(0), D(500), [])


def test_a_rejection_on_arrival_is_cancelled_with_its_receipt_alone(session: Session, shop: Shop) -> None:
    order = ordered(session, shop, make_item(session, shop, "LAMP"))
    line = NewReceiptLine(line_of(session, order.id), D(10), rejected_qty=D(3), reject_reason="bent")
    [receipt] = receive_orders(session, [NewReceipt(order.id, MONDAY, [line])], at=NOW)
    [back] = read(session, select(PurchaseReceipt).where(PurchaseReceipt.kind == "return"))
    with pytest.raises(RejectionFinal, match=f"{back.number} .*{receipt.number}"):
        cancel_receipts(session, [back.id], on=TUESDAY, at=NOW)
    cancel_receipts(session, [receipt.id, back.id], on=TUESDAY, at=NOW)
    assert {row.state for row in read(session, select(PurchaseReceipt))} == {"cancelled"}


def _send_back(
    session: Session, order: PurchaseOrder, line_id: UUID, qty: str, on: date = MONDAY
) -> list[PurchaseReceipt]:
    back = NewSupplierReturn(order.id, on, [NewSupplierReturnLine(line_id, D(qty))])
    return return_to_supplier(session, [back], at=NOW)


def _standing(session: Session, item_id: UUID) -> dict[str, object]:
    """Stock, its layers, and every account that a return touches."""
    rows = read(session, select(CostLayer).where(CostLayer.item_id == item_id).order_by(CostLayer.sequence))
    layers = [(row.remaining_qty, row.remaining_amount) for row in rows]
    codes = ("1300", "2100", "2110", "5000", "5100")
    return {"there": on_hand(session, item_id), "layers": layers, **{code: balance(session, code) for code in codes}}
