"""A file's rows written again, each with its score; a folder's files, each by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from ai.anomalies.folder.reading import SeriesUnreadable, read_series
from ai.anomalies.folder.scoring import score_values

WORTH_A_LOOK = 0.5
_SHARED_FROM = 32
"""Files that are worth a second process: starting one takes as long as scoring some ten."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of a file: rows and how many of them are worth a look, or why it was left out."""

    file: Path
    rows: int = 0
    alarms: int = 0
    refusal: str = ""


def score_file(file: Path, target: Path) -> Scored:
    """The target has the file's rows in their order, each with its score; what cannot be read is told, not raised."""
    try:
        frame, series = read_series(file)
        scores = score_values(series.values, steps_a_day=series.steps_a_day)[series.places]
        target.parent.mkdir(parents=True, exist_ok=True)
        frame.with_columns(score=pl.Series(np.round(scores, 6))).write_csv(target)
    except SeriesUnreadable as error:
        return Scored(file, refusal=str(error))
    except (
        OSError,
        ValueError,
        ArithmeticError,
        MemoryError,
        np.linalg.LinAlgError,
        pl.exceptions.PolarsError,
    ) as error:
        # One file of a thousand must not take the others along.
        return Scored(file, refusal=f"{file.name}: {type(error).__name__}: {error}".splitlines()[0])
    return Scored(file, frame.height, int((scores >= WORTH_A_LOOK).sum()))


def score_files(files: Sequence[Path], targets: Sequence[Path], *, processes: int | None = None) -> Iterator[Scored]:
    """Every file by itself, in their order; many of them by as many processes as there are cores."""
    processes = processes or os.cpu_count() or 1
    if len(files) < _SHARED_FROM or processes == 1:
        yield from map(score_file, files, targets)
        return
    # Each process has one core: threads of the linear algebra would only wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(score_file, files, targets, chunksize=8)
