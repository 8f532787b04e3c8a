"""Which records may be the one that is about to be made, told before it is made."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routing import Router, needs
from transactional.kernel.duplicates import find_duplicates, shown_likely
from transactional.kernel.resource import Resource
from transactional.kernel.schema import Shown, likely_schema
from transactional.kernel.session import Session


class LikelyShown(Shown):
    """A record that may be the same."""

    id: UUID
    code: str
    name: str
    city: str | None = Field(description="Of a customer.")
    score: float = Field(description="Likeness from 0 to 100.")
    fields: list[str] = Field(description="The fields that are alike.")
    reason: str = Field(description="The same in English words.")


def duplicates_router(resource: Resource) -> Router:
    """`GET /duplicates` of a resource, to be asked before its ids are."""
    router = Router(prefix=resource.path, tags=[resource.module])
    schema = likely_schema(resource)

    @router.get(
        "/duplicates",
        name=f"list_likely_{resource.module}_{resource.plural}".replace("-", "_"),
        summary=f"Those that may be the one to be made: {resource.label.lower()}",
        description="Of those that you may see the likely ones, most alike first, ten at the most. "
        "`refuse_likely=true` of the create operation refuses where there are any.",
        responses={200: {"model": envelope_of(LikelyShown)}},
        openapi_extra=needs(f"{resource.thing}.create"),
    )
    def duplicates(given: Annotated[schema, Query()], call: Calling) -> Response:  # type: ignore[valid-type]
        def work(session: Session) -> list[dict[str, Any]]:
            values = given.model_dump(exclude_none=True)  # type: ignore[attr-defined]
            return [shown_likely(each) for each in find_duplicates(session, resource, values, by=call.principal)]

        return list_body(call.read(work))

    return router
