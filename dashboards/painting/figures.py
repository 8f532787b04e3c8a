"""Pictures as the pages draw them, in one look that works in light and dark.

Axes are written by us and not by the browser: a reader of Chinese counts in 万, one of English in thousands.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unicodedata import east_asian_width

import plotly.graph_objects as go

from charts.ends import ends_of, spread
from charts.marks import (
    Area,
    Axis,
    Dot,
    Extent,
    Line,
    Mark,
    Picture,
    Places,
    Rect,
    Says,
    Series,
    Tone,
    Values,
    Words,
    extent_of,
)
from charts.pen import Pen

HEIGHT = 300
_SQUARE_HEIGHT = 380
_NAME_PIXELS = 15
"""From the middle of one line's name to the next."""
_LABEL_CHARACTERS_MAX = 28
_BAR_PIXELS = 28
_NAMES_MAX = 7
_AXIS_CHARACTERS = 64
"""So many characters stand beside one another under the narrowest chart of a window of 1280 pixels."""
_ROOM_CHARACTERS_MIN = 8
_MEMBERS_MAX = 14
_LARGE_PIXELS = 44
_TOUCH_PIXELS = 22
_BEYOND_CHARACTERS = 14


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of series in their order, and of what stands back; each readable on its background (WCAG AA)."""

    series: tuple[str, ...]
    muted: str
    text: str = "#1B2733"
    paper: str = "#FFFFFF"

    def of(self, tone: Tone) -> str:
        """The colour of a tone."""
        if isinstance(tone, int):
            return self.series[tone % len(self.series)]
        if isinstance(tone, float):
            return faint(self.series[0], 0.08 + 0.92 * tone)
        named = {"good": self.series[2], "bad": self.series[5], "total": self.muted, "muted": self.muted}
        return named.get(tone) or {"ink": self.text, "paper": self.paper, "large": self.text}.get(
            tone, faint(self.muted, 0.13)
        )


# Okabe and Ito's palette, readable by colour-blind people: the same hues, lighter where the page is dark.
ON_LIGHT = Ink(("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7F7F7F", "#B8A200"), "#66737F")
ON_DARK = Ink(
    ("#4DA8DA", "#F0B429", "#2CC295", "#E29BC0", "#8CCDF2", "#F5824A", "#A6AFB8", "#D9C63C"),
    "#98A5B3",
    text="#E6EBF0",
    paper="#12181F",
)


def faint(colour: str, share: float) -> str:
    """A colour through which the page is seen."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:.2f})"


@dataclass(frozen=True)
class Painted:
    """A figure of the page, and what each of its points tells, by trace and place."""

    figure: go.Figure
    says: dict[tuple[int, int], Says] = field(default_factory=dict)

    def at(self, point: Mapping[str, Any]) -> Says | None:
        """What a chosen point tells, where it leads to documents."""
        place = point.get("point_index", point.get("point_number"))
        found = self.says.get((int(point.get("curve_number") or 0), int(place or 0)))
        return found if found is not None and found.is_door else None


def paint(picture: Picture, *, unit: str, pen: Pen, ink: Ink = ON_LIGHT, height: int | None = None) -> Painted:
    """A picture as a figure of the page."""
    figure = _empty(unit, ink, height or natural_height(picture))
    painted = Painted(figure)
    legend = len({pen.series(each) for each in _series_to_list(picture.marks)}) > 1
    # Words come last: what is painted after them would cover them.
    for group in sorted(_groups(picture.marks), key=lambda each: isinstance(each[0], Words)):
        _paint_group(painted, group, pen, ink, in_legend=legend)
    _write_axis(figure.update_xaxes, picture.x, pen, is_below=True)
    _write_axis(figure.update_yaxes, picture.y, pen, is_below=False)
    if legend:
        # In front of the legend: above it, it would lie upon a legend of several lines.
        figure.update_layout(showlegend=True, title_text="", legend_title={"text": unit, "font": _unit_font(ink)})
    _name_lines(figure, picture, pen, ink)
    if picture.is_square:
        figure.update_yaxes(scaleanchor="x", constrain="domain")
        figure.update_xaxes(constrain="domain")
    return painted


def natural_height(picture: Picture) -> int:
    """How high a picture wants to be."""
    if picture.is_square:
        return _SQUARE_HEIGHT
    return HEIGHT if picture.lines is None else max(150, _BAR_PIXELS * picture.lines + 50)


def _series_to_list(marks: Sequence[Mark]) -> list[Series]:
    """The series that need a legend: a line's stands at its end."""
    found = [mark.series for mark in marks if isinstance(mark, Rect | Area)]
    found += [mark.series for mark in marks if isinstance(mark, Line) and not mark.is_named]
    return [each for each in found if each is not None]


def _groups(marks: Sequence[Mark]) -> list[list[Any]]:
    """Marks that one trace can hold: rectangles of a series, dots, and words that lie alike."""
    found: list[list[Any]] = []
    for mark in marks:
        alike = next((group for group in found if _is_alike(group[0], mark)), None)
        if alike is None:
            found.append([mark])
        else:
            alike.append(mark)
    return found


def _is_alike(first: Mark, mark: Mark) -> bool:
    if isinstance(first, Rect) and isinstance(mark, Rect):
        return first.series == mark.series
    if isinstance(first, Dot) and isinstance(mark, Dot):
        return (first.tone, first.is_large) == (mark.tone, mark.is_large)
    if isinstance(first, Words) and isinstance(mark, Words):
        return (first.anchor, first.tone) == (mark.anchor, mark.tone)
    return False


def _paint_group(painted: Painted, group: list[Any], pen: Pen, ink: Ink, *, in_legend: bool) -> None:
    first = group[0]
    named = {}
    if not isinstance(first, Dot | Words) and first.series is not None:
        named = {"name": _short(pen.series(first.series)), "showlegend": in_legend and _is_in_legend(first)}
    if isinstance(first, Rect):
        _rectangles(painted, group, pen, ink, named)
    elif isinstance(first, Line):
        _line(painted.figure, first, ink, named)
    elif isinstance(first, Area):
        _area(painted, first, pen, ink, named)
    elif isinstance(first, Dot):
        _dots(painted, group, pen, ink)
    else:
        _words(painted.figure, group, pen, ink)


def _is_in_legend(mark: Mark) -> bool:
    return not (isinstance(mark, Line) and mark.is_named)


def _rectangles(painted: Painted, group: Sequence[Rect], pen: Pen, ink: Ink, named: Mapping[str, Any]) -> None:
    figure = painted.figure
    _remember(painted, [mark.says for mark in group])
    figure.add_bar(
        x=[(mark.x0 + mark.x1) / 2 for mark in group],
        width=[abs(mark.x1 - mark.x0) for mark in group],
        base=[mark.y0 for mark in group],
        y=[mark.y1 - mark.y0 for mark in group],
        marker={"color": [ink.of(mark.tone) for mark in group], "line": {"width": 0}},
        **_told([mark.says for mark in group], pen),
        **{"showlegend": False, **named},
    )
    if named.get("showlegend"):
        # A legend shows a trace's one colour, and bars of many colours have none.
        figure.data[-1].marker.color = ink.of(group[0].tone)


def _line(figure: go.Figure, mark: Line, ink: Ink, named: Mapping[str, Any]) -> None:
    past = mark.tone == "muted"
    figure.add_scatter(
        x=[x for x, _ in mark.points],
        y=[y for _, y in mark.points],
        mode="lines",
        line={
            "color": ink.of(mark.tone),
            "width": 1.6 if past else 2.4,
            "dash": "dot" if mark.is_dotted else "solid",
        },
        hoverinfo="skip",
        **{"showlegend": False, **named},
    )


def _area(painted: Painted, mark: Area, pen: Pen, ink: Ink, named: Mapping[str, Any]) -> None:
    painted.figure.add_scatter(
        x=[x for x, _ in (*mark.outline, mark.outline[0])],
        y=[y for _, y in (*mark.outline, mark.outline[0])],
        mode="lines",
        fill="toself",
        fillcolor=faint(ink.of(mark.tone), 0.35 if mark.is_faint else 1.0),
        line={"color": ink.paper, "width": 0 if mark.is_faint else 1.5},
        hoverinfo="skip",
        **{"showlegend": False, **named},
    )
    if mark.says.facts:
        # A filled outline cannot be touched: an unseen point in its middle can.
        middle = [sum(each[side] for each in mark.outline) / len(mark.outline) for side in (0, 1)]
        _remember(painted, [mark.says])
        painted.figure.add_scatter(
            x=middle[:1],
            y=middle[1:],
            mode="markers",
            marker={"size": _TOUCH_PIXELS, "color": ink.of(mark.tone), "opacity": 0},
            showlegend=False,
            **_told([mark.says], pen),
        )


def _dots(painted: Painted, group: Sequence[Dot], pen: Pen, ink: Ink) -> None:
    _remember(painted, [mark.says for mark in group])
    painted.figure.add_scatter(
        x=[mark.x for mark in group],
        y=[mark.y for mark in group],
        mode="markers",
        marker={"size": 6 if group[0].is_large else 4, "color": ink.of(group[0].tone)},
        showlegend=False,
        **_told([mark.says for mark in group], pen),
    )


def _told(says: Sequence[Says], pen: Pen) -> dict[str, Any]:
    """What stands beside a mark that is pointed at."""
    if not any(each.facts for each in says):
        return {"hoverinfo": "skip"}
    told = [[pen.whose(each), "<br>".join(pen.figures(each))] for each in says]
    return {"customdata": told, "hovertemplate": "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>"}


def _remember(painted: Painted, says: Sequence[Says]) -> None:
    trace = len(painted.figure.data)
    painted.says.update({(trace, place): each for place, each in enumerate(says)})


_TEXT_AT = {
    "center": "middle center",
    "right": "middle right",
    "left": "middle left",
    "above": "top center",
    "below": "bottom center",
    "above_left": "top left",
}


# What stands beside a bar's end must not touch it; a text mark knows no other way to keep away.
_GAPS = {"right": "\u2002{}", "left": "{}\u2002"}


def _words(figure: go.Figure, group: Sequence[Words], pen: Pen, ink: Ink) -> None:
    if group[0].anchor == "above_left":
        _words_beyond(figure, group, pen, ink)
        return
    is_large = group[0].tone == "large"
    is_small = bool(group[0].text)
    figure.add_scatter(
        x=[mark.x for mark in group],
        y=[mark.y for mark in group],
        mode="text",
        text=[_GAPS.get(group[0].anchor, "{}").format(pen.words(mark)) for mark in group],
        textposition=_TEXT_AT[group[0].anchor],
        textfont={"color": ink.of(group[0].tone), "size": _LARGE_PIXELS if is_large else 9 if is_small else 12},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )


def _words_beyond(figure: go.Figure, group: Sequence[Words], pen: Pen, ink: Ink) -> None:
    """Words at the ends of lines that go from edge to edge: within the picture others would cross them."""
    told = [textwrap.wrap(pen.words(mark), _BEYOND_CHARACTERS) for mark in group]
    for mark, lines in zip(group, told, strict=True):
        figure.add_annotation(
            x=mark.x,
            y=mark.y,
            text="<br>".join(lines),
            showarrow=False,
            align="left",
            xanchor="left",
            xshift=4,
            font={"color": ink.of(mark.tone), "size": 12},
        )
    figure.update_layout(margin={"r": 12 + max(_pixels(line) for lines in told for line in lines)})


def _name_lines(figure: go.Figure, picture: Picture, pen: Pen, ink: Ink) -> None:
    """Each line's name at its end, none upon another, and room for them."""
    ends = ends_of(picture.marks)
    if not ends:
        return
    low, high = extent_of(picture.y)
    margin = figure.layout.margin
    pixels = (figure.layout.height - (margin.t or 0) - (margin.b or 0)) / ((high - low) or 1)
    names = [_short(pen.series(end.series)) for end in ends]
    places = spread([end.y * pixels for end in ends], _NAME_PIXELS)
    for end, name, place in zip(ends, names, places, strict=True):
        font = {"color": ink.of(end.tone), "size": 12}
        shift = place - end.y * pixels
        figure.add_annotation(
            x=end.x, y=end.y, text=name, showarrow=False, xanchor="left", xshift=8, yshift=shift, font=font
        )
    figure.update_layout(margin={"r": 12 + max(map(_pixels, names))})


def _pixels(name: str) -> int:
    """About how wide a name is written: signs of Chinese are as wide as they are high."""
    return sum(12 if east_asian_width(each) in "WF" else 7 for each in name)


def _write_axis(update: Any, axis: Axis, pen: Pen, *, is_below: bool) -> None:
    low, high = extent_of(axis)
    common: dict[str, Any] = {"range": [low, high], "fixedrange": True}
    if isinstance(axis, Extent):
        update(visible=False, **common)
    elif isinstance(axis, Values):
        written = [pen.short(mark, axis.column) for mark in axis.marks]
        update(tickvals=list(axis.marks), ticktext=written, showgrid=not is_below, **common)
    else:
        if axis.is_reversed:
            common["range"] = [high, low]
        update(showgrid=False, zeroline=False, **_written_places(axis, pen, is_below=is_below), **common)


def _written_places(axis: Places, pen: Pen, *, is_below: bool) -> dict[str, Any]:
    """As many names as there is room for, each year once."""
    is_time = any(column.get("role") == "time" for column, _ in axis.keys)
    # A way through periods begins and ends with words, and each of its steps has a name.
    most = _NAMES_MAX if is_time and axis.keys[0][0] else _MEMBERS_MAX
    every = max(1, math.ceil(len(axis.keys) / most)) if is_below else 1
    places = list(range(0, len(axis.keys), every))
    names = [pen.under_axis(axis.keys[place]) for place in places]
    if is_below and not is_time:
        return _side_by_side(places, [name for name, _ in names])
    years = [year for _, year in names]
    shown = [
        _short(name) + (f"<br>{year}" if year and year != before else "")
        for (name, year), before in zip(names, ["", *years], strict=False)
    ]
    found: dict[str, Any] = {"tickvals": places, "ticktext": shown}
    return {**found, "tickangle": 0} if is_time or not is_below else found


def _side_by_side(places: Sequence[int], names: Sequence[str]) -> dict[str, Any]:
    """Members under an axis: in lines as narrow as their places where words allow it, else aslant; none left out."""
    room = max(_ROOM_CHARACTERS_MIN, _AXIS_CHARACTERS // max(1, len(places)))
    lines = [textwrap.wrap(_short(name), room, break_long_words=False) or [""] for name in names]
    found: dict[str, Any] = {"tickvals": list(places), "ticklabeloverflow": "allow"}
    if all(len(each) <= room for name in lines for each in name):
        return {**found, "ticktext": ["<br>".join(each) for each in lines], "tickangle": 0}
    return {**found, "ticktext": [_short(name) for name in names]}


def _empty(unit: str, ink: Ink, height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 34, "b": 8},
        barmode="overlay",
        showlegend=False,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0.0, "xanchor": "left"},
        hovermode="closest",
        title={"text": unit, "font": _unit_font(ink), "x": 0, "y": 0.98},
        dragmode=False,
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure


def _unit_font(ink: Ink) -> dict[str, Any]:
    return {"size": 12, "color": ink.muted, "weight": 400}


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_CHARACTERS_MAX else label[: _LABEL_CHARACTERS_MAX - 1] + "…"
