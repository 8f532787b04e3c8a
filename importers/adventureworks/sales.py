"""Sales orders of AdventureWorks: all of them were shipped, invoiced and paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from importers.plan import Figure, Plan, Sale, SaleLine
from importers.problems import RowProblem
from importers.rounding import CENT, lines_to_cents, to_cents
from importers.source import Row, Tables
from transactional.kernel.money import split_amount

_FILE = "Sales.SalesOrderHeader.csv.gz"
_SLACK = Decimal("0.01")
"""The source adds up its lines in six decimals and keeps four."""


def plan_sales(settings: Mapping[str, Any], tables: Tables, plan: Plan) -> None:
    """Put every whole order into the plan, and what it must add up to."""
    items = {product.id: product.number for product in tables["products"]}
    accounts = {customer.id: customer.account for customer in tables["customers"]}
    lines = tables.grouped("sales_lines", "order")
    orders = tables["sales_orders"]
    whole = [order for order in orders if _is_whole(order, lines.get(order.id, []), plan)]
    plan.sales = [_sale(order, lines[order.id], items, accounts, settings) for order in whole]
    count = len(whole)
    half = CENT / 2
    for name, field in (("subtotal", "net"), ("tax", "tax"), ("freight", "freight")):
        source = sum((getattr(order, field) for order in whole), Decimal(0))
        planned = _planned(plan, name)
        plan.figures.append(Figure(f"sales {name}", source, planned, tolerance=half * count))
        plan.figures.append(Figure(f"invoiced {name}", source, planned, tolerance=half * count))


def _is_whole(order: Row, lines: list[Row], plan: Plan) -> bool:
    reason = None
    if not lines:
        reason = "the order has no lines"
    else:
        total = sum((line.net for line in lines), Decimal(0))
        if abs(total - order.net) > _SLACK:
            reason = f"the lines add up to {total}, the order says {order.net}"
    if reason:
        plan.problems.append(RowProblem(_FILE, order.line, "SubTotal", reason, str(order.id)))
    return reason is None


def _sale(
    order: Row, rows: list[Row], items: Mapping[int, str], accounts: Mapping[int, str], settings: Mapping[str, Any]
) -> Sale:
    nets = lines_to_cents([row.net for row in rows])
    taxes = split_amount(to_cents(order.tax), nets)
    lines = [
        SaleLine(str(row.id), items[row.product], Decimal(row.qty), row.price, row.discount, net, tax)
        for row, net, tax in zip(rows, nets, taxes, strict=True)
    ]
    days = 0 if order.is_online else settings["store_payment_days"]
    return Sale(
        ref=order.number,
        customer=accounts[order.customer],
        ordered_on=order.ordered_on,
        lines=lines,
        promised_on=order.due_on if order.due_on >= order.ordered_on else None,
        delivered_on=order.shipped_on,
        paid_on=order.shipped_on + timedelta(days=days) if order.shipped_on else None,
        freight_amount=to_cents(order.freight),
        region=f"T{order.territory}",
        salesperson=str(order.salesperson) if order.salesperson else None,
        payment_term="CARD" if order.is_online else "NET",
        customer_reference=order.customer_reference,
        channel="online" if order.is_online else "store",
    )


def _planned(plan: Plan, name: str) -> Decimal:
    zero = Decimal(0)
    if name == "freight":
        return sum((sale.freight_amount for sale in plan.sales), zero)
    if name == "tax":
        return sum((line.tax_amount for sale in plan.sales for line in sale.lines), zero)
    return sum((line.net_amount for sale in plan.sales for line in sale.lines), zero)
