"""By how much a delivery may differ from what is ordered: pure."""

from decimal import Decimal
from typing import Protocol

from transactional.kernel.money import QUANTITY_PLACES, ZERO, round_amount


class Tolerant(Protocol):
    """Whatever may say by how much deliveries may differ: a line as it is asked for, its item, its customer."""

    @property
    def over_delivery_share(self) -> Decimal | None: ...  # noqa: D102
    @property
    def under_delivery_share(self) -> Decimal | None: ...  # noqa: D102


class OrderedLine(Protocol):
    """An order line with its tolerances."""

    qty: Decimal
    over_delivery_share: Decimal
    under_delivery_share: Decimal


def tolerances_of(*nearest_first: Tolerant) -> tuple[Decimal, Decimal]:
    """How much more and how much less may be delivered, each by the nearest that says it; nothing where none does."""
    over = (each.over_delivery_share for each in nearest_first)
    under = (each.under_delivery_share for each in nearest_first)
    return next((x for x in over if x is not None), ZERO), next((x for x in under if x is not None), ZERO)


def deliverable_qty(line: OrderedLine, delivered_qty: Decimal) -> Decimal:
    """The most that may still be handed over of a line, tolerance included."""
    return line.qty + round_amount(line.qty * line.over_delivery_share, QUANTITY_PLACES) - delivered_qty


def closes(line: OrderedLine, delivered_qty: Decimal) -> bool:
    """Whether what is delivered is less than ordered and yet enough: the rest is not waited for."""
    return ZERO < delivered_qty < line.qty and delivered_qty >= line.qty * (1 - line.under_delivery_share)
