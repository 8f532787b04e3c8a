"""What roles ask of the accounts that play them, and what mapped accounts keep."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.reference import read_all
from transactional.kernel.resource import Change, table_named
from transactional.kernel.session import Session
from transactional.ledger.errors import ControlAccountMapped, MappingInUse
from transactional.ledger.models import Account, AccountMapping, AccountRole, AccountType, JournalLine

_ASSET = frozenset({AccountType.ASSET})
_LIABILITY = frozenset({AccountType.LIABILITY})
_EITHER = _ASSET | _LIABILITY
CONTROL_ROLES: Mapping[AccountRole, AbstractSet[AccountType]] = {
    AccountRole.BANK: _ASSET,
    AccountRole.RECEIVABLE: _ASSET,
    AccountRole.SUPPLIER_ADVANCES: _ASSET,
    AccountRole.INVENTORY: _ASSET,
    AccountRole.IN_TRANSIT: _ASSET,
    AccountRole.PRODUCTION_CLEARING: _ASSET,
    AccountRole.WORK_IN_PROGRESS: _ASSET,
    AccountRole.PAYABLE: _LIABILITY,
    AccountRole.CUSTOMER_ADVANCES: _LIABILITY,
    AccountRole.GRNI: _LIABILITY,
    # In some charts taxes either way share an account, and what is written off stands among the liabilities.
    AccountRole.INPUT_TAX: _EITHER,
    AccountRole.OUTPUT_TAX: _EITHER,
    AccountRole.ACCUMULATED_DEPRECIATION: _EITHER,
    AccountRole.RECEIVABLE_REVALUATION: _EITHER,
    AccountRole.PAYABLE_REVALUATION: _EITHER,
    AccountRole.BANK_REVALUATION: _EITHER,
}
"""The roles that a subledger writes, with the types their accounts may have: nobody else may write such an account."""
FIXED_ASSET = "fixed_asset"
"""What an account is to a class of fixed assets, whose cost stands on it."""
_ASSET_CLASSES = "finance.asset_classes"
_REGISTERS: Mapping[str, str] = {"finance.bank_accounts": AccountRole.BANK.value, _ASSET_CLASSES: FIXED_ASSET}
"""Records that stand on an account of their own, which is theirs as if it were mapped to a role."""


def check_controls(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """No problems.  Raises: ControlAccountMapped where a subledger's account would be opened to entries by hand."""
    opened = {change.id for change in changes if change.before and change.changes("is_control")}
    opened -= {change.id for change in changes if change.value("is_control")}
    if not opened:
        return []
    for mapping in read_all(session, AccountMapping).values():
        if mapping.account_id in opened and mapping.role in CONTROL_ROLES:
            raise ControlAccountMapped(account=_code(session, mapping.account_id), role=mapping.role)
    for name, role in _REGISTERS.items():
        for account_id in _standing_on(session, name, opened):
            raise ControlAccountMapped(account=_code(session, account_id), role=role)
    return []


def check_mappings(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Accounts that cannot play their role, with the position of the mapping.

    Raises: MappingInUse where a subledger would lose the account it has written.
    """
    asked = [(n, change) for n, change in enumerate(changes) if change.changes("account_id") or change.changes("role")]
    if not asked:
        return
    _check_unwritten(session, [change.before for _, change in asked if change.before])
    accounts = read_all(session, Account)
    of_assets = _standing_on(session, _ASSET_CLASSES, {change.value("account_id") for _, change in asked})
    played: dict[UUID, set[str]] = {}
    own = {change.id for change in changes}
    for mapping in read_all(session, AccountMapping).values():
        if mapping.id not in own:
            played.setdefault(mapping.account_id, set()).add(mapping.role)
    for position, change in asked:
        account, role = accounts.get(change.value("account_id")), change.value("role")
        # That there is no such account or role, or of another company, is said by those who look at references.
        if account is None or role not in set(AccountRole):
            continue
        if account.id in of_assets:
            reason = f"account {account.code} holds the cost of fixed assets"
            yield position, FieldProblem("account_id", reason, "account_with_other_role")
            continue
        others = played.setdefault(account.id, set())
        for problem in _problems(account, AccountRole(role), others):
            yield position, problem
        others.add(role)


def check_mapping_unused(session: Session, mapping: AccountMapping) -> None:
    """Nothing where the mapping may be deleted.  Raises: MappingInUse."""
    _check_unwritten(session, [{"role": mapping.role, "account_id": mapping.account_id}])


def _problems(account: Account, role: AccountRole, others: AbstractSet[str]) -> Iterator[FieldProblem]:
    if not account.is_posting:
        yield FieldProblem("account_id", f"account {account.code} is a group: choose one below it", "account_group")
        return
    if role not in CONTROL_ROLES:
        if others & set(CONTROL_ROLES):
            yield FieldProblem("account_id", f"account {account.code} is kept by its documents", "account_control")
        return
    if not account.is_control:
        reason = f"account {account.code} is no control account: mark it as one or choose another"
        yield FieldProblem("account_id", reason, "account_no_control")
    if account.type not in CONTROL_ROLES[role]:
        reason = f"account {account.code} is of type {account.type}, the role wants {' or '.join(CONTROL_ROLES[role])}"
        yield FieldProblem("account_id", reason, "account_of_another_type")
    if others - set(CONTROL_ROLES):
        reason = f"account {account.code} plays the role {min(others - set(CONTROL_ROLES))} already"
        yield FieldProblem("account_id", reason, "account_with_other_role")


def _standing_on(session: Session, register: str, account_ids: AbstractSet[UUID]) -> set[UUID]:
    """Those of the accounts that records of a register stand on."""
    table = table_named(register)
    return set(session.scalars(select(table.c.account_id).where(any_of(table.c.account_id, account_ids))))


def _check_unwritten(session: Session, mappings: Sequence[Mapping[str, Any]]) -> None:
    wanted: dict[UUID, str] = {row["account_id"]: row["role"] for row in mappings if row["role"] in CONTROL_ROLES}
    has_lines = exists().where(JournalLine.account_id == Account.id)
    statement = select(Account.id, Account.code).where(any_of(Account.id, wanted), has_lines).order_by(Account.code)
    for account_id, code in session.execute(statement) if wanted else ():
        raise MappingInUse(account=code, role=wanted[account_id])


def _code(session: Session, account_id: UUID) -> str:
    return read_all(session, Account)[account_id].code
