"""Figures that were worked out from a result, said in words: one short sentence for each way of working out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ai.questions.kinship import PART_OF, REFINED
from ai.questions.periods import COUNT
from ai.questions.plans import Derive
from ai.questions.sums import RUNNING, SHARE, WHOLE
from ai.questions.texts import BOUNDS, text_of
from ai.questions.wording import (
    ROWS_SAID_MAX,
    key_of_row,
    keys_of,
    labels_said,
    metrics_of,
    percent,
    rows_text,
    value_text,
)
from ai.questions.worked import Derived, number_in
from ai.questions.years import FULL
from olap.query import Cell, Column, QueryResult

WEEKDAY = "weekday"
PERIODS_HELD = frozenset({"day", "week"})
"""Periods of which many hold nothing: a mean over them says that it is of the others."""


@dataclass(frozen=True)
class Worked:
    """What was worked out, from what, and under which conditions in words."""

    result: QueryResult
    how: Derive
    derived: Derived
    filters: str
    deed: str
    """What the members of a list did not do, where they are those without something."""
    locale: str

    @property
    def metric(self) -> Column:
        """The figure that was asked for."""
        return metrics_of(self.result)[0]

    @property
    def keys(self) -> list[Column]:
        """What the rows are about."""
        return keys_of(self.result)

    def said(self, text: str, **values: object) -> str:
        """A text of the asker's language with the figure's label and the conditions."""
        label = self.metric.label
        if self.how.metric.endswith(("_change", "_change_share")):
            label = text_of("change_of", self.locale, label=label)
        return text_of(text, self.locale, **{"label": label, "filters": self.filters, **values})

    def value(self, figure: Cell) -> str:
        """A figure with the metric's unit."""
        return value_text(figure, self.metric)


def derived_text(worked: Worked) -> str:
    """The sentence for what was worked out."""
    derived = worked.derived
    if (derived.value is None or derived.kind == "edge") and not derived.rows:
        return text_of("nothing", worked.locale, filters=worked.filters)
    return _SAID[worked.how.kind](worked)


def _count(worked: Worked) -> str:
    dimension = _label(worked.result, worked.how.dimension)
    return worked.said("count", value=f"{worked.derived.value:,}", dimension=dimension, bounds=_bounds(worked))


def _besides(worked: Worked, count: int) -> list[str]:
    """How many rows there are besides those that are said."""
    return [text_of("more", worked.locale, count=count - ROWS_SAID_MAX)] if count > ROWS_SAID_MAX else []


def _without(worked: Worked) -> str:
    names = [key_of_row(row, worked.keys) for row in worked.result.rows[:ROWS_SAID_MAX]]
    names += _besides(worked, len(worked.result.rows))
    return worked.said(
        "with" if worked.how.is_rest else "without",
        dimensions=labels_said(worked.keys),
        deed=worked.deed,
        count=f"{worked.derived.value:,}",
        rows=", ".join(names) or "–",
    )


def _quotient(worked: Worked) -> str:
    return worked.said(
        "quotient", members=" / ".join(worked.how.values), value=_plain(worked.derived.value), **_parts(worked)
    )


def _weekday(worked: Worked) -> str:
    return _of_rows(worked, worked.metric, worked.metric.label, text_of("weekday", worked.locale))


def _valued(worked: Worked) -> str:
    rows = worked.derived.rows
    told = [column for column in worked.keys if rows and column.name in rows[0]]
    metric = replace(worked.metric, type="money", unit=None)
    unvalued = replace(worked, how=replace(worked.how, values=()))
    return _of_rows(unvalued, metric, worked.said("valued"), labels_said(told))


def _many(worked: Worked) -> str:
    rows = rows_text(worked.result, worked.locale) or "–"
    return worked.said("many", dimensions=labels_said(worked.keys), rows=rows)


def _average(worked: Worked) -> str:
    is_of_days = worked.how.dimension in PERIODS_HELD
    all_days = [int(each) for each in worked.how.values if worked.derived.rows and int(each) != worked.derived.over]
    text = "average_all" if all_days else "average_held" if is_of_days else "average"
    return worked.said(
        text,
        dimensions=_label(worked.result, worked.how.dimension),
        value=worked.value(worked.derived.value),
        count=worked.derived.over,
        days=all_days[0] if all_days else "",
        all=worked.value(worked.derived.rows[0][worked.metric.name]) if all_days else "",
    )


def _having(worked: Worked) -> str:
    """Rows within bounds: of a figure, or of its change."""
    how = worked.how
    text = "having"
    if how.metric.endswith("_change") and how.bounds == ((how.bounds[0][0], Decimal(0)),):
        text = "less_before" if how.bounds[0][0] == "less" else "more_before"
    plain = {} if text == "having" else {"label": worked.metric.label}
    return worked.said(
        text,
        **plain,
        dimensions=labels_said(worked.keys),
        bounds=_bounds(worked),
        count=worked.derived.value,
        rows=rows_text(worked.result, worked.locale) or "–",
    )


def _minus(worked: Worked) -> str:
    keys, other = worked.keys, _column(worked, worked.how.values[0])
    label = worked.said("minus", other=other.label)
    rows = [
        f"{key_of_row(row, keys, worked.locale)} {worked.value(row['minus'])}".strip()
        for row in worked.derived.rows[:ROWS_SAID_MAX]
    ]
    rows += _besides(worked, len(worked.derived.rows))
    if not keys:
        return worked.said("one", label=label, value=", ".join(rows) or "–")
    return worked.said("many", label=label, dimensions=labels_said(keys), rows="; ".join(rows) or "–")


def _of_rows(worked: Worked, metric: Column, label: str, dimensions: str) -> str:
    """One figure worked out from many rows, or one for each of a few."""
    derived, values = worked.derived, worked.how.values
    if derived.value is not None:
        named = f"{worked.filters} {', '.join(values)}" if values else worked.filters
        return worked.said("one", label=label, filters=named, value=value_text(derived.value, metric))
    said = [
        f"{', '.join(str(row[name]) for name in row if name != metric.name)} {value_text(row[metric.name], metric)}"
        for row in derived.rows[:ROWS_SAID_MAX]
    ]
    said += _besides(worked, len(derived.rows))
    return worked.said("many", label=label, dimensions=dimensions, rows="; ".join(said))


def _ratio(worked: Worked) -> str:
    derived, keys, other = worked.derived, worked.keys, _column(worked, worked.how.values[0])
    is_part = worked.metric.name in REFINED.get(other.name, ()) or PART_OF.get(worked.metric.name) == other.name
    told = percent if is_part or worked.metric.type == other.type == "money" else _plain
    if not keys:
        figures = {"part": worked.value(derived.part), "whole": value_text(derived.whole, other)}
        return worked.said("ratio", other=other.label, value=told(derived.value), **figures)
    rows = [f"{key_of_row(row, keys, worked.locale)} {told(row['ratio'])}" for row in derived.rows[:ROWS_SAID_MAX]]
    rows += _besides(worked, len(derived.rows))
    return worked.said("ratios", other=other.label, dimensions=labels_said(keys), rows="; ".join(rows))


def _share(worked: Worked) -> str:
    how, derived = worked.how, worked.derived
    if how.dimension is not None:
        members = ", ".join(how.values)
        named = text_of("not", worked.locale, value=members) if how.is_rest else members
        return worked.said("share", members=named, value=percent(derived.value), **_parts(worked))
    rows = derived.rows[: how.limit or ROWS_SAID_MAX]
    parts = [f"{key_of_row(row, worked.keys, worked.locale)} {percent(row['share'])}" for row in rows]
    said = "; ".join([*parts, *([] if how.limit else _besides(worked, len(derived.rows)))])
    names = labels_said(worked.keys)
    if derived.value is None:
        return worked.said("shares", dimensions=names, rows=said)
    return worked.said(
        "top_share", dimensions=names, count=derived.over, value=percent(derived.value), rows=said, **_parts(worked)
    )


def _parts(worked: Worked) -> Mapping[str, str]:
    return {"part": worked.value(worked.derived.part), "whole": worked.value(worked.derived.whole)}


def _plain(value: Cell) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else "–"


def _bounds(worked: Worked) -> str:
    how = worked.how
    if how.rival is not None:
        return text_of(BOUNDS[how.rival[0]], worked.locale, number=_label(worked.result, how.rival[1]))
    said = percent if how.metric.endswith("_change_share") else worked.value
    return "".join(text_of(BOUNDS[operator], worked.locale, number=said(number)) for operator, number in how.bounds)


def _column(worked: Worked, name: str) -> Column:
    return next(column for column in worked.result.columns if column.name == name)


def _label(result: QueryResult, name: str | None) -> str:
    return next((column.label for column in result.columns if column.name == name), str(name))


def _spread(worked: Worked) -> str:
    subject, partner = (_label(worked.result, name) for name in (worked.how.dimension, worked.how.values[0]))
    bounds = _plain_bounds(worked)
    names = [str(row[str(worked.how.dimension)]) for row in worked.derived.rows[:ROWS_SAID_MAX]]
    names += _besides(worked, len(worked.derived.rows))
    return worked.said(
        "spread",
        subject=subject,
        partner=partner,
        bounds=bounds or text_of("every_one", worked.locale),
        value=f"{worked.derived.value:,}",
        rows=f" {', '.join(names)}." if names else "",
    )


def _median(worked: Worked) -> str:
    if worked.how.values:
        kind, metric = worked.how.values[0], worked.metric.name
        rows = [f"{row[kind]} {worked.value(row[metric])}" for row in worked.derived.rows[:ROWS_SAID_MAX]]
        rows += _besides(worked, len(worked.derived.rows))
        return worked.said("medians", dimensions=_label(worked.result, kind), rows="; ".join(rows))
    return worked.said("median", value=worked.value(worked.derived.value), count=f"{worked.derived.over:,}")


def _gaps(worked: Worked) -> str:
    return worked.said("gaps", value=f"{worked.derived.value:,}", count=f"{worked.derived.over:,}")


def _plain_bounds(worked: Worked) -> str:
    """Bounds of another figure than the one that is told: numbers without its unit."""
    return "".join(
        text_of(BOUNDS[operator], worked.locale, number=f"{number:,f}") for operator, number in worked.how.bounds
    )


def _among(worked: Worked) -> str:
    deed = f"{worked.deed}{_plain_bounds(worked)}"
    dimension = _label(worked.result, worked.how.dimension)
    if worked.derived.value is None:
        return worked.said("among_rows", deed=deed, dimension=dimension, rows=rows_text(worked.result, worked.locale))
    if "count" in worked.how.values:
        return worked.said("among_count", deed=deed, dimension=dimension, value=f"{worked.derived.value:,}")
    value = worked.value(worked.derived.value)
    return worked.said("among", deed=deed, dimension=dimension, value=value, count=f"{worked.derived.over:,}")


def _tally(worked: Worked) -> str:
    kind, subject = (_label(worked.result, name) for name in (worked.how.dimension, worked.how.values[0]))
    rows = _counts(worked, str(worked.how.dimension))
    return worked.said(
        "tally", subject=subject, dimensions=kind, bounds=_bounds(worked), rows=rows, value=worked.derived.over
    )


def _lead(worked: Worked) -> str:
    rows = rows_text(worked.result, worked.locale) or "–"
    told = worked.said("many", dimensions=labels_said(worked.keys), rows=rows)
    return told + worked.said("lead", value=worked.value(worked.derived.value))


def _debuts(worked: Worked) -> str:
    grain = worked.how.values[0]
    subject = _label(worked.result, worked.how.dimension)
    return worked.said("debuts", subject=subject, rows=_counts(worked, grain), value=worked.derived.over)


def _age(worked: Worked) -> str:
    since, until, stat = worked.how.values[:3]
    kind = text_of("tenure" if since == "hired_on" else "age", worked.locale)
    day = text_of("when_hired", worked.locale) if until == "hired_on" else text_of("as_of", worked.locale, day=until)
    label = f"{kind} {day}" if worked.locale[:2] != "zh" else f"{day}{kind}"
    bounds = _plain_bounds(worked)
    if worked.derived.value is not None:
        is_share = stat == "share"
        value = percent(worked.derived.value) if is_share else f"{worked.derived.value:,}"
        if stat in {"average", "median"}:
            value = f"{number_in(worked.derived.value):,.2f}"
        told = text_of(f"age_{stat}", worked.locale)
        return worked.said("age_one", told=told, label=label, bounds=bounds, value=value, count=worked.derived.over)
    rows = [
        ", ".join(_age_cell(name, cell) for name, cell in row.items() if name != FULL)
        for row in worked.derived.rows[:ROWS_SAID_MAX]
    ]
    rows += _besides(worked, len(worked.derived.rows))
    return worked.said("age_rows", label=label, bounds=bounds, rows="; ".join(rows))


def _age_cell(name: str, cell: Cell) -> str:
    return percent(cell) if name == SHARE else f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell)


def _within(worked: Worked) -> str:
    told = [column for column in worked.keys if worked.derived.rows and column.name in worked.derived.rows[0]]
    rows = [
        f"{key_of_row(row, told, worked.locale)} {percent(row[SHARE])} "
        f"({worked.value(row[worked.metric.name])} / {worked.value(row[WHOLE])})"
        for row in worked.derived.rows[:ROWS_SAID_MAX]
    ]
    rows += _besides(worked, len(worked.derived.rows))
    parts = ", ".join(worked.how.values) or _label(worked.result, worked.how.dimension)
    return worked.said("within", parts=parts, dimensions=labels_said(told), rows="; ".join(rows))


def _running(worked: Worked) -> str:
    keys = worked.keys
    rows = [
        f"{key_of_row(row, keys, worked.locale)} {worked.value(row[RUNNING])}"
        for row in worked.derived.rows[:ROWS_SAID_MAX]
    ]
    rows += _besides(worked, len(worked.derived.rows))
    return worked.said("running", dimensions=labels_said(keys), bounds=_bounds(worked), rows="; ".join(rows))


def _counts(worked: Worked, name: str) -> str:
    """Counts worked out, row by row."""
    rows = [f"{'–' if row[name] is None else row[name]} {row[COUNT]:,}" for row in worked.derived.rows[:ROWS_SAID_MAX]]
    rows += _besides(worked, len(worked.derived.rows))
    return "; ".join(rows)


_SAID: Mapping[str, Callable[[Worked], str]] = {
    "share": _share,
    "ratio": _ratio,
    "count": _count,
    "without": _without,
    "minus": _minus,
    "quotient": _quotient,
    "weekday": _weekday,
    "valued": _valued,
    "each": _many,
    "edge": _many,
    "average": _average,
    "having": _having,
    "spread": _spread,
    "median": _median,
    "gaps": _gaps,
    "among": _among,
    "tally": _tally,
    "lead": _lead,
    "debuts": _debuts,
    "running": _running,
    "age": _age,
    "within": _within,
    "nth": _many,
}
