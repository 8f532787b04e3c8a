"""One look at everything that is published: series scored, documents tested, findings handed in."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl

from ai.anomalies.controls.model import Settings as Rules
from ai.anomalies.controls.testing import document_count, examine_books
from ai.anomalies.forecasts import Expected, forecast_totals
from ai.anomalies.grouping import group_outliers
from ai.anomalies.metrics import Family, find_outliers
from ai.anomalies.model import Hit, Incident
from ai.anomalies.words import as_told
from olap.asker import Asker
from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from pipelines.scores.books import currency_of, read_books
from pipelines.scores.drilling import with_documents
from pipelines.scores.series import Asked, ask_series
from runtime.settings import DatabaseRole, Settings
from transactional.watch.desk import WatchDesk, Watched, open_desk
from transactional.watch.specs import Actual, Kept, Look, NewFinding, NewForecast, NewIncident

HISTORY_DAYS = 800
WATCHED_DAYS = 120
"""How far back a day may lie that is told: older ones have been told before, or never will matter."""
JUDGED_DAYS = 30
DOCUMENT_DAYS = 400
"""A year and what is left of the month it closed in."""
THREADS = 2
MEMORY_LIMIT = "1GB"
CELLS_MAX = 4_000_000


@dataclass(frozen=True, slots=True)
class Scored:
    """What one tenant's look came to."""

    tenant_id: UUID
    kept: Kept
    series: int
    seconds: float


class Scorer:
    """The detectors over one installation's lake."""

    def __init__(self, settings: Settings, *, today: date | None = None) -> None:
        """Nothing is read yet; `today` is a test's own day."""
        self.settings = settings
        self.today = today or datetime.now(UTC).date()
        self.engine = DuckDBEngine.over(settings.lake_dir, threads=THREADS, memory_limit=MEMORY_LIMIT, timeout=120.0)
        self.numbers = Numbers(self.engine, settings.dbt_target_dir, today=lambda: self.today, cells_max=CELLS_MAX)

    def close(self) -> None:
        """Give the memory back."""
        self.engine.close()

    def look(self, tenant_id: UUID, policy: Watched) -> Look:
        """Everything that stands out in a tenant's figures and documents, all of one published version."""
        with self.engine.lake.held() as publication:
            return self._looked(tenant_id, policy, publication.version.id)

    def _looked(self, tenant_id: UUID, policy: Watched, version: str) -> Look:
        started, clock = datetime.now(UTC), time.perf_counter()
        asker = Asker(str(tenant_id), frozenset({"*"}))
        end = self.today - timedelta(days=1)
        asked = ask_series(self.numbers, asker, start=end - timedelta(days=HISTORY_DAYS), end=end)
        self.numbers.forget()
        since = self.today - timedelta(days=WATCHED_DAYS)
        screened = find_outliers(asked.families, since=since, threads=THREADS)
        incidents = with_documents(group_outliers(screened, asked.naming), self.numbers, asker)
        books = read_books(self.engine, str(tenant_id), _settings(policy))
        incidents += examine_books(books, since=self.today - timedelta(days=DOCUMENT_DAYS))
        currency_code = currency_of(self.engine, str(tenant_id))
        return Look(
            data_version=version,
            started_at=started,
            seconds=time.perf_counter() - clock,
            series_count=screened.series_count,
            document_count=document_count(books),
            incidents=[_new(each, currency_code) for each in incidents],
            forecasts=[_forecast(each) for each in forecast_totals(asked.families, after=end)],
            actuals=_actuals(asked, self.today - timedelta(days=JUDGED_DAYS)),
            skipped=asked.skipped,
        )


def score_installation(settings: Settings, *, at: datetime | None = None) -> list[Scored]:
    """What became of one look at every tenant's figures and documents."""
    scorer = Scorer(settings, today=at.date() if at else None)
    try:
        with open_desk(settings.database_url(DatabaseRole.APP)) as desk:
            return [_scored(scorer, desk, tenant_id, at) for tenant_id in desk.tenants()]
    finally:
        scorer.close()


def _scored(scorer: Scorer, desk: WatchDesk, tenant_id: UUID, at: datetime | None) -> Scored:
    look = scorer.look(tenant_id, desk.policy(tenant_id))
    kept = desk.keep(tenant_id, look, at=at or datetime.now(UTC))
    return Scored(tenant_id, kept, look.series_count, look.seconds)


def _settings(policy: Watched) -> Rules:
    return Rules(float(policy.approval_limit), policy.day_starts_hour, policy.day_ends_hour)


def _new(incident: Incident, currency_code: str | None) -> NewIncident:
    reason = as_told(incident.reason, currency_code)
    return NewIncident(
        pattern=incident.pattern,
        kind=incident.kind,
        reason=reason.en[:2000],
        reason_zh=reason.zh[:2000],
        score=_share(incident.score),
        money_at_risk_amount=_amount(incident.money_at_risk),
        currency_code=currency_code,
        first_on=incident.first_on,
        last_on=incident.last_on,
        findings=_once([_finding(hit, currency_code) for hit in incident.hits]),
        metric=incident.metric,
        observed_value=_value(incident.observed),
        expected_value=_value(incident.expected),
        expected_low=_value(incident.low),
        expected_high=_value(incident.high),
        contributions=incident.contributions,
        series=incident.series,
        documents=[document.as_record() for document in incident.documents],
        invoice_ids=[UUID(each) for each in incident.bills],
    )


def _finding(hit: Hit, currency_code: str | None) -> NewFinding:
    reason = as_told(hit.reason, currency_code)
    return NewFinding(
        pattern=hit.pattern,
        control=hit.control,
        standard=hit.standard[:200],
        found_on=hit.on,
        score=_share(hit.score),
        weight=_share(hit.weight),
        money_at_risk_amount=_amount(hit.money_at_risk),
        subject=hit.subject[:200],
        reason=reason.en[:1000],
        reason_zh=reason.zh[:1000],
        documents=[document.as_record() for document in hit.documents],
        dimension=hit.dimension,
        member=hit.member,
        observed_value=_value(hit.observed),
        expected_low=_value(hit.low),
        expected_high=_value(hit.high),
    )


def _once(findings: Sequence[NewFinding]) -> list[NewFinding]:
    return list({each.pattern: each for each in reversed(findings)}.values())[::-1]


def _forecast(each: Expected) -> NewForecast:
    value, low, high = (_price(number) for number in (each.value, each.low, each.high))
    return NewForecast(each.key.metric, each.key.dimension, each.key.member, each.on, each.model, value, low, high)


def _actuals(asked: Asked, since: date) -> list[Actual]:
    """The last days of every metric as a whole, to judge earlier forecasts by."""
    found: list[Actual] = []
    for family in asked.families:
        if not family.dimension:
            found += _days(family, since)
    return found


def _days(family: Family, since: date) -> list[Actual]:
    recent = family.frame.filter((pl.col("day") >= since) & pl.col("value").is_not_null())
    return [Actual(family.metric, "", "", row["day"], _price(row["value"])) for row in recent.iter_rows(named=True)]


def _share(number: float) -> Decimal:
    return Decimal(str(round(number, 6)))


def _amount(number: float) -> Decimal:
    return Decimal(str(round(min(abs(number), 1e13), 2)))


def _price(number: float) -> Decimal:
    return Decimal(str(round(max(-1e13, min(1e13, number)), 6)))


def _value(number: float | None) -> Any:
    return None if number is None else _price(number)
