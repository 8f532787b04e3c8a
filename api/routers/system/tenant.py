"""What holds for all users of the tenant: its name, its language, how long a password has to be."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.calls import Calling
from api.rendering import json_response
from api.routing import Router, needs
from transactional.identity.services.change_tenants import change_tenant, tenant_settings
from transactional.kernel.schema import Shown, Strict, text_of


class TenantChange(Strict):
    """What is to change; what is not named stays."""

    name: Annotated[text_of(200, length_min=1), Field(default=None)]  # type: ignore[valid-type]
    default_locale: Annotated[
        Literal["en", "zh", "zh-CN", "ar"],
        Field(default=None, description="Spoken to whoever asks for no language that is spoken here."),
    ]
    password_length_min: Annotated[
        int, Field(default=None, ge=8, le=128, description="Applies when a password is set the next time.")
    ]


class TenantShown(Shown):
    """The tenant as its users meet it."""

    slug: str
    host: str | None
    name: str
    default_locale: str
    password_length_min: int


def router() -> APIRouter:
    """The routes `/api/system/tenant`."""
    routes = Router(prefix="/api/system/tenant", tags=["system"])

    @routes.get(
        "", summary="The tenant's settings", responses={200: {"model": TenantShown}}, openapi_extra=needs("tenant.read")
    )
    def settings(call: Calling) -> Response:
        return json_response(call.read(tenant_settings))

    @routes.patch(
        "",
        summary="Change the tenant's settings",
        responses={200: {"model": TenantShown}},
        openapi_extra=needs("tenant.update"),
    )
    def change(given: TenantChange, call: Calling) -> Response:
        answer = call.write(lambda session: change_tenant(session, given.model_dump(exclude_unset=True)))
        call.services.rights.forget()
        return answer

    return routes
