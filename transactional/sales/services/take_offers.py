"""Special offers that lines of orders name: their discounts, where the offers hold."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.sales.models import Offer
from transactional.sales.specs import NewOrder, NewOrderLine


def take_offers(session: Session, orders: Sequence[NewOrder]) -> Sequence[NewOrder]:
    """The orders, lines that name an offer and no discount with the offer's.

    A line whose discount is told as an amount comes from another system's books and is taken as it is.
    Raises: Invalid naming every offer that is unknown, does not run on the order's day or is for other quantities.
    """
    named = {line.offer_id for new in orders for line in new.lines if line.offer_id and line.discount_amount is None}
    if not named:
        return orders
    offers = {row.id: row for row in read(session, select(Offer).where(any_of(Offer.id, named)))}
    problems: list[FieldProblem] = []
    taken = []
    for number, new in enumerate(orders):
        path = place_in("orders", number, orders)
        lines = [
            _line(line, new, offers, f"{path}lines/{position}/", problems) for position, line in enumerate(new.lines)
        ]
        taken.append(replace(new, lines=lines))
    if problems:
        raise Invalid(problems)
    return taken


def _line(
    line: NewOrderLine, new: NewOrder, offers: dict[UUID, Offer], path: str, problems: list[FieldProblem]
) -> NewOrderLine:
    if line.offer_id is None or line.discount_amount is not None:
        return line
    offer = offers.get(line.offer_id)
    if offer is None:
        problems.append(FieldProblem(f"{path}offer_id", "no such special offer", "unknown_offer"))
        return line
    if new.ordered_on < offer.starts_on or (offer.ends_on is not None and new.ordered_on > offer.ends_on):
        reason = f"special offer {offer.code} does not run on {new.ordered_on.isoformat()}"
        problems.append(FieldProblem(f"{path}offer_id", reason, "offer_not_running"))
    if (offer.min_qty is not None and line.qty < offer.min_qty) or (
        offer.max_qty is not None and line.qty > offer.max_qty
    ):
        reason = f"special offer {offer.code} is for {_range(offer)}"
        problems.append(FieldProblem(f"{path}qty", reason, "offer_quantity"))
    return line if line.discount_share is not None else replace(line, discount_share=offer.discount_share)


def _range(offer: Offer) -> str:
    least = "" if offer.min_qty is None else f"{offer.min_qty.normalize():f} "
    return f"quantities {least}and more" if offer.max_qty is None else f"{least}to {offer.max_qty.normalize():f}"
