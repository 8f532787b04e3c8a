"""What the catalogue does on its own: items and their units."""

from decimal import Decimal
from uuid import UUID

from transactional.catalog.models import Item, ItemCategory, UnitOfMeasure
from transactional.catalog.services.find_prices import find_stock_items
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session


def make_item(session: Session, kind: str = "stock") -> UUID:
    """An item with a list price of 100."""
    unit = UnitOfMeasure(id=new_id(), code=f"EA-{kind}", name="each")
    category = ItemCategory(id=new_id(), code=f"C-{kind}", name="Goods")
    insert_all(session, [unit])
    insert_all(session, [category])
    item = Item(
        id=new_id(),
        code=f"ITEM-{kind}",
        name="Item",
        kind=kind,
        category_id=category.id,
        unit_id=unit.id,
        tax_class="standard",
        list_price=Decimal(100),
        costing_method="moving_average",
    )
    insert_all(session, [item])
    return item.id


def services_are_not_kept_in_stock(session: Session) -> None:
    """Goods are."""
    goods, service = make_item(session), make_item(session, "service")
    assert find_stock_items(session, [goods, service]).keys() == {goods}


SHARE = (services_are_not_kept_in_stock,)
