"""From loose data to the definition of a cross table; every wrong part is named at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from olap.errors import Problem, QueryInvalid
from olap.pivot.query import (
    DIMENSIONS_MAX,
    MEASURES_MAX,
    SHOWS,
    Condition,
    Empty,
    Having,
    Measure,
    NumberFormat,
    PivotQuery,
    Sort,
    Top,
    Window,
)
from olap.pivot.short import from_order, is_count, is_number, measure_name, pairs, plain
from olap.query import MetricQuery, Order

FLAT = ("where", "time", "compare", "order_by", "limit", "buckets", "attributes")
PARTS = (
    "metrics",
    "rows",
    "columns",
    *FLAT,
    "having",
    "subtotals",
    "totals",
    "sort",
    "top",
    "collapsed",
    "measures_on",
    "labels",
    "empty",
)
COMPARISONS = {"eq": 1, "ne": 1, "gt": 1, "gte": 1, "lt": 1, "lte": 1, "between": 2}
STYLES = ("good", "bad", "warning", "muted")
TOP_MAX = 200
ROLLING_MAX = 60


def read(data: Mapping[str, Any]) -> PivotQuery:
    """The table that a JSON object describes.  Raises: QueryInvalid."""
    return _Reader(data).read()


class _Reader:
    """Reads part by part and collects what is wrong."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []

    def read(self) -> PivotQuery:
        for name in sorted(set(self.data) - set(PARTS)):
            self._refuse(name, f"unknown part; a cross table has {', '.join(PARTS)}", "unknown_field")
        flat = self._flat()
        measures = self._measures()
        rows, columns = self._names("rows"), self._names("columns")
        self._check_dimensions(rows, columns)
        names = [measure.name for measure in measures]
        subtotals = self.data.get("subtotals", True)
        query = PivotQuery(
            measures=measures,
            rows=rows,
            columns=columns,
            where=flat.where,
            having=tuple(self._having(*each) for each in self._objects("having")),
            time=flat.time,
            compare=flat.compare,
            subtotals=(self._names("subtotals") or False) if isinstance(subtotals, list | tuple) else bool(subtotals),
            totals=self._one_of("totals", self.data, ("both", "rows", "columns", "none")),
            sort=(*self._sorts((*rows, *columns), names), *from_order(flat.order_by, rows, columns, names)),
            top=(*self._tops(names), *self._from_limit(flat, rows, measures)),
            collapsed=tuple(pairs(each) for _, each in self._objects("collapsed")),
            measures_on=self._one_of("measures_on", self.data, ("columns", "rows")),
            labels=self._one_of("labels", self.data, ("repeat", "merge")),
            empty=self._empty(),
            buckets=flat.buckets,
            attributes=flat.attributes,
        )
        self._check_names(query)
        if self.problems:
            raise QueryInvalid(self.problems)
        return query

    def _flat(self) -> MetricQuery:
        try:
            return MetricQuery.from_data(
                {"metrics": [], **{name: self.data[name] for name in FLAT if name in self.data}}
            )
        except QueryInvalid as error:
            self.problems += error.problems
            return MetricQuery(())

    def _measures(self) -> tuple[Measure, ...]:
        given = self.data.get("metrics")
        if not isinstance(given, list | tuple) or not given:
            self._refuse("metrics", "at least one metric is expected", "missing")
            return ()
        if len(given) > MEASURES_MAX:
            self._refuse("metrics", f"at most {MEASURES_MAX} metrics", "too_many")
        return tuple(self._measure(f"metrics/{index}", each) for index, each in enumerate(given[:MEASURES_MAX]))

    def _measure(self, path: str, given: Any) -> Measure:
        if isinstance(given, str):
            return Measure(given, given)
        if not isinstance(given, Mapping) or not isinstance(given.get("metric"), str):
            self._refuse(path, "a metric's name, or an object with metric, is expected")
            return Measure("", path)
        known = ("metric", "name", "label", "window", "show", "subtotals", "format", "conditions", "heat")
        self._check_parts(path, given, known)
        show = given.get("show")
        if show is not None and show not in SHOWS:
            self._refuse(f"{path}/show", f"unknown {show!r}; known are {', '.join(SHOWS)}", "unknown_show")
        window = self._window(f"{path}/window", given.get("window"))
        subtotals = given.get("subtotals")
        return Measure(
            metric=given["metric"],
            name=str(given.get("name") or measure_name(given["metric"], show, window)),
            label=None if given.get("label") is None else str(given["label"]),
            window=window,
            show=show if show in SHOWS else None,
            subtotals=None if subtotals is None else tuple(map(str, self._listed(f"{path}/subtotals", subtotals))),
            format=self._format(f"{path}/format", given.get("format") or {}),
            conditions=tuple(
                self._condition(f"{path}/conditions/{index}", each)
                for index, each in enumerate(self._listed(f"{path}/conditions", given.get("conditions") or ()))
            ),
            heat=bool(given.get("heat", False)),
        )

    def _window(self, path: str, given: Any) -> Window | None:
        if given is None:
            return None
        if not isinstance(given, Mapping) or bool(given.get("to_date")) == bool(given.get("rolling")):
            self._refuse(path, 'either {"to_date": grain} or {"rolling": number of periods} is expected')
            return None
        self._check_parts(path, given, ("to_date", "rolling", "grain"))
        rolling, grain, back = given.get("rolling"), given.get("grain"), given.get("to_date")
        if rolling is not None and (not is_count(rolling) or rolling > ROLLING_MAX):
            self._refuse(f"{path}/rolling", f"a whole number from 1 to {ROLLING_MAX} is expected")
            return None
        return Window(back and str(back), rolling, grain and str(grain))

    def _format(self, path: str, given: Any) -> NumberFormat:
        if not isinstance(given, Mapping):
            self._refuse(path, "an object is expected")
            return NumberFormat()
        self._check_parts(path, given, ("places", "scale", "negative", "shows_unit"))
        places = given.get("places")
        if places is not None and (not isinstance(places, int) or isinstance(places, bool) or not 0 <= places <= 10):  # noqa: PLR2004  # as many as any amount has
            self._refuse(f"{path}/places", "a whole number from 0 to 10 is expected")
            places = None
        return NumberFormat(
            places,
            self._one_of("scale", given, ("ones", "thousands", "millions"), path),
            self._one_of("negative", given, ("minus", "parentheses"), path),
            bool(given.get("shows_unit", True)),
        )

    def _condition(self, path: str, given: Any) -> Condition:
        if not isinstance(given, Mapping):
            self._refuse(path, "an object with op, value or values, and style is expected")
            return Condition("eq", ("0",), "muted")
        op, values = self._compared(path, given)
        style = given.get("style")
        if style not in STYLES:
            self._refuse(f"{path}/style", f"unknown {style!r}; known are {', '.join(STYLES)}", "unknown_style")
        return Condition(op, values, cast("Any", style))

    def _compared(self, path: str, given: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        op = str(given.get("op", "eq"))
        values = given.get("values") or ([given["value"]] if "value" in given else [])
        if op not in COMPARISONS:
            self._refuse(f"{path}/op", f"unknown {op!r}; known are {', '.join(COMPARISONS)}", "unknown_operator")
        elif len(values) != COMPARISONS[op]:
            self._refuse(f"{path}/values", f"{op} takes {COMPARISONS[op]} values, not {len(values)}")
        for value in values:
            if not is_number(value):
                self._refuse(f"{path}/values", f"a number is expected, not {value!r}", "wrong_type")
        return op, tuple(str(value) for value in values if is_number(value))

    def _having(self, path: str, given: Mapping[str, Any]) -> Having:
        op, values = self._compared(path, given)
        for part in ("dimension", "metric"):
            if not isinstance(given.get(part), str):
                self._refuse(f"{path}/{part}", "a name is expected", "missing")
        return Having(str(given.get("dimension")), str(given.get("metric")), op, values)

    def _sorts(self, dimensions: Sequence[str], measures: Sequence[str]) -> list[Sort]:
        found = []
        for path, given in self._objects("sort"):
            self._check_parts(path, given, ("axis", "by", "level", "at", "descending", "nested"))
            level, by = given.get("level"), str(given.get("by", "label"))
            if by not in {"label", *measures}:
                reason = f"unknown {by!r}; members are sorted by label, {', '.join(measures)}"
                self._refuse(f"{path}/by", reason, "unknown_column")
            if level is not None and level not in dimensions:
                reason = f"unknown level {level!r}; the table has {', '.join(dimensions)}"
                self._refuse(f"{path}/level", reason, "unknown_level")
            at = given.get("at") or {}
            found.append(
                Sort(
                    self._one_of("axis", given, ("rows", "columns"), path),
                    by,
                    level,
                    pairs(at) if isinstance(at, Mapping) else (),
                    bool(given.get("descending", False)),
                    bool(given.get("nested", True)),
                )
            )
        return found

    def _tops(self, measures: Sequence[str]) -> list[Top]:
        found = []
        for path, given in self._objects("top"):
            self._check_parts(path, given, ("dimension", "count", "by", "bottom", "others"))
            given_count, by = given.get("count"), str(given.get("by") or (measures[0] if measures else ""))
            count = given_count if isinstance(given_count, int) and is_count(given_count) else 0
            if not 1 <= count <= TOP_MAX:
                self._refuse(f"{path}/count", f"a whole number from 1 to {TOP_MAX} is expected")
            if by not in measures:
                self._refuse(f"{path}/by", f"unknown {by!r}; the table has {', '.join(measures)}", "unknown_column")
            others = bool(given.get("others", False))
            found.append(Top(str(given.get("dimension", "")), count, by, bool(given.get("bottom", False)), others))
        return found

    def _from_limit(self, flat: MetricQuery, rows: Sequence[str], measures: Sequence[Measure]) -> list[Top]:
        """`limit` is short for the highest members of the first row dimension."""
        if flat.limit is None or not rows or not measures:
            return []
        names = [measure.name for measure in measures]
        order = next((each for each in flat.order_by if each.field in names), Order(names[0], descending=True))
        return [Top(rows[0], flat.limit, order.field, bottom=not order.descending)]

    def _empty(self) -> Empty:
        given = self.data.get("empty") or {}
        if not isinstance(given, Mapping):
            self._refuse("empty", "an object with dates, members and text is expected")
            return Empty()
        self._check_parts("empty", given, ("dates", "members", "text"))
        return Empty(bool(given.get("dates")), bool(given.get("members")), str(given.get("text") or ""))

    def _check_dimensions(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        names = [*rows, *columns]
        if len(names) > DIMENSIONS_MAX:
            self._refuse("rows", f"at most {DIMENSIONS_MAX} dimensions in rows and columns", "too_many")
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._refuse("columns", f"{name} is asked for twice", "duplicate")

    def _check_names(self, query: PivotQuery) -> None:
        names = [measure.name for measure in query.measures]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._refuse("metrics", f"two figures are called {name}: give one of them another name", "duplicate")
        self._check_keys(query, names)
        for index, top in enumerate(query.top):
            if top.dimension not in query.dimensions:
                reason = f"{top.dimension!r} is not in the table; it has {', '.join(query.dimensions) or 'none'}"
                self._refuse(f"top/{index}/dimension", reason, "unknown_level")
        levels = {*query.dimensions, "total"}
        asked = [("subtotals", query.subtotals if isinstance(query.subtotals, tuple) else ())]
        asked += [(f"metrics/{place}/subtotals", each.subtotals or ()) for place, each in enumerate(query.measures)]
        for path, given in asked:
            for name in given:
                if name not in levels:
                    reason = f"unknown level {name!r}; the table has {', '.join(sorted(levels))}"
                    self._refuse(path, reason, "unknown_level")
        for index, each in enumerate(query.collapsed):
            names_ = {name for name, _ in each}
            if names_ not in [
                set(axis[:depth]) for axis in (query.rows, query.columns) for depth in range(1, len(axis))
            ]:
                reason = "a member with its parents is expected, such as {region: North} above its customers"
                self._refuse(f"collapsed/{index}", reason, "unknown_level")

    def _check_keys(self, query: PivotQuery, names: Sequence[str]) -> None:
        """Figures and dimensions stand in one record under names of their own, and lines are named by dimensions."""
        for place, name in enumerate(names):
            if name in query.dimensions:
                reason = f"{name} is a dimension of the table: give the figure another name"
                self._refuse(f"metrics/{place}/name", reason, "duplicate")
        for index, sort in enumerate(query.sort):
            self._check_line(f"sort/{index}/at", sort, query)

    def _check_line(self, path: str, sort: Sort, query: PivotQuery) -> None:
        """A line of the other axis is named by its members from the first level on."""
        across = query.across(sort.axis)
        named = {name for name, _ in sort.at}
        if named != set(across[: len(named)]):
            reason = f"members of {', '.join(across) or 'no dimension'} are expected, from the first on"
            self._refuse(path, reason, "unknown_field")

    def _refuse(self, path: str, reason: str, code: str = "invalid") -> None:
        self.problems.append(Problem(path, reason, code))

    def _check_parts(self, path: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
        for name in sorted(set(given) - set(known)):
            self._refuse(f"{path}/{name}", f"unknown part; known are {', '.join(known)}", "unknown_field")

    def _one_of(self, name: str, given: Mapping[str, Any], known: Sequence[str], path: str = "") -> Any:
        value = given.get(name, known[0])
        if value not in known:
            place = f"{path}/{name}".lstrip("/")
            self._refuse(place, f"unknown {value!r}; known are {', '.join(known)}", "unknown_choice")
            return known[0]
        return value

    def _listed(self, path: str, given: Any) -> Sequence[Any]:
        if isinstance(given, list | tuple):
            return given
        self._refuse(path, "a list is expected")
        return ()

    def _names(self, name: str) -> tuple[str, ...]:
        given = self._listed(name, self.data.get(name) or ())
        for index, each in enumerate(given):
            if not isinstance(each, str):
                self._refuse(f"{name}/{index}", "a name is expected")
        return tuple(plain(each) for each in given if isinstance(each, str))

    def _objects(self, name: str) -> list[tuple[str, Mapping[str, Any]]]:
        found = []
        for index, each in enumerate(self._listed(name, self.data.get(name) or ())):
            if isinstance(each, Mapping):
                found.append((f"{name}/{index}", each))
            else:
                self._refuse(f"{name}/{index}", "an object is expected")
        return found
