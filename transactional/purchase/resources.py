"""The documents of buying, as they are read; they are written by verbs."""

from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, Lines, Resource, Verb
from transactional.organization.checks import check_currencies
from transactional.purchase.models import (
    PurchaseContract,
    PurchaseContractLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
    PurchaseRequisition,
    PurchaseRequisitionLine,
    SupplierQuotation,
    SupplierQuotationLine,
)
from transactional.purchase.sources import check_needed, contract_problems, numbered, quotation_problems

REQUISITIONS = Resource(
    module="purchase",
    plural="requisitions",
    thing="purchase_requisition",
    model=PurchaseRequisition,
    label="Purchase requisition",
    key=("company_id", "number"),
    search=("number", "reason"),
    sort="-id",
    read_only=("number", "state", "decided_by", "decision_reason"),
    create_only=("company_id", "requested_on"),
    owner=Owner(persons=("requester_id",), authors=("created_by",), company="company_id"),
    lines=(Lines("lines", PurchaseRequisitionLine, "requisition_id"),),
    lines_are_written=True,
    editable_states=("draft",),
    prepare=(check_needed, numbered("purchase_requisition", "requested_on")),
    verbs=(
        Verb("approve", "What is needed may be ordered.", ("draft",)),
        Verb("reject", "The requisition is turned down.", ("draft",)),
        Verb("order", "Makes an order of what is still needed.", ("approved",)),
        Verb("close", "Nothing more of it is ordered.", ("approved",)),
    ),
)
SUPPLIER_QUOTATIONS = Resource(
    module="purchase",
    plural="quotations",
    thing="supplier_quotation",
    model=SupplierQuotation,
    label="Supplier's quotation",
    key=("company_id", "number"),
    search=("number", "external_number"),
    sort="-id",
    read_only=("number", "state"),
    create_only=("company_id",),
    owner=Owner(authors=("created_by",), company="company_id"),
    lines=(Lines("lines", SupplierQuotationLine, "quotation_id"),),
    lines_are_written=True,
    editable_states=("open",),
    validate=quotation_problems,
    prepare=(check_currencies, numbered("supplier_quotation", "quoted_on")),
    verbs=(
        Verb("order", "Makes an order at the prices offered.", ("open",)),
        Verb("decline", "The offer is not taken up.", ("open",)),
    ),
)
CONTRACTS = Resource(
    module="purchase",
    plural="contracts",
    thing="purchase_contract",
    model=PurchaseContract,
    label="Purchase contract",
    key=("company_id", "number"),
    search=("number", "external_number"),
    sort="-id",
    read_only=("number", "state", "approved_by"),
    create_only=("company_id",),
    owner=Owner(authors=("created_by",), company="company_id"),
    lines=(Lines("lines", PurchaseContractLine, "contract_id"),),
    lines_are_written=True,
    editable_states=("draft",),
    validate=contract_problems,
    prepare=(check_currencies, numbered("purchase_contract", "starts_on")),
    verbs=(
        Verb("approve", "Orders may be made at the agreed prices.", ("draft",)),
        Verb("order", "Makes an order at the agreed prices.", ("approved",)),
        Verb("close", "Nothing more is ordered from it.", ("approved",)),
    ),
)
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
RESOURCES = (REQUISITIONS, SUPPLIER_QUOTATIONS, CONTRACTS, PURCHASE_ORDERS, RECEIPTS)
