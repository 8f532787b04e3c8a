"""The figures of a cross table: one statement for all levels that count the same rows, each at its own grain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from olap.checks import Checked
from olap.comparison import Period, compared_range, counterparts
from olap.engines.base import Answer
from olap.errors import invalid
from olap.figures import figure, is_exact
from olap.levels import LEVEL, Level, levels_tree
from olap.pivot.days import PERIODS_OF_WINDOWS_MAX, Days
from olap.pivot.levels import Slice, asked_depths, grain_size, level_of, sides
from olap.pivot.query import CELLS_MAX, Having, PivotQuery, Top, Window
from olap.pivot.result import Cells, Key, Others
from olap.plan import Request
from olap.query import Cell, Members, TimeRange, Value
from olap.service import Numbers, Session

MEMBERS_MAX = 5_000
KEPT_MAX = 1_000

PREVIOUS = "_previous"
_AS_THEY_ARE = frozenset({"VARCHAR", "DATE", "BOOLEAN", "INTEGER", "BIGINT"})
"""Types of columns whose members are shown as the engine gives them."""


@dataclass
class Asking:
    """One cross table being asked: what holds for all of its statements."""

    numbers: Numbers
    session: Session
    checked: Checked
    query: PivotQuery
    limits: tuple[Members, ...] = ()
    """Members that meet the conditions on figures."""
    kept: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    """The keys that each top leaves."""

    def __post_init__(self) -> None:
        """Nothing is asked yet."""
        names = self.session.vocabulary.names
        self.grains = set(names.manifest.grains)
        self.days = Days(names, lambda tree: self.run(tree, "periods"), self.session.today)
        self._parents: dict[tuple[str, str], Mapping[Cell, Cell]] = {}

    def cells(self) -> Cells:
        """All figures by the keys of row and column, those of windows and of the range compared with beside them.

        Raises: QueryInvalid, NumbersUnavailable.
        """
        self.limits = tuple(self._meeting(index, each) for index, each in enumerate(self.query.having))
        for index, top in enumerate(self.query.top):
            self.kept[top.dimension] = self._highest(index, top)
        slices, found = self._slices(), Cells()
        time = self.query.time
        self._put(found, slices, self.query.metrics, time, {name: name for name in self.query.metrics})
        if self.query.compare:
            named = {name: f"{name}{PREVIOUS}" for name in self.query.metrics}
            self._put(found, slices, self.query.metrics, compared_range(self.checked.query), named, is_previous=True)
        for window in dict.fromkeys(measure.window for measure in self.query.measures if measure.window):
            self._put_window(found, slices, window)
        return found

    def run(self, tree: exp.Query, purpose: str) -> Answer:
        """The rows of a statement, which is kept under its purpose as part of the evidence."""
        statements, name, count = self.session.statements, purpose, 1
        while name in statements:
            count += 1
            name = f"{purpose}_{count}"
        return self.numbers.run(tree, self.session, name)

    def _slices(self) -> list[Slice]:
        others = [top.dimension for top in self.query.top if top.others]
        found = []
        for axis in ("rows", "columns"):
            names = self.query.rows if axis == "rows" else self.query.columns
            kept = {name: keys for name, keys in self.kept.items() if name in names}
            found.append(sides(names, asked_depths(self.query, axis), kept, [name for name in others if name in names]))
        return [Slice(row, column) for row in found[0] for column in found[1]]

    def request(self, metrics: Sequence[str], time: TimeRange, members: tuple[Members, ...] = ()) -> Request:
        """What the planner is asked for some metrics over some days."""
        today = self.session.today
        return Request(
            metrics=tuple(metrics),
            grain=None,
            dimensions=(),
            where=self.query.where,
            start=time.start,
            end=time.last_day,
            as_of=min(time.last_day or self.checked.as_of, today),
            members=(*self.limits, *members),
            sees_all=self.checked.sees_all,
            buckets=self.query.buckets,
            attributes=self.query.attributes,
        )

    def _put(
        self,
        cells: Cells,
        slices: Sequence[Slice],
        metrics: Sequence[str],
        time: TimeRange,
        named: Mapping[str, str],
        *,
        is_previous: bool = False,
    ) -> None:
        """Ask some metrics for all slices over some days, and put them where they belong."""
        for members, together in _by_members(slices).items():
            by_level: dict[Level, list[Slice]] = {}
            for each in together:
                by_level.setdefault(level_of(each.names, self.grains), []).append(each)
            levels = list(by_level)
            for place, row in self._rows(self.request(metrics, time, members), levels):
                if is_previous and not self._moved(row, levels[place].grain, time):
                    continue
                figures = {shown: row[name] for name, shown in named.items()}
                self._place(cells, by_level[levels[place]], row, levels[place].grain, figures)

    def _put_window(self, cells: Cells, slices: Sequence[Slice], window: Window) -> None:
        """Each period's window is a question about its own days: so shares and distinct counts are right over it."""
        named = {
            measure.metric: measured(measure.metric, window)
            for measure in self.query.measures
            if measure.window == window
        }
        by_grain: dict[str | None, list[Slice]] = {}
        for each in slices:
            by_grain.setdefault(level_of(each.names, self.grains).grain, []).append(each)
        for grain, together in by_grain.items():
            if grain is None:
                self._put(cells, together, list(named), self.days.window(window, None, None, self.query.time), named)
                continue
            for period in self._periods(cells, grain):
                time = self.days.window(window, period, grain, self.query.time)
                self._put_period(cells, together, grain, period, time, named)

    def _periods(self, cells: Cells, grain: str) -> list[Period]:
        found = {
            member
            for row, column in cells
            for names, key in ((self.query.rows, row), (self.query.columns, column))
            for name, member in zip(names, key, strict=False)
            if name == grain and member is not None and not isinstance(member, Others)
        }
        periods = self.days.periods(grain, self.query.time, found)
        if len(periods) > PERIODS_OF_WINDOWS_MAX:
            reason = f"windows over {len(periods)} periods; at most {PERIODS_OF_WINDOWS_MAX}: choose a coarser grain"
            raise invalid("metrics", reason, "too_many_cells")
        return periods

    def _put_period(
        self,
        cells: Cells,
        slices: Sequence[Slice],
        grain: str,
        period: Period,
        time: TimeRange,
        named: Mapping[str, str],
    ) -> None:
        for members, together in _by_members(slices).items():
            # A limit on periods would cut the window.
            lasting = tuple(each for each in members if not self.grains.intersection(each.by))
            by_level: dict[Level, list[Slice]] = {}
            for each in together:
                by_level.setdefault(replace(level_of(each.names, self.grains), grain=None), []).append(each)
            levels = list(by_level)
            for place, row in self._rows(self.request(list(named), time, lasting), levels):
                figures = {shown: row[name] for name, shown in named.items()}
                if any(value is not None for value in figures.values()):
                    self._place(cells, by_level[levels[place]], {**row, grain: period.key}, grain, figures)

    def _rows(self, request: Request, levels: Sequence[Level]) -> list[tuple[int, dict[str, Cell]]]:
        tree = levels_tree(self.session.vocabulary.planner, request, levels).limit(CELLS_MAX + 1, copy=False)
        answer = self.run(tree, "rows")
        if len(answer.rows) > CELLS_MAX:
            raise too_many_cells()
        metrics, found = set(request.metrics), []
        told = [
            (name, _teller(kind, is_metric=name in metrics))
            for name, kind in zip(answer.names, answer.types, strict=True)
        ]
        for row in answer.rows:
            line = {name: value if tell is None else tell(value) for (name, tell), value in zip(told, row, strict=True)}
            found.append((int(str(line.pop(LEVEL))), line))
        return found

    def _moved(self, row: dict[str, Cell], grain: str | None, earlier: TimeRange) -> bool:
        """Whether an earlier period has a counterpart, which then stands in its place."""
        if grain is None:
            return True
        key = ("counterpart", grain)
        if key not in self._parents:
            names, query = self.session.vocabulary.names, self.checked.query
            time = replace(query.time, start=query.time.start, end=query.time.last_day, as_of=None)
            run = lambda tree: self.run(tree, "periods")  # noqa: E731  # one call, bound to this session
            self._parents[key] = counterparts(grain, time, query.compare, earlier, names, run)
        place = self._parents[key].get(row[grain])
        row[grain] = place
        return place is not None

    def _place(
        self,
        cells: Cells,
        slices: Sequence[Slice],
        row: dict[str, Cell],
        grain: str | None,
        figures: Mapping[str, Cell],
    ) -> None:
        for each in slices:
            members = self._with_parents(row, grain, each.names)
            cells.setdefault((each.row.key(members), each.column.key(members)), {}).update(figures)

    def _with_parents(self, row: Mapping[str, Cell], grain: str | None, names: Iterable[str]) -> Mapping[str, Cell]:
        """A row's members with the coarser periods that its period lies in."""
        missing = [name for name in names if name not in row or (name in self.grains and name != grain)]
        if not missing or grain is None:
            return row
        return {**row, **{name: self.parent(row[grain], grain, name) for name in missing}}

    def parent(self, member: Cell, fine: str, coarse: str) -> Cell:
        """The period of a coarser grain that a period lies in.  Raises: QueryInvalid where they do not nest."""
        key = (fine, coarse)
        if key not in self._parents:
            is_told = {fine, coarse} <= {"day", "month", "quarter", "year"} and grain_size(fine) < grain_size(coarse)
            self._parents[key] = {} if is_told else self.days.parents(fine, coarse)
        return self.days.parent(member, fine, coarse, self._parents[key])

    def _meeting(self, index: int, having: Having) -> Members:
        """The members of a dimension whose figures meet a condition."""
        level = level_of([having.dimension], self.grains)
        rows = self._rows(self.request([having.metric], self.query.time), [level])
        meeting = [row for _, row in rows if meets(row[having.metric], having.op, having.values)]
        if len(meeting) > MEMBERS_MAX:
            reason = f"{len(meeting)} members meet the condition; at most {MEMBERS_MAX}: filter by dimensions first"
            raise invalid(f"having/{index}", reason, "too_many")
        return Members((having.dimension,), tuple((_value(row[having.dimension]),) for row in meeting), are_kept=True)

    def _highest(self, index: int, top: Top) -> tuple[Key, ...]:
        """The keys that a top leaves, within each parent."""
        axis = self.query.rows if top.dimension in self.query.rows else self.query.columns
        names = axis[: axis.index(top.dimension) + 1]
        measure = next(each for each in self.query.measures if each.name == top.by)
        time = self.days.window(measure.window, None, None, self.query.time) if measure.window else self.query.time
        level = level_of(names, self.grains)
        by_parent: dict[Key, list[tuple[Cell, Key]]] = {}
        for _, row in self._rows(self.request([measure.metric], time), [level]):
            members = self._with_parents(row, level.grain, names)
            key = tuple(members[name] for name in names)
            above = [name for name in names[:-1] if name in self.kept]
            if above and key[: names.index(above[-1]) + 1] not in self.kept[above[-1]]:
                continue
            by_parent.setdefault(key[:-1], []).append((row[measure.metric], key))
        found: list[Key] = []
        for lines in by_parent.values():
            told = [(value, key) for value, key in lines if isinstance(value, Decimal | int)]
            told.sort(key=lambda line: str(line[1][-1]))
            told.sort(key=lambda line: line[0], reverse=not top.bottom)
            found += [key for _, key in told[: top.count]]
        if len(found) > KEPT_MAX:
            reason = f"{len(found)} members are kept in all; at most {KEPT_MAX}: keep fewer within each parent"
            raise invalid(f"top/{index}", reason, "too_many")
        return tuple(found)


def measured(metric: str, window: Window | None) -> str:
    """The name under which a metric's figures stand in the cells, window by window."""
    if window is None:
        return metric
    return f"{metric}@{window.to_date or window.rolling}@{window.grain or ''}"


def meets(value: Cell, op: str, values: Sequence[str]) -> bool:
    """Whether a figure meets a condition; nothing meets none."""
    if not isinstance(value, Decimal | int):
        return False
    given, first = Decimal(value), Decimal(values[0])
    if op == "between":
        return first <= given <= Decimal(values[1])
    return {
        "eq": given == first,
        "ne": given != first,
        "gt": given > first,
        "gte": given >= first,
        "lt": given < first,
        "lte": given <= first,
    }[op]


def too_many_cells() -> Exception:
    """A refusal of a table that nobody could read."""
    reason = f"the table has more than {CELLS_MAX:,} cells: filter, keep the highest, or choose coarser levels"
    return invalid("rows", reason, "too_many_cells")


def _teller(kind: str, *, is_metric: bool) -> Callable[[Any], Cell] | None:
    """What makes a cell of an engine's value of this type; nothing where the value is the cell."""
    if is_metric:
        return None if is_exact(kind) else figure
    return None if kind in _AS_THEY_ARE else plain


def plain(value: object) -> Cell:
    """A member as it is shown."""
    if isinstance(value, datetime):
        return value.date() if value.time() == value.min.time() else value
    return value if value is None or isinstance(value, str | int | bool | date) else str(value)


def _value(member: Cell) -> Value:
    return None if member is None else str(member)


def _by_members(slices: Sequence[Slice]) -> dict[tuple[Members, ...], list[Slice]]:
    found: dict[tuple[Members, ...], list[Slice]] = {}
    for each in slices:
        found.setdefault(each.members, []).append(each)
    return found
