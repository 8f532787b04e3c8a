"""System roles grow with the program: a tenant made by an earlier version gets what a later one's may do."""

from fnmatch import fnmatchcase
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from cli.system_roles import renew_system_roles
from runtime.settings import Settings
from transactional.identity.queries import find_active_user
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser, create_users
from transactional.identity.system_roles import SYSTEM_ROLES, SystemRole
from transactional.kernel.clock import utc_now
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.resources import RESOURCES, resource_of_table

QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
# What a version made that knew neither outside sources nor customers in a portal.
_AS_EARLIER = """
    update identity.roles set permissions = array_remove(permissions, 'source.read')
    where code = 'analyst' and is_system;
    delete from identity.roles where code = 'portal_customer' and is_system"""


def tenant(database: Database, slug: str) -> tuple[UUID, UUID]:
    """A tenant of the earlier version, and its analyst."""
    tenant_id = new_id()
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        new = NewTenant(slug, slug.title(), NewUser(f"ada@{slug}.test", "Ada", "seven tall cranes at dawn"))
        create_tenant(session, new, at=utc_now(), hasher=QUICK)
        analyst = NewUser(f"ben@{slug}.test", "Ben", "nine small herons at dusk", role_codes=("analyst",))
        [ben] = create_users(session, [analyst], at=utc_now(), hasher=QUICK)
        ben_id = ben.id
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        for statement in _AS_EARLIER.split(";"):
            session.execute(text(statement))
    return tenant_id, ben_id


def may_read_sources(database: Database, tenant_id: UUID, user_id: UUID) -> bool:
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        found = find_active_user(session, user_id, None)
    assert found is not None
    return any("source.read" in grant.permissions for grant in found.grants)


@pytest.mark.feature("5.2.3")
def test_tenants_of_an_earlier_version_get_the_rights_that_came_since(settings: Settings, database: Database) -> None:
    first, ben = tenant(database, "first")
    second, _ = tenant(database, "second")
    own = (
        "insert into identity.roles (tenant_id, id, code, name, permissions)"
        " values (:tenant, :id, 'portal_customer', 'Our own', '{order.read}')"
    )
    with database.transaction(system_principal(second, channel="test")) as session:
        session.execute(text(own), {"tenant": second, "id": new_id()})
    assert not may_read_sources(database, first, ben)
    assert renew_system_roles(settings) == {first: ["analyst", "portal_customer"], second: ["analyst"]}
    assert may_read_sources(database, first, ben), "at once, without a new sign-in"
    assert renew_system_roles(settings) == {}, "run again there is nothing to do"
    with database.transaction(system_principal(second, channel="test")) as session:
        kept = session.execute(text("select name, permissions from identity.roles where code = 'portal_customer'"))
        assert kept.all() == [("Our own", ["order.read"])], "a role of the tenant's own is left alone"
        noted = session.execute(
            text("select count(*) from kernel.audit_log where table_name = 'identity.roles' and action = 'update'")
        )
        assert noted.scalar_one() == 2


def may(role: SystemRole, right: str) -> bool:
    return any(fnmatchcase(right, pattern) for pattern in role.permissions)


@pytest.mark.feature("PERM-01")
@pytest.mark.parametrize("role", SYSTEM_ROLES, ids=lambda role: role.code)
def test_whoever_creates_a_record_may_read_it_and_what_it_must_point_at(role: SystemRole) -> None:
    """An accountant kept the register of assets, and could not see the classes that each asset must name."""
    unseen = []
    for resource in RESOURCES:
        if not may(role, f"{resource.thing}.create"):
            continue
        needed = {resource.thing}
        for field in resource.fields.values():
            target = resource_of_table(field.references) if field.references and field.is_required else None
            needed |= {target.thing} if target else set()
        unseen += [f"{resource.thing} needs {thing}" for thing in needed if not may(role, f"{thing}.read")]
    assert not unseen
