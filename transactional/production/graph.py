"""Which items go into which, read as a set: the bills in force on a day below or above some items."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from transactional.catalog.models import Item, ItemUnit, UnitOfMeasure
from transactional.catalog.units import UnitTable
from transactional.kernel.arrays import any_of, uuid_array
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.production.models import Bill, BillLine, BillLineKind, Routing

# The latest version that has begun; where that one has ended, the item is not made at all.
_IN_FORCE = (
    "with recursive latest as ("
    " select distinct on (bills.item_id) bills.id, bills.item_id, bills.valid_to from production.bills"
    " where bills.company_id = :company and bills.valid_from <= :on"
    " order by bills.item_id, bills.valid_from desc),"
    " edges as ("
    " select latest.id as bill_id, latest.item_id as parent_id, lines.item_id as child_id from latest"
    " inner join production.bill_lines as lines on lines.bill_id = latest.id and lines.kind = 'component'"
    " where latest.valid_to is null or latest.valid_to >= :on),"
)
_BELOW = _IN_FORCE + (  # noqa: S608  # two constants
    " reached (item_id) as ("
    " select unnest(cast(:items as uuid[]))"
    " union select edges.child_id from reached inner join edges on edges.parent_id = reached.item_id)"
    " select distinct edges.bill_id from edges inner join reached on reached.item_id = edges.parent_id"
)
_ABOVE = _IN_FORCE + (  # noqa: S608
    " reached (item_id) as ("
    " select unnest(cast(:items as uuid[]))"
    " union select edges.parent_id from reached inner join edges on edges.child_id = reached.item_id)"
    " select distinct edges.bill_id from edges inner join reached on reached.item_id = edges.child_id"
)
_ANY_DAY = (
    "with recursive versions as ("
    " select id, item_id, valid_from, least(valid_to + 1, lead(valid_from) over ("
    " partition by company_id, item_id order by valid_from)) as valid_to"
    " from production.bills where company_id = :company),"
    " edges as ("
    " select versions.item_id as parent_id, lines.item_id as child_id, versions.valid_from, versions.valid_to"
    " from versions inner join production.bill_lines as lines"
    " on lines.bill_id = versions.id and lines.kind = 'component'),"
    " reached (item_id) as ("
    " select unnest(cast(:items as uuid[]))"
    " union select edges.child_id from reached inner join edges on edges.parent_id = reached.item_id)"
    " select distinct edges.parent_id, edges.child_id, edges.valid_from, edges.valid_to from edges"
    " inner join reached on reached.item_id = edges.parent_id order by 1, 2, 3"
)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of a bill, counted in the item's stock unit."""

    kind: BillLineKind
    item_id: UUID
    qty: Fraction
    """For the bill's quantity, with what is lost on the way."""
    alternative_group: str | None
    cost_share: Fraction


@dataclass(frozen=True, slots=True)
class BillFacts:
    """A bill in force with its lines in their order."""

    id: UUID
    item_id: UUID
    qty: Fraction
    lines: Sequence[LineFacts]

    def components(self, chosen: Iterable[UUID] = ()) -> list[LineFacts]:
        """What goes in: of each group the chosen one, else the first."""
        wanted, found, groups = set(chosen), [], {}
        for line in self.lines:
            if line.kind is BillLineKind.BY_PRODUCT:
                continue
            if line.alternative_group is None:
                found.append(line)
            elif line.alternative_group not in groups:
                groups[line.alternative_group] = len(found)
                found.append(line)
            elif line.item_id in wanted and found[groups[line.alternative_group]].item_id not in wanted:
                found[groups[line.alternative_group]] = line
        return found

    def alternatives(self, group: str) -> list[LineFacts]:
        """The components of which one is enough, in their order."""
        return [line for line in self.lines if line.alternative_group == group]

    @property
    def by_products(self) -> list[LineFacts]:
        """What comes out beside the product."""
        return [line for line in self.lines if line.kind is BillLineKind.BY_PRODUCT]


@dataclass(frozen=True, slots=True)
class Edge:
    """From a day up to another, which is no longer among them, one item goes into another."""

    parent_id: UUID
    child_id: UUID
    valid_from: date
    valid_to: date | None


def bills_below(session: Session, company_id: UUID, item_ids: Iterable[UUID], on: date) -> dict[UUID, BillFacts]:
    """The bills in force on a day of these items and of everything that goes into them, by item."""
    return _read(session, _ids(session, _BELOW, company_id, item_ids, on))


def bills_above(session: Session, company_id: UUID, item_ids: Iterable[UUID], on: date) -> dict[UUID, BillFacts]:
    """The bills in force on a day that these items go into, and those that these go into, by item."""
    return _read(session, _ids(session, _ABOVE, company_id, item_ids, on))


def edges_below(session: Session, company_id: UUID, item_ids: Iterable[UUID]) -> list[Edge]:
    """What goes into these items on any day, each with the days on which it does."""
    asked = {"company": company_id, "items": uuid_array(item_ids)}
    found: Sequence[Any] = session.execute(text(_ANY_DAY), asked).all()
    return [Edge(*row) for row in found]


def routings_of(session: Session, company_id: UUID, item_ids: Iterable[UUID], on: date) -> dict[UUID, Routing]:
    """The routing in force on a day of each item that has one."""
    wanted = select(Routing).where(
        any_of(Routing.item_id, item_ids), Routing.company_id == company_id, Routing.valid_from <= on
    )
    latest = {row.item_id: row for row in read(session, wanted.order_by(Routing.item_id, Routing.valid_from))}
    return {key: row for key, row in latest.items() if row.valid_to is None or row.valid_to >= on}


def unit_table(session: Session, item_ids: Iterable[UUID]) -> UnitTable:
    """Units of measure, with the further units of these items."""
    ratios = read(session, select(ItemUnit).where(any_of(ItemUnit.item_id, item_ids)))
    return UnitTable(read_all(session, UnitOfMeasure).values(), ratios)


def _ids(session: Session, statement: str, company_id: UUID, item_ids: Iterable[UUID], on: date) -> list[UUID]:
    asked: dict[str, Any] = {"company": company_id, "items": uuid_array(item_ids), "on": on}
    return list(session.scalars(text(statement), asked))


def _read(session: Session, bill_ids: Sequence[UUID]) -> dict[UUID, BillFacts]:
    if not bill_ids:
        return {}
    bills = read(session, select(Bill).where(any_of(Bill.id, bill_ids)))
    ordered = select(BillLine).where(any_of(BillLine.bill_id, bill_ids))
    lines = read(session, ordered.order_by(BillLine.bill_id, BillLine.line_number, BillLine.id))
    item_ids = {line.item_id for line in lines}
    items = {row.id: row for row in read(session, select(Item).where(any_of(Item.id, item_ids)))}
    units = unit_table(session, item_ids)
    by_bill: defaultdict[UUID, list[LineFacts]] = defaultdict(list)
    for line in lines:
        by_bill[line.bill_id].append(_facts(line, items, units))
    return {bill.item_id: BillFacts(bill.id, bill.item_id, Fraction(bill.qty), by_bill[bill.id]) for bill in bills}


def _facts(line: BillLine, items: Mapping[UUID, Item], units: UnitTable) -> LineFacts:
    qty = Fraction(line.qty) * units.ratio(items[line.item_id], line.unit_id) * (1 + Fraction(line.scrap_share))
    kind = BillLineKind(line.kind)
    return LineFacts(kind, line.item_id, qty, line.alternative_group, Fraction(line.cost_share))
