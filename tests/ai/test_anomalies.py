"""Metrics and documents out of line are found, and what is in order is left alone: measured by planted truth."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import polars.selectors as cs
import pytest

from ai.anomalies.controls.model import CONTROLS, Books, Settings
from ai.anomalies.controls.testing import examine_books
from ai.anomalies.forecasts import forecast_totals
from ai.anomalies.grouping import MetricFacts, Naming, group_outliers
from ai.anomalies.metrics import Family, find_outliers
from ai.anomalies.model import Words, together
from ai.anomalies.screening import Thresholds, calendar_days, screen_dense, screen_sparse
from ai.anomalies.second_look import outlook
from ai.anomalies.words import as_told
from ai.evals.anomalies import judge_clean, judge_documents, judge_series, shortcomings
from ai.evals.company import company, instant

RANDOM = np.random.default_rng(3)
FIRST = date(2025, 1, 1)
DAYS = 400


def days_of(values: np.ndarray, member: str = "") -> pl.DataFrame:
    stamps = pl.date_range(FIRST, FIRST + timedelta(days=len(values) - 1), eager=True)
    return pl.DataFrame({"member": [member] * len(values), "day": stamps, "value": values})


def weekly(level: float) -> np.ndarray:
    weekdays = np.array([1, 1.1, 0.9, 1.2, 1.4, 0.5, 0.0])[np.arange(DAYS) % 7]
    return np.asarray(level * weekdays * (1 + 0.08 * RANDOM.standard_normal(DAYS)))


@pytest.mark.feature("5.8.4")
def test_recall_false_alarms_and_precision_hold_on_planted_series_and_documents() -> None:
    documents = [judge_documents(21)]
    assert shortcomings({"documents": documents}) == []
    series, clean = judge_series(11, count=250), judge_clean(11, count=250)
    assert series.recall >= 0.9
    assert series.precision_at_20 >= 0.8
    assert series.false_share <= 0.08
    assert clean.per_thousand <= 1.0


@pytest.mark.feature("5.8.4")
def test_a_spike_of_one_customer_is_one_incident_with_range_contribution_and_reason() -> None:
    ours, theirs = weekly(900), weekly(600)
    at = 380
    ours[at] += 9_000
    families = [
        Family("net_revenue", "", is_additive=True, frame=days_of(ours + theirs)),
        Family(
            "net_revenue",
            "customer",
            is_additive=True,
            frame=pl.concat([days_of(ours, "Crane"), days_of(theirs, "Heron")]),
        ),
    ]
    found = find_outliers(families, since=FIRST + timedelta(days=300))
    facts = MetricFacts("net_revenue", Words("Net revenue", "净收入"), "currency", True, True, "up", "sales")
    naming = Naming({"net_revenue": facts}, {"customer": Words("Customer", "客户")})
    [incident] = group_outliers(found, naming)
    assert incident.last_on == FIRST + timedelta(days=at)
    assert incident.money_at_risk == pytest.approx(9_000, rel=0.1)
    assert incident.low is not None
    assert incident.high is not None
    assert incident.low < (ours + theirs)[at - 7] < incident.high < (ours + theirs)[at]
    assert incident.contributions[0]["member"] == "Crane"
    assert incident.contributions[0]["share"] == pytest.approx(1, abs=0.1)
    assert "Crane" in incident.reason.en
    assert "净收入" in incident.reason.zh
    assert any(day["day"] == str(incident.last_on) for day in incident.series)


def test_short_history_closed_days_and_weekends_are_no_news() -> None:
    values = weekly(500)
    short = Family("net_revenue", "", is_additive=True, frame=days_of(values[:50]))
    assert find_outliers([short], since=FIRST).outliers == ()
    two = pl.concat([days_of(values, "a"), days_of(2 * values, "b")]).filter(
        pl.col("day") != FIRST + timedelta(days=361)
    )
    closed = Family("net_revenue", "customer", is_additive=True, frame=two.filter(pl.col("value") > 0))
    assert find_outliers([closed], since=FIRST + timedelta(days=300)).outliers == ()


def _named(metric: str, unit: str = "currency") -> Naming:
    facts = MetricFacts(metric, Words("Figure", "数字"), unit, unit == "currency", True, "up", "sales")
    return Naming({metric: facts}, {"item": Words("Item", "商品"), "supplier": Words("Supplier", "供应商")})


def test_a_bill_of_the_same_amount_each_month_does_not_drift() -> None:
    """Most days have no bill at all: taken for closed days, five weeks between two bills look like half the spend."""
    months = pl.date_range(FIRST, FIRST + timedelta(days=420), "1mo", eager=True)
    bills = pl.DataFrame({"day": [*months, *months], "value": [50_923.2] * len(months) + [10_502.91] * len(months)})
    frame = bills.with_columns(member=pl.Series(["Feldmann"] * len(months) + ["Vela"] * len(months)))
    family = Family("spend_without_order", "supplier", is_additive=True, frame=frame.select("member", "day", "value"))
    found = find_outliers([family], since=FIRST + timedelta(days=200))
    assert found.outliers == ()


def _additive(metric: str, values: np.ndarray, dimension: str = "", member: str = "") -> Family:
    return Family(metric, dimension, is_additive=True, frame=days_of(values, member))


@pytest.mark.feature("5.8.4")
def test_a_pause_tells_how_long_and_what_a_day_usually_has() -> None:
    values = np.where(weekly(560) > 0, 480.0, 0.0)
    values[380:389] = 0
    found = find_outliers([_additive("order_value", values, "item", "Rope")], since=FIRST + timedelta(days=300))
    [pause] = [each for each in found.outliers if each.kind == "pause"]
    assert (pause.observed, pause.days, pause.longest) == (0.0, 9, 1)
    assert 300 < pause.expected < 480
    [incident] = group_outliers(found, _named("order_value"))
    told = f"Figure of item Rope had nothing for 9 days on end, {pause.on} among them; {pause.expected:,.2f} ¤ a day is"
    assert incident.reason.en == f"{told} usual, and the longest pause in a year was 1 day."
    assert incident.money_at_risk == pytest.approx(pause.expected * pause.days)


@pytest.mark.feature("5.8.4")
def test_a_reason_names_the_currency_of_the_books_and_days_as_pages_write_them() -> None:
    words = Words("Bill BI-2026-10-19 of 1,250.40 ¤ on 2026-10-09 (0.00 ¤).", "单据于 2026-10-09 为 1,250.40 ¤。")
    told = as_told(words, "EUR")
    assert told.en == "Bill BI-2026-10-19 of 1,250.40 EUR on Oct 9, 2026 (0.00 EUR)."
    assert told.zh == "单据于 2026年10月9日 为 1,250.40 EUR。"
    assert as_told(words, None).en == "Bill BI-2026-10-19 of 1,250.40 on Oct 9, 2026 (0.00)."


@pytest.mark.parametrize("unit", ["currency", "count"])
def test_what_was_never_below_zero_is_not_expected_there(unit: str) -> None:
    chance = np.random.default_rng(3)
    values = np.where(chance.random(400) < 0.6, chance.integers(1, 6, 400), 0).astype(float)
    values[390] = 60
    family = _additive("orders", values)
    found = find_outliers([family], since=FIRST + timedelta(days=350))
    assert found.outliers
    assert all(each.low >= 0 and each.expected >= 0 for each in found.outliers)
    assert all(each.low >= 0 for each in forecast_totals([family], after=FIRST + timedelta(days=399)))
    [incident] = [each for each in group_outliers(found, _named("orders", unit)) if each.observed == 60]
    assert ("was 60.00 ¤; 0.00 ¤ to" if unit == "currency" else "was 60; 0 to") in incident.reason.en


def test_other_days_of_the_week_are_told_by_how_far_they_lie_from_theirs() -> None:
    values = weekly(500)
    values[378:392] = np.tile(np.roll([1, 1.1, 0.9, 1.2, 1.4, 0.5, 0.0], 3) * 500, 2)
    found = find_outliers([_additive("order_value", values)], since=FIRST + timedelta(days=350))
    shapes = [each for each in found.outliers if each.kind == "shape"]
    assert shapes
    assert all(each.low <= each.expected <= each.high < each.observed for each in shapes)


def test_of_one_member_among_many_only_what_the_whole_feels_is_told() -> None:
    whole, one = _additive("order_value", weekly(500) * 100), weekly(500)
    one[380] += 9_000
    small = find_outliers([whole, _additive("order_value", one, "item", "Rope")], since=FIRST + timedelta(days=350))
    assert {each.key.member for each in small.outliers} == {"Rope"}
    assert group_outliers(small, _named("order_value")) == []
    one[380] += 90_000
    large = find_outliers([whole, _additive("order_value", one, "item", "Rope")], since=FIRST + timedelta(days=350))
    assert group_outliers(large, _named("order_value"))


def test_missing_days_of_a_rate_are_not_known_and_of_a_sum_are_nothing() -> None:
    frame = days_of(np.arange(1.0, 6.0)).filter(pl.col("day") != FIRST + timedelta(days=2))
    frame = frame.with_columns(family=pl.lit(0), series_id=pl.lit(0)).drop("member")
    assert calendar_days(frame, is_additive=True)["value"].to_list() == [1, 2, 0, 4, 5]
    assert calendar_days(frame, is_additive=False)["value"].to_list() == [1, 2, None, 4, 5]


def test_the_second_look_expects_the_week_to_come() -> None:
    values = weekly(700)
    expected = outlook(values[:-7], 7)
    assert expected is not None
    assert np.abs(expected.forecast - values[-7:]).max() < 260
    assert ((expected.low(4) <= values[-7:]) & (values[-7:] <= expected.high(4))).all()
    assert outlook(values[:20], 7) is None


@pytest.mark.feature("5.8.4")
def test_there_are_control_points_enough_and_each_names_its_paragraph() -> None:
    assert len(CONTROLS) >= 25
    for control in CONTROLS.values():
        assert control.standard.startswith(("ISA", "AS"))
        assert 0 < control.weight <= 1
        assert control.tests.zh != control.tests.en


def test_an_ordinary_company_and_an_empty_one_have_no_incidents() -> None:
    assert examine_books(Books()) == []
    assert examine_books(company(np.random.default_rng(77)).books()) == []


def test_what_came_from_a_file_is_not_said_to_be_written_at_night() -> None:
    made = company(np.random.default_rng(78))
    for row in made.rows["entry_lines"]:
        row["recorded_at"], row["created_by"] = instant(date(2026, 1, 2), 3), "import"
    assert examine_books(made.books(Settings())) == []


def test_weak_signs_add_up() -> None:
    assert together([0.3]) < 0.5 < together([0.4, 0.4])
    assert together([]) == 0


def test_scores_are_floats_whatever_the_database_makes_of_literals() -> None:
    days = pl.date_range(date(2025, 1, 1), date(2026, 3, 1), eager=True)
    series = pl.DataFrame({"series_id": pl.Series([1] * len(days), dtype=pl.Int32), "day": days})
    steady = series.with_columns(value=pl.lit(100.0))
    seldom = series.with_columns(value=pl.when(pl.col("day").dt.day() % 9 == 0).then(100.0).otherwise(0.0))
    for frame in (screen_dense(steady), screen_sparse(seldom, Thresholds())):
        assert not frame.is_empty()
        assert frame.select(cs.decimal()).columns == []
