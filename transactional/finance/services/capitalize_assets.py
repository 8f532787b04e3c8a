"""Assets come into the books: from the clearing account, with an opening balance or with a supplier's invoice."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.finance.assets import ORIGIN, capitalization_lines
from transactional.finance.errors import AssetDepreciated, AssetOfInvoice, AssetStateRefused, AssetTagUsed
from transactional.finance.events import asset_told
from transactional.finance.models import Asset, AssetClass, AssetSource, AssetState, Invoice
from transactional.finance.queries import depreciated_amounts
from transactional.finance.specs import BoughtAsset
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import BrokenInvariant, invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.periods import lock_periods
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.ledger.services.reverse_entries import reverse_entries

_STANDING = (Asset.state, Asset.source, Asset.capitalized_on, Asset.journal_entry_id, Asset.invoice_id)


def capitalize_assets(
    session: Session, asset_ids: Sequence[UUID], *, on: date, source: AssetSource, at: datetime
) -> list[Asset]:
    """Drafted assets, in use from now on: their cost stands on the accounts of their classes from the day on.

    From the clearing account, where invoices and entries by hand have brought it; or as an opening balance, with what
    was lost of them in other books.
    Raises: NotFound; AssetStateRefused; PeriodClosed; RoleUnmapped; Invalid where something was lost of what is new.
    """
    assets = hold_assets(session, dict.fromkeys(asset_ids, on))
    for asset in assets:
        if asset.state != AssetState.DRAFT:
            raise AssetStateRefused(tag=asset.tag, state=asset.state, wanted=AssetState.DRAFT)
        if source != AssetSource.OPENING and asset.opening_depreciation_amount:
            reason = f"asset {asset.tag} has lost something in other books: that is an opening balance"
            raise invalid("source", reason, "no_opening")
        asset.source, asset.capitalized_on = source.value, on
    entries = post_entries(
        session,
        [asset_entry(asset, on, capitalization_lines(asset, account_of(session, asset)), "in use") for asset in assets],
        at=at,
    )
    _stand(session, {asset.id: entry.id for asset, entry in zip(assets, entries, strict=True)}, assets)
    record(session, [asset_told("capitalized", asset, on, at) for asset in assets])
    return assets


def capitalize_bought(session: Session, bought: Sequence[BoughtAsset], *, at: datetime) -> list[Asset]:
    """Assets that suppliers' invoices have put onto the accounts of their classes: one a line.

    A tag that a draft of the class has is this draft's, with its life and place.
    Raises: AssetTagUsed; Invalid for a cost of nothing.
    """
    tags = {(each.company_id, each.tag) for each in bought}
    if len(tags) < len(bought):
        raise AssetTagUsed(tag=min(each.tag for each in bought))
    statement = select(Asset).where(Asset.tag.in_({each.tag for each in bought})).order_by(Asset.id)
    known = {(row.company_id, row.tag): row for row in read(session, statement.with_for_update())}
    drafted: list[Asset] = []
    fresh: list[Asset] = []
    for each in bought:
        asset = known.get((each.company_id, each.tag))
        if asset and (asset.state != AssetState.DRAFT or asset.asset_class_id != each.asset_class.id):
            raise AssetTagUsed(tag=each.tag)
        (drafted if asset else fresh).append(_bought(each, asset))
    insert_all(session, fresh)
    update_all(session, drafted, Asset.cost_amount, Asset.in_service_on, *_STANDING)
    made = [*fresh, *drafted]
    record(session, [asset_told("capitalized", asset, _day_of(asset), at) for asset in made])
    return made


def cancel_assets(session: Session, asset_ids: Sequence[UUID], *, on: date, at: datetime) -> list[Asset]:
    """Assets that are drafts again: their capitalization is taken back on the day.

    Raises: NotFound; AssetStateRefused; AssetOfInvoice; AssetDepreciated; PeriodClosed; Invalid for a day before it.
    """
    assets = hold_assets(session, dict.fromkeys(asset_ids, on))
    for asset in assets:
        if asset.state != AssetState.IN_USE:
            raise AssetStateRefused(tag=asset.tag, state=asset.state, wanted=AssetState.IN_USE)
        if asset.invoice_id:
            invoice = read_by_id(session, Invoice, [asset.invoice_id])[asset.invoice_id]
            raise AssetOfInvoice(tag=asset.tag, number=invoice.number)
    check_not_depreciated(session, assets)
    reverse_entries(session, [_entry_of(asset) for asset in assets], on=on, at=at)
    record(session, [asset_told("cancelled", asset, on, at) for asset in assets])
    _draft_again(session, assets)
    return assets


def release_bought(session: Session, invoice_ids: Sequence[UUID], *, on: date, at: datetime) -> None:
    """Nothing: what came with these suppliers' invoices, which are taken back on the day, is a draft again.

    Raises: AssetStateRefused for one that was disposed of; AssetDepreciated.
    """
    found = read(session, select(Asset).where(any_of(Asset.invoice_id, invoice_ids)))
    assets = hold_assets(session, {asset.id: on for asset in found})
    for asset in assets:
        if asset.state != AssetState.IN_USE:
            raise AssetStateRefused(tag=asset.tag, state=asset.state, wanted=AssetState.IN_USE)
    check_not_depreciated(session, assets)
    record(session, [asset_told("cancelled", asset, on, at) for asset in assets])
    _draft_again(session, assets)


def hold_assets(session: Session, days: Mapping[UUID, date]) -> list[Asset]:
    """Assets held behind the periods of their days: a run of depreciation holds its period and then its assets."""
    found = read_by_id(session, Asset, days)
    lock_periods(session, ((asset.company_id, days[key]) for key, asset in found.items()))
    return lock_by_id(session, Asset, days)


def check_not_depreciated(session: Session, assets: Sequence[Asset]) -> None:
    """Nothing where nothing was lost of the assets in these books.  Raises: AssetDepreciated."""
    lost = depreciated_amounts(session, [asset.id for asset in assets])
    for asset in assets:
        if lost[asset.id]:
            raise AssetDepreciated(tag=asset.tag, amount=lost[asset.id])


def account_of(session: Session, asset: Asset) -> UUID:
    """The account that an asset's cost stands on."""
    return read_all(session, AssetClass)[asset.asset_class_id].account_id


def asset_entry(asset: Asset, on: date, lines: Sequence[LineDraft], what: str) -> EntryDraft:
    """What an asset posts on a day."""
    return EntryDraft(
        company_id=asset.company_id,
        journal=Journal.GENERAL,
        posted_on=on,
        origin_type=ORIGIN,
        origin_id=asset.id,
        description=f"Asset {asset.tag} {what}",
        lines=lines,
    )


def _bought(each: BoughtAsset, asset: Asset | None) -> Asset:
    if each.cost_amount <= ZERO:
        raise invalid("lines", f"asset {each.tag} has to cost something", "not_above_zero")
    values = {
        "in_service_on": each.in_service_on,
        "cost_amount": each.cost_amount,
        "state": AssetState.IN_USE.value,
        "source": AssetSource.INVOICE.value,
        "capitalized_on": each.invoiced_on,
        "journal_entry_id": each.journal_entry_id,
        "invoice_id": each.invoice_id,
    }
    if asset:
        if asset.residual_amount + asset.opening_depreciation_amount > each.cost_amount:
            raise invalid("lines", f"asset {each.tag} costs less than what shall remain of it", "above_cost")
        for name, value in values.items():
            setattr(asset, name, value)
        return asset
    return Asset(
        id=new_id(),
        company_id=each.company_id,
        tag=each.tag,
        name=each.name or each.asset_class.name,
        asset_class_id=each.asset_class.id,
        residual_amount=ZERO,
        opening_depreciation_amount=ZERO,
        life_months=each.asset_class.life_months,
        cost_centre_id=each.cost_centre_id,
        **values,
    )


def _stand(session: Session, entry_ids: Mapping[UUID, UUID], assets: Sequence[Asset]) -> None:
    for asset in assets:
        asset.state, asset.journal_entry_id = AssetState.IN_USE.value, entry_ids[asset.id]
    update_all(session, assets, *_STANDING)


def _draft_again(session: Session, assets: Sequence[Asset]) -> None:
    for asset in assets:
        asset.state = AssetState.DRAFT.value
        asset.source = asset.capitalized_on = asset.journal_entry_id = asset.invoice_id = None
    update_all(session, assets, *_STANDING)


def _entry_of(asset: Asset) -> UUID:
    if asset.journal_entry_id is None:
        raise BrokenInvariant(f"asset {asset.id} is in use without an entry")
    return asset.journal_entry_id


def _day_of(asset: Asset) -> date:
    if asset.capitalized_on is None:
        raise BrokenInvariant(f"asset {asset.id} is in use since no day")
    return asset.capitalized_on
