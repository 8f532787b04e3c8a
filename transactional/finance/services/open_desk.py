"""Everything that a set of documents is priced and taxed from, in a fixed number of statements."""

from collections.abc import Callable, Iterable

from transactional.catalog.models import ItemCategory
from transactional.catalog.services.find_prices import ask_items, ask_prices, ask_units
from transactional.finance.pricing import Desk, LineAsk
from transactional.finance.services.find_taxes import find_taxes
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session


def open_desk(session: Session, kind: str, lines: Iterable[LineAsk]) -> Desk:
    """A desk for `sales` or `purchase` documents with these lines."""
    return ask_desk(session, kind, lines)()


def ask_desk(session: Session, kind: str, lines: Iterable[LineAsk]) -> Callable[[], Desk]:
    """What gives the desk; what is asked meanwhile is read in the same round trip."""
    asked = list(lines)
    item_ids = {line.item_id for line in asked}
    unpriced = {line.item_id for line in asked if line.unit_price is None}
    find_units, items = ask_units(session, item_ids), ask_items(session, item_ids)
    find_prices = ask_prices(session, kind, list(unpriced))

    def desk() -> Desk:
        units = find_units()
        return Desk(
            items={item.id: item for item in items.rows()},
            categories=read_all(session, ItemCategory),
            units=units,
            prices=find_prices(units),
            taxes=find_taxes(session),
        )

    return desk
