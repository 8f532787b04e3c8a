"""The documents of selling, as they are read; they are written by verbs."""

from collections.abc import Iterable

from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, Change, Lines, Resource, Verb
from transactional.organization.checks import range_problems
from transactional.sales.models import (
    Delivery,
    DeliveryLine,
    Offer,
    OrderReason,
    Quotation,
    QuotationLine,
    ReturnRequest,
    ReturnRequestLine,
    SalesOrder,
    SalesOrderLine,
    SalesReason,
)
from transactional.sales.promises import promises, waits_for_goods


def _offer_problems(change: Change) -> Iterable[FieldProblem]:
    yield from range_problems(change)
    share = change.value("discount_share")
    if share is not None and not 0 <= share <= 1:
        yield FieldProblem("discount_share", "is no fraction from 0 to 1", "no_share")


_OF_ORDER = Owner(
    persons=("order.salesperson_id",),
    authors=("created_by", "order.created_by"),
    unit="order.unit_id",
    company="company_id",
)

QUOTATIONS = Resource(
    module="sales",
    plural="quotations",
    thing="quotation",
    model=Quotation,
    label="Quotation",
    key=("company_id", "number"),
    search=("number",),
    sort="-id",
    actions=IMPORTED,
    owner=Owner(persons=("salesperson_id",), authors=("created_by",), unit="salesperson.unit_id", company="company_id"),
    lines=(Lines("lines", QuotationLine, "quotation_id"),),
    verbs=(
        Verb("create", "Offers prices to a customer until a day."),
        Verb("confirm", "Makes an order at the quoted prices.", ("open",)),
        Verb("cancel", "The quotation can no longer be confirmed.", ("open",)),
    ),
)
ORDERS = Resource(
    module="sales",
    plural="orders",
    thing="order",
    model=SalesOrder,
    label="Sales order",
    key=("company_id", "number"),
    search=("number", "customer_reference", "external_ref"),
    sort="-id",
    actions=IMPORTED,
    owner=Owner(persons=("salesperson_id",), authors=("created_by",), unit="unit_id", company="company_id"),
    parts={"to_deliver": waits_for_goods},
    lines=(Lines("lines", SalesOrderLine, "order_id", told=promises),),
    verbs=(
        Verb("create", "Prices a new order from the valid price list."),
        Verb("confirm", "Reserves stock and uses up credit.", ("draft",)),
        Verb("reserve", "Promises certain batches or serial numbers to lines.", ("confirmed",)),
        Verb("change", "Changes lines and dates as far as nothing was delivered.", ("draft", "confirmed")),
        Verb("cancel", "Releases what is reserved and not delivered.", ("draft", "confirmed")),
        Verb("close", "What is still open will not be delivered.", ("confirmed",)),
        Verb("deliver", "Stock falls and its cost is posted.", ("confirmed",)),
        Verb("invoice", "Posts receivable, revenue and tax for what was delivered.", ("confirmed", "closed")),
    ),
    has_postings=True,
)
DELIVERIES = Resource(
    module="sales",
    plural="deliveries",
    thing="delivery",
    model=Delivery,
    label="Delivery",
    key=("company_id", "number"),
    search=("number", "tracking_number"),
    sort="-id",
    actions=IMPORTED,
    owner=_OF_ORDER,
    lines=(Lines("lines", DeliveryLine, "delivery_id", "id", guarded={"cost_amount": "item.cost"}),),
    verbs=(Verb("cancel", "Moves the goods back at what they went out, or came back, for.", ("posted",)),),
    has_postings=True,
)
RETURN_REQUESTS = Resource(
    module="sales",
    plural="return-requests",
    thing="return_request",
    model=ReturnRequest,
    label="Return request",
    key=("company_id", "number"),
    search=("number", "reason"),
    sort="-id",
    actions=IMPORTED,
    owner=_OF_ORDER,
    lines=(Lines("lines", ReturnRequestLine, "request_id", "id"),),
    verbs=(
        Verb("create", "Asks to send delivered goods back."),
        Verb("approve", "The goods may come back.", ("requested",)),
        Verb("reject", "The goods stay with the customer.", ("requested",)),
        Verb("receive", "Stock rises at its original cost and a credit note is posted.", ("approved",)),
    ),
)
OFFERS = Resource(
    module="sales", plural="offers", thing="offer", model=Offer, label="Special offer", validate=_offer_problems
)
SALES_REASONS = Resource(
    module="sales", plural="sales-reasons", thing="sales_reason", model=SalesReason, label="Reason for buying"
)
ORDER_REASONS = Resource(
    module="sales",
    plural="order-reasons",
    thing="order_reason",
    model=OrderReason,
    label="Reason given for an order",
    key=("order_id", "reason_id"),
    search=(),
    sort="-id",
    create_only=("order_id", "reason_id"),
)
RESOURCES = (QUOTATIONS, ORDERS, DELIVERIES, RETURN_REQUESTS, OFFERS, SALES_REASONS, ORDER_REASONS)
