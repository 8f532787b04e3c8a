"""A file's rows written again, each with its score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from ai.anomalies.folder.reading import read_series
from ai.anomalies.folder.scoring import score_values

WORTH_A_LOOK = 0.5


def score_file(file: Path, target: Path) -> tuple[int, int]:
    """How many rows there are, and how many are worth a look; the target has the file's rows in their order.

    Raises: SeriesUnreadable.
    """
    frame, series = read_series(file)
    scores = score_values(series.values, steps_a_day=series.steps_a_day)[series.places]
    target.parent.mkdir(parents=True, exist_ok=True)
    frame.with_columns(score=pl.Series(np.round(scores, 6))).write_csv(target)
    return frame.height, int((scores >= WORTH_A_LOOK).sum())
