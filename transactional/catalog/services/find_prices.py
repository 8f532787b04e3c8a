"""The units and price lists that documents are priced from, read once for a set of items."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemUnit, PriceList, PriceListLine, UnitOfMeasure
from transactional.catalog.pricing import PriceBook
from transactional.catalog.units import UnitTable
from transactional.kernel.rows import read
from transactional.kernel.session import Session


def find_items(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, Item]:
    """The items that exist, by id."""
    return {item.id: item for item in read(session, select(Item).where(Item.id.in_(set(item_ids))))}


def find_units(session: Session, item_ids: Iterable[UUID]) -> UnitTable:
    """All units of measure and the further units of some items."""
    units = read(session, select(UnitOfMeasure))
    return UnitTable(units, read(session, select(ItemUnit).where(ItemUnit.item_id.in_(set(item_ids)))))


def find_prices(session: Session, kind: str, item_ids: Sequence[UUID], units: UnitTable) -> PriceBook:
    """The active price lists of a kind with their lines for some items."""
    lists = read(session, select(PriceList).where(PriceList.kind == kind, PriceList.is_active))
    if not lists or not item_ids:
        return PriceBook((), (), units)
    lines = select(PriceListLine).where(
        PriceListLine.item_id.in_(set(item_ids)), PriceListLine.price_list_id.in_([row.id for row in lists])
    )
    return PriceBook(lists, read(session, lines), units)
