"""Two customers merged into one."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.verbs import act, answers
from transactional.kernel.records import check_visible
from transactional.kernel.schema import Strict
from transactional.kernel.session import Session
from transactional.scm.resources import CUSTOMERS
from transactional.scm.services.merge_customers import merge_customer

router = Router(prefix=CUSTOMERS.path, tags=["scm"])


class MergeIn(Strict):
    """The customer that stays."""

    into_id: UUID


@router.post(
    "/{id}/merge",
    summary="Give a customer up for another one",
    responses=answers(CUSTOMERS),
    openapi_extra=needs("customer.merge"),
)
def merge(id: UUID, given: MergeIn, call: Calling) -> Response:  # noqa: A002
    """The customer that was given up."""

    def verb(session: Session) -> None:
        check_visible(session, CUSTOMERS, [given.into_id], by=call.principal)
        merge_customer(session, id, into_id=given.into_id, at=call.services.now())

    return act(call, CUSTOMERS, id, verb)
