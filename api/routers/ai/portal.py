"""`POST /api/ai/portal/ask`: a customer asks about own documents; what only a person may do becomes a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from ai.portal.reading import Wish, read_wish
from ai.portal.texts import state_of
from ai.portal.texts import text_of as said
from ai.portal.words import OF_INVOICES
from ai.questions.words import locale_of
from api.calls import Call, Calling
from api.rendering import json_response, shown
from api.routing import Router, needs
from api.schemas.ai import QuestionBody, TurnsOut
from api.verbs import act, answers
from transactional.assistant.queries import last_replies, turns_of
from transactional.assistant.resources import SERVICE_REQUESTS
from transactional.assistant.services.keep_turns import keep_turn
from transactional.assistant.services.serve_customers import (
    NewServiceRequest,
    answer_requests,
    close_requests,
    customer_of,
    file_requests,
    open_handover,
    take_requests,
)
from transactional.assistant.states import ServiceRequestKind
from transactional.finance.models import InvoiceKind
from transactional.finance.queries import overdue_amounts
from transactional.finance.resources import INVOICES
from transactional.kernel.clock import day_of
from transactional.kernel.listing import ListQuery, list_page, totals_of
from transactional.kernel.records import get_record
from transactional.kernel.resource import Resource
from transactional.kernel.schema import Strict, text_of
from transactional.kernel.session import Session
from transactional.sales.resources import DELIVERIES, ORDERS

ANSWER_LENGTH_MAX, SHOWN_MAX, OWED_MAX = 4_000, 5, 1_000
router = Router(prefix="/api/ai", tags=["ai"])
KINDS: Mapping[str, Resource] = {"orders": ORDERS, "deliveries": DELIVERIES, "invoices": INVOICES}
_DAYS = {"orders": "ordered_on", "deliveries": "delivered_on", "invoices": "invoiced_on"}
_STATES: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("orders", "open"): (("state__in", "draft,confirmed"),),
    ("invoices", "open"): (("state", "posted"), ("open_amount__gt", "0")),
    ("invoices", "paid"): (("open_amount", "0"), ("state__ne", "cancelled")),
}
_Found = tuple[tuple[str, Mapping[str, Any]], ...]
"""Documents with their kinds."""


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
    documents: _Found = field(default=())
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
    wish, locale = read_wish(body.question), locale_of(body.question, body.locale or call.principal.locale)
    known = body.conversation_id
    replies = last_replies(session, known, by=call.principal) if known is not None else []
    was_refused = bool(replies) and replies[0]["status"] == "refused"
    wish = _pointing(wish, replies)
    told = _told(session, wish, locale, call)
    if told.status == "refused" and was_refused and not wish.is_empty:
        # Asked twice and understood neither time: a person reads both.
        told = _Told("handed_over", said("handed_over", locale), wanted=ServiceRequestKind.HANDOVER)
    documents = [{"kind": kind, **shown(dict(each))} for kind, each in told.documents]
    reply: dict[str, Any] = {
        "status": told.status,
        "text": told.text,
        "confidence": f"{wish.certainty:.2f}",
        "documents": documents,
    }
    conversation, turn = keep_turn(
        session, body.conversation_id, body.question, _plain(reply, wish), None, by=call.principal
    )
    request = None
    if told.wanted is ServiceRequestKind.HANDOVER:
        # One person reads one conversation, however often it is said that nothing was understood.
        request = open_handover(session, conversation)
    if told.wanted is not None and request is None:
        new = NewServiceRequest(customer_id, conversation, told.wanted, body.question, told.number)
        request = file_requests(session, [new], by=call.principal)[0].id
    return {"conversation_id": conversation, "turn": turn, **reply, "service_request_id": request}


def _plain(reply: Mapping[str, Any], wish: Wish) -> dict[str, Any]:
    """What a conversation keeps: the words, which documents were told of, and which of them it was about."""
    numbers = [str(each["number"]) for each in reply["documents"]]
    about = [each for each in wish.numbers if each in numbers] or numbers
    kept = {name: reply[name] for name in ("status", "text", "confidence")}
    return {**kept, "documents": numbers, "about": about}


def _pointing(wish: Wish, replies: Sequence[Mapping[str, Any]]) -> Wish:
    """The wish with the number of the document that it points back to, where the talk was of one alone."""
    told: Sequence[str] = next((each["about"] for each in replies if each.get("about")), [])
    return replace(wish, numbers=tuple(told)) if wish.points_back and len(told) == 1 else wish


def _told(session: Session, wish: Wish, locale: str, call: Call) -> _Told:
    if wish.is_empty:
        return _Told("refused", said("empty", locale))
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
    return _looked_up(session, found, wish, locale, call)


def _looked_up(session: Session, found: _Found, wish: Wish, locale: str, call: Call) -> _Told:
    if wish.unplaced:
        return _Told("refused", said("refused", locale, word=" ".join(wish.unplaced)))
    if wish.numbers:
        return _facts(session, found, wish, locale, call)
    if wish.points_back:
        return _Told("refused", said("which", locale))
    is_of_money = wish.states & OF_INVOICES and wish.kinds == ("invoices",)
    return _owed(session, wish, locale, call) if is_of_money else _listed(session, wish, locale, call)


def _facts(session: Session, found: _Found, wish: Wish, locale: str, call: Call) -> _Told:
    """The documents named; of an order whose delivery is asked for, what has been delivered of it as well."""
    told, texts = list(found), [_sentence(kind, each, locale) for kind, each in found]
    for kind, each in found:
        if kind == "orders" and "deliveries" in wish.kinds:
            items, _ = _page(session, "deliveries", (("order_id", str(each["id"])),), call, limit=SHOWN_MAX)
            told += [("deliveries", item) for item in items]
            texts += [_sentence("deliveries", item, locale) for item in items]
            texts += [] if items else [said("undelivered", locale, number=each["number"])]
    return _Told("answered", " ".join(texts), tuple(told))


def _owed(session: Session, wish: Wish, locale: str, call: Call) -> _Told:
    """What the customer owes, or what of it is overdue, in each currency, with the newest invoices."""
    filters = (*_STATES["invoices", "open"], ("kind", InvoiceKind.SALES_INVOICE))
    items, has_more = _page(session, "invoices", filters, call, limit=OWED_MAX)
    if has_more:
        return _Told("handed_over", said("asked_person", locale), wanted=ServiceRequestKind.HANDOVER)
    late = overdue_amounts(session, [each["id"] for each in items], day_of(call.services.now()))
    is_overdue = "overdue" in wish.states
    meant = [each for each in items if each["id"] in late] if is_overdue else items
    texts = [] if meant else [said("nothing_overdue" if is_overdue else "nothing_owed", locale)]
    for currency in sorted({str(each["currency_code"]) for each in meant}):
        own = [each for each in meant if each["currency_code"] == currency]
        overdue = sum((late.get(each["id"], Decimal(0)) for each in own), Decimal(0))
        amount = overdue if is_overdue else sum((Decimal(each["open_amount"]) for each in own), Decimal(0))
        facts = {"currency": currency, "count": len(own), "amount": _money(amount), "overdue": _money(overdue)}
        texts.append(said("overdue" if is_overdue else "owed", locale, **facts))
    texts += _unused_credit(session, locale, call)
    shown_now = meant[:SHOWN_MAX]
    texts += [_sentence("invoices", each, locale) for each in shown_now]
    texts += [said("more", locale, count=SHOWN_MAX)] if len(meant) > SHOWN_MAX else []
    return _Told("answered", " ".join(texts), tuple(("invoices", each) for each in shown_now))


def _unused_credit(session: Session, locale: str, call: Call) -> list[str]:
    query = ListQuery(filters=(*_STATES["invoices", "open"], ("kind", InvoiceKind.SALES_CREDIT_NOTE)))
    sums = totals_of(session, INVOICES, query, by=call.principal)
    return [said("credit", locale, amount=_money(each["open_amount"]), currency=each["currency_code"]) for each in sums]


def _named(session: Session, wish: Wish, call: Call) -> _Found:
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
    facts: dict[str, object] = {"number": record["number"], "day": record[_DAYS[kind]]}
    facts["state"] = state_of(str(record["state"]), locale)
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
