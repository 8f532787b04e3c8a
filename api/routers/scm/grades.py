"""Grades of customers: the rules as a set, and grading now."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.grading import grade_tenant
from api.lists import envelope_of
from api.rendering import json_response, shown
from api.routers.metrics.door import numbers_of, refusals
from api.routing import Router, needs
from transactional.kernel.schema import Amount, Share, Strict, shown_schema
from transactional.kernel.session import Session
from transactional.scm.grading import GradeRule
from transactional.scm.models import CreditGrade
from transactional.scm.resources import CUSTOMER_GRADES, GRADING_RULES
from transactional.scm.services.grade_customers import write_grading_rules

router = Router(prefix="/api/scm", tags=["scm"])


class GradingRuleIn(Strict):
    """What a grade asks for; what is left out is not asked."""

    grade: CreditGrade
    net_revenue_min_amount: Amount | None = None
    gross_margin_min_amount: Amount | None = None
    late_payment_rate_max: Share | None = None
    credit_limit_amount: Annotated[Amount, Field(ge=0)] | None = None


class GradingRulesIn(Strict):
    """All rules together; who meets none but the last has the last grade."""

    rules: Annotated[list[GradingRuleIn], Field(min_length=1, max_length=10)]


class GradedOut(BaseModel):
    """How many customers got a grade now."""

    graded: int


@router.put(
    GRADING_RULES.path.removeprefix("/api/scm"),
    summary="Write the rules of customer grades",
    responses={200: {"model": envelope_of(shown_schema(GRADING_RULES, with_lines=False))}},
    openapi_extra=needs("grading.manage"),
)
def write_rules(given: GradingRulesIn, call: Calling) -> Response:
    """The rules, in place of those before; they hold from the next grading on."""
    rules = [GradeRule(**rule.model_dump()) for rule in given.rules]

    def work(session: Session) -> dict[str, Any]:
        rows = write_grading_rules(session, rules)
        session.send_waiting()
        items = [shown({name: getattr(row, name, None) for name in GRADING_RULES.fields}) for row in rows]
        return {"items": items, "next_cursor": None, "total": None}

    return call.write(work)


@router.post(
    f"{CUSTOMER_GRADES.path.removeprefix('/api/scm')}/grade",
    summary="Grade customers now",
    responses={200: {"model": GradedOut}},
    openapi_extra=needs("grading.manage"),
)
def grade_now(call: Calling, request: Request) -> Response:
    """Each customer without a grade of this month has one now; the others keep theirs."""
    with refusals():
        return json_response({"graded": grade_tenant(call.services, numbers_of(request), call.principal)})
