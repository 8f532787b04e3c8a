"""Which operational thing each mart speaks of, where references lead, and which mart columns a hidden field covers.

These tables are the bridge between rights as the operational side defines them (`order`, `item.cost`) and marts. A
test holds them against the manifest: a mart that is missing here is refused to everyone whose rows are restricted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from olap.manifest import AREA_OF_MART


@dataclass(frozen=True)
class Lookup:
    """The dimension mart behind a reference."""

    mart: str
    key: str
    reference: str


def _lookup(mart: str, key: str, reference: str | None = None) -> Lookup:
    return Lookup(mart, key, reference or key)


LOOKUPS: dict[str, Lookup] = {
    "customer": _lookup("dim_customers", "customer_id"),
    "supplier": _lookup("dim_suppliers", "supplier_id"),
    "item": _lookup("dim_items", "item_id"),
    "warehouse": _lookup("dim_warehouses", "warehouse_id"),
    "account": _lookup("dim_accounts", "account_id"),
    "company": _lookup("dim_companies", "company_id"),
    "unit": _lookup("dim_units", "unit_id"),
    "region": _lookup("dim_regions", "region_id"),
    "employee": _lookup("dim_employees", "employee_id"),
    "salesperson": _lookup("dim_employees", "employee_id", "salesperson_id"),
    "buyer": _lookup("dim_employees", "employee_id", "buyer_id"),
    "cost_centre": _lookup("dim_cost_centres", "cost_centre_id"),
    "project": _lookup("dim_projects", "project_id"),
}

_ORDERS = {
    "fct_delivery_lines": _lookup("fct_sales_order_lines", "order_id"),
    "fct_sales_return_lines": _lookup("fct_sales_order_lines", "order_id"),
    "fct_purchase_receipt_lines": _lookup("fct_purchase_order_lines", "order_id"),
}
"""The orders behind what was delivered, returned and received."""

DOCUMENTS: dict[str, Lookup] = {
    "invoice": _lookup("fct_sales_invoice_lines", "invoice_id", "document_id"),
    "purchase_invoice": _lookup("fct_purchase_invoice_lines", "invoice_id", "document_id"),
    "payment": _lookup("fct_payments", "payment_id", "document_id"),
    "delivery": _lookup("fct_delivery_lines", "delivery_id", "document_id"),
    "receipt": _lookup("fct_purchase_receipt_lines", "receipt_id", "document_id"),
}
"""The marts of the documents that post entries, by thing."""
UNTOLD: dict[str, str] = {
    "settlement": "settlement",
    "landed_cost": "landed_cost",
    "stock_document": "stock_%",
    "manual_entry": "manual_entry",
    "asset": "asset",
    "production_order": "production%",
    "production_issue": "production%",
    "production_report": "production%",
    "production_receipt": "production%",
}
"""The other things that post entries, which no mart tells of, by their pattern of `document_type`."""
ONLY_OF: dict[tuple[str, str], str] = {("stock_document", "to_warehouse"): "stock_transfer"}
"""References that one type of document alone has, by thing and reference: no other type fails a rule by it."""
_NAMES = ("customer_id", "supplier_id", "document_id", "document_number", "document_line_id", "entry_id", "reverses_id")
NAMING: dict[str, tuple[str, ...]] = {"fct_stock_moves": _NAMES, "fct_stock_layers": _NAMES}
"""Facts whose rows all count, whoever they were for, with the columns that tell whom: stock is there for everyone."""
SUMS = frozenset({"fct_sales_invoice_months", "fct_stock_months"})
"""Facts already added up: what they do not carry cannot be taken out of them, so they are for who sees all of it."""
JUDGED_BY: dict[str, Lookup] = {"dim_projects": _lookup("fct_projects", "project_id")}
"""Marts of whose records another one carries what rules speak of."""
ENTRIES: dict[str, Lookup] = {
    "fct_journal_lines": _lookup("fct_journal_lines", "entry_id"),
    "fct_document_recordings": _lookup("fct_journal_lines", "entry_id", "document_id"),
}
"""Where the lines of the entries are that a mart speaks of."""

_RULES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "fct_sales_order_lines": ("order", ()),
    "fct_delivery_lines": ("delivery", ()),
    "fct_sales_return_lines": ("return_request", ()),
    "fct_sales_invoice_lines": ("invoice", ()),
    "fct_sales_invoice_months": ("invoice", ()),
    "fct_purchase_order_lines": ("purchase_order", ("cost_centre",)),
    "fct_purchase_receipt_lines": ("receipt", ()),
    "fct_purchase_invoice_lines": ("purchase_invoice", ()),
    "fct_purchase_price_lines": ("purchase_invoice", ()),
    "fct_stock_moves": ("stock", ()),
    "fct_stock_months": ("stock", ()),
    "fct_stock_layers": ("stock", ()),
    "fct_stock_daily": ("stock", ()),
    "fct_production_orders": ("production_order", ()),
    "fct_bill_lines": ("bill_of_materials", ()),
    "fct_bill_parts": ("bill_of_materials", ()),
    "fct_journal_lines": ("journal_entry", ("cost_centre",)),
    "fct_budget_lines": ("budget", ("cost_centre",)),
    "fct_projects": ("project", ()),
    "fct_receivable_movements": ("invoice", ()),
    "fct_payable_movements": ("purchase_invoice", ()),
    "fct_payments": ("payment", ()),
    "fct_document_recordings": ("journal_entry", ()),
    "fct_request_latencies": ("status", ()),
    "fct_item_prices": ("item", ()),
    "fct_item_price_changes": ("item", ()),
    "fct_exchange_rates": ("exchange_rate", ()),
    "fct_tax_rates": ("tax_rate", ()),
    "fct_offers": ("offer", ()),
    "fct_sales_assignments": ("sales_assignment", ()),
    "fct_party_records": (None, ("customer", "supplier")),
    "fct_employments": ("employee", ()),
    "fct_employee_records": ("employee_file", ()),
    "fct_employee_pays": ("employee_pay", ()),
    "fct_employee_assignments": ("employee_assignment", ()),
    "fct_employee_assignment_changes": ("employee_assignment", ()),
    "fct_sales_quotas": ("sales_quota", ()),
    "fct_sales_order_reasons": ("order", ()),
    "fct_supplier_items": ("supplier_item", ("supplier",)),
    "fct_item_reviews": ("item", ()),
    "fct_production_operations": ("production_order", ()),
    "fct_logins": ("login", ()),
    "dim_customers": ("customer", ()),
    "dim_customers_history": ("customer", ()),
    "dim_suppliers": ("supplier", ()),
    "dim_suppliers_history": ("supplier", ()),
    "dim_supplier_bank_accounts": ("supplier_bank_account", ()),
    "dim_items": ("item", ()),
    "dim_items_history": ("item", ()),
    "dim_item_classes": ("item", ()),
    "dim_employees": (None, ()),
    "dim_warehouses": ("warehouse", ()),
    "dim_accounts": (None, ()),
    "dim_companies": ("company", ()),
    "dim_regions": (None, ()),
    "dim_locations": (None, ()),
    "dim_customer_categories": (None, ()),
    "dim_item_categories": (None, ()),
    "dim_supplier_categories": (None, ()),
    "dim_cost_centres": ("cost_centre", ()),
    "dim_projects": ("project", ()),
    "dim_tax_codes": (None, ()),
    "dim_units": (None, ()),
    "dim_units_history": (None, ()),
    "dim_dates": (None, ()),
}
"""For each mart the thing whose row filters apply to it, and the references whose filters apply besides."""


_COST = frozenset({"cost", "cogs", "margin", "valuation"})
_COSTED = ("fct_stock", "fct_production")
"""Facts whose every amount is what items cost; divided by a quantity it tells the cost of one."""
_AMOUNT = re.compile(r"(^|_)(value|amount)(_|$)")


_OF_MART = {
    "order": _ORDERS,
    "category": {
        "dim_customers": _lookup("dim_customer_categories", "customer_category_id"),
        "dim_suppliers": _lookup("dim_supplier_categories", "supplier_category_id"),
        "dim_items": _lookup("dim_item_categories", "item_category_id"),
    },
}
"""References that lead elsewhere from each mart."""
KEYS: dict[str, str] = {
    lookup.mart: lookup.key
    for lookup in [*LOOKUPS.values(), *_OF_MART["category"].values()]
    if lookup.mart[:4] == "dim_"
}
"""What each dimension calls its own id."""


def lookup_of(mart: str, reference: str) -> Lookup | None:
    """The mart behind a reference of a mart."""
    return _OF_MART[reference].get(mart) if reference in _OF_MART else LOOKUPS.get(reference)


def own_lookup(mart: str) -> Lookup | None:
    """The dimension mart of the thing that a mart of another shape speaks of: of items' prices, the items."""
    lookup = LOOKUPS.get(rules_of_mart(mart)[0] or "")
    return lookup if lookup is not None and lookup.mart != mart else None


def declared_marts() -> frozenset[str]:
    """The marts whose rules are written down here."""
    return frozenset(_RULES)


def rules_of_mart(mart: str) -> tuple[str | None, tuple[str, ...]]:
    """The thing and the references whose row filters apply to a mart; an unknown mart is its own thing."""
    return _RULES.get(mart, (mart, ()))


def area_of(mart: str) -> str | None:
    """The area whose metric right opens a fact; None for dimensions, which every area shares."""
    return next((area for start, area in AREA_OF_MART.items() if mart.startswith(start)), None)


def things_of(mart: str) -> tuple[str, ...]:
    """The things that an asker whose rows are restricted must be able to read before a fact's figures mean anything."""
    thing, references = rules_of_mart(mart)
    if not mart.startswith("fct_"):
        return ()
    return (thing,) if thing is not None else references


def hidden_column(hidden: Iterable[str], mart: str, column: str) -> str | None:
    """The hidden field that a mart's column would tell, or None where the column may be seen."""
    return next((field for field in sorted(hidden) if _tells(field, mart, column)), None)


def _tells(field: str, mart: str, column: str) -> bool:
    thing, _, name = field.partition(".")
    words, wanted = column.split("_"), name.split("_")
    if thing == "item" and "cost" in wanted:
        # A cost centre is a place.
        told = set(column.replace("cost_centre", "").split("_"))
        return bool(_COST & told) or (mart.startswith(_COSTED) and bool(_AMOUNT.search(column)))
    if _has_run(words, [*thing.split("_"), *wanted]):
        return True
    own = rules_of_mart(mart)[0] == thing or (thing in LOOKUPS and LOOKUPS[thing].mart == mart)
    return own and _has_run(words, wanted)


def _has_run(words: list[str], wanted: list[str]) -> bool:
    return any(words[start : start + len(wanted)] == wanted for start in range(len(words) - len(wanted) + 1))
