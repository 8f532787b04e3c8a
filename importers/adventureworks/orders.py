"""What AdventureWorks makes its products of, and the work orders by which it made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from importers.plan import BillPart, BillVersion, Operation, Plan, Production, counted, summed
from importers.source import Row, Tables

ZERO = Decimal(0)
_DAY = timedelta(days=1)


def plan_bills(tables: Tables, plan: Plan) -> None:
    """Put the bills of materials into the plan: the source dates lines, each change of a line begins a version.

    A row without an assembly says that a product is sold, which is no bill. Quantities are per piece in the unit that
    the part is priced by, whatever unit the source names beside them.
    """
    codes = {product.id: product.number for product in tables["products"]}
    by_product: defaultdict[int, list[Row]] = defaultdict(list)
    for row in tables["components"]:
        if row.assembly is not None and row.qty:
            by_product[row.assembly].append(row)
    for product, rows in sorted(by_product.items()):
        plan.bills += _versions(codes[product], rows, codes)
    open_parts = [row for rows in by_product.values() for row in rows if row.ends_on is None]
    latest = {bill.item: bill for bill in plan.bills}
    booked = sum(len(bill.parts) for bill in latest.values() if bill.ends_on is None)
    plan.figures.append(counted("components of current bills", len(open_parts), booked))


def plan_work_orders(orders: Iterable[Row], tables: Tables, plan: Plan) -> None:
    """Put the work orders whose days are possible into the plan, as they ended."""
    codes = {product.id: product.number for product in tables["products"]}
    steps = tables.grouped("operations", "order")
    plan.productions = [_production(order, steps.get(order.id, ()), codes) for order in orders]
    read = len(tables.read["work_orders"])
    plan.figures.append(counted("work orders", read, len(plan.productions)))
    scrapped = sum((order.scrapped_qty for order in plan.productions), ZERO)
    source = tables.total("work_orders", "scrapped_qty")
    plan.figures.append(summed("pieces scrapped", source, scrapped, scrapped, rounded=0))


def _versions(item: str, rows: Iterable[Row], codes: Mapping[int, str]) -> Iterator[BillVersion]:
    lines = sorted(rows, key=lambda row: row.id)
    days = sorted({row.starts_on for row in lines} | {row.ends_on + _DAY for row in lines if row.ends_on is not None})
    before: list[BillPart] = []
    open_version: tuple[date, list[BillPart]] | None = None
    for day in days:
        parts = [
            BillPart(codes[row.component], row.qty)
            for row in lines
            if row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)
        ]
        if parts == before:
            continue
        if open_version is not None:
            yield BillVersion(item, *open_version, ends_on=None if parts else day - _DAY)
        open_version, before = ((day, parts) if parts else None), parts
    if open_version is not None:
        yield BillVersion(item, *open_version)


def _production(order: Row, steps: Iterable[Row], codes: Mapping[int, str]) -> Production:
    return Production(
        ref=str(order.id),
        item=codes[order.product],
        qty=Decimal(order.ordered_qty),
        starts_on=order.starts_on,
        due_on=order.due_on,
        finished_on=order.ends_on,
        produced_qty=Decimal(order.stocked_qty),
        scrapped_qty=Decimal(order.scrapped_qty),
        scrap_reason=None if order.scrap_reason is None else str(order.scrap_reason),
        operations=[
            Operation(
                number=step.number,
                work_centre=str(step.location),
                started_on=step.started_on,
                finished_on=step.finished_on,
                hours=step.hours,
                planned_amount=step.planned_cost,
                actual_amount=step.actual_cost,
            )
            for step in steps
        ],
    )
