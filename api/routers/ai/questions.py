"""`POST /api/ai/ask`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ai.questions.service import answer
from api.rendering import json_response
from api.routers.ai.answers import shown_reply
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routing import Router, needs
from api.schemas.ai import QuestionBody, ReplyOut
from transactional.kernel.errors import NotAllowed

router = Router(prefix="/api/ai", tags=["ai"])


@router.post("/ask", summary="Ask in words", responses={200: {"model": ReplyOut}}, openapi_extra=needs("ai.ask"))
def ask(body: QuestionBody, request: Request) -> Response:
    """An answer from governed metrics with its evidence, a question back, or a no that says which word is unknown."""
    asker = asker_of(request)
    with refusals():
        reply = answer(numbers_of(request), asker, body.question, locale=body.locale or asker.locale)
    if reply.reason == "forbidden":
        raise FigureForbidden(sentence=reply.text)
    return json_response(shown_reply(reply))


class FigureForbidden(NotAllowed):
    """The question is about a figure that the asker has no right to."""

    code = "metric_forbidden"
    message = "{sentence}"
