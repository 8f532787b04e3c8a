"""The language model that an operator has set: within a tenant's tokens of a day, each call in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from ai.models.choosing import model_for
from ai.models.endpoint import Endpoint, Usage
from api.calls import Call, Calling
from api.rendering import json_response
from api.routing import Router, needs
from api.schemas.ai import ModelCallsOut
from transactional.assistant.queries import model_calls_of, tokens_since
from transactional.assistant.services.log_model_calls import Call as ModelCall
from transactional.assistant.services.log_model_calls import log_model_calls
from transactional.kernel.session import Session

router = Router(prefix="/api/ai", tags=["ai"])


@router.get(
    "/model-calls",
    summary="List calls of the language model",
    responses={200: {"model": ModelCallsOut}},
    openapi_extra=needs("ai.manage"),
)
def list_model_calls(call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> Response:
    """What the tenant's questions to a model took in tokens, cost and time, the newest first."""
    found = call.read(lambda session: model_calls_of(session, limit))
    return json_response({"items": found, "next_cursor": None})


def tokens_today(session: Session, call: Call) -> int:
    """The tokens used since midnight, UTC; nothing is looked up where no model is set."""
    if not call.services.settings.model_url:
        return 0
    now = call.services.now()
    return tokens_since(session, now.replace(hour=0, minute=0, second=0, microsecond=0))


def endpoint_of(call: Call, tokens: int) -> Endpoint | None:
    """The model that may be asked now: none where none is set or the day's tokens are used up."""
    settings = call.services.settings
    return None if tokens >= settings.model_tokens_daily else model_for(settings)


def log_usage(session: Session, usage: Sequence[Usage], call: Call) -> None:
    """Keep what was used."""
    if usage:
        calls = [ModelCall(**asdict(each)) for each in usage]
        log_model_calls(session, calls, price=call.services.settings.model_price, by=call.principal)
