"""Several levels of one table in one statement, each with the figures of its own grain.

Sums are computed once, at the finest keys, and rolled up by the engine with grouping sets: sums of sums are sums, and
shares are divided only after. Whatever does not add up (distinct counts, averages, levels of stock or money) is asked
at every level by itself.
"""
# ruff: noqa: S608  # Texts are put together from names of the manifest alone; values come in as literal nodes.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp

from olap.manifest import Metric
from olap.plan import Planner, Request

LEVEL = "_level"

ROLLED_UP = {"sum": "sum", "count": "sum", "sum_boolean": "sum", "max": "max", "min": "min"}
"""How figures of finer rows make those of coarser ones; other aggregations have no such way."""


@dataclass(frozen=True)
class Level:
    """One grain of a table: a time grain and dimensions, either of which may be missing."""

    grain: str | None
    dimensions: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The key columns, time first."""
        return (*((self.grain,) if self.grain else ()), *self.dimensions)


def adds_up(metric: Metric) -> bool:
    """Whether figures of finer rows make up those of coarser ones, over time as well."""
    return metric.kind == "simple" and metric.aggregation in ROLLED_UP and not metric.is_semi_additive


def levels_tree(planner: Planner, request: Request, levels: Sequence[Level]) -> exp.Query:
    """One statement with the rows of all levels, told apart by their place in the column `_level`.

    `request` says which metrics, filters and days; its own keys do not count.  Raises: QueryInvalid.
    """
    grains = tuple(dict.fromkeys(level.grain for level in levels if level.grain))
    dimensions = tuple(dict.fromkeys(name for level in levels for name in level.dimensions))
    finest = replace(request, grain=grains[0] if grains else None, coarser=grains[1:], dimensions=dimensions)
    parts = _Parts(planner, finest, levels)
    leaves = dict.fromkeys(leaf for name in request.metrics for leaf in planner.names.leaves_of(name))
    for group in planner.grouped_leaves(list(leaves)):
        if all(adds_up(metric) for metric in group):
            parts.add_rolled_up(group)
        elif all(metric.kind == "simple" and not metric.is_semi_additive for metric in group):
            parts.add_regrouped(group)
        else:
            parts.add_by_itself(group)
    return planner.bound(parts.text(), finest)


class _Parts:
    """The statements that leaves come from, put under each other."""

    def __init__(self, planner: Planner, request: Request, levels: Sequence[Level]) -> None:
        self.planner, self.request, self.levels = planner, request, levels
        self.keys = request.keys
        self.ctes: list[str] = []
        self.stacked: list[tuple[list[str], str]] = []

    def add_rolled_up(self, group: Sequence[Metric]) -> None:
        """One scan of the fact, then grouping sets over its groups."""
        columns, text = self.planner.part(self.request, group)
        name = f"part_{len(self.ctes)}"
        self.ctes.append(f"{name} as ({text})")
        if not self.keys:
            self.stacked.append((columns, f"select 0 as {LEVEL}, {_listed(columns)} from {name}"))
            return
        sums = ", ".join(
            f'{ROLLED_UP[str(metric.aggregation)]}("{metric.name}") as "{metric.name}"' for metric in group
        )
        sets = ", ".join(f"({_listed(level.keys)})" for level in self.levels)
        masks = " ".join(f"when {self._mask(level)} then {place}" for place, level in enumerate(self.levels))
        chosen = f"case grouping({_listed(self.keys)}) {masks} end as {LEVEL}, {_listed(self.keys)}, {sums}"
        self.stacked.append((columns, f"select {chosen} from {name} group by grouping sets ({sets})"))

    def add_regrouped(self, group: Sequence[Metric]) -> None:
        """The fact's own statement, grouped by all levels at once: one scan for figures that do not add up."""
        first, dialect = group[0].name, self.planner.dialect
        compiled = self.planner.compiled(self.request, [metric.name for metric in group], first, ())
        tree, names = sqlglot.parse_one(compiled, dialect=dialect), self.planner.key_names(self.request, first)
        told = _projections(tree)
        asked = [told.get(name) for name in names.values()]
        if not self.keys or not isinstance(tree, exp.Select) or not _is_grouped_by(tree, asked):
            self.add_by_itself(group)
            return
        keys = {key: told[name].sql(dialect=dialect) for key, name in names.items()}
        sets = ", ".join(f"({', '.join(keys[key] for key in level.keys)})" for level in self.levels)
        masks = " ".join(f"when {self._mask(level)} then {place}" for place, level in enumerate(self.levels))
        grouping = f"case grouping({', '.join(keys[key] for key in self.keys)}) {masks} end"
        tree.set("group", None)
        tree = tree.select(exp.alias_(sqlglot.parse_one(grouping, dialect=dialect), LEVEL), copy=False)
        text = f"{tree.sql(dialect=dialect, comments=False)} group by grouping sets ({sets})"
        columns = [metric.name for metric in group]
        shown = self.planner.columns(self.request, first, columns)
        self.stacked.append((columns, f"select {', '.join([LEVEL, *shown])} from ({text}) as p"))

    def add_by_itself(self, group: Sequence[Metric]) -> None:
        """A statement a level."""
        for place, level in enumerate(self.levels):
            asked = replace(self.request, grain=level.grain, coarser=(), dimensions=level.dimensions)
            columns, text = self.planner.part(asked, group)
            name = f"part_{len(self.ctes)}"
            self.ctes.append(f"{name} as ({text})")
            keys = [f'"{key}"' if key in level.keys else self._nothing(key) for key in self.keys]
            chosen = ", ".join([f"{place} as {LEVEL}", *keys, *(f'"{column}"' for column in columns)])
            self.stacked.append((columns, f"select {chosen} from {name}"))

    def text(self) -> str:
        """All parts, one row a level and key, derived metrics computed over their leaves."""
        everything = list(dict.fromkeys(column for columns, _ in self.stacked for column in columns))
        nothing = "cast(null as numeric)" if self.planner.dialect == "postgres" else "null"
        parts = []
        for columns, text in self.stacked:
            chosen = [f'"{name}"' if name in columns else f'{nothing} as "{name}"' for name in everything]
            parts.append(f"select {', '.join([LEVEL, *self._keys(), *chosen])} from ({text}) as s")
        highest = ", ".join(f'max("{name}") as "{name}"' for name in everything)
        keys = ", ".join([LEVEL, *self._keys()])
        combined = f"select {keys}, {highest} from ({' union all '.join(parts)}) as stacked group by {keys}"
        metrics = [f'{self.planner.expression(name)} as "{name}"' for name in self.request.metrics]
        ctes = ", ".join([*self.ctes, f"combined as ({combined})"])
        return f"with {ctes} select {keys}, {', '.join(metrics)} from combined"

    def _keys(self) -> list[str]:
        return [f'"{key}"' for key in self.keys]

    def _mask(self, level: Level) -> int:
        """What `grouping` says of a level: a bit for every key that it has not, the last key lowest."""
        return sum(1 << place for place, key in enumerate(reversed(self.keys)) if key not in level.keys)

    def _nothing(self, key: str) -> str:
        names, first = self.planner.names, self.request.metrics[0]
        dimension = names.dimension(first, key)
        is_day = (
            names.manifest.calendar.is_day(key) if key in self.request.grains else bool(dimension and dimension.is_time)
        )
        kind = "date" if is_day else "text"
        return f'cast(null as {kind}) as "{key}"'


def _projections(tree: exp.Expr) -> dict[str, exp.Expr]:
    """What a statement selects, by name."""
    return {each.alias_or_name: each.unalias() for each in tree.selects} if isinstance(tree, exp.Select) else {}


def _is_grouped_by(tree: exp.Select, keys: Sequence[exp.Expr | None]) -> bool:
    """Whether a statement is plain and grouped by nothing but its keys, so that it can be grouped otherwise."""
    group = tree.args.get("group")
    is_plain = not any(tree.args.get(part) for part in ("with_", "having", "limit", "order", "distinct"))
    return is_plain and group is not None and set(group.expressions) == set(keys)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
