"""Any folder of series: a score from 0 to 1 for every row, whatever the file looks like."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from ai.anomalies.folder import reading
from ai.anomalies.folder.reading import SeriesUnreadable, read_series
from ai.anomalies.folder.running import in_limits
from ai.anomalies.folder.scoring import score_values
from ai.anomalies.folder.seasons import find_period
from ai.anomalies.folder.writing import score_file, score_files
from ai.evals.folder import judge, judge_all, shortcomings
from ai.evals.ranking import average_precision, best_f1, volume_under_surface
from ai.evals.signals import BUILT_WITH, JUDGED_BY, make, patterns_of
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


def company_days(rows: int = 400, seed: int = 5) -> np.ndarray:
    random, days = np.random.default_rng(seed), np.arange(rows)
    weekdays = np.array([1, 1.1, 1.05, 1.2, 1.4, 0.5, 0.3])[days % 7]
    return np.asarray(1_000 * weekdays * (1 + 0.2 * np.sin(days / 58)) * (1 + 0.08 * random.standard_normal(rows)))


@pytest.mark.feature("5.8.4")
def test_a_new_level_a_drift_and_a_fall_of_a_company_are_told_where_they_are() -> None:
    values = company_days()
    values[320:] *= 1.6
    scores = score_values(values, steps_a_day=1)
    assert (scores[318:332] >= 0.5).sum() >= 5
    assert (scores[:310] >= 0.5).sum() == 0
    values = company_days()
    values[330:] *= 1 + 0.012 * np.arange(70)
    scores = score_values(values, steps_a_day=1)
    assert int(np.argmax(scores)) >= 330
    assert (scores[:325] >= 0.5).sum() == 0
    values = company_days()
    values[300] *= 4
    assert int(np.argmax(score_values(values, steps_a_day=1))) == 300


@pytest.mark.feature("5.8.4")
def test_bills_once_a_month_and_missing_days_are_no_news_and_a_dear_or_second_bill_is() -> None:
    days = np.arange(np.datetime64("2025-01-01"), np.datetime64("2026-03-01"))
    bills = np.where(days.astype("datetime64[M]") == days, 61_426.11, 0.0)
    assert (score_values(bills, steps_a_day=1) >= 0.5).sum() == 0
    dear, twice = bills.copy(), bills.copy()
    dear[334] *= 3
    assert np.flatnonzero(score_values(dear, steps_a_day=1) >= 0.5).tolist() == [334]
    twice[340] = 61_426.11
    assert int(np.argmax(score_values(twice, steps_a_day=1))) == 340
    gone = company_days()
    gone[340:345] = np.nan
    scores = score_values(gone, steps_a_day=1)
    assert scores.max() < 0.5
    assert not scores[340:345].any()


@pytest.mark.feature("5.8.4")
def test_a_peak_is_seen_where_the_series_goes_up_and_down_by_itself() -> None:
    random, rows = np.random.default_rng(8), np.arange(6_000)
    # The pace changes, so that no season explains the wave, and steps of their own.
    wave = 10 * np.sin(2 * np.pi * np.cumsum(1 + 0.1 * np.sin(rows / 700)) / 130) + 15 * (rows // 310 % 2)
    values = wave + 0.2 * random.standard_normal(rows.size)
    values[2_700] += 3
    scores = score_values(values)
    assert int(np.argmax(scores)) == 2_700
    assert scores[2_700] >= 0.5
    assert (np.delete(scores, 2_700) >= 0.5).mean() <= 0.01


@pytest.mark.feature("5.8.4")
def test_a_cycle_that_is_odd_ten_times_in_the_same_way_still_is() -> None:
    random, period = np.random.default_rng(8), 80
    rows = np.arange(70 * period)
    values = np.sin(2 * np.pi * rows / period) + 0.5 * np.sin(4 * np.pi * rows / period)
    values = values + 0.05 * random.standard_normal(rows.size)
    unusual = np.zeros(rows.size, dtype=bool)
    for place in (3, 7, 13, 20, 26, 33, 41, 46, 55, 62):
        unusual[place * period : (place + 1) * period] = True
    values[unusual] = np.tile(0.8 * np.sin(6 * np.pi * np.arange(period) / period), 10)
    scores = score_values(values)
    assert average_precision(scores, unusual) > 0.6
    assert (scores[~np.convolve(unusual, np.ones(2 * period), mode="same").astype(bool)] >= 0.5).mean() < 0.01


@pytest.mark.feature("5.8.4")
def test_a_machine_may_go_between_its_settings_and_counts_may_rest_on_a_new_level() -> None:
    random = np.random.default_rng(8)
    settings = np.repeat(random.choice([60.0, 75.0], 24), 250)
    scores = score_values(settings + random.standard_normal(settings.size))
    assert (scores[1_500:] >= 0.5).mean() < 0.01
    counts = np.where(random.random(2_000) < 0.15, random.integers(1, 9, 2_000), 0).astype(float)
    counts[1_200:] += 40
    counts[1_700] += 60
    scores = score_values(counts)
    assert scores[1_195:1_215].max() >= 0.5
    assert scores[1_700] >= 0.5
    assert (np.delete(scores, [1_700, *range(1_100, 1_300)]) >= 0.5).mean() < 0.01


def test_rows_beside_what_is_worth_a_look_have_a_trace_of_it_and_are_not_worth_one() -> None:
    values = daily()
    values[700] += 25
    scores = score_values(values)
    assert scores[700] >= 0.5
    assert scores[690] < scores[697] < scores[699] < 0.5
    assert scores[699] > np.median(scores)


@pytest.mark.parametrize(
    ("text", "rows", "steps_a_day"),
    [
        ("Timestamp,VALUE\n2026-01-01T00:00:00Z,1\n2026-01-01T01:00:00Z,2\n2026-01-01T02:00:00Z,3\n", 3, 24),
        ("timestamp,value\n2026-01-01T00:00:00+01:00,1\n2026-01-01T00:05:00+01:00,2\n", 2, 288),
        ("date,value\n1/31/2026,1\n2/1/2026,2\n2/2/2026,3\n", 3, 1),
        ("Date,Value\n12/31/2025 1:00:00 PM,1\n12/31/2025 2:00:00 PM,2\n", 2, 24),
        ("timestamp,value\n1767225600,1\n1767229200,2\n", 2, 24),
        ("timestamp,value\n1767225600000,1\n1767229200000,2\n", 2, 24),
        ("timestamp;value\n31.01.2026 00:00;1\n31.01.2026 12:00;2\n", 2, 2),
        ("20260101,5\n20260102,6\n20260103,7\n", 3, 1),
        ("1.5\n2.5\n9.5\n", 3, None),
        ("timestamps,value,anomaly,changepoint\n1,7,0,0\n2,8,1,0\n", 2, 86_400),
        ("Data,Label\n7.5,0\n8.5,1\n", 2, None),
        ("timestamp,cpu,is_anomaly\n2026-01-01,7,0\n2026-01-02,8,1\n", 2, 1),
    ],
)
def test_files_of_many_hands_are_read(tmp_path: Path, text: str, rows: int, steps_a_day: float | None) -> None:
    for content in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r\n").encode("utf-16")):
        file = tmp_path / "series.csv"
        file.write_bytes(content)
        frame, series = read_series(file)
        assert frame.height == rows
        assert series.steps_a_day == pytest.approx(steps_a_day)
        assert series.values[1] > series.values[0] >= 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "bad.csv"),
        (b"timestamp,value\n", "no number"),
        (b"timestamp,value\n2026-01-01,\n2026-01-02,nan\n", "no number"),
        (b"value,Value\n1,2\n", "two columns of one name"),
        (b"\x00\x01\x02" * 50, "no number"),
    ],
)
def test_no_bad_file_takes_the_others_along(tmp_path: Path, content: bytes, reason: str) -> None:
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_bytes(content)
    good.write_text("timestamp,value\n" + "".join(f"{row},{row % 5}\n" for row in range(60)), encoding="utf-8")
    out = [tmp_path / "out" / each.name for each in (bad, good)]
    told = list(score_files([bad, good], out))
    assert reason in told[0].refusal
    assert not out[0].exists()
    assert told[1].rows == 60
    assert pl.read_csv(out[1])["score"].is_between(0, 1).all()


def test_a_folder_of_many_is_shared_among_processes_with_the_same_scores(tmp_path: Path) -> None:
    for place in range(33):
        values = np.random.default_rng(place).standard_normal(60)
        pl.DataFrame({"timestamp": range(60), "value": values}).write_csv(tmp_path / f"{place:02d}.csv")
    files = sorted(tmp_path.glob("*.csv"))
    told = list(score_files(files, [tmp_path / "out" / file.name for file in files], processes=2))
    assert [each.file for each in told] == files
    alone = score_file(files[7], tmp_path / "alone.csv")
    assert alone == told[7]
    assert (tmp_path / "alone.csv").read_bytes() == (tmp_path / "out" / files[7].name).read_bytes()


def test_a_file_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "long.csv"
    file.write_text("value\n" + "1\n2\n" * 20, encoding="utf-8")
    monkeypatch.setattr(reading, "ROWS_MAX", 30)
    with pytest.raises(SeriesUnreadable, match="more than 30 rows"):
        read_series(file)


def test_evidence_of_wild_series_needs_to_be_higher_and_of_no_series_below_its_floor() -> None:
    random = np.random.default_rng(1)
    calm, wild = np.abs(random.standard_normal(3_000)), np.abs(random.standard_cauchy(3_000))
    assert 0.3 < in_limits(calm).max() < 1
    calm[500], wild[500] = 12, 12
    assert in_limits(calm)[500] > 1 > in_limits(wild)[500]
    assert in_limits(calm, floor=100.0)[500] < 0.2


def test_ranking_is_judged_by_rows_and_by_ranges() -> None:
    unusual = np.zeros(100, dtype=bool)
    unusual[40:50] = True
    right, late = unusual.astype(float), np.roll(unusual, 5).astype(float)
    assert average_precision(right, unusual) == 1
    assert best_f1(right, unusual) == 1
    assert average_precision(1 - right, unusual) == pytest.approx(0.1)
    assert volume_under_surface(right, unusual, 10) > 0.8
    # A little late counts for something where ranges are compared, and half of the rows where rows are.
    assert average_precision(late, unusual) < volume_under_surface(late, unusual, 20) < 0.9
    assert np.isnan(average_precision(right, np.zeros(100, dtype=bool)))


def test_made_series_are_told_apart_by_seed_and_kind_and_come_again() -> None:
    assert not set(BUILT_WITH) & set(JUDGED_BY)
    once = make("latency", "burst", 3).values
    np.testing.assert_array_equal(once, make("latency", "burst", 3).values)
    assert not np.array_equal(once, make("latency", "burst", 6).values, equal_nan=True)
    for ground in (*BUILT_WITH, *JUDGED_BY):
        assert not make(ground, "clean", 901).unusual.any()
        assert all(make(ground, pattern, 901).unusual.any() for pattern in patterns_of(ground))


@pytest.mark.feature("5.8.4")
def test_scores_point_at_what_was_put_into_series_no_threshold_was_chosen_on() -> None:
    verdicts = judge_all(["visits"], [901])
    verdicts += [judge(make(ground, "clean", 901), _scored) for ground in ("valve", "latency")]
    assert shortcomings(verdicts) == []
    assert shortcomings([judge(make("sales", "shift", 901), lambda values, _: 0.6 * np.ones(values.size))]) != []


def _scored(values: np.ndarray, steps_a_day: float | None) -> np.ndarray:
    return score_values(values, steps_a_day=steps_a_day)
