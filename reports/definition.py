"""What a report shows, as validated JSON around a MetricQuery or a pivot: it grows with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from charts.kinds import KINDS
from olap.errors import Problem, QueryInvalid
from olap.pivot import PivotQuery
from olap.query import Filter, MetricQuery, TimeRange, Value
from reports.periods import PERIODS_TOLD, days_of, is_period
from reports.sources.rows_query import RowsQuery

Question = MetricQuery | PivotQuery
Kind = Literal["table", "pivot", "rows"]
KINDS_OF_QUESTION = ("table", "pivot", "rows")
_OF_FIGURES = ("period", "chart")
CHARTS = tuple(KINDS)
_KNOWN = ("kind", "question", "period", "chart", "parameters", "title")
_TITLE_MAX = 200


@dataclass(frozen=True)
class Chart:
    """How the figures are drawn beside the table."""

    type: str
    metric: str


@dataclass(frozen=True)
class Parameter:
    """A filter whose value is given when the report is run."""

    name: str
    field: str
    op: str = "eq"
    is_required: bool = False
    default: tuple[Value, ...] = ()
    """What holds where nothing is given; an empty list that is given takes it away."""


@dataclass(frozen=True)
class Definition:
    """A report's question, the days it moves with, its chart and its parameters."""

    kind: Kind
    question: Question
    """What figures are asked for; none where the report lists rows of a source."""
    period: str | None = None
    chart: Chart | None = None
    parameters: tuple[Parameter, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The JSON it was read from, as it is kept."""
    rows: RowsQuery | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Definition:
        """The definition in a JSON object.  Raises: QueryInvalid naming every part that means nothing."""
        return _Reader(data).read()

    def question_at(self, today: date, *, values: Mapping[str, Any] | None = None, period: Any = None) -> Question:
        """The question of one run: its days found and its parameters filled in.

        Raises: QueryInvalid for a parameter that is unknown, missing or no text, and for an unknown period.
        """
        question = replace(self.question, where=(*self.question.where, *self.given(values or {}).values()))
        return replace(question, time=self._time(today, period))

    def rows_with(self, values: Mapping[str, Any], extra: tuple[Filter, ...] = ()) -> RowsQuery | None:
        """The rows of one run, for a report that lists rows.  Raises: QueryInvalid."""
        if self.rows is None:
            return None
        return replace(self.rows, where=(*self.rows.where, *self.given(values).values(), *extra))

    def titled(self, locale: str, default: str = "") -> str:
        """The title in a language."""
        return self.title.get(locale.partition("-")[0]) or self.title.get("en") or default

    def _time(self, today: date, period: Any) -> TimeRange:
        time, name = self.question.time, self.period if period is None else period
        if name is None:
            return time
        if isinstance(name, Mapping):
            return self._range(name)
        if not is_period(str(name)):
            raise QueryInvalid([_unknown_period(str(name))])
        start, end = days_of(str(name), today)
        return TimeRange(start=start, end=end, grain=time.grain)

    def _range(self, given: Mapping[str, Any]) -> TimeRange:
        """The range in an object of days.  Raises: QueryInvalid, also for one without any day."""
        asked = MetricQuery.from_data({"metrics": [], "time": dict(given)}).time
        if asked.start is None and asked.last_day is None:
            reason = "an object with start, end or as_of, or the name of a period, is expected"
            raise QueryInvalid([Problem("period", reason, "missing")])
        return replace(asked, grain=asked.grain or self.question.time.grain)

    def given(self, values: Mapping[str, Any]) -> dict[str, Filter]:
        """The filters that values of parameters make, by parameter; defaults hold where nothing is given.

        Raises: QueryInvalid for a parameter that is unknown, missing or no text.
        """
        known = {each.name: each for each in self.parameters}
        problems = [
            Problem(f"parameters/{name}", f"unknown parameter; known are {', '.join(known) or 'none'}", "unknown_field")
            for name in sorted(set(values) - set(known))
        ]
        found: dict[str, Filter] = {}
        for each in self.parameters:
            value = values.get(each.name)
            if value is None and each.default:
                value = list(each.default)
            if value is None or value == []:
                if each.is_required:
                    problems.append(Problem(f"parameters/{each.name}", "a value is expected", "missing"))
                continue
            listed = value if isinstance(value, list) else [value]
            asked = {"field": each.field, "op": "in" if isinstance(value, list) else each.op, "values": listed}
            try:
                (found[each.name],) = MetricQuery.from_data({"metrics": [], "where": [asked]}).where
            except QueryInvalid as error:
                problems += [Problem(f"parameters/{each.name}", one.reason, one.code) for one in error.problems]
        if problems:
            raise QueryInvalid(problems)
        return found


class _Reader:
    """Turns loose data into a definition, collecting every problem on the way."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []

    def read(self) -> Definition:
        for name in sorted(set(self.data) - set(_KNOWN)):
            self._refuse(name, f"unknown part; a definition has {', '.join(_KNOWN)}", "unknown_field")
        kind: Kind = self.data["kind"] if self.data.get("kind") in KINDS_OF_QUESTION else "table"
        if self.data.get("kind", "table") not in KINDS_OF_QUESTION:
            self._refuse("kind", f"one of {', '.join(KINDS_OF_QUESTION)} is expected", "unknown_choice")
        rows = self._rows() if kind == "rows" else None
        question = MetricQuery(()) if kind == "rows" else self._question(kind)
        found = Definition(
            kind=kind,
            question=question,
            period=self._period(),
            chart=self._chart(question),
            parameters=tuple(self._parameter(index, each) for index, each in enumerate(self._list("parameters"))),
            title=self._title(),
            raw=dict(self.data),
            rows=rows,
        )
        if rows is not None and rows.statement is not None and found.parameters:
            self._refuse("parameters", "a statement says its conditions itself", "none_required")
        if self.problems:
            raise QueryInvalid(self.problems)
        return found

    def _refuse(self, path: str, reason: str, code: str = "invalid") -> None:
        self.problems.append(Problem(path, reason, code))

    def _list(self, name: str) -> list[Any]:
        given = self.data.get(name) or []
        if not isinstance(given, list):
            self._refuse(name, "a list is expected")
            return []
        return given

    def _question(self, kind: str) -> Question:
        given = self.data.get("question")
        if not isinstance(given, Mapping):
            self._refuse("question", "an object with metrics is expected", "missing")
            return MetricQuery(())
        try:
            return PivotQuery.from_data(given) if kind == "pivot" else MetricQuery.from_data(given)
        except QueryInvalid as error:
            self.problems += [Problem(f"question/{each.path}", each.reason, each.code) for each in error.problems]
        except (TypeError, AttributeError):
            self._refuse("question", "cannot be read", "unreadable")
        return MetricQuery(())

    def _rows(self) -> RowsQuery | None:
        for name in _OF_FIGURES:
            if self.data.get(name) is not None:
                self._refuse(name, "rows of a source have none", "none_required")
        given = self.data.get("question")
        try:
            return RowsQuery.from_data(given if isinstance(given, Mapping) else {})
        except QueryInvalid as error:
            self.problems += [Problem(f"question/{each.path}", each.reason, each.code) for each in error.problems]
        return None

    def _period(self) -> str | None:
        name = self.data.get("period")
        if name is None or self.data.get("kind") == "rows" or (isinstance(name, str) and is_period(name)):
            return name
        self.problems.append(_unknown_period(str(name)))
        return None

    def _chart(self, question: Question) -> Chart | None:
        given = self.data.get("chart")
        if given is None or self.data.get("kind") == "rows":
            return None
        if not isinstance(given, Mapping) or given.get("type") not in CHARTS:
            self._refuse("chart/type", f"one of {', '.join(CHARTS)} is expected", "unknown_choice")
            return None
        metric = str(given.get("metric") or next(iter(question.metrics), ""))
        if metric not in question.metrics:
            self._refuse("chart/metric", f"{metric} is not asked for: {', '.join(question.metrics)}", "unknown_choice")
        return Chart(str(given["type"]), metric)

    def _parameter(self, index: int, given: Any) -> Parameter:
        path = f"parameters/{index}"
        if not isinstance(given, Mapping) or not isinstance(given.get("field"), str):
            self._refuse(path, "an object with name, field and op is expected")
            return Parameter("", "")
        default = given.get("default") or []
        if not isinstance(default, list) or not all(each is None or isinstance(each, str) for each in default):
            self._refuse(f"{path}/default", "a list of texts is expected")
            default = []
        return Parameter(
            name=str(given.get("name") or given["field"]),
            field=given["field"],
            op=str(given.get("op", "eq")),
            is_required=given.get("is_required") is True,
            default=tuple(default),
        )

    def _title(self) -> Mapping[str, str]:
        given = self.data.get("title") or {}
        if not isinstance(given, Mapping) or not all(
            isinstance(text, str) and len(text) <= _TITLE_MAX for text in given.values()
        ):
            self._refuse("title", f"texts of up to {_TITLE_MAX} letters by language are expected")
            return {}
        return {str(language): text for language, text in given.items()}


def _unknown_period(name: str) -> Problem:
    return Problem("period", f"unknown period {name!r}; {PERIODS_TOLD}", "unknown_period")
