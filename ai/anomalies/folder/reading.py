"""A file of timestamps and values as a series on a regular grid, and the way back to its rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

SECONDS_A_DAY = 86_400.0
_GRID_MAX = 4.0
"""A grid may have this many times the file's rows; where gaps are longer, rows are taken as they follow each other."""
_FORMATS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%m/%d/%Y %H:%M", "%d.%m.%Y")


class SeriesUnreadable(ValueError):
    """A file has no series in it; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Regular:
    """A series on a regular grid.  Shapes: values (m,); places (n,), the grid place of each row of the file."""

    values: NDArray[np.float64]
    places: NDArray[np.int64]
    steps_a_day: float | None


def read_series(file: Path) -> tuple[pl.DataFrame, Regular]:
    """The file's rows as they are, and its series.

    Takes a comma, semicolon or tab between columns; `value` or else the last column of numbers; `timestamp` or else
    the first column, as date, instant or number, where there is any.
    Raises: SeriesUnreadable.
    """
    try:
        frame = pl.read_csv(file, separator=_separator(file), infer_schema=False, truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        raise SeriesUnreadable(f"{file.name}: {str(error).splitlines()[0]}") from error
    frame = frame.rename({name: name.strip().lower() for name in frame.columns})
    if "value" not in frame.columns and not frame.columns:
        raise SeriesUnreadable(f"{file.name}: no column")
    value = "value" if "value" in frame.columns else frame.columns[-1]
    values = frame[value].str.strip_chars().cast(pl.Float64, strict=False)
    values = values.replace([float("inf"), float("-inf")], None)
    if values.is_null().all():
        raise SeriesUnreadable(f"{file.name}: no number in column {value!r}")
    stamp = "timestamp" if "timestamp" in frame.columns else frame.columns[0]
    seconds = _seconds(frame[stamp]) if stamp != value else None
    return frame, regular(values.fill_null(float("nan")).to_numpy().astype(np.float64), seconds)


def regular(values: NDArray[np.float64], seconds: NDArray[np.float64] | None) -> Regular:
    """The series on a grid of its usual step: sorted, duplicates averaged, gaps unknown."""
    if seconds is None or not np.isfinite(seconds).all() or np.unique(seconds).size < 2:  # noqa: PLR2004
        return Regular(values, np.arange(values.size), None)
    steps = np.diff(np.unique(seconds))
    step = float(np.median(steps))
    places = np.rint((seconds - seconds.min()) / step).astype(np.int64)
    if places.max() + 1 > _GRID_MAX * values.size:
        places = np.unique(seconds, return_inverse=True)[1].astype(np.int64)
    known = np.isfinite(values)
    total = np.bincount(places[known], weights=values[known], minlength=places.max() + 1)
    count = np.bincount(places[known], minlength=places.max() + 1)
    grid = np.divide(total, count, out=np.full(total.size, np.nan), where=count > 0)
    return Regular(grid, places, SECONDS_A_DAY / step)


def _separator(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace") as opened:
        head = opened.readline()
    return max((",", ";", "\t"), key=head.count)


def _seconds(column: pl.Series) -> NDArray[np.float64] | None:
    text = column.str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False)
    if not numbers.is_null().any():
        return numbers.to_numpy().astype(np.float64)
    plain = text.str.replace(r"(Z|[+-]\d{2}:?\d{2})$", "")
    for form in _FORMATS:
        kind = pl.Date if form in {"%Y-%m-%d", "%d.%m.%Y"} else pl.Datetime("us")
        parsed = plain.str.strptime(kind, form, strict=False)
        if not parsed.is_null().any():
            return parsed.cast(pl.Datetime("us")).dt.epoch("us").to_numpy().astype(np.float64) / 1e6
    return None
