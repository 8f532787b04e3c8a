"""The declared records of projects."""

from collections.abc import Iterable

from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import Owner
from transactional.kernel.resource import Change, Resource
from transactional.organization.checks import check_company_amounts
from transactional.project.models import Project


def _problems(change: Change) -> Iterable[FieldProblem]:
    starts, ends = change.value("starts_on"), change.value("ends_on")
    if starts and ends and ends < starts:
        yield FieldProblem("ends_on", "lies before the first day", "range_reversed")


PROJECTS = Resource(
    module="project",
    plural="projects",
    thing="project",
    model=Project,
    label="Project",
    owner=Owner(company="company_id", is_looked_up=True),
    validate=_problems,
    prepare=(check_company_amounts,),
    frozen_by={
        "company_id": (
            ("ledger.journal_lines", "project_id"),
            ("ledger.manual_entry_lines", "project_id"),
            ("sales.sales_orders", "project_id"),
            ("purchase.purchase_order_lines", "project_id"),
        )
    },
    kept_by=(("ledger.journal_lines", "project_id"),),
)
RESOURCES = (PROJECTS,)
