"""Claiming a delivery, writing it, and handing it over once.

waiting -> claimed -> sending -> sent. A claim is committed before anything is written; one that has run out is taken
over, for nothing has been handed over yet. `sending` is committed by the sender that holds the claim, between all of a
mail but its last line and that line (`reports.mail`); who lost the claim fails there, by its row's version, and the
server throws away what it has read. A sender killed after `sending` leaves a mail that has most likely been taken, and
is not sent again by itself: it is shown as unconfirmed, to be sent again by hand under the same Message-ID.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from olap.errors import MetricsError, QueryInvalid
from reports.mail import MailRefused, MailUnanswered, send_mail
from reports.sending.firing import fall_back
from reports.sending.letters import Letter, mail_of
from reports.sending.office import Load, Office
from reports.sending.plan import claimable
from reports.sending.receivers import NotSent
from reports.sending.write import Source, letter_of, source_of
from reports.webhook import WebhookRefused, key_of, post_webhook
from transactional.kernel.errors import DomainError, StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, read, update_all
from transactional.report.models import AlertRule, Delivery, Notice

log = logging.getLogger("reports.sending")

CLAIM_SECONDS = 300
TRIES_MAX = 8
_NOTICE_MAX = 4_000
_PAUSE_FIRST = timedelta(minutes=1)
_STATE = (
    Delivery.state,
    Delivery.attempts,
    Delivery.claimed_until,
    Delivery.next_try_at,
    Delivery.reason,
    Delivery.message_id,
    Delivery.sent_at,
    Delivery.data_version,
    Delivery.loaded_at,
)


@dataclass(frozen=True)
class Outcome:
    """How handing over ended."""

    state: str
    reason: str | None = None
    is_permanent: bool = True


def send_next(office: Office, principal: Principal, load: Load) -> bool:
    """Whether there was anything to send in a tenant."""
    delivery = _claim(office, principal, load)
    if delivery is None:
        return False
    try:
        _deliver(office, principal, delivery)
    except StaleVersion:
        # Another sender has taken the delivery over: nothing of ours was handed over, and the row is its own.
        log.warning("claim lost", extra={"delivery_id": str(delivery.id)})
    return True


def _deliver(office: Office, principal: Principal, delivery: Delivery) -> None:
    with office.database.transaction(principal) as session:
        source = source_of(office, session, delivery)
    if isinstance(source, NotSent):
        _finish(office, principal, delivery, Outcome("skipped", source.reason))
        return
    try:
        letter = letter_of(office, delivery, source)
    except (MetricsError, DomainError) as error:
        is_permanent = isinstance(error, QueryInvalid)
        _finish(office, principal, delivery, Outcome("waiting", str(error), is_permanent=is_permanent))
        return
    _note_data(delivery, letter)
    outcome = _hand_over(office, principal, delivery, source, letter)
    if outcome.state == "waiting" and source.rule is not None:
        outcome = _by_fallback(office, principal, delivery, source.rule, outcome)
    _finish(office, principal, delivery, outcome, letter)


def _by_fallback(
    office: Office, principal: Principal, delivery: Delivery, rule: AlertRule, outcome: Outcome
) -> Outcome:
    """An alert does not wait for a channel that is down: it takes the other one at once, and this one is given up."""
    with office.database.transaction(principal) as session:
        if not fall_back(session, rule, delivery, office.now()):
            return outcome
    return Outcome("failed", f"told by {rule.fallback_channel} instead: {outcome.reason}")


def _claim(office: Office, principal: Principal, load: Load) -> Delivery | None:
    with office.database.transaction(principal) as session:
        found = claimable(session, load, office.now())
        for delivery in found:
            delivery.state = "claimed"
            delivery.attempts += 1
            delivery.claimed_until = office.now() + timedelta(seconds=CLAIM_SECONDS)
            delivery.message_id = f"<{delivery.id}@{office.settings.mail_from.rpartition('@')[2]}>"
            update_all(session, [delivery], *_STATE)
    return found[0] if found else None


def _note_data(delivery: Delivery, letter: Letter) -> None:
    loaded_at = letter.facts.get("loaded_at")
    delivery.data_version = letter.facts.get("data_version")
    delivery.loaded_at = datetime.fromisoformat(loaded_at) if loaded_at else None


def _hand_over(office: Office, principal: Principal, delivery: Delivery, source: Source, letter: Letter) -> Outcome:
    if delivery.channel == "in_app":
        return Outcome("sent")
    if delivery.channel == "webhook":
        return _by_webhook(office, delivery, source, letter)
    return _by_mail(office, delivery, source, letter, mark=lambda: _mark_sending(office, principal, delivery))


def _mark_sending(office: Office, principal: Principal, delivery: Delivery) -> None:
    """Nothing: this sender held the claim, and from now on the mail counts as handed over.  Raises: StaleVersion."""
    delivery.state = "sending"
    delivery.claimed_until = office.now() + timedelta(seconds=CLAIM_SECONDS)
    with office.database.transaction(principal) as session:
        update_all(session, [delivery], *_STATE)


def _by_mail(
    office: Office, delivery: Delivery, source: Source, letter: Letter, *, mark: Callable[[], None]
) -> Outcome:
    to = source.receiver.address
    if to is None:
        return Outcome("skipped", "there is no address")
    unsubscribe = source.unsubscribe if delivery.kind in {"report", "late"} else None
    mail = mail_of(
        letter,
        sender=office.settings.mail_from,
        to=to,
        message_id=str(delivery.message_id),
        at=office.now(),
        unsubscribe=unsubscribe,
    )
    try:
        send_mail(office.settings, mail, to, mark=mark)
    except MailRefused as error:
        return Outcome("waiting", str(error), is_permanent=error.is_permanent)
    except MailUnanswered as error:
        return Outcome("unconfirmed", str(error))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("waiting", str(error), is_permanent=False)
    return Outcome("sent")


def _by_webhook(office: Office, delivery: Delivery, source: Source, letter: Letter) -> Outcome:
    endpoint = source.endpoint
    if endpoint is None or not endpoint.is_active:
        return Outcome("skipped", "the address is switched off")
    content = {"delivery_id": str(delivery.id), "kind": delivery.kind, "subject": letter.subject, "link": letter.link}
    key = key_of(office.settings, endpoint.id)
    try:
        post_webhook(
            office.settings,
            endpoint.url,
            {**content, "facts": dict(letter.facts)},
            key=key,
            delivery_id=delivery.id,
            at=office.now(),
        )
    except WebhookRefused as error:
        return Outcome("waiting", str(error), is_permanent=error.is_permanent)
    return Outcome("sent")


def _finish(
    office: Office, principal: Principal, delivery: Delivery, outcome: Outcome, letter: Letter | None = None
) -> None:
    delivery.state, delivery.reason = outcome.state, (outcome.reason or "")[:1000] or None
    delivery.claimed_until = None
    if outcome.state == "waiting":
        if outcome.is_permanent or delivery.attempts >= TRIES_MAX:
            delivery.state = "failed"
        delivery.next_try_at = office.now() + _PAUSE_FIRST * 2 ** (delivery.attempts - 1)
    if outcome.state == "sent":
        delivery.sent_at = office.now()
    with office.database.transaction(principal) as session:
        update_all(session, [delivery], *_STATE)
        if letter is not None and delivery.state == "sent" and delivery.channel == "in_app":
            insert_all(session, [_notice(delivery, letter)])
    facts = {"tenant_id": str(delivery.tenant_id), "delivery_id": str(delivery.id), "reason": delivery.reason}
    log.info("delivery %s", delivery.state, extra=facts)


def _notice(delivery: Delivery, letter: Letter) -> Notice:
    """What a user finds in the program; the delivery's key makes it one."""
    body = letter.text[:_NOTICE_MAX]
    return Notice(
        id=new_id(),
        user_id=delivery.user_id,
        delivery_id=delivery.id,
        title=letter.subject[:300],
        body=body,
        link=letter.link,
    )


def settle_unanswered(office: Office, principal: Principal) -> int:
    """How many deliveries were left by senders that died after handing over: they are shown as unconfirmed."""
    now = office.now()
    with office.database.transaction(principal) as session:
        wanted = select(Delivery).where(Delivery.state == "sending", Delivery.claimed_until < now)
        found = read(session, wanted.limit(100).with_for_update(skip_locked=True))
        for delivery in found:
            delivery.state = "unconfirmed"
            delivery.reason = "the sender ended before the server's answer was read"
            delivery.claimed_until = None
        for delivery in found:
            update_all(session, [delivery], *_STATE)
    return len(found)
