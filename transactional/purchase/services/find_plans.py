"""The inspection plans that arrivals of orders fall under."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemCategory
from transactional.kernel.arrays import any_of
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.session import Session
from transactional.purchase.inspecting import Plan, plan_of
from transactional.purchase.inspection_models import InspectionPlan, InspectionPlanCheck
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine


def find_plans(
    session: Session, orders: Mapping[UUID, PurchaseOrder], lines: Iterable[PurchaseOrderLine]
) -> dict[UUID, Plan]:
    """The plan of each order line whose goods are inspected by one."""
    heads = read(session, select(InspectionPlan).where(InspectionPlan.is_active.is_(True)))
    if not heads:
        return {}
    plans = list(_with_checks(session, heads).values())
    listed = list(lines)
    items = read_by_id(session, Item, {line.item_id for line in listed})
    categories = read_all(session, ItemCategory)
    found = {}
    for line in listed:
        category_id = items[line.item_id].category_id
        plan = plan_of(plans, categories, line.item_id, category_id, orders[line.order_id].supplier_id)
        if plan is not None:
            found[line.id] = plan
    return found


def read_plans(session: Session, plan_ids: Iterable[UUID]) -> dict[UUID, Plan]:
    """Plans by id, used no more or not."""
    wanted = set(plan_ids)
    return _with_checks(session, read_by_id(session, InspectionPlan, wanted).values()) if wanted else {}


def _with_checks(session: Session, heads: Iterable[InspectionPlan]) -> dict[UUID, Plan]:
    by_id = {head.id: head for head in heads}
    checks: defaultdict[UUID, list[InspectionPlanCheck]] = defaultdict(list)
    statement = select(InspectionPlanCheck).where(any_of(InspectionPlanCheck.plan_id, by_id))
    for check in read(session, statement.order_by(InspectionPlanCheck.plan_id, InspectionPlanCheck.line_number)):
        checks[check.plan_id].append(check)
    return {key: Plan(head, checks[key]) for key, head in by_id.items()}
