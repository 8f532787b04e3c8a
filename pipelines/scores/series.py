"""Daily series of every metric by its main dimensions, asked from the metrics layer like by anybody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from ai.anomalies.grouping import FINE_DIMENSIONS, MetricFacts, Naming
from ai.anomalies.metrics import Family
from ai.anomalies.model import Words
from olap.asker import Asker
from olap.catalogue import Catalogue, catalogue
from olap.errors import MetricsError
from olap.query import MetricQuery, TimeRange
from olap.service import Numbers

MAIN_DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "sales": ("customer", "item", "item_category", "region", "salesperson"),
    "purchase": ("supplier", "item", "item_category"),
    "inventory": ("item", "item_category", "warehouse"),
    "finance": ("account", "region", "cost_centre"),
}
MEMBERS_MAX = 1_000
RETURN_SHARE_MAX = 0.25
"""Of all that moves, what goes the other way; credit notes and returns are less."""
_KEPT_AS_OF = frozenset({"days", "number"})
"""Units of figures that are told as of a day over weeks before it: they move slowly and late."""


_STILL_OPEN = frozenset({"uninvoiced_order_value", "open_order_value", "open_commitment", "open_purchase_quantity"})


@dataclass(slots=True)
class Asked:
    """The series there are, and the metrics that have none, each with its reason."""

    families: list[Family] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    naming: Naming = field(default_factory=lambda: Naming({}))


def ask_series(numbers: Numbers, asker: Asker, *, start: date, end: date) -> Asked:
    """Every metric's days from start to end, as a whole and by its main dimensions."""
    english, chinese = (catalogue(numbers, asker, locale) for locale in ("en", "zh"))
    asked = Asked(naming=_naming(english, chinese))
    for metric in english.metrics:
        reason = _why_not(metric)
        if reason:
            asked.skipped.append({"metric": metric["name"], "reason": reason})
            continue
        for dimension in ("", *_dimensions_of(metric)):
            try:
                family = _family(numbers, asker, metric, dimension, TimeRange(start, end, "day"))
            except MetricsError as error:
                asked.skipped.append({"metric": metric["name"], "dimension": dimension, "reason": str(error)[:300]})
                continue
            if dimension in FINE_DIMENSIONS and _flows_both_ways(family):
                reason = "goes up and down as much: its two sides are watched"
                asked.skipped.append({"metric": metric["name"], "dimension": dimension, "reason": reason})
                continue
            asked.families.append(family)
    return asked


def _why_not(metric: Mapping[str, Any]) -> str | None:
    if metric["additivity"] == "semi_additive":
        return "a balance: its movements are watched"
    if metric["name"] in _STILL_OPEN:
        return "what is open now, by the day it began: the last days always have more of it"
    if metric["unit"] in _KEPT_AS_OF and metric["additivity"] == "non_additive":
        return "told as of a day over the weeks before it"
    return None


def _flows_both_ways(family: Family) -> bool:
    """Whether much of what comes in leaves again, as goods of one item do: large days are how such a series lives."""
    values = family.frame["value"].drop_nulls()
    return float(-values.clip(upper_bound=0).sum()) > RETURN_SHARE_MAX * float(values.abs().sum())


def _dimensions_of(metric: Mapping[str, Any]) -> Iterator[str]:
    # A rate of one customer on one day rests on a line or two: only broad members say anything.
    is_rate = metric["additivity"] == "non_additive" and metric["unit"] != "count"
    for name in MAIN_DIMENSIONS.get(str(metric["area"]), ()):
        if name in metric["dimensions"] and not (is_rate and name in {"customer", "item", "supplier", "account"}):
            yield name


def _family(numbers: Numbers, asker: Asker, metric: Mapping[str, Any], dimension: str, time: TimeRange) -> Family:
    name = str(metric["name"])
    group_by = ("metric_time", dimension) if dimension else ("metric_time",)
    found = numbers.query(MetricQuery((name,), group_by, time=time), asker, are_members_checked=False)
    frame = pl.DataFrame(
        {
            "member": [str(row.get(dimension) or "") for row in found.rows],
            "day": [row["day"] for row in found.rows],
            "value": [None if row[name] is None else float(row[name]) for row in found.rows],  # type: ignore[arg-type]
        },
        schema={"member": pl.String, "day": pl.Date, "value": pl.Float64},
    )
    # What has no member is everything else: it says nothing that the whole does not.
    frame = frame.filter(pl.col("member") != "") if dimension else frame
    is_additive = metric["additivity"] == "additive" or metric["unit"] == "count"
    return Family(name, dimension, is_additive, _largest(frame))


def _largest(frame: pl.DataFrame) -> pl.DataFrame:
    """The members that matter most, where there are very many."""
    if frame["member"].n_unique() <= MEMBERS_MAX:
        return frame
    sizes = frame.group_by("member").agg(pl.col("value").abs().sum().alias("size"))
    kept = sizes.sort("size", "member", descending=[True, False]).head(MEMBERS_MAX)["member"]
    return frame.filter(pl.col("member").is_in(kept.implode()))


def _naming(english: Catalogue, chinese: Catalogue) -> Naming:
    def named(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> dict[str, Words]:
        labels = {each["name"]: str(each["label"]) for each in other}
        return {each["name"]: Words(str(each["label"]), labels[each["name"]]) for each in one}

    labels = named(english.metrics, chinese.metrics)
    metrics = {
        each["name"]: MetricFacts(
            name=each["name"],
            label=labels[each["name"]],
            unit=str(each["unit"]),
            is_money=each["unit"] == "currency",
            is_additive=each["additivity"] == "additive",
            good_direction=str(each["good_direction"]),
            area=str(each["area"]),
            marts=tuple(each["marts"]),
        )
        for each in english.metrics
    }
    return Naming(metrics, named(english.dimensions, chinese.dimensions))
