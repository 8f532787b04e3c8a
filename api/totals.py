"""Sums of all rows that a list finds: what stands below its last page."""

from pydantic import BaseModel, Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body, list_parameters, query_of
from api.rendering import shown
from api.routing import Router, needs
from transactional.kernel.listing import totals_of
from transactional.kernel.resource import Resource
from transactional.kernel.schema import Shown


def add_totals(router: Router, resource: Resource) -> None:
    """Give a resource its totals: the same filters, rights and data scope as its list."""

    @router.get(
        "/totals",
        name=f"total_{resource.module}_{resource.plural}".replace("-", "_"),
        summary=f"Totals: {resource.label.lower()}",
        responses={200: {"model": envelope_of(_shape(resource))}},
        openapi_extra=needs(f"{resource.thing}.read") | {"parameters": list_parameters(resource, paged=False)},
    )
    def totals(request: Request, call: Calling) -> Response:
        """A row for each kind and currency; empty where nothing is found."""
        query = query_of(request)
        return list_body([shown(row) for row in call.read(lambda s: totals_of(s, resource, query, by=call.principal))])


def _shape(resource: Resource) -> type[BaseModel]:
    money = [name for name, field in resource.fields.items() if field.is_money and not name.startswith("company_")]
    fields = dict.fromkeys(money, (str, Field(description="A decimal number as text.")))
    made: type[BaseModel] = create_model(
        f"{resource.model.__name__}{resource.module.title()}Totals",
        __base__=Shown,
        kind=(str, ...),
        currency_code=(str, ...),
        row_count=(int, ...),
        **fields,  # type: ignore[call-overload]
    )
    return made
