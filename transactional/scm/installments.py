"""When an amount falls due under payment terms."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from transactional.kernel.money import split_amount


@dataclass(frozen=True, slots=True)
class DuePart:
    """A part of an amount with its due day."""

    due_on: date
    amount: Decimal
    company_amount: Decimal


def due_parts(
    installments: Sequence[Mapping[str, Any]],
    amounts: tuple[Decimal, Decimal],
    *,
    invoiced_on: date,
    ordered_on: date | None,
    decimals: tuple[int, int] = (2, 2),
) -> list[DuePart]:
    """The parts of an amount with their due days; without terms the whole is due at once.

    Shapes: `amounts` and `decimals` are those of the document's currency and of the company's; each column adds up.
    """
    terms = installments or [{"share": "1", "days": 0, "after": "invoice"}]
    days = [_due_on(part, invoiced_on, ordered_on or invoiced_on) for part in terms]
    if len(terms) == 1:
        return [DuePart(days[0], *amounts)]
    shares = [Decimal(str(part["share"])) for part in terms]
    columns = [split_amount(amount, shares, places) for amount, places in zip(amounts, decimals, strict=True)]
    return [DuePart(due_on, *parts) for due_on, *parts in zip(days, *columns, strict=True)]


def _due_on(part: Mapping[str, Any], invoiced_on: date, ordered_on: date) -> date:
    after = part.get("after", "invoice")
    start = ordered_on if after == "order" else invoiced_on
    if after == "month_end":
        start = start.replace(day=monthrange(start.year, start.month)[1])
    return start + timedelta(days=int(part.get("days", 0)))
