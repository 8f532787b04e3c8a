"""`GET /api/metrics/loads`: how the figures came to be, load by load."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routing import Router, needs
from transactional.kernel.session import Session

router = Router(prefix="/api/metrics/loads", tags=["metrics"])

# Before the first load there is no such table, and no right to look for it.
_IS_THERE = text(
    """
    select exists (
        select from pg_class
        inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace
        where nspname = 'raw' and relname = 'load_runs' and has_schema_privilege(pg_namespace.oid, 'usage')
    )
    """
)
# Counts and states only: a load speaks of all tenants, so neither its tables nor its errors are told.
_LOADS = text(
    """
    select
        batch_id,
        run_id,
        kind,
        state,
        started_at,
        finished_at,
        watermark,
        published_version,
        round(extract(epoch from finished_at - started_at)::numeric, 3) as seconds,
        (select coalesce(sum(value::bigint), 0)::bigint from jsonb_each_text(rows_loaded)) as rows,
        (select count(*) from jsonb_array_elements(checks) as each_check where not (each_check ->> 'passed')::boolean)
            as failed_checks
    from raw.load_runs
    order by batch_id desc
    limit :limit
    """
)
_LOAD = text(
    """
    select batch_id, run_id, kind, state, started_at, finished_at, watermark
    from raw.load_runs
    where published_version = :version
    order by batch_id desc
    limit 1
    """
)


class LoadShown(BaseModel):
    """One load of the figures."""

    model_config = ConfigDict(extra="forbid")

    batch_id: int = Field(description="Rows of marts carry it as `_batch_id`.")
    run_id: UUID = Field(description="The run that made it; Dagster's events and the lake's version carry it too.")
    kind: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    watermark: datetime = Field(description="Everything committed until then is in it.")
    published_version: int | None
    seconds: str | None
    rows: int
    failed_checks: int


@router.get(
    "",
    summary="List the last loads of the figures",
    responses={200: {"model": envelope_of(LoadShown)}},
    openapi_extra=needs("data_health.read"),
)
def loads(call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Response:
    """Newest first; none before the first load."""
    return list_body(call.read(lambda session: _loads(session, limit)))


def has_loads(session: Session) -> bool:
    """Whether anything was ever loaded, so that there is a record to look at."""
    return bool(session.execute(_IS_THERE).scalar_one())


def load_of(session: Session, version: str) -> dict[str, Any] | None:
    """The load that published a version of the data; nothing where no load says so."""
    if not version.isdigit() or not has_loads(session):
        return None
    row = session.execute(_LOAD, {"version": int(version)}).mappings().first()
    return dict(row) if row else None


def _loads(session: Session, limit: int) -> list[dict[str, Any]]:
    if not has_loads(session):
        return []
    return [dict(row) for row in session.execute(_LOADS, {"limit": limit}).mappings()]
