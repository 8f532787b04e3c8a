"""Which account plays a role: the most specific mapping wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from transactional.catalog.models import ItemCategory
from transactional.kernel.errors import BrokenInvariant, FieldProblem
from transactional.kernel.reference import Reference, read_all
from transactional.kernel.session import Session
from transactional.ledger.errors import RoleUnmapped
from transactional.ledger.models import Account, AccountMapping, AccountRole
from transactional.ledger.postings import EntryDraft
from transactional.scm.models import SupplierCategory


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What posting needs to know of an account."""

    id: UUID
    company_id: UUID
    code: str
    currency_code: str | None
    is_posting: bool
    is_active: bool
    is_control: bool
    is_cash_box: bool


_Mapped = tuple[UUID, str, UUID | None, UUID | None, UUID | None]


@dataclass(slots=True)
class AccountMap:
    """Accounts by company, role, item category and warehouse.

    A category without a mapping of its own uses that of its nearest ancestor that has one.
    """

    mapped: Mapping[_Mapped, UUID]
    parents: Mapping[UUID, UUID | None]
    """Of item categories and of supplier categories."""
    _resolved: dict[_Mapped, UUID] = field(default_factory=dict)

    def resolve(
        self,
        company_id: UUID,
        role: AccountRole,
        item_category_id: UUID | None = None,
        warehouse_id: UUID | None = None,
        supplier_category_id: UUID | None = None,
    ) -> UUID:
        """The account's id: by category and warehouse, category, supplier's category, warehouse, company.

        Raises: RoleUnmapped.
        """
        key = (company_id, role.value, item_category_id, warehouse_id, supplier_category_id)
        known = self._resolved.get(key)
        if known is None:
            known = self._resolved[key] = self._search(key)
        return known

    def of_supplier_category(self, company_id: UUID, role: AccountRole, category_id: UUID | None) -> UUID | None:
        """The account that goes with suppliers of a category, or of the nearest above it that has one."""
        found = (
            self.mapped.get((company_id, role.value, None, None, category)) for category in self._ancestry(category_id)
        )
        return next((account_id for account_id in found if account_id is not None), None)

    def accounts_of(self, role: AccountRole) -> frozenset[UUID]:
        """Every account that some company, category or warehouse has for a role."""
        return frozenset(account_id for key, account_id in self.mapped.items() if key[1] == role.value)

    def _search(self, key: _Mapped) -> UUID:
        company_id, role, category_id, warehouse_id, supplier_category_id = key
        line = self._ancestry(category_id)
        for warehouse in dict.fromkeys((warehouse_id, None)):
            for category in line:
                found = self.mapped.get((company_id, role, category, warehouse, None))
                if found is not None:
                    return found
        of_supplier = self.of_supplier_category(company_id, AccountRole(role), supplier_category_id)
        if of_supplier is not None:
            return of_supplier
        for warehouse in (warehouse_id, None):
            found = self.mapped.get((company_id, role, None, warehouse, None))
            if found is not None:
                return found
        raise RoleUnmapped(role=role, company_id=company_id)

    def _ancestry(self, category_id: UUID | None) -> list[UUID]:
        line: list[UUID] = []
        while category_id is not None:
            if category_id in line:
                raise BrokenInvariant(f"category {category_id} is its own ancestor")
            line.append(category_id)
            category_id = self.parents.get(category_id)
        return line


def _load_account_map(session: Session) -> AccountMap:
    rows = read_all(session, AccountMapping).values()
    mapped = {
        (row.company_id, row.role, row.item_category_id, row.warehouse_id, row.supplier_category_id): row.account_id
        for row in rows
    }
    parents = {row.id: row.parent_id for row in read_all(session, ItemCategory).values()}
    return AccountMap(mapped, parents | {row.id: row.parent_id for row in read_all(session, SupplierCategory).values()})


def _load_accounts(session: Session) -> dict[UUID, AccountFacts]:
    return {
        row.id: AccountFacts(
            row.id,
            row.company_id,
            row.code,
            row.currency_code,
            row.is_posting,
            row.is_active,
            row.is_control,
            row.is_cash_box,
        )
        for row in read_all(session, Account).values()
    }


ACCOUNT_MAP = Reference(_load_account_map)
"""The mappings of the tenant's companies, and its trees of item and supplier categories."""
ACCOUNTS = Reference(_load_accounts)
"""Facts of the tenant's accounts by id."""


def account_problems(account: AccountFacts, path: str) -> list[FieldProblem]:
    """Why a document that names an account of its own may not be posted to it; nothing where it may."""
    if not account.is_posting:
        return [FieldProblem(path, f"account {account.code} is a group: choose one below it", "account_group")]
    if account.is_control:
        return [FieldProblem(path, f"account {account.code} is kept by its documents", "account_control")]
    if not account.is_active:
        return [FieldProblem(path, f"account {account.code} is not used any more", "not_in_use")]
    return []


def account_ids_of(drafts: Sequence[EntryDraft], accounts: AccountMap) -> list[list[UUID]]:
    """The account of each line of each draft.  Raises: RoleUnmapped."""
    return [
        [
            line.account_id
            if line.account_id is not None
            else accounts.resolve(
                draft.company_id,
                _role(line.role),
                line.item_category_id,
                line.warehouse_id,
                line.supplier_category_id,
            )
            for line in draft.lines
        ]
        for draft in drafts
    ]


def _role(role: AccountRole | None) -> AccountRole:
    if role is None:
        raise BrokenInvariant("a line names neither an account nor a role")
    return role
