"""Numbering documents."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from transactional.kernel.ids import new_id
from transactional.kernel.reference import Reference, read_all
from transactional.kernel.rows import read_by_id
from transactional.kernel.session import Session
from transactional.kernel.wire import Statement
from transactional.organization.models import Company
from transactional.platform.errors import NumberSeriesMissing
from transactional.platform.formats import parse_format
from transactional.platform.models import NumberSeries

_SERIES = Reference(
    lambda session: {(row.document_type, row.company_id): row for row in read_all(session, NumberSeries).values()}
)
_COUNT_ON = (
    "insert into platform.number_counters as counters"
    " (tenant_id, id, series_id, year, last_number, created_by, updated_by)"
    " select %(tenant)s, given.id, %(series)s, given.year, given.count, %(author)s, %(author)s"
    " from unnest(%(ids)s::uuid[], %(years)s::int[], %(counts)s::bigint[]) as given (id, year, count)"
    " order by given.year"
    " on conflict (tenant_id, series_id, year) do update"
    " set last_number = counters.last_number + excluded.last_number, version = counters.version + 1,"
    " updated_at = now(), updated_by = excluded.updated_by"
    " returning year, last_number"
)


def take_numbers(session: Session, document_type: str, company_id: UUID, days: Sequence[date]) -> list[str]:
    """The next number for each document, in the order of their days as given.

    The counter's row is held until the transaction ends and falls back with it: numbers have no hole and no double.
    Raises: NotFound for an unknown company, NumberSeriesMissing.
    """
    return ask_numbers(session, document_type, company_id, days)()


def ask_numbers(
    session: Session, document_type: str, company_id: UUID, days: Sequence[date]
) -> Callable[[], list[str]]:
    """What gives numbers as `take_numbers` does; what is asked meanwhile is done behind the counter, in one round trip.

    Raises: NotFound for an unknown company, NumberSeriesMissing.
    """
    if not days:
        return list
    series = _SERIES.of(session).get((document_type, company_id))
    if series is None:
        read_by_id(session, Company, [company_id])
        raise NumberSeriesMissing(document_type=document_type, company_id=company_id)
    chosen = parse_format(series.format)
    counts = Counter(chosen.counter_year(on) for on in days)
    asked = _ask_count_on(session, series.id, counts)

    def numbers() -> list[str]:
        following = {year: last - counts[year] for year, last in session.answer_to(asked).rows()}
        given = []
        for on in days:
            year = chosen.counter_year(on)
            following[year] += 1
            given.append(chosen.number(on, following[year]))
        return given

    return numbers


def _ask_count_on(session: Session, series_id: UUID, counts: Mapping[int, int]) -> Statement:
    """Each year's counter, raised by the counts."""
    years = sorted(counts)
    return session.ask(
        _COUNT_ON,
        {
            "tenant": session.tenant_id,
            "series": series_id,
            "author": session.principal.user_id,
            "ids": [new_id() for _ in years],
            "years": years,
            "counts": [counts[year] for year in years],
        },
    )
