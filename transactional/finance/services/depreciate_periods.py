"""Assets lose their share of a period's wear."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, select

from transactional.finance.cancelling import POSTED
from transactional.finance.depreciation import amount_of_period, is_borne_in
from transactional.finance.models import Asset, AssetState, Depreciation
from transactional.finance.queries import depreciated_amounts
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import Event, record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read
from transactional.kernel.session import Session
from transactional.ledger.errors import PeriodClosed
from transactional.ledger.models import AccountRole, Period, PeriodState
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company

Due = list[tuple[Asset, Decimal]]


def depreciate_periods(session: Session, period_ids: Sequence[UUID], *, at: datetime) -> list[Depreciation]:
    """What every asset in service loses in these periods, posted in one entry a period; what is posted stays as it is.

    Raises: NotFound; PeriodClosed for one that takes no postings; RoleUnmapped.
    """
    made: list[Depreciation] = []
    for period in sorted(lock_by_id(session, Period, period_ids), key=lambda row: row.starts_on):
        if period.state != PeriodState.OPEN:
            raise PeriodClosed(on=period.ends_on, company_id=period.company_id)
        _hold_assets(session, period)
        due = due_depreciation(session, period)
        if not due:
            continue
        [entry] = post_entries(session, [_draft(period, due)], at=at)
        rows = [
            Depreciation(
                company_id=period.company_id,
                asset_id=asset.id,
                period_id=period.id,
                amount=amount,
                journal_entry_id=entry.id,
                state=POSTED,
            )
            for asset, amount in due
        ]
        insert_all(session, rows)
        record(session, [_told(period, rows, at)])
        made += rows
    return made


def due_depreciation(session: Session, period: Period) -> Due:
    """Assets in service with what they lose in a period, where that is not posted yet; by tag."""
    found = read(session, select(Asset).where(*_in_use(period)))
    assets = [asset for asset in found if is_borne_in(asset, period.ends_on)]
    posted = depreciated_amounts(session, [asset.id for asset in assets])
    done = set(
        session.scalars(
            select(Depreciation.asset_id).where(Depreciation.period_id == period.id, Depreciation.state == POSTED)
        )
    )
    decimals = decimals_of(read_all(session, Company)[period.company_id].currency_code)
    due = [
        (asset, amount_of_period(asset, posted[asset.id], period.starts_on, period.ends_on, decimals))
        for asset in sorted(assets, key=lambda asset: asset.tag)
        if asset.id not in done
    ]
    return [(asset, amount) for asset, amount in due if amount]


def _in_use(period: Period) -> tuple[ColumnElement[bool], ...]:
    return Asset.company_id == period.company_id, Asset.state == AssetState.IN_USE.value


def _hold_assets(session: Session, period: Period) -> None:
    """Behind the period: an asset that leaves now is either gone or waits until it has lost its share."""
    lock_by_id(session, Asset, session.scalars(select(Asset.id).where(*_in_use(period))))


def _draft(period: Period, due: Due) -> EntryDraft:
    lines = []
    for asset, amount in due:
        # The wear is a cost of where the thing stands now; what it is worth moves along without a posting.
        worn = LineDraft(
            role=AccountRole.DEPRECIATION,
            amount=amount,
            cost_centre_id=asset.cost_centre_id,
            description=asset.tag,
        )
        lines += [worn, LineDraft(role=AccountRole.ACCUMULATED_DEPRECIATION, amount=-amount, description=asset.tag)]
    return EntryDraft(
        company_id=period.company_id,
        journal=Journal.GENERAL,
        posted_on=period.ends_on,
        origin_type="depreciation",
        origin_id=period.id,
        description=f"Depreciation {period.starts_on} to {period.ends_on}",
        lines=lines,
    )


def _told(period: Period, rows: Sequence[Depreciation], at: datetime) -> Event:
    total = sum((row.amount for row in rows), ZERO)
    payload = {"company_id": str(period.company_id), "asset_count": len(rows), "amount": str(total)}
    return Event("finance.period.depreciated", "ledger.period", period.id, at, payload)
