"""Periods: closed when their checklist is done, opened again with a reason."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.verbs import act, answers
from transactional.flows.close_periods import close_periods
from transactional.kernel.schema import Strict, text_of
from transactional.ledger.resources import PERIODS
from transactional.ledger.services.close_periods import reopen_periods

router = Router(prefix=PERIODS.path, tags=["finance"])


class ReopenIn(Strict):
    """Why a period has to take postings again."""

    reason: text_of(500, length_min=1)  # type: ignore[valid-type]


@router.post("/{id}/close", summary="Close a period", responses=answers(PERIODS), openapi_extra=needs("period.close"))
def close_period(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The period, which takes no postings any more."""
    return act(call, PERIODS, id, lambda session: close_periods(session, [id], at=call.services.now()))


@router.post(
    "/{id}/reopen", summary="Open a period again", responses=answers(PERIODS), openapi_extra=needs("period.reopen")
)
def reopen_period(id: UUID, given: ReopenIn, call: Calling) -> Response:  # noqa: A002
    """The period, which takes postings again."""
    at = call.services.now()
    return act(call, PERIODS, id, lambda session: reopen_periods(session, [id], reason=given.reason, at=at))
