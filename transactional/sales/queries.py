"""Where orders stand, derived from the books: delivered, invoiced, paid and open; and what they were before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.queries import open_items
from transactional.inventory.queries import stock_levels
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import NotFound
from transactional.kernel.models import AuditRecord
from transactional.kernel.money import ZERO
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.session import Session
from transactional.sales.models import SalesOrder, SalesOrderLine
from transactional.sales.progress import read_progress

ORDERS_TABLE = "sales.sales_orders"
LINES_TABLE = "sales.sales_order_lines"


@dataclass(frozen=True, slots=True)
class LineProgress:
    """How far an order line is.  Units: the line's unit."""

    order_line_id: UUID
    line_number: int
    item_id: UUID
    ordered_qty: Decimal
    delivered_qty: Decimal
    returned_qty: Decimal
    invoiced_qty: Decimal
    is_closed: bool = False

    @property
    def open_qty(self) -> Decimal:
        """Ordered, not handed over and waited for: the backorder."""
        return ZERO if self.is_closed else max(self.ordered_qty - self.delivered_qty, ZERO)


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How far an order is.  Units: amounts in the order's currency; credit notes are taken off what is invoiced."""

    order_id: UUID
    lines: tuple[LineProgress, ...]
    total_amount: Decimal
    invoiced_amount: Decimal
    paid_amount: Decimal
    delivery_state: str
    """open, partial or delivered."""
    invoice_state: str
    """open, partial or invoiced."""

    @property
    def uninvoiced_amount(self) -> Decimal:
        """Ordered and not invoiced."""
        return self.total_amount - self.invoiced_amount

    @property
    def unpaid_amount(self) -> Decimal:
        """Invoiced and not paid."""
        return self.invoiced_amount - self.paid_amount


def order_progress(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, OrderProgress]:
    """How far orders are, by order.  Raises: NotFound."""
    orders = read_by_id(session, SalesOrder, order_ids)
    progress = read_progress(session, orders)
    lines: defaultdict[UUID, list[LineProgress]] = defaultdict(list)
    statement = select(SalesOrderLine).where(any_of(SalesOrderLine.order_id, orders))
    for line in read(session, statement.order_by(SalesOrderLine.line_number)):
        handed = progress.handed.get(line.id, ())
        lines[line.order_id].append(
            LineProgress(
                line.id,
                line.line_number,
                line.item_id,
                line.qty,
                progress.delivered_qty(line.id),
                sum((row.returned_qty for row in handed), ZERO),
                progress.billed[line.id].qty,
                line.is_closed,
            )
        )
    amounts = _amounts(session, orders)
    return {key: _order(order, tuple(lines[key]), *amounts[key]) for key, order in orders.items()}


def _order(order: SalesOrder, lines: tuple[LineProgress, ...], invoiced: Decimal, paid: Decimal) -> OrderProgress:
    wanted = [line.delivered_qty if line.is_closed else line.ordered_qty for line in lines]
    delivered = _state([(qty, line.delivered_qty) for qty, line in zip(wanted, lines, strict=True)], "delivered")
    billed = _state([(qty, line.invoiced_qty) for qty, line in zip(wanted, lines, strict=True)], "invoiced")
    return OrderProgress(order.id, lines, order.total_amount, invoiced, paid, delivered, billed)


def _state(pairs: Sequence[tuple[Decimal, Decimal]], done: str) -> str:
    if all(part >= whole for whole, part in pairs):
        return done
    return "partial" if any(part for _, part in pairs) else "open"


def _amounts(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, tuple[Decimal, Decimal]]:
    """Invoiced and paid by order; of an invoice is paid what is no longer open."""
    statement = select(Invoice).where(
        any_of(Invoice.origin_id, order_ids),
        Invoice.state == "posted",
        Invoice.kind.in_([InvoiceKind.SALES_INVOICE.value, InvoiceKind.SALES_CREDIT_NOTE.value]),
    )
    invoices = read(session, statement)
    left = {item.invoice_id: item.open_amount for item in open_items(session, [row.id for row in invoices])}
    sums: defaultdict[UUID, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for row in invoices:
        if row.origin_id is not None:
            sign = 1 if row.kind == InvoiceKind.SALES_INVOICE else -1
            invoiced, paid = sums[row.origin_id]
            settled = row.total_amount - left[row.id]
            sums[row.origin_id] = (invoiced + sign * row.total_amount, paid + sign * settled)
    return sums


@dataclass(frozen=True, slots=True)
class LineAvailability:
    """Whether a line can be promised from stock.  Units: the item's stock unit."""

    order_line_id: UUID
    item_id: UUID
    wanted_qty: Decimal
    available_qty: Decimal

    @property
    def missing_qty(self) -> Decimal:
        """What would wait for stock."""
        return max(self.wanted_qty - self.available_qty, ZERO)


def available_to_promise(session: Session, order_ids: Iterable[UUID]) -> list[LineAvailability]:
    """What storage of each order's warehouse holds unpromised, line by line; earlier lines are served first."""
    orders = read_by_id(session, SalesOrder, order_ids)
    lines = read(
        session,
        select(SalesOrderLine)
        .where(any_of(SalesOrderLine.order_id, orders))
        .order_by(SalesOrderLine.order_id, SalesOrderLine.line_number),
    )
    left: defaultdict[tuple[UUID, UUID], Decimal] = defaultdict(lambda: ZERO)
    warehouses = {order.warehouse_id for order in orders.values()}
    for level in stock_levels(session, item_ids={line.item_id for line in lines}, warehouse_ids=warehouses):
        left[level.item_id, level.warehouse_id] += max(level.available_qty, ZERO)
    result = []
    for line in lines:
        key = (line.item_id, orders[line.order_id].warehouse_id)
        result.append(LineAvailability(line.id, line.item_id, line.stock_qty, left[key]))
        left[key] = max(left[key] - line.stock_qty, ZERO)
    return result


@dataclass(frozen=True, slots=True)
class OrderRevision:
    """An order and its lines as they stood in one revision: columns by name, as they were written."""

    revision: int
    order: dict[str, Any]
    lines: tuple[dict[str, Any], ...]


def order_as_of(session: Session, order_id: UUID, revision: int) -> OrderRevision:
    """An earlier revision of an order, read from the audit log.  Raises: NotFound."""
    heads = _records(session, ORDERS_TABLE, [order_id])
    own = [row for row in heads if _revision(row) == revision]
    if not own or own[-1].after is None:
        raise NotFound(kind="sales_order_revision", id=order_id)
    # A new revision writes its head before its lines: what follows that head is no longer ours.
    later = [row.id for row in heads if _revision(row) > revision]
    end = min(later, default=None)
    line_ids = session.scalars(select(SalesOrderLine.id).where(SalesOrderLine.order_id == order_id)).all()
    lines: dict[UUID, dict[str, Any]] = {}
    for row in _records(session, LINES_TABLE, line_ids):
        if row.after is not None and (end is None or row.id < end):
            lines[row.row_id] = row.after
    in_order = sorted(lines.values(), key=lambda line: int(line["line_number"]))
    return OrderRevision(revision, own[-1].after, tuple(in_order))


def order_revisions(session: Session, order_id: UUID) -> list[int]:
    """The revisions an order has had, oldest first."""
    return sorted({_revision(row) for row in _records(session, ORDERS_TABLE, [order_id])})


def _records(session: Session, table: str, row_ids: Sequence[UUID]) -> list[AuditRecord]:
    statement = select(AuditRecord).where(AuditRecord.table_name == table, any_of(AuditRecord.row_id, row_ids))
    return list(session.scalars(statement.order_by(AuditRecord.id)))


def _revision(row: AuditRecord) -> int:
    return int((row.after or {}).get("revision", 0))
