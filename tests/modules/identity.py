"""What identity does on its own: a tenant with its administrator."""

from argon2 import PasswordHasher
from sqlalchemy import func, select

from tests.modules.kernel import NOW
from transactional.identity.models import Role, User
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.kernel.session import Session

QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


def a_tenant_has_an_administrator_and_roles(session: Session) -> None:
    """Both are there at once."""
    new = NewTenant("subset", "Subset", NewUser("ada@subset.test", "Ada", "seven tall cranes at dawn"))
    admin = create_tenant(session, new, at=NOW, hasher=QUICK)
    assert session.scalars(select(User.id)).all() == [admin.id]
    assert (session.scalar(select(func.count()).select_from(Role)) or 0) > 1


SHARE = (a_tenant_has_an_administrator_and_roles,)
