"""What finance tells the world."""

from datetime import date, datetime
from typing import Any

from transactional.finance.models import Asset, Invoice, Payment, Settlement
from transactional.kernel.mirrors import cancelled_event
from transactional.kernel.outbox import Event


def invoice_posted(invoice: Invoice, at: datetime) -> Event:
    """`finance.invoice.posted`: the open amount of a party has changed."""
    payload: dict[str, Any] = {
        "kind": invoice.kind,
        "number": invoice.number,
        "company_id": str(invoice.company_id),
        "party_id": str(invoice.party_id),
        "invoiced_on": invoice.invoiced_on.isoformat(),
        "currency_code": invoice.currency_code,
        "total_amount": str(invoice.total_amount),
        "is_payment_blocked": invoice.is_payment_blocked,
    }
    return Event("finance.invoice.posted", "invoice", invoice.id, at, payload)


def invoice_cancelled(invoice: Invoice, mirror: Invoice, at: datetime) -> Event:
    """`finance.invoice.cancelled`: an invoice or credit note was taken back by its mirror image."""
    return cancelled_event("finance.invoice.cancelled", "invoice", invoice, mirror, mirror.invoiced_on, at)


def payment_cancelled(payment: Payment, mirror: Payment, at: datetime) -> Event:
    """`finance.payment.cancelled`: a payment was taken back by its mirror image."""
    return cancelled_event("finance.payment.cancelled", "payment", payment, mirror, mirror.paid_on, at)


def payment_posted(payment: Payment, at: datetime) -> Event:
    """`finance.payment.posted`: money moved."""
    payload = {
        "kind": payment.kind,
        "number": payment.number,
        "company_id": str(payment.company_id),
        "party_id": str(payment.party_id),
        "paid_on": payment.paid_on.isoformat(),
        "currency_code": payment.currency_code,
        "amount": str(payment.amount),
    }
    return Event("finance.payment.posted", "payment", payment.id, at, payload)


def settlement_posted(settlement: Settlement, at: datetime) -> Event:
    """`finance.settlement.posted`, or `finance.settlement.undone` for a row that takes another one back."""
    topic = "finance.settlement.undone" if settlement.reverses_id else "finance.settlement.posted"
    payload = {
        "invoice_id": str(settlement.invoice_id) if settlement.invoice_id else None,
        "refund_id": str(settlement.refund_id) if settlement.refund_id else None,
        "payment_id": str(settlement.payment_id) if settlement.payment_id else None,
        "credit_note_id": str(settlement.credit_note_id) if settlement.credit_note_id else None,
        "settled_on": settlement.settled_on.isoformat(),
        "amount": str(settlement.amount),
        "company_amount": str(settlement.company_amount),
    }
    return Event(topic, "settlement", settlement.id, at, payload)


def invoice_released(invoice: Invoice, at: datetime) -> Event:
    """`finance.invoice.released`: a blocked invoice may be paid."""
    payload: dict[str, Any] = {"number": invoice.number, "reason": invoice.block_reason}
    return Event("finance.invoice.released", "invoice", invoice.id, at, payload)


def asset_told(what: str, asset: Asset, on: date, at: datetime) -> Event:
    """`finance.asset.capitalized`, `.disposed`, and what takes them back: `.cancelled`, `.reinstated`."""
    payload = {
        "tag": asset.tag,
        "company_id": str(asset.company_id),
        "on": on.isoformat(),
        "cost_amount": str(asset.cost_amount),
    }
    return Event(f"finance.asset.{what}", "asset", asset.id, at, payload)
