"""Which account plays a role: the most specific mapping wins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import ItemCategory
from transactional.kernel.errors import BrokenInvariant
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


def load_account_map(session: Session, company_ids: Iterable[UUID]) -> AccountMap:
    """The mappings of companies, and the tree of item categories where a mapping speaks of one."""
    statement = select(
        AccountMapping.company_id,
        AccountMapping.role,
        AccountMapping.item_category_id,
        AccountMapping.warehouse_id,
        AccountMapping.account_id,
    ).where(AccountMapping.company_id.in_(set(company_ids)))
    mapped = {(row[0], row[1], row[2], row[3]): row[4] for row in session.execute(statement)}
    parents: dict[UUID, UUID | None] = {}
    if any(category is not None for _, _, category, _ in mapped):
        parents = {row[0]: row[1] for row in session.execute(select(ItemCategory.id, ItemCategory.parent_id))}
    return AccountMap(mapped, parents)


def load_accounts(session: Session, account_ids: Iterable[UUID]) -> dict[UUID, AccountFacts]:
    """Facts of accounts by id; an id that is not there is left out."""
    wanted = set(account_ids)
    if not wanted:
        return {}
    statement = select(
        Account.id,
        Account.company_id,
        Account.code,
        Account.currency_code,
        Account.is_posting,
        Account.is_active,
        Account.is_control,
    ).where(Account.id.in_(wanted))
    return {row[0]: AccountFacts(*row) for row in session.execute(statement)}


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
