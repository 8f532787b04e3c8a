"""Fixed assets: what holds of classes and assets as records, and what their steps post, as pure functions.

The cost of the assets in use is what stands on the accounts of their classes, and what they have lost is what stands as
accumulated depreciation: their register is the only writer of both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.finance.errors import AssetAccountWritten
from transactional.finance.models import Asset, AssetClass, AssetSource, AssetState, BankAccount
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import ZERO
from transactional.kernel.records import FieldFixed, StillNeeded
from transactional.kernel.reference import read_all
from transactional.kernel.resource import Change
from transactional.kernel.session import Session
from transactional.ledger.models import Account, AccountMapping, AccountRole, AccountType, JournalLine
from transactional.ledger.postings import LineDraft
from transactional.organization.models import Company

ORIGIN = "asset"
"""The origin of what assets post, and of the invoices they are sold with."""
_FIXED_IN_USE = ("asset_class_id", "tag", "in_service_on", "cost_amount", "opening_depreciation_amount")
_FIXED_AFTERWARDS = (*_FIXED_IN_USE, "residual_amount", "life_months", "cost_centre_id")
_FIXED = {AssetState.IN_USE.value: _FIXED_IN_USE, AssetState.DISPOSED.value: _FIXED_AFTERWARDS}
_SOURCES = {
    AssetSource.CLEARING: AccountRole.ASSET_CLEARING,
    AssetSource.OPENING: AccountRole.OPENING_EQUITY,
}


def asset_problems(change: Change) -> Iterable[FieldProblem]:
    """What is wrong with an asset as it would be: never worth less than nothing, nor than what shall remain of it."""
    cost, residual = change.value("cost_amount"), change.value("residual_amount") or ZERO
    lost = change.value("opening_depreciation_amount") or ZERO
    if cost is None:
        return
    if residual > cost:
        yield FieldProblem("residual_amount", "is more than the asset cost", "above_cost")
    elif residual + lost > cost:
        reason = "leaves less than what shall remain at the end"
        yield FieldProblem("opening_depreciation_amount", reason, "above_cost")


def check_assets(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """No problems: a new life, end value or place holds for later periods.

    Raises: FieldFixed for what the books rest on.
    """
    del session
    for change in changes:
        state = change.before.get("state") if change.before else None
        fixed = [name for name in _FIXED.get(state or "", ()) if change.changes(name)]
        if fixed:
            raise FieldFixed(field=fixed[0], thing="asset", user="journal_entries")
    return []


def check_asset_unused(session: Session, asset: Asset) -> None:
    """Nothing where an asset may be deleted.  Raises: StillNeeded once it is in the books."""
    del session
    if asset.state != AssetState.DRAFT:
        raise StillNeeded(thing="asset", count=1, user="journal_entries")


def check_classes(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Accounts that cannot hold the cost of assets, with the position of the class.

    Raises: AssetAccountWritten for an account on which something stands that the register knows nothing of.
    """
    asked = [(position, change) for position, change in enumerate(changes) if change.changes("account_id")]
    wanted = {change.value("account_id") for _, change in asked}
    if not wanted:
        return
    accounts, companies = read_all(session, Account), read_all(session, Company)
    played = {row.account_id: row.role for row in read_all(session, AccountMapping).values()}
    played |= dict.fromkeys(session.scalars(select(BankAccount.account_id)), AccountRole.BANK.value)
    for position, change in asked:
        account, company = accounts.get(change.value("account_id")), companies.get(change.value("company_id"))
        # That there is no such account or company, or an account of another one, is said elsewhere.
        if account and company:
            for reason, code in _account_problems(account, company, played.get(account.id)):
                yield position, FieldProblem("account_id", f"account {account.code} {reason}", code)
    written = session.scalars(select(JournalLine.account_id).where(any_of(JournalLine.account_id, wanted)).limit(1))
    for account_id in written:
        raise AssetAccountWritten(account=accounts[account_id].code)


def _account_problems(account: Account, company: Company, role: str | None) -> Iterable[tuple[str, str]]:
    if not account.is_posting:
        yield "is a group: choose one below it", "account_group"
    elif not account.is_control:
        yield "is no control account: mark it as one or choose another", "account_no_control"
    elif account.type != AccountType.ASSET:
        yield f"is of type {account.type}, the cost of assets wants {AccountType.ASSET}", "account_of_another_type"
    elif role is not None:
        yield f"plays the role {role} already", "account_with_other_role"
    elif account.currency_code not in {None, company.currency_code}:
        yield f"takes {account.currency_code} only", "account_currency"


def find_classes(session: Session) -> dict[UUID, AssetClass]:
    """The classes of the tenant's companies by the account that each stands on."""
    return {row.account_id: row for row in read_all(session, AssetClass).values()}


def capitalization_lines(asset: Asset, account_id: UUID) -> list[LineDraft]:
    """The cost onto the account of its class: from the clearing account, or with what is lost of it as an opening."""
    source = AssetSource(asset.source or "")
    lost = asset.opening_depreciation_amount
    return _told(
        asset,
        [
            LineDraft(account_id=account_id, amount=asset.cost_amount),
            LineDraft(role=AccountRole.ACCUMULATED_DEPRECIATION, amount=-lost),
            LineDraft(role=_SOURCES[source], amount=lost - asset.cost_amount),
        ],
    )


def disposal_lines(asset: Asset, account_id: UUID, lost: Decimal, proceeds: Decimal) -> list[LineDraft]:
    """Cost and what was lost of it leave the books; what an invoice brought, less what was left, is gain or loss.

    The invoice of a sale has put its amount on the clearing account, which ends as it was.  Source: IAS 16.71.
    """
    result = proceeds + lost - asset.cost_amount
    return _told(
        asset,
        [
            LineDraft(role=AccountRole.ACCUMULATED_DEPRECIATION, amount=lost),
            LineDraft(role=AccountRole.ASSET_CLEARING, amount=proceeds),
            LineDraft(
                role=AccountRole.DISPOSAL_GAIN if result > 0 else AccountRole.DISPOSAL_LOSS,
                amount=-result,
                cost_centre_id=asset.cost_centre_id,
            ),
            LineDraft(account_id=account_id, amount=-asset.cost_amount),
        ],
    )


def _told(asset: Asset, lines: Iterable[LineDraft]) -> list[LineDraft]:
    return [replace(line, description=asset.tag) for line in lines if line.amount]
