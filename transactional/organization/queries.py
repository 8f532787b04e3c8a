"""Where a user stands in the organization."""

from uuid import UUID

from sqlalchemy import orm, select

from transactional.kernel.policy import Place
from transactional.organization.models import Employee, Unit


def place_of(session: orm.Session, user_id: UUID, unit_id: UUID | None) -> Place:
    """The user's employee, units, everything below them, and their companies; in two statements."""
    employee = session.execute(select(Employee.id, Employee.unit_id).where(Employee.user_id == user_id)).first()
    ids = {each for each in (unit_id, employee.unit_id if employee else None) if each}
    if not ids:
        return Place(user_id, employee.id if employee else None)
    here = orm.aliased(Unit)
    found = session.execute(
        select(Unit.id, Unit.company_id, here.id)
        .join(here, Unit.path.startswith(here.path, autoescape=True))
        .where(here.id.in_(ids))
    ).all()
    return Place(
        user_id=user_id,
        employee_id=employee.id if employee else None,
        unit_ids=tuple(sorted(ids, key=str)),
        subtree_ids=tuple(sorted({row[0] for row in found}, key=str)),
        company_ids=tuple(sorted({row[1] for row in found if row[1]}, key=str)),
    )
