"""The verbs a client may call, declared: what each takes, and the request that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, Any]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ListMetrics(_Arguments):
    """Metrics, by their words."""

    search: str = Field(default="", max_length=200, description="Part of a name, label or synonym.")


class GetDimensions(_Arguments):
    """Metrics that are to be asked together."""

    metrics: list[str] = Field(min_length=1, max_length=20, description="Names from list_metrics.")


class GetDimensionValues(_Arguments):
    """A dimension whose members are wanted."""

    dimension: str = Field(max_length=200, description="A name from get_dimensions.")
    search: str | None = Field(default=None, max_length=200, description="Part of the member's name.")
    limit: int = Field(default=100, ge=1, le=1000)


class Query(_Arguments):
    """A metric query, as `POST /api/metrics/query` takes it."""

    metrics: list[str] = Field(min_length=1, description="Names from list_metrics.")
    group_by: list[str] = Field(default_factory=list, description="Dimensions, or day, week, month, quarter, year.")
    where: list[Json] = Field(default_factory=list, description='{"field": ..., "op": "eq", "value": ...}')
    time: Json | None = Field(
        default=None, description='{"start": "2026-01-01", "end": "2026-12-31", "grain": "month"}'
    )
    compare: Literal["previous_period", "previous_year"] | Json | None = None
    order_by: list[str] = Field(default_factory=list, description="Column names; a minus in front for descending.")
    limit: int | None = Field(default=None, ge=1)


class Ask(_Arguments):
    """A question in words."""

    question: str = Field(max_length=10_000, description="In English or Chinese.")
    conversation_id: str | None = Field(default=None, description="Goes on with a conversation.")
    locale: str | None = Field(default=None, max_length=20, description="The language of the answer: en or zh.")


@dataclass(frozen=True, slots=True)
class Request:
    """A request to our own HTTP interface."""

    method: Literal["GET", "POST"]
    path: str
    params: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Tool:
    """One verb: `request` of its arguments, and what of the answer is told."""

    name: str
    description: str
    arguments: type[BaseModel]
    request: Callable[[Any], Request]
    told: Callable[[Any, Json], Json] = lambda _asked, answer: answer


def _catalogue(_asked: BaseModel) -> Request:
    return Request("GET", "/api/metrics")


def _metrics(asked: ListMetrics, answer: Json) -> Json:
    wanted = asked.search.casefold().split()
    kept = ("name", "label", "description", "unit", "type", "good_direction", "dimensions")
    return {
        "metrics": [
            {name: metric.get(name) for name in kept}
            for metric in answer["metrics"]
            if all(word in _words_of(metric) for word in wanted)
        ],
        "data_version": answer["data_version"],
    }


def _words_of(entry: Json) -> str:
    synonyms = [word for words in entry.get("synonyms", {}).values() for word in words]
    return " ".join([entry["name"], entry["label"], *synonyms]).casefold()


def _dimensions(asked: GetDimensions, answer: Json) -> Json:
    known = {metric["name"]: metric["dimensions"] for metric in answer["metrics"]}
    unknown = [name for name in asked.metrics if name not in known]
    if unknown:
        raise UnknownMetrics(unknown)
    shared = set.intersection(*(set(known[name]) for name in asked.metrics))
    return {
        "dimensions": [
            {"name": each["name"], "label": each["label"], "type": each["type"]}
            for each in answer["dimensions"]
            if each["name"] in shared
        ],
        "grains": answer["grains"],
    }


def _values(asked: GetDimensionValues) -> Request:
    given = {"dimension": asked.dimension, "q": asked.search, "limit": asked.limit}
    return Request("GET", "/api/metrics/dimension-values", params=_said(given))


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _values_told(_asked: GetDimensionValues, answer: Json) -> Json:
    return {"values": answer["items"]}


class UnknownMetrics(ValueError):
    """Metrics that the asker may not see or that are not there: the two are told alike."""

    def __init__(self, names: Sequence[str]) -> None:
        """Name them."""
        super().__init__(f"No such metric: {', '.join(names)}. See list_metrics.")


TOOLS: tuple[Tool, ...] = (
    Tool(
        "list_metrics",
        "List the governed metrics you may ask for, with their definitions and dimensions.",
        ListMetrics,
        _catalogue,
        _metrics,
    ),
    Tool("get_dimensions", "List the dimensions that all these metrics share.", GetDimensions, _catalogue, _dimensions),
    Tool(
        "get_dimension_values",
        "List the members of a dimension among the rows you may see.",
        GetDimensionValues,
        _values,
        _values_told,
    ),
    Tool(
        "query_metrics",
        "Ask for figures. Amounts are decimal texts; evidence tells definitions, SQL and data version.",
        Query,
        lambda asked: Request("POST", "/api/metrics/query", body=asked.model_dump(exclude_unset=True)),
    ),
    Tool(
        "get_metrics_compiled_sql",
        "Show the SQL of a metric query without running it.",
        Query,
        lambda asked: Request("POST", "/api/metrics/sql", body=asked.model_dump(exclude_unset=True)),
    ),
    Tool(
        "ask",
        "Ask in words: an answer with its evidence, a question back with choices, or a no that says why.",
        Ask,
        lambda asked: Request("POST", "/api/ai/ask", body=asked.model_dump(exclude_none=True)),
    ),
)
