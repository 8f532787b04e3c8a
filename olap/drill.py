"""From one figure to the documents behind it: the same statement, grouped by the fact's rows instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from olap.access import check_access
from olap.asker import Asker
from olap.buckets import Buckets
from olap.calendars import NAMED_BY, fiscal_grain
from olap.cells import narrowed_to
from olap.checks import Checked, check
from olap.errors import invalid
from olap.figures import figure
from olap.manifest import Metric, Model
from olap.members import check_members
from olap.pivot.days import Days
from olap.pivot.query import Window
from olap.plan import Request
from olap.query import Attributes, Cell, Column, Evidence, Filter, MetricQuery, TimeRange
from olap.rights import hidden_column
from olap.service import Numbers, Session

ROWS_MAX = 1_000


@dataclass(frozen=True)
class DrillQuery:
    """One cell: its metric, the filters and days of the question it comes from, and the keys of its row."""

    metric: str
    cell: Mapping[str, Cell] = field(default_factory=dict)
    where: tuple[Filter, ...] = ()
    time: TimeRange = field(default_factory=TimeRange)
    limit: int = 100
    offset: int = 0
    window: Window | None = None
    """The days that the figure counts instead of the cell's period."""
    buckets: tuple[Buckets, ...] = ()
    attributes: Attributes | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> DrillQuery:
        """The cell in a JSON object.  Raises: QueryInvalid."""
        inner = MetricQuery.from_data(
            {
                "metrics": [data.get("metric", "")],
                "where": data.get("where"),
                "time": data.get("time"),
                "buckets": data.get("buckets"),
                "attributes": data.get("attributes"),
            }
        )
        cell = data.get("cell") or {}
        if not isinstance(cell, Mapping):
            raise invalid("cell", "an object of dimension and member is expected", "wrong_type")
        return cls(
            inner.metrics[0],
            dict(cell),
            inner.where,
            inner.time,
            int(data.get("limit", 100)),
            int(data.get("offset", 0)),
            Window(**data["window"]) if data.get("window") else None,
            inner.buckets,
            inner.attributes,
        )


@dataclass(frozen=True)
class Documents:
    """The documents behind one input of a metric; `total` is told over all of them, listed here or not."""

    metric: str
    label: str
    type: str
    mart: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Cell], ...]
    total: Cell
    documents: int
    adds_up: bool
    """Whether the documents' figures sum to the input's figure; distinct counts need not."""
    is_counted: bool = False
    """Whether `total` counts what differs among the rows of all documents instead of summing theirs."""


@dataclass(frozen=True)
class DrillResult:
    """The figure again, and the documents of everything it is made of."""

    metric: str
    value: Cell
    column: Column
    inputs: tuple[Documents, ...]
    evidence: Evidence


def drill(numbers: Numbers, query: DrillQuery, asker: Asker) -> DrillResult:
    """The documents behind a figure, newest first.

    Raises: QueryInvalid, MetricForbidden, FieldForbidden, NumbersUnavailable.
    """
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        session = Session(numbers.vocabularies.current(), snapshot, asker, numbers.today(), {})
        return drill_in(session, numbers, query)


def drill_in(session: Session, numbers: Numbers, query: DrillQuery) -> DrillResult:
    """The same from the version that a session looks at.  Raises: as `drill`."""
    vocabulary, asker = session.vocabulary, session.asker
    asked = question_of(query, session, numbers)
    checked = check(asked, vocabulary.names, asker=asker, today=session.today)
    check_access(checked, vocabulary, asker)
    check_members(checked, vocabulary.names, lambda tree: numbers.run(tree, session, "members"), asker)
    leaves = vocabulary.names.leaves_of(query.metric)
    inputs = [_documents(vocabulary.manifest.metrics[leaf], checked, query, session, numbers) for leaf in leaves]
    result = numbers.answered_in(session, asked)
    value = result.rows[0][query.metric] if result.rows else None
    column = result.columns[0]
    return DrillResult(query.metric, value, column, tuple(each for each in inputs if each is not None), result.evidence)


def question_of(query: DrillQuery, session: Session, numbers: Numbers) -> MetricQuery:
    """The cell as a question of its own."""
    run = numbers.runner(session)
    window = query.window
    if fiscal_grain((*query.cell, *([window.to_date, window.grain] if window else [])), session.vocabulary):
        of_company = [Filter(name, "eq", (str(value),)) for name, value in query.cell.items() if name in NAMED_BY]
        numbers.keep_calendar(session, [*query.where, *of_company])
    where, time = narrowed_to(query.cell, query.where, query.time, session.vocabulary, run)
    if query.window is not None:
        days = Days(session.vocabulary.names, lambda tree: run(tree, "periods"), session.today)
        time = days.window_of(query.window, query.cell, time, query.time)
    return MetricQuery((query.metric,), (), where, time, buckets=query.buckets, attributes=query.attributes)


def _documents(
    metric: Metric, checked: Checked, query: DrillQuery, session: Session, numbers: Numbers
) -> Documents | None:
    manifest, names = session.vocabulary.manifest, session.vocabulary.names
    told = manifest.metrics[names.teller(metric.name, [each.field for each in checked.query.where])]
    model = manifest.models[told.model] if told.model else None
    if model is None or model.primary_entity is None or model.key_column is None or not model.mart.startswith("fct_"):
        return None
    columns = _document_columns(model, session)
    request = Request(
        metrics=(told.name,),
        grain=None,
        dimensions=(),
        where=checked.query.where,
        start=checked.query.time.start,
        end=checked.query.time.last_day,
        as_of=min(checked.as_of, session.today),
        buckets=checked.query.buckets,
        attributes=checked.query.attributes,
    )
    tree = session.vocabulary.planner.documents_tree(request, told, model, columns)
    tree = tree.limit(min(query.limit, ROWS_MAX)).offset(query.offset)
    answer = numbers.run(tree, session, f"documents of {metric.name}")
    renamed = [metric.name if name == told.name else name for name in answer.names]
    rows = [dict(zip(renamed, row, strict=True)) for row in answer.rows]
    shown = [*columns, metric.name, "lines"]
    return Documents(
        metric=metric.name,
        label=metric.label_in(session.asker.locale),
        type=metric.type,
        mart=model.mart,
        columns=tuple(shown),
        rows=tuple({name: _cell(name, row[name], metric) for name in shown} for row in rows),
        total=figure(rows[0]["_total"]) if rows else None,
        documents=int(rows[0]["_documents"]) if rows else 0,
        adds_up=metric.is_summed,
        is_counted=metric.aggregation == "count_distinct",
    )


def _document_columns(model: Model, session: Session) -> tuple[str, ...]:
    """The columns that name a row's document and its day, as far as the asker may see them."""
    drill = model.drill
    named = [drill.get("document_type_column"), drill.get("document_id"), drill.get("document_number")]
    if not any(named):
        named = [dimension.expression for dimension in model.dimensions if dimension.is_document]
    day = drill.get("day") or next(
        (each.expression for each in model.dimensions if each.element == model.day), model.day
    )
    columns = session.snapshot.columns.get(model.mart, {})
    found = dict.fromkeys(name for name in [day, *named] if name and name in columns)
    hidden = session.asker.hidden_fields
    return tuple(name for name in found if not hidden_column(hidden, model.mart, name))


def _cell(name: str, value: object, metric: Metric) -> Cell:
    if name in {metric.name, "lines"}:
        return figure(value)
    return value if value is None or isinstance(value, str | int | date) else str(value)
