"""What a tenant decides for all its users."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from transactional.identity.models import Tenant
from transactional.kernel.audit import note
from transactional.kernel.session import Session

SETTINGS = ("name", "default_locale", "password_length_min")


def tenant_settings(session: Session) -> dict[str, Any]:
    """The settings of the session's tenant, with what it is called in addresses."""
    columns = [Tenant.slug, Tenant.host, *[getattr(Tenant, name) for name in SETTINGS]]
    [row] = session.execute(select(*columns).where(Tenant.id == session.tenant_id)).mappings()
    return dict(row)


def change_tenant(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings after those given have changed, the change in the audit log."""
    before = tenant_settings(session)
    changed = {name: value for name, value in given.items() if name in SETTINGS and value != before[name]}
    if changed:
        session.execute(update(Tenant).where(Tenant.id == session.tenant_id).values(**changed))
        facts = {"before": {name: before[name] for name in changed}, "after": changed}
        note(session, "update", "identity.tenants", session.tenant_id, facts)
    return tenant_settings(session)
