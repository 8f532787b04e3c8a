from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dashboards.formats import Formats
from dashboards.parts.record_list import column_of
from dashboards.parts.tables import _written, frame_of

EN, ZH = Formats("en", "EUR"), Formats("zh", "CNY", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("1234567.891", "€1,234,567.89", "¥1,234,567.89"),
        ("-45678.5", "-€45,678.50", "-¥45,678.50"),
        (None, "—", "—"),
        ("0.00", "€0.00", "¥0.00"),
    ],
)
def test_money_is_written_with_its_currency(value: str | None, english: str, chinese: str) -> None:
    assert EN.money(value) == english
    assert ZH.money(value) == chinese


def test_large_amounts_are_short_in_the_units_of_the_language() -> None:
    assert EN.money("1234567", compact=True) == "€1.23M"
    assert ZH.money("123456789", compact=True) == "¥1.23亿"
    assert EN.money("9999", compact=True) == "€9,999"


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("4698985.56", "€4.70M", "¥470万"),
        ("384012", "€384K", "¥38.4万"),
        ("1099999", "€1.10M", "¥110万"),
        ("999950", "€1.00M", "¥100万"),
        ("-58874", "-€58.9K", "-¥5.89万"),
    ],
)
def test_short_figures_below_one_another_are_equally_exact(value: str, english: str, chinese: str) -> None:
    assert EN.money(value, compact=True) == english
    assert ZH.money(value, compact=True) == chinese


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        ({"type": "money"}, "250000", "€250K"),
        ({"type": "money"}, "1500000", "€1.5M"),
        ({"type": "money"}, "2.5", "€2.50"),
        ({"type": "share"}, "0.2", "20%"),
        ({"type": "number", "unit": "days"}, "20.0", "20"),
    ],
)
def test_marks_beside_an_axis_have_no_more_digits_than_they_need(
    column: dict[str, Any], value: str, written: str
) -> None:
    assert EN.mark(value, column) == written


def test_no_digit_is_lost_beyond_what_a_float_can_hold() -> None:
    assert EN.money(Decimal("12345678901234567.89")) == "€12,345,678,901,234,567.89"


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        ({"type": "share", "role": "metric"}, "0.1234", "12.3%"),
        ({"type": "share", "role": "change_share"}, "-0.05", "-5.0%"),
        ({"type": "number", "unit": "count"}, 1200, "1,200"),
        ({"type": "number", "unit": "days"}, "18.25", "18.2 days"),
        ({"type": "number", "unit": "number"}, "6.5", "6.50"),
        ({"type": "date"}, "2026-03-01", "Mar 1, 2026"),
        ({"type": "text"}, "SO-1", "SO-1"),
        ({"type": "number"}, "not a number", "—"),
    ],
)
def test_a_cell_is_written_as_its_column_says(column: dict[str, Any], value: Any, written: str) -> None:
    assert EN.figure(value, column) == written


def test_periods_have_names() -> None:
    assert EN.bucket("2026-03-01", "month") == "Mar 2026"
    assert ZH.bucket("2026-03-01", "quarter") == "2026年 第1季度"
    assert EN.bucket("FY2026-P03", "fiscal_period") == "FY2026-P03"


def test_periods_under_an_axis_are_short_and_know_their_year() -> None:
    assert EN.tick("2026-03-01", "month") == ("Mar", "2026")
    assert ZH.tick("2026-03-01", "day") == ("3月1日", "2026")
    assert EN.tick("FY2026", "fiscal_year") == ("FY2026", "")


def test_moments_are_told_in_the_readers_time_zone() -> None:
    assert ZH.instant("2026-03-16T23:30:00+00:00") == "2026年3月17日 07:30:00"
    assert Formats("en", time_zone="Mars/Olympus").instant("2026-03-16T09:30:00+00:00").endswith("9:30:00\u202fAM")


def test_amounts_of_records_are_in_the_documents_currency_or_in_that_of_the_books() -> None:
    def written(name: str, value: str) -> str:
        return EN.figure(value, column_of({"name": name, "kind": "decimal"}, currency="USD", books="EUR"))

    assert written("net_amount", "19.74") == "$19.74"
    assert written("company_net_amount", "18.10") == "€18.10"
    assert written("discount_share", "0.05") == "5.0%"
    assert written("unit_price", "19.74") == "19.74"


def test_a_change_of_a_share_is_told_in_points_in_tables_too() -> None:
    change = {"name": "gross_margin_rate_change", "label": "Change", "type": "share", "unit": "share", "role": "change"}
    rows = [{"gross_margin_rate_change": each} for each in ("-0.094", "0.0149", "0.00001", None)]
    written = _written(frame_of(rows, [change], EN), [change], EN)
    shown = [cell["display_value"] for line in written._translate(False, False)["body"] for cell in line[1:]]
    assert shown == ["-9.4 points", "+1.5 points", "0.0 points", "—"]
