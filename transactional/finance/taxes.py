"""Which tax holds for a line, and how much it is."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.finance.errors import TaxRateMissing
from transactional.finance.models import TaxCode, TaxKind, TaxRate
from transactional.kernel.money import ZERO, round_amount, split_amount

ONE = Decimal(1)


class TaxRefused(ValueError):
    """No tax can be chosen for an item; the text says why."""


@dataclass(frozen=True, slots=True)
class TaxPlace:
    """Who deals where and when: what a tax is chosen by, beside the item's class."""

    party_tax_class: str
    country_code: str | None
    on: date


@dataclass(frozen=True, slots=True)
class TaxShare:
    """One tax's part of a line: its factor on the net amount."""

    tax_code_id: UUID
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as it holds on a day, with the taxes it compounds on.

    Units: factors are fractions of the net amount; their sum is what the document adds (nothing under reverse charge).
    """

    code: TaxCode
    shares: tuple[TaxShare, ...]

    @property
    def factor(self) -> Decimal:
        """All shares together."""
        return sum((share.factor for share in self.shares), ZERO)

    @property
    def is_inclusive(self) -> bool:
        """Whether prices contain the tax."""
        return self.code.kind == TaxKind.INCLUSIVE

    @property
    def is_reverse(self) -> bool:
        """Whether the buyer owes the tax."""
        return self.code.kind == TaxKind.REVERSE_CHARGE


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """A line's amount without tax, and its tax."""

    net_amount: Decimal
    tax_amount: Decimal


class TaxTable:
    """Tax codes and their rates by day."""

    def __init__(self, codes: Iterable[TaxCode], rates: Iterable[TaxRate]) -> None:
        """Keep rates in order of their first day."""
        self._codes = {code.id: code for code in codes}
        days: defaultdict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
        for row in rates:
            days[row.tax_code_id].append((row.valid_from, row.rate))
        self._rates = {code_id: sorted(found) for code_id, found in days.items()}
        self._chosen: dict[tuple[str, TaxPlace], TaxCode | None] = {}
        self._taxes: dict[tuple[UUID, date], Tax] = {}

    def choose(self, item_tax_class: str, place: TaxPlace) -> Tax:
        """The tax of an item class for a party class at a place, as it holds on a day.

        Raises: TaxRefused where no code fits; TaxRateMissing where the code has no rate yet on that day.
        """
        return self.tax(self.code_for(item_tax_class, place).id, place.on)

    def code_for(self, item_tax_class: str, place: TaxPlace) -> TaxCode:
        """The code of an item class for a party class at a place; the country's own one before a general one.

        Raises: TaxRefused where none fits.
        """
        key = (item_tax_class, place)
        if key not in self._chosen:
            self._chosen[key] = self._choose(item_tax_class, place)
        code = self._chosen[key]
        if code is None:
            raise TaxRefused(
                f"no tax code for item class {item_tax_class}, party class {place.party_tax_class}"
                f" and country {place.country_code or 'unknown'}"
            )
        return code

    def tax(self, tax_code_id: UUID, on: date) -> Tax:
        """A tax code as it holds on a day.  Raises: TaxRateMissing."""
        key = (tax_code_id, on)
        if key not in self._taxes:
            self._taxes[key] = Tax(self._codes[tax_code_id], tuple(self._shares(tax_code_id, on)))
        return self._taxes[key]

    def _choose(self, item_tax_class: str, place: TaxPlace) -> TaxCode | None:
        fitting = [
            code
            for code in self._codes.values()
            if code.item_tax_class == item_tax_class
            and code.party_tax_class == place.party_tax_class
            and code.country_code in {None, place.country_code}
        ]
        # A tax that another one compounds on is a part of that other one.
        inner = {code.compounds_on_id for code in fitting}
        outer = [code for code in fitting if code.id not in inner]
        return min(outer, key=lambda code: (code.country_code is None, code.code), default=None)

    def _shares(self, tax_code_id: UUID, on: date) -> list[TaxShare]:
        code = self._codes[tax_code_id]
        shares = self._shares(code.compounds_on_id, on) if code.compounds_on_id else []
        base = ONE + sum((share.factor for share in shares), ZERO)
        return [*shares, TaxShare(code.id, self._rate(code, on) * base)]

    def _rate(self, code: TaxCode, on: date) -> Decimal:
        if code.kind == TaxKind.EXEMPT:
            return ZERO
        days: Sequence[tuple[date, Decimal]] = self._rates.get(code.id, ())
        position = bisect_right(days, on, key=lambda pair: pair[0])
        if not position:
            raise TaxRateMissing(tax_code=code.code, on=on.isoformat())
        return days[position - 1][1]


def tax_line(amount: Decimal, tax: Tax, decimals: int) -> TaxedAmount:
    """A line's net amount and tax, rounded once at the line; an inclusive amount is divided, others are added to."""
    exact = _exact_tax(amount, tax)
    tax_amount = round_amount(exact, decimals)
    return TaxedAmount(amount - tax_amount if tax.is_inclusive else amount, tax_amount)


def tax_again(ordered: TaxedAmount, then: Tax, now: Tax, decimals: int) -> TaxedAmount:
    """A part of an ordered line as it is invoiced: the rate of the invoice's day decides.

    A price that contains its tax is the same as a whole; its parts are not.
    """
    if then.factor == now.factor or now.is_reverse:
        return ordered
    if now.is_inclusive:
        return tax_line(ordered.net_amount + ordered.tax_amount, now, decimals)
    return TaxedAmount(ordered.net_amount, round_amount(ordered.net_amount * now.factor, decimals))


def tax_document(lines: Sequence[tuple[Decimal, Tax]], decimals: int) -> list[TaxedAmount]:
    """Lines' net amounts and taxes, rounded once per tax over the document; the lines' parts add up to that.

    Shapes: one result a line, in order.
    """
    groups: defaultdict[UUID, list[int]] = defaultdict(list)
    for position, (_, tax) in enumerate(lines):
        groups[tax.code.id].append(position)
    taxed: list[TaxedAmount] = [TaxedAmount(amount, ZERO) for amount, _ in lines]
    for positions in groups.values():
        exact = [_exact_tax(*lines[position]) for position in positions]
        whole = round_amount(sum(exact, ZERO), decimals)
        for position, part in zip(positions, split_amount(whole, exact, decimals), strict=True):
            amount, tax = lines[position]
            taxed[position] = TaxedAmount(amount - part if tax.is_inclusive else amount, part)
    return taxed


def tax_parts(tax_amount: Decimal, tax: Tax, decimals: int) -> list[tuple[UUID, Decimal]]:
    """A line's tax by tax code; the parts add up to it."""
    if len(tax.shares) == 1:
        return [(tax.shares[0].tax_code_id, tax_amount)]
    parts = split_amount(tax_amount, [share.factor for share in tax.shares], decimals)
    return [(share.tax_code_id, part) for share, part in zip(tax.shares, parts, strict=True)]


def reverse_charge(net_amount: Decimal, tax: Tax, decimals: int) -> Decimal:
    """What a buyer owes and may deduct on a line under reverse charge; zero for other taxes."""
    return round_amount(net_amount * tax.factor, decimals) if tax.is_reverse else ZERO


def _exact_tax(amount: Decimal, tax: Tax) -> Decimal:
    if tax.is_reverse:
        return ZERO
    if tax.is_inclusive:
        return amount * tax.factor / (ONE + tax.factor)
    return amount * tax.factor
