"""What AdventureWorks offers and on what terms: offers, reviews, what its vendors can deliver, rates and taxes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from importers.plan import Record
from importers.source import Tables

_PERCENT = Decimal(100)


def plan_terms(tables: Tables) -> dict[str, list[Record]]:
    """Records by collection; items and suppliers that they point at come before."""
    numbers = {product.id: product.number for product in tables["products"]}
    accounts = {vendor.id: vendor.account for vendor in tables["vendors"]}
    return {
        "ship_methods": [
            Record(str(row.id), {"code": f"{row.id}", "name": row.name}) for row in tables["ship_methods"]
        ],
        "offers": list(_offers(tables)),
        "sales_reasons": [
            Record(str(row.id), {"code": f"{row.id}", "name": row.name, "kind": row.kind})
            for row in tables["sales_reasons"]
        ],
        "supplier_items": [
            Record(
                f"{row.vendor} {row.product}",
                {
                    "unit_price": row.price,
                    "last_unit_price": row.last_price,
                    "last_received_on": row.last_received_on,
                    "lead_time_days": row.lead_days,
                    "min_qty": row.min_qty,
                    "max_qty": row.max_qty,
                },
                {"supplier_id": ("suppliers", accounts[row.vendor]), "item_id": ("items", numbers[row.product])},
            )
            for row in tables["vendor_prices"]
        ],
        "item_reviews": [
            Record(
                str(row.id),
                {
                    "reviewer": row.reviewer,
                    "reviewed_on": row.reviewed_on,
                    "rating": row.rating,
                    "comment": row.comment,
                },
                {"item_id": ("items", numbers[row.product])},
            )
            for row in tables["reviews"]
        ],
        "exchange_rates": list(_exchange_rates(tables)),
        "tax_codes": list(_tax_codes(tables)),
        "tax_rates": [
            Record(
                str(row.id),
                {"valid_from": row.valid_from, "rate": row.rate / _PERCENT},
                {"tax_code_id": ("tax_codes", str(row.id))},
            )
            for row in tables["state_taxes"]
        ],
    }


def _exchange_rates(tables: Tables) -> Iterator[Record]:
    """Two rates a day: its mean, and as it closed.  What a currency is worth in itself is no rate."""
    for row in tables["currency_rates"]:
        if row.base == row.currency:
            continue
        pair = {"from_currency_code": row.base, "to_currency_code": row.currency, "valid_on": row.valid_on}
        yield Record(f"{row.id} average", {"kind": "average", "rate": row.average, **pair})
        yield Record(f"{row.id} spot", {"kind": "spot", "rate": row.closing, **pair})


def _tax_codes(tables: Tables) -> Iterator[Record]:
    """The taxes of states.  Each has an item class of its own: every order brings its amount, no line finds its tax."""
    states = tables.by("states", "id")
    for row in tables["state_taxes"]:
        code = f"STATE-{row.id}"
        values = {"code": code, "name": row.name, "item_tax_class": code, "country_code": states[row.state].country}
        yield Record(str(row.id), values)


def _offers(tables: Tables) -> Iterator[Record]:
    for row in tables["offers"]:
        values = {
            "code": f"{row.id}",
            "name": row.name,
            "kind": row.kind,
            "audience": row.audience,
            "discount_share": row.discount,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "min_qty": row.min_qty,
            "max_qty": row.max_qty,
        }
        yield Record(str(row.id), values)
