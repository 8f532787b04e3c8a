from __future__ import annotations

from datetime import date

import pytest

from dashboards.periods import Period, bucket_end, preset_days, read_period

LAST = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("preset", "start"),
    [
        ("month", date(2026, 3, 1)),
        ("quarter", date(2026, 1, 1)),
        ("year", date(2026, 1, 1)),
        ("last_12_months", date(2025, 4, 1)),
    ],
)
def test_presets_end_on_the_last_day_with_data(preset: str, start: date) -> None:
    assert preset_days(preset, LAST) == (start, LAST)


def test_an_address_that_cannot_be_read_gives_the_default() -> None:
    assert read_period({"period": "eon", "compare": "luck"}, LAST) == (
        "last_12_months",
        date(2025, 4, 1),
        LAST,
        "previous_year",
    )
    assert read_period({"period": "custom", "from": "x"}, LAST)[1:3] == (date(2025, 4, 1), LAST)


def test_custom_days_may_come_in_either_order() -> None:
    given = {"period": "custom", "from": "2026-02-28", "to": "2026-02-01"}
    assert read_period(given, LAST)[1:3] == (date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(("days", "grain"), [(31, "day"), (120, "week"), (365, "month"), (1500, "quarter")])
def test_a_range_is_cut_into_a_readable_number_of_points(days: int, grain: str) -> None:
    start = date(2020, 1, 1)
    assert Period(start, date.fromordinal(start.toordinal() + days - 1)).natural_grain() == grain


@pytest.mark.parametrize(
    ("start", "grain", "end"),
    [
        (date(2024, 2, 1), "month", date(2024, 2, 29)),
        (date(2025, 10, 1), "quarter", date(2025, 12, 31)),
        (date(2025, 1, 1), "year", date(2025, 12, 31)),
        (date(2025, 1, 6), "week", date(2025, 1, 12)),
        (date(2025, 1, 6), "day", date(2025, 1, 6)),
    ],
)
def test_a_bucket_ends_where_the_next_begins(start: date, grain: str, end: date) -> None:
    assert bucket_end(start, grain) == end
