"""Which documents a file may bring, and the verbs that make them: one declaration each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.database_errors import guarded
from api.schemas.finance.fiscal_years import FiscalYearIn
from api.schemas.finance.payments import PaymentIn, SettlementIn
from api.schemas.inventory.costs import ItemCostIn
from api.schemas.organization.companies import CompanyIn
from api.schemas.production.documents import ProductionOrderIn
from api.schemas.purchase.bills import AnyInvoiceIn, BillIn, shape_of
from api.schemas.purchase.documents import LandedCostRowsIn, OrderReceiptIn, PurchaseOrderIn
from api.schemas.sales.documents import OrderDeliveryIn, OrderIn, OrderInvoiceIn, QuotationIn, ReturnRequestIn
from api.schemas.users import UserRowsIn
from transactional.catalog.resources import ITEM_COSTS
from transactional.finance.resources import INVOICES, PAYMENTS, PURCHASE_INVOICES, SETTLEMENTS
from transactional.finance.services.settle import settle
from transactional.flows.install_company import install_companies
from transactional.flows.post_within_budgets import post_manual_entries, post_stock_documents
from transactional.flows.prepay_orders import register_order_payments
from transactional.identity.resources import USERS
from transactional.identity.services.assign_roles import assign_roles
from transactional.identity.services.create_users import create_users
from transactional.inventory.resources import STOCK_DOCUMENTS
from transactional.inventory.services.change_standard_costs import change_standard_costs
from transactional.kernel.importing_documents import DocumentImport, Make, Occasion
from transactional.kernel.importing_references import Pointer
from transactional.kernel.records import create_records
from transactional.kernel.schema import create_schema
from transactional.kernel.session import Session
from transactional.ledger.resources import FISCAL_YEARS, MANUAL_ENTRIES
from transactional.ledger.services.open_fiscal_years import open_fiscal_years
from transactional.organization.resources import COMPANIES
from transactional.production.resources import BILLS, PRODUCTION_ORDERS, ROUTINGS
from transactional.production.services.create_orders import create_orders as create_productions
from transactional.production.services.release_orders import release_orders
from transactional.purchase.resources import (
    CONTRACTS,
    INSPECTION_PLANS,
    LANDED_COSTS,
    PURCHASE_ORDERS,
    RECEIPTS,
    REQUISITIONS,
    SUPPLIER_QUOTATIONS,
)
from transactional.purchase.services.confirm_orders import confirm_orders as confirm_purchases
from transactional.purchase.services.create_orders import create_orders as create_purchases
from transactional.purchase.services.decide_sources import approve_contracts, approve_requisitions
from transactional.purchase.services.enter_bills import enter_bills
from transactional.purchase.services.invoice_orders import invoice_orders as match_invoices
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.share_landed_costs import share_landed_costs
from transactional.sales.resources import DELIVERIES, ORDERS, QUOTATIONS, RETURN_REQUESTS
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.create_quotations import create_quotations
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.request_returns import request_returns

Service = Callable[..., Sequence[Any]]
_SALES_ORDER, _PURCHASE_ORDER = Pointer("sales.sales_orders"), Pointer("purchase.purchase_orders")
_PARTY_TABLES = {
    **dict.fromkeys(("receipt", "customer_refund"), "scm.customers"),
    **dict.fromkeys(("disbursement", "supplier_refund"), "scm.suppliers"),
}
_BY_KIND = Pointer(by="kind", tables=_PARTY_TABLES)
_INVOICE = Pointer("finance.invoices")


def _made(create: Service, follow: Service | None = None) -> Make:
    """The verb over specs of a day, with the verb that may follow."""

    def make(session: Session, given: Sequence[Any], when: Occasion, /) -> object:
        rows = guarded(lambda: create(session, [each.spec(when.today) for each in given], at=when.at))
        return follow(session, [row.id for row in rows], at=when.at) if follow and when.also else rows

    return make


def _of_orders(service: Service) -> Make:
    """A verb of orders: its documents name theirs."""

    def make(session: Session, given: Sequence[Any], when: Occasion, /) -> object:
        return guarded(lambda: service(session, [each.spec(each.order_id, when.today) for each in given], at=when.at))

    return make


def _payments(session: Session, given: Sequence[Any], when: Occasion, /) -> object:
    asked = [each.spec(when.today, when.by.user_id) for each in given]
    return guarded(lambda: register_order_payments(session, asked, at=when.at))


def _supplier_invoices(session: Session, given: Sequence[Any], when: Occasion, /) -> object:
    bills = [each.spec(when.today) for each in given if isinstance(each, BillIn)]
    matched = [each.spec(each.order_id, when.today) for each in given if not isinstance(each, BillIn)]
    guarded(lambda: enter_bills(session, bills, at=when.at))
    return guarded(lambda: match_invoices(session, matched, at=when.at))


def _fiscal_years(session: Session, given: Sequence[Any], _: Occasion, /) -> object:
    """A year follows the last one, so they are opened by their first day."""
    in_order = sorted(given, key=lambda each: (each.company_id, each.starts_on))

    def opened() -> list[Any]:
        return [
            open_fiscal_years(session, each.company_id, [each.starts_on], period_count=each.period_count)
            for each in in_order
        ]

    return guarded(opened)


def _companies(session: Session, given: Sequence[Any], when: Occasion, /) -> object:
    new = [each.spec(when.today) for each in given]
    return guarded(lambda: install_companies(session, new))


def _users(session: Session, given: Sequence[Any], when: Occasion, /) -> object:
    """Users with the roles listed, which are none that the sender may not give."""
    made = guarded(lambda: create_users(session, [each.spec() for each in given], at=when.at))
    for user, each in zip(made, given, strict=True):
        assign_roles(session, user.id, [one.role for one in each.roles], by=when.by)
    return made


def _drafts(declared: Any, post: Service | None = None) -> Make:
    """Documents that are prepared as records and posted by a verb."""

    def make(session: Session, given: Sequence[Any], when: Occasion, /) -> object:
        values = [each.model_dump(exclude_unset=True) for each in given]
        ids = guarded(lambda: create_records(session, declared, values))
        return guarded(lambda: post(session, ids, at=when.at)) if post and when.also else ids

    return make


_DECLARED = (
    DocumentImport(resource=QUOTATIONS, schema=QuotationIn, make=_made(create_quotations), path="quotations"),
    DocumentImport(
        resource=ORDERS,
        schema=OrderIn,
        make=_made(create_orders, confirm_orders),
        known_by="external_ref",
        path="orders",
        also="confirm",
    ),
    DocumentImport(
        resource=DELIVERIES,
        schema=OrderDeliveryIn,
        make=_of_orders(deliver_orders),
        pointers={"order_id": _SALES_ORDER, "order_line_id": Pointer("sales.sales_order_lines")},
    ),
    DocumentImport(
        resource=INVOICES,
        schema=OrderInvoiceIn,
        make=_of_orders(invoice_orders),
        pointers={"order_id": _SALES_ORDER, "order_line_id": Pointer("sales.sales_order_lines")},
    ),
    DocumentImport(
        resource=RETURN_REQUESTS,
        schema=ReturnRequestIn,
        make=_made(request_returns),
        pointers={"order_id": _SALES_ORDER, "delivery_line_id": Pointer("sales.delivery_lines")},
        path="requests",
    ),
    DocumentImport(
        resource=REQUISITIONS,
        schema=create_schema(REQUISITIONS),
        make=_drafts(REQUISITIONS, approve_requisitions),
        also="approve",
    ),
    DocumentImport(
        resource=SUPPLIER_QUOTATIONS,
        schema=create_schema(SUPPLIER_QUOTATIONS),
        make=_drafts(SUPPLIER_QUOTATIONS),
        pointers={"requisition_line_id": Pointer("purchase.purchase_requisition_lines")},
    ),
    DocumentImport(
        resource=CONTRACTS, schema=create_schema(CONTRACTS), make=_drafts(CONTRACTS, approve_contracts), also="approve"
    ),
    DocumentImport(
        resource=PURCHASE_ORDERS,
        schema=PurchaseOrderIn,
        make=_made(create_purchases, confirm_purchases),
        known_by="external_ref",
        path="orders",
        also="confirm",
    ),
    DocumentImport(
        resource=RECEIPTS,
        schema=OrderReceiptIn,
        make=_of_orders(receive_orders),
        pointers={"order_id": _PURCHASE_ORDER, "order_line_id": Pointer("purchase.purchase_order_lines")},
    ),
    DocumentImport(
        resource=INSPECTION_PLANS,
        schema=create_schema(INSPECTION_PLANS),
        lines="checks",
        make=_drafts(INSPECTION_PLANS),
        known_by="code",
    ),
    DocumentImport(
        resource=PURCHASE_INVOICES,
        schema=AnyInvoiceIn,
        shape=shape_of,
        make=_supplier_invoices,
        pointers={
            "order_id": _PURCHASE_ORDER,
            "order_line_id": Pointer("purchase.purchase_order_lines"),
            "supplier_id": Pointer("scm.suppliers"),
            "account_id": Pointer("ledger.accounts"),
        },
    ),
    DocumentImport(
        resource=PAYMENTS,
        schema=PaymentIn,
        lines="allocations",
        make=_payments,
        pointers={
            "party_id": _BY_KIND,
            "invoice_id": _INVOICE,
            "credit_note_id": _INVOICE,
            "payment_id": Pointer("finance.payments"),
        },
        path="payments",
    ),
    DocumentImport(
        resource=SETTLEMENTS,
        schema=SettlementIn,
        lines="allocations",
        make=_made(settle),
        pointers={"invoice_id": _INVOICE, "credit_note_id": _INVOICE, "payment_id": Pointer("finance.payments")},
    ),
    DocumentImport(
        resource=LANDED_COSTS,
        schema=LandedCostRowsIn,
        lines="receipts",
        make=_made(share_landed_costs),
        pointers={"receipt_id": Pointer("purchase.purchase_receipts")},
        path="costs",
    ),
    DocumentImport(resource=USERS, schema=UserRowsIn, lines="roles", make=_users, known_by="email"),
    DocumentImport(resource=FISCAL_YEARS, schema=FiscalYearIn, lines=None, make=_fiscal_years),
    DocumentImport(
        resource=COMPANIES, schema=CompanyIn, lines=None, make=_companies, known_by="code", path="companies"
    ),
    DocumentImport(resource=BILLS, schema=create_schema(BILLS), make=_drafts(BILLS), known_by="code"),
    DocumentImport(
        resource=ROUTINGS, schema=create_schema(ROUTINGS), lines="operations", make=_drafts(ROUTINGS), known_by="code"
    ),
    DocumentImport(
        resource=PRODUCTION_ORDERS,
        schema=ProductionOrderIn,
        lines=None,
        make=_made(create_productions, release_orders),
        known_by="external_ref",
        path="orders",
        also="release",
    ),
    DocumentImport(resource=ITEM_COSTS, schema=ItemCostIn, lines=None, make=_made(change_standard_costs), path="costs"),
    DocumentImport(
        resource=STOCK_DOCUMENTS,
        schema=create_schema(STOCK_DOCUMENTS),
        make=_drafts(STOCK_DOCUMENTS, post_stock_documents),
        known_by="external_ref",
        path="documents",
        also="post",
    ),
    DocumentImport(
        resource=MANUAL_ENTRIES,
        schema=create_schema(MANUAL_ENTRIES),
        make=_drafts(MANUAL_ENTRIES, post_manual_entries),
        path="entries",
        also="post",
    ),
)
DOCUMENT_IMPORTS: Mapping[str, DocumentImport] = {declared.resource.thing: declared for declared in _DECLARED}
"""By the thing they make."""
