"""The tenant, its administrator and the company that a source is imported into."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from importers.booking.desk import Desk
from importers.plan import Plan
from runtime.demo_logins import DemoLogin, replace_logins
from runtime.settings import Settings
from transactional.flows.install_company import NewCompany, install_company
from transactional.identity.models import Tenant, User
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.inventory.models import Warehouse
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.session import Database, Session
from transactional.organization.models import Company

CHANNEL = "import"


def open_tenant(settings: Settings, database: Database, slug: str, name: str, *, at: datetime) -> Principal:
    """The import's principal in the tenant of that slug, which is made, with its administrator, where missing."""
    with database.outside_tenants() as session:
        tenant_id = session.scalar(select(Tenant.id).where(Tenant.slug == slug))
    if tenant_id is not None:
        with database.transaction(system_principal(tenant_id, channel=CHANNEL)) as inside:
            user_id = inside.scalar(select(User.id).order_by(User.created_at, User.id).limit(1))
        return system_principal(tenant_id, channel=CHANNEL, user_id=user_id)
    password = secrets.token_urlsafe(12)
    admin = NewUser(username=f"admin@{slug}.example", name="Administrator", password=password)
    principal = system_principal(new_id(), channel=CHANNEL, user_id=admin.id)
    login = DemoLogin(tenant=slug, role="admin", username=admin.username, password=password)
    with database.transaction(principal) as inside:
        create_tenant(inside, NewTenant(slug=slug, name=name, admin=admin), at=at)
        # Before the commit: a process killed in between leaves a login without a tenant, which the next run replaces,
        # and never a tenant that nobody can enter.
        replace_logins(settings.home, [login])
    return principal


def open_company(session: Session, plan: Plan, source: str, *, at: datetime) -> Desk:
    """The company of the plan with its books open for all its years; made where missing."""
    new = plan.company
    row = session.execute(
        select(Company.id, Warehouse.id)
        .join(Warehouse, (Warehouse.tenant_id == Company.tenant_id) & (Warehouse.company_id == Company.id))
        .where(Company.code == new.code)
        .order_by(Warehouse.code)
        .limit(1)
    ).first()
    if row is None:
        installed = install_company(
            session,
            NewCompany(
                code=new.code,
                name=new.name,
                currency_code=new.currency_code,
                country_code=new.country_code,
                years=range(new.first_year, new.last_year + 1),
                standard_tax_rate=new.tax_rate,
                # What sources charge for the way bears no tax beside what they say themselves.
                freight_tax_class=None,
                warehouse_code=f"{new.code}-1",
                warehouse_name=new.warehouse_name,
            ),
        )
        return Desk(session.tenant_id, source, at, installed.company.id, installed.warehouse.id)
    return Desk(session.tenant_id, source, at, company_id=row[0], warehouse_id=row[1])
