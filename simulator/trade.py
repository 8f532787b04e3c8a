"""Two years of trade, week by week, through the services: what was promised is delivered, invoiced, paid, returned.

Within a week goods leave on Monday to Wednesday and arrive on Thursday to Saturday, so that nothing is backdated by
accident. Each step is one call of one verb for the whole week.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import select

from simulator.company import PRICE_RISE, Cast, Plans
from simulator.demand import WantedOrder
from simulator.projects import project_of
from simulator.stock import Place, StockRoom, cost_of, opening_stock
from transactional.finance.models import Installment, Invoice, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, NewPayment
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.money import round_amount
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine
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

PROMISED_DAYS = 9
RETURN_SHARE = 0.025
RETURN_REASONS = ("Does not fit", "Damaged in transport", "Wrong colour", "Not as described")
HELD_BACK_SHARE = 0.04


@dataclass(slots=True)
class OpenLine:
    """Pieces of an order line that wait for delivery."""

    order_line_id: UUID
    place: Place
    qty: int
    promised: int


@dataclass(slots=True)
class Receivable:
    """An invoice to be paid on a day."""

    invoice_id: UUID
    customer: int
    amount: Decimal
    pays_on: date


@dataclass(slots=True)
class Ledger:
    """What the simulator remembers between weeks."""

    waiting: dict[UUID, list[OpenLine]] = field(default_factory=dict)
    customer_of: dict[UUID, int] = field(default_factory=dict)
    receivables: list[Receivable] = field(default_factory=list)
    delivered: list[tuple[UUID, date]] = field(default_factory=list)
    counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class Trade:
    """The selling side of the demo company."""

    session: Session
    cast: Cast
    plans: Plans
    room: StockRoom
    random: Random
    ledger: Ledger = field(default_factory=Ledger)

    def run_week(self, week: date, wanted: Sequence[WantedOrder], *, until: date) -> None:
        """Everything of one week, in the order in which it would happen."""
        self.deliver(week, until)
        self.collect(week, until)
        self.take_back(week, until)
        self.take_orders([order for order in wanted if order.ordered_on <= until], week)

    def take_orders(self, wanted: Sequence[WantedOrder], week: date) -> None:
        """A week's orders, confirmed on the spot."""
        if not wanted:
            return
        made = create_orders(self.session, [self._order(order) for order in wanted], at=evening(week))
        confirm_orders(self.session, [order.id for order in made], at=evening(week))
        self._remember(made, wanted)
        self.ledger.counts["sales orders"] += len(made)

    def _order(self, wanted: WantedOrder) -> NewOrder:
        abroad = self.plans.customers[wanted.customer].country == "US"
        return NewOrder(
            company_id=self.cast.company_id,
            customer_id=self.cast.customer_ids[wanted.customer],
            ordered_on=wanted.ordered_on,
            warehouse_id=self.cast.warehouse_ids[wanted.warehouse],
            promised_on=wanted.ordered_on + timedelta(days=PROMISED_DAYS),
            freight_amount=Decimal(25) if abroad else Decimal("6.90") if len(wanted.lines) < 3 else Decimal(0),
            channel="online" if self.random.random() < 0.4 else "field",
            project_id=project_of(self.cast.projects, wanted.ordered_on, customer=wanted.customer),
            lines=[
                NewOrderLine(
                    item_id=self.cast.item_ids[line.item],
                    qty=Decimal(line.qty),
                    discount_share=line.discount_share,
                )
                for line in wanted.lines
            ],
        )

    def _remember(self, made: Sequence[SalesOrder], wanted: Sequence[WantedOrder]) -> None:
        lines = defaultdict(list)
        statement = select(SalesOrderLine).where(any_of(SalesOrderLine.order_id, [order.id for order in made]))
        for line in read(self.session, statement.order_by(SalesOrderLine.order_id, SalesOrderLine.line_number)):
            lines[line.order_id].append(line)
        for order, want in zip(made, wanted, strict=True):
            self.ledger.customer_of[order.id] = want.customer
            self.ledger.waiting[order.id] = [
                self._open_line(line.id, (want.warehouse, asked.item), asked.qty)
                for line, asked in zip(lines[order.id], want.lines, strict=True)
            ]
        self.room.see_demand(((want.warehouse, line.item), line.qty) for want in wanted for line in want.lines)

    def _open_line(self, line_id: UUID, place: Place, qty: int) -> OpenLine:
        return OpenLine(line_id, place, qty, self.room.reserve(place, qty))

    def deliver(self, week: date, until: date) -> None:
        """What is on hand goes out, oldest order first; some orders are held back a week."""
        drafts = [
            NewDelivery(
                order_id=order_id,
                delivered_on=min(week + timedelta(days=self.random.randrange(3)), until),
                lines=lines,
            )
            for order_id, lines in self._picked()
        ]
        if not drafts:
            return
        posted = deliver_orders(self.session, drafts, at=evening(week))
        self.ledger.counts["deliveries"] += len(posted)
        self.ledger.delivered += [(note.id, note.delivered_on) for note in posted]
        self._invoice(posted, until)

    def _picked(self) -> Iterator[tuple[UUID, list[NewDeliveryLine]]]:
        for order_id, lines in list(self.ledger.waiting.items()):
            if self.random.random() < HELD_BACK_SHARE:
                continue
            picked = []
            for line in lines:
                taken = self.room.take(line.place, line.qty, line.promised)
                if taken:
                    line.qty -= taken
                    line.promised = max(0, line.promised - taken)
                    picked.append(NewDeliveryLine(order_line_id=line.order_line_id, qty=Decimal(taken)))
            rest = [line for line in lines if line.qty]
            if rest:
                self.ledger.waiting[order_id] = rest
            else:
                del self.ledger.waiting[order_id]
            if picked:
                yield order_id, picked

    def _invoice(self, notes: Sequence[Delivery], until: date) -> None:
        asked = [
            NewInvoice(
                order_id=note.order_id,
                invoiced_on=min(note.delivered_on + timedelta(days=1), until),
                delivery_ids=[note.id],
            )
            for note in notes
        ]
        posted = invoice_orders(self.session, asked, at=evening(notes[0].delivered_on))
        self.ledger.counts["sales invoices"] += len(posted)
        due = _due_days(self.session, posted)
        for invoice, note in zip(posted, notes, strict=True):
            customer = self.ledger.customer_of[note.order_id]
            delay = self.plans.customers[customer].pay_delay_days + self.random.randrange(-3, 4)
            self.ledger.receivables.append(
                Receivable(invoice.id, customer, invoice.total_amount, due[invoice.id] + timedelta(days=delay))
            )

    def collect(self, week: date, until: date) -> None:
        """Customers pay what they mean to pay this week, each in one transfer; some take a little too much off."""
        end = min(week + timedelta(days=7), until + timedelta(days=1))
        due = [item for item in self.ledger.receivables if item.pays_on < end]
        self.ledger.receivables = [item for item in self.ledger.receivables if item.pays_on >= end]
        by_customer: defaultdict[int, list[Receivable]] = defaultdict(list)
        for item in due:
            by_customer[item.customer].append(item)
        payments = [self._payment(customer, items, week) for customer, items in sorted(by_customer.items())]
        if payments:
            register_payments(self.session, payments, at=evening(week))
            self.ledger.counts["receipts"] += len(payments)

    def _payment(self, customer: int, items: Sequence[Receivable], week: date) -> NewPayment:
        paid_on = max(week, *(item.pays_on for item in items))
        total = sum((item.amount for item in items), Decimal(0))
        return NewPayment(
            company_id=self.cast.company_id,
            kind=PaymentKind.RECEIPT,
            party_id=self.cast.customer_ids[customer],
            paid_on=paid_on,
            amount=total,
            currency_code=self.plans.customers[customer].currency,
            bank_account_id=self.cast.bank_account_ids[self.plans.customers[customer].currency],
            bank_reference=f"IN-{paid_on:%y%m%d}-{customer:04d}",
            allocations=[Allocation(invoice_id=item.invoice_id, amount=item.amount) for item in items],
        )

    def take_back(self, week: date, until: date) -> None:
        """A few deliveries of the weeks before come back, in part."""
        received_on = week + timedelta(days=4)
        if received_on > until:
            return
        ready = [note for note, day in self.ledger.delivered if day < week - timedelta(days=10)]
        passed = set(ready)
        self.ledger.delivered = [(note, day) for note, day in self.ledger.delivered if note not in passed]
        chosen = [note for note in ready if self.random.random() < RETURN_SHARE]
        if not chosen:
            return
        asked = list(self._returns(chosen, week))
        requests = request_returns(self.session, asked, at=evening(week))
        approve_returns(
            self.session,
            [request.id for request in requests],
            expected_on=received_on,
            at=evening(week),
        )
        receive_returns(
            self.session,
            [NewReturnReceipt(request_id=request.id, received_on=received_on) for request in requests],
            at=evening(received_on),
        )
        self.ledger.counts["returns"] += len(requests)

    def _returns(self, notes: Sequence[UUID], week: date) -> Iterator[NewReturnRequest]:
        lines = read(self.session, select(DeliveryLine).where(any_of(DeliveryLine.delivery_id, notes)))
        first = {line.delivery_id: line for line in sorted(lines, key=lambda line: line.id, reverse=True)}
        warehouse = {
            note.id: note.warehouse_id
            for note in read(self.session, select(Delivery).where(any_of(Delivery.id, notes)))
        }
        for note, line in sorted(first.items()):
            qty = max(1, int(line.qty) // 3)
            place = (self.cast.warehouse_ids.index(warehouse[note]), self.cast.item_ids.index(line.item_id))
            self.room.on_hand[place] += qty
            yield NewReturnRequest(
                order_id=line.order_id,
                requested_on=week,
                reason=self.random.choice(RETURN_REASONS),
                lines=[NewReturnLine(delivery_line_id=line.id, qty=Decimal(qty))],
            )


def open_stock(trade: Trade, wanted: Sequence[WantedOrder], day: date, *, weeks: int) -> None:
    """The stock the company begins with, enough for the first weeks; in one opening document."""
    places = (((order.warehouse, line.item), line.qty) for order in wanted for line in order.lines)
    opening = opening_stock(places, weeks, trade.plans.items)
    origin_id = new_id()
    drafts = []
    for (warehouse, item), qty in opening.items():
        trade.room.on_hand[warehouse, item] = qty
        drafts.append(
            MoveDraft(
                company_id=trade.cast.company_id,
                item_id=trade.cast.item_ids[item],
                warehouse_id=trade.cast.warehouse_ids[warehouse],
                location_id=trade.cast.location_ids[warehouse],
                kind=MoveKind.OPENING,
                qty=Decimal(qty),
                value_amount=qty * trade.plans.items[item].unit_cost,
                occurred_on=day,
                origin_type="stock_document",
                origin_id=origin_id,
                contra_role=AccountRole.OPENING_EQUITY,
            )
        )
    post_moves(trade.session, drafts, at=evening(day))


def _due_days(session: Session, invoices: Sequence[Invoice]) -> dict[UUID, date]:
    statement = select(Installment).where(any_of(Installment.invoice_id, [invoice.id for invoice in invoices]))
    days: dict[UUID, date] = {}
    for part in read(session, statement):
        days[part.invoice_id] = max(part.due_on, days.get(part.invoice_id, part.due_on))
    return days


def evening(day: date) -> datetime:
    """The instant at which a day's work is written down."""
    return datetime.combine(day, time(18), tzinfo=UTC)


def purchase_price(plans: Plans, item: int, on: date, first: date) -> Decimal:
    """What a piece costs from its supplier on a day."""
    return round_amount(cost_of(plans.items[item], on.year - first.year, PRICE_RISE))
