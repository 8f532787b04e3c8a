"""What is told of a firing: one grouped notice, one to the next in line if nobody acknowledges, one when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from olap.query import Filter
from olap.resolve import Names
from reports.conditions import question_at, read_rule
from reports.renderers.about import moment
from reports.seen import OF_THE_PROGRAM, Seen
from reports.sending.letters import Letter, letter_of_words
from reports.sending.office import Office
from reports.sending.plan import add_deliveries
from reports.sending.receivers import Receiver
from reports.words import t
from transactional.kernel.rows import read, update_all
from transactional.kernel.session import Session
from transactional.report.models import AlertBreach, AlertRule, Delivery

_SIGNS = {
    **dict.fromkeys(("eq", "in", "is_null"), "="),
    **dict.fromkeys(("ne", "not_in", "not_null"), "≠"),
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
}
KINDS = frozenset({"alert", "escalation", "recovery"})
BREACHES_SHOWN = 30
_SUBJECTS = {"alert": "alert.subject", "escalation": "alert.subject_escalation", "recovery": "alert.subject_recovery"}


def tell(
    session: Session,
    rule: AlertRule,
    kind: str,
    breaches: Sequence[AlertBreach],
    now: datetime,
    *,
    data_version: str | None = None,
) -> int:
    """How many deliveries were planned: one each receiver and channel of the rule's route, whatever number broke.

    `data_version` is that of the load which ended the breaches; what begins names its own.
    """
    add_to = rule.escalate_user_ids if kind == "escalation" else rule.user_ids
    told = _Planned(kind, breaches, data_version)
    rows = [told.row(channel, user_id=user) for user in add_to for channel in rule.channels]
    if rule.endpoint_id is not None and kind != "escalation":
        rows.append(told.row("webhook", endpoint_id=rule.endpoint_id))
    return sum(add_deliveries(session, [row], now) for row in rows)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What is to be told of breaches, whoever is told."""

    kind: str
    breaches: Sequence[AlertBreach]
    data_version: str | None

    def row(self, channel: str, **receiver: Any) -> dict[str, Any]:
        """A delivery to one receiver by one channel."""
        first = self.breaches[0]
        whom = next(iter(receiver.values()))
        facts: dict[str, Any] = {"breach_ids": [str(each.id) for each in self.breaches]}
        return {
            "key": f"{first.id}:{whom}:{channel}:{self.kind}",
            "kind": self.kind,
            "channel": channel,
            "breach_id": first.id,
            "facts": facts | ({"data_version": self.data_version} if self.data_version else {}),
            **receiver,
        }


def escalate(session: Session, rules: Sequence[AlertRule], now: datetime) -> int:
    """How many firings were handed on: told, open for so many minutes, and acknowledged by nobody."""
    wanted = select(AlertBreach).where(
        AlertBreach.rule_id.in_([rule.id for rule in rules]),
        AlertBreach.closed_at.is_(None),
        AlertBreach.acknowledged_at.is_(None),
        AlertBreach.escalated_at.is_(None),
        AlertBreach.is_muted.is_(False),
    )
    found = read(session, wanted.order_by(AlertBreach.id).with_for_update(skip_locked=True))
    count = 0
    for rule in rules:
        mine = [each for each in found if each.rule_id == rule.id]
        if not mine or now - mine[0].opened_at < timedelta(minutes=rule.escalate_after_minutes or 0):
            continue
        tell(session, rule, "escalation", mine, now)
        for breach in mine:
            breach.escalated_at = now
        update_all(session, mine, AlertBreach.escalated_at)
        count += 1
    return count


def fall_back(session: Session, rule: AlertRule, delivery: Delivery, now: datetime) -> bool:
    """Whether those whom a channel cannot reach now are told by the rule's fallback channel instead."""
    channel = rule.fallback_channel
    if channel is None or channel == delivery.channel or channel in rule.channels or delivery.kind not in KINDS:
        return False
    users = [str(delivery.user_id)] if delivery.user_id else rule.user_ids
    rows = [
        {
            "key": f"{delivery.key}:{user}:{channel}",
            "kind": delivery.kind,
            "channel": channel,
            "breach_id": delivery.breach_id,
            "user_id": user,
            "facts": {**delivery.facts, "instead_of": delivery.channel},
        }
        for user in users
    ]
    add_deliveries(session, rows, now)
    return bool(rows)


def letter_of_firing(
    office: Office, delivery: Delivery, rule: AlertRule, breaches: Sequence[AlertBreach], receiver: Receiver
) -> Letter:
    """What broke or is over: figures, what was expected, where it is seen; no figure that one may not see."""
    kind, locale = delivery.kind, receiver.asker.locale
    subject = t(_SUBJECTS[kind], locale, name=rule.name)
    seen = _Told(office, rule, receiver)
    many = len(breaches) > 1
    pairs = [*_what(office, rule, breaches[0], locale, is_open=seen.is_open(breaches[0]))]
    pairs.append((t("alert.severity", locale), t(f"alert.severity_{rule.severity}", locale)))
    if many:
        pairs.append((t("alert.count", locale), str(len(breaches))))
    for breach in breaches[:BREACHES_SHOWN]:
        told = [*seen.pairs(breach, is_over=kind == "recovery")]
        pairs += (
            [(told[0][0], ", ".join([told[0][1], *(f"{name} {what}" for name, what in told[1:])]))] if many else told
        )
    if delivery.facts.get("instead_of"):
        pairs.append((t("alert.instead_of", locale), t(f"alert.channel_{delivery.facts['instead_of']}", locale)))
    pairs += [
        (t("alert.since", locale), moment(breaches[0].opened_at.isoformat()) or ""),
        (
            t("about.data_version", locale),
            delivery.facts.get("data_version") or breaches[0].data_version or t("about.unknown", locale),
        ),
    ]
    link = f"{office.settings.pages_url}/alerts?rule={quote(str(rule.id))}"
    facts = {"rule": rule.name, "severity": rule.severity, "breaches": [*seen.facts(breaches, kind)], **dict(pairs)}
    return letter_of_words(subject, pairs, locale, link=link, facts=facts)


def _what(
    office: Office, rule: AlertRule, breach: AlertBreach, locale: str, *, is_open: bool
) -> Iterator[tuple[str, str]]:
    """Which figure of the books is watched, over which days where it is not the one of now, and of what.

    Names of customers and items are told to who may see the figure (`is_open`).
    """
    if rule.kind in OF_THE_PROGRAM:
        return
    found = read_rule({**rule.definition, "kind": rule.kind})
    vocabulary = office.numbers.vocabularies.current()
    metric = vocabulary.manifest.metrics.get(found.metric)
    question = question_at(found, breach.opened_at.date())
    time = question.time
    days = f", {time.start} … {time.end}" if time.start and time.end else ""
    yield t("alert.what", locale), f"{metric.label_in(locale) if metric else found.metric}{days}"
    if question.where and is_open:
        yield (
            t("about.filters", locale),
            "; ".join(_condition(each, vocabulary.names, locale) for each in question.where),
        )


def _condition(given: Filter, names: Names, locale: str) -> str:
    """A condition in the receiver's language: Item = Gloves."""
    dimension = names.find_dimension(given.field)
    label = dimension.label_in(locale) if dimension else given.field
    values = ", ".join(t("about.blank", locale) if each is None else each for each in given.values)
    return f"{label} {_SIGNS.get(given.op, given.op.replace('_', ' '))} {values or t('about.blank', locale)}"


class _Told:
    """Breaches in words and as data, as their receiver may see them."""

    def __init__(self, office: Office, rule: AlertRule, receiver: Receiver) -> None:
        self._seen = Seen(office.numbers, rule, receiver.asker, receiver.user_id)
        self._locale = receiver.asker.locale

    def pairs(self, breach: AlertBreach, *, is_over: bool) -> Iterator[tuple[str, str]]:
        """A breach in words."""
        locale = self._locale
        figure = breach.closing_figure if is_over else breach.figure
        told = self._seen.figure(breach.member, figure)
        if breach.member and told == figure:
            yield t("alert.where", locale), breach.member
        yield t("alert.figure", locale), told or t("alert.no_value", locale)
        if told == figure:
            yield t("alert.expected", locale), breach.expected

    def is_open(self, breach: AlertBreach) -> bool:
        """Whether the receiver may see what a breach is about."""
        return self._seen.figure(breach.member, breach.figure) == breach.figure

    def facts(self, breaches: Sequence[AlertBreach], kind: str) -> Iterator[dict[str, Any]]:
        """The same as data."""
        for breach in breaches[:BREACHES_SHOWN]:
            figure = breach.closing_figure if kind == "recovery" else breach.figure
            told = self._seen.figure(breach.member, figure)
            is_open = told == figure
            yield {
                "id": str(breach.id),
                "member": breach.member if is_open else None,
                "figure": told,
                "expected": breach.expected if is_open else None,
            }
