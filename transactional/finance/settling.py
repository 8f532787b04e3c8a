"""Setting payments and credit notes against invoices, in memory: what is taken off, and what that posts.

Amounts of a settlement are positive; the rows of an undoing carry the opposite sign.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from transactional.finance.errors import DiscountNotGranted, OverSettlement, PaymentBlocked
from transactional.finance.models import Invoice, Payment, Settlement
from transactional.finance.postings import REFUNDS, Money, SettlementFacts, side_of
from transactional.finance.specs import Allocation, Refunded
from transactional.kernel.errors import FieldProblem
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO, has_more_decimals, round_amount
from transactional.organization.currencies import decimals_of
from transactional.scm.models import PaymentTerm

NOTHING = Money(ZERO, ZERO)


@dataclass(slots=True)
class OpenItem:
    """What is left of an invoice, credit note, payment or refund, in its currency and the company's."""

    id: UUID
    document: str
    number: str
    kind: str
    company_id: UUID
    party_id: UUID
    dated_on: date
    currency_code: str
    exchange_rate: Decimal
    open_amount: Decimal
    company_open_amount: Decimal

    def take(self, amount: Decimal, decimals: int) -> Money:
        """An amount taken off; the last one takes what is left in company currency, so both end at zero together.

        Raises: OverSettlement.
        """
        if amount > self.open_amount:
            raise OverSettlement(
                document=self.document,
                number=self.number,
                open_amount=self.open_amount,
                currency_code=self.currency_code,
                wanted_amount=amount,
            )
        is_last = amount == self.open_amount
        company = self.company_open_amount if is_last else self.converted(amount, decimals)
        self.open_amount -= amount
        self.company_open_amount -= company
        return Money(company, amount)

    def converted(self, amount: Decimal, decimals: int) -> Decimal:
        """An amount at this item's own rate."""
        return round_amount(amount * self.exchange_rate, decimals)


def open_invoice(invoice: Invoice, taken: Money, *, as_source: bool = False) -> OpenItem:
    """An invoice, or a credit note as the source, less what is settled of it."""
    return OpenItem(
        invoice.id,
        "credit note" if as_source else "invoice",
        invoice.number or "",
        invoice.kind,
        invoice.company_id,
        invoice.party_id,
        invoice.invoiced_on,
        invoice.currency_code,
        invoice.exchange_rate,
        invoice.total_amount - taken.currency_amount,
        invoice.company_total_amount - taken.amount,
    )


def open_payment(payment: Payment, taken: Money) -> OpenItem:
    """A payment less what is settled with it; a refund less what it gives back."""
    return OpenItem(
        payment.id,
        "refund" if payment.kind in REFUNDS else "payment",
        payment.number,
        payment.kind,
        payment.company_id,
        payment.party_id,
        payment.paid_on,
        payment.currency_code,
        payment.exchange_rate,
        payment.amount - taken.currency_amount,
        payment.company_amount - taken.amount,
    )


def allocation_problems(
    allocation: Allocation,
    invoice: OpenItem,
    source: OpenItem | None,
    settled_on: date,
    path: str,
    *,
    is_one_party: bool = True,
) -> list[FieldProblem]:
    """What means nothing whatever the open amounts are; `is_one_party`: who owes is who paid, or was merged with it."""
    problems = _amount_problems(allocation, invoice, path)
    if source is None and allocation.amount:
        problems.append(
            FieldProblem(
                f"{path}amount", "without a payment or credit note only a write-off is possible", "write_off_only"
            )
        )
    if source is not None:
        problems += _source_problems(allocation, invoice, source, path, is_one_party=is_one_party)
    if settled_on < max(invoice.dated_on, source.dated_on if source else invoice.dated_on):
        problems.append(FieldProblem("settled_on", "before the day of the invoice or of what settles it", "too_early"))
    return problems


def _amount_problems(allocation: Allocation, invoice: OpenItem, path: str) -> list[FieldProblem]:
    problems = []
    decimals = decimals_of(invoice.currency_code)
    for name in ("amount", "discount_amount", "write_off_amount"):
        value = getattr(allocation, name)
        if value < 0 or has_more_decimals(value, decimals):
            problems.append(FieldProblem(f"{path}{name}", f"not negative, {decimals} decimals", "negative"))
    if allocation.amount + allocation.discount_amount + allocation.write_off_amount <= 0:
        problems.append(FieldProblem(f"{path}amount", "something must be taken off", "not_above_zero"))
    if allocation.payment_amount is not None and (allocation.payment_amount <= 0) != (allocation.amount <= 0):
        problems.append(
            FieldProblem(f"{path}payment_amount", "must be above zero where the amount is", "not_above_zero")
        )
    return problems


def _source_problems(
    allocation: Allocation, invoice: OpenItem, source: OpenItem, path: str, *, is_one_party: bool
) -> list[FieldProblem]:
    problems = []
    if not is_one_party or source.company_id != invoice.company_id:
        problems.append(
            FieldProblem(f"{path}invoice_id", "the invoice is another party's or company's", "another_party")
        )
    is_other_side = side_of(source.kind) is not side_of(invoice.kind)
    if is_other_side or source.kind == invoice.kind or source.kind in REFUNDS:
        problems.append(
            FieldProblem(f"{path}invoice_id", f"a {source.document} does not settle this document", "wrong_document")
        )
    if source.currency_code == invoice.currency_code and allocation.payment_amount not in {None, allocation.amount}:
        problems.append(
            FieldProblem(f"{path}payment_amount", "is the amount itself: both are in one currency", "one_currency")
        )
    if source.document == "credit note" and (allocation.discount_amount or allocation.write_off_amount):
        problems.append(
            FieldProblem(f"{path}discount_amount", "a credit note neither discounts nor writes off", "credit_note")
        )
    return problems


def refund_problems(
    given: Refunded, refund: OpenItem, source: OpenItem, path: str, *, is_one_party: bool
) -> list[FieldProblem]:
    """What means nothing of a credit that is given back, whatever is open of it; as `allocation_problems`."""
    problems = []
    name = f"{path}{'credit_note_id' if given.credit_note_id else 'payment_id'}"
    if not is_one_party or source.company_id != refund.company_id:
        problems.append(FieldProblem(name, f"the {source.document} is another party's or company's", "another_party"))
    if side_of(source.kind) is not side_of(refund.kind) or source.kind in REFUNDS:
        problems.append(FieldProblem(name, f"this refund does not give back a {source.document}", "wrong_document"))
    problems += _above_zero(f"{path}amount", given.amount, source)
    if given.payment_amount is not None:
        problems += _above_zero(f"{path}payment_amount", given.payment_amount, refund)
        if source.currency_code == refund.currency_code and given.payment_amount != given.amount:
            said = "is the amount itself: both are in one currency"
            problems.append(FieldProblem(f"{path}payment_amount", said, "one_currency"))
    if refund.dated_on < source.dated_on:
        problems.append(FieldProblem("paid_on", f"before the day of the {source.document}", "too_early"))
    return problems


def _above_zero(path: str, amount: Decimal, item: OpenItem) -> list[FieldProblem]:
    decimals = decimals_of(item.currency_code)
    if amount > 0 and not has_more_decimals(amount, decimals):
        return []
    return [FieldProblem(path, f"above zero, {decimals} decimals", "not_above_zero")]


def check_payable(invoice: Invoice) -> None:
    """Nothing where the invoice may be paid.  Raises: PaymentBlocked."""
    if invoice.is_payment_blocked:
        raise PaymentBlocked(number=invoice.number, reason=invoice.block_reason or "no reason given")


def check_discount(
    invoice: Invoice, term: PaymentTerm | None, given: Decimal, allocation: Allocation, settled_on: date
) -> None:
    """Nothing where the terms grant the discount on that day for what is taken off.  Raises: DiscountNotGranted.

    A part payment earns its part: the share of what it takes off, and all of them no more than that of the invoice.
    """
    granted, wanted = ZERO, allocation.discount_amount
    if term and settled_on <= invoice.invoiced_on + timedelta(days=term.discount_days):
        decimals = decimals_of(invoice.currency_code)
        taken = allocation.amount + wanted + allocation.write_off_amount
        whole, part = (round_amount(base * term.discount_share, decimals) for base in (invoice.total_amount, taken))
        granted = max(min(whole - given, part), ZERO)
    if wanted > granted:
        raise DiscountNotGranted(
            number=invoice.number,
            granted_amount=granted,
            on=settled_on.isoformat(),
            wanted_amount=wanted,
        )


def settlement_of(
    allocation: Allocation,
    invoice: OpenItem,
    source: OpenItem | None,
    payment_amount: Decimal,
    settled_on: date,
    decimals: int,
) -> tuple[Settlement, SettlementFacts]:
    """The settlement row and what it posts; both items are left with less.  Raises: OverSettlement.

    Units: `decimals` are the company currency's.
    """
    taken = invoice.take(allocation.amount + allocation.discount_amount + allocation.write_off_amount, decimals)
    used = source.take(payment_amount, decimals) if source else NOTHING
    discount = Money(invoice.converted(allocation.discount_amount, decimals), allocation.discount_amount)
    write_off = Money(invoice.converted(allocation.write_off_amount, decimals), allocation.write_off_amount)
    if source is None:
        # Nothing was exchanged, so a cent of rounding is written off too and is no exchange difference.
        write_off = Money(taken.amount - discount.amount, write_off.currency_amount)
    is_credit_note = source is not None and source.document == "credit note"
    is_refund = invoice.kind in REFUNDS
    facts = SettlementFacts(
        invoice.kind,
        invoice.party_id,
        invoice.currency_code,
        taken,
        discount,
        write_off,
        used,
        source.currency_code if source else invoice.currency_code,
        source.party_id if source else invoice.party_id,
        is_credit_note,
    )
    row = Settlement(
        id=new_id(),
        company_id=invoice.company_id,
        party_id=invoice.party_id,
        invoice_id=None if is_refund else invoice.id,
        refund_id=invoice.id if is_refund else None,
        payment_id=source.id if source and not is_credit_note else None,
        credit_note_id=source.id if source and is_credit_note else None,
        settled_on=settled_on,
        amount=taken.currency_amount,
        payment_amount=used.currency_amount,
        payment_company_amount=used.amount,
        discount_amount=discount.currency_amount,
        write_off_amount=write_off.currency_amount,
        company_amount=taken.amount,
        exchange_difference_amount=facts.exchange_difference,
        journal_entry_id=None,
        reverses_id=None,
    )
    return row, facts


def posts_nothing(facts: SettlementFacts) -> bool:
    """Whether both stand on the same account and cancel each other there."""
    is_one_place = (facts.source_role, facts.source_party_id) == (facts.target_role, facts.party_id)
    return is_one_place and not facts.exchange_difference and facts.source == facts.invoice
