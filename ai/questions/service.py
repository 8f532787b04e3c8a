"""A question answered: read, planned, asked of the metrics layer with the asker's rights, and said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ai.models.candidates import candidates_of
from ai.models.endpoint import Endpoint, Usage
from ai.models.proposing import propose
from ai.questions.charting import can_be_drawn, without_chart
from ai.questions.conditions import all_conditions, working_of
from ai.questions.deriving import derive
from ai.questions.extent import can_be_unrecorded, never_recorded, outside_the_data
from ai.questions.leaving import asked_without
from ai.questions.lexicon import Lexicon, read_lexicon
from ai.questions.others import other_plan
from ai.questions.plans import Clarify, Decline, Planned, as_data
from ai.questions.reading import Reader
from ai.questions.replies import chart_of, sentence, understood
from ai.questions.said import Reading
from ai.questions.spelling import Mended
from ai.questions.splitting import cleaned, questions_in
from ai.questions.suggestions import nearest_metrics
from ai.questions.tails import is_told_before, points_back, told_beside
from ai.questions.texts import text_of
from ai.questions.ties import with_ties
from ai.questions.understanding import Understood, understand
from ai.questions.unfilled import is_nothing, told_instead
from ai.questions.words import QUESTION_CHARACTERS_MAX, asked_first, joined
from ai.questions.worked import Derived
from olap.asker import Asker
from olap.errors import Forbidden, NotPublished, QueryInvalid, QueryTimedOut
from olap.query import MetricQuery, QueryResult
from olap.service import Numbers

Status = Literal["answered", "clarify", "declined"]
MODEL_MAY_HELP = frozenset(
    ("unknown_word", "no_metric", "not_by_dimension", "many_members", "top_of_each", "no_comparison")
) | {"several_metrics", "several_members", "several_dimensions", "partial_member", "no_dimension"}
"""Where the rules stop for want of words; what they refuse for a reason no model may change."""
CHOICES_MAX = 4
ORDERED: Mapping[str, str] = {
    "sales": "ordered_quantity",
    "purchase": "purchased_quantity",
    "production": "production_ordered_quantity",
}
"""How many pieces documents of each area order."""


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
    working: Mapping[str, Any] | None = None
    """What was done with the rows of the query, with bounds, places and the other query: the rest of the question."""
    mended: tuple[Mended, ...] = ()
    drill: Mapping[str, Any] | None = None
    """What `POST /api/metrics/drill` takes to list the documents behind the figure."""
    planned: Planned | None = None
    """What a follow-up changes."""
    other: Reply | None = None
    """The same by the other figure that the words may mean."""
    parts: tuple[Reply, ...] = ()
    """The answers, where several questions were asked in one."""
    usage: tuple[Usage, ...] = ()
    """What a language model was asked for it."""
    read_by: Literal["rules", "model", "documents"] = "rules"


@dataclass(frozen=True)
class Progress:
    """What is done while somebody waits: how the question was understood, then that its figures are asked for."""

    step: Literal["understood", "querying"]
    text: str
    metric_query: Mapping[str, Any]


def answer(
    numbers: Numbers,
    asker: Asker,
    question: str,
    *,
    locale: str = "en",
    previous: Planned | None = None,
    terms: Mapping[str, str] | None = None,
    model: Endpoint | None = None,
) -> Reply:
    """The answer to a question; see `answering`.  Raises: NumbersUnavailable while nothing has been published."""
    steps = answering(numbers, asker, question, locale=locale, previous=previous, terms=terms, model=model)
    return next(each for each in steps if isinstance(each, Reply))


def answering(
    numbers: Numbers,
    asker: Asker,
    question: str,
    *,
    locale: str = "en",
    previous: Planned | None = None,
    terms: Mapping[str, str] | None = None,
    model: Endpoint | None = None,
) -> Iterator[Progress | Reply]:
    """The steps to an answer, and at last the answer, a question back, or a no that names what could not be placed.

    A `model`, where one is set, is asked only about what the rules cannot place; its reading passes the same validator.

    Raises: NumbersUnavailable while nothing has been published.
    """
    if len(question) > QUESTION_CHARACTERS_MAX:
        yield _declined("too_long", locale, limit=QUESTION_CHARACTERS_MAX)
        return
    named, chart = without_chart(cleaned(question))
    asked = asked_first(named)
    if not questions_in(asked):
        yield _declined("empty", locale)
        return
    try:
        asking = _Asking(numbers, asker, read_lexicon(numbers, asker, terms), locale, model)
        for step in asking.in_turn(questions_in(asked, asking.has_own), previous):
            yield _drawn(step, chart, locale) if chart and isinstance(step, Reply) else step
    except QueryTimedOut as late:
        # Names may take long to look up as well as figures.
        yield _declined("timed_out", locale, **late.values)


def _drawn(reply: Reply, kind: str, locale: str) -> Reply:
    """The reply in the chart that was wished for; where its figures make no such chart, that is told."""
    if reply.result is None:
        return reply
    if can_be_drawn(kind, reply.result):
        return replace(reply, chart=kind)
    return replace(reply, text=f"{reply.text} {text_of('not_drawn', locale, kind=text_of(f'chart_{kind}', locale))}")


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
        usage=tuple(used for each in replies for used in each.usage),
    )


@dataclass(frozen=True)
class _Asking:
    """Somebody asking in one language."""

    numbers: Numbers
    asker: Asker
    lexicon: Lexicon
    locale: str
    model: Endpoint | None

    def in_turn(self, questions: Sequence[str], previous: Planned | None) -> Iterator[Progress | Reply]:
        """The steps to the answers, each question after the one before it, and at last all answers as one."""
        replies: list[Reply] = []
        before: Reading | None = None
        for each in questions:
            known = understand(each, self.lexicon, previous)
            if before is not None and is_told_before(known.reading, before):
                continue
            beside = told_beside(known.reading, previous, self.lexicon) if replies and previous else None
            if beside is not None:
                known = replace(known, outcome=beside)
                replies.pop()
            elif replies and points_back(known.reading):
                known = replace(known, outcome=Decline("of_those", joined(known.reading.words)))
            if isinstance(known.outcome, Planned) and replies and previous:
                known = replace(known, outcome=_of_document(known.outcome, previous, self.lexicon))
            before = known.reading
            if isinstance(known.outcome, Planned):
                yield from self._progress(known.outcome.query)
            replies.append(self.answer(each, previous, known))
            previous = replies[-1].planned or previous
        yield replies[0] if len(replies) == 1 else together(replies)

    def has_own(self, before: str, part: str) -> bool:
        """Whether a part names a figure that the text before it does not."""
        reader = Reader(self.lexicon)
        told = {each.name for mention in reader.read(before).metrics for each in mention.meanings}
        return any(told.isdisjoint({each.name for each in mention.meanings}) for mention in reader.read(part).metrics)

    def _progress(self, query: MetricQuery) -> Iterator[Progress]:
        told = as_data(query)
        conditions = understood(query, labels_of(self.lexicon, self.locale), self.locale)
        yield Progress("understood", _said(query, self.lexicon, self.locale), told)
        yield Progress("querying", ", ".join(conditions), told)

    def answer(self, question: str, previous: Planned | None, known: Understood) -> Reply:
        """The reply to one question."""
        reading, mended, outcome = known.reading, known.mended, known.outcome
        if isinstance(outcome, Decline):
            refused = _refused(outcome, reading, self.lexicon, self.locale)
            return self._helped(self._without(refused, outcome, reading, previous), question, reading)
        if isinstance(outcome, Clarify):
            return self._helped(_clarified(outcome, self.locale, self.lexicon), question, reading)
        reply = self._told(outcome)
        said = [text_of("mended", self.locale, said=each.said, read=each.read) for each in mended]
        said += [text_of("explained", self.locale, clause=each) for each in known.left_out]
        return replace(reply, text=" ".join([*said, reply.text]), mended=mended)

    def _without(self, refused: Reply, outcome: Decline, reading: Reading, previous: Planned | None) -> Reply:
        """A question back where the words that have no place leave a figure without them, or are near to a name."""
        asked = asked_without(outcome, reading, self.lexicon, previous, self.locale)
        if asked is None:
            return refused
        return replace(_clarified(asked, self.locale), reason=refused.reason)

    def _told(self, planned: Planned) -> Reply:
        labels = labels_of(self.lexicon, self.locale)
        assumed = [name for name in planned.query.metrics if name in self.lexicon.book.unrecorded]
        if assumed:
            return _declined("unrecorded", self.locale, label=labels[assumed[0]])
        reply = ask(self.numbers, self.asker, planned, labels, self.locale)
        if reply.status == "answered":
            reply = self._instead(planned, reply, labels) or reply
        if outside := outside_the_data(self.numbers, self.asker, reply):
            return _declined("no_such_days", self.locale, first=outside[0], last=outside[1])
        metric = self.lexicon.metrics[planned.query.metrics[0]]
        if can_be_unrecorded(reply, metric) and never_recorded(self.numbers, self.asker, reply):
            return _declined("never_recorded", self.locale, label=str(metric["label"]))
        return _with_other(self.numbers, self.asker, reply, self.lexicon, self.locale)

    def _instead(self, planned: Planned, reply: Reply, labels: Mapping[str, str]) -> Reply | None:
        """Another figure where the one that was asked for holds nothing and that does; which is told."""
        beside, text = told_instead(planned, reply.result, self.lexicon) or (None, "")
        found = ask(self.numbers, self.asker, beside, labels, self.locale) if beside else None
        if beside is None or found is None or found.status != "answered" or is_nothing(found.result):
            return None
        names = {"label": labels[planned.query.metrics[0]], "other": labels[beside.query.metrics[0]]}
        return replace(found, text=f"{text_of(text, self.locale, **names)} {found.text}")

    def _helped(self, reply: Reply, question: str, reading: Reading) -> Reply:
        """The answer to what a model makes of a question, or else what the rules said, or a question back."""
        says_something = reading.metrics or reading.dimensions or reading.members or reading.unplaced
        if self.model is None or reply.reason not in MODEL_MAY_HELP or not says_something:
            return reply
        candidates = candidates_of(reading, self.lexicon)
        found = propose(self.model, question, reading, candidates, self.lexicon.clock, self._problem)
        if found.planned is None:
            was_refused = any(each.outcome not in {"answered", "accepted"} for each in found.usage)
            is_choice = was_refused and reply.status == "declined" and not reading.unplaced
            return replace(self._choices(candidates.metrics) if is_choice else reply, usage=found.usage)
        if reading.has("share", "percent") and not self._tells_shares(found.planned):
            # A part of something was asked for, and the model found a whole.
            return replace(reply, usage=found.usage)
        answered = self._told(found.planned)
        if answered.status != "answered":
            return replace(reply, usage=found.usage)
        query = _said(found.planned.query, self.lexicon, self.locale)
        if found.left_out:
            # What no rule knows may be all that the question is about: a model must not decide that it says nothing.
            text = text_of("left_out", self.locale, words=", ".join(found.left_out), query=query)
            return Reply("clarify", text, choices=(query,), reason="left_out", usage=found.usage, read_by="model")
        said = text_of("by_model", self.locale, query=query)
        return replace(answered, text=f"{said} {answered.text}", usage=found.usage, read_by="model")

    def _tells_shares(self, planned: Planned) -> bool:
        return any(self.lexicon.metrics[name]["type"] == "share" for name in planned.query.metrics)

    def _problem(self, query: MetricQuery) -> str | None:
        """What the metrics layer says against a query."""
        try:
            self.numbers.query(query, self.asker)
        except Forbidden:
            return "no right to a part of it"
        except QueryTimedOut as late:
            return str(late)
        except QueryInvalid as refusal:
            return "; ".join(problem.reason for problem in refusal.problems)[:500]
        return None

    def _choices(self, metrics: Sequence[Mapping[str, Any]]) -> Reply:
        outcome = Clarify("several_metrics", "", tuple(str(each["label"]) for each in metrics[:CHOICES_MAX]))
        return _clarified(outcome, self.locale)


def _of_document(planned: Planned, previous: Planned, lexicon: Lexicon) -> Planned:
    """A part that names nobody, behind one that asks of one document, is of that document as well."""
    number = tuple(each for each in previous.query.where if each.op == "eq" and each.field.endswith("_number"))
    query = planned.query
    if number and len(query.metrics) == 1 and planned.derive is None:
        # What was ordered with a document is what documents of its kind order.
        area = str(lexicon.metrics[previous.query.metrics[0]]["area"])
        own = ORDERED.get(area, "") if query.metrics[0] in ORDERED.values() else ""
        query = replace(query, metrics=(own,)) if own in lexicon.metrics else query
    is_known = all(each.field in lexicon.metrics[name]["dimensions"] for each in number for name in query.metrics)
    if not number or not is_known or query.where or query.group_by or query.time.start or query.time.end:
        return planned
    return replace(planned, query=replace(query, where=number))


def _said(query: MetricQuery, lexicon: Lexicon, locale: str) -> str:
    """A query by the labels of its metrics and keys, for who has to judge whether it is what was meant."""
    labels = labels_of(lexicon, locale)
    names = [str(lexicon.metrics[name]["label"]) for name in query.metrics]
    return ", ".join([*names, *(labels.get(name, name) for name in query.group_by)])


def ask(numbers: Numbers, asker: Asker, planned: Planned, labels: Mapping[str, str], locale: str) -> Reply:
    """The figures of a plan, said in words; a refusal of the metrics layer becomes a no."""
    try:
        result = with_ties(numbers, planned, asker)
        others = numbers.query(planned.without, asker) if planned.without else None
    except Forbidden:
        return _declined("forbidden", locale)
    except QueryTimedOut as late:
        return _declined("timed_out", locale, **late.values)
    except QueryInvalid as refusal:
        return _declined("refused", locale, word="; ".join(problem.reason for problem in refusal.problems))
    derived = None
    if planned.derive is not None:
        result, derived = derive(result, planned.derive, others)
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
        understood=tuple(all_conditions(planned, labels, locale)),
        working=working_of(planned),
        drill=drill_of(planned.query),
        planned=planned,
    )


def _with_other(numbers: Numbers, asker: Asker, reply: Reply, lexicon: Lexicon, locale: str) -> Reply:
    """The answer with the other figure that its words may mean, where that differs."""
    planned = reply.planned
    if planned is None or planned.other is None or reply.result is None or not reply.result.rows:
        return reply
    try:
        other = ask(numbers, asker, other_plan(planned), labels_of(lexicon, locale), locale)
    except NotPublished:
        # What an upgrade has added and nothing has filled yet is told beside nothing.
        return reply
    is_empty = other.derived is not None and not other.derived.value and not other.derived.rows
    if other.status != "answered" or other.result is None or is_empty or _is_same(reply, other):
        return reply
    label = next(column.label for column in other.result.columns if column.role == "metric")
    told = text_of("other", locale, label=label, text=other.text)
    return replace(reply, text=f"{reply.text} {told}", other=other)


def _is_same(reply: Reply, other: Reply) -> bool:
    """Whether both figures come to the same, row by row."""
    rows = [list(each.result.rows) if each.result else [] for each in (reply, other)]
    return [[*row.values()] for row in rows[0]] == [[*row.values()] for row in rows[1]]


def drill_of(query: MetricQuery) -> Mapping[str, Any]:
    """The documents behind the figure's first metric, as the drill of the metrics layer is asked."""
    told = as_data(query)
    kept = {name: told[name] for name in ("where", "time") if name in told}
    return {"metric": query.metrics[0], **kept}


def labels_of(lexicon: Lexicon, locale: str) -> Mapping[str, str]:
    """Labels of dimensions in the asker's language."""
    translated = {"en": 0, "zh": 1}.get(locale[:2], 0)
    shown = lexicon.translations[translated]
    return {entry["name"]: entry["label"] for entry in (*shown.metrics, *shown.dimensions)}


def _refused(outcome: Decline, reading: Reading, lexicon: Lexicon, locale: str) -> Reply:
    if outcome.reason == "unknown_word":
        near = nearest_metrics(reading, lexicon)
        text = text_of("unknown_word", locale, word=outcome.word)
        hint = f" {text_of('nearest', locale, near=', '.join(near))}" if near else ""
        return Reply("declined", f"{text}{hint}", reason="unknown_word")
    return _declined(outcome.reason, locale, word=outcome.word)


def _clarified(outcome: Clarify, locale: str, lexicon: Lexicon | None = None) -> Reply:
    """A question back; where figures are offered, with what each of them counts."""
    text = text_of(outcome.reason, locale, word=outcome.word)
    shown = lexicon.translations[1 if locale.startswith("zh") else 0].metrics if lexicon and outcome.metrics else ()
    known = {str(each["name"]): each for each in shown}
    told = [f"{known[name]['label']}: {known[name]['description']}" for name in outcome.metrics if name in known]
    return Reply("clarify", " ".join([text, *told]), choices=outcome.choices, reason=outcome.reason)


def _declined(reason: str, locale: str, **values: object) -> Reply:
    return Reply("declined", text_of(reason, locale, **values), reason=reason)
