"""A second user looks at a supplier's new bank account."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.principal import Principal
from transactional.kernel.rows import lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.scm.errors import SameUser
from transactional.scm.models import BankAccountState, SupplierBankAccount
from transactional.scm.states import BANK_ACCOUNT_MOVES


def approve_bank_accounts(
    session: Session, account_ids: Sequence[UUID], *, by: Principal, at: datetime
) -> list[SupplierBankAccount]:
    """Approved accounts, each the one its supplier is paid to now: earlier ones are retired.

    An account already approved is returned as it is.
    Raises: NotFound; SameUser for whoever proposed it; TransitionRefused for a retired one.
    """
    accounts = lock_by_id(session, SupplierBankAccount, account_ids)
    fresh = [row for row in accounts if row.state != BankAccountState.APPROVED]
    for row in fresh:
        if row.proposed_by == by.user_id:
            raise SameUser(id=row.id)
        move_to(row, BankAccountState.APPROVED, BANK_ACCOUNT_MOVES)
        row.approved_by, row.approved_at = by.user_id, at
    _retire_earlier(session, fresh)
    update_all(
        session, fresh, SupplierBankAccount.state, SupplierBankAccount.approved_by, SupplierBankAccount.approved_at
    )
    return accounts


def retire_bank_accounts(session: Session, account_ids: Sequence[UUID]) -> list[SupplierBankAccount]:
    """Accounts that are not paid to: a proposal turned down, or an old account.  Raises: NotFound."""
    accounts = lock_by_id(session, SupplierBankAccount, account_ids)
    fresh = [row for row in accounts if row.state != BankAccountState.RETIRED]
    for row in fresh:
        move_to(row, BankAccountState.RETIRED, BANK_ACCOUNT_MOVES)
    update_all(session, fresh, SupplierBankAccount.state)
    return accounts


def _retire_earlier(session: Session, fresh: Sequence[SupplierBankAccount]) -> None:
    statement = select(SupplierBankAccount).where(
        any_of(SupplierBankAccount.supplier_id, {row.supplier_id for row in fresh}),
        SupplierBankAccount.state == BankAccountState.APPROVED,
    )
    earlier = read(session, statement.order_by(SupplierBankAccount.id).with_for_update())
    for row in earlier:
        move_to(row, BankAccountState.RETIRED, BANK_ACCOUNT_MOVES)
    update_all(session, earlier, SupplierBankAccount.state)
