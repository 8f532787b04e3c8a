"""A second user approves where a supplier is paid."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.errors import Refused
from transactional.kernel.principal import Principal
from transactional.kernel.rows import lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.scm.models import BankAccountState, SupplierBankAccount


class SecondUserNeeded(Refused):
    """Whoever changed a bank account cannot approve it."""

    code = "second_user_needed"
    message = "You proposed this bank account yourself: another user has to approve it."


def approve_bank_accounts(
    session: Session, account_ids: Sequence[UUID], *, by: Principal, at: datetime
) -> list[SupplierBankAccount]:
    """The accounts, approved; the ones their suppliers were paid to before are retired.

    Raises: NotFound, SecondUserNeeded; then none is approved.
    """
    accounts = lock_by_id(session, SupplierBankAccount, account_ids)
    fresh = [account for account in accounts if account.state == BankAccountState.PROPOSED]
    for account in fresh:
        if account.proposed_by == by.user_id:
            raise SecondUserNeeded
        account.state, account.approved_by, account.approved_at = BankAccountState.APPROVED.value, by.user_id, at
    _retire_others(session, fresh)
    columns = (SupplierBankAccount.state, SupplierBankAccount.approved_by, SupplierBankAccount.approved_at)
    update_all(session, fresh, *columns)
    return accounts


def _retire_others(session: Session, fresh: Sequence[SupplierBankAccount]) -> None:
    statement = select(SupplierBankAccount).where(
        SupplierBankAccount.supplier_id.in_([account.supplier_id for account in fresh]),
        SupplierBankAccount.id.not_in([account.id for account in fresh]),
        SupplierBankAccount.state == BankAccountState.APPROVED.value,
    )
    others = read(session, statement.with_for_update()) if fresh else []
    for account in others:
        account.state = BankAccountState.RETIRED.value
    update_all(session, others, SupplierBankAccount.state)
