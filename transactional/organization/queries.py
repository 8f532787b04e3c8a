"""Where a user stands in the organization."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, orm, select

from transactional.kernel.policy import Place
from transactional.kernel.session import Session
from transactional.kernel.statements import Lookup, among
from transactional.organization.models import Employee, Unit

_HERE = orm.aliased(Unit)
_EMPLOYEE = Lookup(select(Employee.id, Employee.unit_id).where(Employee.user_id == bindparam("user", type_=Uuid())))
_BELOW = Lookup(
    select(Unit.id, Unit.company_id)
    .join(_HERE, func.starts_with(Unit.path, _HERE.path))
    .where(among(_HERE.id, "units"))
)


def ask_place(session: Session, user_id: UUID) -> Callable[[UUID | None], Place]:
    """What tells, by a user's own unit, their employee, units, everything below them, and their companies.

    The employee is asked for in one round trip with what is asked meanwhile, the units below in one more where there
    are any.
    """
    asked = _EMPLOYEE.ask(session, user=user_id)

    def place(unit_id: UUID | None) -> Place:
        employee_id, own_unit_id = next(iter(asked.rows()), (None, None))
        ids = {each for each in (unit_id, own_unit_id) if each}
        if not ids:
            return Place(user_id, employee_id)
        below = _BELOW.rows(session, units=ids)
        return Place(
            user_id=user_id,
            employee_id=employee_id,
            unit_ids=tuple(sorted(ids, key=str)),
            subtree_ids=tuple(sorted({found for found, _ in below}, key=str)),
            company_ids=tuple(sorted({company_id for _, company_id in below if company_id}, key=str)),
        )

    return place
