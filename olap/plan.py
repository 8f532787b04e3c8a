"""From a checked question to one SQL tree: leaves compiled by MetricFlow, put together by us.

MetricFlow is asked only for metrics without inputs, one statement a fact and filter, so each fact is read once; the
expressions of derived metrics are computed over the leaves outside. Parts of different facts are stacked and grouped,
never joined: a blank member meets its like, and no part can multiply another's rows (the chasm trap).
"""
# ruff: noqa: S608  # Texts are put together from names of the manifest alone; values come in as literal nodes.

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

import sqlglot
from sqlglot import exp

from olap.buckets import Buckets, in_buckets
from olap.compiler import Shape
from olap.covering import covering
from olap.manifest import Dimension, Metric, Model
from olap.query import Attributes, Filter, Members, Order
from olap.resolve import Names
from olap.templates import PLACEHOLDER, among, bind, condition, literals, order_text

PARSED_MAX = 1024


@dataclass(frozen=True)
class Request:
    """One statement's worth of a question: figures by keys over days."""

    metrics: tuple[str, ...]
    grain: str | None
    dimensions: tuple[str, ...]
    where: tuple[Filter, ...]
    start: date | None
    end: date | None
    as_of: date
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    members: tuple[Members, ...] = ()
    coarser: tuple[str, ...] = ()
    """Further time grains to group by, for levels that are rolled up in one statement."""
    buckets: tuple[Buckets, ...] = ()
    attributes: Attributes | None = None
    sees_all: bool = False
    """Whether the asker sees every row: then sums made beforehand may answer; a row rule needs the rows."""
    are_zeros_told: bool = False
    """Whether members with a balance of zero are told as well, where it matters that there is any row of theirs."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Every dimension that groups or filters."""
        members = (name for each in self.members for name in each.by)
        return (*self.dimensions, *(each.field for each in self.where), *members)

    @property
    def keys(self) -> tuple[str, ...]:
        """The key columns, time first."""
        return (*self.grains, *self.dimensions)

    @property
    def grains(self) -> tuple[str, ...]:
        """The time grains among the key columns."""
        return (*((self.grain,) if self.grain else ()), *self.coarser)


class Planner:
    """Builds SQL trees for one vocabulary; safe to share between threads."""

    def __init__(self, names: Names) -> None:
        """Parsed texts are kept, as many as there are shapes of questions in use."""
        self.names = names
        self.dialect = names.compiler.dialect
        self._parsed: OrderedDict[str, exp.Query] = OrderedDict()
        self._lock = Lock()

    def tree(self, request: Request) -> exp.Query:
        """The statement as a tree with its values in place, relations still unfiltered.

        Raises: QueryInvalid where MetricFlow finds that names do not fit together.
        """
        tree = self.bound(self._text(request), request)
        return tree.limit(request.limit, copy=False) if request.limit is not None else tree

    def documents_tree(self, request: Request, metric: Metric, model: Model, columns: Sequence[str]) -> exp.Query:
        """A figure's rows gathered by document, newest first, with the sum over all of them in `_total`.

        What is counted once however often it occurs does not add up over documents: there `_total` counts what occurs
        in the rows of all of them. The fact's own key is what MetricFlow groups by, so every filter of the figure
        holds for its documents too.
        """
        opened = request
        if metric.kind == "cumulative":
            opened = replace(request, start=None)
        base = self.names.base(metric)
        filters = metric.filters if metric.kind == "cumulative" else ()
        where = (*filters, *self._where(opened, metric.name))
        compiled = self.names.compiler.compile(Shape((base,), (str(model.primary_entity),), where))
        together = "sum" if metric.is_summed else "max"
        total = f"sum({together}(p.{base})) over ()"
        if metric.aggregation == "count_distinct":
            counted = f"select {model.primary_entity} from ({compiled}) as q where q.{base} <> 0"
            total = f"""(select count(distinct {metric.measure_expression}) from {model.schema}.{model.mart}
                where {model.key_column} in ({counted}))"""
        listed = "".join(f'm."{name}", ' for name in columns)
        grouped = f"group by {listed.rstrip(', ')}" if columns else ""
        # What came and went again since is no document of what is there.
        is_left = f"having {together}(p.{base}) <> 0" if grouped and model.drill.get("day") else ""
        order = ", ".join([f'm."{name}" desc' for name in columns[:1]] + [f'm."{name}"' for name in columns[1:]])
        text = f"""
            select {listed}{together}(p.{base}) as "{metric.name}", count(*) as lines,
                {total} as _total, count(*) over () as _documents
            from ({compiled}) as p
            inner join {model.schema}.{model.mart} as m on m.{model.key_column} = p.{model.primary_entity}
            where p.{base} <> 0 {grouped} {is_left} {f"order by {order}" if order else ""}"""
        return self.bound(text, opened)

    def bound(self, text: str, request: Request) -> exp.Query:
        """A text as a tree with a request's values in place."""
        end = request.end or request.as_of
        values = literals(request.where, [each.rows for each in request.members], request.start, end)
        tree = self._parse(text).copy()
        if request.buckets:
            tree = in_buckets(tree, self._bucketed(request), self.dialect)
        return bind(tree, values, request.as_of)

    def _bucketed(self, request: Request) -> list[tuple[Dimension, Buckets]]:
        """The dimensions whose buckets the asker gives."""
        found = []
        for each in request.buckets:
            for metric in request.metrics:
                dimension = self.names.dimension(metric, each.field)
                if dimension is not None and (dimension, each) not in found:
                    found.append((dimension, each))
        return found

    def _parse(self, text: str) -> exp.Query:
        with self._lock:
            known = self._parsed.get(text)
            if known is not None:
                self._parsed.move_to_end(text)
                return known
        tree = sqlglot.parse_one(text, dialect=self.dialect).transform(self._without_day_truncation, copy=False)
        if not isinstance(tree, exp.Query):
            raise TypeError("a question compiles to one query")
        with self._lock:
            self._parsed[text] = tree
            if len(self._parsed) > PARSED_MAX:
                self._parsed.popitem(last=False)
        return tree

    def _without_day_truncation(self, node: exp.Expression) -> exp.Expression:
        """A calendar day cut to its day is itself; said plainly, the engine can skip files and row groups by it."""
        if isinstance(node, exp.DateTrunc | exp.TimestampTrunc) and node.text("unit").lower() == "day":
            column = node.this
            while isinstance(column, exp.Cast):
                column = column.this
            days = ("_on", self.names.manifest.calendar.day)
            if isinstance(column, exp.Column) and column.name.endswith(days):
                return column
        return node

    def _text(self, request: Request) -> str:
        leaves = dict.fromkeys(leaf for name in request.metrics for leaf in self.names.leaves_of(name))
        parts = [self.part(request, group) for group in self.grouped_leaves(list(leaves))]
        ctes = [f"part_{index} as ({text})" for index, (_, text) in enumerate(parts)]
        source = "part_0"
        if len(parts) > 1:
            ctes.append(f"combined as ({self._stacked(request.keys, [columns for columns, _ in parts])})")
            source = "combined"
        chosen = [f'"{key}"' for key in request.keys]
        chosen += [f'{self.expression(name)} as "{name}"' for name in request.metrics]
        order = order_text(request.order_by, request.keys)
        return f"with {', '.join(ctes)} select {', '.join(chosen)} from {source}{order}"

    def grouped_leaves(self, leaves: Sequence[str]) -> list[list[Metric]]:
        """Leaves that one statement can compute together."""
        groups: dict[tuple[object, ...], list[Metric]] = {}
        for leaf in leaves:
            metric = self.names.manifest.metrics[leaf]
            # Levels and whole metrics stand alone: MetricFlow would join them to the others by unequal blanks.
            alone = leaf if metric.is_semi_additive or metric.is_whole else None
            groups.setdefault((metric.model, metric.filters, alone), []).append(metric)
        return list(groups.values())

    def part(self, request: Request, group: Sequence[Metric]) -> tuple[list[str], str]:
        """The statement that computes some leaves by a request's keys, with the columns it gives."""
        metrics = [metric.name for metric in group]
        first = group[0]
        teller = self.names.teller(first.name, request.fields)
        if teller != first.name:
            keys = "".join(f'"{key}", ' for key in request.keys)
            _, text = self.part(request, [self.names.manifest.metrics[teller]])
            return metrics, f'select {keys}"{teller}" as "{first.name}" from ({text}) as told'
        if first.kind == "cumulative" and not first.is_whole:
            return metrics, self._balance(request, first)
        compiled = self.compiled(request, metrics, first.name, ())
        return metrics, f"select {', '.join(self.columns(request, first.name, metrics))} from ({compiled}) as p"

    def compiled(self, request: Request, asked: Sequence[str], leaf: str, filters: tuple[str, ...]) -> str:
        """What MetricFlow makes of some metrics of one fact, by a request's keys."""
        where = [*filters, *self._where(request, leaf)]
        shape = Shape(tuple(asked), tuple(self.key_names(request, leaf).values()), tuple(where))
        text = self.names.compiler.compile(shape)
        mart = covering(request, asked, leaf, self.names)
        if mart is None:
            return text
        model = self.names.manifest.models[str(self.names.manifest.metrics[leaf].model)]
        # The text names the fact with its schema, quoted or not; aliases made of its name have none.
        return re.sub(rf'(\b{model.schema}"?\."?){model.mart}\b', rf"\g<1>{mart}", text)

    def columns(self, request: Request, leaf: str, metrics: Sequence[str]) -> list[str]:
        """Keys and metrics of a compiled statement under their public names."""
        found = []
        for key, name in self.key_names(request, leaf).items():
            is_day = key in request.grains and self.names.manifest.calendar.is_day(key)
            found.append(f'cast(p.{name} as date) as "{key}"' if is_day else f'p.{name} as "{key}"')
        return [*found, *(f'p.{metric} as "{metric}"' for metric in metrics)]

    def key_names(self, request: Request, leaf: str) -> dict[str, str]:
        """For each key column what MetricFlow calls it."""
        found = {grain: f"metric_time__{grain}" for grain in request.grains}
        for name in request.dimensions:
            item = self.names.items_as(leaf, request.attributes)[name]
            found[name] = f"{item.name}__day" if item.kind == "time" else item.name
        return found

    def _balance(self, request: Request, metric: Metric) -> str:
        """A level as the sum of all movements up to each period's end, also in periods without a movement."""
        base = self.names.base(metric)
        open_start = replace(request, start=None)
        compiled = self.compiled(open_start, [base], metric.name, metric.filters)
        dimensions = [f'"{name}"' for name in request.dimensions]
        selected = ", ".join([*self.columns(open_start, metric.name, []), f'p.{base} as "{metric.name}"'])
        flows = f"select {selected} from ({compiled}) as p"
        if request.grain is None:
            # A party without a balance is no row of a list of balances; a lone figure is always told.
            is_each_told = not dimensions or request.are_zeros_told
            return flows if is_each_told else f'select * from ({flows}) as f where "{metric.name}" <> 0'
        listed = "".join(f"{name}, " for name in dimensions)
        partition = f"partition by {', '.join(dimensions)} " if dimensions else ""
        nonzero = f'where "{metric.name}" <> 0' if dimensions else ""
        return f"""
            with flows as ({flows}),
            periods as ({self._periods(request)}),
            moves as (
                select {_of("f", dimensions)}coalesce(p.first_on, (select min(first_on) from periods)) as first_on,
                    f."{metric.name}" as moved
                from flows as f left join periods as p on p.period = f."{request.grain}"
                union all
                select distinct {_of("f", dimensions)}p.first_on, 0 as moved from flows as f cross join periods as p
            ),
            summed as (select {listed}first_on, sum(moved) as moved from moves group by {listed}first_on),
            levels as (
                select {listed}first_on,
                    sum(moved) over ({partition}order by first_on) as "{metric.name}"
                from summed
            )
            select p.period as "{request.grain}", {_of("s", dimensions)}s."{metric.name}"
            from levels as s inner join periods as p on p.first_on = s.first_on {nonzero}"""

    def _periods(self, request: Request) -> str:
        """The periods of the range with their first days; from the first movement on where the range is open."""
        calendar = self.names.manifest.calendar
        fiscal = calendar.fiscal.get(request.grain or "")
        period = fiscal or f"cast(date_trunc('{request.grain}', {calendar.day}) as date)"
        start = f"'{PLACEHOLDER}start'"
        if request.start is None:
            known = fiscal or period
            start = (
                f"(select min(c.{calendar.day}) from {calendar.schema}.{calendar.mart} as c "
                f'where {known.replace(calendar.day, f"c.{calendar.day}")} in (select "{request.grain}" from flows))'
            )
        return (
            f"select {period} as period, min({calendar.day}) as first_on from {calendar.schema}.{calendar.mart} "
            f"where {calendar.day} >= {start} and {calendar.day} <= '{PLACEHOLDER}end' group by {period}"
        )

    def _where(self, request: Request, leaf: str) -> list[str]:
        found = []
        # A monthly fact counts every month that the range touches.
        finest = self.names.finest_grain(leaf)
        metric_day = f"{{{{ TimeDimension('metric_time', '{finest}') }}}}"
        if request.start is not None:
            start = f"'{PLACEHOLDER}start'"
            found.append(f"{metric_day} >= {start if finest == 'day' else _truncated(finest, start)}")
        if request.end is not None:
            found.append(f"{metric_day} <= '{PLACEHOLDER}end'")
        for index, each in enumerate(request.where):
            found.append(condition(self._subject(request, each.field, leaf), each, index))
        for index, members in enumerate(request.members):
            found.append(among(index, [self._subject(request, name, leaf) for name in members.by], members))
        return found

    def _subject(self, request: Request, name: str, leaf: str) -> str:
        """How a filter's template names a dimension."""
        grain = self.names.grain_of(name)
        if grain is not None:
            return f"{{{{ TimeDimension('metric_time', '{grain}') }}}}"
        item = self.names.items_as(leaf, request.attributes)[name]
        if item.kind == "time":
            return f"{{{{ TimeDimension('{item.name}', 'day') }}}}"
        if item.kind == "entity":
            return f"{{{{ Entity('{item.element}') }}}}"
        return f"{{{{ Dimension('{item.name}') }}}}"

    def _stacked(self, keys: Sequence[str], parts: Sequence[list[str]]) -> str:
        """Parts under each other, then one row a key."""
        everything = [column for columns in parts for column in columns]
        key_list = "".join(f'"{key}", ' for key in keys)
        nothing = "cast(null as numeric)" if self.dialect == "postgres" else "null"
        stacked = []
        for index, columns in enumerate(parts):
            chosen = [f'"{name}"' if name in columns else f'{nothing} as "{name}"' for name in everything]
            stacked.append(f"select {key_list}{', '.join(chosen)} from part_{index}")
        grouped = f" group by {key_list.rstrip(', ')}" if keys else ""
        highest = ", ".join(f'max("{name}") as "{name}"' for name in everything)
        return f"select {key_list}{highest} from ({' union all '.join(stacked)}) as stacked{grouped}"

    def expression(self, name: str) -> str:
        """A metric over the columns of its leaves."""
        metric = self.names.manifest.metrics[name]
        if not metric.inputs or metric.is_whole:
            column = f'"{name}"' if metric.fill_with is None else f'coalesce("{name}", {metric.fill_with})'
            # PostgreSQL divides whole numbers without a rest.
            return f"cast({column} as numeric)" if self.dialect == "postgres" and _is_number(metric) else column
        inner = {each.alias: self.expression(each.metric) for each in metric.inputs}
        tree = sqlglot.parse_one(metric.expression or "", dialect=self.dialect)

        def put_in(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Column) and node.name in inner:
                return exp.paren(sqlglot.parse_one(inner[node.name], dialect=self.dialect))
            return node

        return tree.transform(put_in).sql(dialect=self.dialect)


def _truncated(grain: str, day: str) -> str:
    return f"cast(date_trunc('{grain}', {day}) as date)"


def _is_number(metric: Metric) -> bool:
    return metric.aggregation not in {"min", "max"}


def _of(alias: str, names: Sequence[str]) -> str:
    return "".join(f"{alias}.{name}, " for name in names)
