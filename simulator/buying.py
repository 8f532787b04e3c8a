"""The buying side: orders to suppliers, what arrives and what is rejected, their invoices, and what we pay."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import select

from simulator.projects import project_of
from simulator.stock import Place
from simulator.trade import Trade, evening, purchase_price
from transactional.finance.models import Invoice, InvoiceKind, PaymentKind
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, InvoiceDraft, InvoiceDraftLine, NewPayment
from transactional.kernel.arrays import any_of
from transactional.kernel.money import round_amount
from transactional.kernel.rows import read
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine
from transactional.purchase.services.confirm_orders import confirm_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.services.invoice_orders import invoice_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewReceiptLine,
    NewSupplierInvoice,
)

TERM_DAYS = 30
OVERHEADS = (
    # account, supplier by position, euro a month at full size, cost centre
    ("6200", 0, Decimal(9_800), "LOGISTICS"),
    ("6210", 1, Decimal(2_150), "LOGISTICS"),
    ("6100", 2, Decimal(48_000), "SALES"),
    ("6110", 2, Decimal(9_900), "SALES"),
    ("6300", 3, Decimal(6_400), "SALES"),
    ("6240", 3, Decimal(1_900), "FINANCE"),
)


@dataclass(slots=True)
class Awaited:
    """An order line that a supplier owes."""

    order_line_id: UUID
    place: Place
    qty: int


@dataclass(slots=True)
class Incoming:
    """An order on its way: when it will come."""

    order_id: UUID
    supplier: int
    arrives_on: date
    lines: list[Awaited]


@dataclass(slots=True)
class Payable:
    """A supplier's invoice to be paid on a day."""

    invoice_id: UUID
    supplier: int
    amount: Decimal
    pays_on: date


@dataclass(slots=True)
class Buying:
    """Everything about suppliers, in step with the selling side's weeks."""

    trade: Trade
    first: date
    size: Decimal
    incoming: list[Incoming] = field(default_factory=list)
    payables: list[Payable] = field(default_factory=list)
    bills: int = 0

    def run_week(self, week: date, *, until: date) -> None:
        """Goods arrive at the end of the week, are billed, and what runs low is ordered; due bills are paid."""
        self._receive(week, until)
        self._pay(week, until)
        self._order(week)
        if week.day <= 7:
            self._bill_overheads(week)

    def _receive(self, week: date, until: date) -> None:
        end = week + timedelta(days=6)
        arrived = [order for order in self.incoming if order.arrives_on <= end and week + timedelta(days=3) <= until]
        self.incoming = [order for order in self.incoming if order not in arrived]
        if not arrived:
            return
        asked = [
            self._receipt(order, min(week + timedelta(days=self._chance.randrange(3, 6)), until)) for order in arrived
        ]
        receive_orders(self.trade.session, asked, at=evening(week))
        self.trade.ledger.counts["purchase receipts"] += len(asked)
        self._invoice(arrived, asked, until)

    def _receipt(self, order: Incoming, received_on: date) -> NewReceipt:
        reject_share = self.trade.plans.suppliers[order.supplier].reject_share
        lines = []
        for line in order.lines:
            rejected = (
                round(line.qty * self._chance.uniform(0.2, 0.6)) if self._chance.random() < reject_share * 3 else 0
            )
            lines.append(
                NewReceiptLine(
                    order_line_id=line.order_line_id,
                    arrived_qty=Decimal(line.qty),
                    accepted_qty=Decimal(line.qty - rejected),
                    rejected_qty=Decimal(rejected),
                    reject_reason="Below specification" if rejected else None,
                )
            )
            self.trade.room.arrive(line.place, line.qty - rejected, line.qty)
        return NewReceipt(order_id=order.order_id, received_on=received_on, lines=lines)

    def _invoice(self, orders: Sequence[Incoming], receipts: Sequence[NewReceipt], until: date) -> None:
        accepted = {
            receipt.order_id: sum((line.accepted_qty or Decimal(0) for line in receipt.lines or ()), Decimal(0))
            for receipt in receipts
        }
        billed = [
            (order, min(receipt.received_on + timedelta(days=1), until))
            for order, receipt in zip(orders, receipts, strict=True)
            if accepted[order.order_id]
        ]
        posted = invoice_orders(
            self.trade.session,
            [
                NewSupplierInvoice(
                    order_id=order.order_id, external_number=self._bill_number(order.supplier), invoiced_on=day
                )
                for order, day in billed
            ],
            at=evening(max(day for _, day in billed)),
        )
        self.trade.ledger.counts["supplier invoices"] += len(posted)
        for invoice, (order, day) in zip(posted, billed, strict=True):
            self._owe(invoice, order.supplier, day)

    def _owe(self, invoice: Invoice, supplier: int, day: date) -> None:
        pays_on = day + timedelta(days=TERM_DAYS + self._chance.randrange(-3, 5))
        self.payables.append(Payable(invoice.id, supplier, invoice.total_amount, pays_on))

    def _bill_number(self, supplier: int) -> str:
        self.bills += 1
        return f"{self.trade.plans.suppliers[supplier].code}-{20_000 + self.bills}"

    def _pay(self, week: date, until: date) -> None:
        end = min(week + timedelta(days=7), until + timedelta(days=1))
        due = [item for item in self.payables if item.pays_on < end]
        self.payables = [item for item in self.payables if item.pays_on >= end]
        by_supplier: defaultdict[int, list[Payable]] = defaultdict(list)
        for item in due:
            by_supplier[item.supplier].append(item)
        payments = [self._payment(supplier, items, week) for supplier, items in sorted(by_supplier.items())]
        if payments:
            register_payments(self.trade.session, payments, at=evening(week))
            self.trade.ledger.counts["supplier payments"] += len(payments)

    def _payment(self, supplier: int, items: Sequence[Payable], week: date) -> NewPayment:
        return NewPayment(
            company_id=self.trade.cast.company_id,
            kind=PaymentKind.DISBURSEMENT,
            party_id=self.trade.cast.supplier_ids[supplier],
            paid_on=week,
            amount=sum((item.amount for item in items), Decimal(0)),
            currency_code="EUR",
            bank_account_id=self.trade.cast.bank_account_ids["EUR"],
            bank_reference=f"OUT-{week:%y%m%d}-{supplier:03d}",
            allocations=[Allocation(invoice_id=item.invoice_id, amount=item.amount) for item in items],
        )

    def _order(self, week: date) -> None:
        wanted: defaultdict[tuple[int, int], list[tuple[Place, int]]] = defaultdict(list)
        for place, qty in self.trade.room.to_order().items():
            wanted[self.trade.plans.items[place[1]].supplier, place[0]].append((place, qty))
        if not wanted:
            return
        asked = [
            self._purchase_order(supplier, warehouse, lines, week) for (supplier, warehouse), lines in wanted.items()
        ]
        made = create_orders(self.trade.session, asked, at=evening(week))
        confirm_orders(self.trade.session, [order.id for order in made], at=evening(week))
        self.trade.ledger.counts["purchase orders"] += len(made)
        self._await(made, list(wanted.items()))

    def _purchase_order(
        self, supplier: int, warehouse: int, lines: Sequence[tuple[Place, int]], week: date
    ) -> NewPurchaseOrder:
        cast, plans = self.trade.cast, self.trade.plans
        return NewPurchaseOrder(
            company_id=cast.company_id,
            supplier_id=cast.supplier_ids[supplier],
            ordered_on=week,
            warehouse_id=cast.warehouse_ids[warehouse],
            promised_on=week + timedelta(days=max(plans.items[item].lead_time_days for (_, item), _ in lines)),
            buyer_id=cast.buyer_ids[plans.suppliers[supplier].buyer],
            lines=[
                NewPurchaseLine(
                    item_id=cast.item_ids[item],
                    qty=Decimal(qty),
                    unit_price=purchase_price(plans, item, week, self.first),
                )
                for (_, item), qty in lines
            ],
        )

    def _await(
        self, made: Sequence[PurchaseOrder], wanted: Sequence[tuple[tuple[int, int], list[tuple[Place, int]]]]
    ) -> None:
        statement = select(PurchaseOrderLine).where(any_of(PurchaseOrderLine.order_id, [order.id for order in made]))
        lines = defaultdict(list)
        for line in read(
            self.trade.session, statement.order_by(PurchaseOrderLine.order_id, PurchaseOrderLine.line_number)
        ):
            lines[line.order_id].append(line)
        for order, ((supplier, _), asked) in zip(made, wanted, strict=True):
            late = self._chance.random() < self.trade.plans.suppliers[supplier].late_share
            delay = self._chance.randrange(3, 15) if late else self._chance.randrange(-3, 1)
            promised = order.promised_on or order.ordered_on
            awaited = [Awaited(line.id, place, qty) for line, (place, qty) in zip(lines[order.id], asked, strict=True)]
            self.incoming.append(Incoming(order.id, supplier, promised + timedelta(days=delay), awaited))

    def _bill_overheads(self, week: date) -> None:
        """Rent, energy, payroll, marketing and advice: billed by service suppliers in the month's first week."""
        rise = Decimal("1.03") ** (week.year - self.first.year)
        cast = self.trade.cast
        drafts = [
            InvoiceDraft(
                company_id=cast.company_id,
                kind=InvoiceKind.PURCHASE_INVOICE,
                party_id=cast.supplier_ids[supplier],
                invoiced_on=week,
                currency_code="EUR",
                external_number=f"OV-{account}-{week:%Y%m}",
                lines=[
                    InvoiceDraftLine(
                        qty=Decimal(1),
                        unit_price=amount,
                        net_amount=amount,
                        account_id=cast.account_ids[account],
                        description=f"{week:%B %Y}",
                        cost_centre_id=cast.cost_centre_ids[centre],
                        project_id=project_of(cast.projects, week, account=account),
                    )
                ],
            )
            for account, supplier, full, centre in OVERHEADS
            if (amount := round_amount(full * rise * self.size))
        ]
        for invoice, (_, supplier, _, _) in zip(
            post_invoices(self.trade.session, drafts, at=evening(week)), OVERHEADS, strict=True
        ):
            self._owe(invoice, supplier, week)
        self.trade.ledger.counts["overhead invoices"] += len(drafts)

    @property
    def _chance(self) -> Random:
        return self.trade.random
