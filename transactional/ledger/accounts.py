"""Which account plays a role: the most specific mapping wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from transactional.catalog.models import ItemCategory
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.reference import Reference, read_all
from transactional.kernel.session import Session
from transactional.ledger.errors import RoleUnmapped
from transactional.ledger.models import Account, AccountMapping, AccountRole
from transactional.ledger.postings import EntryDraft


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


_Mapped = tuple[UUID, str, UUID | None, UUID | None]


@dataclass(slots=True)
class AccountMap:
    """Accounts by company, role, item category and warehouse.

    A category without a mapping of its own uses that of its nearest ancestor that has one.
    """

    mapped: Mapping[_Mapped, UUID]
    parents: Mapping[UUID, UUID | None]
    _resolved: dict[_Mapped, UUID] = field(default_factory=dict)

    def resolve(
        self,
        company_id: UUID,
        role: AccountRole,
        item_category_id: UUID | None = None,
        warehouse_id: UUID | None = None,
    ) -> UUID:
        """The account's id: by category and warehouse, category, warehouse, company.  Raises: RoleUnmapped."""
        key = (company_id, role.value, item_category_id, warehouse_id)
        known = self._resolved.get(key)
        if known is None:
            known = self._resolved[key] = self._search(company_id, role, item_category_id, warehouse_id)
        return known

    def _search(self, company_id: UUID, role: AccountRole, category_id: UUID | None, warehouse_id: UUID | None) -> UUID:
        line = self._ancestry(category_id)
        for warehouse in dict.fromkeys((warehouse_id, None)):
            for category in line:
                found = self.mapped.get((company_id, role.value, category, warehouse))
                if found is not None:
                    return found
        for warehouse in (warehouse_id, None):
            found = self.mapped.get((company_id, role.value, None, warehouse))
            if found is not None:
                return found
        raise RoleUnmapped(role=role.value, company_id=company_id)

    def _ancestry(self, category_id: UUID | None) -> list[UUID]:
        line: list[UUID] = []
        while category_id is not None:
            if category_id in line:
                raise BrokenInvariant(f"item category {category_id} is its own ancestor")
            line.append(category_id)
            category_id = self.parents.get(category_id)
        return line


def _load_account_map(session: Session) -> AccountMap:
    rows = read_all(session, AccountMapping).values()
    mapped = {(row.company_id, row.role, row.item_category_id, row.warehouse_id): row.account_id for row in rows}
    return AccountMap(mapped, {row.id: row.parent_id for row in read_all(session, ItemCategory).values()})


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
        )
        for row in read_all(session, Account).values()
    }


ACCOUNT_MAP = Reference(_load_account_map)
"""The mappings of the tenant's companies, and its tree of item categories."""
ACCOUNTS = Reference(_load_accounts)
"""Facts of the tenant's accounts by id."""


def account_ids_of(drafts: Sequence[EntryDraft], accounts: AccountMap) -> list[list[UUID]]:
    """The account of each line of each draft.  Raises: RoleUnmapped."""
    return [
        [
            line.account_id
            if line.account_id is not None
            else accounts.resolve(draft.company_id, _role(line.role), line.item_category_id, line.warehouse_id)
            for line in draft.lines
        ]
        for draft in drafts
    ]


def _role(role: AccountRole | None) -> AccountRole:
    if role is None:
        raise BrokenInvariant("a line names neither an account nor a role")
    return role
