"""A file of timestamps and values as a series on a regular grid, and the way back to its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

SECONDS_A_DAY = 86_400.0
BYTES_MAX = 200_000_000
ROWS_MAX = 2_000_000
_GRID_MAX = 4.0
"""A grid may have this many times the file's rows; where gaps are longer, rows are taken as they follow each other."""
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d")
_TIMES = ("%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_VALUE_NAMES = ("value", "values", "data")
_STAMP_NAMES = ("timestamp", "timestamps", "time", "date", "datetime")
_TOLD_NAMES = re.compile(r"(is_?)?(label|anomal|outlier|changepoint|change_point)|score$")
"""Columns that tell what was unusual are the answer, not the series."""


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

    Takes a comma, semicolon or tab between columns, with or without names above them; `value` (or `data`) or else the
    last column of numbers that is no label; `timestamp` or else the first column, as date, instant or number, where
    there is any.
    Raises: SeriesUnreadable.
    """
    frame = _rows(file)
    if frame.height > ROWS_MAX:
        raise SeriesUnreadable(f"{file.name}: more than {ROWS_MAX:,} rows")
    value = _value_column(frame)
    if value is None:
        named = next((name for name in _VALUE_NAMES if name in frame.columns), None)
        raise SeriesUnreadable(f"{file.name}: no number in {f'column {named!r}' if named else 'any column'}")
    stamp = next((name for name in _STAMP_NAMES if name in frame.columns), frame.columns[0])
    seconds = _seconds(frame[stamp]) if stamp != value else None
    return frame, regular(_numbers(frame[value]).fill_null(float("nan")).to_numpy().astype(np.float64), seconds)


def _rows(file: Path) -> pl.DataFrame:
    """Every cell as text, columns named in lower case."""
    try:
        if file.stat().st_size > BYTES_MAX:
            raise SeriesUnreadable(f"{file.name}: more than {BYTES_MAX:,} bytes")
        text = _text(file.read_bytes())
        head = text.split("\n", 1)[0]
        separator = max((",", ";", "\t"), key=head.count)
        cells = [cell.strip().strip('"') for cell in head.split(separator)]
        frame = pl.read_csv(
            StringIO(text),
            separator=separator,
            has_header=not _is_row(cells),
            infer_schema=False,
            truncate_ragged_lines=True,
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SeriesUnreadable(f"{file.name}: {str(error).splitlines()[0]}") from error
    if _is_row(cells):
        names = ["value"] if frame.width == 1 else ["timestamp", "value", *map(str, range(3, frame.width + 1))]
        return frame.rename(dict(zip(frame.columns, names, strict=True)))
    names = [name.strip().lower() for name in frame.columns]
    if len(set(names)) < len(names):
        raise SeriesUnreadable(f"{file.name}: two columns of one name")
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _text(content: bytes) -> str:
    """What a spreadsheet wrote: with or without a mark at its front, in two bytes a letter or in one."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").replace("\r\n", "\n")
    return content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _is_row(cells: list[str]) -> bool:
    """Whether a first line is a row already and names nothing."""
    return _is_number(cells[-1]) and (len(cells) == 1 or any(letter.isdigit() for letter in cells[0]))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _value_column(frame: pl.DataFrame) -> str | None:
    named = next((name for name in _VALUE_NAMES if name in frame.columns), None)
    others = [name for name in reversed(frame.columns) if not _TOLD_NAMES.match(name)]
    return next((name for name in ([named] if named else others) if _numbers(frame[name]).is_not_null().any()), None)


def _numbers(column: pl.Series) -> pl.Series:
    """Shapes: as the column; null where there is no finite number."""
    values = column.str.strip_chars().cast(pl.Float64, strict=False)
    return values.set(values.is_finite().not_().fill_null(value=True), None)


def regular(values: NDArray[np.float64], seconds: NDArray[np.float64] | None) -> Regular:
    """The series on a grid of its usual step: sorted, duplicates averaged, gaps unknown."""
    if seconds is None or not np.isfinite(seconds).all() or np.unique(seconds).size < 2:  # noqa: PLR2004
        return Regular(values, np.arange(values.size), None)
    steps = np.diff(np.unique(seconds))
    step = float(np.median(steps))
    if np.ptp(seconds) / step > _GRID_MAX * values.size:
        places = np.unique(seconds, return_inverse=True)[1].astype(np.int64)
    else:
        places = np.rint((seconds - seconds.min()) / step).astype(np.int64)
    known = np.isfinite(values)
    total = np.bincount(places[known], weights=values[known], minlength=places.max() + 1)
    count = np.bincount(places[known], minlength=places.max() + 1)
    grid = np.divide(total, count, out=np.full(total.size, np.nan), where=count > 0)
    return Regular(grid, places, SECONDS_A_DAY / step)


def _seconds(column: pl.Series) -> NDArray[np.float64] | None:
    """Since 1970, or whatever a column of numbers counts; None where it tells no time."""
    text = column.str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False)
    if not numbers.is_null().any():
        return _of_numbers(text, numbers.to_numpy().astype(np.float64))
    plain = text.str.replace(r"\s*(Z|UTC|[+-]\d{2}:?\d{2})$", "").str.replace("T", " ", literal=True)
    for day in _DAYS:
        for form in (day, *(f"{day} {time}" for time in _TIMES)):
            kind = pl.Date if form == day else pl.Datetime("us")
            if plain.head(1).str.strptime(kind, form, strict=False).is_null().all():
                continue
            parsed = plain.str.strptime(kind, form, strict=False)
            if not parsed.is_null().any():
                return parsed.cast(pl.Datetime("us")).dt.epoch("us").to_numpy().astype(np.float64) / 1e6
    return None


def _of_numbers(text: pl.Series, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts of rows, seconds, or thousandths and finer of them; days written in one number."""
    if text.str.len_bytes().eq(8).all() and text.str.contains(r"^(19|20)\d{6}$").all():
        days = text.str.strptime(pl.Date, "%Y%m%d", strict=False)
        if not days.is_null().any():
            return days.cast(pl.Datetime("us")).dt.epoch("us").to_numpy().astype(np.float64) / 1e6
    for finer in (1e9, 1e6, 1e3):
        if np.nanmin(numbers) >= 1e8 * finer:
            return np.asarray(numbers / finer)
    return numbers
