"""Quantities from one unit of an item into another, by exact ratio."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from transactional.catalog.models import Item, ItemUnit, UnitOfMeasure
from transactional.kernel.errors import FieldProblem, invalid
from transactional.kernel.money import PRICE_PLACES, QUANTITY_PLACES, round_amount

WHOLE = Fraction(1)
_INEXACT = "which is no exact quantity: take a multiple, or keep the item in its smallest unit"


class UnitRefused(ValueError):
    """A quantity cannot be counted in this unit; the text says why."""

    field = "qty"
    """What of a line is wrong."""


class UnitUnknown(UnitRefused):
    """The item is not counted in this unit at all."""

    field = "unit_id"


class UnitTable:
    """Units of measure and the ratios of items' further units to their stock units."""

    def __init__(self, units: Iterable[UnitOfMeasure], ratios: Iterable[ItemUnit]) -> None:
        """Keep ratios as exact fractions."""
        self._is_whole = {unit.id: unit.is_whole for unit in units}
        self._codes = {unit.id: unit.code for unit in units}
        self._ratios = {
            (ratio.item_id, ratio.unit_id): Fraction(ratio.numerator, ratio.denominator) for ratio in ratios
        }

    def ratio(self, item: Item, unit_id: UUID | None) -> Fraction:
        """How many stock units one unit is.  Raises: UnitUnknown where the item has no such unit."""
        if unit_id is None or unit_id == item.unit_id:
            return WHOLE
        found = self._ratios.get((item.id, unit_id))
        if found is None:
            code = self._codes.get(unit_id)
            raise UnitUnknown(f"item {item.code} is not counted in {code}" if code else "there is no such unit")
        return found

    def stock_qty(self, item: Item, unit_id: UUID | None, qty: Decimal) -> Decimal:
        """A quantity in the item's stock unit.

        Raises: UnitRefused for an unknown unit, or a fraction of a unit that is only counted whole.
        """
        unit = unit_id or item.unit_id
        self._check_whole(unit, qty)
        if unit == item.unit_id:
            return qty
        exact = Fraction(qty) * self.ratio(item, unit)
        if self._is_whole.get(item.unit_id, False) and exact.denominator != 1:
            raise UnitRefused(f"{qty} {self._codes.get(unit)} of item {item.code} is not a whole number of stock units")
        found = exact_decimal(exact)
        if found is None:
            own = self._codes.get(item.unit_id)
            raise UnitRefused(f"{qty} {self._codes.get(unit)} of item {item.code} is {exact} {own}, {_INEXACT}")
        return found

    def price_in(self, price: Decimal, item: Item, priced_unit_id: UUID | None, unit_id: UUID | None) -> Decimal:
        """A price per one unit, told per another."""
        factor = self.ratio(item, unit_id) / self.ratio(item, priced_unit_id)
        return price if factor == WHOLE else decimal_of(Fraction(price) * factor, PRICE_PLACES)

    def _check_whole(self, unit_id: UUID, qty: Decimal) -> None:
        if self._is_whole.get(unit_id, False) and qty != qty.to_integral_value():
            raise UnitRefused(f"{self._codes[unit_id]} is counted in whole numbers, not {qty}")


def exact_decimal(exact: Fraction) -> Decimal | None:
    """A fraction as a quantity; none where no quantity is exactly that: thirds taken one by one leave a remainder."""
    return decimal_of(exact, QUANTITY_PLACES) if (exact * 10**QUANTITY_PLACES).denominator == 1 else None


def stock_part(stock_qty: Decimal, qty: Decimal, of_qty: Decimal, path: str = "") -> Decimal:
    """The stock quantity of a part of a line.  Raises: Invalid where there is no exact one."""
    if qty == of_qty:
        return stock_qty
    if stock_qty == of_qty:
        return qty
    exact = Fraction(stock_qty) * Fraction(qty) / Fraction(of_qty)
    found = exact_decimal(exact)
    if found is None:
        raise invalid(f"{path}qty", f"{qty.normalize():f} is {exact} of the stock unit, {_INEXACT}", "unit_refused")
    return found


def decimal_of(exact: Fraction, places: int) -> Decimal:
    """A fraction as a decimal, rounded half up once."""
    return round_amount(Decimal(exact.numerator) / Decimal(exact.denominator), places)


def whole_problems(
    units: Mapping[UUID, UnitOfMeasure], unit_id: UUID, quantities: Mapping[str, Decimal]
) -> Iterator[FieldProblem]:
    """The quantities, by their path, that are fractions of a unit only counted whole."""
    for path, qty in quantities.items():
        if qty != qty.to_integral_value() and units[unit_id].is_whole:
            reason = f"{units[unit_id].code} is counted in whole numbers, not {qty.normalize():f}"
            yield FieldProblem(path, reason, "unit_refused")
