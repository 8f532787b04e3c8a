"""Things that should not be there, planted on purpose: whoever watches the books is judged by finding them.

What was planted is returned, not marked: the truth is kept in a file outside the database.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from simulator.demand import WantedLine, WantedOrder
from simulator.stock import Place
from simulator.trade import Trade, evening
from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.inventory.models import StockDocument, StockDocumentLine, StockMove
from transactional.inventory.services.post_stock_documents import post_stock_documents
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.ledger.models import ManualEntry, ManualEntryLine
from transactional.ledger.services.post_manual_entries import post_manual_entries
from transactional.purchase.services.confirm_orders import confirm_orders as confirm_purchases
from transactional.purchase.services.create_orders import create_orders as create_purchases
from transactional.purchase.specs import NewPurchaseLine, NewPurchaseOrder
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewOrder, NewOrderLine

APPROVAL_LIMIT = Decimal(10_000)
SPIKE_FACTOR = 9


@dataclass(frozen=True, slots=True)
class Planted:
    """One irregularity: its kind, its day, the documents it is made of and why an auditor would stop at it."""

    kind: str
    on: date
    documents: tuple[str, ...]
    why: str

    def as_record(self) -> Mapping[str, object]:
        """As written to the truth file."""
        return {"kind": self.kind, "on": self.on.isoformat(), "documents": list(self.documents), "why": self.why}


def spike(wanted: list[WantedOrder], last: date) -> tuple[list[WantedOrder], Planted]:
    """Orders with one customer's day made many times as large; planned before anything is traded."""
    day = last - timedelta(days=75)
    place = min(range(len(wanted)), key=lambda number: abs((wanted[number].ordered_on - day).days))
    chosen = wanted[place]
    lines = tuple(WantedLine(line.item, line.qty * SPIKE_FACTOR, line.discount_share) for line in chosen.lines)
    wanted[place] = replace(chosen, lines=lines)
    why = f"customer {chosen.customer + 1} orders {SPIKE_FACTOR} times its usual quantity on one day"
    return wanted, Planted("revenue_spike", chosen.ordered_on, (), why)


def plant(trade: Trade, last: date) -> Iterator[Planted]:
    """Irregular documents of the last months, through the same services as the regular ones."""
    yield _sale_below_cost(trade, last - timedelta(days=9))
    yield _stock_jump(trade, last - timedelta(days=6))
    yield _split_orders(trade, last - timedelta(days=20))
    yield _dear_purchase(trade, last - timedelta(days=13))
    yield from _duplicate_bills(trade, last - timedelta(days=33))
    sunday = last - timedelta(days=(last.weekday() + 1) % 7 + 21)
    yield _round_entry(trade, sunday, Decimal(50_000), "weekend_entry", "a round amount entered by hand on a Sunday")
    month_end = (last - timedelta(days=40)).replace(day=1) - timedelta(days=1)
    yield _round_entry(trade, month_end, Decimal(25_000), "round_entry", "a round accrual on the last day of a month")


def _sale_below_cost(trade: Trade, day: date) -> Planted:
    place, free = _fullest_place(trade, day)
    new = NewOrder(
        company_id=trade.cast.company_id,
        customer_id=trade.cast.customer_ids[3],
        ordered_on=day,
        warehouse_id=trade.cast.warehouse_ids[place[0]],
        currency_code="EUR",
        lines=[
            NewOrderLine(
                item_id=trade.cast.item_ids[place[1]],
                qty=Decimal(min(5, free)),
                unit_price=(trade.plans.items[place[1]].unit_cost / 3).quantize(Decimal("0.01")),
            )
        ],
    )
    at = evening(day)
    [order] = create_orders(trade.session, [new], at=at)
    confirm_orders(trade.session, [order.id], at=at)
    deliver_orders(trade.session, [NewDelivery(order_id=order.id, delivered_on=day)], at=at)
    [invoice] = invoice_orders(trade.session, [NewInvoice(order_id=order.id, invoiced_on=day)], at=at)
    return Planted("negative_margin", day, _numbers(order.number, invoice.number), "sold at a third of its cost")


def _stock_jump(trade: Trade, day: date) -> Planted:
    place, free = _fullest_place(trade, day)
    lost = free // 2
    document = StockDocument(
        id=new_id(),
        company_id=trade.cast.company_id,
        kind="adjustment",
        document_on=day,
        warehouse_id=trade.cast.warehouse_ids[place[0]],
        reason="Count difference",
    )
    insert_all(trade.session, [document])
    line = StockDocumentLine(
        document_id=document.id,
        line_number=1,
        item_id=trade.cast.item_ids[place[1]],
        unit_id=trade.cast.unit_id,
        qty=Decimal(-lost),
    )
    insert_all(trade.session, [line])
    [posted] = post_stock_documents(trade.session, [document.id], at=evening(day))
    return Planted("stock_jump", day, _numbers(posted.number), f"{lost} pieces written off at once")


def _fullest_place(trade: Trade, day: date) -> tuple[Place, int]:
    """Where most pieces could have left on a day, and how many: none that came in later, none that is promised."""
    room, held = trade.room, _least_on_hand(trade, day)
    free = {
        place: min(room.on_hand[place], int(held[_ids(trade, place)])) - room.reserved[place] for place in room.on_hand
    }
    place = max(free, key=lambda each: free[each])
    return place, free[place]


def _least_on_hand(trade: Trade, day: date) -> Mapping[tuple[UUID, UUID], Decimal]:
    """By warehouse and item, the pieces that were there on every day since."""
    key = (StockMove.warehouse_id, StockMove.item_id)
    statement = (
        select(*key, StockMove.occurred_on, func.sum(StockMove.qty))
        .group_by(*key, StockMove.occurred_on)
        .order_by(StockMove.occurred_on)
    )
    held: defaultdict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    least: dict[tuple[UUID, UUID], Decimal] = {}
    for warehouse_id, item_id, on, change in trade.session.execute(statement):
        place = (warehouse_id, item_id)
        if on > day:
            least[place] = min(least.get(place, held[place]), held[place])
        held[place] += change
    return {place: min(least.get(place, now), now) for place, now in held.items()}


def _ids(trade: Trade, place: Place) -> tuple[UUID, UUID]:
    return trade.cast.warehouse_ids[place[0]], trade.cast.item_ids[place[1]]


def _split_orders(trade: Trade, day: date) -> Planted:
    supplier = 5
    prices = [APPROVAL_LIMIT - Decimal(cents) for cents in ("12.50", "44.10", "8.90")]
    made = _purchase(trade, supplier, day, prices)
    return Planted("split_orders", day, made, "three orders to one supplier on one day, each just below the limit")


def _dear_purchase(trade: Trade, day: date) -> Planted:
    price = (trade.plans.items[0].unit_cost * 3).quantize(Decimal("0.01"))
    made = _purchase(trade, trade.plans.items[0].supplier, day, [price])
    return Planted("price_outlier", day, made, "bought at three times the usual price")


def _purchase(trade: Trade, supplier: int, day: date, prices: list[Decimal]) -> tuple[str, ...]:
    orders = [
        NewPurchaseOrder(
            company_id=trade.cast.company_id,
            supplier_id=trade.cast.supplier_ids[supplier],
            ordered_on=day,
            warehouse_id=trade.cast.warehouse_ids[0],
            promised_on=day + timedelta(days=60),
            buyer_id=trade.cast.buyer_ids[0],
            lines=[NewPurchaseLine(item_id=trade.cast.item_ids[0], qty=Decimal(1), unit_price=price)],
        )
        for price in prices
    ]
    made = create_purchases(trade.session, orders, at=evening(day))
    confirm_purchases(trade.session, [order.id for order in made], at=evening(day))
    return _numbers(*[order.number for order in made])


def _duplicate_bills(trade: Trade, day: date) -> Iterator[Planted]:
    """The same bill twice, its number mistyped the second time."""
    for number, again, amount in (("4711-08", "4711-80", "3482.17"), ("RG 20931", "RG-20931", "1250.40")):
        first = _bill(trade, number, Decimal(amount), day)
        second = _bill(trade, again, Decimal(amount), day + timedelta(days=8))
        why = f"supplier numbers {number} and {again}, same amount, eight days apart"
        yield Planted("duplicate_invoice", day, _numbers(first.number, second.number), why)


def _bill(trade: Trade, number: str, amount: Decimal, day: date) -> Invoice:
    draft = InvoiceDraft(
        company_id=trade.cast.company_id,
        kind=InvoiceKind.PURCHASE_INVOICE,
        party_id=trade.cast.supplier_ids[7],
        invoiced_on=day,
        currency_code="EUR",
        external_number=number,
        lines=[
            InvoiceDraftLine(
                qty=Decimal(1),
                unit_price=amount,
                net_amount=amount,
                account_id=trade.cast.account_ids["6240"],
                description="Advice",
                cost_centre_id=trade.cast.cost_centre_ids["FINANCE"],
            )
        ],
    )
    return post_invoices(trade.session, [draft], at=evening(day))[0]


def _round_entry(trade: Trade, day: date, amount: Decimal, kind: str, why: str) -> Planted:
    entry = ManualEntry(id=new_id(), company_id=trade.cast.company_id, entry_on=day, description="Adjustment")
    insert_all(trade.session, [entry])
    sides = (("6000", amount, Decimal(0)), ("2310", Decimal(0), amount))
    lines = [
        ManualEntryLine(
            manual_entry_id=entry.id,
            line_number=number,
            account_id=trade.cast.account_ids[account],
            debit_amount=debit,
            credit_amount=credit,
            currency_code="EUR",
        )
        for number, (account, debit, credit) in enumerate(sides, start=1)
    ]
    insert_all(trade.session, lines)
    [posted] = post_manual_entries(trade.session, [entry.id], at=evening(day))
    return Planted(kind, day, _numbers(posted.number), why)


def _numbers(*numbers: str | None) -> tuple[str, ...]:
    return tuple(number for number in numbers if number)
