"""What bills and routings must be like as they are written: numbered, countable, and no item inside itself."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from transactional.catalog.models import Item, ItemKind
from transactional.catalog.units import UnitRefused
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.platform.services.take_numbers import take_numbers
from transactional.production.errors import BillCycle
from transactional.production.explosion import find_cycle, ringed
from transactional.production.graph import edges_below, unit_table
from transactional.production.models import BillLineKind

Prepare = Callable[[Session, Sequence[Change]], Iterable[tuple[int, FieldProblem]]]
_ONE_WRITER = "select pg_advisory_xact_lock(hashtextextended('bills:' || cast(:tenant as text), 0))"


def coded(document_type: str) -> Prepare:
    """A rule that gives versions without a code the next number of the year that they begin in."""

    def prepare(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
        fresh: defaultdict[UUID, list[Change]] = defaultdict(list)
        for change in changes:
            if change.before is None and change.value("company_id") and not change.value("code"):
                fresh[change.value("company_id")].append(change)
        for company_id, own in sorted(fresh.items()):
            numbers = take_numbers(session, document_type, company_id, [change.value("valid_from") for change in own])
            for change, number in zip(own, numbers, strict=True):
                change.values["code"] = number
        return ()

    return prepare


def version_problems(change: Change) -> Iterator[FieldProblem]:
    """A version that ends before it begins."""
    if change.value("valid_to") is not None and change.value("valid_to") < change.value("valid_from"):
        yield FieldProblem("valid_to", "lies before the first day", "range_reversed")


def check_made(session: Session, changes: Sequence[Change]) -> Iterator[tuple[int, FieldProblem]]:
    """Versions for what is not kept in stock."""
    items = _items(session, (change.value("item_id") for change in changes))
    for position, change in enumerate(changes):
        item = items.get(change.value("item_id"))
        if item is not None and item.kind != ItemKind.STOCK:
            reason = f"item {item.code} is a service: only what is kept in stock is made"
            yield position, FieldProblem("item_id", reason, "not_stocked")


def check_lines(session: Session, documents: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, FieldProblem]]:
    """Lines that cannot be counted, and by-products that would take the whole cost."""
    lines = [line for values in documents for line in values.get("lines") or ()]
    item_ids = {line["item_id"] for line in lines}
    items, units = _items(session, item_ids), unit_table(session, item_ids)
    for position, values in enumerate(documents):
        share = sum((line.get("cost_share") or 0 for line in values.get("lines") or ()), start=0)
        if share >= 1:
            reason = "by-products take all of the cost: leave a part for the product"
            yield position, FieldProblem("lines", reason, "cost_share_too_large")
        for number, line in enumerate(values.get("lines") or ()):
            item = items.get(line["item_id"])
            path = f"lines/{number}"
            if item is None:
                continue
            yield from ((position, problem) for problem in _line_problems(path, line, item))
            try:
                # A part of a piece may go into one product: an order takes whole ones.
                units.ratio(item, line.get("unit_id"))
            except UnitRefused as error:
                yield position, FieldProblem(f"{path}/unit_id", str(error), "unit_refused")


def _line_problems(path: str, line: Mapping[str, Any], item: Item) -> Iterator[FieldProblem]:
    if item.kind != ItemKind.STOCK:
        reason = f"item {item.code} is a service: what is done belongs into the routing"
        yield FieldProblem(f"{path}/item_id", reason, "not_stocked")
    is_by_product = line.get("kind") == BillLineKind.BY_PRODUCT
    if is_by_product and (line.get("alternative_group") or line.get("scrap_share")):
        reason = "a by-product has neither alternatives nor scrap"
        yield FieldProblem(f"{path}/kind", reason, "by_product_alone")
    if not is_by_product and line.get("cost_share"):
        reason = "only a by-product takes a share of the cost"
        yield FieldProblem(f"{path}/cost_share", reason, "cost_share_of_component")


def check_no_cycle(session: Session, changes: Sequence[Change]) -> None:
    """Nothing where no item goes into itself on any day.  Raises: BillCycle naming the way from it back to it.

    One writer of bills at a time: two of them could close a ring together that neither sees alone.
    """
    session.execute(text(_ONE_WRITER), {"tenant": str(session.tenant_id)})
    written: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for change in changes:
        written[change.value("company_id")].add(change.value("item_id"))
    for company_id, item_ids in sorted(written.items()):
        edges = edges_below(session, company_id, item_ids)
        for item_id in sorted(item_ids & ringed(edges)):
            path = find_cycle(edges, item_id)
            if path is not None:
                items = _items(session, path)
                codes = [items[key].code for key in path]
                raise BillCycle(item=codes[0], path=" > ".join(codes))


def _items(session: Session, ids: Iterable[UUID]) -> dict[UUID, Item]:
    return {row.id: row for row in read(session, select(Item).where(any_of(Item.id, ids)))}
