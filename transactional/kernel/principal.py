"""Who asks, for which tenant, with which rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from transactional.kernel.errors import NotAllowed
from transactional.kernel.field_access import FieldAccess
from transactional.kernel.grants import RoleGrant, beyond


@dataclass(frozen=True, slots=True)
class Principal:
    """An asker: a user, a job or an import, always inside exactly one tenant.

    `scopes` holds how far each right sees (`own`, `unit`, `subtree`, `company`, `all`); `row_rules` and `hidden_fields`
    are the union of what the user's roles say. The same object compiles into SQL for the API and into filters for the
    metrics layer.
    """

    tenant_id: UUID
    user_id: UUID | None
    name: str = "system"
    permissions: frozenset[str] = frozenset()
    data_scope: str = "all"
    unit_paths: tuple[str, ...] = ()
    unit_ids: tuple[UUID, ...] = ()
    subtree_ids: tuple[UUID, ...] = ()
    company_ids: tuple[UUID, ...] = ()
    employee_id: UUID | None = None
    row_rules: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    hidden_fields: frozenset[str] = frozenset()
    field_access: FieldAccess = field(default_factory=dict)
    """The fields met in part or not at all, hidden ones among them; the form is told in `kernel/field_access.py`."""
    row_filters: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """What the row rules and scopes of all roles come to, thing by thing; the form is told in `kernel/policy.py`."""
    grants: tuple[RoleGrant, ...] = ()
    """What each role of the user says; none of a job, which has no roles."""
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What is said of the user besides, for row rules to compare with."""
    locale: str = "en"
    time_zone: str = "UTC"
    channel: str = "api"
    trace_id: str | None = None
    account_id: UUID | None = None
    session_id: UUID | None = None
    """The sign-in the request belongs to."""
    tenant_slug: str | None = None

    def may(self, right: str) -> bool:
        """Whether a right is held, by name, by `<thing>.*` or by `*`."""
        held = self.permissions
        return right in held or "*" in held or f"{right.partition('.')[0]}.*" in held

    def check_may(self, right: str) -> None:
        """Nothing where the right is held.  Raises: NotAllowed."""
        if not self.may(right):
            raise NotAllowed(right=right)

    def beyond(self, role: RoleGrant) -> str | None:
        """What of a role goes beyond what is held oneself, in any dimension: right, scope, rows or fields."""
        own = RoleGrant(self.permissions, self.data_scope, self.row_rules, self.hidden_fields)
        return beyond(role, self.grants or (own,))


def system_principal(tenant_id: UUID, *, channel: str, user_id: UUID | None = None) -> Principal:
    """A job's or import's principal: every right, inside one tenant only."""
    return Principal(tenant_id=tenant_id, user_id=user_id, permissions=frozenset({"*"}), channel=channel)
