"""The first look at daily series, in SQL: the median of the same weekday, and how far days usually lie from it.

Method (Hampel 1974, Iglewicz and Hoaglin 1993): a day's residual is its value less the median of the last ten days of
the same weekday. It is measured in robust deviations: 1.4826 times the median absolute residual of the last thirteen
weeks, or a share of their 98 percent quantile where tails are heavy, so that a wild series is given more room. Beside
single days it looks at the week that ends on a day (level shifts, outages) and at four weeks against those eight weeks
earlier (drifts). Days before a series has enough history get no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl
import polars.selectors as cs

HISTORY_DAYS_MIN = 56
"""Days a series must have before it is judged: eight of each weekday."""
IDLE_SHARE_MAX = 0.5
"""A family with nothing on more of its days than that does not show by it when the company was closed."""
INTERMITTENT_SHARE = 0.35
"""A series with figures on fewer days is judged by its figures' size alone: nothing is its normal state."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many robust deviations are too many."""

    point: float = 9.0
    week: float = 5.5
    ratio: float = 5.0
    """Of a week against what was expected of it, on a logarithmic scale."""
    shape: float = 6.0
    """Of a week's days against theirs, whatever the week as a whole."""
    pause: float = 6.5
    """Days without anything, each beyond the longest pause known counting three and a half."""
    drift: float = 7.0
    size: float = 4.4
    """Of an intermittent series, on a logarithmic scale."""


DENSE = """
with residuals as (
    select
        series_id, day, value,
        median(value) over same_weekday as centre,
        count(value) over same_weekday as weekdays
    from series
    window same_weekday as (
        partition by series_id, dayofweek(day) order by day rows between 10 preceding and 1 preceding
    )
),
spread as (
    select
        *,
        quantile_cont(abs(value - centre), [0.5, 0.98]) over quarter as usual,
        avg(value - centre) over week as week_residual,
        avg(abs(value - centre)) over week as week_size,
        ln(greatest(avg(value) over week, 0) + floor_value) - ln(greatest(avg(centre) over week, 0) + floor_value)
            as week_ratio,
        avg(value) over month as month_mean,
        avg(value) over quarter as quarter_mean,
        count(value) over quarter as days,
        case when value = 0 then 0 else 1 end as is_busy
    from residuals
    inner join floors using (series_id)
    window
        quarter as (partition by series_id order by day rows between 91 preceding and 1 preceding),
        week as (partition by series_id order by day rows between 6 preceding and current row),
        month as (partition by series_id order by day rows between 27 preceding and current row)
),
weeks as (
    select
        *,
        quantile_cont(abs(week_residual), [0.5, 0.98]) over earlier as week_usual,
        quantile_cont(abs(week_ratio), [0.5, 0.98]) over earlier as ratio_usual,
        quantile_cont(week_size, [0.5, 0.98]) over earlier as size_usual,
        month_mean - lag(month_mean, 56) over (partition by series_id order by day) as drift,
        sum(is_busy) over (partition by series_id order by day rows unbounded preceding) as busy_days
    from spread
    window earlier as (partition by series_id order by day rows between 120 preceding and 7 preceding)
),
pauses as (
    select
        *,
        case when is_busy = 0 then count(value) over (partition by series_id, busy_days order by day) - 1 else 0 end
            as pause
    from weeks
),
drifts as (
    select
        *,
        quantile_cont(abs(drift), [0.5, 0.98]) over long_ago as drift_usual,
        count(drift) over long_ago as drift_days,
        max(pause) over last_year as longest_pause
    from pauses
    window
        last_year as (partition by series_id order by day rows between 365 preceding and 7 preceding),
        long_ago as (partition by series_id order by day rows between 365 preceding and 28 preceding)
),
scaled as (
    select
        *,
        greatest(1.4826 * usual[1], usual[2] / 2.5, 0.03 * abs(centre), floor_value) as scale,
        greatest(1.4826 * week_usual[1], week_usual[2] / 2.5, 0.02 * abs(centre), floor_value / 2.6) as week_scale,
        greatest(1.4826 * ratio_usual[1], ratio_usual[2] / 2.5, 0.05) as ratio_scale,
        greatest((size_usual[2] - size_usual[1]) / 2.0, 0.15 * size_usual[1], floor_value / 4) as size_scale,
        greatest(1.4826 * drift_usual[1], drift_usual[2] / 2.0, 0.03 * abs(month_mean), floor_value / 4) as drift_scale,
        days >= $history and weekdays >= 5 as is_known
    from drifts
)
select
    series_id, day, value, centre, scale, week_residual, week_scale, month_mean, drift, drift_scale,
    lowest, pause, longest_pause, quarter_mean, week_size, size_usual[1] as size_centre, size_scale,
    case when is_known then (value - centre) / nullif(scale, 0) end as point_score,
    case when is_known then week_residual / nullif(week_scale, 0) end as week_score,
    case when is_known then week_ratio / nullif(ratio_scale, 0) end as ratio_score,
    case when is_known then (week_size - size_usual[1]) / nullif(size_scale, 0) end as shape_score,
    case
        when is_known and lowest >= 0 and pause >= 3 and pause >= longest_pause + 2 then 3.5 * (pause - longest_pause)
        else 0
    end as pause_score,
    case when drift_days >= 120 then drift / nullif(drift_scale, 0) end as drift_score
from scaled
where day >= $since
"""
"""Grain: one row a series and day; `series` holds every day of a series, null where nothing is known."""

FLOORS = """
select
    series_id,
    greatest(0.1 * median(abs(value)) filter (value <> 0), 1e-9) as floor_value,
    min(value) as lowest
from series group by series_id
"""

SPARSE = """
with figures as (
    select series_id, day, value, ln(abs(value)) as size from series where value <> 0
),
spread as (
    select
        *,
        median(size) over earlier as centre,
        quantile_cont(size, 0.9) over earlier - median(size) over earlier as upper,
        mad(size) over earlier as deviation,
        count(*) over earlier as figures
    from figures
    window earlier as (partition by series_id order by day rows between 60 preceding and 1 preceding)
),
scaled as (
    select *, greatest(1.4826 * deviation, upper / 1.2816, 0.25) as scale from spread
)
select
    series_id, day, value, exp(centre) as centre, exp(centre + $size * scale) as high,
    case when figures >= 12 then (size - centre) / scale end as size_score
from scaled
where day >= $since
"""


def screen_dense(series: pl.DataFrame, *, since: date | None = None, threads: int | None = None) -> pl.DataFrame:
    """Days with their scores: single day, week, drift; null where history is short.

    Shapes: series has series_id, day, value, one row a calendar day, value null where it is not known; the result has
    one row a day from `since` on.
    Units: values in the metric's unit; scores in robust deviations, signed.
    """
    with _database(series, threads) as connection:
        connection.execute(f"create temp table floors as {FLOORS}")
        found = connection.execute(DENSE, {"history": HISTORY_DAYS_MIN, "since": since or date.min})
        return _in_floats(found.pl())


def screen_sparse(
    series: pl.DataFrame, limits: Thresholds, *, since: date | None = None, threads: int | None = None
) -> pl.DataFrame:
    """Days with figures of intermittent series, and how large they are among the sixty before.

    Shapes: series has series_id, day, value.  Units: score in robust deviations of the logarithm.
    """
    with _database(series, threads) as connection:
        return _in_floats(connection.execute(SPARSE, {"size": limits.size, "since": since or date.min}).pl())


def _in_floats(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with floats where SQL made decimals of literals: scores are no money."""
    return frame.with_columns(cs.decimal().cast(pl.Float64))


def calendar_days(series: pl.DataFrame, *, is_additive: bool) -> pl.DataFrame:
    """The same series with every day from its first figure to everybody's last.

    A day without rows is a zero of what adds up; of a rate or a level it is not known. A day on which no series of a
    family has anything, though most days some have, is one on which the company was closed, and is not known for any
    of them.
    Shapes: series has family, series_id, day, value; so has the result.
    """
    bounds = series.group_by("family", "series_id").agg(pl.col("day").min().alias("first_day"))
    last = series.select(pl.col("day").max()).item()
    grid = bounds.with_columns(day=pl.date_ranges(pl.col("first_day"), pl.lit(last))).explode("day").drop("first_day")
    full = grid.join(series, on=["family", "series_id", "day"], how="left")
    if not is_additive:
        return full.sort("series_id", "day")
    is_idle = pl.col("value").fill_null(0.0).abs().sum().over("family", "day") == 0
    # Of what is billed once a month most days are idle: zeros, or twelve days would be taken for the whole year.
    is_busy = is_idle.mean().over("family") < IDLE_SHARE_MAX
    is_closed = is_idle & is_busy & (pl.col("series_id").n_unique().over("family", "day") > 1)
    return full.with_columns(value=pl.when(is_closed).then(None).otherwise(pl.col("value").fill_null(0.0))).sort(
        "series_id", "day"
    )


def density(series: pl.DataFrame) -> pl.DataFrame:
    """Per series the share of known days with a figure, over the last half year it has."""
    recent = series.filter(pl.col("day") > pl.col("day").max().over("series_id") - pl.duration(days=182))
    return recent.group_by("series_id").agg(
        density=((pl.col("value").fill_null(0.0) != 0).sum() / pl.col("value").count().clip(1))
    )


class _database:  # noqa: N801  # a context manager, used like a function
    """A private database over one frame."""

    def __init__(self, series: pl.DataFrame, threads: int | None) -> None:
        self.series, self.threads = series, threads

    def __enter__(self) -> duckdb.DuckDBPyConnection:
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("set enable_progress_bar = false")
        if self.threads:
            self.connection.execute("set threads = ?", [self.threads])
        self.connection.register("series", self.series)
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()
