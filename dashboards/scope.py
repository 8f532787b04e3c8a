"""What every tile of a page obeys: company, period, comparison and filters; kept in the address and over pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.catalogue import Catalogue, Company, catalogue_of, companies, last_month_with_data
from dashboards.data.metrics import Question, health, reader
from dashboards.formats import Formats
from dashboards.periods import DEFAULT_COMPARISON, DEFAULT_PRESET, Period, bucket_end, read_period
from dashboards.session import locale, viewer

_KEYS = ("period", "from", "to", "compare", "company", "filter")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: of which company, which days, beside which, under which filters."""

    catalogue: Catalogue
    period: Period
    company: Company | None
    companies: Sequence[Company]
    filters: Mapping[str, Sequence[str]]
    formats: Formats

    def question(  # noqa: PLR0913  # a question has so many parts
        self,
        *metrics: str,
        by: Sequence[str] = (),
        grain: str | None = None,
        compared: bool = True,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        totals: bool = False,
        others: bool = False,
        where: Sequence[Mapping[str, Any]] = (),
    ) -> Question:
        """A question about what is looked at."""
        period = self.period.by(grain)
        return Question(
            metrics,
            period if compared else period.uncompared(),
            tuple(by),
            (*self.where(metrics), *where),
            tuple(order_by),
            limit,
            totals,
            others,
        )

    def where(self, metrics: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
        """The conditions that hold for these figures: the company and the filters that they can be cut by."""
        return tuple(each for each in self.wanted() if self.catalogue.has(metrics, str(each["field"])))

    def wanted(self) -> tuple[Mapping[str, Any], ...]:
        """Every condition of the page: the company and the filters, whatever figures can be cut by them."""
        wanted: dict[str, Sequence[str]] = dict(self.filters)
        if self.company and self.company.code and len(self.companies) > 1:
            wanted["company"] = [self.company.name]
        return tuple({"field": name, "op": "in", "values": list(values)} for name, values in wanted.items() if values)

    def alike(self, metrics: Sequence[str]) -> list[list[str]]:
        """Metrics in as few questions as possible: those that obey the same conditions can be asked together."""
        groups: dict[str, list[str]] = {}
        for name in metrics:
            groups.setdefault(str(self.where([name])), []).append(name)
        return list(groups.values())

    def unfiltered(self, metrics: Sequence[str]) -> list[str]:
        """The conditions that these figures cannot obey, the company among them, in words."""
        wanted = [str(each["field"]) for each in self.wanted()]
        return [self.catalogue.label(name) for name in wanted if not self.catalogue.has(metrics, name)]


def load_scope() -> Scope:
    """What the address and the top bar say is looked at.  Raises: Problem."""
    mine = reader()
    known, of_tenant = catalogue_of(mine), companies()
    last = last_day(known)
    _, start, end, compare = read_period(chosen(), last)
    company = _company(of_tenant)
    person = viewer()
    return Scope(
        catalogue=known,
        period=Period(start, end, compare=None if compare == "none" else compare),
        company=company,
        companies=of_tenant,
        filters=read_filters(chosen().get("filter", "")),
        formats=Formats(locale(), company.currency if company else None, person.time_zone if person else "UTC"),
    )


def last_day(known: Catalogue) -> date:
    """The last day that has data: today's load, or the end of the last month in which anything happened."""
    loaded = _watermark_day()
    try:
        month = last_month_with_data(known, reader())
    except Problem:
        return loaded
    if month is None:
        return loaded
    return min(loaded, bucket_end(date.fromisoformat(month[:10]), "month"))


def _watermark_day() -> date:
    try:
        told = health().get("watermark") or health().get("loaded_at")
    except Problem:
        told = None
    if not told:
        return datetime.now(UTC).date()
    return datetime.fromisoformat(str(told)).date()


def chosen() -> dict[str, str]:
    """What was chosen in this session; at first what stands in the address."""
    if "chosen" not in st.session_state:
        st.session_state.chosen = {key: st.query_params[key] for key in _KEYS if key in st.query_params}
    found: dict[str, str] = st.session_state.chosen
    return found


def choose(**values: str | None) -> None:
    """Remember a choice; none of a name takes it away."""
    kept = {**chosen(), **{name: value for name, value in values.items() if value}}
    st.session_state.chosen = {name: value for name, value in kept.items() if values.get(name, value)}


def write_address() -> None:
    """Put the choices into the address, so that it can be kept and sent to others."""
    wanted = {key: value for key, value in chosen().items() if not _is_default(key, value)}
    if wanted.get("period") != "custom":
        wanted.pop("from", None)
        wanted.pop("to", None)
    for key in _KEYS:
        if key in wanted and st.query_params.get(key) != wanted[key]:
            st.query_params[key] = wanted[key]
        elif key not in wanted and key in st.query_params:
            del st.query_params[key]


def _is_default(key: str, value: str) -> bool:
    return value == {"period": DEFAULT_PRESET, "compare": DEFAULT_COMPARISON}.get(key, "")


def _company(of_tenant: Sequence[Company]) -> Company | None:
    """The chosen company; all of them only where they keep their books in one currency, since others do not add up."""
    asked = chosen().get("company")
    found = next((each for each in of_tenant if each.code == asked), None)
    if found is None and of_tenant:
        currencies = {each.currency for each in of_tenant}
        if len(of_tenant) == 1 or len(currencies) > 1:
            return of_tenant[0]
        return Company("", "", of_tenant[0].currency)
    return found


def read_filters(text: str) -> dict[str, list[str]]:
    """Filters as they stand in an address: `customer:Acme|Initech;region:North`."""
    found: dict[str, list[str]] = {}
    for part in text.split(";"):
        name, colon, values = part.partition(":")
        if colon and values:
            found[name] = [_unescape(value) for value in values.split("|")]
    return found


def written_filters(filters: Mapping[str, Sequence[str]]) -> str:
    """Filters as they are put into an address."""
    return ";".join(f"{name}:{'|'.join(map(_escape, values))}" for name, values in filters.items() if values)


def _escape(value: str) -> str:
    return value.replace("~", "~0").replace("|", "~1").replace(";", "~2").replace(":", "~3")


def _unescape(value: str) -> str:
    return value.replace("~3", ":").replace("~2", ";").replace("~1", "|").replace("~0", "~")
