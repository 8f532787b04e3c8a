"""A question answered: read, planned, asked of the metrics layer with the asker's rights, and said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ai.questions.deriving import Derived, derive
from ai.questions.lexicon import Lexicon, read_lexicon
from ai.questions.partial import partial_names
from ai.questions.planning import plan
from ai.questions.plans import Clarify, Decline, Planned, as_data
from ai.questions.reading import Reader, Reading
from ai.questions.replies import chart_of, sentence, understood
from ai.questions.spelling import Mended, respelt
from ai.questions.splitting import cleaned, questions_in
from ai.questions.suggestions import nearest_metrics
from ai.questions.texts import text_of
from ai.questions.words import QUESTION_CHARACTERS_MAX, words_of
from olap.asker import Asker
from olap.errors import Forbidden, QueryInvalid
from olap.query import MetricQuery, QueryResult
from olap.service import Numbers

Status = Literal["answered", "clarify", "declined"]


@dataclass(frozen=True)
class Reply:
    """What the assistant answers; figures only in `result` and in `derived`, which is worked out from it."""

    status: Status
    text: str
    metric_query: Mapping[str, Any] | None = None
    result: QueryResult | None = None
    chart: str | None = None
    choices: tuple[str, ...] = ()
    reason: str | None = None
    citations: tuple[Mapping[str, Any], ...] = field(default=())
    derived: Derived | None = None
    understood: tuple[str, ...] = ()
    mended: tuple[Mended, ...] = ()
    drill: Mapping[str, Any] | None = None
    """What `POST /api/metrics/drill` takes to list the documents behind the figure."""
    planned: Planned | None = None
    """What a follow-up changes."""
    other: Reply | None = None
    """The same by the other figure that the words may mean."""
    parts: tuple[Reply, ...] = ()
    """The answers, where several questions were asked in one."""


def answer(
    numbers: Numbers,
    asker: Asker,
    question: str,
    *,
    locale: str = "en",
    previous: Planned | None = None,
    terms: Mapping[str, str] | None = None,
) -> Reply:
    """The answer to a question, a question back, or a no that names what could not be placed.

    Raises: NumbersUnavailable while nothing has been published.
    """
    if len(question) > QUESTION_CHARACTERS_MAX:
        return _declined("too_long", locale, limit=QUESTION_CHARACTERS_MAX)
    questions = questions_in(cleaned(question))
    if not questions:
        return _declined("empty", locale)
    lexicon = read_lexicon(numbers, asker, terms)
    replies: list[Reply] = []
    for each in questions:
        replies.append(_answer(numbers, asker, lexicon, each, locale, previous))
        previous = replies[-1].planned or previous
    return replies[0] if len(replies) == 1 else together(replies)


def together(replies: Sequence[Reply]) -> Reply:
    """Several answers as one: as good as the worst of them, with the first one's figures in front."""
    worst = next((each for each in replies if each.status != "answered"), replies[0])
    last = next((each.planned for each in reversed(replies) if each.planned), None)
    return replace(
        replies[0],
        status=worst.status,
        text=" ".join(each.text for each in replies),
        choices=worst.choices,
        reason=worst.reason,
        planned=last,
        parts=tuple(replies),
    )


def _answer(
    numbers: Numbers, asker: Asker, lexicon: Lexicon, question: str, locale: str, previous: Planned | None
) -> Reply:
    reading, mended = read(question, lexicon)
    partial = partial_names(reading, lexicon)
    if isinstance(partial, Clarify):
        return _clarified(partial, locale)
    if isinstance(partial, Decline):
        return _declined(partial.reason, locale, word=partial.word)
    outcome = plan(reading, lexicon, previous)
    if isinstance(outcome, Decline):
        return _refused(outcome, reading, lexicon, locale)
    if isinstance(outcome, Clarify):
        return _clarified(outcome, locale)
    reply = _with_other(
        numbers, asker, ask(numbers, asker, outcome, labels_of(lexicon, locale), locale), lexicon, locale
    )
    if not mended:
        return reply
    told = " ".join(text_of("mended", locale, said=each.said, read=each.read) for each in mended)
    return replace(reply, text=f"{told} {reply.text}", mended=tuple(mended))


def read(question: str, lexicon: Lexicon) -> tuple[Reading, list[Mended]]:
    """What a question says, with its misspelt words mended where that places them all."""
    reader = Reader(lexicon)
    reading = reader.read(question)
    if not reading.unplaced:
        return reading, []
    spelt, mended = respelt(question, set(reading.unplaced), lexicon)
    again = reader.read(spelt) if mended else reading
    read_as = {word for each in mended for word in words_of(each.read)}
    if mended and not read_as & set(again.unplaced):
        return again, mended
    return reading, []


def ask(numbers: Numbers, asker: Asker, planned: Planned, labels: Mapping[str, str], locale: str) -> Reply:
    """The figures of a plan, said in words; a refusal of the metrics layer becomes a no."""
    try:
        result = numbers.query(planned.query, asker)
    except Forbidden:
        return _declined("forbidden", locale)
    except QueryInvalid as refusal:
        return _declined("refused", locale, word="; ".join(problem.reason for problem in refusal.problems))
    derived = None
    if planned.derive is not None:
        result, derived = derive(result, planned.derive)
    return Reply(
        status="answered",
        text=sentence(result, planned, derived, labels, locale),
        metric_query=as_data(planned.query),
        result=result,
        chart=chart_of(result),
        citations=tuple(
            {"metric": each["name"], "label": each.get("label"), "description": each.get("description")}
            for each in result.evidence.definitions
        ),
        derived=derived,
        understood=tuple(understood(planned.query, labels, locale)),
        drill=drill_of(planned.query),
        planned=planned,
    )


def _with_other(numbers: Numbers, asker: Asker, reply: Reply, lexicon: Lexicon, locale: str) -> Reply:
    """The answer with the other figure that its words may mean, where that differs."""
    planned = reply.planned
    if planned is None or planned.other is None or reply.result is None or not reply.result.rows:
        return reply
    name = planned.other
    order = tuple(
        replace(each, field=each.field.replace(planned.query.metrics[0], name)) for each in planned.query.order_by
    )
    how = replace(planned.derive, metric=name) if planned.derive else None
    query = replace(planned.query, metrics=(name,), order_by=order)
    other = ask(numbers, asker, Planned(query, how), labels_of(lexicon, locale), locale)
    if other.status != "answered" or other.result is None:
        return reply
    label = next(column.label for column in other.result.columns if column.role == "metric")
    told = text_of("other", locale, label=label, text=other.text)
    return replace(reply, text=f"{reply.text} {told}", other=other)


def drill_of(query: MetricQuery) -> Mapping[str, Any]:
    """The documents behind the figure's first metric, as the drill of the metrics layer is asked."""
    told = as_data(query)
    kept = {name: told[name] for name in ("where", "time") if name in told}
    return {"metric": query.metrics[0], **kept}


def labels_of(lexicon: Lexicon, locale: str) -> Mapping[str, str]:
    """Labels of dimensions in the asker's language."""
    translated = {"en": 0, "zh": 1}.get(locale[:2], 0)
    return {entry["name"]: entry["label"] for entry in lexicon.translations[translated].dimensions}


def _refused(outcome: Decline, reading: Reading, lexicon: Lexicon, locale: str) -> Reply:
    if outcome.reason == "unknown_word":
        near = nearest_metrics(reading, lexicon)
        text = text_of("unknown_word", locale, word=outcome.word)
        hint = f" {text_of('nearest', locale, near=', '.join(near))}" if near else ""
        return Reply("declined", f"{text}{hint}", reason="unknown_word")
    return _declined(outcome.reason, locale, word=outcome.word)


def _clarified(outcome: Clarify, locale: str) -> Reply:
    text = text_of(outcome.reason, locale, word=outcome.word)
    return Reply("clarify", text, choices=outcome.choices, reason=outcome.reason)


def _declined(reason: str, locale: str, **values: object) -> Reply:
    return Reply("declined", text_of(reason, locale, **values), reason=reason)
