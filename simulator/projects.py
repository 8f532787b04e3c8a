"""Projects of the demo company: what is sold to some customers, and some of its overheads, is for one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.project.models import Project


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """A project for a customer, by position, or for ourselves: then the overheads of an account are spent on it."""

    code: str
    name: str
    begins: timedelta
    lasts: timedelta
    budget: Decimal
    customer: int | None = None
    account: str | None = None


PROJECTS = (
    ProjectPlan("P-HUTS", "Mountain huts", timedelta(60), timedelta(240), Decimal(150_000), customer=0),
    ProjectPlan("P-SCHOOL", "Schools outdoors", timedelta(330), timedelta(270), Decimal(60_000), customer=5),
    ProjectPlan("P-FAIR", "Trade fair", timedelta(150), timedelta(120), Decimal(24_000), account="6300"),
    ProjectPlan("P-SHOP", "New web shop", timedelta(420), timedelta(360), Decimal(30_000), account="6240"),
)


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A project that exists."""

    id: UUID
    plan: ProjectPlan
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        """Whether it runs that day."""
        return self.starts_on <= day <= self.ends_on


def undertake(session: Session, company_id: UUID, customer_ids: Sequence[UUID], first: date) -> list[Undertaking]:
    """The planned projects, as records; those of customers that this company has not are left out."""
    known = [plan for plan in PROJECTS if plan.customer is None or plan.customer < len(customer_ids)]
    begun = [Undertaking(new_id(), plan, first + plan.begins, first + plan.begins + plan.lasts) for plan in known]
    insert_all(
        session,
        [
            Project(
                id=each.id,
                code=each.plan.code,
                name=each.plan.name,
                company_id=company_id,
                customer_id=None if each.plan.customer is None else customer_ids[each.plan.customer],
                starts_on=each.starts_on,
                ends_on=each.ends_on,
                budget_amount=each.plan.budget,
            )
            for each in begun
        ],
    )
    return begun


def project_of(
    begun: Sequence[Undertaking], day: date, *, customer: int | None = None, account: str | None = None
) -> UUID | None:
    """The project that an order of a customer, or an overhead of an account, is for that day."""
    wanted = (customer, account)
    return next(
        (each.id for each in begun if (each.plan.customer, each.plan.account) == wanted and each.covers(day)), None
    )
