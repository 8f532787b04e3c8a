"""Whether the members that filters name exist: a misspelt one gets a refusal instead of an empty answer."""

from __future__ import annotations

from collections.abc import Callable

import sqlglot
from sqlglot import exp

from olap.asker import Asker
from olap.checks import Checked
from olap.engines.base import Answer
from olap.errors import FieldForbidden, Problem, QueryInvalid
from olap.manifest import Dimension
from olap.query import Filter
from olap.resolve import Names, neighbours
from olap.rights import rules_of_mart

Run = Callable[[exp.Query], Answer]

CANDIDATES_MAX = 5_000
MEMBER_OPERATORS = ("eq", "ne", "in", "not_in")


SCOPES = frozenset({"dim_companies", "dim_cost_centres"})
"""What people are set limits by: to whom a member is out of reach is told so, whether there is one or not."""


def check_members(checked: Checked, names: Names, run: Run, asker: Asker) -> None:
    """Nothing where every member that a filter names exists among the rows that the asker may see.

    Raises: QueryInvalid with what was probably meant; FieldForbidden for a company or cost centre out of scope.
    """
    problems = []
    for index, each in enumerate(checked.query.where):
        if each.op not in MEMBER_OPERATORS or names.grain_of(each.field) is not None:
            continue
        dimension = names.dimension(checked.metrics[0].name, each.field, checked.query.attributes)
        if dimension is None or dimension.is_time or dimension.is_as_of:
            continue
        found = _unknown(index, each, dimension, names, run)
        if found and dimension.mart in SCOPES and rules_of_mart(dimension.mart)[0] in asker.row_filters:
            raise FieldForbidden(field=f"{each.field} of that name", reason="it does not exist or is out of your scope")
        problems += found
    if problems:
        raise QueryInvalid(problems)


def member_query(dimension: Dimension, names: Names) -> exp.Select:
    """The distinct members of a dimension as texts, in order."""
    dialect = names.compiler.dialect
    value = exp.cast(sqlglot.parse_one(dimension.expression, dialect=dialect), exp.DataType.Type.VARCHAR)
    schema = names.manifest.models[dimension.model].schema
    members = exp.select(value.as_("member")).distinct().from_(exp.table_(dimension.mart, db=schema))
    return members.where(exp.not_(value.copy().is_(exp.null()))).order_by("member")


def containing(value: exp.Expr, text: str) -> exp.Expression:
    """Whether a text lies anywhere in a value, whatever its letters' case."""
    lowered = exp.func("lower", value)
    return exp.GT(
        this=exp.Anonymous(this="strpos", expressions=[lowered, exp.Literal.string(text.lower())]),
        expression=exp.Literal.number(0),
    )


def _unknown(index: int, given: Filter, dimension: Dimension, names: Names, run: Run) -> list[Problem]:
    asked = [value for value in dict.fromkeys(given.values) if value is not None]
    if not asked:
        return []
    query = member_query(dimension, names)
    value = query.selects[0].unalias()
    among = exp.In(this=value.copy(), expressions=[exp.Literal.string(each) for each in asked])
    found = {row[0] for row in run(query.where(among)).rows}
    missing = [each for each in asked if each not in found]
    if not missing:
        return []
    known = [] if dimension.is_document else _candidates(dimension, names, run)
    return [
        Problem(
            f"where/{index}/values",
            f"unknown member {each!r} of {given.field}" + (f"; {neighbours(each, known)}" if known else ""),
            "unknown_member",
        )
        for each in missing
    ]


def _candidates(dimension: Dimension, names: Names, run: Run) -> list[str]:
    return [str(row[0]) for row in run(member_query(dimension, names).limit(CANDIDATES_MAX)).rows]
