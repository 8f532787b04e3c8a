"""Which plan goods are inspected by, how large the sample is, and whether they pass: pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from uuid import UUID

from transactional.catalog.models import ItemCategory
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import QUANTITY_PLACES, has_more_decimals
from transactional.purchase.inspection_models import InspectionPlan, InspectionPlanCheck
from transactional.purchase.specs import Inspection


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with what it measures."""

    head: InspectionPlan
    checks: Sequence[InspectionPlanCheck]


def plan_of(
    plans: Iterable[Plan],
    categories: Mapping[UUID, ItemCategory],
    item_id: UUID,
    category_id: UUID | None,
    supplier_id: UUID,
) -> Plan | None:
    """The nearest active plan: of the item before its category and those above, of one supplier before all."""
    found: dict[tuple[UUID | None, UUID | None], Plan] = {}
    for plan in sorted(plans, key=lambda plan: plan.head.code, reverse=True):
        if plan.head.is_active:
            found[plan.head.item_id or plan.head.item_category_id, plan.head.supplier_id] = plan
    for thing in (item_id, *_upwards(categories, category_id)):
        for supplier in (supplier_id, None):
            if (thing, supplier) in found:
                return found[thing, supplier]
    return None


def _upwards(categories: Mapping[UUID, ItemCategory], category_id: UUID | None) -> Iterator[UUID]:
    seen: set[UUID] = set()
    while category_id is not None and category_id in categories and category_id not in seen:
        seen.add(category_id)
        yield category_id
        category_id = categories[category_id].parent_id


def sample_qty_of(plan: Plan, judged_qty: Decimal, *, is_whole: bool) -> Decimal:
    """How much of a quantity has to be looked at: pieces are rounded up, and there is no more than all of it."""
    wanted = max(judged_qty * plan.head.sample_share, plan.head.sample_min_qty)
    if is_whole:
        wanted = wanted.to_integral_value(ROUND_CEILING)
    return min(wanted, judged_qty)


def problems_with(path: str, plan: Plan, one: Inspection, *, is_whole: bool) -> Iterator[FieldProblem]:
    """What an inspection leaves out of its plan, or tells that cannot be; `path` ends with a slash."""
    judged = one.accepted_qty + one.rejected_qty
    wanted = sample_qty_of(plan, judged, is_whole=is_whole)
    if one.sample_qty is None or one.sample_qty < wanted:
        reason = f"plan {plan.head.code} asks for a sample of {wanted.normalize():f}"
        yield FieldProblem(f"{path}sample_qty", reason, "sample_too_small")
    elif one.sample_qty > judged:
        yield FieldProblem(f"{path}sample_qty", "is more than what is decided about", "above_judged")
    if one.sample_qty is not None and not 0 <= one.defect_qty <= one.sample_qty:
        yield FieldProblem(f"{path}defect_qty", "is not between zero and the sample", "not_in_sample")
    for name in sorted({check.name for check in plan.checks} - one.results.keys()):
        yield FieldProblem(f"{path}results", f"plan {plan.head.code} asks for {name}", "result_missing")
    for name in sorted(one.results.keys() - {check.name for check in plan.checks}):
        yield FieldProblem(f"{path}results", f"plan {plan.head.code} does not measure {name}", "unknown_result")
    for name, value in one.results.items():
        if has_more_decimals(value, QUANTITY_PLACES):
            reason = f"{name} has more than {QUANTITY_PLACES} decimals"
            yield FieldProblem(f"{path}results", reason, "too_many_decimals")


def passes(plan: Plan, one: Inspection) -> bool:
    """Whether the goods pass: few enough defects, and everything measured within its limits."""
    return one.defect_qty <= plan.head.defects_max_qty and all(
        (check.lower_limit is None or one.results[check.name] >= check.lower_limit)
        and (check.upper_limit is None or one.results[check.name] <= check.upper_limit)
        for check in plan.checks
    )


def is_sorted_out(one: Inspection) -> bool:
    """Whether every piece was looked at and what is accepted was found without defect."""
    judged = one.accepted_qty + one.rejected_qty
    return one.sample_qty == judged and one.rejected_qty >= one.defect_qty
