"""The units and price lists that documents are priced from, read once for a set of items."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemKind, ItemUnit, PriceList, PriceListLine, UnitOfMeasure
from transactional.catalog.pricing import PriceBook
from transactional.catalog.units import UnitTable
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Lookup, Query, among

_ITEMS = Query(select(Item).where(among(Item.id, "items")))
_ITEM_UNITS = Query(select(ItemUnit).where(among(ItemUnit.item_id, "items")))
_PRICES = Query(
    select(PriceListLine).where(among(PriceListLine.item_id, "items"), among(PriceListLine.price_list_id, "lists"))
)


def find_items(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, Item]:
    """The items that exist, by id."""
    return {item.id: item for item in _ITEMS.rows(session, items=item_ids)}


_STOCK_ITEMS = Lookup(select(Item.id).where(among(Item.id, "items"), Item.kind == ItemKind.STOCK))


def find_stock_items(session: Session, item_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the items that are kept in stock."""
    return frozenset(row[0] for row in _STOCK_ITEMS.rows(session, items=item_ids))


def find_units(session: Session, item_ids: Iterable[UUID]) -> UnitTable:
    """All units of measure and the further units of some items."""
    units = read_all(session, UnitOfMeasure).values()
    return UnitTable(units, _ITEM_UNITS.rows(session, items=item_ids))


def find_prices(session: Session, kind: str, item_ids: Sequence[UUID], units: UnitTable) -> PriceBook:
    """The active price lists of a kind with their lines for some items."""
    lists = [row for row in read_all(session, PriceList).values() if row.kind == kind and row.is_active]
    if not lists or not item_ids:
        return PriceBook((), (), units)
    lines = _PRICES.rows(session, items=item_ids, lists=[row.id for row in lists])
    return PriceBook(lists, lines, units)
