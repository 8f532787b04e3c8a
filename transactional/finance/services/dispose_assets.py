"""Assets leave the books: sold by an invoice or scrapped; and come back where that was wrong."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.finance.assets import ORIGIN, disposal_lines
from transactional.finance.cancelling import POSTED
from transactional.finance.depreciation import amount_of_period, is_borne_in
from transactional.finance.errors import AssetStateRefused, DepreciationMissing
from transactional.finance.events import asset_told
from transactional.finance.models import Asset, AssetState, Depreciation, Invoice, InvoiceKind
from transactional.finance.queries import depreciated_amounts
from transactional.finance.services.cancel_invoices import cancel_invoices
from transactional.finance.services.capitalize_assets import account_of, asset_entry, hold_assets
from transactional.finance.services.find_taxes import find_taxes
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine, NewDisposal
from transactional.finance.taxes import Tax, TaxedAmount, TaxPlace, TaxRefused, tax_line
from transactional.kernel.errors import BrokenInvariant, invalid
from transactional.kernel.money import ZERO, has_more_decimals
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP
from transactional.ledger.models import AccountRole, Period
from transactional.ledger.services.post_entries import post_entries
from transactional.ledger.services.reverse_entries import reverse_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.scm.models import Customer

_ITEM_TAX_CLASS = "standard"
_GONE = (Asset.state, Asset.disposed_on, Asset.proceeds_amount, Asset.disposal_entry_id, Asset.sales_invoice_id)


def dispose_assets(session: Session, disposals: Sequence[NewDisposal], *, at: datetime) -> list[Asset]:
    """Assets disposed of: cost and what was lost of it are out of the books, the rest is gain or loss.

    One sold to a customer is invoiced on the day, with tax. The month of leaving is not depreciated any more.
    Raises: NotFound; AssetStateRefused; DepreciationMissing naming the first period that waits; PeriodClosed;
    RoleUnmapped; Invalid for a day before the asset's last posting, a sale without customer or price, a missing tax.
    """
    held = {row.id: row for row in hold_assets(session, {each.asset_id: each.on for each in disposals})}
    lost = depreciated_amounts(session, held)
    for each in disposals:
        asset = held[each.asset_id]
        _check(session, asset, lost[asset.id], each)
        invoice = _sell(session, asset, each, at=at) if each.customer_id else None
        proceeds = invoice.net_amount if invoice else ZERO
        gone = lost[asset.id] + asset.opening_depreciation_amount
        lines = disposal_lines(asset, account_of(session, asset), gone, proceeds)
        [entry] = post_entries(session, [asset_entry(asset, each.on, lines, "disposed of")], at=at)
        asset.state, asset.disposed_on, asset.proceeds_amount = AssetState.DISPOSED.value, each.on, proceeds
        asset.disposal_entry_id, asset.sales_invoice_id = entry.id, invoice.id if invoice else None
    assets = [held[each.asset_id] for each in disposals]
    update_all(session, assets, *_GONE)
    record(session, [asset_told("disposed", held[each.asset_id], each.on, at) for each in disposals])
    return assets


def reinstate_assets(session: Session, asset_ids: Sequence[UUID], *, on: date, at: datetime) -> list[Asset]:
    """Assets in use again: their disposal is taken back on the day, and the invoice of a sale cancelled.

    Raises: NotFound; AssetStateRefused for one that is not disposed of; DocumentSettled, DocumentCorrected where
    something rests on the invoice; PeriodClosed; Invalid for a day before the disposal.
    """
    sold = read_by_id(session, Asset, asset_ids).values()
    # Invoices are held before assets are, as where a supplier's invoice is taken back with what it brought.
    lock_by_id(session, Invoice, [asset.sales_invoice_id for asset in sold if asset.sales_invoice_id])
    assets = hold_assets(session, dict.fromkeys(asset_ids, on))
    for asset in assets:
        if asset.state != AssetState.DISPOSED:
            raise AssetStateRefused(tag=asset.tag, state=asset.state, wanted=AssetState.DISPOSED)
    invoices = [asset.sales_invoice_id for asset in assets if asset.sales_invoice_id]
    if invoices:
        cancel_invoices(session, invoices, on=on, at=at)
    reverse_entries(session, [_entry_of(asset) for asset in assets], on=on, at=at)
    for asset in assets:
        asset.state = AssetState.IN_USE.value
        asset.disposed_on = asset.proceeds_amount = asset.disposal_entry_id = asset.sales_invoice_id = None
    update_all(session, assets, *_GONE)
    record(session, [asset_told("reinstated", asset, on, at) for asset in assets])
    return assets


def _check(session: Session, asset: Asset, lost: Decimal, asked: NewDisposal) -> None:
    if asset.state != AssetState.IN_USE:
        raise AssetStateRefused(tag=asset.tag, state=asset.state, wanted=AssetState.IN_USE)
    if (asked.customer_id is None) != (not asked.price):
        missing = "price" if asked.customer_id else "customer_id"
        raise invalid(missing, "a sale has a customer and a price; what is scrapped has neither", "sale_incomplete")
    if asset.capitalized_on and asked.on < asset.capitalized_on:
        raise invalid("on", f"before {asset.capitalized_on}, when the asset came into the books", "too_early")
    last = session.scalar(
        select(func.max(Period.ends_on))
        .join(Depreciation, (Depreciation.tenant_id == Period.tenant_id) & (Depreciation.period_id == Period.id))
        .where(Depreciation.asset_id == asset.id, Depreciation.state == POSTED)
    )
    if last is not None and asked.on < last:
        raise invalid("on", f"before {last}, until which the asset is depreciated", "too_early")
    _check_depreciated(session, asset, lost, asked.on)


def _check_depreciated(session: Session, asset: Asset, lost: Decimal, on: date) -> None:
    done = select(Depreciation.period_id).where(Depreciation.asset_id == asset.id, Depreciation.state == POSTED)
    waiting = select(Period).where(
        Period.company_id == asset.company_id, Period.ends_on < on, Period.id.not_in(done.scalar_subquery())
    )
    decimals = decimals_of(read_all(session, Company)[asset.company_id].currency_code)
    for period in read(session, waiting.order_by(Period.starts_on)):
        is_borne = is_borne_in(asset, period.ends_on)
        if is_borne and amount_of_period(asset, lost, period.starts_on, period.ends_on, decimals):
            raise DepreciationMissing(tag=asset.tag, starts_on=period.starts_on)


def _sell(session: Session, asset: Asset, asked: NewDisposal, *, at: datetime) -> Invoice:
    """The invoice of a sale: its net amount waits on the clearing account for the disposal."""
    if asked.customer_id is None or asked.price is None:
        raise BrokenInvariant("a sale has a customer and a price")
    company = read_all(session, Company)[asset.company_id]
    customer = read_by_id(session, Customer, [asked.customer_id])[asked.customer_id]
    decimals = decimals_of(company.currency_code)
    if has_more_decimals(asked.price, decimals):
        raise invalid("price", f"has more decimals than {company.currency_code}", "too_many_decimals")
    tax = _tax(session, asked, TaxPlace(customer.tax_class, company.country_code, asked.on))
    taxed: TaxedAmount = tax_line(asked.price, tax, decimals)
    line = InvoiceDraftLine(
        qty=Decimal(1),
        unit_price=asked.price,
        net_amount=taxed.net_amount,
        account_id=ACCOUNT_MAP.of(session).resolve(company.id, AccountRole.ASSET_CLEARING),
        description=f"{asset.name} ({asset.tag})"[:300],
        tax_code_id=tax.code.id,
        tax_amount=taxed.tax_amount,
    )
    draft = InvoiceDraft(
        company_id=company.id,
        kind=InvoiceKind.SALES_INVOICE,
        party_id=customer.id,
        invoiced_on=asked.on,
        currency_code=company.currency_code,
        lines=[line],
        payment_term_id=customer.payment_term_id,
        origin_type=ORIGIN,
        origin_id=asset.id,
    )
    return post_invoices(session, [draft], at=at)[0]


def _tax(session: Session, asked: NewDisposal, place: TaxPlace) -> Tax:
    taxes = find_taxes(session)
    try:
        return taxes.tax(asked.tax_code_id, place.on) if asked.tax_code_id else taxes.choose(_ITEM_TAX_CLASS, place)
    except (TaxRefused, KeyError) as refusal:
        reason = str(refusal) if isinstance(refusal, TaxRefused) else "there is no such tax code"
        raise invalid("tax_code_id", reason, "tax_missing") from refusal


def _entry_of(asset: Asset) -> UUID:
    if asset.disposal_entry_id is None:
        raise BrokenInvariant(f"asset {asset.id} is disposed of without an entry")
    return asset.disposal_entry_id
