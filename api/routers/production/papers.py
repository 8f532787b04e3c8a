"""Issues, reports and receipts of production orders, taken back."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.sales.documents import DatedIn
from api.verbs import act, answers, today
from transactional.kernel.resource import Resource
from transactional.production.resources import ISSUES, RECEIPTS, REPORTS
from transactional.production.services.cancel_papers import cancel_papers

router = Router(tags=["production"])


def _add_cancel(resource: Resource) -> None:
    @router.post(
        f"{resource.path}/{{id}}/cancel",
        name=f"cancel_{resource.thing}",
        summary=f"Take back: {resource.label.lower()}",
        responses=answers(resource),
        openapi_extra=needs(f"{resource.thing}.cancel"),
    )
    def cancel(id: UUID, call: Calling, given: DatedIn | None = None) -> Response:  # noqa: A002
        """The paper, cancelled; what it posted is reversed on the day you choose."""
        on, at = (given.on if given else None) or today(call), call.services.now()
        return act(call, resource, id, lambda session: cancel_papers(session, [id], on=on, at=at))


for _resource in (ISSUES, REPORTS, RECEIPTS):
    _add_cancel(_resource)
