"""A picture as a vector drawing for documents to print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Group, Polygon, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.pdfbase.pdfmetrics import stringWidth

from charts import marks
from charts.ends import ends_of, spread
from charts.pen import Pen
from reports.pictures import title_of

_HEIGHT = 190.0
_LINE_HEIGHT = 15.0
_LABEL_MAX = 26
_NAMES_MAX = 12
_SIZE_OF_NAMES = 6
_SIZE = 7
_LARGE = 26
_LEGEND_WIDTH = 96.0
_TOP, _BOTTOM, _RIGHT = 32.0, 16.0, 34.0
# Okabe and Ito's palette, as on the pages.
_SERIES = [
    colors.HexColor(code)
    for code in ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7F7F7F", "#B8A200")
]
_MUTED, _GRID, _TEXT = (colors.HexColor(code) for code in ("#66737F", "#E4E9EE", "#1B2733"))


@dataclass(frozen=True)
class _Plane:
    """Where a point of the picture lies on the paper."""

    left: float
    bottom: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The point."""
        return (
            self.left + (x - self.x[0]) / (self.x[1] - self.x[0] or 1) * self.width,
            self.bottom + (y - self.y[0]) / (self.y[1] - self.y[0] or 1) * self.height,
        )


def drawing_of(picture: marks.Picture, pen: Pen, width: float, font: str) -> Any:
    """The drawing, as wide as the page's text."""
    height = max(90.0, _LINE_HEIGHT * picture.lines + 50) if picture.lines else _HEIGHT
    drawing = Drawing(width, height)
    plane = _plane(picture, pen, width, height, font)
    drawing.add(String(0, height - 9, title_of(picture, pen.locale), fontName=font, fontSize=8, fillColor=_MUTED))
    _legend(drawing, picture, pen, height, font)
    _axis_below(drawing, picture.x, plane, pen, font)
    _axis_beside(drawing, picture.y, plane, pen, font)
    inside = Group()
    for mark in picture.marks:
        _PAINT[type(mark)](inside, mark, plane, pen, font)
    _names(inside, picture, plane, pen, font)
    drawing.add(inside)
    return drawing


def _plane(picture: marks.Picture, pen: Pen, width: float, height: float, font: str) -> _Plane:
    left = 4.0
    if isinstance(picture.y, marks.Places):
        names = [_label(pen.key(key)) for key in picture.y.keys]
        left = max((stringWidth(name, font, _SIZE) for name in names), default=0.0) + 10
    elif isinstance(picture.y, marks.Values):
        names = [pen.short(mark, picture.y.column) for mark in picture.y.marks]
        left = max((stringWidth(name, font, _SIZE) for name in names), default=0.0) + 8
    bottom = 4.0 if isinstance(picture.x, marks.Extent) else _BOTTOM
    x, y = marks.extent_of(picture.x), marks.extent_of(picture.y)
    if isinstance(picture.y, marks.Places) and picture.y.is_reversed:
        y = y[1], y[0]
    across, up = width - left - _RIGHT, height - _TOP - bottom
    if picture.is_square:
        step = min(across / abs(x[1] - x[0]), up / abs(y[1] - y[0]))
        across, up = step * abs(x[1] - x[0]), step * abs(y[1] - y[0])
    return _Plane(left, bottom, across, up, x, y)


def _label(text: str) -> str:
    return text if len(text) <= _LABEL_MAX else text[: _LABEL_MAX - 1] + "…"


def _colour(tone: marks.Tone) -> Any:
    if isinstance(tone, int):
        return _SERIES[tone % len(_SERIES)]
    if isinstance(tone, float):
        return colors.linearlyInterpolatedColor(colors.HexColor("#E9F1F7"), _SERIES[0], 0, 1, min(1.0, max(0.0, tone)))
    named = {"good": _SERIES[2], "bad": _SERIES[5], "muted": _MUTED, "total": _MUTED, "paper": colors.white}
    return named.get(tone, _GRID if tone == "faint" else _TEXT)


def _legend(drawing: Any, picture: marks.Picture, pen: Pen, height: float, font: str) -> None:
    named = marks.named(picture.marks)
    if len(named) < 2:  # noqa: PLR2004  # one colour needs no legend
        return
    for place, (series, tone) in enumerate(named):
        x = place * _LEGEND_WIDTH
        drawing.add(Rect(x, height - 23, 6, 6, fillColor=_colour(tone), strokeColor=None))
        name = _label(pen.series(series))[:20]
        drawing.add(String(x + 9, height - 23, name, fontName=font, fontSize=_SIZE, fillColor=_MUTED))


def _axis_below(drawing: Any, axis: marks.Axis, plane: _Plane, pen: Pen, font: str) -> None:
    if not isinstance(axis, marks.Places):
        return
    every = max(1, -(-len(axis.keys) // _NAMES_MAX))
    room = plane.width / max(1, len(axis.keys)) * every
    for place in range(0, len(axis.keys), every):
        x, _ = plane.at(place, plane.y[0])
        name = _fitting(pen.under_axis(axis.keys[place])[0], room - 3, font)
        drawing.add(
            String(x, plane.bottom - 10, name, fontName=font, fontSize=_SIZE, fillColor=_MUTED, textAnchor="middle")
        )


def _fitting(text: str, width: float, font: str) -> str:
    """As much of a name as there is room for."""
    while len(text) > 1 and stringWidth(text, font, _SIZE) > width:
        text = f"{text.rstrip('…')[:-1]}…"
    return text


def _axis_beside(drawing: Any, axis: marks.Axis, plane: _Plane, pen: Pen, font: str) -> None:
    if isinstance(axis, marks.Places):
        written: list[tuple[float, str]] = [(place, _label(pen.key(key))) for place, key in enumerate(axis.keys)]
    elif isinstance(axis, marks.Values):
        written = [(mark, pen.short(mark, axis.column)) for mark in axis.marks]
    else:
        return
    for height, name in written:
        x, y = plane.at(plane.x[0], height)
        if isinstance(axis, marks.Values):
            drawing.add(PolyLine([x, y, x + plane.width, y], strokeColor=_GRID, strokeWidth=0.5))
        drawing.add(String(x - 5, y - 2.5, name, fontName=font, fontSize=_SIZE, fillColor=_MUTED, textAnchor="end"))


def _rect(drawing: Any, mark: marks.Rect, plane: _Plane, pen: Pen, font: str) -> None:
    del pen, font
    (x0, y0), (x1, y1) = plane.at(mark.x0, mark.y0), plane.at(mark.x1, mark.y1)
    place = min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)
    drawing.add(Rect(*place, fillColor=_colour(mark.tone), strokeColor=None))


def _line(drawing: Any, mark: marks.Line, plane: _Plane, pen: Pen, font: str) -> None:
    del pen, font
    style: dict[str, Any] = {"strokeColor": _colour(mark.tone), "strokeWidth": 0.9 if mark.tone == "muted" else 1.5}
    if mark.is_dotted:
        style["strokeDashArray"] = (2, 2)
    for part in _parts(mark.points):
        drawing.add(PolyLine([each for point in part for each in plane.at(*point)], **style))


def _names(drawing: Any, picture: marks.Picture, plane: _Plane, pen: Pen, font: str) -> None:
    """At the ends of the lines, none upon another."""
    ends = [end for end in ends_of(picture.marks) if end.series.key is not None]
    places = [plane.at(end.x, end.y) for end in ends]
    for end, (x, _), y in zip(ends, places, spread([y for _, y in places], _SIZE_OF_NAMES + 1), strict=True):
        name = _label(pen.series(end.series))[:9]
        drawing.add(String(x + 3, y - 2, name, fontName=font, fontSize=_SIZE_OF_NAMES, fillColor=_MUTED))


def _parts(points: tuple[tuple[float, float | None], ...]) -> list[list[tuple[float, float]]]:
    """A line without its gaps."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            found.append([])
        else:
            found[-1].append((x, y))
    return [part for part in found if len(part) > 1]


def _area(drawing: Any, mark: marks.Area, plane: _Plane, pen: Pen, font: str) -> None:
    del pen, font
    outline = [each for point in mark.outline for each in plane.at(*point)]
    colour = _colour(mark.tone)
    fill = colors.Color(colour.red, colour.green, colour.blue, alpha=0.35) if mark.is_faint else colour
    edge = None if mark.is_faint else colors.white
    drawing.add(Polygon(outline, fillColor=fill, strokeColor=edge, strokeWidth=0.8))


def _dot(drawing: Any, mark: marks.Dot, plane: _Plane, pen: Pen, font: str) -> None:
    del pen, font
    x, y = plane.at(mark.x, mark.y)
    drawing.add(Circle(x, y, 1.8 if mark.is_large else 1.0, fillColor=_colour(mark.tone), strokeColor=None))


_ANCHORS = {"right": "start", "left": "end", "above_left": "end"}


def _words(drawing: Any, mark: marks.Words, plane: _Plane, pen: Pen, font: str) -> None:
    x, y = plane.at(mark.x, mark.y)
    size = _LARGE if mark.tone == "large" else 5 if mark.text else _SIZE
    shift = {"right": 4.0, "left": -4.0}.get(mark.anchor, 0.0)
    rise = 3.0 if mark.anchor.startswith("above") else -size / 3
    drawing.add(
        String(
            x + shift,
            y + rise,
            pen.words(mark),
            fontName=font,
            fontSize=size,
            fillColor=_colour(mark.tone),
            textAnchor=_ANCHORS.get(mark.anchor, "middle"),
        )
    )


_PAINT: dict[type, Callable[..., None]] = {
    marks.Rect: _rect,
    marks.Line: _line,
    marks.Area: _area,
    marks.Dot: _dot,
    marks.Words: _words,
}
