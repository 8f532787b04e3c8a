"""Three-way match: what a supplier bills against what was ordered and what was received."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from transactional.finance.proration import Billed, bill_part
from transactional.finance.taxes import Tax, TaxedAmount, tax_again, tax_line
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

    Units: `net_amount` and `tax_amount` in the document's currency, the tax only where the price contains it;
    `value_amount` at receipt value in company currency.
    """

    billed: BilledLine
    arrived: Arrived | None
    qty: Decimal
    net_amount: Decimal
    value_amount: Decimal
    tax_amount: Decimal | None = None


def differences(billed: BilledLine, received_qty: Decimal, tolerances: Tolerances) -> Iterator[str]:
    """What exceeds the tolerances, in words that name line, figures and direction."""
    number, ordered = billed.line.line_number, billed.line.unit_price
    if abs(billed.unit_price - ordered) > ordered * tolerances.invoice_price_share:
        yield f"line {number}: price {_plain(billed.unit_price)} instead of {_plain(ordered)}"
    if billed.qty > received_qty * (1 + tolerances.invoice_qty_share):
        yield f"line {number}: quantity {_plain(billed.qty)} billed, {_plain(received_qty)} received and not billed"


def match(
    billed: BilledLine,
    arrived: Sequence[Arrived],
    before: Billed,
    decimals: tuple[int, int],
    taxes: tuple[Tax, Tax] | None = None,
) -> list[MatchedPart]:
    """A billed line by receipt line, oldest first; the amounts add up to what the supplier asks for.

    Shapes: decimals of the document's and of the company's currency; the line's tax as it held on the order's day and
    holds on the invoice's.
    """
    total = _asked(billed, before, decimals[0], taxes)
    contained = total.tax_amount if taxes and taxes[1].is_inclusive else None
    pieces: list[tuple[Arrived | None, Decimal]] = []
    left = billed.qty
    for row in arrived:
        qty = min(left, row.billable_qty)
        if qty > 0:
            pieces.append((row, qty))
            left -= qty
    if left > 0:
        pieces.append((None, left))
    nets = _shared(total.net_amount, billed.qty, pieces, decimals[0])
    shares: Sequence[Decimal | None] = [None for _ in pieces]
    if contained is not None:
        shares = _shared(contained, billed.qty, pieces, decimals[0])
    return [
        MatchedPart(billed, row, qty, net, _receipt_value(row, qty, decimals[1]) if row else ZERO, tax)
        for (row, qty), net, tax in zip(pieces, nets, shares, strict=True)
    ]


def _shared(
    total: Decimal, qty: Decimal, pieces: Sequence[tuple[Arrived | None, Decimal]], decimals: int
) -> list[Decimal]:
    """An amount by pieces; the last one takes the rest."""
    parts = [round_amount(total * each / qty, decimals) for _, each in pieces[:-1]]
    return [*parts, total - sum(parts, ZERO)]


def _asked(billed: BilledLine, before: Billed, decimals: int, taxes: tuple[Tax, Tax] | None) -> TaxedAmount:
    """At the order's price the parts of a line add up to it; at another price the supplier's figure stands.

    The tax is the one that the price contains; any other is worked out on the net amount.
    """
    if billed.unit_price == billed.line.unit_price and before.qty + billed.qty <= billed.line.qty:
        part = bill_part(billed.line, ZERO, billed.qty, before, decimals)
        ordered = TaxedAmount(part.net_amount, part.tax_amount)
        return tax_again(ordered, *taxes, decimals) if taxes else ordered
    amount = round_amount(billed.qty * billed.unit_price, decimals)
    asked = tax_line(amount, taxes[1], decimals) if taxes else TaxedAmount(amount, ZERO)
    before.qty += billed.qty
    before.net_amount += asked.net_amount
    before.tax_amount += asked.tax_amount
    return asked


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
