"""Alert rules after each load: a breach is told once when it begins and once when it is over."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from olap.asker import Asker
from olap.errors import Forbidden, MetricsError
from olap.query import MetricQuery
from reports.conditions import (
    Reading,
    Rule,
    change_readings,
    earlier_questions,
    member_of,
    question_at,
    read_rule,
    threshold_readings,
)
from reports.sending.letters import Letter, letter_of_words
from reports.sending.office import Load, Office
from reports.sending.plan import add_deliveries
from reports.sending.receivers import NotSent, Receiver, receiver_of
from reports.words import t
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import find_one, insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.report.models import AlertBreach, AlertCheck, AlertRule

log = logging.getLogger("reports.alerts")
_OF_THE_LOAD = frozenset({"data_late", "check_failed"})


def check_alerts(office: Office, principal: Principal, load: Load) -> int:
    """How many rules were looked at: rules on figures once a data version, rules on the load each time.

    Figures are those that the rule's owner may see, at the time of looking.
    """
    with office.database.transaction(principal) as session:
        checks = {each.rule_id: each for each in read(session, select(AlertCheck))}
        rules = read(session, select(AlertRule).where(AlertRule.is_active.is_(True)).order_by(AlertRule.id))
    count = 0
    for rule in rules:
        known = checks.get(rule.id)
        is_new = known is None or known.data_version != load.version
        if rule.kind in _OF_THE_LOAD or (is_new and load.version is not None):
            _check(office, principal, rule, load)
            count += 1
    return count


def _check(office: Office, principal: Principal, rule: AlertRule, load: Load) -> None:
    error = None
    readings: Sequence[Reading] = ()
    try:
        readings = _readings(office, principal, rule, load)
    except MetricsError as refusal:
        error = str(refusal)
    with office.database.transaction(principal) as session:
        # Two that look at one rule wait for each other here, so that each change is told once.
        read(session, select(AlertRule).where(AlertRule.id == rule.id).with_for_update())
        if error is None:
            _settle(office, session, rule, readings, load)
        _note(office, session, rule, load, error)


def _readings(office: Office, principal: Principal, rule: AlertRule, load: Load) -> Sequence[Reading]:
    found = read_rule({**rule.definition, "kind": rule.kind})
    if found.kind == "check_failed":
        names = ", ".join(load.failed_checks)
        return [Reading("", Decimal(len(load.failed_checks)), names or "0", bool(load.failed_checks))]
    if found.kind == "data_late":
        return [_lateness(office, found, load)]
    with office.database.transaction(principal) as session:
        owner = receiver_of(session, user_id=rule.owner_id, address=None, scope_role_id=None)
    if isinstance(owner, NotSent):
        return ()
    return figure_readings(office, found, owner.asker)


def _lateness(office: Office, rule: Rule, load: Load) -> Reading:
    late = office.now() - load.reaches if load.reaches else timedelta(minutes=rule.after_minutes + 1)
    minutes = Decimal(int(late.total_seconds() // 60))
    return Reading("", minutes, f"<= {rule.after_minutes} min", minutes > rule.after_minutes)


def figure_readings(office: Office, rule: Rule, asker: Asker) -> Sequence[Reading]:
    """What a rule on a metric finds with somebody's rights.  Raises: MetricsError."""
    today = office.numbers.today()
    figures = _figures(office, question_at(rule, today), rule.metric, asker)
    if rule.kind == "threshold":
        return threshold_readings(rule, figures)
    earlier = [_figures(office, each, rule.metric, asker) for each in earlier_questions(rule, today)]
    return change_readings(rule, figures, earlier)


def _figures(office: Office, question: MetricQuery, metric: str, asker: Asker) -> Mapping[str, Decimal | None]:
    result = office.numbers.query(question, asker, are_members_checked=False)
    return {member_of(row, result.columns): _decimal(row[metric]) for row in result.rows}


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _settle(office: Office, session: Session, rule: AlertRule, readings: Sequence[Reading], load: Load) -> None:
    """Open what has begun, close what is over, and plan to tell both."""
    now = office.now()
    is_muted = rule.muted_until is not None and rule.muted_until > now
    wanted = select(AlertBreach).where(AlertBreach.rule_id == rule.id, AlertBreach.closed_at.is_(None))
    known = {each.member: each for each in read(session, wanted)}
    broken = {each.member: each for each in readings if each.is_breach}
    for member, reading in broken.items():
        if member not in known:
            breach = _breach(rule, reading, load, now, is_muted=is_muted)
            insert_all(session, [breach])
            if not is_muted:
                _tell(session, rule, breach, "alert", now)
    inside = {each.member: each for each in readings}
    for member, breach in known.items():
        if member in broken:
            _unmute(session, rule, breach, now, is_muted=is_muted)
            continue
        breach.closed_at = now
        breach.closing_figure = _text(inside[member].figure) if member in inside else None
        update_all(session, [breach], AlertBreach.closed_at, AlertBreach.closing_figure)
        if not breach.is_muted:
            _tell(session, rule, breach, "recovery", now)


def _unmute(session: Session, rule: AlertRule, breach: AlertBreach, now: Any, *, is_muted: bool) -> None:
    """A breach that began while its rule was muted and lasts is told when the muting ends."""
    if breach.is_muted and not is_muted:
        breach.is_muted = False
        update_all(session, [breach], AlertBreach.is_muted)
        _tell(session, rule, breach, "alert", now)


def _breach(rule: AlertRule, reading: Reading, load: Load, now: Any, *, is_muted: bool) -> AlertBreach:
    return AlertBreach(
        id=new_id(),
        rule_id=rule.id,
        member=reading.member[:1000],
        figure=_text(reading.figure),
        expected=reading.expected[:400],
        data_version=load.version,
        opened_at=now,
        closed_at=None,
        closing_figure=None,
        is_muted=is_muted,
    )


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure.quantize(Decimal('0.0001')).normalize():,f}"


def _tell(session: Session, rule: AlertRule, breach: AlertBreach, kind: str, now: Any) -> None:
    rows = [
        {
            "key": f"{breach.id}:{user_id}:{channel}:{kind}",
            "kind": kind,
            "channel": channel,
            "breach_id": breach.id,
            "user_id": user_id,
            "facts": {},
        }
        for user_id in rule.user_ids
        for channel in rule.channels
        if channel != "webhook"
    ]
    if rule.endpoint_id is not None:
        row = {"kind": kind, "channel": "webhook", "breach_id": breach.id, "endpoint_id": rule.endpoint_id, "facts": {}}
        rows.append({"key": f"{breach.id}:{rule.endpoint_id}:{kind}", **row})
    for row in rows:
        add_deliveries(session, [row], now)


def _note(office: Office, session: Session, rule: AlertRule, load: Load, error: str | None) -> None:
    known = find_one(session, select(AlertCheck).where(AlertCheck.rule_id == rule.id))
    values = {"data_version": load.version, "checked_at": office.now(), "error": (error or "")[:1000] or None}
    if known is None:
        insert_all(session, [AlertCheck(id=new_id(), rule_id=rule.id, **values)])
        return
    for name, value in values.items():
        setattr(known, name, value)
    update_all(session, [known], AlertCheck.data_version, AlertCheck.checked_at, AlertCheck.error)


def letter_of_breach(
    office: Office, kind: str, rule: AlertRule | None, breach: AlertBreach, receiver: Receiver
) -> Letter:
    """An alert or its end: the figure, what was expected, and where it is seen; no figure that one may not see."""
    if rule is None:
        raise ValueError("a breach belongs to a rule")
    locale = receiver.asker.locale
    subject = t("alert.subject" if kind == "alert" else "alert.subject_recovery", locale, name=rule.name)
    figure = breach.figure if kind == "alert" else breach.closing_figure
    shown = _shown_figure(office, rule, breach, receiver, figure)
    pairs = [
        *([(t("alert.where", locale), breach.member)] if breach.member and shown == figure else []),
        (t("alert.figure", locale), shown or t("alert.no_value", locale)),
        *([(t("alert.expected", locale), breach.expected)] if shown == figure else []),
        (t("alert.since", locale), breach.opened_at.isoformat(timespec="minutes")),
        (t("about.data_version", locale), breach.data_version or t("about.unknown", locale)),
    ]
    link = f"{office.settings.pages_url}/alerts?rule={quote(str(rule.id))}"
    return letter_of_words(subject, pairs, locale, link=link, facts={"rule": rule.name, **dict(pairs)})


def _shown_figure(
    office: Office, rule: AlertRule, breach: AlertBreach, receiver: Receiver, figure: str | None
) -> str | None:
    """The figure for whoever may see it as the owner does: another's rows would make another figure."""
    if rule.kind in _OF_THE_LOAD:
        return figure
    if receiver.asker.row_filters or receiver.asker.hidden_fields:
        found = read_rule({**rule.definition, "kind": rule.kind})
        try:
            mine = {each.member: each for each in figure_readings(office, found, receiver.asker)}
        except Forbidden as error:
            return t("alert.hidden", receiver.asker.locale, reason=str(error))
        except MetricsError:
            return None
        reading = mine.get(breach.member)
        if reading is None or _text(reading.figure) != figure:
            reason = t("left_out.rows", receiver.asker.locale, things=", ".join(sorted(receiver.asker.row_filters)))
            return t("alert.hidden", receiver.asker.locale, reason=reason)
    return figure
