"""The declared records of finance."""

from collections.abc import Iterable

from transactional.finance.assets import asset_problems, check_asset_unused, check_assets, check_classes
from transactional.finance.budgets import check_budget_lines, check_draft, check_years
from transactional.finance.models import (
    Asset,
    AssetClass,
    BankAccount,
    Budget,
    BudgetLine,
    Depreciation,
    Installment,
    Invoice,
    InvoiceLine,
    Payment,
    Revaluation,
    Settlement,
    TaxCode,
    TaxRate,
)
from transactional.finance.tax_rules import check_tax_codes
from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import Owner
from transactional.kernel.resource import IMPORTED, READ_ONLY, Change, Lines, Resource, Sides, Verb
from transactional.organization.checks import check_company_amounts, check_currencies
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
    prepare=(check_tax_codes,),
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
_IN_USE = ("in_use",)
_CANCEL = Verb("cancel", "Posts its mirror image on the day you choose.", ("posted",))
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
    verbs=(Verb("create", "Posts an invoice for what was delivered."), _CANCEL),
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
    completed=("lines/account_id", "lines/cost_centre_id", "lines/tax_code_id"),
    verbs=(
        Verb("create", "Posts a supplier's invoice."),
        Verb("release", "The invoice may be paid although it differs from order or receipt."),
        _CANCEL,
    ),
    has_postings=True,
)
_BOOKS = ("journal_entry.read", "metric.finance.read")
"""Who reads the books sees the payments of both sides."""
_SALES_SIDE, _PURCHASE_SIDE = ("invoice.read", *_BOOKS), ("purchase_invoice.read", *_BOOKS)
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
    sides=Sides(
        ("kind",),
        {
            **dict.fromkeys(("receipt", "customer_refund"), _SALES_SIDE),
            **dict.fromkeys(("disbursement", "supplier_refund"), _PURCHASE_SIDE),
        },
    ),
    verbs=(Verb("create", "Posts money received or paid, or given back."), _CANCEL),
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
    sides=Sides(
        ("invoice.kind", "refund.kind"),
        {
            **dict.fromkeys(("sales_invoice", "sales_credit_note", "customer_refund"), _SALES_SIDE),
            **dict.fromkeys(("purchase_invoice", "purchase_credit_note", "supplier_refund"), _PURCHASE_SIDE),
        },
    ),
    verbs=(
        Verb("create", "Sets a payment or credit note against an invoice."),
        Verb("undo", "The invoice and the payment are open again."),
    ),
    has_postings=True,
)
BUDGETS = Resource(
    module="finance",
    plural="budgets",
    thing="budget",
    model=Budget,
    label="Budget",
    key=("company_id", "fiscal_year_id", "revision"),
    search=("name",),
    sort="-id",
    read_only=("revision", "state", "approved_by"),
    create_only=("company_id", "fiscal_year_id"),
    owner=Owner(company="company_id"),
    editable_states=("draft",),
    prepare=(check_years,),
    verbs=(
        Verb("approve", "Figures are compared with this budget from now on.", ("draft",)),
        Verb("revise", "Makes a copy to change; this one is kept.", ("approved",)),
    ),
)
BUDGET_LINES = Resource(
    module="finance",
    plural="budget-lines",
    thing="budget_line",
    model=BudgetLine,
    label="Budget line",
    key=("budget_id", "account_id", "cost_centre_id", "month_on"),
    search=(),
    sort="-id",
    create_only=("budget_id",),
    owner=Owner(company="budget.company_id"),
    prepare=(check_budget_lines,),
    deleting=check_draft,
)
ASSET_CLASSES = Resource(
    module="finance",
    plural="asset-classes",
    thing="asset_class",
    model=AssetClass,
    label="Class of fixed assets",
    key=("company_id", "code"),
    owner=Owner(company="company_id"),
    create_only=("company_id",),
    prepare=(check_classes,),
    frozen_by={"account_id": (("finance.assets", "asset_class_id"),)},
)
ASSETS = Resource(
    module="finance",
    plural="assets",
    thing="asset",
    model=Asset,
    label="Fixed asset",
    key=("company_id", "tag"),
    search=("tag", "name"),
    owner=Owner(company="company_id"),
    validate=asset_problems,
    prepare=(check_company_amounts, check_assets),
    deleting=check_asset_unused,
    create_only=("company_id",),
    read_only=(
        "state",
        "source",
        "capitalized_on",
        "journal_entry_id",
        "invoice_id",
        "disposed_on",
        "proceeds_amount",
        "disposal_entry_id",
        "sales_invoice_id",
    ),
    verbs=(
        Verb("capitalize", "Its cost comes onto the account of its class; depreciation begins.", ("draft",)),
        Verb("dispose", "Sells or scraps it: cost and depreciation leave the books, gain or loss is posted.", _IN_USE),
        Verb("reinstate", "Takes the disposal back, and cancels the invoice of a sale.", ("disposed",)),
        Verb("cancel", "Takes the capitalization back: the asset is a draft again.", _IN_USE),
    ),
    has_postings=True,
)
DEPRECIATIONS = Resource(
    module="finance",
    plural="depreciations",
    thing="depreciation",
    model=Depreciation,
    label="Depreciation",
    key=("id",),
    search=(),
    sort="-id",
    actions=READ_ONLY,
    owner=Owner(company="company_id"),
    verbs=(Verb("cancel", "Takes back its whole run, the last of its assets.", ("posted",)),),
)
REVALUATIONS = Resource(
    module="finance",
    plural="revaluations",
    thing="revaluation",
    model=Revaluation,
    label="Currency revaluation",
    key=("id",),
    search=("item_number",),
    sort="-id",
    actions=READ_ONLY,
    owner=Owner(company="company_id"),
)
RESOURCES = (
    TAX_CODES,
    TAX_RATES,
    BANK_ACCOUNTS,
    INVOICES,
    PURCHASE_INVOICES,
    PAYMENTS,
    SETTLEMENTS,
    BUDGETS,
    BUDGET_LINES,
    ASSET_CLASSES,
    ASSETS,
    DEPRECIATIONS,
    REVALUATIONS,
)
