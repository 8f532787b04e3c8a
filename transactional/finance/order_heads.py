"""What the heads of sales and purchase orders have in common: days, freight and sums. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from transactional.finance.freights import Freight
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import ZERO, has_more_decimals
from transactional.organization.currencies import decimals_of


class Promised(Protocol):
    """Whatever is promised for a day."""

    @property
    def promised_on(self) -> date | None: ...  # noqa: D102


class Summed(Protocol):
    """A line with its amounts."""

    net_amount: Decimal
    tax_amount: Decimal
    company_net_amount: Decimal


class OrderHead(Summed, Protocol):
    """The head of an order."""

    ordered_on: date
    promised_on: date | None
    currency_code: str
    freight_amount: Decimal
    freight_tax_amount: Decimal
    freight_tax_code_id: UUID | None
    total_amount: Decimal
    revision: int


class HeadChange(Protocol):
    """What of a head shall be another; what is left out stays."""

    @property
    def promised_on(self) -> date | None: ...  # noqa: D102
    @property
    def freight_amount(self) -> Decimal | None: ...  # noqa: D102


class Freighted(Protocol):
    """The freight of a head."""

    freight_amount: Decimal
    freight_tax_amount: Decimal
    freight_tax_code_id: UUID | None


def freight_of(head: Freighted) -> Freight:
    """What a head charges for the way."""
    return Freight(head.freight_amount, head.freight_tax_amount, head.freight_tax_code_id)


def put_freight(head: Freighted, freight: Freight) -> None:
    """The head charges this for the way."""
    head.freight_amount, head.freight_tax_amount = freight.net_amount, freight.tax_amount
    head.freight_tax_code_id = freight.tax_code_id


def freight_problems(amount: Decimal, currency_code: str, path: str) -> list[FieldProblem]:
    """A freight below zero, or finer than its currency."""
    if amount < 0 or has_more_decimals(amount, decimals_of(currency_code)):
        reason = "not negative, with the currency's decimals"
        return [FieldProblem(f"{path}freight_amount", reason, "amount_of_currency")]
    return []


def promise_problems(head: Promised, lines: Sequence[Promised], ordered_on: date, path: str) -> list[FieldProblem]:
    """Days promised, of a document and of its lines, that lie before the order's."""
    promised = [(f"{path}promised_on", head.promised_on)]
    promised += [(f"{path}lines/{position}/promised_on", line.promised_on) for position, line in enumerate(lines)]
    return [
        FieldProblem(where, "before the day of the order", "too_early")
        for where, day in promised
        if day is not None and day < ordered_on
    ]


def revise_head(order: OrderHead, change: HeadChange, lines: Iterable[Summed], freight: Freight | None) -> None:
    """The order in its new revision, with the sums of its lines as they shall be and its freight, where it is new."""
    order.promised_on = change.promised_on or order.promised_on
    if freight is not None:
        put_freight(order, freight)
    order.net_amount = order.company_net_amount = ZERO
    order.tax_amount = order.freight_tax_amount
    for line in lines:
        order.net_amount += line.net_amount
        order.tax_amount += line.tax_amount
        order.company_net_amount += line.company_net_amount
    order.total_amount = order.net_amount + order.tax_amount + order.freight_amount
    order.revision += 1
