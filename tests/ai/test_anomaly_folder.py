"""Any folder of series: a score from 0 to 1 for every row, whatever the file looks like."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from ai.anomalies.folder.reading import SeriesUnreadable, read_series
from ai.anomalies.folder.scoring import find_period, score_values
from cli.main import commands

RANDOM = np.random.default_rng(5)
ROWS = 1_500
PERIOD = 48


def daily() -> np.ndarray:
    rows = np.arange(ROWS)
    return 10 + 3 * np.sin(2 * np.pi * rows / PERIOD) + 0.2 * RANDOM.standard_normal(ROWS)


def put(kind: str, values: np.ndarray, at: int) -> slice:
    """The rows that are unusual now."""
    if kind == "spike":
        values[at] += 25
        return slice(at, at + 1)
    span = slice(at, at + 2 * PERIOD)
    if kind == "shift":
        values[span] += 12
    elif kind == "stuck":
        values[span] = values[at]
    elif kind == "missing beat":
        values[span] = 10 + 0.2 * RANDOM.standard_normal(2 * PERIOD)
    elif kind == "drift":
        values[span] += np.linspace(0, 15, 2 * PERIOD)
    else:
        values[span] += 3 * RANDOM.standard_normal(2 * PERIOD)
    return span


@pytest.mark.parametrize("kind", ["spike", "shift", "stuck", "missing beat", "drift", "noise"])
def test_what_is_unusual_has_the_highest_score_and_is_worth_a_look(kind: str) -> None:
    values = daily()
    span = put(kind, values, 900)
    scores = score_values(values)
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert span.start - PERIOD <= int(np.argmax(scores)) <= span.stop + PERIOD
    assert scores[span].max() >= 0.5
    far = np.r_[scores[: span.start - 2 * PERIOD], scores[span.stop + 2 * PERIOD :]]
    assert (far >= 0.5).mean() <= 0.002


def test_a_clean_series_is_quiet_and_its_season_is_found() -> None:
    values = daily()
    assert (score_values(values) >= 0.5).sum() == 0
    assert find_period(values - 10) == PERIOD
    scaled = score_values(1e6 * values - 77)
    np.testing.assert_allclose(scaled, score_values(values), atol=1e-4)


@pytest.mark.parametrize(
    "values", [[], [1.0], [2.0] * 50, [float("nan")] * 30, [1.0, 2.0, 3.0], [0.0] * 40 + [1.0]], ids=str
)
def test_short_constant_and_empty_series_get_scores_too(values: list[float]) -> None:
    scores = score_values(np.array(values))
    assert scores.shape == (len(values),)
    assert np.isfinite(scores).all()


def test_duplicates_gaps_and_disorder_keep_every_row_and_its_place(tmp_path: Path) -> None:
    minutes = np.r_[0:300, 299, 350:600, 340]
    RANDOM.shuffle(minutes)
    stamps = np.datetime64("2026-01-01T00:00:00") + minutes.astype("timedelta64[m]")
    values = np.where(minutes == 420, 90.0, np.sin(minutes / 9))
    file = tmp_path / "sensor.csv"
    pl.DataFrame({"timestamp": [str(each).replace("T", " ") for each in stamps], "value": values}).write_csv(file)
    frame, series = read_series(file)
    assert frame.height == len(minutes) == len(series.places)
    assert series.steps_a_day == 1_440
    scores = score_values(series.values, steps_a_day=series.steps_a_day)[series.places]
    assert minutes[int(np.argmax(scores))] == 420


def test_a_folder_is_scored_and_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder, out = tmp_path / "series", tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    values = daily()
    values[700] = 60
    hours = [f"2026-{1 + hour // 672:02d}-{1 + hour // 24 % 28:02d} {hour % 24:02d}:00:00" for hour in range(ROWS)]
    pl.DataFrame({"timestamp": hours, "value": values}).write_csv(folder / "deep" / "load.csv")
    (folder / "words.csv").write_text("timestamp,value\n2026-01-01,many\n", encoding="utf-8")
    done = CliRunner().invoke(commands, ["anomalies", "score", "--csv", str(folder), "--out", str(out)])
    assert done.exit_code == 1, done.output
    assert "words.csv: no number in column 'value'" in done.output
    told = pl.read_csv(out / "deep" / "load.csv")
    assert told.columns == ["timestamp", "value", "score"]
    assert told.height == ROWS
    assert int(told["score"].arg_max() or 0) == 700
    with pytest.raises(SeriesUnreadable):
        read_series(folder / "words.csv")
