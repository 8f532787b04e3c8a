"""Prices of one list never hold twice on a day."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from tests.factories.documents import Shop, add_price, make_item
from transactional.catalog.errors import PricesOverlap
from transactional.catalog.services.check_prices import check_prices
from transactional.kernel.ids import new_id
from transactional.kernel.resource import Change
from transactional.kernel.session import Session

D = Decimal


def change(shop: Shop, item_id: UUID, since: date, until: date | None = None, min_qty: str = "0") -> Change:
    """A new price of an item in the shop's list."""
    values = {
        "price_list_id": shop.installed.price_list.id,
        "item_id": item_id,
        "unit_id": None,
        "min_qty": D(min_qty),
        "unit_price": D(9),
        "valid_from": since,
        "valid_to": until,
    }
    return Change(new_id(), values)


@pytest.mark.feature("3.6.9")
@pytest.mark.parametrize(
    ("since", "until"), [(date(2026, 1, 31), None), (date(2025, 1, 1), date(2026, 1, 1)), (date(2025, 1, 1), None)]
)
def test_a_price_that_holds_on_the_day_of_another_is_refused(
    session: Session, shop: Shop, since: date, until: date | None
) -> None:
    item_id = make_item(session, shop)
    price_list_id = shop.installed.price_list.id
    add_price(session, price_list_id, item_id, "10", valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 31))
    with pytest.raises(PricesOverlap, match="CHAIR"):
        check_prices(session, [change(shop, item_id, since, until)])


@pytest.mark.feature("3.6.9")
def test_prices_of_other_days_or_breaks_stand_side_by_side(session: Session, shop: Shop) -> None:
    item_id = make_item(session, shop)
    price_list_id = shop.installed.price_list.id
    add_price(session, price_list_id, item_id, "10", valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 31))
    beside = [
        change(shop, item_id, date(2026, 2, 1)),
        change(shop, item_id, date(2025, 1, 1), date(2025, 12, 31)),
        change(shop, item_id, date(2026, 1, 1), min_qty="10"),
        change(shop, item_id, date(2024, 10, 31), date(2024, 10, 31)),
    ]
    assert list(check_prices(session, beside)) == []
    with pytest.raises(PricesOverlap):
        check_prices(session, [*beside, change(shop, item_id, date(2026, 3, 1))])
