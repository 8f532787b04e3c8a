"""Suppliers' invoices without an order, as clients write them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from api.schemas.purchase.documents import SupplierInvoiceIn, SupplierInvoiceLineIn
from api.schemas.sales.documents import LINES_MAX, NotNegative
from transactional.kernel.schema import Day, Note, PositiveQty, Price, Rate, Reference, Strict, text_of
from transactional.purchase.specs import NewBill, NewBillLine

_Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
ONE = Decimal(1)


class BillLineIn(Strict):
    """A service or expense: by account or by item, one of the two, or by the account of the supplier's category.

    The tax is found for an item, else named. On the account of a class of fixed assets the line is one asset: with its
    tag, or called by invoice and line, in service on the day of the invoice where no other is named.
    """

    account_id: UUID | None = None
    item_id: UUID | None = None
    description: Note | None = None
    qty: PositiveQty = ONE
    unit_price: Price
    tax_code_id: UUID | None = None
    tax_amount: NotNegative | None = None
    cost_centre_id: UUID | None = None
    project_id: UUID | None = None
    asset_tag: text_of(40, length_min=1) | None = None  # type: ignore[valid-type]
    in_service_on: Day | None = None

    def spec(self) -> NewBillLine:
        """The same for the service."""
        return NewBillLine(**self.model_dump())


class BillIn(Strict):
    """A supplier's invoice for what no order was written for."""

    company_id: UUID
    supplier_id: UUID
    external_number: Annotated[Reference, Field(min_length=1)]
    invoiced_on: Day | None = None
    currency_code: _Currency | None = None
    exchange_rate: Rate | None = None
    payment_term_id: UUID | None = None
    lines: Annotated[list[BillLineIn], Field(min_length=1, max_length=LINES_MAX)]

    def spec(self, today: Day) -> NewBill:
        """The same for the service."""
        given = self.model_dump(exclude={"lines", "invoiced_on"})
        return NewBill(**given, invoiced_on=self.invoiced_on or today, lines=[line.spec() for line in self.lines])


class OrderSupplierInvoiceIn(SupplierInvoiceIn):
    """A supplier's invoice, with the order it is for."""

    order_id: UUID


def _columns_of(name: str, *models: type[BaseModel], **more: Any) -> type[BaseModel]:
    fields = {field: (info.annotation, info) for model in models for field, info in model.model_fields.items()}
    made: type[BaseModel] = create_model(name, **(fields | more))
    return made


AnyInvoiceIn = _columns_of(
    "AnyInvoiceIn",
    OrderSupplierInvoiceIn,
    BillIn,
    lines=(list[_columns_of("AnyInvoiceLineIn", SupplierInvoiceLineIn, BillLineIn)], ...),  # type: ignore[misc]
)
"""The columns of suppliers' invoices in a file: each is held to the shape of one with an order or of one without."""


def shape_of(head: Mapping[str, Any]) -> type[Strict]:
    """What an invoice of a file is held to: it is one of an order where it names one."""
    return OrderSupplierInvoiceIn if head.get("order_id") else BillIn
