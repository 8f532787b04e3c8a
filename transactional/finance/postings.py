"""What finance documents post: pure functions from a document's facts to balanced lines.

Debits are positive. Every amount is in company currency with the document's own beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from transactional.finance.models import InvoiceKind, PaymentKind
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import LineDraft

SALES_KINDS = frozenset({InvoiceKind.SALES_INVOICE, InvoiceKind.SALES_CREDIT_NOTE})
CUSTOMER_PAYMENTS = frozenset({PaymentKind.RECEIPT, PaymentKind.CUSTOMER_REFUND})
REFUNDS = frozenset({PaymentKind.CUSTOMER_REFUND, PaymentKind.SUPPLIER_REFUND})
"""Payments that give back what was credited or paid too much."""
DEBITED_KINDS = frozenset({InvoiceKind.SALES_INVOICE, InvoiceKind.PURCHASE_CREDIT_NOTE})
"""Invoices whose control account is debited."""
DEFAULT_ROLES = {
    InvoiceKind.SALES_INVOICE: AccountRole.REVENUE,
    InvoiceKind.SALES_CREDIT_NOTE: AccountRole.SALES_RETURNS,
    InvoiceKind.PURCHASE_INVOICE: AccountRole.EXPENSE,
    InvoiceKind.PURCHASE_CREDIT_NOTE: AccountRole.EXPENSE,
}


@dataclass(frozen=True, slots=True)
class Side:
    """The accounts of one kind of party."""

    party_kind: str
    control: AccountRole
    advances: AccountRole
    tax: AccountRole
    freight: AccountRole
    discount: AccountRole
    write_off: AccountRole
    sign: int
    """+1 where an open item is our asset."""


CUSTOMERS = Side(
    "customer",
    AccountRole.RECEIVABLE,
    AccountRole.CUSTOMER_ADVANCES,
    AccountRole.OUTPUT_TAX,
    AccountRole.FREIGHT_REVENUE,
    AccountRole.DISCOUNT_GIVEN,
    AccountRole.BAD_DEBT,
    1,
)
SUPPLIERS = Side(
    "supplier",
    AccountRole.PAYABLE,
    AccountRole.SUPPLIER_ADVANCES,
    AccountRole.INPUT_TAX,
    AccountRole.FREIGHT_EXPENSE,
    AccountRole.DISCOUNT_RECEIVED,
    AccountRole.ROUNDING,
    -1,
)


def side_of(kind: str) -> Side:
    """The accounts of an invoice's or payment's party."""
    return CUSTOMERS if kind in SALES_KINDS or kind in CUSTOMER_PAYMENTS else SUPPLIERS


def brings_money(kind: str) -> bool:
    """Whether a payment of this kind comes in."""
    return (side_of(kind) is CUSTOMERS) != (kind in REFUNDS)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in company currency and in the document's."""

    amount: Decimal
    currency_amount: Decimal

    def __mul__(self, sign: int) -> "Money":
        """The amount on the other side, or the same."""
        return Money(self.amount * sign, self.currency_amount * sign)


@dataclass(frozen=True, slots=True)
class NetPart:
    """The net amount of an invoice's lines that share an account."""

    money: Money
    role: AccountRole | None
    account_id: UUID | None
    item_category_id: UUID | None
    warehouse_id: UUID | None
    cost_centre_id: UUID | None
    project_id: UUID | None


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """What an invoice posts from. `reverse` holds taxes that the buyer owes and deducts at once."""

    kind: str
    party_id: UUID
    currency_code: str
    total: Money
    net: Sequence[NetPart]
    freight: Money
    taxes: Sequence[tuple[UUID | None, Money]]
    reverse: Sequence[tuple[UUID, Money]] = ()
    supplier_category_id: UUID | None = None


def invoice_lines(facts: InvoiceFacts) -> list[LineDraft]:
    """Receivable against revenue, output tax and freight; or goods, input tax and freight against payable."""
    side = side_of(facts.kind)
    sign = 1 if facts.kind in DEBITED_KINDS else -1
    currency = facts.currency_code
    lines = [_line(side.control, facts.total * sign, currency, side, facts.party_id)]
    for part in facts.net:
        money = part.money * -sign
        lines.append(
            LineDraft(
                role=part.role,
                account_id=part.account_id,
                amount=money.amount,
                currency_code=currency,
                currency_amount=money.currency_amount,
                party_kind=side.party_kind,
                party_id=facts.party_id,
                item_category_id=part.item_category_id,
                warehouse_id=part.warehouse_id,
                supplier_category_id=facts.supplier_category_id,
                cost_centre_id=part.cost_centre_id,
                project_id=part.project_id,
            )
        )
    freight = _line(side.freight, facts.freight * -sign, currency, side, facts.party_id)
    lines.append(replace(freight, supplier_category_id=facts.supplier_category_id))
    lines += [_tax_line(side.tax, code_id, money * -sign, currency) for code_id, money in facts.taxes]
    for code_id, money in facts.reverse:
        lines.append(_tax_line(AccountRole.INPUT_TAX, code_id, money * -sign, currency))
        lines.append(_tax_line(AccountRole.OUTPUT_TAX, code_id, money * sign, currency))
    return [line for line in lines if line.amount or line.currency_amount]


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What a payment posts from; `party` is what reaches the party's account."""

    kind: str
    party_id: UUID
    currency_code: str
    bank_account_id: UUID
    """The ledger account that the bank account stands on."""
    party: Money
    charge: Money


def payment_lines(facts: PaymentFacts) -> list[LineDraft]:
    """Bank and charges against the party's advances, which settlements then use up; a refund the other way round."""
    side = side_of(facts.kind)
    sign, currency = 1 if brings_money(facts.kind) else -1, facts.currency_code
    party, charge = facts.party * sign, facts.charge
    bank = Money(party.amount - charge.amount, party.currency_amount - charge.currency_amount)
    lines = [
        LineDraft(
            account_id=facts.bank_account_id,
            amount=bank.amount,
            currency_code=currency,
            currency_amount=bank.currency_amount,
        ),
        LineDraft(
            role=AccountRole.BANK_CHARGES,
            amount=charge.amount,
            currency_code=currency,
            currency_amount=charge.currency_amount,
        ),
        _line(side.advances, party * -1, currency, side, facts.party_id),
    ]
    return [line for line in lines if line.amount or line.currency_amount]


@dataclass(frozen=True, slots=True)
class SettlementFacts:
    """What a settlement posts from, everything positive: an undoing gives the same facts with negative amounts.

    `invoice` comes off the open item, which may be a refund; `source` off the payment's advance or the credit note,
    with its currency.
    """

    kind: str
    party_id: UUID
    currency_code: str
    invoice: Money
    discount: Money
    write_off: Money
    source: Money
    source_currency_code: str
    source_party_id: UUID
    """Whom the payment or credit note was posted for: the party, or one of those merged with it."""
    is_credit_note: bool

    @property
    def exchange_difference(self) -> Decimal:
        """Realized gain positive, loss negative, in company currency."""
        came = self.source.amount + self.discount.amount + self.write_off.amount
        return (came - self.invoice.amount) * side_of(self.kind).sign

    @property
    def target_role(self) -> AccountRole:
        """The account that the open item stands on; a refund stands on the advances until it is settled."""
        side = side_of(self.kind)
        return side.advances if self.kind in REFUNDS else side.control

    @property
    def source_role(self) -> AccountRole:
        """The account that what settles it stands on."""
        side = side_of(self.kind)
        return side.control if self.is_credit_note else side.advances


def settlement_lines(facts: SettlementFacts, company_currency_code: str) -> list[LineDraft]:
    """The open item against what paid it, discount, write-off and the realized exchange difference.

    A credit note and its invoice stand on the same account, so only their difference is left; so do a payment and its
    refund.
    """
    side = side_of(facts.kind)
    sign, currency = side.sign, facts.currency_code
    gain = facts.exchange_difference
    return [
        _line(facts.target_role, facts.invoice * -sign, currency, side, facts.party_id),
        _line(side.discount, facts.discount * sign, currency, side, facts.party_id),
        _line(side.write_off, facts.write_off * sign, currency, side, facts.party_id),
        _line(facts.source_role, facts.source * sign, facts.source_currency_code, side, facts.source_party_id),
        LineDraft(
            role=AccountRole.EXCHANGE_GAIN if _is_gain(facts, gain) else AccountRole.EXCHANGE_LOSS,
            amount=-gain,
            currency_code=company_currency_code,
            currency_amount=-gain,
        ),
    ]


def _is_gain(facts: SettlementFacts, gain: Decimal) -> bool:
    # An undoing must come back from the account it went to, so the sign of the settlement counts too.
    return (gain >= 0) == (facts.invoice.amount >= 0)


def _line(role: AccountRole, money: Money, currency: str, side: Side, party_id: UUID) -> LineDraft:
    return LineDraft(
        role=role,
        amount=money.amount,
        currency_code=currency,
        currency_amount=money.currency_amount,
        party_kind=side.party_kind,
        party_id=party_id,
    )


def _tax_line(role: AccountRole, code_id: UUID | None, money: Money, currency: str) -> LineDraft:
    return LineDraft(
        role=role,
        amount=money.amount,
        currency_code=currency,
        currency_amount=money.currency_amount,
        tax_code_id=code_id,
    )
