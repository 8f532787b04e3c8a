"""Suppliers' bank accounts: approved by a second user."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.verbs import act, answers
from transactional.scm.resources import SUPPLIER_BANK_ACCOUNTS
from transactional.scm.services.approve_bank_accounts import approve_bank_accounts

router = Router(prefix=SUPPLIER_BANK_ACCOUNTS.path, tags=["scm"])


@router.post(
    "/{id}/approve",
    summary="Approve where a supplier is paid",
    responses=answers(SUPPLIER_BANK_ACCOUNTS),
    openapi_extra=needs("supplier_bank_account.approve"),
)
def approve(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The account, approved; the one before is retired."""
    at = call.services.now()
    return act(
        call,
        SUPPLIER_BANK_ACCOUNTS,
        id,
        lambda session: approve_bank_accounts(session, [id], by=call.principal, at=at),
    )
