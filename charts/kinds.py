"""The chart kinds there are: which result each takes, and what draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from charts import basic, courses, flows, parts, world
from charts.marks import Column, Picture
from charts.table import Table, Unfit

Draw = Callable[[Table, Column], Picture]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a result consists of: periods, members by so many dimensions, so many figures, and a comparison."""

    has_time: bool
    dimensions: int
    metrics: int
    is_compared: bool = False


@dataclass(frozen=True, slots=True)
class Takes:
    """One shape that a kind can draw."""

    time: bool
    dimensions: tuple[int, int]
    metrics_min: int = 1
    is_compared: bool = False

    def fits(self, shape: Shape) -> bool:
        """Whether a result has this shape."""
        return (
            shape.has_time == self.time
            and self.dimensions[0] <= shape.dimensions <= self.dimensions[1]
            and shape.metrics >= self.metrics_min
            and (shape.is_compared or not self.is_compared)
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of chart."""

    name: str
    takes: tuple[Takes, ...]
    draw: Draw | None
    """None for a table, which is the result itself."""

    def fits(self, shape: Shape) -> bool:
        """Whether it can draw a result of a shape."""
        return any(each.fits(shape) for each in self.takes)


_NOTHING, _MEMBERS, _TWO = (0, 0), (1, 1), (2, 2)
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("line", (Takes(True, (0, 1)),), basic.line),
        Kind("area", (Takes(True, (0, 1)),), basic.area),
        Kind("bar", (Takes(True, _NOTHING), Takes(False, (1, 3))), basic.bar),
        Kind("stacked", (Takes(True, _MEMBERS), Takes(False, _TWO)), basic.stacked),
        Kind("pie", (Takes(False, _MEMBERS), Takes(True, _NOTHING)), basic.pie),
        Kind("number", (Takes(False, _NOTHING), Takes(True, _NOTHING), Takes(False, (1, 6))), basic.figure),
        Kind("table", (Takes(True, (0, 6)), Takes(False, (0, 6))), None),
        Kind("funnel", (Takes(False, _NOTHING, metrics_min=2), Takes(False, _MEMBERS)), parts.funnel),
        Kind(
            "waterfall",
            (Takes(True, _NOTHING), Takes(False, _MEMBERS, is_compared=True), Takes(False, _NOTHING, metrics_min=3)),
            parts.waterfall,
        ),
        Kind("heat", (Takes(True, _MEMBERS), Takes(False, _TWO)), parts.heat),
        Kind("sankey", (Takes(False, (2, 3)),), flows.sankey),
        Kind("box", (Takes(True, _MEMBERS),), parts.box),
        Kind("map", (Takes(False, _MEMBERS),), world.world),
        Kind("control", (Takes(True, _NOTHING),), courses.control),
        Kind("forecast", (Takes(True, _NOTHING),), courses.forecast),
    )
}


def check_shape(name: str, shape: Shape) -> Kind:
    """The kind, where it can draw a result of a shape.  Raises: Unfit, with what it would take."""
    kind = KINDS.get(name)
    if kind is None:
        raise Unfit("unknown_kind", kind=name, known=", ".join(KINDS))
    if not kind.fits(shape):
        raise Unfit(f"takes_{name}")
    return kind


def fitting(shape: Shape) -> list[str]:
    """The kinds that can draw a result of a shape; the plainest come first."""
    return [name for name, kind in KINDS.items() if kind.fits(shape)]


def shape_of(table: Table) -> Shape:
    """The shape of a result at hand."""
    compared = any(str(each["name"]).endswith("_previous") for each in table.columns)
    return Shape(table.time is not None, len(table.dimensions), len(table.metrics), compared)


def draw(name: str, table: Table, metric: str) -> Picture | None:
    """The picture; None for a table.  Raises: Unfit, with the reason, where the result cannot be drawn so."""
    kind = check_shape(name, shape_of(table))
    column = table.metric(metric)
    if kind.draw is None:
        return None
    if not any(row.get(metric) is not None for row in table.rows):
        raise Unfit("empty")
    return kind.draw(table, column)


def reason(unfit: Unfit) -> dict[str, Any]:
    """Why a result cannot be drawn, for JSON: a name and its facts."""
    return {"code": unfit.code, "values": {name: str(value) for name, value in unfit.values.items()}}
