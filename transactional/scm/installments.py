"""When an amount falls due under payment terms."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO, split_amount

STARTS = ("invoice", "month_end", "order")


@dataclass(frozen=True, slots=True)
class DuePart:
    """A part of an amount with its due day."""

    due_on: date
    amount: Decimal
    company_amount: Decimal


def check_installments(installments: Sequence[Mapping[str, Any]]) -> None:
    """Nothing where the terms make sense.  Raises: Invalid where shares do not add up to one or a start is unknown."""
    problems = []
    total = ZERO
    for position, part in enumerate(installments):
        share = _share(part)
        if share is None or share <= 0:
            problems.append(FieldProblem(f"installments/{position}/share", "a share is a fraction above 0"))
        if part.get("after", "invoice") not in STARTS:
            problems.append(FieldProblem(f"installments/{position}/after", f"one of {', '.join(STARTS)}"))
        if not isinstance(part.get("days", 0), int) or part.get("days", 0) < 0:
            problems.append(FieldProblem(f"installments/{position}/days", "whole days, not negative"))
        total += share or ZERO
    if total != 1:
        problems.append(FieldProblem("installments", f"the shares add up to {total}, not to 1"))
    if problems:
        raise Invalid(problems)


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


def _share(part: Mapping[str, Any]) -> Decimal | None:
    try:
        return Decimal(str(part.get("share")))
    except InvalidOperation:
        return None


def _due_on(part: Mapping[str, Any], invoiced_on: date, ordered_on: date) -> date:
    after = part.get("after", "invoice")
    start = ordered_on if after == "order" else invoiced_on
    if after == "month_end":
        start = start.replace(day=monthrange(start.year, start.month)[1])
    return start + timedelta(days=int(part.get("days", 0)))
