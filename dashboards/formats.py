"""Figures, days and instants as people of one language write them; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from babel.units import format_unit

_LOCALES = {"en": "en", "zh": "zh_CN"}
_COMPACT_FROM = Decimal(10_000)
# The units of the language, above which three significant digits are enough to tell figures apart.
_STEPS = {"en": (10**12, 10**9, 10**6, 10**3), "zh": (10**12, 10**8, 10**4)}
_SIGNIFICANT_DIGITS = 3
_SIGNIFICANT = ((100, 0), (10, 1))
_AXIS_PLACES = 2
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
EMPTY = "—"
_FIGURES = frozenset({"money", "share", "number"})


def number_of(value: Any) -> Decimal | None:
    """A figure as the server sent it (a text, so that it stays exact) as a number."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@dataclass(frozen=True, slots=True)
class Formats:
    """How one language writes figures; `currency` is what money is in where a figure does not say."""

    language: str = "en"
    currency: str | None = None
    time_zone: str = "UTC"

    @property
    def locale(self) -> str:
        """The name of the language's number formats."""
        return _LOCALES.get(self.language, "en")

    def money(self, value: Any, *, compact: bool = False) -> str:
        """An amount with its currency."""
        number = number_of(value)
        if number is None:
            return EMPTY
        if compact and abs(number) >= _COMPACT_FROM:
            return self._padded(number, self._short_money)
        if compact:
            number = number.quantize(Decimal(1))
        if self.currency:
            return format_currency(
                number, self.currency, locale=self.locale, currency_digits=not compact, format=self._pattern(compact)
            )
        return format_decimal(number, format="#,##0" if compact else "#,##0.00", locale=self.locale)

    def number(self, value: Any, *, places: int | None = None, compact: bool = False) -> str:
        """A plain number; as many places as it has, at most two, where none are given."""
        number = number_of(value)
        if number is None:
            return EMPTY
        if compact and abs(number) >= _COMPACT_FROM:
            return self._padded(number, self._short_number)
        pattern = "#,##0.##" if places is None else "#,##0" + ("." + "0" * places if places else "")
        return format_decimal(number, format=pattern, locale=self.locale)

    def share(self, value: Any, *, signed: bool = False) -> str:
        """A fraction as a percentage."""
        number = number_of(value)
        if number is None:
            return EMPTY
        pattern = "+#,##0.0%;-#,##0.0%" if signed else "#,##0.0%"
        return format_percent(number, format=pattern, locale=self.locale)

    def figure(self, value: Any, column: Mapping[str, Any], *, compact: bool = False, places: int | None = None) -> str:
        """A cell the way its column says, in a currency of its own too, with so many decimals where they are given."""
        if value is None:
            return EMPTY
        kind = column.get("type")
        if places is not None and kind in _FIGURES:
            return self._exact(value, str(kind), places)
        if kind == "money":
            return replace(self, currency=column.get("currency") or self.currency).money(value, compact=compact)
        if kind == "share":
            return self.share(value, signed=column.get("role") == "change_share")
        if kind == "number":
            return self._measure(value, column.get("unit"), compact=compact)
        return self.day(value) if kind == "date" else str(value)

    def _exact(self, value: Any, kind: str, places: int) -> str:
        """A figure with just so many decimals."""
        number = number_of(value)
        if number is None:
            return EMPTY
        digits = "#,##0" + ("." + "0" * places if places else "")
        if kind == "share":
            return format_percent(number, format=f"{digits}%", locale=self.locale)
        if kind == "money" and self.currency:
            pattern = f"¤{digits};-¤{digits}"
            return format_currency(number, self.currency, locale=self.locale, currency_digits=False, format=pattern)
        return format_decimal(number, format=digits, locale=self.locale)

    def _measure(self, value: Any, unit: str | None, *, compact: bool) -> str:
        """A number with as many places as its unit wants: the same in every row of a column."""
        number = number_of(value)
        if number is not None and unit == "days":
            return format_unit(number, "duration-day", "short", format="#,##0.0", locale=self.locale)
        # What is whole stays whole: 4,431 pieces in a bar and in the table beside it.
        short = 0 if number is None or number == number.to_integral_value() else 1
        places = {"count": 0, "number": short if compact else 2}.get(str(unit), short if compact else None)
        return self.number(value, places=places, compact=compact)

    def mark(self, value: Any, column: Mapping[str, Any]) -> str:
        """A round figure beside an axis: no more digits than it has."""
        number = number_of(value)
        if number is None:
            return EMPTY
        kind = column.get("type")
        if kind == "share":
            return format_percent(number, format="#,##0.##%", locale=self.locale)
        is_short = abs(number) >= _COMPACT_FROM
        if kind == "money" and (is_short or number == number.to_integral_value()):
            return self._short_money(number, _AXIS_PLACES) if is_short else self.money(number, compact=True)
        if kind == "money":
            return self.money(number)
        return self._short_number(number, _AXIS_PLACES) if is_short else self.number(number)

    def day(self, value: Any) -> str:
        """A day."""
        day = _day_of(value)
        return format_date(day, "medium", locale=self.locale) if day else str(value or EMPTY)

    def weekday(self, place: int) -> str:
        """A day of the week by its place; 0 is Monday."""
        return str(Locale.parse(self.locale).days["stand-alone"]["wide"][place])

    def bucket(self, value: Any, grain: str) -> str:
        """A period on an axis or in a table: a month by its name, a quarter by its number."""
        day = _day_of(value)
        if day is None:
            return str(value or EMPTY)
        patterns = {"month": "MMM yyyy", "quarter": "QQQ yyyy", "year": "yyyy"}
        if self.language == "zh":
            patterns = {"month": "yyyy年 M月", "quarter": "yyyy年 第Q季度", "year": "yyyy年"}
        pattern = patterns.get(grain)
        return format_date(day, pattern, locale=self.locale) if pattern else self.day(day)

    def country(self, code: str) -> str:
        """A country by its name; its code where it has none."""
        return str(Locale.parse(self.locale).territories.get(code, code))

    def instant(self, value: Any) -> str:
        """A moment in the reader's time zone."""
        moment = _instant_of(value)
        if moment is None:
            return str(value or EMPTY)
        return format_datetime(moment, "medium", tzinfo=self._zone(), locale=self.locale)

    def tick(self, value: Any, grain: str) -> tuple[str, str]:
        """A period under an axis: its name, and the year that stands below where it changes."""
        day = _day_of(value)
        if day is None:
            return str(value or EMPTY), ""
        patterns = {"month": "MMM", "quarter": "QQQ", "year": "yyyy"}
        if self.language == "zh":
            patterns = {"month": "M月", "quarter": "第Q季度", "year": "yyyy年"}
        name = format_date(day, patterns.get(grain, "M月d日" if self.language == "zh" else "MMM d"), locale=self.locale)
        return name, "" if grain == "year" else format_date(day, "yyyy", locale=self.locale)

    def _short_money(self, number: Decimal, places: int) -> str:
        if self.currency:
            return format_compact_currency(number, self.currency, locale=self.locale, fraction_digits=places)
        return self._short_number(number, places)

    def _short_number(self, number: Decimal, places: int) -> str:
        return format_compact_decimal(number, locale=self.locale, fraction_digits=places)

    def _padded(self, number: Decimal, write: Callable[[Decimal, int], str]) -> str:
        """Three significant digits, zeros too: figures below one another are equally exact, at a glance."""
        number = number.quantize(Decimal(1).scaleb(number.adjusted() - _SIGNIFICANT_DIGITS + 1))
        size = abs(number)
        scaled = size / next(step for step in _STEPS[self.language] if size >= step)
        places = next((digits for bound, digits in _SIGNIFICANT if scaled >= bound), 2)
        text = write(number, places)
        whole, _, fraction = (_DIGITS.search(text) or [text])[0].partition(".")
        exact = f"{whole}.{fraction:0<{places}}" if places else whole
        return _DIGITS.sub(exact, text, count=1)

    def _zone(self) -> tzinfo:
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    def _pattern(self, compact: bool) -> str | None:  # noqa: FBT001  # private, called once
        return "¤#,##0;-¤#,##0" if compact else "¤#,##0.00;-¤#,##0.00"


def _day_of(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _instant_of(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
