"""Fixed assets: into the books, out of them, and back."""

from typing import Literal, Self
from uuid import UUID

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.sales.documents import DatedIn
from api.verbs import act, add_cancel, answers, today
from transactional.finance.models import AssetSource
from transactional.finance.resources import ASSETS
from transactional.finance.services.capitalize_assets import cancel_assets, capitalize_assets
from transactional.finance.services.dispose_assets import dispose_assets, reinstate_assets
from transactional.finance.specs import NewDisposal
from transactional.kernel.records import check_visible
from transactional.kernel.schema import Day, PositiveAmount, Strict
from transactional.kernel.session import Session
from transactional.scm.resources import CUSTOMERS

router = Router(prefix=ASSETS.path, tags=["finance"])


class CapitalizeIn(Strict):
    """From the clearing account, or as an opening balance; on a day, today where it is left out."""

    on: Day | None = None
    source: Literal["clearing", "opening"] = "clearing"


class DisposeIn(Strict):
    """A sale to a customer at a price; neither of the two where the asset is scrapped.

    The price is in company currency and without tax, but for a tax that prices contain.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-03-16"}]})

    on: Day | None = None
    customer_id: UUID | None = None
    price: PositiveAmount | None = None
    tax_code_id: UUID | None = None

    @model_validator(mode="after")
    def _is_a_sale_or_none(self) -> Self:
        if (self.customer_id is None) != (self.price is None):
            raise PydanticCustomError("sale_incomplete", "a sale has a customer and a price; what is scrapped has none")
        return self


@router.post(
    "/{id}/capitalize",
    summary="Take an asset into the books",
    responses=answers(ASSETS),
    openapi_extra=needs("asset.capitalize"),
)
def capitalize(id: UUID, call: Calling, given: CapitalizeIn | None = None) -> Response:  # noqa: A002
    """The asset, in use."""
    asked, at = given or CapitalizeIn(), call.services.now()
    on, source = asked.on or today(call), AssetSource(asked.source)
    return act(call, ASSETS, id, lambda session: capitalize_assets(session, [id], on=on, source=source, at=at))


@router.post(
    "/{id}/dispose",
    summary="Sell or scrap an asset",
    responses=answers(ASSETS),
    openapi_extra=needs("asset.dispose"),
)
def dispose(id: UUID, call: Calling, given: DisposeIn | None = None) -> Response:  # noqa: A002
    """The asset, disposed of; the invoice of a sale is posted with it."""
    asked, at = given or DisposeIn(), call.services.now()
    new = NewDisposal(id, asked.on or today(call), asked.customer_id, asked.price, asked.tax_code_id)

    def work(session: Session) -> None:
        if asked.customer_id:
            check_visible(session, CUSTOMERS, [asked.customer_id], by=call.principal)
        dispose_assets(session, [new], at=at)

    return act(call, ASSETS, id, work)


@router.post(
    "/{id}/reinstate",
    summary="Take the disposal of an asset back",
    responses=answers(ASSETS),
    openapi_extra=needs("asset.reinstate"),
)
def reinstate(id: UUID, call: Calling, given: DatedIn | None = None) -> Response:  # noqa: A002
    """The asset, in use again; the invoice of a sale is cancelled."""
    on, at = (given.on if given else None) or today(call), call.services.now()
    return act(call, ASSETS, id, lambda session: reinstate_assets(session, [id], on=on, at=at))


add_cancel(router, ASSETS, cancel_assets, "The asset, a draft again.")
