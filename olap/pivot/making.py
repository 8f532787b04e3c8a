"""From the definition of a cross table to its answer: checked, asked, put in order, laid out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from olap.access import check_access
from olap.asker import Asker
from olap.calendars import check_calendars, fiscal_grain
from olap.checks import Checked, check
from olap.currencies import TOLD_APART_BY, Currencies, currencies_of, ranges_of
from olap.errors import Problem, QueryInvalid
from olap.evidence import columns_of, dimension_column, time_column
from olap.levels import adds_up
from olap.manifest import Metric
from olap.pivot.asking import Asking, measured
from olap.pivot.filling import fill
from olap.pivot.laying import Table, laid_out
from olap.pivot.levels import visible_depths
from olap.pivot.ordering import ordered
from olap.pivot.query import Axis, Measure, PivotQuery, Window
from olap.pivot.result import Cells, Key, PivotResult
from olap.query import Column, MetricQuery
from olap.resolve import neighbours
from olap.service import Numbers, Session
from olap.vocabulary import Vocabulary

ROWS_KEPT = 5_000


def pivot(numbers: Numbers, query: PivotQuery, asker: Asker) -> PivotResult:
    """The cross table asked for, all of it from one version of the data.

    Raises: QueryInvalid naming every wrong part, MetricForbidden, FieldForbidden, NumbersUnavailable.
    """
    return numbers.remembered(
        query, asker, lambda session: _made(numbers, query, session), lambda made: len(made.rows) <= ROWS_KEPT
    )


def _made(numbers: Numbers, query: PivotQuery, session: Session) -> PivotResult:
    checked = checked_table(numbers, query, session)
    query = _running_over_time(query, session)
    asking = Asking(numbers, session, checked, query)
    currencies = _currencies(query, checked, asking)
    cells = asking.cells()
    _blank_mixed(cells, query, currencies.without_sum)
    fill(cells, asking)
    table = Table(query, cells, _order(query, "rows", cells), _order(query, "columns", cells), asking)
    notes = [f"mixed_currencies: {', '.join(currencies.told)}"] if currencies.are_mixed else []
    return laid_out(table, _dimensions(query, checked, session), _metrics(checked, currencies, session), notes)


def _order(query: PivotQuery, axis: Axis, cells: Cells) -> list[Key]:
    keys = {pair[0 if axis == "rows" else 1] for pair in cells}
    return ordered(query, axis, keys, visible_depths(query, axis), cells, names_of(query))


def checked_table(numbers: Numbers, query: PivotQuery, session: Session) -> Checked:
    """The table's question at its finest grain, known to mean something and to be allowed.

    Raises: QueryInvalid with the paths of the table's parts, MetricForbidden, FieldForbidden.
    """
    checked = _checked(query, session.vocabulary, lambda asked: numbers.checked(asked, session))
    for place, each in enumerate(query.measures):
        window = each.window
        grain = fiscal_grain((window.to_date, window.grain), session.vocabulary) if window else None
        if grain is not None:
            check_calendars(numbers.keep_calendar(session, query.where), grain, f"metrics/{place}")
    return checked


def check_table(numbers: Numbers, query: PivotQuery, asker: Asker) -> None:
    """Nothing where a table means something and may be asked by an asker, whatever members its filters name.

    Raises: as `checked_table`.
    """
    vocabulary = numbers.vocabularies.current()

    def look(asked: MetricQuery) -> Checked:
        checked = check(asked, vocabulary.names, asker=asker, today=numbers.today())
        check_access(checked, vocabulary, asker)
        return checked

    _checked(query, vocabulary, look)


def _checked(query: PivotQuery, vocabulary: Vocabulary, look: Callable[[MetricQuery], Checked]) -> Checked:
    names = vocabulary.names
    metrics = tuple(dict.fromkeys((*query.metrics, *(each.metric for each in query.having))))
    others = tuple(name for name in query.dimensions if names.grain_of(name) is None)
    grains = tuple(name for name in query.dimensions if names.grain_of(name) is not None)
    extra = tuple(each.dimension for each in query.having if names.grain_of(each.dimension) is None)
    asked = MetricQuery(
        metrics,
        tuple(dict.fromkeys((*others, *extra))),
        query.where,
        query.time,
        query.compare,
        buckets=query.buckets,
        attributes=query.attributes,
    )
    problems: dict[tuple[str, str], Problem] = {}
    found = None
    for grain in dict.fromkeys(
        (*grains, *(each.dimension for each in query.having if names.grain_of(each.dimension)), None)
    ):
        try:
            each = look(replace(asked, time=replace(query.time, grain=grain)))
            found = found or each
        except QueryInvalid as error:
            for problem in error.problems:
                told = _placed(problem, query, metrics, asked.group_by)
                problems.setdefault((told.path, told.reason), told)
    for problem in _wrong(query, vocabulary):
        problems.setdefault((problem.path, problem.reason), problem)
    if problems or found is None:
        raise QueryInvalid(list(problems.values()))
    return replace(found, query=replace(found.query, time=replace(query.time, grain=None)))


def _placed(problem: Problem, query: PivotQuery, metrics: Sequence[str], grouped: Sequence[str]) -> Problem:
    """A problem of the question, said of the part of the table that it comes from."""
    part, _, rest = problem.path.partition("/")
    if part == "group_by" and rest.isdigit():
        name = grouped[int(rest)]
        for axis, members in (("rows", query.rows), ("columns", query.columns)):
            if name in members:
                return replace(problem, path=f"{axis}/{members.index(name)}")
        index = next(place for place, each in enumerate(query.having) if each.dimension == name)
        return replace(problem, path=f"having/{index}/dimension")
    if part == "metrics" and rest.isdigit():
        name = metrics[int(rest)]
        for place, each in enumerate(query.measures):
            if each.metric == name:
                return replace(problem, path=f"metrics/{place}")
        index = next(place for place, each in enumerate(query.having) if each.metric == name)
        return replace(problem, path=f"having/{index}/metric")
    return problem


def _wrong(query: PivotQuery, vocabulary: Vocabulary) -> list[Problem]:
    """What figures cannot be shown the way that is asked."""
    names, problems = vocabulary.names, []
    known, over_time = names.manifest, _axis_of_time(query, vocabulary)
    for place, measure in enumerate(query.measures):
        path, window = f"metrics/{place}", measure.window
        for grain in (window.to_date, window.grain) if window else ():
            if grain is not None and grain not in {*known.grains, "range"}:
                reason = f"unknown grain {grain!r}; {neighbours(grain, [*known.grains, 'range'])}"
                problems.append(Problem(f"{path}/window", reason, "unknown_grain"))
        metric = known.metrics.get(measure.metric)
        if metric is None:
            continue
        reasons = _unshowable(measure, metric, vocabulary, has_time=over_time is not None)
        problems += [Problem(f"{path}/show", reason, "incompatible") for reason in reasons]
    for place, top in enumerate(query.top):
        axis = query.rows if top.dimension in query.rows else query.columns
        if names.grain_of(top.dimension) and axis.index(top.dimension) and names.grain_of(axis[0]):
            reason = f"keep the highest of {axis[0]} instead: its periods lie within each other"
            problems.append(Problem(f"top/{place}/dimension", reason, "incompatible"))
    return problems


def _unshowable(measure: Measure, metric: Metric, vocabulary: Vocabulary, *, has_time: bool) -> Iterator[str]:
    """Why a figure cannot be shown as is asked."""
    if measure.show in {"difference", "difference_share"} and not has_time:
        yield f"{measure.show} is told from period to period: put a time grain last in rows or columns"
    if (measure.show or "").startswith("percent_of") and not _has_parts(measure.metric, vocabulary):
        yield f"{measure.metric} is no part of a whole: a share of it would mean nothing"
    if measure.show not in {"running_total", "running_share"}:
        return
    if not has_time and not is_additive(measure.metric, vocabulary):
        yield f"{measure.metric} does not add up: put a time grain last in rows or columns, or choose a sum"
    if has_time and metric.is_semi_additive:
        yield f"{measure.metric} is a level: it is not added up over time"


def _has_parts(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a figure may be told as a share of a wider one: what adds up, and numbers of things that overlap."""
    metric = vocabulary.manifest.metrics[name]
    is_level = metric.meta.get("additivity") == "semi_additive"
    return is_additive(name, vocabulary) or is_level or metric.aggregation == "count_distinct"


def is_additive(name: str, vocabulary: Vocabulary) -> bool:
    """Whether figures of parts make up the figure of the whole, over members at least."""
    metric = vocabulary.manifest.metrics[name]
    return adds_up(metric) or metric.is_semi_additive or metric.meta.get("additivity") == "additive"


def _axis_of_time(query: PivotQuery, vocabulary: Vocabulary) -> str | None:
    """The axis whose last dimension is time."""
    names = vocabulary.names
    for axis, members in (("columns", query.columns), ("rows", query.rows)):
        if members and names.grain_of(members[-1]):
            return axis
    return None


def _running_over_time(query: PivotQuery, session: Session) -> PivotQuery:
    """Running totals of what does not add up as windows: each asked over its own days, never summed."""
    axis = _axis_of_time(query, session.vocabulary)
    if axis is None:
        return query
    members = query.rows if axis == "rows" else query.columns
    parent = members[-2] if len(members) > 1 and session.vocabulary.names.grain_of(members[-2]) else "range"
    measures = tuple(
        replace(each, show=None, window=Window(to_date=parent))
        if each.show == "running_total" and each.window is None and not is_additive(each.metric, session.vocabulary)
        else each
        for each in query.measures
    )
    return replace(query, measures=measures)


def names_of(query: PivotQuery) -> dict[str, str]:
    """Under which name each measure's figures stand in the cells."""
    return {measure.name: measured(measure.metric, measure.window) for measure in query.measures}


def _currencies(query: PivotQuery, checked: Checked, asking: Asking) -> Currencies:
    """The currencies of a table's amounts.

    Raises: QueryInvalid where no level tells several apart, or where members are chosen by what would add them up.
    """
    ranges = ranges_of(checked)
    if any(measure.window for measure in query.measures):
        # The days of a window may lie before the range.
        ranges = (*ranges, replace(query.time, start=None))
    requests = [asking.request(query.metrics, time) for time in ranges]
    found = currencies_of(requests, checked.metrics, asking.session.vocabulary, asking.run)
    found.check_told_apart(query.dimensions)
    problems = _choosing(query, found)
    if problems:
        raise QueryInvalid(problems)
    return found


def _choosing(query: PivotQuery, currencies: Currencies) -> list[Problem]:
    """The parts of a table that would choose members by amounts of several currencies."""
    if not currencies.are_mixed:
        return []
    metrics = {measure.name: measure.metric for measure in query.measures}
    chosen: list[tuple[str, str, Sequence[str]]] = [
        (f"having/{place}", each.metric, (each.dimension,)) for place, each in enumerate(query.having)
    ]
    for place, top in enumerate(query.top):
        axis = query.rows if top.dimension in query.rows else query.columns
        chosen.append((f"top/{place}", metrics[top.by], axis[: axis.index(top.dimension) + 1]))
    return [
        currencies.problem(path, [metric])
        for path, metric, by in chosen
        if metric in currencies.metrics and not TOLD_APART_BY.intersection(by)
    ]


def _blank_mixed(cells: Cells, query: PivotQuery, money: Collection[str]) -> None:
    """Amounts of several currencies have no sum: lines that do not tell them apart stay empty."""
    if not money:
        return
    for (row, column), figures in cells.items():
        named = {*query.rows[: len(row)], *query.columns[: len(column)]}
        if not named & TOLD_APART_BY:
            for name in figures:
                if name.removesuffix("_previous").partition("@")[0] in money:
                    figures[name] = None


def _dimensions(query: PivotQuery, checked: Checked, session: Session) -> tuple[Column, ...]:
    names, locale = session.vocabulary.names, session.asker.locale
    return tuple(
        time_column(name, names, locale)
        if names.grain_of(name)
        else dimension_column(checked.metrics[0].name, name, names, locale)
        for name in query.dimensions
    )


def _metrics(checked: Checked, currencies: Currencies, session: Session) -> Mapping[str, Column]:
    """The columns of metrics and of what they are compared with, by name."""
    columns = currencies.named(columns_of(checked, session.vocabulary.names, session.asker.locale))
    return {column.name: column for column in columns if column.role not in {"dimension", "time"}}
