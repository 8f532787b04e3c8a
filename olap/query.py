"""The one request type and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, cast

from olap.buckets import Buckets, read_buckets
from olap.errors import Problem, QueryInvalid
from olap.restated import RestatedPeriod

OPERATORS = (
    "eq",
    "ne",
    "in",
    "not_in",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "contains",
    "starts_with",
    "is_null",
    "not_null",
)

Value = str | None

Attributes = Literal["then", "now"]
"""Whether attributes of master data are told as they were when a row was made, or as they are now."""

CompareKind = Literal["previous_period", "previous_year", "range"]


@dataclass(frozen=True)
class Filter:
    """A condition on one dimension; a value of None is the blank member."""

    field: str
    op: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Members:
    """Members that alone count, or that are left out: what remains then are the others."""

    by: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    are_kept: bool = False


@dataclass(frozen=True)
class TimeRange:
    """The days that count, both ends included; `as_of` is the end of a range without a start."""

    start: date | None = None
    end: date | None = None
    grain: str | None = None
    as_of: date | None = None

    @property
    def last_day(self) -> date | None:
        """The day at which balances are read."""
        return self.as_of or self.end


@dataclass(frozen=True)
class Compare:
    """The range that figures are compared with."""

    kind: CompareKind
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Order:
    """One column to sort by."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class MetricQuery:
    """A question for figures, in public names only."""

    metrics: tuple[str, ...]
    group_by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    time: TimeRange = field(default_factory=TimeRange)
    compare: Compare | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    totals: bool = False
    others: bool = False
    buckets: tuple[Buckets, ...] = ()
    """Buckets of ages in place of those of the catalogue."""
    attributes: Attributes | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> MetricQuery:
        """The question in a JSON object as HTTP, a dashboard or a language model sends it.

        Raises: QueryInvalid, naming every part that cannot be read.
        """
        return _Reader(data).read()

    def at(self, time: TimeRange) -> MetricQuery:
        """The same question about other days."""
        return replace(self, time=time, compare=None)

    def grouped(self, *group_by: str, grain: str | None = None) -> MetricQuery:
        """The same question at another grain, without order, limit and comparison."""
        return replace(
            self,
            group_by=group_by,
            time=replace(self.time, grain=grain),
            compare=None,
            order_by=(),
            limit=None,
            totals=False,
            others=False,
        )


@dataclass(frozen=True)
class Column:
    """One column of an answer. Units: `unit` names what a number counts; `share` columns are fractions."""

    name: str
    label: str
    type: Literal["text", "date", "number", "money", "share"]
    unit: str | None
    role: Literal["dimension", "time", "metric", "previous", "change", "change_share"]
    currency: str | None = None
    """That of all amounts of the column; None where there are several, or no amounts."""

    @property
    def heading(self) -> str:
        """What stands above it where nothing else tells the currency: in files and letters."""
        return f"{self.label} ({self.currency})" if self.type == "money" and self.currency else self.label


Cell = str | date | datetime | Decimal | int | bool | None


@dataclass(frozen=True)
class Evidence:
    """What stands behind the figures, enough to compute them again elsewhere."""

    definitions: tuple[Mapping[str, Any], ...]
    sql: str
    statements: Mapping[str, str]
    data_version: str
    watermark: str | None
    loaded_at: str | None
    filters: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """The things of which the asker may not see some, which the figures therefore do not count."""
    restated: tuple[RestatedPeriod, ...] = ()
    """Periods among those counted that were opened again after their figures were told."""


@dataclass(frozen=True)
class QueryResult:
    """The figures: one mapping a row, keyed by column name; totals at their own grain, None where not asked for."""

    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    totals: Mapping[str, Cell] | None
    others: Mapping[str, Cell] | None
    evidence: Evidence


class _Reader:
    """Turns loose data into a question, collecting every problem on the way."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []

    def read(self) -> MetricQuery:
        known = tuple(each.name for each in fields(MetricQuery))
        for name in sorted(set(self.data) - set(known)):
            self._refuse(name, f"unknown part; a question has {', '.join(known)}", "unknown_field")
        query = MetricQuery(
            metrics=self._names("metrics"),
            group_by=self._names("group_by"),
            where=tuple(self._filter(index, each) for index, each in enumerate(self._list("where"))),
            time=self._time(),
            compare=self._compare(),
            order_by=tuple(self._order(index, each) for index, each in enumerate(self._list("order_by"))),
            limit=self._limit(),
            totals=bool(self.data.get("totals", False)),
            others=bool(self.data.get("others", False)),
            buckets=read_buckets(self.data.get("buckets"), self.problems),
            attributes=self._attributes(),
        )
        if self.problems:
            raise QueryInvalid(self.problems)
        return query

    def _refuse(self, path: str, reason: str, code: str = "invalid") -> None:
        self.problems.append(Problem(path, reason, code))

    def _list(self, name: str) -> Sequence[Any]:
        given = self.data.get(name)
        if given is None:
            return []
        if isinstance(given, list | tuple):
            return given
        self._refuse(name, "a list is expected")
        return []

    def _names(self, name: str) -> tuple[str, ...]:
        names = self._list(name)
        for index, each in enumerate(names):
            if not isinstance(each, str):
                self._refuse(f"{name}/{index}", "a name is expected")
        return tuple(dict.fromkeys(each for each in names if isinstance(each, str)))

    def _filter(self, index: int, given: Any) -> Filter:
        path = f"where/{index}"
        if not isinstance(given, Mapping) or not isinstance(given.get("field"), str):
            self._refuse(path, "an object with field, op and value or values is expected")
            return Filter("", "eq")
        listed = given.get("values")
        op = str(given.get("op", "eq" if listed is None else "in"))
        if op not in OPERATORS:
            self._refuse(f"{path}/op", f"unknown operator {op!r}; known are {', '.join(OPERATORS)}", "unknown_operator")
        values = listed if listed is not None else [given["value"]] if "value" in given else []
        if isinstance(values, str) or not isinstance(values, Sequence):
            self._refuse(f"{path}/values", "a list is expected")
            values = []
        self._check_count(path, op, len(values))
        return Filter(given["field"], op, tuple(self._value(path, each) for each in values))

    def _check_count(self, path: str, op: str, count: int) -> None:
        wanted = {"is_null": 0, "not_null": 0, "between": 2, "in": None, "not_in": None}.get(op, 1)
        if wanted is not None and count != wanted:
            self._refuse(f"{path}/values", f"{op} takes {wanted} values, not {count}")
        if wanted is None and count == 0:
            self._refuse(f"{path}/values", f"{op} takes at least one value")

    def _value(self, path: str, given: Any) -> Value:
        if isinstance(given, str) and "\x00" in given:
            self._refuse(f"{path}/values", "a text without null characters is expected", "unreadable")
            return None
        if given is None or isinstance(given, str):
            return given
        if isinstance(given, bool):
            return "true" if given else "false"
        if isinstance(given, int | float | Decimal | date):
            return str(given)
        self._refuse(f"{path}/values", "texts, numbers, days or null are expected")
        return None

    def _time(self) -> TimeRange:
        given = self.data.get("time") or {}
        if not isinstance(given, Mapping):
            self._refuse("time", "an object with start, end, grain and as_of is expected")
            return TimeRange()
        for name in sorted(set(given) - {"start", "end", "grain", "as_of"}):
            self._refuse(f"time/{name}", "unknown part; time has start, end, grain, as_of", "unknown_field")
        grain = given.get("grain")
        return TimeRange(
            start=self._day("time/start", given.get("start")),
            end=self._day("time/end", given.get("end")),
            grain=None if grain is None else str(grain),
            as_of=self._day("time/as_of", given.get("as_of")),
        )

    def _day(self, path: str, given: Any) -> date | None:
        if given is None:
            return None
        if isinstance(given, datetime):
            return given.date()
        if isinstance(given, date):
            return given
        try:
            return date.fromisoformat(str(given))
        except ValueError:
            self._refuse(path, "a day such as 2026-03-31 is expected")
            return None

    def _compare(self) -> Compare | None:
        given = self.data.get("compare")
        if given is None:
            return None
        if given in ("previous_period", "previous_year"):
            return Compare(given)
        if isinstance(given, Mapping) and "end" in given:
            start, end = self._day("compare/start", given.get("start")), self._day("compare/end", given.get("end"))
            return Compare("range", start, end)
        self._refuse("compare", "previous_period, previous_year or an object with start and end is expected")
        return None

    def _attributes(self) -> Attributes | None:
        given = self.data.get("attributes")
        if given in {None, "then", "now"}:
            return cast("Attributes | None", given)
        self._refuse(
            "attributes", "then (as they were when the document was made) or now is expected", "unknown_choice"
        )
        return None

    def _order(self, index: int, given: Any) -> Order:
        if isinstance(given, str) and given.strip("-"):
            return Order(given.removeprefix("-"), given.startswith("-"))
        if isinstance(given, Mapping) and isinstance(given.get("field"), str):
            return Order(given["field"], bool(given.get("descending", False)))
        self._refuse(f"order_by/{index}", "a column name, with a minus in front for descending, is expected")
        return Order("")

    def _limit(self) -> int | None:
        given = self.data.get("limit")
        if given is None:
            return None
        if isinstance(given, int) and not isinstance(given, bool) and given >= 1:
            return given
        self._refuse("limit", "a whole number from 1 is expected")
        return None
