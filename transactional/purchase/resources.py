"""The documents of buying, as they are read; they are written by verbs."""

from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, Lines, Resource, Verb
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, PurchaseReceiptLine

PURCHASE_ORDERS = Resource(
    module="purchase",
    plural="orders",
    thing="purchase_order",
    model=PurchaseOrder,
    label="Purchase order",
    key=("company_id", "number"),
    search=("number", "external_ref"),
    sort="-id",
    actions=IMPORTED,
    owner=Owner(persons=("buyer_id",), authors=("created_by",), unit="unit_id", company="company_id"),
    lines=(Lines("lines", PurchaseOrderLine, "order_id"),),
    verbs=(
        Verb("create", "Prices a new order from the supplier's price list."),
        Verb("confirm", "Commits us to the supplier.", ("draft",)),
        Verb("cancel", "Nothing more is expected from the supplier.", ("draft", "confirmed")),
        Verb("reject", "The order is turned down.", ("draft",)),
        Verb("close", "What has not arrived is not waited for.", ("confirmed",)),
        Verb("receive", "Accepted goods enter stock at order price.", ("confirmed",)),
        Verb("invoice", "Matches the supplier's invoice and posts the payable.", ("confirmed", "closed")),
    ),
    has_postings=True,
)
RECEIPTS = Resource(
    module="purchase",
    plural="receipts",
    thing="receipt",
    model=PurchaseReceipt,
    label="Goods receipt",
    key=("company_id", "number"),
    search=("number",),
    sort="-id",
    actions=IMPORTED,
    owner=Owner(
        persons=("order.buyer_id",),
        authors=("created_by", "order.created_by"),
        unit="order.unit_id",
        company="company_id",
    ),
    lines=(Lines("lines", PurchaseReceiptLine, "receipt_id", "id", guarded={"value_amount": "item.cost"}),),
    verbs=(
        Verb("return", "Goods go back to the supplier at the receipt's cost."),
        Verb("inspect", "Goods in quarantine enter stock or are rejected."),
    ),
    has_postings=True,
)
RESOURCES = (PURCHASE_ORDERS, RECEIPTS)
