"""Whatever is bought, sold, returned, paid and undone, in any order and currency: the books hold."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Select, select

from tests.factories.documents import MONDAY, NOW, Shop, add_rate, make_customer, make_item, make_shop, make_supplier
from transactional.checks import check_tenant
from transactional.finance.models import Invoice, InvoiceKind, Payment, PaymentKind, Settlement
from transactional.finance.postings import SALES_KINDS
from transactional.finance.queries import open_items
from transactional.finance.services.cancel_payments import cancel_payments
from transactional.finance.services.register_payments import register_payments
from transactional.finance.services.release_invoices import release_invoices
from transactional.finance.services.settle import settle
from transactional.finance.services.undo_settlements import undo_settlements
from transactional.finance.specs import Allocation, NewPayment, NewSettlement
from transactional.kernel.errors import DomainError
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database, Session
from transactional.purchase.landed_cost_models import CostBasis, LandedCost
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.services import cancel_invoices as purchase_cancel
from transactional.purchase.services import confirm_orders as purchase_confirm
from transactional.purchase.services import create_orders as purchase_create
from transactional.purchase.services import invoice_orders as purchase_invoice
from transactional.purchase.services.cancel_landed_costs import cancel_landed_costs
from transactional.purchase.services.cancel_receipts import cancel_receipts
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.return_to_supplier import return_to_supplier
from transactional.purchase.services.share_landed_costs import share_landed_costs
from transactional.purchase.specs import (
    NewLandedCost,
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewReceiptLine,
    NewSupplierCredit,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
    NewSupplierReturn,
    NewSupplierReturnLine,
)
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine
from transactional.sales.services import cancel_invoices as sales_cancel
from transactional.sales.services.approve_returns import approve_returns
from transactional.sales.services.cancel_deliveries import cancel_deliveries
from transactional.sales.services.cancel_orders import cancel_orders
from transactional.sales.services.change_orders import change_orders
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import (
    LineChange,
    NewDelivery,
    NewDeliveryLine,
    NewInvoice,
    NewOrder,
    NewOrderLine,
    NewReturnLine,
    NewReturnReceipt,
    NewReturnRequest,
    OrderChange,
)

D = Decimal
STEPS = 100


class Trader:
    """Does one thing after the other, chosen by a seed; the day moves on and sometimes back."""

    def __init__(self, shop: Shop, items: Sequence[UUID], parties: dict[str, list[UUID]], seed: int) -> None:
        self.shop, self.items, self.parties = shop, items, parties
        self.random = Random(seed)  # noqa: S311 a seed that repeats is the point
        self.clock = MONDAY

    def day(self) -> date:
        """A day that mostly moves on."""
        self.clock += timedelta(days=self.random.choice([0, 0, 1, 2]))
        return self.clock - timedelta(days=self.random.choice([0, 0, 0, 5]))

    def qty(self, most: int = 12) -> Decimal:
        """A whole quantity."""
        return D(self.random.randint(1, most))

    def money(self, most: int) -> Decimal:
        """An amount with cents."""
        return D(self.random.randint(1, most * 100)) / 100

    def one_of(self, session: Session, column: object) -> UUID:
        """Any id of a kind; a missing one is refused by whoever asks for it."""
        statement = column if isinstance(column, Select) else select(column)  # type: ignore[call-overload]
        ids: list[UUID] = sorted(session.scalars(statement).all(), key=str)
        return self.random.choice(ids or [self.shop.company_id])

    def buy(self, session: Session) -> None:
        lines = [NewPurchaseLine(i, self.qty(40), unit_price=self.money(90)) for i in self.random.sample(self.items, 2)]
        supplier_id = self.random.choice(self.parties["suppliers"])
        new = NewPurchaseOrder(self.shop.company_id, supplier_id, self.day(), lines)
        made = purchase_create.create_orders(session, [new], at=NOW)
        purchase_confirm.confirm_orders(session, [made[0].id], at=NOW)
        if self.random.random() < 0.3:
            self._pay(session, supplier_id, PaymentKind.DISBURSEMENT, made[0].id)

    def receive(self, session: Session) -> None:
        order_id = self.one_of(session, PurchaseOrder.id)
        lines = None
        if self.random.random() < 0.6:
            ids = session.scalars(select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == order_id)).all()
            lines = [NewReceiptLine(key, self.qty(9) + 1, rejected_qty=D(self.random.choice([0, 1]))) for key in ids]
        receive_orders(session, [NewReceipt(order_id, self.day(), lines)], at=NOW)

    def bill(self, session: Session) -> None:
        order_id = self.one_of(session, PurchaseOrder.id)
        lines = None
        if self.random.random() < 0.5:
            ids = session.scalars(select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == order_id)).all()
            lines = [NewSupplierInvoiceLine(key, self.qty(), unit_price=self.money(90)) for key in ids]
        new = NewSupplierInvoice(order_id, f"R-{self.random.random()}", self.day(), lines)
        [posted] = purchase_invoice.invoice_orders(session, [new], at=NOW)
        release_invoices(session, [posted.id], reason="agreed", at=NOW)

    def send_back(self, session: Session) -> None:
        line = self.random.choice(read(session, select(PurchaseReceiptLine).order_by(PurchaseReceiptLine.id)))
        back = NewSupplierReturn(line.order_id, self.day(), [NewSupplierReturnLine(line.id, self.qty(5))])
        return_to_supplier(session, [back], at=NOW)

    def be_credited(self, session: Session) -> None:
        order_id = self.one_of(session, PurchaseOrder.id)
        credit_returns(session, [NewSupplierCredit(order_id, f"G-{self.random.random()}", self.day())], at=NOW)

    def sell(self, session: Session) -> None:
        lines = [NewOrderLine(i, self.qty(), discount_share=D("0.033")) for i in self.random.sample(self.items, 2)]
        customer_id = self.random.choice(self.parties["customers"])
        new = NewOrder(self.shop.company_id, customer_id, self.day(), lines, freight_amount=self.money(9))
        [made] = create_orders(session, [new], at=NOW)
        confirm_orders(session, [made.id], at=NOW)
        if self.random.random() < 0.3:
            self._pay(session, customer_id, PaymentKind.RECEIPT, made.id)

    def change(self, session: Session) -> None:
        line = self.random.choice(read(session, select(SalesOrderLine).order_by(SalesOrderLine.id)))
        qty = D(self.random.choice([0, 1, 5, 15]))
        change_orders(session, [OrderChange(line.order_id, [LineChange(qty, order_line_id=line.id)])], at=NOW)

    def cancel(self, session: Session) -> None:
        cancel_orders(session, [self.one_of(session, SalesOrder.id)], at=NOW)

    def deliver(self, session: Session) -> None:
        line = self.random.choice(read(session, select(SalesOrderLine).order_by(SalesOrderLine.id)))
        part = [NewDeliveryLine(line.id, self.qty(4))]
        lines = self.random.choice([None, part])
        deliver_orders(session, [NewDelivery(line.order_id, self.day(), lines)], at=NOW)

    def invoice(self, session: Session) -> None:
        order_id = self.one_of(session, SalesOrder.id)
        in_full = self.random.random() < 0.1
        invoice_orders(session, [NewInvoice(order_id, self.day(), in_full=in_full)], at=NOW)

    def take_back(self, session: Session) -> None:
        line = self.random.choice(read(session, select(DeliveryLine).order_by(DeliveryLine.id)))
        on = self.day()
        asked = NewReturnRequest(line.order_id, on, "no", [NewReturnLine(line.id, self.qty(3))])
        [request] = request_returns(session, [asked], at=NOW)
        approve_returns(session, [request.id], expected_on=on, at=NOW)
        receive_returns(session, [NewReturnReceipt(request.id, on)], at=NOW)

    def pay(self, session: Session) -> None:
        invoice = self._open_invoice(session)
        left = open_items(session, [invoice.id])[0].open_amount
        amount = self.random.choice([left, (left / 3).quantize(D("0.01"))])
        kind = PaymentKind.RECEIPT if invoice.kind == InvoiceKind.SALES_INVOICE else PaymentKind.DISBURSEMENT
        rest = left - amount
        allocation = Allocation(invoice.id, amount, write_off_amount=min(rest, D("0.07")))
        paid_on = max(self.day(), invoice.invoiced_on)
        if invoice.currency_code == "EUR":
            self._pay(session, invoice.party_id, kind, None, amount=amount + 1, on=paid_on, allocations=[allocation])
        else:
            own = Allocation(
                invoice.id, amount, payment_amount=max((amount * D("0.83")).quantize(D("0.01")), D("0.01"))
            )
            self._pay(session, invoice.party_id, kind, None, amount=amount, on=paid_on, allocations=[own])

    def settle(self, session: Session) -> None:
        payment = self.random.choice(read(session, select(Payment).order_by(Payment.id)))
        invoice = self._open_invoice(session)
        on = max(self.day(), payment.paid_on, invoice.invoiced_on)
        settle(session, [NewSettlement(on, [Allocation(invoice.id, self.money(60))], payment_id=payment.id)], at=NOW)

    def offset(self, session: Session) -> None:
        notes = select(Invoice).where(Invoice.corrects_id.is_not(None)).order_by(Invoice.id)
        note = self.random.choice(read(session, notes))
        if note.corrects_id:
            allocation = Allocation(note.corrects_id, (note.total_amount / 2).quantize(D("0.01")))
            settle(session, [NewSettlement(self.day(), [allocation], credit_note_id=note.id)], at=NOW)

    def undo(self, session: Session) -> None:
        undo_settlements(session, [self.one_of(session, Settlement.id)], on=self.clock, at=NOW)

    def retract(self, session: Session) -> None:
        invoice = self.random.choice(read(session, select(Invoice).order_by(Invoice.id)))
        cancel = sales_cancel if invoice.kind in SALES_KINDS else purchase_cancel
        cancel.cancel_invoices(session, [invoice.id], on=self.clock, at=NOW)

    def come_back_not(self, session: Session) -> None:
        returns = select(Delivery.id).where(Delivery.kind == "return")
        cancel_deliveries(session, [self.one_of(session, returns)], on=self.clock, at=NOW)

    def keep(self, session: Session) -> None:
        returns = select(PurchaseReceipt.id).where(PurchaseReceipt.kind == "return")
        cancel_receipts(session, [self.one_of(session, returns)], on=self.clock, at=NOW)

    def recall(self, session: Session) -> None:
        cancel_deliveries(session, [self.one_of(session, Delivery.id)], on=self.clock, at=NOW)

    def ship(self, session: Session) -> None:
        receipt_id = self.one_of(session, PurchaseReceipt.id)
        cost = NewLandedCost([receipt_id], self.clock, self.money(40), CostBasis.QUANTITY)
        share_landed_costs(session, [cost], at=NOW)

    def unship(self, session: Session) -> None:
        cancel_landed_costs(session, [self.one_of(session, LandedCost.id)], on=self.clock, at=NOW)

    def unload(self, session: Session) -> None:
        cancel_receipts(session, [self.one_of(session, PurchaseReceipt.id)], on=self.clock, at=NOW)

    def refund(self, session: Session) -> None:
        cancel_payments(session, [self.one_of(session, Payment.id)], on=self.clock, at=NOW)

    def _open_invoice(self, session: Session) -> Invoice:
        kinds = [InvoiceKind.SALES_INVOICE.value, InvoiceKind.PURCHASE_INVOICE.value]
        return self.random.choice(read(session, select(Invoice).where(Invoice.kind.in_(kinds)).order_by(Invoice.id)))

    def _pay(
        self,
        session: Session,
        party_id: UUID,
        kind: PaymentKind,
        order_id: UUID | None,
        *,
        amount: Decimal | None = None,
        on: date | None = None,
        allocations: Sequence[Allocation] = (),
    ) -> None:
        new = NewPayment(
            self.shop.company_id,
            kind,
            party_id,
            on or self.clock,
            amount or self.money(300),
            charge_amount=D("0.5"),
            allocations=allocations,
            origin_id=order_id,
        )
        register_payments(session, [new], at=NOW)


def actions(trader: Trader) -> list[Callable[[Session], None]]:
    """What a trader may do, the frequent more than once."""
    often = [trader.buy, trader.receive, trader.receive, trader.sell, trader.deliver, trader.deliver, trader.invoice]
    rare = [trader.bill, trader.send_back, trader.be_credited, trader.change, trader.cancel, trader.take_back]
    money = [trader.pay, trader.pay, trader.settle, trader.offset, trader.undo]
    back = [
        trader.refund,
        trader.retract,
        trader.retract,
        trader.recall,
        trader.recall,
        trader.come_back_not,
        trader.keep,
        trader.unload,
        trader.unload,
        trader.ship,
        trader.unship,
    ]
    return [*often, *often, *rare, trader.bill, trader.take_back, trader.send_back, *money, *back]


@pytest.mark.feature("3.4.14")
@pytest.mark.feature("FIN-15")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_hold_after_any_sequence_of_documents(database: Database, principal: Principal, seed: int) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session, rounds_tax_per_line=seed != 2, years=(2025, 2026, 2027))
        methods = ("moving_average", "fifo", "moving_average", "fifo")
        items = [make_item(session, shop, f"I{n}", price="33.33", costing_method=m) for n, m in enumerate(methods)]
        parties = {
            "customers": [shop.customer_id, make_customer(session, "US", currency_code="USD")],
            "suppliers": [shop.supplier_id, make_supplier(session, "CN", currency_code="USD")],
        }
        for week in range(60):
            add_rate(session, "USD", "EUR", date(2026, 3, 1) + timedelta(days=7 * week), f"0.{80 + week % 9}")
    trader = Trader(shop, items, parties, seed)
    possible = actions(trader)
    done: set[str] = set()
    for step in range(STEPS):
        act = possible[step % 7] if step < 14 else trader.random.choice(possible)
        try:
            with database.transaction(principal) as session:
                act(session)
            done.add(act.__name__)
        except (DomainError, IndexError):
            # A refusal leaves nothing behind; an empty choice means that there is nothing to do it to yet.
            continue
    with database.transaction(principal) as session:
        assert check_tenant(session) == []
    assert len(done) > len(set(possible)) // 2
