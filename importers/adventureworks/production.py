"""What AdventureWorks made, used up and had on its shelves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from importers.adventureworks.costs import CostBook
from importers.adventureworks.orders import plan_bills, plan_work_orders
from importers.days import History, NamedDay
from importers.plan import Paper, PaperKind, PaperLine, Plan, summed
from importers.problems import RowProblem
from importers.source import Row, Tables
from importers.stock import Flow, month_end, plan_stock

ZERO = Decimal(0)
_WORK_FILE = "Production.WorkOrder.csv.gz"


def usual_shelves(settings: Mapping[str, Any], tables: Tables) -> dict[int, int]:
    """Product to the location that it is received at and sold from."""
    finished, spare = settings["finished_goods_location"], settings["spare_location"]
    counted = tables.grouped("inventory", "product")
    chosen: dict[int, int] = {}
    for product in tables["products"]:
        rows = counted.get(product.id, [])
        if any(row.location == finished for row in rows) or (not rows and product.is_finished_good):
            chosen[product.id] = finished
        else:
            chosen[product.id] = max(rows, key=lambda row: (row.qty, -row.location)).location if rows else spare
    return chosen


def plan_stock_papers(
    settings: Mapping[str, Any], tables: Tables, plan: Plan, shelves: Mapping[int, int], costs: CostBook
) -> None:
    """Put opening stock, production receipts and consumption into the plan."""
    codes = {product.id: product.number for product in tables["products"]}
    final = {
        codes[row.product]: Decimal(row.qty) for row in tables["inventory"] if row.location == shelves[row.product]
    }
    orders = _whole_orders(tables, History.of(settings, "counted_on"), plan)
    plan_bills(tables, plan)
    plan_work_orders(orders, tables, plan)
    made = _made(orders, codes)
    needed = _components_needed(tables, orders, codes, settings["counted_on"])
    taken = [flow._replace(qty=-flow.qty) for flow in needed]
    stock = plan_stock([*_bought_and_sold(plan), *made, *taken], final, ends_on=settings["counted_on"])
    plan.papers = [
        _opening(settings, tables, stock.opening, costs, shelves),
        *_receipts(made, costs),
        *_issues([*needed, *stock.used]),
    ]
    pieces = sum((flow.qty for flow in made), ZERO)
    plan.figures.append(
        summed("pieces produced", tables.total("work_orders", "stocked_qty"), pieces, pieces, rounded=0)
    )


def _whole_orders(tables: Tables, history: History, plan: Plan) -> list[Row]:
    """The work orders whose days are possible; the others are told."""
    whole: list[Row] = []
    for order in tables["work_orders"]:
        found = history.fault(NamedDay("StartDate", order.starts_on), NamedDay("EndDate", order.ends_on))
        if found:
            plan.problems.append(RowProblem(_WORK_FILE, order.line, *found, document=str(order.id)))
        else:
            whole.append(order)
    return whole


def _bought_and_sold(plan: Plan) -> Iterator[Flow]:
    for purchase in plan.purchases:
        if purchase.received_on:
            for bought in purchase.lines:
                if bought.accepted_qty:
                    yield Flow(bought.item, purchase.received_on, bought.accepted_qty)
    for sale in plan.sales:
        if sale.delivered_on:
            for sold in sale.lines:
                yield Flow(sold.item, sale.delivered_on, -sold.qty)


def _made(orders: Iterable[Row], codes: Mapping[int, str]) -> list[Flow]:
    """Pieces put on the shelf, by product and day."""
    made: defaultdict[tuple[date, str], int] = defaultdict(int)
    for order in orders:
        made[order.ends_on, codes[order.product]] += order.stocked_qty
    return [Flow(item, day, Decimal(qty)) for (day, item), qty in sorted(made.items()) if qty]


def _components_needed(tables: Tables, orders: Iterable[Row], codes: Mapping[int, str], ends_on: date) -> list[Flow]:
    """Components made here that work orders took, by month end, the last by the end of all."""
    is_made = {product.id: product.is_made for product in tables["products"]}
    bills: defaultdict[int, list[Row]] = defaultdict(list)
    for component in tables["components"]:
        if component.assembly is not None and is_made[component.component]:
            bills[component.assembly].append(component)
    needed: defaultdict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
    for order in orders:
        for component in bills.get(order.product, ()):
            if component.starts_on <= order.starts_on <= (component.ends_on or order.starts_on):
                day = min(month_end(order.starts_on), ends_on)
                needed[day, codes[component.component]] += order.ordered_qty * component.qty
    return [Flow(item, day, qty) for (day, item), qty in sorted(needed.items()) if qty]


def _opening(
    settings: Mapping[str, Any],
    tables: Tables,
    levels: Mapping[str, Decimal],
    costs: CostBook,
    shelves: Mapping[int, int],
) -> Paper:
    """What lay on each shelf before the first day."""
    on = settings["opening_on"]
    lines = []
    for product in tables["products"]:
        level = levels.get(product.number, ZERO)
        if level:
            lines.append(PaperLine(product.number, level, costs.at(product.number, on), str(shelves[product.id])))
    codes = {product.id: product.number for product in tables["products"]}
    for row in tables["inventory"]:
        if row.qty and row.location != shelves[row.product]:
            item = codes[row.product]
            lines.append(PaperLine(item, Decimal(row.qty), costs.at(item, on), str(row.location)))
    return Paper("opening", PaperKind.OPENING, on, lines, "Stock before the first document")


def _receipts(made: Iterable[Flow], costs: CostBook) -> Iterator[Paper]:
    days: defaultdict[date, list[PaperLine]] = defaultdict(list)
    for flow in made:
        days[flow.on].append(PaperLine(flow.item, flow.qty, costs.at(flow.item, flow.on)))
    for day, lines in days.items():
        yield Paper(f"made-{day}", PaperKind.PRODUCTION_RECEIPT, day, lines, "Work orders finished")


def _issues(used: Iterable[Flow]) -> Iterator[Paper]:
    days: defaultdict[date, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for flow in used:
        days[flow.on][flow.item] += flow.qty
    for day in sorted(days):
        lines = [PaperLine(item, qty) for item, qty in sorted(days[day].items())]
        yield Paper(f"used-{day}", PaperKind.ISSUE, day, lines, "Components used in production")
