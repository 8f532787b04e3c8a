"""Payments, credit notes and write-offs are set against invoices, and undone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from transactional.finance.errors import InvoiceNotPosted, PaymentNotPosted
from transactional.finance.events import settlement_posted
from transactional.finance.models import Invoice, InvoiceKind, InvoiceState, Payment, PaymentState, Settlement
from transactional.finance.postings import Money, SettlementFacts, settlement_lines
from transactional.finance.settling import (
    NOTHING,
    OpenItem,
    allocation_problems,
    check_discount,
    check_payable,
    open_invoice,
    open_payment,
    posts_nothing,
    refund_problems,
    settlement_of,
)
from transactional.finance.specs import Allocation, NewSettlement, Refunded
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import Invalid, invalid
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.scm.models import PaymentTerm
from transactional.scm.queries import survivors_of

CREDIT_NOTES = frozenset({InvoiceKind.SALES_CREDIT_NOTE, InvoiceKind.PURCHASE_CREDIT_NOTE})


def settle(session: Session, settlements: Sequence[NewSettlement], *, at: datetime) -> list[Settlement]:
    """Settlements posted, one an allocation and in their order; open amounts have fallen on both sides.

    Raises: NotFound; Invalid for another party's invoice or amounts that mean nothing; OverSettlement; PaymentBlocked;
    DiscountNotGranted; RateMissing; PeriodClosed.
    """
    invoice_ids = [allocation.invoice_id for ask in settlements for allocation in ask.allocations]
    note_ids = [ask.credit_note_id for ask in settlements if ask.credit_note_id]
    desk = open_settling(session, [*invoice_ids, *note_ids], [ask.payment_id for ask in settlements if ask.payment_id])
    rows: list[Settlement] = []
    drafts: list[tuple[Settlement, EntryDraft]] = []
    for ask in settlements:
        source = desk.source(ask)
        for row, facts in desk.settle(source, ask.allocations, ask.settled_on):
            rows.append(row)
            if not posts_nothing(facts):
                drafts.append((row, entry_of(row, desk.lines(facts, row.company_id))))
    entries = post_entries(session, [draft for _, draft in drafts], at=at, at_the_end=True)
    for (row, _), entry in zip(drafts, entries, strict=True):
        row.journal_entry_id = entry.id
    write_settlements(session, rows, desk.invoices)
    record(session, [settlement_posted(row, at) for row in rows])
    return rows


def write_settlements(session: Session, rows: Sequence[Settlement], invoices: Mapping[UUID, Invoice]) -> None:
    """Nothing: settlements are written, and the invoices and credit notes, held before, say what is open of them."""
    insert_all(session, rows)
    touched: dict[UUID, Invoice] = {}
    for row in rows:
        taken = [(row.invoice_id, row.amount)] if row.invoice_id else []
        taken += [(row.credit_note_id, row.payment_amount)] if row.credit_note_id else []
        for invoice_id, amount in taken:
            invoice = touched.setdefault(invoice_id, invoices[invoice_id])
            invoice.settled_amount += amount
            invoice.open_amount -= amount
    update_all(session, list(touched.values()), Invoice.settled_amount, Invoice.open_amount)


@dataclass(slots=True)
class SettlingDesk:
    """Invoices and payments held for settling, with what is open of each; it keeps count while allocations are made."""

    companies: Mapping[UUID, Company]
    invoices: Mapping[UUID, Invoice]
    terms: Mapping[UUID, PaymentTerm]
    rates: RateTable
    open_items: dict[UUID, OpenItem]
    discounts: dict[UUID, Decimal]
    open_notes: dict[UUID, OpenItem] = field(default_factory=dict)
    survivors: Mapping[UUID, UUID] = field(default_factory=dict)
    """Of those that were merged into another: into whom."""

    def source(self, ask: NewSettlement) -> OpenItem | None:
        """The payment or credit note of a settlement; nothing for a write-off."""
        if ask.payment_id:
            return self.open_items[ask.payment_id]
        return self.open_notes[ask.credit_note_id] if ask.credit_note_id else None

    def settle(
        self, source: OpenItem | None, allocations: Sequence[Allocation], settled_on: date
    ) -> list[tuple[Settlement, SettlementFacts]]:
        """A settlement an allocation, in their order."""
        return [
            self.settle_one(source, allocation, settled_on, f"allocations/{position}/")
            for position, allocation in enumerate(allocations)
        ]

    def settle_one(
        self, source: OpenItem | None, allocation: Allocation, settled_on: date, path: str
    ) -> tuple[Settlement, SettlementFacts]:
        """The settlement of one allocation; `path` is where it was asked for, as in `allocations/0/`."""
        invoice = self.invoices[allocation.invoice_id]
        item = self.open_items.get(invoice.id)
        if item is None:
            raise invalid(f"{path}invoice_id", "a credit note is not settled: it settles invoices", "credit_note")
        is_one_party = source is None or self._survivor(source.party_id) == self._survivor(item.party_id)
        problems = allocation_problems(allocation, item, source, settled_on, path, is_one_party=is_one_party)
        if problems:
            raise Invalid(problems)
        check_payable(invoice)
        if allocation.discount_amount:
            self._check_discount(invoice, allocation, settled_on)
        payment_amount = self._payment_amount(allocation, item, source, settled_on)
        decimals = decimals_of(self.companies[invoice.company_id].currency_code)
        return settlement_of(allocation, item, source, payment_amount, settled_on, decimals)

    def give_back(self, refund: OpenItem, given: Refunded, path: str) -> tuple[Settlement, SettlementFacts]:
        """The settlement of a credit with the refund that gives it back; `path` as of `settle_one`."""
        source = self._credit(given, path)
        is_one_party = self._survivor(source.party_id) == self._survivor(refund.party_id)
        problems = refund_problems(given, refund, source, path, is_one_party=is_one_party)
        if problems:
            raise Invalid(problems)
        if given.credit_note_id:
            check_payable(self.invoices[given.credit_note_id])
        amount = given.payment_amount
        if amount is None:
            amount = self._converted(given.amount, source, refund, refund.dated_on)
        if amount > refund.open_amount:
            raise invalid("allocations", "come to more than the refund: it gives back its amount", "not_whole")
        decimals = decimals_of(self.companies[refund.company_id].currency_code)
        return settlement_of(Allocation(refund.id, amount), refund, source, given.amount, refund.dated_on, decimals)

    def _credit(self, given: Refunded, path: str) -> OpenItem:
        if given.payment_id:
            return self.open_items[given.payment_id]
        found = self.open_notes.get(given.credit_note_id) if given.credit_note_id else None
        if found is None:
            raise invalid(f"{path}credit_note_id", "an invoice is not given back: its credit note is", "no_credit_note")
        return found

    def lines(self, facts: SettlementFacts, company_id: UUID) -> list[LineDraft]:
        """What a settlement posts."""
        return settlement_lines(facts, self.companies[company_id].currency_code)

    def _survivor(self, party_id: UUID) -> UUID:
        return self.survivors.get(party_id, party_id)

    def _check_discount(self, invoice: Invoice, allocation: Allocation, settled_on: date) -> None:
        term = self.terms.get(invoice.payment_term_id) if invoice.payment_term_id else None
        given = self.discounts.get(invoice.id, ZERO)
        check_discount(invoice, term, given, allocation, settled_on)
        self.discounts[invoice.id] = given + allocation.discount_amount

    def _payment_amount(
        self, allocation: Allocation, invoice: OpenItem, source: OpenItem | None, settled_on: date
    ) -> Decimal:
        if source is None:
            return ZERO
        if allocation.payment_amount is not None:
            return allocation.payment_amount
        return self._converted(allocation.amount, invoice, source, settled_on)

    def _converted(self, amount: Decimal, item: OpenItem, other: OpenItem, on: date) -> Decimal:
        """An amount of an item in the currency of another one, by the day's rates."""
        if other.currency_code == item.currency_code:
            return amount
        company = self.companies[item.company_id]
        into, out_of = (
            self.rates.rate(code, company.currency_code, on, age_days_max=company.rate_age_days_max)
            for code in (item.currency_code, other.currency_code)
        )
        return round_amount(amount * into / out_of, decimals_of(other.currency_code))


def open_settling(
    session: Session,
    invoice_ids: Iterable[UUID],
    payment_ids: Iterable[UUID] = (),
    *,
    companies: Mapping[UUID, Company] | None = None,
    payer_ids: Iterable[UUID] = (),
) -> SettlingDesk:
    """A desk over invoices, then payments, held until the transaction ends; `payer_ids` are parties that pay besides.

    Raises: NotFound; InvoiceNotPosted; PaymentNotPosted.
    """
    invoices = {row.id: row for row in lock_by_id(session, Invoice, invoice_ids)}
    for invoice in invoices.values():
        if invoice.state != InvoiceState.POSTED:
            raise InvoiceNotPosted(number=invoice.number or "without number", state=invoice.state)
    payments = lock_by_id(session, Payment, payment_ids)
    for payment in payments:
        if payment.state != PaymentState.POSTED:
            raise PaymentNotPosted(number=payment.number, state=payment.state)
    company_ids = {row.company_id for row in invoices.values()} | {row.company_id for row in payments}
    companies = companies or read_by_id(session, Company, company_ids)
    currencies = {row.currency_code for row in invoices.values()} | {row.currency_code for row in payments}
    currencies |= {row.currency_code for row in companies.values()}
    taken, discounts = _taken_of_invoices(session, invoices)
    items = {
        row.id: open_invoice(row, taken.get(row.id, NOTHING))
        for row in invoices.values()
        if row.kind not in CREDIT_NOTES
    }
    notes = [row for row in invoices.values() if row.kind in CREDIT_NOTES]
    used = _used(session, Settlement.credit_note_id, [row.id for row in notes])
    used |= _used(session, Settlement.payment_id, [row.id for row in payments])
    items |= {row.id: open_payment(row, used.get(row.id, NOTHING)) for row in payments}
    parties = {row.party_id for row in invoices.values()} | {row.party_id for row in payments} | {*payer_ids}
    return SettlingDesk(
        companies,
        invoices,
        read_all(session, PaymentTerm),
        find_rates(session, currencies, until=date.max),
        items,
        discounts,
        {row.id: open_invoice(row, used.get(row.id, NOTHING), as_source=True) for row in notes},
        # One party alone is itself.
        survivors_of(session, parties) if len(parties) > 1 else {},
    )


def entry_of(row: Settlement, lines: Sequence[LineDraft]) -> EntryDraft:
    """The entry of a settlement that stands alone."""
    return EntryDraft(
        company_id=row.company_id,
        journal=Journal.BANK,
        posted_on=row.settled_on,
        origin_type="settlement",
        origin_id=row.id,
        description="settlement undone" if row.reverses_id else "settlement",
        lines=lines,
    )


def _taken_of_invoices(
    session: Session, invoices: Mapping[UUID, Invoice]
) -> tuple[dict[UUID, Money], dict[UUID, Decimal]]:
    statement = (
        select(
            Settlement.invoice_id,
            func.sum(Settlement.company_amount),
            func.sum(Settlement.amount),
            func.sum(Settlement.discount_amount),
        )
        .where(any_of(Settlement.invoice_id, invoices))
        .group_by(Settlement.invoice_id)
    )
    rows = [(row[0], row[1:]) for row in session.execute(statement) if row[0]]
    return {key: Money(each[0], each[1]) for key, each in rows}, {key: each[2] for key, each in rows}


def _used(session: Session, column: InstrumentedAttribute[UUID | None], ids: Sequence[UUID]) -> dict[UUID, Money]:
    if not ids:
        return {}
    sums = (func.sum(Settlement.payment_company_amount), func.sum(Settlement.payment_amount))
    statement = select(column, *sums).where(any_of(column, ids)).group_by(column)
    return {row[0]: Money(row[1], row[2]) for row in session.execute(statement) if row[0]}
