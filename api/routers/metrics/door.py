"""Between HTTP and the metrics layer: who asks, where the figures are, and what a refusal becomes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from starlette.datastructures import State
from starlette.requests import Request

from api.context import Services
from api.rendering import decimal_text
from api.restatements import Restatements
from api.routing import asker
from api.translations import language_of
from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.errors import Forbidden, MetricsError, QueryInvalid, QueryTimedOut, UnknownMart
from olap.query import Cell, Column, Evidence
from olap.restated import RestatedPeriod
from olap.service import Numbers
from runtime.tracing import span
from transactional.kernel.errors import DomainError, FieldProblem, Invalid, NotAllowed, NotFound, Unavailable
from transactional.kernel.policy import as_data

_MONEY_PLACES = 2
_opening = threading.Lock()


def numbers_of(request: Request) -> Numbers:
    """The metrics layer of this process, opened by the first question over each lake."""
    return numbers_in(request.app.state)


def numbers_in(state: State) -> Numbers:
    """The metrics layer that an application's state keeps."""
    services: Services = state.services
    with _opening:
        known: tuple[Services, Numbers] | None = getattr(state, "numbers", None)
        if known is None or known[0] is not services:
            known = (services, open_numbers(services))
            state.numbers = known
        return known[1]


def open_numbers(services: Services) -> Numbers:
    """The metrics layer over the lake of this installation."""
    settings = services.settings
    settings.lake_dir.mkdir(parents=True, exist_ok=True)
    engine = DuckDBEngine.over(settings.lake_dir)
    restated = Restatements(services.database)
    return Numbers(engine, settings.dbt_target_dir, today=lambda: services.now().date(), restated=restated)


def asker_of(request: Request) -> Asker:
    """Who asks, as the metrics layer knows askers; the language of the request wins over the user's."""
    data = as_data(asker(request))
    return Asker.from_data({**data, "locale": language_of(request, str(data["locale"]))})


class QuestionInvalid(Invalid):
    """A question with wrong parts, each of them named."""

    code = "invalid_query"
    message = "Part of the question is wrong: mend what is listed ({count})."


class _Forbidden(NotAllowed):
    code = "metric_forbidden"
    message = "{sentence}"


class _NotThere(NotFound):
    message = "{sentence}"


class _Unavailable(Unavailable):
    code = "metrics_unavailable"
    message = "{sentence}"


class _TimedOut(_Unavailable):
    code = "query_timed_out"


@contextmanager
def refusals() -> Iterator[None]:
    """Whatever the metrics layer refuses inside, as a refusal that HTTP understands."""
    try:
        with span("metric query"):
            yield
    except MetricsError as error:
        raise _refusal(error) from error


def _refusal(error: MetricsError) -> DomainError:
    if isinstance(error, QueryInvalid):
        return QuestionInvalid([FieldProblem(each.path, each.reason, each.code) for each in error.problems])
    if isinstance(error, Forbidden):
        return _Forbidden(sentence=str(error), reason=error.code)
    if isinstance(error, UnknownMart):
        return _NotThere(sentence=str(error))
    if isinstance(error, QueryTimedOut):
        return _TimedOut(sentence=str(error))
    return _Unavailable(sentence=str(error))


def shown_rows(rows: Sequence[Mapping[str, Cell]], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows for JSON: decimals as text, money with two places at least."""
    places = {column.name: places_of(column.type) for column in columns}
    return [{name: shown(value, places.get(name, 0)) for name, value in row.items()} for row in rows]


def shown_row(row: Mapping[str, Cell] | None, columns: Sequence[Column]) -> dict[str, Any] | None:
    """One row for JSON, or nothing."""
    return None if row is None else shown_rows([row], columns)[0]


def shown(value: Cell, places: int = 0) -> Any:
    """One cell for JSON."""
    return decimal_text(value, places_min=places) if isinstance(value, Decimal) else value


def shown_amounts(amounts: Mapping[str, Cell]) -> dict[str, Any]:
    """Sums of a statement for JSON: money, and shares where it is compared."""
    return {name: shown(value, 0 if name.endswith("_share") else _MONEY_PLACES) for name, value in amounts.items()}


def places_of(kind: str) -> int:
    """How many places a figure of this type shows at least."""
    return _MONEY_PLACES if kind == "money" else 0


def shown_column(column: Column) -> dict[str, Any]:
    """A column for JSON."""
    return {
        "name": column.name,
        "label": column.label,
        "type": column.type,
        "unit": column.unit,
        "role": column.role,
        "currency": column.currency,
    }


def shown_evidence(evidence: Evidence) -> dict[str, Any]:
    """What stands behind an answer, for JSON."""
    return {
        "definitions": [dict(each) for each in evidence.definitions],
        "sql": evidence.sql,
        "statements": dict(evidence.statements),
        "data_version": evidence.data_version,
        "watermark": evidence.watermark,
        "loaded_at": evidence.loaded_at,
        "filters": list(evidence.filters),
        "left_out": list(evidence.left_out),
        "restated": [shown_restated(each) for each in evidence.restated],
    }


def shown_restated(period: RestatedPeriod) -> dict[str, Any]:
    """A period that was opened again, for JSON."""
    return {
        "company_code": period.company_code,
        "starts_on": period.starts_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
        "reopened_on": period.reopened_on.isoformat(),
        "reason": period.reason,
    }
