"""Asking for numbers by name. A cached answer belongs to one set of rights and one version of the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from dashboards.client import Api, Problem
from dashboards.data.cache import ANSWERS, VERSIONS
from dashboards.periods import Period
from dashboards.session import api, locale, viewer

_POOL = ThreadPoolExecutor(max_workers=16, thread_name_prefix="ask")


@dataclass(frozen=True, slots=True)
class Question:
    """A question for figures, in the names of the catalogue."""

    metrics: tuple[str, ...]
    period: Period | None
    by: tuple[str, ...] = ()
    where: tuple[Mapping[str, Any], ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    totals: bool = False
    others: bool = False

    def body(self) -> dict[str, Any]:
        """The question as the server reads it."""
        asked = {
            "metrics": list(self.metrics),
            "group_by": list(self.by),
            "where": [dict(condition) for condition in self.where],
            "time": time_of(self.period),
            "compare": self.period.compare if self.period else None,
            "order_by": list(self.order_by),
            "limit": self.limit,
            "totals": self.totals,
            "others": self.others,
        }
        return {name: value for name, value in asked.items() if value not in (None, [], {}, False)}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, totals and the receipt of one metric query."""

    columns: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    totals: Mapping[str, Any]
    others: Mapping[str, Any]
    evidence: Mapping[str, Any]
    question: Mapping[str, Any] = field(default_factory=dict)

    @property
    def only(self) -> Mapping[str, Any]:
        """The one row of a question that is not grouped."""
        return self.rows[0] if self.rows else {}

    @property
    def is_empty(self) -> bool:
        """Whether there is no figure at all."""
        return all(row.get(name) is None for row in self.rows for name in self.metrics)

    @property
    def metrics(self) -> list[str]:
        """The names of the figures asked for."""
        return [str(column["name"]) for column in self.columns if column["role"] == "metric"]

    def column(self, name: str) -> Mapping[str, Any]:
        """What is known about a column."""
        return next((each for each in self.columns if each["name"] == name), {"name": name, "label": name})

    def label(self, name: str) -> str:
        """A column's name in the reader's language."""
        return str(self.column(name)["label"])


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for one person at one version; made once a page and safe to hand to threads."""

    client: Api
    rights: str
    version: str
    language: str

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """A read by POST.  Raises: Problem."""
        key = ("POST", path, body, self.rights, self.version, self.language)
        return ANSWERS.get(key, lambda: self.client.ask(path, body))

    def get(self, path: str, **parameters: Any) -> Any:
        """A read by GET.  Raises: Problem."""
        key = ("GET", path, parameters, self.rights, self.version, self.language)
        return ANSWERS.get(key, lambda: self.client.get(path, **parameters))

    def ask(self, question: Question) -> Answer:
        """The figures with the reader's rights.  Raises: Problem."""
        body = question.body()
        return answer_of(self.post("/api/metrics/query", body), body)


def reader() -> Reader:
    """The reader of this browser session at the version published now."""
    person = viewer()
    return Reader(api(), person.rights_hash if person else "nobody", data_version(), locale())


def ask(question: Question) -> Answer:
    """The figures with the reader's rights.  Raises: Problem."""
    return reader().ask(question)


def ask_all(questions: Mapping[str, Question]) -> dict[str, Answer | Problem]:
    """The answers to all questions of a page, asked at once and all from one version of the data.

    A refused question stands there as its problem: the others are shown all the same.
    """
    mine = reader()
    found = _ask_at(mine, questions)
    versions = sorted({str(each.evidence.get("data_version")) for each in found.values() if isinstance(each, Answer)})
    if len(versions) > 1:
        # A new version was published in between; the last one to be loaded is what all are asked from.
        VERSIONS.clear()
        latest = replace(mine, version=data_version())
        found = _ask_at(latest, questions)
    return found


def _ask_at(mine: Reader, questions: Mapping[str, Question]) -> dict[str, Answer | Problem]:
    futures = {name: _POOL.submit(_settled, mine, question) for name, question in questions.items()}
    return {name: future.result() for name, future in futures.items()}


def _settled(mine: Reader, question: Question) -> Answer | Problem:
    try:
        return mine.ask(question)
    except Problem as problem:
        return problem


def answer_of(body: Mapping[str, Any], question: Mapping[str, Any]) -> Answer:
    """An answer as the server sends it."""
    return Answer(
        body["columns"],
        body["rows"],
        body.get("totals") or {},
        body.get("others") or {},
        body["evidence"],
        question,
    )


def health() -> Mapping[str, Any]:
    """How fresh and how sound the numbers are; asked every two seconds at most.  Raises: Problem."""
    person, client = viewer(), api()
    key = ("health", person.rights_hash if person else "nobody", client.base_url)
    found: Mapping[str, Any] = VERSIONS.get(key, lambda: client.get("/api/metrics/health"))
    return found


def data_version() -> str:
    """The published version that all tiles of a page show."""
    try:
        return str(health().get("data_version"))
    except Problem:
        return "none"


def time_of(period: Period | None) -> dict[str, str]:
    """A period as the server reads it."""
    if period is None:
        return {}
    asked = {"start": period.start.isoformat(), "end": period.end.isoformat(), "grain": period.grain}
    return {name: value for name, value in asked.items() if value is not None}


def problems_of(found: Iterable[Answer | Problem]) -> list[Problem]:
    """The refused among some answers, each kind once."""
    seen: dict[str, Problem] = {}
    for each in found:
        if isinstance(each, Problem):
            seen.setdefault(each.code, each)
    return list(seen.values())
