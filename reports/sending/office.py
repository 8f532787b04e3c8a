"""What senders share: settings, database, figures, clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, text

from olap.engines.duckdb import DuckDBEngine
from olap.errors import NumbersUnavailable
from olap.service import Numbers
from runtime.settings import DatabaseRole, Settings
from transactional.identity.models import Tenant
from transactional.kernel.clock import utc_now
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.session import Database, Session

_LAST_RUN = text(
    """
    select state, started_at from raw.load_runs
    order by batch_id desc limit 1
    """
)
_FAILED = frozenset({"failed", "blocked"})
# Before the first load there is no such table, and no right to look for it.
_HAS_RUNS = text(
    """
    select exists (
        select from pg_class
        inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
        where nspname = 'raw' and relname = 'load_runs' and has_schema_privilege(pg_namespace.oid, 'usage')
    )
    """
)


@dataclass(frozen=True)
class Load:
    """How far the published figures reach, and whether the last load came through."""

    version: str | None
    loaded_at: str | None
    reaches: datetime | None
    """Everything committed until then is in them."""
    failed_at: datetime | None
    """When the last load began, where it did not come through."""
    failed_checks: tuple[str, ...] = ()


@dataclass
class Office:
    """Everything that sending needs."""

    settings: Settings
    database: Database
    numbers: Numbers
    now: Callable[[], datetime] = utc_now
    looked_at: dict[tuple[UUID, UUID, int], datetime] = field(default_factory=dict)
    """When this sender last looked at an alert rule on measurements, by tenant, rule and version."""

    @classmethod
    def open(cls, settings: Settings) -> Office:
        """The office of an installation, over its published figures."""
        settings.lake_dir.mkdir(parents=True, exist_ok=True)
        engine = DuckDBEngine.over(settings.lake_dir)
        numbers = Numbers(engine, settings.dbt_target_dir, today=lambda: utc_now().date())
        return cls(settings, Database(settings.database_url(DatabaseRole.APP), pool_size=2), numbers)

    def close(self) -> None:
        """End what was opened."""
        self.database.close()

    def tenants(self) -> Iterator[Principal]:
        """The one who sends, in each active tenant."""
        with self.database.outside_tenants() as session:
            ids: list[UUID] = list(session.scalars(select(Tenant.id).where(Tenant.is_active).order_by(Tenant.id)))
        for tenant_id in ids:
            yield system_principal(tenant_id, channel="sender")

    def load(self, session: Session) -> Load:
        """The state of the published figures."""
        failed_at = None
        if session.execute(_HAS_RUNS).scalar_one():
            last = session.execute(_LAST_RUN).first()
            failed_at = last[1] if last is not None and last[0] in _FAILED else None
        try:
            version = self.numbers.engine.version()
        except NumbersUnavailable:
            return Load(None, None, None, failed_at)
        known = [datetime.fromisoformat(version.watermark)] if version.watermark else []
        confirmed = self.numbers.engine.confirmed_at()
        reaches = max(
            [
                *(each if each.tzinfo else each.replace(tzinfo=UTC) for each in known),
                *([confirmed] if confirmed else []),
            ],
            default=None,
        )
        checks = version.checks if isinstance(version.checks, list | tuple) else ()
        failed = tuple(str(each.get("name")) for each in checks if each.get("passed") is False)
        return Load(version.id, version.loaded_at, reaches, failed_at, failed)
