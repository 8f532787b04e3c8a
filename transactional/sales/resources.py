"""The documents of selling, as they are read; they are written by verbs."""

from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, Lines, Resource, Verb
from transactional.sales.models import (
    Delivery,
    DeliveryLine,
    Quotation,
    QuotationLine,
    ReturnRequest,
    ReturnRequestLine,
    SalesOrder,
    SalesOrderLine,
)

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
    lines=(Lines("lines", SalesOrderLine, "order_id"),),
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
RESOURCES = (QUOTATIONS, ORDERS, DELIVERIES, RETURN_REQUESTS)
