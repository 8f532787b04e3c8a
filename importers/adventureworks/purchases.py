"""Purchase orders of AdventureWorks: complete ones arrive on their ship date, short or with rejects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from importers.adventureworks.amounts import OrderAmounts, order_amounts
from importers.days import History, NamedDay
from importers.plan import Figure, Plan, Purchase, PurchaseLine, PurchaseState, counted, summed
from importers.problems import RowProblem
from importers.rounding import lines_to_cents
from importers.source import Row, Tables
from transactional.kernel.money import split_amount

ZERO = Decimal(0)
_FILE = "Purchasing.PurchaseOrderHeader.csv.gz"
_LINES_FILE = "Purchasing.PurchaseOrderDetail.csv.gz"
_COMPLETE = 4
_SLACK = Decimal("0.01")
_STATES = {
    1: PurchaseState.PENDING,
    2: PurchaseState.APPROVED,
    3: PurchaseState.REJECTED,
    _COMPLETE: PurchaseState.COMPLETE,
}


def plan_purchases(settings: Mapping[str, Any], tables: Tables, plan: Plan) -> None:
    """Put every whole order into the plan, and what it must add up to."""
    items = {product.id: product.number for product in tables["products"]}
    accounts = {vendor.id: vendor.account for vendor in tables["vendors"]}
    lines = tables.grouped("purchase_lines", "order")
    history = History.of(settings, "counted_on")
    orders = tables["purchase_orders"]
    whole = [order for order in orders if _is_whole(order, lines.get(order.id, []), history, plan)]
    cents = order_amounts(tables, "purchase_orders", lambda _: None)
    plan.purchases = [
        _purchase(order, lines[order.id], cents[order.line], items, accounts, settings) for order in whole
    ]
    planned = {
        "subtotal": sum((line.net_amount for order in plan.purchases for line in order.lines), ZERO),
        "tax": sum((line.tax_amount for order in plan.purchases for line in order.lines), ZERO),
        "freight": sum((order.freight_amount for order in plan.purchases), ZERO),
    }
    plan.figures += _counts(tables, plan)
    for name, field in (("subtotal", "net"), ("tax", "tax"), ("freight", "freight")):
        exact = sum((getattr(order, field) for order in whole), ZERO)
        source = tables.total("purchase_orders", field)
        plan.figures.append(summed(f"purchase {name}", source, exact, planned[name], rounded=len(whole)))


def _counts(tables: Tables, plan: Plan) -> list[Figure]:
    """Orders and lines; arrivals and pieces of the orders that the source calls complete."""
    orders, lines = tables.read["purchase_orders"], tables.read["purchase_lines"]
    complete = {order.id for order in orders if order.status == _COMPLETE}
    arrived = [line for line in lines if line.order in complete]
    planned = [line for order in plan.purchases if order.received_on for line in order.lines]
    receipts = sum(order.received_on is not None for order in plan.purchases)
    pieces = [
        _pieces("accepted", arrived, sum((line.accepted_qty for line in planned), ZERO)),
        _pieces("rejected", arrived, sum((line.rejected_qty for line in planned), ZERO)),
    ]
    return [
        counted("purchase orders", len(orders), len(plan.purchases)),
        counted("purchase order lines", len(lines), sum(len(order.lines) for order in plan.purchases)),
        counted("purchase receipts", len(complete), receipts),
        *pieces,
    ]


def _pieces(sort: str, rows: list[Row], planned: Decimal) -> Figure:
    rejected = sum((row.rejected_qty or ZERO for row in rows), ZERO)
    source = rejected if sort == "rejected" else sum((row.received_qty or ZERO for row in rows), ZERO) - rejected
    return Figure(f"pieces {sort}", source, planned, source - planned)


def _is_whole(order: Row, lines: list[Row], history: History, plan: Plan) -> bool:
    fault = _fault(order, lines, history)
    if fault:
        plan.problems.append(RowProblem(_FILE, order.line, *fault, document=str(order.id)))
    elif broken := [(line, found) for line in lines if (found := _line_fault(line))]:
        plan.problems += [RowProblem(_LINES_FILE, line.line, *found, document=str(order.id)) for line, found in broken]
        return False
    return fault is None


def _fault(order: Row, lines: list[Row], history: History) -> tuple[str, str] | None:
    if not lines:
        return "PurchaseOrderID", "the order has no lines"
    if order.status not in _STATES:
        return "Status", f"{order.status} is no status (1 pending, 2 approved, 3 rejected, 4 complete)"
    total = sum((line.net for line in lines), ZERO)
    if abs(total - order.net) > _SLACK:
        return "SubTotal", f"the lines add up to {total}, the order says {order.net}"
    arrived_on = order.shipped_on if order.status == _COMPLETE else None
    if order.status == _COMPLETE and arrived_on is None:
        return "ShipDate", "a complete order has no day of arrival"
    return history.fault(NamedDay("OrderDate", order.ordered_on), NamedDay("ShipDate", arrived_on))


def _line_fault(line: Row) -> tuple[str, str] | None:
    if line.rejected_qty > line.received_qty:
        return "RejectedQty", f"{line.rejected_qty} of {line.received_qty} received are rejected"
    if abs(line.price * line.qty - line.net) > _SLACK:
        return "LineTotal", f"price and quantity come to {line.price * line.qty}, the line says {line.net}"
    return None


def _purchase(
    order: Row,
    rows: list[Row],
    amounts: OrderAmounts,
    items: Mapping[int, str],
    accounts: Mapping[int, str],
    settings: Mapping[str, Any],
) -> Purchase:
    nets = lines_to_cents([row.net for row in rows], amounts.net)
    taxes = split_amount(amounts.tax, nets)
    arrives = _STATES[order.status] is PurchaseState.COMPLETE
    lines = [
        PurchaseLine(
            ref=str(row.id),
            item=items[row.product],
            qty=Decimal(row.qty),
            unit_price=row.price,
            net_amount=net,
            tax_amount=tax,
            # Seven lines are due before they were ordered: no promise at all.
            promised_on=row.due_on if row.due_on >= order.ordered_on else None,
            arrived_qty=row.received_qty if arrives else ZERO,
            rejected_qty=row.rejected_qty if arrives else ZERO,
            stated_received_qty=row.received_qty,
            stated_rejected_qty=row.rejected_qty,
        )
        for row, net, tax in zip(rows, nets, taxes, strict=True)
    ]
    due = order.shipped_on + timedelta(days=settings["supplier_payment_days"]) if order.shipped_on else None
    return Purchase(
        ref=f"PO{order.id}",
        supplier=accounts[order.vendor],
        ordered_on=order.ordered_on,
        lines=lines,
        state=_STATES[order.status],
        received_on=order.shipped_on if arrives else None,
        paid_on=due if arrives and due and due <= settings["counted_on"] else None,
        freight_amount=amounts.freight,
        buyer=str(order.buyer),
        ship_method=str(order.ship_method),
    )
