"""Purchase orders of AdventureWorks: complete ones arrive on their ship date, short or with rejects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from importers.plan import Figure, Plan, Purchase, PurchaseLine, PurchaseState
from importers.problems import RowProblem
from importers.rounding import CENT, lines_to_cents, to_cents
from importers.source import Row, Tables
from transactional.kernel.money import split_amount

_FILE = "Purchasing.PurchaseOrderHeader.csv.gz"
_SLACK = Decimal("0.01")
_STATES = {
    1: PurchaseState.PENDING,
    2: PurchaseState.APPROVED,
    3: PurchaseState.REJECTED,
    4: PurchaseState.COMPLETE,
}


def plan_purchases(settings: Mapping[str, Any], tables: Tables, plan: Plan) -> None:
    """Put every whole order into the plan, and what it must add up to."""
    items = {product.id: product.number for product in tables["products"]}
    accounts = {vendor.id: vendor.account for vendor in tables["vendors"]}
    lines = tables.grouped("purchase_lines", "order")
    whole = [order for order in tables["purchase_orders"] if _is_whole(order, lines.get(order.id, []), plan)]
    plan.purchases = [_purchase(order, lines[order.id], items, accounts, settings) for order in whole]
    half = CENT / 2
    planned = {
        "subtotal": sum((line.net_amount for order in plan.purchases for line in order.lines), Decimal(0)),
        "tax": sum((line.tax_amount for order in plan.purchases for line in order.lines), Decimal(0)),
        "freight": sum((order.freight_amount for order in plan.purchases), Decimal(0)),
    }
    for name, field in (("subtotal", "net"), ("tax", "tax"), ("freight", "freight")):
        source = sum((getattr(order, field) for order in whole), Decimal(0))
        plan.figures.append(Figure(f"purchase {name}", source, planned[name], tolerance=half * len(whole)))


def _is_whole(order: Row, lines: list[Row], plan: Plan) -> bool:
    found: tuple[str, str] | None = None
    if not lines:
        found = "PurchaseOrderID", "the order has no lines"
    elif order.status not in _STATES:
        found = "Status", f"{order.status} is no status (1 pending, 2 approved, 3 rejected, 4 complete)"
    elif any(line.rejected_qty > line.received_qty for line in lines):
        found = "PurchaseOrderID", "a line has more rejected than received"
    else:
        total = sum((line.net for line in lines), Decimal(0))
        if abs(total - order.net) > _SLACK:
            found = "SubTotal", f"the lines add up to {total}, the order says {order.net}"
    if found:
        plan.problems.append(RowProblem(_FILE, order.line, *found, document=str(order.id)))
    return found is None


def _purchase(
    order: Row, rows: list[Row], items: Mapping[int, str], accounts: Mapping[int, str], settings: Mapping[str, Any]
) -> Purchase:
    nets = lines_to_cents([row.net for row in rows])
    taxes = split_amount(to_cents(order.tax), nets)
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
            arrived_qty=row.received_qty if arrives else Decimal(0),
            rejected_qty=row.rejected_qty if arrives else Decimal(0),
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
        freight_amount=to_cents(order.freight),
        buyer=str(order.buyer),
    )
