"""Worked examples of taxes, price lists, units, due days and exchange rates: rules without a database."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from transactional.catalog.models import Item, ItemUnit, PriceList, PriceListLine, UnitOfMeasure
from transactional.catalog.pricing import PriceAsk, PriceBook
from transactional.catalog.units import UnitRefused, UnitTable
from transactional.finance.errors import TaxRateMissing
from transactional.finance.models import TaxCode, TaxRate
from transactional.finance.taxes import (
    TaxedAmount,
    TaxPlace,
    TaxRefused,
    TaxTable,
    reverse_charge,
    tax_document,
    tax_line,
    tax_parts,
)
from transactional.kernel.ids import new_id
from transactional.organization.models import ExchangeRate
from transactional.organization.services.find_rates import RateMissing, RateTable
from transactional.scm.installments import due_parts

D = Decimal
DAY = date(2026, 3, 16)


def code(name: str, kind: str = "exclusive", **options: object) -> TaxCode:
    """A tax code."""
    chosen: dict[str, object] = {"item_tax_class": "standard", "party_tax_class": "standard", **options}
    return TaxCode(id=new_id(), code=name, name=name, kind=kind, **chosen)


def rate(of: TaxCode, value: str, since: date = date(2000, 1, 1)) -> TaxRate:
    """A tax code's rate."""
    return TaxRate(tax_code_id=of.id, valid_from=since, rate=D(value))


@pytest.mark.feature("FIN-24")
@pytest.mark.parametrize(
    ("kind", "value", "amount", "net", "tax"),
    [
        ("exclusive", "0.19", "100", "100", "19.00"),
        ("exclusive", "0.19", "0.03", "0.03", "0.01"),
        ("inclusive", "0.19", "119", "100.00", "19.00"),
        ("inclusive", "0.2", "9.99", "8.32", "1.67"),
        ("exempt", "0.19", "100", "100", "0.00"),
        ("reverse_charge", "0.19", "100", "100", "0.00"),
    ],
)
def test_a_line_is_taxed_as_in_the_worked_example(kind: str, value: str, amount: str, net: str, tax: str) -> None:
    chosen = code("T", kind)
    table = TaxTable([chosen], [rate(chosen, value)])
    assert tax_line(D(amount), table.tax(chosen.id, DAY), 2) == TaxedAmount(D(net), D(tax))


@pytest.mark.feature("FIN-24")
def test_a_compound_tax_stands_on_the_one_below_and_its_parts_add_up() -> None:
    federal = code("GST")
    provincial = code("QST", compounds_on_id=federal.id)
    table = TaxTable([federal, provincial], [rate(federal, "0.05"), rate(provincial, "0.09975")])
    tax = table.choose("standard", TaxPlace("standard", "CA", DAY))
    assert tax.code.code == "QST"
    taxed = tax_line(D(100), tax, 2)
    assert taxed.tax_amount == D("15.47")
    assert tax_parts(taxed.tax_amount, tax, 2) == [(federal.id, D("5.00")), (provincial.id, D("10.47"))]


@pytest.mark.feature("FIN-24")
def test_reverse_charge_adds_nothing_and_is_owed_by_the_buyer() -> None:
    reverse = code("RC", "reverse_charge")
    tax = TaxTable([reverse], [rate(reverse, "0.19")]).tax(reverse.id, DAY)
    assert tax_line(D(50), tax, 2).tax_amount == 0
    assert reverse_charge(D(50), tax, 2) == D("9.50")


@pytest.mark.feature("FIN-24")
def test_a_tax_is_rounded_per_line_or_over_the_document() -> None:
    chosen = code("T")
    tax = TaxTable([chosen], [rate(chosen, "0.19")]).tax(chosen.id, DAY)
    lines = [(D("0.13"), tax)] * 3
    assert sum(tax_line(amount, tax, 2).tax_amount for amount, tax in lines) == D("0.06")
    assert sum(taxed.tax_amount for taxed in tax_document(lines, 2)) == D("0.07")


@pytest.mark.feature("FIN-24")
def test_the_country_the_class_and_the_day_choose_the_tax() -> None:
    general, german, export = code("ALL"), code("DE", country_code="DE"), code("EX", "exempt", party_tax_class="export")
    rates = [rate(general, "0.1"), rate(german, "0.19"), rate(german, "0.16", date(2020, 7, 1))]
    rates.append(rate(german, "0.19", date(2021, 1, 1)))
    table = TaxTable([general, german, export], rates)

    def factor(party: str, country: str, on: date) -> Decimal:
        return table.choose("standard", TaxPlace(party, country, on)).factor

    assert factor("standard", "FR", DAY) == D("0.1")
    assert factor("standard", "DE", DAY) == D("0.19")
    assert factor("standard", "DE", date(2020, 12, 31)) == D("0.16")
    assert factor("export", "US", DAY) == 0
    with pytest.raises(TaxRefused):
        table.choose("books", TaxPlace("standard", "DE", DAY))
    with pytest.raises(TaxRateMissing):
        factor("standard", "FR", date(1999, 12, 31))


PIECE, BOX, KILO = new_id(), new_id(), new_id()
UNITS = [
    UnitOfMeasure(id=PIECE, code="EA", name="each", is_whole=True),
    UnitOfMeasure(id=BOX, code="BOX", name="box", is_whole=False),
    UnitOfMeasure(id=KILO, code="KG", name="kilogram", is_whole=False),
]
ITEM = Item(id=new_id(), code="SCREW", name="Screw", unit_id=PIECE)
TABLE = UnitTable(UNITS, [ItemUnit(item_id=ITEM.id, unit_id=BOX, numerator=100, denominator=3)])


def test_units_convert_by_exact_ratio_and_refuse_a_fraction_of_a_whole_unit() -> None:
    assert TABLE.stock_qty(ITEM, BOX, D("0.3")) == 10
    assert TABLE.price_in(D("0.03"), ITEM, PIECE, BOX) == 1
    for unit_id, qty in ((PIECE, "1.5"), (BOX, "1"), (KILO, "1"), (new_id(), "1")):
        with pytest.raises(UnitRefused):
            TABLE.stock_qty(ITEM, unit_id, D(qty))


def price_list(name: str, *, is_default: bool = True, priority: int = 0, kind: str = "sales") -> PriceList:
    """A price list in euro."""
    return PriceList(
        id=new_id(),
        code=name,
        name=name,
        kind=kind,
        currency_code="EUR",
        is_default=is_default,
        priority=priority,
        is_active=True,
    )


def price(of: PriceList, value: str, **options: object) -> PriceListLine:
    """A price of the item."""
    chosen: dict[str, object] = {"min_qty": D(0), "valid_from": date(2026, 1, 1), "discount_share": D(0), **options}
    return PriceListLine(price_list_id=of.id, item_id=ITEM.id, unit_price=D(value), **chosen)


def ask(qty: str = "1", *, unit_id: UUID | None = None, own: PriceList | None = None, on: date = DAY) -> PriceAsk:
    """Whose price is asked for."""
    return PriceAsk("sales", ITEM, unit_id, D(qty), "EUR", on, own.id if own else None)


@pytest.mark.feature("3.4.1")
@pytest.mark.feature("3.6.9")
def test_the_list_is_chosen_by_priority_then_the_partys_own_then_the_default() -> None:
    default, own, other, sale = (
        price_list("Default"),
        price_list("Own", is_default=False),
        price_list("Other", is_default=False),
        price_list("Sale", priority=5),
    )
    lines = [price(default, "10"), price(own, "9"), price(other, "1"), price(sale, "7", valid_to=date(2026, 3, 15))]
    book = PriceBook([default, own, other, sale], lines, TABLE)

    def found(asked: PriceAsk) -> tuple[Decimal, str]:
        answer = book.find(asked)
        assert answer is not None
        return answer.unit_price, answer.source

    assert found(ask()) == (D(10), "Default")
    assert found(ask(own=own)) == (D(9), "Own")
    assert found(ask(own=own, on=date(2026, 3, 15))) == (D(7), "Sale")
    assert found(ask(own=own, on=date(2026, 3, 16))) == (D(9), "Own")
    assert book.find(ask(on=date(2025, 12, 31))) is None


@pytest.mark.feature("3.4.1")
def test_the_largest_break_reached_holds_and_units_convert() -> None:
    default = price_list("Default")
    lines = [
        price(default, "3"),
        price(default, "2", min_qty=D(100)),
        price(default, "60", unit_id=BOX, min_qty=D(6)),
    ]
    book = PriceBook([default], lines, TABLE)
    prices = [
        book.find(ask(qty, unit_id=unit_id)) for qty, unit_id in (("99", None), ("100", None), ("3", BOX), ("6", BOX))
    ]
    assert [found.unit_price for found in prices if found] == [D(3), D(2), D("66.666667"), D(60)]


@pytest.mark.feature("FIN-17")
@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], [(DAY, "100.01")]),
        ([{"share": "1", "days": 30, "after": "month_end"}], [(date(2026, 4, 30), "100.01")]),
        (
            [{"share": "0.3", "days": 0, "after": "order"}, {"share": "0.7", "days": 30, "after": "invoice"}],
            [(date(2026, 3, 1), "30.00"), (date(2026, 4, 15), "70.01")],
        ),
    ],
)
def test_due_parts_add_up_to_the_total(terms: list[dict[str, object]], expected: list[tuple[date, str]]) -> None:
    parts = due_parts(terms, (D("100.01"), D("90.01")), invoiced_on=DAY, ordered_on=date(2026, 3, 1))
    assert [(part.due_on, part.amount) for part in parts] == [(day, D(amount)) for day, amount in expected]
    assert sum(part.company_amount for part in parts) == D("90.01")


@pytest.mark.feature("FIN-22")
def test_the_last_rate_within_the_age_holds_and_its_inverse() -> None:
    rows = [
        ExchangeRate(from_currency_code="USD", to_currency_code="EUR", valid_on=date(2026, 3, day), rate=D(value))
        for day, value in ((1, "0.8"), (10, "0.9"))
    ]
    table = RateTable(rows)
    assert table.rate("USD", "EUR", DAY, age_days_max=7) == D("0.9")
    assert table.rate("USD", "EUR", date(2026, 3, 9), age_days_max=8) == D("0.8")
    assert table.rate("EUR", "USD", DAY, age_days_max=7) == D("1.1111111111")
    assert table.rate("EUR", "EUR", DAY, age_days_max=0) == 1
    with pytest.raises(RateMissing):
        table.rate("USD", "EUR", date(2026, 3, 18), age_days_max=7)
