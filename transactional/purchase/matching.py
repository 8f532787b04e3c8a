"""Three-way match: what a supplier bills against what was ordered and what was received."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from transactional.finance.proration import Billed, bill_part
from transactional.kernel.money import ZERO, round_amount
from transactional.purchase.models import PurchaseOrderLine
from transactional.purchase.progress import Arrived
from transactional.purchase.specs import Tolerances


@dataclass(frozen=True, slots=True)
class BilledLine:
    """An order line as the supplier bills it.  Units: `unit_price` per the order line's unit."""

    line: PurchaseOrderLine
    qty: Decimal
    unit_price: Decimal
    tax_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class MatchedPart:
    """A part of a billed line with the receipt line it is for; without one it is not received yet.

    Units: `net_amount` in the document's currency, `value_amount` at receipt value in company currency.
    """

    billed: BilledLine
    arrived: Arrived | None
    qty: Decimal
    net_amount: Decimal
    value_amount: Decimal


def differences(billed: BilledLine, received_qty: Decimal, tolerances: Tolerances) -> Iterator[str]:
    """What exceeds the tolerances, in words that name line, figures and direction."""
    number, ordered = billed.line.line_number, billed.line.unit_price
    if abs(billed.unit_price - ordered) > ordered * tolerances.invoice_price_share:
        yield f"line {number}: price {_plain(billed.unit_price)} instead of {_plain(ordered)}"
    if billed.qty > received_qty * (1 + tolerances.invoice_qty_share):
        yield f"line {number}: quantity {_plain(billed.qty)} billed, {_plain(received_qty)} received and not billed"


def match(
    billed: BilledLine, arrived: Sequence[Arrived], before: Billed, decimals: tuple[int, int]
) -> list[MatchedPart]:
    """A billed line by receipt line, oldest first; the net amounts add up to what the supplier asks for.

    Shapes: decimals of the document's and of the company's currency.
    """
    total = _net(billed, before, decimals[0])
    left, left_net = billed.qty, total
    parts = []
    for row in arrived:
        qty = min(left, row.billable_qty)
        if qty > 0:
            net = left_net if qty == left else round_amount(total * qty / billed.qty, decimals[0])
            parts.append(MatchedPart(billed, row, qty, net, _receipt_value(row, qty, decimals[1])))
            left, left_net = left - qty, left_net - net
    if left > 0:
        parts.append(MatchedPart(billed, None, left, left_net, ZERO))
    return parts


def _net(billed: BilledLine, before: Billed, decimals: int) -> Decimal:
    """At the order's price the parts of a line add up to it; at another price the supplier's figure stands."""
    if billed.unit_price == billed.line.unit_price and before.qty + billed.qty <= billed.line.qty:
        return bill_part(billed.line, ZERO, billed.qty, before, decimals).net_amount
    net = round_amount(billed.qty * billed.unit_price, decimals)
    before.qty += billed.qty
    before.net_amount += net
    return net


def _receipt_value(row: Arrived, qty: Decimal, decimals: int) -> Decimal:
    """What the quantity put into goods received not invoiced; the last part takes what is left there."""
    if not row.value_amount:
        return ZERO
    is_last = row.invoiced_qty + qty == row.accepted_qty
    value = (
        row.value_amount - row.invoiced_value_amount
        if is_last
        else round_amount(row.value_amount * qty / row.accepted_qty, decimals)
    )
    row.invoiced_qty += qty
    row.invoiced_value_amount += value
    return value


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
