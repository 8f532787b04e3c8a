"""Journal entries: those prepared by hand are posted, and taken back by their mirror image."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.sales.documents import DatedIn
from api.verbs import act, answers, make, today
from transactional.flows.post_within_budgets import post_manual_entries
from transactional.kernel.schema import Strict, text_of
from transactional.ledger.resources import JOURNAL_ENTRIES, MANUAL_ENTRIES
from transactional.ledger.services.reverse_entries import reverse_manual_entries

router = Router(prefix="/api/finance", tags=["finance"])


class LateIn(Strict):
    """Why an entry has to go into a closed period, where it does."""

    late_reason: text_of(500, length_min=1) | None = None  # type: ignore[valid-type]


@router.post(
    "/manual-entries/{id}/post",
    summary="Post an entry prepared by hand",
    responses=answers(MANUAL_ENTRIES),
    openapi_extra=needs("manual_entry.post"),
)
def post_manual_entry(id: UUID, call: Calling, given: LateIn | None = None) -> Response:  # noqa: A002
    """The entry, posted and numbered; into a closed period only with the right period.post_closed and a reason."""
    at, reason = call.services.now(), given.late_reason if given else None
    return act(call, MANUAL_ENTRIES, id, lambda session: post_manual_entries(session, [id], at=at, late_reason=reason))


@router.post(
    "/journal-entries/{id}/reverse",
    summary="Take an entry made by hand back",
    status_code=201,
    responses=answers(JOURNAL_ENTRIES, 201),
    openapi_extra=needs("journal_entry.reverse"),
)
def reverse_entry(id: UUID, call: Calling, given: DatedIn | None = None) -> Response:  # noqa: A002
    """The mirror image, posted."""
    on = (given.on if given else None) or today(call)
    return make(
        call,
        JOURNAL_ENTRIES,
        lambda session: reverse_manual_entries(session, [id], on=on, at=call.services.now())[0].id,
        sees=[(JOURNAL_ENTRIES, [id])],
    )
