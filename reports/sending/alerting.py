"""Alert rules: what breaks one for long enough opens a firing, which is told once, escalated once and ended once."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from olap.errors import MetricsError
from reports.bounds import Reading, text_of
from reports.conditions import Rule, read_rule
from reports.measured import measured_readings
from reports.sending.firing import escalate, tell
from reports.sending.office import Load, Office
from reports.sending.readings import figure_readings
from reports.sending.receivers import NotSent, receiver_of
from runtime.measurements import ROUND_SECONDS, Measurements
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import find_one, insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.report.models import AlertBreach, AlertCheck, AlertRule

log = logging.getLogger("reports.alerts")
_OF_THE_LOAD = frozenset({"data_late", "check_failed"})
_NOTED_EVERY = timedelta(minutes=1)
"""A look that found nothing new is noted now and then only: each note wakes the loader."""


def check_alerts(office: Office, principal: Principal, load: Load) -> int:
    """How many rules were looked at, and then who has to hear that nobody has acknowledged is told.

    Rules on figures are looked at once a data version, on the load each time, on measurements each round of theirs.
    Figures are those that the rule's owner may see, at the time of looking.
    """
    with office.database.transaction(principal) as session:
        checks = {each.rule_id: each for each in read(session, select(AlertCheck))}
        rules = read(session, select(AlertRule).where(AlertRule.is_active.is_(True)).order_by(AlertRule.id))
    count = 0
    for rule in rules:
        if _is_due(office, rule, checks.get(rule.id), load):
            _check(office, principal, rule, load)
            count += 1
    if any(rule.escalate_after_minutes for rule in rules):
        with office.database.transaction(principal) as session:
            escalate(session, [rule for rule in rules if rule.escalate_after_minutes], office.now())
    return count


def _is_due(office: Office, rule: AlertRule, known: AlertCheck | None, load: Load) -> bool:
    now = office.now()
    if rule.kind in _OF_THE_LOAD:
        return True
    if rule.kind == "measurement":
        since = office.looked_at.get((rule.tenant_id, rule.id, rule.version))
        return since is None or now - since >= timedelta(seconds=ROUND_SECONDS) or now < since
    if load.version is None:
        return False
    if known is None or known.data_version != load.version:
        return True
    return any(_has_lasted(since, rule, now) for since in known.pending.values())


def _has_lasted(since: str, rule: AlertRule, now: datetime) -> bool:
    return now - datetime.fromisoformat(since) >= timedelta(minutes=rule.for_minutes)


def _check(office: Office, principal: Principal, rule: AlertRule, load: Load) -> None:
    error = None
    readings: Sequence[Reading] = ()
    if rule.kind == "measurement":
        office.looked_at[rule.tenant_id, rule.id, rule.version] = office.now()
    try:
        readings = _readings(office, principal, rule, load)
    except MetricsError as refusal:
        error = str(refusal)
    with office.database.transaction(principal) as session:
        # Two that look at one rule wait for each other here, so that each change is told once.
        read(session, select(AlertRule).where(AlertRule.id == rule.id).with_for_update())
        known = find_one(session, select(AlertCheck).where(AlertCheck.rule_id == rule.id))
        pending = dict(known.pending) if known else {}
        if error is None:
            pending = _settle(office, session, rule, readings, load, pending)
        _note(office, session, rule, load, known, error, pending)


def _readings(office: Office, principal: Principal, rule: AlertRule, load: Load) -> Sequence[Reading]:
    found = read_rule({**rule.definition, "kind": rule.kind})
    if found.kind == "check_failed":
        names = ", ".join(load.failed_checks)
        return [Reading("", Decimal(len(load.failed_checks)), names or "0", bool(load.failed_checks))]
    if found.kind == "data_late":
        return [_lateness(office, found, load)]
    if found.kind == "measurement":
        measurements = Measurements(office.settings.home)
        return measured_readings(found.conditions, measurements, office.now(), for_minutes=rule.for_minutes)
    with office.database.transaction(principal) as session:
        owner = receiver_of(session, user_id=rule.owner_id, address=None, scope_role_id=None)
    if isinstance(owner, NotSent):
        return ()
    return figure_readings(office, found, owner.asker)


def _lateness(office: Office, rule: Rule, load: Load) -> Reading:
    late = office.now() - load.reaches if load.reaches else timedelta(minutes=rule.after_minutes + 1)
    minutes = Decimal(int(late.total_seconds() // 60))
    return Reading("", minutes, f"<= {rule.after_minutes} min", minutes > rule.after_minutes)


def _settle(
    office: Office,
    session: Session,
    rule: AlertRule,
    readings: Sequence[Reading],
    load: Load,
    pending: Mapping[str, str],
) -> dict[str, str]:
    """Open what has lasted, close what is over, and plan to tell both; what has yet to last is handed back."""
    now = office.now()
    is_muted = rule.muted_until is not None and rule.muted_until > now
    wanted = select(AlertBreach).where(AlertBreach.rule_id == rule.id, AlertBreach.closed_at.is_(None))
    known = {each.member: each for each in read(session, wanted)}
    broken = {each.member[:1000]: each for each in readings if each.is_breach}
    fresh = {member: reading for member, reading in broken.items() if member not in known}
    waiting = _waiting(rule, fresh, pending, now)
    firing_id = next((each.firing_id for each in known.values()), new_id())
    opened = [
        _breach(rule, firing_id, reading, load, now, is_muted=is_muted)
        for member, reading in fresh.items()
        if member not in waiting
    ]
    insert_all(session, opened)
    _unmute(session, [each for member, each in known.items() if member in broken], is_muted=is_muted, opened=opened)
    over = [breach for member, breach in known.items() if member not in broken]
    _close(session, over, readings, now)
    if over and len(over) == len(known) and not opened:
        _tell_end(session, rule, over[0], load, now)
    told = [each for each in opened if not each.is_muted]
    if told:
        tell(session, rule, "alert", told, now)
    return waiting


def _waiting(
    rule: AlertRule, fresh: Mapping[str, Reading], pending: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """Since when members are outside that are not for long enough; measurements tell that by themselves."""
    if rule.kind == "measurement":
        return {}
    since = {member: pending.get(member, now.isoformat()) for member in fresh}
    return {member: at for member, at in since.items() if not _has_lasted(at, rule, now)}


def _unmute(session: Session, known: Sequence[AlertBreach], *, is_muted: bool, opened: list[AlertBreach]) -> None:
    """A breach that began while its rule was muted and lasts is told when the muting ends."""
    ended = [each for each in known if each.is_muted and not is_muted]
    for breach in ended:
        breach.is_muted = False
    update_all(session, ended, AlertBreach.is_muted)
    opened += ended


def _close(session: Session, closed: Sequence[AlertBreach], readings: Sequence[Reading], now: datetime) -> None:
    """Close what is back in range."""
    inside = {each.member[:1000]: each for each in readings}
    for breach in closed:
        breach.closed_at = now
        breach.closing_figure = text_of(inside[breach.member].figure) if breach.member in inside else None
    update_all(session, closed, AlertBreach.closed_at, AlertBreach.closing_figure)


def _tell_end(session: Session, rule: AlertRule, last: AlertBreach, load: Load, now: datetime) -> None:
    """Nothing of a firing is open any more: that is told once, with the load that ended it."""
    session.send_waiting()
    wanted = select(AlertBreach).where(AlertBreach.firing_id == last.firing_id, AlertBreach.is_muted.is_(False))
    every = read(session, wanted.order_by(AlertBreach.id))
    if every:
        tell(session, rule, "recovery", every, now, data_version=load.version)


def _breach(
    rule: AlertRule, firing_id: object, reading: Reading, load: Load, now: datetime, *, is_muted: bool
) -> AlertBreach:
    return AlertBreach(
        id=new_id(),
        rule_id=rule.id,
        firing_id=firing_id,
        member=reading.member[:1000],
        figure=text_of(reading.figure),
        expected=reading.expected[:400],
        data_version=load.version,
        opened_at=now,
        closed_at=None,
        closing_figure=None,
        is_muted=is_muted,
        acknowledged_at=None,
        acknowledged_by=None,
        escalated_at=None,
    )


def _note(
    office: Office,
    session: Session,
    rule: AlertRule,
    load: Load,
    known: AlertCheck | None,
    error: str | None,
    pending: Mapping[str, str],
) -> None:
    values = {"data_version": load.version, "error": (error or "")[:1000] or None, "pending": dict(pending)}
    if known is None:
        insert_all(session, [AlertCheck(id=new_id(), rule_id=rule.id, checked_at=office.now(), **values)])
        return
    is_new = any(getattr(known, name) != value for name, value in values.items())
    if is_new or known.checked_at is None or abs(office.now() - known.checked_at) >= _NOTED_EVERY:
        for name, value in {**values, "checked_at": office.now()}.items():
            setattr(known, name, value)
        columns = (AlertCheck.data_version, AlertCheck.checked_at, AlertCheck.error, AlertCheck.pending)
        update_all(session, [known], *columns)
