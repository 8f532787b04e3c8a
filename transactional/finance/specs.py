"""What callers hand to finance: invoices ready to post, payments, and what settles what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.finance.freights import NO_FREIGHT, Freight
from transactional.finance.models import AssetClass, InvoiceKind, PaymentKind
from transactional.kernel.money import ZERO
from transactional.ledger.models import AccountRole


@dataclass(frozen=True, slots=True)
class InvoiceDraftLine:
    """A line of an invoice: an item's role or an account of its own; amounts in the document's currency.

    `company_net_amount` is given where another document fixed it; otherwise it follows from the rate.
    """

    qty: Decimal
    unit_price: Decimal
    net_amount: Decimal
    item_id: UUID | None = None
    item_category_id: UUID | None = None
    role: AccountRole | None = None
    account_id: UUID | None = None
    description: str | None = None
    unit_id: UUID | None = None
    discount_share: Decimal = ZERO
    discount_amount: Decimal = ZERO
    tax_code_id: UUID | None = None
    tax_amount: Decimal = ZERO
    company_net_amount: Decimal | None = None
    company_cost_amount: Decimal = ZERO
    warehouse_id: UUID | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None
    order_line_id: UUID | None = None
    delivery_line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice or credit note ready to post; a document that makes it names itself as its origin."""

    company_id: UUID
    kind: InvoiceKind
    party_id: UUID
    invoiced_on: date
    currency_code: str
    lines: Sequence[InvoiceDraftLine]
    exchange_rate: Decimal | None = None
    freight: Freight = NO_FREIGHT
    payment_term_id: UUID | None = None
    ordered_on: date | None = None
    external_number: str | None = None
    origin_type: str | None = None
    origin_id: UUID | None = None
    corrects_id: UUID | None = None
    salesperson_id: UUID | None = None
    supplier_category_id: UUID | None = None
    block_reason: str | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """What of an invoice a payment or credit note takes off.

    Units: `amount`, `discount_amount` and `write_off_amount` in the invoice's currency, all three come off the invoice;
    `payment_amount` in the payment's currency, by the day's rates where it is left out.
    """

    invoice_id: UUID
    amount: Decimal = ZERO
    payment_amount: Decimal | None = None
    discount_amount: Decimal = ZERO
    write_off_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Refunded:
    """What a refund gives back of a credit note, or of a payment that no invoice has used.

    Units: `amount` in the currency of the credit note or payment; `payment_amount` in the refund's, by the day's rates
    where it is left out.
    """

    amount: Decimal
    credit_note_id: UUID | None = None
    payment_id: UUID | None = None
    payment_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewPayment:
    """Money received from a customer or paid to a supplier, or given back the other way.

    Units: `amount` is what reaches the party's account; what comes in reaches the bank less its charge, what goes out
    leaves it with its charge. `origin_id` names the order it prepays; `refunds` are all that a refund gives back.
    """

    company_id: UUID
    kind: PaymentKind
    party_id: UUID
    paid_on: date
    amount: Decimal
    bank_account_id: UUID | None = None
    bank_reference: str | None = None
    currency_code: str | None = None
    exchange_rate: Decimal | None = None
    charge_amount: Decimal = ZERO
    allocations: Sequence[Allocation] = ()
    refunds: Sequence[Refunded] = ()
    origin_id: UUID | None = None
    approved_by: UUID | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewSettlement:
    """A payment or credit note (or neither: a write-off) set against invoices on a day."""

    settled_on: date
    allocations: Sequence[Allocation]
    payment_id: UUID | None = None
    credit_note_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BoughtAsset:
    """What a line of a posted supplier's invoice has put onto the account of a class of assets.

    Units: `cost_amount` without tax, in company currency.
    """

    company_id: UUID
    asset_class: AssetClass
    tag: str
    name: str | None
    in_service_on: date
    invoiced_on: date
    cost_amount: Decimal
    invoice_id: UUID
    journal_entry_id: UUID
    cost_centre_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewDisposal:
    """An asset that is sold to a customer at a price, or scrapped where neither is given.

    Units: `price` in company currency, without tax but for a tax that prices contain.
    """

    asset_id: UUID
    on: date
    customer_id: UUID | None = None
    price: Decimal | None = None
    tax_code_id: UUID | None = None
