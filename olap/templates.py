"""Filters as templates over placeholders, and the literals that take the placeholders' places in the parsed statement.

A value is never part of a text that is parsed: whatever it holds, it stays one literal node of the tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlglot import exp

from olap.query import Filter, Members, Order, Value

PLACEHOLDER = "qooerp:"
NEVER = "1 = 0"


COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def condition(subject: str, given: Filter, index: int) -> str:
    """A filter as a template over placeholders; a blank member is written as null."""
    if given.op in {"is_null", "not_null"}:
        return f"{subject} is {'' if given.op == 'is_null' else 'not '}null"
    marks = [f"'{PLACEHOLDER}{index}:{place}'" for place, value in enumerate(given.values) if value is not None]
    if given.op in {"eq", "in", "ne", "not_in"}:
        is_wanted = given.op in {"eq", "in"}
        return _among(subject, marks, has_blank=None in given.values, is_wanted=is_wanted)
    if len(marks) < len(given.values):
        # Nothing is greater or less than a blank, nor contained in it.
        return NEVER
    return _compared(subject, given.op, marks)


def _among(subject: str, marks: Sequence[str], *, has_blank: bool, is_wanted: bool) -> str:
    """Whether a member is one of some, or none of them; blanks count only where they are named."""
    if is_wanted:
        tests = [f"{subject} in ({', '.join(marks)})"] if marks else []
        return f"({' or '.join([*tests, *([f'{subject} is null'] if has_blank else [])])})"
    if not marks:
        return f"{subject} is not null"
    blank = f"and {subject} is not null" if has_blank else f"or {subject} is null"
    return f"({subject} not in ({', '.join(marks)}) {blank})"


def _compared(subject: str, op: str, marks: Sequence[str]) -> str:
    if op == "between":
        return f"({subject} >= {marks[0]} and {subject} <= {marks[1]})"
    if op == "contains":
        return f"strpos(lower(cast({subject} as varchar)), lower({marks[0]})) > 0"
    if op == "starts_with":
        return f"starts_with(lower(cast({subject} as varchar)), lower({marks[0]}))"
    return f"{subject} {COMPARED[op]} {marks[0]}"


def among(group: int, subjects: Sequence[str], members: Members) -> str:
    """Whether a row's members are among some, blanks included, or among none of them."""
    if not members.rows:
        return NEVER if members.are_kept else f"not ({NEVER})"
    if len(subjects) == 1:
        test = _one_of(group, subjects[0], members)
    else:
        test = " or ".join(_same(f"{group}:{index}", subjects, row) for index, row in enumerate(members.rows))
    return f"({test})" if members.are_kept else f"not ({test})"


def _one_of(group: int, subject: str, members: Members) -> str:
    marks = [f"'{PLACEHOLDER}x:{group}:{index}:0'" for index, (value,) in enumerate(members.rows) if value is not None]
    # A blank is never in a list: said so, it stays among those who are left.
    tests = [f"coalesce({subject} in ({', '.join(marks)}), false)"] if marks else []
    return " or ".join([*tests, *([f"{subject} is null"] if (None,) in members.rows else [])])


def _same(place: str, subjects: Sequence[str], row: Sequence[Value]) -> str:
    """Whether a row has exactly these members, blanks included."""
    tests = [
        f"{subject} is null" if value is None else f"coalesce({subject} = '{PLACEHOLDER}x:{place}:{index}', false)"
        for index, (subject, value) in enumerate(zip(subjects, row, strict=True))
    ]
    return f"({' and '.join(tests)})"


def literals(
    where: Sequence[Filter], members: Sequence[Sequence[Sequence[Value]]], start: date | None, end: date
) -> dict[str, exp.Expression]:
    """What stands in place of each placeholder: always a literal node, never text that is parsed."""
    found: dict[str, exp.Expression] = {}
    if start is not None:
        found["start"] = day_literal(start)
    found["end"] = day_literal(end)
    for index, each in enumerate(where):
        for place, value in enumerate(each.values):
            if value is not None:
                found[f"{index}:{place}"] = exp.Literal.string(value)
    for group, rows in enumerate(members):
        for index, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    found[f"x:{group}:{index}:{place}"] = exp.Literal.string(value)
    return found


def day_literal(day: date) -> exp.Expression:
    """A day as SQL."""
    return exp.cast(exp.Literal.string(day.isoformat()), exp.DataType.Type.DATE)


def bind(tree: exp.Query, values: Mapping[str, exp.Expression], as_of: date) -> exp.Query:
    """The statement with its values in place; `current_date` becomes the day at which one looks."""
    for literal in list(tree.find_all(exp.Literal)):
        if literal.is_string and literal.name.startswith(PLACEHOLDER):
            literal.replace(values[literal.name.removeprefix(PLACEHOLDER)].copy())
    # A model writes current_date where it means the day at which one looks.
    for today in list(tree.find_all(exp.CurrentDate)):
        today.replace(day_literal(as_of))
    return tree


def order_text(orders: Sequence[Order], keys: Sequence[str]) -> str:
    """The order asked for, then all keys, so that the same question always gives the same rows in the same order."""
    asked = [f'"{order.field}" {"desc" if order.descending else "asc"} nulls last' for order in orders]
    named = {order.field for order in orders}
    asked += [f'"{key}" asc nulls last' for key in keys if key not in named]
    return f" order by {', '.join(asked)}" if asked else ""
