"""From the definition of a cross table to a JSON object, without what goes without saying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from olap.pivot.query import Measure, NumberFormat, PivotQuery, Sort
from olap.query import Compare, Filter


def written(query: PivotQuery) -> dict[str, Any]:
    """The table as an object that `PivotQuery.from_data` reads back as the same table."""
    whole = {"metrics": [_measure(each) for each in query.measures]}
    for part in fields(PivotQuery):
        value = getattr(query, part.name)
        if part.name == "compare" and isinstance(value, Compare):
            whole["compare"] = value.kind if value.kind != "range" else _said(value, leave=("kind",))  # type: ignore[assignment]  # a word or an object
        elif part.name == "buckets":
            pairs = {each.field: [[one.first, one.last] for one in each.buckets] for each in value}
            whole |= {"buckets": pairs} if pairs else {}  # type: ignore[dict-item]  # an object of pairs
        elif part.name == "collapsed":
            whole |= {"collapsed": [dict(each) for each in value]} if value else {}
        elif part.name != "measures" and value not in (None, (), _default(part)):
            whole[part.name] = _plain(value)
    return whole


def written_filter(given: Filter) -> dict[str, Any]:
    """A filter as an object."""
    return {"field": given.field, "op": given.op, "values": list(given.values)}


def written_format(given: NumberFormat) -> dict[str, Any]:
    """A number format as an object with all of its parts."""
    return {part.name: getattr(given, part.name) for part in fields(given)}


def _measure(measure: Measure) -> Any:
    return measure.metric if measure == Measure(measure.metric, measure.metric) else _said(measure)


def _said(value: Any, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a part that differ from what they are where nothing is said."""
    found = {}
    for part in fields(value):
        given = getattr(value, part.name)
        if part.name not in leave and given != _default(part):
            found[part.name] = _plain(given)
    return found


def _default(part: Any) -> Any:
    if callable(part.default_factory):
        return part.default_factory()
    return part.default


def _plain(value: Any) -> Any:
    if isinstance(value, Filter):
        return written_filter(value)
    if isinstance(value, Sort):
        return {**_said(value, leave=("at",)), **({"at": dict(value.at)} if value.at else {})}
    if is_dataclass(value):
        return _said(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value
