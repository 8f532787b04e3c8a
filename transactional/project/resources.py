"""The declared records of projects."""

from transactional.kernel.policy import Owner
from transactional.kernel.resource import Resource
from transactional.organization.checks import check_company_amounts, range_problems
from transactional.project.models import Project

PROJECTS = Resource(
    module="project",
    plural="projects",
    thing="project",
    model=Project,
    label="Project",
    owner=Owner(company="company_id", is_looked_up=True),
    validate=range_problems,
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
