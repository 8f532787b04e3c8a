"""What a document charges for the way: taxed for itself, by the class that its company names for freight. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from transactional.finance.taxes import Tax, TaxPlace, TaxTable, tax_line
from transactional.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class Freight:
    """Freight without tax, its tax and the code that says which; amounts in the document's currency."""

    net_amount: Decimal = ZERO
    tax_amount: Decimal = ZERO
    tax_code_id: UUID | None = None

    def __add__(self, other: "Freight") -> "Freight":
        """Both together."""
        return Freight(
            self.net_amount + other.net_amount,
            self.tax_amount + other.tax_amount,
            self.tax_code_id or other.tax_code_id,
        )


NO_FREIGHT = Freight()


def tax_freight(
    amount: Decimal, tax_class: str | None, place: TaxPlace | None, taxes: TaxTable, decimals: int
) -> Freight:
    """Freight as somebody states it: it contains its tax where prices do. Rounded for itself, beside the lines.

    Raises: TaxRefused where no code fits the class; TaxRateMissing.
    """
    if tax_class is None or place is None:
        return Freight(amount)
    code = taxes.code_for(tax_class, place)
    return taxed(amount, taxes.tax(code.id, place.on), decimals) if amount else Freight(tax_code_id=code.id)


def taxed(amount: Decimal, tax: Tax | None, decimals: int) -> Freight:
    """Freight as somebody states it, under a tax or none."""
    if tax is None:
        return Freight(amount)
    found = tax_line(amount, tax, decimals)
    return Freight(found.net_amount, found.tax_amount, tax.code.id)


def bill_freight(
    ordered: Freight, billed: Freight, stated: Decimal | None, then: Tax | None, now: Tax | None, decimals: int
) -> Freight:
    """The freight of an invoice: what is stated, or all that is left of the order's; the part that ends it is the rest.

    `then` and `now` are the tax as it held on the order's day and holds on the invoice's: a rate that has changed since
    is taken, as for lines.
    """
    left = Freight(ordered.net_amount - billed.net_amount, ordered.tax_amount - billed.tax_amount, ordered.tax_code_id)
    contains_tax = now is not None and now.is_inclusive
    whole = left.net_amount + left.tax_amount if contains_tax else left.net_amount
    wanted = max(whole, ZERO) if stated is None else stated
    has_same_rate = then is None or now is None or then.factor == now.factor
    return left if wanted == whole and has_same_rate else taxed(wanted, now, decimals)
