"""`POST /api/ai/ask`, whole or streamed, and the conversations that questions build."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from ai.questions.documents import DOCUMENTS_MAY_HELP, answer_from
from ai.questions.plans import Planned
from ai.questions.service import Progress, Reply, answering
from ai.questions.words import locale_of
from api.calls import Call, Calling
from api.rendering import json_response, to_json
from api.routers.ai.answers import shown_reply
from api.routers.ai.models import endpoint_of, log_usage, tokens_today
from api.routers.ai.withheld import SEEN, SeenNow, seen_in
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.search.search import knowledge_found
from api.routing import Router, needs
from api.schemas.ai import ConversationsOut, FeedbackBody, QuestionBody, ReplyOut, TurnsOut
from transactional.assistant.knowledge import documents_cited
from transactional.assistant.queries import conversations_of, last_plan, terms_of, turns_of
from transactional.assistant.services.keep_turns import judge_turn, keep_turn
from transactional.kernel.errors import DomainError, NotAllowed
from transactional.kernel.session import Session

router = Router(prefix="/api/ai", tags=["ai"])
_WORDS = re.compile(r"\S+\s*")
ROWS_KEPT_MAX = 200
_EVENT = {
    "type": "object",
    "description": "One event of the stream.",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["understood", "querying", "text", "answer", "done", "problem"]},
        "data": {"type": "string", "description": "In JSON."},
    },
}
"""Rows of an answer that a conversation keeps; the query asks for all again."""


class FigureForbidden(NotAllowed):
    """The question is about a figure that the asker has no right to."""

    code = "metric_forbidden"
    message = "{sentence}"


@router.post("/ask", summary="Ask in words", responses={200: {"model": ReplyOut}}, openapi_extra=needs("ai.ask"))
def ask(body: QuestionBody, call: Calling) -> Response:
    """An answer from governed metrics with its evidence, a question back, or a no that says which word is unknown."""
    reply = _reply(body, call)
    return call.write(lambda session: _kept(session, body, reply, call))


@router.post(
    "/ask/stream",
    summary="Ask in words, streamed",
    responses={200: {"content": {"text/event-stream": {"schema": _EVENT}}}},
    response_class=StreamingResponse,
    openapi_extra=needs("ai.ask"),
)
def ask_streamed(body: QuestionBody, call: Calling) -> Response:
    """The same as server-sent events, each sent when it has happened.

    `understood` (the metrics and keys that the question was read as), `querying` (the conditions asked with), `text`
    piece by piece, `answer` with everything, `done`; or `problem`, where the metrics layer refuses after the question
    was understood. What is refused before is an answer of its own, such as 403.
    """
    events = _events(body, call)
    return StreamingResponse(itertools.chain([next(events)], events), media_type="text/event-stream")


@router.get(
    "/conversations",
    summary="List conversations",
    responses={200: {"model": ConversationsOut}},
    openapi_extra=needs("ai.ask"),
)
def list_conversations(call: Calling) -> Response:
    """The asker's own conversations, the newest first."""
    found = call.read(lambda session: conversations_of(session, by=call.principal))
    return json_response({"items": found, "next_cursor": None})


@router.get(
    "/conversations/{id}/turns",
    summary="Read a conversation",
    responses={200: {"model": TurnsOut}},
    openapi_extra=needs("ai.ask"),
)
def list_turns(id: UUID, call: Calling) -> Response:  # noqa: A002  # the path's name
    """The questions of one of the asker's conversations; replies of what the asker may see no more are withheld."""
    found, readable = call.read(
        lambda session: (turns_of(session, id, by=call.principal), documents_cited(session, id, by=call.principal))
    )
    seen = SeenNow(numbers_of(call.request), asker_of(call.request), readable)
    items = [{**each, "reply": seen.reply(each["reply"])} for each in found]
    return json_response({"items": items, "next_cursor": None})


@router.post(
    "/conversations/{id}/turns/{turn}/judge",
    summary="Judge an answer",
    status_code=204,
    openapi_extra=needs("ai.ask"),
)
def judge(id: UUID, turn: int, body: FeedbackBody, call: Calling) -> Response:  # noqa: A002  # the path's name
    """Keep whether an answer helped, with a remark."""
    return call.write(
        lambda session: judge_turn(
            session, id, turn, is_helpful=body.is_helpful, remark=body.remark, by=call.principal
        ),
        status=204,
    )


def _reply(body: QuestionBody, call: Call) -> Reply:
    return next(each for each in _steps(body, call) if isinstance(each, Reply))


def _steps(body: QuestionBody, call: Call) -> Iterator[Progress | Reply]:
    """What is done to answer, and at last the reply.  Raises: FigureForbidden."""
    terms, plan, tokens = call.read(lambda session: _known(session, body, call))
    asker = asker_of(call.request)
    locale = body.locale or locale_of(body.question, asker.locale)
    # Figures are called in the language of the answer.
    asker = replace(asker, locale=locale)
    with refusals():
        steps = answering(
            numbers_of(call.request),
            asker,
            body.question,
            locale=locale,
            previous=Planned.from_data(plan) if plan else None,
            terms=terms,
            model=endpoint_of(call, tokens),
        )
    while True:
        # One step at a time: whoever reads the stream may take each in another thread.
        with refusals():
            step = next(steps)
        if isinstance(step, Reply):
            yield _cited(step, body, locale, call)
            return
        yield step


def _cited(reply: Reply, body: QuestionBody, locale: str, call: Call) -> Reply:
    """The reply, or what documents say where the metrics know nothing.  Raises: FigureForbidden."""
    if reply.status != "answered" and reply.reason in DOCUMENTS_MAY_HELP and not reply.parts:
        found = call.read(lambda session: knowledge_found(session, body.question, call))
        cited = answer_from(found, body.question, locale)
        if cited is not None:
            reply = replace(cited, usage=reply.usage)
    if reply.reason == "forbidden":
        raise FigureForbidden(sentence=reply.text)
    return reply


def _known(session: Session, body: QuestionBody, call: Call) -> tuple[Mapping[str, str], Mapping[str, Any] | None, int]:
    plan = last_plan(session, body.conversation_id, by=call.principal) if body.conversation_id else None
    return terms_of(session), plan, tokens_today(session, call)


def _kept(session: Session, body: QuestionBody, reply: Reply, call: Call) -> dict[str, Any]:
    shown = shown_reply(reply)
    plan = reply.planned.as_data() if reply.planned else None
    log_usage(session, reply.usage, call)
    kept = {**_short(shown), SEEN: seen_in(reply, asker_of(call.request))}
    conversation, turn = keep_turn(session, body.conversation_id, body.question, kept, plan, by=call.principal)
    return {"conversation_id": str(conversation), "turn": turn, **shown}


def _short(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a conversation keeps of a reply: figures as told, without the rows that only a table shows."""
    result = shown["result"]
    kept = {**shown, "other": None, "parts": [_short(each) for each in shown["parts"]]}
    if result:
        kept["result"] = {**result, "rows": result["rows"][:ROWS_KEPT_MAX]}
    return dict(_plain(kept))


def _plain(value: Any) -> Any:
    """The value as JSON holds it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _events(body: QuestionBody, call: Call) -> Iterator[bytes]:
    """Server-sent events: progress as it is made, then the answer.  Raises, before the first: DomainError."""
    is_begun = False
    try:
        for step in _steps(body, call):
            if isinstance(step, Progress):
                is_begun = True
                yield _event(step.step, to_json({"text": step.text, "metric_query": step.metric_query}))
            else:
                yield from _told(step, body, call)
    except DomainError as refusal:
        if not is_begun:
            raise
        # The status line is sent already: what is refused now is told as the last event.
        yield _event("problem", to_json({"code": refusal.code, "detail": str(refusal)}))
    yield _event("done", b"{}")


def _told(reply: Reply, body: QuestionBody, call: Call) -> Iterator[bytes]:
    """The answer, kept before it is told."""
    kept = call.write(lambda session: _kept(session, body, reply, call))
    for piece in _WORDS.findall(reply.text):
        yield _event("text", to_json(piece))
    yield _event("answer", bytes(kept.body))


def _event(name: str, data: bytes) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"
