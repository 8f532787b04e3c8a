"""A run of depreciation is taken back: its assets are worth what they were before it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from transactional.finance.cancelling import CANCELLED, POSTED, check_may_cancel, check_unused
from transactional.finance.errors import AssetStateRefused
from transactional.finance.models import Asset, AssetState, Depreciation
from transactional.kernel.arrays import any_of
from transactional.kernel.mirrors import mirror_of
from transactional.kernel.outbox import Event, record
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import Period
from transactional.ledger.periods import check_days
from transactional.ledger.services.reverse_entries import reverse_entries


def cancel_depreciations(
    session: Session, depreciation_ids: Sequence[UUID], *, on: date, at: datetime
) -> list[Depreciation]:
    """Cancelled depreciations with all others of their runs: the mirror images of their entries, dated on the day.

    A period that is open is depreciated anew; what a closed one lacks then is borne by the periods that follow.
    Raises: NotFound; what `check_may_cancel` raises; DocumentInUse naming later periods in which an asset of the run
    was depreciated; AssetStateRefused for an asset that was disposed of; PeriodMissing, PeriodClosed, DayTooFar;
    Invalid for a day before the run's.
    """
    named = read_by_id(session, Depreciation, depreciation_ids)
    entry_ids = sorted({row.journal_entry_id for row in named.values()})
    runs = select(Depreciation.id).where(any_of(Depreciation.journal_entry_id, entry_ids))
    found = read_by_id(session, Depreciation, session.scalars(runs))
    # Whoever depreciates holds the period.
    periods = {row.id: row for row in lock_by_id(session, Period, {row.period_id for row in found.values()})}
    rows = lock_by_id(session, Depreciation, found)
    assets = {row.id: row for row in lock_by_id(session, Asset, {row.asset_id for row in rows})}
    names = {row.id: f"{assets[row.asset_id].tag} {periods[row.period_id].starts_on:%Y-%m}" for row in rows}
    check_may_cancel(rows, on=on, names=names)
    _check_in_use(assets.values())
    _check_last(session, rows, names)
    check_days(session, {(row.company_id, on) for row in rows}, at=at)
    made = reverse_entries(session, entry_ids, on=on, at=at)
    entries = {key: entry.id for key, entry in zip(entry_ids, made, strict=True)}
    own = {"state": CANCELLED}
    insert_all(
        session,
        [mirror_of(row, reverses_id=row.id, journal_entry_id=entries[row.journal_entry_id], **own) for row in rows],
    )
    for row in rows:
        row.state = CANCELLED
    update_all(session, rows, Depreciation.state)
    record(session, [_told(period, rows, on, at) for period in periods.values()])
    by_id = {row.id: row for row in rows}
    return [by_id[key] for key in depreciation_ids]


def _check_in_use(assets: Iterable[Asset]) -> None:
    """Nothing where every asset is there: one that was disposed of took what it had lost out of the books with it."""
    for asset in assets:
        if asset.state != AssetState.IN_USE:
            raise AssetStateRefused(tag=asset.tag, state=asset.state, wanted=AssetState.IN_USE)


def _check_last(session: Session, rows: Sequence[Depreciation], names: Mapping[UUID, str]) -> None:
    """Nothing where no asset was depreciated in a later period: its share follows from what it had lost."""
    later, later_period = aliased(Depreciation), aliased(Period)
    statement = (
        select(Depreciation.id, Asset.tag, later_period.starts_on)
        .join(later, (later.tenant_id == Depreciation.tenant_id) & (later.asset_id == Depreciation.asset_id))
        .join(Period, (Period.tenant_id == Depreciation.tenant_id) & (Period.id == Depreciation.period_id))
        .join(later_period, (later_period.tenant_id == later.tenant_id) & (later_period.id == later.period_id))
        .join(Asset, (Asset.tenant_id == later.tenant_id) & (Asset.id == later.asset_id))
        .where(
            any_of(Depreciation.id, names),
            later.state == POSTED,
            later_period.starts_on > Period.starts_on,
            ~later.id.in_([row.id for row in rows]),
        )
    )
    found = [(row[0], f"{row[1]} {row[2]:%Y-%m}") for row in session.execute(statement)]
    check_unused(names, found)


def _told(period: Period, rows: Sequence[Depreciation], on: date, at: datetime) -> Event:
    own = [row for row in rows if row.period_id == period.id]
    payload = {
        "company_id": str(period.company_id),
        "asset_count": len(own),
        "amount": str(sum(row.amount for row in own)),
        "cancelled_on": on.isoformat(),
    }
    return Event("finance.period.depreciation_cancelled", "ledger.period", period.id, at, payload)
