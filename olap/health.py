"""How fresh the figures are and whether their checks passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from olap.asker import Asker
from olap.errors import NumbersUnavailable
from olap.restated import RestatedPeriod
from olap.service import Numbers

FRESH_SECONDS = 300


@dataclass(frozen=True)
class Health:
    """The state of the published figures."""

    status: str
    """`fresh`, `stale`, `failing` where a check did not pass, or `missing` before the first publication."""
    data_version: str | None
    loaded_at: str | None
    watermark: str | None
    age_seconds: int | None
    checks: Mapping[str, Any] | Sequence[Any]
    marts: int
    reason: str | None = None


def health(numbers: Numbers, *, now: datetime, fresh_seconds: int = FRESH_SECONDS) -> Health:
    """What the pointer of the published version says; never an error."""
    try:
        version = numbers.engine.version()
        metrics = len(numbers.vocabularies.current().manifest.marts)
    except NumbersUnavailable as error:
        return Health("missing", None, None, None, None, {}, 0, str(error))
    age = _age(version.loaded_at, numbers.engine.confirmed_at(), now)
    status = "failing" if _failed(version.checks) else "stale" if age is None or age > fresh_seconds else "fresh"
    return Health(status, version.id, version.loaded_at, version.watermark, age, version.checks, metrics)


def restated_periods(numbers: Numbers, asker: Asker) -> tuple[RestatedPeriod, ...]:
    """The periods that were opened again, of companies within the asker's scope; none before the first publication."""
    try:
        return numbers.restated_seen(asker)
    except NumbersUnavailable:
        return ()


def _age(loaded_at: str | None, confirmed_at: datetime | None, now: datetime) -> int | None:
    """Seconds since the figures were last known to be whole: loaded, or found to miss nothing."""
    if loaded_at is None:
        return None
    moment = datetime.fromisoformat(loaded_at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    moment = max(moment, confirmed_at) if confirmed_at else moment
    return max(0, int((now - moment).total_seconds()))


def _failed(checks: Mapping[str, Any] | Sequence[Any]) -> bool:
    """Whether any check did not pass, in either form: counts, or a list of results."""
    if isinstance(checks, Mapping):
        return bool(checks.get("failed"))
    return any(
        isinstance(each, Mapping) and (each.get("passed") is False or each.get("status") in {"failed", "error"})
        for each in checks
    )
