"""Running a definition for one reader."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from charts.table import Unfit
from charts.words import why
from olap.access import check_access
from olap.asker import Asker
from olap.checks import check
from olap.errors import Problem, QueryInvalid
from olap.pivot import PivotQuery, check_table, pivot
from olap.query import Filter, MetricQuery
from olap.service import Numbers
from reports.definition import Definition, Question
from reports.pictures import check_chart
from reports.sheet import Sheet, sheet_of_pivot, sheet_of_query
from reports.sources.outside import Outside
from reports.sources.sheets import check_rows, rows_sheet
from reports.words import t

PREVIEW_ROWS = 20
PREVIEW_SECONDS = 2.0


@dataclass(frozen=True)
class Request:
    """What a reader wants to see: a definition, and what is said when it is run."""

    definition: Definition
    name: str = ""
    values: Mapping[str, Any] | None = None
    period: Any = None
    version: int | None = None
    link: str | None = None
    extra: tuple[Any, ...] = ()
    """Filters that hold besides those of the definition."""
    outside: Outside | None = None
    """The source outside whose rows the definition lists."""

    def question(self, today: date) -> Question:
        """The question on a day.  Raises: QueryInvalid."""
        asked = self.definition.question_at(today, values=self.values, period=self.period)
        return replace(asked, where=(*asked.where, *self.extra)) if self.extra else asked


def check_definition(numbers: Numbers, definition: Definition, asker: Asker, outside: Outside | None = None) -> None:
    """Nothing where a definition can be run by an asker.

    Raises: QueryInvalid naming unknown and incompatible parts; MetricForbidden, FieldForbidden; as `rows_sheet`.
    """
    if definition.rows is not None:
        _check_rows(numbers, definition, asker, outside)
        return
    values = {each.name: "2000-01-01" for each in definition.parameters}
    question = definition.question_at(numbers.today(), values=values)
    try:
        if isinstance(question, PivotQuery):
            check_table(numbers, question, asker)
        else:
            check_question(numbers, question, asker)
    except QueryInvalid as error:
        raise QueryInvalid([replace(each, path=f"question/{each.path}") for each in error.problems]) from error
    if definition.chart is not None:
        try:
            check_chart(definition.chart, question)
        except Unfit as unfit:
            raise QueryInvalid([Problem("chart/type", why(unfit, asker.locale), "chart_unfit")]) from unfit


def _check_rows(numbers: Numbers, definition: Definition, asker: Asker, outside: Outside | None) -> None:
    """A parameter's field is looked at by asking whether it is there at all: no value fits every type."""
    asked = tuple(Filter(each.field, "not_null") for each in definition.parameters)
    rows = replace(definition, parameters=()).rows_with({}, asked)
    try:
        check_rows(numbers, rows, outside, asker)  # type: ignore[arg-type]  # the caller has seen that there are rows
    except QueryInvalid as error:
        raise QueryInvalid([replace(each, path=f"question/{each.path}") for each in error.problems]) from error


def check_question(numbers: Numbers, question: MetricQuery, asker: Asker) -> None:
    """Nothing where a question means something and may be asked by an asker.

    Raises: QueryInvalid, MetricForbidden, FieldForbidden.
    """
    vocabulary = numbers.vocabularies.current()
    checked = check(question, vocabulary.names, asker=asker, today=numbers.today())
    check_access(checked, vocabulary, asker)


def run(numbers: Numbers, request: Request, asker: Asker) -> Sheet:
    """The sheet of a definition with the asker's rights: all of its figures, or none.

    Raises: QueryInvalid, MetricForbidden, FieldForbidden, NumbersUnavailable.
    """
    title = request.definition.titled(asker.locale, request.name)
    rows = request.definition.rows_with(request.values or {}, request.extra)
    if rows is not None:
        listed = rows_sheet(numbers, rows, request.outside, asker, title)
        return replace(listed, definition_version=request.version, link=request.link)
    question = request.question(numbers.today())
    _check_given(numbers, request, question, asker)
    if isinstance(question, PivotQuery):
        sheet = sheet_of_pivot(pivot(numbers, question, asker), title, asker.locale)
    else:
        sheet = sheet_of_query(numbers.query(question, asker, are_members_checked=False), title, asker.locale)
    left_out = left_out_of(question, sheet, asker)
    return replace(sheet, left_out=left_out, definition_version=request.version, link=request.link)


def _check_given(numbers: Numbers, request: Request, question: Question, asker: Asker) -> None:
    """Nothing where each member that a reader gives exists; one that the definition names may well have no rows yet.

    Raises: QueryInvalid with the parameters' names, FieldForbidden.
    """
    given = request.definition.given(request.values or {})
    said = {name: each for name, each in given.items() if (request.values or {}).get(name) is not None}
    problems = []
    for name, each in said.items():
        try:
            numbers.look(MetricQuery(question.metrics, where=(each,), attributes=question.attributes), asker)
        except QueryInvalid as error:
            problems += [replace(one, path=f"parameters/{name}") for one in error.problems]
    if problems:
        raise QueryInvalid(problems)


def preview(numbers: Numbers, request: Request, asker: Asker) -> Sheet:
    """The first rows of the whole answer, so that each is the one of the full run; marked, and timed.

    A preview that took longer than it may says so.
    """
    started = time.monotonic()
    sheet = run(numbers, request, asker)
    seconds = time.monotonic() - started
    notes = {"seconds": f"{seconds:.3f}", "is_slow": seconds > PREVIEW_SECONDS, "rows_in_all": len(sheet.lines)}
    return replace(sheet.head(PREVIEW_ROWS), is_preview=True, notes=notes)


def left_out_of(question: Question, sheet: Sheet, asker: Asker) -> tuple[str, ...]:
    """What a reader does not see in a sheet, and why."""
    found = []
    if asker.row_filters:
        found.append(t("left_out.rows", asker.locale, things=", ".join(sorted(asker.row_filters)).replace("_", " ")))
    if isinstance(question, MetricQuery) and _is_cut(question, sheet):
        found.append(t("left_out.limit", asker.locale, count=question.limit))
    return tuple(found)


def _is_cut(question: MetricQuery, sheet: Sheet) -> bool:
    """Whether a limit may have left rows out that no row of others stands for."""
    if question.limit is None or question.others:
        return False
    return sum(line.level == 0 for line in sheet.lines) >= question.limit
