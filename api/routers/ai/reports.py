"""`POST /api/ai/reports`: a report made from a sentence, with a summary in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ai.questions.lexicon import read_lexicon
from ai.questions.reading import Reader
from ai.questions.service import Reply, answer, labels_of
from ai.questions.suggestions import nearest_metrics
from ai.questions.summaries import summary_of
from ai.questions.texts import text_of
from api.calls import Calling
from api.rendering import json_response
from api.routers.ai.answers import shown_reply
from api.routers.ai.models import endpoint_of, log_usage, tokens_today
from api.routers.ai.questions import FigureForbidden
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.door import definition_of
from api.routers.report.reports import shown_report
from api.routing import Router, needs
from api.schemas.ai import ReportMadeOut, ReportWishBody
from api.schemas.report.reports import DefinitionIn
from charts.kinds import KINDS
from transactional.assistant.queries import terms_of
from transactional.kernel.session import Session
from transactional.report.services.save_reports import create_report

router = Router(prefix="/api/ai", tags=["ai"])
NAME_CHARACTERS_MAX, DESCRIPTION_CHARACTERS_MAX = 120, 1000
CHARTS = frozenset(KINDS) - {"table"}
NEAREST = "nearest"


@router.post(
    "/reports",
    summary="Make a report from a sentence",
    responses={200: {"model": ReportMadeOut}},
    openapi_extra=needs("report.create"),
)
def make_report(body: ReportWishBody, request: Request, call: Calling) -> Response:
    """A saved definition with its figures and a summary; or why not, with the nearest metrics."""
    call.principal.check_may("ai.ask")
    terms, tokens = call.read(lambda session: (terms_of(session), tokens_today(session, call)))
    asker, numbers = asker_of(request), numbers_of(request)
    locale = body.locale or asker.locale
    with refusals():
        reply = answer(numbers, asker, body.wish, locale=locale, terms=terms, model=endpoint_of(call, tokens))
        lexicon = read_lexicon(numbers, asker, terms)
        nearest = nearest_metrics(Reader(lexicon).read(body.wish), lexicon) if reply.status != "answered" else []
    if reply.reason == "forbidden":
        raise FigureForbidden(sentence=reply.text)
    planned = reply.planned
    if reply.status != "answered" or planned is None or reply.parts or planned.derive is not None:
        return json_response(_not_made(reply, nearest, locale))
    if reply.result is None:
        return json_response(_not_made(reply, nearest, locale))
    summary = summary_of(reply.result, planned.query, labels_of(lexicon, locale), locale)
    definition = definition_of(request, DefinitionIn.model_validate(_definition(body.wish, reply, locale)))

    def work(session: Session) -> dict[str, Any]:
        log_usage(session, reply.usage, call)
        made = create_report(
            session,
            body.name or body.wish[:NAME_CHARACTERS_MAX],
            dict(definition.raw),
            by=call.principal,
            # The figures are for who asked, now: a description is read later, by others with other rights.
            description=body.wish[:DESCRIPTION_CHARACTERS_MAX],
        )
        shown = {"report": shown_report(made), "answer": shown_reply(reply)}
        return {"status": "made", "text": summary, **shown, NEAREST: []}

    return call.write(work)


def _definition(wish: str, reply: Reply, locale: str) -> dict[str, Any]:
    question: Mapping[str, Any] = reply.metric_query or {}
    made: dict[str, Any] = {"kind": "table", "question": dict(question), "title": {locale[:2]: wish[:200]}}
    if reply.chart in CHARTS:
        made["chart"] = {"type": reply.chart, "metric": question["metrics"][0]}
    return made


def _not_made(reply: Reply, nearest: list[str], locale: str) -> dict[str, Any]:
    is_answer = reply.status == "answered"
    text = text_of("not_a_report", locale) if is_answer else reply.text
    return {
        "status": "declined" if is_answer else reply.status,
        "text": text,
        "report": None,
        "answer": shown_reply(reply),
        NEAREST: list(nearest),
    }
