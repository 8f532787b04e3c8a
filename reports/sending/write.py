"""A delivery as a letter: run with the receiver's rights and in the receiver's language, now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from olap.asker import Asker
from olap.errors import Forbidden
from reports.definition import Definition
from reports.files import FileFormat, file_bytes
from reports.refusals import refusal_in
from reports.renderers.about import moment
from reports.run import Request, run
from reports.sending.documents import OrderSheet, letter_of_order, order_of
from reports.sending.firing import letter_of_firing
from reports.sending.letters import Letter, letter_of_sheet, letter_of_words
from reports.sending.office import Office
from reports.sending.receivers import NotSent, Receiver, receiver_of, unsubscribe_token
from reports.sources.outside import Outside, find_outside
from reports.words import t
from transactional.kernel.errors import NotAllowed
from transactional.kernel.rows import find_one, read, read_by_id
from transactional.kernel.session import Session
from transactional.report.errors import SourceLocked
from transactional.report.models import (
    AlertBreach,
    AlertRule,
    Delivery,
    Recipient,
    ReportVersion,
    SavedReport,
    Subscription,
    WebhookEndpoint,
)
from transactional.report.queries import version_of


@dataclass(frozen=True)
class Source:
    """What a delivery is about, read in one transaction."""

    receiver: Receiver
    name: str
    definition: ReportVersion | None = None
    report: SavedReport | None = None
    subscription: Subscription | None = None
    breaches: Sequence[AlertBreach] = ()
    rule: AlertRule | None = None
    endpoint: WebhookEndpoint | None = None
    outside: Outside | None = None
    order: OrderSheet | None = None
    unsubscribe: str | None = None


def source_of(office: Office, session: Session, delivery: Delivery) -> Source | NotSent:
    """What a delivery is about and who gets it, or why it is not sent."""
    if delivery.kind == "document":
        found = order_of(session, delivery)
        return found if isinstance(found, NotSent) else Source(found[0], found[1].order.number, order=found[1])
    if delivery.subscription_id is not None:
        return _of_subscription(office, session, delivery)
    return _of_alert(session, delivery)


def _of_subscription(office: Office, session: Session, delivery: Delivery) -> Source | NotSent:
    subscription = read_by_id(session, Subscription, [delivery.subscription_id])[delivery.subscription_id]  # type: ignore[list-item,index]
    report = read_by_id(session, SavedReport, [subscription.report_id])[subscription.report_id]
    if not subscription.is_active:
        return NotSent("the subscription has ended")
    recipient = find_one(session, select(Recipient).where(Recipient.id == delivery.recipient_id))
    if recipient is None or recipient.unsubscribed_at is not None:
        return NotSent("the receiver has unsubscribed")
    receiver = receiver_of(
        session, user_id=delivery.user_id, address=delivery.address, scope_role_id=subscription.scope_role_id
    )
    if isinstance(receiver, NotSent):
        return receiver
    kept = version_of(session, report)
    outside = _outside(office, session, kept)
    if isinstance(outside, NotSent):
        return outside
    token = unsubscribe_token(office.settings, session.tenant_id, recipient.id)
    return Source(
        receiver,
        subscription.name,
        kept,
        report,
        subscription,
        outside=outside,
        endpoint=_endpoint(session, delivery.endpoint_id),
        unsubscribe=f"{office.settings.links_url}/api/notify/unsubscribe/{token}",
    )


def _outside(office: Office, session: Session, kept: ReportVersion) -> Outside | NotSent | None:
    if kept.definition.get("kind") != "rows":
        return None
    try:
        return find_outside(session, office.settings, str(kept.definition["question"]["source"]))
    except SourceLocked as error:
        return NotSent(str(error))


def _of_alert(session: Session, delivery: Delivery) -> Source | NotSent:
    ids = [UUID(each) for each in delivery.facts["breach_ids"]]
    breaches = read(session, select(AlertBreach).where(AlertBreach.id.in_(ids)).order_by(AlertBreach.id))
    if not breaches:
        return NotSent("the breach is gone")
    rule = read_by_id(session, AlertRule, [breaches[0].rule_id])[breaches[0].rule_id]
    receiver = receiver_of(session, user_id=delivery.user_id or rule.owner_id, address=None, scope_role_id=None)
    if isinstance(receiver, NotSent):
        return receiver
    return Source(receiver, rule.name, breaches=breaches, rule=rule, endpoint=_endpoint(session, delivery.endpoint_id))


def _endpoint(session: Session, endpoint_id: UUID | None) -> WebhookEndpoint | None:
    return (
        None
        if endpoint_id is None
        else find_one(session, select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id))
    )


def letter_of(office: Office, delivery: Delivery, source: Source) -> Letter:
    """The letter.  Raises: MetricsError where the figures are not there now."""
    locale = source.receiver.asker.locale
    if source.order is not None:
        return letter_of_order(source.order, locale)
    if delivery.kind == "late":
        return _late(delivery, source, locale)
    if source.rule is not None:
        return letter_of_firing(office, delivery, source.rule, source.breaches, source.receiver)
    return report_letter(office, source, source.receiver.asker, locale)


def report_letter(office: Office, source: Source, asker: Asker, locale: str) -> Letter:
    """A report as a letter: all of its figures, or why the receiver gets none of them."""
    report, kept, subscription = source.report, source.definition, source.subscription
    if report is None or kept is None or subscription is None:
        raise ValueError("a report's letter needs its subscription")
    definition = Definition.from_data(kept.definition)
    link = f"{office.settings.pages_url}/reports?id={report.id}"
    asked = Request(definition, report.name, version=kept.number, link=link, outside=source.outside)
    try:
        sheet = run(office.numbers, asked, asker)
    except (Forbidden, NotAllowed) as error:
        reason = refusal_in(error, locale)
        pairs = [(t("about.left_out", locale), t("mail.forbidden", locale, reason=reason))]
        version = office.numbers.engine.version()
        pairs += [
            (t("about.data_version", locale), version.id),
            (t("about.loaded_at", locale), moment(version.loaded_at) or ""),
        ]
        facts = {"data_version": version.id, "loaded_at": version.loaded_at, "left_out": [reason]}
        subject = t("mail.subject_forbidden", locale, title=source.name)
        return letter_of_words(subject, pairs, locale, link=link, facts=facts)
    kinds: list[FileFormat] = list(subscription.formats) if asker.may("metric.export") else []  # type: ignore[arg-type]
    left_out = sheet.left_out
    if subscription.formats and not kinds:
        left_out = (*left_out, t("left_out.files", locale))
    sheet = replace(sheet, left_out=left_out)
    files = [(sheet.title or "report", kind, file_bytes(sheet, kind, definition.chart)) for kind in kinds]
    return letter_of_sheet(sheet, locale, files=files, unsubscribe=source.unsubscribe)


def _late(delivery: Delivery, source: Source, locale: str) -> Letter:
    zone = ZoneInfo(source.receiver.time_zone)
    due_at = datetime.fromisoformat(delivery.facts["due_at"]).astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    why = t("mail.load_failed" if delivery.facts.get("has_failed") else "mail.load_late", locale)
    reaches = delivery.facts.get("reaches") or t("about.unknown", locale)
    pairs = [
        (t("mail.due", locale), due_at),
        (t("mail.why", locale), why),
        (t("mail.reaches", locale), reaches),
        (t("mail.next", locale), t("mail.sent_when_loaded", locale)),
    ]
    return letter_of_words(t("mail.subject_late", locale, title=source.name), pairs, locale)
