"""A plan by months and batches: what is booked together, in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from importers.batches import Touch, cut_into_batches
from importers.plan import CostChange, Credit, Note, Paper, PaperKind, Plan, Purchase, Sale

T = TypeVar("T")
ARRIVAL, DEPARTURE, USE, COME_BACK = range(4)
"""The ranks of a batch: what arrives, what is delivered, what is used up or written off, what customers bring back."""
_ARRIVING = {PaperKind.OPENING, PaperKind.PRODUCTION_RECEIPT}


@dataclass(slots=True)
class Batch:
    """Days that are booked rank by rank."""

    days: list[date]
    arriving: list[Paper] = field(default_factory=list)
    received: list[Purchase] = field(default_factory=list)
    delivered: list[Sale] = field(default_factory=list)
    used: list[Paper] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    cost_changes: list[CostChange] = field(default_factory=list)
    """On its first day, before anything else."""


@dataclass(slots=True)
class Month:
    """One step of an import: one transaction, all of it or nothing."""

    first_day: date
    batches: list[Batch] = field(default_factory=list)
    ordered: list[Sale] = field(default_factory=list)
    purchased: list[Purchase] = field(default_factory=list)
    paid_by_customers: list[Sale] = field(default_factory=list)
    paid_to_suppliers: list[Purchase] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """How many documents the month books."""
        moved = sum(len(b.arriving) + 2 * len(b.received) + 2 * len(b.delivered) for b in self.batches)
        back = sum(len(batch.used) + len(batch.credits) for batch in self.batches)
        paid = len(self.paid_by_customers) + len(self.paid_to_suppliers)
        return len(self.ordered) + len(self.purchased) + moved + back + paid + len(self.notes)


def arrives(paper: Paper) -> bool:
    """Whether a stock document brings stock in."""
    return paper.kind in _ARRIVING or (paper.kind is PaperKind.ADJUSTMENT and all(line.qty > 0 for line in paper.lines))


def months_of(plan: Plan) -> list[Month]:
    """The plan in months, each cut so that no item whose value depends on the order is booked backwards.

    To items valued at standard cost the order within a batch does not matter, but a change of cost does.
    """
    free = {record.key for record in plan.masters["items"] if record.values["costing_method"] == "standard"}
    changes = {change.on for change in plan.cost_changes}
    days = {*changes, *_days(plan)}
    touches = [touch for touch in _touches(plan) if touch.item not in free]
    months: dict[tuple[int, int], Month] = {}
    batch_of: dict[date, Batch] = {}
    for batch_days in cut_into_batches(days, touches, before=changes):
        first = batch_days[0]
        month = months.setdefault((first.year, first.month), Month(first.replace(day=1)))
        batch = Batch(batch_days)
        month.batches.append(batch)
        batch_of.update(dict.fromkeys(batch_days, batch))
    _fill_batches(plan, batch_of)
    _fill_months(plan, months)
    return list(months.values())


def _fill_batches(plan: Plan, batch_of: Mapping[date, Batch]) -> None:
    for change in plan.cost_changes:
        batch_of[change.on].cost_changes.append(change)
    for paper in plan.papers:
        batch = batch_of[paper.on]
        (batch.arriving if arrives(paper) else batch.used).append(paper)
    for purchase in plan.purchases:
        if purchase.received_on:
            batch_of[purchase.received_on].received.append(purchase)
    for sale in plan.sales:
        if sale.delivered_on:
            batch_of[sale.delivered_on].delivered.append(sale)
    for credit in plan.credits:
        batch_of[credit.on].credits.append(credit)


def _fill_months(plan: Plan, months: Mapping[tuple[int, int], Month]) -> None:
    def by_month(rows: Iterable[T], day_of: Callable[[T], date | None]) -> dict[tuple[int, int], list[T]]:
        found: defaultdict[tuple[int, int], list[T]] = defaultdict(list)
        for row in rows:
            day = day_of(row)
            if day:
                found[day.year, day.month].append(row)
        return {key: sorted(group, key=lambda row: day_of(row) or date.min) for key, group in found.items()}

    ordered = by_month(plan.sales, lambda sale: sale.ordered_on)
    purchased = by_month(plan.purchases, lambda purchase: purchase.ordered_on)
    receipts = by_month(plan.sales, lambda sale: sale.paid_on)
    payments = by_month(plan.purchases, lambda purchase: purchase.paid_on)
    notes = by_month(plan.notes, lambda note: note.on)
    for key, month in months.items():
        month.ordered, month.purchased = ordered.get(key, []), purchased.get(key, [])
        month.paid_by_customers, month.paid_to_suppliers = receipts.get(key, []), payments.get(key, [])
        month.notes = notes.get(key, [])


def _days(plan: Plan) -> Iterator[date]:
    for sale in plan.sales:
        yield from (day for day in (sale.ordered_on, sale.delivered_on, sale.paid_on) if day)
    for purchase in plan.purchases:
        yield from (day for day in (purchase.ordered_on, purchase.received_on, purchase.paid_on) if day)
    yield from (paper.on for paper in plan.papers)
    yield from (credit.on for credit in plan.credits)
    yield from (note.on for note in plan.notes)


def _touches(plan: Plan) -> Iterator[Touch]:
    for paper in plan.papers:
        rank = ARRIVAL if arrives(paper) else USE
        yield from (Touch(paper.on, rank, line.item) for line in paper.lines)
    for purchase in plan.purchases:
        if purchase.received_on:
            yield from (Touch(purchase.received_on, ARRIVAL, line.item) for line in purchase.lines if line.accepted_qty)
    for sale in plan.sales:
        if sale.delivered_on:
            yield from (Touch(sale.delivered_on, DEPARTURE, line.item) for line in sale.lines)
    sold = {(sale.ref, line.ref): line.item for sale in plan.sales for line in sale.lines} if plan.credits else {}
    for credit in plan.credits:
        yield from (Touch(credit.on, COME_BACK, sold[line.sale, line.line]) for line in credit.lines)
