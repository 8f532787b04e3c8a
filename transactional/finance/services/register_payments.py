"""Money received and money paid, and given back both ways, once per bank reference."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, tuple_

from transactional.finance.errors import BankAccountNotApproved, BankAccountNotFound, BankReferenceUsed
from transactional.finance.events import payment_posted, settlement_posted
from transactional.finance.models import BankAccount, Payment, PaymentKind, PaymentState, Settlement
from transactional.finance.postings import CUSTOMER_PAYMENTS, REFUNDS, Money, PaymentFacts, brings_money, payment_lines
from transactional.finance.services.settle import SettlingDesk, entry_of, open_settling, write_settlements
from transactional.finance.settling import NOTHING, open_payment, posts_nothing
from transactional.finance.specs import NewPayment
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import BrokenInvariant, FieldProblem, Invalid, invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import AMOUNT_DIGITS, AMOUNT_PLACES, has_more_decimals, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.periods import hold_periods
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.organization.services.find_rates import find_rates
from transactional.platform.services.take_numbers import take_numbers
from transactional.scm.models import BankAccountState, Customer, Supplier, SupplierBankAccount


def register_payments(session: Session, payments: Sequence[NewPayment], *, at: datetime) -> list[Payment]:
    """Payments posted, and set against the invoices they name; what is left stays the party's advance.

    A refund names the credit notes and unused payments that it gives back, all of it.
    A payment whose id or bank reference is known is returned as it was registered first.
    Raises: Invalid for amounts of zero or less, an unknown party or another currency than the bank account's;
    BankAccountNotApproved; OverSettlement; PaymentBlocked; PeriodClosed.
    """
    if not payments:
        return []
    companies = read_by_id(session, Company, {ask.company_id for ask in payments})
    accounts = _accounts(session, payments, companies)
    known = _known(session, payments, accounts)
    fresh = [number for number, ask in enumerate(payments) if _found(ask, accounts[number], known) is None]
    fresh = _once(payments, accounts, fresh)
    _check(session, payments, accounts, companies, fresh)
    made = _make(session, payments, accounts, companies, fresh)
    _post(session, [(payments[number], made[number], accounts[number]) for number in fresh], companies, at=at)
    for payment in made.values():
        _remember(known, payment)
    return [made.get(number) or _get(ask, accounts[number], known) for number, ask in enumerate(payments)]


_Known = dict[object, Payment]


def _accounts(session: Session, payments: Sequence[NewPayment], companies: Mapping[UUID, Company]) -> list[BankAccount]:
    """The bank account of each payment, held: the same reference twice at once queues here.

    Held so that others go on writing payments that point at it: a cancellation holds its payment by then.
    """
    statement = select(BankAccount).where(BankAccount.company_id.in_(companies)).order_by(BankAccount.id)
    rows = read(session, statement.with_for_update(key_share=True))
    by_id = {row.id: row for row in rows}
    defaults = {row.company_id: row for row in rows if row.is_default}
    accounts, problems = [], []
    for number, ask in enumerate(payments):
        account = by_id.get(ask.bank_account_id) if ask.bank_account_id else defaults.get(ask.company_id)
        if account is None and ask.bank_account_id is None:
            raise BankAccountNotFound(company=companies[ask.company_id].code)
        if account is None or account.company_id != ask.company_id:
            problems.append(
                FieldProblem(
                    f"{_path(payments, number)}bank_account_id", "the company has no such account", "account_unknown"
                )
            )
        else:
            accounts.append(account)
    if problems:
        raise Invalid(problems)
    return accounts


def _known(session: Session, payments: Sequence[NewPayment], accounts: Sequence[BankAccount]) -> _Known:
    known: _Known = {}
    ids = [ask.id for ask in payments if ask.id]
    references = [
        (account.id, ask.kind.value, ask.bank_reference)
        for ask, account in zip(payments, accounts, strict=True)
        if ask.bank_reference
    ]
    if ids:
        for row in read(session, select(Payment).where(any_of(Payment.id, ids))):
            _remember(known, row)
    for start in range(0, len(references), _REFERENCES_MAX):
        part = references[start : start + _REFERENCES_MAX]
        key = tuple_(Payment.bank_account_id, Payment.kind, Payment.bank_reference)
        for row in read(session, select(Payment).where(key.in_(part), Payment.state == PaymentState.POSTED)):
            _remember(known, row)
    return known


_REFERENCES_MAX = 15_000
"""Three parameters each, within the protocol's 65,535."""


def _remember(known: _Known, row: Payment) -> None:
    known[row.id] = row
    if row.bank_reference:
        known[row.bank_account_id, row.kind, row.bank_reference] = row


def _found(ask: NewPayment, account: BankAccount, known: _Known) -> Payment | None:
    return (known.get(ask.id) if ask.id else None) or known.get((account.id, ask.kind.value, ask.bank_reference))


def _get(ask: NewPayment, account: BankAccount, known: _Known) -> Payment:
    found = _found(ask, account, known)
    if found is None:
        raise BrokenInvariant("a payment was neither found nor made")
    if found.id != ask.id and (found.party_id, found.amount) != (ask.party_id, ask.amount):
        raise BankReferenceUsed(bank_reference=ask.bank_reference, number=found.number)
    return found


def _once(payments: Sequence[NewPayment], accounts: Sequence[BankAccount], fresh: Sequence[int]) -> list[int]:
    """Of several asks with one reference the first."""
    seen: set[object] = set()
    kept = []
    for number in fresh:
        ask = payments[number]
        keys = {key for key in (ask.id, _reference(ask, accounts[number])) if key}
        if not keys & seen:
            kept.append(number)
        seen |= keys
    return kept


def _reference(ask: NewPayment, account: BankAccount) -> object:
    return (account.id, ask.kind.value, ask.bank_reference) if ask.bank_reference else None


def _check(
    session: Session,
    payments: Sequence[NewPayment],
    accounts: Sequence[BankAccount],
    companies: Mapping[UUID, Company],
    fresh: Sequence[int],
) -> None:
    asks = [payments[number] for number in fresh]
    parties = _parties(session, asks)
    problems: list[FieldProblem] = []
    for number in fresh:
        ask, path = payments[number], _path(payments, number)
        problems += _problems(ask, accounts[number], companies[ask.company_id], path)
        if ask.party_id not in parties[ask.kind]:
            problems.append(FieldProblem(f"{path}party_id", "no such party", "unknown_party"))
    if problems:
        raise Invalid(problems)
    _check_supplier_accounts(session, asks)


def _problems(ask: NewPayment, account: BankAccount, company: Company, path: str) -> list[FieldProblem]:
    problems = []
    decimals = decimals_of(account.currency_code)
    if ask.amount <= 0 or has_more_decimals(ask.amount, decimals):
        problems.append(FieldProblem(f"{path}amount", f"above zero, {decimals} decimals", "not_above_zero"))
    if ask.charge_amount < 0 or has_more_decimals(ask.charge_amount, decimals):
        problems.append(FieldProblem(f"{path}charge_amount", f"not negative, {decimals} decimals", "negative"))
    if company.currency_code == account.currency_code and ask.exchange_rate not in {None, Decimal(1)}:
        problems.append(FieldProblem(f"{path}exchange_rate", "is 1: the account is in company currency", "rate_of_own"))
    if brings_money(ask.kind) and ask.charge_amount > ask.amount > 0:
        problems.append(FieldProblem(f"{path}charge_amount", "more than the amount", "above_amount"))
    if ask.currency_code not in {None, account.currency_code}:
        problems.append(
            FieldProblem(
                f"{path}currency_code", f"the bank account is kept in {account.currency_code}", "account_currency"
            )
        )
    return [*problems, *_use_problems(ask, path)]


def _use_problems(ask: NewPayment, path: str) -> list[FieldProblem]:
    """A payment settles invoices and may prepay an order; a refund gives back credits, and nothing stays of it."""
    if ask.kind not in REFUNDS:
        said = "only a refund gives back a credit note or payment"
        return [FieldProblem(f"{path}allocations", said, "no_refund")] if ask.refunds else []
    problems = []
    if ask.allocations or not ask.refunds:
        said = "a refund names the credit notes and payments that it gives back, and no invoices"
        problems.append(FieldProblem(f"{path}allocations", said, "no_credit"))
    if ask.origin_id:
        problems.append(FieldProblem(f"{path}origin_id", "a refund prepays no order", "refund"))
    return problems


def _parties(session: Session, asks: Iterable[NewPayment]) -> dict[PaymentKind, set[UUID]]:
    wanted: defaultdict[PaymentKind, set[UUID]] = defaultdict(set)
    for ask in asks:
        wanted[ask.kind].add(ask.party_id)
    found: dict[PaymentKind, set[UUID]] = {kind: set() for kind in PaymentKind}
    for kind in PaymentKind:
        model = Customer if kind in CUSTOMER_PAYMENTS else Supplier
        if wanted[kind]:
            found[kind] = set(session.scalars(select(model.id).where(any_of(model.id, wanted[kind]))))
    return found


def _check_supplier_accounts(session: Session, asks: Iterable[NewPayment]) -> None:
    """A changed account waits for a second user, and so does the next payment."""
    supplier_ids = {ask.party_id for ask in asks if ask.kind == PaymentKind.DISBURSEMENT}
    if not supplier_ids:
        return
    waiting = session.execute(
        select(SupplierBankAccount.iban, Supplier.code)
        .join(Supplier, Supplier.id == SupplierBankAccount.supplier_id)
        .where(any_of(Supplier.id, supplier_ids), SupplierBankAccount.state == BankAccountState.PROPOSED)
        .limit(1)
    ).first()
    if waiting:
        raise BankAccountNotApproved(iban=waiting[0], supplier=waiting[1])


def _make(
    session: Session,
    payments: Sequence[NewPayment],
    accounts: Sequence[BankAccount],
    companies: Mapping[UUID, Company],
    fresh: Sequence[int],
) -> dict[int, Payment]:
    if not fresh:
        return {}
    codes = {accounts[n].currency_code for n in fresh} | {
        companies[payments[n].company_id].currency_code for n in fresh
    }
    rates = find_rates(session, codes, until=max(payments[n].paid_on for n in fresh))
    made = {}
    for number in fresh:
        ask, account = payments[number], accounts[number]
        company = companies[ask.company_id]
        rate = ask.exchange_rate or rates.rate(
            account.currency_code, company.currency_code, ask.paid_on, age_days_max=company.rate_age_days_max
        )
        made[number] = _payment(ask, account, rate, decimals_of(company.currency_code))
        _check_worth(ask, made[number], _path(payments, number))
    return made


_AMOUNT_END = Decimal(10) ** (AMOUNT_DIGITS - AMOUNT_PLACES)
"""What is as large as this is no amount."""


def _check_worth(ask: NewPayment, payment: Payment, path: str) -> None:
    """Nothing where a payment is worth something in company currency, and no more than an amount can be."""
    name = "exchange_rate" if ask.exchange_rate else "amount"
    if payment.company_amount == 0:
        raise invalid(f"{path}{name}", "comes to nothing in company currency", "worth_nothing")
    if payment.company_amount >= _AMOUNT_END:
        raise invalid(f"{path}{name}", "comes to more in company currency than an amount can be", "too_large")


def _payment(ask: NewPayment, account: BankAccount, rate: Decimal, decimals: int) -> Payment:
    return Payment(
        id=ask.id or new_id(),
        company_id=ask.company_id,
        kind=ask.kind.value,
        party_id=ask.party_id,
        bank_account_id=account.id,
        bank_reference=ask.bank_reference,
        paid_on=ask.paid_on,
        currency_code=account.currency_code,
        exchange_rate=rate,
        amount=ask.amount,
        charge_amount=ask.charge_amount,
        company_amount=round_amount(ask.amount * rate, decimals),
        state=PaymentState.POSTED.value,
        approved_by=ask.approved_by,
        origin_id=ask.origin_id,
        journal_entry_id=None,
    )


def number_payments(session: Session, payments: Sequence[Payment]) -> None:
    """Nothing: the payments have their numbers, taken behind the periods, which are held."""
    hold_periods(session, ((payment.company_id, payment.paid_on) for payment in payments))
    groups: defaultdict[tuple[str, UUID], list[Payment]] = defaultdict(list)
    for payment in payments:
        groups[payment.kind, payment.company_id].append(payment)
    for (kind, company_id), group in sorted(groups.items()):
        numbers = take_numbers(session, kind, company_id, [payment.paid_on for payment in group])
        for payment, number in zip(group, numbers, strict=True):
            payment.number = number


@dataclass(frozen=True, slots=True)
class _Posting:
    """An entry and the rows that point to it."""

    draft: EntryDraft
    rows: list[Payment | Settlement]


def _post(
    session: Session,
    fresh: Sequence[tuple[NewPayment, Payment, BankAccount]],
    companies: Mapping[UUID, Company],
    *,
    at: datetime,
) -> None:
    invoice_ids = [allocation.invoice_id for ask, _, _ in fresh for allocation in ask.allocations]
    refunded = [given for ask, _, _ in fresh for given in ask.refunds]
    invoice_ids += [given.credit_note_id for given in refunded if given.credit_note_id]
    source_ids = [given.payment_id for given in refunded if given.payment_id]
    # Invoices are held before the books are, as everywhere in finance.
    payer_ids = {payment.party_id for _, payment, _ in fresh} if invoice_ids or source_ids else ()
    desk = open_settling(session, invoice_ids, source_ids, companies=companies, payer_ids=payer_ids)
    number_payments(session, [payment for _, payment, _ in fresh])
    postings: list[_Posting] = []
    settlements: list[Settlement] = []
    for ask, payment, account in fresh:
        made, own = _postings(desk, ask, payment, account)
        postings += made
        settlements += own
    entries = post_entries(session, [posting.draft for posting in postings], at=at, at_the_end=True)
    for posting, entry in zip(postings, entries, strict=True):
        for row in posting.rows:
            row.journal_entry_id = entry.id
    insert_all(session, [payment for _, payment, _ in fresh])
    write_settlements(session, settlements, desk.invoices)
    record(session, [payment_posted(payment, at) for _, payment, _ in fresh])
    record(session, [settlement_posted(row, at) for row in settlements])


def _postings(
    desk: SettlingDesk, ask: NewPayment, payment: Payment, account: BankAccount
) -> tuple[list[_Posting], list[Settlement]]:
    """One entry for the payment and what it settles that day; a settlement of a later invoice has its own day."""
    lines = payment_lines(facts_of(payment, account, decimals_of(desk.companies[payment.company_id].currency_code)))
    rows: list[Payment | Settlement] = [payment]
    postings, settlements = [], []
    source = open_payment(payment, NOTHING)
    for position, given in enumerate(ask.refunds):
        row, facts = desk.give_back(source, given, f"allocations/{position}/")
        settlements.append(row)
        if not posts_nothing(facts):
            lines += desk.lines(facts, payment.company_id)
            rows.append(row)
    if ask.refunds and source.open_amount:
        given_back = f"{payment.amount - source.open_amount:f} of {payment.amount:f} {payment.currency_code}"
        raise invalid("allocations", f"give back {given_back}: a refund gives back all of it", "not_whole")
    for position, allocation in enumerate(ask.allocations):
        item = desk.open_items.get(allocation.invoice_id)
        settled_on = max(payment.paid_on, item.dated_on) if item else payment.paid_on
        row, facts = desk.settle_one(source, allocation, settled_on, f"allocations/{position}/")
        settlements.append(row)
        if posts_nothing(facts):
            continue
        own = desk.lines(facts, payment.company_id)
        if settled_on == payment.paid_on:
            lines += own
            rows.append(row)
        else:
            postings.append(_Posting(entry_of(row, own), [row]))
    return [_Posting(payment_entry(payment, lines), rows), *postings], settlements


def facts_of(payment: Payment, account: BankAccount, decimals: int) -> PaymentFacts:
    """What a payment posts from.  Units: `decimals` are the company currency's."""
    charge = Money(round_amount(payment.charge_amount * payment.exchange_rate, decimals), payment.charge_amount)
    party = Money(payment.company_amount, payment.amount)
    return PaymentFacts(payment.kind, payment.party_id, payment.currency_code, account.account_id, party, charge)


def payment_entry(payment: Payment, lines: Sequence[LineDraft]) -> EntryDraft:
    """The entry of a payment with what it settled on its day."""
    return EntryDraft(
        company_id=payment.company_id,
        journal=Journal.BANK,
        posted_on=payment.paid_on,
        origin_type="payment",
        origin_id=payment.id,
        description=f"{payment.kind} {payment.number}",
        lines=lines,
    )


def _path(payments: Sequence[NewPayment], number: int) -> str:
    return "" if len(payments) == 1 else f"payments/{number}/"
