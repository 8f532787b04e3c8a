"""`POST /api/ai/portal/ask`: a customer asks about own documents; what only a person may do becomes a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from ai.portal.reading import Wish, read_wish
from ai.portal.texts import text_of as said
from api.calls import Call, Calling
from api.rendering import json_response, shown
from api.routing import Router, needs
from api.schemas.ai import QuestionBody, TurnsOut
from api.verbs import act, answers
from transactional.assistant.queries import last_status, turns_of
from transactional.assistant.resources import SERVICE_REQUESTS
from transactional.assistant.services.keep_turns import keep_turn
from transactional.assistant.services.serve_customers import (
    NewServiceRequest,
    answer_requests,
    close_requests,
    customer_of,
    file_requests,
    take_requests,
)
from transactional.assistant.states import ServiceRequestKind
from transactional.finance.resources import INVOICES
from transactional.kernel.listing import ListQuery, list_page
from transactional.kernel.records import get_record
from transactional.kernel.resource import Resource
from transactional.kernel.schema import Strict, text_of
from transactional.kernel.session import Session
from transactional.sales.resources import DELIVERIES, ORDERS

ANSWER_LENGTH_MAX, SHOWN_MAX = 4_000, 5
router = Router(prefix="/api/ai", tags=["ai"])
KINDS: Mapping[str, Resource] = {"orders": ORDERS, "deliveries": DELIVERIES, "invoices": INVOICES}
_DAYS = {"orders": "ordered_on", "deliveries": "delivered_on", "invoices": "invoiced_on"}
_STATES: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("orders", "open"): (("state__in", "draft,confirmed"),),
    ("invoices", "open"): (("state", "posted"), ("open_amount__gt", "0")),
    ("invoices", "paid"): (("open_amount", "0"), ("state__ne", "cancelled")),
}


class AnswerIn(Strict):
    """What the customer is answered."""

    answer: text_of(ANSWER_LENGTH_MAX, length_min=1)  # type: ignore[valid-type]


class PortalReplyOut(BaseModel):
    """What a customer is told."""

    conversation_id: UUID
    turn: int
    status: str
    text: str
    confidence: str
    documents: list[dict[str, Any]]
    service_request_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What a question comes to, before it is kept."""

    status: str
    text: str
    documents: tuple[tuple[str, Mapping[str, Any]], ...] = field(default=())
    wanted: ServiceRequestKind | None = None
    number: str | None = None


@router.post(
    "/portal/ask",
    summary="Ask about own documents",
    responses={200: {"model": PortalReplyOut}},
    openapi_extra=needs("portal.ask"),
)
def ask(body: QuestionBody, call: Calling) -> Response:
    """Facts of the customer's own orders, deliveries and invoices, a request for a person, or a no."""
    return call.write(lambda session: _answered(session, body, call))


@router.get(
    "/portal/conversations/{id}/turns",
    summary="Read a conversation in the portal",
    responses={200: {"model": TurnsOut}},
    openapi_extra=needs("portal.ask"),
)
def own_turns(id: UUID, call: Calling) -> Response:  # noqa: A002  # the path's name
    """The questions of one of the customer's own conversations with their replies, a person's among them."""
    found = call.read(lambda session: turns_of(session, id, by=call.principal))
    return json_response({"items": found, "next_cursor": None})


@router.get(
    "/service-requests/{id}/turns",
    summary="Read what led to a service request",
    responses={200: {"model": TurnsOut}},
    openapi_extra=needs("service_request.take"),
)
def request_turns(id: UUID, call: Calling) -> Response:  # noqa: A002  # the path's name
    """The conversation behind a request, for whoever deals with it."""

    def work(session: Session) -> list[dict[str, Any]]:
        request = get_record(session, SERVICE_REQUESTS, id, by=call.principal)
        return turns_of(session, UUID(str(request["conversation_id"])), by=None)

    return json_response({"items": call.read(work), "next_cursor": None})


@router.post(
    "/service-requests/{id}/answer",
    name="answer_service_request",
    summary="Answer: service request",
    responses=answers(SERVICE_REQUESTS),
    openapi_extra=needs("service_request.answer"),
)
def answer_one(id: UUID, given: AnswerIn, call: Calling) -> Response:  # noqa: A002  # the path's name
    """The request, answered; the customer reads the answer in the conversation."""
    at = call.services.now()
    return act(
        call, SERVICE_REQUESTS, id, lambda session: answer_requests(session, [id], text=str(given.answer), at=at)
    )


@router.post(
    "/service-requests/{id}/take",
    name="take_service_request",
    summary="Take: service request",
    responses=answers(SERVICE_REQUESTS),
    openapi_extra=needs("service_request.take"),
)
def take_one(id: UUID, call: Calling) -> Response:  # noqa: A002  # the path's name
    """The request, dealt with by the asker."""
    at = call.services.now()
    return act(call, SERVICE_REQUESTS, id, lambda session: take_requests(session, [id], at=at, by=call.principal))


@router.post(
    "/service-requests/{id}/close",
    name="close_service_request",
    summary="Close: service request",
    responses=answers(SERVICE_REQUESTS),
    openapi_extra=needs("service_request.close"),
)
def close_one(id: UUID, call: Calling) -> Response:  # noqa: A002  # the path's name
    """The request, closed."""
    at = call.services.now()
    return act(call, SERVICE_REQUESTS, id, lambda session: close_requests(session, [id], at=at))


def _answered(session: Session, body: QuestionBody, call: Call) -> dict[str, Any]:
    customer_id = customer_of(session, by=call.principal)
    wish, locale = read_wish(body.question), body.locale or call.principal.locale
    known = body.conversation_id
    was_refused = known is not None and last_status(session, known, by=call.principal) == "refused"
    told = _told(session, wish, locale, call)
    if told.status == "refused" and was_refused:
        # Asked twice and understood neither time: a person reads both.
        told = _Told("handed_over", said("handed_over", locale), wanted=ServiceRequestKind.HANDOVER)
    documents = [{"kind": kind, **shown(dict(each))} for kind, each in told.documents]
    reply: dict[str, Any] = {
        "status": told.status,
        "text": told.text,
        "confidence": f"{wish.certainty:.2f}",
        "documents": documents,
    }
    conversation, turn = keep_turn(session, body.conversation_id, body.question, _plain(reply), None, by=call.principal)
    request = None
    if told.wanted is not None:
        new = NewServiceRequest(customer_id, conversation, told.wanted, body.question, told.number)
        request = file_requests(session, [new], by=call.principal)[0].id
    return {"conversation_id": conversation, "turn": turn, **reply, "service_request_id": request}


def _plain(reply: Mapping[str, Any]) -> dict[str, Any]:
    """What a conversation keeps: the words, and which documents were told of."""
    numbers = [str(each["number"]) for each in reply["documents"]]
    return {"status": reply["status"], "text": reply["text"], "confidence": reply["confidence"], "documents": numbers}


def _told(session: Session, wish: Wish, locale: str, call: Call) -> _Told:
    if wish.intent == "person" or (wish.intent is None and not wish.numbers):
        text = said("asked_person" if wish.intent else "handed_over", locale)
        return _Told("handed_over", text, wanted=ServiceRequestKind.HANDOVER)
    found = _named(session, wish, call)
    missing = [number for number in wish.numbers if not any(each["number"] == number for _, each in found)]
    if missing:
        return _Told("refused", said("unknown_number", locale, number=", ".join(missing)))
    if wish.intent == "request":
        number = wish.numbers[0] if wish.numbers else None
        return _Told("requested", said("requested", locale), wanted=ServiceRequestKind.CHANGE, number=number)
    if wish.unplaced:
        return _Told("refused", said("refused", locale, word=" ".join(wish.unplaced)))
    return _facts(found, locale) if wish.numbers else _listed(session, wish, locale, call)


def _facts(found: tuple[tuple[str, Mapping[str, Any]], ...], locale: str) -> _Told:
    return _Told("answered", " ".join(_sentence(kind, each, locale) for kind, each in found), found)


def _named(session: Session, wish: Wish, call: Call) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The documents of these numbers that the asker may see: row rules say which, as everywhere."""
    return tuple(
        (kind, each)
        for number in wish.numbers
        for kind in KINDS
        for each in _page(session, kind, (("number", number),), call, limit=1)[0]
    )


def _page(
    session: Session, kind: str, filters: Sequence[tuple[str, str]], call: Call, *, limit: int
) -> tuple[Sequence[Mapping[str, Any]], bool]:
    query = ListQuery(filters=filters, sort=f"-{_DAYS[kind]}", limit=limit)
    page = list_page(session, KINDS[kind], query, by=call.principal)
    return page.items, page.next_cursor is not None


def _listed(session: Session, wish: Wish, locale: str, call: Call) -> _Told:
    """The newest documents of each kind named, in the states named."""
    limit = 1 if "latest" in wish.states else SHOWN_MAX
    texts: list[str] = []
    found: list[tuple[str, Mapping[str, Any]]] = []
    for kind in wish.kinds:
        filters = [each for state in sorted(wish.states) for each in _STATES.get((kind, state), ())]
        items, has_more = _page(session, kind, tuple(dict.fromkeys(filters)), call, limit=limit)
        found += [(kind, each) for each in items]
        texts += [_sentence(kind, each, locale) for each in items] or [said("none", locale)]
        texts += [said("more", locale, count=limit)] if has_more and limit > 1 else []
    return _Told("answered", " ".join(texts), tuple(found))


def _sentence(kind: str, record: Mapping[str, Any], locale: str) -> str:
    """A document in words; every figure is the document's own."""
    facts: dict[str, object] = {"number": record["number"], "day": record[_DAYS[kind]], "state": record["state"]}
    if kind == "deliveries":
        number = record["tracking_number"]
        return said(kind, locale, tracking=said("tracking", locale, number=number) if number else "", **facts)
    facts |= {"total": _money(record["total_amount"]), "currency": record["currency_code"]}
    if kind == "orders":
        day = record["promised_on"]
        return said(kind, locale, promised=said("promised", locale, day=day) if day else "", **facts)
    return said(kind, locale, open=_money(record["open_amount"]), **facts)


def _money(amount: Any) -> str:
    return f"{Decimal(amount):,.2f}"
