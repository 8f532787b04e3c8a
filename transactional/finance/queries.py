"""What is open of invoices and payments, now or as of a day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from transactional.finance.models import Depreciation, Installment, Invoice, InvoiceState, Payment, Settlement
from transactional.finance.postings import REFUNDS
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A posted invoice or credit note with what is not settled of it, positive for both.

    As of a past day a document cancelled since is there as it was then.

    Units: `open_amount` in the document's currency, `company_open_amount` as it stands on the control account.
    """

    invoice_id: UUID
    company_id: UUID
    kind: str
    number: str | None
    party_id: UUID
    invoiced_on: date
    currency_code: str
    total_amount: Decimal
    open_amount: Decimal
    company_open_amount: Decimal

    @property
    def is_open(self) -> bool:
        """Whether anything is left to settle."""
        return self.open_amount != 0


@dataclass(frozen=True, slots=True)
class Advance:
    """A payment with what is not set against any invoice."""

    payment_id: UUID
    company_id: UUID
    kind: str
    number: str
    party_id: UUID
    paid_on: date
    currency_code: str
    amount: Decimal
    open_amount: Decimal
    company_open_amount: Decimal


def open_items(session: Session, invoice_ids: Iterable[UUID], *, as_of: date | None = None) -> list[OpenItem]:
    """What is open of these invoices and credit notes, at the end of a day or now; settled ones too, with zero."""
    statement = _items(as_of).where(any_of(Invoice.id, invoice_ids))
    return _read(session, statement)


def open_items_of_party(session: Session, party_id: UUID, *, as_of: date | None = None) -> list[OpenItem]:
    """A customer's or supplier's invoices and credit notes of which something is open, oldest first."""
    statement = _items(as_of).where(Invoice.party_id == party_id)
    return [item for item in _read(session, statement) if item.is_open]


def open_foreign_items(session: Session, company_id: UUID, currency_code: str, *, as_of: date) -> list[OpenItem]:
    """A company's invoices and credit notes in other currencies of which something is open on a day, oldest first."""
    statement = _items(as_of).where(Invoice.company_id == company_id, Invoice.currency_code != currency_code)
    return [item for item in _read(session, statement) if item.is_open]


def advances_of_party(session: Session, party_id: UUID, *, as_of: date | None = None) -> list[Advance]:
    """A party's payments that are not wholly set against invoices, oldest first."""
    mirror = aliased(Payment)
    is_taken_back = exists().where(
        mirror.tenant_id == Payment.tenant_id,
        mirror.reverses_id == Payment.id,
        *([mirror.paid_on <= as_of] if as_of else []),
    )
    used = (
        select(
            func.coalesce(func.sum(Settlement.payment_amount), 0),
            func.coalesce(func.sum(Settlement.payment_company_amount), 0),
        )
        .where(Settlement.tenant_id == Payment.tenant_id, Settlement.payment_id == Payment.id, *_until(as_of))
        .lateral("used")
    )
    amount, company_amount = used.c
    statement = (
        select(
            Payment.id,
            Payment.company_id,
            Payment.kind,
            Payment.number,
            Payment.party_id,
            Payment.paid_on,
            Payment.currency_code,
            Payment.amount,
            Payment.amount - amount,
            Payment.company_amount - company_amount,
        )
        .join(used, Payment.id.is_not(None))
        .where(
            Payment.party_id == party_id,
            Payment.kind.not_in(REFUNDS),
            Payment.reverses_id.is_(None),
            ~is_taken_back,
            *([Payment.paid_on <= as_of] if as_of else []),
        )
        .order_by(Payment.paid_on, Payment.number)
    )
    rows: list[tuple[Any, ...]] = [tuple(row) for row in session.execute(statement)]
    return [advance for advance in (Advance(*row) for row in rows) if advance.open_amount != ZERO]


def _items(as_of: date | None) -> Select[*tuple[Any, ...]]:
    """An invoice less what was taken off it, a credit note less what was used of it.

    A cancelled one stands on the one side or the other: what it and its mirror image settle, they settle together.
    """
    is_source = Settlement.credit_note_id == Invoice.id
    settled = (
        select(
            func.coalesce(func.sum(case((is_source, Settlement.payment_amount), else_=Settlement.amount)), 0),
            func.coalesce(
                func.sum(case((is_source, Settlement.payment_company_amount), else_=Settlement.company_amount)), 0
            ),
        )
        .where(
            Settlement.tenant_id == Invoice.tenant_id,
            or_(is_source, Settlement.invoice_id == Invoice.id),
            *_until(as_of),
        )
        .lateral("settled")
    )
    amount, company_amount = settled.c
    return (
        select(
            Invoice.id,
            Invoice.company_id,
            Invoice.kind,
            Invoice.number,
            Invoice.party_id,
            Invoice.invoiced_on,
            Invoice.currency_code,
            Invoice.total_amount,
            Invoice.total_amount - amount,
            Invoice.company_total_amount - company_amount,
        )
        .join(settled, Invoice.id.is_not(None))
        .where(*_counted(as_of))
    )


def _read(session: Session, statement: Select[*tuple[Any, ...]]) -> list[OpenItem]:
    rows = session.execute(statement.order_by(Invoice.invoiced_on, Invoice.number)).all()
    values: list[tuple[Any, ...]] = [tuple(row) for row in rows]
    return [OpenItem(*row) for row in values]


def _counted(as_of: date | None) -> list[ColumnElement[bool]]:
    """A document cancelled since counts on a past day, and its mirror image from its own day on."""
    if as_of is None:
        return [Invoice.state == InvoiceState.POSTED]
    return [Invoice.state != InvoiceState.DRAFT, Invoice.invoiced_on <= as_of]


def _until(as_of: date | None) -> list[ColumnElement[bool]]:
    return [Settlement.settled_on <= as_of] if as_of else []


def depreciated_amounts(session: Session, asset_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """What each asset has lost in these books, by id; nothing is nothing."""
    sums = (
        select(Depreciation.asset_id, func.sum(Depreciation.amount))
        .where(any_of(Depreciation.asset_id, asset_ids))
        .group_by(Depreciation.asset_id)
    )
    return dict.fromkeys(asset_ids, ZERO) | {row[0]: row[1] for row in session.execute(sums)}


def overdue_amounts(session: Session, invoice_ids: Collection[UUID], today: date) -> Mapping[UUID, Decimal]:
    """What of each invoice was due before a day and is not settled; what was paid paid the earliest parts.

    Units: the invoice's currency. Invoices of which nothing is overdue are left out.
    """
    due = func.sum(Installment.amount)
    statement = (
        select(Invoice.id, (due - Invoice.settled_amount).label("late"))
        .join(Installment, Installment.invoice_id == Invoice.id)
        .where(any_of(Invoice.id, invoice_ids), Installment.due_on < today)
        .group_by(Invoice.id, Invoice.settled_amount)
        .having(due > Invoice.settled_amount)
    )
    return {row[0]: row[1] for row in session.execute(statement)}
