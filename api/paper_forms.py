"""Which documents can be printed for whom they go to, and what stands on them: one declaration each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from transactional.finance.resources import INVOICES
from transactional.kernel.resource import Resource
from transactional.purchase.resources import PURCHASE_ORDERS
from transactional.sales.resources import DELIVERIES, ORDERS, QUOTATIONS
from transactional.scm.resources import CUSTOMERS

_ORDERED = ("item_id", "qty", "unit_id", "unit_price", "discount_share", "tax_code_id", "net_amount")
_AMOUNTS = ("net_amount", "freight_amount", "tax_amount", "total_amount")


@dataclass(frozen=True, kw_only=True)
class PaperForm:
    """What stands on the paper of a document, by the names of its fields."""

    resource: Resource
    day: str
    """The day whose names of customers, items and companies stand on it."""
    party: str
    """For whom it is."""
    title_by: str | None = None
    """The field whose value the title depends on."""
    address: str = "billing"
    """The kind of address taken, where the party has one of it."""
    to_contact: bool = True
    """Whether it goes to the party's first contact, in the language that this person reads; goods go to a dock."""
    facts: tuple[str, ...] = ()
    """What it says of itself; `party.<name>` is a field of whom it is for."""
    columns: tuple[str, ...] = _ORDERED
    totals: tuple[str, ...] = _AMOUNTS
    points: Mapping[str, str] = field(default_factory=dict)
    """Tables of ids that no foreign key leads to."""
    of_order_line: tuple[str, ...] = ()
    """Columns that stand on the line of the order that a line belongs to."""


_DECLARED = (
    PaperForm(
        resource=QUOTATIONS,
        day="quoted_on",
        party="customer_id",
        facts=("quoted_on", "valid_until", "party.code", "party.tax_number", "salesperson_id"),
    ),
    PaperForm(
        resource=ORDERS,
        day="ordered_on",
        party="customer_id",
        title_by="state",
        facts=(
            "ordered_on",
            "revision",
            "promised_on",
            "party.code",
            "party.tax_number",
            "customer_reference",
            "payment_term_id",
            "ship_method_id",
            "salesperson_id",
        ),
    ),
    PaperForm(
        resource=DELIVERIES,
        day="delivered_on",
        party="customer_id",
        title_by="kind",
        address="shipping",
        to_contact=False,
        facts=("delivered_on", "order_id", "party.code", "warehouse_id", "tracking_number"),
        columns=("item_id", "qty", "unit_id"),
        totals=(),
        of_order_line=("unit_id",),
    ),
    PaperForm(
        resource=INVOICES,
        day="invoiced_on",
        party="party_id",
        title_by="kind",
        facts=(
            "invoiced_on",
            "origin_id",
            "corrects_id",
            "reverses_id",
            "party.code",
            "party.tax_number",
            "payment_term_id",
            "salesperson_id",
        ),
        points={"party_id": CUSTOMERS.table.fullname, "origin_id": ORDERS.table.fullname},
    ),
    PaperForm(
        resource=PURCHASE_ORDERS,
        day="ordered_on",
        party="supplier_id",
        title_by="state",
        facts=(
            "ordered_on",
            "revision",
            "promised_on",
            "party.code",
            "warehouse_id",
            "payment_term_id",
            "ship_method_id",
            "buyer_id",
        ),
        columns=("item_id", "qty", "unit_id", "unit_price", "tax_code_id", "net_amount"),
    ),
)
PAPERS: Mapping[str, PaperForm] = {form.resource.thing: form for form in _DECLARED}
"""By the thing they are of."""
