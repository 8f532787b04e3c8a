"""Paths in the tree of units: codes from the root, so that a subtree is one prefix."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change
from transactional.kernel.rows import read, update_all
from transactional.kernel.session import Session
from transactional.organization.models import CostCentre, Employee, Unit

PATH_MAX = 1000


def prepare_paths(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Fill in the path of every unit that is new, moves or gets another code."""
    touched = [change for change in changes if change.changes("parent_id") or change.changes("code")]
    if not touched:
        return
    units = {row.id: (row.code, row.parent_id) for row in session.execute(select(Unit.id, Unit.code, Unit.parent_id))}
    units |= {change.id: (change.value("code"), change.value("parent_id")) for change in changes}
    for position, change in enumerate(changes):
        path = path_of(change.id, units)
        change.values["path"] = path
        if len(path) > PATH_MAX:
            yield position, FieldProblem("parent_id", "lies too deep", "too_deep")


def check_managers(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Managers who do not work here, and cost centres of another company than the unit's."""
    managers = {key for change in changes if (key := change.values.get("manager_employee_id"))}
    centres = {key for change in changes if (key := change.value("cost_centre_id"))}
    if not managers and not centres:
        return
    known = set(session.scalars(select(Employee.id).where(any_of(Employee.id, managers))))
    companies = {
        row.id: row.company_id
        for row in session.execute(select(CostCentre.id, CostCentre.company_id).where(any_of(CostCentre.id, centres)))
    }
    for position, change in enumerate(changes):
        manager = change.values.get("manager_employee_id")
        if manager and manager not in known:
            yield position, FieldProblem("manager_employee_id", "no such employee", "unknown_employee")
        company, of_centre = change.value("company_id"), companies.get(change.value("cost_centre_id"))
        if company and of_centre and company != of_centre:
            yield position, FieldProblem("cost_centre_id", "belongs to another company", "another_company")


def path_of(unit_id: UUID, units: dict[UUID, tuple[Any, UUID | None]]) -> str:
    """The codes from the root to a unit, each after a slash; a cycle, which is refused elsewhere, ends the walk."""
    codes: list[str] = []
    current: UUID | None = unit_id
    seen: set[UUID] = set()
    while current is not None and current in units and current not in seen:
        seen.add(current)
        code, parent = units[current]
        codes.append(str(code))
        current = parent
    return "".join(f"/{code}" for code in reversed(codes)) + "/"


def move_subtrees(session: Session, changes: Sequence[Change]) -> None:
    """Give the units below a moved one their new paths."""
    moved = [change for change in changes if change.before is not None and change.changes("path")]
    for change in moved:
        old, new = str(change.before["path"]) if change.before else "", str(change.values["path"])
        below = read(session, select(Unit).where(Unit.path.startswith(old, autoescape=True), Unit.id != change.id))
        for unit in below:
            unit.path = new + unit.path[len(old) :]
        update_all(session, below, Unit.path)
