"""Existing tenants get what a new version's system roles may do."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from runtime.settings import DatabaseRole, Settings
from transactional.identity.models import Tenant
from transactional.identity.services.install_system_roles import install_system_roles
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database


def renew_system_roles(settings: Settings) -> dict[UUID, list[str]]:
    """The codes of the roles that were made or changed, by tenant; each tenant in a transaction of its own."""
    database = Database(settings.database_url(DatabaseRole.APP), pool_size=1)
    try:
        with database.outside_tenants() as session:
            tenants: list[UUID] = list(session.scalars(select(Tenant.id).order_by(Tenant.id)))
        found = {}
        for tenant_id in tenants:
            with database.transaction(system_principal(tenant_id, channel="migrate")) as session:
                found[tenant_id] = sorted(install_system_roles(session))
    finally:
        database.close()
    return {tenant_id: codes for tenant_id, codes in found.items() if codes}
