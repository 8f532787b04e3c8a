"""No two prices of a list hold for the same thing on the same day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.errors import PricesOverlap
from transactional.catalog.models import Item, PriceList, PriceListLine
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import ZERO
from transactional.kernel.resource import Change
from transactional.kernel.rows import read
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which a price holds; the last one is among them."""

    line_id: UUID
    valid_from: date
    valid_to: date | None


PriceKey = tuple[UUID, UUID, UUID | None, Decimal]
"""List, item, unit and least quantity."""


def check_prices(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """No problems of single fields; the lists are held, so that two writers see each other's prices.

    Raises: PricesOverlap.
    """
    complete = [each for each in changes if each.value("price_list_id") and each.value("item_id")]
    list_ids = {each.value("price_list_id") for each in complete}
    read(session, select(PriceList).where(any_of(PriceList.id, list_ids)).order_by(PriceList.id).with_for_update())
    spans = _spans(session, list_ids, {each.value("item_id") for each in complete}, {each.id for each in complete})
    for each in complete:
        if each.value("valid_from") is not None:
            key = _key(each)
            span = Span(each.id, each.value("valid_from"), each.value("valid_to"))
            other = find_overlap(span, spans[key])
            if other:
                raise _refusal(session, key, max(span.valid_from, other.valid_from))
            spans[key].append(span)
    return ()


def find_overlap(span: Span, others: Iterable[Span]) -> Span | None:
    """The first of the others that shares a day with a span."""
    for other in others:
        starts_before_end = other.valid_to is None or span.valid_from <= other.valid_to
        ends_after_start = span.valid_to is None or other.valid_from <= span.valid_to
        if starts_before_end and ends_after_start:
            return other
    return None


def _key(each: Change) -> PriceKey:
    return each.value("price_list_id"), each.value("item_id"), each.value("unit_id"), each.value("min_qty") or ZERO


def _spans(
    session: Session, list_ids: set[UUID], item_ids: set[UUID], changing: set[UUID]
) -> defaultdict[PriceKey, list[Span]]:
    statement = select(PriceListLine).where(
        any_of(PriceListLine.price_list_id, list_ids), any_of(PriceListLine.item_id, item_ids)
    )
    spans: defaultdict[PriceKey, list[Span]] = defaultdict(list)
    for line in read(session, statement):
        if line.id not in changing:
            key = (line.price_list_id, line.item_id, line.unit_id, line.min_qty)
            spans[key].append(Span(line.id, line.valid_from, line.valid_to))
    return spans


def _refusal(session: Session, key: PriceKey, on: date) -> PricesOverlap:
    name = session.scalar(select(PriceList.name).where(PriceList.id == key[0]))
    item = session.scalar(select(Item.code).where(Item.id == key[1]))
    return PricesOverlap(price_list=name, item=item, min_qty=key[3], on=on.isoformat())
