"""Budgets: approved, and revised."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.verbs import add_transition, answers, make
from transactional.finance.resources import BUDGETS
from transactional.finance.services.approve_budgets import approve_budgets, revise_budgets

router = Router(prefix=BUDGETS.path, tags=["finance"])
add_transition(
    router,
    BUDGETS,
    "approve",
    approve_budgets,
    "Approve a budget",
    "The budget that figures are compared with from now on.",
)


@router.post(
    "/{id}/revise",
    summary="Make the next revision of a budget",
    status_code=201,
    responses=answers(BUDGETS, 201),
    openapi_extra=needs("budget.revise"),
)
def revise_budget(id: UUID, call: Calling) -> Response:  # noqa: A002
    """A draft with the same lines."""
    at = call.services.now()
    return make(call, BUDGETS, lambda session: revise_budgets(session, [id], at=at)[0].id, sees=[(BUDGETS, [id])])
