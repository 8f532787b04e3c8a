"""Sentences made from frames over every figure and dimension of a catalogue: none may come to another query."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ai.questions.lexicon import Lexicon, read_lexicon
from ai.questions.planning import plan
from ai.questions.plans import Clarify, Planned, as_data
from ai.questions.reading import Reader
from ai.questions.splitting import cleaned
from olap.asker import Asker
from olap.service import Numbers

YEAR = {"start": "2025-01-01", "end": "2025-12-31"}
MARCH = {"start": "2025-03-01", "end": "2025-03-31"}
SENTENCES = 400


@dataclass(frozen=True)
class Frame:
    """A sentence with places for a figure and a dimension, and the parts of the query that it must come to."""

    text: str
    group_by: tuple[str, ...] = ("{dimension}",)
    time: dict[str, str] | None = None
    limit: int | None = None
    descending: bool | None = None


FRAMES = (
    Frame("{metric} by {dimension} in 2025", time=YEAR),
    Frame("Please show me {metric} for each {dimension} in 03/2025", time=MARCH),
    Frame("I would be grateful for {metric} per {dimension} from 1 to 31 March 2025", time=MARCH),
    Frame("Which {dimension} had the highest {metric} in 2025?", time=YEAR, limit=1, descending=True),
    Frame("which {dimension} had the lowest {metric} in Mar 2025", time=MARCH, limit=1, descending=False),
    Frame("top 3 {dimension} by {metric}", limit=3, descending=True),
    Frame("Could you let me know {metric} in the year 2025?", group_by=(), time=YEAR),
    Frame("{metric} month by month for the whole of 2025", group_by=("month",), time=YEAR),
    Frame("{metric} for each calendar quarter of 2025", group_by=("quarter",), time=YEAR),
    Frame("{metric} on 31.03.2025", group_by=(), time={"start": "2025-03-31", "end": "2025-03-31"}),
)


@pytest.fixture
def lexicon(numbers: Numbers, everyone: Asker) -> Lexicon:
    """Everything that somebody with all rights may ask for."""
    return read_lexicon(numbers, everyone)


def _figures(lexicon: Lexicon) -> list[str]:
    """Figures that are called like nothing else and are told as they are said."""
    listed = []
    for name, entry in lexicon.metrics.items():
        meanings = [each for each in lexicon.metrics_called([entry["label"]]) if each.name == name]
        if meanings and entry["type"] != "share" and entry["unit"] != "days":
            listed.append(name)
    return sorted(listed)


def _dimensions(lexicon: Lexicon, metric: str) -> list[str]:
    told = lexicon.metrics[metric]["dimensions"]
    plain = (
        "customer",
        "supplier",
        "item",
        "region",
        "warehouse",
        "item_category",
        "salesperson",
        "channel",
        "company",
    )
    # How many customers a customer is nobody asks.
    return [name for name in plain if name in told and name in lexicon.dimensions and name not in metric]


def _sentences(lexicon: Lexicon) -> Iterator[tuple[str, Frame, str, str]]:
    dice = random.Random(20250331)  # noqa: S311  # a fixed seed, no secret
    figures = [name for name in _figures(lexicon) if _dimensions(lexicon, name)]
    for _ in range(SENTENCES):
        metric, frame = dice.choice(figures), dice.choice(FRAMES)
        dimension = dice.choice(_dimensions(lexicon, metric))
        said = {"metric": lexicon.metrics[metric]["label"].lower(), "dimension": lexicon.dimensions[dimension]["label"]}
        yield frame.text.format(**said), frame, metric, dimension


def _is_meant(planned: Planned, frame: Frame, metric: str, dimension: str) -> bool:
    query: dict[str, Any] = dict(as_data(planned.query))
    keys = [key.format(dimension=dimension) for key in frame.group_by]
    ranked = [f"{'-' if frame.descending else ''}{metric}"] if frame.descending is not None else None
    return (
        query["metrics"] == [metric]
        and query.get("group_by", []) == keys
        and query.get("time") == frame.time
        and query.get("limit") == frame.limit
        and query.get("order_by") == ranked
        and planned.derive is None
    )


@pytest.mark.feature("5.8.3")
def test_a_sentence_made_from_a_frame_comes_to_its_query_or_to_none(lexicon: Lexicon) -> None:
    reader = Reader(lexicon)
    right, back, wrong = 0, 0, []
    for sentence, frame, metric, dimension in _sentences(lexicon):
        outcome = plan(reader.read(cleaned(sentence)), lexicon)
        if isinstance(outcome, Planned):
            right += _is_meant(outcome, frame, metric, dimension)
            if not _is_meant(outcome, frame, metric, dimension):
                wrong.append((sentence, as_data(outcome.query)))
        back += isinstance(outcome, Clarify)
    assert wrong == [], wrong
    assert right + back >= SENTENCES * 0.95
    assert right >= SENTENCES * 0.85
