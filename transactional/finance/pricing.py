"""From what was asked for to priced, discounted and taxed lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from transactional.catalog.models import Item, ItemCategory
from transactional.catalog.pricing import PriceAsk, PriceBook
from transactional.catalog.units import UnitRefused, UnitTable
from transactional.finance.freights import Freight, tax_freight
from transactional.finance.taxes import Tax, TaxedAmount, TaxPlace, TaxRefused, TaxTable, tax_document, tax_line
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import PRICE_PLACES, ZERO, is_amount, round_amount
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company

GIVEN = "given"
ONE = Decimal(1)


class LineAsk(Protocol):
    """A line as a user, a quotation or an import asks for it; what is left out is found."""

    @property
    def item_id(self) -> UUID: ...  # noqa: D102
    @property
    def qty(self) -> Decimal: ...  # noqa: D102
    @property
    def unit_id(self) -> UUID | None: ...  # noqa: D102
    @property
    def unit_price(self) -> Decimal | None: ...  # noqa: D102
    @property
    def price_source(self) -> str | None: ...  # noqa: D102
    @property
    def discount_share(self) -> Decimal | None: ...  # noqa: D102
    @property
    def discount_amount(self) -> Decimal | None: ...  # noqa: D102
    @property
    def tax_amount(self) -> Decimal | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class DocumentAsk:
    """A document to price. `path` prefixes the fields of its problems; without a place it is not taxed."""

    kind: str
    path: str
    company: Company
    currency_code: str
    exchange_rate: Decimal
    on: date
    place: TaxPlace | None
    lines: Sequence[LineAsk]
    own_list_id: UUID | None = None
    supplier_id: UUID | None = None


@dataclass(slots=True)
class PricedLine:
    """A line with everything found; amounts in the document's currency unless they say company."""

    item: Item
    unit_id: UUID
    qty: Decimal
    stock_qty: Decimal
    unit_price: Decimal
    price_source: str
    discount_share: Decimal
    discount_amount: Decimal
    net_amount: Decimal
    tax: Tax | None = None
    tax_amount: Decimal = ZERO
    company_net_amount: Decimal = ZERO

    @property
    def tax_code_id(self) -> UUID | None:
        """The chosen tax's code."""
        return self.tax.code.id if self.tax else None


@dataclass(slots=True)
class PricedDocument:
    """A document's lines and sums."""

    currency_code: str
    exchange_rate: Decimal
    lines: list[PricedLine] = field(default_factory=list)
    net_amount: Decimal = ZERO
    tax_amount: Decimal = ZERO
    company_net_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Desk:
    """What documents are priced from, read once for a whole set."""

    items: Mapping[UUID, Item]
    categories: Mapping[UUID, ItemCategory]
    units: UnitTable
    prices: PriceBook
    taxes: TaxTable

    def price(self, ask: DocumentAsk, problems: list[FieldProblem]) -> PricedDocument:
        """The document priced; what is wrong with its lines is added to the problems, and such lines are left out."""
        document = PricedDocument(ask.currency_code, ask.exchange_rate)
        if not ask.lines:
            problems.append(FieldProblem(f"{ask.path}lines", "at least one line is needed", "no_lines"))
        asked = []
        for position, line in enumerate(ask.lines):
            priced = self._price_line(ask, line, f"{ask.path}lines/{position}/", problems)
            if priced:
                document.lines.append(priced)
                asked.append(line)
        _tax(ask, document.lines, asked)
        _add_up(ask, document)
        return document

    def freight(self, ask: DocumentAsk, amount: Decimal, problems: list[FieldProblem]) -> Freight:
        """What a document charges for the way, taxed; what keeps it from that is added to the problems."""
        company = ask.company
        try:
            return tax_freight(amount, company.freight_tax_class, ask.place, self.taxes, decimals_of(ask.currency_code))
        except TaxRefused as refusal:
            if amount:
                problems.append(FieldProblem(f"{ask.path}freight_amount", str(refusal), "tax_missing"))
            return Freight(amount)

    def _price_line(
        self, ask: DocumentAsk, line: LineAsk, path: str, problems: list[FieldProblem]
    ) -> PricedLine | None:
        item = self.items.get(line.item_id)
        if item is None or not item.is_active:
            problems.append(FieldProblem(f"{path}item_id", "no such active item", "unknown_item"))
            return None
        if line.qty <= 0:
            problems.append(FieldProblem(f"{path}qty", "the quantity must be above zero", "not_above_zero"))
            return None
        try:
            stock_qty = self.units.stock_qty(item, line.unit_id, line.qty)
        except UnitRefused as refusal:
            problems.append(FieldProblem(f"{path}{refusal.field}", str(refusal), "unit_refused"))
            return None
        found = self._find_price(ask, line, item, path, problems)
        if found is None:
            return None
        unit_price, listed_discount, source = found
        share = line.discount_share if line.discount_share is not None else listed_discount
        if not (_discount_fits(line, share, path, problems) and _amount_fits(line, unit_price, path, problems)):
            return None
        decimals = decimals_of(ask.currency_code)
        gross = round_amount(line.qty * unit_price, decimals)
        discount = line.discount_amount
        if discount is None:
            discount = round_amount(gross * share, decimals) if share else ZERO
        priced = PricedLine(
            item,
            line.unit_id or item.unit_id,
            line.qty,
            stock_qty,
            unit_price,
            source,
            share,
            discount,
            gross - discount,
        )
        priced.tax = self._tax_of(ask, line, item, path, problems)
        return priced

    def _find_price(
        self, ask: DocumentAsk, line: LineAsk, item: Item, path: str, problems: list[FieldProblem]
    ) -> tuple[Decimal, Decimal, str] | None:
        if line.unit_price is not None:
            if line.unit_price < 0:
                problems.append(FieldProblem(f"{path}unit_price", "a price is not negative", "negative"))
                return None
            return line.unit_price, ZERO, line.price_source or GIVEN
        wanted = PriceAsk(
            ask.kind, item, line.unit_id, line.qty, ask.currency_code, ask.on, ask.own_list_id, ask.supplier_id
        )
        price = self.prices.find(wanted)
        if price:
            return price.unit_price, price.discount_share, price.source
        least = self.prices.minimum_qty(wanted)
        if least is not None and ask.kind == "purchase":
            reason = f"below the least quantity of {least.normalize():f} that item {item.code} is priced for"
            problems.append(FieldProblem(f"{path}qty", reason, "below_minimum"))
            return None
        if item.list_price is None or ask.kind == "purchase":
            problems.append(FieldProblem(f"{path}unit_price", f"no price list has item {item.code}", "price_missing"))
            return None
        own = self.units.price_in(item.list_price, item, None, line.unit_id)
        return round_amount(own / ask.exchange_rate, PRICE_PLACES), ZERO, "list price"

    def _tax_of(
        self, ask: DocumentAsk, line: LineAsk, item: Item, path: str, problems: list[FieldProblem]
    ) -> Tax | None:
        if ask.place is None:
            return None
        category = self.categories.get(item.category_id) if item.category_id else None
        tax_class = item.tax_class or (category.tax_class if category else None)
        try:
            if tax_class is None:
                raise TaxRefused(f"item {item.code} has no tax class")  # noqa: TRY301 one place turns refusals into problems
            return self.taxes.choose(tax_class, ask.place)
        except TaxRefused as refusal:
            if line.tax_amount is None:
                problems.append(FieldProblem(f"{path}item_id", str(refusal), "tax_missing"))
            return None


def _discount_fits(line: LineAsk, share: Decimal, path: str, problems: list[FieldProblem]) -> bool:
    if not 0 <= share <= 1:
        problems.append(FieldProblem(f"{path}discount_share", "a share is a fraction from 0 to 1", "no_share"))
        return False
    if line.discount_amount is not None and line.discount_amount < 0:
        problems.append(FieldProblem(f"{path}discount_amount", "a discount is not negative", "negative"))
        return False
    return True


def _amount_fits(line: LineAsk, unit_price: Decimal, path: str, problems: list[FieldProblem]) -> bool:
    if is_amount(line.qty * unit_price):
        return True
    reason = "comes with its price to a number that is too large"
    problems.append(FieldProblem(f"{path}qty", reason, "too_large_number"))
    return False


def _tax(ask: DocumentAsk, lines: Sequence[PricedLine], asked: Sequence[LineAsk]) -> None:
    """Put taxes on the lines: those given as they are, the others computed per line or over the document."""
    decimals = decimals_of(ask.currency_code)
    computed: list[tuple[PricedLine, Tax]] = []
    for line, given in zip(lines, asked, strict=True):
        if given.tax_amount is not None:
            line.tax_amount = given.tax_amount
            if line.tax is not None and line.tax.is_inclusive:
                line.net_amount -= given.tax_amount
        elif line.tax is not None:
            computed.append((line, line.tax))
    pairs = [(line.net_amount, tax) for line, tax in computed]
    taxed: Sequence[TaxedAmount]
    if ask.company.rounds_tax_per_line:
        taxed = [tax_line(amount, tax, decimals) for amount, tax in pairs]
    else:
        taxed = tax_document(pairs, decimals)
    for (line, _), result in zip(computed, taxed, strict=True):
        line.net_amount, line.tax_amount = result.net_amount, result.tax_amount


def _add_up(ask: DocumentAsk, document: PricedDocument) -> None:
    decimals = decimals_of(ask.company.currency_code)
    is_own = ask.exchange_rate == ONE and ask.currency_code == ask.company.currency_code
    for line in document.lines:
        net = line.net_amount
        line.company_net_amount = net if is_own else round_amount(net * ask.exchange_rate, decimals)
        document.net_amount += net
        document.tax_amount += line.tax_amount
        document.company_net_amount += line.company_net_amount
