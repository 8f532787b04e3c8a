"""Keeping alert rules: every change is a further version, and who is told can say that it is being looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from transactional.kernel.errors import NotFound, StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import find_one, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.report.errors import NothingToAcknowledge, ReportNotYours, RuleEnded
from transactional.report.models import AlertBreach, AlertCheck, AlertRule, AlertRuleVersion

VERSIONED = (
    "name",
    "kind",
    "definition",
    "channels",
    "user_ids",
    "endpoint_id",
    "severity",
    "for_minutes",
    "fallback_channel",
    "escalate_after_minutes",
    "escalate_user_ids",
)
"""What a version holds; muting and ending are of the moment."""


def create_rules(session: Session, rules: Sequence[AlertRule]) -> Sequence[AlertRule]:
    """The rules, each with its first version."""
    for rule in rules:
        rule.__dict__.setdefault("id", new_id())
    insert_all(session, rules)
    insert_all(session, [_version(rule, 1) for rule in rules])
    return rules


def change_rule(session: Session, rule_id: UUID, values: dict[str, Any], *, expected: int, by: Principal) -> AlertRule:
    """The rule in its next version; it is looked at anew, and what was waiting to last long enough begins again.

    Raises: NotFound, ReportNotYours, RuleEnded, StaleVersion.
    """
    rule = lock_rule(session, rule_id, by=by)
    if rule.version != expected:
        raise StaleVersion(kind="alert rule", expected=expected)
    if not rule.is_active:
        raise RuleEnded
    for name, value in values.items():
        setattr(rule, name, value)
    rule.definition_version += 1
    update_all(session, [rule], *[getattr(AlertRule, name) for name in (*VERSIONED, "definition_version")])
    insert_all(session, [_version(rule, rule.definition_version)])
    known = find_one(session, select(AlertCheck).where(AlertCheck.rule_id == rule_id))
    if known is not None:
        known.data_version, known.checked_at, known.pending = None, None, {}
        update_all(session, [known], AlertCheck.data_version, AlertCheck.checked_at, AlertCheck.pending)
    return rule


def end_rule(session: Session, rule_id: UUID, *, by: Principal) -> AlertRule:
    """The rule, which is looked at no more; its breaches stay in the list.  Raises: NotFound, ReportNotYours."""
    rule = lock_rule(session, rule_id, by=by)
    rule.is_active, rule.standard_key = False, None
    update_all(session, [rule], AlertRule.is_active, AlertRule.standard_key)
    return rule


def acknowledge(session: Session, rule_id: UUID, *, by: Principal, at: datetime) -> list[AlertBreach]:
    """The open breaches of a rule, which somebody looks at from now on: nothing is escalated any more.

    Raises: NotFound, NothingToAcknowledge.
    """
    lock_by_id(session, AlertRule, [rule_id])
    wanted = select(AlertBreach).where(
        AlertBreach.rule_id == rule_id, AlertBreach.closed_at.is_(None), AlertBreach.acknowledged_at.is_(None)
    )
    found = read(session, wanted.order_by(AlertBreach.id))
    if not found:
        raise NothingToAcknowledge
    for breach in found:
        breach.acknowledged_at, breach.acknowledged_by = at, by.user_id
    update_all(session, found, AlertBreach.acknowledged_at, AlertBreach.acknowledged_by)
    return found


def lock_rule(session: Session, rule_id: UUID, *, by: Principal) -> AlertRule:
    """A rule that the asker may change.  Raises: NotFound, ReportNotYours."""
    [rule] = lock_by_id(session, AlertRule, [rule_id])
    if rule.owner_id != by.user_id and not by.may("report.manage"):
        raise ReportNotYours(kind="alert rule")
    return rule


def get_rule(session: Session, rule_id: UUID, *, by: Principal) -> AlertRule:
    """A rule that is the asker's own, or that the asker is told of.  Raises: NotFound."""
    found = find_one(session, select(AlertRule).where(AlertRule.id == rule_id, *rules_seen(by)))
    if found is None:
        raise NotFound(kind="alert rule", id=rule_id)
    return found


def rules_seen(by: Principal) -> list[ColumnElement[bool]]:
    """The conditions under which the asker sees a rule: it tells what is watched, and its breaches tell figures."""
    if by.may("report.manage"):
        return []
    me = [str(by.user_id)]
    told = AlertRule.user_ids.contains(me) | AlertRule.escalate_user_ids.contains(me)
    return [told | (AlertRule.owner_id == by.user_id)]


def _version(rule: AlertRule, number: int) -> AlertRuleVersion:
    held = {name: getattr(rule, name, None) for name in VERSIONED}
    held["endpoint_id"] = str(held["endpoint_id"]) if held["endpoint_id"] else None
    return AlertRuleVersion(rule_id=rule.id, number=number, rule=held)
