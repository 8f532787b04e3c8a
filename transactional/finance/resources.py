"""The declared records of finance."""

from collections.abc import Iterable

from transactional.finance.models import (
    BankAccount,
    Installment,
    Invoice,
    InvoiceLine,
    Payment,
    Settlement,
    TaxCode,
    TaxRate,
)
from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, Change, Lines, Resource, Verb
from transactional.organization.checks import check_currencies
from transactional.scm.checks import bank_account_problems


def _rate_problems(change: Change) -> Iterable[FieldProblem]:
    rate = change.values.get("rate")
    if rate is not None and not 0 <= rate <= 1:
        yield FieldProblem("rate", "is no fraction from 0 to 1: write 0.2 for 20 percent", "no_share")


TAX_CODES = Resource(
    module="finance",
    plural="tax-codes",
    thing="tax_code",
    model=TaxCode,
    label="Tax code",
    parent="compounds_on_id",
    frozen_by={"kind": (("finance.invoice_lines", "tax_code_id"),)},
)
TAX_RATES = Resource(
    module="finance",
    plural="tax-rates",
    thing="tax_rate",
    model=TaxRate,
    label="Tax rate",
    key=("tax_code_id", "valid_from"),
    search=(),
    sort="-valid_from",
    create_only=("tax_code_id", "valid_from"),
    validate=_rate_problems,
)
BANK_ACCOUNTS = Resource(
    module="finance",
    plural="bank-accounts",
    thing="bank_account",
    model=BankAccount,
    label="Bank account",
    search=("code", "name", "iban"),
    owner=Owner(company="company_id"),
    validate=bank_account_problems,
    prepare=(check_currencies,),
    frozen_by={
        "currency_code": (("finance.payments", "bank_account_id"),),
        "account_id": (("finance.payments", "bank_account_id"),),
        "company_id": (("finance.payments", "bank_account_id"),),
    },
)
_INVOICE_LINES = (
    Lines("lines", InvoiceLine, "invoice_id", guarded={"company_cost_amount": "item.cost"}),
    Lines("installments", Installment, "invoice_id", "part_number"),
)
INVOICES = Resource(
    module="sales",
    plural="invoices",
    thing="invoice",
    model=Invoice,
    label="Sales invoice",
    key=("company_id", "number"),
    search=("number", "external_number"),
    search_through={"party_id": ("scm.customers", ("code", "name"))},
    sort="-id",
    actions=IMPORTED,
    where={"kind": ("sales_invoice", "sales_credit_note")},
    owner=Owner(persons=("salesperson_id",), authors=("created_by",), unit="salesperson.unit_id", company="company_id"),
    lines=_INVOICE_LINES,
    verbs=(Verb("create", "Posts an invoice for what was delivered."),),
    has_postings=True,
)
PURCHASE_INVOICES = Resource(
    module="purchase",
    plural="invoices",
    thing="purchase_invoice",
    model=Invoice,
    label="Supplier's invoice",
    key=("company_id", "number"),
    search=("number", "external_number"),
    search_through={"party_id": ("scm.suppliers", ("code", "name"))},
    sort="-id",
    actions=IMPORTED,
    where={"kind": ("purchase_invoice", "purchase_credit_note")},
    owner=Owner(company="company_id"),
    lines=_INVOICE_LINES,
    verbs=(
        Verb("create", "Posts a supplier's invoice."),
        Verb("release", "The invoice may be paid although it differs from order or receipt."),
    ),
    has_postings=True,
)
PAYMENTS = Resource(
    module="finance",
    plural="payments",
    thing="payment",
    model=Payment,
    label="Payment",
    key=("company_id", "kind", "number"),
    search=("number", "bank_reference"),
    sort="-id",
    actions=IMPORTED,
    owner=Owner(company="company_id"),
    verbs=(Verb("create", "Posts money received or paid."),),
    has_postings=True,
)
SETTLEMENTS = Resource(
    module="finance",
    plural="settlements",
    thing="settlement",
    model=Settlement,
    label="Settlement",
    key=("id",),
    search=(),
    sort="-id",
    actions=IMPORTED,
    owner=Owner(company="company_id"),
    verbs=(
        Verb("create", "Sets a payment or credit note against an invoice."),
        Verb("undo", "The invoice and the payment are open again."),
    ),
    has_postings=True,
)
RESOURCES = (TAX_CODES, TAX_RATES, BANK_ACCOUNTS, INVOICES, PURCHASE_INVOICES, PAYMENTS, SETTLEMENTS)
