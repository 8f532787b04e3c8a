"""What the semantic manifest of dbt says about metrics and dimensions, in the words that users see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from olap.errors import NumbersUnavailable

AREAS = ("sales", "purchase", "inventory", "finance", "monitor")

STANDARD_GRAINS = ("day", "week", "month", "quarter", "year")

UNITS = {
    "currency": "money",
    "money": "money",
    "amount": "money",
    "share": "share",
    "rate": "share",
    "fraction": "share",
    "percent": "share",
}
"""Units whose figures are shown as money or as a share; any other unit is shown as a plain number with its name."""


@dataclass(frozen=True)
class MetricInput:
    """One metric inside a derived metric's expression, under the name the expression uses."""

    metric: str
    alias: str


@dataclass(frozen=True)
class Metric:
    """A metric as users read about it, and how it is put together."""

    name: str
    label: str
    description: str
    kind: str
    area: str
    unit: str
    owner: str
    good_direction: str
    is_listed: bool
    labels: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    meta: Mapping[str, Any]
    expression: str | None = None
    inputs: tuple[MetricInput, ...] = ()
    model: str | None = None
    aggregation: str | None = None
    measure_expression: str | None = None
    filters: tuple[str, ...] = ()
    fill_with: int | None = None
    is_semi_additive: bool = False
    is_whole: bool = False
    """Compiled by MetricFlow in one piece: windows, offsets and conversions, which are not ours to take apart."""

    @property
    def is_summed(self) -> bool:
        """Whether its rows are added up: counted once each, or by what they hold."""
        return self.aggregation in {"sum", "count", "sum_boolean"}

    @property
    def also_told_by(self) -> str | None:
        """A metric with the same figures from rows that carry other dimensions, or None."""
        return self.meta.get("also_told_by")

    @property
    def is_as_of(self) -> bool:
        """Whether its figure holds as of one day, so that periods cannot stand beside each other."""
        return bool(self.meta.get("as_of_one_day"))

    @property
    def type(self) -> str:
        """How a figure is shown: money, share or number."""
        return UNITS.get(self.unit, "number")

    def label_in(self, locale: str) -> str:
        """The label in a language, or the English one."""
        return self.labels.get(locale.partition("-")[0], self.label)


@dataclass(frozen=True)
class Dimension:
    """A dimension of one semantic model under its public name."""

    name: str
    model: str
    mart: str
    element: str
    expression: str
    label: str
    is_time: bool
    is_document: bool
    labels: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    meta: Mapping[str, Any]

    @property
    def is_as_of(self) -> bool:
        """Whether its value depends on the day at which one looks, as an aging bucket does."""
        return "current_date" in self.expression.lower()

    @property
    def is_hidden(self) -> bool:
        """Whether it only says when a row of a dimension holds: nobody asks for it."""
        return bool(self.meta.get("hidden"))

    @property
    def is_dated(self) -> bool:
        """Whether it tells what held on the row's day, where another dimension of its name tells what holds now."""
        return bool(self.meta.get("dated"))

    def label_in(self, locale: str) -> str:
        """The label in a language, or the English one."""
        return self.labels.get(locale.partition("-")[0], self.label)


@dataclass(frozen=True)
class PreAggregation:
    """A mart with a fact's sums by month and by some of its columns, all under the names that they have in the fact."""

    mart: str
    keys: frozenset[str]
    sums: frozenset[str]


@dataclass(frozen=True)
class Model:
    """A semantic model: one mart with its key, its day and its documents."""

    name: str
    mart: str
    schema: str
    day: str | None
    primary_entity: str | None
    key_column: str | None
    entity_columns: Mapping[str, str]
    dimensions: tuple[Dimension, ...]
    drill: Mapping[str, str]
    """Which columns lead from a row to its document, where the model says so."""
    pre_aggregated: PreAggregation | None = None
    is_history: bool = False
    """Whether its rows hold for a time: which of them is meant depends on the day of the row that names it."""


@dataclass(frozen=True)
class Calendar:
    """The mart with one row a day that carries the fiscal calendar."""

    mart: str
    schema: str
    day: str
    fiscal: Mapping[str, str]

    def is_day(self, grain: str) -> bool:
        """Whether periods of a grain are told by their first day rather than by a name."""
        return grain not in self.fiscal or self.fiscal[grain].endswith("_on")


@dataclass(frozen=True)
class Manifest:
    """Everything the catalogue, the planner and the checks read; built once per file."""

    text: str
    metrics: Mapping[str, Metric]
    models: Mapping[str, Model]
    calendar: Calendar
    dimension_names: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def marts(self) -> frozenset[str]:
        """The marts that compiled SQL may read."""
        sums = {model.pre_aggregated.mart for model in self.models.values() if model.pre_aggregated}
        return frozenset({model.mart for model in self.models.values()} | {self.calendar.mart} | sums)

    @cached_property
    def schema(self) -> str:
        """The schema under which the manifest names its marts."""
        return self.calendar.schema

    @property
    def grains(self) -> tuple[str, ...]:
        """The time grains a question may ask for, finest first."""
        return (*STANDARD_GRAINS, *self.calendar.fiscal)

    def listed_metrics(self) -> list[Metric]:
        """The metrics users choose from, by name."""
        return sorted((each for each in self.metrics.values() if each.is_listed), key=lambda each: each.name)


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file.  Raises: NumbersUnavailable where there is none or it is half written."""
    try:
        return parse_manifest(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError) as error:
        raise NumbersUnavailable(reason=f"the semantic manifest cannot be read ({error})") from error


def parse_manifest(text: str) -> Manifest:
    """The manifest in a text.  Raises: ValueError or KeyError where it is not one."""
    raw = json.loads(text)
    models = {each["name"]: _model(each) for each in raw["semantic_models"]}
    measures = {
        measure["name"]: (model["name"], measure) for model in raw["semantic_models"] for measure in model["measures"]
    }
    metrics = {each["name"]: _metric(each, measures, models) for each in raw["metrics"]}
    names = {dimension.name for model in models.values() for dimension in model.dimensions}
    return Manifest(text, metrics, models, _calendar(raw), frozenset(names))


def _calendar(raw: Mapping[str, Any]) -> Calendar:
    spine = next(
        each
        for each in raw["project_configuration"]["time_spines"]
        if each["primary_column"]["time_granularity"] == "day"
    )
    relation = spine["node_relation"]
    fiscal = {each["name"]: each.get("column_name") or each["name"] for each in spine["custom_granularities"]}
    return Calendar(relation["alias"], relation["schema_name"], spine["primary_column"]["name"], fiscal)


def _model(raw: Mapping[str, Any]) -> Model:
    mart = raw["node_relation"]["alias"]
    primary = next((each for each in raw["entities"] if each["type"] == "primary"), None)
    day = (raw.get("defaults") or {}).get("agg_time_dimension")
    return Model(
        name=raw["name"],
        mart=mart,
        schema=raw["node_relation"]["schema_name"],
        day=day,
        primary_entity=primary["name"] if primary else raw.get("primary_entity"),
        key_column=(primary.get("expr") or primary["name"]) if primary else None,
        entity_columns={each["name"]: each.get("expr") or each["name"] for each in raw["entities"]},
        dimensions=tuple(_dimension(each, raw["name"], mart) for each in raw["dimensions"]),
        drill=dict(_meta(raw).get("drill") or {}),
        pre_aggregated=_pre_aggregation(_meta(raw).get("pre_aggregated")),
        is_history=any((each.get("type_params") or {}).get("validity_params") for each in raw["dimensions"]),
    )


def _pre_aggregation(given: Mapping[str, Any] | None) -> PreAggregation | None:
    return PreAggregation(given["mart"], frozenset(given["keys"]), frozenset(given["sums"])) if given else None


def _dimension(raw: Mapping[str, Any], model: str, mart: str) -> Dimension:
    meta = _meta(raw)
    public = str(meta.get("public_name") or raw["name"])
    element = str(raw["name"])
    looks_like_document = mart.startswith("fct_") and element.endswith(("_number", "_id"))
    return Dimension(
        name=public,
        model=model,
        mart=mart,
        element=element,
        expression=str(raw.get("expr") or element),
        label=str(raw.get("label") or meta.get("label") or _words(public)),
        is_time=raw["type"] == "time",
        is_document=bool(meta.get("document", looks_like_document)),
        labels=_labels(raw, meta),
        synonyms=_synonyms(meta),
        meta=meta,
    )


def _metric(
    raw: Mapping[str, Any], measures: Mapping[str, tuple[str, Mapping[str, Any]]], models: Mapping[str, Model]
) -> Metric:
    meta, params = _meta(raw), raw["type_params"]
    model, measure = measures.get((params.get("measure") or {}).get("name") or "", (None, {}))
    inputs, expression, is_whole = _composition(raw)
    return Metric(
        name=raw["name"],
        label=str(raw.get("label") or _words(raw["name"])),
        description=str(raw.get("description") or ""),
        kind=raw["type"],
        area=_area(meta, models[model].mart if model else None),
        unit=str(meta.get("unit", "number")),
        owner=str(meta.get("owner", "")),
        good_direction=str(meta.get("good_direction", "")),
        is_listed=not (params.get("is_private") or meta.get("hidden")),
        labels=_labels(raw, meta),
        synonyms=_synonyms(meta),
        meta=meta,
        expression=expression,
        inputs=inputs,
        model=model,
        aggregation=measure.get("agg"),
        measure_expression=str(measure["expr"]) if measure.get("expr") else measure.get("name"),
        filters=_filters(raw.get("filter")) + _filters((params.get("measure") or {}).get("filter")),
        fill_with=(params.get("measure") or {}).get("fill_nulls_with"),
        is_semi_additive=bool(measure.get("non_additive_dimension")) or _is_balance(raw),
        is_whole=is_whole,
    )


def _composition(raw: Mapping[str, Any]) -> tuple[tuple[MetricInput, ...], str | None, bool]:
    """What a metric is made of: its inputs, the expression over them, and whether it must stay in one piece."""
    params, kind = raw["type_params"], raw["type"]
    if kind == "derived":
        given = params.get("metrics") or []
        whole = any(each.get("offset_window") or each.get("offset_to_grain") or each.get("filter") for each in given)
        inputs = tuple(MetricInput(each["name"], each.get("alias") or each["name"]) for each in given)
        return inputs, str(params["expr"]), whole or bool(raw.get("filter"))
    if kind == "ratio":
        pair = (params["numerator"], params["denominator"])
        inputs = tuple(MetricInput(each["name"], each.get("alias") or each["name"]) for each in pair)
        whole = any(each.get("filter") for each in pair) or bool(raw.get("filter"))
        return inputs, f"{inputs[0].alias} / nullif({inputs[1].alias}, 0)", whole
    return (), None, kind == "conversion" or (kind == "cumulative" and not _is_balance(raw))


def _is_balance(raw: Mapping[str, Any]) -> bool:
    if raw["type"] != "cumulative":
        return False
    params = raw["type_params"].get("cumulative_type_params") or {}
    return not (params.get("window") or params.get("grain_to_date") or raw["type_params"].get("window"))


def _filters(raw: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple(each["where_sql_template"] for each in (raw or {}).get("where_filters", []))


def _area(meta: Mapping[str, Any], mart: str | None) -> str:
    given = str(meta.get("area", ""))
    if given or mart is None:
        return given
    return next((area for start, area in AREA_OF_MART.items() if mart.startswith(start)), "")


AREA_OF_MART = {
    "fct_sales": "sales",
    "fct_delivery": "sales",
    "fct_purchase": "purchase",
    "fct_stock": "inventory",
    "fct_production": "production",
    "fct_bill": "production",
    "fct_journal": "finance",
    "fct_budget": "finance",
    "fct_project": "finance",
    "fct_receivable": "finance",
    "fct_payable": "finance",
    "fct_payment": "finance",
    "fct_document": "finance",
    "fct_exchange": "finance",
    "fct_tax": "finance",
    "fct_offer": "sales",
    "fct_request": "monitor",
    "fct_item_price": "inventory",
    "fct_item_review": "sales",
    "fct_supplier_item": "purchase",
    "fct_party": "sales",
    "fct_employment": "hr",
    "fct_employee": "hr",
    "fct_login": "security",
}


def _meta(raw: Mapping[str, Any]) -> dict[str, Any]:
    return dict((raw.get("config") or {}).get("meta") or {})


def _labels(raw: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[str, str]:
    found = {key.removeprefix("label_"): str(text) for key, text in meta.items() if key.startswith("label_")}
    nested = meta.get("labels")
    if isinstance(nested, Mapping):
        found |= {str(language): str(text) for language, text in nested.items()}
    if raw.get("label"):
        found.setdefault("en", str(raw["label"]))
    return found


def _synonyms(meta: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    given = meta.get("synonyms") or {}
    if not isinstance(given, Mapping):
        given = {"en": given}
    found = {str(language): tuple(map(str, words or ())) for language, words in given.items()}
    for key, words in meta.items():
        if key.startswith("synonyms_"):
            found[key.removeprefix("synonyms_")] = tuple(map(str, _as_list(words)))
    return found


def _as_list(words: object) -> Iterable[object]:
    return words if isinstance(words, list | tuple) else [words]


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
