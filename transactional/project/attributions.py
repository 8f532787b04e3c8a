"""What amounts are attributed to beside their account: cost centres and projects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self
from uuid import UUID

from transactional.kernel.errors import FieldProblem
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session
from transactional.organization.models import CostCentre
from transactional.project.models import Project


class Attributed(Protocol):
    """A line that names what its amount is for."""

    @property
    def cost_centre_id(self) -> UUID | None:
        """Whose cost it is."""

    @property
    def project_id(self) -> UUID | None:
        """What it is earned or spent for."""


@dataclass(frozen=True, slots=True)
class Attributions:
    """The tenant's cost centres and projects."""

    cost_centres: Mapping[UUID, CostCentre]
    projects: Mapping[UUID, Project]

    @classmethod
    def read(cls, session: Session) -> Self:
        """As they are now."""
        return cls(read_all(session, CostCentre), read_all(session, Project))

    def problems(self, asked: Attributed, company_id: UUID, path: str) -> list[FieldProblem]:
        """What a new document may not name: cost centres and projects of others, and closed projects."""
        problems = self.foreign(asked, company_id, path)
        return problems or self.closed(asked.project_id, path)

    def foreign(self, asked: Attributed, company_id: UUID, path: str) -> list[FieldProblem]:
        """What the company has not; entries that follow from earlier documents are held to this alone."""
        problems = []
        if not _is_of(asked.cost_centre_id, self.cost_centres, company_id):
            reason = "the company has no such cost centre"
            problems.append(FieldProblem(f"{path}cost_centre_id", reason, "cost_centre_unknown"))
        return problems + self.foreign_project(asked.project_id, company_id, path)

    def project_problems(self, project_id: UUID | None, company_id: UUID, path: str) -> list[FieldProblem]:
        """The same for the head of a document, which names a project alone."""
        return self.foreign_project(project_id, company_id, path) or self.closed(project_id, path)

    def foreign_project(self, project_id: UUID | None, company_id: UUID, path: str) -> list[FieldProblem]:
        """Whether the company has the project."""
        if _is_of(project_id, self.projects, company_id):
            return []
        return [FieldProblem(f"{path}project_id", "the company has no such project", "project_unknown")]

    def closed(self, project_id: UUID | None, path: str) -> list[FieldProblem]:
        """Whether the project still takes documents."""
        project = self.projects.get(project_id) if project_id else None
        if project is None or project.is_active:
            return []
        reason = f"project {project.code} is closed: activate it, or leave it out"
        return [FieldProblem(f"{path}project_id", reason, "project_closed")]


def _is_of(wanted: UUID | None, known: Mapping[UUID, CostCentre] | Mapping[UUID, Project], company_id: UUID) -> bool:
    """Whether nothing is named, or something of this company."""
    found = known.get(wanted) if wanted else None
    return wanted is None or (found is not None and found.company_id == company_id)
