"""The result a chart is drawn from: columns with their roles, and rows; whatever asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from charts.marks import Column

Row = Mapping[str, Any]


class Unfit(ValueError):
    """A result that a chart kind cannot draw: `code` names why, `values` are the facts in it."""

    def __init__(self, code: str, **values: Any) -> None:
        """The reason by name; `charts.words` writes it."""
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Table:
    """Rows of figures; `totals` and `others` as the server told them, `until` the last day that is over."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Row = field(default_factory=dict)
    others: Row = field(default_factory=dict)
    until: date | None = None

    @property
    def time(self) -> Column | None:
        """The column of periods."""
        return next((each for each in self.columns if each["role"] == "time"), None)

    @property
    def dimensions(self) -> list[Column]:
        """The columns of members."""
        return [each for each in self.columns if each["role"] == "dimension"]

    @property
    def keys(self) -> list[Column]:
        """Periods first, then members."""
        return [*([self.time] if self.time else []), *self.dimensions]

    @property
    def metrics(self) -> list[Column]:
        """The figures asked for."""
        return [each for each in self.columns if each["role"] == "metric"]

    def metric(self, name: str) -> Column:
        """A figure's column.  Raises: Unfit."""
        found = next((each for each in self.metrics if each["name"] == name), None)
        if found is None:
            raise Unfit("not_asked", metric=name)
        return found

    def complete(self) -> list[Row]:
        """The rows, oldest first, of periods that are over."""
        time = self.time
        if time is None:
            return list(self.rows)
        known = sorted(
            (row for row in self.rows if row[time["name"]] is not None), key=lambda row: str(row[time["name"]])
        )
        grain = str(time.get("grain") or time["name"])
        return [row for row in known if self.until is None or _last_day(row[time["name"]], grain) <= self.until]


def number(value: Any) -> float | None:
    """A drawn coordinate: the one place where an amount becomes a float."""
    exact_value = exact(value)
    return None if exact_value is None else float(exact_value)


def exact(value: Any) -> Decimal | None:
    """A figure as a number that sums up to the cent."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _last_day(value: Any, grain: str) -> date:
    """The last day of a period that begins on a day."""
    first = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    months = {"month": 1, "quarter": 3, "year": 12, "fiscal_period": 1, "fiscal_year": 12}.get(grain)
    if months is None:
        return first + timedelta(days=6 if grain == "week" else 0)
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1) - timedelta(days=1)
