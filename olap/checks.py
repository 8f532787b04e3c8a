"""Whether a question means something, before anything is compiled; every problem is named at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from olap.asker import Asker
from olap.buckets import AGE_FROM
from olap.errors import MetricForbidden, Problem, QueryInvalid
from olap.manifest import Metric
from olap.periods import FIRST_DAY, LAST_DAY, is_usual
from olap.query import Filter, MetricQuery, Order
from olap.resolve import Names, neighbours

DIMENSIONS_MAX = 12
FILTER_VALUES_MAX = 1000
OTHERS_MAX = 200
COMPARED = {"_previous": "previous", "_change": "change", "_change_share": "change_share"}


@dataclass(frozen=True)
class Checked:
    """A question that means something, its time grain apart from its other dimensions."""

    query: MetricQuery
    metrics: tuple[Metric, ...]
    grain: str | None
    dimensions: tuple[str, ...]
    as_of: date
    sees_all: bool = False
    """Whether no row rule stands between the asker and the facts."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns that identify a row, time first."""
        return (*((self.grain,) if self.grain else ()), *self.dimensions)


def check(query: MetricQuery, names: Names, *, asker: Asker, today: date) -> Checked:
    """The question with its names found.

    Raises: QueryInvalid naming every wrong part; MetricForbidden for a metric of an area the asker may not see.
    """
    problems: list[Problem] = []
    metrics = _metrics(query, names, asker, problems)
    grain, dimensions = _group_by(query, names, metrics, problems)
    for index, each in enumerate(query.where):
        _filter(index, each, names, metrics, problems)
    _time(query, metrics, today, problems)
    checked = Checked(query, metrics, grain, dimensions, query.time.last_day or today, not asker.row_filters)
    _as_of_dimensions(checked, names, problems)
    _told_together(checked, names, problems)
    _buckets(checked, names, problems)
    _attributes(checked, names, problems)
    _order(checked, problems)
    _compare(query, problems)
    if problems:
        raise QueryInvalid(problems)
    return checked


def may_see(metric: Metric, asker: Asker) -> bool:
    """Whether an asker holds the right on a metric's area; a metric without an area is seen by nobody."""
    return bool(metric.area) and asker.may(f"metric.{metric.area}.read")


def _metrics(query: MetricQuery, names: Names, asker: Asker, problems: list[Problem]) -> tuple[Metric, ...]:
    known = names.manifest.metrics
    if not query.metrics:
        problems.append(Problem("metrics", "at least one metric is expected", "missing"))
    found = []
    for index, name in enumerate(query.metrics):
        metric = known.get(name)
        if metric is None:
            seen = [each.name for each in names.manifest.listed_metrics() if may_see(each, asker)]
            reason = f"unknown metric {name!r}; {neighbours(name, seen)}"
            problems.append(Problem(f"metrics/{index}", reason, "unknown_metric"))
        elif not may_see(metric, asker):
            raise MetricForbidden(metric=name, reason=f"you need the right metric.{metric.area or 'none'}.read")
        else:
            found.append(metric)
    return tuple(found)


def _group_by(
    query: MetricQuery, names: Names, metrics: Sequence[Metric], problems: list[Problem]
) -> tuple[str | None, tuple[str, ...]]:
    grains, dimensions = _time_grain(query, names, problems), []
    for index, name in enumerate(query.group_by):
        grain = names.grain_of(name)
        if grain:
            grains.append(query.time.grain if name == "metric_time" and query.time.grain else grain)
        elif _is_known(name, names, metrics, f"group_by/{index}", problems):
            dimensions.append(name)
    problems += _too_fine(grains, names, metrics)
    if len(set(grains)) > 1:
        asked = ", ".join(dict.fromkeys(grains))
        problems.append(Problem("time/grain", f"one time grain is expected, not {asked}", "several_grains"))
    if len(dimensions) > DIMENSIONS_MAX:
        problems.append(Problem("group_by", f"at most {DIMENSIONS_MAX} dimensions can be asked for", "too_many"))
    return (grains[0] if grains else None), tuple(dimensions)


def _too_fine(grains: Sequence[str], names: Names, metrics: Sequence[Metric]) -> list[Problem]:
    return [
        Problem("time/grain", f"{metric.name} is not told by {grain}; it has {', '.join(known)}", "incompatible")
        for metric in metrics
        for grain in dict.fromkeys(grains)
        if grain not in (known := names.grains_of(metric.name))
    ]


def _time_grain(query: MetricQuery, names: Names, problems: list[Problem]) -> list[str]:
    asked = query.time.grain
    if asked is None:
        return []
    if asked not in names.manifest.grains:
        reason = f"unknown grain {asked!r}; known are {', '.join(names.manifest.grains)}"
        problems.append(Problem("time/grain", reason, "unknown_grain"))
        return []
    return [asked]


def _is_known(name: str, names: Names, metrics: Sequence[Metric], path: str, problems: list[Problem]) -> bool:
    """Whether every metric has the dimension; says which one has not, and what it has instead."""
    lacking = [metric.name for metric in metrics if names.item(metric.name, name) is None]
    if not lacking:
        return True
    anywhere = names.find_dimension(name) is not None or any(
        name in names.items_of(leaf) for metric in names.manifest.metrics for leaf in names.leaves_of(metric)
    )
    if anywhere:
        shared = names.dimensions_of(lacking)
        reason = (
            f"{', '.join(lacking)} has no dimension {name!r}: its rows do not carry one; "
            f"it has {', '.join(shared) or 'none but time'}"
        )
        problems.append(Problem(path, reason, "incompatible"))
    else:
        known = sorted({*names.dimensions_of(metric.name for metric in metrics), *names.manifest.grains})
        problems.append(Problem(path, f"unknown dimension {name!r}; {neighbours(name, known)}", "unknown_dimension"))
    return False


def _filter(index: int, given: Filter, names: Names, metrics: Sequence[Metric], problems: list[Problem]) -> None:
    path = f"where/{index}"
    if given.field in names.manifest.metrics:
        problems.append(Problem(f"{path}/field", "filters are on dimensions, not on metrics", "unknown_filter"))
        return
    if len(given.values) > FILTER_VALUES_MAX:
        problems.append(Problem(f"{path}/values", f"at most {FILTER_VALUES_MAX} values", "too_many"))
    grain = names.grain_of(given.field)
    if grain is not None:
        if names.manifest.calendar.is_day(grain):
            _days(path, given, problems)
        return
    if not _is_known(given.field, names, metrics, f"{path}/field", problems):
        return
    dimension = names.dimension(metrics[0].name, given.field) if metrics else None
    if dimension is not None and dimension.is_time:
        _days(path, given, problems)


def _days(path: str, given: Filter, problems: list[Problem]) -> None:
    if given.op in {"contains", "starts_with"}:
        problems.append(Problem(f"{path}/op", f"{given.op} is for texts, {given.field} is a day", "unknown_operator"))
    for value in given.values:
        try:
            date.fromisoformat(value or "")
        except ValueError:
            problems.append(Problem(f"{path}/values", f"a day such as 2026-03-31 is expected, not {value!r}"))


def _time(query: MetricQuery, metrics: Sequence[Metric], today: date, problems: list[Problem]) -> None:
    time = query.time
    problems += _unusual("time", start=time.start, end=time.end, as_of=time.as_of)
    if time.as_of is not None and time.end is not None:
        problems.append(Problem("time/as_of", "give as_of or end, not both"))
    if time.start and time.last_day and time.last_day < time.start:
        reason = f"the range ends on {time.last_day} before it starts on {time.start}"
        problems.append(Problem("time/end", reason, "range_reversed"))
    if time.as_of is not None and time.as_of > today:
        problems.append(Problem("time/as_of", f"{time.as_of} is in the future", "future"))
    levels = [metric.name for metric in metrics if metric.is_semi_additive]
    if levels and time.start is not None and time.start > today:
        problems.append(Problem("time/start", f"{time.start} is in the future: {levels[0]} is a level", "future"))


def _unusual(part: str, **days: date | None) -> list[Problem]:
    """The days of a range that no document can have, and that nobody can count on from."""
    first, last = FIRST_DAY.year, LAST_DAY.year
    return [
        Problem(
            f"{part}/{name}",
            f"{day} lies outside {first} to {last}: leave it out for a range without that end",
            "day_out_of_range",
        )
        for name, day in days.items()
        if day is not None and not is_usual(day)
    ]


def _as_of_dimensions(checked: Checked, names: Names, problems: list[Problem]) -> None:
    """An age is counted from one day, so a column of periods would mix ages counted from different days."""
    if checked.grain is None:
        return
    for metric in checked.metrics:
        if any(names.manifest.metrics[leaf].is_as_of for leaf in names.leaves_of(metric.name)):
            reason = f"{metric.name} holds as of one day: leave out the grain {checked.grain} and give as_of"
            problems.append(Problem("time/grain", reason, "incompatible"))
    for name in (*checked.dimensions, *(each.field for each in checked.query.where)):
        dimension = names.dimension(checked.metrics[0].name, name) if checked.metrics else None
        if dimension is not None and dimension.is_as_of:
            reason = f"{name} holds as of one day: leave out the grain {checked.grain} and give as_of"
            problems.append(Problem("time/grain", reason, "incompatible"))


def _attributes(checked: Checked, names: Names, problems: list[Problem]) -> None:
    """Both ways of telling an attribute need rows that carry both."""
    wanted = checked.query.attributes
    if wanted is None:
        return
    for name in dict.fromkeys((*checked.dimensions, *(each.field for each in checked.query.where))):
        for metric in checked.metrics:
            if names.lacks(metric.name, name, wanted):
                other = "now" if wanted == "then" else "then"
                reason = f"the rows of {metric.name} do not tell {name} of {wanted}: ask for {other}, or leave it out"
                problems.append(Problem("attributes", reason, "incompatible"))


def _told_together(checked: Checked, names: Names, problems: list[Problem]) -> None:
    """A metric told by other rows for the sake of one dimension has only the dimensions of those rows."""
    fields = dict.fromkeys((*checked.dimensions, *(each.field for each in checked.query.where)))
    asked = [name for name in fields if names.grain_of(name) is None]
    for metric in checked.metrics:
        for leaf in names.leaves_of(metric.name):
            teller = names.teller(leaf, asked)
            lacking = [name for name in asked if teller != leaf and name not in names.items_of(teller)]
            if lacking:
                borrowed = [name for name in asked if names.teller(leaf, [name]) != leaf]
                reason = f"{metric.name} is not told by {', '.join(lacking)} and {', '.join(borrowed)} together"
                problems.append(Problem("group_by", reason, "incompatible"))


def _buckets(checked: Checked, names: Names, problems: list[Problem]) -> None:
    """Buckets are given of an age that is asked for."""
    used = {*checked.dimensions, *(each.field for each in checked.query.where)}
    for each in checked.query.buckets:
        path = f"buckets/{each.field}"
        dimension = names.dimension(checked.metrics[0].name, each.field) if checked.metrics else None
        if dimension is None or AGE_FROM not in dimension.meta:
            ages = sorted(
                {
                    each.name
                    for model in names.manifest.models.values()
                    for each in model.dimensions
                    if AGE_FROM in each.meta
                }
            )
            reason = f"{each.field!r} is no age of the metrics asked for; ages are {', '.join(ages) or 'none'}"
            problems.append(Problem(path, reason, "unknown_dimension"))
        elif each.field not in used:
            problems.append(Problem(path, f"{each.field} has buckets and is not asked for: group by it", "unused"))


def _order(checked: Checked, problems: list[Problem]) -> None:
    query = checked.query
    known = [*checked.keys, *(metric.name for metric in checked.metrics)]
    if query.compare:
        known += [f"{metric.name}{suffix}" for metric in checked.metrics for suffix in COMPARED]
    for index, order in enumerate(query.order_by):
        if order_name(order, checked) not in known:
            reason = f"unknown column {order.field!r}; {neighbours(order.field, known)}"
            problems.append(Problem(f"order_by/{index}", reason, "unknown_column"))
    if query.others and query.limit is None:
        problems.append(Problem("others", "others are what a limit leaves out: give a limit"))
    if query.others and query.limit and query.limit > OTHERS_MAX:
        problems.append(Problem("others", f"others can be told apart from at most {OTHERS_MAX} rows"))
    if query.others and checked.grain:
        problems.append(Problem("others", "others are asked for without a time grain"))


def order_name(order: Order, checked: Checked) -> str:
    """The column an order means; metric_time is the time column, whatever its grain."""
    name = order.field.removeprefix("metric_time__")
    return checked.grain if name in {"metric_time", "time"} and checked.grain else name


def metric_of(column: str) -> str:
    """The metric of a column, whether it tells the figure itself or its comparison."""
    suffix = next((each for each in sorted(COMPARED, key=len, reverse=True) if column.endswith(each)), "")
    return column.removesuffix(suffix)


def _compare(query: MetricQuery, problems: list[Problem]) -> None:
    compare = query.compare
    if compare is None:
        return
    if compare.kind == "range":
        problems += _unusual("compare", start=compare.start, end=compare.end)
        if compare.end is None:
            problems.append(Problem("compare/end", "a day is expected"))
        elif compare.start and compare.end < compare.start:
            problems.append(Problem("compare/end", "the range ends before it starts", "range_reversed"))
    elif compare.kind == "previous_period" and not (query.time.start and query.time.end):
        problems.append(Problem("compare", "previous_period needs time.start and time.end", "missing"))
    elif query.time.last_day is None:
        problems.append(Problem("compare", "previous_year needs time.end or time.as_of", "missing"))
