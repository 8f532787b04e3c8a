"""The units and price lists that documents are priced from, read once for a set of items."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import String, and_, bindparam, select

from transactional.catalog.models import Item, ItemKind, ItemUnit, PriceList, PriceListLine, UnitOfMeasure
from transactional.catalog.pricing import PriceBook
from transactional.catalog.units import UnitTable
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, Query, among

_ITEMS = Query(select(Item).where(among(Item.id, "items")))
_ITEM_UNITS = Query(select(ItemUnit).where(among(ItemUnit.item_id, "items")))
_PRICES = Query(
    select(PriceListLine)
    .join(PriceList, and_(PriceList.tenant_id == PriceListLine.tenant_id, PriceList.id == PriceListLine.price_list_id))
    .where(
        among(PriceListLine.item_id, "items"), PriceList.kind == bindparam("kind", type_=String()), PriceList.is_active
    )
)


def ask_items(session: Session, item_ids: Iterable[UUID]) -> Asked[Item]:
    """Those of the items that exist."""
    return _ITEMS.ask(session, items=item_ids)


_STOCK_ITEMS = Lookup(select(Item.id, Item.tracking_mode).where(among(Item.id, "items"), Item.kind == ItemKind.STOCK))


def find_stock_items(session: Session, item_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Those of the items that are kept in stock, with how far their stock is told apart."""
    return dict(_STOCK_ITEMS.rows(session, items=item_ids))


def ask_units(session: Session, item_ids: Iterable[UUID]) -> Callable[[], UnitTable]:
    """What gives all units of measure and the further units of some items."""
    asked = _ITEM_UNITS.ask(session, items=item_ids)
    return lambda: UnitTable(read_all(session, UnitOfMeasure).values(), asked.rows())


def ask_prices(session: Session, kind: str, item_ids: Sequence[UUID]) -> Callable[[UnitTable], PriceBook]:
    """What gives the active price lists of a kind with their lines for some items."""
    if not item_ids:
        return lambda units: PriceBook((), (), units)
    asked = _PRICES.ask(session, items=item_ids, kind=kind)

    def book(units: UnitTable) -> PriceBook:
        lists = [row for row in read_all(session, PriceList).values() if row.kind == kind and row.is_active]
        return PriceBook(lists, asked.rows(), units)

    return book
