"""Customers: likely duplicates before one is saved, and two merged into one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routing import Router, needs
from api.verbs import act, answers
from transactional.kernel.records import check_visible
from transactional.kernel.schema import Shown, Strict
from transactional.kernel.session import Session
from transactional.scm.duplicates import find_duplicates
from transactional.scm.resources import CUSTOMERS
from transactional.scm.services.merge_customers import merge_customer

router = Router(prefix=CUSTOMERS.path, tags=["scm"])


class LikelyShown(Shown):
    """A customer that may be the same."""

    id: UUID
    code: str
    name: str
    city: str | None
    score: float
    reason: str


class MergeIn(Strict):
    """The customer that stays."""

    into_id: UUID


@router.get(
    "/duplicates",
    summary="Customers that may be the one to be made",
    responses={200: {"model": envelope_of(LikelyShown)}},
    openapi_extra=needs("customer.create"),
)
def duplicates(
    call: Calling,
    name: Annotated[str, Query(min_length=1, max_length=200)],
    city: Annotated[str | None, Query(max_length=120)] = None,
    tax_number: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The likely ones, most alike first."""

    def work(session: Session) -> list[dict[str, Any]]:
        found = find_duplicates(session, name=name, city=city, tax_number=tax_number)
        return [
            {
                "id": each.id,
                "code": each.code,
                "name": each.name,
                "city": each.city,
                "score": each.score,
                "reason": each.reason,
            }
            for each in found
        ]

    return list_body(call.read(work))


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
