"""A question for rows as a statement over the columns that a table has, every value typed before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from olap.errors import Problem, QueryInvalid
from olap.query import Filter
from olap.resolve import neighbours
from reports.sources.places import Kind, Place
from reports.sources.rows_query import RowsQuery

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "gt": exp.GT,
    "gte": exp.GTE,
    "lt": exp.LT,
    "lte": exp.LTE,
}
_EXPECTED = {"number": "a number", "date": "a day such as 2026-03-31", "instant": "a time", "boolean": "true or false"}
_BOOLEANS = {"true": True, "false": False}


def selection(query: RowsQuery, place: Place, tables: Mapping[str, Mapping[str, Kind]]) -> exp.Select:
    """The statement.  Raises: QueryInvalid naming every table, column and value that means nothing."""
    table = _table(query, tables)
    columns = tables[table]
    problems = [
        *_unknown("columns", query.columns, columns),
        *_unknown("order_by", [each.field for each in query.order_by], columns),
        *_unknown("where", [each.field for each in query.where], columns, suffix="/field"),
    ]
    tests = [_test(f"where/{at}", each, columns, problems) for at, each in enumerate(query.where)]
    if problems:
        raise QueryInvalid(problems)
    chosen = [_column(name) for name in query.columns or columns]
    order = [exp.Ordered(this=_column(each.field), desc=each.descending) for each in query.order_by]
    found = exp.select(*chosen).from_(place.relation(table)).where(*tests)
    return found.order_by(*order) if order else found


def _table(query: RowsQuery, tables: Mapping[str, Mapping[str, Kind]]) -> str:
    if query.table is None and len(tables) == 1:
        return next(iter(tables))
    if query.table is None:
        raise QueryInvalid([Problem("table", "the name of a table is expected", "missing")])
    found = next((name for name in (query.table, f"public.{query.table}") if name in tables), None)
    if found is None:
        reason = f"unknown table {query.table!r}; {neighbours(query.table, sorted(tables))}"
        raise QueryInvalid([Problem("table", reason, "unknown_table")])
    return found


def _unknown(path: str, asked: Sequence[str], columns: Mapping[str, Kind], suffix: str = "") -> list[Problem]:
    return [
        Problem(
            f"{path}/{at}{suffix}",
            f"unknown column {name!r}; {neighbours(name, list(columns))}",
            "unknown_table_column",
        )
        for at, name in enumerate(asked)
        if name not in columns
    ]


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _test(path: str, given: Filter, columns: Mapping[str, Kind], problems: list[Problem]) -> exp.Expr:
    kind = columns.get(given.field, "text")
    subject: exp.Expr = _column(given.field)
    if kind == "other" or given.op in {"contains", "starts_with"}:
        subject, kind = exp.cast(subject, "text"), "text"
    values = [_literal(path, each, kind, problems) for each in given.values if each is not None]
    has_blank = len(values) < len(given.values)
    if has_blank and given.op not in {"eq", "ne", "in", "not_in"}:
        problems.append(Problem(f"{path}/values", f"{given.op} takes no blank", "wrong_type"))
        return exp.true()
    return _compared(given.op, subject, values, has_blank=has_blank)


def _compared(op: str, subject: exp.Expr, values: list[exp.Expr], *, has_blank: bool) -> exp.Expr:
    if op in {"is_null", "not_null"}:
        blank = exp.Is(this=subject, expression=exp.null())
        return blank if op == "is_null" else exp.not_(blank)
    if op in {"eq", "in", "ne", "not_in"}:
        return _among(subject, values, has_blank=has_blank, is_outside=op in {"ne", "not_in"})
    if op == "between":
        return exp.Between(this=subject, low=values[0], high=values[1])
    if op == "contains":
        return exp.GT(
            this=exp.StrPosition(this=exp.Lower(this=subject), substr=exp.Lower(this=values[0])),
            expression=exp.Literal.number(0),
        )
    if op == "starts_with":
        return exp.StartsWith(this=subject, expression=values[0])
    return _COMPARISONS[op](this=subject, expression=values[0])


def _among(subject: exp.Expr, values: list[exp.Expr], *, has_blank: bool, is_outside: bool) -> exp.Expr:
    """Whether a value is one of those given; a blank is a member like any other, so outside them where not named."""
    blank = exp.Is(this=subject.copy(), expression=exp.null())
    inside: exp.Expr = exp.In(this=subject, expressions=values) if values else exp.false()
    if not is_outside:
        return exp.paren(exp.or_(inside, blank)) if has_blank else inside
    outside: exp.Expr = exp.not_(inside)
    return exp.and_(outside, exp.not_(blank)) if has_blank else exp.paren(exp.or_(outside, blank))


def _literal(path: str, value: str, kind: Kind, problems: list[Problem]) -> exp.Expr:
    try:
        if kind == "number":
            number = Decimal(value)
            if not number.is_finite():
                raise ValueError  # noqa: TRY301  # told below like the rest
            return exp.Literal.number(f"{number:f}")
        if kind == "date":
            return exp.cast(exp.Literal.string(date.fromisoformat(value).isoformat()), "date")
        if kind == "instant":
            return exp.cast(exp.Literal.string(datetime.fromisoformat(value).isoformat(sep=" ")), "timestamptz")
        if kind == "boolean":
            return exp.Boolean(this=_BOOLEANS[value.lower()])
    except (ValueError, KeyError, InvalidOperation):
        problems.append(Problem(f"{path}/values", f"{_EXPECTED[kind]} is expected, not {value!r}", "wrong_type"))
        return exp.null()
    return exp.Literal.string(value)
