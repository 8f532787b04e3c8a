"""A question answered: read, planned, asked of the metrics layer with the asker's rights, and said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ai.questions.lexicon import read_lexicon
from ai.questions.planning import Clarify, Decline, Planned, as_data, plan
from ai.questions.reading import Reader
from ai.questions.replies import chart_of, sentence, text_of
from ai.questions.words import QUESTION_CHARACTERS_MAX
from olap.asker import Asker
from olap.errors import Forbidden, QueryInvalid
from olap.query import QueryResult
from olap.service import Numbers

Status = Literal["answered", "clarify", "declined"]


@dataclass(frozen=True)
class Reply:
    """What the assistant answers; figures only in `result`, which is the metrics layer's own."""

    status: Status
    text: str
    metric_query: Mapping[str, Any] | None = None
    result: QueryResult | None = None
    chart: str | None = None
    choices: tuple[str, ...] = ()
    reason: str | None = None
    citations: tuple[Mapping[str, Any], ...] = field(default=())


def answer(numbers: Numbers, asker: Asker, question: str, *, locale: str = "en") -> Reply:
    """The answer to a question, a question back, or a no that names what could not be placed.

    Raises: NumbersUnavailable while nothing has been published.
    """
    if not question.strip():
        return _declined("empty", locale)
    if len(question) > QUESTION_CHARACTERS_MAX:
        return _declined("too_long", locale, limit=QUESTION_CHARACTERS_MAX)
    lexicon, today = read_lexicon(numbers, asker), numbers.today()
    planned = plan(Reader(lexicon, today).read(question), lexicon, today)
    if isinstance(planned, Decline):
        return _declined(planned.reason, locale, word=planned.word)
    if isinstance(planned, Clarify):
        return Reply("clarify", text_of(planned.reason, locale), choices=planned.choices, reason=planned.reason)
    return _asked(numbers, asker, planned, locale)


def _asked(numbers: Numbers, asker: Asker, planned: Planned, locale: str) -> Reply:
    try:
        result = numbers.query(planned.query, asker)
    except Forbidden:
        return _declined("forbidden", locale)
    except QueryInvalid as refusal:
        return _declined("refused", locale, word="; ".join(problem.reason for problem in refusal.problems))
    return Reply(
        status="answered",
        text=sentence(result, locale),
        metric_query=as_data(planned.query),
        result=result,
        chart=chart_of(result),
        citations=tuple(
            {"metric": each["name"], "description": each.get("description")} for each in result.evidence.definitions
        ),
    )


def _declined(reason: str, locale: str, **values: object) -> Reply:
    return Reply("declined", text_of(reason, locale, **values), reason=reason)
