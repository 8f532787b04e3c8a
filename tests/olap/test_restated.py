"""Figures of a period that was opened again say so, to those who may know of its company."""

from dataclasses import replace
from datetime import date

import pytest

from olap.asker import Asker
from olap.query import MetricQuery
from olap.restated import RestatedPeriod, restated_in
from olap.service import Numbers

pytestmark = pytest.mark.feature("FIN-33")
MARCH = RestatedPeriod("company-1", "ACME", date(2025, 3, 1), date(2025, 3, 31), date(2025, 5, 2), "audit")


@pytest.mark.parametrize(
    ("first", "last", "is_marked"),
    [
        (date(2025, 3, 31), date(2025, 4, 30), True),
        (date(2025, 4, 1), date(2025, 4, 30), False),
        (date(2025, 1, 1), date(2025, 2, 28), False),
        (None, date(2025, 2, 28), False),
        (None, date(2025, 3, 31), True),
        (None, date(2025, 5, 1), True),
        (None, date(2025, 5, 2), False),
        (None, None, True),
    ],
)
def test_a_period_bears_on_its_days_and_on_levels_that_were_told_before_it_was_opened(
    first: date | None, last: date | None, *, is_marked: bool
) -> None:
    assert restated_in([MARCH], first, last) == ((MARCH,) if is_marked else ())


def test_an_answer_is_marked_as_soon_as_a_period_is_opened_again(numbers: Numbers, everyone: Asker) -> None:
    query = MetricQuery.from_data({"metrics": ["net_revenue"], "time": {"start": "2025-03-01", "end": "2025-03-31"}})
    told: list[RestatedPeriod] = []
    before = numbers.restated
    numbers.restated = lambda _: tuple(told)
    try:
        assert numbers.query(query, everyone).evidence.restated == ()
        told.append(MARCH)
        assert numbers.query(query, everyone).evidence.restated == (MARCH,)
        told[:] = [replace(MARCH, company_id="company-9")]
        limited = replace(
            everyone, row_filters={"company": [[{"field": "id", "operator": "in", "values": ["company-1"]}]]}
        )
        assert numbers.restated_seen(limited) == ()
        assert len(numbers.restated_seen(everyone)) == 1
    finally:
        numbers.restated = before
