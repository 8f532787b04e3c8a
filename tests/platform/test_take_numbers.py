"""Numbers are unique, in order, and leave no hole behind a failed document."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.factories.books import make_books
from tests.factories.threads import at_once
from transactional.kernel.errors import Invalid
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database
from transactional.platform.errors import NumberSeriesMissing
from transactional.platform.formats import parse_format
from transactional.platform.models import NumberSeries
from transactional.platform.number_series import SeriesDefault
from transactional.platform.services.install_number_series import install_number_series
from transactional.platform.services.take_numbers import take_numbers

SPRING, NEXT_YEAR = date(2026, 3, 2), date(2027, 1, 4)


@pytest.mark.feature("SYS-03")
def test_numbers_follow_the_format_and_begin_anew_each_year(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
        numbers = take_numbers(session, "sales_order", company_id, [SPRING, NEXT_YEAR, SPRING])
        more = take_numbers(session, "sales_order", company_id, [SPRING])
    assert numbers == ["SO-2026-00001", "SO-2027-00001", "SO-2026-00002"]
    assert more == ["SO-2026-00003"]


@pytest.mark.feature("SYS-03")
def test_a_hundred_at_once_get_a_hundred_numbers(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
    taken: list[str] = []

    def take(_: int) -> None:
        with database.transaction(principal) as session:
            numbers = take_numbers(session, "sales_invoice", company_id, [SPRING])
        taken.extend(numbers)

    assert at_once(take, 100).won == 100
    assert sorted(taken) == [f"SI-2026-{count:05}" for count in range(1, 101)]


@pytest.mark.feature("SYS-03")
def test_a_gapless_series_has_no_hole_after_a_failed_posting(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
        take_numbers(session, "sales_invoice", company_id, [SPRING])
    with database.transaction(principal) as session:
        assert take_numbers(session, "sales_invoice", company_id, [SPRING]) == ["SI-2026-00002"]
        session.rollback()
    with database.transaction(principal) as session:
        assert take_numbers(session, "sales_invoice", company_id, [SPRING]) == ["SI-2026-00002"]


@pytest.mark.feature("SYS-03")
@pytest.mark.parametrize("text", ["SO-{yyyy}", "SO-{}", "SO-{000}-{00}", "SO-{week}-{000}", "SO-{mm}-{000}", "{000"])
def test_a_format_without_one_counter_means_nothing(text: str) -> None:
    with pytest.raises(Invalid):
        parse_format(text)


def test_a_format_without_a_year_counts_through(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
        install_number_series(session, company_id, {"voucher": SeriesDefault("V{000}")})
        assert take_numbers(session, "voucher", company_id, [SPRING, NEXT_YEAR]) == ["V001", "V002"]


def test_a_type_without_a_series_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
        with pytest.raises(NumberSeriesMissing, match="voucher"):
            take_numbers(session, "voucher", company_id, [SPRING])


@pytest.mark.feature("SYS-03")
def test_a_second_series_or_counter_is_refused_by_the_database(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
        take_numbers(session, "sales_order", company_id, [SPRING])
        [series] = read(session, select(NumberSeries).where(NumberSeries.document_type == "sales_order"))
    with pytest.raises(IntegrityError), database.transaction(principal) as session:
        install_number_series(session, company_id, {"sales_order": SeriesDefault("X{000}")})
    statement = text(
        "insert into platform.number_counters (tenant_id, id, series_id, year)"
        " values (:tenant, gen_random_uuid(), :series, 2026)"
    )
    with pytest.raises(IntegrityError), database.transaction(principal) as session:
        session.execute(statement, {"tenant": principal.tenant_id, "series": series.id})
