"""Sales orders of AdventureWorks: all of them were shipped, invoiced and paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from importers.adventureworks.amounts import OrderAmounts, order_amounts
from importers.days import History, NamedDay
from importers.plan import Figure, Plan, Sale, SaleLine, counted, summed
from importers.problems import RowProblem
from importers.rounding import lines_to_cents, to_cents
from importers.source import Row, Tables
from transactional.kernel.money import split_amount

ZERO = Decimal(0)
_FILE = "Sales.SalesOrderHeader.csv.gz"
_LINES_FILE = "Sales.SalesOrderDetail.csv.gz"
_SLACK = Decimal("0.01")
"""The source adds up its lines in six decimals and keeps four."""


def plan_sales(settings: Mapping[str, Any], tables: Tables, plan: Plan) -> None:
    """Put every whole order into the plan, and what it must add up to."""
    items = {product.id: product.number for product in tables["products"]}
    accounts = {customer.id: customer.account for customer in tables["customers"]}
    lines = tables.grouped("sales_lines", "order")
    orders = tables["sales_orders"]
    history = History.of(settings, "counted_on")
    whole = [order for order in orders if _is_whole(order, lines.get(order.id, []), history, plan)]
    beside = _Beside.of(tables)
    cents = order_amounts(tables, "sales_orders", lambda order: (order.is_online, order.territory))
    plan.sales = [
        _sale(order, lines[order.id], cents[order.line], items, accounts, beside, settings) for order in whole
    ]
    booked = {
        "subtotal": sum((line.net_amount for sale in plan.sales for line in sale.lines), ZERO),
        "tax": sum((line.tax_amount for sale in plan.sales for line in sale.lines), ZERO),
        "freight": sum((sale.freight_amount for sale in plan.sales), ZERO),
    }
    plan.figures += _counts(tables, plan)
    for name, field in (("subtotal", "net"), ("tax", "tax"), ("freight", "freight")):
        exact = sum((getattr(order, field) for order in whole), ZERO)
        source = tables.total("sales_orders", field)
        plan.figures += [
            summed(f"{kind} {name}", source, exact, booked[name], rounded=len(whole)) for kind in ("sales", "invoiced")
        ]
    plan.figures.append(_paid(tables, whole, sum(booked.values(), ZERO)))


def _paid(tables: Tables, whole: list[Row], booked: Decimal) -> Figure:
    """What customers owe for the orders shipped; all of them pay."""
    due = [_total(order) for order in tables.read["sales_orders"] if order.shipped_on is not None]
    paid = sum((_total(order) for order in whole if order.shipped_on is not None), ZERO)
    return summed("paid by customers", sum(due, ZERO), paid, booked, rounded=3 * len(whole))


def _total(order: Row) -> Decimal:
    return sum((amount for amount in (order.net, order.tax, order.freight) if amount is not None), ZERO)


def _counts(tables: Tables, plan: Plan) -> list[Figure]:
    """Orders, lines, and what follows from them: each order shipped is delivered, invoiced and paid once."""
    read, shipped = tables.read["sales_orders"], sum(sale.delivered_on is not None for sale in plan.sales)
    sent = sum(order.shipped_on is not None for order in read)
    return [
        counted("sales orders", len(read), len(plan.sales)),
        counted("sales order lines", len(tables.read["sales_lines"]), sum(len(sale.lines) for sale in plan.sales)),
        *(counted(name, sent, shipped) for name in ("deliveries", "sales invoices")),
        # Nothing is paid for an order that costs nothing.
        counted("receipts of payment", sum(map(_is_paid, read)), sum(_is_owed(sale) for sale in plan.sales)),
    ]


def _is_paid(order: Row) -> bool:
    return order.shipped_on is not None and to_cents(_total(order)) > 0


def _is_owed(sale: Sale) -> bool:
    return sale.delivered_on is not None and any(
        (sale.freight_amount, *(x.net_amount + x.tax_amount for x in sale.lines))
    )


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
        return "SalesOrderID", "the order has no lines"
    total = sum((line.net for line in lines), ZERO)
    if abs(total - order.net) > _SLACK:
        return "SubTotal", f"the lines add up to {total}, the order says {order.net}"
    return history.fault(NamedDay("OrderDate", order.ordered_on), NamedDay("ShipDate", order.shipped_on))


def _line_fault(line: Row) -> tuple[str, str] | None:
    if line.discount > 1:
        return "UnitPriceDiscount", f"{line.discount} is more than 1"
    value = line.price * (1 - line.discount) * line.qty
    if abs(value - line.net) > _SLACK:
        return "LineTotal", f"price, discount and quantity come to {value}, the line says {line.net}"
    return None


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other files say of orders: the currency paid in, the state shipped to, the reasons given."""

    currencies: Mapping[int, str]
    states: Mapping[int, str]
    reasons: Mapping[int, list[Row]]

    @classmethod
    def of(cls, tables: Tables) -> _Beside:
        names = {state.id: state.name for state in tables["states"]}
        return cls(
            {row.id: row.currency for row in tables["currency_rates"]},
            {row.id: names[row.state] for row in tables["addresses"]},
            tables.grouped("order_reasons", "order"),
        )


def _sale(
    order: Row,
    rows: list[Row],
    amounts: OrderAmounts,
    items: Mapping[int, str],
    accounts: Mapping[int, str],
    beside: _Beside,
    settings: Mapping[str, Any],
) -> Sale:
    nets = lines_to_cents([row.net for row in rows], amounts.net)
    taxes = split_amount(amounts.tax, nets)
    lines = [
        SaleLine(str(row.id), items[row.product], Decimal(row.qty), row.price, row.discount, net, tax, str(row.offer))
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
        freight_amount=amounts.freight,
        region=f"T{order.territory}",
        salesperson=str(order.salesperson) if order.salesperson else None,
        payment_term="CARD" if order.is_online else "NET",
        customer_reference=order.customer_reference,
        channel="online" if order.is_online else "store",
        ship_method=str(order.ship_method),
        payment_currency=beside.currencies.get(order.currency_rate),
        ship_to_state=beside.states.get(order.ship_to),
        reasons=[str(row.reason) for row in beside.reasons.get(order.id, ())],
    )
