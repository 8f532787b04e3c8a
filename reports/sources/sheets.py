"""Rows of a source as a sheet, with the name, the time and the owner of what was read."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlglot import exp

from olap.asker import Asker
from olap.errors import Problem, QueryInvalid
from olap.evidence import described
from olap.query import Column, Evidence
from olap.service import Numbers
from reports.sheet import Line, Sheet
from reports.sources.marts import MartPlace, is_mart, owner_of
from reports.sources.outside import Outside
from reports.sources.places import Found, Place
from reports.sources.rows_query import RowsQuery
from reports.sources.selection import selection
from reports.sources.statements import check_statement
from reports.words import t
from transactional.kernel.errors import NotAllowed

READ_RIGHT = "source.read"


def rows_sheet(numbers: Numbers, query: RowsQuery, outside: Outside | None, asker: Asker, title: str) -> Sheet:
    """The rows of a source with the asker's rights.

    Raises: QueryInvalid, UnknownMart, MartForbidden, NotAllowed, SourceUnavailable, NumbersUnavailable.
    """
    if outside is not None:
        check_may_read(asker)
        return _outside_sheet(query, outside, asker, title)
    place = _mart_place(numbers, query, asker)
    try:
        found = place.read(selection(query, place, place.tables()), query.limit)
        version = place.version
    finally:
        place.close()
    definition = {"name": query.source, "label": query.source, "owner": owner_of(numbers, query.source)}
    evidence = Evidence(
        ({**definition, "marts": [query.source]},),
        found.sql,
        {},
        version.id,
        version.watermark,
        version.loaded_at,
        _filters(query),
    )
    return _sheet(found, query, evidence, asker, title)


def check_rows(numbers: Numbers, query: RowsQuery, outside: Outside | None, asker: Asker) -> None:
    """Nothing where an asker can read what a question asks for.  Raises: as `rows_sheet`."""
    if outside is not None:
        check_may_read(asker)
        if query.statement is None:
            place = outside.open()
            selection(query, place, place.tables())
        return
    mart = _mart_place(numbers, query, asker)
    try:
        selection(query, mart, mart.tables())
    finally:
        mart.close()


def check_may_read(asker: Asker) -> None:
    """Nothing for who may read sources outside.  Raises: NotAllowed."""
    if not asker.may(READ_RIGHT):
        raise NotAllowed(right=READ_RIGHT)


def _mart_place(numbers: Numbers, query: RowsQuery, asker: Asker) -> MartPlace:
    if not is_mart(numbers, query.source, asker):
        reason = f"there is no source {query.source!r}: `GET /api/report/sources` lists them"
        raise QueryInvalid([Problem("source", reason, "unknown_source")])
    if query.statement is not None:
        reason = "marts are asked for metrics or columns; a statement is for sources outside"
        raise QueryInvalid([Problem("statement", reason, "statement_on_mart")])
    return MartPlace(numbers, query.source, asker)


def _outside_sheet(query: RowsQuery, outside: Outside, asker: Asker, title: str) -> Sheet:
    place = outside.open()
    found = place.read(_statement(query, place), query.limit)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    definition = {
        "name": outside.name,
        "label": outside.label,
        "description": outside.description or "",
        "owner": outside.owner,
    }
    evidence = Evidence((definition,), found.sql, {}, f"{outside.name} {at}", None, at, _filters(query))
    return _sheet(found, query, evidence, asker, title)


def _statement(query: RowsQuery, place: Place) -> exp.Query:
    return check_statement(query.statement) if query.statement else selection(query, place, place.tables())


def _sheet(found: Found, query: RowsQuery, evidence: Evidence, asker: Asker, title: str) -> Sheet:
    columns = tuple(_column(name, kind) for name, kind in _distinct(found.columns))
    left_out = (t("left_out.limit", asker.locale, count=query.limit),) if found.is_cut else ()
    lines = tuple(Line(row) for row in found.rows)
    return Sheet(title or query.source, columns, lines, None, evidence, left_out, locale=asker.locale)


def _column(name: str, kind: str) -> Column:
    if kind == "number":
        return Column(name, name, "number", None, "metric")
    return Column(name, name, "date" if kind == "date" else "text", None, "dimension")


def _distinct(columns: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """A statement may call two columns alike, and rows are keyed by name."""
    found: dict[str, str] = {}
    for name, kind in columns:
        free = next(each for each in (name, *(f"{name}_{at}" for at in range(2, 10_000))) if each not in found)
        found[free] = kind
    return list(found.items())


def _filters(query: RowsQuery) -> tuple[str, ...]:
    return tuple(described(each) for each in query.where)
