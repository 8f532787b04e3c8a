"""Reading cross tables in tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from olap.pivot import PivotResult

Table = Callable[..., PivotResult]
YEAR = {"start": "2026-01-01", "end": "2026-03-31"}
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def lines(found: PivotResult, name: str = "net_revenue") -> list[tuple[tuple[Any, ...], list[Any]]]:
    """Each row's members (others by their word) and the figures of one measure."""
    return [
        (
            tuple("others" if row.others == key else member for key, member in row.keys.items()),
            [cell and cell.get(name) for cell in row.cells],
        )
        for row in found.rows
    ]


def D(text: str | int) -> Decimal:  # noqa: N802  # a decimal, as short as it is often written
    return Decimal(text)
