"""Payments, refunds and settlements, as clients write them."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from transactional.finance.models import PaymentKind
from transactional.finance.specs import Allocation, NewPayment, NewSettlement, Refunded
from transactional.kernel.money import ZERO
from transactional.kernel.schema import Amount, Day, PositiveAmount, Rate, Strict, text_of

NotNegative = Annotated[Amount, Field(ge=0)]


class AllocationIn(Strict):
    """What of an invoice is taken off; amounts in the invoice's currency."""

    invoice_id: UUID
    amount: NotNegative = ZERO
    payment_amount: NotNegative | None = None
    discount_amount: NotNegative = ZERO
    write_off_amount: NotNegative = ZERO

    def spec(self) -> Allocation:
        """The same for the service."""
        return Allocation(
            self.invoice_id, self.amount, self.payment_amount, self.discount_amount, self.write_off_amount
        )


class PaymentAllocationIn(Strict):
    """What of an invoice a payment takes off, or what of a credit note or unused payment a refund gives back.

    Amounts are in the currency of what is named, `payment_amount` in the payment's.
    """

    invoice_id: UUID | None = None
    credit_note_id: UUID | None = None
    payment_id: UUID | None = None
    amount: NotNegative = ZERO
    payment_amount: NotNegative | None = None
    discount_amount: NotNegative = ZERO
    write_off_amount: NotNegative = ZERO

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if sum(each is not None for each in (self.invoice_id, self.credit_note_id, self.payment_id)) != 1:
            raise PydanticCustomError(
                "one_document", "names one document: an invoice, or of a refund a credit note or payment"
            )
        if self.invoice_id is None and (self.discount_amount or self.write_off_amount):
            raise PydanticCustomError(
                "nothing_discounted", "gives back an amount: nothing is discounted or written off"
            )
        return self

    def spec(self) -> Allocation | Refunded:
        """The same for the service."""
        if self.invoice_id is None:
            return Refunded(self.amount, self.credit_note_id, self.payment_id, self.payment_amount)
        return Allocation(
            self.invoice_id, self.amount, self.payment_amount, self.discount_amount, self.write_off_amount
        )


class PaymentIn(Strict):
    """Money received from a customer or paid to a supplier, or given back by the one or the other.

    A refund's allocations name the credit notes and unused payments that it gives back, and add up to its amount.
    """

    company_id: UUID
    kind: Literal["receipt", "disbursement", "customer_refund", "supplier_refund"]
    party_id: UUID
    paid_on: Day | None = None
    amount: PositiveAmount
    bank_account_id: UUID | None = None
    bank_reference: text_of(120, length_min=1) | None = None  # type: ignore[valid-type]
    currency_code: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    exchange_rate: Rate | None = None
    charge_amount: NotNegative = ZERO
    allocations: Annotated[list[PaymentAllocationIn], Field(max_length=500)] = Field(default_factory=list)
    origin_id: UUID | None = None

    def spec(self, today: Day, approved_by: UUID | None) -> NewPayment:
        """The same for the service."""
        given = self.model_dump(exclude={"allocations", "kind", "paid_on"})
        uses = [allocation.spec() for allocation in self.allocations]
        return NewPayment(
            **given,
            kind=PaymentKind(self.kind),
            paid_on=self.paid_on or today,
            allocations=[each for each in uses if isinstance(each, Allocation)],
            refunds=[each for each in uses if isinstance(each, Refunded)],
            approved_by=approved_by,
        )


class SettlementIn(Strict):
    """A payment or credit note set against invoices; a write-off where neither is named."""

    settled_on: Day | None = None
    payment_id: UUID | None = None
    credit_note_id: UUID | None = None
    allocations: Annotated[list[AllocationIn], Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if self.payment_id and self.credit_note_id:
            raise PydanticCustomError("two_sources", "names a payment and a credit note: settle with one at a time")
        return self

    def spec(self, today: Day) -> NewSettlement:
        """The same for the service."""
        return NewSettlement(
            settled_on=self.settled_on or today,
            allocations=[allocation.spec() for allocation in self.allocations],
            payment_id=self.payment_id,
            credit_note_id=self.credit_note_id,
        )
