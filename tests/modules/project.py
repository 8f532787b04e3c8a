"""What projects do on their own: lines may name those of their company that are open."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tests.modules.organization import make_company
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.project.attributions import Attributions
from transactional.project.models import Project


@dataclass(frozen=True)
class _Line:
    project_id: UUID
    cost_centre_id: UUID | None = None


def a_line_names_an_open_project_of_its_company(session: Session) -> None:
    """One that is closed, and one of somebody else, is refused by its path."""
    company_id = make_company(session)
    known = [
        Project(id=new_id(), code=code, name=code, company_id=company_id, starts_on=date(2026, 1, 1), is_active=is_open)
        for code, is_open in (("OPEN", True), ("CLOSED", False))
    ]
    insert_all(session, known)
    attributions = Attributions.read(session)
    found = [
        [(problem.path, problem.code) for problem in attributions.problems(_Line(project_id), of, "lines/0/")]
        for project_id, of in ((known[0].id, company_id), (known[1].id, company_id), (known[0].id, new_id()))
    ]
    path = "lines/0/project_id"
    assert found == [[], [(path, "project_closed")], [(path, "project_unknown")]]


SHARE = (a_line_names_an_open_project_of_its_company,)
