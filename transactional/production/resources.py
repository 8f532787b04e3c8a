"""The declared records of production; orders and their papers are written by verbs."""

from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, READ_ONLY, Lines, Resource, Verb
from transactional.production.bills import check_lines, check_made, check_no_cycle, coded, version_problems
from transactional.production.models import (
    Bill,
    BillLine,
    ProductionComponent,
    ProductionOperation,
    ProductionOrder,
    ProductionPaper,
    ProductionPaperLine,
    Routing,
    RoutingOperation,
    ScrapReason,
    WorkCentre,
)

RELEASE_SHORT = "production_order.release_short"
"""Releases orders although components are missing."""
TAKE_OVER = "production_order.take_over"
"""Enters orders that a former system carried out."""

WORK_CENTRES = Resource(
    module="production",
    plural="work-centres",
    thing="work_centre",
    model=WorkCentre,
    label="Work centre",
    key=("company_id", "code"),
    create_only=("company_id",),
    owner=Owner(company="company_id"),
    guarded={"labour_hour_cost": "item.cost", "machine_hour_cost": "item.cost"},
)
SCRAP_REASONS = Resource(
    module="production", plural="scrap-reasons", thing="scrap_reason", model=ScrapReason, label="Scrap reason"
)
BILLS = Resource(
    module="production",
    plural="bills",
    thing="bill_of_materials",
    model=Bill,
    label="Bill of materials",
    key=("company_id", "code"),
    search=("code", "note"),
    search_through={"item_id": ("catalog.items", ("code", "name"))},
    sort="-id",
    create_only=("company_id", "item_id"),
    owner=Owner(company="company_id"),
    lines=(Lines("lines", BillLine, "bill_id"),),
    lines_are_written=True,
    validate=version_problems,
    prepare=(check_made, coded("bill_of_materials")),
    prepare_lines=check_lines,
    written=check_no_cycle,
)
ROUTINGS = Resource(
    module="production",
    plural="routings",
    thing="routing",
    model=Routing,
    label="Routing",
    key=("company_id", "code"),
    search=("code", "note"),
    search_through={"item_id": ("catalog.items", ("code", "name"))},
    sort="-id",
    create_only=("company_id", "item_id"),
    owner=Owner(company="company_id"),
    lines=(Lines("operations", RoutingOperation, "routing_id"),),
    lines_are_written=True,
    validate=version_problems,
    prepare=(check_made, coded("routing")),
)
PRODUCTION_ORDERS = Resource(
    module="production",
    plural="orders",
    thing="production_order",
    model=ProductionOrder,
    label="Production order",
    key=("company_id", "number"),
    search=("number", "external_ref", "note"),
    search_through={"item_id": ("catalog.items", ("code", "name"))},
    sort="-id",
    actions=IMPORTED,
    owner=Owner(company="company_id", authors=("created_by",)),
    lines=(
        Lines("components", ProductionComponent, "order_id"),
        Lines(
            "operations",
            ProductionOperation,
            "order_id",
            guarded=dict.fromkeys(
                ("labour_hour_cost", "machine_hour_cost", "planned_amount", "actual_amount"), "item.cost"
            ),
        ),
    ),
    verbs=(
        Verb("create", "Plans a quantity of an item."),
        Verb("release", "Freezes bill and routing and reserves the components.", ("draft",)),
        Verb("issue", "Takes components out of stock into work in progress.", ("released",)),
        Verb("report", "Adds work done to work in progress, and tells what was scrapped.", ("released",)),
        Verb("receive", "Puts finished goods and by-products into stock.", ("released",)),
        Verb("close", "What is left of work in progress becomes the order's variance.", ("released",)),
        Verb("cancel", "Nothing of it is made.", ("draft", "released")),
    ),
    has_postings=True,
)


def _papers(plural: str, kind: str, label: str, *, verbs: tuple[Verb, ...]) -> Resource:
    return Resource(
        module="production",
        plural=plural,
        thing=f"production_{kind}",
        model=ProductionPaper,
        label=label,
        key=("company_id", "number"),
        search=("number",),
        sort="-id",
        actions=READ_ONLY,
        owner=Owner(company="company_id", authors=("created_by",)),
        where={"kind": (kind,)},
        guarded={"work_amount": "item.cost"},
        lines=(Lines("lines", ProductionPaperLine, "paper_id", guarded={"value_amount": "item.cost"}),),
        verbs=verbs,
        has_postings=True,
    )


ISSUES = _papers(
    "issues",
    "issue",
    "Material issue",
    verbs=(Verb("cancel", "The components go back into stock at what they cost.", ("posted",)),),
)
REPORTS = _papers(
    "reports", "report", "Production report", verbs=(Verb("cancel", "The work is taken back.", ("posted",)),)
)
RECEIPTS = _papers(
    "receipts",
    "receipt",
    "Production receipt",
    verbs=(Verb("cancel", "The goods leave stock at what they came in for.", ("posted",)),),
)
RESOURCES = (WORK_CENTRES, SCRAP_REASONS, BILLS, ROUTINGS, PRODUCTION_ORDERS, ISSUES, REPORTS, RECEIPTS)
