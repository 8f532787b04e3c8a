"""The documents of buying, as they are read; they are written by verbs."""

from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, READ_ONLY, Lines, Resource, Verb
from transactional.organization.checks import check_company_amounts, check_currencies
from transactional.purchase.awaited import waits_for_arrival
from transactional.purchase.inspection_models import GoodsInspection, InspectionPlan, InspectionPlanCheck
from transactional.purchase.landed_cost_models import LandedCost, LandedCostLine
from transactional.purchase.limit_models import CategoryLimit
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
from transactional.purchase.sources import (
    check_needed,
    check_needed_lines,
    contract_problems,
    numbered,
    plan_problems,
    quotation_problems,
)

REQUISITIONS = Resource(
    module="purchase",
    plural="requisitions",
    thing="purchase_requisition",
    model=PurchaseRequisition,
    label="Purchase requisition",
    key=("company_id", "number"),
    search=("number", "reason"),
    sort="-id",
    read_only=("number", "state", "decided_by", "decision_reason", "budget_warning"),
    create_only=("company_id", "requested_on"),
    owner=Owner(persons=("requester_id",), authors=("created_by",), company="company_id"),
    lines=(Lines("lines", PurchaseRequisitionLine, "requisition_id"),),
    lines_are_written=True,
    editable_states=("draft",),
    prepare=(check_needed, numbered("purchase_requisition", "requested_on")),
    prepare_lines=check_needed_lines,
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
    parts={"to_receive": waits_for_arrival},
    lines=(Lines("lines", PurchaseOrderLine, "order_id"),),
    verbs=(
        Verb("create", "Prices a new order from the supplier's price list."),
        Verb("confirm", "Commits us to the supplier.", ("draft",)),
        Verb(
            "change",
            "Makes a new revision, approved anew where it has to be.",
            ("draft", "waiting", "rejected", "confirmed"),
        ),
        Verb("approve", "A second user lets the order go out.", ("waiting",)),
        Verb("cancel", "Nothing more is expected from the supplier.", ("draft", "waiting", "confirmed")),
        Verb("reject", "The order is turned down.", ("draft", "waiting")),
        Verb("close", "What has not arrived is not waited for.", ("confirmed",)),
        Verb("receive", "Accepted goods enter stock at order price.", ("confirmed",)),
        Verb("invoice", "Matches the supplier's invoice and posts the payable.", ("confirmed", "closed")),
    ),
    has_postings=True,
)
CATEGORY_LIMITS = Resource(
    module="purchase",
    plural="category-limits",
    thing="category_limit",
    model=CategoryLimit,
    label="Order limit of a category",
    key=("company_id", "item_category_id"),
    search=(),
    create_only=("company_id", "item_category_id"),
    owner=Owner(company="company_id"),
    prepare=(check_company_amounts,),
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
        Verb("cancel", "Moves the goods back at what they came in, or went back, for.", ("posted",)),
    ),
    has_postings=True,
)
INSPECTION_PLANS = Resource(
    module="purchase",
    plural="inspection-plans",
    thing="inspection_plan",
    model=InspectionPlan,
    label="Inspection plan",
    lines=(Lines("checks", InspectionPlanCheck, "plan_id"),),
    lines_are_written=True,
    validate=plan_problems,
)
INSPECTIONS = Resource(
    module="purchase",
    plural="inspections",
    thing="inspection",
    model=GoodsInspection,
    label="Inspection of goods",
    key=("id",),
    search=(),
    sort="-id",
    actions=READ_ONLY,
    owner=Owner(company="company_id"),
)
LANDED_COSTS = Resource(
    module="purchase",
    plural="landed-costs",
    thing="landed_cost",
    model=LandedCost,
    label="Landed cost",
    key=("company_id", "number"),
    search=("number", "description"),
    sort="-id",
    actions=IMPORTED,
    owner=Owner(company="company_id", authors=("created_by",)),
    guarded={"amount": "item.cost"},
    lines=(
        Lines(
            "lines",
            LandedCostLine,
            "landed_cost_id",
            guarded=dict.fromkeys(("amount", "inventory_amount", "expense_amount"), "item.cost"),
        ),
    ),
    verbs=(
        Verb("create", "Shares freight or duty among goods received."),
        Verb("cancel", "Takes the cost back from where the goods are then.", ("posted",)),
    ),
    has_postings=True,
)
RESOURCES = (
    REQUISITIONS,
    SUPPLIER_QUOTATIONS,
    CONTRACTS,
    PURCHASE_ORDERS,
    CATEGORY_LIMITS,
    RECEIPTS,
    INSPECTION_PLANS,
    INSPECTIONS,
    LANDED_COSTS,
)
