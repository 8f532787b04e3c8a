"""What the company of the story makes: by bills of materials and orders, without touching its books.

Two lamps take four vases and a rug by the bill of March, and three vases by that of April. Of three orders that a
former system carried out one was late and one scrapped pieces; one order is still a draft.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.catalog.models import Item
from transactional.kernel.clock import utc_now
from transactional.kernel.records import create_records
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.production.models import ScrapReason
from transactional.production.resources import BILLS, SCRAP_REASONS
from transactional.production.services.create_orders import create_orders
from transactional.production.services.take_over_orders import take_over_orders
from transactional.production.specs import NewProductionOrder, TakenOverOrder

D = Decimal


def plan_lamps(session: Session, ids: dict[str, UUID]) -> None:
    """The bill of March, an order that was late and one that is a draft."""
    items = lock_by_id(session, Item, [ids["vase"], ids["rug"], ids["table"]])
    for item, cost in zip(items, ("12.5", "7", "90"), strict=True):
        item.standard_cost = D(cost)
    update_all(session, items, Item.standard_cost)
    [reason] = create_records(session, SCRAP_REASONS, [{"code": "CRACK", "name": "Crack"}])
    ids["crack"] = reason
    group = {"alternative_group": "stand"}
    lines = [
        {"item_id": ids["vase"], "qty": D(4), "scrap_share": D("0.5")},
        {"item_id": ids["rug"], "qty": D(1), **group},
        {"item_id": ids["table"], "qty": D(1), **group},
        {"item_id": ids["chair"], "qty": D(1), "kind": "by_product"},
    ]
    _write_bill(session, ids, date(2026, 3, 1), D(2), lines)
    late = TakenOverOrder(_order(ids, "OLD-1", D(10), 5), date(2026, 3, 9), D(8), D(2), reason)
    take_over_orders(session, [late], at=utc_now())
    create_orders(session, [_order(ids, None, D(7), 20)], at=utc_now())


def change_the_plan(session: Session, ids: dict[str, UUID]) -> None:
    """The bill of April, two more orders, and another name for the reason."""
    group = {"alternative_group": "stand"}
    lines = [
        {"item_id": ids["vase"], "qty": D(3), "scrap_share": D("0.5")},
        {"item_id": ids["rug"], "qty": D(1), **group},
        {"item_id": ids["table"], "qty": D(1), **group},
    ]
    _write_bill(session, ids, date(2026, 4, 1), D(2), lines)
    punctual = TakenOverOrder(_order(ids, "OLD-2", D(5), 12), date(2026, 3, 11), D(5))
    later = TakenOverOrder(_order(ids, "OLD-3", D(5), 12), date(2026, 3, 14), D(4), D(1), ids["crack"])
    take_over_orders(session, [punctual, later], at=utc_now())
    [reason] = lock_by_id(session, ScrapReason, [ids["crack"]])
    reason.name = "Cracked"
    update_all(session, [reason], ScrapReason.name)


def _write_bill(session: Session, ids: dict[str, UUID], on: date, qty: Decimal, lines: list[dict[str, object]]) -> None:
    bill = {"company_id": ids["company"], "item_id": ids["lamp"], "valid_from": on, "qty": qty, "lines": lines}
    create_records(session, BILLS, [bill])


def _order(ids: dict[str, UUID], number: str | None, qty: Decimal, due: int) -> NewProductionOrder:
    days = (date(2026, 3, 2), date(2026, 3, due))
    return NewProductionOrder(ids["company"], ids["lamp"], qty, *days, number=number)
