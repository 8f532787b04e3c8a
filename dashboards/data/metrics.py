"""Asking for numbers by name. A cached answer belongs to one set of rights and one version of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.client import Problem
from dashboards.session import api, locale, viewer

CACHE_SECONDS = 600
VERSION_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included, with a grain and what to compare with."""

    start: date
    end: date
    grain: str | None = None
    compare: str | None = None

    def at_grain(self, grain: str | None) -> Period:
        """The same days, cut otherwise."""
        return Period(self.start, self.end, grain, self.compare)


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, totals and the receipt of one metric query."""

    columns: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    totals: Mapping[str, Any]
    evidence: Mapping[str, Any]
    request: Mapping[str, Any] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """The rows as a table, numbers as numbers."""
        table = pd.DataFrame(list(self.rows), columns=[column["name"] for column in self.columns])
        for column in self.columns:
            if column["type"] == "number":
                table[column["name"]] = pd.to_numeric(table[column["name"]])
        return table

    def labels(self) -> dict[str, str]:
        """What each column is called in the reader's language."""
        return {column["name"]: column["label"] for column in self.columns}


def ask(
    metrics: Sequence[str],
    period: Period,
    *,
    by: Sequence[str] = (),
    where: Sequence[Mapping[str, Any]] = (),
    order_by: Sequence[str] = (),
    limit: int | None = None,
    totals: bool = False,
) -> Answer:
    """The metrics' values with the reader's rights.  Raises: Problem."""
    request = {
        "metrics": list(metrics),
        "group_by": list(by),
        "where": [dict(condition) for condition in where],
        "time": _time(period),
        "compare": period.compare,
        "order_by": list(order_by),
        "limit": limit,
        "totals": totals,
    }
    request = {name: value for name, value in request.items() if value not in (None, [], False)}
    body = post("/api/metrics/query", request)
    return Answer(body["columns"], body["rows"], body.get("totals") or {}, body["evidence"], request)


def post(path: str, request: Mapping[str, Any]) -> Any:
    """A read by POST, cached for everyone with the same rights while the data stay the same.  Raises: Problem."""
    return _cached_post(path, request, _key())


def get(path: str, **parameters: Any) -> Any:
    """A read by GET, cached likewise.  Raises: Problem."""
    return _cached_get(path, parameters, _key())


def health() -> Mapping[str, Any]:
    """How fresh and how sound the numbers are; asked every two seconds at most."""
    return _health(_rights())


def data_version() -> str:
    """The published version that all tiles of a page show."""
    try:
        return str(health().get("data_version"))
    except Problem:
        return "none"


def _key() -> tuple[str, str, str]:
    return _rights(), data_version(), locale()


def _rights() -> str:
    person = viewer()
    return person.rights_hash if person else "nobody"


def _time(period: Period) -> dict[str, Any]:
    asked = {"start": period.start.isoformat(), "end": period.end.isoformat(), "grain": period.grain}
    return {name: value for name, value in asked.items() if value is not None}


@st.cache_data(ttl=CACHE_SECONDS, max_entries=2_000, show_spinner=False)
def _cached_post(path: str, request: Mapping[str, Any], key: tuple[str, str, str]) -> Any:
    del key  # only keeps readers and versions apart
    return api().post(path, request)


@st.cache_data(ttl=CACHE_SECONDS, max_entries=2_000, show_spinner=False)
def _cached_get(path: str, parameters: Mapping[str, Any], key: tuple[str, str, str]) -> Any:
    del key
    return api().get(path, **parameters)


@st.cache_data(ttl=VERSION_SECONDS, max_entries=200, show_spinner=False)
def _health(rights: str) -> Mapping[str, Any]:
    del rights
    found: Mapping[str, Any] = api().get("/api/metrics/health")
    return found
