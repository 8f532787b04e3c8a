"""An account line by line, with its running balance and the documents behind it."""

import base64
import binascii
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.rendering import shown
from api.routing import Router, needs
from transactional.kernel.errors import FieldProblem, Invalid, invalid
from transactional.kernel.listing import LIMIT_DEFAULT, LIMIT_MAX
from transactional.kernel.records import check_exists
from transactional.kernel.schema import Day, Shown
from transactional.kernel.session import Session
from transactional.ledger.queries import DIMENSIONS, LedgerCursor, LedgerPage, account_ledger, seen_lines
from transactional.ledger.resources import ACCOUNTS

router = Router(prefix=ACCOUNTS.path, tags=["finance"])
_BALANCE_MAX = Decimal(10) ** 24
_OTHERS = frozenset({"since", "until", "cursor", "limit"})


class LedgerLineOut(Shown):
    """A line of an account with the balance after it; decimals as text."""

    line_id: UUID
    entry_id: UUID
    entry_number: str
    posted_on: date
    amount: str
    balance_amount: str
    currency_code: str
    currency_amount: str
    description: str | None
    origin_type: str
    origin_id: UUID
    """The document the line comes from."""


@router.get(
    "/{id}/ledger",
    summary="An account line by line",
    responses={200: {"model": envelope_of(LedgerLineOut)}},
    openapi_extra=needs("journal_entry.read")
    | {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": {"type": "string"},
                "description": "An id; empty for lines without one.",
            }
            for name in DIMENSIONS
        ]
    },
)
def ledger_of_account(
    id: UUID,  # noqa: A002
    request: Request,
    call: Calling,
    since: Day | None = None,
    until: Day | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
) -> Response:
    """Lines in the order of their days, each with the balance after it; from the balance before `since`."""
    filters, after = _filters(request), _read(cursor) if cursor else None
    if since and until and until < since:
        raise invalid("until", "lies before the first day", "range_reversed")

    def work(session: Session) -> LedgerPage:
        check_exists(session, ACCOUNTS, id, by=call.principal)
        seen = seen_lines(call.principal)
        return account_ledger(
            session, id, since=since, until=until, filters=filters, after=after, limit=limit, seen=seen
        )

    page = call.read(work)
    return list_body([shown(_line(line)) for line in page.lines], next_cursor=_write(page.next_cursor))


def _line(line: Any) -> dict[str, Any]:
    names = [name for name in LedgerLineOut.model_fields if name != "entry_number"]
    return {name: getattr(line, name) for name in names} | {
        "entry_number": f"{line.journal}/{line.fiscal_year}/{line.number}"
    }


def _filters(request: Request) -> dict[str, list[UUID | None]]:
    """Wanted values by dimension; an unknown dimension is refused where the ledger is read.  Raises: Invalid."""
    found: dict[str, list[UUID | None]] = {}
    problems = []
    for name, raw in request.query_params.multi_items():
        if name in _OTHERS:
            continue
        try:
            found.setdefault(name, []).append(UUID(raw) if raw and name in DIMENSIONS else None)
        except ValueError:
            problems.append(FieldProblem(name, "is no id", "not_id"))
    if problems:
        raise Invalid(problems)
    return found


def _write(cursor: LedgerCursor | None) -> str | None:
    if cursor is None:
        return None
    told = f"{cursor.posted_on} {cursor.line_id} {cursor.balance_amount}"
    return base64.urlsafe_b64encode(told.encode()).decode()


def _read(text: str) -> LedgerCursor:
    try:
        day, line_id, balance = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        cursor = LedgerCursor(date.fromisoformat(day), UUID(line_id), Decimal(balance))
    except (ValueError, binascii.Error, InvalidOperation):
        raise _foreign_cursor() from None
    if not cursor.balance_amount.is_finite() or abs(cursor.balance_amount) >= _BALANCE_MAX:
        raise _foreign_cursor()
    return cursor


def _foreign_cursor() -> Invalid:
    return invalid("cursor", "does not come from this list in this order", "bad_cursor")
