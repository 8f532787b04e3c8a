"""Northwind in our terms.

Orders with a ship date are delivered and invoiced that day and paid on their terms; the 21 without one stay confirmed.
Nothing is known of purchases, so the opening stock is what remains plus what was shipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from importers.countries import country_code, region_key
from importers.days import History, NamedDay
from importers.plan import (
    CompanyPlan,
    Figure,
    Paper,
    PaperKind,
    PaperLine,
    Plan,
    Record,
    Sale,
    SaleLine,
    counted,
    recorded,
    summed,
)
from importers.problems import RowProblem
from importers.rounding import lines_to_cents, to_cents
from importers.source import Row, Tables
from importers.stock import Flow, plan_stock

ZERO = Decimal(0)
PLACE = "MAIN"
_FILE, _LINES_FILE = "Orders.csv.gz", "OrderDetails.csv.gz"
_TABLES = {"employees": "employees", "items": "products", "suppliers": "suppliers", "customers": "customers"}
"""Master records and the table they are read from, row by row."""


def make_plan(settings: Mapping[str, Any], tables: Tables) -> Plan:
    """The whole import of a trader."""
    company = CompanyPlan(
        code=settings["company_code"],
        name=settings["company_name"],
        currency_code=settings["currency_code"],
        country_code=settings["country_code"],
        first_year=settings["opening_on"].year,
        last_year=settings["ends_on"].year,
    )
    plan = Plan(company, locations={PLACE: "Main stock"})
    plan.masters = _masters(settings, tables)
    plan.usual_location = {_item(product.id): PLACE for product in tables["products"]}
    lines = tables.grouped("lines", "order")
    history = History.of(settings, "ends_on")
    whole = [order for order in tables["orders"] if _is_whole(order, lines.get(order.id, []), history, plan)]
    plan.sales = [_sale(order, lines[order.id], settings) for order in whole]
    plan.figures = _figures(tables, plan, whole, lines)
    _plan_opening(settings, tables, plan)
    return plan


def _is_whole(order: Row, lines: list[Row], history: History, plan: Plan) -> bool:
    if not lines:
        fault: tuple[str, str] | None = ("OrderID", "the order has no lines")
    else:
        fault = history.fault(NamedDay("OrderDate", order.ordered_on), NamedDay("ShippedDate", order.shipped_on))
    if fault:
        plan.problems.append(RowProblem(_FILE, order.line, *fault, document=str(order.id)))
        return False
    broken = [line for line in lines if line.discount > 1]
    plan.problems += [
        RowProblem(_LINES_FILE, line.line, "Discount", f"{line.discount} is more than 1", str(order.id))
        for line in broken
    ]
    return not broken


def _sale(order: Row, rows: list[Row], settings: Mapping[str, Any]) -> Sale:
    nets = lines_to_cents([_value(row) for row in rows])
    lines = [
        SaleLine(str(row.line), _item(row.product), Decimal(row.qty), row.price, row.discount, net, ZERO)
        for row, net in zip(rows, nets, strict=True)
    ]
    paid_on = order.shipped_on + timedelta(days=settings["payment_days"]) if order.shipped_on else None
    return Sale(
        ref=str(order.id),
        customer=order.customer,
        ordered_on=order.ordered_on,
        lines=lines,
        promised_on=order.required_on if order.required_on and order.required_on >= order.ordered_on else None,
        delivered_on=order.shipped_on,
        paid_on=paid_on if paid_on and paid_on <= settings["ends_on"] else None,
        freight_amount=to_cents(order.freight),
        salesperson=str(order.employee),
        payment_term="NET",
    )


def _value(row: Row) -> Decimal:
    value: Decimal = row.price * row.qty * (1 - row.discount)
    return value


def _figures(tables: Tables, plan: Plan, orders: list[Row], lines: Mapping[int, list[Row]]) -> list[Figure]:
    net = sum((_value(row) for order in orders for row in lines[order.id]), ZERO)
    freight = sum((order.freight for order in orders), ZERO)
    read = tables.read["orders"]
    shipped = sum(sale.delivered_on is not None for sale in plan.sales)
    sent = sum(order.shipped_on is not None for order in read)
    booked = sum((line.net_amount for sale in plan.sales for line in sale.lines), ZERO)
    value = sum((_value(row) for row in tables.read["lines"] if None not in row), ZERO)
    return [
        *(recorded(name, len(tables.read[table]), name, _keys(plan, name)) for name, table in _TABLES.items()),
        counted("sales orders", len(read), len(plan.sales)),
        counted("sales order lines", len(tables.read["lines"]), sum(len(sale.lines) for sale in plan.sales)),
        *(counted(name, sent, shipped) for name in ("deliveries", "sales invoices")),
        summed("sales subtotal", value, net, booked, rounded=len(orders)),
        summed(
            "sales freight",
            tables.total("orders", "freight"),
            freight,
            sum((sale.freight_amount for sale in plan.sales), ZERO),
            rounded=len(orders),
        ),
    ]


def _keys(plan: Plan, collection: str) -> list[str]:
    return [record.key for record in plan.masters[collection]]


def _plan_opening(settings: Mapping[str, Any], tables: Tables, plan: Plan) -> None:
    shipped = [
        Flow(line.item, sale.delivered_on, -line.qty) for sale in plan.sales if sale.delivered_on for line in sale.lines
    ]
    final = {_item(product.id): Decimal(product.in_stock) for product in tables["products"]}
    stock = plan_stock(shipped, final, ends_on=max([settings["ends_on"], *[flow.on for flow in shipped]]))
    share = Decimal(settings["cost_share"])
    costs = {_item(product.id): to_cents(product.price * share) for product in tables["products"]}
    lines = [PaperLine(item, qty, costs[item]) for item, qty in stock.opening.items() if qty]
    reason = "Stock before the first order"
    plan.papers = [Paper("opening", PaperKind.OPENING, settings["opening_on"], lines, reason)]
    plan.final_stock = {(item, PLACE): qty for item, qty in final.items()}


def _masters(settings: Mapping[str, Any], tables: Tables) -> dict[str, list[Record]]:
    days = settings["payment_days"]
    term = {
        "code": "NET",
        "name": f"{days} days net",
        "installments": [{"share": "1", "days": days, "after": "invoice"}],
    }
    return {
        "payment_terms": [Record("NET", term)],
        "regions": list(_regions(tables)),
        "employees": list(_employees(tables)),
        "units_of_measure": [Record("EA", {"code": "EA", "name": "Package", "is_whole": True})],
        "item_categories": [
            Record(f"C{row.id}", {"code": f"C{row.id}", "name": row.name}) for row in tables["categories"]
        ],
        "items": [_product(row) for row in tables["products"]],
        "suppliers": [_supplier(row, settings) for row in tables["suppliers"]],
        "customers": [_customer(row, settings) for row in tables["customers"]],
    }


def _regions(tables: Tables) -> Iterator[Record]:
    for name in sorted({customer.country for customer in tables["customers"]}):
        code = region_key(name)
        yield Record(code, {"code": code, "name": name, "country_code": country_code(name)})


def _employees(tables: Tables) -> Iterator[Record]:
    """Superiors first; whoever reports to somebody unknown reports to nobody."""
    waiting, known = list(tables["employees"]), set[int]()
    ids = {row.id for row in waiting}
    while waiting:
        ready = [row for row in waiting if row.superior in known or row.superior not in ids] or waiting
        for row in ready:
            links = {"manager_id": ("employees", str(row.superior))} if row.superior in known else {}
            values = {
                "number": str(row.id),
                "name": f"{row.first_name} {row.last_name}",
                "job_title": row.title,
                "hired_on": row.hired_on,
            }
            yield Record(str(row.id), values, links)
        known |= {row.id for row in ready}
        waiting = [row for row in waiting if row.id not in known]


def _product(row: Row) -> Record:
    links = {"unit_id": ("units_of_measure", "EA")}
    if row.category is not None:
        links["category_id"] = "item_categories", f"C{row.category}"
    values = {
        "code": _item(row.id),
        "name": row.name,
        "kind": "stock",
        "costing_method": "moving_average",
        "list_price": row.price,
        "reorder_point_qty": Decimal(row.reorder_point),
        "attributes": {"package": row.package} if row.package else {},
    }
    return Record(_item(row.id), values, links)


def _supplier(row: Row, settings: Mapping[str, Any]) -> Record:
    values = {
        "code": f"S{row.id}",
        "name": row.name,
        "currency_code": settings["currency_code"],
        "country_code": country_code(row.country),
        "phone": row.phone,
    }
    return Record(f"S{row.id}", values, {"payment_term_id": ("payment_terms", "NET")})


def _customer(row: Row, settings: Mapping[str, Any]) -> Record:
    values = {
        "code": row.id,
        "name": row.name,
        "currency_code": settings["currency_code"],
        "country_code": country_code(row.country),
        "city": row.city,
        "phone": row.phone,
    }
    links = {"region_id": ("regions", region_key(row.country)), "payment_term_id": ("payment_terms", "NET")}
    return Record(row.id, values, links)


def _item(product_id: int) -> str:
    return f"P{product_id}"
